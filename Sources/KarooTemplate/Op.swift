// KarooExpress – Apache-2.0

/// One step of a compiled template, 16 bytes, trivial.
struct Op {
    enum Code: UInt8 {
        /// Places `extent` bytes of the literal pool from `index` on.
        case literal
        /// Places field `index` of the context `up`, escaped or as it is.
        case text, raw
        /// Places field `target` of the record in field `index` of the context `up`.
        case innerText, innerRaw
        /// Places the context `up` itself.
        case contextText, contextRaw
        /// Places the register.
        case registerText, registerRaw
        /// Places the indentation of the running function.
        case indentation

        /// Puts into the register: field `index` of the context `up`; the context `up` itself; constant `index`; nothing.
        case load, loadContext, loadConstant, loadMissing
        /// Replaces the record in the register by its field `index`.
        case step
        /// Looks for the name of walk table `index` in the context `up` and all below it. Remembers where it was found.
        case walk
        /// The first context that is not missing, from the context `up` downwards.
        case walkContexts

        case jump
        case jumpIfMissing
        /// Jumps unless the last walk ended in a context of shape `index`; says that the register is of shape `index`.
        case jumpUnlessOrigin, setOrigin

        /// Jumps if field `index` of the context `up` is false; if it is not.
        case skipFalse, skipTrue
        case skipFalseRegister, skipTrueRegister
        /// Makes field `index` of the context `up` a context of shape `shape`, or jumps if it is false.
        case enter, enterRegister
        /// The same for each element of a list; anything but a list is one element.
        case loop, loopRegister
        /// The same for the register, with the shape that was set.
        case loopOrigin
        case leave
        /// Goes on with the next element at `target`, or leaves after the last one.
        case next

        /// Makes the context `up` a context once more; constant `index` one of shape `shape`.
        case push, pushConstant
        /// Leaves `extent` contexts.
        case drop
        /// Runs function `target` with the indentation at `index` in the literal pool, `extent` bytes.
        case call
        /// Runs the function that dispatch table `target` has for the text in the register.
        case dispatch
        /// Ends a function or the page.
        case end
    }

    var code: Code
    /// For calls: whether the indentation of the running function goes before the new one.
    var keepsIndentation = false
    /// How many contexts to go up: 1 is the innermost.
    var up: UInt16 = 0
    var index: UInt32 = 0
    /// Where to jump, or a second index.
    var target: UInt32 = 0
    private var last: UInt32 = 0

    init(_ code: Code, up: Int = 0, index: Int = 0, target: Int = 0, extent: Int = 0, shape: Int = 0) {
        self.code = code
        self.up = UInt16(up)
        self.index = UInt32(index)
        self.target = UInt32(target)
        last = UInt32(extent + shape)
    }

    /// A number of bytes or contexts.
    var extent: Int { Int(last) }
    /// The shape that a new context gets.
    var shape: UInt32 { last }
}
