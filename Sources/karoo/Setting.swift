// KarooExpress – Apache-2.0

import Configuration

/// Everything that the server can be told besides its command line, each by its key in the file of settings. docs/configuration.md
/// has the same list, and a test holds each to the other.
enum Setting: String, CaseIterable {
    // Where it is and what it sells.
    case host = "host"
    case port = "port"
    case data = "data"
    case publicFolder = "public"
    case trustedKeys = "trustedKeys"
    case allowedOrigins = "allowedOrigins"
    case commission = "commission"
    case secret = "secret"

    // Who looks after it first, and how it writes letters.
    case adminEmail = "admin.email"
    case adminPassword = "admin.password"
    case accountPassword = "account.password"
    case siteURL = "site.url"
    case mailCommand = "mail.command"
    case mailSeconds = "mail.seconds"
    case mailFrom = "mail.from"
    case mailSpool = "mail.spool"

    // Rates of exchange.
    case exchangeRatesDays = "exchangeRates.days"
    case exchangeRatesKey = "exchangeRates.key"

    // What it does by itself.
    case reconcileSeconds = "reconcileSeconds"
    case providerTimeoutSeconds = "providerTimeoutSeconds"
    case logLevel = "logLevel"

    // Who moves the money.
    case stripeSecretKey = "stripe.secretKey"
    case stripePublishableKey = "stripe.publishableKey"
    case stripeWebhookSecrets = "stripe.webhookSecrets"
    case stripeMarkets = "stripe.markets"
    case stripeURL = "stripe.url"
    case paypalClientID = "paypal.clientId"
    case paypalClientSecret = "paypal.clientSecret"
    case paypalWebhookID = "paypal.webhookId"
    case paypalVerification = "paypal.verification"
    case paypalCertificates = "paypal.certificates"
    case paypalMarkets = "paypal.markets"
    case paypalURL = "paypal.url"
    case bankTransferAccounts = "bankTransfer.accounts"
    case bankTransferDays = "bankTransfer.days"
    case cashOnDeliveryMarkets = "cashOnDelivery.markets"

    // Who stands in front of it.
    case trustedProxies = "trustedProxies"
    case proxyHeader = "proxyHeader"
    case tlsCertificate = "tls.certificate"
    case tlsKey = "tls.key"

    // How much it takes.
    case bodyBytes = "limits.bodyBytes"
    case headerFieldBytes = "limits.headerFieldBytes"
    case headerBytes = "limits.headerBytes"
    case headerFields = "limits.headerFields"
    case jsonDepth = "limits.jsonDepth"
    case requestSeconds = "limits.requestSeconds"
    case answerSeconds = "limits.answerSeconds"
    case connections = "limits.connections"
    case shutdownSeconds = "limits.shutdownSeconds"
    case ratePerAddress = "rates.addressPerMinute"
    case ratePerCredential = "rates.credentialPerMinute"
    case rateOfGuesses = "rates.guessesPerMinute"

    /// What must not stand where others may read it: neither on the command line nor in the file of settings, but in the environment,
    /// or in a file that the environment names.
    var isSecret: Bool {
        switch self {
        case .secret, .adminPassword, .accountPassword, .stripeSecretKey, .stripeWebhookSecrets, .paypalClientSecret, .exchangeRatesKey: true
        default: false
        }
    }

    /// `KAROO_LIMITS_BODY_BYTES` for `limits.bodyBytes`.
    var variable: String {
        rawValue.reduce(into: "KAROO_") { name, letter in
            if letter.isUppercase { name += "_" }
            name += letter == "." ? "_" : letter.uppercased()
        }
    }

    /// As the providers of settings know it: all of ours are below `karoo`.
    var key: AbsoluteConfigKey { AbsoluteConfigKey(["karoo"] + rawValue.split(separator: ".").map(String.init), context: [:]) }

    /// How somebody who has to mend it knows it.
    var name: String { isSecret ? variable : "\(rawValue) (\(variable))" }
}
