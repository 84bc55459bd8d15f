// KarooExpress – Apache-2.0

/// Values that a program keeps for itself. Memory is taken when the first one comes.
struct ConstantPool {
    private(set) var slots: [Slot] = []
    private(set) var frame: Frame?

    /// The number under which ops find a copy of the value.
    mutating func add(_ slot: Slot) -> Int {
        slots.append(keep(slot))
        return slots.count - 1
    }

    /// A deep copy that lives as long as the pool's frame.
    mutating func keep(_ slot: Slot) -> Slot {
        switch slot.tag {
        case Slot.Tag.text: return memory().text(slot.bytes)
        case Slot.Tag.list: return memory().list((0..<slot.count).map { keep(slot.slots[$0]) })
        case Slot.Tag.record:
            let fields = (0..<slot.count).map { keep(slot.slots[$0]) }
            return Slot(head: slot.head, extent: slot.extent, address: memory().list(fields).address)
        default: return slot
        }
    }

    private mutating func memory() -> Frame {
        if let frame { return frame }
        let made = Frame()
        frame = made
        return made
    }
}
