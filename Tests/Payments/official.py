# KarooExpress – Apache-2.0
"""The fakes, driven by the providers' own packages: what these understand and refuse is what the real thing says."""

import json
import time

import stripe
from paypalserversdk.configuration import Configuration, Environment, Server
from paypalserversdk.exceptions.error_exception import ErrorException
from paypalserversdk.http.auth.o_auth_2 import ClientCredentialsAuthCredentials
from paypalserversdk.models.amount_with_breakdown import AmountWithBreakdown
from paypalserversdk.models.checkout_payment_intent import CheckoutPaymentIntent
from paypalserversdk.models.money import Money
from paypalserversdk.models.order_request import OrderRequest
from paypalserversdk.models.purchase_unit_request import PurchaseUnitRequest
from paypalserversdk.models.refund_request import RefundRequest
from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

from paypal_fake import PayPalFake
from stripe_fake import StripeFake


def refused(call, kind):
    try:
        call()
    except kind as error:
        return error
    return None


def stripe_package_and_fake_understand_each_other(karoo, folder, report):
    fake = StripeFake()
    try:
        client = stripe.StripeClient(fake.key, base_addresses={"api": fake.url}, max_network_retries=0)
        create = lambda **more: client.v1.payment_intents.create(
            {"amount": 1999, "currency": "eur", "capture_method": "manual", "payment_method": "pm_card_visa", "metadata": {"attempt": "a"}, **more},
            {"idempotency_key": "k1"})
        intent = create()
        report.check(create().id == intent.id, "one key makes two PaymentIntents")
        report.check(refused(lambda: create(amount=2000), stripe.IdempotencyError), "one key is taken with other parameters")
        report.check(client.v1.payment_intents.confirm(intent.id).status == "requires_capture", "nothing is held after the confirmation")
        report.check(client.v1.payment_intents.capture(intent.id).amount_received == 1999, "not all is captured")
        report.check(refused(lambda: client.v1.payment_intents.capture(intent.id), stripe.InvalidRequestError), "it is captured twice")
        declined = refused(lambda: client.v1.payment_intents.create(
            {"amount": 500, "currency": "eur", "payment_method": "pm_card_chargeDeclinedInsufficientFunds", "confirm": True}), stripe.CardError)
        report.check(declined and declined.error.decline_code == "insufficient_funds", "a declined card is no CardError")
        refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 999})
        report.check(refund.status == "succeeded", "nothing goes back")
        report.check(refused(lambda: client.v1.refunds.create({"payment_intent": intent.id, "amount": 1001}), stripe.InvalidRequestError), "more goes back than is left")
        dispute = fake.dispute(intent.id, amount=1000)
        report.check(client.v1.disputes.retrieve(dispute).status == "needs_response", "there is no dispute")
        error = refused(lambda: client.v1.refunds.create({"payment_intent": intent.id, "amount": 1}), stripe.InvalidRequestError)
        report.check(error and error.code == "charge_disputed", "a disputed charge is refunded")
        sent = client.v1.transfers.create({"amount": 700, "currency": "eur", "destination": "acct_seller"}, {"idempotency_key": "t1"})
        report.check(client.v1.transfers.create({"amount": 700, "currency": "eur", "destination": "acct_seller"}, {"idempotency_key": "t1"}).id == sent.id, "one key sends twice")
        report.check(refused(lambda: client.v1.transfers.create({"amount": 99_999, "currency": "eur", "destination": "acct_seller"}), stripe.InvalidRequestError), "more is sent than there is")
        report.check(refused(lambda: stripe.StripeClient("sk_test_other", base_addresses={"api": fake.url}).v1.payment_intents.retrieve(intent.id), stripe.AuthenticationError), "any key will do")
        for event in fake.messages:
            headers, body = fake.signed(event)
            report.check(stripe.Webhook.construct_event(body, headers["Stripe-Signature"], fake.secret).id == event["id"], "the package does not know a signature of the fake's")
        headers, body = fake.signed(fake.messages[0])
        report.check(refused(lambda: stripe.Webhook.construct_event(body + b" ", headers["Stripe-Signature"], fake.secret), stripe.SignatureVerificationError), "an altered body is known")
    finally:
        fake.close()


def paypal_package_and_fake_understand_each_other(karoo, folder, report):
    fake = PayPalFake()
    environments = Configuration.environments
    try:
        Configuration.environments = {Environment.SANDBOX: {Server.DEFAULT: fake.url}}
        client = PaypalServersdkClient(
            client_credentials_auth_credentials=ClientCredentialsAuthCredentials(fake.client_id, fake.client_secret), environment=Environment.SANDBOX, max_retries=0)
        order = lambda value, currency="EUR", key="k": client.orders.create_order({
            "paypal_request_id": key, "prefer": "return=representation",
            "body": OrderRequest(CheckoutPaymentIntent.CAPTURE, [PurchaseUnitRequest(AmountWithBreakdown(currency, value), custom_id="attempt")]),
        })
        created = order("19.99").body
        report.check(created.status == "CREATED" and order("19.99").body.id == created.id, "one request id makes two orders")
        report.check(refused(lambda: order("19.9", key="k2"), ErrorException), "an amount with one decimal is taken")
        report.check(order("1200", "JPY", key="k3").body.id != created.id, "yen are not taken")
        capture = lambda: client.orders.capture_order({"id": created.id, "paypal_request_id": "c", "prefer": "return=representation"})
        report.check(refused(capture, ErrorException), "an order is captured that nobody approved")
        fake.approve(created.id)
        taken = capture().body
        report.check(taken.status == "COMPLETED" and capture().body.id == taken.id, "it is not captured, or twice")
        captured = taken.purchase_units[0].payments.captures[0]
        refund = lambda value, key: client.payments.refund_captured_payment({"capture_id": captured.id, "paypal_request_id": key, "body": RefundRequest(amount=Money("EUR", value))})
        report.check(refund("9.99", "r1").body.status == "COMPLETED", "nothing goes back")
        report.check(refused(lambda: refund("10.01", "r2"), ErrorException), "more goes back than is left")
        fake.dispute(captured.id)
        report.check(refused(lambda: refund("1.00", "r3"), ErrorException), "a disputed capture is refunded")
        headers, body = fake.signed(fake.messages[0])
        report.check(fake.verify({
            "transmission_id": headers["PAYPAL-TRANSMISSION-ID"], "transmission_time": headers["PAYPAL-TRANSMISSION-TIME"], "webhook_id": fake.webhook_id,
            "transmission_sig": headers["PAYPAL-TRANSMISSION-SIG"]}, b'{"webhook_event":' + body + b"}"), "the fake does not know its own signature")
    finally:
        Configuration.environments = environments
        fake.close()


ALL = [stripe_package_and_fake_understand_each_other, paypal_package_and_fake_understand_each_other]
