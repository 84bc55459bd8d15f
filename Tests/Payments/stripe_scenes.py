# KarooExpress – Apache-2.0
"""Stripe: against localstripe, which somebody else wrote, and against the fake, which can do what localstripe cannot."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import stripe

from shop import Shop, eventually
from stripe_fake import StripeFake

SEED = int(os.environ.get("KAROO_SEED") or random.randrange(1 << 32))


class Opened:
    """The server with the fake as its Stripe."""

    def __init__(self, karoo, folder, **settings):
        self.fake = StripeFake()
        self.shop = Shop(karoo, folder, {
            "KAROO_STRIPE_SECRET_KEY": self.fake.key, "KAROO_STRIPE_PUBLISHABLE_KEY": "pk_test_fake", "KAROO_STRIPE_URL": self.fake.url,
            "KAROO_STRIPE_WEBHOOK_SECRETS": f"whsec_old,{self.fake.secret}", "KAROO_SITE_URL": "https://shop.example.org", **settings})

    def __enter__(self):
        self.shop.start()
        self.fake.hook = self.shop.hook("stripe")
        return self.fake, self.shop

    def __exit__(self, *_):
        self.fake.hook = None
        self.shop.stop()
        self.fake.close()


def agree(shop, fake, report, when):
    """The books agree with themselves, and with what Stripe took and gave back."""
    faults = eventually(lambda: not shop.faults(), 10) or shop.faults()
    report.check(faults is True, f"{when}: the books do not agree: {faults}")
    kept = dict(shop.rows(
        "SELECT attempt, SUM(CASE kind WHEN 'captured' THEN amount WHEN 'refunded' THEN -amount ELSE 0 END) FROM payment_events GROUP BY attempt HAVING COUNT(*) > 0"))
    took = {}
    for intent in fake.intents.values():
        if intent["amount_received"]:
            attempt = intent["metadata"]["attempt"]
            took[attempt] = took.get(attempt, 0) + intent["amount_received"] - fake.given_back(intent)
    report.check({key: value for key, value in kept.items() if value} == {key: value for key, value in took.items() if value}, f"{when}: Stripe has {took}, the books say {kept}")
    held = [intent["id"] for intent in fake.intents.values() if intent["status"] == "requires_capture"]
    report.check(not held, f"{when}: money is held for nothing: {held}")


def cards_that_succeed_decline_and_ask(karoo, folder, report):
    with Opened(karoo, folder) as (fake, shop):
        cart = shop.cart()
        status, methods = shop.ask("GET", f"{cart.path}/payment-methods", None, cart.token)
        report.check(status == 200 and methods["data"] == [{"id": "stripe", "kind": "stripe", "name": "payment.card", "publishableKey": "pk_test_fake"}], f"the methods are {methods}")
        status, placed = cart.complete("pm_card_visa")
        report.check(status == 201 and placed["status"] == "placed", f"a card that succeeds is answered with {status} {placed}")
        order = cart.order(placed)
        report.check(order["payment"] == {"method": "stripe", "state": "paid"}, f"the order is {order['payment']}")
        report.check(cart.complete("pm_card_visa") == (status, placed) and len(fake.intents) == 1, "the same key is answered otherwise, or charges twice")
        creation = next(headers for method, path, headers, _ in fake.requests if path == "/v1/payment_intents")
        report.check(creation["stripe-version"] == "2026-10-28.endive" and creation["idempotency-key"].startswith("pay_"), "the request lacks its version or its key")
        keys = [headers["idempotency-key"] for method, _, headers, _ in fake.requests if method == "POST"]
        report.check(len(set(keys)) == 3, f"three steps have the keys {keys}")

        second = shop.cart()
        status, problem = second.complete("pm_card_chargeDeclinedInsufficientFunds", "first")
        report.check(status == 402 and problem["errors"][0]["meta"] == {"reason": "insufficientFunds"}, f"a declined card is answered with {status} {problem}")
        report.check(second.complete("pm_card_chargeDeclined", "second")[0] == 402, "another declined card is not 402")
        report.check(second.complete("pm_card_visa", "third")[0] == 201, "a second card is not taken")

        for confirms in (True, False):
            asked = shop.cart()
            status, answer = asked.complete("pm_card_threeDSecure2Required")
            report.check(status == 202 and answer["url"].startswith(fake.url), f"3-D Secure is answered with {status} {answer}")
            intent = fake.of_attempt(answer["payment"])[0]
            report.check(intent["next_action"]["redirect_to_url"]["return_url"] == f"https://shop.example.org/de-de/checkout.html?payment={answer['payment']}", "the buyer is not sent back to the page")
            fake.authenticate_buyer(intent["id"], confirms)
            status, answer = asked.comes_back(answer["payment"])
            report.check(status == (201 if confirms else 402), f"after 3-D Secure ({confirms}) the answer is {status} {answer}")
        report.check(shop.cart().complete("4242424242424242")[1]["code"] == "paymentMethodUnknown", "a card number is taken")
        agree(shop, fake, report, "after cards of all kinds")
        files = b"".join(open(f"{shop.data}/{name}", "rb").read() for name in os.listdir(shop.data)) + open(f"{folder}/log", "rb").read()
        report.check(b"4242424242424242" not in files, "a card number is kept")


def stripes_script_confirms_and_the_message_places_the_order(karoo, folder, report):
    with Opened(karoo, folder) as (fake, shop):
        cart = shop.cart()
        status, answer = cart.complete("stripe")
        report.check(status == 202 and answer["clientSecret"].startswith("pi_") and "url" not in answer, f"the script's way is answered with {status} {answer}")
        intent = fake.of_attempt(answer["payment"])[0]
        client = stripe.StripeClient(fake.key, base_addresses={"api": fake.url}, max_network_retries=0)
        try:
            client.v1.payment_intents.confirm(intent["id"], {"payment_method": "pm_card_chargeDeclined"})
        except stripe.CardError:
            pass
        report.check(cart.comes_back(answer["payment"])[0] == 202, "a first card that is declined on the page ends the payment")
        client.v1.payment_intents.confirm(intent["id"], {"payment_method": "pm_card_visa"})
        report.check(eventually(lambda: shop.rows("SELECT id FROM order_groups")), "the message places no order")
        report.check(eventually(lambda: fake.intents[intent["id"]]["status"] == "succeeded"), "the message captures nothing")
        report.check(cart.comes_back(answer["payment"])[0] == 201, "the buyer who comes back later finds no order")
        agree(shop, fake, report, "after the script's way")


def answers_are_lost_and_come_late(karoo, folder, report):
    with Opened(karoo, folder) as (fake, shop):
        for part in ("POST /v1/payment_intents", "/confirm", "/capture"):
            for kind, times in (("lose", 1), ("drop", 2), ("500", 2)):
                fake.faults.clear()
                fake.fault(kind, part, times)
                status, answer = shop.cart(goods=(("beta/tea", 1),)).complete("pm_card_visa")
                report.check(status == 201, f"{kind} ×{times} at {part} is answered with {status} {answer}")
        report.check(len(fake.intents) == 9, f"nine orders made {len(fake.intents)} PaymentIntents")

        # Stripe's messages would tell what the answers did not.
        fake.holds_messages = True
        for part, expected in (("POST /v1/payment_intents", 202), ("/confirm", 202), ("/capture", 201)):
            fake.faults.clear()
            fake.fault("lose", part, 9)
            cart = shop.cart(goods=(("beta/tea", 1),))
            status, answer = cart.complete("pm_card_visa")
            report.check(status == expected, f"an answer that never comes at {part} is answered with {status} {answer}")
        fake.faults.clear()
        start = time.monotonic()
        fake.fault("slow", "POST /v1/payment_intents", 9, 4)
        status, answer = shop.cart(goods=(("beta/tea", 1),)).complete("pm_card_visa")
        report.check(status == 202 and answer["status"] == "pending" and time.monotonic() - start < 4, f"a slow Stripe is waited for {time.monotonic() - start:.1f} s, and answered with {status} {answer}")
        fake.faults.clear()
        shop.stop()
        time.sleep(4)
        shop.start()
        fake.hook = shop.hook("stripe")
        open_attempts = lambda: shop.rows("SELECT id FROM payment_attempts WHERE status IN ('started', 'actionRequired') OR (promised_at IS NOT NULL AND promise_ended_at IS NULL)")
        report.check(eventually(lambda: not open_attempts()), f"after the next start {open_attempts()} are open")
        agree(shop, fake, report, "after lost answers")


def the_server_is_killed_at_every_step(karoo, folder, report):
    with Opened(karoo, folder) as (fake, shop):
        for part in ("POST /v1/payment_intents", "/confirm", "/capture", "/refunds", "/cancel"):
            for _ in range(2):
                cart = shop.cart()
                placed = cart.complete("pm_card_visa")[1] if part == "/refunds" else None
                fake.faults.clear()
                before = fake.count(part)
                fake.fault("slow", part, 1, 0.4)
                if part == "/cancel":
                    # Held, and the order cancelled before the capture.
                    fake.fault("500", "/capture", 3)
                    _, placed = cart.complete("pm_card_visa")
                connection_is_cut = subprocess.Popen([sys.executable, "-c", SEND, json.dumps([shop.port, cart.path, cart.token, cart.total, placed])])
                eventually(lambda: any(not fault["times"] for fault in fake.faults if fault["part"] == part), 5)
                time.sleep(random.Random(SEED).choice([0.1, 0.6]))
                shop.stop(signal.SIGKILL)
                connection_is_cut.wait(timeout=30)
                fake.faults.clear()
                shop.start()
                fake.hook = shop.hook("stripe")
                agree(shop, fake, report, f"killed at {part}, {fake.count(part) - before} times asked")


# A buyer in a process of its own, whose connection may be cut.
SEND = """
import http.client, json, sys
port, path, token, total, placed = json.loads(sys.argv[1])
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
try:
    if placed:
        connection.request("POST", f"/v1/orders/{placed['order']}/cancel", headers={"Authorization": f"Bearer {placed['token']}"})
    else:
        body = json.dumps({"total": total, "payment": {"method": "pm_card_visa"}})
        connection.request("POST", path + "/complete", body=body, headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": "killed"})
    connection.getresponse().read()
except OSError:
    pass
"""


def messages_are_proven_and_change_nothing_twice(karoo, folder, report):
    with Opened(karoo, folder) as (fake, shop):
        fake.holds_messages = True
        cart = shop.cart()
        _, answer = cart.complete("stripe")
        intent = fake.of_attempt(answer["payment"])[0]
        stripe.StripeClient(fake.key, base_addresses={"api": fake.url}).v1.payment_intents.confirm(intent["id"], {"payment_method": "pm_card_visa"})
        event = next(event for event in fake.messages if event["type"] == "payment_intent.amount_capturable_updated")
        headers, body = fake.signed(event)
        now = int(time.time())
        code = stripe.WebhookSignature._compute_signature(f"{now}.{body.decode()}", fake.secret)
        forged = {
            "without a signature": ({}, body),
            "with another secret": fake.signed(event, secret="whsec_other"),
            "with v0 alone": ({"Stripe-Signature": f"t={now},v0={code}"}, body),
            "with one byte more": (headers, body + b"\n"),
            "with one byte altered": (headers, body.replace(b"requires_capture", b"requires_captura")),
            "ten minutes old": fake.signed(event, at=now - 600),
            "from the future": fake.signed(event, at=now + 600),
            "of another account": fake.signed({**event, "account": "acct_other"}),
            "of real money": fake.signed({**event, "livemode": True}),
            "that is no JSON": _signed_text(fake, b"{"),
        }
        for what, (head, content) in forged.items():
            status = fake.post(head, content)
            report.check(status == 400, f"a message {what} is answered with {status}")
        report.check(not shop.rows("SELECT event FROM provider_events") and not shop.rows("SELECT id FROM order_groups"), "a forged message left something")
        report.check(fake.post(*fake.signed({**event, "id": "evt_unknown", "type": "customer.created"})) == 204, "an unknown kind is not taken")
        report.check(fake.post({"Stripe-Signature": f"t={now},v1={'0' * 64},v1={code}"}, body) == 204, "of two codes one does not suffice")
        report.check(eventually(lambda: shop.rows("SELECT id FROM order_groups")), "a message signed by the official package places no order")
        for event in fake.messages * 3:
            report.check(fake.post(*fake.signed(event)) == 204, "a message that comes again is not taken")
        eventually(lambda: not shop.rows("SELECT event FROM provider_events WHERE processed_at IS NULL"))
        report.check(len(shop.rows("SELECT id FROM order_groups")) == 1, "messages that come again make orders")
        agree(shop, fake, report, "after messages that came again")

        other = shop.cart()
        _, answer = other.complete("stripe")
        intent = fake.of_attempt(answer["payment"])[0]
        wrong = {"id": intent["id"], "object": "payment_intent", "amount": 1, "amount_received": 1, "currency": "eur", "metadata": intent["metadata"], "status": "succeeded"}
        fake.messages.clear()
        fake.post(*fake.signed(fake.event("payment_intent.succeeded", wrong)))
        eventually(lambda: shop.rows("SELECT event FROM provider_events WHERE alarm IS NOT NULL"))
        alarms = shop.run("payment", "alarms").stdout
        report.check("0.01 EUR where" in alarms, f"another amount raises no alarm: {alarms}")
        report.check(len(shop.rows("SELECT id FROM order_groups")) == 1, "another amount is paid")


def _signed_text(fake, body):
    now = int(time.time())
    return {"Stripe-Signature": f"t={now},v1={stripe.WebhookSignature._compute_signature(f'{now}.{body.decode()}', fake.secret)}"}, body


def messages_in_any_order_make_one_state(karoo, folder, report):
    dice = random.Random(SEED)
    print(f"  KAROO_SEED={SEED}")
    with Opened(karoo, folder) as (fake, shop):
        fake.holds_messages = True
        states = set()
        for _ in range(6):
            fake.messages.clear()
            cart = shop.cart(goods=(("beta/tea", 1),))
            _, placed = cart.complete("pm_card_visa")
            intent = list(fake.intents.values())[-1]
            order = cart.order(placed)["orders"][0]["id"]
            shop.run("refund", order, "2.00 EUR")
            eventually(lambda: fake.given_back(intent) == 200)
            dispute = fake.dispute(intent["id"], amount=500)
            fake.decide(dispute, "won")
            messages = fake.messages + [dice.choice(fake.messages) for _ in range(3)]
            dice.shuffle(messages)
            for event in messages:
                fake.post(*fake.signed(event))
            eventually(lambda: not shop.rows("SELECT event FROM provider_events WHERE processed_at IS NULL"))
            attempt = intent["metadata"]["attempt"]
            states.add(str(shop.rows("SELECT kind, amount FROM payment_events WHERE attempt = ? ORDER BY kind, amount", attempt)))
        report.check(len(states) == 1, f"the order of messages makes {states}")
        agree(shop, fake, report, "after messages in any order")


def what_goes_back_is_never_more_than_came(karoo, folder, report):
    with Opened(karoo, folder) as (fake, shop):
        cart = shop.cart()
        _, placed = cart.complete("pm_card_visa")
        first, second = [part["id"] for part in cart.order(placed)["orders"]]
        fake.fault("lose", "POST /v1/refunds", 1)
        for amount in ("3.33 EUR", "40.01 EUR", "0.01 EUR"):
            report.check(shop.run("refund", first, amount, "--reason", "damaged").returncode == 0, f"{amount} do not go back")
        report.check(shop.run("refund", first, "100.00 EUR").returncode != 0, "more goes back than is left")
        report.check(shop.run("refund", first, "1.00 USD").returncode != 0, "another currency goes back")
        intent = list(fake.intents.values())[0]
        report.check(eventually(lambda: fake.given_back(intent) == 4335), f"{fake.given_back(intent)} went back in place of 4335")
        agree(shop, fake, report, "after three refunds")
        report.check(cart.order(placed)["payment"]["state"] == "partiallyRefunded", "the order does not say that a part went back")
        status, order = cart.cancel(placed)
        report.check(status == 200 and eventually(lambda: fake.given_back(intent) == intent["amount_received"]), f"cancelling gives back {fake.given_back(intent)} of {intent['amount_received']}")
        report.check(eventually(lambda: cart.order(placed)["payment"]["state"] == "refunded"), "the order does not say that all went back")
        agree(shop, fake, report, "after the rest")
        balances = shop.run("ledger", "balances").stdout
        report.check(all(" 0.00 EUR" in line for line in balances.splitlines()), f"something is left: {balances}")


def disputes_stop_refunds(karoo, folder, report):
    with Opened(karoo, folder) as (fake, shop):
        placed = []
        for outcome in ("won", "lost"):
            cart = shop.cart(goods=(("alpha/lamp", 1),))
            _, answer = cart.complete("pm_card_visa")
            intent = list(fake.intents.values())[-1]
            order = cart.order(answer)["orders"][0]["id"]
            dispute = fake.dispute(intent["id"])
            report.check(eventually(lambda: cart.order(answer)["payment"]["state"] == "disputed"), "the order does not say that it is disputed")
            report.check(shop.run("refund", order, "1.00 EUR").returncode != 0, "a disputed order is refunded")
            status, problem = cart.cancel(answer)
            report.check(status == 409 and problem["code"] == "paymentDisputed", f"cancelling a disputed order is answered with {status} {problem}")
            agree(shop, fake, report, f"while it is disputed")
            fake.decide(dispute, outcome)
            eventually(lambda: shop.rows("SELECT id FROM payment_events WHERE kind = ? AND provider_reference = ?", "disputeWon" if outcome == "won" else "disputeLost", dispute))
            refunded = shop.run("refund", order, "1.00 EUR").returncode == 0
            report.check(refunded == (outcome == "won"), f"a dispute that was {outcome} and a refund: {refunded}")
            agree(shop, fake, report, f"after the dispute was {outcome}")
        balances = shop.run("ledger", "balances").stdout
        report.check("platform:disputes  124.00 EUR" in balances, f"the lost dispute does not stand in the books: {balances}")


def money_that_comes_late_goes_back(karoo, folder, report):
    with Opened(karoo, folder) as (fake, shop):
        cart = shop.cart()
        _, answer = cart.complete("pm_card_threeDSecure2Required")
        intent = fake.of_attempt(answer["payment"])[0]
        fake.authenticate_buyer(intent["id"], False)
        report.check(eventually(lambda: shop.rows("SELECT id FROM payment_attempts WHERE id = ? AND status = 'declined'", answer["payment"])), "the message does not end it")
        stripe.StripeClient(fake.key, base_addresses={"api": fake.url}).v1.payment_intents.confirm(intent["id"], {"payment_method": "pm_card_visa"})
        report.check(eventually(lambda: intent["status"] == "canceled"), f"what is held after the decline is not let go: {intent['status']}")
        report.check(cart.complete("pm_card_visa", "again")[0] == 201, "the cart is not open after the decline")

        # The bank holds the money no longer when it is to be captured.
        fake.holds_messages = True
        before = shop.available("alpha/lamp")
        late = shop.cart()
        fake.fault("500", "/capture", 3)
        status, placed = late.complete("pm_card_visa")
        report.check(status == 201 and late.order(placed)["payment"]["state"] == "authorized", "an order is not placed before the capture")
        held = list(fake.intents.values())[-1]
        fake.holds_messages = False
        fake.expire(held["id"])
        report.check(eventually(lambda: late.order(placed)["payment"]["state"] == "voided"), "an authorisation that ended leaves the order as it was")
        report.check(all(part["status"] == "cancelled" for part in late.order(placed)["orders"]) and shop.available("alpha/lamp") == before, "the order stands, or its goods are gone")
        agree(shop, fake, report, "after money that came late or never")


def amounts_of_every_currency(karoo, folder, report):
    with Opened(karoo, folder) as (fake, shop):
        for market, expected in (("de", 13970), ("us", None), ("jp", 13200), ("kw", 34750)):
            cart = shop.cart(market)
            status, placed = cart.complete("pm_card_visa")
            intent = list(fake.intents.values())[-1]
            report.check(status == 201 and intent["amount_received"] == cart.total["amount"] and intent["currency"] == cart.total["currency"].lower(), f"{cart.total} is charged as {intent['amount_received']} {intent['currency']}")
            if expected:
                report.check(intent["amount_received"] == expected, f"{market}: {intent['amount_received']} in place of {expected}")
        agree(shop, fake, report, "after four currencies")


def localstripe_says_the_same(karoo, folder, report):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = f"""
from localstripe import resources
resources.store.dump_to_disk = lambda: None
from aiohttp import web
from localstripe.server import app
web.run_app(app, host='127.0.0.1', port={port}, access_log=None, print=None)
"""
    peer = subprocess.Popen([sys.executable, "-c", program], cwd=folder, stderr=subprocess.DEVNULL)
    base, key = f"http://127.0.0.1:{port}", "sk_test_12345"

    def ask(path, fields=None):
        request = urllib.request.Request(base + path, data=urllib.parse.urlencode(fields).encode() if fields is not None else None, headers={"Authorization": f"Bearer {key}"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            return json.loads(error.read() or b"{}")
        except (OSError, ValueError):
            return None

    shop = Shop(karoo, folder, {"KAROO_STRIPE_SECRET_KEY": key, "KAROO_STRIPE_URL": base, "KAROO_STRIPE_WEBHOOK_SECRETS": "whsec_local"})
    try:
        report.check(eventually(lambda: ask("/v1/payment_methods?customer=none") is not None, 30), "localstripe does not start")
        shop.start()
        ask("/_config/webhooks/shop", {"url": shop.hook("stripe"), "secret": "whsec_local"})
        card = lambda number: ask("/v1/payment_methods", {"type": "card", "card[number]": number, "card[exp_month]": 12, "card[exp_year]": 2032, "card[cvc]": "123"})["id"]
        cart = shop.cart()
        status, placed = cart.complete(card("4242424242424242"))
        report.check(status == 201 and cart.order(placed)["payment"]["state"] == "paid", f"localstripe: a good card is answered with {status} {placed}")
        intent = ask("/v1/payment_intents/" + shop.rows("SELECT provider_reference FROM payment_attempts")[0][0])
        report.check(intent["status"] == "succeeded" and intent["amount"] == cart.total["amount"], f"localstripe has {intent['status']} {intent['amount']}")
        report.check(eventually(lambda: shop.rows("SELECT event FROM provider_events WHERE kind = 'payment_intent.succeeded' AND processed_at IS NOT NULL AND alarm IS NULL")), "localstripe's message is not taken")
        declined = shop.cart()
        status, problem = declined.complete(card("4000000000000341"))
        report.check(status == 402, f"localstripe: a bad card is answered with {status} {problem}")
        asked = shop.cart()
        status, answer = asked.complete(card("4000002500003155"))
        report.check(status == 202 and "clientSecret" in answer, f"localstripe: 3-D Secure is answered with {status} {answer}")
        ask(f"/v1/payment_intents/{answer['clientSecret'].split('_secret_')[0]}/_authenticate", {"client_secret": answer["clientSecret"], "success": "true"})
        report.check(asked.comes_back(answer["payment"])[0] == 201, "localstripe: nothing is placed after 3-D Secure")
        report.check(cart.cancel(placed)[0] == 200 and eventually(lambda: cart.order(placed)["payment"]["state"] == "refunded"), "localstripe: nothing goes back")
        report.check(not shop.faults(), f"localstripe: the books do not agree: {shop.faults()}")
    finally:
        if shop.process:
            shop.stop()
        peer.terminate()
        peer.wait(timeout=20)


ALL = [
    localstripe_says_the_same, cards_that_succeed_decline_and_ask, stripes_script_confirms_and_the_message_places_the_order,
    answers_are_lost_and_come_late, the_server_is_killed_at_every_step, messages_are_proven_and_change_nothing_twice,
    messages_in_any_order_make_one_state, what_goes_back_is_never_more_than_came, disputes_stop_refunds, money_that_comes_late_goes_back,
    amounts_of_every_currency,
]
