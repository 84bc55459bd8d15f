# KarooExpress – Apache-2.0
"""A shop in which there is something of everything: carts with and without goods, payments under way, orders, accounts of every role.
Whoever calls an address finds here what its path, its body and its headers may name."""

import urllib.parse
import base64
import email
import email.policy
import hashlib
import hmac
import itertools
import json
import os
import re
import struct
import subprocess
import time
import urllib.error
import urllib.request

MARKET = "de"
DELIVERY = {
    "email": "buyer@example.com",
    "address": {"name": "Ada Byron", "lines": ["Hauptstraße 1"], "city": "Berlin", "postalCode": "10115", "country": "DE"},
}


HOOK_SECRET = "whsec_contract"
# Providers that are asked nothing here; nobody listens where Stripe would be.
PROVIDERS = {
    "KAROO_BANK_TRANSFER_ACCOUNTS": "de=Shop GmbH|DE89 3704 0044 0532 0130 00|COBADEFFXXX",
    "KAROO_STRIPE_SECRET_KEY": "sk_test_contract",
    "KAROO_STRIPE_WEBHOOK_SECRETS": HOOK_SECRET,
    "KAROO_STRIPE_URL": "http://127.0.0.1:1",
}
PASSWORD = "winter lamps over Bremen 9"


class World:
    """The tool makes accounts while the server runs; letters lie in a folder."""

    def __init__(self, base, karoo, data, offers, seller):
        self.base, self.karoo, self.data, self.offers, self.seller = base, karoo, data, offers, seller
        self.numbers = itertools.count()
        self.sessions = {}

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

    def good_chooseShipping(self):
        return self.of_cart({"choices": [{"seller": self.seller, "method": "standard"}]})

    def good_setTaxID(self):
        return self.of_cart({"taxID": "DE136695976"})

    def good_removeTaxID(self):
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

    def good_listPaymentMethods(self):
        return self.of_cart()

    # What is paid by bank transfer, and given back by hand.

    def promise(self):
        """An order that waits for its money: the answer, and what it comes to."""
        cart, answer = self.purchase("bankTransfer")
        return answer, cart["quote"]["total"]

    def seller_order(self, placed):
        _, order = self.ask("GET", f"/v1/orders/{placed['order']}", token=placed["token"])
        return order["orders"][0]

    def good_refundOrder(self):
        part = self.seller_order(self.order())
        body = {"order": part["id"], "amount": {"amount": 100, "currency": part["total"]["currency"]}, "reason": "goodwill"}
        good = self.as_anyone("support", body=body)
        good["headers"]["Idempotency-Key"] = f"refund-{next(self.numbers)}"
        return good

    def good_listRefunds(self):
        return self.as_anyone("support")

    def good_notePayment(self):
        answer, total = self.promise()
        return self.as_anyone(
            "admin", path_parameters={"reference": answer["due"]["reference"]}, body={"amount": {"amount": total["amount"], "currency": total["currency"]}})

    def good_noteRefund(self):
        answer, total = self.promise()
        admin = self.as_anyone("admin")["headers"]["Authorization"].split()[1]
        amount = {"amount": total["amount"], "currency": total["currency"]}
        self.ask("POST", f"/v1/admin/payments/{urllib.parse.quote(answer['due']['reference'])}/received", {"amount": amount}, admin)
        body = {"order": self.seller_order(answer)["id"], "amount": {**amount, "amount": 100}, "reason": "goodwill"}
        _, refund = self.ask("POST", "/v1/admin/refunds", body, admin, {"Idempotency-Key": f"refund-{next(self.numbers)}"})
        return self.as_anyone("admin", path_parameters={"refund": refund["id"]})

    def good_takeProviderMessage(self):
        """A message of Stripe's about something that nobody here knows."""
        body = {"id": f"evt_{next(self.numbers)}", "object": "event", "type": "customer.created", "livemode": False, "data": {"object": {"id": "cus_1", "object": "customer"}}}
        now = int(time.time())
        signature = hmac.new(HOOK_SECRET.encode(), f"{now}.{json.dumps(body, allow_nan=False)}".encode(), hashlib.sha256).hexdigest()
        return {"path_parameters": {"provider": "stripe"}, "headers": {"Stripe-Signature": f"t={now},v1={signature}"}, "body": body}

    def good_readOffers(self):
        return {"query": {"market": MARKET, "language": "de", "ids": f"{self.offers[0]},{self.offers[1]}"}}

    # Accounts.

    def person(self, *roles):
        """A new account: its address. A seller sells for the only seller."""
        address = f"person-{next(self.numbers)}@example.com"
        options = [option for role in roles for option in (("--role", role, "--seller", self.seller) if role == "seller" else ("--role", role))]
        subprocess.run(
            [self.karoo, "account", "create", address, *options, "--data", self.data], check=True, capture_output=True, timeout=60,
            env={**os.environ, "KAROO_ACCOUNT_PASSWORD": PASSWORD})
        return address

    def log_in(self, address):
        _, answer = self.ask("POST", "/v1/sessions", {"email": address, "password": PASSWORD, "kind": "bearer"})
        return answer

    def session(self, *roles):
        return self.log_in(self.person(*roles))

    def as_somebody(self, *roles, **more):
        """With a session that nobody else has."""
        return {"headers": self.bearer(self.session(*roles)["token"]), **more}

    def as_anyone(self, *roles, **more):
        """With a session that serves again and again."""
        if roles not in self.sessions:
            self.sessions[roles] = self.session(*roles)["token"]
        return {"headers": self.bearer(self.sessions[roles]), **more}

    def good_readAccount(self):
        return self.as_anyone()

    def good_changeAccount(self):
        return self.as_anyone(body={"name": "Ada"})

    # What an account keeps.

    def good_openAccountCart(self):
        guest = self.cart(is_addressed=False)
        return self.as_somebody(body={"market": MARKET, "language": "de", "guest": {"cart": guest["id"], "token": guest["token"]}})

    def good_listAccountCarts(self):
        return self.as_anyone()

    def good_listOrders(self):
        return self.as_anyone()

    def good_claimOrders(self):
        return self.as_anyone()

    def kept_address(self):
        token = self.session()["token"]
        _, kept = self.ask("POST", "/v1/account/addresses", {"address": DELIVERY["address"]}, token)
        return {"headers": self.bearer(token), "path_parameters": {"address": kept["id"]}}

    def good_listAddresses(self):
        return self.as_anyone()

    def good_addAddress(self):
        return self.as_somebody(body={"address": DELIVERY["address"], "isDefault": True})

    def good_changeAddress(self):
        return {**self.kept_address(), "body": {"address": DELIVERY["address"]}}

    def good_removeAddress(self):
        return self.kept_address()

    def good_readWishlist(self):
        return self.as_anyone()

    def good_addWishes(self):
        return self.as_anyone(body={"items": [{"url": "/de-de/p/desk-lamp.html", "title": "Desk lamp"}]})

    def good_setWishes(self):
        return self.good_addWishes()

    def good_readPreferences(self):
        return self.as_anyone()

    def good_setPreferences(self):
        return self.as_anyone(body={"marketing": True})

    def good_exportAccount(self):
        return self.as_somebody()

    def good_eraseAccount(self):
        return self.as_somebody()

    def good_listKeys(self):
        return self.as_anyone()

    def key_of(self, token):
        _, key = self.ask("POST", "/v1/account/api-keys", {"name": "till", "audience": "buyer", "scopes": ["account:read"]}, token)
        return key

    def good_addKey(self):
        return self.as_anyone(body={"name": "till", "audience": "buyer", "scopes": ["account:read"]})

    def good_removeKey(self):
        good = self.as_anyone()
        return {**good, "path_parameters": {"key": self.key_of(self.sessions[()])["id"]}}

    def good_changeEmail(self):
        return self.as_somebody(body={"email": f"new-{next(self.numbers)}@example.com"})

    def good_changePassword(self):
        return self.as_somebody(body={"current": PASSWORD, "new": PASSWORD + " again"})

    def good_listPasskeys(self):
        return self.as_anyone()

    def good_beginPasskey(self):
        return self.as_anyone()

    def good_beginSecondFactor(self):
        return self.as_somebody()

    def begun_second_factor(self):
        token = self.session()["token"]
        _, begun = self.ask("POST", "/v1/account/second-factor", {}, token)
        return token, begun["secret"]

    def second_factor(self):
        """Somebody who needs a code: address, session and secret."""
        address = self.person()
        token = self.log_in(address)["token"]
        _, begun = self.ask("POST", "/v1/account/second-factor", {}, token)
        _, confirmed = self.ask("POST", "/v1/account/second-factor/confirm", {"code": code(begun["secret"])}, token)
        return address, token, begun["secret"], confirmed

    def good_confirmSecondFactor(self):
        token, secret = self.begun_second_factor()
        return {"headers": self.bearer(token), "body": {"code": code(secret)}}

    def good_endSecondFactor(self):
        return {"headers": self.bearer(self.second_factor()[1])}

    def good_renewRecoveryCodes(self):
        return {"headers": self.bearer(self.second_factor()[1])}

    def good_logInByCode(self):
        address, _, secret, _ = self.second_factor()
        asked = self.log_in(address)
        # The code that confirmed it is not taken again: this is the next one.
        return {"body": {"challenge": asked["challenge"], "code": code(secret, 1)}}

    def good_listSessions(self):
        return self.as_anyone()

    def good_endOtherSessions(self):
        return self.as_somebody()

    def good_endSession(self):
        address = self.person()
        first, second = self.log_in(address), self.log_in(address)
        return {"path_parameters": {"session": first["id"]}, "headers": self.bearer(second["token"])}

    def good_readSession(self):
        return self.as_anyone()

    def good_logOut(self):
        return self.as_somebody()

    def good_stepUp(self):
        return self.as_anyone(body={"password": PASSWORD})

    def good_logIn(self):
        return {"body": {"email": self.person(), "password": PASSWORD, "kind": "bearer"}}

    def good_register(self):
        return {"body": {"email": f"new-{next(self.numbers)}@example.com", "password": PASSWORD, "language": "en"}}

    def good_confirmAddress(self):
        address = self.good_register()["body"]["email"]
        self.ask("POST", "/v1/accounts", {"email": address, "password": PASSWORD, "language": "en"})
        return {"body": {"token": self.token_of_letter(address)}}

    def good_requestReset(self):
        return {"body": {"email": "buyer@demo.example", "language": "en"}}

    def good_resetPassword(self):
        address = self.person()
        self.ask("POST", "/v1/password-resets", {"email": address, "language": "en"})
        return {"body": {"token": self.token_of_letter(address), "password": PASSWORD + " anew"}}

    # What makes something cheaper.

    @property
    def coupon(self):
        return {"code": f"NEW{next(self.numbers)}", "reduction": {"kind": "share", "partsPerMillion": 50_000}}

    @property
    def promotion(self):
        return {"name": "Autumn", "rule": {"reduction": {"kind": "share", "partsPerMillion": 50_000}}}

    def of_new(self, path, body, role, name, part):
        """Something that was just made below a path, by somebody who may."""
        good = self.as_anyone(role)
        _, made = self.ask("POST", path, body, good["headers"]["Authorization"].split()[1])
        return {**good, "path_parameters": {name: made.get(part, "none")}}

    def good_listCoupons(self):
        return self.as_anyone("admin")

    def good_addCoupon(self):
        return self.as_anyone("admin", body=self.coupon)

    def good_endCoupon(self):
        return self.of_new("/v1/admin/coupons", self.coupon, "admin", "code", "code")

    def good_listPromotions(self):
        return self.as_anyone("admin")

    def good_addPromotion(self):
        return self.as_anyone("admin", body=self.promotion)

    def good_endPromotion(self):
        return self.of_new("/v1/admin/promotions", self.promotion, "admin", "promotion", "id")

    def of_seller(self, good):
        return {**good, "path_parameters": {"seller": self.seller, **good.get("path_parameters", {})}}

    def good_listSellerCoupons(self):
        return self.of_seller(self.as_anyone("seller"))

    def good_addSellerCoupon(self):
        return self.of_seller(self.as_anyone("seller", body=self.coupon))

    def good_endSellerCoupon(self):
        return self.of_seller(self.of_new(f"/v1/sellers/{self.seller}/coupons", self.coupon, "seller", "code", "code"))

    def good_listSellerPromotions(self):
        return self.of_seller(self.as_anyone("seller"))

    def good_addSellerPromotion(self):
        return self.of_seller(self.as_anyone("seller", body=self.promotion))

    def good_endSellerPromotion(self):
        return self.of_seller(self.of_new(f"/v1/sellers/{self.seller}/promotions", self.promotion, "seller", "promotion", "id"))

    def good_quoteCurrency(self):
        return self.of_cart({"currency": "USD"})

    def good_listAccounts(self):
        return self.as_anyone("support")

    def of_account(self, **more):
        account = self.log_in(self.person())["account"]["id"]
        return self.as_anyone("admin", path_parameters={"account": account}, **more)

    def good_disableAccount(self):
        return self.of_account()

    def good_enableAccount(self):
        return self.of_account()

    def good_grantRole(self):
        return self.of_account(body={"role": "support"})

    def good_revokeRole(self):
        account = self.log_in(self.person("support"))["account"]["id"]
        return self.as_anyone("admin", path_parameters={"account": account}, query={"role": "support"})

    def good_readAudit(self):
        return self.as_anyone("admin")

    def token_of_letter(self, address, seconds=20):
        """The token of the link in the newest letter to somebody."""
        folder, deadline = f"{self.data}/mail", time.monotonic() + seconds
        while time.monotonic() < deadline:
            names = [entry.path for entry in os.scandir(folder) if entry.name.endswith(".eml")] if os.path.isdir(folder) else []
            for name in sorted(names, key=os.path.getmtime, reverse=True):
                with open(name, "rb") as file:
                    letter = email.message_from_binary_file(file, policy=email.policy.default)
                found = re.search(r"token=([A-Za-z0-9_.-]+)", letter.get_body(("plain",)).get_content()) if address in (letter["To"] or "") else None
                if found:
                    return found[1]
            time.sleep(0.1)
        return "none"

    # Money behind the sale.

    def good_listBalances(self):
        return self.as_anyone("support")

    good_listCommissionRules = good_listAllInvoices = good_listPayouts = good_listBalances

    def good_addCommissionRule(self):
        return self.as_anyone("admin", body={"partsPerMillion": 80_000, "market": MARKET})

    def good_endCommissionRule(self):
        return self.of_new("/v1/admin/commission-rules", {"partsPerMillion": 90_000}, "admin", "rule", "id")

    def good_runPayouts(self):
        return self.as_anyone("admin")

    def good_listInvoices(self):
        return self.of_order()

    def good_readInvoice(self):
        of_order = self.of_order()
        token = of_order["headers"]["Authorization"].split()[1]
        _, invoices = self.ask("GET", f"/v1/orders/{of_order['path_parameters']['order']}/invoices", token=token)
        of_order["path_parameters"]["invoice"] = invoices["data"][0]["id"]
        return of_order

    def good_readBalances(self):
        return self.of_seller(self.as_anyone("seller"))

    good_listSellerInvoices = good_listSellerPayouts = good_readStatement = good_readBalances


def code(secret, steps=0):
    """The six digits of an app for codes (RFC 6238), so many steps of half a minute from now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + steps), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place:place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
