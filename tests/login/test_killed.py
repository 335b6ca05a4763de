#!/usr/bin/python3
"""kill -9 at every system call of the helper, and of the login program. See installed.py.

A login that was killed may have been counted or not; the code counts once at most, the next login
works, and nothing that holds a secret stays behind.
"""
import collections
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import installed
import office
from office import WORD, now_code


def ready(terminal):
    terminal.rules("mode=required", "lock-after=20")
    terminal.person("ito")
    spool = terminal.path("login-spool/spool")
    if os.path.exists(spool):
        os.unlink(spool)


def calls_of(terminal, words, stdin, follow):
    """Every system call of a good run, with how often it comes."""
    log = os.path.join(terminal.folder, "calls")
    subprocess.run(["strace", *follow, "-o", log, *words], input=stdin, check=True,
                   stdout=subprocess.DEVNULL)
    with open(log, encoding="utf-8", errors="replace") as file:
        names = re.findall(r"^(?:\d+ +)?(\w+)\(", file.read(), re.M)
    os.unlink(log)  # it shows what was read
    return collections.Counter(name for name in names
                               if name not in ("execve", "exit_group", "exit"))


def killed(words, stdin, call, number):
    done = subprocess.run(["strace", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                           f"inject={call}:signal=SIGKILL:when={number}", *words], input=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done


def check_afterwards(terminal, was_in, typed, where):
    again = installed.is_in(installed.judge("ito", typed))
    assert not (was_in and again), where
    assert installed.is_in(installed.judge("ito", now_code(1))), where
    assert not installed.is_in(installed.judge("ito", typed)), where
    assert terminal.secrets_left() == [], (where, terminal.secrets_left())
    left = set(os.listdir(terminal.path("second-factor"))) - {"ito", ".decoy"}
    assert not left, (where, left)
    damaged = [reason for reason, _ in terminal.events() if reason == "damaged"]
    assert len(damaged) <= 1, where


def try_all(terminal, words, make_input, follow):
    ready(terminal)
    counts = calls_of(terminal, words(now_code()), make_input(now_code()), follow)
    n = 0
    for call, times in counts.items():
        for number in range(1, times + 1):
            ready(terminal)
            typed = now_code()
            done = killed(words(typed), make_input(typed), call, number)
            n += done.returncode != 0
            was_in = done.stdout.startswith(b"in ") or b"end 0 " in done.stdout
            check_afterwards(terminal, was_in, typed, (call, number))
    assert n > 50, n
    print(f"# {n} places of {sum(counts.values())} system calls")


def the_helper_killed_at_every_system_call(terminal):
    try_all(terminal, lambda typed: [installed.HELPER, "judge", "login", "ito"],
            lambda typed: f"{typed}\0tty1\0\0".encode(), [])


def the_login_program_killed_at_every_system_call(terminal):
    try_all(terminal, lambda typed: terminal.words(WORD, typed, user="ito"), lambda typed: b"", [])


def remembered(terminal):
    return office.Terminal.state(terminal, "ito")  # Installed has a folder of that name


def whose_time_is_over_is_neither_let_in_nor_locked_out(terminal):
    """A right code outside of the token's dates is charged first, and then refused and forgiven."""
    def over():
        ready(terminal)
        terminal.person("ito", until=int(time.time()) - 86400)
        return now_code()

    words = [installed.HELPER, "judge", "login", "ito"]
    counts = calls_of(terminal, words, f"{over()}\0tty1\0\0".encode(), [])
    for call, times in counts.items():
        for number in range(1, times + 1):
            done = killed(words, f"{over()}\0tty1\0\0".encode(), call, number)
            assert not done.stdout.startswith(b"in "), (call, number)
            assert remembered(terminal)["failures"] <= 1, (call, number)
            answer = installed.judge("ito", now_code(1))
            assert answer[:2] == ["out", "expired"], (call, number, answer)
            assert remembered(terminal)["failures"] == 0, (call, number)
    assert sum(counts.values()) > 50, counts


if __name__ == "__main__":
    sys.exit(installed.run([the_helper_killed_at_every_system_call,
                            the_login_program_killed_at_every_system_call,
                            whose_time_is_over_is_neither_let_in_nor_locked_out]))
