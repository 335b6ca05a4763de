#!/usr/bin/python3
"""Joining from end to end: the real sekishod, sekisho-fetch and sekisho-admin, from a ticket to an
entry in the folder of the tier.  Needs no root and no network.  TAP.

usage: test_join.py BUILD_DIR
"""
import hashlib
import os
import re
import shutil
import struct
import subprocess
import sys
import time

import agent
from agent import Agent, Fetcher, wait_for

ADMIN = agent.BUILD + "/sekisho-admin"
DONE, NO = 0, 1


class Office:
    """A site's folder with signed documents, and who works on it."""

    def __init__(self, top):
        self.top = os.path.join(top, "office")
        os.makedirs(self.top)
        for who in "suzuki", "tanaka":
            self.do("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", who)
        self.admin(DONE, "site", "init", "--site=tosu", "--tier=my-number",
                   "--person=suzuki=suzuki.pub", "--person=tanaka=tanaka.pub", "site")
        self.tier = self.path("site/my-number")
        for name in "site/root/1.ini", "site/my-number/policy.ini":
            for who in "suzuki", "tanaka":
                self.admin(DONE, "sign", "--yes", "--key", who, name)

    def path(self, name):
        return os.path.join(self.top, name)

    def do(self, *words):
        done = subprocess.run(words, cwd=self.top, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=900, env={**os.environ, "TZ": "Asia/Tokyo"})
        return done.returncode, done.stdout + done.stderr

    def admin(self, status, *words):
        got, output = self.do(ADMIN, *words)
        assert got == status, f"{words}: {got}\n{output}"
        return output

    def write(self, name, text):
        with open(self.path(name), "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def terminal(self, status, word, *words):
        return self.admin(status, "terminal", word, "--folder", self.tier, *words)

    def ticket(self, *words):
        name = "ticket-%d" % len(os.listdir(self.top))
        self.terminal(DONE, "ticket", "--out", name, *words)
        with open(self.path(name), encoding="ascii") as file:
            return file.read()

    def requests(self):
        return self.admin(DONE, "terminal", "requests", self.path("site"))

    def entry(self, name):
        with open(self.path(f"site/my-number/terminals/{name}/terminal.ini"),
                  encoding="utf-8") as file:
            return dict(line.rstrip("\n").split(" = ", 1) for line in file if " = " in line)


class Terminal:
    """A terminal whose source is the site's folder."""

    def __init__(self, top, office, name, number=1, ticket=None):
        self.name, self.office = name, office
        self.agent = Agent(os.path.join(top, name), number)
        self.fetcher = Fetcher(self.agent)
        with open(office.path("site/root/1.ini"), "rb") as root:
            self.agent.write("etc/root.ini", root.read())
        self.agent.write("etc/site.ini", "[site]\nsite = tosu\ntier = my-number\nterminal = %s\n"
                         "source = file://%s\n" % (name, office.path("site")))
        if ticket:
            self.give(ticket)

    def give(self, ticket):
        self.agent.write("etc/join-ticket", ticket, 0o600)

    def has_ticket(self):
        return os.path.exists(self.agent.path("etc/join-ticket"))

    def start(self):
        self.agent.start()
        self.fetcher.start()

    def stop(self):
        self.fetcher.stop()
        assert self.agent.stop() == 0

    def waiting(self):
        return [name for name in os.listdir(self.agent.path("state/up")) if name[0] != "."]

    def ask(self):
        """Until its request is there and it knows that."""
        self.start()
        wait_for(lambda: not self.has_ticket(), self.agent.said)
        self.stop()


def a_terminal_joins_and_its_ticket_goes(top):
    office = Office(top)
    terminal = Terminal(top, office, "desk-17", ticket=office.ticket())
    # What the disk keeps of it.
    os.link(terminal.agent.path("etc/join-ticket"), terminal.agent.path("blocks"))
    terminal.start()
    # The documents come the same way, and the policy is in force.
    wait_for(lambda: not terminal.has_ticket() and terminal.agent.records("policy-applied"),
             terminal.agent.said)
    terminal.stop()
    assert not terminal.agent.read("blocks").strip(b"\0")
    key = terminal.agent.terminal()["key"]
    assert key in office.requests()
    assert not terminal.waiting()
    assert len(terminal.agent.records("terminal-asked")) == 1
    office.terminal(DONE, "approve", "desk-17")
    entry = office.entry("desk-17")
    assert entry["key"] == key and entry["machine"] == terminal.agent.terminal()["machine"], entry
    # It does not ask again.
    terminal.start()
    terminal.stop()
    assert len(terminal.agent.records("terminal-asked")) == 1


def ssh_keygen_believes_what_it_signs(top):
    office = Office(top)
    terminal = Terminal(top, office, "desk-17", ticket=office.ticket())
    terminal.ask()
    folder = office.path("site/up/desk-17")
    with open(os.path.join(folder, os.listdir(folder)[0]), "rb") as file:
        text, mark, signature = file.read().partition(b"-----BEGIN SSH SIGNATURE-----\n")
    public = text.split(b"\nkey = ")[1].split(b"\n")[0]
    for name, content in (("signers", b"terminal ssh-ed25519 " + public + b"\n"),
                          ("signature", mark + signature)):
        with open(office.path(name), "wb") as file:
            file.write(content)
    said = subprocess.run(["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "terminal", "-n",
                           "report@sekisho", "-s", "signature"], cwd=office.top, input=text,
                          capture_output=True)
    assert said.returncode == 0, said.stdout + said.stderr


def while_the_source_is_away_it_waits_with_its_ticket(top):
    office = Office(top)
    terminal = Terminal(top, office, "desk-17", ticket=office.ticket())
    os.rename(office.path("site"), office.path("away"))
    terminal.start()
    wait_for(terminal.waiting, "a request")
    name = terminal.waiting()
    assert terminal.has_ticket()
    # A power cut: what it asks is made anew, and there is one.
    terminal.fetcher.stop()
    terminal.agent.stop(9)
    time.sleep(1)
    terminal.start()
    assert len(terminal.waiting()) == 1 and terminal.waiting() != name
    os.rename(office.path("away"), office.path("site"))
    terminal.agent.write("run/pace", "waiting\n")
    wait_for(lambda: not terminal.has_ticket(), terminal.agent.said)
    terminal.stop()
    office.terminal(DONE, "approve", "desk-17")


def a_ticket_that_was_mistyped_is_kept_and_said(top):
    office = Office(top)
    ticket = office.ticket()
    wrong = ticket[:15] + ("0" if ticket[15] != "0" else "1") + ticket[16:]
    terminal = Terminal(top, office, "desk-17", ticket=wrong)
    terminal.start()
    wait_for(lambda: "cannot ask to join" in terminal.agent.said(), "a complaint")
    assert ticket[12:20] not in terminal.agent.said()
    assert terminal.has_ticket() and not terminal.waiting()
    terminal.stop()
    terminal.give(ticket)
    terminal.ask()


def join(terminal, office, *words, status=0, says="", never="!", typed=""):
    """sekisho join, below a folder of its own in place of /."""
    done = subprocess.run([agent.BUILD + "/sekisho", "join", "--root", terminal.agent.top, *words],
                          cwd=office.top, input=typed, capture_output=True, text=True, timeout=900,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    output = done.stdout + done.stderr
    assert done.returncode == status and says in output and never not in output, \
        f"{words}: {done.returncode}\n{output}"
    return output


def what_sekisho_join_writes_is_what_it_needs(top):
    office = Office(top)
    terminal = Terminal(top, office, "desk-17")
    ticket = office.ticket()
    office.write("ticket", ticket)
    etc = terminal.agent.path("etc/sekisho")
    shutil.rmtree(terminal.agent.path("etc"))
    os.makedirs(etc)
    url = "file://" + office.path("site")
    words = [url, "--trust", "site/root/1.ini", "--tier", "my-number", "--terminal", "desk-17",
             "--ticket", "ticket"]
    for left_out, says in (("--trust", "trusts nobody yet"), ("--tier", "Say --tier")):
        at = words.index(left_out)
        join(terminal, office, *words[:at], *words[at + 2:], "--yes", status=2, says=says)
    for option, value, says in (
            ("--trust", "site/my-number/policy.ini", "policy.ini"), ("--trust", "none", "cannot be read"),
            ("--tier", "all", "site.ini:3:8"), ("--terminal", "Desk", "site.ini:4:12"),
            ("--ticket", "site/root/1.ini", "no ticket"), ("--ticket", "none", "cannot be read"),
            ("--pin", "x", "site.ini:6:7"), ("--proxy", "ftp://x", "site.ini:6:9"),
            ("--ca", "ticket", "holds no certificate")):
        join(terminal, office, *words, option, value, "--yes", status=2, says=says, never=ticket[11:30])
    join(terminal, office, "http://x", *words[1:], "--yes", status=2, says="site.ini:5:10")
    join(terminal, office, "https://x", *words[1:], "--yes", status=2, says="--ca FILE")
    join(terminal, office, *words, status=1, typed="n\n", says="Nothing was changed")
    join(terminal, office, *words, status=1, says="Nothing was changed")
    assert os.listdir(etc) == []
    sha256 = subprocess.run([agent.BUILD + "/sekisho", "sha256", "site/root/1.ini"], cwd=office.top,
                            capture_output=True, text=True).stdout.split("SHA-256: ")[1].strip()
    join(terminal, office, *words, typed="y\n", says=sha256)
    assert sorted(os.listdir(etc)) == ["join-ticket", "root.ini", "site.ini"]
    assert os.stat(etc + "/join-ticket").st_mode & 0o777 == 0o600
    # Another root is somebody else's.
    office.write("other.ini", office.read("site/root/1.ini").replace(b"\n-----END", b"\n\n-----END", 1))
    join(terminal, office, url, "--trust", "other.ini", "--ticket", "ticket", "--yes", status=2,
         says="trusts another root already")
    # What site.ini says already need not be said again.
    join(terminal, office, url, "--ticket", "-", typed=ticket + "y\n")
    # And the agent finds it so.
    for name in os.listdir(etc):
        os.rename(os.path.join(etc, name), terminal.agent.path("etc/" + name))
    terminal.ask()
    office.terminal(DONE, "approve", "desk-17")


def a_terminal_that_is_decommissioned_keeps_nothing_and_says_so(top):
    office = Office(top)
    terminal = Terminal(top, office, "desk-17", ticket=office.ticket())
    terminal.ask()
    office.terminal(DONE, "approve", "desk-17")
    key = terminal.agent.terminal()["key"]
    machine = os.path.join(top, "pc")
    for name, place in (("etc", "etc/sekisho"), ("state", "var/lib/sekisho"),
                        ("logs", "var/log/sekisho"), ("sekisho-fetch", "run/sekisho-fetch")):
        os.makedirs(os.path.dirname(os.path.join(machine, place)), exist_ok=True)
        os.rename(terminal.agent.path(name), os.path.join(machine, place))
    state = os.path.join(machine, "var/lib/sekisho")
    with open(state + "/ports-before", "w", encoding="ascii") as file:
        file.write("usb1 1\n")

    def decommission(*words, typed=""):
        done = subprocess.run([agent.BUILD + "/sekisho", "decommission", "--root", machine, *words],
                              input=typed, capture_output=True, text=True, timeout=900,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        return done.returncode, done.stdout, done.stderr

    for typed in "", "y\n", "desk-18\n":
        code, certificate, said = decommission(typed=typed)
        assert (code, certificate) == (1, "") and "Nothing was changed" in said, said
    assert os.path.exists(state + "/terminal/sign.key")
    code, certificate, said = decommission(typed="desk-17\n")
    assert code == 0, said
    left = [os.path.join(folder, name) for folder, _, names in os.walk(machine) for name in names]
    assert sorted(os.path.relpath(path, machine) for path in left) == [
        "var/lib/sekisho/ports-before", "var/log/sekisho/records-1.jsonl"], left
    # It is the certificate of the key that joined, and of the last record.
    text, mark, signature = certificate.partition("-----BEGIN SSH SIGNATURE-----\n")
    assert f"key = {key}\n" in text and office.entry("desk-17")["key"] == key
    public = text.split("public-key = ")[1].split("\n")[0]
    office.write("signers", f"desk-17 ssh-ed25519 {public}\n")
    office.write("signature", mark + signature)
    done = subprocess.run(["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "desk-17", "-n",
                           "report@sekisho", "-s", "signature"], cwd=office.top,
                          input=text.encode(), capture_output=True)
    assert done.returncode == 0 and key.encode() in done.stdout, done
    with open(machine + "/var/log/sekisho/records-1.jsonl", "rb") as file:
        lines = file.read().splitlines(keepends=True)
    assert b'"event":"terminal-ended"' in lines[-1]
    assert "record-sha256 = %s\n" % hashlib.sha256(lines[-1]).hexdigest() in text, text
    assert "record-sequence = %d\n" % len(lines) in text
    whole = subprocess.run([agent.BUILD + "/sekisho", "records", "verify",
                            machine + "/var/log/sekisho/records-1.jsonl"], capture_output=True)
    assert whole.returncode == 0, whole.stdout
    office.terminal(DONE, "retire", "desk-17")


class Removals:
    """The names that disappear from a folder, in order; inotify(7)."""

    MASK, HEAD = 0x200, struct.Struct("iIII")   # IN_DELETE; struct inotify_event

    def __init__(self, folder):
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        self.fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        assert libc.inotify_add_watch(self.fd, folder.encode(), self.MASK) >= 0

    def names(self):
        found, data = [], os.read(self.fd, 1 << 16)
        os.close(self.fd)
        while data:
            size = self.HEAD.unpack_from(data)[3]
            found.append(data[self.HEAD.size:self.HEAD.size + size].rstrip(b"\0").decode())
            data = data[self.HEAD.size + size:]
        return found


def a_power_cut_while_wiping_locks_nobody_out(top):
    """The mark that there was a policy goes first, and what a login needs to be let in after it."""
    machine = os.path.join(top, "pc")
    state = os.path.join(machine, "var/lib/sekisho")
    names = ["a", "policy.ini", "login-rules", "login-rules.last", "policy-seen", "tokens.ini",
             "policy.last-good.ini", "policy.candidate.ini", "policy.next.ini", "terminal-key.cred"]
    for folder in state + "/second-factor", machine + "/var/log/sekisho", machine + "/etc/sekisho":
        os.makedirs(folder)
    for name in names + ["second-factor/sato"]:
        with open(os.path.join(state, name), "w", encoding="ascii") as file:
            file.write("x")
    removals = Removals(state)
    done = subprocess.run([agent.BUILD + "/sekisho", "decommission", "--root", machine, "--yes"],
                          capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    order = removals.names()
    assert sorted(order) == sorted(names), order
    assert order[0] == "policy-seen", order
    assert order[4:7] == ["policy.ini", "login-rules.last", "login-rules"], order
    assert not os.listdir(state + "/second-factor")


def what_cannot_be_certified_is_not_wiped(top):
    office = Office(top)
    terminal = Terminal(top, office, "desk-17", ticket=office.ticket())
    terminal.ask()
    machine = os.path.join(top, "pc")
    os.makedirs(machine + "/var/lib")
    os.makedirs(machine + "/var/log")
    os.rename(terminal.agent.path("state"), machine + "/var/lib/sekisho")
    command = [agent.BUILD + "/sekisho", "decommission", "--root", machine, "--yes"]
    assert subprocess.run(command, capture_output=True).returncode == 2  # there are no records
    os.rename(terminal.agent.path("logs"), machine + "/var/log/sekisho")
    with open("/dev/full", "wb") as full:
        assert subprocess.run(command, stdout=full, stderr=subprocess.PIPE).returncode == 2
    assert os.path.exists(machine + "/var/lib/sekisho/terminal/sign.key")


def a_package_makes_a_pc_a_terminal(top):
    office = Office(top)
    url = "file://" + office.path("site")
    office.write("ca.pem", "-----BEGIN CERTIFICATE-----\n")
    ticket = office.ticket("--count", "300")
    office.write("ticket", ticket)

    def package(status, *words, says=""):
        output = office.terminal(status, "package", *words, "out.deb")
        assert says in output and ticket[11:20] not in output, output

    for words, says in (((), "Say --source"), (("--source", "http://x"), "site.ini:4:10"),
                        (("--source", "https://x"), "--ca, or --pin"),
                        (("--source", url, "--pin", "x"), "site.ini:5:7"),
                        (("--source", url, "--ca", "nowhere"), "nowhere")):
        package(2, *words, says=says)
    for words, says in ((("--ca", "ticket"), "no certificate"), (("--ticket", "ca.pem"), "no ticket"),
                        (("--root", "site/my-number/policy.ini"), "policy.ini")):
        package(NO, "--source", url, *words, says=says)
    assert not os.path.exists(office.path("out.deb"))
    package(DONE, "--source", url, "--ca", "ca.pem", "--ticket", "ticket", says="SHA-256")
    package(2, "--source", url, "--ticket", "ticket", says="is there already")
    assert os.stat(office.path("out.deb")).st_mode & 0o777 == 0o600
    # As dpkg reads it.
    code, said = office.do("dpkg-deb", "--info", "out.deb")
    assert code == 0 and "Package: sekisho-site-tosu-my-number" in said and "sekisho-agent" in said
    code, said = office.do("dpkg-deb", "--contents", "out.deb")
    assert re.search(r"^-rw------- root/root +\d+ .* ./usr/share/sekisho/join-ticket$", said, re.M), said
    assert said.count("root/root") == len(said.splitlines())
    code, said = office.do("dpkg-deb", "--raw-extract", "out.deb", "raw")
    assert code == 0, said
    assert subprocess.run(["sh", "-n", office.path("raw/DEBIAN/postinst")]).returncode == 0
    assert office.read("raw/DEBIAN/conffiles").decode().split() == [
        "/etc/sekisho/root.ini", "/etc/sekisho/site.ini", "/etc/sekisho/server-ca.pem"]
    # And what it installs, with what its script does, joins under the name of the PC.
    terminal = Terminal(top, office, "pc")
    shutil.rmtree(terminal.agent.path("etc"))
    shutil.move(office.path("raw/etc/sekisho"), terminal.agent.path("etc"))
    shutil.move(office.path("raw/usr/share/sekisho/join-ticket"),
                terminal.agent.path("etc/join-ticket"))
    with open("/etc/hostname", encoding="ascii") as file:
        name = file.read().split(".")[0].strip().lower()
    if not re.fullmatch("[a-z0-9][a-z0-9-]*", name) or name == "localhost":
        print("# SKIP the rest: this machine's name can be no terminal's")
        return
    terminal.ask()
    office.terminal(DONE, "approve", name)


def a_batch_ticket_lets_join_so_many_and_no_more(top):
    office = Office(top)
    ticket = office.ticket("--count", "2")
    for number in range(1, 4):
        Terminal(top, office, "desk-%d" % number, number, ticket).ask()
    output = office.terminal(NO, "approve", "--all")
    assert output.count("has joined") == 2 and "as often as it may" in output, output
    assert "as often as it may" in office.requests()


def a_cloned_image_joins_as_itself_or_not_at_all(top):
    office = Office(top)
    ticket = office.ticket("--count", "9")
    original = Terminal(top, office, "desk-1", 1, ticket)
    original.ask()
    office.terminal(DONE, "approve", "desk-1")
    # The disk goes into another machine, with all that is on it.
    original.agent.is_on(2)
    original.start()
    wait_for(lambda: original.agent.records("terminal-copied"), "an alert")
    original.stop()
    clone = original.agent.terminal()
    entry = office.entry("desk-1")
    assert clone["machine"] != entry["machine"] and clone["key"] != entry["key"]
    # Nobody believes its key; under the same name it is another PC.
    original.give(ticket)
    original.ask()
    assert "another PC is called desk-1" in office.requests()
    office.terminal(NO, "approve", "desk-1")
    office.terminal(DONE, "move", "desk-1")
    assert office.entry("desk-1")["key"] == clone["key"]
    original.start()
    original.stop()
    # It asked, so that it is no copy any more.
    assert len(original.agent.records("terminal-copied")) == 2


def an_image_that_never_joined_becomes_many_terminals(top):
    office = Office(top)
    ticket = office.ticket("--count", "3")
    keys = set()
    for number in range(1, 4):
        terminal = Terminal(top, office, "desk-%d" % number, number, ticket)
        terminal.ask()
        keys.add(terminal.agent.terminal()["key"])
        assert not terminal.agent.records("terminal-copied")
    assert len(keys) == 3
    assert office.terminal(DONE, "approve", "--all").count("has joined") == 3


if __name__ == "__main__":
    sys.exit(agent.tap(globals()))
