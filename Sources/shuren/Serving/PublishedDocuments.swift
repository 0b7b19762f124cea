import Accounts
import HTTPClient
import HTTPTypes
import Observability
import Synchronization

/// Asks an identity provider for the keys that it publishes: once, for five seconds and a quarter of a megabyte at most.
struct PublishedDocuments: Sendable {
    private typealias Answer = Result<PublishedDocument, PublishedDocumentMissing>

    private static let patience = Duration.seconds(5)
    private static let longest = 256 * 1024

    let address: String
    let client: HTTPClient
    let time: TimeSource

    func fetch() async throws(PublishedDocumentMissing) -> PublishedDocument {
        let answer: Answer = await withTaskGroup { group in
            group.addTask { await self.ask() }
            group.addTask {
                // A cancelled sleep means that the provider was faster.
                try? await self.time.sleep(Self.patience)
                return Self.missing("no answer within \(Int(Self.patience.inSeconds)) s")
            }
            defer { group.cancelAll() }
            return await group.next() ?? Self.missing("nobody was asked")
        }
        return try answer.get()
    }

    private func ask() async -> Answer {
        let body = Mutex<[UInt8]>([])
        let request = HTTPClientRequest(
            url: self.address,
            fields: ["Accept": "application/json", "User-Agent": "shuren"],
            connectTimeout: Self.patience
        )
        do throws(HTTPClientError) {
            let response = try await self.client.send(request) { _, bytes in
                let length = body.withLock { body in
                    unsafe bytes.withUnsafeBufferPointer { unsafe body.append(contentsOf: $0) }
                    return body.count
                }
                return length <= Self.longest ? .more : .abort
            }
            guard response.status.code == 200 else {
                return Self.missing("status \(response.status.code)")
            }
            return .success(
                PublishedDocument(
                    bytes: body.withLock { $0 },
                    cacheControl: response.fields["Cache-Control"]
                )
            )
        } catch {
            return Self.missing(error == .aborted ? "more than \(Self.longest) bytes" : "\(error)")
        }
    }

    private static func missing(_ reason: String) -> Answer {
        .failure(PublishedDocumentMissing(reason: reason))
    }
}
