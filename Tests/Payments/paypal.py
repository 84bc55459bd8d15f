# KarooExpress – Apache-2.0
"""PayPal, through the fake: the buyer approves at PayPal, comes back, and we capture."""

import time

from paypal_fake import PayPalFake
from shop import Shop, eventually


class Opened:
    def __init__(self, karoo, folder, **settings):
        self.fake = PayPalFake()
        roots = f"{folder}/roots.pem"
        with open(roots, "wb") as file:
            file.write(self.fake.certificates.pem(self.fake.certificates.root))
        self.shop = Shop(karoo, folder, {
            "KAROO_PAYPAL_CLIENT_ID": self.fake.client_id, "KAROO_PAYPAL_CLIENT_SECRET": self.fake.client_secret, "KAROO_PAYPAL_URL": self.fake.url,
            "KAROO_PAYPAL_WEBHOOK_ID": self.fake.webhook_id, "KAROO_PAYPAL_CERTIFICATES": roots, "KAROO_SITE_URL": "https://shop.example.org", **settings})

    def __enter__(self):
        self.shop.start()
        self.fake.hook = self.shop.hook("paypal")
        return self.fake, self.shop

    def __exit__(self, *_):
        self.fake.hook = None
        self.shop.stop()
        self.fake.close()


def agree(shop, fake, report, when):
    faults = eventually(lambda: not shop.faults(), 10) or shop.faults()
    report.check(faults is True, f"{when}: the books do not agree: {faults}")
    kept = dict(shop.rows("SELECT attempt, SUM(CASE kind WHEN 'captured' THEN amount WHEN 'refunded' THEN -amount ELSE 0 END) FROM payment_events GROUP BY attempt"))
    took = {capture["custom_id"]: fake.money(capture["amount"], "") - fake.given_back(capture["id"]) for capture in fake.captures.values()}
    report.check({key: value for key, value in kept.items() if value} == {key: value for key, value in took.items() if value}, f"{when}: PayPal has {took}, the books say {kept}")


def buyers_approve_and_come_back(karoo, folder, report):
    with Opened(karoo, folder) as (fake, shop):
        fake.holds_messages = True
        cart = shop.cart()
        status, answer = cart.complete("paypal")
        order = fake.of_attempt(answer["payment"])[0]
        report.check(status == 202 and answer["url"] == f"{fake.url}/checkoutnow?token={order['id']}", f"PayPal is answered with {status} {answer}")
        report.check(order["purchase_units"][0]["amount"] == {"currency_code": "EUR", "value": "139.70"}, f"the amount is {order['purchase_units'][0]['amount']}")
        report.check(cart.comes_back(answer["payment"])[0] == 202, "who comes back without having approved is not asked again")
        back = fake.approve(order["id"])
        report.check(back.startswith(f"https://shop.example.org/de-de/checkout.html?payment={answer['payment']}&token="), f"the buyer is sent to {back}")
        status, placed = cart.comes_back(answer["payment"])
        report.check(status == 201 and order["status"] == "COMPLETED", f"after the approval the answer is {status} {placed}, the order {order['status']}")
        report.check(cart.order(placed)["payment"] == {"method": "paypal", "state": "paid"}, "the order is not paid")
        report.check(fake.count("/v1/oauth2/token") == 1, "a token is fetched for every request")
        report.check(cart.complete("paypal") == (201, placed) and len(fake.orders) == 1, "the same key is answered otherwise")

        fake.tokens.clear()
        declined = shop.cart()
        _, answer = declined.complete("paypal")
        order = fake.of_attempt(answer["payment"])[0]
        fake.declines.add(order["id"])
        fake.approve(order["id"])
        report.check(declined.comes_back(answer["payment"])[0] == 402, "a declined instrument is not 402")
        report.check(fake.count("/v1/oauth2/token") == 2, "a token that ended is not fetched anew")

        yen = shop.cart("jp")
        _, answer = yen.complete("paypal")
        order = fake.of_attempt(answer["payment"])[0]
        report.check(order["purchase_units"][0]["amount"] == {"currency_code": "JPY", "value": "13200"}, f"yen are {order['purchase_units'][0]['amount']}")
        fake.approve(order["id"])
        report.check(yen.comes_back(answer["payment"])[0] == 201, "yen are not taken")
        dinar = shop.cart("kw")
        report.check(dinar.complete("paypal")[1]["code"] == "paymentMethodUnknown", "dinars, which PayPal does not take, are sent there")
        report.check(shop.ask("GET", f"{dinar.path}/payment-methods", None, dinar.token)[1]["data"] == [], "PayPal is offered for dinars")
        agree(shop, fake, report, "after approvals")


def answers_of_paypal_are_lost(karoo, folder, report):
    with Opened(karoo, folder) as (fake, shop):
        fake.holds_messages = True
        for kind in ("lose", "500"):
            for part in ("POST /v2/checkout/orders", "/capture", "GET /v2/checkout/orders"):
                cart = shop.cart(goods=(("beta/tea", 1),))
                if part == "POST /v2/checkout/orders":
                    fake.fault(kind, part, 2)
                _, answer = cart.complete("paypal")
                fake.approve(fake.of_attempt(answer["payment"])[0]["id"])
                if part != "POST /v2/checkout/orders":
                    fake.fault(kind, part, 2)
                status, placed = cart.comes_back(answer["payment"])
                report.check(status == 201, f"{kind} at {part} is answered with {status} {placed}")
                fake.fault(kind, "/refund", 2)
                cart.cancel(placed)
                report.check(eventually(lambda: cart.order(placed)["payment"]["state"] == "refunded"), f"{kind} at the refund: nothing goes back")
        report.check(len(fake.captures) == len(fake.refunds) == 6, f"six orders: {len(fake.captures)} captures, {len(fake.refunds)} refunds")
        # An approval whose capture is never answered is ended by the next start.
        cart = shop.cart(goods=(("beta/tea", 1),))
        _, answer = cart.complete("paypal")
        fake.approve(fake.of_attempt(answer["payment"])[0]["id"])
        fake.fault("lose", "/capture", 3)
        report.check(cart.comes_back(answer["payment"])[0] == 202, "a capture without an answer is guessed")
        shop.stop()
        shop.start()
        report.check(cart.comes_back(answer["payment"])[0] == 201, "the next start places no order")
        agree(shop, fake, report, "after lost answers")


def messages_are_proven(karoo, folder, report, **settings):
    with Opened(karoo, folder, **settings) as (fake, shop):
        by_certificate = "KAROO_PAYPAL_VERIFICATION" not in settings
        fake.holds_messages = True
        cart = shop.cart()
        _, answer = cart.complete("paypal")
        fake.approve(fake.of_attempt(answer["payment"])[0]["id"])
        event = fake.messages[-1]
        headers, body = fake.signed(event)
        known = fake.certificates
        forged = {
            "without a signature": ({}, body),
            "with one byte more": (headers, body + b" "),
            "for another webhook": fake.signed(event, webhook_id="ANOTHER"),
            "with another key": fake.signed(event, key=known.stranger_key),
            "with a certificate from elsewhere": fake.signed(event, url="https://evil.example/v1/notifications/certs/CERT-1"),
            "with a certificate beside ours": fake.signed(event, url=f"{fake.url}.evil.example/v1/notifications/certs/CERT-1"),
            "with a path that leads out": fake.signed(event, url=f"{fake.url}/v1/notifications/certs/../../../CERT-1"),
        }
        if by_certificate:
            forged |= {
                "with somebody else's certificate": fake.signed(event, key=known.stranger_key, certificate="CERT-stranger"),
                "with a certificate that nobody signed": fake.signed(event, key=known.self_made_key, certificate="CERT-selfmade"),
            }
        for what, (head, content) in forged.items():
            report.check(fake.post(head, content) == 400, f"a message {what} is not refused")
        report.check(not shop.rows("SELECT event FROM provider_events"), "a forged message left something")
        for _ in range(3):
            report.check(fake.post(headers, body) == 204, "PayPal's own message is refused")
        report.check(eventually(lambda: shop.rows("SELECT id FROM order_groups")), "the message captures and places nothing")
        if by_certificate:
            report.check(fake.count("certs/CERT-1") == 1, f"the certificate is fetched {fake.count('certs/CERT-1')} times")
        else:
            report.check(fake.count("verify-webhook-signature") >= 3 and not fake.count("certs/"), "PayPal is not asked")
        agree(shop, fake, report, "after a message")


def messages_are_proven_by_certificate(karoo, folder, report):
    messages_are_proven(karoo, folder, report)


def messages_are_proven_by_asking(karoo, folder, report):
    messages_are_proven(karoo, folder, report, KAROO_PAYPAL_VERIFICATION="asking")


def disputes_at_paypal(karoo, folder, report):
    with Opened(karoo, folder) as (fake, shop):
        for outcome, kind in (("RESOLVED_SELLER_FAVOUR", "disputeWon"), ("RESOLVED_BUYER_FAVOUR", "disputeLost")):
            cart = shop.cart(goods=(("alpha/lamp", 1),))
            _, answer = cart.complete("paypal")
            fake.approve(fake.of_attempt(answer["payment"])[0]["id"])
            report.check(eventually(lambda: shop.rows("SELECT id FROM order_groups WHERE attempt = ?", answer["payment"])), "the message of the approval places no order")
            _, placed = cart.comes_back(answer["payment"])
            order = cart.order(placed)["orders"][0]["id"]
            capture = fake.of_attempt(answer["payment"])[0]["purchase_units"][0]["payments"]["captures"][0]["id"]
            dispute = fake.dispute(capture)
            report.check(eventually(lambda: cart.order(placed)["payment"]["state"] == "disputed"), "the dispute is not noted")
            report.check(shop.run("refund", order, "1.00 EUR").returncode != 0, "a disputed order is refunded")
            fake.decide(dispute, outcome)
            report.check(eventually(lambda: shop.rows("SELECT id FROM payment_events WHERE kind = ?", kind)), f"{outcome} is not noted")
            agree(shop, fake, report, f"after {outcome}")


ALL = [buyers_approve_and_come_back, answers_of_paypal_are_lost, messages_are_proven_by_certificate, messages_are_proven_by_asking, disputes_at_paypal]
