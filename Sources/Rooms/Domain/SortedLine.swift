/// A lane of a line as a sorted list of sequences that knows how many stand before each: a million
/// take 12 MB, a place is found in two short searches.
///
/// Blocks of bounded size, so that nobody who leaves from the middle or comes back into it moves
/// more than a block; how many stand before each block is added up anew when it is asked for after
/// a change (2,000 additions for a million).
struct SortedLine: Sendable {
    private struct Block: Sendable {
        var sequences: [Int64] = []
        var notes: [UInt32] = []
    }

    /// A place in the list; valid until the list changes.
    struct Place: Sendable, Equatable {
        let rank: Int
        let note: UInt32
        fileprivate let block: Int
        fileprivate let index: Int

        static func == (left: Place, right: Place) -> Bool {
            left.rank == right.rank && left.note == right.note
        }
    }

    /// 512 x 12 B: a move within a block copies 6 kB at most.
    private static let blockMax = 512

    private var blocks: [Block] = []
    /// The first sequence of each block.
    private var firsts: [Int64] = []
    /// How many stand before each block; true of the first `settled` blocks.
    private var before: [Int] = []
    private var settled = 0
    private(set) var count = 0
    /// The highest sequence that ever stood in it, or was said to have.
    private(set) var highest: Int64

    var first: Int64? { firsts.first }

    /// A line whose sequences are all above `floor`.
    init(above floor: Int64) { highest = floor }

    /// Where `sequence` stands; nil if it does not, or if it stands there more than once.
    mutating func place(of sequence: Int64) -> Place? {
        guard let (block, index) = find(sequence) else { return nil }
        let next =
            index + 1 < blocks[block].sequences.count
            ? blocks[block].sequences[index + 1] : block + 1 < firsts.count ? firsts[block + 1] : -1
        guard next != sequence else { return nil }
        settle()
        return Place(
            rank: before[block] + index,
            note: blocks[block].notes[index],
            block: block,
            index: index
        )
    }

    /// Notes something about whoever stands at `place`.
    mutating func note(_ note: UInt32, at place: Place) {
        blocks[place.block].notes[place.index] = note
    }

    /// Somebody behind everybody else, and behind everybody who ever was.
    mutating func append(_ sequence: Int64) {
        highest = max(highest, sequence)
        if let last = blocks.last, last.sequences.count < Self.blockMax {
            blocks[blocks.count - 1].sequences.append(sequence)
            blocks[blocks.count - 1].notes.append(0)
        } else {
            var block = Block()
            block.sequences.reserveCapacity(Self.blockMax)
            block.notes.reserveCapacity(Self.blockMax)
            block.sequences.append(sequence)
            block.notes.append(0)
            blocks.append(block)
            firsts.append(sequence)
            before.append(count)
            if settled == blocks.count - 1 { settled = blocks.count }
        }
        count += 1
    }

    /// Somebody anywhere.
    mutating func insert(_ sequence: Int64, note: UInt32) {
        guard sequence <= highest, !blocks.isEmpty else {
            append(sequence)
            blocks[blocks.count - 1].notes[blocks[blocks.count - 1].notes.count - 1] = note
            return
        }
        let block = max(0, Self.upperBound(firsts, sequence) - 1)
        let index = Self.upperBound(blocks[block].sequences, sequence)
        blocks[block].sequences.insert(sequence, at: index)
        blocks[block].notes.insert(note, at: index)
        if index == 0 { firsts[block] = sequence }
        count += 1
        settled = min(settled, block + 1)
        if blocks[block].sequences.count > Self.blockMax { split(block) }
    }

    /// False: it does not stand there.
    @discardableResult
    mutating func remove(_ sequence: Int64) -> Bool {
        guard let (block, index) = find(sequence) else { return false }
        blocks[block].sequences.remove(at: index)
        blocks[block].notes.remove(at: index)
        count -= 1
        settled = min(settled, block + 1)
        if blocks[block].sequences.isEmpty {
            drop(block..<block + 1)
        } else {
            firsts[block] = blocks[block].sequences[0]
        }
        return true
    }

    /// Everybody up to `sequence`.
    mutating func removeAll(through sequence: Int64) {
        highest = max(highest, sequence)
        let whole = max(0, Self.upperBound(firsts, sequence) - 1)
        for block in 0..<min(whole, blocks.count) { count -= blocks[block].sequences.count }
        drop(0..<min(whole, blocks.count))
        settled = 0
        guard let first = blocks.first else { return }
        let gone = Self.upperBound(first.sequences, sequence)
        count -= gone
        if gone == first.sequences.count {
            drop(0..<1)
        } else if gone > 0 {
            blocks[0].sequences.removeFirst(gone)
            blocks[0].notes.removeFirst(gone)
            firsts[0] = blocks[0].sequences[0]
        }
    }

    private func find(_ sequence: Int64) -> (block: Int, index: Int)? {
        // Equal ones may begin at the end of the block before.
        var block = Self.lowerBound(firsts, sequence)
        if block == firsts.count || firsts[block] != sequence || block > 0 {
            block = max(0, block - 1)
        }
        while block < blocks.count {
            let index = Self.lowerBound(blocks[block].sequences, sequence)
            if index < blocks[block].sequences.count {
                return blocks[block].sequences[index] == sequence ? (block, index) : nil
            }
            block += 1
        }
        return nil
    }

    private mutating func drop(_ range: Range<Int>) {
        blocks.removeSubrange(range)
        firsts.removeSubrange(range)
        before.removeSubrange(range)
        settled = min(settled, range.lowerBound)
    }

    private mutating func split(_ block: Int) {
        let half = blocks[block].sequences.count / 2
        var second = Block()
        second.sequences = Array(blocks[block].sequences[half...])
        second.notes = Array(blocks[block].notes[half...])
        blocks[block].sequences.removeSubrange(half...)
        blocks[block].notes.removeSubrange(half...)
        blocks.insert(second, at: block + 1)
        firsts.insert(second.sequences[0], at: block + 1)
        before.insert(0, at: block + 1)
    }

    private mutating func settle() {
        while settled < blocks.count {
            before[settled] =
                settled == 0 ? 0 : before[settled - 1] + blocks[settled - 1].sequences.count
            settled += 1
        }
    }

    /// The first index whose value is not below `sequence`.
    private static func lowerBound(_ values: [Int64], _ sequence: Int64) -> Int {
        var low = 0, high = values.count
        while low < high {
            let middle = (low + high) / 2
            if values[middle] < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The first index whose value is above `sequence`.
    private static func upperBound(_ values: [Int64], _ sequence: Int64) -> Int {
        sequence == .max ? values.count : lowerBound(values, sequence + 1)
    }
}
