// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

/// What only HTTP can do wrong.
enum APIFault: String, Error, CaseIterable, Sendable {
    case badHost, brokenBody, noSuchAddress, methodNotAllowed, payloadTooLarge, unsupportedMediaType, tooManyRequests, deadlineExceeded
}

/// An error as `application/problem+json` (RFC 9457). This is the one place where a code becomes a status.
struct ErrorResponse {
    let code: String
    let status: HTTPResponse.Status
    let title: String
    var field: String?
    /// What is wrong with the member, or with the body where there is none; nil when the code says it all.
    var reason: String?
    var meta: [String: String] = [:]
    var headers: HTTPFields = [:]

    /// True when something of ours is wrong, which belongs into the log.
    var isFault: Bool { status.code == 500 }

    init(_ error: any Error) {
        switch error {
        case let fault as APIFault:
            self.init(fault)
        case let error as JSONError:
            self.init(CheckoutError(.malformed))
            reason = error.description
        case let error as PostalAddress.Fault:
            self.init(CheckoutError(.invalid, field: "address/\(error.member)"))
        default:
            self.init(CheckoutError(error))
        }
    }

    private init(_ fault: APIFault) {
        code = fault.rawValue
        switch fault {
        case .badHost: (status, title) = (.badRequest, "The header Host is missing, stands twice, or names no host.")
        case .brokenBody: (status, title) = (.badRequest, "The body of the request was cut off, or is not framed as it must be.")
        case .noSuchAddress: (status, title) = (.notFound, "There is nothing at this address.")
        case .methodNotAllowed: (status, title) = (.methodNotAllowed, "This address does not take this method.")
        case .payloadTooLarge: (status, title) = (.contentTooLarge, "The body of the request is too large.")
        case .unsupportedMediaType: (status, title) = (.unsupportedMediaType, "The body must be JSON, not compressed.")
        case .tooManyRequests: (status, title) = (.tooManyRequests, "There were too many requests. Wait before the next one.")
        case .deadlineExceeded: (status, title) = (.serviceUnavailable, "It took too long. What was not begun is not done; ask again.")
        }
        // What follows on the connection may be the rest of a body, or another request than it seems.
        if [.badHost, .brokenBody, .payloadTooLarge].contains(fault) { headers[.connection] = "close" }
        if fault == .deadlineExceeded { headers[.retryAfter] = "1" }
    }

    private init(_ error: CheckoutError) {
        code = error.code.rawValue
        field = error.field
        meta = error.meta
        (status, title) = ErrorResponse.wording(of: error.code)
        if error.code == .tooManyGuesses { headers[.retryAfter] = meta["seconds"] }
        if [.busy, .offersUnavailable, .completionInProgress, .cartBusy].contains(error.code) { headers[.retryAfter] = "1" }
    }

    private static func wording(of code: CheckoutError.Code) -> (HTTPResponse.Status, String) {
        switch code {
        case .malformed: (.badRequest, "The body of the request is not what it must be.")
        case .invalid: (.unprocessableContent, "A value of the request cannot be.")
        case .notFound: (.notFound, "There is no such thing, or it is not yours.")
        case .unauthorized: (.unauthorized, "Nobody is logged in, or a token is missing.")
        case .forbidden: (.forbidden, "This is for others.")
        case .stepUpRequired: (.forbidden, "The password or a code has to be given again.")
        case .csrfTokenMissing: (.forbidden, "The header X-CSRF-Token is missing or not that of the session.")
        case .originRefused: (.forbidden, "Pages of this site may not ask.")
        case .credentialsWrong: (.unauthorized, "The e-mail address or the password is wrong.")
        case .tooManyGuesses: (.tooManyRequests, "This was tried too often.")
        case .emailTaken: (.conflict, "There is an account with this e-mail address.")
        case .lastAdmin: (.conflict, "Nobody would be left to look after the marketplace.")
        case .tokenInvalid: (.unprocessableContent, "The link is no longer good, or never was.")
        case .challengeExpired: (.unprocessableContent, "This took too long. It has to begin anew.")
        case .codeWrong: (.unauthorized, "The code is wrong, or was used.")
        case .codeRequired: (.unprocessableContent, "A code is needed.")
        case .secondFactorOn: (.conflict, "Codes are asked for already.")
        case .passkeyRefused: (.unprocessableContent, "The passkey is not taken.")
        case .tooManyPasskeys: (.conflict, "There are too many passkeys.")
        case .tooManyKeys: (.conflict, "There are too many keys.")
        case .tooManyAddresses: (.conflict, "There are too many addresses.")
        case .passwordTooShort: (.unprocessableContent, "The password is too short.")
        case .passwordTooLong: (.unprocessableContent, "The password is too long.")
        case .passwordTooCommon: (.unprocessableContent, "The password is too easy to guess.")
        case .cartClosed: (.conflict, "The cart was bought or has expired.")
        case .cartBusy: (.conflict, "A payment for the cart is under way.")
        case .cartEmpty: (.unprocessableContent, "There is nothing in the cart that can be bought.")
        case .versionConflict: (.preconditionFailed, "The cart has changed meanwhile.")
        case .tooManyLines: (.unprocessableContent, "There are too many different things in the cart.")
        case .badQuantity: (.unprocessableContent, "The quantity is out of range.")
        case .offerUnknown: (.unprocessableContent, "This is not for sale.")
        case .notSoldHere: (.unprocessableContent, "This is not sold in this market.")
        case .notShipped: (.unprocessableContent, "The seller does not deliver there.")
        case .outOfStock: (.conflict, "There is not enough of it.")
        case .priceChanged: (.conflict, "It costs another sum than was shown.")
        case .amountTooLarge: (.unprocessableContent, "The sum is too large.")
        case .couponUnknown: (.unprocessableContent, "There is no such coupon.")
        case .couponNotYet: (.unprocessableContent, "The coupon does not hold yet.")
        case .couponExpired: (.unprocessableContent, "The coupon holds no longer.")
        case .couponOtherSeller: (.unprocessableContent, "The coupon is for the goods of another seller.")
        case .couponOtherCurrency: (.unprocessableContent, "The coupon is for another currency.")
        case .couponBelowMinimum: (.unprocessableContent, "The coupon is for larger purchases.")
        case .couponUsedUp: (.conflict, "The coupon was used as often as it may be.")
        case .couponUsedByBuyer: (.conflict, "You have used the coupon as often as you may.")
        case .promotionUsedUp: (.conflict, "The reduced price is gone.")
        case .shippingMethodUnavailable: (.unprocessableContent, "The goods cannot be delivered this way.")
        case .conversionUnavailable: (.unprocessableContent, "There is no exchange rate for this currency now.")
        case .currencyQuoteInvalid: (.unprocessableContent, "The amount in the other currency holds no longer.")
        case .taxIDInvalid: (.unprocessableContent, "This is no tax number of a business.")
        case .deliveryMissing: (.unprocessableContent, "The cart has no address yet.")
        case .idempotencyKeyMissing: (.badRequest, "The header Idempotency-Key is missing.")
        case .idempotencyKeyInvalid: (.unprocessableContent, "The header Idempotency-Key has no or too many characters.")
        case .idempotencyKeyReused: (.unprocessableContent, "The header Idempotency-Key was used with another request.")
        case .completionInProgress: (.conflict, "The same request is being answered.")
        case .paymentMethodUnknown: (.unprocessableContent, "There is no such way to pay.")
        case .paymentDeclined: (.init(code: 402, reasonPhrase: "Payment Required"), "The payment was declined.")
        case .paymentExpired: (.conflict, "The payment took too long.")
        case .notCancellable: (.conflict, "The order cannot be cancelled any more.")
        case .notRefundable: (.conflict, "Nothing of it can be given back.")
        case .refundTooLarge: (.conflict, "So much is not left to be given back.")
        case .paymentDisputed: (.conflict, "The buyer's bank has taken the money back, or may do so.")
        case .paymentDiffers: (.conflict, "Another sum is due than came.")
        case .hookRefused: (.badRequest, "Nothing proves that this message is the provider's.")
        case .payoutClosed: (.conflict, "The payout has ended otherwise.")
        case .offersUnavailable: (.serviceUnavailable, "Nothing is for sale yet.")
        case .busy: (.serviceUnavailable, "The server is busy.")
        case .storageFull: (.init(code: 507, reasonPhrase: "Insufficient Storage"), "The server has no room to keep this.")
        case .internal: (.internalServerError, "Something went wrong here.")
        }
    }

    /// The answer, with a sentence in the first of the languages that there is one in.
    ///
    /// - Parameters:
    ///   - requestID: by which the log finds it.
    ///   - words: a sentence by its key and language, as `errors.cartBusy` and `de`; nil when there is none.
    func reply(requestID: String, words: (_ key: String, _ language: String) -> String?, languages: [String]) -> APIReply {
        let (detail, language) = sentence(words, languages)
        var reply = APIReply.object(status, headers: headers) { writer in
            writer.member("type", "urn:karooexpress:problem:\(code)")
            writer.member("title", title)
            writer.member("status", Int64(status.code))
            writer.member("code", code)
            writer.member("detail", detail)
            writer.member("requestId", requestID)
            guard field != nil || reason != nil || !meta.isEmpty else { return }
            writer.name("errors")
            writer.array { writer in
                writer.object { writer in
                    if let field { writer.member("pointer", "/" + field) }
                    writer.member("code", code)
                    if let reason { writer.member("detail", reason) }
                    guard !meta.isEmpty else { return }
                    writer.name("meta")
                    writer.object { writer in for (name, value) in meta.sorted(by: { $0.key < $1.key }) { writer.member(name, value) } }
                }
            }
        }
        reply.headers[.contentType] = APIReply.problem
        reply.headers[.contentLanguage] = language
        if status == .unauthorized { reply.headers[.wwwAuthenticate] = "Bearer" }
        return reply
    }

    /// `de-AT` is also served by `de`. English is always there.
    private func sentence(_ words: (String, String) -> String?, _ languages: [String]) -> (String, language: String) {
        for tag in languages {
            for language in [tag, String(tag.prefix { $0 != "-" })] {
                if let sentence = words("errors.\(code)", language) { return (sentence, language) }
                if language.lowercased() == "en" { return (title, "en") }
            }
        }
        return (title, "en")
    }
}
