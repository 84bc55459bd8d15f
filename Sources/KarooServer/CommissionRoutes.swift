// KarooExpress – Apache-2.0

import HTTPTypes
import KarooCheckout
import KarooCommerce

extension APIRoutes {
    var commissions: [APIRoute] {
        [
            APIRoute(.get, "/v1/admin/commission-rules", .support(scope: .reportsRead)) { _ in
                let rules = try await checkout.commissionRules()
                return APIReply.object { writer in
                    writer.name("data")
                    writer.array { writer in for rule in rules { writer.object { $0.ruleMembers(rule) } } }
                }
            },
            APIRoute(.post, "/v1/admin/commission-rules", .admin(fresh: true)) { call in
                let rule = try await checkout.addCommissionRule(call.newRule(), actor: call.actor())
                return APIReply.object(.created) { $0.ruleMembers(rule) }
            },
            APIRoute(.delete, "/v1/admin/commission-rules/{rule}", .admin(fresh: true)) { call in
                try await checkout.endCommissionRule(call.parameter("rule"), actor: call.actor())
                return APIReply(status: .noContent)
            },
        ]
    }
}

extension APICall {
    fileprivate func newRule() throws -> NewCommissionRule {
        var fields = try fields()
        var amounts: [CommissionRule.Amounts] = []
        if case .array(let list)? = fields.take("amounts") {
            for json in list { amounts.append(try Self.amounts(json)) }
        }
        let rule = NewCommissionRule(
            before: try fields.optionalString("before").map { CommissionRule.ID($0) }, seller: try fields.optionalString("seller").map { Seller.ID($0) },
            category: try fields.optionalString("category").map { Category.ID($0) }, plan: try fields.optionalString("plan"),
            market: try fields.optionalString("market").map { Market.ID($0) }, partsPerMillion: try fields.integer("partsPerMillion"),
            taxPartsPerMillion: try fields.optionalInteger("taxPartsPerMillion") ?? 0, amounts: amounts)
        try fields.end()
        return rule
    }

    private static func amounts(_ json: JSON) throws -> CommissionRule.Amounts {
        var fields = try json.fields()
        guard let currency = Currency(try fields.string("currency")), currency.hasMinorUnit else { throw CheckoutError(.invalid, field: "amounts") }
        func money(_ minorUnits: Int64?) -> Money? { minorUnits.map { Money(minorUnits: $0, currency: currency) } }
        let fixed = try fields.optionalInteger("fixed") ?? 0
        let (minimum, maximum) = (try fields.optionalInteger("minimum"), try fields.optionalInteger("maximum"))
        try fields.end()
        guard let amounts = CommissionRule.Amounts(fixed: Money(minorUnits: fixed, currency: currency), minimum: money(minimum), maximum: money(maximum)) else {
            throw CheckoutError(.invalid, field: "amounts")
        }
        return amounts
    }
}

extension JSONWriter {
    fileprivate mutating func ruleMembers(_ rule: CommissionRule) {
        member("id", rule.id.text)
        if let seller = rule.seller { member("seller", seller.text) }
        if let category = rule.category { member("category", category.text) }
        if let plan = rule.plan { member("plan", plan) }
        if let market = rule.market { member("market", market.text) }
        member("partsPerMillion", rule.partsPerMillion)
        member("taxPartsPerMillion", rule.taxPartsPerMillion)
        name("amounts")
        array { writer in
            for amounts in rule.amounts {
                writer.object { writer in
                    writer.member("currency", amounts.fixed.currency.code)
                    writer.member("fixed", amounts.fixed.minorUnits)
                    if let minimum = amounts.minimum { writer.member("minimum", minimum.minorUnits) }
                    if let maximum = amounts.maximum { writer.member("maximum", maximum.minorUnits) }
                }
            }
        }
    }
}
