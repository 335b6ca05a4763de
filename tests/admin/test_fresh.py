#!/usr/bin/python3
"""sekisho-admin fresh, as a timer calls it. See desk.py."""
import base64
import hashlib
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import desk
from desk import DONE, NO, UNKNOWN

POLICY, FRESH = "site/my-number/policy.ini", "site/my-number/fresh.ini"
COMMAND = ("fresh", "--root", "site/root", "--key", "timer", "--policy", POLICY, "--out", FRESH)


def text_sha256(data):
    text = data.split(b"-----BEGIN SSH SIGNATURE-----\n")[0]
    return base64.b64encode(hashlib.sha256(text).digest()).rstrip(b"=")


def moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds)).encode()


def signed_site(desk, key="timer"):
    desk.make_key(key)
    desk.init(more=[f"--fresh-key={key}.pub"])
    for name in "site/root/1.ini", POLICY:
        desk.sign(name, "suzuki", "tanaka")


def it_names_what_is_there_and_holds_for_a_week(desk):
    signed_site(desk)
    before = int(time.time())
    desk.expect(DONE, *COMMAND, says="written: " + FRESH)
    text = desk.read(FRESH)
    serial = int(re.search(rb"\nserial = (\d+)\n", text).group(1))
    assert before <= serial <= time.time(), serial
    assert b"policy-serial = 1\npolicy-sha256 = " + text_sha256(desk.read(POLICY)) + b"\n" in text
    assert b"root-serial = 1\nroot-sha256 = " + text_sha256(desk.read("site/root/1.ini")) + b"\n" in text
    assert b"media-serial" not in text
    desk.expect(DONE, "verify", "--tier", "my-number", FRESH, says="signed by: fresh-timer")
    for days, status in (6, DONE), (8, NO):
        then = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + days * 86400))
        desk.expect(status, "verify", "--now", then, FRESH)
    an_hour_ago = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600))
    desk.expect(DONE, "verify", "--now", an_hour_ago, FRESH, says="good fresh, serial")


def its_serial_only_rises(desk):
    signed_site(desk)
    desk.expect(DONE, *COMMAND)
    first = int(re.search(rb"\nserial = (\d+)\n", desk.read(FRESH)).group(1))
    desk.expect(DONE, *COMMAND)
    assert int(re.search(rb"\nserial = (\d+)\n", desk.read(FRESH)).group(1)) > first
    # The clock was ahead by an hour, or by two days, which terminals would not take.
    for hours, status in (1, DONE), (48, NO):
        ahead = int(time.time()) + hours * 3600
        text = re.sub(rb"\nserial = \d+\nissued = \S+\n",
                      b"\nserial = %d\nissued = %s\n" % (ahead, moment(ahead)), desk.read(FRESH))
        desk.write(FRESH, text)
        desk.expect(status, *COMMAND, says="written" if status == DONE else "(future)")
        serial = int(re.search(rb"\nserial = (\d+)\n", desk.read(FRESH)).group(1))
        assert serial == ahead + (status == DONE), serial


def the_order_of_signatures_makes_no_other_document(desk):
    """Whoever holds no key can reorder and double them."""
    signed_site(desk)
    policy = desk.read(POLICY)
    text, first, second = policy.split(b"-----BEGIN SSH SIGNATURE-----\n")
    begin = b"-----BEGIN SSH SIGNATURE-----\n"
    hashes = set()
    for signatures in (first, second), (second, first), (first, second, first):
        desk.write(POLICY, text + b"".join(begin + one for one in signatures))
        said = desk.expect(DONE, "verify", "--tier", "my-number", POLICY, says="SHA-256")
        hashes.add(re.search(r"SHA-256: (.*)", said).group(1))
        desk.expect(DONE, *COMMAND)
        assert b"\npolicy-sha256 = " + text_sha256(policy) + b"\n" in desk.read(FRESH)
    assert hashes == {" ".join(re.findall("." * 16, hashlib.sha256(text).hexdigest()))}, hashes


def it_vouches_for_nothing_that_does_not_verify(desk):
    signed_site(desk)
    desk.expect(DONE, *COMMAND)
    desk.make_key("stranger")
    policy, root = desk.read(POLICY), desk.read("site/root/1.ini")
    for name, data, says in (
            (POLICY, policy.replace(b"camera = block", b"camera = allow"), "(signature-wrong)"),
            (POLICY, policy.split(b"-----BEGIN")[0], "(unsigned)"),
            (POLICY, root, "is no policy"),
            (POLICY, policy[:-10], "(cut)"),
            ("site/root/1.ini", root.replace(b"threshold = 2", b"threshold = 1"),
             "(signature-wrong)")):
        good = desk.read(name)
        desk.write(name, data)
        before = desk.files()
        desk.expect(NO, *COMMAND, says=says)
        assert desk.files() == before, says
        desk.write(name, good)
    before = desk.files()
    for key in "stranger", "suzuki":
        words = [key if word == "timer" else word for word in COMMAND]
        desk.expect(NO, *words, says="terminals would refuse this fresh")
    assert desk.files() == before


def it_replaces_nothing_but_a_fresh(desk):
    signed_site(desk)
    before = desk.files()
    for out in POLICY, "suzuki.pub":
        desk.expect(UNKNOWN, *COMMAND[:-1], out, says="is no fresh: it is left alone")
    desk.expect(UNKNOWN, *COMMAND[:-1], "nowhere/fresh.ini", says="cannot be written")
    desk.expect(UNKNOWN, *COMMAND[:-1], ".", says="cannot be read")
    assert desk.files() == before
    for leave_out in range(1, len(COMMAND), 2):
        desk.expect(UNKNOWN, *COMMAND[:leave_out], *COMMAND[leave_out + 2:], says="usage")


def a_timer_is_never_asked_anything(desk):
    """Neither on a terminal, nor by a window, where the key has a passphrase."""
    signed_site(desk)
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "secret", "-P", "", "-f", desk.path("timer")],
                   check=True, stdout=subprocess.DEVNULL)
    desk.write("ask", b"#!/bin/sh\ntouch asked\necho secret\n")
    os.chmod(desk.path("ask"), 0o755)
    os.environ.update(SSH_ASKPASS=desk.path("ask"), DISPLAY=":0", SSH_ASKPASS_REQUIRE="force")
    try:
        code, output = desk.type(*COMMAND, answers=["secret"])
    finally:
        for name in "SSH_ASKPASS", "DISPLAY", "SSH_ASKPASS_REQUIRE":
            del os.environ[name]
    assert code == NO and "passphrase for" not in output, output
    assert not os.path.exists(desk.path("asked")) and not os.path.exists(desk.path(FRESH))


def a_key_in_an_agent_will_do(desk):
    signed_site(desk)
    with desk.agent() as agent:
        subprocess.run(["ssh-add", "-q", desk.path("timer")], check=True,
                       stderr=subprocess.DEVNULL, env={**os.environ, **agent})
        os.unlink(desk.path("timer"))
        desk.expect(DONE, *["timer.pub" if word == "timer" else word for word in COMMAND], **agent)
    desk.expect(DONE, "verify", FRESH)


def signed_media(desk, folder="site/my-number"):
    desk.write("ledger.csv", "管理番号,シリアル番号,VID_PID\nM-1,A1,0951:1666\n".encode())
    desk.expect(DONE, "media", "import", "--ledger", "ledger.csv", folder)
    for who in "suzuki", "tanaka":
        desk.expect(DONE, "media", "sign", "--key", who, folder)


def it_takes_the_media_beside_the_policy(desk):
    signed_site(desk)
    desk.expect(DONE, *COMMAND, says="written: " + FRESH + ", without registered media")
    signed_media(desk)
    output = desk.expect(DONE, *COMMAND, says="written: " + FRESH)
    assert "without" not in output
    desk.expect(DONE, "verify", FRESH, says="newest: root 1 policy 1 media 1")
    # A list that does not verify is not left out in silence.
    desk.edit("site/my-number/media.ini", b"serial = 1", b"serial = 2")
    before = desk.files()
    desk.expect(NO, *COMMAND, says="site/my-number/media.ini is refused (signature-wrong)")
    os.rename(desk.path("site/my-number/media.ini"), desk.path("media.away"))
    desk.expect(NO, *COMMAND, says=["names a list of registered media", "say --media, or delete"])
    os.rename(desk.path("media.away"), desk.path("site/my-number/media.ini"))
    assert desk.files() == before
    # In the folder of the policy itself, too.
    desk.edit("site/my-number/media.ini", b"serial = 2", b"serial = 1")
    code, output = desk.shell("site/my-number", "sekisho-admin fresh --root ../root --key ../../timer "
                              "--policy policy.ini --out fresh.ini")
    assert code == DONE, output
    desk.expect(DONE, "verify", FRESH, says="newest: root 1 policy 1 media 1")


def it_replaces_no_fresh_of_another_tier(desk):
    desk.make_key("timer")
    desk.init(more=["--fresh-key=timer.pub"], tiers=("my-number", "internet"))
    for name in "site/root/1.ini", POLICY, "site/internet/policy.ini":
        desk.sign(name, "suzuki", "tanaka")
    other = "site/internet/fresh.ini"
    internet = [word.replace("my-number", "internet") for word in COMMAND]
    desk.expect(DONE, *internet)
    before = desk.files()
    desk.expect(NO, *COMMAND[:-1], other,
                says="is the fresh of the site tosu and the tier internet, the policy is of tosu and "
                     "my-number: it is left alone")
    desk.edit(other, b"site = tosu", b"site = saga")
    desk.expect(NO, *internet, says="is the fresh of the site saga")
    desk.edit(other, b"site = saga", b"site = tosu")
    assert desk.files() == before
    desk.expect(DONE, *internet)


def it_follows_the_chain_but_no_draft(desk):
    signed_site(desk)
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--threshold", "root=2")
    desk.expect(DONE, *COMMAND, says="2.ini is not believed (unsigned")
    assert b"\nroot-serial = 1\n" in desk.read(FRESH)
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    desk.expect(DONE, *COMMAND)
    assert b"\nroot-serial = 2\n" in desk.read(FRESH)
    desk.expect(DONE, "verify", FRESH, says="newest: root 2 policy 1")


sys.exit(desk.main(globals()))
