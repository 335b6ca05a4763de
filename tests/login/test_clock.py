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


def login_at(terminal, seconds, typed, up=0):
    """A login at another time, on a machine that was started so much earlier."""
    helper = terminal.make_helper(
        f"/usr/bin/env ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD={LIBRARY} "
        f"OTHER_TIME={seconds} OTHER_BOOT={up} "
        f"{office.BUILD}/sekisho-verify --root {terminal.root}", "moved")
    terminal.stack("moved", office.STACK, helper=helper)
    return terminal.log_in(WORD, typed, service="moved")


def at(terminal, seconds, typed, up=0):
    """What came of it, and the reason that was recorded."""
    return login_at(terminal, seconds, typed, up).is_in, terminal.last_event()[0]


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


DAY = 86400


def a_token_counts_from_its_first_second(terminal):
    terminal.rules("mode=required", "lock-after=3")
    first = (int(time.time()) + 30 * DAY) // 30 * 30
    terminal.person(**{"from": first})
    # The last minute before: nobody is locked out by right codes.
    ahead = first - int(time.time())
    for left in (400, 300, 200, 100):
        came = at(terminal, ahead - left, code((first - left) // 30))
        assert came == (False, "not-yet"), came
    assert terminal.state()["failures"] == 0
    assert at(terminal, ahead - 50, office.wrong_code()) == (False, "wrong-code")
    assert at(terminal, first - int(time.time()), code(first // 30)) == (True, "right-code")


def a_token_ends_with_its_last_second(terminal):
    terminal.rules("mode=required", "lock-after=3")
    end = (int(time.time()) + 30 * DAY) // 30 * 30
    terminal.person(until=end)
    ahead = end - int(time.time())
    assert at(terminal, ahead - 60, code(end // 30 - 2)) == (True, "right-code")
    for later in (0, 60, 120, 180):
        came = at(terminal, end + later - int(time.time()), code((end + later) // 30))
        assert came == (False, "expired"), came
    assert terminal.state()["failures"] == 0
    # The desk makes it longer; what was used stays used.
    terminal.person(until=end + DAY, next=(end + 180) // 30 + 1)
    assert at(terminal, end + 185 - int(time.time()), code(end // 30 + 6)) == (False, "used-code")
    assert at(terminal, end + 240 - int(time.time()), code(end // 30 + 8)) == (True, "right-code")


def whoever_knows_the_password_and_has_the_code_reads_the_date(terminal):
    ready(terminal)
    end = int(time.time()) - DAY
    shown = time.strftime("%Y-%m-%d %H:%M", time.localtime(end))
    terminal.person(until=end)
    login = terminal.log_in(WORD, office.now_code())
    reference = terminal.last_event()[1]["reference"]
    assert login.told == [f"Your token ended on {shown}. If that day is yet to come, or you go on "
                          f"working here, call the IT staff. Reference: {reference}"], login.lines
    first = int(time.time()) + DAY
    shown = time.strftime("%Y-%m-%d %H:%M", time.localtime(first))
    terminal.person(**{"from": first})
    login = terminal.log_in(WORD, office.now_code())
    assert login.told[0].startswith(f"Your token counts from {shown}. If that"), login.lines
    # Of a wrong code, or a wrong password, the answer is that of everybody.
    for typed in (WORD, office.wrong_code()), ("wrong", office.now_code()):
        said = []
        for dates in {}, {"until": end}, {"from": first}:
            terminal.person(**dates)
            login = terminal.log_in(*typed)
            terminal.events()
            said.append((login.result, login.asked,
                         [line.split("Reference")[0] for line in login.lines]))
            assert not login.is_in and "token" not in "\n".join(login.lines)
        assert said[0] == said[1] == said[2], said


def paper_counts_within_the_dates_only(terminal):
    terminal.rules("mode=required")
    paper = office.hashed("ABCDEFGH23")
    for dates, reason in (({"until": int(time.time()) - 1}, "expired"),
                          ({"from": int(time.time()) + DAY}, "not-yet"),
                          ({"until": int(time.time()) + DAY}, "right-recovery-code")):
        terminal.person(recovery=paper, **dates)
        login = terminal.log_in(WORD, "abcde-fgh23")
        assert (login.is_in, terminal.last_event()[0]) == (reason.startswith("right"), reason)
        assert terminal.state()["recovery"] == 1


def with_a_flat_battery_the_two_codes_tell_which_day_it_is(terminal):
    now = step()
    for dates, reason in (({"from": 30 * now + DAY}, "not-yet"),
                          ({"from": 30 * now - DAY}, "right-code"),
                          ({"until": 30 * now - DAY}, "expired"),
                          ({"until": 30 * now + DAY}, "right-code")):
        # The floor is on the other side of each date that has passed.
        terminal.scene("floor", str(30 * now - 5 * DAY))
        if os.path.exists(terminal.path("login-clock")):
            os.unlink(terminal.path("login-clock"))
        terminal.scene("floor", str(30 * now - 5 * DAY))
        terminal.rules("mode=required", "lock-after=3")
        terminal.person(**dates)
        assert at(terminal, FLAT, code(now)) == (False, "far-code")
        came = at(terminal, FLAT, code(now + 1), up=30)
        assert came == (reason == "right-code", reason), (dates, came)


if __name__ == "__main__":
    sys.exit(office.run([
        a_clock_set_back_makes_no_used_code_count,
        an_hour_old_code_is_refused_again_with_the_clock_an_hour_back,
        a_clock_that_was_far_ahead_is_cured_by_a_reset, a_lock_ends_with_the_clock_right_again,
        a_flat_battery_asks_for_two_codes_in_a_row_and_then_for_one,
        codes_from_before_the_floor_tell_no_time, codes_that_counted_tell_no_time_again,
        without_a_place_for_what_is_learned_nobody_gets_in_by_it,
        a_token_counts_from_its_first_second, a_token_ends_with_its_last_second,
        whoever_knows_the_password_and_has_the_code_reads_the_date,
        paper_counts_within_the_dates_only,
        with_a_flat_battery_the_two_codes_tell_which_day_it_is]))
