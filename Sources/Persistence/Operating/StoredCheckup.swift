package import Checkup
internal import JSONValue
internal import Observability

/// The record of check-ups, in a file beside the database: it says something of this machine, so no backup has it.
package struct StoredCheckup: CheckupStore {
    private let path: String

    /// Takes the data folder that the file lies in.
    package init(inFolder folder: String) {
        self.path = folder + "/checkup.json"
    }

    @concurrent
    package func record() async -> CheckupRecord {
        var record = CheckupRecord()
        guard Folder.hasContent(self.path), let file = try? File(reading: self.path), let size = try? file.byteCount,
            let bytes = try? file.read(min(size, 4096), at: 0), let json = try? JSON(parsing: bytes)
        else { return record }  // who cannot read it has looked at nothing yet
        record.model = look(json["model"])
        record.installation = look(json["installation"])
        record.stream = look(json["stream"])
        record.isSetAside = json["set_aside"]?.bool ?? false
        return record
    }

    @concurrent
    package func keep(_ record: CheckupRecord) async throws {
        let json: JSON = [
            "model": written(record.model), "installation": written(record.installation),
            "stream": written(record.stream), "set_aside": .bool(record.isSetAside),
        ]
        try Folder.replace(self.path, with: json.bytes(.spaced))
    }
}

private func look(_ json: JSON?) -> CheckupRecord.Look? {
    guard let at = json?["at"]?.int, let verdict = json?["verdict"]?.string.flatMap(Finding.Verdict.init) else {
        return nil
    }
    return CheckupRecord.Look(at: Timestamp(milliseconds: Int64(at)), verdict: verdict)
}

private func written(_ look: CheckupRecord.Look?) -> JSON {
    guard let look else { return .null }
    return ["at": .integer(Int(look.at.milliseconds)), "verdict": .string(look.verdict.rawValue)]
}
