#!/usr/bin/python3
"""Clocks that are set back or far ahead. The helper's copy without rights runs under another time.
See office.py."""
import os
import sys
import time

sys.dont_write_bytecode = True
import office
from office import WORD, code

LIBRARY = f"{office.BUILD}/tests/login/other_time.so"
HOUR, YEAR = 3600, 365 * 86400


def at(terminal, seconds, typed, up=0):
    """A login at another time, on a machine that was started so much earlier."""
    helper = terminal.make_helper(
        f"/usr/bin/env ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD={LIBRARY} "
        f"OTHER_TIME={seconds} OTHER_BOOT={up} "
        f"{office.BUILD}/sekisho-verify --root {terminal.root}", "moved")
    terminal.stack("moved", office.STACK, helper=helper)
    login = terminal.log_in(WORD, typed, service="moved")
    return login.is_in, terminal.last_event()[0]


def step(seconds=0):
    office.pass_step_end()
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


FLAT = -20 * YEAR  # what the clock of a board with a flat battery says


def a_flat_battery_asks_for_two_codes_in_a_row_and_then_for_one(terminal):
    ready(terminal)
    terminal.scene("floor", str(int(time.time()) - 5 * 86400))
    now = step()
    assert at(terminal, FLAT, code(now)) == (False, "far-code")
    assert at(terminal, FLAT, code(now)) == (False, "far-code"), "the same is no second one"
    assert at(terminal, FLAT, code(now + 1), up=30) == (True, "right-code")
    assert at(terminal, FLAT, code(now + 1), up=31) == (False, "used-code")
    assert at(terminal, FLAT, code(now + 3), up=90) == (True, "right-code")
    assert at(terminal, FLAT, code(now + 30), up=95)[0] is False
    # The clock is set right: it is believed again.
    assert at(terminal, 300, code(step(300)), up=300) == (True, "right-code")


def codes_from_before_the_floor_tell_no_time(terminal):
    ready(terminal)
    terminal.scene("floor", str(int(time.time())))
    old = step(-HOUR)
    for ahead in range(4):
        assert at(terminal, FLAT, code(old + ahead), up=30 * ahead)[0] is False
    # Nor does a single one of the very moment that the floor is at.
    assert at(terminal, FLAT, code(step()), up=200)[0] is False
    later = step() + 31 * 2880
    for ahead in range(4):
        assert at(terminal, FLAT, code(later + ahead), up=30 * ahead)[0] is False


def codes_that_counted_tell_no_time_again(terminal):
    ready(terminal)
    terminal.scene("floor", str(int(time.time()) - 86400))
    now = step()
    assert at(terminal, 0, code(now)) == (True, "right-code")
    assert at(terminal, 60, code(now + 1)) == (True, "right-code")
    for ahead in (0, 1):
        assert at(terminal, FLAT, code(now + ahead), up=100 + 30 * ahead)[0] is False


def without_a_place_for_what_is_learned_nobody_gets_in_by_it(terminal):
    ready(terminal)
    terminal.scene("floor", str(int(time.time()) - 86400))
    os.unlink(terminal.path("login-clock"))
    now = step()
    for ahead in (0, 1):
        assert at(terminal, FLAT, code(now + ahead), up=30 * ahead)[0] is False
    assert at(terminal, 0, code(step())) == (True, "right-code")


if __name__ == "__main__":
    sys.exit(office.run([
        a_clock_set_back_makes_no_used_code_count,
        an_hour_old_code_is_refused_again_with_the_clock_an_hour_back,
        a_clock_that_was_far_ahead_is_cured_by_a_reset, a_lock_ends_with_the_clock_right_again,
        a_flat_battery_asks_for_two_codes_in_a_row_and_then_for_one,
        codes_from_before_the_floor_tell_no_time, codes_that_counted_tell_no_time_again,
        without_a_place_for_what_is_learned_nobody_gets_in_by_it]))
