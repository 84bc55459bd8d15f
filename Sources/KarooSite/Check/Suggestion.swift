// KarooExpress – Apache-2.0

/// The known name that is nearest to a wrong one; nil when none is near enough to be meant.
func nearest(to wrong: String, among known: some Sequence<String>) -> String? {
    let tolerance = max(1, wrong.count / 3)
    var best: (name: String, distance: Int)?
    for name in known {
        let distance = editDistance(wrong.lowercased(), name.lowercased(), atMost: best.map { $0.distance - 1 } ?? tolerance)
        if let distance { best = (name, distance) }
    }
    return best?.name
}

/// How a message offers the nearest known name, or lists the names when they are few.
func suggestion(for wrong: String, among known: [String]) -> String? {
    if let near = nearest(to: wrong, among: known) { return "did you mean \"\(near)\"?" }
    guard !known.isEmpty, known.count <= 12 else { return nil }
    return "known are: " + known.sorted().joined(separator: ", ")
}

/// The Levenshtein distance with transpositions of neighbours; nil when it is over the bound.
private func editDistance(_ one: String, _ other: String, atMost bound: Int) -> Int? {
    let a = Array(one.unicodeScalars)
    let b = Array(other.unicodeScalars)
    guard bound >= 0, abs(a.count - b.count) <= bound else { return nil }
    var beforeLast = [Int]()
    var last = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1] + Array(repeating: 0, count: b.count)
        for j in 0..<b.count {
            row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1) }
        }
        if row.min()! > bound { return nil }
        beforeLast = last
        last = row
    }
    return last[b.count] <= bound ? last[b.count] : nil
}
