#!/usr/bin/python3
"""sekisho-admin policy lint: which mistakes it names, and in which words. See desk.py."""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
import desk
from desk import ADMIN, DONE, NO, UNKNOWN

CHANGED = "an editor or mail program changed the line ends"


def lines_of(where, *words, status=NO):
    return where.expect(status, *words).splitlines()


def what_windows_did_to_a_file_is_said_once(desk):
    tier = desk.init()
    desk.write("jp.ini", desk.read(tier + "/policy.ini").replace(
        b"mode = enforce", "contact = 総務課\n# 情報\nmode = enforce".encode()))
    desk.sign("site/root/1.ini", "suzuki", "tanaka")
    for source in "jp.ini", "site/root/1.ini", tier + "/site.ini":
        text = desk.read(source).decode()
        for data, says in ((text.replace("\n", "\r\n").encode(), "every line ends in CR LF: " + CHANGED),
                           (text.encode("utf-16"), "the file is in UTF-16"),
                           (text.encode("utf-16-be"), "the file is in UTF-16"),
                           (text.encode("cp932"), "most likely Shift_JIS")):
            if "Shift" in says and source != "jp.ini":
                continue  # all of it is ASCII
            desk.write("new.ini", data)
            shown = lines_of(desk, "policy", "lint", "new.ini")
            assert len(shown) == 1, shown
            desk.expect(NO, "policy", "lint", "new.ini", says=says)
            shown = lines_of(desk, "verify", "--root", "site/root", "new.ini")
            desk.expect(NO, "verify", "new.ini")
            assert len(shown) <= 2 and says in shown[0], shown
            shown = lines_of(desk, "sign", "--key", "suzuki", "new.ini")
            assert len(shown) == 1 and says in shown[0], shown


def what_lint_advises_for_line_ends_makes_the_signatures_fit(desk):
    policy = desk.init() + "/policy.ini"
    desk.sign("site/root/1.ini", "suzuki", "tanaka")
    desk.sign(policy, "suzuki", "tanaka")
    signed = desk.read(policy)
    desk.write(policy, signed.replace(b"\n", b"\r\n"))
    output = desk.expect(NO, "verify", policy, says="refused (text): every line ends in CR LF")
    command = "sed -i 's/\\r$//' FILE"
    assert command in output
    assert desk.shell(".", command.replace("FILE", policy))[0] == 0
    assert desk.read(policy) == signed
    text, *armours = signed.split(b"-----BEGIN")
    armour = b"".join(b"-----BEGIN" + one for one in armours)
    desk.write(policy, text + armour.replace(b"\n", b"\r\n"))
    for words in ("verify",), ("policy", "lint"):
        desk.expect(NO, *words, policy, says="the lines of the signatures end in CR LF: " + CHANGED)


def what_lint_advises_for_a_byte_order_mark_makes_the_signatures_fit(desk):
    policy = desk.init() + "/policy.ini"
    desk.sign("site/root/1.ini", "suzuki", "tanaka")
    desk.sign(policy, "suzuki", "tanaka")
    signed, mark = desk.read(policy), b"\xef\xbb\xbf"
    for changed, says, command in (
            (mark + signed, "refused (text): a byte order mark stands before the first line",
             r"sed -i '1s/^\xef\xbb\xbf//' FILE"),
            (mark + signed.replace(b"\n", b"\r\n"), "refused (text): every line ends in CR LF, and a byte "
             "order mark stands before the first", r"sed -i '1s/^\xef\xbb\xbf//; s/\r$//' FILE")):
        desk.write(policy, changed)
        desk.expect(NO, "verify", policy, says=[says, command], never="signature-wrong")
        shown = lines_of(desk, "policy", "lint", policy)
        assert len(shown) == 1 and "byte order mark" in shown[0] and command in shown[0], shown
        assert desk.shell(".", command.replace("FILE", policy))[0] == 0
        assert desk.read(policy) == signed
        desk.expect(DONE, "verify", policy)
    desk.write(policy, mark + signed.replace(b"phone = block", b"phone = allow"))
    assert desk.shell(".", f"sed -i '1s/^\\xef\\xbb\\xbf//' {policy}")[0] == 0
    desk.expect(NO, "verify", policy, says="refused (signature-wrong)")


def a_site_file_without_its_section_is_still_one(desk):
    site = desk.init() + "/site.ini"
    text = desk.read(site)
    for changed, says in ((text.replace(b"[site]\n", b""), 'a "[section]" before the first key'),
                          (b"", "read '', expected a document"),
                          (text.replace(b"[site]", b"[sit]"), "read '[sit]', expected [site] as the first")):
        desk.write(site, changed)
        desk.expect(NO, "policy", "lint", site, says=says, never="[policy]")
        if b"sit]" not in changed:
            desk.expect(NO, "policy", "lint", site, says="expected a section [site]")
    desk.write(site, text.replace(b"tier = my-number", b"tier = MY_NUMBER"))
    desk.expect(NO, "policy", "lint", site, says="letters of a-z 0-9 -; did you mean my-number?")
    os.rename(desk.path(site), desk.path("other.ini"))
    desk.write("other.ini", b"")
    desk.expect(NO, "policy", "lint", "other.ini", says="expected a section [policy]")


def a_broken_header_does_not_make_its_keys_wrong(desk):
    policy = desk.init() + "/policy.ini"
    text = desk.read(policy)
    for header in "media]", "[media", "[Media]", "［media］", "(media)":
        desk.write(policy, text.replace(b"[media]", header.encode()))
        shown = lines_of(desk, "policy", "lint", policy)
        assert len(shown) == 1 and f"read '{header}'" in shown[0], shown
        assert shown[0].endswith("; did you mean [media]?"), shown


def a_folder_is_told_from_its_files(desk):
    desk.init()
    for words in ("policy", "lint"), ("verify",):
        for folder, says in (("site/my-number", "such as site/my-number/policy.ini"),
                             ("site/my-number/", "such as site/my-number/policy.ini"),
                             ("site/root", "such as site/root/1.ini"),
                             ("site", "site cannot be read: Is a directory; name the files in it\n")):
            desk.expect(UNKNOWN, *words, folder, says=["Is a directory; name the files in it", says])


def a_head_that_is_not_first_is_one_mistake(desk):
    tier = desk.init()
    text = desk.read(tier + "/policy.ini")
    head, rest = text[text.index(b"[policy]"):text.index(b"[media]")], text[text.index(b"[media]"):]
    for data, says in ((rest + b"\n" + head, "1:1: read '[media]', expected [policy] as the first "
                        "section; it stands on line "),
                       (rest, "1:1: read '[media]', expected [policy] as the first section"),
                       (head.replace(b"[policy]", b"[polcy]") + rest, "1:1: read '[polcy]', expected "
                        "[policy] above these keys, because kind stands there"),
                       (head.replace(b"[policy]", b"[records]") + rest, "1:1: read '[records]', "
                        "expected [policy] above these keys, because kind stands there"),
                       (head.replace(b"[policy]\n", b"") + rest,
                        "expected a \"[section]\" before the first key")):
        desk.write("policy.ini", data)
        shown = lines_of(desk, "policy", "lint", "policy.ini")
        assert says in shown[0] and len(shown) <= 2, shown
        if "before the first" not in says:
            assert len(shown) == 1, shown


def many_mistakes_are_cut_short(desk):
    desk.init()
    desk.write("policy.ini", b"[policy]\nkind = policy\n" + b"".join(b"x%d = 1\n" % n for n in range(300)))
    shown = lines_of(desk, "policy", "lint", "policy.ini")
    assert len(shown) == 21 and shown[-1] == "policy.ini: and 289 mistakes more", shown[-1]


def what_is_missing_has_a_place_and_comes_last(desk):
    policy = desk.init() + "/policy.ini"
    desk.edit(policy, b"keyboard = allow", b"keyboard = alow")
    desk.edit(policy, b"serial = 1\n", b"")
    desk.write(policy, desk.read(policy)[:-1])
    text = desk.read(policy).decode()
    end = [line for line in text.split("[media]")[0].splitlines() if " = " in line][-1]
    number = text.splitlines().index(end) + 1
    last = text.splitlines()
    assert lines_of(desk, "policy", "lint", policy)[1:] == [
        f'{policy}:{number}:{len(end) + 1}: read nothing more, expected the key "serial" in [policy]',
        f"{policy}:{len(last)}:{len(last[-1]) + 1}: read nothing more, expected a line feed at the "
        "end of the last line"]
    desk.sign("site/root/1.ini", "suzuki", "tanaka")


def columns_count_characters_as_editors_do(desk):
    policy = desk.init() + "/policy.ini"
    desk.edit(policy, b"mode = enforce", "contact = 総務課;\nmode = enforce".encode())
    desk.expect(NO, "policy", "lint", policy, says=":14: read ';', expected a value without")


def usual_slips_are_named(desk):
    policy = desk.init() + "/policy.ini"
    text = desk.read(policy)
    for new, says in (("not-after = 2027-02-29T00:00:00+09:00", "that month has no such day"),
                      ("not-after = 2027-03-31T00:00:00+0900", "with a colon"),
                      ("not-after = 2027-03-31", "the time is missing"),
                      ("not-after = ２０２７-03-31T00:00:00+09:00", "these digits are full-width"),
                      ("percent = ５０", "a number from 1 to 100, in ASCII digits; these are full-width"),
                      ("percent = 050", "a number from 1 to 100, without a zero before it"),
                      ("contact = " + "課" * 48, "at most 127 bytes of text (42 Japanese characters)"),
                      ("contact = 総務課\u3000", "no full-width space (U+3000) after the line"),
                      ("; contact = 1234", '"#" where a comment begins, not ";"')):
        desk.write(policy, text)
        if new.startswith("not-after"):
            old = next(line for line in text.splitlines() if line.startswith(b"not-after"))
            desk.edit(policy, old, new.encode())
        else:
            desk.edit(policy, b"mode = enforce", new.encode() + b"\nmode = enforce")
        assert len(lines_of(desk, "policy", "lint", policy)) == 1
        desk.expect(NO, "policy", "lint", policy, says=says)


def what_is_added_below_the_signatures_is_sent_up(desk):
    policy = desk.init() + "/policy.ini"
    desk.sign(policy, "suzuki")
    signed = desk.read(policy)
    desk.write(policy, signed + b"[records]\nkeep = 400d\n")
    desk.expect(NO, "policy", "lint", policy, says=[
        "read '[records]', expected the beginning of a signature or the end of the file; what is "
        "to be signed stands above the signatures"])
    desk.write(policy, signed[:-1])
    lines = signed[:-1].count(b"\n") + 1
    desk.expect(NO, "policy", "lint", policy, says=f"policy.ini:{lines}:28: read nothing more, expected a "
                "line feed at the end of the last line")


def an_answer_that_cannot_be_written_is_no_answer(desk):
    policy = desk.init() + "/policy.ini"
    for words in ("policy", "lint", policy), ("--version",), ("--help",):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([ADMIN, *words], cwd=desk.folder, stdout=full, stdin=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, check=False)
        assert done.returncode == UNKNOWN and b"could not be written" in done.stderr, done


def what_is_said_comes_in_its_order(desk):
    tier = desk.init(tiers=("a", "b"))
    desk.edit("site/b/policy.ini", b"epoch = 1", b"epoch = 0")
    output = desk.expect(NO, "policy", "lint", tier + "/policy.ini", "site/b/policy.ini")
    assert output.index("a/policy.ini: no mistakes") < output.index("b/policy.ini:"), output


def a_name_that_a_terminal_would_obey_is_not_printed(desk):
    name = "\x1b[31mred.ini"
    desk.write(name, b"")
    policy = desk.init() + "/policy.ini"
    for words in (("policy", "lint", name), ("verify", name), ("sign", "--key", "suzuki", name),
                  ("sign", "--root", name, "--key", "suzuki", policy)):
        output = desk.expect(UNKNOWN, *words, says="holds an invisible character")
        assert "\x1b" not in output
    desk.init("役場")
    desk.expect(DONE, "policy", "lint", "役場/my-number/policy.ini")
    broken = os.fsencode(desk.folder) + b"/\x93\xfa.ini"  # a name in Shift_JIS
    with open(broken, "wb") as file:
        file.write(desk.read("役場/my-number/policy.ini"))
    done = subprocess.run([ADMIN, "policy", "lint", broken], stdout=subprocess.PIPE, check=False)
    assert done.returncode == DONE, done


sys.exit(desk.main(globals()))
