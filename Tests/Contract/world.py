# KarooExpress – Apache-2.0
"""A shop in which there is something of everything: carts with and without goods, payments under way, orders. Whoever calls an address
finds here what its path, its body and its headers may name."""

import itertools
import json
import urllib.request

MARKET = "de"
DELIVERY = {
    "email": "buyer@example.com",
    "address": {"name": "Ada Byron", "lines": ["Hauptstraße 1"], "city": "Berlin", "postalCode": "10115", "country": "DE"},
}


class World:
    def __init__(self, base, offers):
        self.base, self.offers = base, offers
        self.numbers = itertools.count()

    def ask(self, method, path, body=None, token=None, headers=None):
        """The status and the value of an answer; None for one that is no JSON."""
        request = urllib.request.Request(self.base + path, method=method, data=json.dumps(body).encode() if body is not None else None)
        if body is not None:
            request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                status, content = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, content = error.code, error.read()
        try:
            return status, json.loads(content)
        except ValueError:
            return status, None

    # What is asked for again and again. Each gives what is in the path, the headers and the body of a request that succeeds.

    def cart(self, lines=1, is_addressed=True):
        _, cart = self.ask("POST", "/v1/carts", {"market": MARKET, "language": "de"})
        token = cart["token"]
        for number in range(lines):
            _, cart = self.ask("POST", f"/v1/carts/{cart['id']}/lines", {"offer": self.offers[number], "quantity": 1}, token)
        if is_addressed:
            _, cart = self.ask("PUT", f"/v1/carts/{cart['id']}/delivery", DELIVERY, token)
        return {**cart, "token": token}

    def purchase(self, method, cart=None):
        cart = cart or self.cart()
        total = cart["quote"]["total"]
        body = {"total": {"amount": total["amount"], "currency": total["currency"]}, "payment": {"method": method}}
        _, answer = self.ask("POST", f"/v1/carts/{cart['id']}/complete", body, cart["token"], {"Idempotency-Key": f"key-{next(self.numbers)}"})
        return cart, answer

    def order(self):
        return self.purchase("sandbox_ok")[1]

    # How each address is called so that it succeeds, by the name of its operation: path, headers, body and query.

    def good(self, operation):
        maker = getattr(self, f"good_{operation}", None)
        return maker() if maker else {}

    @staticmethod
    def bearer(token, **more):
        return {"Authorization": f"Bearer {token}", **more}

    def of_cart(self, body=None, **options):
        cart = self.cart(**options)
        good = {"path_parameters": {"cart": cart["id"]}, "headers": self.bearer(cart["token"])}
        return {**good, "body": body} if body is not None else good

    def good_openCart(self):
        return {"body": {"market": MARKET, "language": "de"}}

    def good_readCart(self):
        return self.of_cart()

    def good_readQuote(self):
        return self.of_cart()

    def good_addLine(self):
        return self.of_cart({"offer": self.offers[1], "quantity": 2})

    def of_line(self, body=None):
        cart = self.cart()
        good = {"path_parameters": {"cart": cart["id"], "line": cart["lines"][0]["id"]}, "headers": self.bearer(cart["token"])}
        return {**good, "body": body} if body is not None else good

    def good_changeLine(self):
        return self.of_line({"quantity": 3})

    def good_removeLine(self):
        return self.of_line()

    def good_setDelivery(self):
        return self.of_cart(DELIVERY)

    def good_setCoupon(self):
        return self.of_cart({"code": "CONTRACT"})

    def good_removeCoupon(self):
        return self.of_cart()

    def good_completeCart(self):
        cart = self.cart()
        total = cart["quote"]["total"]
        return {
            "path_parameters": {"cart": cart["id"]},
            "headers": self.bearer(cart["token"], **{"Idempotency-Key": f"key-{next(self.numbers)}"}),
            "body": {"total": {"amount": total["amount"], "currency": total["currency"]}, "payment": {"method": "sandbox_ok"}},
        }

    def good_returnFromBank(self):
        cart, answer = self.purchase("sandbox_3ds")
        return {"path_parameters": {"cart": cart["id"], "payment": answer["payment"]}, "headers": self.bearer(cart["token"])}

    def good_answerChallenge(self):
        _, answer = self.purchase("sandbox_3ds")
        return {"path_parameters": {"payment": answer["payment"]}, "body": {"confirms": True}}

    def of_order(self):
        order = self.order()
        return {"path_parameters": {"order": order["order"]}, "headers": self.bearer(order["token"])}

    def good_readOrder(self):
        return self.of_order()

    def good_cancelOrder(self):
        return self.of_order()

    def good_readOffers(self):
        return {"query": {"market": MARKET, "language": "de", "ids": f"{self.offers[0]},{self.offers[1]}"}}
