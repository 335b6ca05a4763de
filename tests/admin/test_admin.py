#!/usr/bin/python3
"""What sekisho-admin says of itself; lint and explain. See desk.py."""
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta

sys.dont_write_bytecode = True
import desk
from desk import DATA, DONE, NO, TOP, UNKNOWN


def help_and_version_are_said(desk):
    desk.expect(DONE, "--help", says=["  sekisho-admin " + words for words in (
        "site init", "site pack", "policy lint", "policy diff", "policy rehearse", "media import",
        "media lint", "media sign", "media export", "sign", "verify", "root rotate", "fresh",
        "publish", "rotate key", "explain")])
    desk.expect(DONE, "--version", says="sekisho-admin ")
    for words in ("site",), ("policy",), ("sign",), ("verify",), ("explain",), (
            "root",), ("fresh",), ("publish",), ("rotate",):
        desk.expect(DONE, *words, "--help", says=["usage: sekisho-admin " + words[0], "Exit status"])


def wrong_usage_is_told_from_no(desk):
    for words in ((), ("frobnicate",), ("site",), ("site", "destroy"), ("site", "init"), ("policy",),
                  ("policy", "lint"), ("sign", "policy.ini"), ("sign", "--key", "suzuki"),
                  ("verify",), ("verify", "a", "b"), ("verify", "--now", "today", "a"),
                  ("verify", "--seen", "-1", "a"), ("root",), ("root", "plant"), ("fresh",),
                  ("sign", "--key", "a", "--print", "b"),
                  ("explain", "policy.ini"), ("explain", "--device", "054c:06c3:ff"),
                  ("verify", "--colour", "a")):
        desk.expect(UNKNOWN, *words)


def lint_names_every_mistake_with_its_place(desk):
    policy = desk.init() + "/policy.ini"
    desk.edit(policy, b"keyboard = allow", b"keyboard = perhaps")
    desk.edit(policy, b"phone = block", b"telephone = block")
    desk.edit(policy, b"mode = enforce\n", b"mode=enforce\n")
    output = desk.expect(NO, "policy", "lint", policy,
                         says=["policy.ini:21:5: read 'mode=enforce', expected \"key = value\"",
                               "read 'perhaps', expected block, allow or",
                               "read 'telephone', expected one of the keys hub keyboard"])
    assert len(output.splitlines()) == 3, output


def lint_tells_the_unreadable_from_the_wrong(desk):
    desk.expect(UNKNOWN, "policy", "lint", "none.ini", says="none.ini cannot be read: No such file")
    desk.expect(UNKNOWN, "policy", "lint", ".", says="Is a directory")
    os.mkfifo(desk.path("pipe"))
    desk.expect(UNKNOWN, "policy", "lint", "pipe", says="pipe is no regular file")
    desk.expect(UNKNOWN, "policy", "lint", "/dev/null", says="/dev/null is no regular file")
    desk.write("empty.ini", b"")
    desk.expect(NO, "policy", "lint", "empty.ini", says="expected a document")
    desk.write("binary.ini", os.urandom(4096))
    desk.expect(NO, "policy", "lint", "binary.ini", says="binary.ini:1:")
    policy = desk.init() + "/policy.ini"
    desk.write(policy, desk.read(policy) + b"# filling\n" * 30000)
    desk.expect(NO, "policy", "lint", policy, says="at most 262144 bytes")
    desk.expect(UNKNOWN, "policy", "lint", policy, "none.ini")
    for size in 5000, 5_000_000:
        desk.write("site.ini", desk.read("site/my-number/site.ini") + b"#" * size + b"\n")
        desk.expect(NO, "policy", "lint", "site.ini", says="at most 4096 bytes, not 5")


def lint_cannot_be_made_to_write_to_the_terminal(desk):
    policy = desk.init() + "/policy.ini"
    desk.edit(policy, b"keyboard = allow", b"keyboard = \x1b]0;owned\x07")
    _, output = desk.run("policy", "lint", policy)
    assert "\x1b" not in output and "\\x1b" in output


def lint_says_what_is_not_enforced(desk):
    policy = desk.init() + "/policy.ini"
    assert "read-only" not in desk.expect(DONE, "policy", "lint", policy)
    desk.edit(policy, b"optical = block", b"optical = read-only")
    desk.write(policy, desk.read(policy) + b"[exemption]\nlongest = 8h\napprovals-read-write = 1\n"
               b"scan = off\n[login]\nsecond-factor = off\nmethods = totp\nlock-after = 5\n"
               b"[network]\nisolation = off\n")
    desk.expect(DONE, "policy", "lint", policy,
                says=["does not enforce read-only", "does not enforce [network]"],
                never="does not enforce [exemption]")


def explain_says_verdict_line_and_reason(desk):
    policy = desk.init() + "/policy.ini"
    for device, interfaces, status, says in (
            ("0951:1666:080650", (), NO, "policy blocks usb-storage"),
            ("0951:1666", ("--interfaces", "030101"), DONE, "allows keyboard"),
            ("054c:06c3", ("--interfaces", "ff"), DONE, "[device pasori-rc-s380] allows it"),
            ("054c:06c3:ff:080650", (), DONE, "[device pasori-rc-s380] does not list interface 1"),
            ("1234:0001:030101:080650", (), DONE, ": partly: keyboard let in, usb-storage refused"),
            (os.path.join(DATA, "usb", "stick.bin"), (), NO, "usb-storage"),
            (os.path.join(DATA, "usb", "keyboard.bin"), (), DONE, "(keyboard): allow")):
        output = desk.expect(status, "explain", "--device", device, *interfaces, policy, says=says)
        assert re.search(r"policy\.ini:\d+: ", output), output
    desk.expect(DONE, "explain", "--builtin", "--device", "0951:1666:030101",
                says="no policy was received")
    desk.edit(policy, b"keyboard = allow", b"keyboard = block")
    keyboard = ("--device", "046d:c31c:030101", policy)
    desk.expect(NO, "explain", *keyboard)
    desk.expect(DONE, "explain", "--last-input", *keyboard, says="nobody could type")


def explain_refuses_what_it_cannot_read(desk):
    policy = desk.init() + "/policy.ini"
    for words in (("--device", "0951:1666"), ("--device", "0951:1666:8"), ("--device", "none.bin"),
                  ("--device", "0951:1666", "--interfaces", "xx"),
                  ("--device", "0951:1666:" + ":".join(["ff"] * 17)),
                  ("--device", policy, "--interfaces", "ff")):
        desk.expect(UNKNOWN, "explain", *words, policy)
    desk.edit(policy, b"epoch = 1", b"epoch = x")
    desk.expect(UNKNOWN, "explain", "--device", "0951:1666:ff", policy, says="decides nothing")
    desk.expect(UNKNOWN, "explain", "--device", "0951:1666:ff", "site/root/1.ini", says="is no policy")


MANUAL = os.path.join(TOP, "policy", "admin", "sekisho-admin.1")
COMMANDS = (("site", "init"), ("site", "pack"), ("policy", "lint"), ("policy", "diff"),
            ("policy", "rehearse"), ("explain",), ("media",), ("token",),
            ("sign",), ("verify",), ("root", "rotate"), ("fresh",), ("publish",),
            ("rotate",))


def chapters():
    """Of the manual as man shows it: the long options that each chapter names."""
    if not shutil.which("man") or not shutil.which("groff"):
        raise desk.Skip("there is no man or groff")
    done = subprocess.run(["man", "--warnings", "-l", MANUAL], stdin=subprocess.DEVNULL, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "1000"})
    assert done.stderr == b"", done.stderr.decode()
    found = {}
    for chapter in re.split(r"\n(?=[A-Z])", done.stdout.decode()):
        title, _, text = chapter.partition("\n")
        found[title] = set(re.findall(r"--[a-z][a-z-]*", text))
    return found


LOGIN = b"""[login]
second-factor = required
methods = totp
lock-after = 5
from = 2026-04-01T00:00:00+09:00
service-1 = sudo off
service-2 = sddm two-boxes
group-1 = kaikei rehearse
group-2 = jinji off from 2026-10-01T00:00:00+09:00
group-3 = soumu required
exempt-1 = backup until 2026-12-31T23:59:59+09:00
"""


def explain_says_who_is_asked_for_a_code(desk):
    policy = desk.init() + "/policy.ini"
    plain = desk.read(policy)
    desk.write(policy, plain + LOGIN)
    line = plain.count(b"\n") + 6
    may, late = "2026-05-01T00:00:00+09:00", "2027-01-01T00:00:00+09:00"
    for service, user, groups, now, status, says in (
            ("sshd", "abe", "", may, NO, ["abe by sshd: a code is required, in a second box\n",
                                          "no rule speaks, so second-factor does\n",
                                          "  from: that has come, on 2026-04-01",
                                          f"  service sudo (line {line}): another service\n",
                                          "exempt account backup (line %d): another" % (line + 5),
                                          "  all others: a code is required\n"]),
            ("swaylock", "abe", "", may, NO, ["a code is required, in one box, behind the password"]),
            ("sddm", "abe", "", may, NO, ["in a second box", "sddm (line %d): says only how" % (line + 1)]),
            ("sudo", "abe", "soumu", may, DONE, ["no code is asked for\n", "of the service speaks\n",
                                                 "soumu (line %d): a code is req" % (line + 4)]),
            ("sshd", "abe", "video,kaikei", may, DONE, ["only recorded who would be\n",
                                                        "the strictest of the account's groups"]),
            ("sshd", "abe", "kaikei,soumu", may, NO, ["the strictest of the account's groups"]),
            ("sshd", "abe", "jinji", may, NO, ["jinji (line %d): says nothing before 2026-10-01" % (line + 3)]),
            ("sshd", "abe", "jinji", late, DONE, ["jinji (line %d): no code is asked for" % (line + 3)]),
            ("sshd", "backup", "soumu", may, DONE, ["the account is exempt\n", "this one, so nothing else"]),
            ("sshd", "backup", "", late, NO, ["backup (line %d): no more since 2026-12-31" % (line + 5)]),
            ("sshd", "abe", "", "2026-03-01T00:00:00+09:00", DONE,
             ["the date has not come\n", "  from: nobody is asked before 2026-04-01T00:00:00+09:00\n"])):
        words = ("--groups", groups) if groups else ()
        desk.expect(status, "explain", "--login", service, "--user", user, *words, "--now", now,
                    policy, says=says)
    asks = ("explain", "--login=sshd", "--user", "abe")
    desk.edit(policy, b"mode = enforce", b"mode = rehearse\nuntil = 2099-01-01T00:00:00Z")
    desk.expect(UNKNOWN, *asks, policy, says="has mistakes, so it decides nothing")
    desk.write(policy, plain)
    desk.expect(DONE, *asks, policy, says="the policy has no [login]\n", never="all others")
    desk.expect(UNKNOWN, *asks, "site/root/1.ini", says="is no policy")
    desk.expect(DONE, *asks, "--help", says=["--groups GROUP,...", "Exit status"])
    for words in (("--login", "sshd", policy), ("--login", "sshd", "--user", "abe"),
                  ("--login", "sshd", "--user", "abe", "--now", "today", policy),
                  ("--login", "sshd", "--user", "abe", "--groups", "g," * 64, policy),
                  ("--login", "sshd", "--user", "abe", "--groups", "g" * 1024, policy)):
        desk.expect(UNKNOWN, "explain", *words, says="usage: sekisho-admin explain --login")


def explain_says_that_a_rehearsal_asks_nobody(desk):
    policy = desk.init() + "/policy.ini"
    desk.write(policy, desk.read(policy) + LOGIN.replace(b"from = 2026-04-01T00:00:00+09:00\n", b""))
    issued = desk.read(policy).split(b"issued = ")[1].split(b"\n")[0].decode()
    until = (datetime.fromisoformat(issued) + timedelta(days=30)).isoformat()
    desk.edit(policy, b"mode = enforce", f"mode = rehearse\nuntil = {until}".encode())
    asks = ("explain", "--login", "sshd", "--user", "abe", "--now")
    desk.expect(DONE, *asks, issued, policy, says=[
        "abe by sshd: no code is asked for, only recorded who would be\n",
        f"    the whole policy is a rehearsal until {until}\n"])
    desk.expect(NO, *asks, until, policy, says="a code is required", never="rehearsal")


def the_manual_names_every_option_that_a_command_has(desk):
    manual = chapters()
    for words in COMMANDS:
        help_text = desk.expect(DONE, *words, "--help")
        options = set(re.findall(r"--[a-z][a-z-]*", help_text)) - {"--help"}
        chapter = manual[" ".join(words).upper()]
        if words == ("policy", "lint"):  # its help is that of all policy commands
            options -= manual["EXPLAIN"] | manual["POLICY REHEARSE"]
        assert options <= chapter, f"{words}: the manual has no {options - chapter}"


def the_manual_names_no_option_that_no_command_has(desk):
    manual = chapters()
    for words in COMMANDS:
        help_text = desk.expect(DONE, *words, "--help")
        others = manual[" ".join(words).upper()] - set(re.findall(r"--[a-z][a-z-]*", help_text))
        assert not others, f"{words}: the manual names {others}"


sys.exit(desk.main(globals()))
