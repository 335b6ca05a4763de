"""What the tests of publishing share: an administrator's desk (tests/admin) beside a server, with the
sekisho-admin that was built in the folder that the command line names."""
import os
import sys

sys.dont_write_bytecode = True
import server  # pylint: disable=wrong-import-position

sys.path.insert(0, os.path.join(server.ROOT, "tests/admin"))
sys.argv[1:] = [os.path.join(server.BUILD, "sekisho-admin")]

import desk  # pylint: disable=wrong-import-position,unused-import
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


class Office(office.Office):
    """A site whose policy is signed, with tokens for desk-17."""

    def __init__(self, folder):
        super().__init__(folder)
        self.sign(f"{TIER}/policy.ini", "suzuki", "tanaka")
        self.issue_tokens("tanaka")

    def issue_tokens(self, *people):
        self.expect(desk.DONE, "token", "issue", *people, "--for", office.ONE)
        self.sign(office.TOKENS, "matsuo")

    def issue_policy(self):
        """The next serial of the policy, signed."""
        self.sign(f"{TIER}/policy.ini", "suzuki", options=["--raise"])
        self.sign(f"{TIER}/policy.ini", "tanaka")

    def publish(self, to, status=desk.DONE, says=(), **environment):
        more = ["--curl-config", "curl.conf"] if to.startswith("https:") else []
        return self.expect(status, "publish", "--folder", TIER, "--to", to, *more, says=says,
                           **environment)

    def list_terminal(self, name, state="active", number=1):
        """What `sekisho-admin terminal approve` keeps of one."""
        folder = self.path(f"{TIER}/terminals/{name}")
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/terminal.ini", "w", encoding="utf-8") as file:
            file.write(ENTRY % (name, state, "%042dA" % number, "%040x" % number))


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
