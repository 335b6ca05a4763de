#!/usr/bin/python3
"""Runs inside the virtual PC: a new employee's first morning at a text login, and then somebody who
looks for what is left of it. The secret never leaves this program.

guest_enrol.py < JSON     {"user", "password", "ticket"}; prints JSON
"""
import base64
import fcntl
import hashlib
import hmac
import json
import os
import re
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import guest_login

PERIOD, WAIT_S = 30, 90
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
LOOKED_THROUGH = "/var", "/etc", "/home", "/root", "/run", "/tmp", "/opt", "/dev/shm"


def code_of(secret, step):
    mac = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return "%06d" % ((struct.unpack(">L", mac[at:at + 4])[0] & 0x7fffffff) % 10 ** 6)


class Screen(guest_login.Terminal):
    """A terminal of 50 rows on which somebody types at what it shows."""

    def __init__(self, command):
        super().__init__(command)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 120, 0, 0))
        self.shown = 0

    def wait_for(self, pattern):
        """What was shown beyond the last time, up to where the pattern is found."""
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            self.read(0.2)
            text = ESCAPES.sub("", self.text)
            found = re.search(pattern, text[self.shown:])
            if found:
                piece = text[self.shown:self.shown + found.end()]
                self.shown += found.end()
                return piece
        raise SystemExit("%r was not shown: %r" % (pattern, ESCAPES.sub("", self.text)[-1500:]))

    def answer(self, pattern, typed):
        piece = self.wait_for(pattern)
        time.sleep(0.5)
        self.type(typed)
        return piece


def log_in(job, code):
    screen = Screen(["login", "-p"])
    screen.answer("login: ", job["user"])
    screen.answer("assword: ", job["password"])
    screen.answer("code: ", code)
    return screen


def wait_for_step(behind):
    """The first step behind that one, as the clock of this PC has it; with some seconds left."""
    while time.time() // PERIOD <= behind or time.time() % PERIOD > 20:
        time.sleep(0.5)
    return int(time.time() // PERIOD)


def first_morning(job):
    screen = log_in(job, job["ticket"])
    told = screen.wait_for("The code that it shows: ")
    letters = re.search(r"secret=([A-Z2-7]+)", told).group(1)
    secret = base64.b32decode(letters)
    step = wait_for_step(0)
    screen.type(code_of(secret, step))
    screen.wait_for("The next code: ")
    step = wait_for_step(step)
    screen.type(code_of(secret, step))
    codes = re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", screen.wait_for("press Enter:"))
    screen.type("")
    after = screen.wait_for(r"at each login\.")
    screen.type("exit")
    screen.end()
    return told, secret, step, codes, after


def search(content, needles):
    return [name for name, needle in needles.items() if needle in content]


def in_files(needles, left_out):
    found = []
    for top in LOOKED_THROUGH:
        for folder, _, names in os.walk(top):
            for name in names:
                path = os.path.join(folder, name)
                if path == left_out or not os.path.isfile(path) or os.path.islink(path):
                    continue
                try:
                    with open(path, "rb") as file:
                        found += [(path, which) for which in search(file.read(), needles)]
                except OSError:
                    pass
    return found


def in_journal(needles):
    said = subprocess.run(["journalctl", "-b", "-a", "--no-pager", "-o", "export"],
                          stdout=subprocess.PIPE, check=True).stdout
    return search(said, needles)


def in_memory(needles):
    """Of every process of ours that lives, and of the shells and logins that are left."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            name = os.path.basename(os.readlink("/proc/%s/exe" % pid))
            if int(pid) == os.getpid() or not (name.startswith("sekisho") or name in
                                               ("login", "bash", "systemd-journald", "lp")):
                continue
            with open("/proc/%s/maps" % pid) as maps, open("/proc/%s/mem" % pid, "rb") as memory:
                for line in maps:
                    first, behind = (int(text, 16) for text in line.split()[0].split("-"))
                    if line.split()[1].startswith("rw"):
                        memory.seek(first)
                        found += [(name, which) for which in
                                  search(memory.read(behind - first), needles)]
        except (OSError, ValueError, OverflowError):
            pass
    return found


def main():
    job = json.load(sys.stdin)
    told, secret, step, codes, after = first_morning(job)
    letters = base64.b32encode(secret)
    needles = {"raw": secret, "hex": secret.hex().encode(), "base32": letters,
               "in groups": b" ".join(letters[i:i + 4] for i in range(0, len(letters), 4)),
               **{"recovery code %d" % i: code.encode() for i, code in enumerate(codes)}}
    time.sleep(2)
    found = {"files": in_files(needles, "/run/sekisho-otp/" + job["user"]),
             "journal": in_journal(needles), "memory": in_memory(needles)}
    cores = [name for folder in ("/", "/var/lib/systemd/coredump", "/home/" + job["user"])
             if os.path.isdir(folder) for name in os.listdir(folder) if name.startswith("core")]
    step = wait_for_step(step)
    second = log_in(job, code_of(secret, step))
    second_told = second.wait_for(guest_login.INSIDE)
    second.end()
    third = log_in(job, job["ticket"])
    third_told = third.wait_for("Reference: [0-9A-Z]+")
    third.end()
    print(json.dumps({"told_of_ticket": "before you log out" in told, "has_uri": "otpauth:" in told,
                      "has_qr": "secret=" in told, "n_codes": len(set(codes)), "after": after,
                      "found": found, "cores": cores, "second": second_told, "third": third_told}))


if __name__ == "__main__":
    main()
