// What strangers send, made by libFuzzer (https://llvm.org/docs/LibFuzzer.html): inputs that reach
// new code are kept and changed further. `make fuzz` builds and runs it. A finding ends the process
// and leaves its input in a file `crash-...`.
//
// libFuzzer has the `main`; FUZZ_TARGET names what is to be fuzzed.

import Glibc

private let targets: [String: @Sendable (UnsafeBufferPointer<UInt8>) -> Void] = [
    "json": fuzzJSON, "jwt": fuzzJWT, "key-file": fuzzKeyFile, "ticket": fuzzTicket,
    "text": fuzzText, "http": fuzzHTTP,
]

private let target: @Sendable (UnsafeBufferPointer<UInt8>) -> Void = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = targets[name] else {
        print("FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: ", "))")
        exit(64)
    }
    return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target(UnsafeBufferPointer(start: bytes, count: count))
    return 0
}
