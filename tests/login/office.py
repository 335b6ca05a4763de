"""What the tests beside this file share: a terminal below a folder that stands for /, people with
tokens, PAM stacks with the built module, and somebody who types.

usage of each: test_X.py BUILD_DIR

Prints TAP. Without root the helper answers for the caller's own account only, so the person is that
account.
"""
import ctypes
import hashlib
import hmac
import os
import pwd
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import traceback

BUILD = os.path.abspath(sys.argv[1])
ME = pwd.getpwuid(os.getuid()).pw_name
KEY = b"12345678901234567890"
WORD = "himitsu"
STEP_END_S = 4
SUCCESS, AUTH_ERR, CONV_ERR = 0, 7, 19
STACK = ["auth [ignore=ignore default=die] {module} ask verify={helper} nodelay",
         "auth [success=1 default=ignore] {stand_in} password=" + WORD,
         "auth requisite pam_deny.so",
         "auth [success=ok default=die] {module} judge verify={helper} nodelay"]
# Where nobody may be asked for a code, the password's own module asks.
STACK_THAT_ASKS = [STACK[0], STACK[1].replace("{stand_in}", "{stand_in} asks"), *STACK[2:]]


class Skip(Exception):
    """This cannot be tested here."""


def code(counter, key=KEY, digits=6, name="sha1"):
    """The value of RFC 4226, written once more."""
    digest = hmac.new(key, struct.pack(">Q", counter), getattr(hashlib, name)).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at:at + 4])[0] & 0x7fffffff
    return str(number % 10 ** digits).zfill(digits)


def pass_step_end(period=30):
    """What is typed now will be judged now: a code that is judged in the next step teaches that the
    token is behind, and then the code after it is too far ahead."""
    left = period - time.time() % period
    if left < STEP_END_S:
        time.sleep(left)


def now_code(ahead=0, key=KEY, digits=6, name="sha1", period=30):
    if ahead == 0:
        pass_step_end(period)
    return code(int(time.time()) // period + ahead, key, digits, name)


def wrong_code():
    """Six digits that no step near now shows."""
    step = int(time.time()) // 30
    near = {code(step + i) for i in range(-40, 40)}
    return next(text for text in (f"{i:06}" for i in range(1000)) if text not in near)


class Login:
    """What a login came to."""

    def __init__(self, output):
        self.lines = output.splitlines()
        self.asked = [line[4:] for line in self.lines if line.startswith("ask ")]
        self.told = [line[5:] for line in self.lines if line.startswith(("info ", "error "))]
        ends = [line for line in self.lines if line.startswith("end ")]
        assert len(ends) == 1, output
        self.result = int(ends[0].split()[1])
        self.is_in = self.result == SUCCESS


class Terminal:
    def __init__(self, folder, root=None, helper=None, owner=None):
        self.folder = folder
        self.root = os.path.join(folder, "root") if root is None else root
        self.owner = [] if owner is None else [f"owner={owner}"]
        self.stacks = os.path.join(folder, "pam.d")
        os.makedirs(self.stacks, exist_ok=True)
        for name, mode in (("/var/lib/sekisho", 0o711), ("/var/lib/sekisho/second-factor", 0o711),
                           ("/var/lib/sekisho/login-spool", 0o2770), ("/run/sekisho-otp", 0o711)):
            os.makedirs(self.root + name, exist_ok=True)
            os.chmod(self.root + name, mode)
        os.makedirs(self.root + "/var/lib/sekisho/last-login", mode=0o700, exist_ok=True)
        if owner is not None:
            os.chown(self.root + "/var/lib/sekisho/login-spool", owner, 0)
            os.chmod(self.root + "/var/lib/sekisho/login-spool", 0o2770)
            os.chown(self.root + "/var/lib/sekisho/last-login", owner, 0)
        self.helper = helper or self.make_helper(f"{BUILD}/sekisho-verify --root {self.root}")
        self.scene("person", ".decoy")
        self.stack("login", STACK)

    def make_helper(self, words, name="helper"):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(f'#!/bin/sh\nexec {words} "$@"\n')
        os.chmod(path, 0o755)
        return path

    def path(self, name):
        return self.root + "/var/lib/sekisho/" + name

    def scene(self, verb, *words):
        owner = self.owner if verb == "person" else []
        done = subprocess.run([f"{BUILD}/tests/login/scene", verb, self.root, *words, *owner],
                              check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout

    def person(self, user=ME, **settings):
        self.scene("person", user, *(f"{name}={value}" for name, value in settings.items()))

    def rules(self, *words):
        self.scene("rules", *words)

    def events(self):
        """The spool's lines as [reason, {name: value}]; it is empty afterwards."""
        found = []
        for line in self.scene("events").splitlines():
            reason, *pairs = line.split(" ")
            found.append((reason, dict(pair.split("=", 1) for pair in pairs if "=" in pair)))
        for name in os.listdir(self.path("login-spool")):
            os.unlink(self.path("login-spool/" + name))
        return found

    def last_event(self):
        events = self.events()
        assert events, "nothing was recorded"
        return events[-1]

    def state(self, user=ME):
        return {name: int(value) for name, value in
                (pair.split("=") for pair in self.scene("state", user).split())}

    def stack(self, service, lines, **places):
        words = {"module": f"{BUILD}/pam_sekisho.so", "helper": self.helper,
                 "stand_in": f"{BUILD}/tests/login/pam_stand_in.so", **places}
        with open(os.path.join(self.stacks, service), "w", encoding="ascii") as file:
            file.write("\n".join(lines).format(**words) + "\n")

    def words(self, *answers, user=ME, service="login", options=()):
        return [f"{BUILD}/tests/login/log_in", *options, self.stacks, service, user, *answers]

    def log_in(self, *answers, environment=None, **where):
        done = subprocess.run(self.words(*answers, **where), stdout=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, timeout=60, text=True, env=environment)
        return Login(done.stdout)

    def start(self, *answers, **where):
        """One who has typed all but the last answer."""
        where["options"] = ["--hold", *where.get("options", ())]
        process = subprocess.Popen(self.words(*answers, **where), stdout=subprocess.PIPE,
                                   stdin=subprocess.PIPE, text=True)
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line == "held\n":
                break
        return process, lines

    @staticmethod
    def release(started):
        """All of them at once; what each came to."""
        for process, _ in started:
            process.stdin.write("\n")
            process.stdin.flush()
        return [Login("".join(lines) + process.communicate()[0]) for process, lines in started]


def run(tests, make=Terminal):
    """Each test on a terminal of its own."""
    failed = 0
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", " ")
        folder = tempfile.mkdtemp(prefix="sekisho-login-")
        os.chmod(folder, 0o755)
        try:
            test(make(folder))
            print(f"ok {number} - {name}", flush=True)
        except Skip as why:
            print(f"ok {number} - {name} # SKIP {why}", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()),
                  flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


def hashed(symbols, setting="$y$j9T$abcdefghijklmnop$"):
    """By libcrypt, as sekisho-admin does."""
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    return library.crypt(symbols.encode(), setting.encode()).decode()
