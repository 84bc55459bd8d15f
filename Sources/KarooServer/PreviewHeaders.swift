// KarooExpress – Apache-2.0

import HTTPTypes

extension HTTPField.Name {
    static let refresh = Self("Refresh")!
    static let serverTiming = Self("Server-Timing")!
}

extension HTTPFields {
    /// What every answer of the preview says besides: a host's security headers, and that nothing may be kept.
    ///
    /// The policy is the strictest that the theme has to live with. Connections are allowed to the preview itself, for
    /// live reload, and to the API that the pages were built for.
    ///
    /// - parameter connections: origins, as `http://127.0.0.1:8090`.
    static func preview(connections: [String]) -> HTTPFields { [
        .cacheControl: "no-store",
        .contentSecurityPolicy: [
            "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
            (["connect-src 'self'"] + connections).joined(separator: " "), "object-src 'none'", "base-uri 'none'", "form-action 'self'",
            "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        ].joined(separator: "; "),
        .xContentTypeOptions: "nosniff",
        HTTPField.Name("Referrer-Policy")!: "strict-origin-when-cross-origin",
        HTTPField.Name("Permissions-Policy")!: "camera=(), geolocation=(), microphone=(self), payment=(self)",
        HTTPField.Name("Cross-Origin-Opener-Policy")!: "same-origin",
    ] }
}
