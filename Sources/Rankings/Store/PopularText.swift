import Engines
import JSON
import Values

/// A list of best sellers as Redis keeps it: `[["p1","A shirt",12,3],["p2","A cap",9,null]]`, each
/// with its units and its rank before.
extension PopularList {
    var keptText: [UInt8] {
        var json = JSONWriter(reservingBytes: 16 + 64 * products.count)
        json.beginArray()
        for entry in products {
            json.beginArray()
            json.element(entry.product.raw)
            json.element(entry.name)
            json.element(entry.units)
            if let rank = entry.previousRank { json.element(rank) } else { json.null() }
            json.endArray()
        }
        json.endArray()
        return json.bytes
    }

    init(kept text: [UInt8], days: Int, atMs: Int64) throws(StoreError) {
        guard let entries = try? JSONValue.parse(text).array else { throw Self.unread(days) }
        self.init(days: days, refreshedAt: Timestamp(milliseconds: atMs), products: [])
        products.reserveCapacity(entries.count)
        for entry in entries {
            guard let values = entry.array, values.count == 4,
                let product = values[0].string.flatMap({ ProductID($0) }),
                let name = values[1].string, let units = values[2].integer,
                values[3].isNull || values[3].integer != nil
            else { throw Self.unread(days) }
            products.append(
                PopularEntry(
                    rank: products.count + 1,
                    product: product,
                    name: name,
                    units: units,
                    previousRank: values[3].integer.map { Int($0) }
                )
            )
        }
    }

    private static func unread(_ days: Int) -> StoreError {
        .broken("the best sellers of \(days) days in Redis are no list of ours")
    }
}
