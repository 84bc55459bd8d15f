// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// The way through the pages of a list.
enum Pagination: Int, Fields {
    case previousURL, nextURL, text, pages

    enum Page: Int, Fields {
        case number, url, current, gap

        var shape: Shape {
            switch self {
            case .number, .url: .text
            case .current, .gap: .flag
            }
        }

        static let schema = Schema(of: Self.self)
    }

    var shape: Shape { self == .pages ? .list(of: Page.self) : .text }

    static let schema = Schema(of: Self.self)

    /// How many pages on either side of the current one are named.
    private static let reach = 2

    /// The numbers that are shown: the first, the last and those around the current page; 0 stands for a gap.
    static func numbers(current: Int, of count: Int) -> [Int] {
        var numbers: [Int] = []
        for number in 1...max(1, count) where number == 1 || number == count || abs(number - current) <= reach {
            if let last = numbers.last, number > last + 1 { numbers.append(number == last + 2 ? last + 1 : 0) }
            numbers.append(number)
        }
        return numbers
    }
}

extension Composer {
    /// Missing when everything stands on one page.
    func pagination(current: Int, of count: Int, _ address: (Int) -> Address) -> Slot {
        guard count > 1 else { return .missing }
        let record = frame.record(Pagination.self)
        if current > 1 { record[.previousURL] = url(address(current - 1)) }
        if current < count { record[.nextURL] = url(address(current + 1)) }
        record[.text] = frame.text(words.text(
            .listingPage, ["page": formats.number(Int64(current)), "pages": formats.number(Int64(count))]))
        record[.pages] = frame.list(Pagination.numbers(current: current, of: count)) { number in
            let page = frame.record(Pagination.Page.self)
            page[.gap] = .flag(number == 0)
            page[.current] = .flag(number == current)
            if number > 0 {
                page[.number] = frame.text(formats.number(Int64(number)))
                page[.url] = url(address(number))
            }
            return page.slot
        }
        return record.slot
    }
}
