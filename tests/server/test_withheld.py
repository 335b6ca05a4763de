#!/usr/bin/python3
"""A server that withholds: it answers, and says for ever that nothing has changed.  What the site
allowed for as long as the server confirms it stops when nobody confirmed it for too long; all else
stays as it is; and it is said.  The real sekishod and sekisho-fetch, whose clocks run fast.  TAP.

usage: test_withheld.py BUILD_DIR [TEST...]
"""
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import server
import test_site as site
from agent import wait_for
from desk import DONE

SPEED = 30
AGE_LEFT_S = 600  # of the terminal's clock, so a third of a minute
TIMER = ("fresh", "--root", "site/root", "--key", "timer", "--policy", site.TIER + "/policy.ini",
         "--out", site.TIER + "/fresh.ini")
FORM = ("--direction", "read-only", "--duration", "8h", "--purpose", "for the prefecture",
        "--information", "budget", "--personal-data", "no", "--specific-personal-data", "no")


class Office(site.Office):
    """With a timer, and a policy that asks for its word each hour."""

    def init(self, *words, **more):
        self.make_key("timer")
        return super().init(*words, **{**more, "more": ["--fresh-key=timer.pub"]})

    def set_policy(self, exemption):
        text = self.read(site.TIER + "/policy.ini")
        if b"\nmax-age = 1h\n" not in text:
            self.write(site.TIER + "/policy.ini", re.sub(
                rb"\nmode = ", b"\nmax-age = 1h\nmode = ", re.sub(rb"\nmax-age = \S+", b"", text)))
        super().set_policy(exemption)

    def confirm(self, age_s=0):
        """The word of the timer, of so long ago."""
        self.expect(DONE, *TIMER)
        if not age_s:
            return
        name = site.TIER + "/fresh.ini"
        then = int(time.time()) - age_s
        text = re.sub(rb"\nserial = \d+\nissued = \S+\n", b"\nserial = %d\nissued = %s\n" % (
            then, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(then)).encode()),
                      self.read(name).split(b"-----BEGIN")[0])
        self.write(name, text)
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "fresh@sekisho", "-f",
                        self.path("timer"), self.path(name)], check=True, capture_output=True)
        with open(self.path(name + ".sig"), "rb") as file:
            self.write(name, text + file.read())
        os.unlink(self.path(name + ".sig"))

    def permits(self, terminal, number_before=()):
        """A person asks at the terminal, and it is approved: the number."""
        terminal.agent.people.type("request", "--device", "M-1", *FORM)

        def open_ones():
            said = self.expect(DONE, "exemption", "requests", "site")
            return set(re.findall(r"E-[0-9A-Z]{8}", said)) - set(number_before)
        wait_for(open_ones, terminal.said)
        number = open_ones().pop()
        self.approve(DONE, number=number)
        self.publish()
        wait_for(lambda: phase(terminal, number) == "approved", terminal.said)
        return number


def phase(terminal, number):
    found = [row for row in site.exemptions(terminal) if row["id"] == number]
    return found[0]["phase"] if found else None


def withhold(place, web):
    """In the place of the server, with its certificate: whoever took it over."""
    web.stop()
    return place.hostile(lambda method, *request: server.reply(304 if method == "GET" else 201),
                         web.certificate, port=web.port)


def what_the_server_must_confirm_stops_when_it_says_unchanged_for_ever(place):
    web = place.server()
    web.start()
    office = Office(place, web)
    office.set_policy(office.exemption + b"online = required\n")
    office.confirm(3600 - AGE_LEFT_S)
    office.publish()
    terminal = site.Terminal(place, office, "desk-1", 1, office.ticket(), "tanaka")
    terminal.start()
    terminal.wait_joined()
    office.terminal(DONE, "approve", "--all")
    terminal.has_applied(3)
    online = office.permits(terminal)
    office.set_policy(office.exemption)
    offline = office.permits(terminal, [online])
    terminal.has_applied(4, 2 * site.IDLE_MOST_S)
    wait_for(lambda: terminal.agent.records("fresh-taken"), terminal.said)
    assert b"online = on\n" in office.bundle("desk-1")
    before = terminal.agent.read("state/policy.ini")
    terminal.stop()

    hostile = withhold(place, web)
    terminal.agent.speed = SPEED
    terminal.start()
    wait_for(lambda: phase(terminal, online) == "not-here", terminal.said, 120)
    wait_for(lambda: terminal.agent.records("fresh-ended"), terminal.said, 120)
    # It answers all the while, and that is all that sekisho-fetch can say of it.
    asked = len(hostile.requests)
    wait_for(lambda: len(hostile.requests) > asked, terminal.said, 120)
    assert b"no-answer" not in terminal.agent.read("sekisho-fetch/spool/server")
    assert phase(terminal, offline) == "approved"
    assert terminal.agent.read("state/policy.ini") == before
    assert len(terminal.agent.records("fresh-ended")) == 1
    status = terminal.agent.people.type("status", status=1)  # there are problems
    assert "more than the 60 minutes that the policy sets" in status, status
    assert "exemptions that need the server do not count" in status, status
    # Whoever looks at all terminals hears of it, by the next server at the latest.
    wait_for(lambda: any(b"fresh-ended" in request[4] for request in hostile.requests if
                         request[1] == "PUT" and "/status-" in request[2]), terminal.said, 240)
    assert not terminal.agent.records("policy-refused")
    terminal.stop()

    hostile.stop()
    terminal.agent.speed = 1
    office.confirm()
    web.start()
    office.publish()
    terminal.start()
    wait_for(lambda: phase(terminal, online) == "approved", terminal.said, 120)
    terminal.stop()


def ending(test):
    def run(place):
        try:
            test(place)
        finally:
            for one in place.running:
                if isinstance(one, site.Terminal):
                    one.end()
    run.__name__ = test.__name__
    return run


sys.argv[2:] = site.WANTED
server.run_tests([ending(what_the_server_must_confirm_stops_when_it_says_unchanged_for_ever)])
