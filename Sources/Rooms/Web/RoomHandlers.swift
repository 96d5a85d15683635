import Capability
import HTTP
import Site
import Values

/// The waiting rooms over HTTP: lines, lanes, draws, forward auth and the room's page.
package final class RoomHandlers: Handlers {
    package let site: Site
    package let store: RoomStore
    package let settings: RoomSettingsStore
    /// The process's.
    package let keeper: RoomKeeper
    let draws: DrawKeeper
    let live: LiveTickets
    /// The part of `/metrics` that tells of each room.
    let roomMetrics: SecondOld<MetricsText>

    init(site: Site, store: RoomStore, keeper: RoomKeeper, draws: DrawKeeper) {
        self.site = site
        self.store = store
        settings = RoomSettingsStore(store)
        self.keeper = keeper
        self.draws = draws
        live = LiveTickets(store: store, on: site.loop)
        roomMetrics = .single(on: site.loop) {
            MetricsText(rooms: await keeper.reports(max: RoomHandlers.metricsRoomsMax))
        }
    }

    func room(_ request: HTTPRequest) throws(Refusal) -> RoomID {
        guard let room = RoomID(request.parameter("room")) else {
            throw .invalidRequest(field: "room", reason: "must be \(identifierRule)")
        }
        return room
    }
}

extension RoomHandlers {
    /// Every path that it answers.
    package static let table: [Route<RoomHandlers>] = [
        // Programs
        .calling(.post, "/api/v1/rooms/{room}/tickets") { $0.enter }.counted(as: .enter),
        .calling(.get, "/api/v1/rooms/{room}/tickets/me") { $0.ticket },
        Route(.get, "/api/v1/rooms/{room}/tickets/me/events") { $0.ticketEvents },
        Route(.delete, "/api/v1/rooms/{room}/tickets/me") { $0.leave },
        Route(.get, "/api/v1/rooms/{room}") { $0.roomDocument },
        .calling(.get, "/api/v1/rooms/{room}/admission") { $0.admission }
            .ignoringBody().uncounted(),
        Route(.get, "/api/v1/rooms/{room}/draw") { $0.draw },
        Route(.get, "/api/v1/rooms/{room}/draw/entrants") { $0.drawEntrants }.counted(as: .list),
        Route(.get, "/api/v1/rooms/{room}/tickets/me/draw") { $0.ticketDraw },

        // The operator
        Route(.get, "/admin/v1/rooms/{room}") { $0.adminRoom },
        Route(.put, "/admin/v1/rooms/{room}") { $0.putRoom },
        Route(.post, "/admin/v1/rooms/{room}/pause") { $0.setting(.paused) },
        Route(.post, "/admin/v1/rooms/{room}/resume") { $0.setting(.open) },
        Route(.post, "/admin/v1/rooms/{room}/drain") { $0.setting(.draining) },
        Route(.post, "/admin/v1/rooms/{room}/close") { $0.setting(.closed) },
        Route(.post, "/admin/v1/rooms/{room}/sold-out") { $0.setting(.soldOut) },
        Route(.post, "/admin/v1/rooms/{room}/sessions/{user}/done") { $0.sessionDone },
        Route(.get, "/admin/v1/rooms/{room}/lanes") { $0.lanes },
        Route(.put, "/admin/v1/rooms/{room}/lanes") { $0.putLanes },
        Route(.post, "/admin/v1/rooms/{room}/lanes/{lane}/codes") { $0.makeCodes },

        // Pages
        Route(.get, "/rooms/{room}") { $0.roomPage },
        Route(.post, "/rooms/{room}/join") { $0.join }.counted(as: .enter),
        Route(.post, "/rooms/{room}/leave") { $0.leavePage },
    ]
    package static let openAPI: String? = "Rooms/openapi.json"

    package static var assets: [PageAsset] { PageAsset.ofRooms }
}
