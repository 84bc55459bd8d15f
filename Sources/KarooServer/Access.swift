// KarooExpress – Apache-2.0

import KarooCheckout
import KarooCommerce

/// Who may use a route. Every route says it, openapi.json says it again under `x-audience`, and a test compares both.
struct Access: Sendable {
    enum Audience: String, Hashable, Sendable {
        /// Everybody, and nobody is asked for.
        case anybody
        /// Everybody; whoever is logged in is known by it.
        case visitor
        /// Whoever has the token of `{cart}` or `{order}`, and the account that it belongs to.
        case cart, order
        /// Every account.
        case account
        /// Members of `{seller}`; where the path names none, members of any.
        case seller
        /// Support and admins.
        case support
        case admin
    }

    let audience: Audience
    /// What a key of a program needs; nil: no key opens it.
    let scope: Scope?
    /// Only shortly after password or code were given.
    let isFresh: Bool

    static let anybody = Access(audience: .anybody, scope: nil, isFresh: false)
    static let visitor = Access(audience: .visitor, scope: nil, isFresh: false)

    static func cart(scope: Scope = .cartsWrite) -> Access { Access(audience: .cart, scope: scope, isFresh: false) }
    static func order(scope: Scope, fresh: Bool = false) -> Access { Access(audience: .order, scope: scope, isFresh: fresh) }
    static func account(scope: Scope? = nil, fresh: Bool = false) -> Access { Access(audience: .account, scope: scope, isFresh: fresh) }
    static func seller(scope: Scope? = nil, fresh: Bool = false) -> Access { Access(audience: .seller, scope: scope, isFresh: fresh) }
    static func support(scope: Scope? = nil, fresh: Bool = false) -> Access { Access(audience: .support, scope: scope, isFresh: fresh) }
    static func admin(scope: Scope? = nil, fresh: Bool = false) -> Access { Access(audience: .admin, scope: scope, isFresh: fresh) }
}
