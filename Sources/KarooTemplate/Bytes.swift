// KarooExpress – Apache-2.0

/// A growable raw byte buffer that is reused from page to page: `removeAll()` keeps its memory.
/// Belongs to one thread at a time.
public final class Bytes {
    /// Behind a pointer, since access to stored properties of a class is checked at run time.
    @usableFromInline struct Memory {
        @usableFromInline var base: UnsafeMutableRawPointer
        @usableFromInline var used = 0
        @usableFromInline var capacity: Int
    }

    @usableFromInline let memory: UnsafeMutablePointer<Memory>

    /// - Parameter capacity: the bytes that fit before the buffer first grows.
    public init(capacity: Int = 65536) {
        let capacity = max(capacity, 64)
        memory = .allocate(capacity: 1)
        memory.initialize(to: Memory(base: .allocate(byteCount: capacity, alignment: 16), capacity: capacity))
    }

    deinit {
        memory.pointee.base.deallocate()
        memory.deallocate()
    }

    /// The number of bytes written since the start or the last `removeAll()`.
    @inlinable public var count: Int { memory.pointee.used }

    /// Forgets the content and keeps the memory.
    @inlinable public func removeAll() { memory.pointee.used = 0 }

    /// Forgets everything after the first `count` bytes; `count` must not exceed the present count.
    @inlinable public func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count)
        memory.pointee.used = count
    }

    @inlinable public func append(_ byte: UInt8) {
        reserve(1)
        memory.pointee.base.storeBytes(of: byte, toByteOffset: memory.pointee.used, as: UInt8.self)
        memory.pointee.used += 1
    }

    @inlinable public func append(_ text: StaticString) {
        if text.hasPointerRepresentation {
            append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        } else {
            append(String(describing: text))
        }
    }

    @inlinable public func append(_ text: String) {
        text.withUTF8Bytes { append($0) }
    }

    @inlinable public func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        (memory.pointee.base + memory.pointee.used).copyMemory(from: start, byteCount: bytes.count)
        memory.pointee.used += bytes.count
    }

    @inlinable public func append<C: Collection>(contentsOf bytes: C) where C.Element == UInt8 {
        if bytes.withContiguousStorageIfAvailable({ append(UnsafeRawBufferPointer($0)) }) != nil { return }
        for byte in bytes { append(byte) }
    }

    /// Appends the number in ASCII digits, with a hyphen-minus before a negative one.
    public func append(decimal number: Int) {
        var rest = number.magnitude
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var start = 20
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if number < 0 { append(UInt8(ascii: "-")) }
            append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[start...]))
        }
    }

    /// Lends the content. The pointer is valid only inside `body`, which must not append.
    @inlinable public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(start: memory.pointee.base, count: memory.pointee.used))
    }

    /// Makes room for at least `extra` more bytes.
    @inlinable @inline(__always) func reserve(_ extra: Int) {
        if _slowPath(memory.pointee.capacity - memory.pointee.used < extra) { grow(by: extra) }
    }

    @usableFromInline @inline(never) func grow(by extra: Int) {
        let capacity = max(memory.pointee.capacity * 2, memory.pointee.used + extra)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        moved.copyMemory(from: memory.pointee.base, byteCount: memory.pointee.used)
        memory.pointee.base.deallocate()
        memory.pointee.base = moved
        memory.pointee.capacity = capacity
    }
}

@available(*, unavailable)
extension Bytes: Sendable {}

extension String {
    /// The UTF-8 of the string, without a copy where it is stored so.
    @inlinable @inline(__always) func withUTF8Bytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        if let result = utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) { return result }
        var copy = self
        return copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
