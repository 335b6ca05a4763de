#!/usr/bin/python3
"""In the place of sekisho-fetch, under its unit and as its user: somebody who took it over.  Tries what
he would like to have, says what came of it, and fills the spool with what he likes.  Runs in a virtual
PC."""
import ctypes
import glob
import json
import os
import signal
import sys

SPOOL = "/run/sekisho-fetch/spool/"
PTRACE_SEIZE = 0x4206  # linux/ptrace.h
SECRETS = ("/etc/shadow", "/var/lib/sekisho/policy.ini", "/var/lib/sekisho/serials",
           "/var/lib/sekisho/time", "/var/lib/sekisho/terminal/sign.key",
           "/var/lib/sekisho/terminal-key.cred", "/var/lib/sekisho/second-factor",
           "/var/log/sekisho", "/run/sekisho-otp", "/home/sato", "/root", "/etc/sekisho/join-ticket")
OTHERS = ("/etc/sekisho/site.ini", "/etc/sekisho/root.ini", "/var/lib/sekisho/policy.ini",
          "/var/lib/sekisho/up/mine", "/var/log/sekisho/mine", "/run/sekisho/pace",
          "/usr/libexec/sekisho/sekisho-fetch", "/sys/bus/usb/devices/usb1/authorized_default")


def read(path):
    if os.path.isdir(path):
        return os.listdir(path)
    with open(path, "rb") as file:
        return file.read(1)


def write(path):
    with open(path, "ab") as file:
        file.write(b"x")


def agent():
    for path in glob.glob("/proc/[0-9]*/comm"):
        with open(path, encoding="ascii") as file:
            if file.read() == "sekishod\n":
                return int(path.split("/")[2])
    raise FileNotFoundError("sekishod is not to be seen")


def take_over(pid):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(PTRACE_SEIZE, pid, None, None) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def attempt(function, *arguments):
    try:
        function(*arguments)
    except OSError as error:
        return "refused: %s" % error
    return "done"


def fill_the_spool():
    for name in "policy.ini", "fresh.ini", "media.ini", "exemptions.ini", "root/2.ini", "media/00":
        with open(SPOOL + name, "wb") as file:
            file.write(os.urandom(100_000))
    for name, to in (("tokens.ini", "/etc/shadow"), ("revocations.ini", "/dev/zero")):
        if os.path.lexists(SPOOL + name):
            os.unlink(SPOOL + name)
        os.symlink(to, SPOOL + name)
    for name in os.listdir("/var/lib/sekisho/up"):
        open(SPOOL + "sent/" + name, "wb").close()
    for name in "policy.ini", "serials", "..", "x" * 200:
        attempt(write, SPOOL + "sent/" + name)


def main():
    found = {"read " + path: attempt(read, path) for path in SECRETS}
    found.update({"write " + path: attempt(write, path) for path in OTHERS})
    found["run a shell"] = attempt(os.execv, "/bin/sh", ["sh", "-c", "exit 0"])
    found["kill sekishod"] = attempt(lambda: os.kill(agent(), signal.SIGTERM))
    found["take over sekishod"] = attempt(lambda: take_over(agent()))
    with open("/run/sekisho-fetch/answers", "w", encoding="utf-8") as file:
        json.dump(found, file)
    fill_the_spool()


sys.exit(main())
