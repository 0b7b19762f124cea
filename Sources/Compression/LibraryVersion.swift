internal import CZlib

/// The version of the zlib library in this process.
package var compressionLibraryVersion: String { unsafe String(cString: zlibVersion()) }
