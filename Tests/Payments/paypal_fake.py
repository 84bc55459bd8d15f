# KarooExpress – Apache-2.0
"""A PayPal that moves no money: Orders v2 (create, approve, capture), refunds, disputes, and messages that are signed with a
certificate of its own. PayPal's own `paypal-server-sdk` talks to it as well as the shop does.

What its answers look like follows PayPal's OpenAPI of orders 2, payments 2, disputes 1 and webhooks 1.
"""

import base64
import datetime
import json
import re
import secrets
import time
import urllib.parse
import zlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from provider_fake import Fake, Refusal

DECIMALS = {"JPY": 0, "HUF": 0, "TWD": 0}


def identifier(length=17):
    return "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(length))


def unprocessable(issue, description=""):
    return Refusal(422, {"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": issue, "description": description}], "debug_id": identifier()})


def invalid(field, issue):
    return Refusal(400, {"name": "INVALID_REQUEST", "details": [{"field": field, "issue": issue}], "debug_id": identifier()})


class Certificates:
    """A root that the shop trusts, and what it made: one for messages, and one for somebody else."""

    def __init__(self, host):
        self.root_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.root = self.make("Root of the fake", self.root_key.public_key(), None)
        self.key, self.chain = self.issue(host)
        self.stranger_key, self.stranger_chain = self.issue("somebody.example")
        other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.self_made_key, self.self_made_chain = other, self.pem(self.make(host, other.public_key(), host, issuer_key=other, issuer="Nobody"))

    def issue(self, host):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return key, self.pem(self.make(host, key.public_key(), host)) + self.pem(self.root)

    def make(self, name, public, host, issuer_key=None, issuer="Root of the fake"):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder().subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)])).public_key(public).serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True))
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return builder.sign(issuer_key or self.root_key, hashes.SHA256())

    @staticmethod
    def pem(certificate):
        return certificate.public_bytes(serialization.Encoding.PEM)


class PayPalFake(Fake):
    def __init__(self):
        super().__init__()
        self.url = f"http://localhost:{self.port}"
        self.client_id, self.client_secret, self.webhook_id = "client", "secret", identifier()
        self.tokens, self.orders, self.captures, self.refunds, self.disputes, self.answers = set(), {}, {}, {}, {}, {}
        self.declines = set()
        self.certificates = Certificates("localhost")

    # Requests

    def answer(self, method, target, headers, body):
        path = target.split("?")[0]
        if path.startswith("/v1/notifications/certs/"):
            return 200, {}, self.certificate(path.rsplit("/", 1)[1])
        if path == "/v1/oauth2/token":
            return 200, {}, self.token(headers, body)
        if headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise Refusal(401, {"name": "AUTHENTICATION_FAILURE", "message": "no such token"})
        if method == "GET":
            return 200, {}, self.look_up(path)
        if headers.get("Content-Type", "").split(";")[0] != "application/json":
            raise Refusal(415, {"name": "UNSUPPORTED_MEDIA_TYPE"})
        fields = json.loads(body or b"{}")
        if path == "/v1/notifications/verify-webhook-signature":
            return 200, {}, {"verification_status": "SUCCESS" if self.verify(fields, body) else "FAILURE"}
        key = headers.get("PayPal-Request-Id")
        if key and not 1 <= len(key) <= 108:
            raise invalid("PayPal-Request-Id", "INVALID_STRING_LENGTH")
        if key and (path, key) in self.answers:
            status, value = self.answers[path, key]
            return (200 if status == 201 else status), {}, value
        try:
            status, value = self.act(path, fields)
        except Refusal as refusal:
            status, value = refusal.status, refusal.body
        value = json.loads(json.dumps(value))
        # What was refused because the buyer had to do something first may be asked again with the same key.
        if key and status < 400:
            self.answers[path, key] = (status, value)
        return status, {}, value

    def token(self, headers, body):
        expected = "Basic " + base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if headers.get("Authorization") != expected or b"grant_type=client_credentials" not in body:
            raise Refusal(401, {"error": "invalid_client"})
        token = "A21AA" + secrets.token_hex(20)
        self.tokens.add(token)
        return {"access_token": token, "token_type": "Bearer", "expires_in": 32400, "scope": "https://uri.paypal.com/services/payments"}

    def look_up(self, path):
        tables = {
            "/v2/checkout/orders/": self.orders, "/v2/payments/captures/": self.captures, "/v2/payments/refunds/": self.refunds,
            "/v1/customer/disputes/": self.disputes,
        }
        for prefix, table in tables.items():
            if path.startswith(prefix) and path[len(prefix):] in table:
                return table[path[len(prefix):]]
        raise Refusal(404, {"name": "RESOURCE_NOT_FOUND", "details": [{"issue": "INVALID_RESOURCE_ID"}]})

    def act(self, path, fields):
        if path == "/v2/checkout/orders":
            return 201, self.create(fields)
        if found := re.fullmatch(r"/v2/checkout/orders/([A-Z0-9]+)/capture", path):
            return 201, self.capture(self.look_up(f"/v2/checkout/orders/{found[1]}"))
        if found := re.fullmatch(r"/v2/payments/captures/([A-Z0-9]+)/refund", path):
            return 201, self.refund(self.look_up(f"/v2/payments/captures/{found[1]}"), fields)
        raise Refusal(404, {"name": "RESOURCE_NOT_FOUND"})

    # Orders

    def money(self, value, field):
        currency, text = (value or {}).get("currency_code", ""), (value or {}).get("value", "")
        if not re.fullmatch("[A-Z]{3}", currency) or currency == "KWD":
            raise invalid(field, "CURRENCY_NOT_SUPPORTED")
        decimals = DECIMALS.get(currency, 2)
        if not re.fullmatch(r"\d+" + (rf"\.\d{{{decimals}}}" if decimals else ""), text) or float(text) <= 0:
            raise invalid(field, "DECIMAL_PRECISION")
        return round(float(text) * 10**decimals)

    def create(self, fields):
        if fields.get("intent") not in ("CAPTURE", "AUTHORIZE"):
            raise invalid("/intent", "INVALID_PARAMETER_VALUE")
        units = fields.get("purchase_units") or []
        if len(units) != 1:
            raise invalid("/purchase_units", "INVALID_ARRAY_LENGTH")
        self.money(units[0].get("amount"), "/purchase_units/0/amount")
        order_id = identifier()
        context = fields.get("payment_source", {}).get("paypal", {}).get("experience_context", {})
        link = "payer-action" if fields.get("payment_source") else "approve"
        order = {
            "id": order_id, "intent": fields["intent"], "status": "PAYER_ACTION_REQUIRED" if fields.get("payment_source") else "CREATED",
            "purchase_units": [{key: units[0][key] for key in ("reference_id", "custom_id", "amount") if key in units[0]}],
            "links": [
                {"rel": "self", "href": f"{self.url}/v2/checkout/orders/{order_id}", "method": "GET"},
                {"rel": link, "href": f"{self.url}/checkoutnow?token={order_id}", "method": "GET"},
            ],
        }
        order["purchase_units"][0].setdefault("reference_id", "default")
        self.orders[order_id] = order
        self.return_urls = getattr(self, "return_urls", {}) | {order_id: context.get("return_url")}
        return order

    def approve(self, order_id):
        """The buyer agrees on PayPal's page; gives the address to which the buyer is sent."""
        with self.lock:
            order = self.orders[order_id]
            assert order["status"] in ("CREATED", "PAYER_ACTION_REQUIRED"), order["status"]
            order["status"] = "APPROVED"
            self.event("CHECKOUT.ORDER.APPROVED", order)
            url = self.return_urls.get(order_id)
            return url and url + ("&" if "?" in url else "?") + urllib.parse.urlencode({"token": order_id, "PayerID": identifier(13)})

    def capture(self, order):
        if order["status"] == "COMPLETED":
            raise unprocessable("ORDER_ALREADY_CAPTURED")
        if order["status"] != "APPROVED":
            raise unprocessable("ORDER_NOT_APPROVED")
        if order["id"] in self.declines:
            raise unprocessable("INSTRUMENT_DECLINED")
        unit = order["purchase_units"][0]
        capture = {
            "id": identifier(), "status": "COMPLETED", "amount": unit["amount"], "final_capture": True, "custom_id": unit.get("custom_id"),
            "supplementary_data": {"related_ids": {"order_id": order["id"]}},
        }
        self.captures[capture["id"]] = capture
        unit["payments"] = {"captures": [capture]}
        order["status"] = "COMPLETED"
        self.event("PAYMENT.CAPTURE.COMPLETED", capture)
        return order

    def given_back(self, capture_id):
        return sum(self.money(refund["amount"], "") for refund in self.refunds.values() if refund["capture"] == capture_id and refund["status"] != "FAILED")

    def refund(self, capture, fields):
        if any(dispute["disputed_transactions"][0]["seller_transaction_id"] == capture["id"] and dispute["status"] != "RESOLVED" for dispute in self.disputes.values()):
            raise unprocessable("TRANSACTION_DISPUTED")
        left = self.money(capture["amount"], "") - self.given_back(capture["id"])
        if left == 0:
            raise unprocessable("CAPTURE_FULLY_REFUNDED")
        amount = fields.get("amount") or capture["amount"]
        if amount.get("currency_code") != capture["amount"]["currency_code"]:
            raise unprocessable("REFUND_CAPTURE_CURRENCY_MISMATCH")
        if self.money(amount, "/amount") > left:
            raise unprocessable("REFUND_AMOUNT_EXCEEDED")
        refund = {"id": identifier(), "status": "COMPLETED", "amount": amount, "invoice_id": fields.get("invoice_id"), "capture": capture["id"]}
        self.refunds[refund["id"]] = refund
        capture["status"] = "REFUNDED" if self.given_back(capture["id"]) == self.money(capture["amount"], "") else "PARTIALLY_REFUNDED"
        self.event("PAYMENT.CAPTURE.REFUNDED", capture)
        return refund

    def dispute(self, capture_id):
        with self.lock:
            dispute = {
                "dispute_id": f"PP-D-{secrets.randbelow(90000) + 10000}", "status": "WAITING_FOR_SELLER_RESPONSE", "dispute_life_cycle_stage": "CHARGEBACK",
                "disputed_transactions": [{"seller_transaction_id": capture_id}], "dispute_amount": self.captures[capture_id]["amount"],
            }
            self.disputes[dispute["dispute_id"]] = dispute
            self.event("CUSTOMER.DISPUTE.CREATED", dispute)
            return dispute["dispute_id"]

    def decide(self, dispute_id, outcome):
        with self.lock:
            self.disputes[dispute_id].update(status="RESOLVED", dispute_outcome={"outcome_code": outcome})
            self.event("CUSTOMER.DISPUTE.RESOLVED", self.disputes[dispute_id])

    def of_attempt(self, attempt):
        with self.lock:
            return [order for order in self.orders.values() if order["purchase_units"][0].get("custom_id") == attempt]

    # Messages

    def certificate(self, name):
        return {"CERT-1": self.certificates.chain, "CERT-stranger": self.certificates.stranger_chain, "CERT-selfmade": self.certificates.self_made_chain}[name]

    def event(self, kind, resource):
        event = {
            "id": f"WH-{identifier()}-{identifier()}", "event_version": "1.0", "create_time": "2026-11-28T00:00:00.000Z", "event_type": kind,
            "resource": json.loads(json.dumps(resource)),
        }
        self.tell(event)
        return event

    def signed(self, event, key=None, certificate="CERT-1", url=None, webhook_id=None):
        body = json.dumps(event).encode()
        transmission, moment = identifier(), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        message = f"{transmission}|{moment}|{webhook_id or self.webhook_id}|{zlib.crc32(body)}".encode()
        signature = (key or self.certificates.key).sign(message, padding.PKCS1v15(), hashes.SHA256())
        return {
            "PAYPAL-TRANSMISSION-ID": transmission, "PAYPAL-TRANSMISSION-TIME": moment, "PAYPAL-AUTH-ALGO": "SHA256withRSA",
            "PAYPAL-CERT-URL": url or f"{self.url}/v1/notifications/certs/{certificate}", "PAYPAL-TRANSMISSION-SIG": base64.b64encode(signature).decode(),
        }, body

    def verify(self, fields, request):
        """What PayPal answers to who asks it; the message stands in the request as it was sent."""
        body = request.split(b'"webhook_event":', 1)[1][:-1]
        message = f"{fields['transmission_id']}|{fields['transmission_time']}|{fields['webhook_id']}|{zlib.crc32(body)}".encode()
        try:
            self.certificates.key.public_key().verify(base64.b64decode(fields["transmission_sig"]), message, padding.PKCS1v15(), hashes.SHA256())
            return fields["webhook_id"] == self.webhook_id
        except Exception:
            return False
