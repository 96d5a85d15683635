import Crypto
import Engines
import HTTP
import Ledger
import Values

/// What the forms of the pages share: attempts that must happen once.
extension Handlers {
    /// Nil when the store could not be reached: it may have been done all the same.
    package func repeatable<Value>(_ body: () async throws(StoreError) -> Value)
        async throws(Refusal) -> Value?
    {
        do throws(StoreError) {
            return try await body()
        } catch {
            guard error.isMomentary else { throw Refusal(error) }
            return nil
        }
    }

    /// Nil without a key that can be one.
    package func attempt(
        _ request: HTTPRequest,
        _ form: FormBody,
        _ what: String,
        _ user: UserID
    ) -> Attempt? {
        guard let key = form["key"], Attempt.isKey(key) else { return nil }
        let print = Attempt.fingerprint(request.method.rawValue, request.path, Array(what.utf8))
        return Attempt(user: user, key: key, fingerprint: print)
    }

    /// The fields of a form that this site's own page has sent.
    package func ownForm(_ request: HTTPRequest) throws(Refusal) -> FormBody {
        guard let form = FormBody(request.body) else {
            throw .invalidRequest(
                field: "body",
                reason: "has more than \(FormBody.fieldsMax) fields"
            )
        }
        return form
    }
}

/// Idempotency keys that the forms of a page carry: one for each attempt that a page offers.
package struct FormKeys: Sendable {
    package let pay: String
    package let charge: String

    package init(pay: String? = nil, charge: String? = nil) {
        self.pay = pay ?? "form-" + Base64URL.encodeString(SecureRandom.bytes(16))
        self.charge = charge ?? "form-" + Base64URL.encodeString(SecureRandom.bytes(16))
    }
}
