#!/usr/bin/python3
"""sekisho-admin policy lint, diff and explain on made-up documents, without keys. See desk.py."""
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import desk
from desk import DATA, DONE, NO, TOP, UNKNOWN, Skip

MANUAL = os.path.join(TOP, "policy", "sekisho-policy.5")
NOW = "2026-05-01T09:00:00+09:00"


def head(kind, tier="my-number", serial=1, issued="2026-03-20T10:00:00+09:00", begin=None,
         end="2027-04-30T23:59:59+09:00"):
    """The ten lines that every document begins with."""
    return (f"[{kind}]\nkind = {kind}\nformat = 1\nsite = tosu\ntier = {tier}\nepoch = 1\n"
            f"serial = {serial}\nissued = {issued}\nnot-before = {begin or issued}\n"
            f"not-after = {end}\n")


POLICY = head("policy", serial=41, begin="2026-04-01T00:00:00+09:00") + """\
mode = enforce
[media]
hub = allow
keyboard = allow
pointer = allow
printer = allow
usb-storage = block
[device pasori]
id = 054c:06c3
interfaces = ff
access = allow
"""
LATER = """[exemption]
longest = 8h
approvals-read-write = 2
scan = required
desk-1 = it-section read-write 2h
[login]
second-factor = required
methods = totp
lock-after = 5
exempt-1 = backup until 2026-12-31T23:59:59+09:00
[network]
isolation = enforce
allow-1 = 10.20.0.0/24 tcp 443
[records]
keep = 400d
"""
KEYS = ["SHA256:PsIX9YQT8gWWX5q2RzFnI3SRTrgA5b6OL5OtcVYmNJE",
        "SHA256:iaX9rpsbE7gIs4aqCRC7tUkhzUHwn1dkTFnH5vVlDJI",
        "SHA256:mBMbDLlMWxyZcPHx0UCVYKhEmKMdRbFtbFPHb6GCNHo"]
ROOT_INI = head("root", tier="all", end="2029-03-31T23:59:59+09:00") + f"""\
[person suzuki]
key-1 = {KEYS[0]}
[person tanaka]
key-1 = {KEYS[1]}
[role root]
persons = suzuki tanaka
threshold = 2
[role policy]
persons = suzuki tanaka
threshold = 2
"""
MEDIA = head("media", serial=7) + f"""\
media = 3
[shards]
count = 16
03 = {KEYS[0][7:]}
0f = {KEYS[1][7:]}
"""
FRESH = head("fresh", issued="2026-05-01T03:00:00+09:00", end="2026-05-08T03:00:00+09:00") + f"""\
root-serial = 1
root-sha256 = {KEYS[0][7:]}
policy-serial = 41
policy-sha256 = {KEYS[1][7:]}
"""
SITE = "[site]\nsite = tosu\ntier = my-number\nterminal = desk-17\nring = 0\n"


class Desk(desk.Desk):
    """Made-up documents instead of keys, and what is asked of most of them."""
    keys = ()

    def document(self, name, text, *edits):
        """Its name, after it was written with these edits."""
        for old, new in edits:
            assert old in text, f"there is no {old!r}"
            text = text.replace(old, new, 1)
        self.write(name, text.encode())
        return name

    def lint(self, *edits, text=POLICY, name="policy.ini", now=NOW, **expected):
        return self.expect(DONE, "policy", "lint", "--now", now, self.document(name, text, *edits),
                           **expected)

    def diff(self, status, *edits, old=POLICY, new=None, **expected):
        return self.expect(status, "policy", "diff", self.document("old.ini", old),
                           self.document("new.ini", new or old, *edits), **expected)


def help_is_said_and_wrong_usage_told(desk):
    for words in ("policy", "--help"), ("policy", "lint", "--help"), ("policy", "diff", "--help"):
        desk.expect(DONE, *words, says=["usage: sekisho-admin policy", "Exit status"])
    policy = desk.document("policy.ini", POLICY)
    for words in ((), ("rinse",), ("lint",), ("lint", "--now", "today", policy),
                  ("lint", "--now", NOW), ("diff",), ("diff", policy), ("diff", policy, policy, policy),
                  ("lint", "--colour", policy)):
        desk.expect(UNKNOWN, "policy", *words, says="usage: sekisho-admin policy")


def lint_of_a_plain_policy_has_nothing_to_add(desk):
    output = desk.lint(says="policy.ini: enforced by this version: [policy] [media] [device ...]",
                       never=["note:", "warning:"])
    assert len(output.splitlines()) == 2, output


def lint_says_section_by_section_what_is_only_read(desk):
    desk.lint(text=POLICY + LATER, says=[
        "policy.ini:25: note: scan = required: this version cannot check for viruses, so terminals take no "
        "exemption; scan = off takes them unchecked\n",
        "policy.ini:32: note: this version does not enforce [network]: isolation, allow-1\n",
        "policy.ini:35: note: this version does not enforce [records]: keep\n"],
              never=["warning:", "does not enforce [login]", "does not enforce [exemption]"])
    desk.lint(text=POLICY + LATER.replace("scan = required", "scan = off"), never="check for viruses")


def lint_says_key_by_key_what_is_only_read(desk):
    desk.lint(("mode =", "contact = 1234\nmax-age = none\nmode ="),
              text=POLICY + "[medium]\nregistered = allow\nfile-systems = vfat\nshow = import\n"
              "scan = required\nscan-data-max-age = 1d\n", says=[
                  "policy.ini:27: note: this version does not enforce show: ",
                  "policy.ini:28: note: this version does not enforce scan: ",
                  "policy.ini:29: note: this version does not enforce scan-data-max-age: ",
                  "[device ...] [medium], as far"],
              never=["not enforce contact", "not enforce max-age", "not enforce file-systems", "not enforce registered", "not enforce [medium]"])


def lint_says_where_read_only_is_blocked(desk):
    blocks = "this version does not enforce read-only; it blocks instead"
    desk.lint(("usb-storage = block", "optical = read-only\nusb-storage = read-only"),
              text=POLICY + "[device cd]\nid = 0951:1666\ninterfaces = 0802\naccess = read-only\n",
              says=[f"policy.ini:{line}: note: {blocks}" for line in (17, 23)],
              never=f"policy.ini:18: note: {blocks}")
    desk.lint(("usb-storage = block", "usb-storage = read-only"),
              text=POLICY + "[device stick]\nid = 0951:1666\ninterfaces = 08\naccess = read-only\n"
              "[medium]\nregistered = read-only\n", never=blocks)


def lint_says_until_when_a_rehearsal_refuses_nothing(desk):
    desk.lint(("mode = enforce", "mode = rehearse\nuntil = 2026-05-10T00:00:00Z"),
              says="policy.ini:11: note: mode = rehearse: no terminal refuses anything until "
                   "2026-05-10T09:00:00+09:00; then it enforces by itself")
    desk.expect(NO, "policy", "lint", desk.document("policy.ini", POLICY, ("enforce", "rehearse")),
                says='policy.ini:11:8: read \'rehearse\', expected the key "until" beside it')


def lint_says_what_is_not_on_usb(desk):
    desk.lint(("usb-storage = block", "usb-storage = block\nsd-card = block\nnvme = allow"),
              says="policy.ini: not on USB, so not watched by this version: sd-card nvme\n")
    desk.lint(never="not on USB")


def lint_warns_of_input_that_does_not_work(desk):
    for line, name in (14, "keyboard"), (15, "pointer"), (13, "hub"):
        desk.lint((f"{name} = allow", f"{name} = block"),
                  says=f"policy.ini:{line}: warning: {name}s are not allowed")
        desk.lint((f"{name} = allow\n", ""), says=f"policy.ini: warning: {name}s are not allowed")
        desk.lint(never=f"{name}s are not allowed")


def lint_notes_classes_that_open_a_tier(desk):
    for name, why in (("usb-storage", "take information out"), ("optical", "take information out"),
                      ("phone", "take information out on any phone"),
                      ("usb-network", "past the network"), ("bluetooth", "past the network"),
                      ("thunderbolt", "read the terminal's memory"), ("vendor", "[device] instead")):
        desk.lint(("usb-storage = block\n", f"{name} = allow\n"),
                  says=[f"policy.ini:17: note: {name} = allow: ", why])
        desk.lint(("usb-storage = block\n", f"{name} = block\n"), never="note:")
    desk.lint(("usb-storage = block\n", "audio = allow\n"), never="note:")


def lint_notes_device_rules_that_open_more_than_a_device(desk):
    rule = "[device x]\nid = 0951:1666\n%saccess = %s\n"
    for interfaces, what in ("08", "usb-storage"), ("ff 0804", "floppy"), ("06", "phone"), (
            "02", "usb-network"):
        desk.lint(text=POLICY + rule % (f"interfaces = {interfaces}\n", "allow"),
                  says=f"policy.ini:22: note: [device x] lets in {what} of any device that claims to "
                  "be 0951:1666")
        desk.lint(text=POLICY + rule % (f"interfaces = {interfaces}\n", "block"),
                  says="[device x] blocks the whole device; its interfaces say nothing more",
                  never="lets in")
    desk.lint(text=POLICY + rule % ("", "allow"), never="note:")
    desk.lint(text=POLICY + rule % ("", "block"), never="note:")


def lint_refuses_a_rule_that_an_earlier_one_takes_everything_from(desk):
    desk.expect(NO, "policy", "lint", desk.document(
        "policy.ini", POLICY + "[device other]\nid = 054c:06c3\naccess = block\n"),
                says="policy.ini:23:6: read '054c:06c3', expected an id that no other rule has "
                "([device pasori], line 18)")


def lint_warns_of_the_end(desk):
    for now, says in (("2027-05-01T00:00:00+09:00", "warning: it ended on 2027-04-30T23:59:59+09:00"),
                      ("2027-04-01T00:00:00+09:00", "warning: it ends in 29 days"),
                      ("2025-10-28T00:00:00+09:00", "warning: it is valid for more than 18 months")):
        desk.lint(now=now, says=f"policy.ini:10: {says}")
    desk.lint(now="2027-03-31T23:59:58+09:00", never="warning:")
    desk.lint(now="2025-10-30T00:00:00+09:00", never=["18 months", "ended", "ends in", "starts in"])


def lint_says_who_takes_a_policy(desk):
    desk.lint(("mode =", "rings = 2\npercent = 10\nmode ="),
              says=["policy.ini:11: note: only terminals of ring 0 to 2 take it",
                    "policy.ini:12: note: only 10 of 100 terminals take it"])
    desk.lint(("mode =", "rings = 9\npercent = 100\nmode ="), never="note:")


def lint_warns_of_what_the_later_sections_give_away(desk):
    for old, new, says in (
            ("scan = required", "scan = off", "policy.ini:25: note: scan = off: "),
            ("isolation = enforce", "isolation = off", "policy.ini:33: note: isolation = off: "),
            ("allow-1 = 10.20.0.0/24 tcp 443\n", "", "policy.ini:33: warning: no allow-1: ")):
        desk.lint((old, new), text=POLICY + LATER, says=says)
        desk.lint(text=POLICY + LATER, never=says)
    desk.lint(text=POLICY + "[medium]\nscan = off\n", says="policy.ini:23: note: scan = off: ")


def lint_warns_of_logins_without_a_code(desk):
    alone = "warning: %sa password alone is enough to log in"
    for old, new, says in (
            ("factor = required", "factor = off", "28: " + alone % "" + "\n"),
            ("factor = required", "factor = off\nservice-1 = su required",
             "28: " + alone % "" + ", but for what stands below\n"),
            ("factor = required", "factor = rehearse", "28: " + alone % "" + ": a rehearsal asks for nothing, and"),
            ("lock-after", "from = 2027-04-30T23:59:59+09:00\nlock-after",
             "30: warning: the policy ends before: until 2027-04-30T23:59:59+09:00 it asks nobody, "
             "and after that only because terminals go on by a policy that has ended\n"),
            ("lock-after", "from = 2026-04-01T00:00:01+09:00\nlock-after",
             "30: note: a password alone is enough to log in until 2026-04-01T00:00:01+09:00\n"),
            ("lock-after", "service-1 = sudo off\nlock-after", "30: " + alone % "sudo: " + "\n"),
            ("lock-after", "service-1 = sudo rehearse\nlock-after",
             "30: " + alone % "sudo: " + "; it is only rehearsed\n"),
            ("lock-after", "group-1 = jinji off\nlock-after",
             "30: " + alone % "group jinji: " + "\n"),
            ("lock-after", "group-1 = jinji rehearse\nlock-after",
             "30: " + alone % "group jinji: " + "; it is only rehearsed\n"),
            ("= backup until", "= root until", "31: warning: root logs in with a password alone"),
            (" until 2026-12-31T23:59:59+09:00", "", "31: warning: backup needs no code, and that "
             'has no end; end it by "backup until DATE"\n'),
            ("until 2026-12-31T23:59:59", "until 2027-04-30T23:59:59", None),
            ("until 2026-12-31T23:59:59", "until 2027-05-01T00:00:00",
             "31: warning: it ends on 2027-05-01T00:00:00+09:00, after the policy: the next one"),
            ("until 2026-12-31T23:59:59", "until 2026-04-01T00:00:00",
             "31: warning: it ends on 2026-04-01T00:00:00+09:00, before the policy begins"),
            ("until 2026-12-31T23:59:59", "until 2026-04-01T00:00:01", None)):
        if says:
            desk.lint((old, new), text=POLICY + LATER, says=f"policy.ini:{says}")
            desk.lint(text=POLICY + LATER, never=f"policy.ini:{says}")
        else:
            desk.lint((old, new), text=POLICY + LATER, never="warning:")


def lint_warns_of_what_keeps_people_out(desk):
    for line, says in (
            ("window = 0", "warning: window = 0: "), ("window = 1", None), ("window = 4", None),
            ("window = 5", "warning: window = 5: 11 codes count at any time, and one that was seen "
             "counts for 5 minutes\n"),
            ("drift = 1", "warning: drift = 1: where no network sets the clock, a whole office is "
             "refused once it is 90 seconds wrong\n"), ("drift = 2", None),
            ("service-1 = ssh required", "warning: no service is known as ssh; did you mean sshd?\n"),
            ("service-1 = gdm required", "warning: no service is known as gdm; did you mean gdm-password?"),
            ("service-1 = sshd required", None), ("service-1 = su required", None),
            ("service-1 = su-l required", None), ("service-1 = hyprlock one-box", None),
            ("service-1 = sddm two-boxes", "warning: sddm shows one box, as far as is known"),
            ("service-1 = sddm one-box", None), ("service-1 = sudo two-boxes", None),
            ("group-1 = jinji required from 2027-04-30T23:59:59+09:00",
             "warning: the policy ends before 2027-04-30T23:59:59+09:00: it holds for jinji only "
             "because terminals go on by a policy that has ended\n"),
            ("group-1 = jinji required from 2026-10-01T00:00:00+09:00",
             "note: group jinji: as all others until 2026-10-01T00:00:00+09:00\n"),
            ("group-1 = jinji required", None)):
        edit = ("lock-after", f"{line}\nlock-after")
        if says:
            desk.lint(edit, text=POLICY + LATER, says=f"policy.ini:30: {says}")
        else:
            desk.lint(edit, text=POLICY + LATER, never="policy.ini:30: ")
    desk.lint(("lock-after = 5", "lock-after = 3"), text=POLICY + LATER,
              says="policy.ini:30: note: lock-after = 3: who mistypes 3 times waits\n")
    desk.lint(("lock-after = 5", "lock-after = 4"), text=POLICY + LATER, never="policy.ini:30: ")


def lint_reads_every_kind(desk):
    desk.lint(text=MEDIA, name="media.ini", says="media.ini: no mistakes", never="note:")
    desk.lint(text=FRESH, name="fresh.ini", says="fresh.ini: no mistakes", never="warning:")
    desk.lint(text=SITE, name="site.ini", says="site.ini: no mistakes", never="note:")
    for name, text, old, new, says in (
            ("media.ini", MEDIA, "count = 16", "count = 2", "media.ini:13:9: read '2', expected 1, 16"),
            ("fresh.ini", FRESH, "root-serial", "root-seriel", "did you mean root-serial?"),
            ("site.ini", SITE, "ring = 0", "ring = 10", "expected a number from 0 to 9"),
            ("root.ini", ROOT_INI, "[role policy]", "[role polcy]", "did you mean policy?"),
            ("root.ini", ROOT_INI, "[role policy]", "[role second]\nrole = polici",
             "did you mean policy?")):
        desk.expect(NO, "policy", "lint", desk.document(name, text, (old, new)), says=says)


def lint_notes_a_root_that_one_lost_key_makes_the_last(desk):
    lost = "role root needs every one of its persons, and %s has one key"
    desk.lint(text=ROOT_INI, name="root.ini",
              says=["root.ini:15: note: " + lost % "suzuki", lost % "tanaka"])
    desk.lint((KEYS[0], f"{KEYS[0]}\nkey-2 = {KEYS[2]}"), text=ROOT_INI, name="root.ini",
              says=lost % "tanaka", never=lost % "suzuki")
    desk.lint(("threshold = 2", "threshold = 1"), text=ROOT_INI, name="root.ini",
              says="root.ini:15: note: [role root]: one person alone may sign", never="needs every one")
    desk.lint(("persons = suzuki tanaka\nthreshold = 2\n[role policy]\npersons = suzuki tanaka\n"
               "threshold = 2", "persons = suzuki\nthreshold = 1\n[role policy]\npersons = suzuki\n"
               "threshold = 1"), text=ROOT_INI, name="root.ini",
              says="root.ini: note: tanaka has no role, and may sign nothing")


def diff_finds_no_difference_in_order_and_comments(desk):
    desk.diff(DONE, says="no difference")
    desk.diff(DONE, ("[media]", "# a comment\n[media]"),
              ("hub = allow\nkeyboard = allow\n", "keyboard = allow\nhub = allow\nphone = block\n"),
              ("mode =", "percent = 100\nmax-age = 3d\nmode ="), says="no difference")
    desk.diff(DONE, ("interfaces = 08 ff", "interfaces = ff 08"),
              old=POLICY.replace("interfaces = ff", "interfaces = 08 ff"), says="no difference")


def diff_says_what_changes_for_classes_and_rules(desk):
    desk.diff(NO, ("usb-storage = block", "usb-storage = allow"),
              ("printer = allow\n", "phone = allow\n"), says=[
                  "usb-storage: was blocked, will be allowed\n",
                  "printer: was allowed, will be blocked\n", "phone: was blocked, will be allowed\n",
                  "  a USB stick: was blocked, will be allowed\n",
                  "  a printer: was allowed, will be blocked\n",
                  "  a telephone that shows its files: was blocked, will be allowed\n"],
              never=["a mouse:", "a hub:", "  a keyboard: was"])
    desk.diff(NO, ("[device pasori]", "[device reader]"), says=[
        "[device reader]: was called [device pasori]\n", "  none is judged differently\n"])
    desk.diff(NO, ("access = allow", "access = block"), says=[
        "[device pasori]: was allowed, will be blocked\n",
        "  054c:06c3 with the interfaces ff ([device pasori]): was allowed, will be blocked\n"])
    desk.diff(NO, ("interfaces = ff", "interfaces = ff 08"), says=[
        "[device pasori]: was interfaces ff, will be interfaces ff 08\n",
        "  054c:06c3 with the interfaces ff,08 ([device pasori]): was allowed in part (vendor let "
        "in, usb-storage refused), will be allowed\n"], never="with the interfaces ff (")


def diff_says_which_rules_are_new_and_gone(desk):
    stick = "[device stick]\nid = 0951:1666\ninterfaces = 080650\naccess = allow\n"
    desk.diff(NO, new=POLICY + stick, says=[
        "[device stick]: new: 0951:1666 interfaces 080650 allowed\n",
        "  0951:1666 with the interfaces 080650 ([device stick]): was blocked, will be allowed\n"],
              never="054c:06c3")
    desk.diff(NO, old=POLICY + stick, new=POLICY, says=[
        "[device stick]: gone: was 0951:1666 interfaces 080650 allowed\n",
        "  0951:1666 with the interfaces 080650 ([device stick]): was allowed, will be blocked\n"])
    desk.diff(NO, ("id = 054c:06c3", "id = 054c:06c1"), says=[
        "[device pasori]: gone: was 054c:06c3", "[device pasori]: new: 054c:06c1"])


def diff_judges_examples_that_no_rule_names(desk):
    trap = "".join(f"[device trap-{n}]\nid = ffff:000{n}\ninterfaces = 08\naccess = allow\n"
                   for n in range(3))
    desk.diff(NO, ("usb-storage = block", "usb-storage = allow"), old=POLICY + trap,
              says="  a USB stick: was blocked, will be allowed\n")


def diff_says_until_when_and_whom(desk):
    for old, new, says in (
            ("not-after = 2027", "not-after = 2028",
             "valid until 2028-04-30T23:59:59+09:00: 12 months longer\n"),
            ("not-after = 2027-04-30", "not-after = 2027-04-01", "29 days shorter\n"),
            ("not-after = 2027-04-30", "not-after = 2027-04-29", "1 day shorter\n"),
            ("23:59:59", "22:59:59", "less than a day shorter\n"),
            ("serial = 41", "serial = 42", "serial: 41 → 42\n"),
            ("epoch = 1", "epoch = 2", "epoch: 1 → 2\n"),
            ("tier = my-number", "tier = lgwan", "tier: my-number → lgwan\n"),
            ("mode =", "percent = 10\nmode =", "percent: 100 → 10\n"),
            ("mode =", "rings = 0\nmode =", "rings: 9 → 0\n"),
            ("mode =", "max-age = none\nmode =", "max-age: 3d → none\n"),
            ("mode =", "contact = 内線 12\nmode =", "contact: nothing → 内線 12\n"),
            ("mode = enforce", "mode = rehearse\nuntil = 2026-05-10T00:00:00Z",
             "mode: enforce → rehearse\nuntil: nothing → 2026-05-10T09:00:00+09:00\n")):
        desk.diff(NO, (old, new), says=[says, "  none is judged differently\n"])


def diff_says_what_changes_in_the_later_sections(desk):
    desk.diff(NO, new=POLICY + LATER, says=[
        "[exemption] longest: nothing → 8h\n", "[exemption] lease: nothing → 15m\n",
        "[exemption] telephone desk: new: it-section read-write, at most 120 minutes\n",
        "[login] methods: nothing → totp\n", "[login] window: nothing → 1\n",
        "[login] account without second factor: new: backup until 2026-12-31T23:59:59+09:00\n",
        "[network] isolation: nothing → enforce\n", "[network] allowed: new: 10.20.0.0/24 tcp 443\n"],
              never="[records]")
    later = POLICY + LATER
    for old, new, says in (
            ("longest = 8h", "longest = 4h", "[exemption] longest: 8h → 4h\n"),
            ("write = 2", "write = 1", "[exemption] approvals-read-write: 2 → 1\n"),
            ("2h", "1h", "[exemption] telephone desk: gone: it-section read-write, at most 120"),
            ("scan = required", "scan = off", "[exemption] scan: required → off\n"),
            ("scan = required", "scan = required\nonline = required",
             "[exemption] online: off → required\n"),
            ("= totp", "= totp hotp", "[login] methods: totp → totp hotp\n"),
            ("lock-after = 5", "lock-after = 6", "[login] lock-after: 5 → 6\n"),
            ("second-factor = required", "second-factor = off",
             "[login] second-factor: required → off\n"),
            ("exempt-1 = backup", "#", "[login] account without second factor: gone: backup until "),
            (" until 2026-12-31T23:59:59+09:00", "",
             "[login] account without second factor: new: backup\n"),
            ("lock-after", "from = 2026-10-01T00:00:00+09:00\nlock-after",
             "[login] from: nothing → 2026-10-01T00:00:00+09:00\n"),
            ("lock-after", "window = 2\nlock-after", "[login] window: 1 → 2\n"),
            ("lock-after", "drift = 4\nlock-after", "[login] drift: 20 → 4\n"),
            ("lock-after", "look-ahead = 20\nlock-after", "[login] look-ahead: 10 → 20\n"),
            ("lock-after", "lock-for = 1h\nlock-after", "[login] lock-for: 10m → 1h\n"),
            ("lock-after", "service-9 = sudo off\nlock-after", "[login] service: new: sudo off\n"),
            ("lock-after", "service-1 = sddm required two-boxes\nlock-after",
             "[login] service: new: sddm required two-boxes\n"),
            ("lock-after", "service-1 = waylock one-box\nlock-after",
             "[login] service: new: waylock one-box\n"),
            ("lock-after", "group-1 = jinji rehearse\nlock-after",
             "[login] group: new: jinji rehearse\n"),
            ("lock-after", "group-1 = jinji off from 2026-10-01T00:00:00+09:00\nlock-after",
             "[login] group: new: jinji off from 2026-10-01T00:00:00+09:00\n"),
            ("tcp 443", "tcp 80", "[network] allowed: new: 10.20.0.0/24 tcp 80\n"),
            ("keep = 400d", "keep = 3650d", "[records] keep: 400d → 3650d\n"),
            ("keep = 400d", "syslog = off", "[records] syslog: on → off\n"),
            ("[records]", "[medium]\nregistered = allow\n[records]",
             "registered media: were like all others, will be allowed\n"),
            ("[records]", "[medium]\nfile-systems = ntfs vfat exfat iso9660\n[records]",
             "[medium] file-systems: new: ntfs\n")):
        desk.diff(NO, (old, new), old=later, says=says)


def diff_names_what_is_weaker_at_the_login(desk):
    alone = "the password alone is enough, where a code was asked for"
    later = POLICY + LATER
    for old, new, says, never in (
            ("second-factor = required", "second-factor = off", f"weaker: everybody: {alone}\n",
             "weaker: account"),
            ("second-factor = required", "second-factor = rehearse", f"weaker: everybody: {alone}\n",
             None),
            ("lock-after", "from = 2026-10-01T00:00:00+09:00\nlock-after",
             f"weaker: everybody: {alone}\n", None),
            ("lock-after", "service-9 = sudo off\nlock-after", f"weaker: service sudo: {alone}\n",
             "weaker: everybody"),
            ("lock-after", "service-9 = sudo required\nlock-after", "service: new: sudo required",
             "weaker"),
            ("lock-after", "group-1 = jinji off from 2026-10-01T00:00:00+09:00\nlock-after",
             f"weaker: group jinji: {alone}, from 2026-10-01T00:00:00+09:00\n", "weaker: everybody"),
            ("exempt-1 = backup", "exempt-1 = root", f"weaker: account root: {alone}\n",
             "account backup:"),
            (" until 2026-12-31T23:59:59+09:00", "",
             f"weaker: account backup: {alone}, from 2026-12-31T23:59:59+09:00\n", None),
            ("exempt-1 = backup", "#", "gone: backup", "weaker"),
            ("lock-after", "window = 2\nlock-after", "weaker: more codes count at a time\n", "alone"),
            ("lock-after", "look-ahead = 20\nlock-after", "weaker: more codes count at a time\n", None),
            ("lock-after", "drift = 21\nlock-after", "weaker: codes of clocks that are further", None),
            ("lock-after", "drift = 4\nlock-after", "drift: 20 → 4", "weaker"),
            ("lock-after = 5", "lock-after = 6", "weaker: more wrong codes before somebody has to",
             None),
            ("lock-after", "lock-for = 5m\nlock-after", "weaker: who typed wrong codes waits a "
             "shorter time\n", None),
            ("lock-after", "lock-for = 1h\nlock-after", "lock-for: 10m → 1h", "weaker")):
        desk.diff(NO, (old, new), old=later, says=says, never=never or "no difference")
    # What the old one let in by the password is no news.
    off = later.replace("second-factor = required", "second-factor = off")
    desk.diff(NO, ("lock-after", "service-9 = sudo off\nlock-after"), old=off, never="weaker")
    desk.diff(NO, old=later, new=POLICY, says=f"weaker: everybody: {alone}\n")


def diff_of_media_lists_counts_shards(desk):
    desk.diff(DONE, old=MEDIA, says="no difference")
    desk.diff(NO, ("serial = 7", "serial = 8"), ("media = 3", "media = 4"),
              (KEYS[0][7:], KEYS[2][7:]), ("0f =", "0e ="), old=MEDIA, says=[
                  "serial: 7 → 8\n", "entries (identities): 3 → 4\n",
                  "note: which media old.ini registers is not known: the files in media are not those", "shard 03: changed\n",
                  "shard 0e: new\n", "shard 0f: gone\n",
                  "what that means for terminals: 2 of 16 shards to load\n"])
    desk.diff(NO, ("count = 16", "count = 256"), old=MEDIA, says=[
        "shards: 16 → 256, so all of them change\n", "2 of 256 shards to load\n"], never="shard 03:")


def diff_tells_what_it_cannot_compare(desk):
    policy, media = desk.document("policy.ini", POLICY), desk.document("media.ini", MEDIA)
    desk.expect(UNKNOWN, "policy", "diff", policy, media, says="documents of two kinds")
    desk.expect(UNKNOWN, "policy", "diff", policy, desk.document("site.ini", SITE), says="neither a policy")
    desk.expect(UNKNOWN, "policy", "diff", policy, "none.ini", says="none.ini cannot be read")
    desk.expect(UNKNOWN, "policy", "diff", desk.document("bad.ini", POLICY, ("epoch = 1", "epoch = 0")),
                policy, says=["bad.ini:6:9: ", "bad.ini has mistakes, so it cannot be compared"])


def cds_that_are_read_only_are_blocked_and_it_is_said_everywhere(desk):
    policy = desk.document("policy.ini", POLICY, ("usb-storage = block", "optical = read-only"))
    desk.expect(NO, "explain", "--device", "0930:6545:080250", policy, says=[
        "device 0930:6545 (optical): block\n    policy.ini:17: read-only is not enforced yet for "
        "optical, so it is blocked\n",
        "  optical (line 17): allows reading only of it, which is not enforced yet: blocked\n"])
    desk.diff(NO, ("usb-storage = block", "optical = read-only"), says=[
        "optical: was blocked, will be read-only (not enforced yet: blocked)\n",
        "  none is judged differently\n"])
    # A rule for all storage: of a CD drive it keeps nothing.
    policy = desk.document("policy.ini", POLICY + "[device stick]\nid = 0951:1666\ninterfaces = 08\n"
                           "access = read-only\n")
    desk.expect(NO, "explain", "--device", "0951:1666:080250", policy, says=[
        "device 0951:1666 (optical): block\n",
        "    policy.ini:22: read-only is not enforced yet for optical, so it is blocked\n"])


def disks_on_usb_are_read_only_and_said_so_everywhere(desk):
    policy = desk.document("policy.ini", POLICY + "[device stick]\nid = 0951:1666\ninterfaces = 08\n"
                           "access = read-only\n")
    desk.expect(DONE, "explain", "--device", "0951:1666:080650", policy, never="not enforced", says=[
        "device 0951:1666 (usb-storage): read-only\n",
        "    policy.ini:22: [device stick] allows reading only of it\n"])
    policy = desk.document("policy.ini", POLICY, ("usb-storage = block", "usb-storage = read-only"))
    desk.expect(DONE, "explain", "--device", "0930:6545:080650", policy, says=[
        "device 0930:6545 (usb-storage): read-only\n",
        "  usb-storage (line 17): allows reading only of it\n"])
    desk.diff(NO, new=POLICY + "[device stick]\nid = 0951:1666\ninterfaces = 08\n"
              "access = read-only\n[medium]\nregistered = read-only\n", never="not enforced", says=[
                  "new: 0951:1666 interfaces 08 read-only\n",
                  "registered media: were like all others, will be read-only\n"])


def a_device_of_two_parts_is_named_by_both(desk):
    policy = desk.document("policy.ini", POLICY)
    desk.expect(DONE, "explain", "--device", "046d:c31c:030101:080650", policy, says=[
        "device 046d:c31c: partly: keyboard let in, usb-storage refused\n"
        "    policy.ini:17: the policy blocks usb-storage\n"], never="device 046d:c31c (")
    desk.expect(DONE, "explain", "--device", "046d:c31c:030101:030102", policy, says=[
        "device 046d:c31c (keyboard): allow\n    policy.ini:14: the policy allows keyboard\n"],
                never="partly")
    read_only = desk.document("ro.ini", POLICY, ("usb-storage = block", "optical = read-only"))
    desk.expect(DONE, "explain", "--device", "046d:c31c:030101:080250", read_only, says=[
        "device 046d:c31c: partly: keyboard let in, optical refused\n"
        "    ro.ini:17: read-only is not enforced yet for optical, so it is blocked\n"])
    read_only = desk.document("ro.ini", POLICY, ("usb-storage = block", "usb-storage = read-only"))
    desk.expect(DONE, "explain", "--device", "046d:c31c:030101:080650", read_only, says=[
        "device 046d:c31c: partly: keyboard let in, usb-storage read-only\n"
        "    ro.ini:17: the policy allows reading only of usb-storage\n"])
    desk.expect(DONE, "explain", "--device", "046d:c31c:030101:030102:070102:080650:dc", policy,
                says="partly: keyboard pointer let in, printer usb-storage unknown refused\n")
    # One configuration is let in whole; what another one has in common with it is no part.
    with open(os.path.join(DATA, "usb", "keyboard.bin"), "rb") as file:
        one = file.read()
    second = bytearray(one[18:])
    second[5] = 2
    with open(os.path.join(desk.folder, "two.bin"), "wb") as file:
        file.write(one[:17] + b"\2" + one[18:] + second)
    desk.expect(DONE, "explain", "--device", "two.bin", policy, says=": allow\n", never="partly")
    desk.diff(NO, ("usb-storage = block", "usb-storage = allow"), says=[
        "  a keyboard that hides a USB stick: was allowed in part (keyboard let in, usb-storage "
        "refused), will be allowed\n"])


def explain_says_that_numbers_have_four_digits(desk):
    desk.write("policy.ini", POLICY.encode())
    policy = "policy.ini"
    for given, meant in ("951:1666", "0951:1666"), ("951:1666:080650", "0951:1666"), ("46D:c", "046d:000c"):
        desk.expect(UNKNOWN, "explain", "--device", given, policy,
                    says=f"{given} is no VID:PID, because both have four hexadecimal digits; did you "
                    f"mean {meant}?")
    for given in "951:", "951:16660", "0951-1666", "none.bin":
        desk.expect(UNKNOWN, "explain", "--device", given, policy, says="cannot be read: No such file",
                    never="did you mean")
    desk.write("951:1666", b"")
    assert "did you mean" not in desk.run("explain", "--device", "951:1666", policy)[1]


def explain_says_of_every_rule_why_it_does_not_speak(desk):
    other = "[device stick]\nid = 0951:1666\ninterfaces = 08\naccess = allow\n"
    policy = desk.document("policy.ini", POLICY + other + "[medium]\nregistered = allow\n")
    desk.expect(DONE, "explain", "--device", "0951:1666:080650", policy, says=[
        "    policy.ini:22: [device stick] allows it\n",
        "  [device pasori] (line 18): another VID:PID, 054c:06c3\n",
        "  [device stick] (line 22): its VID:PID is 0951:1666, so it alone speaks\n",
        "  usb-storage (line 17): not asked, because [device stick] speaks for the whole device\n",
        "  [medium] registered (line 27): not asked, because [device stick] speaks"])
    output = desk.expect(DONE, "policy", "explain", "--device", "1234:0001:030101:070102:080650:dc",
                         policy, says=[
                             "  [device pasori] (line 18): another VID:PID, 054c:06c3\n",
                             "  [device stick] (line 22): another VID:PID, 0951:1666\n",
                             "  keyboard (line 14): allows it\n",
                             "  printer (line 16): allows it, but it does not count beside what is "
                             "refused\n", "  usb-storage (line 17): blocks it\n",
                             "  unknown: the policy has no rule for it, so it is blocked\n",
                             "  [medium] registered (line 27): nothing is known of registered"])
    assert len(output[output.index("rule by rule:"):].splitlines()) == 8, output
    desk.expect(DONE, "explain", "--device", "1234:0001:030101", "--builtin",
                says="  keyboard: the built-in policy allows it\n", never="[device")
    policy = desk.document("policy.ini", POLICY, ("keyboard = allow", "keyboard = block"))
    desk.expect(DONE, "explain", "--last-input", "--device", "1234:0001:030101", policy,
                says="  keyboard (line 14): blocks it; kept all the same, because nobody could type")


def explain_takes_a_device_as_people_write_it(desk):
    policy = desk.document("policy.ini", POLICY)
    for words in (("054C:06C3:FF",), ("054c:06C3", "--interfaces", "Ff"), ("054c:06c3:ff",)):
        desk.expect(DONE, "explain", "--device", *words, policy, says="device 054c:06c3 (vendor): allow")
    desk.expect(NO, "explain", "--device", "0951:1666:08060A", policy, says=", class 08060a (")
    desk.expect(UNKNOWN, "explain", "--device", "054C:06C3", policy, says=[
        "which interfaces has it? Put their classes behind, as 054C:06C3:ff", "lsusb -v -d 054C:06C3",
        "bInterfaceClass", "255 is ff"])
    for wrong in "054c:06c3:fg", "054c:06c3:f", "054c:06c3:ffffffff", "054c:06c3::":
        desk.expect(UNKNOWN, "explain", "--device", wrong, policy, says="hexadecimal digits")


def explain_says_that_arguments_are_swapped(desk):
    policy = desk.document("policy.ini", POLICY)
    commented = desk.document("commented.ini", "# ours\n" + POLICY)
    desk.expect(UNKNOWN, "explain", "--device", policy, "054c:06c3:ff",
                says="policy.ini is a policy, and no device: --device takes the descriptors")
    keyboard = os.path.join(DATA, "usb", "keyboard.bin")
    for file in policy, commented:
        desk.expect(UNKNOWN, "explain", "--device", file, keyboard, says="is a policy, and no device")
    desk.expect(UNKNOWN, "explain", "--device", keyboard, "054c:06c3:ff",
                says="054c:06c3:ff is a device, and no policy: it belongs behind --device")
    with open(os.path.join(desk.folder, "big.bin"), "wb") as file:
        file.write(b"x" * 66000)
    desk.expect(UNKNOWN, "explain", "--device", "big.bin", policy, says="so it is no file of descriptors")
    desk.expect(DONE, "explain", "--device", keyboard, policy)


def explain_asks_no_rule_about_bytes_that_cannot_be_trusted(desk):
    with open(os.path.join(DATA, "usb", "keyboard.bin"), "rb") as file:
        desk.write("cut.bin", file.read()[:-1])
    desk.expect(NO, "explain", "--device", "cut.bin", desk.document("policy.ini", POLICY),
                says="no rule was asked, because its descriptors cannot be trusted\n",
                never="rule by rule")


def lint_and_the_manual_agree_on_what_is_enforced(desk):
    """Each key that lint calls only read is marked so in the manual, and the other way round."""
    with open(MANUAL, encoding="utf-8") as file:
        manual = file.read().split("\n.Sh POLICY\n")[1].split("\n.Sh ROOT\n")[0]
    marked = set()
    for part in re.split(r"\n\.Ss ", manual)[1:]:
        section = part.split("\n")[0]
        if not re.match(r"\[(policy|medium|exemption|login|network|records)\]", section):
            continue
        if "\n.Em Not enforced yet" in part.split("\n.Bl")[0]:
            marked.add(section)
            continue
        for item in part.split("\n.It Cm ")[1:]:
            if re.search(r"\n\.Em Not enforced yet", item):
                marked.add(item.split("\n")[0])
    output = desk.lint(("mode =", "contact = 1\nmax-age = 72h\nrings = 9\npercent = 100\nmode ="),
                       text=POLICY + LATER + "[medium]\nregistered = allow\nfile-systems = vfat\n"
                       "show = mount\nscan = required\nscan-data-max-age = 7d\n")
    noted = set(re.findall(r"does not enforce (\[?[a-z-]+\]?)", output))
    assert noted == marked, f"lint {sorted(noted)}, the manual {sorted(marked)}"
    assert len(noted) == 5, sorted(noted)


def the_manual_renders_without_warnings(desk):
    if not shutil.which("man") or not shutil.which("groff"):
        raise Skip("there is no man or groff")
    done = subprocess.run(["man", "--warnings", "-l", MANUAL], stdin=subprocess.DEVNULL, check=True,
                          capture_output=True, env={**os.environ, "LC_ALL": "C.UTF-8",
                                                    "MANWIDTH": "80", "MANROFFOPT": "-ww"})
    assert not done.stderr, done.stderr.decode()
    assert "access = allow" in done.stdout.decode() and "pasori-rc-s380" in done.stdout.decode()


sys.exit(desk.main(globals(), Desk))
