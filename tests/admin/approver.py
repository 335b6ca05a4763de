"""A site whose root lets people approve exemptions, and terminals that ask for them. What the tests of
exemptions share."""
import os
import re
import time

import desk
from desk import DONE

FOLDER = "site"
TIER = "site/my-number"
DESK = "desk-17"
ID = "E-7K3M9Q2X"
OTHER_ID = "E-2B4D6F8H"
STICK = b"device = 0951:1666 001A92053B6A\ndescriptors = %s\n" % (b"A" * 43)
POLICY = (b"\n[exemption]\nlongest = 8h\napprovals-read-only = 1\napprovals-read-write = 2\n"
          b"scan = off\n")


def stamp(seconds_from_now=0, base=None):
    """As documents write it, with Japan's clock."""
    at = time.gmtime((time.time() if base is None else base) + 9 * 3600 + seconds_from_now)
    return time.strftime("%Y-%m-%dT%H:%M:%S+09:00", at)


class Approvers(desk.Desk):
    """A desk with the site tosu: suzuki and tanaka sign root and policy; kondo, mori and yoshida
    approve, yoshida with two keys and for another tier. kondo works at terminals as akondo."""
    keys = "suzuki", "tanaka", "kondo", "mori", "mori-2", "yoshida", "doi"
    exemption = POLICY

    def __init__(self, folder):
        super().__init__(folder)
        self.init()
        people = b"".join(b"\n[person %s]\n%s%s" % (
            who.encode(),
            b"".join(b"key-%d = %s\n" % (n, self.fingerprint(key).encode())
                     for n, key in enumerate(keys, 1)), more)
                          for who, keys, more in (("kondo", ["kondo"], b"accounts = akondo\n"),
                                                  ("mori", ["mori", "mori-2"], b""),
                                                  ("yoshida", ["yoshida"], b"")))
        root = self.read("site/root/1.ini")
        self.write("site/root/1.ini", root + people + b"""
[role approver]
persons = kondo mori
threshold = 1
tiers = my-number

[role approver-of-internet]
role = approver
persons = yoshida
threshold = 1
tiers = internet
""")
        self.sign("site/root/1.ini", "suzuki", "tanaka")
        self.set_policy(self.exemption)

    def set_policy(self, exemption):
        """The policy with another section of exemptions, signed."""
        text = self.read(f"{TIER}/policy.ini").split(b"-----BEGIN")[0].split(b"\n[exemption]")[0] + b"\n"
        serial = int(re.search(rb"\nserial = (\d+)", text).group(1))
        text = text.replace(b"serial = %d" % serial, b"serial = %d" % (serial + 1))
        self.write(f"{TIER}/policy.ini", text + exemption)
        self.sign(f"{TIER}/policy.ini", "suzuki", "tanaka")

    def ask(self, number=ID, terminal=DESK, who="tanaka", direction="read-only", medium=STICK,
            duration="30m", tier="my-number", more=b"", purpose="決算資料の確認"):
        """What a terminal hands up. The path of the request."""
        path = f"site/up/{terminal}/request-{number}.ini"
        os.makedirs(self.path(os.path.dirname(path)), exist_ok=True)
        self.write(path, b"[request]\nkind = request\nformat = 1\nsite = tosu\ntier = %s\nepoch = 1\n"
                   b"issued = %s\nid = %s\nterminal = %s\nrequester = %s\n%s\n[medium]\n%s\n[use]\n"
                   b"direction = %s\nduration = %s\n\n[form]\npurpose = %s\n" % (
                       tier.encode(), stamp(-60).encode(), number.encode(), terminal.encode(),
                       who.encode(), more, medium, direction.encode(), duration.encode(),
                       purpose.encode()))
        return path

    def approve(self, status, *words, key="kondo", number=ID, **more):
        """Runs approve with the folder of the site, without being asked."""
        return self.expect(status, "exemption", "approve", number, "--key", key, "--folder", FOLDER,
                           "--yes", *words, **more)

    def prepare(self, terminal=DESK, key="kondo", purpose="開票"):
        """One that nobody asked for at the terminal, for any stick within the hour. Its number."""
        began, ends = (stamp(moment)[:16].replace("T", " ") for moment in (-120, 3600))
        self.write("plan.csv", ("terminal,users,medium,from,until,direction,duration,purpose\r\n"
                                f"{terminal},tanaka,USBメモリ,{began},{ends},読取,30分,{purpose}\r\n").encode())
        output = self.expect(DONE, "exemption", "prepare", "plan.csv", "--key", key, "--folder", FOLDER,
                             "--yes", says="written: ")
        return re.search("E-[0-9A-Z]{8}", output).group()

    def bundle(self, terminal=DESK):
        return self.read(f"{TIER}/terminals/{terminal}/exemptions.ini")

    def texts(self, terminal=DESK):
        """The documents of a bundle, each as (text, how many signatures)."""
        pieces = re.split(rb"(?<=-----END SSH SIGNATURE-----\n)(?!-----BEGIN)",
                          self.bundle(terminal))
        return [(piece.split(b"-----BEGIN")[0], piece.count(b"-----BEGIN")) for piece in pieces
                if piece]

    def good(self, terminal=DESK):
        """What verify says of the bundle."""
        return self.expect(DONE, "verify", f"{TIER}/terminals/{terminal}/exemptions.ini")
