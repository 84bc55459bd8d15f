"""Serves a built site as a host would that keeps the policy of docs/themes.md: compressed, with the pages of what is missing."""

import functools
import gzip
import http.server
import io
import pathlib
import threading

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'")
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".webmanifest", ".xml", ".txt"}
NAMED_BY_BYTES = ("/assets/", "/media/", "/search/")


@functools.lru_cache(maxsize=512)
def zipped(file, changed):
    """The file at the level at which hosts compress what they send; made anew when the file has changed."""
    return gzip.compress(pathlib.Path(file).read_bytes(), 6, mtime=0)


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json"}

    def send_head(self):
        file = pathlib.Path(self.translate_path(self.path))
        if file.is_dir() and self.path.split("?")[0].endswith("/"):
            file /= "index.html"
        if not file.is_file():
            return self.missing() if not file.is_dir() else super().send_head()
        if file.suffix not in COMPRESSED or "gzip" not in self.headers.get("Accept-Encoding", "") or "Range" in self.headers:
            return super().send_head()
        return self.answer(200, file)

    def missing(self):
        # Browsers ask this of pictures that are opened alone, which name no icon.
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
            return None
        root = pathlib.Path(self.directory)
        edition = root / self.path.split("/")[1] / "404.html"
        return self.answer(404, edition if edition.is_file() else root / "404.html")

    def answer(self, status, file):
        is_zipped = "gzip" in self.headers.get("Accept-Encoding", "")
        body = zipped(str(file), file.stat().st_mtime_ns) if is_zipped else file.read_bytes()
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Length", str(len(body)))
        if is_zipped:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        return io.BytesIO(body)

    # None, or a function from a path to the headers that a host's file names for it; see host_file.py.
    told = None
    # With whom pages may speak besides.
    policy = POLICY

    def end_headers(self):
        for name, value in self.headers_of(self.path.partition("?")[0]).items():
            self.send_header(name, value)
        super().end_headers()

    def headers_of(self, path):
        if self.told is None:
            return {"Content-Security-Policy": self.policy, "Cache-Control": kept(path)}
        headers = self.told(path)
        # Nobody speaks TLS here, and browsers would ask for everything by it.
        headers["content-security-policy"] = headers["content-security-policy"].replace("; upgrade-insecure-requests", "")
        headers.pop("content-type", None)
        return headers

    def guess_type(self, path):
        return (self.told(self.path.partition("?")[0]).get("content-type") if self.told else None) or super().guess_type(path)

    def log_message(self, *arguments):
        pass


def kept(path):
    """How long caches may keep what lies at a path, as the files of all hosts say."""
    if path.startswith(NAMED_BY_BYTES):
        return "max-age=31536000, immutable"
    return "public, max-age=60, must-revalidate" if path.endswith("/search/root.json") else "no-cache"


def serve(folder, told=None, api=None, port=0):
    """The address of a server that ends with the program. `told` gives the headers of a path, else they are those above, with
    which pages may speak to `api` as well."""
    policy = POLICY.replace("connect-src 'self'", f"connect-src 'self' {api}") if api else POLICY
    handler = type("Told", (Handler,), {"told": staticmethod(told) if told else None, "policy": policy})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(handler, directory=folder))
    server.daemon_threads = True
    # Browsers that leave a page break off what they no longer want.
    server.handle_error = lambda request, address: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"
