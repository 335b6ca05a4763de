#!/usr/bin/python3
"""sekisho-admin as an administrator meets it: the built program, real ssh-keygen, real files.

usage: test_admin.py SEKISHO_ADMIN [SK_PROVIDER.so]

Prints TAP. Needs ssh-keygen; hardware keys need the built tests/data/sk_provider.c. What cannot be
tested is skipped aloud.
"""
import os
import pty
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.path.join(ROOT, "tests", "data")
DOCUMENTS = os.path.join(DATA, "documents")
ADMIN = os.path.abspath(sys.argv[1])
PROVIDER = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
DONE, NO, UNKNOWN = 0, 1, 2
NOW = "2026-06-01T09:00:00+09:00"


class Skip(Exception):
    """This cannot be tested here."""


class Desk:
    """A folder with the keys of suzuki and tanaka, and the program."""

    def __init__(self, folder):
        self.folder = folder
        for who in "suzuki", "tanaka":
            self.make_key(who)

    def path(self, name):
        return os.path.join(self.folder, name)

    def make_key(self, name, kind="ed25519", **environment):
        if kind.endswith("-sk"):
            if not PROVIDER:
                raise Skip("no SK_PROVIDER was given")
            environment["SSH_SK_PROVIDER"] = PROVIDER
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", name, "-f",
                        self.path(name)], check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env={**os.environ, **environment})

    def run(self, *words, **environment):
        """(exit status, everything printed)"""
        done = subprocess.run([ADMIN, *words], cwd=self.folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                              env={**os.environ, "TZ": "Asia/Tokyo", **environment})
        return done.returncode, done.stdout.decode()

    def expect(self, status, *words, says=(), **environment):
        """Runs the program; its exit status and each piece of what it says are right."""
        got, output = self.run(*words, **environment)
        assert got == status, f"{words}: exit status {got}\n{output}"
        for piece in [says] if isinstance(says, str) else says:
            assert piece in output, f"{words}: does not say {piece!r}\n{output}"
        return output

    def init(self, folder="site", **changes):
        options = {"site": "tosu", "tier": "my-number", **changes}
        words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
        for who in "suzuki", "tanaka":
            words += ["--person", f"{who}={who}.pub"]
        self.expect(DONE, "site", "init", *words, folder)
        return folder

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def edit(self, name, old, new):
        data = self.read(name)
        assert old in data, f"{name} has no {old}"
        self.write(name, data.replace(old, new, 1))

    def sign(self, name, *who):
        for one in who:
            self.expect(DONE, "sign", "--key", one, name)


def help_and_version_are_said(desk):
    desk.expect(DONE, "--help", says=["site init", "policy lint", "sign", "verify", "explain"])
    desk.expect(DONE, "--version", says="sekisho-admin ")
    for words in ("site",), ("policy",), ("sign",), ("verify",), ("explain",):
        desk.expect(DONE, *words, "--help", says=["usage: sekisho-admin " + words[0], "Exit status"])


def wrong_usage_is_told_from_no(desk):
    for words in ((), ("frobnicate",), ("site",), ("site", "destroy"), ("site", "init"), ("policy",),
                  ("policy", "lint"), ("sign", "policy.ini"), ("sign", "--key", "suzuki"),
                  ("verify",), ("verify", "a", "b"), ("verify", "--now", "today", "a"),
                  ("explain", "policy.ini"), ("explain", "--device", "054c:06c3:ff"),
                  ("verify", "--colour", "a")):
        desk.expect(UNKNOWN, *words)


def a_new_site_is_right_from_the_first_minute(desk):
    folder = desk.init(tier_name="利用; 事務系 100%")
    desk.expect(DONE, "policy", "lint", *(f"{folder}/{n}.ini" for n in ("root", "policy", "site")),
                says=["root.ini: no mistakes", "policy.ini: no mistakes", "site.ini: no mistakes"])
    policy = desk.read(f"{folder}/policy.ini").decode()
    assert "tier-name = 利用%3B 事務系 100%25\n" in policy
    assert time.strftime("not-before = %Y-%m-%dT", time.gmtime(time.time() + 9 * 3600)) in policy
    assert "sekisho-admin sign --key" in desk.read(f"{folder}/README.txt").decode()
    for who in "suzuki", "tanaka":
        line = subprocess.run(["ssh-keygen", "-l", "-f", desk.path(who + ".pub")], check=True,
                              stdout=subprocess.PIPE).stdout.decode().split()[1]
        assert f"[person {who}]\nkey-1 = {line}\n" in desk.read(f"{folder}/root.ini").decode()
    desk.sign(f"{folder}/root.ini", "suzuki", "tanaka")
    desk.sign(f"{folder}/policy.ini", "tanaka", "suzuki")
    desk.expect(DONE, "verify", f"{folder}/root.ini", says="signed by: suzuki tanaka")
    desk.expect(DONE, "verify", "--site", "tosu", "--tier", "my-number", f"{folder}/policy.ini",
                says=["good, serial 1", "SHA-256", "signed by: suzuki tanaka"])


def a_site_is_never_overwritten(desk):
    folder = desk.init()
    before = {name: desk.read(f"{folder}/{name}") for name in os.listdir(desk.path(folder))}
    os.unlink(desk.path(f"{folder}/root.ini"))
    desk.expect(NO, "site", "init", "--site=a", "--tier=b", "--person=suzuki=suzuki.pub", folder,
                says="is there already; nothing was written")
    assert not os.path.exists(desk.path(f"{folder}/root.ini"))
    assert desk.read(f"{folder}/policy.ini") == before["policy.ini"]


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
            (("--site=tosu", "--tier=a", "--person=suzuki"), ["ID=KEYFILE"]),
            (("--site=tosu", "--tier=a", "--person=suzuki=none.pub"), ["cannot be read"]),
            (("--site=tosu", "--tier=a", "--person=suzuki=nonsense.pub"), ["no public key file"]),
            (("--site=tosu", "--tier=a", "--person=suzuki=suzuki"), ["no public key file"]),
            (("--site=tosu", "--tier=a", "--person=suzuki=rsa.pub"), ["terminals accept ed25519"]),
            (("--site=tosu", "--tier=a", person, "--person=sato=copy.pub"), ["the same key"]),
            (("--site=tosu", "--tier=a", person, "--person=suzuki=tanaka.pub"), ["given already"]),
            (("--site=tosu", "--tier=a", person, "--threshold=2"), ["cannot be met by 1 person"]),
            (("--site=tosu", "--tier=a", person, "--threshold=0"), ["a threshold is a number"]),
            (("--site=tosu", "--tier=a", person, "--tier-name=\u202ex"), ["visible UTF-8 text"])):
        desk.expect(UNKNOWN, "site", "init", *words, "site", says=says)
        assert not os.path.exists(desk.path("site")), words


def a_site_is_asked_for_on_a_terminal(desk):
    answers = ["tosu", "My Number", "my-number", "マイナンバー", "suzuki", "suzuki.pub", ""]
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(desk.folder)
        os.execv(ADMIN, [ADMIN, "site", "init", "asked"])
    output = b""
    try:
        while True:
            output += os.read(terminal, 4096)
            if output.endswith(b": ") and answers:
                os.write(terminal, answers.pop(0).encode() + b"\n")
    except OSError:  # the program closed its terminal
        pass
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == DONE, output.decode()
    policy = desk.read("asked/policy.ini").decode()
    assert "site = tosu\ntier = my-number\ntier-name = マイナンバー\n" in policy
    assert "a tier is 1 to 32 letters" in output.decode()
    assert "threshold = 1\n" in desk.read("asked/root.ini").decode()


def lint_names_every_mistake_with_its_place(desk):
    policy = desk.init() + "/policy.ini"
    desk.edit(policy, b"keyboard = allow", b"keyboard = perhaps")
    desk.edit(policy, b"phone = block", b"telephone = block")
    desk.edit(policy, b"mode = enforce\n", b"mode=enforce\n")
    output = desk.expect(NO, "policy", "lint", policy,
                         says=["policy.ini:13:5: read 'mode=enforce', expected \"key = value\"",
                               "read 'perhaps', expected block, allow or",
                               "read 'telephone', expected one of the keys hub keyboard"])
    assert len(output.splitlines()) == 3, output


def lint_tells_the_unreadable_from_the_wrong(desk):
    desk.expect(UNKNOWN, "policy", "lint", "none.ini", says="none.ini cannot be read: No such file")
    desk.expect(UNKNOWN, "policy", "lint", ".", says="Is a directory")
    os.mkfifo(desk.path("pipe"))
    desk.expect(UNKNOWN, "policy", "lint", "pipe", says="cannot be read")
    desk.write("empty.ini", b"")
    desk.expect(NO, "policy", "lint", "empty.ini", says="expected a document")
    desk.write("binary.ini", os.urandom(4096))
    desk.expect(NO, "policy", "lint", "binary.ini", says="binary.ini:1:")
    policy = desk.init() + "/policy.ini"
    desk.write(policy, desk.read(policy) + b"# filling\n" * 30000)
    desk.expect(NO, "policy", "lint", policy, says="at most 262144 bytes")
    desk.expect(UNKNOWN, "policy", "lint", policy, "none.ini")


def lint_cannot_be_made_to_write_to_the_terminal(desk):
    policy = desk.init() + "/policy.ini"
    desk.edit(policy, b"keyboard = allow", b"keyboard = \x1b]0;owned\x07")
    _, output = desk.run("policy", "lint", policy)
    assert "\x1b" not in output and "\\x1b" in output


def lint_says_what_is_not_enforced(desk):
    policy = desk.init() + "/policy.ini"
    assert "note" not in desk.expect(DONE, "policy", "lint", policy)
    desk.edit(policy, b"optical = block", b"optical = read-only")
    desk.write(policy, desk.read(policy) + b"[exemption]\nlongest = 8h\napprovals-read-write = 1\n"
               b"scan = off\n[login]\nsecond-factor = off\nmethods = totp\nlock-after = 5\n"
               b"[network]\nisolation = off\n")
    desk.expect(DONE, "policy", "lint", policy,
                says=["does not enforce read-only", "does not enforce [exemption]",
                      "does not enforce [login]", "does not enforce [network]"])


def a_document_with_a_mistake_is_not_signed(desk):
    policy = desk.init() + "/policy.ini"
    desk.edit(policy, b"epoch = 1", b"epoch = 0")
    before = desk.read(policy)
    desk.expect(NO, "sign", "--key", "suzuki", policy, says="expected a number from 1")
    assert desk.read(policy) == before
    desk.expect(NO, "sign", "--key", "suzuki", "site/site.ini", says="is not signed")


def what_is_signed_is_shown_first(desk):
    policy = desk.init() + "/policy.ini"
    output = desk.expect(DONE, "sign", "--key", "suzuki", policy,
                         says=["site tosu, tier my-number", "serial 1, epoch 1",
                               "lets in    hub keyboard pointer card-reader printer"])
    assert output.index("lets in") < output.index("signed by SHA256:")
    desk.expect(DONE, "sign", "--key", "suzuki", "site/root.ini",
                says=["root       2 of suzuki tanaka", "policy     2 of suzuki tanaka"])


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
    desk.expect(NO, "sign", "--key", "suzuki", policy, says="use --anew")
    desk.expect(DONE, "sign", "--anew", "--key", "suzuki", policy, says="1 signature now")
    desk.sign(policy, "tanaka")
    desk.sign("site/root.ini", "suzuki", "tanaka")
    desk.expect(DONE, "verify", policy, says="serial 2")


def a_key_that_terminals_refuse_adds_nothing(desk):
    policy = desk.init() + "/policy.ini"
    before = desk.read(policy)
    desk.make_key("rsa", "rsa")
    desk.expect(NO, "sign", "--key", "rsa", policy, says="terminals accept ed25519")
    desk.expect(NO, "sign", "--key", "none", policy, says="ssh-keygen did not sign")
    assert desk.read(policy) == before
    desk.expect(UNKNOWN, "sign", "--key", "suzuki", policy, says="ssh-keygen is not installed",
                PATH="/nonexistent")
    assert desk.read(policy) == before


def nine_signatures_are_one_too_many(desk):
    policy = desk.init() + "/policy.ini"
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
    assert sorted(os.listdir(desk.path(folder))) == ["README.txt", "policy.ini", "root.ini",
                                                     "site.ini"]


def an_agent_signs_by_the_public_key(desk):
    policy = desk.init() + "/policy.ini"
    output = subprocess.run(["ssh-agent", "-s"], check=True, stdout=subprocess.PIPE).stdout.decode()
    agent = dict(re.findall(r"(SSH_\w+)=([^;]+);", output))
    try:
        subprocess.run(["ssh-add", "-q", desk.path("suzuki")], check=True,
                       stderr=subprocess.DEVNULL, env={**os.environ, **agent})
        os.rename(desk.path("suzuki"), desk.path("away"))
        desk.expect(NO, "sign", "--key", "suzuki.pub", policy, SSH_AUTH_SOCK="")
        desk.expect(DONE, "sign", "--key", "suzuki.pub", policy, **agent)
    finally:
        subprocess.run(["ssh-agent", "-k"], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, **agent})


def hardware_keys_sign_when_they_are_touched(desk):
    for kind in "ed25519-sk", "ecdsa-sk":
        desk.make_key(kind, kind)
        policy = desk.init("site-" + kind) + "/policy.ini"
        before = desk.read(policy)
        desk.expect(NO, "sign", "--key", kind, policy, says="no-user-presence",
                    SSH_SK_PROVIDER=PROVIDER, SEKISHO_TEST_SK_UNTOUCHED="1")
        assert desk.read(policy) == before
        desk.expect(DONE, "sign", "--key", kind, policy, SSH_SK_PROVIDER=PROVIDER)


# Each document of tests/data/documents, as a terminal of tosu that saw serial 41 judges it.
VERIFIED = {
    "policy.ini": (DONE, "good, serial 42"),
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
    desk.expect(NO, "verify", "--now", NOW, "--root", root, policy, says="root-one-signer.ini: refused")
    desk.write("policy.ini", desk.read(policy))
    desk.expect(UNKNOWN, "verify", "policy.ini", says="root.ini cannot be read")
    desk.write("policy.ini", desk.read(policy) + b"\n")
    shutil.copy(os.path.join(DOCUMENTS, "root.ini"), desk.path("root.ini"))
    desk.expect(NO, "verify", "--now", NOW, "policy.ini", says="(cut)")


def explain_says_verdict_line_and_reason(desk):
    policy = desk.init() + "/policy.ini"
    for device, interfaces, status, says in (
            ("0951:1666:080650", (), NO, "policy blocks usb-storage"),
            ("0951:1666", ("--interfaces", "030101"), DONE, "allows keyboard"),
            ("054c:06c3", ("--interfaces", "ff"), DONE, "[device pasori-rc-s380] allows it"),
            ("054c:06c3:ff:080650", (), DONE, "[device pasori-rc-s380] does not list interface 1"),
            ("1234:0001:030101:080650", (), DONE, "(usb-storage): allow in part"),
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
    desk.expect(UNKNOWN, "explain", "--device", "0951:1666:ff", "site/root.ini", says="is no policy")


TESTS = [function for name, function in list(globals().items())
         if getattr(function, "__module__", None) == "__main__" and
         getattr(function, "__code__", None) and function.__code__.co_varnames[:1] == ("desk",)]


def run(function):
    """The result as TAP says it, and what to say about it."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            function(Desk(folder))
        except Skip as reason:
            return "ok", f" # SKIP {reason}", ""
        except Exception:  # pylint: disable=broad-except
            return "not ok", "", traceback.format_exc()
    return "ok", "", ""


def main():
    for name in "SSH_AUTH_SOCK", "SSH_SK_PROVIDER":
        os.environ.pop(name, None)
    if not shutil.which("ssh-keygen"):
        print("1..1\nok 1 - sekisho-admin # SKIP there is no ssh-keygen")
        return 0
    print(f"1..{len(TESTS)}")
    has_failed = False
    for number, function in enumerate(TESTS, 1):
        result, remark, details = run(function)
        print(f"{result} {number} - {function.__name__}{remark}")
        for line in details.splitlines():
            print(f"# {line}")
        has_failed = has_failed or result != "ok"
    return int(has_failed)


sys.exit(main())
