import Fuzzing
import Glibc

/// What libFuzzer calls with every input it makes; built by `Scripts/fuzz` alone, because only that has libFuzzer's `main`.
///
/// `FUZZ_TARGET` names the target. A claim that does not hold ends the process, which is how libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    if let problem = target.problem(with: input) { fatalError("\(target.rawValue): \(problem)") }
    return 0
}

private let target: FuzzTarget = {
    guard let name = unsafe getenv("FUZZ_TARGET"), let target = unsafe FuzzTarget(rawValue: String(cString: name))
    else {
        fatalError("FUZZ_TARGET is one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return target
}()
