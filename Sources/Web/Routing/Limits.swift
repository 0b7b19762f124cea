package import Accounts
package import Chat

/// What people and addresses may ask for in some time, and how it is known where they are.
package struct Limits: Sendable {
    /// Messages of each person.
    package let messages: any Limiter
    /// Requests of each address that may mean much work.
    package let heavyRequests: SlidingWindow<String>
    /// What models are paid.
    package let spending: Spending
    package let addresses: ClientAddresses

    package init(
        messages: any Limiter,
        heavyRequests: SlidingWindow<String>,
        spending: Spending,
        addresses: ClientAddresses
    ) {
        self.messages = messages
        self.heavyRequests = heavyRequests
        self.spending = spending
        self.addresses = addresses
    }
}
