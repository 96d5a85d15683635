import EventLoop
import Testing

@Suite(.timeLimit(.minutes(1))) struct NameLookupTests {
    @Test(arguments: ["127.0.0.1", "::1", "fe80::1"]) func anAddressIsItself(address: String) async
    {
        guard case .success(let found) = await NameLookup.addresses(of: address) else {
            Issue.record("no address")
            return
        }
        #expect(found == [address])
    }

    @Test func aNameHasNumericAddresses() async {
        guard case .success(let found) = await NameLookup.addresses(of: "localhost") else {
            Issue.record("no address")
            return
        }
        #expect(!found.isEmpty && found.allSatisfy { ["127.0.0.1", "::1"].contains($0) })
    }

    @Test func aNameThatCannotBeSaysWhy() async {
        guard case .failure(let failure) = await NameLookup.addresses(of: "a b") else {
            Issue.record("an address")
            return
        }
        #expect(failure.reason.hasPrefix("a b: "))
    }
}
