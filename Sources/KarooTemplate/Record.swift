// KarooExpress – Apache-2.0

/// The slots of one record in a frame, addressed by the cases of its enum. Valid until the frame is reset.
public struct Record<F: Fields> {
    @usableFromInline let slots: UnsafeMutablePointer<Slot>
    /// The record as a value, for a field or a list. Later writes to the record show in it.
    public let slot: Slot

    @inlinable init(slots: UnsafeMutablePointer<Slot>, slot: Slot) {
        self.slots = slots
        self.slot = slot
    }

    /// The value of a field; missing until it is set.
    @inlinable public subscript(_ field: F) -> Slot {
        get { slots[field.rawValue] }
        nonmutating set {
            assert(field.shape.accepts(newValue), "\(F.self).\(field) does not hold such a value")
            slots[field.rawValue] = newValue
        }
    }
}

/// The slots of a record whose schema is known only at run time. Valid until the frame is reset.
public struct DynamicRecord {
    @usableFromInline let schema: Schema
    @usableFromInline let slots: UnsafeMutablePointer<Slot>
    /// The record as a value. Later writes to the record show in it.
    public let slot: Slot

    @inlinable init(schema: Schema, slots: UnsafeMutablePointer<Slot>, slot: Slot) {
        self.schema = schema
        self.slots = slots
        self.slot = slot
    }

    /// The value at a slot index of the schema.
    @inlinable public subscript(_ index: Int) -> Slot {
        get {
            precondition(index >= 0 && index < schema.count)
            return slots[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < schema.count)
            assert(schema.shape(at: index).accepts(newValue), "\(schema.names[index]) does not hold such a value")
            slots[index] = newValue
        }
    }
}

extension Shape {
    /// Whether a value may stand where this shape is declared: missing always may, and an empty text, which says "none".
    public func accepts(_ slot: Slot) -> Bool {
        if slot.isMissing || slot.tag == Slot.Tag.text && slot.extent == 0 { return true }
        switch self {
        case .text, .html: return slot.tag == Slot.Tag.text
        case .flag: return slot.tag == Slot.Tag.flag
        case .record(let schema): return slot.tag == Slot.Tag.record && slot.head >> 8 == schema.number
        case .list(let element):
            return slot.tag == Slot.Tag.list && (slot.extent == 0 || element.accepts(slot.slots[0]))
        case .any(let schema): return slot.tag != Slot.Tag.record || slot.head >> 8 == schema.number
        }
    }
}
