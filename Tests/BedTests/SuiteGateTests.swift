import Synchronization
import Testing

@testable import TestGate

@Suite(.sideBySide, .timeLimit(.minutes(1)))
struct SuiteGateTests {
    @Test func aSuiteThatHangsIsNamedAndOneThatEndsIsNot() async {
        let named = AsyncStream<String>.makeStream()
        let gate = SuiteGate(width: 2, patience: .milliseconds(200)) {
            named.continuation.yield($0)
        }
        for name in ["quick", "slow"] {
            gate.expectOne()
            let threads = await gate.enter(name, alone: false, order: .zero)
            if name == "quick" { gate.leave(name, threads, alone: false) }
        }
        var names = named.stream.makeAsyncIterator()
        #expect(await names.next() == "slow")
    }

    private final class Order: Sendable {
        private let added = Mutex<[String]>([])
        var names: [String] { added.withLock { $0 } }
        func add(_ name: String) { added.withLock { $0.append(name) } }
    }

    @Test func thoseThatRunAloneComeLastAndOneByOne() async {
        let gate = SuiteGate(width: 2, patience: .seconds(3_600)) { _ in }
        let order = Order()
        gate.expectOne()
        await withTaskGroup(of: Void.self) { group in
            for (name, isAlone) in [("alone", true), ("alone too", true), ("beside", false)] {
                group.addTask {
                    let threads = await gate.enter(name, alone: isAlone, order: .zero)
                    order.add(name)
                    await Task.yield()
                    order.add("end of " + name)
                    gate.leave(name, threads, alone: isAlone)
                }
            }
        }
        let said = order.names
        #expect(said.prefix(2) == ["beside", "end of beside"])
        #expect(stride(from: 0, to: 6, by: 2).allSatisfy { said[$0 + 1] == "end of " + said[$0] })
    }
}
