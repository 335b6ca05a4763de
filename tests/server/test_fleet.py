#!/usr/bin/python3
"""What terminals report, over a real server: the real sekishod, sekisho-fetch, nginx and sekisho-admin,
until it stands in the table; and what a server or another terminal may do to it.  TAP.

usage: test_fleet.py BUILD_DIR
"""
import os
import shutil
import sys

import agent
import server
from test_join import DONE, NO, Office, Terminal
from agent import wait_for


class Site:
    """An office that publishes to an nginx, and terminals that joined over it."""

    def __init__(self, top):
        self.authority = server.Authority(os.path.join(top, "ca"))
        self.server = server.Server(os.path.join(top, "server"), self.authority)
        self.office, self.top, self.terminals = Office(top), top, []
        self.publish()
        self.server.start()

    def publish(self):
        self.office.admin(DONE, "publish", "--folder", self.office.tier, "--to", self.server.root)

    def add(self, name, number, *lines):
        terminal = Terminal(self.top, self.office, name, number, ticket=self.office.ticket())
        shutil.copy(self.authority.path("ca.pem"), terminal.agent.path("etc/server-ca.pem"))
        terminal.agent.write("etc/site.ini", "[site]\nsite = tosu\ntier = my-number\nterminal = %s\n"
                             "source = %s\n%s" % (name, self.server.url, "".join(l + "\n" for l in lines)))
        self.terminals.append(terminal)
        return terminal

    def approve(self):
        """As an administrator who has what came up beside what is published."""
        up = self.office.path("site/up")
        shutil.rmtree(up, ignore_errors=True)
        shutil.copytree(self.server.path("up"), up)
        self.office.terminal(DONE, "approve", *(t.name for t in self.terminals))

    def fleet(self, status, word, *words):
        return self.office.admin(status, "fleet", word, "--up", self.server.path("up"), *words, "site")

    def folder(self, terminal):
        return self.server.path("up/" + self.office.entry(terminal.name)["certificate"])

    def came(self, kind):
        return sorted((folder, name) for folder, name in self.server.up() if name.startswith(kind))

    def start(self):
        for terminal in self.terminals:
            terminal.start()

    def wait_for(self, condition):
        """With looks at once: how long one takes is tested elsewhere."""
        def is_there():
            return condition() or any(terminal.fetcher.hurry() for terminal in self.terminals)

        wait_for(is_there, lambda: "%s\n%s" % (sorted(self.server.up()), "".join(
            t.agent.said() for t in self.terminals)))

    def stop(self):
        for terminal in self.terminals:
            terminal.stop()



def reported(site, terminal):
    """Its reports at the server, the newest last."""
    return sorted(name for name in os.listdir(site.folder(terminal)) if name.startswith("status-"))


def what_terminals_report_stands_in_the_table(top):
    site = Site(top)
    one, other = site.add("desk-17", 1), site.add("desk-18", 2, "records = up")
    try:
        site.start()
        site.wait_for(lambda: len({folder for folder, _ in site.came("status-")}) == 2 and
                      site.came("records-") and len(site.came("join-")) == 2)
        site.stop()
        site.approve()
        output = site.fleet(DONE, "status")
        rows = {line.split()[0]: line.split() for line in output.splitlines() if line.startswith("desk-")}
        assert set(rows) == {"desk-17", "desk-18"}, output
        assert "2 terminals" in output and "1 file" not in output, output
        # Nothing is lost and nothing doubled: what came is the beginning of what the terminal has.
        lines = b"".join(site.server.up()[place].split(b"-----BEGIN SSH")[0] for place in site.came("records-"))
        assert lines and other.agent.read("logs/records-1.jsonl").startswith(lines)
        assert {folder for folder, _ in site.came("records-")} == {os.path.basename(site.folder(other))}
        # The next start is the next number.
        site.start()
        site.wait_for(lambda: len(reported(site, one)) == 2)
        site.stop()
        assert [name[7:19] for name in reported(site, one)] == ["000000000001", "000000000002"]
    finally:
        site.server.stop()


def a_server_or_another_terminal_changes_nothing_in_silence(top):
    site = Site(top)
    one, other = site.add("desk-17", 1), site.add("desk-18", 2)
    try:
        site.start()
        site.wait_for(lambda: len({folder for folder, _ in site.came("status-")}) == 2 and
                      len(site.came("join-")) == 2 and
                      all(t.agent.records("policy-applied") for t in site.terminals))
        site.stop()
        verdicts = [terminal.agent.verdicts() for terminal in site.terminals]
        site.approve()
        site.start()
        site.wait_for(lambda: len(reported(site, one)) >= 2 and len(reported(site, other)) >= 2)
        site.stop()
        before = site.fleet(DONE, "status")
        old, newest = reported(site, one)[0], reported(site, one)[-1]
        # Replayed by another terminal, in its own folder.
        for name in old, newest:
            shutil.copy(os.path.join(site.folder(one), name), site.folder(other))
        assert site.fleet(DONE, "status").split("desk-18")[0] == before.split("desk-18")[0]
        # Written over by the server: it is no report any more, and what fell is told.
        path = os.path.join(site.folder(one), newest)
        with open(path, "rb") as file:
            data = file.read()
        for name in os.listdir(site.folder(other)):
            if name in (old, newest):
                os.unlink(os.path.join(site.folder(other), name))
        with open(path, "wb") as file:
            file.write(data.replace(b"second-factor = off", b"second-factor = on"))
        output = site.fleet(DONE, "status")
        assert "1 file that is no report" in output and "the number of its reports fell" in output, output
        assert "desk-17" in site.fleet(NO, "alerts")
        # To the terminals it is nothing at all: they report on, and what decides there is as it was.
        n = len(reported(site, one))
        site.publish()
        site.start()
        site.wait_for(lambda: len(reported(site, one)) > n)
        site.stop()
        assert [terminal.agent.verdicts() for terminal in site.terminals] == verdicts
    finally:
        site.server.stop()


if __name__ == "__main__":
    sys.exit(agent.tap(globals()))
