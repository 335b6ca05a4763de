#!/usr/bin/python3
"""A stolen key, walked through as in an incident: the real sekisho-admin, nginx, sekisho-fetch and
sekishod. What README.md says of it (packaging/server) is what is typed here.

usage: test_rotate.py BUILD

Prints TAP.  Needs no root.
"""
import functools
import os
import shutil
import sys
import time

sys.dont_write_bytecode = True
import server
import agent as agents
import published  # changes sys.argv for what comes next

import approver
import desk as desks
from desk import DONE, NO, UNKNOWN

TIER = approver.TIER
RUNNING = []


class Terminal:
    """A terminal that fetches over TLS, and looks when it is told: each look is a poll."""

    def __init__(self, desk, nginx, name, number):
        self.name, self.nginx = name, nginx
        self.agent = agents.Agent(desk.path(name), number)
        self.fetcher = agents.Fetcher(self.agent)
        self.agent.write("etc/root.ini", desk.read("site/root/1.ini"))
        with open(nginx.authority.path("ca.pem"), "rb") as file:
            self.agent.write("etc/server-ca.pem", file.read())
        self.agent.write("etc/site.ini", "[site]\nsite = tosu\ntier = my-number\nterminal = %s\n"
                         "source = %s\n" % (name, nginx.url))
        self.events = 0
        self.agent.start()
        self.fetcher.start()

    def looks(self):
        """Full ones: only these ask for tokens."""
        return sum(f"/terminals/{self.name}/tokens.ini" in line for line in self.nginx.requests())

    def poll(self):
        """What happens once a minute, at once: a full look is the first of a sekisho-fetch."""
        before = self.looks()
        self.fetcher.stop()
        self.fetcher.start()
        server.wait_for(lambda: self.looks() > before or self.hurry(), f"a look of {self.name}")

    def hurry(self):
        self.events += 1
        self.agent.write("run/pace", f"idle\nevent {1000 + self.events}\n")
        time.sleep(0.2)

    def events_of(self, event, text=""):
        return [record for record in self.agent.records(event) if text in str(record)]

    def learns(self, event, text, polls=2):
        """It records that, at the latest after so many polls."""
        for _ in range(polls):
            self.poll()
        server.wait_for(lambda: self.events_of(event, text), f"{event} {text} at {self.name}; it "
                        "recorded " + str([(e, len(self.agent.records(e))) for e in (
                            "root-applied", "root-refused", "exemption-received",
                            "exemption-refused", "policy-applied", "exemption-revoked")]))

    def stop(self):
        self.fetcher.stop()
        self.agent.stop()


class Office(approver.Approvers):
    """Approvers with a server, two terminals and a thief who has what lies on the server."""

    def begin(self):
        self.nginx = server.Server(self.path("nginx"), server.Authority(self.path("ca")))
        self.nginx.start()
        RUNNING.append(self.nginx)
        self.make_key("kondo-new")
        self.publish()
        self.terminals = [Terminal(self, self.nginx, name, number)
                          for number, name in enumerate(("desk-17", "desk-18"), 1)]
        RUNNING.extend(self.terminals)
        for terminal in self.terminals:
            terminal.learns("policy-applied", "")

    def publish(self, status=DONE):
        return self.expect(status, "publish", "--folder", TIER, "--to", self.nginx.root)

    def steal(self):
        """The site as it is now, in the hands of who has kondo's key and the server."""
        shutil.copytree(self.path("site"), self.path("thief/site"))
        for name in "kondo", "kondo.pub":
            shutil.copy(self.path(name), self.path("thief/" + name))

    def forge(self, terminal, purpose):
        """An exemption by the stolen key, straight onto the server: one that nobody need have asked
        for. Its number."""
        at_home = self.folder
        self.folder = self.path("thief")
        try:
            number = self.prepare(terminal, purpose=purpose)
            forged = self.read(f"{TIER}/terminals/{terminal}/exemptions.ini")
        finally:
            self.folder = at_home
        self.nginx.put(f"terminals/{terminal}/exemptions.ini", forged)
        return number


def a_stolen_approvers_key_opens_nothing_after_two_polls(desk):
    desk.begin()
    one, two = desk.terminals
    honest = desk.prepare()
    desk.publish()
    one.learns("exemption-received", honest)
    desk.steal()
    forged = desk.forge("desk-18", "one")
    two.learns("exemption-received", forged)

    # It is noticed.
    desk.expect(DONE, "rotate", "key", "kondo.pub", "--new", "kondo-new.pub", "--folder", "site",
                says=["kondo has signed with this key:\n  exemption  site/my-number/terminals/"
                      "desk-17/exemptions.ini", "1 documents", "kondo loses the key "
                      + desk.fingerprint("kondo"), "kondo gets the key "])
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    desk.expect(DONE, "verify", "site/root/2.ini")
    desk.publish()
    for terminal, number in (one, honest), (two, forged):
        terminal.learns("root-applied", "serial 2 ")
        refused = terminal.events_of("exemption-refused", desk.fingerprint("kondo"))
        assert len(refused) == 1 and "unknown-key" in str(refused), (number, refused)

    # What was honest is prepared anew.
    desk.expect(DONE, "exemption", "list", "site", says=[honest, "terminals refuse it"])
    desk.expect(DONE, "exemption", "revoke", honest, "--reason", "鍵の盗難", "--key", "mori",
                "--folder", "site", "--yes")
    anew = desk.prepare(key="kondo-new")
    desk.publish()
    one.learns("exemption-received", anew)

    # The thief goes on: forges, makes up a root, and shows the server as it was.
    late = desk.forge("desk-18", "another")
    two.poll()
    two.poll()
    assert late.encode() in two.agent.read("sekisho-fetch/spool/exemptions.ini")
    root = desk.read("site/root/2.ini")
    desk.nginx.put("root/3.ini", root.replace(b"\nserial = 2\n", b"\nserial = 3\n"))
    two.learns("root-refused", "3.ini")
    for name in "root/2.ini", "root/3.ini", "revocations.ini":
        os.unlink(desk.nginx.path(name))
    desk.nginx.put("terminals/desk-17/exemptions.ini",
                   desk.read(f"thief/{TIER}/terminals/desk-17/exemptions.ini"))
    for terminal in one, two:
        terminal.poll()
        terminal.poll()
        assert len(terminal.agent.records("root-applied")) == 1
    assert len(one.events_of("exemption-received", honest)) == 1
    assert not two.events_of("exemption-received", late)
    for terminal in desk.terminals:
        terminal.agent.stop()
        terminal.agent.start()
        terminal.poll()
    assert len(one.events_of("exemption-received", honest)) == 1
    assert len(two.agent.records("exemption-received")) == 1


def a_stolen_key_of_who_signs_policies_is_replaced_with_what_it_signed(desk):
    """Two administrators with a key for every day and one in the safe."""
    shutil.rmtree(desk.path("site"))
    for name in "suzuki-safe", "tanaka-safe", "suzuki-new":
        desk.make_key(name)
    desk.init(people=("suzuki", "suzuki-safe", "tanaka", "tanaka-safe"))
    for name in "site/root/1.ini", f"{TIER}/policy.ini":
        desk.sign(name, "suzuki", "tanaka")
    desk.begin()
    old = desk.read(f"{TIER}/policy.ini")
    for words, says in ((["SHA256:short"], "is no fingerprint"), (["suzuki"], ""), ([], "which key"),
                        (["suzuki-new.pub"], "names no key")):
        desk.expect(NO if says == "names no key" else UNKNOWN, "rotate", "key", *words, "--folder",
                    "site", says=says)
    desk.expect(DONE, "rotate", "key", desk.fingerprint("suzuki"), "--new", "suzuki-new.pub",
                "--folder", "site", says=["policy     site/my-number/policy.ini", "1 documents"])
    desk.expect(NO, "rotate", "key", "suzuki.pub", "--folder", "site", says="already")
    desk.expect(DONE, "rotate", "root", "--root", "site/root", "--remove-key",
                desk.fingerprint("suzuki"), "--add-key", "suzuki=suzuki-new.pub", "--redo")
    desk.sign("site/root/2.ini", "suzuki-safe", "tanaka")
    output = desk.publish(NO)
    assert "policy.ini is refused (unknown-key)" in output, output
    assert not os.path.exists(desk.nginx.path("root/2.ini")), "never the root without the policy"
    desk.sign(f"{TIER}/policy.ini", "suzuki-new", options=["--raise"])
    desk.sign(f"{TIER}/policy.ini", "tanaka")
    desk.publish()
    for terminal in desk.terminals:
        terminal.learns("root-applied", "serial 2 ")
        terminal.learns("policy-applied", "serial 2 ")

    # Who has the old key, and somebody who signs what he is shown, cannot go on from there.
    policy = old.split(b"-----BEGIN")[0].replace(b"\nserial = 1\n", b"\nserial = 3\n")
    os.makedirs(desk.path("thief/root"))
    shutil.copy(desk.path("site/root/1.ini"), desk.path("thief/root/1.ini"))
    desk.write("thief/policy.ini", policy)
    desk.sign("thief/policy.ini", "suzuki", "tanaka")
    desk.nginx.put("policy.ini", desk.read("thief/policy.ini"))
    for terminal in desk.terminals:
        terminal.learns("policy-refused", desk.fingerprint("suzuki"))
        assert not terminal.events_of("policy-applied", "serial 3 ")


def with_end(function):
    """So that nothing runs on when its folder goes."""
    @functools.wraps(function)
    def wrapped(desk):
        try:
            function(desk)
        finally:
            while RUNNING:
                RUNNING.pop().stop()
    return wrapped


if __name__ == "__main__":
    desks.run = lambda function, desk, run=desks.run: run(with_end(function), desk)
    sys.exit(desks.main(globals(), Office))
