#!/usr/bin/python3
"""The built sekisho-fetch, with folders of its own: what comes into the spool, what goes up, and
what a bad source may not do.  Needs no root, but for a file system that is full.  TAP.

usage: test_fetch.py BUILD_DIR
"""
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

BUILD = os.path.abspath(sys.argv[1])
PATIENCE = 90  # only bounds a test that fails
NO_SANDBOX = BUILD + "/tests/fetch/no_sandbox.so"  # where there are sanitizers
SITE = "[site]\nsite = tosu\ntier = my-number\nterminal = desk-17\nsource = file://%s\n"


class Terminal:
    """Folders of a terminal and its source."""

    def __init__(self, top):
        self.top = top
        for name in "etc", "state/up", "run", "sekisho-fetch", "source":
            os.makedirs(self.path(name))
        self.say_source(self.path("source"))
        self.process = None
        self.is_hurried = False

    def path(self, name):
        return os.path.join(self.top, name)

    def write(self, name, text):
        """Whole, as a careful writer does; str or bytes."""
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name) + ".part", "wb") as file:
            file.write(text.encode() if isinstance(text, str) else text)
        os.rename(self.path(name) + ".part", self.path(name))

    def say_source(self, path):
        self.write("etc/site.ini", SITE % path)

    def start(self):
        self.process = subprocess.Popen(
            [BUILD + "/sekisho-fetch"], stdin=subprocess.DEVNULL,
            stderr=open(self.path("stderr"), "ab"), env={
                **os.environ, "CONFIGURATION_DIRECTORY": self.path("etc"),
                "STATE_DIRECTORY": self.path("state"), "RUNTIME_DIRECTORY": self.path("run"),
                **({"LD_PRELOAD": NO_SANDBOX, "ASAN_OPTIONS": "verify_asan_link_order=0"}
                   if os.path.exists(NO_SANDBOX) else {})})

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def said(self):
        with open(self.path("stderr")) as file:
            return file.read()

    def spool(self, name):
        try:
            with open(self.path("sekisho-fetch/spool/" + name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def has(self, name, text):
        text = text.encode() if isinstance(text, str) else text
        if self.is_hurried:
            self.hurry()  # a look at once
        wait_for(lambda: self.spool(name) == text, "%s in the spool" % name)

    def hurry(self, word="waiting"):
        self.is_hurried = True
        self.write("run/pace", word + "\n")

    def look_again(self):
        """A look that begins after this, and its end: something new has come through."""
        stamp = "# %s\n" % time.monotonic_ns()
        self.write("source/tosu/fresh.ini", stamp)
        self.has("fresh.ini", stamp)


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain for " + what
        time.sleep(0.02)


def what_is_new_comes_and_what_is_the_same_stays(t):
    t.write("source/tosu/policy.ini", "one")
    t.write("source/tosu/root/1.ini", "root")
    t.write("source/tosu/media.ini", "list")
    t.write("source/tosu/media/3f", "shard")
    t.write("source/tosu/terminals/desk-17/exemptions.ini", "mine")
    t.write("source/tosu/terminals/desk-18/exemptions.ini", "another's")
    t.write("source/tosu/terminals/desk-18/tokens.ini", "another's")
    t.hurry()
    t.start()
    for name, text in (("policy.ini", "one"), ("root/1.ini", "root"), ("media.ini", "list"),
                       ("media/3f", "shard"), ("exemptions.ini", "mine")):
        t.has(name, text)
    assert t.spool("tokens.ini") is None
    before = os.stat(t.path("sekisho-fetch/spool/policy.ini"))
    t.write("source/tosu/policy.ini", "one")  # the same in another file
    t.look_again()
    assert os.stat(t.path("sekisho-fetch/spool/policy.ini")).st_ino == before.st_ino
    t.write("source/tosu/policy.ini", "two")
    t.has("policy.ini", "two")
    # What disappears may be a share that is away.
    os.unlink(t.path("source/tosu/policy.ini"))
    t.look_again()
    assert t.spool("policy.ini") == b"two"
    assert t.stop() == 0


def a_site_may_lie_in_each_of_its_places(t):
    for number, folder in enumerate(("sekisho/tosu/my-number", "sekisho/tosu", "tosu/my-number",
                                     "tosu", "my-number", ".")):
        source = "source%d" % number
        t.write(os.path.join(source, folder, "policy.ini"), folder)
        t.say_source(t.path(source))
        t.start()
        t.has("policy.ini", folder)
        assert t.stop() == 0


def what_is_no_regular_file_is_left_alone(t):
    folder = t.path("source/tosu/")
    os.makedirs(folder + "root")
    t.write("elsewhere", "secret")
    os.symlink(t.path("elsewhere"), folder + "policy.ini")
    os.mkfifo(folder + "tokens.ini")
    os.mkdir(folder + "media.ini")
    os.symlink("loop", folder + "loop")
    os.symlink("loop", folder + "desks.ini")
    os.symlink("/dev/zero", folder + "revocations.ini")
    os.mkfifo(folder + "root/1.ini")
    t.hurry()
    t.start()
    t.look_again()
    t.look_again()
    left = [name for name in ("policy.ini", "tokens.ini", "media.ini", "desks.ini",
                              "revocations.ini", "root/1.ini") if t.spool(name) is not None]
    assert not left, left
    assert t.said().count("policy.ini: no regular file") == 1, t.said()
    assert t.stop() == 0


def what_may_not_be_read_is_said_once(t):
    if os.geteuid() == 0:
        return "root reads everything"
    t.write("source/tosu/policy.ini", "one")
    os.chmod(t.path("source/tosu/policy.ini"), 0)
    t.hurry()
    t.start()
    t.look_again()
    t.look_again()
    assert t.said().count("policy.ini: Permission denied") == 1, t.said()
    os.chmod(t.path("source/tosu/policy.ini"), 0o400)
    t.has("policy.ini", "one")
    assert t.stop() == 0
    return None


def a_huge_file_comes_cut(t):
    t.write("source/tosu/policy.ini", b"x")
    os.truncate(t.path("source/tosu/policy.ini"), 1 << 40)
    t.write("source/tosu/media/00", b"y" * 70000)
    t.hurry()
    t.start()
    t.has("policy.ini", b"x" + bytes(256 * 1024))
    t.has("media/00", b"y" * (64 * 1024 + 1))
    assert t.stop() == 0


def names_that_are_no_documents_stay_where_they_are(t):
    for name in ("root/01.ini", "root/1.ini.bak", "root/..1.ini", "media/100", "media/FF", "notes",
                 ".new", "root/.new"):
        t.write("source/tosu/" + name, "no")
    t.write("source/tosu/root/7.ini", "yes")
    t.hurry()
    t.start()
    t.has("root/7.ini", "yes")
    t.look_again()
    found = sorted(os.path.relpath(os.path.join(folder, name), t.path("sekisho-fetch/spool"))
                   for folder, _, names in os.walk(t.path("sekisho-fetch/spool")) for name in names)
    assert found == ["fresh.ini", "heard", "root/7.ini"], found
    assert t.stop() == 0


def roots_without_number_do_not_fill_the_spool(t):
    for number in range(1, 400):
        t.write("source/tosu/root/%d.ini" % number, str(number))
    t.start()
    t.has("root/399.ini", "399")
    t.has("root/160.ini", "160")
    assert t.stop() == 0
    for number in range(1, 400):
        os.unlink(t.path("source/tosu/root/%d.ini" % number))
    t.write("source/tosu/root/1000.ini", "1000")
    t.start()
    t.has("root/1000.ini", "1000")
    assert os.listdir(t.path("sekisho-fetch/spool/root")) == ["1000.ini"]
    assert t.stop() == 0


def what_is_being_written_waits_until_it_is_done(t):
    t.hurry()
    t.start()
    t.look_again()
    with open(t.path("source/tosu/policy.ini"), "wb", buffering=0) as file:
        end = time.monotonic() + 4
        while time.monotonic() < end:
            file.write(b"part\n")
            time.sleep(0.02)
            assert t.spool("policy.ini") is None
        size = file.tell()
    t.has("policy.ini", b"part\n" * (size // 5))
    assert t.stop() == 0


def a_source_that_comes_and_goes_harms_nothing(t):
    t.write("state/up/request-E-1.ini", "please")
    os.rmdir(t.path("source"))
    t.hurry()
    t.start()
    wait_for(lambda: "No such file" in t.said(), "a word about it")
    time.sleep(3)
    assert t.said().count("No such file") == 1, t.said()
    t.write("source/tosu/policy.ini", "one")
    t.has("policy.ini", "one")
    wait_for(lambda: os.path.exists(t.path("source/tosu/up/desk-17/request-E-1.ini")), "the request")
    os.rename(t.path("source"), t.path("away"))
    heard = t.spool("heard")
    assert heard
    time.sleep(3)
    t.hurry()
    time.sleep(1)
    assert t.spool("heard") == heard
    assert t.spool("policy.ini") == b"one"
    os.rename(t.path("away"), t.path("source"))
    t.write("source/tosu/policy.ini", "two")
    t.has("policy.ini", "two")
    assert t.stop() == 0


def what_waits_goes_up_once_with_a_receipt(t):
    os.mkdir(t.path("source/tosu"))
    t.start()
    t.write("state/up/request-E-1.ini", "please")  # at once, whatever the pace
    there = t.path("source/tosu/up/desk-17/")
    wait_for(lambda: t.spool("sent/request-E-1.ini") is not None, "the receipt")
    with open(there + "request-E-1.ini") as file:
        assert file.read() == "please"
    before = os.stat(there + "request-E-1.ini")
    # sekishod takes the receipt; the same name is used again.
    os.unlink(t.path("state/up/request-E-1.ini"))
    t.write("state/up/request-E-2.ini", "again")
    wait_for(lambda: t.spool("sent/request-E-1.ini") is None, "the end of the receipt")
    wait_for(lambda: os.path.exists(there + "request-E-2.ini"), "the second")
    t.write("state/up/request-E-1.ini", "other")
    wait_for(lambda: "another file of the same name" in t.said(), "a word about it")
    assert os.stat(there + "request-E-1.ini").st_ino == before.st_ino
    assert t.spool("sent/request-E-1.ini") is None
    assert sorted(os.listdir(there)) == ["request-E-1.ini", "request-E-2.ini"]
    assert t.stop() == 0


def a_lost_receipt_is_written_again(t):
    t.write("source/tosu/up/desk-17/request-E-1.ini", "please")
    t.write("state/up/request-E-1.ini", "please")
    t.start()
    wait_for(lambda: t.spool("sent/request-E-1.ini") is not None, "the receipt")
    assert t.stop() == 0


def links_lead_nothing_out_of_the_folder_of_what_goes_up(t):
    os.makedirs(t.path("source/tosu/up"))
    os.mkdir(t.path("elsewhere"))
    os.symlink(t.path("elsewhere"), t.path("source/tosu/up/desk-17"))
    t.write("state/up/request-E-1.ini", "please")
    os.symlink(t.path("etc/site.ini"), t.path("state/up/site.ini"))
    t.start()
    wait_for(lambda: "up: " in t.said(), "a word about it")
    assert os.listdir(t.path("elsewhere")) == []
    os.unlink(t.path("source/tosu/up/desk-17"))
    t.write("state/up/request-E-2.ini", "please")
    wait_for(lambda: os.path.exists(t.path("source/tosu/up/desk-17/request-E-2.ini")), "it")
    assert sorted(os.listdir(t.path("source/tosu/up/desk-17"))) == [
        "request-E-1.ini", "request-E-2.ini"]
    assert t.stop() == 0


def only_so_much_goes_up_at_once(t):
    os.mkdir(t.path("source/tosu"))
    for number in range(300):
        t.write("state/up/r%d" % number, "x")
    t.write("state/up/large", "x" * (64 * 1024 + 1))
    there = t.path("source/tosu/up/desk-17")
    t.hurry()
    t.start()
    wait_for(lambda: os.path.exists(there) and len(os.listdir(there)) >= 300, "all")
    assert not os.path.exists(there + "/large")
    assert t.stop() == 0


def a_pace_that_changes_is_heard_at_once(t):
    t.start()
    wait_for(lambda: os.path.isdir(t.path("sekisho-fetch/spool/sent")), "the spool")
    time.sleep(1)
    t.write("source/tosu/policy.ini", "one")
    time.sleep(2)
    assert t.spool("policy.ini") is None  # a minute is long
    t.hurry()
    began = time.monotonic()
    t.has("policy.ini", "one")
    assert time.monotonic() - began < 2
    t.is_hurried = False
    # sekishod ends, and its folder with it; comes back, and says it anew.
    shutil.rmtree(t.path("run"))
    time.sleep(0.5)
    os.mkdir(t.path("run"))
    t.write("source/tosu/policy.ini", "two")
    t.hurry("active")
    t.is_hurried = False
    t.has("policy.ini", "two")
    assert t.stop() == 0


def a_source_that_is_named_no_more_is_the_end(t):
    asks = [BUILD + "/sekisho-fetch", "--is-wanted"]
    env = {**os.environ, "CONFIGURATION_DIRECTORY": t.path("etc")}
    assert subprocess.run(asks, env=env).returncode == 0
    # Before the first look: a later one asks for policies once a minute only.
    t.write("source/tosu/policy.ini", "one")
    t.start()
    t.has("policy.ini", "one")
    # A mistake is none.
    t.write("etc/site.ini", "[site]\nsite = \n")
    wait_for(lambda: "it has a mistake" in t.said(), "a word about it")
    t.write("other/tosu/policy.ini", "two")
    t.say_source(t.path("other"))
    t.has("policy.ini", "two")
    t.write("etc/site.ini", "[site]\nsite = tosu\ntier = my-number\n")
    assert t.process.wait(PATIENCE) == 0
    assert subprocess.run(asks, env=env).returncode == 1
    t.start()
    assert t.process.wait(PATIENCE) == 0


def a_killed_one_goes_on_where_it_was(t):
    t.write("source/tosu/policy.ini", "one")
    t.hurry()
    t.start()
    t.has("policy.ini", "one")
    before = os.stat(t.path("sekisho-fetch/spool/policy.ini"))
    assert t.stop(signal.SIGKILL) == -signal.SIGKILL
    t.write("sekisho-fetch/spool/.new", "half")
    t.start()
    t.look_again()
    assert os.stat(t.path("sekisho-fetch/spool/policy.ini")).st_ino == before.st_ino
    t.write("source/tosu/policy.ini", "two")
    t.has("policy.ini", "two")
    assert t.stop() == 0


def a_full_spool_keeps_what_it_has(t):
    if os.geteuid() != 0:
        return "a small file system takes root"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "none", t.path("sekisho-fetch")],
                   check=True)
    try:
        t.write("source/tosu/policy.ini", "one")
        t.hurry()
        t.start()
        t.has("policy.ini", "one")
        t.write("source/tosu/policy.ini", b"x" * 250000)
        wait_for(lambda: "policy.ini: No space left" in t.said(), "a word about it")
        time.sleep(5)
        assert t.said().count("No space left") == 1, t.said()
        assert t.spool("policy.ini") == b"one"
        assert not os.path.exists(t.path("sekisho-fetch/spool/.new"))
        t.write("source/tosu/policy.ini", "three")
        t.has("policy.ini", "three")
        assert t.stop() == 0
    finally:
        t.process.kill()
        t.process.wait()
        subprocess.run(["umount", t.path("sekisho-fetch")], check=True)
    return None


def it_does_nothing_while_nothing_happens(t):
    t.write("source/tosu/policy.ini", "one")
    t.start()
    t.has("policy.ini", "one")
    time.sleep(1)

    def used():
        with open("/proc/%d/stat" % t.process.pid) as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])
    before = used()
    time.sleep(3)
    assert used() - before <= 1, used() - before
    assert t.stop() == 0


TESTS = [
    what_is_new_comes_and_what_is_the_same_stays,
    a_site_may_lie_in_each_of_its_places,
    what_is_no_regular_file_is_left_alone,
    what_may_not_be_read_is_said_once,
    a_huge_file_comes_cut,
    names_that_are_no_documents_stay_where_they_are,
    roots_without_number_do_not_fill_the_spool,
    what_is_being_written_waits_until_it_is_done,
    a_source_that_comes_and_goes_harms_nothing,
    what_waits_goes_up_once_with_a_receipt,
    a_lost_receipt_is_written_again,
    links_lead_nothing_out_of_the_folder_of_what_goes_up,
    only_so_much_goes_up_at_once,
    a_pace_that_changes_is_heard_at_once,
    a_source_that_is_named_no_more_is_the_end,
    a_killed_one_goes_on_where_it_was,
    a_full_spool_keeps_what_it_has,
    it_does_nothing_while_nothing_happens,
]


def run(test):
    """Whether it went well, and what to say."""
    with tempfile.TemporaryDirectory(prefix="sekisho-fetch-") as top:
        terminal = Terminal(top)
        try:
            why = test(terminal)
            return True, " # SKIP " + why if why else ""
        except Exception as error:  # pylint: disable=broad-except
            said = ""
            with contextlib.suppress(OSError):
                said = "\n# said: " + terminal.said().replace("\n", "\n# ")
            return False, "\n# %s: %s%s" % (type(error).__name__, error, said)
        finally:
            if terminal.process and terminal.process.poll() is None:
                terminal.process.kill()
                terminal.process.wait()


def main():
    chosen = [test for test in TESTS if not sys.argv[2:] or test.__name__ in sys.argv[2:]]
    all_good = True
    print("1..%d" % len(chosen), flush=True)
    # They wait most of the time.
    with ThreadPoolExecutor(len(chosen)) as pool:
        for number, (test, (good, text)) in enumerate(zip(chosen, pool.map(run, chosen)), 1):
            all_good &= good
            print("%sok %d - %s%s" % ("" if good else "not ", number,
                                      test.__name__.replace("_", " "), text), flush=True)
    return 0 if all_good else 1


if __name__ == "__main__":
    sys.exit(main())
