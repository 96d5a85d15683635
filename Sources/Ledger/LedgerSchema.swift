import Assets
import Crypto
import SQL

/// The ledger's tables: `sql/NNNN_name.sql`, compiled in. Forward only: a file that was once
/// released is never changed, the next step is a new file and a new line here.
package enum LedgerSchema {
    package static let migrations: [Migration] = [
        migration(1, "ledger"),
        migration(2, "shop_and_coupons"),
        migration(3, "rankings"),
        migration(4, "boards_served"),
        migration(5, "fair_openings"),
        migration(6, "charge_references"),
        migration(7, "deliveries"),
        migration(8, "lane_uses"),
        migration(9, "cancels"),
        migration(10, "revisions"),
        migration(11, "unheard"),
    ]

    private static func migration(_ number: Int, _ name: String) -> Migration {
        let digits = "\(number)"
        let padding = String(repeating: "0", count: 4 - digits.utf8.count)
        let bytes = Asset.bytes("Ledger/sql/\(padding)\(digits)_\(name).sql")
        return Migration(
            number: number,
            name: name,
            text: String(decoding: bytes, as: UTF8.self),
            digest: Base64URL.encodeString(SHA256.hash(bytes))
        )
    }
}
