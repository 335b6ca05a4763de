"""What the time does to logins: an old policy, a clock that goes wrong, no network."""
import time

from boots import LOGIN
from login_desk import PASSWORD, PERIOD, desk_of, hotp

DAY = 86400


def set_clock(test, seconds):
    """From now; put right again at the end."""
    right_clock = "date -s @$(( $(date +%%s) + %d )) && systemctl restart sekishod"
    test.pc.check(right_clock % seconds)
    test.defer(lambda: test.pc.check("date -s @%d && systemctl restart sekishod" % time.time()))


@LOGIN.scenario(only_long=True)
def with_the_policy_expired_the_code_still_counts(test):
    desk = desk_of(test)
    set_clock(test, 1500 * DAY)
    # tanaka's token counts: it knows no time.
    desk.lets_in("su")
    desk.refuses("su", "tanaka", PASSWORD, "000000")
    desk.refuses("su", "tanaka", PASSWORD, "")
    desk.lets_in("su")


@LOGIN.scenario(only_long=True)
def with_the_network_down_the_code_still_counts(test):
    desk = desk_of(test)
    test.pc.check("ip link set lo down")
    test.defer(test.pc.check, "ip link set lo up")
    desk.lets_in("su")
    desk.refuses("su", "tanaka", PASSWORD, "000000")
    desk.lets_in("su")


@LOGIN.scenario(only_long=True)
def a_clock_far_ahead_and_back_again_is_cured_by_a_reset_that_is_recorded(test):
    desk = desk_of(test)
    desk.lets_in("su", "sato")
    set_clock(test, 400 * DAY)
    desk.lets_in("su", "sato")
    test.pc.check("date -s @%d && systemctl restart sekishod" % time.time())
    after = test.last_record()
    desk.forget_step()
    desk.refuses("su", "sato", PASSWORD, desk.fresh_code("sato"))
    desk.wait_reason("used-code", after)
    desk.issue("sato", command="resync")
    test.wait_record(after, "token-reset")
    desk.forget_step()
    test.pc.wait_for(lambda: desk.log_in("su", "sato", PASSWORD, desk.code("sato"))["is_in"], 90,
                     "a code that counts again")
    desk.forget_step()


@LOGIN.scenario(only_long=True)
def a_token_ends_on_its_day_locks_nobody_out_and_is_extended(test):
    desk = desk_of(test)
    desk.issue("tanaka", "--until", time.strftime("%Y-%m-%d", time.localtime(time.time() + 2 * DAY)),
               command="extend")
    after = test.last_record()
    desk.lets_in("su")
    set_clock(test, 4 * DAY)
    for _ in range(4):      # one more than wrong codes would lock
        desk.refuses("su", "tanaka", PASSWORD, desk.code())
    desk.wait_reasons(["right-code"] + 4 * ["expired"], after)
    test.pc.check("date -s @%d && systemctl restart sekishod" % time.time())
    desk.issue("tanaka", "--until", "none", command="extend")
    desk.lets_in("su")


@LOGIN.scenario(only_long=True)
def with_a_flat_battery_two_codes_in_a_row_let_in(test):
    desk, pc = desk_of(test), test.pc
    after = test.last_record()
    set_clock(test, -20 * 365 * DAY)

    def code():
        return hotp(desk.secrets["sato"], int(time.time()) // PERIOD + 2)

    first = code()
    desk.refuses("su", "sato", PASSWORD, first)
    desk.wait_reason("far-code", after)
    pc.wait_for(lambda: code() != first, 60, "the next code")
    assert desk.log_in("su", "sato", PASSWORD, code())["is_in"]
    second = code()
    pc.wait_for(lambda: code() != second, 60, "another code")
    assert desk.log_in("su", "sato", PASSWORD, code())["is_in"], "the time was not learned"
    desk.refuses("su", "sato", PASSWORD, first)
    desk.forget_step(4)
