"""A PC on which people log in with codes, and the office that gave them their tokens: everything
through the whole chain, from sekisho-admin to the person's record."""
import base64
import hashlib
import hmac
import json
import os
import re
import shlex
import struct
import tempfile
import time

import office
from terminal import unpack

TERMINAL, PASSWORD, DISC = "desk-17", "Tosu-2026", "/run/disc"
TOKENS = "%s/terminals/%s/tokens.ini" % (office.TIER, TERMINAL)
KEY = "%s/terminals/%s/terminal-key.ini" % (office.TIER, TERMINAL)
STATE, RECORDS = "/var/lib/sekisho", "/var/lib/sekisho/second-factor"
SERVICES = "sshd two-boxes", "i3lock one-box", "swaylock one-box"
OFFICER = "suzuki"
LOGIN_TIMEOUT, PERIOD = 400, 30


def hotp(secret, count, digits=6):
    mac = hmac.new(secret, struct.pack(">Q", count), hashlib.sha1).digest()
    at = mac[-1] & 15
    return "%0*d" % (digits, (struct.unpack(">L", mac[at:at + 4])[0] & 0x7fffffff) % 10 ** digits)


class Desk:
    """Joins the PC to an office of its own when it is made. tanaka has a HOTP token, whose next
    code is due at once, and sato a TOTP one; clerk has none, and nobody-here is no account."""

    def __init__(self, test, pc):
        self.test, self.pc = test, pc
        self._folder = tempfile.TemporaryDirectory(prefix="sekisho-office-")
        self.office = office.found(test.admin(), self._folder.name)
        self.secrets, self.recovery, self.envelopes = {}, {}, []
        self._count, self._used_step = 0, 0
        self._make_accounts()
        self.fetch_key()
        self.office.rotate(2, "--add-to-role", "token-officer=" + OFFICER, by=office.BOTH)
        self._join()
        self.policy()
        self.issue("tanaka", "--type", "hotp", "--envelopes", "3")
        self.issue("sato")

    def _make_accounts(self):
        self.pc.check(
            "grep -q $(hostname) /etc/hosts || echo 127.0.1.1 $(hostname) >>/etc/hosts; "
            "for u in tanaka sato clerk; do id $u >/dev/null 2>&1 || useradd -m -s /bin/bash $u; "
            "echo $u:%s | chpasswd; echo 'echo let-in' >/home/$u/.bash_profile; done; "
            "echo root:%s | chpasswd; for u in tanaka sato clerk; do usermod -aG sudo $u; done; "
            "if test -d /etc/ssh/sshd_config.d; then "
            "printf 'KbdInteractiveAuthentication yes\\nUseDNS no\\n' "
            ">/etc/ssh/sshd_config.d/test.conf; systemctl restart ssh; fi" % (PASSWORD, PASSWORD))

    def fetch_key(self):
        """Carries it to the officer."""
        self.pc.wait_for("test -e %s/terminal-key.ini" % STATE, 60, "the terminal's key")
        os.makedirs(os.path.dirname(self.office.path(KEY)), exist_ok=True)
        self.office.write(KEY, self.pc.read_file(STATE + "/terminal-key.ini"))

    def _join(self):
        self.office.write("my-number/site.ini",
                          self.office.read("my-number/site.ini") + b"terminal = desk-17\n")
        unpack(self.pc, DISC, self.office.disc())
        self.pc.check("mkdir -p /etc/sekisho && cp {0}/root/1.ini /etc/sekisho/root.ini && cp "
                      "{0}/site.ini /etc/sekisho/site.ini && systemctl restart sekishod".format(DISC))

    def policy(self, *more, mode="required", services=SERVICES):
        """Another policy, which says so of logins."""
        lines = ["second-factor = " + mode, "methods = totp hotp", "lock-after = 3",
                 "lock-for = 1m", *("service-%d = %s" % pair for pair in enumerate(services, 1)),
                 *more]
        text = self.office.read(office.POLICY).decode().split("-----BEGIN")[0]
        text = re.sub(r"\n*(# Logins\.\n)?\[login\]\n.*\Z", "\n", text, flags=re.S)
        self.office.write(office.POLICY, (text + "\n# Logins.\n[login]\n" + "\n".join(lines)
                                          + "\n").encode())
        self.office.sign(office.POLICY, first=("--raise",))
        self.update()

    def issue(self, *words, command="issue"):
        """What sekisho-admin token issue, or extend, is told; the PC takes what comes of it."""
        told = self.office.admin("token", command, *words, "--for", os.path.dirname(KEY))
        self._read_sheets(told)
        self.office.sign(TOKENS, by=(OFFICER,))
        before = self.runs()
        self.update()
        self.pc.wait_for(lambda: self.runs() > before, 60, "a run of sekisho-unseal")
        return told

    def _read_sheets(self, told):
        for account, secret in re.findall(r"otpauth://\w+/[^:\s]+:([\w-]+)\?secret=([A-Z2-7]+)",
                                          told):
            padding = "=" * (-len(secret) % 8)
            self.secrets[account] = base64.b32decode(secret + padding)
            sheet = told[told.index("%s?secret=%s" % (account, secret)):]
            self.recovery[account] = re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", sheet)[:10]
        self.envelopes += re.findall(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", told)

    def runs(self):
        """How often sekisho-unseal has ended in this boot."""
        return int(self.pc.check("journalctl -b -o cat -u sekisho-unseal | "
                                 "grep -c '^Finished' || true"))

    def wait_for_clock(self):
        """On a busy host the clock inside goes behind ours, by which all was just signed."""
        self.pc.wait_for("behind=$((%d - $(date +%%s))); test $behind -le 0 -o $behind -gt 60"
                         % time.time(), 90, "the clock inside")

    def update(self):
        unpack(self.pc, DISC, self.office.disc())
        self.wait_for_clock()
        self.pc.check("sekisho update-from " + DISC)

    # --- people ---

    def code(self, account="tanaka", ahead=0):
        """tanaka's next code, which he has shown then; sato's of now, or of so many steps later."""
        if account == "tanaka":
            count, self._count = self._count + ahead, self._count + ahead + 1
        else:
            count = int(self.pc.check("date +%s")) // PERIOD + ahead
        return hotp(self.secrets[account], count)

    def restart_count(self):
        """tanaka has a new token."""
        self._count = 0

    def forget_step(self, later=0):
        """The clock was set, so that what fresh_code() knows means nothing; so many steps may be
        used up."""
        self._used_step = int(time.time()) // PERIOD + later if later else 0

    def fresh_code(self, account="tanaka"):
        """One that was not used yet, and counts for some seconds more."""
        if account == "sato":
            self.pc.wait_for("now=$(date +%%s); test $((now / {0})) -gt %d -a $((now %% {0})) "
                             "-lt 20".format(PERIOD) % self._used_step, 70, "another code")
            self._used_step = int(self.pc.check("date +%s")) // PERIOD
        return self.code(account)

    def log_in(self, way, account, *answers, **more):
        """What guest_login.py says of it."""
        job = {"user": account, "answers": answers, **more}
        status, said = self.pc.run("echo %s | python3 -I /opt/t/guest_login.py %s" % (
            shlex.quote(json.dumps(job)), way), LOGIN_TIMEOUT)
        assert status == 0, "%s %s: %s" % (way, account, said)
        return json.loads(said.splitlines()[-1])

    def lets_in(self, way, account="tanaka", **more):
        """With password and a fresh code, in as many boxes as the way has."""
        code = self.fresh_code(account)
        answers = [PASSWORD + code] if more.pop("one_box", False) else [PASSWORD, code]
        result = self.log_in(way, account, *answers, **more)
        assert result["is_in"], "%s %s: %s" % (way, account, result)
        return result

    def refuses(self, way, account, *answers, **more):
        result = self.log_in(way, account, *answers, **more)
        assert not result["is_in"], "%s %s %s: %s" % (way, account, answers, result)
        return result

    # --- what the records say ---

    def reasons(self, after=0):
        """Of the logins since, in order."""
        return [record["status_detail"] for record in self.test.records(after, self.pc)
                if record["class_uid"] == 3002]

    def wait_reasons(self, reasons, after=0, seconds=30):
        """These and no others."""
        self.pc.wait_for(lambda: self.reasons(after) == reasons, seconds,
                         "records of " + ", ".join(reasons))

    def wait_reason(self, reason, after=0, seconds=30):
        self.pc.wait_for(lambda: reason in self.reasons(after), seconds, "a record of " + reason)


DESKS = {}


def desk_of(test):
    """The one of this PC, made with its first scenario."""
    if test.pc not in DESKS:
        DESKS[test.pc] = Desk(test, test.pc)
    DESKS[test.pc].test = test
    return DESKS[test.pc]
