"""Serves a built site as a host would that keeps the policy of docs/themes.md."""

import functools
import http.server
import threading

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'")


class Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript", ".svg": "image/svg+xml"}

    # None, or a function from a path to the headers that a host's file names for it; see host_file.py.
    told = None

    def end_headers(self):
        for name, value in self.headers_of(self.path.partition("?")[0]).items():
            self.send_header(name, value)
        super().end_headers()

    def headers_of(self, path):
        if self.told is None:
            immutable = not path.endswith((".html", ".json"))
            return {"Content-Security-Policy": POLICY, "Cache-Control": "max-age=31536000, immutable" if immutable else "no-cache"}
        headers = self.told(path)
        # Nobody speaks TLS here, and browsers would ask for everything by it.
        headers["content-security-policy"] = headers["content-security-policy"].replace("; upgrade-insecure-requests", "")
        headers.pop("content-type", None)
        return headers

    def guess_type(self, path):
        return (self.told(self.path.partition("?")[0]).get("content-type") if self.told else None) or super().guess_type(path)

    def log_message(self, *arguments):
        pass


def serve(folder, told=None):
    """The address of a server that ends with the program. `told` gives the headers of a path, else they are those above."""
    handler = type("Told", (Handler,), {"told": staticmethod(told) if told else None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=folder))
    # Browsers that leave a page break off what they no longer want.
    server.handle_error = lambda request, address: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"
