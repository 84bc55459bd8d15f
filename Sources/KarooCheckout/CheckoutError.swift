// KarooExpress – Apache-2.0

import KarooDatabase

/// Why something was not done: a code for programs, the part of the request that it is about, and what is needed to mend it.
/// Every other error is internal, and nobody outside learns of it.
package struct CheckoutError: Error, Hashable, Sendable {
    package enum Code: String, CaseIterable, Sendable {
        // What was asked makes no sense.
        case malformed, invalid
        // Who asks, and for what.
        case notFound, unauthorized, forbidden, stepUpRequired, csrfTokenMissing, originRefused
        // Accounts.
        case credentialsWrong, tooManyGuesses, emailTaken, lastAdmin, passwordTooShort, passwordTooLong, passwordTooCommon
        case tokenInvalid, challengeExpired, codeWrong, codeRequired, secondFactorOn, passkeyRefused, tooManyPasskeys, tooManyKeys, tooManyAddresses
        // The cart.
        case cartClosed, cartBusy, cartEmpty, versionConflict, tooManyLines, badQuantity
        // What is sold.
        case offerUnknown, notSoldHere, notShipped, outOfStock, priceChanged, amountTooLarge
        // Coupons.
        case couponUnknown, couponNotYet, couponExpired, couponOtherSeller, couponOtherCurrency, couponBelowMinimum, couponUsedUp, couponUsedByBuyer
        // Promotions.
        case promotionUsedUp
        // Delivery and tax.
        case shippingMethodUnavailable, taxIDInvalid
        // Other currencies.
        case conversionUnavailable, currencyQuoteInvalid
        // Completing.
        case deliveryMissing, idempotencyKeyMissing, idempotencyKeyInvalid, idempotencyKeyReused, completionInProgress
        case paymentMethodUnknown, paymentDeclined, paymentExpired
        // Afterwards.
        case notCancellable
        // Giving money back.
        case notRefundable, refundTooLarge, paymentDisputed, paymentDiffers
        // What providers tell.
        case hookRefused
        // Sellers' money.
        case payoutClosed
        // The server itself.
        case offersUnavailable, busy, storageFull, `internal`
    }

    package let code: Code
    /// The member of the request, as `lines/0/quantity`; nil when it is about the whole.
    package let field: String?
    /// What is needed to mend it, as `available: 3`.
    package let meta: [String: String]

    package init(_ code: Code, field: String? = nil, meta: [String: String] = [:]) {
        self.code = code
        self.field = field
        self.meta = meta
    }
}

extension CheckoutError {
    /// Any error, as far as those outside may know of it: what the database cannot do now, or `internal`.
    package init(_ error: any Error) {
        switch error {
        case let error as CheckoutError: self = error
        case DatabaseError.busy, DatabaseError.broken: self.init(.busy)
        case DatabaseError.full: self.init(.storageFull)
        default: self.init(.internal)
        }
    }
}

extension Checkout {
    /// Whether the disk has stopped keeping what is written, after which nothing more can be promised.
    package func isBroken(_ error: any Error) -> Bool {
        if case .broken? = error as? DatabaseError { return true }
        return false
    }
}
