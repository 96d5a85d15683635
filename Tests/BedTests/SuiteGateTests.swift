import Synchronization
import Testing

@testable import TestGate

@Suite(.sideBySide, .timeLimit(.minutes(1))) struct SuiteGateTests {
    @Test func aSuiteThatHangsIsNamedAndOneThatEndsIsNot() async {
        let named = AsyncStream<String>.makeStream()
        let gate = SuiteGate(width: 2, patience: .zero) { named.continuation.yield($0) }
        // Ends before anybody can look.
        let patient = SuiteGate(width: 2, patience: .seconds(3_600)) {
            named.continuation.yield($0)
        }
        patient.leave(
            "quick",
            await patient.enter("quick", alone: false, order: .zero),
            alone: false
        )
        _ = await gate.enter("slow", alone: false, order: .zero)
        var names = named.stream.makeAsyncIterator()
        #expect(await names.next() == "slow")
    }

    @Test func thoseThatRunAloneComeLastAndOneByOne() async {
        let gate = SuiteGate(width: 2, patience: .seconds(3_600)) { _ in }
        let order = Mutex<[String]>([])
        gate.expectOne()
        await withTaskGroup(of: Void.self) { group in
            for (name, isAlone) in [("alone", true), ("alone too", true), ("beside", false)] {
                group.addTask {
                    let threads = await gate.enter(name, alone: isAlone, order: .zero)
                    order.withLock { $0.append(name) }
                    await Task.yield()
                    order.withLock { $0.append("end of " + name) }
                    gate.leave(name, threads, alone: isAlone)
                }
            }
        }
        let said = order.withLock { $0 }
        #expect(said.prefix(2) == ["beside", "end of beside"])
        #expect(stride(from: 0, to: 6, by: 2).allSatisfy { said[$0 + 1] == "end of " + said[$0] })
    }
}
