// KarooExpress – Apache-2.0

import KarooCommerce
import KarooCrypto
import Testing

@testable import KarooCheckout

struct OffersTests {
    @Test func aBookOfAnotherKeyIsRefusedAndTheOneInUseStays() async throws {
        let shop = try await Shop.open()
        let stranger = try SigningKey(seed: [UInt8](repeating: 8, count: 32))
        await #expect(throws: OfferBookRefusal.notSigned(keyID: stranger.verifyingKey.id)) {
            try await shop.checkout.takeOffers(read: Shop.files(Shop.book(lampEUR: 1), sequence: 2, key: stranger))
        }
        try #expect(shop.checkout.offers.current().head.sequence == 1)
    }

    @Test func anOlderBookIsRefusedAfterARestartToo() async throws {
        let shop = try await Shop.open()
        try await shop.checkout.takeOffers(read: Shop.files(Shop.book(lampEUR: 99_00), sequence: 5))
        let restarted = Shop(clock: shop.clock, database: shop.database, bank: shop.bank)
        await #expect(throws: OfferBookRefusal.older(sequence: 4, known: 5)) {
            try await restarted.checkout.takeOffers(read: Shop.files(Shop.book(), sequence: 4))
        }
        #expect(throws: CheckoutError(.offersUnavailable)) { _ = try restarted.checkout.offers.current() }
        let head = try await restarted.checkout.takeOffers(read: Shop.files(Shop.book(lampEUR: 99_00), sequence: 5))
        #expect(head?.sequence == 5)
        let again = try await restarted.checkout.takeOffers(read: Shop.files(Shop.book(lampEUR: 99_00), sequence: 5))
        #expect(again == nil, "the same book is not read again")
    }

    @Test func aFolderWithoutABookOrWithADamagedOneIsRefused() async throws {
        let shop = try await Shop.open()
        await #expect(throws: OfferBookRefusal.missing(path: "offers/head.json")) { try await shop.checkout.takeOffers(read: { _ in nil }) }
        let files = try Shop.files(Shop.book(lampEUR: 99_00), sequence: 2)
        await #expect(throws: OfferBookRefusal.self) {
            try await shop.checkout.takeOffers(read: { path in path.hasSuffix(".jsonl") ? files(path).map { $0 + [0x0A] } : files(path) })
        }
        try #expect(shop.checkout.offers.current().head.sequence == 1)
    }

    @Test func amountsAreWrittenAsTheMarketWritesThem() async throws {
        let edition = try await Shop.open().checkout.offers.current()
        #expect(edition.display(Money(minorUnits: 1_234_50, currency: Currency("EUR")!), market: "de", language: "de") == "1.234,50\u{A0}€")
        #expect(edition.display(Money(minorUnits: 1_234_50, currency: Currency("USD")!), market: "us", language: "en") == "$1,234.50")
    }
}
