// KarooExpress – Apache-2.0

import KarooTemplate
import Synchronization

/// The cards of products, each made once for all pages of an edition and for all workers: lists, neighbours and the home
/// page show the same product many times.
///
/// A card is nothing but memory that never changes again, so that workers share it without counting references.
final class CardShelf: @unchecked Sendable {
    /// How many cards are kept, about 600 bytes each; those beyond are made for each page anew.
    private static let limit = 262_144

    private let products: Int
    /// Where the card of a product of an edition lies; 0 until it is made.
    private let addresses: UnsafeMutableBufferPointer<Atomic<UInt>>
    private let count = Atomic<Int>(0)
    /// One for each worker, kept as long as anybody may look at its cards.
    private let frames = Mutex<[FrameBox]>([])

    private struct FrameBox: @unchecked Sendable {
        let frame: Frame
    }

    init(products: Int, editions: Int) {
        self.products = products
        addresses = .allocate(capacity: products * editions)
        for place in addresses.indices { (addresses.baseAddress! + place).initialize(to: Atomic(0)) }
    }

    deinit { addresses.deallocate() }

    /// Where one worker makes cards that are to be kept.
    func makeFrame() -> Frame {
        let box = FrameBox(frame: Frame())
        frames.withLock { $0.append(box) }
        return box.frame
    }

    /// The card of a product in an edition. It is made by the body, in the worker's frame of this shelf or, when the shelf
    /// is full, in that of the page.
    func card(_ product: Int32, edition: Int, kept: Frame, page: Frame, _ make: (Frame) -> Slot) -> Slot {
        let place = edition * products + Int(product)
        if let address = UnsafeRawPointer(bitPattern: addresses[place].load(ordering: .acquiring)) { return .record(Card.self, at: address) }
        guard count.load(ordering: .relaxed) < CardShelf.limit else { return make(page) }
        let card = make(kept)
        // Should another worker have made the same card meanwhile, either will do.
        addresses[place].store(UInt(bitPattern: card.recordAddress), ordering: .releasing)
        count.add(1, ordering: .relaxed)
        return card
    }
}
