# KarooExpress – Apache-2.0
"""Transfers and cash, where people see the money; and a server that nobody would pay."""

import subprocess

from shop import Shop, eventually

SETTINGS = {
    "KAROO_BANK_TRANSFER_ACCOUNTS": "de=KarooExpress GmbH|DE89 3704 0044 0532 0130 00|COBADEFFXXX; us=KarooExpress Inc|GB82WEST12345698765432|WESTGB2L",
    "KAROO_CASH_ON_DELIVERY_MARKETS": "de,kw",
}


def nobody_who_moves_money_means_no_server(karoo, folder, report):
    shop = Shop(karoo, folder, {})
    refused = subprocess.run(
        [karoo, "serve", "--port", "0", "--data", shop.data, "--public", shop.public, "--trust", shop.trusted], capture_output=True, text=True, timeout=60,
        env=shop.environment)
    report.check(refused.returncode != 0 and "payment provider" in refused.stderr, f"it starts without a provider: {refused.stderr}")
    for settings in (
        {"KAROO_STRIPE_SECRET_KEY": "pk_test_wrong"}, {"KAROO_PAYPAL_CLIENT_ID": "alone"}, {"KAROO_BANK_TRANSFER_ACCOUNTS": "de=X|DE88 3704 0044 0532 0130 00|Y"},
        {"KAROO_STRIPE_SECRET_KEY": "sk_test_x", "KAROO_STRIPE_URL": "http://stripe.example"}, {"KAROO_CASH_ON_DELIVERY_MARKETS": "de", "KAROO_PROVIDER_TIMEOUT_SECONDS": "0"},
    ):
        shop.settings = settings
        refused = subprocess.run(
            [karoo, "serve", "--port", "0", "--data", shop.data, "--public", shop.public, "--trust", shop.trusted], capture_output=True, text=True, timeout=60,
            env=shop.environment)
        report.check(refused.returncode != 0 and "KAROO_" in refused.stderr, f"it starts with {settings}: {refused.stderr}")


def transfers_are_awaited_and_noted(karoo, folder, report):
    shop = Shop(karoo, folder, SETTINGS).start()
    try:
        cart = shop.cart()
        _, methods = shop.ask("GET", f"{cart.path}/payment-methods", None, cart.token)
        report.check([method["id"] for method in methods["data"]] == ["bankTransfer", "cashOnDelivery"], f"Germany has {methods}")
        yen = shop.cart("jp")
        report.check(shop.ask("GET", f"{yen.path}/payment-methods", None, yen.token)[1]["data"] == [] and yen.complete("bankTransfer")[0] == 422, "Japan can transfer to nobody")
        before = shop.available("alpha/lamp")
        status, placed = cart.complete("bankTransfer")
        due = placed.get("due", {})
        report.check(status == 201 and due.get("account") == {"holder": "KarooExpress GmbH", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX"}, f"a transfer is answered with {status} {placed}")
        report.check(due["reference"].startswith("RF") and due["until"] > "2026", f"the reference is {due}")
        order = cart.order(placed)
        report.check(order["payment"]["state"] == "awaiting" and order["payment"]["due"] == due and order["paid"]["amount"] == 0, f"the order is {order['payment']}")
        report.check(shop.available("alpha/lamp") == before - 1, "the goods are not held")
        report.check(cart.complete("bankTransfer") == (status, placed), "the same key is answered otherwise")
        report.check("receivable:bankTransfer  139.70 EUR" in shop.run("ledger", "balances").stdout and not shop.faults(), f"the books: {shop.faults()}")

        report.check(shop.run("payment", "received", "RF00 0000 0000 00").returncode != 0, "a reference with wrong digits is known")
        wrong = shop.run("payment", "received", due["reference"], "--amount", "139.69 EUR")
        report.check(wrong.returncode == 1 and "13970" in wrong.stdout and cart.order(placed)["payment"]["state"] == "awaiting", f"a cent too little pays: {wrong.stdout}")
        report.check(shop.run("payment", "received", due["reference"].lower(), "--amount", "139.70 EUR").returncode == 0, "the right sum does not pay")
        report.check(cart.order(placed)["payment"] == {"method": "bankTransfer", "state": "paid"}, "the order is not paid")
        report.check(cart.complete("bankTransfer") == (status, placed), "after it was paid the same key is answered otherwise")
        report.check("known already" in shop.run("payment", "received", due["reference"]).stdout, "it is paid twice")
        report.check("provider:bankTransfer  139.70 EUR" in shop.run("ledger", "balances").stdout and not shop.faults(), f"the books after the payment: {shop.faults()}")

        cart.cancel(placed)
        refunds = shop.run("payment", "refunds").stdout.splitlines()
        report.check(len(refunds) == 2 and all("cancelled  requested" in line for line in refunds), f"what goes back by hand is {refunds}")
        for line in refunds:
            report.check(shop.run("payment", "refunded", line.split()[0]).returncode == 0, "a refund by hand is not noted")
        report.check(shop.run("payment", "refunded", refunds[0].split()[0]).returncode != 0, "it goes back twice")
        report.check(cart.order(placed)["payment"]["state"] == "refunded" and not shop.faults(), f"after the refund: {shop.faults()}")

        late = shop.cart()
        _, placed = late.complete("bankTransfer")
        late.cancel(placed)
        report.check(late.order(placed)["payment"]["state"] == "voided" and shop.available("alpha/lamp") == before, "what was cancelled before it was paid holds goods")
        answer = shop.run("payment", "received", placed["due"]["reference"])
        report.check(answer.returncode == 1 and "give 139.70 EUR back" in answer.stdout, f"money for a cancelled order: {answer.stdout}")
        report.check(not shop.faults(), f"after late money: {shop.faults()}")
    finally:
        shop.stop()


def cash_is_paid_parcel_by_parcel(karoo, folder, report):
    shop = Shop(karoo, folder, SETTINGS).start()
    try:
        for market in ("de", "kw"):
            cart = shop.cart(market)
            status, placed = cart.complete("cashOnDelivery")
            report.check(status == 201 and placed["due"] == {"kind": "cashOnDelivery"}, f"cash is answered with {status} {placed}")
            first, second = [part["id"] for part in cart.order(placed)["orders"]]
            report.check(shop.run("payment", "received", first).returncode == 0, "the first parcel is not paid")
            report.check(cart.order(placed)["payment"]["state"] == "awaiting" and not shop.faults(), f"after one of two parcels: {shop.faults()}")
            report.check("known already" in shop.run("payment", "received", first).stdout, "a parcel is paid twice")
            report.check(shop.run("payment", "received", second).returncode == 0 and cart.order(placed)["payment"]["state"] == "paid", "both parcels are paid, and the order is not")
            report.check(not shop.faults(), f"after both parcels: {shop.faults()}")
        cart = shop.cart("us")
        report.check(cart.complete("cashOnDelivery")[0] == 422, "cash is taken where it is not offered")
    finally:
        shop.stop()


ALL = [nobody_who_moves_money_means_no_server, transfers_are_awaited_and_noted, cash_is_paid_parcel_by_parcel]
