import Checkup
import Configuration
import EventLoop
import Glibc
import HTTPClient
import JSONValue
import Observability

/// Asks the running server through the operator's own proxy, as browsers do, and says what that does to streams.
func doctor(from request: Command.OutsideRequest, _ configuration: Configuration) async throws {
    guard let origin = Origin(request.url) else {
        throw PlainClient.Failure(
            description: "--url is the address in the browser and nothing behind it: https://chat.example"
        )
    }
    guard let answer = try await askServer("POST", "/probe-code", [:], configuration),
        let code = answer["code"]?.string
    else {
        throw PlainClient.Failure(
            description: "no server runs on this data folder: the doctor needs the server's word, so run it beside it"
        )
    }
    let loop = try EventLoop()
    async let running: Void = loop.runOnOwnThread(named: "shuren-doctor")
    let prober = Prober(
        origin: origin,
        code: code,
        authorities: request.authorities,
        client: HTTPClient(loop: loop),
        time: .system
    )
    if isatty(2) == 1 { printError("asking \(origin); this takes \(max(20, request.silence ?? 0)) seconds") }
    let (observations, program) = await prober.observe(silence: request.silence)
    loop.stop()
    await running
    let findings = observations.findings
    let proxy = (try? observations.mirror.get())?.peer  // without the server's word the usual address is shown
    for finding in findings {
        print(report(finding, finding.advice?.naming(origin, proxy: proxy), for: program))
    }
    guard findings.verdict != .bad else {
        throw PlainClient.Failure(description: "the way from readers to the server is not well, see above")
    }
    print(findings.verdict == .good ? "all is well" : "it works; see above what could be better")
}

/// A finding as lines; the proxy's name chooses among the advices where it gave itself away.
func report(_ finding: Finding, _ advice: Advice? = nil, for program: String? = nil) -> String {
    func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
    var lines = ["\(padded(finding.verdict.rawValue, 10)) \(padded(finding.name, 15)) \(finding.measured)"]
    guard let advice = advice ?? finding.advice else { return lines[0] }
    lines.append("    \(advice.sentence)")
    for each in advice.lines where program == nil || each.program == program || each.program == "shuren" {
        lines.append("    \(each.program):")
        lines += each.text.split(separator: "\n").map { "        \($0)" }
    }
    return lines.joined(separator: "\n")
}
