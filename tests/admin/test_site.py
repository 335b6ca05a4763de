#!/usr/bin/python3
"""sekisho-admin site init, and the README.txt that it writes. See desk.py."""
import os
import re
import shutil
import stat
import sys
import time

sys.dont_write_bytecode = True
import desk
from desk import DONE, NO, UNKNOWN

THREE = ("my-number", "lgwan", "internet")


def a_new_site_is_right_from_the_first_minute(desk):
    tier = desk.init(tiers=("tier-a=利用; 事務系 100%",))
    desk.expect(DONE, "policy", "lint", "site/root/1.ini", f"{tier}/policy.ini", f"{tier}/site.ini",
                says=["1.ini: no mistakes", "policy.ini: no mistakes", "site.ini: no mistakes"])
    policy = desk.read(f"{tier}/policy.ini").decode()
    assert "tier-name = 利用%3B 事務系 100%25\n" in policy
    assert "tier-a/  (利用; 事務系 100%)\n" in desk.read("site/README.txt").decode()
    assert time.strftime("not-before = %Y-%m-%dT", time.gmtime(time.time() + 9 * 3600)) in policy
    for who in "suzuki", "tanaka":
        line = f"[person {who}]\nkey-1 = {desk.fingerprint(who)}\n"
        assert line in desk.read("site/root/1.ini").decode()
    desk.sign("site/root/1.ini", "suzuki", "tanaka")
    desk.sign(f"{tier}/policy.ini", "tanaka", "suzuki")
    desk.expect(DONE, "verify", "site/root/1.ini", says="signed by: suzuki tanaka")
    desk.expect(DONE, "verify", "--site", "tosu", "--tier", "tier-a", f"{tier}/policy.ini",
                says=["good policy, serial 1", "SHA-256", "signed by: suzuki tanaka"])


def each_of_the_three_tiers_gets_its_own_sample(desk):
    desk.init(tiers=(*THREE, "school"), more=["--fresh-key=tanaka.pub"], people=("suzuki",))
    policies = {tier: desk.read(f"site/{tier}/policy.ini").decode() for tier in (*THREE, "school")}
    for tier, name, optical in (("my-number", "マイナンバー利用事務系", "block"),
                                ("lgwan", "LGWAN接続系", "read-only"),
                                ("internet", "インターネット接続系", "read-only"),
                                ("school", None, "block")):
        policy = policies[tier]
        assert ("tier-name = " in policy) == bool(name) and (name or "") in policy, policy
        assert f"\noptical = {optical}\n" in policy, policy
        assert ("[medium]\nregistered = read-only\n" in policy) == (tier == "internet")
        for refused in "usb-storage", "sd-card", "phone", "usb-network", "unknown":
            assert f"\n{refused} = block\n" in policy, (tier, refused)
        assert "max-age = 72h\n" in policy
        assert f"[site]\nsite = tosu\ntier = {tier}\n" in desk.read(f"site/{tier}/site.ini").decode()
        desk.expect(DONE, "policy", "lint", f"site/{tier}/policy.ini")
        desk.expect(NO, "explain", "--device", "0951:1666:080650", f"site/{tier}/policy.ini")
        desk.expect(DONE, "explain", "--device", "054c:06c3:ff", f"site/{tier}/policy.ini")


def every_line_of_a_sample_is_explained(desk):
    """A comment stands above each key, or above the group that it belongs to."""
    tier = desk.init()
    for section in desk.read(f"{tier}/policy.ini").decode().split("\n\n"):
        assert re.match(r"#.*\n(#.*\n)*\[", section), section


def a_person_may_have_several_keys(desk):
    desk.make_key("suzuki-spare")
    output = desk.expect(DONE, "site", "init", "--site=a", "--tier=b", "--person=suzuki=suzuki.pub",
                         "--person=tanaka=tanaka.pub", "one", says="if one key is lost")
    desk.make_key("tanaka-spare")
    desk.init("two", people=("suzuki", "tanaka", "suzuki-spare", "tanaka-spare"))
    root = desk.read("two/root/1.ini").decode()
    assert f"key-2 = {desk.fingerprint('suzuki-spare')}\n\n[person tanaka]" in root
    desk.make_key("sato")
    output = desk.expect(DONE, "site", "init", "--site=a", "--tier=b", "--person=suzuki=suzuki.pub",
                         "--person=tanaka=tanaka.pub", "--person=sato=sato.pub", "three")
    assert "is lost" not in output


def the_timers_key_may_do_nothing_else(desk):
    desk.make_key("timer")
    tier = desk.init(more=["--fresh-key=timer.pub"])
    root = desk.read("site/root/1.ini").decode()
    assert "[role fresh]\npersons = fresh-timer\nthreshold = 1\n" in root
    desk.expect(NO, "sign", "--key", "timer", f"{tier}/policy.ini", says="does not let the holder")
    for words in (["--person=suzuki=suzuki.pub", "--fresh-key=suzuki.pub"],
                  ["--fresh-key=suzuki.pub", "--person=suzuki=suzuki.pub"],
                  ["--fresh-key=timer.pub", "--person=fresh-timer=suzuki.pub"]):
        desk.expect(UNKNOWN, "site", "init", "--site=a", "--tier=b", *words, "other")
        assert not os.path.exists(desk.path("other"))


def a_site_is_never_overwritten(desk):
    desk.init(tiers=THREE)
    for missing in "root/1.ini", "lgwan/policy.ini", "README.txt":
        before = desk.files()
        os.rename(desk.path(f"site/{missing}"), desk.path("away"))
        desk.expect(NO, "site", "init", "--site=a", "--tier=lgwan", "--person=suzuki=suzuki.pub",
                    "site", says="is there already; nothing was written")
        assert not os.path.exists(desk.path(f"site/{missing}"))
        os.rename(desk.path("away"), desk.path(f"site/{missing}"))
        assert desk.files() == before


def what_cannot_be_written_whole_is_not_written(desk):
    desk.write("site", b"a file\n")
    desk.expect(UNKNOWN, "site", "init", "--site=a", "--tier=b", "--person=suzuki=suzuki.pub",
                "site", says="cannot be")
    assert desk.read("site") == b"a file\n"
    os.mkdir(desk.path("full"))
    desk.write("full/lgwan", b"in the way of the second folder\n")
    desk.expect(UNKNOWN, "site", "init", "--site=a", "--tier=b", "--tier=lgwan",
                "--person=suzuki=suzuki.pub", "full", says="cannot be written")
    assert os.listdir(desk.path("full")) == ["lgwan"]


def what_the_parsers_refuse_is_not_written(desk):
    people = []
    for number in range(8):
        name = f"administrator-number-{number}"
        desk.make_key(name)
        people.append(f"--person={name}={name}.pub")
    desk.expect(UNKNOWN, "site", "init", "--site=a", "--tier=b", *people, "site",
                says=["root/1.ini:", "at most 160 bytes in a line", "nothing was written"])
    assert not os.path.exists(desk.path("site"))


def a_site_that_cannot_be_is_refused(desk):
    desk.make_key("rsa", "rsa")
    shutil.copy(desk.path("suzuki.pub"), desk.path("copy.pub"))
    desk.write("nonsense.pub", b"hello\n")
    person = "--person=suzuki=suzuki.pub"
    for words, says in (
            ((), ["--site is missing", "--tier is missing", "--person is missing"]),
            (("--site=tosu", person), ["--tier is missing"]),
            (("--site=Tosu", "--tier=a", person), ["a site is 1 to 32 letters"]),
            (("--site=tosu", "--tier=all", person), ["a tier is"]),
            (("--site=tosu", "--tier=root", person), ["cannot be called root"]),
            (("--site=tosu", "--tier=a", "--tier=a=b", person), ["the tier a was given already"]),
            (("--site=tosu", *[f"--tier=t{n}" for n in range(9)], person), ["more than 8 tiers"]),
            (("--site=tosu", "--tier=a", "--person=suzuki"), ["ID=KEYFILE"]),
            (("--site=tosu", "--tier=a", "--person=suzuki=none.pub"), ["cannot be read"]),
            (("--site=tosu", "--tier=a", "--person=suzuki=nonsense.pub"), ["no public key file"]),
            (("--site=tosu", "--tier=a", "--person=suzuki=suzuki"), ["no public key file"]),
            (("--site=tosu", "--tier=a", "--person=suzuki=rsa.pub"), ["terminals accept ed25519"]),
            (("--site=tosu", "--tier=a", person, "--person=sato=copy.pub"), ["the same key"]),
            (("--site=tosu", "--tier=a", person, person), ["given for suzuki already"]),
            (("--site=tosu", "--tier=a", person, "--threshold=2"), ["cannot be met by 1 person"]),
            (("--site=tosu", "--tier=a", person, "--threshold=0"), ["a threshold is a number"]),
            (("--site=tosu", "--tier=a=\u202ex", person), ["visible UTF-8 text"])):
        desk.expect(UNKNOWN, "site", "init", *words, "site", says=says)
        assert not os.path.exists(desk.path("site")), words


def a_site_is_asked_for_on_a_terminal(desk):
    desk.make_key("spare")
    desk.make_key("timer")
    answers = ["tosu", "My Number", "x", "my-number", "", "lgwan", "総合行政", "",
               "suzuki", "suzuki.pub", "spare.pub", "", "", "timer.pub"]
    code, output = desk.type("site", "init", "asked", answers=answers)
    assert code == DONE, output
    policy = desk.read("asked/my-number/policy.ini").decode()
    assert "tier = my-number\n# How people call the tier.\ntier-name = マイナンバー利用事務系\n" in policy
    assert "tier-name = 総合行政\n" in desk.read("asked/lgwan/policy.ini").decode()
    assert "a tier is 1 to 32 letters" in output
    root = desk.read("asked/root/1.ini").decode()
    assert "threshold = 1\n" in root and f"key-2 = {desk.fingerprint('spare')}\n" in root
    assert desk.fingerprint("timer") in root


def what_it_writes_obeys_the_umask_and_leaves_nothing_behind(desk):
    desk.init()
    assert sorted(os.listdir(desk.path("site"))) == ["README.txt", "my-number", "root"]
    assert sorted(os.listdir(desk.path("site/my-number"))) == ["policy.ini", "site.ini"]
    assert os.listdir(desk.path("site/root")) == ["1.ini"]
    mode = stat.S_IMODE(os.stat(desk.path("site/root/1.ini")).st_mode)
    assert mode == 0o644 & ~os.umask(os.umask(0)), oct(mode)


def every_command_of_its_readme_works(desk):
    """In the order in which they stand there, by both persons where they are to sign."""
    for key in "suzuki-spare", "tanaka-spare", "sato", "new", "timer":
        desk.make_key(key)
    desk.init(people=("suzuki", "tanaka", "suzuki-spare", "tanaka-spare"), tiers=THREE,
              more=["--fresh-key=timer.pub"])
    os.mkdir(desk.path("disc"))
    chapters = re.split(r"\n\n(?=When |Before |The timer)", desk.read("site/README.txt").decode())
    commands = [re.findall(r"^    (\S.*)$", chapter.split("Run every command")[-1], re.M)
                for chapter in chapters]
    assert [len(chapter) for chapter in commands] == [14, 5, 6, 2, 0, 0, 1], commands
    names = {"NEWKEY.pub": "../new.pub", "FRESHKEY": "../timer", "DISC": "../disc", "=NAME": "=sato",
             "person NAME": "person sato"}
    keys = "suzuki", "tanaka"
    for number, chapter in enumerate(commands):
        if number == 2:
            keys = "suzuki-spare", "tanaka"
        if number == 3:  # goes on from signed policies; the second command undoes the first
            for tier in THREE:
                desk.sign(f"site/{tier}/policy.ini", keys[0], options=["--raise"])
                desk.sign(f"site/{tier}/policy.ini", keys[1])
            names["NEWKEY.pub"] = "../sato.pub"
        for command in chapter:
            for old, new in names.items():
                command = command.replace(old, new)
            first, *others = keys if "--key KEY" in command else [""]
            expected = NO if "explain" in command or "diff" in command else DONE
            if number == 2 and command.endswith("/policy.ini"):
                expected = NO  # signed by the lost key
            got, output = desk.shell("site", command.replace("KEY", f"../{first}"))
            assert got == expected, f"{command}: {got}\n{output}"
            for key in others:
                again = command.replace("--raise ", "").replace("KEY", f"../{key}")
                got, output = desk.shell("site", again)
                assert got == DONE, f"{again}: {got}\n{output}"
            if command.endswith("before.ini"):  # the change that it speaks of
                desk.edit("site/my-number/policy.ini", b"camera = block", b"camera = allow")
            if "--add-person" in command:
                for key in keys:
                    desk.sign("site/root/3.ini", key)
    assert "[person sato]" in desk.read("site/root/3.ini").decode()
    assert "[person sato]" not in desk.read("site/root/4.ini").decode()
    assert sorted(os.listdir(desk.path("disc"))) == ["policy.ini", "root", "site.ini"]


sys.exit(desk.main(globals()))
