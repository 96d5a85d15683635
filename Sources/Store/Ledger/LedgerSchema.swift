import CAssets
import Crypto
public import SQL

/// The ledger's tables: `sql/NNNN_name.sql`, compiled in. Forward only: a file that was once
/// released is never changed, the next step is a new file and a new line here.
public enum LedgerSchema {
    public static let migrations: [Migration] = unsafe [
        migration(1, "ledger", casset_sql_0001_ledger()),
        migration(2, "shop_and_coupons", casset_sql_0002_shop_and_coupons()),
        migration(3, "rankings", casset_sql_0003_rankings()),
        migration(4, "boards_served", casset_sql_0004_boards_served()),
        migration(5, "fair_openings", casset_sql_0005_fair_openings()),
        migration(6, "charge_references", casset_sql_0006_charge_references()),
        migration(7, "deliveries", casset_sql_0007_deliveries()),
        migration(8, "lane_uses", casset_sql_0008_lane_uses()),
        migration(9, "cancels", casset_sql_0009_cancels()),
        migration(10, "revisions", casset_sql_0010_revisions()),
        migration(11, "unheard", casset_sql_0011_unheard()),
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
