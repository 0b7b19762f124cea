import Glibc

// Where libFuzzer, which brings its own `main`, enters: `Scripts/fuzz` builds this file and the properties as an executable.

/// The target that the environment variable `FUZZ_TARGET` names.
private let target: FuzzTarget = {
    guard let name = unsafe getenv("FUZZ_TARGET"),
        let target = unsafe FuzzTarget(rawValue: String(cString: name))
    else {
        fatalError("FUZZ_TARGET is none of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return target
}()

/// Checks one input; a promise that does not hold ends the process, which libFuzzer keeps the input of.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do {
        try target.check(input)
    } catch {
        fatalError("\(target.rawValue): \(error)")
    }
    return 0
}
