#!/usr/bin/python3
"""sekisho-admin terminal: tickets, requests to join, and the terminals that there are.  See desk.py.
"""
import os
import re
import subprocess
import sys
import time

import approver
import desk as desks
from desk import DONE, NO, UNKNOWN
from joiner import Joiner

TIER = approver.TIER
ENTRY = TIER + "/terminals/%s/terminal.ini"


class Office(approver.Approvers):
    def ticket(self, *options):
        """The ticket itself."""
        output = self.expect(DONE, "terminal", "ticket", "--folder", TIER, *options,
                             says="my-number (tosu)")
        return re.search(r"^ticket +(T-\S+)$", output, re.M).group(1)

    def requests(self, **expected):
        return self.expect(expected.pop("status", DONE), "terminal", "requests", "site", **expected)

    def say(self, status, *names, command="approve", **expected):
        return self.expect(status, "terminal", command, "--folder", TIER, *names, **expected)

    def entry(self, name):
        lines = self.read(ENTRY % name).decode().splitlines()
        assert lines[0] == "[terminal]"
        return dict(line.split(" = ", 1) for line in lines[1:])


def a_terminal_joins_with_a_ticket(desk):
    terminal = Joiner(desk, "desk-17")
    ticket = desk.ticket()
    desk.requests(says="nobody asks to join")
    terminal.ask(ticket)
    desk.requests(says=["desk-17", ticket[:10], terminal.key, "may be approved"])
    desk.say(DONE, "desk-17", says=f"desk-17     has joined, key {terminal.key}")
    entry = desk.entry("desk-17")
    assert entry["state"] == "active" and entry["key"] == terminal.key
    assert entry["certificate"] == terminal.certificate and entry["machine"] == terminal.machine
    assert entry["ticket"] == ticket[:10]
    desk.expect(DONE, "token", "key", TIER + "/terminals/desk-17", says="desk-17")
    desk.requests(says="nobody asks to join")
    desk.expect(DONE, "terminal", "list", "site", says=["desk-17", terminal.key])
    desk.say(NO, "desk-17", says="desk-17 has joined")
    desk.expect(DONE, "terminal", "tickets", TIER, says="1 of 1 used")


def a_batch_joins_at_once_and_never_one_more(desk):
    ticket = desk.ticket("--count", "3", "--until", "2099-12-31")
    terminals = [Joiner(desk, "desk-%d" % n) for n in range(1, 6)]
    for number, terminal in enumerate(terminals):
        terminal.ask(ticket, approver.stamp(number - 100))
    output = desk.say(NO, "--all", says="has been used 3 times, as often as it may")
    assert output.count("has joined") == 3, output
    assert sorted(os.listdir(desk.path(TIER + "/terminals"))) == ["desk-1", "desk-2", "desk-3"]
    desk.say(NO, "desk-4", says="as often as it may")
    desk.requests(says="as often as it may", never="may be approved")
    desk.say(DONE, "--all", says="nobody asks to join")
    # Another ticket does.
    terminals[3].ask(desk.ticket())
    desk.say(DONE, "--all", says="desk-4 ")


def what_is_not_whole_or_not_of_the_ticket_is_refused(desk):
    ticket, other = desk.ticket("--count", "9"), desk.ticket()
    one = Joiner(desk, "desk-1")
    text = one.text(ticket)
    # The number of a ticket, without it; one byte more; somebody else's signature; none.
    stolen = Joiner(desk, "desk-2")
    stolen.put(stolen.signed(stolen.text(other, number=ticket[:10])))
    desk.requests(says=["desk-2", f"whoever sent it does not have the ticket {ticket[:10]}"])
    desk.say(NO, "desk-2", says="does not have the ticket")
    desk.say(DONE, "--all", says="nobody asks to join")
    for name, document in (("changed", one.signed(text.replace(b"desk-1", b"desk-3")
                                                  .replace(one.machine.encode(), b"0" * 16))),
                           ):
        one.put(document)
        desk.requests(says=["desk-3", "does not have the ticket"])
    for document in (one.signed(text).replace(b"desk-1", b"desk-4"), text,
                     one.signed(text, key_file=stolen.key_file),
                     one.signed(text, space="policy@sekisho"), b"", b"\0" * 5000, b"x" * (1 << 16)):
        path = one.put(document)
        desk.requests(status=NO, says=os.path.basename(path), never="may be approved")
        desk.say(NO, "desk-1", says="nobody asks to join as desk-1")
        os.unlink(desk.path(path))
    # Where another's requests lie.
    path = one.put(one.signed(text), folder=stolen.certificate)
    desk.requests(status=NO, says="it is not looked at", never="may be approved")
    os.unlink(desk.path(path))
    one.put(one.signed(text))
    desk.say(DONE, "desk-1", says="has joined")


def a_ticket_ends_and_is_revoked(desk):
    first, second = desk.ticket("--until", "2099-12-31"), desk.ticket()
    one, two = Joiner(desk, "desk-1"), Joiner(desk, "desk-2")
    one.ask(first)
    two.ask(second)
    desk.edit(TIER + "/tickets.ini", b"2099-12-31T23:59:59", b"2026-11-01T00:00:00")
    desk.requests(says=[f"the ticket {first[:10]} is over", "may be approved"])
    desk.say(NO, "desk-1", says="is over")
    desk.expect(DONE, "terminal", "tickets", "--revoke", second[:10], TIER,
                  says="nobody joins with it any more")
    desk.expect(NO, "terminal", "tickets", "--revoke", second[:10], TIER, says="there is no ticket")
    desk.say(NO, "desk-2", says="there is no ticket")


def tickets_are_for_their_owner_alone(desk):
    ticket = desk.ticket()
    path = desk.path(TIER + "/tickets.ini")
    assert os.stat(path).st_mode & 0o777 == 0o600
    text = desk.read(TIER + "/tickets.ini").decode()
    assert ticket[:10].lower() in text and ticket[11:15] not in text
    desk.expect(DONE, "terminal", "ticket", "--folder", TIER, "--out", "join-ticket",
                  says="in join-ticket", never=r"ticket      T-........-")
    assert os.stat(desk.path("join-ticket")).st_mode & 0o777 == 0o600
    handed = desk.read("join-ticket").decode()
    assert re.fullmatch(r"T-[0-9A-Z-]{41}\n", handed), handed
    before = desk.read(TIER + "/tickets.ini")
    desk.expect(UNKNOWN, "terminal", "ticket", "--folder", TIER, "--out", "join-ticket",
                  says="is there already, and stays as it is")
    assert desk.read(TIER + "/tickets.ini") == before
    os.chmod(path, 0o644)
    desk.expect(NO, "terminal", "ticket", "--folder", TIER, says="chmod 600")
    desk.requests(status=NO, says="chmod 600")
    os.chmod(path, 0o600)
    desk.edit(TIER + "/tickets.ini", b"key = ", b"key = A")
    output = desk.requests(status=NO, says="32 bytes in base64")
    assert before.split(b"key = ")[1][:20].decode() not in output, output


def options_are_checked(desk):
    for words, says in (((), "usage"), (("approve",), "say names"), (("approve", "a", "--all"), "say"),
                        (("move", "a", "b"), "which terminal"), (("retire",), "which terminal"),
                        (("ticket", "--count", "0"), "1 to 100000"),
                        (("ticket", "--until", "soon"), "--until needs a day"),
                        (("ticket", "--until", "2020-01-01"), "in the past"),
                        (("tickets", "a", "b"), "usage"), (("requests", "a", "b"), "usage")):
        status, output = desk.run("terminal", *words)
        assert status == UNKNOWN and says.lower() in output.lower(), (words, output)
    desk.expect(UNKNOWN, "terminal", "requests", "nowhere", says="policy.ini")


def a_name_that_is_taken_needs_move(desk):
    old, new = Joiner(desk, "desk-17"), Joiner(desk, "desk-17", key="another")
    old.ask(desk.ticket(), approver.stamp(-3600))
    desk.say(DONE, "desk-17")
    desk.write(TIER + "/terminals/desk-17/tokens.ini", b"")
    desk.say(NO, "desk-17", command="move", says="desk-17 has joined")
    new.ask(desk.ticket(), approver.stamp(60))
    desk.requests(says=["its name is taken", "terminal move desk-17"])
    desk.say(NO, "desk-17", says="another PC is called desk-17")
    desk.say(DONE, "--all", says="nobody asks to join")
    desk.say(DONE, "desk-17", command="move",
                   says=["is another PC now", new.key, "tokens.ini is sealed to the PC before"])
    assert desk.entry("desk-17")["key"] == new.key
    # What the old one asked lies there still; it is no way back.
    old.ask(desk.ticket(), approver.stamp(-10))
    desk.say(NO, "desk-17", command="move", says="older than the PC that is called desk-17")
    desk.say(NO, "desk-18", command="move", says="nobody asks to join as desk-18")


def two_that_ask_under_one_name_are_told_apart_by_their_keys(desk):
    ticket = desk.ticket("--count", "5")
    one, two = Joiner(desk, "desk-17"), Joiner(desk, "desk-17", key="another")
    one.ask(ticket)
    two.ask(ticket)
    desk.say(NO, "desk-17", says="say --key")
    desk.say(NO, "--all", says="say --key")
    assert not os.path.exists(desk.path(ENTRY % "desk-17"))
    desk.say(NO, "desk-17", "--key", "SHA256:x", says="nobody asks to join as desk-17 with")
    desk.say(DONE, "desk-17", "--key", two.key, says=two.key)
    assert desk.entry("desk-17")["key"] == two.key


def a_copied_disk_is_not_approved(desk):
    ticket = desk.ticket("--count", "9")
    original, copy = Joiner(desk, "desk-1"), Joiner(desk, "desk-2")
    original.ask(ticket)
    desk.say(DONE, "desk-1")
    copy.seal_key = original.seal_key  # sekishod has put aside the other one
    copy.ask(ticket, approver.stamp(-60))
    desk.requests(says=["its disk is a copy of that of desk-1", "sekisho-unseal --new-key"])
    desk.say(NO, "desk-2", says="a copy of that of desk-1")
    copy.seal_key = os.urandom(32)
    copy.ask(ticket)
    desk.say(DONE, "desk-2")
    # Two copies at once: nobody knows which one is right.
    third, fourth = Joiner(desk, "desk-3"), Joiner(desk, "desk-4")
    fourth.seal_key = third.seal_key
    third.ask(ticket)
    fourth.ask(ticket)
    desk.say(NO, "--all", says="copies of one")
    # The key itself, or the certificate, under another name.
    Joiner(desk, "desk-5", key=original.key_file).ask(ticket)
    desk.say(NO, "desk-5", says="its key or certificate is that of desk-1")
    sixth = Joiner(desk, "desk-6")
    sixth.certificate = original.certificate
    sixth.ask(ticket)
    desk.say(NO, "desk-6", says="its key or certificate is that of desk-1")


def the_same_machine_under_another_name_is_said(desk):
    ticket = desk.ticket("--count", "2")
    one, two = Joiner(desk, "desk-1"), Joiner(desk, "desk-2")
    two.machine = one.machine
    one.ask(ticket)
    desk.say(DONE, "desk-1")
    two.ask(ticket)
    desk.requests(says="the same machine joined as desk-1")
    desk.say(DONE, "desk-2")


def who_has_no_certificate_lies_below_its_name(desk):
    one = Joiner(desk, "desk-17")
    one.ask(desk.ticket(), certificate=None, **{"seal-key": None})
    desk.say(DONE, "desk-17")
    assert "certificate" not in desk.entry("desk-17")
    assert not os.path.exists(desk.path(TIER + "/terminals/desk-17/terminal-key.ini"))


def who_may_write_into_the_tier_may_write_into_its_terminals(desk):
    os.chmod(desk.path(TIER), 0o2775)
    before = os.umask(0o077)
    try:
        Joiner(desk, "desk-17").ask(desk.ticket())
        desk.say(DONE, "desk-17")
    finally:
        os.umask(before)
    for name in "terminals", "terminals/desk-17":
        assert os.stat(desk.path(f"{TIER}/{name}")).st_mode & 0o7777 == 0o2775, name


def nothing_is_sealed_to_the_pc_before(desk):
    """The new one has no key for secrets, and that of the old one may be anybody's by now."""
    ticket = desk.ticket("--count", "3")
    path = desk.path(TIER + "/terminals/desk-17/terminal-key.ini")
    Joiner(desk, "desk-17").ask(ticket, approver.stamp(-60))
    desk.say(DONE, "desk-17")
    assert os.path.exists(path)
    Joiner(desk, "desk-17", key="another").ask(ticket, approver.stamp(60), **{"seal-key": None})
    desk.say(DONE, "desk-17", command="move")
    assert not os.path.exists(path)
    # That of one who never joined was carried there by somebody.
    desk.write(TIER + "/terminals/desk-17/terminal-key.ini", b"x\n")
    os.makedirs(desk.path(TIER + "/terminals/desk-18"))
    os.rename(path, desk.path(TIER + "/terminals/desk-18/terminal-key.ini"))
    Joiner(desk, "desk-18").ask(ticket, **{"seal-key": None})
    desk.say(DONE, "desk-18")
    assert desk.read(TIER + "/terminals/desk-18/terminal-key.ini") == b"x\n"


def a_retired_terminal_is_out_and_what_it_may_use_ends(desk):
    one = Joiner(desk, "desk-17")
    ticket = desk.ticket("--count", "9")
    one.ask(ticket, approver.stamp(-60))
    desk.say(DONE, "desk-17")
    # A terminal that joined signs what it asks.
    request = desk.ask()
    desk.write(request, one.signed(desk.read(request)))
    desk.expect(DONE, "exemption", "approve", approver.ID, "--key", "kondo", "--folder", "site",
                  "--yes")
    desk.say(DONE, "desk-17", command="retire",
                   says=["retired; its key", approver.ID, "exemption revoke " + approver.ID])
    assert desk.entry("desk-17")["state"] == "retired"
    # Its requests are nobody's business any more, and keep nobody from what was said to be typed.
    desk.expect(DONE, "exemption", "requests", "site", says="that are retired")
    desk.expect(DONE, "exemption", "revoke", approver.ID, "--reason", "撤去", "--key", "kondo",
                "--folder", "site", "--yes")
    desk.say(DONE, "desk-17", "--key", "kondo", "--yes", command="retire",
                   says="retired already")
    desk.expect(DONE, "exemption", "list", "site", says="revoked")
    desk.expect(DONE, "terminal", "list", "site", says="no terminal has joined")
    desk.expect(DONE, "terminal", "list", "--retired", "site", says=["desk-17", "retired"])
    # What it asked before lies there still.
    desk.requests(says="nobody asks to join")
    desk.say(NO, "desk-17", says="has joined")
    desk.say(NO, "desk-18", command="retire", says="no terminal desk-18 has joined")
    # Its name is free, for it and for others.
    Joiner(desk, "desk-17", key="another").ask(ticket, approver.stamp(60))
    desk.say(DONE, "desk-17", says="has joined")


def another_tiers_requests_are_left_to_its_administrators(desk):
    one = Joiner(desk, "desk-17")
    one.ask(desk.ticket(), tier="internet")
    desk.requests(says="nobody asks to join")
    desk.say(NO, "desk-17", says="nobody asks to join as desk-17")


def a_list_with_mistakes_is_complained_of(desk):
    ticket = desk.ticket("--count", "9")
    for name in "desk-1", "desk-2", "desk-3":
        Joiner(desk, name).ask(ticket)
    desk.say(DONE, "--all")
    good = desk.read(ENTRY % "desk-1")
    desk.write(ENTRY % "desk-2", good)
    desk.expect(NO, "terminal", "list", "site", says=["is of the terminal desk-1", "desk-3"])
    desk.write(ENTRY % "desk-2", good.replace(b"desk-1", b"desk-2"))
    desk.expect(NO, "terminal", "list", "site",
                  says="the terminals desk-1 and desk-2 have the same key")
    desk.write(ENTRY % "desk-2", good.replace(b"desk-1", b"desk-2").replace(b"active", b"on"))
    desk.expect(NO, "terminal", "list", "site", says="terminal.ini:3:9")
    Joiner(desk, "desk-4").ask(ticket)
    desk.say(NO, "--all", says="terminal.ini:3:9")
    assert not os.path.exists(desk.path(ENTRY % "desk-4"))


def five_at_once_do_not_use_a_ticket_twice(desk):
    ticket = desk.ticket()
    for n in range(1, 6):
        Joiner(desk, "desk-%d" % n).ask(ticket)
    several = [subprocess.Popen([desks.ADMIN, "terminal", "approve", "--folder", TIER, "desk-%d" % n],
                                cwd=desk.folder, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL) for n in range(1, 6)]
    codes = sorted(one.wait() for one in several)
    assert codes == [DONE, NO, NO, NO, NO], codes
    assert len(os.listdir(desk.path(TIER + "/terminals"))) == 1


def a_list_of_thousands_is_read_in_a_moment(desk):
    os.makedirs(desk.path(TIER + "/terminals"))
    for n in range(5000):
        os.mkdir(desk.path(TIER + "/terminals/pc-%d" % n))
        desk.write(ENTRY % ("pc-%d" % n), (
            "[terminal]\nterminal = pc-%d\nstate = active\nkey = SHA256:%s\ncertificate = %040x\n"
            "machine = %016x\njoined = 2026-11-23T10:00:00+09:00\nticket = T-7K3M9Q2X\n"
            "changed = 2026-11-23T10:00:00+09:00\n" % (n, "%042dA" % n, n, n)).encode())
    before = time.monotonic()
    output = desk.expect(DONE, "terminal", "list", "site")
    assert output.count("\n") == 5000
    assert time.monotonic() - before < 10


if __name__ == "__main__":
    sys.exit(desks.main(globals(), Office))
