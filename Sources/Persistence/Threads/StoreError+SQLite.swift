internal import Chat
internal import SQLite

extension StoreError {
    /// What an error of the database means to those who asked for something to be kept or read.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as SQLiteError where error.isBusy: self = .busy
        case let error as SQLiteError where error.isDamaged: self = .damaged(reason: "\(error)")
        case let error as StoredFormError: self = .damaged(reason: error.description)
        default: self = .unavailable(reason: "\(error)")
        }
    }
}
