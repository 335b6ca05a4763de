"""A desk that hands out tokens: a site whose root lets matsuo sign them, and terminals with keys of
which the test has the private halves. What the tests of tokens share."""
import base64
import ctypes
import hashlib
import os
import re

import desk
import hpke
from desk import DONE

TERMINALS = "site/my-number/terminals"
ONE, TWO = f"{TERMINALS}/desk-17", f"{TERMINALS}/desk-18"
TOKENS = f"{ONE}/tokens.ini"
INFO = b"sekisho tokens 1"
LIBCRYPT = ctypes.CDLL("libcrypt.so.1")
LIBCRYPT.crypt.restype = ctypes.c_char_p


class Office(desk.Desk):
    """A desk with the site tosu, whose root lets matsuo sign tokens, and terminals."""
    keys = "suzuki", "tanaka", "matsuo"

    def __init__(self, folder):
        super().__init__(folder)
        self.init()
        self.sign("site/root/1.ini", "suzuki", "tanaka")
        self.expect(DONE, "root", "rotate", "--root", "site/root", "--add-person",
                    "matsuo=matsuo.pub", "--add-to-role", "token-officer=matsuo",
                    says="there is a role token-officer now")
        self.sign("site/root/2.ini", "suzuki", "tanaka")
        self.private = {}
        for name in "desk-17", "desk-18":
            self.add_terminal(name)

    def add_terminal(self, name):
        folder = f"{TERMINALS}/{name}"
        os.makedirs(self.path(folder), exist_ok=True)
        private = os.urandom(32)
        public = hpke.public(private)
        self.private[folder] = private
        self.write(f"{folder}/terminal-key.ini", b"[terminal-key]\nterminal = %s\nkey = %s\n"
                   b"fingerprint = %s\n" % (name.encode(), base64.b64encode(public),
                                            fingerprint(public).encode()))
        return fingerprint(public)

    def tokens(self, folder=ONE):
        """By section, the keys of tokens.ini."""
        found, section = {}, None
        for line in self.read(f"{folder}/tokens.ini").decode().splitlines():
            if line.startswith("["):
                section = found.setdefault(line.strip("[]"), {})
            elif " = " in line:
                key, _, value = line.partition(" = ")
                section[key] = value
        return found

    def opened(self, section, folder=ONE, **other):
        """The secret of a token, opened by the terminal's key; other: what is said of it."""
        entry = {**self.tokens(folder)[f"token {section}"], **other}
        said = [other.get("site", "tosu"), entry.get("account", section), entry["number"],
                entry["type"], entry["hash"], entry["digits"], entry.get("period", "0")]
        return hpke.open_sealed(self.private[folder], base64.b64decode(entry["sealed-key"]),
                                base64.b64decode(entry["sealed-secret"]), INFO,
                                "".join(f"{word}\n" for word in said).encode())


def fingerprint(public):
    return "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")


def secrets_of(output):
    """The secrets that were shown, in order."""
    return [base64.b32decode(text) for text in re.findall(r"secret=([A-Z2-7]+)&", output)]


def codes_of(output, form):
    return re.findall(rf"\b{form}\b", output)


def hashed(code, salt):
    return LIBCRYPT.crypt(code.replace("-", "").encode(), salt.encode()).decode()


RECOVERY = "[0-9A-Z]{5}-[0-9A-Z]{5}"
ENVELOPE = "[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}"
