#!/usr/bin/python3
"""A token left at home: "phone" at the code prompt, a challenge on the screen, ten digits of a desk,
and these let in until midnight. By the built module and helper. See office.py."""
import datetime
import os
import re
import sys
import time
import zlib

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(os.path.dirname(HERE), "admin"))
import office
import phone_reference
from office import ME, WORD, now_code, wrong_code

DESK_KEY = bytes(range(32))
SITE, NAME, DESK = "tosu", "desk-17", "front-desk"
WRONG = "0000000000"  # its check digit is right


def put_desks(terminal, names=(DESK,), until=None):
    """As sekisho-unseal opens them."""
    lines = ["sekisho login desks 1", f"site {SITE}", f"terminal {NAME}",
             f"until {int(until or time.time() + 86400)}"]
    for name in names:
        shared = phone_reference.shared_key(DESK_KEY, SITE, name, NAME)
        key = phone_reference.hkdf(shared, b"sekisho phone key 1\nlogin\n")
        lines.append(f"desk {name} {key.hex()}")
    text = "".join(f"{line}\n" for line in lines).encode()
    text += b"checksum %08x\n" % zlib.crc32(text)
    path = terminal.root + "/run/sekisho-otp/.login-desks"
    if os.path.exists(path):
        os.unlink(path)
    with open(path, "wb") as file:
        file.write(text)
    os.chmod(path, 0o400)


def ready(terminal, **desks):
    os.makedirs(terminal.path("login-phone"), mode=0o700, exist_ok=True)
    terminal.rules("mode=required")
    terminal.person()
    put_desks(terminal, **desks)


def today():
    return str(datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date())


def read_out(lines):
    """What the person hears himself say: challenge, terminal, account, day."""
    text = " ".join(lines)
    return re.search(r"read this out:   challenge  (\S+)   terminal   (\S+)   account    (\S+)   "
                     r"day        (\S+)", text).groups()


def answer(challenge, user=ME, desk=DESK, day=None):
    digits = challenge.replace("-", "")
    assert phone_reference.check_digit(digits[:8]) == digits[8]
    return phone_reference.code(DESK_KEY, "login", SITE, NAME, user, desk, digits[:8],
                                day=day or today())


def call(terminal, digits_of=answer):
    """(what the login came to, what was typed): the digits in the same conversation."""
    started = terminal.start(WORD, "phone", "?")
    challenge, name, user, day = read_out(started[1])
    assert (name, user, day) == (NAME, ME, today()), started[1]
    digits = digits_of(challenge)
    output = started[0].communicate(digits + "\n")[0]
    return office.Login("".join(started[1]) + output), digits


def ask(terminal, word="phone"):
    """A challenge; the person gives up for now."""
    return read_out(terminal.log_in(WORD, word, "").told)[0]


def a_desk_lets_in_and_its_digits_count_again(terminal):
    ready(terminal)
    login, digits = call(terminal)
    assert login.is_in, login.lines
    assert login.asked[-1].startswith("The ten digits that the desk reads out"), login.asked
    assert [reason for reason, _ in terminal.events()] == ["phone-shown", "right-phone-code"]
    for typed in digits, phone_reference.grouped(digits), f" {digits[:5]} {digits[5:]} ":
        assert terminal.log_in(WORD, typed).is_in
    assert terminal.state()["failures"] == 0
    assert not terminal.log_in("not " + WORD, digits).is_in
    assert terminal.log_in(WORD, now_code()).is_in  # the token as ever


def who_gives_up_may_come_back_with_the_digits(terminal):
    ready(terminal)
    challenge = ask(terminal, "電話")
    assert terminal.log_in(WORD, answer(challenge)).is_in


def no_challenge_is_shown_behind_a_wrong_password(terminal):
    ready(terminal)
    login = terminal.log_in("not " + WORD, "phone", "")
    assert not login.is_in and not login.told, login.lines
    assert not os.listdir(terminal.path("login-phone"))
    assert not terminal.events()


def digits_for_another_day_person_or_desk_are_wrong(terminal):
    ready(terminal)
    yesterday = str(datetime.date.fromisoformat(today()) - datetime.timedelta(days=1))
    for other in {"day": yesterday}, {"user": "somebody"}, {"desk": "back-desk"}:
        login, _ = call(terminal, lambda challenge: answer(challenge, **other))
        assert not login.is_in and terminal.last_event()[0] == "wrong-code", other


def a_transposed_digit_costs_no_try(terminal):
    ready(terminal)
    challenge = ask(terminal)
    digits = answer(challenge)
    at = next(i for i in range(9) if digits[i] != digits[i + 1])
    swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2:]
    for _ in range(8):
        login = terminal.log_in(WORD, swapped)
        assert not login.is_in and "mistyped" in login.told[0], login.told
    assert terminal.state()["failures"] == 0
    assert terminal.log_in(WORD, digits).is_in


def the_fourth_try_is_refused(terminal):
    ready(terminal)
    challenge = ask(terminal)
    for _ in range(3):
        assert not terminal.log_in(WORD, WRONG).is_in
    assert not terminal.log_in(WORD, answer(challenge)).is_in
    assert terminal.state()["failures"] == 4


def the_sixth_challenge_of_a_day_is_refused(terminal):
    ready(terminal)
    for _ in range(5):
        ask(terminal)
    login = terminal.log_in(WORD, "phone")
    assert not login.is_in and re.search("run for 144[01] more minutes", login.told[0]), login.told
    assert terminal.last_event()[0] == "phone-later"


def put_run(terminal, line):
    """As sekishod writes it: what it saw of the terminal's time."""
    line += "\n"
    with open(terminal.path("login-run"), "w", encoding="ascii") as file:
        file.write(f"{line}{zlib.crc32(line.encode()):08x}\n")


def a_day_that_sekishod_saw_in_between_ends_the_digits(terminal):
    ready(terminal)
    put_run(terminal, f"5000 4000 3 - {today()}")
    digits = answer(ask(terminal))
    assert terminal.log_in(WORD, digits).is_in
    put_run(terminal, f"6000 5000 5 - {today()}")
    assert not terminal.log_in(WORD, digits).is_in
    assert terminal.log_in(WORD, answer(ask(terminal))).is_in


def more_than_a_day_of_running_ends_the_digits(terminal):
    ready(terminal)
    digits = answer(ask(terminal))
    put_run(terminal, f"{2 * 86400 * 1000 + int(time.clock_gettime(time.CLOCK_BOOTTIME)) * 1000} 0 0 - -")
    assert not terminal.log_in(WORD, digits).is_in


def where_nobody_knows_what_the_terminal_saw_it_is_off(terminal):
    ready(terminal)
    digits = answer(ask(terminal))
    with open(terminal.path("login-run"), "w", encoding="ascii") as file:
        file.write("0 0 0 - -\n00000000\n")
    assert not terminal.log_in(WORD, digits).is_in
    assert not terminal.log_in(WORD, "phone").is_in
    assert terminal.last_event()[0] == "damaged-record"
    assert terminal.log_in(WORD, now_code()).is_in


def a_lock_holds_against_the_telephone_too(terminal):
    ready(terminal)
    terminal.rules("mode=required", "lock-after=3")
    challenge = ask(terminal)
    for _ in range(3):
        terminal.log_in(WORD, wrong_code())
    for typed in "phone", answer(challenge):
        terminal.log_in(WORD, typed)
        assert terminal.last_event()[0] == "locked"


def without_a_desk_nobody_is_let_in_by_telephone(terminal):
    ready(terminal, until=time.time() - 10)
    login = terminal.log_in(WORD, "phone")
    assert not login.is_in and "Nobody is let in by telephone here" in login.told[0]
    os.unlink(terminal.root + "/run/sekisho-otp/.login-desks")
    assert "Nobody is let in" in terminal.log_in(WORD, "phone").told[0]
    assert [reason for reason, _ in terminal.events()] == ["phone-off"] * 2


def in_one_box_the_word_stands_behind_the_password(terminal):
    ready(terminal)
    terminal.rules("mode=required", "service=login:required:1")
    challenge = read_out(terminal.log_in(WORD + " phone", "").told)[0]
    assert terminal.log_in(f"{WORD} {phone_reference.grouped(answer(challenge))}").is_in


if __name__ == "__main__":
    sys.exit(office.run([a_desk_lets_in_and_its_digits_count_again,
                         who_gives_up_may_come_back_with_the_digits,
                         no_challenge_is_shown_behind_a_wrong_password,
                         digits_for_another_day_person_or_desk_are_wrong,
                         a_transposed_digit_costs_no_try, the_fourth_try_is_refused,
                         the_sixth_challenge_of_a_day_is_refused,
                         a_day_that_sekishod_saw_in_between_ends_the_digits,
                         more_than_a_day_of_running_ends_the_digits,
                         where_nobody_knows_what_the_terminal_saw_it_is_off,
                         a_lock_holds_against_the_telephone_too,
                         without_a_desk_nobody_is_let_in_by_telephone,
                         in_one_box_the_word_stands_behind_the_password]))
