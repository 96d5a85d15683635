import Foundation
import JSON
import Synchronization
import Testing

@testable import TestKit

/// A coupon's side of the contract.
extension Site {
    func openCoupon(_ name: String, _ settings: String) async throws {
        let body = #"{"name":"First come","discountPercent":20,\#(settings)}"#
        let answer = try await operate("PUT", "/coupons/\(name)", body)
        guard answer.status == 200 else { throw Unexpected(answer) }
    }

    func claim(_ coupon: String, as user: String) async throws -> Answer {
        try await request("POST", "/api/v1/coupons/\(coupon)/claims", ["X-User-Id": user])
    }

    func coupon(_ name: String) async throws -> Answer {
        try await request("GET", "/api/v1/coupons/\(name)")
    }
}

/// Many users who claim one coupon at once, and go on until they have an answer that is final:
/// whatever else happens to the servers.
final class ClaimWave: Sendable {
    struct Report: Sendable {
        /// Who saw 201, and with which number.
        var issued: [String: Int64] = [:]
        /// Who saw 409 after an answer that was lost, and with which number.
        var had: [String: Int64] = [:]
        var soldOut = 0
        /// Answers that say nothing: 503, a broken connection.
        var troubles = 0
        var faults: [String] = []

        var numbers: [Int64] { (Array(issued.values) + had.values).sorted() }
    }

    private let coupon: String
    private let sites: @Sendable () -> [Site]
    private let state = Mutex(Report())
    /// Something that happens in the middle: when so many have seen a yes.
    private let disaster: (at: Int, strike: @Sendable () -> Void)?

    /// Users of one connection, one after the other: 100 at once are what a test process can wait
    /// for.
    private static let usersPerTask = 10

    /// `sites` are asked for before each try: one that died may have a successor.
    init(
        _ coupon: String,
        sites: @escaping @Sendable () -> [Site],
        disaster: (at: Int, strike: @Sendable () -> Void)? = nil
    ) {
        self.coupon = coupon
        self.sites = sites
        self.disaster = disaster
    }

    var report: Report { state.withLock { $0 } }

    /// `users` users, each until the end.
    func run(users: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<(users / Self.usersPerTask) {
                group.addTask { [self] in
                    for index in 0..<Self.usersPerTask {
                        try await claim("w\(task)-\(index)", from: task)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func claim(_ user: String, from task: Int) async throws {
        try await until("\(user) is answered", seconds: 60) {
            let sites = sites()
            guard let answer = try? await sites[task % sites.count].claim(coupon, as: user) else {
                state.withLock { $0.troubles += 1 }
                return false
            }
            let (isEnd, issued) = state.withLock { ($0.take(answer, of: user), $0.issued.count) }
            if answer.status == 201, issued == disaster?.at { disaster?.strike() }
            return isEnd
        }
    }

    /// Holds what everybody was told against what the server says now.
    func check(quantity: Int64, at site: Site) async throws {
        let report = report
        #expect(report.faults == [])
        #expect(report.numbers == Array(1...quantity))
        let standing = try await site.coupon(coupon)
        #expect(standing.json?["issued"]?.integer == quantity, "\(standing.text)")
        #expect(standing.json?["state"]?.string == "finished")
        for (user, number) in report.issued.merging(report.had, uniquingKeysWith: { $1 }) {
            let owned = try await site.get("/users/me/coupons", as: user)
            let numbers = owned.json?.array?.compactMap { $0["sequence"]?.integer }
            #expect(numbers == [number], "\(user): \(owned.text)")
        }
    }
}

extension ClaimWave.Report {
    /// True: that was the end of it.
    fileprivate mutating func take(_ answer: Answer, of user: String) -> Bool {
        let number = answer.json?["sequence"]?.integer
        switch (answer.status, answer.code) {
        case (201, _): issued[user] = number
        case (409, "coupon_already_claimed"): had[user] = number
        case (410, "coupon_sold_out"): soldOut += 1
        case (503, _):
            troubles += 1
            return false
        default: faults.append("\(user): \(answer.status) \(answer.text)")
        }
        return true
    }
}
