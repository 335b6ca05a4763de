"""What happens to people and their tokens, as README.desk.md and README.employee.md tell it: the
desk types the page's own lines, and the person logs in, or does not."""
import base64
import datetime
import os
import re
import shutil
import time

from boots import LOGIN
from login_desk import KEY, PASSWORD, PERIOD, Desk, desk_of, hotp
from pages import Page
from scenario_login_time import set_clock

PEOPLE = "yamada", "mori", "hayashi"
DELIVERED = b"12345678901234567890"     # the secret of the page's delivery
NEXT_TERMINAL = "desk-18"


class Person:
    """Knows what was shown to it, and holds a telephone."""

    def __init__(self, desk, account):
        self.desk, self.account, self.ticket = desk, account, None
        self.recovery, self._used = [], 0

    def is_let_in(self, answer):
        return self.desk.log_in("login", self.account, PASSWORD, answer)

    def lets_in(self, answer):
        result = self.is_let_in(answer)
        assert result["is_in"], "%s %s: %s" % (self.account, answer, result)
        return result

    def refuses(self, answer):
        result = self.is_let_in(answer)
        assert not result["is_in"], "%s %s: %s" % (self.account, answer, result)
        return result

    def code(self):
        """One that was not used yet, by the terminal's clock."""
        self.desk.pc.wait_for(
            "now=$(date +%%s); test $((now / {0})) -ne %d -a $((now %% {0})) -lt 20".format(PERIOD)
            % self._used, 70, "another code")
        self._used = int(self.desk.pc.check("date +%s")) // PERIOD
        return hotp(self.desk.secrets[self.account], self._used)

    def enrols(self):
        """Logs in with the ticket, and does what the page says."""
        result = self.desk.log_in("enrol", self.account, PASSWORD, self.ticket)
        assert result["is_in"], result
        self.desk.secrets[self.account] = base64.b32decode(result["secret"] + "=" * (-len(result["secret"]) % 8))
        self.recovery = result["recovery"]
        assert len(self.recovery) == 10, result
        self._used = result["step"]
        return result


class Walk:
    """The page in the hands of the token officer, for a PC on which the people have accounts."""

    def __init__(self, test):
        self.test, self.desk = test, desk_of(test)
        self.page = Page(self.desk, test.admin())
        self.people = {account: Person(self.desk, account) for account in PEOPLE}
        self.desk.pc.check(
            "for u in %s; do id $u >/dev/null 2>&1 || useradd -m -s /bin/bash $u; echo $u:%s | "
            "chpasswd; echo 'echo let-in' >/home/$u/.bash_profile; done"
            % (" ".join(PEOPLE), PASSWORD))

    def makes_it_count(self):
        before = self.desk.runs()
        said = self.page.do("Make it count")
        self.desk.pc.wait_for(lambda: self.desk.runs() > before, 60, "a run of sekisho-unseal")
        return said

    def gives_ticket(self, *accounts):
        """As on the first morning; the page does it for yamada."""
        said = self.page.do("A new employee's first morning")
        self.people["yamada"].ticket = ticket_of(said)
        return said


def ticket_of(said):
    found = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", said)
    assert len(found) == 1, said
    return found[0]
