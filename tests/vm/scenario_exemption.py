"""The life of an exemption at a counter PC: asked for, approved, used, ended, written down."""
import re
import time

from boots import COUNTER
from counter import APPROVERS, PATIENCE, PLACE, SHORTEST_S, counter_of, of
from scenario import fault

FILE, BYTES = "stock.csv", 3 << 20
# Not sooner than permitted, by the seconds of the records; how much later, on a busy machine.
EARLY_S, LATE_S = 1, 30


def sit(test, user="sato"):
    """A counter, somebody at it, and nobody any more afterwards."""
    counter = counter_of(test)
    counter.sits_down(user)
    test.defer(counter.stands_up)
    return counter


def plug_refused(counter, *arguments, **options):
    stick = counter.plug_stick(*arguments, **options)
    device = counter.device(options.get("serial", "TOSU-0001"))
    counter.wait_refused(device)
    return stick, device


def copy_file(counter, name=FILE, size=BYTES, user="sato"):
    """As a person copies: no sync. What it must be on the stick."""
    counter.as_user("head -c %d /dev/urandom >/home/%s/%s && cp /home/%s/%s %s/" % (
        size, user, name, user, name, PLACE % user), user)
    return counter.pc.read_file("/home/%s/%s" % (user, name))


def assert_complete(stick, name, content):
    found = stick.read(name)
    assert found == content, "%s has %d of %d bytes" % (name, len(found), len(content))
    stick.assert_clean()


def assert_lasted(began, ended, seconds):
    lasted = (ended["time"] - began["time"]) / 1000
    assert seconds - EARLY_S <= lasted < seconds + LATE_S, "it lasted %.1f s" % lasted


@COUNTER.scenario()
def what_the_office_publishes_comes_by_itself(test):
    """sekisho-fetch and its unit, from a real share; what it brings is judged as ever."""
    counter, pc = counter_of(test), test.pc
    assert pc.check("systemctl show -P User sekisho-fetch").strip() == "_sekisho"
    after = test.last_record()
    counter.office.write("my-number/fresh.ini", b"nobody signed this\n")
    pc.check("echo waiting >/run/sekisho/pace")     # not to wait for a minute
    test.defer(lambda: (counter.office.remove("my-number/fresh.ini"),
                        pc.run("rm -f /run/sekisho/pace")))
    test.wait_record(after, "fresh-refused")
    # The share goes away: nothing happens, and nothing is lost.
    pc.check("umount /srv/sekisho")
    pc.check("systemctl restart sekishod sekisho-fetch")
    pc.wait_for("sekisho status | grep -q 'my-number'", 30, "the agent")
    counter.mount()
    assert pc.check("stat -c '%U %G %a' /var/lib/sekisho/up /run/sekisho-fetch/spool").split() == [
        "root", "_sekisho", "2750", "_sekisho", "root", "2750"]


@COUNTER.scenario()
def a_refused_stick_is_asked_for_approved_used_and_ended_on_time(test):
    counter, pc = sit(test), test.pc
    stick, device = plug_refused(counter)
    assert not counter.is_open(device)
    number, screen = counter.asks(device, "read-write", "1m")
    assert number in screen
    counter.wait_request(number)
    said = counter.approve(number)
    print("# usable %.1f s after approve" % counter.wait_usable())
    assert "sato" in said, said
    content = copy_file(counter)
    # Nobody else, and nothing runs from it.
    assert pc.run("su kato -c 'ls %s'" % (PLACE % "sato"))[0] != 0
    options = pc.check("findmnt -no OPTIONS " + PLACE % "sato").strip().split(",")
    assert {"rw", "nosuid", "nodev", "noexec"} <= set(options), options
    began = counter.wait_record("exemption-active", number)
    ended = counter.wait_record("exemption-ended", number, SHORTEST_S + PATIENCE)
    counter.wait_shut(device)
    assert_lasted(began, ended, SHORTEST_S)
    assert of(ended)["reason"] == "time" and of(ended)["clean"] is True, of(ended)
    assert_complete(stick, FILE, content)
    counter.assert_shut(device)
    ledger = pc.check("sekisho ledger exemptions --csv").splitlines()
    assert ledger[0].startswith("\ufeff") and any(
        number in line and "sato" in line for line in ledger[1:]), ledger


@COUNTER.scenario(only_long=True)
def it_is_warned_of_20_and_5_minutes_before_the_end(test):
    """The end is an hour of the day here, so that setting the clock ahead brings it nearer."""
    counter, pc = sit(test), test.pc
    stick, device = plug_refused(counter)
    number, _ = counter.asks(device, "read-write", "2h")
    counter.wait_request(number)
    end = int(pc.check("date +%s")) // 60 * 60 + 41 * 60
    counter.approve(number, "--until", time.strftime("%Y-%m-%d %H:%M", time.gmtime(end + 9 * 3600)))
    test.defer(lambda: pc.check("date -s @%d" % time.time()))
    counter.wait_usable()
    content = copy_file(counter)
    for minutes in 20, 5:
        after = counter.last_record()
        pc.check("date -s @%d" % (end - minutes * 60 - 3))
        warned = counter.wait_record("exemption-warned", number, after=after)
        assert str(minutes) in warned["message"] or of(warned).get("minutes"), warned
    assert counter.phase(number) == "warned"
    pc.check("date -s @%d" % (end - 2))
    ended = counter.wait_record("exemption-ended", number)
    counter.wait_shut(device)
    assert of(ended)["reason"] == "not-after", of(ended)
    assert_complete(stick, FILE, content)


@COUNTER.scenario(only_long=True)
def a_whole_life_by_the_running_clock(test):
    """Six minutes: warned after one, ended after six."""
    counter = sit(test)
    stick, device = plug_refused(counter)
    number = counter.permits(device, "read-write", "6m")
    counter.wait_usable()
    content = copy_file(counter)
    began = counter.wait_record("exemption-active", number)
    warned = counter.wait_record("exemption-warned", number, 60 + PATIENCE)
    ended = counter.wait_record("exemption-ended", number, 300 + PATIENCE)
    counter.wait_shut(device)
    assert_lasted(began, warned, 60)
    assert_lasted(began, ended, 360)
    assert_complete(stick, FILE, content)


@COUNTER.scenario(only_long=True)
def what_two_must_approve_one_does_not_open(test):
    counter = sit(test)
    _, device = plug_refused(counter)
    number, _ = counter.asks(device)
    counter.wait_request(number)
    before = test.last_record()
    counter.approve(number, by=APPROVERS[:1])
    refused = test.wait_record(before, "exemption-refused", PATIENCE)
    assert fault(refused) == "threshold", refused
    time.sleep(3)
    assert not counter.is_open(device)
    counter.approve(number, by=APPROVERS[1:])
    counter.wait_usable()
    counter.types("sekisho eject " + number)
    counter.wait_shut(device)


@COUNTER.scenario(only_long=True)
def eject_ends_it_early_and_what_was_copied_is_there(test):
    counter, pc = sit(test), test.pc
    stick, device = plug_refused(counter)
    number = counter.permits(device, "read-write", "30m")
    counter.wait_usable()
    content = copy_file(counter)
    counter.types("sekisho eject " + number)
    ended = counter.wait_record("exemption-ended", number)
    assert of(ended)["reason"] == "eject" and of(ended)["clean"] is True, of(ended)
    counter.wait_shut(device)
    assert_complete(stick, FILE, content)
    # Used up: the same stick is refused again.
    pc.unplug(stick.name)
    plug_refused(counter)


@COUNTER.scenario(only_long=True)
def what_may_be_read_only_is_not_written_to(test):
    counter, pc = sit(test), test.pc
    stick, device = plug_refused(counter)
    with open(stick.path, "rb") as file:
        before = file.read()
    number = counter.permits(device, "read-only", "30m")
    counter.wait_usable()
    assert counter.as_user("cat %s/list.csv" % (PLACE % "sato")) == "name,number\n"
    assert pc.run("su sato -c 'touch %s/x'" % (PLACE % "sato"))[0] != 0
    disk = pc.check("lsblk -nro PKNAME $(findmnt -no SOURCE %s)" % (PLACE % "sato")).strip()
    assert pc.check("cat /sys/block/%s/ro" % disk).strip() == "1"
    counter.types("sekisho eject " + number)
    counter.wait_shut(device)
    with open(stick.path, "rb") as file:
        assert file.read() == before, "something was written"


@COUNTER.scenario()
def revoked_it_ends_within_seconds(test):
    counter = sit(test)
    stick, device = plug_refused(counter)
    number = counter.permits(device, "read-write", "30m")
    counter.wait_usable()
    content = copy_file(counter)
    # The approvals are in force for a while: the terminal looks every five seconds then.
    counter.revoke(number)
    began = time.monotonic()
    counter.wait_shut(device)
    took = time.monotonic() - began
    ended = counter.wait_record("exemption-ended", number)
    assert of(ended)["reason"] == "revoked", of(ended)
    assert_complete(stick, FILE, content)
    assert took < 8, "shut %.1f s after revoke" % took
    # The same document again opens nothing.
    counter.pc.check("systemctl restart sekishod")
    counter.pc.wait_for("sekisho status >/dev/null", 30, "the agent")
    time.sleep(3)
    assert not counter.is_open(device)


@COUNTER.scenario(only_long=True)
def a_refused_request_says_why(test):
    counter = sit(test)
    _, device = plug_refused(counter)
    number, _ = counter.asks(device)
    counter.wait_request(number)
    counter.office.admin("exemption", "refuse", number, "--reason", "ask-the-archive", "--key",
                         counter.office.key(APPROVERS[0]), "--yes")
    counter.wait_phase(number, "refused")
    assert "ask-the-archive" in counter.types("sekisho exemptions")
    assert not counter.is_open(device)


@COUNTER.scenario(only_long=True)
def whoever_is_not_at_the_screen_asks_for_nothing(test):
    counter, pc = sit(test), test.pc
    _, device = plug_refused(counter)
    before = counter.last_record()
    status, said = pc.run("su kato -c 'sekisho request --device %s --direction read-only "
                          "--duration 1m --purpose x --information x --personal-data no' </dev/null"
                          % device)
    assert status != 0 and not re.search(r"E-[0-9A-Z]{8}", said), said
    assert not [r for r in test.records(before) if "exemption" in str(r)], "it was recorded"
