import TestGate
import Testing

@testable import Redis

@Suite(.sideBySide) struct EndpointTests {
    @Test(arguments: [
        ("redis://localhost", "redis://localhost:6379"),
        ("redis://localhost/", "redis://localhost:6379"),
        ("redis://10.0.0.1:7000/3", "redis://10.0.0.1:7000/3"),
        ("redis://:secret@cache", "redis://:***@cache:6379"),
        ("redis://ann:se%40c:ret@cache:1/15", "redis://ann:***@cache:1/15"),
        ("redis://:bare@sign@cache", "redis://:***@cache:6379"),
        ("redis://[::1]:6380", "redis://[::1]:6380"),
        ("redis://[::1]", "redis://[::1]:6379"),
        ("unix:/run/redis.sock", "unix:/run/redis.sock"),
        ("unix:///run/redis.sock", "unix:/run/redis.sock"),
        ("unix:/run/a%20b.sock?db=2", "unix:/run/a b.sock?db=2"),
        ("unix:/s?user=ann&password=secret", "unix:/s?user=ann&password=***"),
        ("rediss://localhost", "rediss://localhost:6379"),
        (
            "rediss://ann:secret@cache:1/2?cafile=/a%26b&certfile=/c&keyfile=/k",
            "rediss://ann:***@cache:1/2?cafile=/a&b&certfile=/c&keyfile=/k"
        ),
        ("redis+sentinel://one,[::1]:5/shop", "redis+sentinel://one:26379,[::1]:5/shop"),
        (
            "redis+sentinel://:secret@a:1,b:2/s.1?db=2&sentinel-user=w&sentinel-password=secret",
            "redis+sentinel://:***@a:1,b:2/s.1?db=2&sentinel-user=w&sentinel-password=***"
        ),
        (
            "redis+sentinel://a/shop?tls=1&cafile=/ca",
            "redis+sentinel://a:26379/shop?tls=1&cafile=/ca"
        ),
        ("redis+sentinel://a/shop?tls=0", "redis+sentinel://a:26379/shop"),
    ]) func goodTextIsReadAndPrintedWithoutItsPassword(text: String, printed: String) throws {
        let endpoint = try RedisEndpoint.parse(text)
        #expect(endpoint.description == printed)
        #expect(String(reflecting: endpoint) == printed)
        #expect(!"\(endpoint)".contains("secret"))
    }

    @Test(arguments: [
        ("", RedisEndpointError.unknownScheme),
        ("localhost:6379", .unknownScheme),
        ("http://localhost", .unknownScheme),
        ("redis+cluster://localhost", .clusterUnsupported),
        ("redis://", .missingHost),
        ("redis://:secret@", .missingHost),
        ("redis://:6379", .missingHost),
        ("redis://host:", .badPort),
        ("redis://host:0", .badPort),
        ("redis://host:65536", .badPort),
        ("redis://host:+1", .badPort),
        ("redis://host/x", .badDatabase),
        ("redis://host/-1", .badDatabase),
        ("redis://ann@host", .userWithoutPassword),
        ("redis://:a%zz@host", .badEscape),
        ("redis://:a%+1@host", .badEscape),
        ("redis://:a%2@host", .badEscape),
        ("redis://:a%00@host", .badEscape),
        ("unix:relative.sock", .relativePath),
        ("unix:/s?db=two", .badDatabase),
        ("unix:/s?port=1", .unknownOption),
        ("unix:/s?user=ann", .userWithoutPassword),
        ("redis://a,b", .severalHosts),
        ("rediss://a:1,b:2/0", .severalHosts),
        ("redis://h/0?tls=1", .optionsOfTLS),
        ("redis://h?cafile=/ca", .optionsOfTLS),
        ("redis://h?db=1", .badHost),
        ("unix:/s?cafile=/ca", .optionsOfTLS),
        ("unix:/s?db=1&db=2", .repeatedOption),
        ("rediss://h/shop", .badDatabase),
        ("rediss://h?tls=1", .unknownOption),
        ("rediss://h?sentinel-password=p", .unknownOption),
        ("rediss://h?certfile=/c", .halfCertificate),
        ("rediss://h?keyfile=/k", .halfCertificate),
        ("rediss://h?cafile=%zz", .badEscape),
        ("redis+sentinel://h", .missingPrimary),
        ("redis+sentinel://h/", .missingPrimary),
        ("redis+sentinel://h/shop/0", .badPrimary),
        ("redis+sentinel:///shop", .missingHost),
        ("redis+sentinel://a,/shop", .missingHost),
        ("redis+sentinel://a:x/shop", .badPort),
        ("redis+sentinel://h/shop?cafile=/ca", .optionsOfTLS),
        ("redis+sentinel://h/shop?tls=yes", .badTLS),
        ("redis+sentinel://h/shop?sentinel-user=w", .userWithoutPassword),
        ("redis+sentinel://h/shop?password=p", .unknownOption),
        (
            "redis+sentinel://" + [String](repeating: "h", count: 17).joined(separator: ",") + "/s",
            .tooManySentinels(limit: 16)
        ),
    ]) func badTextIsRefused(text: String, error: RedisEndpointError) {
        #expect(throws: error) { try RedisEndpoint.parse(text) }
        #expect(!error.description.isEmpty)
    }

    @Test func aSocketPathThatWouldBeCutIsRefused() throws {
        let longest = "/" + String(repeating: "x", count: RedisEndpoint.unixPathMax - 1)
        #expect(try RedisEndpoint(unixPath: longest).address == .unix(path: longest))
        #expect(throws: RedisEndpointError.self) { try RedisEndpoint(unixPath: longest + "x") }
    }
}
