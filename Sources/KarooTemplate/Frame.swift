// KarooExpress – Apache-2.0

/// A bump arena for the slots and texts of one page. Addresses stay valid until `reset()`, which keeps the memory.
/// Belongs to one thread at a time.
///
/// - Warning: Slots do not keep their frame alive. Keep it in a long-lived property, one for each worker,
///   or render inside `withExtendedLifetime(frame)`.
public final class Frame {
    static let chunkSize = 64 * 1024

    /// Behind a pointer, since access to stored properties of a class is checked at run time.
    @usableFromInline struct Memory {
        @usableFromInline var chunks: [(start: UnsafeMutableRawPointer, size: Int)]
        @usableFromInline var current = 0
        @usableFromInline var next: UnsafeMutableRawPointer
        @usableFromInline var end: UnsafeMutableRawPointer
        /// Elements of lists whose length is not known yet; nested lists stack up.
        @usableFromInline var pending: [Slot] = []
    }

    @usableFromInline let memory: UnsafeMutablePointer<Memory>
    /// Where texts are built before they are copied; nested builds stack up.
    @usableFromInline let scratch = Bytes(capacity: 1024)

    public init() {
        let start = UnsafeMutableRawPointer.allocate(byteCount: Frame.chunkSize, alignment: 16)
        memory = .allocate(capacity: 1)
        memory.initialize(to: Memory(chunks: [(start, Frame.chunkSize)], next: start, end: start + Frame.chunkSize))
    }

    deinit {
        for chunk in memory.pointee.chunks { chunk.start.deallocate() }
        memory.deinitialize(count: 1)
        memory.deallocate()
    }

    /// Ends the life of every slot made so far and keeps the memory for the next page.
    public func reset() {
        let first = memory.pointee.chunks[0]
        memory.pointee.current = 0
        memory.pointee.next = first.start
        memory.pointee.end = first.start + first.size
    }

    /// A copy of the text.
    @inlinable public func text(_ text: String) -> Slot {
        text.withUTF8Bytes { self.text($0) }
    }

    /// A copy of the bytes, which must be UTF-8.
    @inlinable public func text(_ bytes: UnsafeRawBufferPointer) -> Slot {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return .text(borrowing: UnsafeRawBufferPointer(start: nil, count: 0)) }
        precondition(bytes.count <= UInt32.max)
        let copy = allocate(bytes.count, alignment: 1)
        copy.copyMemory(from: source, byteCount: bytes.count)
        return .text(borrowing: UnsafeRawBufferPointer(start: copy, count: bytes.count))
    }

    /// The text itself: static text needs no copy.
    @inlinable public func text(_ text: StaticString) -> Slot {
        guard text.hasPointerRepresentation else { return self.text(String(describing: text)) }
        return .text(borrowing: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The number in ASCII digits.
    @inlinable public func text(decimal number: Int) -> Slot {
        text { $0.append(decimal: number) }
    }

    /// What `build` appends. It may make other slots of this frame meanwhile, and must only append.
    @inlinable public func text(_ build: (Bytes) -> Void) -> Slot {
        let start = scratch.count
        build(scratch)
        let slot = scratch.withBytes { text(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        scratch.truncate(to: start)
        return slot
    }

    /// A fresh record whose fields are all missing.
    @inlinable public func record<F: Fields>(_ fields: F.Type) -> Record<F> {
        let schema = F.schema
        let slots = allocateSlots(schema.count)
        return Record(slots: slots, slot: .record(slots, count: schema.count, schema: schema.number))
    }

    /// A fresh record of a schema that is known only at run time, all fields missing.
    @inlinable public func record(_ schema: Schema) -> DynamicRecord {
        let slots = allocateSlots(schema.count)
        return DynamicRecord(schema: schema, slots: slots, slot: .record(slots, count: schema.count, schema: schema.number))
    }

    /// A list of the slots.
    @inlinable public func list(_ slots: [Slot]) -> Slot {
        slots.withUnsafeBufferPointer { list(copying: $0) }
    }

    /// A list of `count` elements, asked for in order.
    @inlinable public func list(count: Int, _ element: (Int) -> Slot) -> Slot {
        let slots = allocateSlots(count)
        for index in 0..<count { slots[index] = element(index) }
        return .list(slots, count: count)
    }

    /// A list with one element for each number of the range.
    @inlinable public func list(_ range: Range<Int>, _ element: (Int) -> Slot) -> Slot {
        list(count: range.count) { element(range.lowerBound + $0) }
    }

    /// A list with one element for each item of the sequence.
    @inlinable public func list<S: Sequence>(_ items: S, _ element: (S.Element) -> Slot) -> Slot {
        let start = memory.pointee.pending.count
        for item in items {
            let slot = element(item)
            memory.pointee.pending.append(slot)
        }
        let slot = memory.pointee.pending.withUnsafeBufferPointer { list(copying: UnsafeBufferPointer(rebasing: $0[start...])) }
        memory.pointee.pending.removeSubrange(start...)
        return slot
    }

    @inlinable func list(copying slots: UnsafeBufferPointer<Slot>) -> Slot {
        guard let source = slots.baseAddress, slots.count > 0 else { return .list(nil, count: 0) }
        let copy = allocateSlots(slots.count)
        copy.update(from: source, count: slots.count)
        return .list(copy, count: slots.count)
    }

    /// Memory for `count` slots, all missing.
    @inlinable func allocateSlots(_ count: Int) -> UnsafeMutablePointer<Slot> {
        precondition(count >= 0 && count <= UInt32.max)
        let slots = allocate(count * MemoryLayout<Slot>.stride, alignment: 16).bindMemory(to: Slot.self, capacity: count)
        slots.initialize(repeating: .missing, count: count)
        return slots
    }

    /// Memory of the arena; alignment is 1 or 16.
    @inlinable @inline(__always) func allocate(_ size: Int, alignment: Int) -> UnsafeMutableRawPointer {
        let aligned = UnsafeMutableRawPointer(bitPattern: (UInt(bitPattern: memory.pointee.next) + UInt(alignment - 1)) & ~UInt(alignment - 1))
            .unsafelyUnwrapped
        if _fastPath(size <= memory.pointee.end - aligned) {
            memory.pointee.next = aligned + size
            return aligned
        }
        return allocateInNextChunk(size)
    }

    /// Goes to the next chunk that is large enough, or makes one.
    @usableFromInline @inline(never) func allocateInNextChunk(_ size: Int) -> UnsafeMutableRawPointer {
        repeat {
            memory.pointee.current += 1
            if memory.pointee.current == memory.pointee.chunks.count {
                let made = max(Frame.chunkSize, size)
                memory.pointee.chunks.append((.allocate(byteCount: made, alignment: 16), made))
            }
        } while memory.pointee.chunks[memory.pointee.current].size < size
        let chunk = memory.pointee.chunks[memory.pointee.current]
        memory.pointee.next = chunk.start + size
        memory.pointee.end = chunk.start + chunk.size
        return chunk.start
    }
}

@available(*, unavailable)
extension Frame: Sendable {}
