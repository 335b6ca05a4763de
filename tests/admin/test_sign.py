#!/usr/bin/python3
"""sekisho-admin sign, with real ssh-keygen and ssh-agent. See desk.py."""
import os
import re
import shutil
import stat
import subprocess
import sys

sys.dont_write_bytecode = True
import desk
from desk import DONE, NO, PROVIDER, UNKNOWN


def a_document_with_a_mistake_is_not_signed(desk):
    policy = desk.init() + "/policy.ini"
    desk.edit(policy, b"epoch = 1", b"epoch = 0")
    before = desk.read(policy)
    desk.expect(NO, "sign", "--key", "suzuki", policy, says="expected a number from 1")
    assert desk.read(policy) == before
    desk.expect(NO, "sign", "--key", "suzuki", "site/my-number/site.ini", says="is not signed")


def summary(output, path):
    """What is shown before signing, up to the ten lines that it may have."""
    lines = output.splitlines()
    begin = lines.index(path)
    end = next(n for n, line in enumerate(lines) if line.startswith(("signed by", "written")))
    assert end - begin <= 10, output
    return "\n".join(lines[begin:end])


def what_is_signed_is_shown_first_in_ten_lines(desk):
    tier = desk.init(tiers=("internet",))
    output = desk.expect(DONE, "sign", "--key", "suzuki", f"{tier}/policy.ini")
    shown = summary(output, f"{tier}/policy.ini")
    for says in ("policy, for site tosu, tier internet", "serial 1, epoch 1", "valid      20",
                 "lets in    hub keyboard pointer card-reader printer", "read-only  optical (not yet: blocked)",
                 "registered media: read-only\n", "by nobody; needs 2 more of suzuki tanaka"):
        assert says in shown, output
    shown = summary(desk.expect(DONE, "sign", "--key", "suzuki", "site/root/1.ini"),
                    "site/root/1.ini")
    assert "may sign   policy: 2 of suzuki tanaka" in shown
    desk.expect(DONE, "sign", "--key", "tanaka", "site/root/1.ini",
                says=["by suzuki; needs 1 more of tanaka", "by suzuki tanaka; these are enough"])


def what_is_signed_of_the_login_is_shown(desk):
    policy = desk.init(tiers=("internet",)) + "/policy.ini"
    begin = b"[login]\nsecond-factor = %s\nmethods = totp\nlock-after = 5\n"
    plain = desk.read(policy)
    for mode, more, says in (
            (b"required", b"", "  login      a code is required\n"),
            (b"off", b"", "  login      off: no code is asked for\n"),
            (b"rehearse", b"from = 2027-04-01T00:00:00+09:00\nservice-1 = sudo off\n"
             b"group-1 = kaikei required\ngroup-2 = jinji off\nexempt-1 = backup\n",
             "  login      rehearse: no code is asked for from 2027-04-01T00:00:00+09:00; otherwise "
             "for 1 service, 2 groups, 1 exempt account\n")):
        desk.write(policy, plain + begin % mode + more)
        assert says in summary(desk.expect(DONE, "sign", "--key", "suzuki", policy), policy)


def a_root_with_many_roles_still_fits_ten_lines(desk):
    desk.init()
    more = b"".join(b"\n[role tier-%d]\nrole = approver\npersons = suzuki\nthreshold = 1\n"
                    b"tiers = t%d\n" % (n, n) for n in range(20))
    desk.write("site/root/1.ini", desk.read("site/root/1.ini") + more)
    output = desk.expect(DONE, "sign", "--key", "suzuki", "site/root/1.ini")
    assert "and 19 roles more" in summary(output, "site/root/1.ini")


def what_is_refused_on_the_terminal_is_not_signed(desk):
    tier = desk.init()
    before = desk.files()
    code, output = desk.type("sign", "--key", "suzuki", f"{tier}/policy.ini", answers=["n"])
    assert code == NO and desk.files() == before, output
    code, output = desk.type("sign", "--raise", "--key", "suzuki", f"{tier}/policy.ini",
                             answers=[""])
    assert code == NO and desk.files() == before, output
    code, output = desk.type("sign", "--key", "suzuki", f"{tier}/policy.ini", answers=["y"])
    assert code == DONE and b"BEGIN SSH" in desk.read(f"{tier}/policy.ini"), output


def a_signature_is_what_ssh_keygen_verifies(desk):
    policy = desk.init() + "/policy.ini"
    text = desk.read(policy)
    desk.sign(policy, "suzuki")
    signed = desk.read(policy)
    assert signed.startswith(text)
    desk.write("signature", signed[len(text):])
    desk.write("allowed", b"suzuki " + desk.read("suzuki.pub"))
    subprocess.run(["ssh-keygen", "-Y", "verify", "-f", desk.path("allowed"), "-I", "suzuki", "-n",
                    "policy@sekisho", "-s", desk.path("signature")], input=text, check=True,
                   stdout=subprocess.DEVNULL)


def one_key_signs_once(desk):
    policy = desk.init() + "/policy.ini"
    desk.sign(policy, "suzuki")
    before = desk.read(policy)
    desk.expect(NO, "sign", "--key", "suzuki", policy, says="signed by this key already")
    assert desk.read(policy) == before


def a_text_changed_after_signing_needs_to_be_signed_anew(desk):
    policy = desk.init() + "/policy.ini"
    desk.sign(policy, "suzuki", "tanaka")
    desk.edit(policy, b"serial = 1", b"serial = 2")
    desk.expect(NO, "sign", "--key", "suzuki", policy, says="signature 1 does not fit the text")
    desk.expect(DONE, "sign", "--anew", "--key", "suzuki", policy, says="needs 1 more of tanaka")
    desk.sign(policy, "tanaka")
    desk.sign("site/root/1.ini", "suzuki", "tanaka")
    desk.expect(DONE, "verify", policy, says="serial 2")


def raise_sets_serial_and_date_and_keeps_the_rest(desk):
    policy = desk.init() + "/policy.ini"
    desk.edit(policy, b"issued = 202", b"issued = 201")
    desk.edit(policy, b"serial = 1", b"serial = 41")
    desk.sign(policy, "suzuki", "tanaka")
    text = desk.read(policy).split(b"-----BEGIN")[0].splitlines()
    desk.sign(policy, "suzuki", options=["--raise"])
    raised = desk.read(policy).split(b"-----BEGIN")[0].splitlines()
    changed = [new for old, new in zip(text, raised, strict=True) if old != new]
    assert [line.split(b" ")[0] for line in changed] == [b"serial", b"issued"], changed
    assert changed[0] == b"serial = 42" and changed[1].startswith(b"issued = 20"), changed
    assert desk.read(policy).count(b"BEGIN SSH") == 1
    desk.sign("site/root/1.ini", "suzuki")
    desk.expect(NO, "sign", "--raise", "--key", "tanaka", "site/root/1.ini", says="root rotate")
    for words in ("--raise", "--anew"), ("--raise", "--add", "x"):
        desk.expect(UNKNOWN, "sign", *words, "--key", "suzuki", policy)


def a_key_that_terminals_refuse_adds_nothing(desk):
    policy = desk.init() + "/policy.ini"
    before = desk.read(policy)
    desk.make_key("rsa", "rsa")
    desk.expect(NO, "sign", "--key", "rsa", policy, says="use ed25519, ed25519-sk or ecdsa-sk")
    desk.expect(UNKNOWN, "sign", "--key", "none", policy, says="none cannot be read")
    assert desk.read(policy) == before
    desk.expect(UNKNOWN, "sign", "--key", "suzuki", policy, says="ssh-keygen is not installed",
                PATH="/nonexistent")
    assert desk.read(policy) == before


def a_key_that_no_root_names_adds_nothing(desk):
    policy = desk.init() + "/policy.ini"
    desk.make_key("stranger")
    before = desk.files()
    desk.expect(NO, "sign", "--key", "stranger", policy, says="no root names the key")
    desk.expect(NO, "sign", "--key", "stranger", "site/root/1.ini", says="no root names the key")
    assert desk.files() == before
    os.rename(desk.path("site/root"), desk.path("site/away"))
    desk.expect(DONE, "sign", "--key", "stranger", policy, says="no root was found")
    desk.expect(NO, "sign", "--root", "site/away/1.ini", "--key", "stranger", "--anew", policy)


def a_person_outside_the_scope_of_a_role_adds_nothing(desk):
    desk.init(tiers=("my-number", "school"))
    desk.edit("site/root/1.ini", b"[role policy]\npersons = suzuki tanaka\nthreshold = 2\n",
              b"[role policy]\npersons = suzuki\nthreshold = 1\ntiers = my-number\n"
              b"[role teachers]\nrole = policy\npersons = tanaka\nthreshold = 1\ntiers = school\n")
    desk.expect(NO, "sign", "--key", "tanaka", "site/my-number/policy.ini",
                says="does not let the holder")
    desk.sign("site/my-number/policy.ini", "suzuki")
    desk.sign("site/school/policy.ini", "tanaka")
    desk.sign("site/root/1.ini", "suzuki", "tanaka")
    desk.expect(DONE, "verify", "site/my-number/policy.ini", "site/school/policy.ini")


def nine_signatures_are_one_too_many(desk):
    policy = desk.init() + "/policy.ini"
    os.rename(desk.path("site/root"), desk.path("away"))
    for number in range(8):
        desk.make_key(f"key{number}")
        desk.sign(policy, f"key{number}")
    desk.expect(NO, "sign", "--key", "suzuki", policy, says="has 8 signatures already")


def signing_keeps_mode_and_link_and_leaves_nothing_behind(desk):
    folder = desk.init()
    policy = f"{folder}/policy.ini"
    os.chmod(desk.path(policy), 0o640)
    os.symlink(policy, desk.path("link.ini"))
    desk.sign("link.ini", "suzuki")
    assert os.path.islink(desk.path("link.ini"))
    assert stat.S_IMODE(os.stat(desk.path(policy)).st_mode) == 0o640
    assert b"BEGIN SSH SIGNATURE" in desk.read(policy)
    assert sorted(os.listdir(desk.path(folder))) == ["policy.ini", "site.ini"]


KINDS = "ed25519", "ed25519-sk", "ecdsa-sk"


def check_every_document(desk, key, **environment):
    """"key" signs a root, a policy, the next root and fresh; tanaka signs what it may not."""
    tier = desk.init(people=("key", "tanaka"), more=["--threshold=1"])
    policy, fresh = f"{tier}/policy.ini", f"{tier}/fresh.ini"
    for name in "site/root/1.ini", policy:
        desk.expect(DONE, "sign", "--key", key, name, **environment)
        desk.expect(DONE, "verify", name, says="signed by: key")
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--remove-from-role", "root=key",
                "--remove-from-role", "policy=key", "--add-to-role", "fresh=key")
    desk.expect(DONE, "sign", "--key", key, "site/root/2.ini", **environment)
    desk.sign("site/root/2.ini", "tanaka")
    desk.expect(DONE, "verify", "site/root/2.ini", says="signed by: key tanaka, by root 1")
    desk.expect(NO, "verify", policy, says="not-in-role")
    desk.sign(policy, "tanaka", options=["--raise"])
    desk.expect(DONE, "fresh", "--root", "site/root", "--key", key, "--policy", policy, "--out",
                fresh, **environment)
    desk.expect(DONE, "verify", fresh, says=["signed by: key, by root 2", "root 2 policy 2"])
    desk.expect(DONE, "sign", "--anew", "--key", key, fresh, **environment)
    desk.expect(DONE, "verify", fresh, says="signed by: key, by root 2")


def each_kind_of_key_signs_each_kind_of_document(desk):
    for kind in KINDS:
        room = desk.room(kind)
        room.make_key("key", kind)
        check_every_document(room, "key", SSH_SK_PROVIDER=PROVIDER or "")


def each_kind_of_key_signs_each_kind_of_document_through_an_agent(desk):
    for kind in KINDS:
        room = desk.room(kind)
        room.make_key("key", kind)
        with desk.agent("-P", PROVIDER or "none") as agent:
            provider = ["-S", PROVIDER] if kind.endswith("-sk") else []
            subprocess.run(["ssh-add", "-q", *provider, room.path("key")], check=True,
                           stderr=subprocess.DEVNULL, env={**os.environ, **agent})
            os.unlink(room.path("key"))
            check_every_document(room, "key.pub", **agent)
        room.expect(NO, "sign", "--anew", "--key", "key.pub", "site/my-number/fresh.ini",
                    SSH_AUTH_SOCK="", says="ssh-keygen did not sign")


def hardware_keys_sign_when_they_are_touched(desk):
    for kind in KINDS[1:]:
        desk.make_key("key", kind)
        policy = desk.init("site-" + kind, people=("key",)) + "/policy.ini"
        before = desk.read(policy)
        desk.expect(NO, "sign", "--key", "key", policy, says="a hardware key that nobody touched",
                    SSH_SK_PROVIDER=PROVIDER, SEKISHO_TEST_SK_UNTOUCHED="1")
        assert desk.read(policy) == before
        desk.expect(DONE, "sign", "--key", "key", policy, SSH_SK_PROVIDER=PROVIDER)
        os.unlink(desk.path("key"))


def a_role_that_asks_for_a_pin_refuses_a_mere_touch(desk):
    desk.make_key("key", "ed25519-sk")
    policy = desk.init(people=("key",)) + "/policy.ini"
    desk.edit("site/root/1.ini", b"[role policy]\n", b"[role policy]\nuser-verification = required\n")
    desk.expect(NO, "sign", "--key", "key", policy, SSH_SK_PROVIDER=PROVIDER,
                says="PIN or fingerprint")
    desk.expect(DONE, "sign", "--key", "key", policy, SSH_SK_PROVIDER=PROVIDER,
                SEKISHO_TEST_SK_VERIFIED="1")


def what_was_signed_elsewhere_is_taken_in(desk):
    """The very line that --print says, run where the key is; then with the line ends of Windows."""
    tier = desk.init()
    for name, change in (("site/root/1.ini", b"\n"), (f"{tier}/policy.ini", b"\r\n")):
        before = desk.read(name)
        output = desk.expect(DONE, "sign", "--print", name, says="by nobody")
        assert desk.read(name) == before and desk.read(name + ".text") == before
        for shell in "Linux", "Windows cmd", "PowerShell":
            assert re.search(f"{shell} +ssh-keygen -Y sign -n ", output), output
        os.mkdir(desk.path("elsewhere"))
        shutil.move(desk.path(name + ".text"), desk.path("elsewhere"))
        line = re.search(r"Linux +(.*)", output).group(1).replace("~/.ssh/id_ed25519", "../suzuki")
        assert desk.shell("elsewhere", line)[0] == 0, line
        back = re.search(r"sekisho-admin (sign --add (\S+) .*)", output)
        signature = "elsewhere/" + os.path.basename(back.group(2))
        desk.write(back.group(2), desk.read(signature).replace(b"\n", change))
        desk.expect(DONE, *back.group(1).split(), says="signed     by suzuki; needs 1 more")
        desk.sign(name, "tanaka")
        shutil.rmtree(desk.path("elsewhere"))
    desk.expect(DONE, "verify", "site/root/1.ini", f"{tier}/policy.ini")


def what_is_no_signature_of_this_text_is_not_taken_in(desk):
    policy = desk.init() + "/policy.ini"
    desk.expect(DONE, "sign", "--print", policy)
    line = ["ssh-keygen", "-q", "-Y", "sign", "-f", desk.path("suzuki"), "-n"]
    text = desk.path(policy + ".text")
    subprocess.run([*line, "root@sekisho", text], check=True, stderr=subprocess.DEVNULL)
    before = desk.read(policy)
    desk.expect(NO, "sign", "--add", policy + ".text.sig", policy,
                says="sign with ssh-keygen -n policy@sekisho")
    os.unlink(text + ".sig")
    desk.write(policy + ".text", before + b"\n")
    subprocess.run([*line, "policy@sekisho", text], check=True, stderr=subprocess.DEVNULL)
    desk.expect(NO, "sign", "--add", policy + ".text.sig", policy,
                says="signature 1 does not fit the text")
    desk.expect(NO, "sign", "--add", "suzuki.pub", policy, says="is no signature")
    desk.expect(UNKNOWN, "sign", "--add", "none", policy, says="cannot be read")
    signature = desk.read(policy + ".text.sig")
    desk.write("half", signature[:len(signature) // 2])
    desk.expect(NO, "sign", "--add", "half", policy, says="is no signature")
    assert desk.read(policy) == before


def raising_and_printing_leave_a_text_that_can_be_signed(desk):
    policy = desk.init() + "/policy.ini"
    desk.sign(policy, "suzuki", "tanaka")
    desk.expect(DONE, "sign", "--raise", "--print", policy, says="serial 2")
    assert desk.read(policy) == desk.read(policy + ".text") and b"BEGIN" not in desk.read(policy)


sys.exit(desk.main(globals()))
