import EventLoop
import Testing

@Suite struct FifoTests {
    @Test func whatComesFirstGoesFirst() {
        var line = Fifo<Int>()
        var expected = 0
        for number in 0..<5_000 {
            line.append(number)
            if number % 3 != 0 {
                #expect(line.popFirst() == expected)
                expected += 1
            }
        }
        #expect(line.count == 5_000 - expected)
        line.prepend([-2, -1])
        #expect(line.first == -2)
        line.withFirst { $0 = 7 }
        #expect(line.popFirst() == 7)
        #expect(line.removeAll() == [-1] + Array(expected..<5_000))
        #expect(line.popFirst() == nil)
        line.prepend([1])
        #expect(line.removeAll() == [1])
    }
}
