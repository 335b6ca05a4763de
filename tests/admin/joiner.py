"""A terminal that asks to join, written anew after the documents alone: HMAC and HKDF by Python, the
signature by the real ssh-keygen."""
import base64
import hashlib
import hmac
import os
import subprocess

import approver

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def key_of_ticket(text):
    """(number, key) of a ticket as it is handed out."""
    symbols = text.strip().replace("-", "")[1:]
    assert len(symbols) == 34 and set(symbols) <= set(ALPHABET), text
    extracted = hmac.new(b"\0" * 32, symbols[8:33].encode(), hashlib.sha256).digest()
    return "T-" + symbols[:8], hmac.new(extracted, b"sekisho join\1", hashlib.sha256).digest()


class Joiner:
    """Keys of a terminal in a folder of the desk, and what it sends."""

    def __init__(self, desk, name, key=None):
        self.desk, self.name, self.key_file = desk, name, key or "terminal-" + name
        if not os.path.exists(desk.path(self.key_file)):
            desk.make_key(self.key_file)
        self.seal_key = os.urandom(32)
        self.certificate = os.urandom(20).hex()
        self.machine = os.urandom(8).hex()

    @property
    def key(self):
        return self.desk.fingerprint(self.key_file)

    def text(self, ticket, issued=None, number=None, **changes):
        own_number, key = key_of_ticket(ticket)
        public = self.desk.read(self.key_file + ".pub").split()[1].decode()
        said = {"kind": "join", "format": "1", "site": "tosu", "tier": "my-number",
                "terminal": self.name, "issued": issued or approver.stamp(),
                "machine": self.machine, "key": public,
                "seal-key": base64.b64encode(self.seal_key).decode(),
                "certificate": self.certificate, "agent": "0.1.0", "ticket": number or own_number, **changes}
        text = "[join]\n" + "".join(f"{k} = {v}\n" for k, v in said.items() if v is not None)
        mac = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
        return f"{text}mac = {mac}\n".encode()

    def signed(self, text, key_file=None, space="report@sekisho"):
        done = subprocess.run(["ssh-keygen", "-Y", "sign", "-f",
                               self.desk.path(key_file or self.key_file), "-n", space],
                              input=text, capture_output=True, check=True)
        return text + done.stdout

    def put(self, document, folder=None):
        """Where the server puts it: below the certificate, or without one below the name."""
        where = f"site/up/{folder or self.certificate or self.name}"
        os.makedirs(self.desk.path(where), exist_ok=True)
        name = f"{where}/join-{hashlib.sha256(document).hexdigest()[:16]}.ini"
        self.desk.write(name, document)
        return name

    def ask(self, ticket, issued=None, **changes):
        if changes.get("certificate", 1) is None:
            self.certificate = None
        return self.put(self.signed(self.text(ticket, issued, **changes)))
