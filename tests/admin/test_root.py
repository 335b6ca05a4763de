#!/usr/bin/python3
"""sekisho-admin root rotate: every change, every refusal, and what becomes of documents. See
desk.py."""
import os
import re
import sys

sys.dont_write_bytecode = True
import desk
from desk import DONE, NO, TOP, UNKNOWN

ROTATE = "root", "rotate", "--root", "site/root"


def text(desk, number):
    return desk.read(f"site/root/{number}.ini").split(b"-----BEGIN")[0].decode()


def signed_site(desk, people=("suzuki", "tanaka"), more=()):
    for key in people:
        if not os.path.exists(desk.path(key)):
            desk.make_key(key)
    tier = desk.init(people=people, more=more)
    for name in "site/root/1.ini", f"{tier}/policy.ini":
        desk.sign(name, "suzuki", "tanaka")
    return f"{tier}/policy.ini"


def only_what_is_asked_for_changes(desk):
    signed_site(desk)
    desk.make_key("sato")
    desk.expect(DONE, *ROTATE, "--add-person", "sato=sato.pub", "--add-to-role", "policy=sato",
                says=["sato comes, with 1 key", "sato may sign for the role policy",
                      "for root 1: 2 of suzuki tanaka", "for root 2: 2 of suzuki tanaka",
                      "sekisho-admin sign --root site/root --key KEY site/root/2.ini"])
    old, new = text(desk, 1).splitlines(), text(desk, 2).splitlines()
    added = [line for line in new if line not in old and not line.startswith(("issued", "not-b"))]
    assert added == ["serial = 2", "[person sato]", f"key-1 = {desk.fingerprint('sato')}",
                     "persons = suzuki tanaka sato"], added
    assert [line for line in old if line.startswith("#")] == [
        line for line in new if line.startswith("#")]
    desk.expect(DONE, "policy", "lint", "site/root/2.ini")


def each_change_says_what_it_does(desk):
    signed_site(desk, people=("suzuki", "tanaka", "suzuki-spare", "sato"))
    desk.make_key("new")
    for words, says, kept in (
            (["--remove-person", "sato"], "sato goes, with all keys", "[person sato]"),
            (["--add-key", "sato=new.pub"], "sato gets the key SHA256:", None),
            (["--remove-key", desk.fingerprint("suzuki")], "suzuki loses the key SHA256:",
             desk.fingerprint("suzuki")),
            (["--remove-from-role", "policy=sato"], "sato may not sign for the role policy", None),
            (["--threshold", "root=3"], "the role root needs 3 persons, not 2", None),
            (["--add-person", "x=new.pub", "--add-to-role", "fresh=x"], "there is a role fresh",
             None),
            (["--not-after", "2035-03-31T23:59:59+09:00"], "it ends on 2035-03-31T23:59:59+09:00",
             None),
            (["--new-epoch"], "epoch 2, not 1", "\nepoch = 1\n")):
        desk.expect(DONE, *ROTATE, *words, says=says)
        assert kept is None or kept in text(desk, 1) and kept not in text(desk, 2), words
        assert "\n\n\n" not in text(desk, 2), words
        desk.expect(DONE, "policy", "lint", "site/root/2.ini")
        os.unlink(desk.path("site/root/2.ini"))


def a_change_that_cannot_be_made_writes_nothing(desk):
    signed_site(desk)
    desk.make_key("new")
    lost = desk.fingerprint("suzuki")
    before = desk.files()
    for status, words, says in (
            (NO, ["--remove-person", "suzuki"], "too few persons would be left: the role root"),
            (NO, ["--remove-from-role", "policy=tanaka"], "too few persons would be left"),
            (NO, ["--threshold", "policy=3"], "too few persons would be left: the role policy"),
            (NO, ["--remove-key", lost], "suzuki would have no key"),
            (NO, ["--remove-key", desk.fingerprint("new")], "names no key"),
            (NO, ["--remove-person", "sato"], "names nobody sato"),
            (NO, ["--add-person", "suzuki=new.pub"], "in the root already"),
            (NO, ["--add-key", "sato=new.pub"], "names nobody sato"),
            (NO, ["--add-key", "tanaka=suzuki.pub"], "names this key already: it is key-1 of suzuki"),
            (NO, ["--add-key", "suzuki=suzuki.pub"], "names this key already: it is key-1 of suzuki"),
            (NO, ["--add-person", "kato=tanaka.pub"], "names this key already: it is key-1 of tanaka"),
            (UNKNOWN, ["--new-epoch", "--out", "none/2.ini"], "none/2.ini cannot be written: No such "
             "file or directory; --out writes it elsewhere"),
            (NO, ["--add-to-role", "policy=suzuki"], "in the role policy already"),
            (NO, ["--add-to-role", "policy=sato"], "the root names nobody sato, so they cannot be in the role "
             "policy; first --add-person sato=FILE"),
            (NO, ["--add-to-role", "cooks=suzuki"], "no section [role cooks]"),
            (NO, ["--add-to-role", "fresh=suzuki"], "a person of no other role"),
            (NO, ["--remove-from-role", "fresh=suzuki"], "no section [role fresh]"),
            (NO, ["--not-after", "2020-01-01T00:00:00Z"], "would have ended on 2020-01-01"),
            (UNKNOWN, ["--not-after", "tomorrow"], "needs a time"),
            (UNKNOWN, ["--threshold", "root=0"], "a number from 1"),
            (UNKNOWN, ["--threshold", "root"], "two words"),
            (UNKNOWN, ["--add-key", "suzuki=none.pub"], "cannot be read"),
            (UNKNOWN, [], "usage"),
            (UNKNOWN, ["--colour"], "usage"),
            (UNKNOWN, ["--new-epoch", "--root", "none"], "cannot be read"),
            (UNKNOWN, ["--new-epoch", "--root", "."], "is no 1.ini")):
        desk.expect(status, *ROTATE, *words, says=says)
        assert desk.files() == before, words


def changes_are_made_in_the_order_of_the_command(desk):
    signed_site(desk)
    desk.make_key("new")
    desk.make_key("sato")
    desk.expect(DONE, *ROTATE, "--remove-key", desk.fingerprint("suzuki"), "--add-key",
                "suzuki=new.pub", "--add-person", "sato=sato.pub", "--add-to-role", "root=sato",
                "--add-to-role", "policy=sato", "--remove-person", "tanaka")
    assert f"[person suzuki]\nkey-1 = {desk.fingerprint('new')}\n" in text(desk, 2)
    assert text(desk, 2).count("persons = suzuki sato\n") == 2


def a_line_that_grows_too_long_is_refused(desk):
    signed_site(desk)
    words = []
    for number in range(8):
        name = f"administrator-number-{number}"
        desk.make_key(name)
        words += ["--add-person", f"{name}={name}.pub", "--add-to-role", f"root={name}"]
    status, output = desk.run(*ROTATE, *words)
    assert status != DONE and "160 bytes" in output, output
    assert not os.path.exists(desk.path("site/root/2.ini"))


def a_wrong_draft_is_made_anew(desk):
    signed_site(desk)
    desk.make_key("sato")
    add = ("--add-person", "sato=sato.pub")
    desk.expect(DONE, *ROTATE, *add, says=["Note: sato has no role and may sign nothing", "--redo"])
    roles = ("--add-to-role", "root=sato", "--add-to-role", "policy=sato")
    output = desk.expect(DONE, *ROTATE, *add, *roles, "--redo", says="written: site/root/2.ini")
    assert "Note: sato" not in output
    assert text(desk, 2).count(" sato\n") == 2 and text(desk, 2).count("[person sato]") == 1
    # Also one that somebody spoiled by hand.
    desk.edit("site/root/2.ini", b"threshold = 2", b"threshold = 9")
    desk.expect(NO, *ROTATE, *add, says="unsigned draft")
    desk.expect(DONE, *ROTATE, *add, *roles, "--redo")
    # What was signed is not thrown away, nor is anything else.
    desk.sign("site/root/2.ini", "suzuki")
    before = desk.files()
    desk.expect(NO, *ROTATE, *add, *roles, "--redo",
                says="it is a draft that was signed and is not believed yet; let the others sign it")
    for out in "site/root/1.ini", "site/my-number/policy.ini", "suzuki.pub":
        desk.expect(NO, "root", "rotate", "--root", "site/root/1.ini", *add, "--redo", "--out", out,
                    says=out + " is there already; nothing was written\n")
    assert desk.files() == before
    desk.sign("site/root/2.ini", "tanaka")
    desk.expect(DONE, *ROTATE, "--threshold", "root=3", "--redo", says="written: site/root/3.ini")


def a_draft_is_not_overwritten_and_not_built_upon(desk):
    signed_site(desk)
    desk.expect(DONE, *ROTATE, "--new-epoch")
    before = desk.files()
    desk.expect(NO, "root", "rotate", "--root", "site/root/1.ini", "--new-epoch",
                says="2.ini is there already; nothing was written")
    for out in (), ("--out", "third.ini"):
        desk.expect(NO, *ROTATE, "--new-epoch", *out,
                    says="site/root/2.ini is there already; nothing was written: it is an unsigned "
                    "draft; delete it, or say --redo")
    assert desk.files() == before
    desk.expect(DONE, "root", "rotate", "--root", "site/root/1.ini", "--new-epoch", "--out",
                "other.ini")
    desk.expect(NO, "root", "rotate", "--root", "other.ini", "--new-epoch")
    desk.write("root.ini", desk.read("site/root/1.ini"))
    desk.expect(UNKNOWN, "root", "rotate", "--root", "root.ini", "--new-epoch", says="Say --out")


def the_next_root_needs_both_thresholds(desk):
    signed_site(desk)
    desk.make_key("sato")
    desk.make_key("kato")
    desk.expect(DONE, *ROTATE, "--add-person", "sato=sato.pub", "--add-person", "kato=kato.pub",
                "--add-to-role", "root=sato", "--add-to-role", "root=kato", "--remove-from-role",
                "root=tanaka", "--threshold", "root=3")
    root = "site/root/2.ini"
    desk.sign(root, "suzuki", "tanaka")
    desk.expect(NO, "verify", root, says="(threshold)")
    desk.expect(DONE, "sign", "--key", "sato", root, says=[
        "by suzuki tanaka (root 1); these are enough", "(root 2); needs 1 more of kato"])
    desk.expect(NO, "verify", root, says="(threshold)")
    desk.sign(root, "kato")
    desk.expect(DONE, "verify", root, says="good root, serial 2")


def signed_for_the_new_root_only_is_refused(desk):
    signed_site(desk)
    desk.make_key("sato")
    desk.expect(DONE, *ROTATE, "--add-person", "sato=sato.pub", "--add-to-role", "root=sato")
    desk.sign("site/root/2.ini", "suzuki", "sato")
    desk.expect(NO, "verify", "site/root/2.ini", says="(threshold)")
    desk.sign("site/root/2.ini", "tanaka")
    desk.expect(DONE, "verify", "site/root/2.ini")


def a_skipped_root_is_refused(desk):
    signed_site(desk)
    for number in 2, 3:
        desk.expect(DONE, *ROTATE, "--threshold", "root=2")
        desk.sign(f"site/root/{number}.ini", "suzuki", "tanaka")
    desk.expect(DONE, "verify", "site/root/3.ini", "site/my-number/policy.ini", says="by root 3")
    desk.expect(NO, "verify", "--root", "site/root/1.ini", "site/root/3.ini", says="(chain)")
    desk.expect(NO, "verify", "--root", "site/root/2.ini", "site/root/2.ini", says="(chain)")
    good = desk.read("site/root/2.ini")
    desk.write("site/root/2.ini", good.replace(b"threshold = 2", b"threshold = 1"))
    desk.expect(NO, "verify", "site/root/3.ini", says="2.ini is refused (signature-wrong)")
    os.unlink(desk.path("site/root/2.ini"))
    desk.expect(NO, "verify", "site/root/3.ini", says="2.ini is missing: the chain of roots")
    desk.expect(NO, "verify", "site/my-number/policy.ini", says="2.ini is missing")


def a_root_that_starts_later_is_not_trusted_before(desk):
    policy = signed_site(desk)
    desk.expect(DONE, *ROTATE, "--not-after", "2060-01-01T00:00:00Z")
    later = re.sub(rb"(?m)^not-before = .*$", b"not-before = 2055-01-01T00:00:00Z",
                   desk.read("site/root/2.ini"))
    desk.write("site/root/2.ini", later)
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    desk.expect(DONE, "verify", "site/root/2.ini", says="starts on 2055-01-01")
    desk.expect(DONE, "verify", policy, says=["2.ini starts on 2055-01-01", "by root 1"])


def a_lost_key_is_replaced_by_the_rest(desk):
    """The lost key signs no more, what it had signed is found, what others had signed is good."""
    policy = signed_site(desk, people=("suzuki", "tanaka", "sato"))
    desk.init("other", people=("suzuki", "tanaka", "sato"))
    desk.write("by-others.ini", desk.read("other/my-number/policy.ini"))
    desk.sign("by-others.ini", "tanaka", "sato", options=["--root", "site/root"])
    desk.make_key("new")
    os.rename(desk.path("suzuki"), desk.path("lost"))
    fingerprint = desk.fingerprint("suzuki")
    desk.expect(DONE, *ROTATE, "--remove-key", fingerprint, "--add-key", "suzuki=new.pub",
                never="Careful", says="What a key that goes had signed")
    desk.expect(NO, "sign", "--key", "new", policy, never="no root names the key", says=[
        f"root 1 does not name the key {desk.fingerprint('new')}; root 2 does, as suzuki's, and is "
        "not trusted here yet", "root/2.ini\" says who is missing"])
    desk.sign("site/root/2.ini", "tanaka", "sato")
    desk.expect(DONE, "verify", "--root", "site/root", "site/root/2.ini", "by-others.ini")
    lost = f"the key {fingerprint} was suzuki's until root 1, and root 2 does not name it"
    desk.expect(NO, "verify", policy, says=[
        "(unknown-key)", f"  why        {lost}\n", "  next       Begin again: with --raise",
        f"sekisho-admin sign --raise --key KEY {policy}\n"])
    desk.expect(NO, "site", "pack", "site", "my-number", "disc", says=[
        "(unknown-key)", lost, "sign --raise --root site/root --key KEY site/my-number/policy.ini"])
    desk.expect(NO, "sign", "--raise", "--key", "lost", policy, never="no root names the key",
                says=[lost, "Sign with a key that root 2 names"])
    desk.sign(policy, "new", options=["--raise"])
    desk.sign(policy, "tanaka")
    desk.expect(DONE, "verify", "--seen", "1", policy, says=["serial 2", "suzuki tanaka, by root 2"])


def a_root_that_hangs_on_a_key_that_goes_says_so(desk):
    """The key may be lost: then there is no next root, and no key that is added mends that."""
    signed_site(desk)
    desk.make_key("new")
    lost = desk.fingerprint("suzuki")
    words = "--remove-key", lost, "--add-key", "suzuki=new.pub"
    desk.expect(DONE, *ROTATE, *words, says=[
        "Careful: root 1 needs 2 of suzuki tanaka, and 1 of these only with a key that goes:\n"
        f"  {lost}  suzuki\nIf it is lost, root 2 can never be signed, nor any other after root 1:",
        "make a new first root and carry it to every terminal", "WHEN NO NEXT ROOT CAN BE SIGNED"])
    desk.expect(DONE, *ROTATE, "--redo", *words, "--remove-key", desk.fingerprint("tanaka"),
                "--add-person", "x=tanaka.pub", "--add-key", "tanaka=suzuki.pub",
                never="Careful")  # both keys stay, whoever holds them
    desk.make_key("newer")
    desk.expect(DONE, *ROTATE, "--redo", *words, "--remove-key", desk.fingerprint("tanaka"),
                "--add-key", "tanaka=newer.pub", says=[
                    "and 2 of these only with a key that goes:", "If too few of these are left"])
    desk.expect(DONE, *ROTATE, "--redo", "--add-key", "suzuki=new.pub", never="Careful")


def the_manuals_way_out_of_a_dead_chain_works(desk):
    policy = signed_site(desk)
    desk.write("ledger.csv", "管理番号,シリアル番号,VID_PID\nM-1,A1,0951:1666\n".encode())
    desk.expect(DONE, "media", "import", "--ledger", "ledger.csv", "site/my-number")
    desk.sign("site/my-number/media.ini", "suzuki", "tanaka")
    os.unlink(desk.path("suzuki"))
    desk.make_key("suzuki-new")
    keys = {"suzuki": "suzuki-new", "tanaka": "tanaka"}
    persons = " ".join(f"--person={who}=../{key}.pub" for who, key in keys.items())
    with open(os.path.join(TOP, "policy/admin/sekisho-admin.1"), encoding="utf-8") as file:
        chapter = file.read().split(".Sh WHEN NO NEXT ROOT CAN BE SIGNED\n")[1].split("\n.Sh ")[0]
    block = chapter.split(".Bd -literal -offset indent\n")[1].split("\n.Ed")[0]
    lines = [line.split("   ")[0] for line in block.splitlines()]
    assert len(lines) == 9, lines
    for line in lines:
        for key in keys.values() if "--key KEY" in line else ("",):
            command = line.replace("KEY", f"../{key}").replace("TIER", "my-number")
            command = command.replace("DISC", "../disc").replace("PERSONS", persons)
            command = command.replace("--site SITE", "--site tosu")
            if key == "tanaka":
                command = command.replace("--raise ", "")
            status, output = desk.shell("site", command)
            assert status == DONE, f"{command}\n{output}"
    desk.expect(DONE, "verify", "--root", "disc/root", "--seen", "1", "disc/policy.ini",
                "disc/media.ini", says="signed by: suzuki tanaka, by root 1")
    assert policy and not os.path.exists(desk.path("disc/root/2.ini"))


def a_key_that_is_cut_short_is_answered_with_all_keys(desk):
    signed_site(desk)
    whole = desk.fingerprint("suzuki")
    before = desk.files()
    desk.expect(NO, *ROTATE, "--remove-key", whole[:20], says=[
        f"the root names no key {whole[:20]}; it names these, which are given whole:\n"
        f"  {whole}  suzuki\n  {desk.fingerprint('tanaka')}  tanaka\n"])
    assert desk.files() == before


def rotating_in_the_wrong_folder_says_where_to_be(desk):
    signed_site(desk)
    desk.expect(UNKNOWN, "root", "rotate", "--new-epoch", says=[
        "there is no folder root here: run it in the site's folder, or say --root"])
    os.rename(desk.path("site/root"), desk.path("root"))
    desk.expect(DONE, "root", "rotate", "--new-epoch", says="written: root/2.ini")


def a_key_that_goes_still_signs_the_root_that_retires_it(desk):
    signed_site(desk)
    desk.make_key("new")
    desk.expect(DONE, *ROTATE, "--remove-key", desk.fingerprint("suzuki"), "--add-key",
                "suzuki=new.pub")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    desk.expect(NO, "verify", "site/root/2.ini", says="(threshold)")
    desk.sign("site/root/2.ini", "new")
    desk.expect(DONE, "verify", "site/root/2.ini", says="suzuki tanaka, by root 1")


def a_new_administrator_leaves_policies_valid(desk):
    policy = signed_site(desk)
    desk.make_key("sato")
    desk.expect(DONE, *ROTATE, "--add-person", "sato=sato.pub", "--add-to-role", "policy=sato")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    desk.expect(DONE, "verify", policy, says="by root 2")
    desk.sign(policy, "sato", options=["--raise"])
    desk.sign(policy, "tanaka")
    desk.expect(DONE, "verify", policy, says="signed by: tanaka sato, by root 2")
    desk.expect(NO, "verify", "--root", "site/root/1.ini", policy, never="Begin again", says=[
        "(unknown-key)", "root 2 does, as sato's, and is not trusted here yet",
        "\"sekisho-admin verify site/root/2.ini\" says who is missing"])


def a_new_epoch_cures_a_poisoned_serial(desk):
    policy = signed_site(desk)
    desk.edit(policy, b"serial = 1\n", b"serial = 9007199254740991\n")
    desk.sign(policy, "suzuki", options=["--anew"])
    desk.sign(policy, "tanaka")
    desk.expect(DONE, "verify", policy)
    desk.expect(NO, "sign", "--raise", "--key", "suzuki", policy,
                says=["highest serial that there is", "root rotate --new-epoch"])
    desk.expect(DONE, *ROTATE, "--new-epoch", says="The new epoch costs this")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    desk.expect(NO, "verify", policy, says="(epoch)")
    desk.sign(policy, "suzuki", options=["--raise"])
    desk.sign(policy, "tanaka")
    desk.expect(DONE, "verify", policy, says=["good policy, serial 1", "by root 2"])
    assert b"\nepoch = 2\nserial = 1\n" in re.sub(b"#.*\n", b"", desk.read(policy))


def one_lost_key_that_would_end_the_chain_is_warned_of(desk):
    signed_site(desk)
    desk.make_key("spare")
    desk.make_key("spare-too")
    desk.expect(DONE, *ROTATE, "--add-key", "suzuki=spare.pub", says="if one key is lost")
    os.unlink(desk.path("site/root/2.ini"))
    output = desk.expect(DONE, *ROTATE, "--add-key", "suzuki=spare.pub", "--add-key",
                         "tanaka=spare-too.pub")
    assert "if one key is lost" not in output


def a_root_that_has_ended_can_still_be_followed(desk):
    signed_site(desk)
    ended = desk.read("site/root/1.ini").split(b"-----BEGIN")[0]
    for key, year in (b"issued", b"2019"), (b"not-before", b"2019"), (b"not-after", b"2021"):
        ended = re.sub(rb"(?m)^%s = .*$" % key, b"%s = %s-01-01T00:00:00Z" % (key, year), ended)
    desk.write("site/root/1.ini", ended)
    desk.sign("site/root/1.ini", "suzuki", "tanaka")
    desk.expect(NO, "verify", "site/root/1.ini", says="(expired)")
    desk.expect(NO, "verify", "site/my-number/policy.ini", says="(root-expired)")
    desk.expect(NO, *ROTATE, "--threshold", "root=2", says="would have ended on 2021-01-01")
    assert not os.path.exists(desk.path("site/root/2.ini"))
    desk.expect(DONE, *ROTATE, "--not-after", "2035-01-01T00:00:00Z")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    desk.expect(DONE, "verify", "site/root/2.ini", "site/my-number/policy.ini", says="by root 2")


def the_manuals_way_out_of_a_high_serial_works(desk):
    signed_site(desk)
    desk.write("ledger.csv", "管理番号,シリアル番号,VID_PID\nM-1,A1,0951:1666\n".encode())
    desk.expect(DONE, "media", "import", "--ledger", "ledger.csv", "--serial", str(2 ** 53 - 1),
                "site/my-number")
    desk.edit("site/my-number/policy.ini", b"serial = 1\n", b"serial = 900000000\n")
    desk.sign("site/my-number/policy.ini", "suzuki", options=["--anew"])
    for name, who in (("policy.ini", "tanaka"), ("media.ini", "suzuki"), ("media.ini", "tanaka")):
        desk.sign(f"site/my-number/{name}", who)
    with open(os.path.join(TOP, "policy/admin/sekisho-admin.1"), encoding="utf-8") as file:
        chapter = file.read().split(".Sh WHEN A SERIAL WAS SET TOO HIGH\n")[1].split("\n.Sh ")[0]
    block = chapter.split(".Bd -literal -offset indent\n")[1].split("\n.Ed")[0]
    lines = [line.split("   ")[0] for line in block.splitlines()]
    assert len(lines) == 7, lines
    for line in lines:
        for key in ("suzuki", "tanaka") if "--key KEY" in line else ("",):
            command = line.replace("KEY", f"../{key}").replace("TIER", "my-number")
            command = command.replace("DISC", "../disc")
            if key == "tanaka":
                command = command.replace("--raise ", "")
            status, output = desk.shell("site", command)
            assert status == DONE, f"{command}\n{output}"
    for name in "policy.ini", "media.ini":
        assert b"epoch = 2\n" in desk.read(f"disc/{name}") and b"serial = 1\n" in desk.read(f"disc/{name}")
    assert os.path.exists(desk.path("disc/root/2.ini"))


def the_accounts_of_a_person_are_changed_and_told(desk):
    """Whoever has another account at terminals than is named could approve what he asks for."""
    signed_site(desk)
    desk.expect(DONE, *ROTATE, "--add-account", "suzuki=s0001", "--add-account", "suzuki=s0002",
                says=["suzuki works as s0001 at terminals", "suzuki works as s0002 at terminals"])
    assert b"\naccounts = s0001 s0002\n" in desk.read("site/root/2.ini")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    for words, says in ((["--add-account", "suzuki=s0001"], "has the account s0001 already"),
                        (["--add-account", "sato=s0001"], "the root names nobody sato"),
                        (["--add-account", "tanaka=A 1"], "is no account of a terminal"),
                        (["--remove-account", "tanaka=s0001"], "names no account s0001 of tanaka"),
                        (["--remove-account", "suzuki=s0003"], "names no account s0003 of suzuki")):
        desk.expect(NO, *ROTATE, *words, says=says)
    desk.expect(DONE, *ROTATE, "--remove-account", "suzuki=s0001", says="suzuki works no longer as s0001")
    desk.sign("site/root/3.ini", "suzuki", "tanaka")
    desk.expect(DONE, *ROTATE, "--remove-account", "suzuki=s0002", says="suzuki works no longer as s0002")
    assert b"accounts" not in desk.read("site/root/4.ini").split(b"[role")[0]


sys.exit(desk.main(globals()))
