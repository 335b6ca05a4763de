#!/usr/bin/python3
"""A whole site on loopback, as its people work with it: the real nginx with TLS, sekishod,
sekisho-fetch, sekisho and sekisho-admin.  From a ticket to a terminal whose policy changes, whose
people ask for exemptions, and whose server goes away and comes back.  Needs no root and no network;
every signature is by the real ssh-keygen.  TAP.

usage: test_site.py BUILD_DIR [TEST...]

With LONG=1 in the environment the whole: fifty changes, an hour without the server, and how long
things took decides. Without, a sample of it, and no time decides.
"""
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import agent
import server
from agent import Agent, Fetcher, People, wait_for

sys.path.insert(0, os.path.join(server.ROOT, "tests/admin"))
WANTED = sys.argv[2:]
sys.argv[1:] = [os.path.join(server.BUILD, "sekisho-admin")]
import approver  # pylint: disable=wrong-import-position
from desk import DONE, NO  # pylint: disable=wrong-import-position

TIER = approver.TIER
# One person's PC is looked at once a minute, and a few seconds later; see sekisho-fetch(8).
IDLE_S, IDLE_MOST_S = 60, 72
LATE_S = IDLE_MOST_S + 15
IS_LONG = os.environ.get("LONG") == "1"
TERMINALS, CHANGES = (10, 5) if IS_LONG else (3, 1)
LAST_OF_A_LOOK = "GET /sekisho/tosu/terminals/%s/exemptions.ini 404"
# Of the terminal's clock, which runs so many times as fast.
AWAY_S, SPEED = 3600 if IS_LONG else 1200, 30


class Office(approver.Approvers):
    """The administrators' desk; what terminals send lies in their folder as on a share."""

    def __init__(self, place, web):
        self.web = web
        os.makedirs(place.path("office"))
        super().__init__(place.path("office"))
        os.symlink(web.path("up"), self.path("site/up"))
        self.write("ledger.csv", "管理番号,シリアル番号,VID_PID\r\nM-1,001A92053B6A,0951:1666\r\n".encode())
        self.expect(DONE, "media", "import", "--site=tosu", "--tier=my-number", "--ledger",
                    "ledger.csv", TIER)
        for who in "suzuki", "tanaka":
            self.expect(DONE, "media", "sign", "--key", who, TIER)
        self.publish()

    def publish(self):
        """When it began."""
        began = time.monotonic()
        self.expect(DONE, "publish", "--folder", TIER, "--to", self.web.root)
        return began

    def terminal(self, status, word, *words):
        return self.expect(status, "terminal", word, "--folder", TIER, *words)

    def ticket(self, *words):
        name = "ticket-%d" % len(os.listdir(self.folder))
        self.terminal(DONE, "ticket", "--out", name, *words)
        return name

    def next_policy(self):
        """Another serial, signed by two."""
        self.set_policy(self.exemption)
        return int(re.search(rb"\nserial = (\d+)", self.read(f"{TIER}/policy.ini")).group(1))


class Terminal:
    """A PC that joins by what sekisho join writes."""

    def __init__(self, place, office, name, number, ticket, person=None):
        self.name, self.office = name, office
        self.agent = Agent(place.path(name), number)
        self.fetcher = Fetcher(self.agent)
        etc = self.agent.path("root/etc")
        os.makedirs(etc)
        os.symlink(self.agent.path("etc"), etc + "/sekisho")
        done = subprocess.run(
            [server.BUILD + "/sekisho", "join", "--root", self.agent.path("root"), office.web.url,
             "--ca", place.authority.path("ca.pem"), "--trust", office.path("site/root/1.ini"),
             "--tier", "my-number", "--terminal", name, "--ticket", office.path(ticket), "--yes"],
            capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stdout + done.stderr
        # No syslog carries the records on.
        self.agent.write("etc/site.ini", self.agent.read("etc/site.ini") + b"records = up\n")
        if person:
            self.agent.people = People(self.agent, person)
        place.running.append(self)

    def start(self):
        self.agent.start()
        self.fetcher.start()

    def stop(self):
        self.fetcher.stop()
        assert self.agent.stop() == 0

    def end(self):
        """Whatever became of it."""
        if self.agent.people:
            self.agent.people.stop()

    def has_ticket(self):
        return os.path.exists(self.agent.path("etc/join-ticket"))

    def waiting(self):
        """What is to go up."""
        return sorted(name for name in os.listdir(self.agent.path("state/up")) if name[0] != ".")

    def said(self):
        return self.agent.said() + self.agent.read("stderr-fetch").decode()

    def applied(self):
        """Serials of the policies that were put in force, in order."""
        return [int(record["policy"]["version"]) for record in self.agent.records("policy-applied")
                if "policy" in record]

    def has_applied(self, serial, patience=agent.PATIENCE):
        wait_for(lambda: serial in self.applied(), lambda: "%s has %s\n%s" % (
            self.name, self.applied(), self.said()), patience)

    def has_media(self):
        """The list comes with the policy, and is judged after it."""
        wait_for(lambda: self.agent.records("media-applied"), self.said)

    def wait_records(self, office):
        """Until all records that there are have come up. Once each, as they stand in the log."""
        def log():
            names = sorted(os.listdir(self.agent.path("logs")))
            return b"".join(self.agent.read("logs/" + name) for name in names
                            if name.endswith(".jsonl"))

        def there():
            found = {name: text for (_, name), text in office.web.up().items()
                     if name.startswith("records-")}
            return b"".join(found[name].split(b"-----BEGIN SSH SIG")[0] for name in sorted(found))

        wait_for(lambda: there() and log() == there(), lambda: "records: %d of %d bytes" % (
            len(there()), len(log())))

    def wait_joined(self):
        wait_for(lambda: not self.has_ticket(), self.said)


def begin(place, n=1, person=None, apart_s=0):
    """A site with its server, and terminals that joined; apart_s between their starts."""
    web = place.server()
    web.start()
    office = Office(place, web)
    ticket = office.ticket("--count", str(n))
    terminals = [Terminal(place, office, "desk-%d" % i, i, ticket, person) for i in
                 range(1, n + 1)]
    for terminal in terminals:
        terminal.start()
        time.sleep(apart_s)
    for terminal in terminals:
        terminal.wait_joined()
    return office, terminals


def a_terminal_joins_over_the_server_and_gets_its_policy(place):
    office, (terminal,) = begin(place)
    output = office.expect(DONE, "terminal", "requests", "site")
    key = terminal.agent.terminal()["key"]
    assert key in output and "may be approved" in output, output
    assert office.terminal(DONE, "approve", "--all").count("has joined") == 1
    entry = office.read(TIER + "/terminals/desk-1/terminal.ini").decode()
    # nginx knows it by the very certificate that the request names.
    assert "certificate = %s\n" % os.listdir(office.web.path("up"))[0] in entry
    terminal.has_applied(2)
    # Its report says so, and is believed by the key that joined.
    wait_for(lambda: "1 apply it" in fleet(office), lambda: fleet(office))
    assert re.search(r"^desk-1 +2 ", fleet(office), re.M), fleet(office)
    # The records come whole and in order.
    terminal.wait_records(office)
    terminal.stop()


def fleet(office):
    """What the administrators see, whatever the answer is."""
    return office.run("fleet", "status", TIER)[1]


def a_ticket_used_once_too_often_lets_nobody_in(place):
    web = place.server()
    web.start()
    office = Office(place, web)
    ticket = office.ticket("--count", "2")
    terminals = [Terminal(place, office, "desk-%d" % n, n, ticket) for n in range(1, 4)]
    for terminal in terminals:
        terminal.start()
        terminal.wait_joined()
        terminal.has_applied(2)
        terminal.has_media()
        terminal.stop()
    verdicts = [terminal.agent.verdicts() for terminal in terminals]
    output = office.terminal(NO, "approve", "--all")
    assert output.count("has joined") == 2 and "as often as it may" in output, output
    # It changes nothing anywhere: not at those who joined, not at who did not.
    office.publish()
    for terminal in terminals:
        looks = office.web.requests().count(LAST_OF_A_LOOK % terminal.name)
        terminal.start()
        wait_for(lambda t=terminal, n=looks: office.web.requests().count(LAST_OF_A_LOOK % t.name) > n
                 or t.fetcher.hurry(), terminal.said)
        terminal.stop()
    assert [terminal.agent.verdicts() for terminal in terminals] == verdicts
    assert sorted(os.listdir(office.path(TIER + "/terminals"))) == sorted(
        re.findall(r"(?m)^(desk-\d) +has joined", output)), output


def a_copied_disk_is_another_terminal_to_the_server_too(place):
    office, (terminal,) = begin(place)
    office.terminal(DONE, "approve", "--all")
    terminal.has_applied(2)
    terminal.has_media()
    terminal.stop()
    verdicts = terminal.agent.verdicts()
    entry = office.read(TIER + "/terminals/desk-1/terminal.ini")
    folders = os.listdir(office.web.path("up"))
    terminal.agent.is_on(99)
    terminal.agent.write("etc/join-ticket", office.read(office.ticket()), 0o600)
    terminal.start()
    terminal.wait_joined()
    assert terminal.agent.records("terminal-copied")
    # With another certificate, so not into the folder of the original.
    assert len(set(os.listdir(office.web.path("up"))) - set(folders)) == 1
    assert "another PC is called desk-1" in office.expect(DONE, "terminal", "requests", "site")
    office.terminal(NO, "approve", "desk-1")
    terminal.stop()
    # What decides on the copy is what decided on the original, which is still the terminal.
    assert terminal.agent.verdicts() == verdicts
    assert office.read(TIER + "/terminals/desk-1/terminal.ini") == entry


def a_policy_reaches_all_terminals_within_their_look(place):
    """Some terminals, several times each. Their looks are spread over the minute, and so is when it is
    published: who publishes as soon as the last one has the one before waits for whole minutes."""
    office, terminals = begin(place, TERMINALS, apart_s=IDLE_S / TERMINALS if IS_LONG else 0)
    office.terminal(DONE, "approve", "--all")
    for terminal in terminals:
        terminal.has_applied(2)
    took = []
    for _ in range(CHANGES):
        serial = office.next_policy()
        time.sleep(random.uniform(0, IDLE_S) if IS_LONG else 0)
        began = office.publish()
        waiting = list(terminals)
        while waiting:
            assert time.monotonic() - began < agent.PATIENCE, [t.name for t in waiting]
            for terminal in list(waiting):
                if serial in terminal.applied():
                    took.append(time.monotonic() - began)
                    waiting.remove(terminal)
                    if took[-1] > LATE_S:
                        print("# late: " + terminal.name + terminal.said().replace("\n", "\n# "))
            time.sleep(0.2)
    print("# from publish to applied, %d times: median %.1f s, at most %.1f s"
          % (len(took), statistics.median(took), max(took)))
    assert len(took) == TERMINALS * CHANGES and (not IS_LONG or max(took) < LATE_S)
    for terminal in terminals:
        # Each once, in order, and nothing refused.
        assert terminal.applied() == sorted(set(terminal.applied())), terminal.applied()
        assert not terminal.agent.records("policy-refused")


def reports(office):
    """What came up as reports, in order: what each says is applied."""
    return [dict(re.findall(r"(?m)^([a-z-]+) = (\d+)", text.decode()))
            for (_, name), text in sorted(office.web.up().items(), key=lambda item: item[0][1])
            if name.startswith("status-")]


def exemptions(terminal):
    return json.loads(terminal.agent.people.type("exemptions", "--json"))


def an_exemption_is_asked_for_approved_and_here_in_five_seconds(place):
    office, (terminal,) = begin(place, person="tanaka")
    office.terminal(DONE, "approve", "--all")
    terminal.has_applied(2)
    terminal.has_media()
    took = []
    for n in range(3):
        terminal.agent.people.type(
            "request", "--device", "M-1", "--direction", "read-only", "--duration", "30",
            "--purpose", "for the prefecture", "--information", "budget", "--personal-data", "no",
            "--specific-personal-data", "no")
        wait_for(lambda: "nothing is asked for" not in office.expect(
            DONE, "exemption", "requests", "site"), terminal.said)
        number = re.search(r"E-[0-9A-Z]{8}", office.expect(DONE, "exemption", "requests",
                                                           "site")).group()
        office.approve(DONE, number=number)
        began = office.publish()
        wait_for(lambda: len(terminal.agent.records("exemption-received")) > n, terminal.said)
        took.append(time.monotonic() - began)
        assert [e for e in exemptions(terminal) if e["id"] == number and
                e["phase"] == "approved"], exemptions(terminal)
    print("# from publish to usable: %s s" % " ".join("%.1f" % t for t in took))
    assert not IS_LONG or max(took) <= 5, took
    assert len(terminal.agent.records("exemption-requested")) == 3
    terminal.stop()


def while_the_server_is_away_nothing_is_lost_and_nothing_doubled(place):
    """An hour of the terminal's clock, which runs faster meanwhile."""
    office, (terminal,) = begin(place, person="tanaka")
    office.terminal(DONE, "approve", "--all")
    terminal.has_applied(2)
    terminal.has_media()
    terminal.stop()
    before = set(office.web.up())
    office.web.stop()
    terminal.agent.speed = SPEED
    terminal.start()
    began = time.monotonic()
    terminal.agent.people.type(
        "request", "--device", "M-1", "--direction", "read-only", "--duration", "30",
        "--purpose", "while it is away", "--information", "budget", "--personal-data", "no",
        "--specific-personal-data", "no")
    serial = office.next_policy()
    wait_for(lambda: b"ok" not in terminal.agent.read("sekisho-fetch/spool/server"), "no answer")
    time.sleep(max(0, AWAY_S / SPEED - (time.monotonic() - began)))
    # sekishod guards on, by what it had.
    assert terminal.agent.process.poll() is None and terminal.fetcher.process.poll() is None
    assert serial not in terminal.applied()
    waiting = terminal.waiting()
    assert [name for name in waiting if name.startswith("request-")], waiting
    assert [name for name in waiting if name.startswith("records-")], waiting
    assert len([name for name in waiting if name.startswith("status-")]) == 1, waiting
    assert set(office.web.up()) == before
    office.web.start()
    office.publish()
    terminal.has_applied(serial)
    # All that waited, and what was said of the change, went up.
    wait_for(lambda: str(serial) in (r.get("policy-serial") for r in reports(office)) and not terminal.waiting(),
             terminal.said)
    terminal.wait_records(office)
    there = [name for _, name in office.web.up()]
    for kind in "request-", "join-":
        assert len([name for name in there if name.startswith(kind)]) == 1, there
    # Each under its own name, which holds what is in it; each number once.
    assert len(set(there)) == len(there), there
    numbers = sorted(name[:20] for name in there if name.startswith(("status-", "records-")))
    assert len(set(numbers)) == len(numbers), numbers
    assert not [name for name in waiting if not name.startswith("status-") and name not in there]
    assert terminal.applied().count(serial) == 1
    assert len(terminal.agent.records("exemption-requested")) == 1
    output = office.expect(DONE, "exemption", "requests", "site")
    assert len(set(re.findall("E-[0-9A-Z]{8}", output))) == 1 and "while it is away" in output, output
    minutes = (time.monotonic() - began) * SPEED / 60
    print("# %.0f minutes of the terminal, %.0f of them without the server: %d files came up, none twice"
          % (minutes, AWAY_S / 60, len(there) - len(before)))
    terminal.stop()


def main():
    tests = [a_terminal_joins_over_the_server_and_gets_its_policy,
             a_ticket_used_once_too_often_lets_nobody_in,
             a_copied_disk_is_another_terminal_to_the_server_too,
             a_policy_reaches_all_terminals_within_their_look,
             an_exemption_is_asked_for_approved_and_here_in_five_seconds,
             while_the_server_is_away_nothing_is_lost_and_nothing_doubled]
    sys.argv[2:] = WANTED

    def ending(test):
        def run(place):
            try:
                test(place)
            finally:
                agent.end_all()
                for one in place.running:
                    if isinstance(one, Terminal):
                        one.end()
        run.__name__ = test.__name__
        return run

    server.run_tests([ending(test) for test in tests])


if __name__ == "__main__":
    main()
