import TestGate
import Testing

@testable import Coupons
@testable import Rehearsal

/// What a rehearsal may be told is what a server takes.
@Suite(.sideBySide) struct OptionsTests {
    /// Rehearsal does not import the capability: it would bring the server's engines along.
    @Test func itTakesAsManyCouponsAsAServer() {
        let range = Coupon.quantityRange
        #expect(Flag.couponsRange == Int(range.lowerBound)...Int(range.upperBound))
    }
}
