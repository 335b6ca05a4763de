#!/usr/bin/python3
"""sekisho-admin publish: what somebody else published is not lost, and what is secret or a draft stays
at home.

usage: test_publish_guard.py BUILD

Prints TAP.  Needs no root.
"""
import fcntl
import os
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import published
from published import TIER, tree

import approver
import desk as desks
from desk import DONE, NO, UNKNOWN

OLD = "old/my-number"
MARK = b"never-to-be-published"


def keep_old(office):
    """The site as it is now is what somebody else still works with."""
    shutil.copytree(office.path("site"), office.path("old"))


def refused(desk, says):
    """From the old folder nothing is published, whatever it is."""
    place = desk.place()[1]
    before = tree(place)
    desk.publish("www", NO, says=[says, "nothing was published"], folder=OLD)
    assert tree(place) == before




def an_exemption_that_a_colleague_approved_is_not_lost(desk):
    desk.place()
    keep_old(desk)
    desk.ask()
    desk.approve(DONE)
    desk.publish("www")
    desk.folder = desk.path("elsewhere")
    os.makedirs(desk.folder)
    for name in os.listdir(desk.path("..")):
        if name not in ("elsewhere", "site", "old"):
            os.symlink("../" + name, desk.path(name))
    os.rename(desk.path("../old"), desk.path("site"))
    desk.ask(approver.OTHER_ID)
    desk.approve(DONE, number=approver.OTHER_ID)
    before = tree(desk.place()[1])
    desk.publish("www", NO, says=[f"exemptions.ini has in line 1 the exemption {approver.ID}, or a "
                                  "signature of it, that is missing here", "nothing was published"])
    assert tree(desk.place()[1]) == before


def a_second_approval_is_not_lost(desk):
    desk.place()
    desk.ask(direction="read-write")
    desk.approve(DONE)
    keep_old(desk)
    desk.approve(DONE, key="mori")
    desk.publish("www")
    refused(desk, "or a signature of it, that is missing here")


def what_a_thief_put_there_keeps_nobody_from_publishing(desk):
    """Not even a newer serial, another root or somebody else's exemption, where nobody signed it
    whom terminals believe."""
    _, place = desk.place()
    desk.ask()
    desk.approve(DONE)
    desk.publish("www")
    good = tree(place)
    forged = f"terminals/{approver.DESK}/exemptions.ini"
    policy = good["policy.ini"].replace(b"serial = 2\n", b"serial = 999\n")
    assert policy != good["policy.ini"]
    for name, data in (("policy.ini", policy), ("root/1.ini", b"x\n"),
                       ("root/2.ini", good["root/1.ini"].replace(b"serial = 1\n", b"serial = 2\n")),
                       ("fresh.ini", b"\0" * 100), ("revocations.ini", good[forged]),
                       (forged, good[forged].replace(approver.ID.encode(), b"E-3B5D7F9H"))):
        with open(f"{place}/{name}", "wb") as file:
            file.write(data)
    desk.publish("www", says="3 of 3 files were new")
    assert {name: tree(place)[name] for name in good} == good


def an_exemption_of_a_key_that_was_stolen_keeps_nobody_from_publishing(desk):
    _, place = desk.place()
    desk.publish("www")
    keep_old(desk)
    desk.ask()
    desk.approve(DONE)
    desk.publish("www")
    shutil.rmtree(desk.path("site"))
    os.rename(desk.path("old"), desk.path("site"))
    desk.ask(approver.OTHER_ID)
    desk.approve(DONE, number=approver.OTHER_ID, key="mori")
    desk.publish("www", NO, says=approver.ID)
    desk.expect(DONE, "rotate", "key", "kondo.pub", "--new", "doi.pub", "--folder", "site")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    desk.publish("www", says="2 of 4 files were new")
    assert approver.ID.encode() not in tree(place)[f"terminals/{approver.DESK}/exemptions.ini"]


def revoke(desk, number):
    desk.ask(number)
    desk.approve(DONE, number=number)
    desk.expect(DONE, "exemption", "revoke", number, "--reason", "誤り", "--key", "kondo",
                "--folder", "site", "--yes")


def what_was_revoked_stays_so(desk):
    desk.place()
    keep_old(desk)
    revoke(desk, approver.ID)
    desk.publish("www")
    refused(desk, "revocations.ini has in line 1 a revocation that is missing here")


def what_was_revoked_in_another_epoch_need_not_be_kept(desk):
    """Exemptions of before are dead; the commands leave their revocations out."""
    _, place = desk.place()
    revoke(desk, approver.ID)
    desk.publish("www")
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--new-epoch")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    policy = desk.read(f"{TIER}/policy.ini").split(b"-----BEGIN")[0].replace(
        b"\nepoch = 1\n", b"\nepoch = 2\n")
    desk.write(f"{TIER}/policy.ini", policy)
    desk.sign(f"{TIER}/policy.ini", "suzuki", "tanaka")
    desk.write(f"{TIER}/revocations.ini", b"")
    desk.publish("www", says="published for the tier")
    assert tree(place)["revocations.ini"] == b""


def two_policies_of_one_serial_are_never_published(desk):
    """Half of the terminals would have one for good, and half the other."""
    desk.place()
    keep_old(desk)
    desk.issue_policy()
    desk.publish("www")
    text = desk.read(f"{OLD}/policy.ini").split(b"-----BEGIN")[0]
    desk.write(f"{OLD}/policy.ini", text.replace(b"serial = 2\n", b"serial = 3\n").replace(
        b"phone = block", b"phone = allow"))
    desk.sign(f"{OLD}/policy.ini", "suzuki", "tanaka")
    refused(desk, "policy.ini has the serial 3 as the one here, and another text")


def a_signature_more_is_no_other_policy(desk):
    _, place = desk.place()
    desk.publish("www")
    text, *signatures = desk.read(f"{TIER}/policy.ini").split(b"-----BEGIN")
    desk.write(f"{TIER}/policy.ini", b"-----BEGIN".join([text, *reversed(signatures)]))
    desk.publish("www", says="1 of 2 files were new")
    assert tree(place)["policy.ini"] == desk.read(f"{TIER}/policy.ini")


def a_root_of_a_colleague_is_followed_and_never_replaced(desk):
    desk.place()
    keep_old(desk)
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--add-to-role", "approver=tanaka")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    desk.publish("www")
    refused(desk, "root/2.ini is a root that follows the newest one here")
    desk.expect(DONE, "root", "rotate", "--root", "old/root", "--add-to-role", "approver=suzuki")
    desk.sign("old/root/2.ini", "suzuki", "tanaka")
    refused(desk, "root/2.ini is another root than the one of that number here")


def a_newer_fresh_of_the_timers_host_stays(desk):
    """It may have a folder of its own; the desk's is older each hour."""
    _, place = desk.place()
    desk.prove()
    keep_old(desk)
    desk.prove()
    desk.publish("www")
    newer = tree(place)["fresh.ini"]
    for folder in "old/my-number", TIER:
        assert (desk.read(folder + "/fresh.ini") == newer) == (folder == TIER)
        desk.publish("www", folder=folder)
        assert tree(place)["fresh.ini"] == newer
    os.unlink(desk.path(f"{TIER}/fresh.ini"))
    desk.publish("www")
    assert tree(place)["fresh.ini"] == newer


def secrets_and_drafts_stay_at_home(desk):
    """One of everything that lies in a folder of administrators, and is not for terminals."""
    desk.ask()
    desk.approve(DONE)
    desk.list_terminal("desk-17")
    text = MARK + b"\n"
    for name in ("site.key", "site/suzuki", "site/root/suzuki", "site/root/2.ini", "site/root/2.ini.X",
                 "site/root/draft.ini", f"{TIER}/tickets.ini", f"{TIER}/.tickets.ini.lock",
                 f"{TIER}/fleet-seen", f"{TIER}/register.csv", f"{TIER}/desk.key", f"{TIER}/suzuki",
                 f"{TIER}/policy.ini.bak", f"{TIER}/policy.ini.a1b2c3", f"{TIER}/.policy.ini.new",
                 f"{TIER}/draft.ini", f"{TIER}/tokens.csv", f"{TIER}/tokens.ini", f"{TIER}/media/00.bak",
                 f"{TIER}/terminals/desk-17/terminal-key.ini", f"{TIER}/terminals/desk-17/desk.key",
                 f"{TIER}/terminals/desk-17/tokens.ini.a1b2c3", f"{TIER}/terminals/desk-17/notes.txt",
                 f"{TIER}/terminals/desk-17/policy.ini", f"{TIER}/terminals/desk-17/more/tokens.ini",
                 f"{TIER}/terminals/tokens.ini", "site/up/ab/join-1.ini"):
        os.makedirs(os.path.dirname(desk.path(name)), exist_ok=True)
        desk.write(name, text)
    site = desk.read(f"{TIER}/site.ini")
    desk.write(f"{TIER}/site.ini", b"# " + text + site)
    entry = desk.read(f"{TIER}/terminals/desk-17/terminal.ini")
    desk.write(f"{TIER}/terminals/desk-17/terminal.ini", b"# " + text + entry)
    for name in os.listdir(desk.path("site/root")):
        assert name == "1.ini" or MARK in desk.read("site/root/" + name), name
    for to in "www", "localhost:" + desk.path("www"):
        shutil.rmtree(desk.path("www"), ignore_errors=True)
        desk.place()
        desk.write("ssh", b"#!/bin/sh\nwhile [ \"$1\" != localhost ]; do shift; done\nshift\n"
                   b"exec \"$@\"\n")
        os.chmod(desk.path("ssh"), 0o755)
        desk.publish(to, says="3 of 3 files were new", RSYNC_RSH=desk.path("ssh"))
        found = tree(desk.path("www"))
        assert set(found) == {"sekisho/tosu/root/1.ini", "sekisho/tosu/policy.ini",
                              f"sekisho/tosu/terminals/{approver.DESK}/exemptions.ini"}, found.keys()
        assert not any(MARK in data for data in found.values())


def a_draft_among_exemptions_stops_everything(desk):
    """Before, between or behind what is signed."""
    _, place = desk.place()
    desk.ask()
    desk.approve(DONE)
    desk.publish("www")
    name = f"{TIER}/terminals/{approver.DESK}/exemptions.ini"
    good, before = desk.read(name), tree(place)
    draft = good.split(b"-----BEGIN")[0]
    for data, line in ((good + draft, good.count(b"\n") + 1), (draft + good, 1),
                       (good + b"# a note\n" + good, good.count(b"\n") + 1)):
        desk.write(name, data)
        desk.publish("www", NO, says=[f"what begins in line {line} is no signed exemption",
                                      "nothing was published"])
        assert tree(place) == before


def nothing_is_written_behind_a_link(desk):
    _, place = desk.place()
    desk.ask()
    desk.approve(DONE)
    os.makedirs(f"{place}/terminals")
    os.makedirs(desk.path("elsewhere"))
    os.symlink(desk.path("elsewhere"), f"{place}/terminals/{approver.DESK}")
    desk.publish("www", UNKNOWN, says="a folder above it is a link")
    assert not os.listdir(desk.path("elsewhere"))
    desk.write("elsewhere/exemptions.ini", b"another's\n")
    desk.list_terminal(approver.DESK, state="retired")
    desk.publish("www", UNKNOWN, says="a folder above it is a link")
    assert os.listdir(desk.path("elsewhere")) == ["exemptions.ini"]
    os.unlink(f"{place}/terminals/{approver.DESK}")
    # A file that is a link is replaced, and what it leads to is left alone.
    desk.list_terminal(approver.DESK)
    desk.write("other.ini", desk.read(f"{TIER}/policy.ini"))
    os.unlink(f"{place}/policy.ini")
    os.symlink(desk.path("other.ini"), f"{place}/policy.ini")
    desk.issue_policy()
    desk.publish("www")
    assert not os.path.islink(f"{place}/policy.ini")
    assert desk.read("other.ini") != tree(place)["policy.ini"] == desk.read(f"{TIER}/policy.ini")


def what_a_run_that_was_cut_off_left_of_a_retired_terminal_goes(desk):
    _, place = desk.place()
    desk.ask()
    desk.approve(DONE)
    desk.list_terminal(approver.DESK)
    desk.publish("www")
    with open(f"{place}/terminals/{approver.DESK}/.exemptions.ini.new", "wb") as file:
        file.write(b"half\n")
    desk.list_terminal(approver.DESK, state="retired")
    desk.publish("www", says="1 removed")
    assert not os.path.exists(f"{place}/terminals/{approver.DESK}")


def two_who_publish_into_one_folder_come_one_after_the_other(desk):
    """And what the first wrote is what the second is judged by."""
    _, place = desk.place()
    desk.publish("www")
    keep_old(desk)
    desk.issue_policy()
    desk.publish("www")
    newer = tree(place)["policy.ini"]
    with open(f"{place}/policy.ini", "wb") as file:
        file.write(desk.read(f"{OLD}/policy.ini"))
    with open(f"{place}/.publish.lock", "r+b") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        late = subprocess.Popen([desks.ADMIN, "publish", "--folder", OLD, "--to", "www"],
                                cwd=desk.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        # It has the folder's lock open, and waits.
        while not any(os.path.realpath(f"/proc/{late.pid}/fd/{fd}").endswith(".publish.lock")
                      for fd in os.listdir(f"/proc/{late.pid}/fd")):
            assert late.poll() is None
            time.sleep(0.01)
        with open(f"{place}/policy.ini.part", "wb") as file:
            file.write(newer)
        os.rename(f"{place}/policy.ini.part", f"{place}/policy.ini")
    said = late.communicate(timeout=60)[0].decode()
    assert late.returncode == NO and "somebody published from a newer folder" in said, said
    assert tree(place)["policy.ini"] == newer


def what_another_one_wrote_meanwhile_is_said(desk):
    """By rsync nothing can be locked."""
    _, place = desk.place()
    desk.publish("www")
    other = desk.read(f"{TIER}/policy.ini")
    desk.write("other.ini", other)
    desk.issue_policy()
    real = shutil.which("rsync")
    desk.write("ssh", b"#!/bin/sh\nwhile [ \"$1\" != localhost ]; do shift; done\nshift\n"
               b"exec \"$@\"\n")
    desk.write("rsync", (
        f"#!/bin/sh\n{real} \"$@\"; code=$?\n"
        f"case \"$*\" in *--delay-updates*) cp {desk.path('other.ini')} {place}/policy.ini;; esac\n"
        "exit $code\n").encode())
    for name in "ssh", "rsync":
        os.chmod(desk.path(name), 0o755)
    desk.publish("localhost:" + desk.path("www"), UNKNOWN, RSYNC_RSH=desk.path("ssh"),
                 PATH=desk.folder + ":" + os.environ["PATH"],
                 says=["policy.ini is not what was written: somebody else publishes there just now",
                       "publish once more"])


if __name__ == "__main__":
    sys.exit(desks.main(globals(), published.Approvers))
