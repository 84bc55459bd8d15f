// KarooExpress – Apache-2.0

import COpenSSL

/// The last error that libcrypto noted on this thread, as an error of ours; its list is emptied.
func refusal(by function: String) -> CryptoError {
    let code = ERR_get_error()
    ERR_clear_error()
    guard code != 0 else { return .refused(by: function, reason: "no reason given") }
    let reason = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        ERR_error_string_n(code, buffer.baseAddress, buffer.count)
        return String(cString: UnsafePointer(buffer.baseAddress!))
    }
    return .refused(by: function, reason: reason)
}

extension Array where Element == UInt8 {
    /// Lends the bytes with a pointer that is never nil, also when there are none.
    func withPointer<Result, Failure: Error>(
        _ body: (UnsafePointer<UInt8>, Int) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if isEmpty {
            var nothing: UInt8 = 0
            return try withUnsafePointer(to: &nothing) { pointer throws(Failure) in try body(pointer, 0) }
        }
        return try withUnsafeBufferPointer { buffer throws(Failure) in try body(buffer.baseAddress!, buffer.count) }
    }
}
