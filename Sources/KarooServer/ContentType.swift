// KarooExpress – Apache-2.0

/// The media types of what a site publishes. Text is UTF-8, always.
enum ContentType {
    static let html = "text/html; charset=utf-8"
    static let javaScript = "text/javascript; charset=utf-8"
    static let plainText = "text/plain; charset=utf-8"
    static let eventStream = "text/event-stream"

    /// The type for the last ending of a file name, whatever its case; bytes of no known kind otherwise. Browsers
    /// are told not to guess (`nosniff`), so a missing entry here shows.
    static func of(fileName: String) -> String {
        guard let dot = fileName.lastIndex(of: ".") else { return unknown }
        return known[fileName[dot...].dropFirst().lowercased()] ?? unknown
    }

    private static let unknown = "application/octet-stream"

    private static let known: [String: String] = [
        "html": html,
        "css": "text/css; charset=utf-8",
        "js": javaScript,
        "mjs": javaScript,
        "json": "application/json",
        "jsonl": "application/jsonl",
        "map": "application/json",
        "webmanifest": "application/manifest+json",
        "xml": "application/xml; charset=utf-8",
        "rss": "application/rss+xml; charset=utf-8",
        "txt": plainText,
        "svg": "image/svg+xml",
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "webp": "image/webp",
        "avif": "image/avif",
        "gif": "image/gif",
        "ico": "image/vnd.microsoft.icon",
        "woff2": "font/woff2",
        "gltf": "model/gltf+json",
        "glb": "model/gltf-binary",
        "usdz": "model/vnd.usdz+zip",
        "gz": "application/gzip",
        "br": unknown,
        "bin": unknown,
    ]
}
