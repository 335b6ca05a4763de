"""Password and one-time code, through the programs that people meet: who gets in, who does not,
and what each of them sees."""
import re

from boots import LOGIN
from login_desk import PASSWORD, STATE, desk_of

WRONG_CODE = "000000"
TWO_BOXES = ["su", "sudo", "login", "console", "ssh"]
LOCKERS = ["i3lock", "swaylock"]
CODE_PROMPT = "One-time code:"


def nameless(text):
    return re.sub(r"\b(tanaka|sato|clerk|nobody-here)\b", "NAME", text.strip())


def prompts(result):
    return [nameless(prompt) for prompt in result["prompts"]]


def last_line(result):
    """What was said in the end, without the reference number."""
    lines = [line for line in result["text"].splitlines() if line.strip()]
    return re.sub(r"Reference: \S+", "Reference: -", nameless(lines[-1])) if lines else ""


# --- the right code ---

@LOGIN.scenario()
def the_stack_asks_first_and_judges_last(test):
    """What pam-auth-update made of the two profiles once somebody was enrolled."""
    desk = desk_of(test)
    lines = [re.split(r"\s{1,}", line) for line in desk.pc.check(
        "grep ^auth /etc/pam.d/common-auth").splitlines()]
    assert lines[0][1:] == ["[ignore=ignore", "default=die]", "pam_sekisho.so", "ask"], lines
    assert lines[1][3:] == ["pam_unix.so", "nullok", "try_first_pass"], lines
    assert [line[-1] for line in lines[2:4]] == ["pam_deny.so", "pam_permit.so"], lines
    assert lines[4][1:] == ["[success=ok", "default=die]", "pam_sekisho.so", "judge"], lines
    said = desk.pc.check("stat -c '%U:%G %a' /usr/libexec/sekisho/sekisho-verify "
                         "{0}/second-factor/tanaka {0}/second-factor /run/sekisho-otp "
                         "/run/sekisho-otp/tanaka {0}/login-spool".format(STATE)).split("\n")
    assert said[:6] == ["_sekisho-otp:root 4755", "_sekisho-otp:root 600", "root:root 711",
                        "root:root 711", "_sekisho-otp:root 400", "_sekisho-otp:root 2770"], said
    assert desk.pc.check("findmnt -no FSTYPE /run/sekisho-otp").strip() == "ramfs"


def _lets_in_with_the_right_code_only(desk, way):
    is_locker = way in LOCKERS
    desk.lets_in(way, one_box=is_locker)
    desk.refuses(way, "tanaka", *([PASSWORD + WRONG_CODE] if is_locker else [PASSWORD, WRONG_CODE]))
    # The wrong code is forgiven by a right one.
    desk.lets_in(way, one_box=is_locker)


def _scenario_of(way):
    def scenario(test):
        desk = desk_of(test)
        after = test.last_record()
        _lets_in_with_the_right_code_only(desk, way)
        desk.wait_reasons(["right-code", "wrong-code", "right-code"], after)
    return scenario


for way, name in (("su", "su"), ("sudo", "sudo"), ("login", "login"), ("console", "a_text_console"),
                  ("ssh", "sshd")):
    function = _scenario_of(way)
    function.__name__ = name + "_lets_in_with_the_right_code_only"
    LOGIN.scenario()(function)


@LOGIN.scenario(only_long=True)
def i3lock_and_swaylock_let_in_with_the_right_code_only(test):
    """Together: what people ask about themselves is recorded a minute later."""
    desk = desk_of(test)
    after = test.last_record()
    for way in LOCKERS:
        _lets_in_with_the_right_code_only(desk, way)
    desk.wait_reasons(["right-code", "wrong-code", "right-code"] * 2, after, 120)


@LOGIN.scenario(only_long=True)
def sshd_with_one_box_takes_both_in_one(test):
    desk = desk_of(test)
    desk.policy(services=("sshd one-box",))
    test.defer(desk.policy)
    desk.lets_in("ssh", one_box=True, method="password")
    desk.refuses("ssh", "tanaka", PASSWORD, method="password")
    desk.refuses("ssh", "tanaka", PASSWORD + WRONG_CODE, method="password")
    desk.lets_in("ssh", one_box=True, method="keyboard-interactive")


@LOGIN.scenario(only_long=True)
def the_code_of_a_clock_counts_once_and_again_after_the_next_step(test):
    desk = desk_of(test)
    code = desk.fresh_code("sato")
    assert desk.log_in("su", "sato", PASSWORD, code)["is_in"]
    result = desk.refuses("su", "sato", PASSWORD, code)
    assert "used already" in result["text"], result
    desk.lets_in("su", "sato")


# --- the same prompts for everybody ---

@LOGIN.scenario()
def everybody_is_asked_the_same_in_the_same_order(test):
    """Whoever does not know the password learns nothing, whoever types it."""
    desk = desk_of(test)
    people = [("tanaka", ("wrong", WRONG_CODE)), ("clerk", ("wrong", WRONG_CODE)),
              ("nobody-here", ("wrong", WRONG_CODE)), ("tanaka", ("wrong", "12345678")),
              ("tanaka", ("wrong", "")), ("clerk", ("wrong", "x" * 40))]
    for way in TWO_BOXES:
        seen, told = set(), set()
        for account, answers in people if test.long else people[:3]:
            if way in ("su", "sudo") and account == "nobody-here":
                continue    # su says so at once, and there is nobody to call sudo
            result = desk.refuses(way, account, *answers)
            seen.add(tuple(prompts(result)[-2:]))
            told.add(last_line(result))
            assert result["unused"] == 0, "%s %s: %s" % (way, account, result)
            assert CODE_PROMPT in result["prompts"][-1], result
        assert len(seen) == 1, "%s: %s" % (way, seen)
        assert len(told) == 1 or way in ("login", "console"), "%s: %s" % (way, told)


@LOGIN.scenario()
def who_is_not_enrolled_is_refused_with_the_right_password(test):
    desk = desk_of(test)
    after = test.last_record()
    for way in "su", "ssh":
        result = desk.refuses(way, "clerk", PASSWORD, WRONG_CODE,
                              **({"caller": "tanaka"} if way == "su" else {}))
        assert CODE_PROMPT in result["prompts"][-1], result
    desk.wait_reason("not-enrolled", after)


@LOGIN.scenario(only_long=True)
def a_wrong_password_costs_nobody_a_try(test):
    desk = desk_of(test)
    for _ in range(5):
        desk.refuses("su", "tanaka", "wrong", WRONG_CODE)
    desk.lets_in("su")


@LOGIN.scenario()
def three_wrong_codes_lock_and_an_administrator_unlocks(test):
    desk = desk_of(test)
    after = test.last_record()
    used = desk.code()
    assert desk.log_in("su", "tanaka", PASSWORD, used)["is_in"]
    for _ in range(3):
        desk.refuses("su", "tanaka", PASSWORD, WRONG_CODE)
    result = desk.refuses("su", "tanaka", PASSWORD, desk.code())
    assert "have to wait" in result["text"], result
    desk.wait_reason("locked", after)
    desk.issue("tanaka", command="unlock")
    # The lock is forgotten, and not what was used.
    desk.refuses("su", "tanaka", PASSWORD, used)
    desk.lets_in("su")


# --- the way back in ---

@LOGIN.scenario()
def a_recovery_code_lets_in_once(test):
    desk = desk_of(test)
    code = desk.recovery["sato"].pop()
    assert desk.log_in("su", "sato", PASSWORD, code.lower())["is_in"]
    desk.refuses("su", "sato", PASSWORD, code)


@LOGIN.scenario()
def an_envelope_lets_in_once_and_at_the_console_only(test):
    desk = desk_of(test)
    after = test.last_record()
    code = desk.envelopes.pop()
    desk.refuses("ssh", "clerk", PASSWORD, code)
    assert desk.log_in("console", "clerk", PASSWORD, code)["is_in"]
    desk.wait_reason("right-envelope-code", after)
    desk.refuses("console", "clerk", PASSWORD, code)


@LOGIN.scenario(only_long=True)
def an_envelope_that_root_made_lets_in_and_leaves_a_trace(test):
    desk = desk_of(test)
    code = desk.pc.check("sekisho-unseal --new-envelope 2>/dev/null").strip()
    assert desk.log_in("console", "tanaka", PASSWORD, code)["is_in"]
    desk.refuses("console", "tanaka", PASSWORD, code)
    desk.pc.wait_for("grep -q envelope-made /var/log/sekisho/records-*.jsonl", 30,
                     "a record that root made an envelope")


# --- what is not there ---

def _with_and_without(desk, way="su"):
    desk.lets_in(way)
    desk.refuses(way, "tanaka", PASSWORD, WRONG_CODE)
    desk.lets_in(way)


@LOGIN.scenario()
def with_sekishod_dead_the_code_still_counts_and_nothing_is_lost(test):
    desk, pc = desk_of(test), test.pc
    after = test.last_record()
    pc.check("systemctl stop sekishod")
    test.defer(pc.check, "systemctl start sekishod")
    _with_and_without(desk)
    _with_and_without(desk, "ssh")
    pc.check("systemctl start sekishod")
    pc.wait_for(lambda: desk.reasons(after).count("right-code") == 4 and
                desk.reasons(after).count("wrong-code") == 2, 30, "all six in the records")


@LOGIN.scenario(only_long=True)
def with_the_bus_down_the_code_still_counts(test):
    desk, pc = desk_of(test), test.pc
    pc.check("systemctl stop dbus.socket dbus.service")
    test.defer(pc.run, "systemctl start dbus.socket; systemctl restart systemd-logind sekishod")
    _with_and_without(desk)


@LOGIN.scenario()
def with_the_policy_lost_everybody_needs_a_code(test):
    desk, pc = desk_of(test), test.pc
    desk.policy(mode="off")
    test.defer(desk.policy)
    assert desk.log_in("su", "tanaka", PASSWORD)["is_in"]
    pc.check("systemctl stop sekishod && mkdir -p /root/lost && cd %s && "
             "mv policy.ini login-rules login-rules.last /root/lost/" % STATE)
    try:
        _with_and_without(desk)
        desk.refuses("su", "clerk", PASSWORD, WRONG_CODE, caller="tanaka")
    finally:
        pc.check("mv /root/lost/* %s/ && systemctl start sekishod" % STATE)


@LOGIN.scenario()
def with_no_policy_ever_seen_a_login_is_as_before_the_installation(test):
    desk, pc = desk_of(test), test.pc
    names = "policy.ini policy-seen login-rules login-rules.last"
    pc.check("systemctl stop sekishod && mkdir -p /root/unseen && cd %s && "
             "for f in %s; do mv $f /root/unseen/; done" % (STATE, names))
    try:
        result = desk.log_in("su", "tanaka", PASSWORD)
        assert result["is_in"] and len(result["prompts"]) == 1, result
        desk.refuses("su", "tanaka", "wrong")
    finally:
        pc.check("mv /root/unseen/* %s/ && systemctl start sekishod" % STATE)


@LOGIN.scenario()
def without_its_secret_a_token_is_refused_with_the_reason(test):
    desk, pc = desk_of(test), test.pc
    after = test.last_record()
    pc.check("rm /run/sekisho-otp/tanaka")
    desk.refuses("su", "tanaka", PASSWORD, WRONG_CODE)
    desk.wait_reason("no-secret", after)
    pc.check("systemctl start sekisho-unseal")
    desk.lets_in("su")


@LOGIN.scenario(only_long=True)
def a_stack_that_lost_one_of_the_two_lines_gets_it_back(test):
    desk, pc = desk_of(test), test.pc
    pc.check("DEBIAN_FRONTEND=noninteractive pam-auth-update --disable sekisho-judge")
    assert "judge" not in pc.check("cat /etc/pam.d/common-auth")
    pc.check("systemctl start sekisho-unseal")
    assert "pam_sekisho.so judge" in pc.check("cat /etc/pam.d/common-auth")
    _with_and_without(desk)
