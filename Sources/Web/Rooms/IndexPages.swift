import HTTP
import Onsale
import Store

/// The page that leads to everything.
extension Web {
    /// `GET /`: what there is.
    func indexPage(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let rooms = await site.rooms().map { room, report in
            IndexPage.Room(
                name: room.raw,
                state: report.state,
                waiting: Int(report.waiting),
                inside: Int(report.inside)
            )
        }
        let page = IndexPage(
            rooms: rooms,
            offers: await offers(),
            shop: await shop(),
            language: language(request),
            isDemo: site.isDemo
        )
        return Self.page(200, page.render())
    }

    /// Nil while the ledger cannot be read.
    private func offers() async -> [IndexPage.Offer]? {
        var offers: [IndexPage.Offer] = []
        do throws(StoreError) {
            for concert in try await sales.concerts().prefix(IndexPage.concertsMax) {
                for listing in try await sales.performances(of: concert.id) ?? [] {
                    offers.append(IndexPage.Offer(title: concert.title, listing: listing))
                }
            }
        } catch {
            return nil
        }
        return offers
    }

    /// Empty while the ledger cannot be read.
    private func shop() async -> IndexPage.Shop {
        do throws(StoreError) {
            return IndexPage.Shop(
                products: try await sales.products().count,
                coupons: try await coupons.openCoupons(max: IndexPage.couponsMax)
            )
        } catch {
            return IndexPage.Shop()
        }
    }
}
