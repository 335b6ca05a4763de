#!/usr/bin/python3
"""What sekisho-admin sign looks at, says and asks before it lets anybody sign. See desk.py."""
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import desk
from desk import ADMIN, DONE, NO, UNKNOWN
from person import on_terminal


def signed(where, people=("suzuki", "tanaka")):
    policy = where.init(people=people) + "/policy.ini"
    for name in "site/root/1.ini", policy:
        where.sign(name, "suzuki", "tanaka")
    return policy


def set_key(where, name, key, value):
    data = where.read(name)
    where.write(name, re.sub(rb"(?m)^%s = .*$" % key.encode(), f"{key} = {value}".encode(), data, count=1))


DOUBTS = (("issued", "2035-01-01T00:00:00+09:00",
           "issued lies ahead, on 2035-01-01T00:00:00+09:00: terminals take it as the time"),
          ("serial", "9007199254740990", "serial 9007199254740990 leaves little room above it"),
          ("not-before", "2040-01-01T00:00:00+09:00", "it starts in more than a year"))


def dates_and_serials_that_terminals_cannot_forget_are_warned_of(desk):
    policy = signed(desk)
    for key, value, says in DOUBTS:
        set_key(desk, policy, "not-after", "2050-01-01T00:00:00+09:00")
        set_key(desk, policy, key, value)
        line = desk.read(policy).decode().splitlines().index(f"{key} = {value}") + 1
        desk.expect(DONE, "policy", "lint", policy, says=f"policy.ini:{line}: warning: {says}")
        desk.expect(DONE, "sign", "--anew", "--key", "suzuki", policy, says="  warning    " + says)
        desk.sign(policy, "tanaka")
        desk.expect(DONE, "verify", policy, says="  warning: " + says)
        desk.sign(policy, "suzuki", options=["--anew"])
        set_key(desk, policy, key, {"serial": "1"}.get(key, "2026-01-01T00:00:00+09:00"))
    set_key(desk, policy, "serial", "20260401093000")  # a date is no doubt
    set_key(desk, policy, "not-after", "2027-01-01T00:00:00+09:00")
    for words in ("policy", "lint"), ("sign", "--anew", "--key", "suzuki"):
        output = desk.expect(DONE, *words, policy)
        assert "warning" not in output, output


def a_document_that_has_ended_is_warned_of_and_not_said_to_be_enough(desk):
    policy = signed(desk)
    for key, year in ("issued", 2019), ("not-before", 2019), ("not-after", 2021):
        set_key(desk, policy, key, f"{year}-01-01T00:00:00+09:00")
    desk.expect(DONE, "sign", "--anew", "--key", "suzuki", policy, says="warning    it ended on 2021-01-01")
    desk.expect(DONE, "sign", "--key", "tanaka", policy,
                says="but        terminals refuse it (expired): the document ended on 2021-01-01")


def what_is_issued_is_shown(desk):
    policy = desk.init() + "/policy.ini"
    issued = re.search(rb"(?m)^issued = (.*)$", desk.read(policy)).group(1).decode()
    desk.expect(DONE, "sign", "--key", "suzuki", policy, says=f"serial 1, epoch 1, issued {issued}")


def a_signature_of_a_lost_key_is_named(desk):
    policy = signed(desk)
    desk.make_key("new")
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--remove-key",
                desk.fingerprint("suzuki"), "--add-key", "suzuki=new.pub")
    desk.sign("site/root/2.ini", "suzuki", "tanaka", "new")
    before = desk.files()
    desk.expect(NO, "sign", "--key", "new", policy,
                says=[f"signature 1: the key {desk.fingerprint('suzuki')} was suzuki's until root 1, "
                      "and root 2 does not name it",
                      "terminals refuse the file, whoever else signs it", "with --raise where terminals"])
    assert desk.files() == before
    desk.sign(policy, "new", options=["--raise"])
    output = desk.expect(DONE, "sign", "--key", "tanaka", policy, says="these are enough")
    assert "terminals refuse" not in output, output
    desk.expect(DONE, "verify", policy)


def a_document_of_another_epoch_is_not_signed(desk):
    policy = signed(desk)
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--new-epoch")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    before = desk.files()
    for options in (), ("--anew",), ("--print", "--anew"):
        key = () if "--print" in options else ("--key", "suzuki")
        desk.expect(NO, "sign", *options, *key, policy,
                    says=["is of epoch 1, the root of epoch 2: terminals refuse it. --raise sets"])
    assert desk.files() == before
    desk.sign(policy, "suzuki", options=["--raise"])
    desk.sign(policy, "tanaka")
    desk.expect(DONE, "verify", policy)
    desk.expect(NO, "sign", "--root", "site/root/1.ini", "--anew", "--key", "suzuki", policy,
                says="is of epoch 2, the root of epoch 1: terminals refuse it. Is it the right root")


def a_tier_that_site_ini_does_not_have_is_warned_of(desk):
    policy = signed(desk)
    set_key(desk, policy, "tier", "mynumber")
    desk.expect(DONE, "sign", "--anew", "--key", "suzuki", policy,
                says="warning    site/my-number/site.ini is for the tier my-number, this for mynumber")


def a_site_without_a_root_is_warned_of(desk):
    policy = desk.init() + "/policy.ini"
    shutil.copy(desk.path(policy), desk.path("policy.ini"))
    desk.expect(DONE, "sign", "--key", "suzuki", "policy.ini",
                says="warning    no root was found: nobody can say whether terminals count your key")


def whose_signatures_are_dropped_is_said_before_it_is_asked(desk):
    policy = signed(desk)
    before = desk.files()
    for option in "--raise", "--anew":
        code, output = desk.type("sign", option, "--key", "suzuki", policy, answers=["n"])
        assert code == NO and desk.files() == before, output
        assert "drops      the signatures of suzuki tanaka, which fit the text" in output, output
    desk.edit(policy, b"phone = block", b"phone = allow")
    _, output = desk.type("sign", "--raise", "--key", "suzuki", policy, answers=["n"])
    assert "drops      2 signatures of another text" in output, output


def who_raises_what_was_just_raised_is_told_how_to_keep_the_signatures(desk):
    policy = desk.init() + "/policy.ini"
    desk.sign("site/root/1.ini", "suzuki", "tanaka")
    says = "the signatures of suzuki, which fit the text as it is; if it was only just raised, sign without"
    desk.sign(policy, "suzuki", options=["--raise"])
    raised = desk.read(policy)
    desk.expect(DONE, "sign", "--raise", "--key", "tanaka", policy, says=says)
    desk.write(policy, raised)
    desk.expect(DONE, "sign", "--anew", "--key", "tanaka", policy, never="only just raised")
    desk.write(policy, raised)
    desk.sign(policy, "tanaka")
    desk.expect(DONE, "verify", policy, says="serial 2")
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--new-epoch")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    desk.expect(DONE, "sign", "--raise", "--key", "tanaka", policy, never="only just raised",
                says="drops      the signatures of suzuki tanaka")


def what_was_typed_before_the_question_is_no_answer(desk):
    """As when a block of commands is pasted: its next lines wait already."""
    policy = desk.init() + "/policy.ini"
    desk.sign("site/root/1.ini", "suzuki", "tanaka")
    before = desk.read(policy)
    for answer, is_signed in ("n", False), ("y", True):
        answers = [(b"ready\r\n", "y"), (b"[y/N] ", answer)]

        def type_it(output):
            return answers.pop(0)[1] if answers and output.endswith(answers[0][0]) else None

        command = f"echo ready; sleep 1; {ADMIN} sign --key suzuki {policy}"
        code, output = on_terminal(["bash", "-c", command], desk.folder, os.environ, type_it)
        assert not answers and (code == DONE) == is_signed, output
        assert (desk.read(policy) != before) == is_signed, output


def what_is_no_document_is_told_in_one_line(desk):
    desk.init()
    before = desk.files()
    for name in "site/README.txt", "letter":
        if name == "letter":
            desk.write(name, "鈴木さん、署名をお願いします\n".encode())
            before = desk.files()
        output = desk.expect(NO, "sign", "--key", "suzuki", name,
                             says=f"{name} is no document of sekisho: it has no [section]")
        assert output.count("\n") == 1, output
    assert desk.files() == before
    desk.write("draft", b"\n[polcy]\nserial = 1\n")
    desk.expect(NO, "sign", "--key", "suzuki", "draft", says="draft:2:", never="no document")
    desk.write("policy.ini", b"serial = 1\n")
    desk.expect(NO, "sign", "--key", "suzuki", "policy.ini", says="policy.ini:1:", never="no document")


def only_yes_is_yes_and_no_is_said(desk):
    policy = desk.init() + "/policy.ini"
    before = desk.read(policy)
    for answer in "", "n", "N", "no", "yep", "y y", "1", "いいえ":
        code, output = desk.type("sign", "--key", "suzuki", policy, answers=[answer])
        assert code == NO and "not signed" in output and desk.read(policy) == before, output
    for answer in "y", "Y", "yes", "YES", "ｙ", "はい":
        desk.write(policy, before)
        code, output = desk.type("sign", "--key", "suzuki", policy, answers=[answer])
        assert code == DONE and desk.read(policy) != before, output


def where_nobody_can_be_asked_yes_must_be_said(desk):
    policy = signed(desk)
    before = desk.files()
    for words in ("--key", "suzuki"), ("--raise", "--print"), ("--anew", "--print"):
        options = () if "--print" in words else ("--anew",)
        done = subprocess.run([ADMIN, "sign", *options, *words, policy], cwd=desk.folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        assert done.returncode == UNKNOWN and b"say --yes" in done.stderr, done
        assert desk.files() == before
    loop = "ls */my-number/policy.ini | while read f; do sekisho-admin sign --anew --key suzuki $f; done"
    assert desk.shell(".", loop)[0] == UNKNOWN and desk.files() == before


def a_key_that_is_not_there_is_found_before_asking(desk):
    policy = desk.init() + "/policy.ini"
    for words in ("--key", "none"), ("--add", "none.sig"):
        code, output = desk.type("sign", *words, policy, answers=[])
        assert code == UNKNOWN and "cannot be read: No such file" in output and "[y/N]" not in output


def printing_with_raise_asks_and_says_what_it_wrote(desk):
    policy = signed(desk)
    before = desk.files()
    code, output = desk.type("sign", "--print", "--raise", policy, answers=["n"])
    assert code == NO and desk.files() == before, output
    for says in "drops      the signatures of suzuki tanaka", "Write the file without its signatures?":
        assert says in output, output
    output = desk.expect(DONE, "sign", "--print", "--raise", policy,
                         says=[f"written: {policy}\n", f"written: {policy}.text\n"])
    assert desk.read(policy) == desk.read(policy + ".text")
    before = desk.read(policy)
    output = desk.expect(DONE, "sign", "--print", policy)
    assert f"written: {policy}\n" not in output and desk.read(policy) == before


NAMES = ("my policy.ini", "方針 その一.ini", "it's.ini", "-policy.ini", "a&b (1).ini", "$HOME.ini")


def the_lines_of_print_work_with_any_name(desk):
    policy = desk.init() + "/policy.ini"
    os.mkdir(desk.path("there"))
    for name in NAMES:
        desk.write(name, desk.read(policy))
        output = desk.expect(DONE, "sign", "--print", f"./{name}")
        line = re.search(r"Linux +(.*)", output).group(1).replace("~/.ssh/id_ed25519", "../suzuki")
        shutil.move(desk.path(name + ".text"), desk.path("there"))
        code, said = desk.shell("there", line)
        assert code == 0 and os.path.exists(desk.path(f"there/{name}.text.sig")), said
        shutil.move(desk.path(f"there/{name}.text.sig"), desk.path("."))
        back = re.search(r"^  (sekisho-admin sign --add .*)$", output, re.M).group(1)
        code, said = desk.shell(".", back)
        assert code == 0 and b"BEGIN SSH" in desk.read(name), said
        cmd = re.search(r"Windows cmd .* (?:\S+id_ed25519) (.*)$", output, re.M).group(1)
        assert cmd.strip('"') == ("./" + name if name[0] == "-" else name) + ".text", cmd
        assert (cmd[0] == '"') == (name != "-policy.ini"), cmd
    assert "'it''s.ini.text'" in desk.expect(DONE, "sign", "--print", "--root", "site/root", "it's.ini")


def a_text_that_windows_changed_before_it_was_signed_is_found_out(desk):
    policy = desk.init() + "/policy.ini"
    text = desk.read(policy)
    for changed, says in ((text.replace(b"\n", b"\r\n"), "its lines ended in CR LF when it was signed"),
                          (b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"), "its lines ended in CR LF"),
                          (b"\xef\xbb\xbf" + text, "it began with a byte order mark"),
                          (text + b"\n", "signature 1 does not fit the text")):
        desk.write("policy.ini.text", changed)
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", desk.path("suzuki"), "-n",
                        "policy@sekisho", desk.path("policy.ini.text")], check=True,
                       stderr=subprocess.DEVNULL)
        desk.expect(NO, "sign", "--add", "policy.ini.text.sig", policy,
                    says=["terminals would refuse it: signature 1 does not fit the text", says])
        os.unlink(desk.path("policy.ini.text.sig"))
    assert desk.read(policy) == text


def a_damaged_signature_is_named_in_words(desk):
    policy = desk.init() + "/policy.ini"
    desk.sign(policy, "suzuki")
    lines = desk.read(policy).splitlines(keepends=True)
    lines[-2] = lines[-2][:-3] + b"!!\n"
    desk.write(policy, b"".join(lines))
    desk.expect(NO, "sign", "--key", "tanaka", policy,
                says="signature 1 is damaged: it is not what ssh-keygen writes")


def how_to_begin_again_depends_on_what_terminals_have(desk):
    policy = signed(desk)
    desk.edit(policy, b"phone = block", b"phone = allow")
    desk.expect(NO, "sign", "--key", "suzuki", policy,
                says="with --raise where terminals have it already, for they want a higher serial; with "
                "--anew where nothing was published yet")
    set_key(desk, "site/root/1.ini", "not-after", "2035-01-01T00:00:00+09:00")
    desk.expect(NO, "sign", "--key", "suzuki", "site/root/1.ini",
                says=["with --anew if no terminal has this root yet", "\"sekisho-admin root rotate\" makes"])
    desk.expect(DONE, "sign", "--anew", "--key", "suzuki", "site/root/1.ini",
                says="warning    --anew is for a root that no terminal has yet")


def wrong_words_are_answered_with_the_reason(desk):
    policy = desk.init() + "/policy.ini"
    for words, says in (((policy,), "by which key? Say --key, or --print"),
                        (("--key", "suzuki"), "which FILE shall be signed?"),
                        (("--key", "suzuki", policy, policy), "one FILE at a time"),
                        (("--key", "suzuki", "--print", policy), "--key, --print and --add exclude"),
                        (("--key", "suzuki", "--raise", "--anew", policy), "say it without --anew"),
                        (("--add", "x", "--raise", policy), "--add changes nothing")):
        output = desk.expect(UNKNOWN, "sign", *words, says=says)
        assert "usage: sekisho-admin sign" in output
    desk.expect(UNKNOWN, "verify", says="which FILE shall be judged?")
    desk.expect(UNKNOWN, "policy", "lint", says="which FILE shall be looked through?")
    desk.expect(UNKNOWN, "policy", "lint", "--now", "today", policy, says="--now needs a time such as")


def a_private_key_is_not_shown(desk):
    secret = desk.read("suzuki").splitlines()[1][:16].decode()
    for words in ("verify", "suzuki"), ("policy", "lint", "suzuki"), ("sign", "--key", "tanaka", "suzuki"):
        output = desk.expect(NO, *words, says="the file is a private key")
        assert secret not in output, output


sys.exit(desk.main(globals()))
