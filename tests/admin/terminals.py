"""Terminals that joined a site, with keys of their own, and what they hand up. What the tests of the
fleet share."""
import base64
import hashlib
import os
import subprocess
import time

import approver
from approver import TIER, stamp

BOOT = "6f1d3c1e-0b52-4c7e-9c55-0a4b7d1c2e3f"


def hash43(data):
    """A SHA-256 as documents write it."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


class Terminals(approver.Approvers):
    """The site tosu with its approvers, and the terminals desk-17 and desk-18 that joined."""

    def __init__(self, folder):
        super().__init__(folder)
        self.certificates = {}
        os.makedirs(self.path("site/up"))
        self.policy_serial = self.serial_of(f"{TIER}/policy.ini")
        for number, name in enumerate(("desk-17", "desk-18")):
            self.join(name, number)

    def serial_of(self, path):
        return int(self.read(path).split(b"\nserial = ")[1].split(b"\n")[0])

    def join(self, name, number, state="active"):
        """As `terminal approve` keeps it."""
        if not os.path.exists(self.path(f"terminal-{name}")):
            self.make_key(f"terminal-{name}")
        self.certificates[name] = hashlib.sha1(name.encode()).hexdigest()
        os.makedirs(self.path(f"{TIER}/terminals/{name}"), exist_ok=True)
        self.write(f"{TIER}/terminals/{name}/terminal.ini", (
            "[terminal]\nterminal = %s\nstate = %s\nkey = %s\ncertificate = %s\nmachine = %016x\n"
            "joined = %s\nticket = T-7K3M9Q2X\nchanged = %s\n" % (
                name, state, self.fingerprint(f"terminal-{name}"), self.certificates[name], number,
                stamp(-86400), stamp(-86400))).encode())

    def signed(self, text, key, namespace="report@sekisho"):
        """The bytes with the signature of ssh-keygen behind."""
        done = subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", self.path(key)],
                              input=text, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        return text + done.stdout

    def put(self, name, data, folder):
        """As a server stores it; under a name that is there already nothing comes."""
        os.makedirs(self.path(f"site/up/{folder}"), exist_ok=True)
        path = f"site/up/{folder}/{name}"
        if not os.path.exists(self.path(path)):
            self.write(path, data)
        return path

    def put_hashed(self, kind, number, end, data, folder):
        name = "%s-%012d-%s.%s" % (kind, number, hashlib.sha256(data).hexdigest()[:16], end)
        return self.put(name, data, folder)

    def text(self, terminal="desk-17", number=1, ago=60, mode="enforce", policy=None, factor="on",
             health="", today="", sequence=10, head=b"10", lost=0, more="", blocked=0, applied="",
             exemptions=0):
        """A report of that terminal."""
        serial = self.policy_serial if policy is None else policy
        text = self.read(f"{TIER}/policy.ini").split(b"-----BEGIN")[0]
        pair = ("policy-serial = %d\npolicy-sha256 = %s\n" % (serial, hash43(text))
                if mode in ("enforce", "rehearse") else "")
        midnight = int((time.time() + 9 * 3600) // 86400 * 86400 - 9 * 3600)
        return (
            "[report]\nkind = report\nformat = 1\nsite = tosu\ntier = my-number\nissued = %s\n"
            "terminal = %s\nnumber = %d\nagent = 0.1.0\nboot = %s\nreason = hourly\n"
            "[applied]\nmode = %s\nroot-serial = 1\nroot-sha256 = %s\n%s%sexemptions = %d\n"
            "[health]\nsecond-factor = %s\n%s[today]\nsince = %s\nblocked = %d\n%s"
            "[records]\nsequence = %d\nsha256 = %s\nlost = %d\n%s" % (
                stamp(-ago), terminal, number, BOOT, mode, hash43(b"root"), pair, applied, exemptions,
                factor, health, stamp(0, base=midnight), blocked, today, sequence, hash43(head), lost,
                more)).encode()

    def report(self, terminal="desk-17", number=1, key=None, folder=None, **what):
        """Signs one and hands it up. Its path."""
        data = self.signed(self.text(terminal, number, **what), key or f"terminal-{terminal}")
        return self.put_hashed("status", number, "ini", data, folder or self.certificates[terminal])

    def records(self, lines, terminal="desk-17", first=1):
        data = self.signed(b"".join(lines), f"terminal-{terminal}")
        return self.put_hashed("records", first, "jsonl", data, self.certificates[terminal])
