// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase
import Synchronization
import Testing

@testable import KarooCheckout

/// Stops a purchase at every step that reaches the database or the bank, before the step and after it, and looks at the books
/// after the next start.
struct CrashTests {
    /// What a process that was killed never saw.
    struct Killed: Error {}

    /// Counts steps, and ends the process at one of them: from then on nothing is done any more.
    final class Fate: Sendable {
        enum Moment: CaseIterable, Sendable { case before, after }

        private let step: Int
        private let moment: Moment
        private let count = Mutex(0)
        private let isDead = Mutex(false)
        private let hit = Mutex<String?>(nil)

        init(step: Int, _ moment: Moment) {
            self.step = step
            self.moment = moment
        }

        /// What was being done when it ended; nil when it went through.
        var name: String? { hit.withLock { $0 } }

        func through<Value>(_ name: String, _ body: () async throws -> Value) async throws -> Value {
            if isDead.withLock({ $0 }) { throw Killed() }
            let isMeant = count.withLock { count in
                count += 1
                return count == step
            }
            if isMeant { hit.withLock { $0 = "\(moment) \(name)" } }
            if isMeant, moment == .before { try die() }
            let value = try await body()
            if isMeant, moment == .after { try die() }
            return value
        }

        private func die() throws {
            isDead.withLock { $0 = true }
            throw Killed()
        }
    }

    /// The database as a process sees it that will be killed.
    struct MortalDatabase: Database {
        let database: any Database
        let fate: Fate

        func read<Value: Sendable>(_ body: @escaping @Sendable (borrowing Snapshot) throws -> Value) async throws -> Value {
            try await fate.through("a read") { try await database.read(body) }
        }

        func write<Value: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> Value) async throws -> Value {
            try await fate.through("a write") { try await database.write(body) }
        }
    }

    /// The bank likewise. To the killed process its answer is lost.
    struct MortalBank: PaymentProvider {
        let bank: SandboxProvider
        let fate: Fate

        var name: String { bank.name }
        func method(in market: Market.ID, for total: Money?) -> PaymentMethod? { bank.method(in: market, for: total) }
        func accepts(method: String) -> Bool { bank.accepts(method: method) }
        func authorize(_ charge: Charge) async -> ChargeOutcome { await answer("the charge") { await bank.authorize(charge) } }
        func capture(_ charge: Charge) async -> ChargeOutcome { await answer("the capture") { await bank.capture(charge) } }
        func void(_ charge: Charge) async -> ChargeOutcome { await answer("the cancelling") { await bank.void(charge) } }
        func outcome(of charge: Charge) async -> ChargeOutcome { await answer("the question") { await bank.outcome(of: charge) } }
        func refund(_ refund: RefundRequest) async -> RefundOutcome { (try? await fate.through("the refund") { await bank.refund(refund) }) ?? .unknown }

        private func answer(_ name: String, _ body: () async -> ChargeOutcome) async -> ChargeOutcome { (try? await fate.through(name, body)) ?? .unknown }
    }

    /// With a bank that takes money at once, and with one that holds it until the order stands.
    @Test(arguments: [SandboxProvider.Method.succeeds, .isDeclined, .asks, .timesOut], [false, true])
    func aPurchaseThatIsKilledAnywhereEndsWithBooksThatAgree(method: SandboxProvider.Method, holdsFirst: Bool) async throws {
        var hits: [String] = []
        for moment in Fate.Moment.allCases {
            for step in 1... {
                guard let name = try await killPurchase(method, holdsFirst, at: step, moment) else { break }
                hits.append(name)
            }
        }
        // Before and after: the beginning, the charge, its settlement, the capture where there is one, and looking at what came
        // of it.
        let captures = holdsFirst && method == .succeeds ? ["a read", "the capture", "a write"] : []
        let expected = ["a write", "the charge", "a write"] + captures + ["a read"]
        #expect(hits == expected.map { "before \($0)" } + expected.map { "after \($0)" })
    }

    /// What was being done when it was killed; nil when it went through.
    private func killPurchase(_ method: SandboxProvider.Method, _ holdsFirst: Bool, at step: Int, _ moment: Fate.Moment) async throws -> String? {
        let shop = try await Shop.open(stock: ["alpha/lamp": 3], bank: SandboxProvider(holdsFirst: holdsFirst))
        try await shop.checkout.addCoupon(Coupon(code: CouponCode("HALF")!, reduction: .share(partsPerMillion: 500_000)), limit: 1)
        let sale = Promotion(
            id: "", name: "Sale", reduction: .share(partsPerMillion: 100_000), scope: Promotion.Scope(offers: ["alpha/lamp"]))
        let promotion = try await shop.checkout.addPromotion(NewPromotion(name: "Sale", promotion: sale, unitLimit: 2, setsAside: true)).promotion.id
        let contents = try await shop.filledCart([("alpha/lamp", 2)], coupon: "HALF")
        let fate = Fate(step: step, moment)
        let mortal = mortal(shop, fate)
        let first = try? await mortal.complete(contents, method: method)

        let next = try await restart(shop)
        try await #expect(next.faults() == [], "killed \(fate.name ?? "nowhere")")
        let second = try? await next.complete(contents, method: method)
        if let first, case .placed = first { #expect(second == first, "the same key gives the same order, killed \(fate.name ?? "nowhere")") }
        next.clock.advance(minutes: 20)
        try await next.checkout.recover(isStart: false)
        try await #expect(next.faults() == [], "killed \(fate.name ?? "nowhere"), and asked again")

        #expect(next.bank.held.isEmpty, "the bank holds money for nothing, killed \(fate.name ?? "nowhere")")

        // What is not sold can be sold, and the coupon is used by an order or not at all.
        let orders = try await next.orderCount()
        let used = try await next.checkout.promotions().first { $0.promotion.id == promotion }?.usedUnits
        #expect(used == Int64(orders) * 2)
        try await #expect(next.available("alpha/lamp") == 1)
        try await next.checkout.endPromotion(promotion)
        try await #expect(next.available("alpha/lamp") == 3 - Int64(orders) * 2)
        try await #expect(next.faults() == [], "killed \(fate.name ?? "nowhere"), and the sale ended")
        let hasUseLeft = try await next.database.read { try $0.coupon(CouponCode("HALF")!)?.hasUseLeft }
        #expect(hasUseLeft == (orders == 0))
        if method == .succeeds || method == .timesOut, fate.name == nil { #expect(orders == 1) }
        return fate.name
    }

    @Test(arguments: [false, true]) func aCancellingThatIsKilledAnywhereGivesTheMoneyBackOnce(holdsFirst: Bool) async throws {
        var hits = 0
        for moment in Fate.Moment.allCases {
            for step in 1... {
                let shop = try await Shop.open(bank: SandboxProvider(holdsFirst: holdsFirst))
                guard case .placed(let id, _) = try await shop.complete(try await shop.filledCart([("alpha/lamp", 1), ("beta/tea", 1)])) else { return }
                let name = try await killCancelling(of: id, in: shop, at: step, moment)
                let refunded = shop.bank.statement.values.map(\.refunded).reduce(0, +)
                #expect(refunded == shop.bank.statement.values.map(\.captured.minorUnits).reduce(0, +))
                guard name != nil else { break }
                hits += 1
            }
        }
        // The decision; which refunds; each of two asked and noted; what came of it.
        #expect(hits == 2 * (1 + 1 + 4 + 1))
    }

    /// An order whose money is held and not yet taken, because the capture was lost.
    @Test func aCancellingBeforeTheCaptureThatIsKilledAnywhereLetsTheMoneyGo() async throws {
        var hits = 0
        for moment in Fate.Moment.allCases {
            for step in 1... {
                let shop = try await Shop.open(bank: SandboxProvider(holdsFirst: true))
                let fate = Fate(step: 5, .before)
                let mortal = mortal(shop, fate)
                guard case .placed(let id, _) = try await mortal.completeAfterAll(shop, try await shop.filledCart([("alpha/lamp", 1), ("beta/tea", 1)])) else {
                    Issue.record("the order was not placed before the capture")
                    return
                }
                #expect(fate.name == "before the capture" && shop.bank.held.count == 1)
                let name = try await killCancelling(of: id, in: shop, at: step, moment)
                #expect(shop.bank.held.isEmpty && shop.bank.statement.isEmpty)
                try await #expect(shop.available("alpha/lamp") == 100)
                guard name != nil else { break }
                hits += 1
            }
        }
        // The decision; letting go; noting it; what came of it.
        #expect(hits == 2 * (1 + 1 + 1 + 1))
    }

    /// What was being done when it was killed; nil when it went through.
    private func killCancelling(of id: OrderGroup.ID, in shop: Shop, at step: Int, _ moment: Fate.Moment) async throws -> String? {
        let fate = Fate(step: step, moment)
        _ = try? await mortal(shop, fate).checkout.cancel(id)
        // Nothing was cancelled when it was killed that early, and the next start must not take what it is about to let go.
        if moment == .after || step > 1 {
            let next = try await restart(shop)
            try await #expect(next.faults() == [], "killed \(fate.name ?? "nowhere")")
        }
        let next = Shop(clock: shop.clock, database: shop.database, bank: shop.bank)
        next.checkout.offers.take(from: shop.checkout.offers)
        _ = try await next.checkout.cancel(id)
        try await #expect(next.faults() == [])
        return fate.name
    }

    private func mortal(_ shop: Shop, _ fate: Fate) -> Shop {
        let mortal = Shop(
            clock: shop.clock, database: MortalDatabase(database: shop.database, fate: fate), bank: shop.bank, payments: MortalBank(bank: shop.bank, fate: fate)
        )
        mortal.checkout.offers.take(from: shop.checkout.offers)
        return mortal
    }

    /// What the tests above look with does see what is wrong: money that the books do not know, until the next start.
    @Test func aChargeThatNobodyEndedIsFoundUntilItIsRecovered() async throws {
        let shop = try await Shop.open()
        let contents = try await shop.filledCart()
        let fate = Fate(step: 2, .after)
        let mortal = mortal(shop, fate)
        _ = try? await mortal.complete(contents)
        #expect(fate.name == "after the charge")
        try await #expect(shop.faults().count == 1)
        let next = try await restart(shop)
        try await #expect(next.faults() == [])
        try await #expect(next.orderCount() == 1)
    }

    /// Another process with the same database and the same bank.
    private func restart(_ shop: Shop) async throws -> Shop {
        let next = Shop(clock: shop.clock, database: shop.database, bank: shop.bank)
        next.checkout.offers.take(from: shop.checkout.offers)
        try await next.checkout.recover(isStart: true)
        return next
    }
}

extension Shop {
    /// Buys, is killed, and is asked once more by the same buyer of a living process.
    fileprivate func completeAfterAll(_ living: Shop, _ contents: CartContents) async throws -> Completion {
        _ = try? await complete(contents)
        return try await living.complete(contents)
    }
}

extension Offers {
    /// The book that another process of the same shop has taken.
    fileprivate func take(from other: Offers) {
        if let edition = try? other.current() { use(edition) }
    }
}

extension CrashTests {
    /// A bank that tells of a charge what the message says, in plain words: `event_1 pay_…`.
    struct TalkingBank: PaymentProvider {
        let bank: MortalBank

        var name: String { bank.name }
        func method(in market: Market.ID, for total: Money?) -> PaymentMethod? { bank.method(in: market, for: total) }
        func accepts(method: String) -> Bool { bank.accepts(method: method) }
        func authorize(_ charge: Charge) async -> ChargeOutcome { await bank.authorize(charge) }
        func capture(_ charge: Charge) async -> ChargeOutcome { await bank.capture(charge) }
        func void(_ charge: Charge) async -> ChargeOutcome { await bank.void(charge) }
        func outcome(of charge: Charge) async -> ChargeOutcome { await bank.outcome(of: charge) }
        func refund(_ refund: RefundRequest) async -> RefundOutcome { await bank.refund(refund) }
        func event(of hook: ProviderHook, at now: Int64) async throws(HookRefusal) -> ProviderEvent? {
            let words = String(decoding: hook.body, as: UTF8.self).split(separator: " ").map(String.init)
            guard words.count == 2 else { throw .malformed }
            return ProviderEvent(id: words[0], kind: "told", charge: words[1])
        }
    }

    /// The buyer has confirmed and never comes back; the bank tells of it, twice.
    @Test func aMessageThatIsKilledAnywherePlacesOneOrder() async throws {
        var hits: [String] = []
        for moment in Fate.Moment.allCases {
            for step in 1... {
                let shop = try await Shop.open(stock: ["alpha/lamp": 3], bank: SandboxProvider(holdsFirst: true))
                guard case .actionRequired(let attempt, _) = try await shop.complete(try await shop.filledCart(), method: .asks) else { return }
                #expect(shop.bank.answerChallenge(of: attempt.text, confirms: true))
                let fate = Fate(step: step, moment)
                let hook = ProviderHook(headers: [:], body: Array("event_1 \(attempt)".utf8))
                for process in [fate, Fate(step: 0, .before)] {
                    let told = Shop(
                        clock: shop.clock, database: MortalDatabase(database: shop.database, fate: process), bank: shop.bank,
                        payments: TalkingBank(bank: MortalBank(bank: shop.bank, fate: process)))
                    for _ in 0..<2 { _ = try? await told.checkout.take(hook, from: "sandbox") }
                    _ = try? await told.checkout.processEvents()
                }
                try await #expect(shop.orderCount() == 1, "killed \(fate.name ?? "nowhere")")
                try await #expect(shop.faults() == [] && shop.bank.held.isEmpty, "killed \(fate.name ?? "nowhere")")
                guard let name = fate.name else { break }
                hits.append(name)
            }
        }
        // Twice the moment and the keeping; which wait, what it is about, the question, the order, the capture, that it is done.
        let expected = ["a read", "a write", "a read", "a write", "a read", "a read", "the question", "a write", "a read", "the capture", "a write", "a write"]
        #expect(hits == expected.map { "before \($0)" } + expected.map { "after \($0)" })
    }
}
