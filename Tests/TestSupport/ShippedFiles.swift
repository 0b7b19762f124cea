import Foundation
package import JSONValue

/// A file that is shipped with the program, by its path from the top.
package func shippedJSON(_ path: String) throws -> JSON {
    let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return try JSON(parsing: [UInt8](Data(contentsOf: top.appending(path: path))))
}
