import CAssets
import Crypto
public import SQL

/// The ledger's tables: `sql/NNNN_name.sql`, compiled in. Forward only: a file that was once
/// released is never changed, the next step is a new file and a new line here.
public enum LedgerSchema {
    public static let migrations: [Migration] = unsafe [
        migration(1, "ledger", casset("Ledger/sql/0001_ledger.sql")),
        migration(2, "shop_and_coupons", casset("Ledger/sql/0002_shop_and_coupons.sql")),
        migration(3, "rankings", casset("Ledger/sql/0003_rankings.sql")),
        migration(4, "boards_served", casset("Ledger/sql/0004_boards_served.sql")),
        migration(5, "fair_openings", casset("Ledger/sql/0005_fair_openings.sql")),
        migration(6, "charge_references", casset("Ledger/sql/0006_charge_references.sql")),
        migration(7, "deliveries", casset("Ledger/sql/0007_deliveries.sql")),
        migration(8, "lane_uses", casset("Ledger/sql/0008_lane_uses.sql")),
        migration(9, "cancels", casset("Ledger/sql/0009_cancels.sql")),
        migration(10, "revisions", casset("Ledger/sql/0010_revisions.sql")),
        migration(11, "unheard", casset("Ledger/sql/0011_unheard.sql")),
    ]

    private static func migration(_ number: Int, _ name: String, _ asset: CAsset) -> Migration {
        let bytes = unsafe Array(UnsafeBufferPointer(start: asset.bytes, count: asset.count))
        return Migration(
            number: number,
            name: name,
            text: String(decoding: bytes, as: UTF8.self),
            digest: Base64URL.encodeString(SHA256.hash(bytes))
        )
    }
}
