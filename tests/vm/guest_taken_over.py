#!/usr/bin/python3
"""In the place of sekisho-fetch, under its unit and as its user: somebody who took it over.  Tries to
read and write each file that is named to him, to talk to each socket, and what else he would like; says
what came of it, and fills the spool with what he likes.  Runs in a virtual PC.

guest_taken_over.py PID_OF_SEKISHOD; reads /run/sekisho-fetch/wishes, writes /run/sekisho-fetch/answers
"""
import ctypes
import errno
import json
import os
import signal
import socket
import sys

OWN = "/run/sekisho-fetch/"
SPOOL = OWN + "spool/"
PTRACE_SEIZE = 0x4206       # linux/ptrace.h
CLONE_NEWUSER = 0x10000000  # linux/sched.h
LIBC = ctypes.CDLL(None, use_errno=True)


class Piece(ctypes.Structure):
    """struct iovec."""
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


def call(function, *arguments):
    if function(*arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def attempt(function, *arguments):
    """"done", or the name of the error."""
    try:
        function(*arguments)
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
    return "done"


# --- files and sockets ---

def read(path):
    with open(path, "rb") as file:
        file.read(1)


def change(path):
    os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK))


def add_to(folder):
    path = os.path.join(folder, ".taken-over")
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    os.unlink(path)


def talk_to(path):
    for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET:
        try:
            with socket.socket(socket.AF_UNIX, kind) as end:
                end.settimeout(5)
                end.connect(path)
                return
        except OSError as error:
            if error.errno != errno.EPROTOTYPE:
                raise


# --- what else ---

def read_memory(pid):
    found = ctypes.create_string_buffer(8)
    here, there = Piece(ctypes.addressof(found), 8), Piece(0x400000, 8)
    call(LIBC.process_vm_readv, pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)


def others(pid):
    return {
        "end sekishod": lambda: os.kill(pid, signal.SIGTERM),
        "hold sekishod": lambda: os.kill(pid, signal.SIGSTOP),
        "trace sekishod": lambda: call(LIBC.ptrace, PTRACE_SEIZE, pid, None, None),
        "read the memory of sekishod": lambda: read_memory(pid),
        "list the files of sekishod": lambda: os.listdir("/proc/%d/fd" % pid),
        "read the arguments of sekishod": lambda: read("/proc/%d/cmdline" % pid),
        "become root": lambda: os.setuid(0),
        "make a namespace": lambda: call(LIBC.unshare, CLONE_NEWUSER),
        "listen to the network": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close(),
        "run a shell": lambda: os.execv("/bin/sh", ["sh", "-c", "exit 0"]),
        "run what it wrote": run_what_it_wrote,
    }


def run_what_it_wrote():
    path = OWN + "program"
    with open(path, "w", encoding="ascii") as file:
        file.write("#!/bin/sh\nexit 0\n")
    os.chmod(path, 0o700)
    os.execv(path, [path])


# --- what he likes ---

def put(name, text):
    with open(SPOOL + name, "wb") as file:
        file.write(text)


def link(name, to):
    if os.path.lexists(SPOOL + name):
        os.unlink(SPOOL + name)
    os.symlink(to, SPOOL + name)


def fill_the_spool():
    for folder in "root", "media", "sent":
        os.makedirs(SPOOL + folder, exist_ok=True)
    for name in "policy.ini", "fresh.ini", "media.ini", "exemptions.ini", "root/2.ini", "media/00":
        put(name, os.urandom(100_000))
    link("tokens.ini", "/etc/shadow")
    link("revocations.ini", "/dev/zero")
    link("server", "/dev/zero")
    if os.path.lexists(SPOOL + "desks.ini"):
        os.unlink(SPOOL + "desks.ini")
    os.mkfifo(SPOOL + "desks.ini")
    put("certificate", b"\xff" * 100_000)
    for name in os.listdir("/var/lib/sekisho/up"):
        put("sent/" + name, b"")
    for name in "policy.ini", "serials", "-x", "x" * 200:
        put("sent/" + name, b"")
    for number in range(5000):
        put("sent/rubbish-%d" % number, b"")


def main(pid):
    with open(OWN + "wishes", encoding="utf-8") as file:
        wishes = json.load(file)
    found = {}
    for verb, function in (("read", read), ("change", change), ("add to", add_to),
                           ("talk to", talk_to)):
        for path in wishes[verb]:
            found["%s %s" % (verb, path)] = attempt(function, path)
    for name, function in others(pid).items():
        found[name] = attempt(function)
    with open(OWN + "answers", "w", encoding="utf-8") as file:
        json.dump(found, file)
    fill_the_spool()


main(int(sys.argv[1]))
