# KarooExpress – Apache-2.0
"""The letters of the demonstration, as a mailbox reads them.

    python3 Tests/Mail/mail.py .build/debug/karoo [--update]

The site is built with a key of its own, the server takes its offer book, and somebody buys in each language with a name that tries
to be a header, a template and a script. Everything is on loopback and in a folder of its own, and every wait has an end.
"""

import argparse
import email
import email.policy
import email.utils
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = "Zoë {{site}} <script>x</script>"
# Where each language is bought in: market, country, offer, what a mug is called.
EDITIONS = {"en": ("us", "US"), "de": ("de", "DE"), "fr": ("fr", "FR"), "ja": ("jp", "JP"), "ar": ("kw", "KW")}
OFFER = "tanaka-pottery/TP-101-ASH"
SUBJECTS = {"en": "Your order ", "de": "Ihre Bestellung ", "fr": "Votre commande ", "ja": "ご注文 ", "ar": "طلبك "}
LONGEST_WAIT = 30


class Report:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, holds, sentence):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"✘ {sentence}")


class Shop:
    def __init__(self, karoo, folder):
        self.karoo, self.folder = karoo, folder
        self.data, self.public = f"{folder}/data", f"{folder}/Public"

    def command(self, *arguments, **others):
        return subprocess.run([self.karoo, *arguments], capture_output=True, text=True, timeout=600, **others)

    def build(self):
        key = f"{self.folder}/key.pem"
        made = self.command("keys", "new", key)
        self.trusted = made.stdout.split()[-1]
        # The build keeps its state beside Content, which is a copy therefore.
        shutil.copytree("Content", f"{self.folder}/Content")
        built = self.command(
            "build", "--content", f"{self.folder}/Content", "--key", key, "--output", self.public, "--at", "2026-11-20T00:00:00Z", "--pictures", "none")
        if built.returncode != 0:
            raise RuntimeError(f"the demonstration is not built: {built.stderr[-2000:]}")

    def start(self, **environment):
        self.process = subprocess.Popen(
            [self.karoo, "serve", "--demo", "--port", "0", "--data", self.data, "--public", self.public, "--trust", self.trusted],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **{f"KAROO_RATES_{name}_PER_MINUTE": "0" for name in ("ADDRESS", "CREDENTIAL", "GUESSES")}, **environment})
        line = self.process.stdout.readline()
        if "/v1" not in line:
            raise RuntimeError(f"the server did not start: {self.process.stderr.read()}")
        self.port = int(line.split("/v1")[0].rsplit(":", 1)[1])

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=30)
        self.process.stdout.close()
        self.process.stderr.close()

    def ask(self, method, path, body=None, token=None, key=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = key
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]}")
        return json.loads(content)

    def buy(self, language, address=f"zoe@example.com"):
        market, country = EDITIONS[language]
        cart = self.ask("POST", "/v1/carts", {"market": market, "language": language})
        path, token = f"/v1/carts/{cart['id']}", cart["token"]
        self.ask("POST", path + "/lines", {"offer": OFFER, "quantity": 2}, token)
        delivery = {"email": address, "address": {"name": NAME, "lines": ["Way 1"], "city": "Town", "postalCode": "12345", "country": country}}
        total = self.ask("PUT", path + "/delivery", delivery, token)["quote"]["total"]
        body = {"total": {"amount": total["amount"], "currency": total["currency"]}, "payment": {"method": "sandbox_ok"}}
        return self.ask("POST", path + "/complete", body, token, "key")

    def letters(self, count):
        """Waits until there are so many whole files, and gives each by its name."""
        folder, deadline = f"{self.data}/mail", time.monotonic() + LONGEST_WAIT
        while time.monotonic() < deadline:
            names = [name for name in os.listdir(folder) if name.endswith(".eml")] if os.path.isdir(folder) else []
            if len(names) >= count:
                break
            time.sleep(0.1)
        return {name: open(f"{folder}/{name}", "rb").read() for name in sorted(names)}


def look_at(letter, report, name):
    """What every letter must be."""
    report.check(all(byte < 0x80 for byte in letter), f"{name} has bytes that are not ASCII")
    lines = letter.split(b"\r\n")
    report.check(all(len(line) <= 78 for line in lines), f"{name} has a line of more than 78 characters")
    report.check(b"\n" not in letter.replace(b"\r\n", b"") and b"\r" not in letter.replace(b"\r\n", b""), f"{name} has bare line ends")
    message = email.message_from_bytes(letter, policy=email.policy.default)
    parts = list(message.walk())
    report.check(not any(part.defects for part in parts), f"{name} has defects: {[part.defects for part in parts]}")
    report.check(
        sorted(message.keys()) == sorted(
            ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "MIME-Version", "Content-Type"]),
        f"{name} has other headers: {message.keys()}")
    report.check(message.get_content_type() == "multipart/alternative", f"{name} is {message.get_content_type()}")
    report.check([part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"], f"{name} has other parts")
    report.check(email.utils.parsedate_to_datetime(message["Date"]) is not None, f"{name} has the date {message['Date']}")
    report.check(message["From"].addresses[0].addr_spec == "help@karooexpress.example", f"{name} comes from {message['From']}")
    report.check("Bcc" not in message and message["Auto-Submitted"] == "auto-generated", f"{name} has headers of somebody else's")
    return message


def text_of(message):
    return tuple(message.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))


def masked(text, order):
    """What changes with each purchase is taken out."""
    number = f"{order[-10:-5]}-{order[-5:]}".upper()
    text = text.replace(order, "ORDER").replace(number, "NUMBER")
    text = re.sub(r"token=[A-Za-z0-9_-]+", "token=TOKEN", text)
    # The day of the purchase, as each language writes it, stands behind its label on the line that begins the details.
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if "NUMBER" in line and place > 3 and place + 1 < len(lines):
            label, _, _ = lines[place + 1].partition(": ")
            lines[place + 1] = f"{label}: DATE"
            break
    return "\n".join(lines)


def compare(text, language, report, update):
    path = f"{HERE}/expected/{language}.txt"
    if update:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    expected = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
    report.check(text == expected, f"the letter in {language} is another than {path}; Tests/Mail/run .build/debug/karoo --update writes it anew")


def all_languages(shop, report, update):
    placed = {language: shop.buy(language) for language in EDITIONS}
    letters = shop.letters(2 * len(EDITIONS))
    report.check(len(letters) == 2 * len(EDITIONS), f"there are {len(letters)} letters: {list(letters)}")
    for name, letter in letters.items():
        look_at(letter, report, name)
    for language, answer in placed.items():
        order = answer["order"]
        letter = letters.get(f"orderPlaced.{order}.eml")
        report.check(letter is not None, f"the buyer in {language} gets no letter")
        if letter is None:
            continue
        message = email.message_from_bytes(letter, policy=email.policy.default)
        text, html = text_of(message)
        report.check(message["Subject"].startswith(SUBJECTS[language]), f"the subject in {language} is {message['Subject']}")
        report.check(message["Content-Language"] == language, f"the language is {message['Content-Language']}")
        report.check(message["Message-ID"] == f"<orderPlaced.{order}@karooexpress.example>", f"the id is {message['Message-ID']}")
        report.check(f"/order.html#order={order}&token={answer['token']}" in text, f"the letter in {language} does not lead to the order")
        report.check(NAME in text, f"the name stands otherwise in the letter in {language}")
        report.check("<script" not in html and "{{site}} &lt;script&gt;" in html, f"a name becomes markup in {language}")
        report.check((' dir="rtl"' in html) == (language == "ar"), f"the direction in {language}")
        compare(masked(text, order), language, report, update)


def every_letter_arrives(shop, report):
    """Killed while letters leave: after the next start none is missing, and none is there under two names."""
    orders = [shop.buy("de")["order"] for _ in range(20)]
    shop.stop(signal.SIGKILL)
    shop.start()
    # Letters that the killed process had taken wait until its lease is over; those that it had not are sent at once.
    listed = shop.command("mail", "list", "--data", shop.data)
    report.check(listed.returncode == 0 and "waiting" in listed.stdout, f"karoo mail list: {listed.stdout}{listed.stderr}")
    for line in listed.stdout.splitlines():
        if "  waiting  " in line:
            shop.command("mail", "retry", line.split()[0], "--data", shop.data)
    letters = shop.letters(2 * len(EDITIONS) + 2 * len(orders))
    missing = [order for order in orders if f"orderPlaced.{order}.eml" not in letters]
    report.check(not missing, f"{len(missing)} letters are missing after the kill")
    ids = [email.message_from_bytes(letter)["Message-ID"] for letter in letters.values()]
    report.check(len(set(ids)) == len(ids), "two files have one Message-ID")


def a_program_sends(shop, report):
    """A program in the place of sendmail gets the same letter; what it refuses is shown and can be tried again."""
    shop.stop()
    script, taken = f"{shop.folder}/sendmail", f"{shop.folder}/taken"
    os.makedirs(taken)
    with open(script, "w") as file:
        file.write(f'#!/bin/sh\n[ -e "{shop.folder}/full" ] && exit 67\necho "$@" >> "{taken}/arguments"\ncat > "{taken}/letter.$$"\n')
    os.chmod(script, 0o700)
    open(f"{shop.folder}/full", "w").close()
    shop.start(KAROO_MAIL_COMMAND=f"{script} -t0", KAROO_MAIL_FROM="shop@example.org", KAROO_SITE_URL="https://shop.example.org")
    shop.buy("en", "-oQ@example.com")
    deadline = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < deadline and "2 dead" not in shop.command("mail", "list", "--data", shop.data).stdout:
        time.sleep(0.2)
    report.check("ended with 67" in shop.command("mail", "list", "--dead", "--data", shop.data).stdout, "what was refused is not shown")
    os.remove(f"{shop.folder}/full")
    again = shop.command("mail", "retry", "--all", "--data", shop.data)
    report.check("2 will be tried again" in again.stdout, f"karoo mail retry says {again.stdout}{again.stderr}")
    while time.monotonic() < deadline and len(os.listdir(taken)) < 3:
        time.sleep(0.2)
    arguments = open(f"{taken}/arguments").read()
    report.check("-t0 -i -f shop@example.org -- -oQ@example.com\n" in arguments, f"the program is told {arguments}")
    texts = [open(f"{taken}/{name}", "rb").read() for name in os.listdir(taken) if name.startswith("letter")]
    messages = [email.message_from_bytes(text, policy=email.policy.default) for text in texts]
    report.check(len(messages) == 2 and all(b"\r" not in text for text in texts), "the program gets other line ends")
    report.check(any("https://shop.example.org/en-us/order.html" in text_of(message)[0] for message in messages), "the link leads elsewhere")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("karoo")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="karoo-mail-") as folder:
        shop = Shop(os.path.abspath(options.karoo), folder)
        shop.build()
        try:
            seeded = shop.command("stock", "seed", "--data", shop.data)
            report.check(seeded.returncode == 0, f"karoo stock seed: {seeded.stderr}")
            more = shop.command("stock", "adjust", OFFER, "--by", "1000", "--data", shop.data)
            report.check(more.returncode == 0, f"karoo stock adjust: {more.stderr}")
            shop.start()
            all_languages(shop, report, options.update)
            every_letter_arrives(shop, report)
            a_program_sends(shop, report)
        finally:
            if getattr(shop, "process", None) and shop.process.poll() is None:
                shop.process.kill()
    print(f"{report.passed} passed, {report.failed} failed")
    sys.exit(1 if report.failed or not report.passed else 0)


if __name__ == "__main__":
    main()
