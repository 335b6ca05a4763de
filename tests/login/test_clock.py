#!/usr/bin/python3
"""Clocks that are set back or far ahead. The helper's copy without rights runs under another time.
See office.py."""
import sys
import time

sys.dont_write_bytecode = True
import office
from office import WORD, code

LIBRARY = f"{office.BUILD}/tests/login/other_time.so"
HOUR, YEAR = 3600, 365 * 86400


def at(terminal, seconds, typed):
    """A login at another time."""
    helper = terminal.make_helper(
        f"/usr/bin/env LD_PRELOAD={LIBRARY} OTHER_TIME={seconds} "
        f"{office.BUILD}/sekisho-verify --root {terminal.root}", "moved")
    terminal.stack("moved", office.STACK, helper=helper)
    login = terminal.log_in(WORD, typed, service="moved")
    return login.is_in, terminal.last_event()[0]


def step(seconds=0):
    return (int(time.time()) + seconds) // 30


def ready(terminal):
    terminal.rules("mode=required", "lock-after=20")
    terminal.person()


def a_clock_set_back_makes_no_used_code_count(terminal):
    ready(terminal)
    used = code(step())
    assert at(terminal, 0, used) == (True, "right-code")
    hour_ago = code(step(-HOUR))
    assert at(terminal, -HOUR, hour_ago) == (False, "used-code")
    assert at(terminal, -HOUR, used)[0] is False
    assert at(terminal, 0, used) == (False, "used-code")
    assert at(terminal, 60, code(step(60))) == (True, "right-code")


def an_hour_old_code_is_refused_again_with_the_clock_an_hour_back(terminal):
    ready(terminal)
    old = code(step(-HOUR))
    assert at(terminal, -HOUR, old) == (True, "right-code")
    assert at(terminal, 0, code(step())) == (True, "right-code")
    assert at(terminal, -HOUR, old) == (False, "used-code")


def a_clock_that_was_far_ahead_is_cured_by_a_reset(terminal):
    ready(terminal)
    assert at(terminal, YEAR, code(step(YEAR))) == (True, "right-code")
    assert at(terminal, 0, code(step())) == (False, "used-code")
    terminal.person(reset=1)
    assert at(terminal, 0, code(step())) == (True, "right-code")


def a_lock_ends_with_the_clock_right_again(terminal):
    terminal.rules("mode=required", "lock-after=3", "lock-for=600")
    terminal.person()
    for _ in range(3):
        assert at(terminal, YEAR, office.wrong_code())[0] is False
    assert at(terminal, YEAR, code(step(YEAR))) == (False, "locked")
    assert at(terminal, 0, code(step())) == (False, "locked")  # from now on, not for a year
    came = at(terminal, 700, code(step(700)))
    assert came == (True, "right-code"), came


if __name__ == "__main__":
    sys.exit(office.run([
        a_clock_set_back_makes_no_used_code_count,
        an_hour_old_code_is_refused_again_with_the_clock_an_hour_back,
        a_clock_that_was_far_ahead_is_cured_by_a_reset, a_lock_ends_with_the_clock_right_again]))
