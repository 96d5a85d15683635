import CHTTPShims
import CMicrohttpd
import Glibc

/// An answer as libmicrohttpd has it, over bytes that are written anew for each request that it is
/// lent to.
@safe final class LentAnswer {
    let response: OpaquePointer
    let head: HTTPHead
    /// libmicrohttpd's, freed with the response.
    private let bytes: UnsafeMutableRawPointer
    let count: Int

    /// Nil if a header cannot be written. A body of no bytes needs none of this.
    init?(_ head: HTTPHead, count: Int) {
        precondition(count > 0, "no bytes to lend")
        guard let bytes = unsafe malloc(count) else { return nil }
        guard let made = unsafe MHD_create_response_from_buffer(count, bytes, cshim_mhd_free) else {
            unsafe free(bytes)
            return nil
        }
        guard unsafe KeptAnswer.write(head.contentType, head.headers, to: made) else { return nil }
        unsafe response = made
        unsafe self.bytes = bytes
        self.head = head
        self.count = count
    }

    deinit { unsafe MHD_destroy_response(response) }

    func write(_ body: [UInt8]) {
        precondition(body.count == count, "an answer of another length")
        unsafe body.withUnsafeBytes { body in
            guard let start = body.baseAddress else { return }
            unsafe bytes.copyMemory(from: start, byteCount: count)
        }
    }
}

/// Answers that are out and may be lent again: to one of the same head and length.
struct AnswerPool {
    /// Longer ones are rare, and making one costs little beside writing it.
    private static let bytesMax = 1_024
    /// Answers that lie ready: 256 x 1.5 KB are 400 KB a loop. Lengths change as a line moves on,
    /// so beyond it all are let go.
    private static let idleMax = 256

    private struct Shelf {
        let head: HTTPHead
        /// By length.
        var idle: [[LentAnswer]]
    }

    /// A handful: who looks for one asks each.
    private var shelves: [Shelf] = []
    private var idle = 0

    /// An answer with this body, until it is given back; nil: make one.
    mutating func lend(_ head: HTTPHead, _ body: [UInt8]) -> LentAnswer? {
        guard body.count > 0, body.count <= Self.bytesMax else { return nil }
        let shelf = shelf(of: head)
        let known = shelves[shelf].idle[body.count].popLast()
        if known != nil { idle -= 1 }
        guard let answer = known ?? LentAnswer(head, count: body.count) else { return nil }
        answer.write(body)
        return answer
    }

    /// The request that had it is over: nobody reads its bytes any more.
    mutating func giveBack(_ answer: LentAnswer) {
        if idle == Self.idleMax {
            for shelf in shelves.indices {
                for length in shelves[shelf].idle.indices { shelves[shelf].idle[length] = [] }
            }
            idle = 0
        }
        shelves[shelf(of: answer.head)].idle[answer.count].append(answer)
        idle += 1
    }

    private mutating func shelf(of head: HTTPHead) -> Int {
        for index in shelves.indices where shelves[index].head === head { return index }
        let idle = Array(repeating: [LentAnswer](), count: Self.bytesMax + 1)
        shelves.append(Shelf(head: head, idle: idle))
        return shelves.count - 1
    }
}
