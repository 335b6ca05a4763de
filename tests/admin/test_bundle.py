#!/usr/bin/python3
"""exemptions.ini and revocations.ini, which hold several documents: what verify, lint and site pack
make of them. See desk.py."""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
import approver
import desk
from approver import DESK, ID, OTHER_ID, TIER
from desk import DONE, NO

FILE = f"{TIER}/terminals/{DESK}/exemptions.ini"
REVOCATIONS = f"{TIER}/revocations.ini"


def approved(desk):
    """Two exemptions in one file."""
    desk.ask()
    desk.ask(OTHER_ID, purpose="選挙の準備")
    desk.approve(DONE)
    desk.approve(DONE, number=OTHER_ID)
    return desk.read(FILE)


def each_document_is_judged_by_itself(desk):
    first, second = approved(desk).split(b"[exemption]")[1:]
    line = first.count(b"\n") + 1
    desk.expect(DONE, "verify", FILE, says=[
        f"{FILE}:1: good exemption {ID}, valid since", f"{FILE}:{line}: good exemption {OTHER_ID}",
        "signed by: kondo, by root 1", f"{ID}  tanaka at {DESK}: 0951:1666 001A92053B6A, read-only, 30m"])
    desk.write(FILE, b"[exemption]" + first.replace(b"30m", b"31m") + b"[exemption]" + second)
    desk.expect(NO, "verify", FILE, says=[
        f"{FILE}:1: refused (signature-wrong)", f"{FILE}:{line}: good exemption {OTHER_ID}"])


def what_no_policy_could_allow_is_refused(desk):
    text = approved(desk).split(b"-----BEGIN")[0]
    for old, new, says in (
            (b"requester = tanaka", b"requester = akondo", "refused (own-request): E-7K3M9Q2X: approved by "
             "kondo, and who asked for it, akondo"),
            (b"terminal = desk-17", b"terminal = desk-18", "refused (terminal): E-7K3M9Q2X: it is for the "
             "terminal desk-18, this is desk-17")):
        desk.write(FILE, text.replace(old, new))
        desk.sign(FILE, "kondo")
        desk.expect(NO, "verify", FILE, says=says)


def an_approver_of_another_tier_counts_for_nothing(desk):
    """Signed by hand, because sekisho-admin lets nobody of another tier sign."""
    text = approved(desk).split(b"-----BEGIN")[0]
    for keys in ["yoshida"], ["kondo", "yoshida"]:
        desk.write(FILE, text + b"".join(by_hand(desk, text, key) for key in keys))
        desk.expect(NO, "verify", FILE, says=["refused (scope)", "signed by yoshida, who has the role approver "
                                              "for internet"])


def by_hand(desk, text, key):
    desk.write("text", text)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "exemption@sekisho", "-f", desk.path(key),
                    desk.path("text")], check=True, stderr=subprocess.DEVNULL)
    signature = desk.read("text.sig")
    os.unlink(desk.path("text.sig"))
    return signature


def one_that_is_alone_needs_no_line(desk):
    desk.ask()
    desk.approve(DONE)
    desk.expect(DONE, "verify", FILE, says=f"{FILE}: good exemption {ID}")
    desk.expect(DONE, "exemption", "revoke", ID, "--key", "mori", "--folder", "site", "--yes",
                "--reason", "誤り")
    desk.expect(DONE, "verify", REVOCATIONS,
                says=f"{REVOCATIONS}: good revocation of the exemption {ID}, issued on")


def as_many_revocations_as_terminals_remember_are_read(desk):
    """The one file of a whole site: terminals read it to its end."""
    desk.expect(DONE, "exemption", "revoke", ID, "--key", "mori", "--folder", "site", "--yes", "--reason", "x")
    one = desk.read(REVOCATIONS)
    desk.write(REVOCATIONS, one * 1100)
    desk.expect(DONE, "verify", REVOCATIONS, says=f"good revocation of the exemption {ID}")
    desk.write(REVOCATIONS, one * ((1 << 20) // len(one) + 1))
    desk.expect(NO, "verify", REVOCATIONS, says=["refused (too-large)", "let no exemption count"])


def mistakes_are_named_in_their_lines(desk):
    first, second = approved(desk).split(b"[exemption]")[1:]
    at = first.count(b"\n") + second[:second.index(b"direction =")].count(b"\n") + 1
    desk.write(FILE, b"[exemption]" + first + b"[exemption]" +
               second.replace(b"direction = read-only", b"direction = reed-only"))
    desk.expect(NO, "policy", "lint", FILE, says=[
        f"{FILE}:1: no mistakes",
        f"{FILE}:{at}:13: read 'reed-only', expected one of read-only, read-write; did you mean "
        "read-only?"])


def a_file_with_several_is_not_signed_as_one(desk):
    approved(desk)
    before = desk.read(FILE)
    desk.expect(NO, "sign", "--key", "mori", "--yes", FILE,
                says=f'{FILE} holds 2 documents: "sekisho-admin exemption approve" signs one of them')
    assert desk.read(FILE) == before


def a_pack_carries_them_as_they_are(desk):
    approved(desk)
    desk.expect(DONE, "exemption", "revoke", OTHER_ID, "--key", "mori", "--folder", "site", "--yes",
                "--reason", "誤り")
    desk.expect(DONE, "site", "pack", "site", "my-number", "disc", says=[
        "revocation 1, judged by the terminal one by one", "exemption 2, judged by the terminal"])
    for name, source in (("revocations.ini", REVOCATIONS),
                         (f"terminals/{DESK}/exemptions.ini", FILE)):
        assert desk.read(f"disc/{name}") == desk.read(source), name
    os.rename(desk.path(REVOCATIONS), desk.path("site/revocations.ini"))
    desk.expect(DONE, "site", "pack", "site", "my-number", "again", says="revocation 1")
    desk.write(FILE, desk.read(f"{TIER}/policy.ini"))
    desk.expect(NO, "site", "pack", "site", "my-number", "other", says="is no file of exemptions")


if __name__ == "__main__":
    sys.exit(desk.main(globals(), approver.Approvers))
