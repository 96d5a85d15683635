import Site
import Values

/// Why the shop does not sell.
enum ShopRefusal: CapabilityRefusal, Equatable {
    /// There is not so much left of this product.
    case outOfStock(ProductID)

    var problem: Problem {
        switch self {
        case .outOfStock(let product):
            Problem(
                409,
                "out_of_stock",
                "Out Of Stock",
                "There is not so much left of \(product); nothing was changed.",
                member: ("product", Array("\"\(product)\"".utf8))
            )
        }
    }
}

extension Refusal {
    static func shop(_ refusal: ShopRefusal) -> Refusal { .capability(refusal) }
}
