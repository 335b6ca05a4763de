#!/usr/bin/python3
"""A token whose clock is further off than one code shows comes back by two in a row. See
office.py."""
import sys

sys.dont_write_bytecode = True
import office
from office import STACK, WORD, now_code, wrong_code

AHEAD = 6


def ready(terminal):
    terminal.rules("mode=required", "lock-after=5")
    terminal.person()
    terminal.stack("login", STACK)
    terminal.events()


def two_codes_in_a_row_let_in_and_one_does_not(terminal):
    ready(terminal)
    login = terminal.log_in(WORD, now_code(AHEAD))
    assert not login.is_in and login.told[0].startswith("Once more, please, with the next code")
    assert terminal.last_event()[0] == "far-code" and terminal.state()["failures"] == 1
    assert terminal.log_in(WORD, now_code(AHEAD + 1)).is_in
    reason, event = terminal.last_event()
    assert reason == "right-code" and int(event["drift"]) in (AHEAD, AHEAD + 1), event
    assert terminal.state()["failures"] == 0
    # From now on its clock is known.
    assert terminal.log_in(WORD, now_code(AHEAD + 2)).is_in
    login = terminal.log_in(WORD, now_code(AHEAD + 2))
    assert not login.is_in and "used already" in login.told[0], login.lines


def another_code_between_them_breaks_the_row(terminal):
    ready(terminal)
    assert not terminal.log_in(WORD, now_code(AHEAD)).is_in
    assert not terminal.log_in(WORD, wrong_code()).is_in
    assert not terminal.log_in(WORD, now_code(AHEAD + 1)).is_in
    assert [reason for reason, _ in terminal.events()] == ["far-code", "wrong-code", "far-code"]
    assert terminal.state()["failures"] == 3


def each_costs_a_try_and_a_lock_holds(terminal):
    ready(terminal)
    for _ in range(4):
        assert not terminal.log_in(WORD, wrong_code()).is_in
    assert not terminal.log_in(WORD, now_code(AHEAD)).is_in
    login = terminal.log_in(WORD, now_code(AHEAD + 1))
    assert not login.is_in and "have to wait" in login.told[0], login.lines


def beyond_what_policy_follows_there_is_no_row(terminal):
    ready(terminal)
    for ahead in 23, 24:
        assert not terminal.log_in(WORD, now_code(ahead)).is_in
        assert terminal.last_event()[0] == "wrong-code"


if __name__ == "__main__":
    sys.exit(office.run([two_codes_in_a_row_let_in_and_one_does_not,
                         another_code_between_them_breaks_the_row,
                         each_costs_a_try_and_a_lock_holds,
                         beyond_what_policy_follows_there_is_no_row]))
