package import Accounts
package import Crypto
package import Observability

/// Where people come in, and the streams that end when they may no longer be inside: the same ones for the routes, for admins
/// and for the command line.
package struct FrontDoor: Sendable {
    package let people: People
    /// Where people come in for whom an identity provider vouches; `nil` where nobody does.
    package let identities: IdentityDoor?
    let viewers: OpenViewers
    /// Addresses behind which many people stand, or the operator: nobody waits for what came from there before.
    let sharedAddresses: Set<String>

    package init(
        policy: AccessPolicy,
        store: any PeopleStore,
        visitors: Visitors,
        admins: AdminDoor,
        hasher: PasswordHasher = PasswordHasher(),
        identities: IdentityDoor? = nil,
        sharedAddresses: Set<String> = [],
        time: TimeSource
    ) {
        let viewers = OpenViewers()
        self.viewers = viewers
        self.identities = identities
        self.sharedAddresses = sharedAddresses.union(["127.0.0.1", "::1", ""])
        self.people = People(
            policy: policy,
            store: store,
            visitors: visitors,
            admins: admins,
            hasher: hasher,
            throttle: LoginThrottle(time: time),
            doors: viewers,
            time: time
        )
    }
}
