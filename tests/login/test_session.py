#!/usr/bin/python3
"""What a person is told behind the login: the last one, wrong codes since, what is due. See
office.py."""
import os
import re
import sys
import time

sys.dont_write_bytecode = True
import office
from office import ME, STACK, WORD, now_code, wrong_code

SESSION = "session optional {module} verify={helper}"
FIRST = "This is your first login on this terminal."
DAY = 86400


def ready(terminal, *rules, **person):
    terminal.rules(*(rules or ("mode=required",)))
    terminal.person(**person)
    for service in "login", "sshd", "su-l":
        terminal.stack(service, [*STACK, SESSION])


def log_in(terminal, typed, service="login", tty="tty1", rhost=None, **where):
    options = ["--session", "--tty", tty, *(["--rhost", rhost] if rhost else [])]
    return terminal.log_in(WORD, typed, service=service, options=options, **where)


def next_code(terminal):
    """A code that counts though others of these days did: the record is made anew."""
    terminal.person()
    return now_code()


def the_first_login_is_told_as_such_and_the_next_learns_of_it(terminal):
    ready(terminal)
    before = time.strftime("%Y-%m-%d %H:%M")
    assert log_in(terminal, now_code(), "sshd", "ssh", "pc-2").told == [FIRST]
    after = time.strftime("%Y-%m-%d %H:%M")
    login = log_in(terminal, next_code(terminal))
    found = re.fullmatch(r"Last login on this terminal: (\S+ \S+), ssh from pc-2\. "
                         r"If you do not know of it, call the IT staff\.", login.told[0])
    assert login.is_in and found and before <= found.group(1) <= after, login.told
    assert ", tty1. " in log_in(terminal, next_code(terminal)).told[0]


def wrong_codes_since_are_counted_and_told_once(terminal):
    ready(terminal)
    log_in(terminal, now_code())
    for _ in range(3):
        assert not log_in(terminal, wrong_code()).is_in
    assert not terminal.log_in("not " + WORD, wrong_code()).is_in  # that password opens nothing
    login = log_in(terminal, next_code(terminal))
    assert len(login.told) == 2 and "since then: 3." in login.told[1], login.told
    assert len(log_in(terminal, next_code(terminal)).told) == 1


def a_code_that_was_used_or_came_during_a_lock_is_a_wrong_one(terminal):
    ready(terminal, "mode=required", "lock-after=3")
    typed = now_code()
    log_in(terminal, typed)
    assert not log_in(terminal, typed).is_in
    for _ in range(5):
        assert not log_in(terminal, wrong_code()).is_in
    assert "since then: 6." in log_in(terminal, next_code(terminal)).told[1]


def whom_policy_asks_for_no_code_is_told_as_well(terminal):
    terminal.rules("mode=off")
    terminal.stack("login", [*office.STACK_THAT_ASKS, SESSION])
    assert log_in(terminal, "").told == [FIRST]
    assert log_in(terminal, "").told[0].startswith("Last login on this terminal: ")


def before_any_policy_the_last_login_is_told(terminal):
    terminal.stack("login", [*office.STACK_THAT_ASKS, SESSION])
    assert log_in(terminal, "").told == [FIRST]


def a_token_that_ends_before_long_is_told_and_no_other(terminal):
    soon, late = int(time.time()) + 29 * DAY, int(time.time()) + 32 * DAY
    ready(terminal, until=soon)
    told = log_in(terminal, now_code()).told
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(soon))
    assert told[1] == f"Your token ends on {day}. Ask the IT staff in time.", told
    ready(terminal, until=late)
    assert len(log_in(terminal, now_code()).told) == 1


def few_recovery_codes_are_told(terminal):
    codes = ["AAAAA22222", "BBBBB33333", "CCCCC44444", "DDDDD55555"]
    ready(terminal)
    terminal.scene("person", ME, *("recovery=" + office.hashed(code) for code in codes))
    assert log_in(terminal, now_code()).told == [FIRST]
    told = log_in(terminal, codes[1]).told
    assert told[-1] == "Recovery codes left: 3. Ask the IT staff for new ones.", told


def an_office_reads_japanese(terminal):
    ready(terminal)
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "ja",
                   "TEST_LOCALEDIR": f"{office.BUILD}/locale"}
    log_in(terminal, now_code(), tty=":0", rhost="pc-2")
    login = log_in(terminal, next_code(terminal), tty=":0", environment=environment)
    assert re.fullmatch(r"この端末での前回のログイン: \S+ \S+ :0\(pc-2から\) "
                        r"覚えがない場合は、情報システム担当へ連絡してください。",
                        login.told[0]), login.told
    login = log_in(terminal, next_code(terminal), tty="tty1", environment=environment)
    assert all(told.isascii() for told in login.told), login.told


def su_is_no_login(terminal):
    ready(terminal)
    assert log_in(terminal, now_code(), "su-l").told == []
    assert log_in(terminal, next_code(terminal)).told == [FIRST]


def what_a_terminal_calls_itself_is_made_safe(terminal):
    ready(terminal)
    log_in(terminal, now_code(), tty="pts/\x1b[2J 0", rhost="あ")
    told = log_in(terminal, next_code(terminal)).told[0]
    assert "pts/?[2J?0 from ???" in told, told


def damage_is_passed_over_in_silence_and_mended(terminal):
    ready(terminal)
    log_in(terminal, now_code())
    with open(terminal.path("last-login/" + ME), "r+b") as file:
        file.seek(20)
        file.write(b"x")
    assert log_in(terminal, next_code(terminal)).told == []
    assert log_in(terminal, next_code(terminal)).told[0].startswith("Last login")
    os.truncate(terminal.path("last-login/" + ME), 100)
    assert log_in(terminal, next_code(terminal)).told == []


def a_file_that_others_can_write_to_is_not_believed(terminal):
    ready(terminal)
    log_in(terminal, now_code())
    os.chmod(terminal.path("last-login/" + ME), 0o666)
    assert log_in(terminal, next_code(terminal)).told == []


def nothing_that_fails_here_keeps_anybody_out(terminal):
    ready(terminal)
    for words in ("/nonexistent", "false", "true", "yes; :", "echo login at 5 tty1; :",
                  "printf 'login first\\nwrong 0\\n'; :"):
        broken = terminal.make_helper(words, "broken")
        terminal.stack("login", [*STACK, f"session required {{module}} verify={broken}"])
        login = log_in(terminal, next_code(terminal))
        assert login.is_in and login.told == [], (words, login.lines)
    terminal.stack("login", [*STACK, "session required {module} judge verify={helper}"])
    assert log_in(terminal, next_code(terminal)).is_in
    os.rmdir(terminal.path("last-login"))
    terminal.stack("login", [*STACK, "session required {module} verify={helper}"])
    login = log_in(terminal, next_code(terminal))
    assert login.is_in and login.told == [], login.lines


if __name__ == "__main__":
    sys.exit(office.run([
        the_first_login_is_told_as_such_and_the_next_learns_of_it,
        wrong_codes_since_are_counted_and_told_once,
        a_code_that_was_used_or_came_during_a_lock_is_a_wrong_one,
        whom_policy_asks_for_no_code_is_told_as_well, before_any_policy_the_last_login_is_told,
        a_token_that_ends_before_long_is_told_and_no_other, few_recovery_codes_are_told,
        an_office_reads_japanese, su_is_no_login, what_a_terminal_calls_itself_is_made_safe,
        damage_is_passed_over_in_silence_and_mended,
        a_file_that_others_can_write_to_is_not_believed,
        nothing_that_fails_here_keeps_anybody_out]))
