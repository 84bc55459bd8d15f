// KarooExpress – Apache-2.0

/// Somebody who may log in. Everybody is a buyer; more is granted.
public enum User {
    public typealias ID = Identifier<User>
}

/// What somebody may do beyond buying.
public enum Role: Hashable, Sendable {
    /// Works for a seller of the offer book.
    case seller(Seller.ID)
    /// Helps buyers and sellers of the whole marketplace.
    case support
    /// Whatever support may, and grants roles.
    case admin

    /// `seller`, `support` or `admin`.
    public var name: String {
        switch self {
        case .seller: "seller"
        case .support: "support"
        case .admin: "admin"
        }
    }

    /// Whose seller it is; nil for the roles of the marketplace.
    public var seller: Seller.ID? {
        guard case .seller(let id) = self else { return nil }
        return id
    }

    /// Nil when there is no such role, and when a seller is missing or too many.
    public init?(_ name: String, seller: Seller.ID?) {
        switch (name, seller) {
        case ("seller", let seller?): self = .seller(seller)
        case ("support", nil): self = .support
        case ("admin", nil): self = .admin
        default: return nil
        }
    }
}

/// What a key of a program may do; it never may more than whoever made it.
public enum Scope: String, CaseIterable, Sendable {
    case accountRead = "account:read"
    case accountWrite = "account:write"
    case accountsRead = "accounts:read"
    case auditRead = "audit:read"
    case cartsWrite = "carts:write"
    case catalogWrite = "catalog:write"
    case invoicesRead = "invoices:read"
    case offersRead = "offers:read"
    case ordersRead = "orders:read"
    case ordersWrite = "orders:write"
    case payoutsRead = "payouts:read"
    case payoutsWrite = "payouts:write"
    case promotionsWrite = "promotions:write"
    case refundsWrite = "refunds:write"
    case reportsRead = "reports:read"
    case stockWrite = "stock:write"
}
