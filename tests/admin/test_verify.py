#!/usr/bin/python3
"""sekisho-admin verify: what a terminal would say, for every kind. See desk.py."""
import base64
import hashlib
import os
import re
import shutil
import sys

sys.dont_write_bytecode = True
import desk
from desk import DOCUMENTS, DONE, NO, NOW, UNKNOWN


# Each document of tests/data/documents, as a terminal of tosu that saw serial 41 judges it.
VERIFIED = {
    "policy.ini": (DONE, "good policy, serial 42"),
    "policy-sk.ini": (DONE, "signed by: suzuki yamada"),
    "policy-ecdsa-sk.ini": (DONE, "signed by: suzuki yamada"),
    "policy-two-and-again.ini": (DONE, "signed by: suzuki tanaka"),
    "policy-unsigned.ini": (NO, "(unsigned)"),
    "policy-other-namespace.ini": (NO, "(namespace)"),
    "policy-unknown-key.ini": (NO, "(unknown-key)"),
    "policy-not-in-role.ini": (NO, "(not-in-role)"),
    "policy-one-key-twice.ini": (NO, "(threshold)"),
    "policy-one-person-twice.ini": (NO, "(threshold)"),
    "policy-untouched.ini": (NO, "(no-user-presence)"),
    "policy-long-line.ini": (NO, "(text)"),
    "policy-indented.ini": (NO, "policy-indented.ini:23:1: read"),
    "policy-doubled-key.ini": (NO, "(text)"),
    "policy-doubled-section.ini": (NO, "(text)"),
    "policy-carriage-return.ini": (NO, "(text)"),
    "policy-nul.ini": (NO, "(text)"),
    "policy-bom.ini": (NO, "(text)"),
    "policy-telephone.ini": (NO, "(text)"),
    "policy-other-site.ini": (NO, "(site)"),
    "policy-other-tier.ini": (NO, "(tier)"),
    "policy-other-epoch.ini": (NO, "(epoch)"),
    "root.ini": (DONE, "signed by: suzuki tanaka"),
    "root-one-signer.ini": (NO, "(threshold)"),
    "root-policy-namespace.ini": (NO, "(namespace)"),
}


def verify_says_what_a_terminal_would(desk):
    for name, (status, says) in VERIFIED.items():
        seen = () if name.startswith("root") else ("--seen", "41")
        desk.expect(status, "verify", "--site", "tosu", "--tier", "my-number", "--now", NOW, *seen,
                    os.path.join(DOCUMENTS, name), says=says)


def verify_takes_time_serial_and_root_from_its_options(desk):
    policy = os.path.join(DOCUMENTS, "policy.ini")
    desk.expect(NO, "verify", "--now", NOW, "--seen", "42", policy, says="(serial)")
    desk.expect(NO, "verify", "--now", "2027-05-01T00:00:00+09:00", policy, says="(expired)")
    desk.expect(DONE, "verify", "--now", "2026-03-31T00:00:00+09:00", policy,
                says="starts on 2026-04-01")
    root = os.path.join(DOCUMENTS, "root-verification.ini")
    desk.expect(NO, "verify", "--now", NOW, "--root", root, policy, says="(no-user-verification)")
    root = os.path.join(DOCUMENTS, "root-one-signer.ini")
    desk.expect(NO, "verify", "--now", NOW, "--root", root, policy, says="root-one-signer.ini is refused (threshold)")
    desk.write("policy.ini", desk.read(policy))
    desk.expect(UNKNOWN, "verify", "policy.ini", says="by which root shall policy.ini be judged?")
    desk.write("policy.ini", desk.read(policy) + b"\n")
    shutil.copy(os.path.join(DOCUMENTS, "root.ini"), desk.path("root.ini"))
    desk.expect(NO, "verify", "--now", NOW, "policy.ini", says="(cut)")


def several_documents_are_judged_in_one_go(desk):
    tier = desk.init()
    for name in "site/root/1.ini", f"{tier}/policy.ini":
        desk.sign(name, "suzuki", "tanaka")
    both = "site/root/1.ini", f"{tier}/policy.ini"
    desk.expect(DONE, "verify", *both, says=["1.ini: good", "policy.ini: good"])
    desk.expect(NO, "verify", "--seen", "1", *both, says=["(serial)"])
    desk.expect(UNKNOWN, "verify", "none.ini", *both, says=["cannot be read", "policy.ini: good"])


def what_is_refused_names_who_is_missing_and_the_next_command(desk):
    policy = desk.init() + "/policy.ini"
    again = f"sekisho-admin sign --raise --key KEY {policy}\n"
    desk.expect(NO, "verify", policy, says=[
        "(unsigned)", f"have it signed:\n             sekisho-admin sign --key KEY {policy}\n"])
    desk.sign("site/root/1.ini", "suzuki")
    desk.expect(NO, "verify", "site/root/1.ini", says=[
        "(threshold)", "signed     by suzuki; needs 1 more of tanaka\n",
        "sekisho-admin sign --key KEY site/root/1.ini\n"])
    desk.sign(policy, "tanaka")
    desk.expect(NO, "verify", policy, says=[
        "1.ini is refused (threshold)", "\"sekisho-admin verify\" of it says what to do"])
    desk.sign("site/root/1.ini", "tanaka")
    desk.expect(NO, "verify", "--root", "site/root", policy, says=[
        "(threshold)", "signed     by tanaka; needs 1 more of suzuki\n",
        f"sekisho-admin sign --root site/root --key KEY {policy}\n"])
    desk.sign(policy, "suzuki")
    assert "  next " not in desk.expect(DONE, "verify", policy, "site/root/1.ini")
    good = desk.read(policy)
    desk.write(policy, good.replace(b"camera = block", b"camera = allow"))
    desk.expect(NO, "verify", policy, says=["(signature-wrong)", "Begin again: with --raise", again])
    root = desk.read("site/root/1.ini")
    desk.write("site/root/1.ini", root.replace(b"threshold = 2", b"threshold = 1", 1))
    desk.expect(NO, "verify", "site/root/1.ini", never="--raise", says=[
        "(signature-wrong)", "sekisho-admin sign --anew --key KEY site/root/1.ini\n"])
    desk.write("site/root/1.ini", root)
    desk.write(policy, good)
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--new-epoch")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    desk.expect(NO, "verify", policy, says=["(epoch)", "--raise sets the epoch", again])
    desk.expect(NO, "verify", "site/README.txt", says="(unsigned)", never="sekisho-admin sign")


def another_site_of_the_same_administrators_is_refused(desk):
    """The root names the site, also where no --site is given."""
    tier = desk.init()
    desk.sign("site/root/1.ini", "suzuki", "tanaka")
    desk.edit(f"{tier}/policy.ini", b"site = tosu", b"site = saga")
    desk.expect(NO, "sign", "--key", "suzuki", f"{tier}/policy.ini",
                says="is for the site saga, the root for tosu: terminals refuse it")
    shutil.copy(desk.path(f"{tier}/policy.ini"), desk.path("policy.ini"))
    desk.sign("policy.ini", "suzuki", "tanaka")  # where no root is
    desk.expect(NO, "verify", "--root", "site/root", "policy.ini", says="(site)")


def documents_glued_together_or_bent_are_refused(desk):
    policy = desk.init() + "/policy.ini"
    desk.sign("site/root/1.ini", "suzuki", "tanaka")
    desk.sign(policy, "suzuki", "tanaka")
    good = desk.read(policy)
    first, *armours = good.split(b"-----BEGIN")
    blocks = [b"-----BEGIN" + armour for armour in armours]
    for data, status, says in (
            (first + blocks[1] + blocks[0], DONE, "signed by: suzuki tanaka"),
            (first + blocks[0] + blocks[0], NO, "(threshold)"),
            (first + blocks[0] + blocks[1] + blocks[1], DONE, "signed by: suzuki tanaka"),
            (good + good, NO, "(cut)"),
            (good + b"\n", NO, "(cut)"),
            (good[:-1], NO, "(cut)"),
            (first + first + b"".join(blocks), NO, "(signature-wrong)"),
            (first[:-1] + b"".join(blocks), NO, "refused"),
            (b"", NO, "(unsigned)")):
        desk.write(policy, data)
        desk.expect(status, "verify", policy, says=says)


def shard(number, lines, tier="internet"):
    text = (f"[shard]\nkind = media-shard\nformat = 1\nsite = tosu\ntier = {tier}\n"
            f"shard = {number:02x}\n[media]\n")
    return (text + "".join(f"{n} = {line}\n" for n, line in enumerate(lines, 1))).encode()


def media_site(desk):
    """A signed index of three media in 16 shards, and the folder of its shards."""
    desk.init(tiers=("internet",))
    shards = {}
    for number, serial in enumerate(("AA", "BB", "CC")):
        identity = hashlib.sha256(f"0951:1666:{serial}".encode()).digest()
        shards.setdefault(identity[0] >> 4, []).append(f"M-{number} 0951:1666 {serial}")
    os.mkdir(desk.path("site/internet/media"))
    policy = desk.read("site/internet/policy.ini").decode()
    dates = "".join(re.findall(r"^(?:issued|not-before|not-after) = .*\n", policy, re.M))
    index = ("[media]\nkind = media\nformat = 1\nsite = tosu\ntier = internet\nepoch = 1\n"
             f"serial = 7\n{dates}media = 3\n[shards]\ncount = 16\n")
    for number in sorted(shards):
        data = shard(number, shards[number])
        desk.write(f"site/internet/media/{number:02x}", data)
        hashed = base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        index += f"{number:02x} = {hashed}\n"
    desk.write("site/internet/media.ini", index.encode())
    for name in "site/root/1.ini", "site/internet/media.ini", "site/internet/policy.ini":
        desk.sign(name, "suzuki", "tanaka")
    return sorted(shards)


SHARDS = "verify", "--shards", "site/internet/media", "site/internet/media.ini"


def an_index_of_media_is_judged_with_its_shards(desk):
    shards = media_site(desk)
    desk.expect(DONE, "verify", "site/internet/media.ini", says="good media, serial 7")
    desk.expect(DONE, *SHARDS, says=f"shards: {len(shards)} good, 3 of 3 entries")
    name = f"site/internet/media/{shards[0]:02x}"
    good = desk.read(name)
    desk.write(name, good.replace(b"M-", b"N-"))
    desk.expect(NO, *SHARDS, says=f"{shards[0]:02x}: refused: it is not the file")
    desk.expect(DONE, "verify", "site/internet/media.ini")
    os.unlink(desk.path(name))
    desk.expect(UNKNOWN, *SHARDS, says="cannot be read")
    desk.write(name, good)
    desk.expect(DONE, *SHARDS)


def what_an_index_says_of_its_shards_must_be_true(desk):
    shards = media_site(desk)
    for old, new, says in ((b"media = 3", b"media = 4", "there are more entries"),
                           (b"media = 3", b"media = 2", "more media than the index says")):
        before = desk.read("site/internet/media.ini")
        desk.edit("site/internet/media.ini", old, new)
        if len(shards) > 2 and new == b"media = 2":
            desk.expect(NO, "policy", "lint", "site/internet/media.ini")
        else:
            desk.sign("site/internet/media.ini", "suzuki", options=["--anew"])
            desk.sign("site/internet/media.ini", "tanaka")
            desk.expect(NO, *SHARDS, says=says)
        desk.write("site/internet/media.ini", before)


def fresh_names_the_media_too(desk):
    media_site(desk)
    desk.make_key("timer")
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--add-person", "t=timer.pub",
                "--add-to-role", "fresh=t")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    words = ("fresh", "--root", "site/root", "--key", "timer", "--policy",
             "site/internet/policy.ini", "--out", "site/internet/fresh.ini", "--media")
    desk.expect(DONE, *words, "site/internet/media.ini")
    desk.expect(DONE, "verify", "site/internet/fresh.ini", says="newest: root 2 policy 1 media 7")
    desk.expect(NO, *words, "site/internet/policy.ini", says="is no media")
    desk.edit("site/internet/media.ini", b"serial = 7", b"serial = 8")
    desk.expect(NO, *words, "site/internet/media.ini", says="(signature-wrong)")


sys.exit(desk.main(globals()))
