# KarooExpress – Apache-2.0
"""A Stripe that moves no money: PaymentIntents with manual capture, refunds, disputes, transfers and signed events, as strict as
the real one where a shop can go wrong. The official `stripe` package talks to it as well as the shop does.

What its answers look like follows docs.stripe.com/api; only what the shop and the tests use is here.
"""

import hashlib
import hmac
import json
import secrets
import time
import urllib.parse

from provider_fake import Fake, Refusal

VERSION = "2026-10-28.endive"
# Stripe's own names of test cards, and what becomes of them.
CARDS = {
    "pm_card_visa": "succeeds",
    "pm_card_chargeDeclined": ("generic_decline", "card_declined"),
    "pm_card_chargeDeclinedInsufficientFunds": ("insufficient_funds", "card_declined"),
    "pm_card_threeDSecure2Required": "asks",
}
PARAMETERS = {
    "create": {"amount", "currency", "capture_method", "payment_method_types", "payment_method", "metadata", "confirm", "return_url", "description"},
    "confirm": {"return_url", "payment_method"},
    "capture": {"amount_to_capture"},
    "cancel": {"cancellation_reason"},
    "refund": {"payment_intent", "amount", "metadata", "reason"},
    "transfer": {"amount", "currency", "destination", "transfer_group", "metadata"},
}


def error(status, code, message, kind="invalid_request_error", **more):
    return Refusal(status, {"error": {"type": kind, "code": code, "message": message, **more}})


class StripeFake(Fake):
    def __init__(self, key="sk_test_fake", secret="whsec_fake"):
        super().__init__()
        self.key, self.secret = key, secret
        self.intents, self.refunds, self.disputes, self.transfers, self.answers = {}, {}, {}, {}, {}
        self.accounts = {"acct_seller"}
        self.url = f"http://127.0.0.1:{self.port}"

    # Requests

    def answer(self, method, target, headers, body):
        self.authenticate(headers)
        path = target.split("?")[0]
        if method != "POST":
            return 200, {}, self.look_up(path)
        form = urllib.parse.parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body))
        key = headers.get("Idempotency-Key")
        known = self.answers.get(key) if key else None
        if known:
            if known["request"] != (path, sorted(form)):
                raise error(400, None, "the key was used with other parameters", kind="idempotency_error")
            return known["status"], {"Idempotent-Replayed": "true"}, known["value"]
        try:
            status, value = 200, json.loads(json.dumps(self.act(path, self.nested(form))))
        except Refusal as refusal:
            status, value = refusal.status, refusal.body
        if key:
            self.answers[key] = {"request": (path, sorted(form)), "status": status, "value": value}
        return status, {}, value

    def authenticate(self, headers):
        import base64
        given = headers.get("Authorization", "")
        if given.startswith("Basic "):
            given = "Bearer " + base64.b64decode(given[6:]).decode().split(":")[0]
        if given != f"Bearer {self.key}":
            raise error(401, None, "no such key")

    def nested(self, form):
        fields = {}
        for name, value in form:
            head, _, rest = name.partition("[")
            if rest:
                fields.setdefault(head, {})[rest.rstrip("]")] = value
            else:
                fields[head] = value
        return fields

    def allow(self, kind, fields):
        for name in fields:
            if name not in PARAMETERS[kind]:
                raise error(400, "parameter_unknown", f"Received unknown parameter: {name}", param=name)

    def look_up(self, path):
        kind, identifier = path.split("/")[2:4]
        tables = {"payment_intents": self.intents, "refunds": self.refunds, "disputes": self.disputes, "transfers": self.transfers}
        found = tables.get(kind, {}).get(identifier)
        if not found:
            raise error(404, "resource_missing", f"No such {kind}: {identifier}")
        return found

    def act(self, path, fields):
        parts = path.split("/")[2:]
        match parts:
            case ["payment_intents"]:
                return self.create(fields)
            case ["payment_intents", identifier, verb] if verb in ("confirm", "capture", "cancel"):
                self.allow(verb, fields)
                intent = self.look_up(f"/v1/payment_intents/{identifier}")
                return getattr(self, verb)(intent, fields)
            case ["refunds"]:
                return self.refund(fields)
            case ["transfers"]:
                return self.transfer(fields)
        raise error(404, None, f"Unrecognized request URL {path}")

    # PaymentIntents

    def create(self, fields):
        self.allow("create", fields)
        amount = self.amount(fields, "amount")
        currency = fields.get("currency", "")
        if currency != currency.lower() or len(currency) != 3:
            raise error(400, "parameter_invalid_string", "currency")
        if currency in ("kwd", "bhd", "jod", "omr", "tnd") and amount % 10:
            raise error(400, "parameter_invalid_integer", "the last digit must be 0")
        method = fields.get("payment_method")
        if method and method not in CARDS:
            raise error(400, "resource_missing", f"No such PaymentMethod: {method}")
        identifier = "pi_" + secrets.token_hex(12)
        intent = {
            "id": identifier, "object": "payment_intent", "amount": amount, "amount_capturable": 0, "amount_received": 0, "currency": currency,
            "capture_method": fields.get("capture_method", "automatic"), "client_secret": f"{identifier}_secret_{secrets.token_hex(8)}",
            "confirmation_method": "automatic", "created": int(time.time()), "last_payment_error": None, "latest_charge": None, "livemode": False,
            "metadata": fields.get("metadata", {}), "next_action": None, "payment_method": method, "payment_method_types": ["card"],
            "status": "requires_confirmation" if method else "requires_payment_method",
        }
        self.intents[identifier] = intent
        self.event("payment_intent.created", intent)
        return self.confirm(intent, {}) if fields.get("confirm") == "true" else intent

    def confirm(self, intent, fields):
        if intent["status"] not in ("requires_confirmation", "requires_payment_method"):
            raise self.unexpected(intent)
        intent["payment_method"] = fields.get("payment_method") or intent["payment_method"]
        fate = CARDS.get(intent["payment_method"])
        if fate is None:
            raise error(400, "parameter_missing", "there is no payment method")
        if fate == "succeeds":
            return self.hold(intent)
        if fate == "asks":
            intent["status"] = "requires_action"
            intent["next_action"] = {
                "type": "redirect_to_url",
                "redirect_to_url": {"url": f"{self.url}/3ds/{intent['id']}", "return_url": fields.get("return_url")},
            }
            self.event("payment_intent.requires_action", intent)
            return intent
        decline, code = fate
        self.fail(intent, code, decline)
        raise error(402, code, "Your card was declined.", kind="card_error", decline_code=decline, payment_intent=intent)

    def hold(self, intent):
        intent.update(next_action=None, last_payment_error=None, latest_charge=intent["latest_charge"] or "ch_" + secrets.token_hex(12))
        if intent["capture_method"] == "manual":
            intent.update(status="requires_capture", amount_capturable=intent["amount"])
            self.event("payment_intent.amount_capturable_updated", intent)
        else:
            intent.update(status="succeeded", amount_received=intent["amount"])
            self.event("payment_intent.succeeded", intent)
        return intent

    def fail(self, intent, code, decline):
        intent.update(
            status="requires_payment_method", payment_method=None, next_action=None,
            last_payment_error={"type": "card_error", "code": code, "decline_code": decline})
        self.event("payment_intent.payment_failed", intent)

    def capture(self, intent, fields):
        if intent["status"] != "requires_capture":
            raise self.unexpected(intent)
        amount = self.amount(fields, "amount_to_capture", intent["amount"])
        if amount > intent["amount_capturable"]:
            raise error(400, "amount_too_large", "more than is held")
        intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
        self.event("payment_intent.succeeded", intent)
        self.event("charge.captured", {"id": intent["latest_charge"], "object": "charge", "payment_intent": intent["id"]})
        return intent

    def cancel(self, intent, fields):
        if intent["status"] in ("succeeded", "canceled", "processing"):
            raise self.unexpected(intent)
        intent.update(status="canceled", amount_capturable=0, next_action=None)
        self.event("payment_intent.canceled", intent)
        return intent

    def unexpected(self, intent):
        return error(400, "payment_intent_unexpected_state", f"it is {intent['status']}", payment_intent=intent)

    def amount(self, fields, name, default=None):
        text = fields.get(name)
        if text is None and default is not None:
            return default
        if text is None or not text.isdigit() or int(text) < 1:
            raise error(400, "parameter_invalid_integer", f"Invalid integer: {text}", param=name)
        return int(text)

    # What goes back, what is disputed, what goes to sellers

    def given_back(self, intent):
        return sum(refund["amount"] for refund in self.refunds.values() if refund["payment_intent"] == intent["id"] and refund["status"] != "failed")

    def refund(self, fields):
        self.allow("refund", fields)
        intent = self.look_up(f"/v1/payment_intents/{fields.get('payment_intent')}")
        if intent["status"] != "succeeded":
            raise error(400, "charge_not_captured", "there is nothing to give back")
        if any(dispute["payment_intent"] == intent["id"] and dispute["status"] in ("needs_response", "under_review", "lost") for dispute in self.disputes.values()):
            raise error(400, "charge_disputed", "the charge is disputed")
        left = intent["amount_received"] - self.given_back(intent)
        if left == 0:
            raise error(400, "charge_already_refunded", "all went back already")
        amount = self.amount(fields, "amount", left)
        if amount > left:
            raise error(400, "amount_too_large", "more than is left")
        identifier = "re_" + secrets.token_hex(12)
        refund = {
            "id": identifier, "object": "refund", "amount": amount, "currency": intent["currency"], "payment_intent": intent["id"],
            "charge": intent["latest_charge"], "status": "succeeded", "metadata": fields.get("metadata", {}),
        }
        self.refunds[identifier] = refund
        self.event("refund.created", refund)
        self.event("charge.refunded", {"id": intent["latest_charge"], "object": "charge", "payment_intent": intent["id"]})
        return refund

    def dispute(self, intent_id, amount=None, status="needs_response"):
        """A buyer goes to the bank."""
        with self.lock:
            intent = self.intents[intent_id]
            identifier = "dp_" + secrets.token_hex(12)
            self.disputes[identifier] = {
                "id": identifier, "object": "dispute", "amount": amount or intent["amount_received"], "currency": intent["currency"],
                "payment_intent": intent_id, "charge": intent["latest_charge"], "status": status, "reason": "fraudulent", "livemode": False,
            }
            self.event("charge.dispute.created", self.disputes[identifier])
            return identifier

    def decide(self, dispute_id, status):
        with self.lock:
            self.disputes[dispute_id]["status"] = status
            self.event("charge.dispute.closed", self.disputes[dispute_id])

    def transfer(self, fields):
        self.allow("transfer", fields)
        if fields.get("destination") not in self.accounts:
            raise error(400, "resource_missing", "No such destination", param="destination")
        amount, currency = self.amount(fields, "amount"), fields.get("currency", "")
        received = sum(i["amount_received"] - self.given_back(i) for i in self.intents.values() if i["currency"] == currency)
        sent = sum(transfer["amount"] for transfer in self.transfers.values() if transfer["currency"] == currency)
        if amount > received - sent:
            raise error(400, "balance_insufficient", "You have insufficient funds")
        identifier = "tr_" + secrets.token_hex(12)
        self.transfers[identifier] = {
            "id": identifier, "object": "transfer", "amount": amount, "currency": currency, "destination": fields["destination"],
            "transfer_group": fields.get("transfer_group"), "metadata": fields.get("metadata", {}), "reversed": False,
        }
        return self.transfers[identifier]

    # What the buyer does at the bank

    def authenticate_buyer(self, intent_id, confirms):
        with self.lock:
            intent = self.intents[intent_id]
            if intent["status"] != "requires_action":
                raise AssertionError(f"nobody asked: {intent['status']}")
            if confirms:
                self.hold(intent)
            else:
                self.fail(intent, "payment_intent_authentication_failure", None)

    def expire(self, intent_id):
        """The bank holds the money no longer."""
        with self.lock:
            self.intents[intent_id].update(status="canceled", amount_capturable=0)
            self.event("payment_intent.canceled", self.intents[intent_id])

    def of_attempt(self, attempt):
        with self.lock:
            return [intent for intent in self.intents.values() if intent["metadata"].get("attempt") == attempt]

    # Events

    def event(self, kind, thing, **more):
        event = {
            "id": "evt_" + secrets.token_hex(12), "object": "event", "api_version": VERSION, "created": int(time.time()), "livemode": False,
            "type": kind, "data": {"object": json.loads(json.dumps(thing))}, **more,
        }
        self.tell(event)
        return event

    def signed(self, event, secret=None, at=None):
        body = json.dumps(event, indent=2).encode()
        at = int(time.time()) if at is None else at
        code = hmac.new((secret or self.secret).encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        return {"Stripe-Signature": f"t={at},v1={code},v0={'0' * 64}"}, body
