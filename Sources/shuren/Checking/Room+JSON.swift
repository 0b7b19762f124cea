import Checkup
import JSONValue

extension Installation.Room {
    /// As the command line is told of it; read again by ``init(_:)``.
    var json: JSON {
        [
            "open_files": .number(JSON.Number(self.openFiles)),
            "connections": .number(JSON.Number(self.connections)),
            "wanted_connections": .number(JSON.Number(self.wantedConnections)),
        ]
    }

    /// Reads what the running server says of itself; `nil` when it says something else.
    init?(_ json: JSON) {
        guard let files = json["open_files"]?.int, let connections = json["connections"]?.int,
            let wanted = json["wanted_connections"]?.int
        else { return nil }
        self.init(openFiles: files, connections: connections, wantedConnections: wanted)
    }
}
