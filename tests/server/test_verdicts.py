#!/usr/bin/python3
"""A server that is against its terminals, and the real sekishod behind sekisho-fetch: documents that
are old, skipped, mixed, cut, of another site or unsigned.  None changes what holds, none stops the
agent, each is written down, and the next good one is taken.  TAP.

usage: test_verdicts.py BUILD_DIR [TEST...]
"""
import json
import os
import shutil
import sys

TESTS = sys.argv[2:]
sys.dont_write_bytecode = True
import published  # pylint: disable=wrong-import-position
import server  # pylint: disable=wrong-import-position

sys.argv[1:] = [server.BUILD, *TESTS]
import agent  # pylint: disable=wrong-import-position

wait_for = server.wait_for


class Case:
    """A terminal with a policy in force that came from the server, and whoever made it."""

    def __init__(self, place):
        os.makedirs(place.path("desk"))
        self.office = published.Office(place.path("desk"))
        self.old = self.read("site/my-number/policy.ini")
        self.office.issue_policy()
        self.web = place.server()
        self.web.start()
        self.terminal = place.terminal()
        self.agent = agent.Agent(self.terminal.top)
        place.running.append(self.agent)
        self.agent.write("etc/root.ini", self.read("site/root/1.ini"))
        self.terminal.configure(self.web.url, place.authority.path("ca.pem"))
        self.publish()
        self.agent.start()
        self.terminal.start()
        self.look()
        self.is_applied()

    def read(self, name):
        with open(self.office.path(name), "rb") as file:
            return file.read()

    def publish(self):
        self.office.publish(self.web.root)

    def put(self, name, text):
        """What the server likes."""
        self.web.put(name, text)
        self.look()

    def look(self):
        """A full look, now."""
        self.terminal.stop()
        before = len(self.web.requests())
        self.agent.write("run/pace", "waiting\nevent %d\n" % before)
        self.terminal.start()
        wait_for(lambda: any("tokens.ini" in line for line in self.web.requests()[before:]),
                 "a full look")

    def state(self, name="policy.ini"):
        return self.agent.read("state/" + name)

    def is_applied(self):
        wanted = self.read("site/my-number/policy.ini")
        wait_for(lambda: os.path.exists(self.agent.path("state/policy.ini")) and
                 self.state() == wanted, "the policy in force")

    def is_refused(self, event, word):
        """A record says so, and of what sekisho-fetch brought."""
        def found():
            return [record for record in self.agent.records(event) if word in json.dumps(record)]
        wait_for(found, lambda: "%s with %s; there is %s" % (
            event, word, [json.dumps(r)[-600:] for r in self.agent.records(event)]))
        assert "sekisho-fetch" in json.dumps(found()[-1])

    def goes_on(self):
        """Nothing else holds, and the next good document is taken."""
        self.is_as_before()
        self.office.issue_policy()
        self.publish()
        self.look()
        self.is_applied()
        assert self.agent.stop() == 0 and self.terminal.stop() == 0


    def is_as_before(self):
        """Both run, in as much memory as ever, and the same policy is in force."""
        assert self.agent.process.poll() is None and self.terminal.process.poll() is None
        for who in self.agent, self.terminal:
            assert server.memory_kib(who.process) < server.MEMORY_MAX_KIB, who
        assert self.state() == self.read("site/my-number/policy.ini")


def what_it_does_on_the_wire_changes_no_verdict(place):
    """What test_hostile.py shows of sekisho-fetch one by one, with sekishod behind it."""
    case = Case(place)
    whole = server.reply(200, case.old)
    strangers = server.Authority(place.path("strangers")).issue("other")

    def endless(*request):
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            yield b"x" * 65536

    def broken_off(*request):
        yield whole[:-100]
        raise ValueError("closed here")
    case.web.stop()
    for number, (answer, certificate, words) in enumerate((
            (endless, None, ("ok", "no-answer")), (broken_off, None, ("no-answer",)),
            (lambda *request: server.reply(200, os.urandom(100_000)), None, ("ok", "no-answer")),
            (lambda *request: os.urandom(1000), None, ("no-answer",)),
            (lambda *request: server.reply(500), None, ("refused",)),
            (lambda *request: server.reply(302, "", "Location: /"), None, ("refused",)),
            (lambda *request: server.reply(304), None, ("ok", "partly", "refused")),
            (lambda *request: whole, strangers, ("certificate",)))):
        hostile = place.hostile(answer, certificate or case.web.certificate, port=case.web.port)
        case.terminal.stop()
        os.unlink(case.terminal.path("sekisho-fetch/spool/server"))
        case.agent.write("run/pace", "waiting\nevent %d\n" % (1000 + number))
        case.terminal.start()
        wait_for(case.terminal.server, "a word on the server")
        assert case.terminal.server() in words, (number, case.terminal.server())
        assert hostile.connections
        case.is_as_before()
        hostile.stop()
    case.web.start()
    case.goes_on()


def an_old_policy_is_refused(place):
    case = Case(place)
    case.put("policy.ini", case.old)
    case.is_refused("policy-refused", "serial")
    case.goes_on()


def a_policy_with_anothers_signatures_is_refused(place):
    case = Case(place)
    text = case.read("site/my-number/policy.ini").split(b"-----BEGIN")[0]
    signatures = b"-----BEGIN" + case.old.split(b"-----BEGIN", 1)[1]
    case.put("policy.ini", text + signatures)
    case.is_refused("policy-refused", "signature")
    case.goes_on()


def a_policy_without_a_signature_is_refused(place):
    case = Case(place)
    text = case.read("site/my-number/policy.ini").split(b"-----BEGIN")[0]
    case.put("policy.ini", text.replace(b"usb-storage = block", b"usb-storage = allow"))
    case.is_refused("policy-refused", "signature")
    case.goes_on()


def half_a_policy_is_refused(place):
    case = Case(place)
    whole = case.read("site/my-number/policy.ini")
    case.put("policy.ini", whole[:len(whole) // 2])
    case.is_refused("policy-refused", "signature")
    case.goes_on()


def another_sites_documents_are_refused(place):
    case = Case(place)
    os.makedirs(place.path("another"))
    other = published.Office(place.path("another"))
    with open(other.path("site/my-number/policy.ini"), "rb") as file:
        case.put("policy.ini", file.read())
    case.is_refused("policy-refused", "key")
    with open(other.path("site/root/1.ini"), "rb") as file:
        root = file.read()
    case.put("root/1.ini", root)
    case.put("root/2.ini", root)
    wait_for(lambda: case.agent.records("root-refused"), "a refused root")
    case.goes_on()


def rotate(case, *words):
    """The next root, signed by both persons; its number and its bytes."""
    number = len([name for name in os.listdir(case.office.path("site/root"))
                  if name.endswith(".ini")]) + 1
    name = "site/root/%d.ini" % number
    case.office.expect(published.desk.DONE, "root", "rotate", "--root", "site/root", *words)
    case.office.sign(name, "suzuki", "tanaka")
    return number, case.read(name)


def a_skipped_root_changes_nothing_until_the_chain_is_whole(place):
    case = Case(place)
    before = len(case.agent.records("root-applied"))
    number, next_one = rotate(case, "--add-account", "suzuki=s1")
    _, one_behind = rotate(case, "--add-account", "suzuki=s2")
    case.put("root/%d.ini" % (number + 1), one_behind)
    assert len(case.agent.records("root-applied")) == before
    case.put("root/%d.ini" % number, one_behind)
    wait_for(lambda: case.agent.records("root-refused"), "a refused root")
    assert len(case.agent.records("root-applied")) == before
    case.put("root/%d.ini" % number, next_one)
    wait_for(lambda: len(case.agent.records("root-applied")) == before + 2, "both roots")
    case.goes_on()


def an_old_root_in_the_place_of_a_new_one_changes_nothing(place):
    case = Case(place)
    before = len(case.agent.records("root-applied"))
    first = case.read("site/root/1.ini")
    number, next_one = rotate(case, "--add-account", "suzuki=s1")
    case.put("root/%d.ini" % number, next_one)
    wait_for(lambda: len(case.agent.records("root-applied")) == before + 1, "the next root")
    case.put("root/%d.ini" % number, first)
    case.put("root/%d.ini" % (number + 1), first)
    case.goes_on()  # a later document came through the same spool
    assert len(case.agent.records("root-applied")) == before + 1


def tokens_of_another_terminal_are_refused(place):
    """A server that hands out one terminal's documents to another."""
    case = Case(place)
    tokens = case.web.path("terminals/desk-17/tokens.ini")
    with open(tokens, "rb") as file:
        mine = file.read()
    other = place.terminal("desk-18")
    second = agent.Agent(other.top, 2)
    place.running.append(second)
    second.write("etc/root.ini", case.read("site/root/1.ini"))
    other.configure(case.web.url, place.authority.path("ca.pem"))
    case.web.put("terminals/desk-18/tokens.ini", mine)
    second.start()
    other.hurry()
    other.start()
    wait_for(lambda: second.records("tokens-refused"), "refused tokens")
    assert not os.path.exists(second.path("state/tokens.ini"))
    assert second.stop() == 0 and other.stop() == 0
    case.goes_on()


if not shutil.which("umockdev-wrapper"):
    print("1..0 # SKIP umockdev is not installed")
    sys.exit(0)
server.run_tests([
    what_it_does_on_the_wire_changes_no_verdict,
    an_old_policy_is_refused,
    a_policy_with_anothers_signatures_is_refused,
    a_policy_without_a_signature_is_refused,
    half_a_policy_is_refused,
    another_sites_documents_are_refused,
    a_skipped_root_changes_nothing_until_the_chain_is_whole,
    an_old_root_in_the_place_of_a_new_one_changes_nothing,
    tokens_of_another_terminal_are_refused,
])
