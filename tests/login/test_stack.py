#!/usr/bin/python3
"""The module in a stack: who is asked for what, who gets in, what is told and recorded. See
office.py."""
import grp
import os
import signal
import sys
import time

sys.dont_write_bytecode = True
import office
from office import AUTH_ERR, CONV_ERR, ME, STACK, STACK_THAT_ASKS, WORD, now_code, wrong_code

PROMPTS = ["Password: ", "One-time code: "]


def ready(terminal, *rules, **person):
    terminal.rules(*(rules or ("mode=required",)))
    terminal.person(**person)


def a_right_code_behind_a_right_password_lets_in(terminal):
    ready(terminal)
    login = terminal.log_in(WORD, now_code(), options=["--tty", "tty1", "--rhost", "pc-2"])
    assert login.is_in and login.asked == PROMPTS and login.told == [], login.lines
    reason, event = terminal.last_event()
    assert reason == "right-code" and event["user"] == ME and event["service"] == "login"
    assert event["terminal"] == "tty1" and event["host"] == "pc-2" and event["token"] == "T-1"
    assert len(event["reference"]) == 8 and event["caller"] == str(os.getuid())


def one_code_counts_once(terminal):
    ready(terminal)
    typed = now_code()
    assert terminal.log_in(WORD, typed).is_in
    login = terminal.log_in(WORD, typed)
    assert not login.is_in and "used already" in login.told[0], login.lines
    assert terminal.last_event()[0] == "used-code"


def everybody_sees_the_same_prompts_and_without_the_password_the_same_answer(terminal):
    ready(terminal, "mode=required", "lock-after=3")
    right = now_code()
    for typed in (wrong_code(), "12345", "1234567", "", "abc", right):
        for who in ("nosuchperson", ME):
            login = terminal.log_in("not " + WORD, typed, user=who)
            assert login.asked == PROMPTS and login.told == [], login.lines
            assert login.result == AUTH_ERR, login.lines
    assert terminal.events() == []
    assert terminal.log_in(WORD, right).is_in
    for _ in range(3):
        assert not terminal.log_in(WORD, wrong_code()).is_in
    login = terminal.log_in("not " + WORD, now_code(1))
    assert login.asked == PROMPTS and login.told == [] and login.result == AUTH_ERR
    login = terminal.log_in(WORD, now_code(1))
    assert login.asked == PROMPTS and login.result == AUTH_ERR and "have to wait" in login.told[0]


def a_wrong_password_costs_no_try(terminal):
    ready(terminal, "mode=required", "lock-after=3")
    before = terminal.state()
    for _ in range(10):
        assert not terminal.log_in("not " + WORD, wrong_code()).is_in
    assert terminal.state() == before
    assert terminal.log_in(WORD, now_code()).is_in


def what_is_refused_says_so_with_a_reference_number(terminal):
    ready(terminal)
    login = terminal.log_in(WORD, wrong_code())
    reason, event = terminal.last_event()
    assert reason == "wrong-code" and login.result == AUTH_ERR
    assert login.told[0].endswith("Reference: " + event["reference"]), login.told
    os.unlink(terminal.path("second-factor/" + ME))
    login = terminal.log_in(WORD, now_code())
    reason, event = terminal.last_event()
    assert reason == "not-enrolled", reason
    assert login.told[0].startswith("Could not log you in."), login.told


def what_an_input_method_types_is_read_as_it_was_meant(terminal):
    ready(terminal)
    wide = now_code().translate({ord("0") + i: 0xff10 + i for i in range(10)})
    assert terminal.log_in(WORD, wide[:3] + "　" + wide[3:]).is_in


def an_office_reads_japanese_and_a_text_console_english(terminal):
    ready(terminal)
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "ja",
                   "TEST_LOCALEDIR": f"{office.BUILD}/locale"}
    login = terminal.log_in(WORD, wrong_code(), environment=environment, options=["--tty", ":0"])
    assert login.asked == ["パスワード: ", "認証コード: "], login.lines
    assert login.told[0].startswith("認証できませんでした。"), login.lines
    assert "受付番号: " + terminal.last_event()[1]["reference"] in login.told[0]
    for tty in "tty1", "/dev/tty63":
        login = terminal.log_in(WORD, wrong_code(), environment=environment, options=["--tty", tty])
        assert login.asked == PROMPTS and login.told[0].isascii(), login.lines


def in_one_box_the_code_follows_the_password(terminal):
    ready(terminal, "mode=required", "service=swaylock::1")
    terminal.stack("swaylock", [STACK[0], "auth required {stand_in} shows password=" + WORD,
                                STACK[3]])
    login = terminal.log_in(WORD + now_code(), service="swaylock")
    assert login.is_in and len(login.asked) == 1, login.lines
    assert login.told == ["password is " + WORD], login.told
    login = terminal.log_in(WORD, service="swaylock")
    assert not login.is_in and len(login.asked) == 1, login.lines


def in_one_box_the_token_says_how_long_a_code_is(terminal):
    ready(terminal, "mode=required", "service=swaylock::1", digits=8)
    terminal.stack("swaylock", STACK)
    assert not terminal.log_in(WORD + now_code(), service="swaylock").is_in
    assert terminal.log_in(WORD + now_code(digits=8), service="swaylock").is_in


def the_password_that_others_get_is_the_password_alone(terminal):
    ready(terminal)
    terminal.stack("keyring", STACK[:1] + ["auth optional {stand_in} shows"] + STACK[1:])
    login = terminal.log_in(WORD, now_code(), service="keyring")
    assert login.is_in and login.told == ["password is " + WORD], login.lines


def tokens_of_all_kinds(terminal):
    for name, size in (("sha1", 20), ("sha256", 32), ("sha512", 64)):
        key = (office.KEY * 4)[:size]
        for digits in (6, 7, 8):
            ready(terminal, hash=name, digits=digits, secret=key.hex())
            typed = now_code(key=key, digits=digits, name=name)
            assert terminal.log_in(WORD, typed).is_in, (name, digits)
            assert not terminal.log_in(WORD, typed[1:]).is_in
    ready(terminal, type="hotp", period=0)
    assert [terminal.log_in(WORD, office.code(i)).is_in for i in (0, 1, 1, 0, 2)] == [
        True, True, False, False, True]


def no_policy_was_ever_seen_so_the_login_is_as_before(terminal):
    login = terminal.log_in(WORD)
    assert not login.is_in and login.asked == [], login.lines  # stand_in has nobody to ask
    terminal.stack("login", STACK_THAT_ASKS)
    login = terminal.log_in(WORD)
    assert login.is_in and login.asked == ["Password: "], login.lines
    assert not terminal.log_in("not " + WORD).is_in
    assert terminal.events() == []


def a_policy_that_was_lost_asks_everybody(terminal):
    terminal.person()
    open(terminal.path("policy-seen"), "wb").close()
    login = terminal.log_in(WORD, wrong_code())
    assert not login.is_in and login.asked == PROMPTS
    assert [reason for reason, _ in terminal.events()] == ["rules-lost", "wrong-code"]
    assert terminal.log_in(WORD, now_code()).is_in


def damaged_rules_give_way_to_the_last_good_ones(terminal):
    terminal.person()
    terminal.rules("mode=off")
    os.rename(terminal.path("login-rules"), terminal.path("login-rules.last"))
    terminal.rules("mode=required")
    assert terminal.log_in(WORD, now_code()).asked == PROMPTS
    with open(terminal.path("login-rules"), "r+b") as file:
        file.seek(100)
        byte = file.read(1)[0]
        file.seek(100)
        file.write(bytes([byte ^ 1]))
    terminal.stack("login", STACK_THAT_ASKS)
    assert terminal.log_in(WORD).asked == ["Password: "]
    os.unlink(terminal.path("login-rules.last"))
    assert terminal.log_in(WORD, "").asked == PROMPTS


def a_folder_on_which_nothing_is_mounted_opens_nothing(terminal):
    terminal.person()
    os.rename(terminal.root + "/var/lib/sekisho", terminal.root + "/var/lib/away")
    assert not terminal.log_in(WORD, now_code()).is_in
    os.mkdir(terminal.root + "/var/lib/sekisho", 0o711)
    assert not terminal.log_in(WORD, now_code()).is_in


def exempt_and_rehearsing_are_let_in_and_recorded(terminal):
    terminal.stack("login", STACK_THAT_ASKS)
    ready(terminal, "mode=required", "exempt=" + ME)
    assert terminal.log_in(WORD).is_in and terminal.last_event()[0] == "exempt"
    assert not terminal.log_in("not " + WORD).is_in and terminal.events() == []
    ready(terminal, "mode=rehearse")
    assert terminal.log_in(WORD).is_in and terminal.last_event()[0] == "rehearsed"
    ready(terminal, "mode=off")
    assert terminal.log_in(WORD).is_in and terminal.events() == []


def a_service_or_a_group_has_a_mode_of_its_own(terminal):
    ready(terminal, "mode=off", "service=sshd:required:")
    terminal.stack("sshd", STACK)
    assert terminal.log_in(WORD, now_code(), service="sshd").asked == PROMPTS
    assert terminal.log_in(WORD).asked == []
    group = grp.getgrgid(os.getgid()).gr_name
    ready(terminal, "mode=off", f"group={group}:required")
    assert terminal.log_in(WORD, now_code()).asked == PROMPTS
    ready(terminal, "mode=off", "group=nosuchgroup:required")
    assert terminal.log_in(WORD).asked == []


def a_helper_that_fails_opens_nothing(terminal):
    ready(terminal)
    for words in ("/nonexistent", "false", "true", "echo in right AAAAAAAA", "kill -9 $$; :",
                  "echo in wrong AAAAAAAA 0; :", "printf 'in right AAAAAAAA 0\\nmore\\n'; :",
                  "yes; :"):
        broken = terminal.make_helper(words, "broken")
        terminal.stack("login", STACK, helper=broken)
        login = terminal.log_in(WORD, now_code())
        assert login.result == AUTH_ERR and login.asked == PROMPTS, (words, login.lines)
    terminal.stack("login", STACK, helper="/nonexistent/helper")
    login = terminal.log_in(WORD, now_code())
    assert login.result == AUTH_ERR and login.asked == PROMPTS, login.lines


def a_conversation_that_breaks_off_lets_nobody_in(terminal):
    ready(terminal)
    for answers in (["!"], [WORD, "!"], ["!null"], [WORD, "!null"]):
        login = terminal.log_in(*answers)
        assert login.result == CONV_ERR, (answers, login.lines)
    assert terminal.events() == []


def long_and_odd_answers_are_wrong_codes(terminal):
    ready(terminal)
    for typed in ("9" * 500, "9" * 5000, "\x01", "é", "%s%n", "１２３", "-" * 40, " "):
        login = terminal.log_in(WORD, typed)
        assert login.result == AUTH_ERR and login.asked == PROMPTS, (typed, login.lines)
    assert terminal.state()["failures"] <= 5


def without_the_line_that_asks_the_other_one_does(terminal):
    ready(terminal)
    terminal.stack("login", ["auth requisite {stand_in} asks password=" + WORD, STACK[3]])
    login = terminal.log_in(WORD, now_code())
    assert login.is_in and login.asked == PROMPTS, login.lines
    assert not terminal.log_in(WORD, wrong_code()).is_in


def the_line_that_asks_lets_nobody_in_alone(terminal):
    ready(terminal)
    for line in (STACK[0], "auth required {module} ask verify={helper}",
                 "auth sufficient {module} ask verify={helper}"):
        terminal.stack("login", [line])
        assert not terminal.log_in(WORD, now_code()).is_in, line


def lines_that_say_nothing_clear_let_nobody_in(terminal):
    ready(terminal)
    for words in ("", "ask judge", "judge judge", "jugde", "judge verify=relative", "judge nullok"):
        terminal.stack("login", [STACK[0], STACK[1], STACK[2],
                                 "auth [success=ok default=die] {module} " + words])
        login = terminal.log_in(WORD, now_code())
        assert login.result == AUTH_ERR, (words, login.lines)


def what_the_login_program_does_with_its_children_changes_nothing(terminal):
    for option in "--ignore-children", "--reap-children":
        ready(terminal)
        login = terminal.log_in(WORD, now_code(), options=[option])
        assert login.is_in, (option, login.lines)
        assert not terminal.log_in(WORD, wrong_code(), options=[option]).is_in


def a_method_that_policy_does_not_name_lets_nobody_in(terminal):
    ready(terminal, "methods=2")
    assert not terminal.log_in(WORD, now_code()).is_in
    assert terminal.last_event()[0] == "wrong-method"


def somebody_else_cannot_be_asked_about_without_root(terminal):
    if os.getuid() == 0:
        raise office.Skip("this is root")
    ready(terminal)
    terminal.person("root")
    assert not terminal.log_in(WORD, now_code(), user="root").is_in
    assert terminal.last_event()[0] == "not-own-account"


def everybody_who_is_let_in_is_recorded_or_not_let_in(terminal):
    ready(terminal)
    os.rename(terminal.path("login-spool"), terminal.path("away"))
    assert not terminal.log_in(WORD, now_code()).is_in
    # Whom policy does not ask is no worse off than before installation.
    terminal.stack("login", STACK_THAT_ASKS)
    for rules in ["mode=rehearse"], ["mode=required", "exempt=" + ME], ["mode=off"]:
        terminal.rules(*rules)
        assert terminal.log_in(WORD).is_in, rules
        assert not terminal.log_in("not " + WORD).is_in, rules
    terminal.rules("mode=required")
    os.rename(terminal.path("away"), terminal.path("login-spool"))
    assert terminal.log_in(WORD, now_code(1)).is_in


def helper_of(pid):
    """The helper that waits while its login program does."""
    for _ in range(500):
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            for child in file.read().split():
                with open(f"/proc/{child}/cmdline", "rb") as command:
                    if b"sekisho-verify" in command.read():
                        return int(child)
        time.sleep(0.01)
    raise AssertionError("no helper waits")


def a_helper_that_is_gone_by_the_time_somebody_has_typed_is_started_again(terminal):
    ready(terminal)
    process, lines = terminal.start(WORD, now_code())
    os.kill(helper_of(process.pid), signal.SIGKILL)
    time.sleep(0.05)
    login, = terminal.release([(process, lines)])
    assert login.is_in, login.lines
    assert len(terminal.events()) == 1


def a_helper_ends_with_the_login_program(terminal):
    ready(terminal)
    process, _ = terminal.start(WORD, now_code())
    helper = helper_of(process.pid)
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    for _ in range(500):
        if not os.path.exists(f"/proc/{helper}/exe"):
            break
        time.sleep(0.01)
    assert not os.path.exists(f"/proc/{helper}/exe"), "it waits for ever"
    assert terminal.events() == []


def a_code_goes_into_no_file_that_took_the_place_of_the_pipe(terminal):
    ready(terminal)
    trap = os.path.join(terminal.folder, "trap")
    login = terminal.log_in(WORD, now_code(), options=["--trap", trap])
    assert os.path.getsize(trap) == 0
    assert login.is_in, login.lines


if __name__ == "__main__":
    sys.exit(office.run([
        a_right_code_behind_a_right_password_lets_in, one_code_counts_once,
        everybody_sees_the_same_prompts_and_without_the_password_the_same_answer,
        a_wrong_password_costs_no_try, what_is_refused_says_so_with_a_reference_number,
        what_an_input_method_types_is_read_as_it_was_meant,
        an_office_reads_japanese_and_a_text_console_english,
        in_one_box_the_code_follows_the_password, in_one_box_the_token_says_how_long_a_code_is,
        the_password_that_others_get_is_the_password_alone, tokens_of_all_kinds,
        no_policy_was_ever_seen_so_the_login_is_as_before, a_policy_that_was_lost_asks_everybody,
        damaged_rules_give_way_to_the_last_good_ones,
        a_folder_on_which_nothing_is_mounted_opens_nothing,
        exempt_and_rehearsing_are_let_in_and_recorded, a_service_or_a_group_has_a_mode_of_its_own,
        a_helper_that_fails_opens_nothing, a_conversation_that_breaks_off_lets_nobody_in,
        long_and_odd_answers_are_wrong_codes, without_the_line_that_asks_the_other_one_does,
        the_line_that_asks_lets_nobody_in_alone, lines_that_say_nothing_clear_let_nobody_in,
        what_the_login_program_does_with_its_children_changes_nothing,
        a_method_that_policy_does_not_name_lets_nobody_in,
        somebody_else_cannot_be_asked_about_without_root,
        everybody_who_is_let_in_is_recorded_or_not_let_in,
        a_helper_that_is_gone_by_the_time_somebody_has_typed_is_started_again,
        a_helper_ends_with_the_login_program,
        a_code_goes_into_no_file_that_took_the_place_of_the_pipe]))
