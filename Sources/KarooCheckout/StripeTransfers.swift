// KarooExpress – Apache-2.0

package import KarooCommerce

/// Money that is to reach a seller's own account at the provider.
package struct TransferRequest: Hashable, Sendable {
    /// Ours, of the payout: asking twice with one key moves money once.
    package let key: String
    package let amount: Money
    /// The seller's account at the provider, as `acct_…`.
    package let account: String

    package init(key: String, amount: Money, account: String) {
        self.key = key
        self.amount = amount
        self.account = account
    }
}

package enum TransferOutcome: Hashable, Sendable {
    case sent(reference: String)
    /// The provider will not; its word for why.
    case refused(String)
    case unknown
}

extension StripeProvider {
    /// Moves money from the marketplace's balance to a connected account.
    package func transfer(_ transfer: TransferRequest) async -> TransferOutcome {
        guard let amount = transfer.amount.providerAmount, amount > 0 else { return .refused("amount") }
        let answer = await post(
            "/v1/transfers",
            [
                ("amount", String(amount)), ("currency", transfer.amount.currency.code.lowercased()), ("destination", transfer.account),
                ("transfer_group", transfer.key), ("metadata[payout]", transfer.key),
            ], key: transfer.key)
        guard let answer else { return .unknown }
        if answer.isSuccess, let id = answer.text("id") { return .sent(reference: id) }
        return (400..<500).contains(answer.status) ? .refused(answer.text("error/code") ?? answer.text("error/type") ?? "refused") : .unknown
    }
}

extension PaymentProviders {
    /// Through whom sellers' accounts are reached; nil when this server has nobody for that.
    package var transfers: StripeProvider? { all.lazy.compactMap { $0 as? StripeProvider }.first }
}
