/// The flags of `onsale serve`, as its help tells them.
extension Configuration {
    static let flags: [Flags.Known] = [
        .init(
            name: "port",
            value: "8080",
            help: "TCP port; 0 takes a free one",
            isNumber: true
        ),
        .init(name: "host", value: "127.0.0.1", help: "address to listen on"),
        .init(
            name: "data",
            value: "./data",
            help: "folder for keys, the ledger and the private Redis"
        ),
        .init(
            name: "redis",
            value: "embedded",
            help: "embedded: a private redis-server in the data folder; or\n"
                + "redis://[[user]:password@]host[:port][/db], unix:/path[?db=N],\n"
                + "rediss://... (TLS) or redis+sentinel://host[:port][,...]/NAME"
        ),
        .init(
            name: "redis-server",
            value: "redis-server",
            help: "the program of the private Redis, 7.0 or later"
        ),
        .init(
            name: "ledger",
            value: "sqlite",
            help: "sqlite: a file in the data folder, for one process; or\n"
                + "postgres://[user[:password]@]host[:port]/db[?sslmode=...]"
        ),
        .init(
            name: "auth",
            value: "dev",
            help: "dev: believe the header X-User-Id, loopback only;\n"
                + "visitor: people without accounts, known by a signed cookie or token;\n"
                + "jwt: bearer tokens, checked with --jwt-key or --jwt-secret"
        ),
        .init(
            name: "jwt-key",
            value: "FILE",
            help: "public key in PEM or DER (RSA, P-256, Ed25519), or a JWK set"
        ),
        .init(name: "jwt-secret", value: "FILE", help: "secret of HS256, 32 bytes or more"),
        .init(name: "jwt-issuer", value: "ISS", help: "the iss that tokens must have"),
        .init(
            name: "jwt-audience",
            value: "AUD[,AUD...]",
            help: "the aud that tokens must have, one of these"
        ),
        .init(
            name: "jwt-any-audience",
            value: nil,
            help: "take tokens made for any application; --jwt-issuer may be left out, too"
        ),
        .init(name: "jwt-subject", value: "sub", help: "the claim that names the visitor"),
        .init(
            name: "jwt-leeway",
            value: "60",
            help: "seconds by which clocks may differ, 0 to 300",
            isNumber: true
        ),
        .init(
            name: "cookie-secure",
            value: nil,
            help: "cookies are Secure, also where no X-Forwarded-Proto says https"
        ),
        .init(
            name: "trust-proxy",
            value: "CIDR[,CIDR...]",
            help: "proxies whose X-Forwarded-For, -Proto and -Host are believed, and whose PROXY\n"
                + "headers are read; loopback is one"
        ),
        .init(
            name: "rates-per-address",
            value: "CLASS=RATE:BURST,...",
            help: "requests a second and at once of one address, for enter, change, read, list,\n"
                + "admin; what is not named keeps its rate; CLASS=off; off: none has one"
        ),
        .init(
            name: "rates-per-user",
            value: "CLASS=RATE:BURST,...",
            help: "the same of one user"
        ),
        .init(name: "log-level", value: "info", help: "error, warn, info or debug"),
        .init(name: "log-format", value: "text", help: "text (logfmt) or json, on standard error"),
        .init(name: "access-log", value: nil, help: "a line for each request, on standard error"),
        .init(
            name: "admin-key-file",
            value: "DATA/admin.key",
            help: "the operator's key, 43 visible ASCII characters;\n"
                + "made at the first start"
        ),
        .init(
            name: "ticket-key-file",
            value: "DATA/ticket.key",
            help: "seals tickets; all processes of one line share it"
        ),
        .init(
            name: "pass-key-file",
            value: "DATA/pass.key",
            help: "signs passes; all processes of one line share it"
        ),
        .init(name: "issuer", value: "onsale", help: "the iss of passes"),
        .init(name: "threads", value: "CORES", help: "event loops, 1 to 64", isNumber: true),
        .init(
            name: "waiting-max",
            value: "1000000",
            help: "visitors in one line before newcomers get 429 room_full",
            isNumber: true
        ),
        .init(
            name: "retain-days",
            value: "30",
            help: "days after which what is over leaves Redis; it comes back from the\n"
                + "ledger when somebody asks; 0: it stays",
            isNumber: true
        ),
        .init(
            name: "sellout-fraction",
            value: "0.9",
            help: "share of the seats whose sale stops the clock of a ranking, 0.001 to 1",
            isNumber: true
        ),
        .init(
            name: "connections-max",
            value: "20000",
            help: "open connections of one loop",
            isNumber: true
        ),
        .init(
            name: "buffered-max",
            value: "512",
            help: "MiB that wait for slow clients, over all loops; then the slowest are cut",
            isNumber: true
        ),
        .init(
            name: "connections-per-address-max",
            value: "0",
            help: "of one address; 0: no limit, right behind a proxy",
            isNumber: true
        ),
        .init(
            name: "drain-seconds",
            value: "5",
            help:
                "from SIGTERM on, /readyz is 503 and all is served for so long, for balancers to\n"
                + "notice; then the server stops; 0 to 600",
            isNumber: true
        ),
        .init(
            name: "demo",
            value: nil,
            help: "open a room, concerts, a coupon `demo` and a shop, with synthetic visitors"
        ),
        .init(name: "help", value: nil, help: "this text"),
    ]
}
