import Crypto

extension Configuration {
    /// How visitors prove who they are.
    enum Auth {
        case dev, visitor
        case jwt(Key, JWTRules)

        struct Key {
            let path: String
            /// HS256; else public keys.
            let isSecret: Bool
        }

        /// The flag that names the key file, for errors.
        var keyFlag: String {
            if case .jwt(let key, _) = self, key.isSecret { "--jwt-secret" } else { "--jwt-key" }
        }
    }
}

extension Configuration.Auth {
    private static let jwtFlags = [
        "jwt-key", "jwt-secret", "jwt-issuer", "jwt-audience", "jwt-any-audience", "jwt-subject",
        "jwt-leeway",
    ]

    init(_ flags: Flags) throws(FlagError) {
        let name = flags.string("auth", default: "dev")
        if name == "jwt" {
            self = try .jwt(Self.key(flags), Self.rules(flags))
            return
        }
        guard name == "dev" || name == "visitor" else {
            throw FlagError(line: "--auth takes dev, visitor or jwt, not \(Redaction.shown(name))")
        }
        // Whoever sets one of these means to check tokens.
        if let flag = Self.jwtFlags.first(where: { flags.string($0) != nil }) {
            throw FlagError(line: "--\(flag) needs --auth jwt")
        }
        self = name == "dev" ? .dev : .visitor
    }

    private static func key(_ flags: Flags) throws(FlagError) -> Key {
        switch (flags.string("jwt-key"), flags.string("jwt-secret")) {
        case (let path?, nil): return Key(path: path, isSecret: false)
        case (nil, let path?): return Key(path: path, isSecret: true)
        case (nil, nil):
            throw FlagError(line: "--auth jwt needs --jwt-key FILE or --jwt-secret FILE")
        case (_?, _?): throw FlagError(line: "--jwt-key and --jwt-secret exclude each other")
        }
    }

    private static func rules(_ flags: Flags) throws(FlagError) -> JWTRules {
        let issuer = flags.string("jwt-issuer")
        let audiences = (flags.string("jwt-audience") ?? "").split(separator: ",").map(String.init)
        let takesAny = try flags.isOn("jwt-any-audience")
        // An identity provider signs for many applications with the same key.
        if flags.string("jwt-key") != nil, !takesAny {
            guard let issuer, !issuer.isEmpty else {
                throw FlagError(line: "--jwt-key needs --jwt-issuer, or --jwt-any-audience")
            }
            guard !audiences.isEmpty else {
                throw FlagError(line: "--jwt-key needs --jwt-audience, or --jwt-any-audience")
            }
        }
        if takesAny, !audiences.isEmpty {
            throw FlagError(line: "--jwt-audience and --jwt-any-audience exclude each other")
        }
        let subject = flags.string("jwt-subject", default: "sub")
        guard !subject.isEmpty else { throw FlagError(line: "--jwt-subject names a claim") }
        let leeway = try flags.integer(
            "jwt-leeway",
            default: 60,
            in: 0...Int(JWTRules.leewaySecondsMax)
        )
        return JWTRules(
            issuer: issuer.flatMap { $0.isEmpty ? nil : $0 },
            audiences: audiences,
            subjectClaim: subject,
            leewaySeconds: Int64(leeway)
        )
    }
}
