// KarooExpress – Apache-2.0

/// One value that a template can place: nothing, a flag, a text, a record or a list.
/// Trivial, 16 bytes. A text, record or list slot points into memory that somebody else keeps:
/// usually a `Frame`, until its next reset.
public struct Slot: @unchecked Sendable {
    /// What a slot holds; the low byte of `head`.
    @usableFromInline enum Tag {
        @inlinable static var missing: UInt8 { 0 }
        @inlinable static var flag: UInt8 { 1 }
        @inlinable static var text: UInt8 { 2 }
        @inlinable static var list: UInt8 { 3 }
        @inlinable static var record: UInt8 { 4 }
    }

    /// The tag in the low byte; for a record the number of its schema above it.
    @usableFromInline var head: UInt32
    /// Bytes of a text, elements of a list, fields of a record; 1 or 0 for a flag.
    @usableFromInline var extent: UInt32
    @usableFromInline var address: UnsafeRawPointer?

    @inlinable init(head: UInt32, extent: UInt32, address: UnsafeRawPointer?) {
        self.head = head
        self.extent = extent
        self.address = address
    }

    /// No value. A section over it is skipped and interpolation places nothing.
    @inlinable public static var missing: Slot { Slot(head: 0, extent: 0, address: nil) }

    /// A flag for sections. Interpolated it reads `true` or `false`.
    @inlinable public static func flag(_ value: Bool) -> Slot {
        Slot(head: UInt32(Tag.flag), extent: value ? 1 : 0, address: nil)
    }

    /// A text in memory that the caller keeps unchanged for as long as the slot is in use.
    @inlinable public static func text(borrowing bytes: UnsafeRawBufferPointer) -> Slot {
        Slot(head: UInt32(Tag.text), extent: UInt32(bytes.count), address: bytes.baseAddress)
    }

    /// A list whose elements lie in memory that the caller keeps.
    @inlinable static func list(_ start: UnsafePointer<Slot>?, count: Int) -> Slot {
        Slot(head: UInt32(Tag.list), extent: UInt32(count), address: UnsafeRawPointer(start))
    }

    /// A record whose fields lie in memory that the caller keeps.
    @inlinable static func record(_ start: UnsafePointer<Slot>, count: Int, schema: UInt32) -> Slot {
        Slot(head: UInt32(Tag.record) | schema << 8, extent: UInt32(count), address: UnsafeRawPointer(start))
    }

    /// A record of the fields whose memory somebody keeps, as `recordAddress` told it.
    public static func record<F: Fields>(_ fields: F.Type, at address: UnsafeRawPointer) -> Slot {
        let schema = F.schema
        return record(address.assumingMemoryBound(to: Slot.self), count: schema.count, schema: schema.number)
    }

    /// Where the fields of a record lie; nil for anything else.
    public var recordAddress: UnsafeRawPointer? { tag == Tag.record ? address : nil }

    /// Whether a section over the value is skipped: it is missing, a false flag, an empty text or an empty list.
    @inlinable public var isFalse: Bool { extent == 0 && tag != Tag.record }

    /// Whether there is no value at all.
    @inlinable public var isMissing: Bool { tag == Tag.missing }

    @inlinable var tag: UInt8 { UInt8(truncatingIfNeeded: head) }

    /// Bytes of a text, elements of a list, fields of a record.
    @inlinable public var count: Int { Int(extent) }

    /// The elements of a list or the fields of a record.
    @inlinable var slots: UnsafePointer<Slot> {
        address.unsafelyUnwrapped.assumingMemoryBound(to: Slot.self)
    }

    /// The bytes of a text; empty for anything else.
    @inlinable public var bytes: UnsafeRawBufferPointer {
        tag == Tag.text ? UnsafeRawBufferPointer(start: address, count: count) : UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// The field at `index` of a record or the element at `index` of a list, for those who read a model back;
    /// missing where there is none.
    public subscript(_ index: Int) -> Slot {
        (tag == Tag.record || tag == Tag.list) && index >= 0 && index < count ? slots[index] : .missing
    }

    /// The field at `index` of a record; missing for anything else and beyond the last field.
    func field(_ index: UInt32) -> Slot {
        tag == Tag.record && index < extent ? slots[Int(index)] : .missing
    }
}
