package import Chat
internal import Glibc
internal import JSONValue

/// The connection to a model that an operator made while the server ran, in a file beside the database.
///
/// The database goes into backups and exports; this file holds a key, so it goes nowhere. It is replaced as a whole, so that
/// a key never stands beside another server's address.
package struct StoredConnection: ConnectionStore {
    private let path: String

    /// Takes the data folder that the file lies in.
    package init(inFolder folder: String) {
        self.path = folder + "/model.json"
    }

    @concurrent
    package func connection() async throws(StoreError) -> ModelConnection? {
        guard Folder.hasContent(self.path) else { return nil }
        let bytes: [UInt8]
        do throws(SystemError) {
            let file = try File(reading: self.path)
            bytes = try file.read(file.byteCount, at: 0)
        } catch {
            throw .unavailable(reason: "\(error)")
        }
        guard let json = try? JSON(parsing: bytes), let connection = ModelConnection(json) else {
            throw .damaged(reason: "\(self.path) is no connection to a model. Remove it to go back to the settings")
        }
        return connection
    }

    @concurrent
    package func keep(_ connection: ModelConnection?) async throws(StoreError) {
        do throws(SystemError) {
            guard let connection else {
                try Folder.remove(self.path + ".part")
                return try Folder.remove(self.path)
            }
            try Folder.replace(self.path, with: connection.json.bytes(.spaced))
        } catch {
            throw .unavailable(reason: "\(error)")
        }
    }
}

extension ModelConnection {
    fileprivate var json: JSON {
        guard case .server(let server) = self else { return ["provider": "builtin"] }
        return [
            "provider": .string(server.form.rawValue), "base_url": .string(server.address),
            "api_key": server.key.map(JSON.string) ?? .null, "model": .string(server.model),
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard let provider = json["provider"]?.string else { return nil }
        if provider == "builtin" {
            self = .builtIn
            return
        }
        guard let form = ModelServer.Form(rawValue: provider), let address = json["base_url"]?.string,
            let model = json["model"]?.string
        else { return nil }
        self = .server(ModelServer(form: form, address: address, key: json["api_key"]?.string, model: model))
    }
}
