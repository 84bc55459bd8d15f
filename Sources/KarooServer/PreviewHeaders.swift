// KarooExpress – Apache-2.0

import HTTPTypes

extension HTTPField.Name {
    static let refresh = Self("Refresh")!
    static let serverTiming = Self("Server-Timing")!
}

extension HTTPFields {
    /// What every answer of the preview says besides: a host's security headers, and that nothing may be kept.
    ///
    /// The policy is the strictest that the theme has to live with. Connections are allowed to the preview itself
    /// only, for live reload; the host's own policy names the address of the API.
    static let preview: HTTPFields = [
        .cacheControl: "no-store",
        .contentSecurityPolicy: [
            "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
            "connect-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'",
            "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        ].joined(separator: "; "),
        .xContentTypeOptions: "nosniff",
        HTTPField.Name("Referrer-Policy")!: "strict-origin-when-cross-origin",
        HTTPField.Name("Permissions-Policy")!: "camera=(), geolocation=(), microphone=(self), payment=(self)",
        HTTPField.Name("Cross-Origin-Opener-Policy")!: "same-origin",
    ]
}
