"""What the tests beside this file share: an administrator's desk with the built program, real
ssh-keygen and ssh-agent, real files.

usage of each: test_X.py SEKISHO_ADMIN [SK_PROVIDER.so]

Prints TAP. Needs ssh-keygen; hardware keys need the built tests/data/sk_provider.c. What cannot be
tested is skipped aloud.
"""
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

import person

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.path.join(TOP, "tests", "data")
DOCUMENTS = os.path.join(DATA, "documents")
ADMIN = os.path.abspath(sys.argv[1])
PROVIDER = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
DONE, NO, UNKNOWN = 0, 1, 2
NOW = "2026-06-01T09:00:00+09:00"


class Skip(Exception):
    """This cannot be tested here."""


class Desk:
    """A folder with the keys of suzuki and tanaka, and the program."""
    keys = "suzuki", "tanaka"

    def __init__(self, folder):
        self.folder = folder
        for who in self.keys:
            self.make_key(who)

    def room(self, name):
        """A desk of its own."""
        os.mkdir(self.path(name))
        return type(self)(self.path(name))

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

    def fingerprint(self, name):
        return subprocess.run(["ssh-keygen", "-l", "-f", self.path(name + ".pub")], check=True,
                              stdout=subprocess.PIPE).stdout.decode().split()[1]

    def run(self, *words, **environment):
        """(exit status, everything printed); nobody is there to be asked before signing"""
        for command in ("sign",), ("media", "sign"):
            if words[:len(command)] == command:
                words = (*command, "--yes", *words[len(command):])
        done = subprocess.run([ADMIN, *words], cwd=self.folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900,
                              env={**os.environ, "TZ": "Asia/Tokyo", **environment})
        return done.returncode, done.stdout.decode()

    def expect(self, status, *words, says=(), never=(), **environment):
        """Runs the program; its exit status is right, it says these pieces, and never those."""
        got, output = self.run(*words, **environment)
        assert got == status, f"{words}: exit status {got}\n{output}"
        for piece in [says] if isinstance(says, str) else says:
            assert piece in output, f"{words}: does not say {piece!r}\n{output}"
        for piece in [never] if isinstance(never, str) else never:
            assert piece not in output, f"{words}: says {piece!r}\n{output}"
        return output

    def type(self, *words, answers):
        """(exit status, everything shown) on a terminal where somebody types the answers, each to
        a line that ends in ": " or "[y/N] "."""
        answers = list(answers)

        def answer(output):
            is_asked = output.endswith((b": ", b"[y/N] "))
            is_complaint = output.endswith(b"sekisho-admin: ")  # the rest of it follows
            return answers.pop(0) if is_asked and not is_complaint and answers else None

        return person.on_terminal([ADMIN, *words], self.folder, os.environ, answer)

    def shell(self, folder, command, **environment):
        """As person.shell()."""
        return person.shell(ADMIN, self.path(folder), command, **environment)

    def init(self, folder="site", people=("suzuki", "tanaka"), tiers=("my-number",), more=()):
        """A new site. The folder of its first tier."""
        words = ["--site=tosu", *more]
        words += [f"--tier={tier}" for tier in tiers]
        words += [f"--person={key.split('-')[0]}={key}.pub" for key in people]
        self.expect(DONE, "site", "init", *words, folder)
        return f"{folder}/{tiers[0].split('=')[0]}"

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

    def sign(self, name, *who, options=()):
        for one in who:
            self.expect(DONE, "sign", *options, "--key", one, name)

    def files(self):
        """Every file of the desk with its content, keys apart."""
        found = {}
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), self.folder)
                found[path] = self.read(path)
        return found

    @contextlib.contextmanager
    def agent(self, *options):
        """The environment of an ssh-agent."""
        output = subprocess.run(["ssh-agent", "-s", *options], check=True,
                                stdout=subprocess.PIPE).stdout.decode()
        environment = dict(re.findall(r"(SSH_\w+)=([^;]+);", output))
        try:
            yield environment
        finally:
            subprocess.run(["ssh-agent", "-k"], check=True, stdout=subprocess.DEVNULL,
                           env={**os.environ, **environment})


def run(function, desk_class):
    """The result as TAP says it, and what to say about it."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            function(desk_class(folder))
        except Skip as reason:
            return "ok", f" # SKIP {reason}", ""
        except Exception:  # pylint: disable=broad-except
            return "not ok", "", traceback.format_exc()
    return "ok", "", ""


def main(names, desk_class=Desk):
    """Runs each function of the calling test that takes a desk and nothing else."""
    tests = [function for function in names.values()
             if getattr(function, "__module__", None) == "__main__" and
             getattr(function, "__code__", None) and
             function.__code__.co_varnames[:function.__code__.co_argcount] == ("desk",)]
    for name in "SSH_AUTH_SOCK", "SSH_SK_PROVIDER":
        os.environ.pop(name, None)
    if desk_class.keys and not shutil.which("ssh-keygen"):
        print("1..1\nok 1 - sekisho-admin # SKIP there is no ssh-keygen")
        return 0
    print(f"1..{len(tests)}")
    has_failed = False
    for number, function in enumerate(tests, 1):
        result, remark, details = run(function, desk_class)
        print(f"{result} {number} - {function.__name__}{remark}")
        for line in details.splitlines():
            print(f"# {line}")
        has_failed = has_failed or result != "ok"
    return int(has_failed)
