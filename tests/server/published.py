"""What the tests of publishing share: an administrator's desk (tests/admin) beside a server, with the
sekisho-admin that was built in the folder that the command line names."""
import os
import sys

sys.dont_write_bytecode = True
import server  # pylint: disable=wrong-import-position

sys.path.insert(0, os.path.join(server.ROOT, "tests/admin"))
sys.argv[1:] = [os.path.join(server.BUILD, "sekisho-admin")]

import approver  # pylint: disable=wrong-import-position
import desk  # pylint: disable=wrong-import-position
import office  # pylint: disable=wrong-import-position

TIER = "site/my-number"
TOKENS = "terminals/desk-17/tokens.ini"
ENTRY = """[terminal]
terminal = %s
state = %s
key = SHA256:%s
certificate = %s
machine = 0123456789abcdef
joined = 2026-06-01T09:00:00+09:00
ticket = T-7K3M9Q2X
changed = 2026-06-01T09:00:00+09:00
"""


class Publisher:
    """A desk that publishes TIER."""

    def place(self):
        """A folder to publish to, and where things are in it."""
        os.makedirs(self.path("www"), exist_ok=True)
        return "www", self.path("www/sekisho/tosu")

    def publish(self, to, status=desk.DONE, says=(), folder=TIER, **environment):
        more = ["--curl-config", "curl.conf"] if to.startswith("https:") else []
        return self.expect(status, "publish", "--folder", folder, "--to", to, *more, says=says,
                           **environment)

    def issue_policy(self):
        """The next serial of the policy, signed."""
        self.sign(f"{TIER}/policy.ini", "suzuki", options=["--raise"])
        self.sign(f"{TIER}/policy.ini", "tanaka")

    def list_terminal(self, name, state="active", number=1):
        """What `sekisho-admin terminal approve` keeps of one."""
        folder = self.path(f"{TIER}/terminals/{name}")
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/terminal.ini", "w", encoding="utf-8") as file:
            file.write(ENTRY % (name, state, "%042dA" % number, "%040x" % number))


class Office(Publisher, office.Office):
    """A site whose policy is signed, with tokens for desk-17."""

    def __init__(self, folder):
        super().__init__(folder)
        self.sign(f"{TIER}/policy.ini", "suzuki", "tanaka")
        self.issue_tokens("tanaka")

    def issue_tokens(self, *people):
        self.expect(desk.DONE, "token", "issue", *people, "--for", office.ONE)
        self.sign(office.TOKENS, "matsuo")


class Approvers(Publisher, approver.Approvers):
    """The same with exemptions in place of tokens, and a timer."""
    keys = (*approver.Approvers.keys, "timer")

    def init(self, *words, **more):
        return super().init(*words, more=["--fresh-key=timer.pub"], **more)

    def prove(self, *media):
        self.expect(desk.DONE, "fresh", "--root", "site/root", "--key", "timer", "--policy",
                    f"{TIER}/policy.ini", *media, "--out", f"{TIER}/fresh.ini")


class Whole(Approvers):
    """All that a tier can have at once."""
    keys = (*Approvers.keys, "matsuo")

    def __init__(self, folder):
        super().__init__(folder)
        self.private, self.n_media = {}, 0
        self.expect(desk.DONE, "root", "rotate", "--root", "site/root", "--add-person",
                    "matsuo=matsuo.pub", "--add-to-role", "token-officer=matsuo")
        self.sign("site/root/2.ini", "suzuki", "tanaka")
        office.Office.add_terminal(self, "desk-17")
        self.change(approver.ID, "tanaka")

    def change(self, number, user):
        """Every document but the root is another one then."""
        self.n_media += 1
        self.write("ledger.csv", "管理番号,シリアル番号,VID_PID\n".encode() + b"".join(
            b"M-%d,S%07dX,0951:1666\n" % (n, n) for n in range(self.n_media)))
        self.expect(desk.DONE, "media", "import", "--ledger", "ledger.csv", TIER)
        for who in "suzuki", "tanaka":
            self.expect(desk.DONE, "media", "sign", "--key", who, TIER)
        self.expect(desk.DONE, "token", "issue", user, "--for", office.ONE)
        self.sign(office.TOKENS, "matsuo")
        self.issue_policy()
        self.ask(number)
        self.approve(desk.DONE, number=number)
        self.ask("E-9Q2X7K3M" if self.n_media == 1 else "E-2X9Q7K3M", terminal="desk-18")
        self.expect(desk.DONE, "exemption", "refuse",
                    "E-9Q2X7K3M" if self.n_media == 1 else "E-2X9Q7K3M", "--reason", "不要",
                    "--key", "mori", "--folder", "site", "--yes")
        self.prove("--media", f"{TIER}/media.ini")


def tree(folder):
    """Every file below it, by name: bytes. Locks apart."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            if not name.endswith(".lock"):
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = file.read()
    return found
