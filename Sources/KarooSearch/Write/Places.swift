// KarooExpress – Apache-2.0

/// Where documents stand in the index.
///
/// It follows from the documents alone, and one more or less moves only a few of its neighbours: each group has a little
/// more room than documents, and within it each stands where a hash of its id wants it, or behind those that were there before.
struct Places: Sendable {
    /// Of five places of a tier, four are given to documents at first.
    private static let filling = (documents: 4, places: 5)

    /// The place of each document, by its position in the keys.
    let places: [Int32]
    /// The position of the document at each place; -1 where there is none.
    let positions: [Int32]

    private struct Seat {
        let position: Int32
        let hash: UInt64
    }

    init(_ keys: [SearchKey], tier: Int) {
        let seats = keys.indices.map { Seat(position: Int32($0), hash: Places.hash(keys[$0].id)) }
        var positions: [Int32] = []
        for (number, members) in Places.tiers(seats, keys, size: tier * Places.filling.documents / Places.filling.places).enumerated() {
            // All but the last are filled up, so that each begins at a multiple.
            positions += [Int32](repeating: -1, count: number * tier - positions.count)
            Places.seat(members, keys, &positions)
        }
        var places = [Int32](repeating: -1, count: keys.count)
        for (place, position) in positions.enumerated() where position >= 0 { places[Int(position)] = Int32(place) }
        self.positions = positions
        self.places = places
    }

    /// The most popular first; one tier when all have room in it.
    private static func tiers(_ seats: [Seat], _ keys: [SearchKey], size: Int) -> [[Seat]] {
        guard seats.count > size else { return [seats] }
        let ranked = seats.sorted { one, other in
            let (first, second) = (keys[Int(one.position)].popularity, keys[Int(other.position)].popularity)
            return first != second ? first > second : precedes(one, other, keys)
        }
        return stride(from: 0, to: ranked.count, by: size).map { Array(ranked[$0..<min(ranked.count, $0 + size)]) }
    }

    private static func seat(_ seats: [Seat], _ keys: [SearchKey], _ positions: inout [Int32]) {
        let sorted = seats.sorted { one, other in
            let (first, second) = (keys[Int(one.position)].group, keys[Int(other.position)].group)
            return first != second ? first < second : precedes(one, other, keys)
        }
        var start = 0
        while start < sorted.count {
            let group = keys[Int(sorted[start].position)].group
            var end = start + 1
            while end < sorted.count, keys[Int(sorted[end].position)].group == group { end += 1 }
            let members = sorted[start..<end]
            let base = positions.count
            let room = Places.room(for: members.count)
            positions += [Int32](repeating: -1, count: room)
            var wanted: [Int] = []
            for member in members {
                wanted.append(max((wanted.last ?? -1) + 1, Int(member.hash.multipliedFullWidth(by: UInt64(room)).high)))
            }
            // Those that were pushed over the end are moved back.
            for (place, member) in members.enumerated() {
                positions[base + min(wanted[place], room - (members.count - place))] = member.position
            }
            start = end
        }
    }

    private static func precedes(_ one: Seat, _ other: Seat, _ keys: [SearchKey]) -> Bool {
        one.hash != other.hash ? one.hash < other.hash : keys[Int(one.position)].id < keys[Int(other.position)].id
    }

    /// The next of 4, 5, 6, 7, 8, 10, 12, 14, 16, 20 …, so that a group grows often without more room.
    private static func room(for count: Int) -> Int {
        guard count > 4 else { return count }
        let step = 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount - 2)
        return (count + step - 1) / step * step
    }

    /// FNV-1a of 64 bits, stirred as SplitMix64 does.
    private static func hash(_ id: String) -> UInt64 {
        var hash = id.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 31
    }
}
