internal import CCrypto

/// The version of the OpenSSL library in this process.
package var cryptoLibraryVersion: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)) }
