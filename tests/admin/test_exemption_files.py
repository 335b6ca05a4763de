#!/usr/bin/python3
"""What sekisho-admin exemption finds and writes: folders, files of several documents, two people at
once, a full disk. See desk.py."""
import os
import re
import shutil
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
import approver
import desk
from approver import DESK, FOLDER, ID, OTHER_ID, TIER
from desk import ADMIN, DONE, NO, UNKNOWN

BUNDLE = f"{TIER}/terminals/{DESK}/exemptions.ini"


def every_layout_that_terminals_fetch_from_is_known(desk):
    desk.ask()
    for source in "share/tosu", "disc/sekisho/tosu":
        os.makedirs(desk.path(source))
        for name in "root", "up":
            shutil.copytree(desk.path(f"site/{name}"), desk.path(f"{source}/{name}"))
        for name in "policy.ini", "site.ini":
            shutil.copy(desk.path(f"{TIER}/{name}"), desk.path(f"{source}/{name}"))
        folder = source.split("/", maxsplit=1)[0]
        desk.expect(DONE, "exemption", "requests", folder, says="tanaka at desk-17")
        desk.expect(DONE, "exemption", "approve", ID, "--key", "kondo", "--folder", folder, "--yes",
                    says=f"written: {source}/terminals/desk-17/exemptions.ini")
        desk.expect(DONE, "verify", f"{source}/terminals/desk-17/exemptions.ini")
    desk.expect(DONE, "exemption", "revoke", ID, "--reason", "x", "--key", "kondo", "--folder", "share/tosu", "--yes",
                says="written: share/tosu/revocations.ini")
    # What the whole site has is not hidden by a list of the tier.
    desk.write("site/revocations.ini", desk.read("share/tosu/revocations.ini"))
    desk.approve(NO, says="(revoked)")
    desk.expect(DONE, "exemption", "revoke", "--medium", "M-1", "--reason", "x", "--key", "kondo", "--folder", FOLDER,
                "--yes", says="written: site/revocations.ini")


def whoever_may_write_the_folder_may_approve_there(desk):
    """Files that one approver makes are no obstacle to another one of the group."""
    os.mkdir(desk.path(f"{TIER}/terminals"))
    os.chmod(desk.path(f"{TIER}/terminals"), 0o2775)
    desk.ask()
    old = os.umask(0o077)
    try:
        desk.approve(DONE)
    finally:
        os.umask(old)
    folder = f"{TIER}/terminals/{DESK}"
    assert os.stat(desk.path(folder)).st_mode & 0o2775 == 0o2775
    assert os.stat(desk.path(f"{folder}/.exemptions.ini.lock")).st_mode & 0o777 == 0o664


def two_approvers_at_the_same_time_lose_nothing(desk):
    numbers = [f"E-0000000{n}" for n in range(6)]
    for number in numbers:
        desk.ask(number, direction="read-write")
    found = {}

    def approve_all(key):
        found[key] = [desk.run("exemption", "approve", number, "--key", key, "--folder", FOLDER,
                               "--yes") for number in numbers]
    both = [threading.Thread(target=approve_all, args=(key,)) for key in ("kondo", "mori")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    for key in found:
        assert all(code == DONE for code, _ in found[key]), found
    assert sorted(n for _, n in desk.texts()) == [2] * 6, desk.bundle().decode()
    listed = desk.expect(DONE, "exemption", "list", FOLDER)
    assert listed.count("counts; approved by kondo mori") == 6, listed


def who_was_slower_adds_to_what_the_faster_one_granted(desk):
    """While kondo touches the key, mori approves the same request for another time."""
    desk.ask(direction="read-write", duration="2h")
    os.mkdir(desk.path("slow"))
    command = f"{ADMIN} exemption approve {ID} --for 1h --key mori --folder {FOLDER} --yes"
    desk.write("slow/ssh-keygen", f"""#!/bin/sh
PATH=${{PATH#*:}}
rm busy 2>/dev/null && {command} >/dev/null
exec ssh-keygen "$@"
""".encode())
    os.chmod(desk.path("slow/ssh-keygen"), 0o755)
    path = f"{desk.path('slow')}:{os.environ['PATH']}"
    desk.write("busy", b"")
    desk.approve(DONE, PATH=path, says=["read-write, 2h", "somebody else approved it just now", "read-write, 1h",
                                        "approved by kondo mori: enough"])
    (text, n_signatures), = desk.texts()
    assert n_signatures == 2 and b"\nduration = 1h\n" in text, text
    desk.ask(OTHER_ID, direction="read-write", duration="2h")
    desk.edit("slow/ssh-keygen", ID.encode(), OTHER_ID.encode())
    desk.write("busy", b"")
    desk.approve(NO, "--for", "30m", number=OTHER_ID, PATH=path, says="--for is another value")
    assert desk.texts()[1][1] == 1


def a_request_that_lies_in_a_wrong_place_counts_for_nothing(desk):
    path = desk.ask()
    os.makedirs(desk.path("site/up/desk-18"))
    shutil.copy(desk.path(path), desk.path(f"site/up/desk-18/request-{ID}.ini"))
    desk.expect(NO, "exemption", "requests", FOLDER, says=["tanaka at desk-17", "it is not looked at"])
    desk.approve(NO, says="it is not looked at")
    desk.ask(terminal="desk-18")
    desk.approve(NO, says="two terminals have handed in")
    desk.approve(DONE, number=f"site/up/desk-18/request-{ID}.ini", says="tanaka at desk-18")
    desk.write(f"site/up/desk-18/request-{ID}.ini", b"[request]\nkind = policy\n")
    desk.expect(NO, "exemption", "requests", FOLDER,
                says=f"site/up/desk-18/request-{ID}.ini:2:8: read 'policy'")


def the_folder_is_found_where_a_request_lies(desk):
    path = desk.ask()
    desk.expect(DONE, "exemption", "approve", path, "--key", "kondo", "--yes", says="enough")
    assert desk.texts()


def a_bundle_that_somebody_edited_is_told_and_spoils_no_other(desk):
    desk.ask()
    desk.ask(OTHER_ID)
    desk.approve(DONE)
    desk.edit(BUNDLE, b"duration = 30m", b"duration = 8h")
    desk.expect(DONE, "exemption", "list", FOLDER, says=["terminals refuse it", "does not fit the text"])
    before = desk.files()
    desk.approve(NO, key="mori", says="does not fit the text")
    assert desk.files() == before
    desk.approve(DONE, number=OTHER_ID)
    assert len(desk.texts()) == 2
    desk.write(BUNDLE, b"# kept by hand\n" + desk.bundle())
    desk.expect(DONE, "exemption", "list", FOLDER, says=["terminals refuse it", "counts; approved by kondo"])
    desk.write(BUNDLE, desk.bundle() + b"# and this\n")
    before = desk.files()
    desk.ask("E-00000003")
    desk.approve(NO, number="E-00000003", says=["is damaged", "line "])
    desk.write(BUNDLE, desk.bundle()[:-40])
    desk.approve(NO, number="E-00000003", says="is damaged")
    desk.write(BUNDLE, b"\0" * 40)
    desk.approve(NO, number="E-00000003", says="is damaged")


def what_has_ended_long_ago_is_left_out(desk):
    for n in range(3):
        desk.ask(f"E-0000000{n}")
    desk.approve(DONE, number="E-00000000")
    desk.approve(DONE, number="E-00000001")
    old = re.sub(rb"(issued|not-before|not-after|requested) = 20\d\d", rb"\1 = 2020", desk.texts()[0][0])
    desk.write("old", old)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "exemption@sekisho", "-f", desk.path("kondo"),
                    desk.path("old")], check=True, stderr=subprocess.DEVNULL)
    keep = desk.bundle()[len(desk.texts()[0][0]):]
    keep = keep[keep.index(b"[exemption]"):]
    desk.write(BUNDLE, old + desk.read("old.sig") + keep)
    desk.expect(DONE, "exemption", "list", FOLDER, says="has ended; approved by kondo")
    desk.approve(DONE, number="E-00000002")
    assert [re.search(rb"\nid = (\S+)", text).group(1) for text, _ in desk.texts()] == \
        [b"E-00000001", b"E-00000002"]


def at_most_so_many_as_a_terminal_reads(desk):
    desk.ask()
    desk.approve(DONE)
    desk.write(BUNDLE, desk.bundle() * 64)
    desk.ask(OTHER_ID)
    before = desk.files()
    desk.approve(NO, number=OTHER_ID, says="terminals read at most 64")
    assert desk.files() == before


REVOCATIONS = f"{TIER}/revocations.ini"


def revoke(desk, status, *words, **more):
    return desk.expect(status, "exemption", "revoke", *words, "--reason", "x", "--key", "kondo", "--folder",
                       FOLDER, "--yes", **more)


def no_revocation_is_written_beyond_what_a_terminal_reads(desk):
    revoke(desk, DONE, "E-00000000")
    one = desk.read(REVOCATIONS)
    desk.write(REVOCATIONS, one * 1100)
    revoke(desk, DONE, "E-00000001")
    assert len(desk.read(REVOCATIONS)) > 1100 * len(one)
    desk.write(REVOCATIONS, one * ((1 << 20) // len(one)))
    before = desk.files()
    revoke(desk, NO, "E-00000001", says=["let no exemption count at all: nothing was written",
                                         "sekisho-admin root rotate --new-epoch"])
    assert desk.files() == before


def a_new_epoch_makes_room_and_keeps_lost_media(desk):
    revoke(desk, DONE, "E-00000000")
    revoke(desk, DONE, "--medium", "M-1")
    desk.ask()
    desk.expect(DONE, "exemption", "refuse", ID, "--reason", "x", "--key", "kondo", "--folder", FOLDER, "--yes")
    assert desk.read(REVOCATIONS).count(b"[revocation]") == 3
    for name in "site/root/1.ini", f"{TIER}/policy.ini":
        text = desk.read(name).split(b"-----BEGIN")[0]
        desk.write(name, text.replace(b"epoch = 1", b"epoch = 2"))
        desk.sign(name, "suzuki", "tanaka")
    revoke(desk, DONE, "E-00000001")
    assert re.findall(rb"\n(?:exemption|medium|request) = (\S+)", desk.read(REVOCATIONS)) == [b"M-1", b"E-00000001"]


def a_full_disk_changes_nothing(desk):
    """As a limit of file size: the first bytes fit, and the rest does not."""
    desk.ask()
    desk.ask(OTHER_ID)
    desk.approve(DONE)
    before = desk.files()
    done = subprocess.run(["sh", "-c", 'trap "" XFSZ; ulimit -f 1; exec "$@"', "sh", ADMIN, "exemption",
                           "approve", OTHER_ID, "--key", "kondo", "--folder", FOLDER, "--yes"],
                          cwd=desk.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    assert done.returncode == UNKNOWN and b"cannot be written" in done.stdout, done.stdout.decode()
    assert desk.files() == before


def without_root_or_policy_nobody_can_approve(desk):
    desk.ask()
    desk.edit(f"{TIER}/policy.ini", b"longest = 8h", b"longest = 9h")
    desk.approve(NO, says=["policy.ini is refused", "Without a policy terminals take no exemption"])
    os.rename(desk.path("site/root"), desk.path("roots"))
    desk.approve(UNKNOWN, says="say --root")


if __name__ == "__main__":
    sys.exit(desk.main(globals(), approver.Approvers))
