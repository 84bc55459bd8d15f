// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// The description of the product that a worker is at, as HTML: pages of several editions in one language show the same.
/// Belongs to one worker.
final class BodyShelf {
    private let frame = Frame()
    private var product = -1
    private var bodies: [(language: Language, html: Slot)] = []

    /// Valid until another product is asked for.
    func html(of text: Product.Text?, product place: Int) -> Slot {
        guard let text else { return .missing }
        if product != place {
            product = place
            bodies.removeAll(keepingCapacity: true)
            frame.reset()
        }
        if let known = bodies.first(where: { $0.language == text.language }) { return known.html }
        let html = frame.text { Markdown.render(text.body, by: .seller, into: $0) }
        bodies.append((text.language, html))
        return html
    }
}
