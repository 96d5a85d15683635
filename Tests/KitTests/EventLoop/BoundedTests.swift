import EventLoop
import Testing

@Suite struct BoundedTests {
    @Test func itNeverKeepsMoreThanItsLimit() {
        var bounded = Bounded<Int, Int>(8)
        for key in 0..<1_000 {
            bounded[key] = key
            #expect((1...8).contains(bounded.count))
            #expect(bounded[key] == key)
            #expect(bounded.value(key * 7, orMake: { -1 }) == bounded[key * 7])
            #expect(bounded.count <= 8)
        }
    }

    @Test func whatIsThereIsChangedInItsPlace() {
        var bounded = Bounded<String, Int>(2)
        bounded["a"] = 1
        bounded["b"] = 2
        bounded["a"] = 3
        #expect(bounded.all == ["a": 3, "b": 2])
        bounded["c"] = nil
        #expect(bounded.count == 2)
        bounded["b"] = nil
        bounded["c"] = 4
        #expect(bounded.all == ["a": 3, "c": 4])
        bounded["d"] = 5
        #expect(bounded.all == ["d": 5])
    }

    @Test func oneIsMadeOnce() {
        var bounded = Bounded<String, [Int]>(2)
        var made = 0
        func make() -> [Int] {
            made += 1
            return [made]
        }
        for _ in 0..<3 { #expect(bounded.value("a", orMake: make) == [1]) }
        #expect(made == 1)
    }
}
