import Crypto
import Testing

/// RFC 7515, appendices A.1 to A.3: one payload, three algorithms. It has no `sub`, so a token that
/// passes every check is refused for that alone.
@Suite struct JWTVectorTests {
    private static let payload = """
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn\
        VlfQ
        """

    struct Vector: Sendable {
        let key: String, header: String, signature: String
    }

    static let vectors = [
        Vector(
            key: """
                {"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0i\
                PS4hcgUuTwjAzZr1Z9CAow"}
                """,
            header: "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
            signature: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        ),
        Vector(
            key: """
                {"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp\
                -Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soM\
                Zo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xs\
                mtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethF\
                kMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}
                """,
            header: "eyJhbGciOiJSUzI1NiJ9",
            signature: """
                cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5Y\
                Kt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6x\
                BArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6\
                BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_I\
                oypGlUPQGe77Rw
                """
        ),
        Vector(
            key: """
                {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x\
                _FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
                """,
            header: "eyJhbGciOiJFUzI1NiJ9",
            signature: """
                DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6\
                NU1Q
                """
        ),
    ]

    @Test(arguments: vectors) func theRFCsTokensAreGenuineUntilTheyExpire(_ vector: Vector) throws {
        let verifier = try JWTVerifier(.publicKeys(Array(vector.key.utf8)))
        let token = "\(vector.header).\(Self.payload).\(vector.signature)"
        #expect(throws: JWTError.missingSubject("sub")) {
            try verifier.verify(token, nowSeconds: 1_300_819_439)
        }
        #expect(throws: JWTError.expired) { try verifier.verify(token, nowSeconds: 1_300_819_440) }
    }

    @Test(arguments: vectors) func theRFCsTokensWithAnotherSignatureAreForged(
        _ vector: Vector
    ) throws {
        let verifier = try JWTVerifier(.publicKeys(Array(vector.key.utf8)))
        let signature = Base64URL.decode(vector.signature) ?? []
        for index in signature.indices {
            var forged = signature
            forged[index] ^= 1
            let token = "\(vector.header).\(Self.payload).\(Base64URL.encodeString(forged))"
            #expect(throws: JWTError.badSignature) { try verifier.verify(token, nowSeconds: 0) }
        }
        for forged in [[], Array(signature.dropLast()), signature + [0]] {
            let token = "\(vector.header).\(Self.payload).\(Base64URL.encodeString(forged))"
            #expect(throws: JWTError.badSignature) { try verifier.verify(token, nowSeconds: 0) }
        }
    }
}
