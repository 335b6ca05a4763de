#!/usr/bin/python3
"""Everybody at once. LONG=1: each twenty times. See installed.py."""
import os
import sys

sys.dont_write_bytecode = True
import installed
import office
from office import WORD, now_code, wrong_code

TIMES = 20 if os.environ.get("LONG") else 3


def each_time(terminal, *rules):
    for _ in range(TIMES):
        terminal.rules("mode=required", *rules)
        yield
        terminal.events()


def count(logins):
    return sum(login.is_in for login in logins)


def one_code_fifty_times_is_one_login(terminal):
    for _ in each_time(terminal, "lock-after=20"):
        terminal.person("ito")
        typed = now_code()
        started = [terminal.start(WORD, typed, user="ito") for _ in range(50)]
        assert count(terminal.release(started)) == 1
        reasons = [reason for reason, _ in terminal.events()]
        assert len(reasons) == 50 and reasons.count("right-code") == 1, reasons


def one_recovery_code_fifty_times_is_one_login(terminal):
    for _ in each_time(terminal, "lock-after=20"):
        terminal.person("ito", recovery=office.hashed("ABCDEFGH23"))
        started = [terminal.start(WORD, "abcde-fgh23", user="ito") for _ in range(50)]
        assert count(terminal.release(started)) == 1


def fifty_people_are_fifty_logins(terminal):
    for _ in each_time(terminal):
        for i in range(50):
            terminal.person(f"person{i}")
        started = [terminal.start(WORD, now_code(), user=f"person{i}") for i in range(50)]
        assert count(terminal.release(started)) == 50
        assert len(terminal.events()) == 50


def of_a_hundred_guesses_five_are_judged(terminal):
    for _ in each_time(terminal, "lock-after=5"):
        terminal.person("ito")
        started = [terminal.start(WORD, wrong_code(), user="ito") for _ in range(100)]
        assert count(terminal.release(started)) == 0
        reasons = [reason for reason, _ in terminal.events()]
        assert reasons.count("wrong-code") == 5 and reasons.count("locked") == 95, reasons
        assert not terminal.log_in(WORD, now_code(), user="ito").is_in
        assert terminal.last_event()[0] == "locked"


if __name__ == "__main__":
    sys.exit(installed.run([
        one_code_fifty_times_is_one_login, one_recovery_code_fifty_times_is_one_login,
        fifty_people_are_fifty_logins, of_a_hundred_guesses_five_are_judged]))
