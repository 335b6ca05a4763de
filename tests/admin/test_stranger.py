#!/usr/bin/python3
"""What sekisho-admin verify says of documents that are not what they are said to be. See desk.py."""
import os
import shutil
import sys

sys.dont_write_bytecode = True
import desk
from desk import DONE, NO, UNKNOWN


def two_sites(where):
    """Ours, signed; and one that a stranger made under our site's name."""
    ours, theirs = where.init("ours"), where.room("stranger").init("theirs")
    stranger = where.path("stranger")
    for name in "ours/root/1.ini", ours + "/policy.ini":
        where.sign(name, "suzuki", "tanaka")
    for name in "theirs/root/1.ini", theirs + "/policy.ini":
        for who in "suzuki", "tanaka":
            where.expect(DONE, "sign", "--key", f"{stranger}/{who}", f"{stranger}/{name}")
    return ours + "/policy.ini", "stranger/theirs/root/1.ini"


ALONE = "compare the SHA-256 with paper"


def a_root_of_strangers_is_not_ours_under_any_name(desk):
    policy, theirs = two_sites(desk)
    for place in "ours/root", "ours/root/1.ini":
        for name in "policy.ini", "media.ini", "fresh.ini":
            shutil.copy(desk.path(theirs), desk.path(name))
            desk.expect(NO, "verify", "--root", place, "--site", "tosu", "--tier", "my-number", name,
                        says=f"{name}: refused (kind): the document is a root, and {name} is the name")
        for name in "1.ini", "root.ini", "new.ini":
            shutil.copy(desk.path(theirs), desk.path(name))
            desk.expect(NO, "verify", "--root", place, name,
                        says=[f"{name}: refused (chain): it is another root 1 than", "ours/root/1.ini"])
            os.unlink(desk.path(name))
    shutil.copy(desk.path(theirs), desk.path("ours/new.ini"))  # the chain is found beside
    desk.expect(NO, "verify", "ours/new.ini", says="refused (chain)")
    desk.expect(DONE, "verify", "ours/root/1.ini", policy)


def a_first_root_vouches_for_itself_and_that_is_said(desk):
    two_sites(desk)
    desk.expect(DONE, "verify", "stranger/theirs/root/1.ini", says=["good root, serial 1", ALONE])
    desk.write("1.ini", desk.read("ours/root/1.ini"))
    desk.expect(DONE, "verify", "1.ini", says=ALONE)
    output = desk.expect(DONE, "verify", "--root", "ours/root", "1.ini",
                         says="it is the first root of that chain")
    assert ALONE not in output
    # The same text, signed in another order.
    text, *armours = desk.read("1.ini").split(b"-----BEGIN")
    desk.write("1.ini", text + b"".join(b"-----BEGIN" + armour for armour in reversed(armours)))
    desk.expect(DONE, "verify", "--root", "ours/root", "1.ini", says="it is the first root of that")


def a_first_root_is_compared_with_the_first_of_a_longer_chain(desk):
    two_sites(desk)
    desk.expect(DONE, "root", "rotate", "--root", "ours/root", "--threshold", "root=2")
    desk.sign("ours/root/2.ini", "suzuki", "tanaka")
    for place in "ours/root", "ours/root/2.ini":
        desk.expect(DONE, "verify", "--root", place, "ours/root/1.ini")
        desk.expect(NO, "verify", "--root", place, "stranger/theirs/root/1.ini", says="(chain)")
    desk.write("root.ini", desk.read("ours/root/2.ini"))
    desk.expect(UNKNOWN, "verify", "--root", "root.ini", "ours/root/1.ini",
                says="root.ini does not lead to the first root of a chain")


def a_document_is_refused_under_the_name_of_another_kind(desk):
    policy, _ = two_sites(desk)
    for name, noun in (("media.ini", "list of media"), ("fresh.ini", "fresh"), ("root.ini", "root"),
                       ("7.ini", "root")):
        path = f"ours/my-number/{name}"
        desk.write(path, desk.read(policy))
        desk.expect(NO, "verify", "--root", "ours/root", path,
                    says=f"(kind): the document is a policy, and {name} is the name of a {noun}")
        os.unlink(desk.path(path))
    desk.write("ours/my-number/other.ini", desk.read(policy))
    desk.expect(DONE, "verify", "ours/my-number/other.ini", says="other.ini: good policy, serial 1")


def a_root_under_another_number_is_refused(desk):
    two_sites(desk)
    for number in 2, 3:
        desk.expect(DONE, "root", "rotate", "--root", "ours/root", "--threshold", "root=2")
        desk.sign(f"ours/root/{number}.ini", "suzuki", "tanaka")
    desk.write("2.ini", desk.read("ours/root/3.ini"))
    desk.expect(NO, "verify", "2.ini",
                says="(chain): the document is root 3, and 2.ini is the name of root 2")
    os.unlink(desk.path("ours/root/1.ini"))
    desk.expect(NO, "verify", "ours/root/3.ini", says="root/1.ini is missing")
    desk.write("3.ini", desk.read("ours/root/3.ini"))
    desk.expect(UNKNOWN, "verify", "3.ini",
                says="3.ini is root 3, and the roots before it are not beside it: say --root")


def a_cut_document_is_refused_without_a_root(desk):
    policy, _ = two_sites(desk)
    for name, source in ("1.ini", "ours/root/1.ini"), ("policy.ini", policy):
        desk.write(name, desk.read(source)[:-40])
        desk.expect(NO, "verify", name, says=f"{name}: refused (cut)")
        desk.write(name, desk.read(source).split(b"-----BEGIN")[0])
        desk.expect(NO, "verify", name, says=f"{name}: refused (unsigned)")
        os.unlink(desk.path(name))


def a_document_that_is_too_large_is_refused(desk):
    policy, _ = two_sites(desk)
    for size in 300_000, 5_000_000:
        desk.write(policy, desk.read(policy) + b"#" * size)
        for command, words in (("verify",), "(too-large)"), (("policy", "lint"), "at most 262144 bytes"):
            desk.expect(NO, *command, policy, says=words)
    desk.expect(NO, "sign", "--key", "suzuki", policy, says="at most 262144 bytes")


sys.exit(desk.main(globals()))
