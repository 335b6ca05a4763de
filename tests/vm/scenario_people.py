"""What happens to people and their tokens, as README.desk.md and README.employee.md tell it: the
desk types the page's own lines, and the person logs in, or does not."""
import base64
import datetime
import hashlib
import os
import re
import time

from boots import LOGIN
from login_desk import PASSWORD, PERIOD, desk_of, hotp
from pages import Page
from scenario_login_time import DAY, set_clock

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
        self.yamada, self.mori, self.hayashi = (Person(self.desk, account) for account in PEOPLE)
        self.desk.pc.check(
            "for u in %s; do id $u >/dev/null 2>&1 || useradd -m -s /bin/bash $u; echo $u:%s | "
            "chpasswd; echo 'echo let-in' >/home/$u/.bash_profile; done"
            % (" ".join(PEOPLE), PASSWORD))
        self.after = test.last_record()

    def does(self, title, then="Make it count"):
        """What the desk's page says, and what makes it count."""
        before = self.desk.runs()
        said = self.page.do(title)
        if then:
            self.page.do(then)
        self.desk.pc.wait_for(lambda: self.desk.runs() > before, 60, "a run of sekisho-unseal")
        return said

    def logins_of(self, account):
        """The reasons since, in order. What others did by themselves may be recorded meanwhile."""
        return [record["status_detail"] for record in self.test.records(self.after, self.desk.pc)
                if record["class_uid"] == 3002 and record["user"]["name"] == account
                and record["service"]["name"] == "login"]

    def enrols_yamada(self):
        self.yamada.ticket = ticket_of(self.does("A new employee's first morning"))
        self.yamada.enrols()


def ticket_of(said):
    found = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", said)
    assert len(found) == 1, said
    return found[0]


@LOGIN.scenario()
def a_new_employee_s_first_morning(test):
    walk = Walk(test)
    yamada = walk.yamada
    yamada.refuses("000000")
    walk.enrols_yamada()
    # The ticket is worth nothing from now on, and the codes are all.
    yamada.refuses(yamada.ticket)
    result = yamada.lets_in(yamada.code())
    assert "Last login on this terminal" in result["text"], result
    wanted = ["not-enrolled", "right-ticket", "used-ticket", "right-code"]
    test.pc.wait_for(lambda: walk.logins_of("yamada") == wanted, 30, "records of the four logins")
    test.wait_record(walk.after, "token-enrolled")


@LOGIN.scenario(only_long=True)
def a_token_left_at_home_and_a_token_that_is_lost(test):
    walk = Walk(test)
    yamada = walk.yamada
    walk.enrols_yamada()
    code = yamada.recovery.pop()
    yamada.lets_in(code)
    yamada.refuses(code)
    yamada.lets_in(yamada.code())
    # Lost.
    said = walk.does("A token is lost")
    assert "ありがとう" in said or "hank" in said, said
    for found in yamada.code(), yamada.recovery.pop():
        yamada.refuses(found)
    lost = walk.desk.secrets["yamada"]
    walk.enrols_yamada()
    assert walk.desk.secrets["yamada"] != lost
    yamada.lets_in(yamada.code())


@LOGIN.scenario(only_long=True)
def a_code_that_is_refused_and_a_clock_that_is_wrong(test):
    walk = Walk(test)
    yamada, pc = walk.yamada, test.pc
    walk.enrols_yamada()
    result = [yamada.refuses("000000") for _ in range(3)][-1]
    result = yamada.refuses(yamada.code())
    assert "After several wrong codes you have to wait" in result["text"], result
    reference = re.search(r"Reference: (\S+)", result["text"]).group(1)
    pc.wait_for("sekisho records show --reference %s | grep -q 'too many wrong codes'" % reference,
                30, "the true reason")
    walk.does("A code is refused")
    yamada.lets_in(yamada.code())
    # The clock is ahead for a while.
    set_clock(test, DAY)
    yamada.lets_in(yamada.code())
    pc.check("date -s @%d && systemctl restart sekishod" % time.time())
    yamada.refuses(yamada.code())
    walk.desk.wait_reason("used-code", walk.after)
    walk.does("A wrong clock")
    yamada.lets_in(yamada.code())


def next_april():
    """The year of the 1 April that comes; what is in the page is of 2027."""
    today = datetime.date.today()
    return today.year + (today >= datetime.date(today.year, 3, 25))


@LOGIN.scenario(only_long=True)
def first_of_april(test):
    """Yamada moves to another PC, Mori's year is renewed, Hayashi retires."""
    walk = Walk(test)
    desk, pc = walk.desk, test.pc
    walk.page.year = next_april()
    walk.enrols_yamada()
    for person in walk.mori, walk.hayashi:
        person.ticket = ticket_of(desk.issue(person.account, command="issue-ticket"))
        person.enrols()
    make_terminal(desk, NEXT_TERMINAL)
    said = walk.does("1 April", then=None)
    assert "yamada" in said and "hayashi" in said, said
    book = desk.office.read("my-number/register.csv").decode("utf-8-sig")
    assert all(number in book for number in ("00012345", "00012346", "00012347")), book
    said = walk.page.do("Who has what")
    assert all(account in said for account in PEOPLE) and NEXT_TERMINAL in said, said
    everybody = walk.yamada, walk.mori, walk.hayashi
    for person in everybody:
        person.lets_in(person.code())
    set_clock(test, seconds_until(walk.page.year, 4, 1, 0, 10))
    walk.mori.lets_in(walk.mori.code())
    for person in walk.yamada, walk.hayashi:
        person.refuses(person.code())
    desk.pc.wait_for(lambda: desk.reasons(walk.after).count("expired") == 2, 30, "both reasons")


@LOGIN.scenario()
def a_token_that_was_bought(test):
    walk = Walk(test)
    said = walk.does("Tokens that were bought")
    assert "2308137450" in said, said
    walk.desk.secrets["yamada"] = DELIVERED
    walk.yamada.lets_in(walk.yamada.code())


def make_terminal(desk, name):
    """Another PC's key at the desk; nobody has what opens it."""
    key = os.urandom(32)
    fingerprint = base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")
    os.makedirs(desk.office.path("my-number/terminals/" + name), exist_ok=True)
    desk.office.write("my-number/terminals/%s/terminal-key.ini" % name, (
        "[terminal-key]\nterminal = %s\nkey = %s\nfingerprint = SHA256:%s\n"
        % (name, base64.b64encode(key).decode(), fingerprint)).encode())


def seconds_until(year, month, day, hour, minute):
    """In Japan, where the desk is."""
    then = datetime.datetime(year, month, day, hour, minute,
                             tzinfo=datetime.timezone(datetime.timedelta(hours=9)))
    return int(then.timestamp() - time.time())
