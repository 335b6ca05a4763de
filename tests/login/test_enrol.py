#!/usr/bin/python3
"""An enrolment by ticket, by the built programs: the login, the QR code on a real terminal, two
codes, the recovery codes, and what is left of all that. See office.py and enrol_office.py."""
import base64
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.parse

sys.dont_write_bytecode = True
import enrol_office
import office
from enrol_office import DONE, SHOWN, TYPED_TICKET, USED, Tmux
from office import BUILD, KEY, ME

HELPER = "/usr/libexec/sekisho/sekisho-enrol"
LETTERS = base64.b32encode(KEY).decode()
SCANNED = f"otpauth://totp/tosu:{ME}?secret={LETTERS}&issuer=tosu"


class Terminal(office.Terminal):
    def __init__(self, folder):
        super().__init__(folder)
        os.makedirs(os.path.dirname(self.root + HELPER))
        shutil.copy(f"{BUILD}/sekisho-enrol", self.root + HELPER)
        os.makedirs(self.root + "/etc/sekisho")
        with open(self.root + "/etc/sekisho/site.ini", "w", encoding="ascii") as file:
            file.write("[site]\nsite = tosu\ntier = my-number\nterminal = desk-17\n")

    def command(self, *options, locale="C.UTF-8", behind=""):
        words = " ".join(options)
        return (f"LC_ALL={locale} {BUILD}/sekisho enrol --root {self.root} {words} {behind}; "
                "echo status $?; sleep 600")

    def talk(self, *typed):
        """The helper without a terminal: what it says, a line each."""
        done = subprocess.run([self.root + HELPER, "--root", self.root, "enrol"],
                              input="".join(f"{line}\n" for line in typed).encode(),
                              stdout=subprocess.PIPE, timeout=60, check=False)
        return done.stdout.decode().splitlines()

    def due(self):
        done = subprocess.run([self.root + HELPER, "--root", self.root, "due"],
                              stdout=subprocess.PIPE, timeout=60, check=False)
        return done.stdout.decode().strip()


def opened(terminal, **more):
    """A person who has logged in by the ticket."""
    enrol_office.enrollable(terminal, ME, spent=more.pop("spent", USED), **more)


def next_codes():
    """Two of the token in a row, of now and of the step after, which counts a moment early."""
    return office.now_code(), office.now_code(1)


def spent(terminal):
    return terminal.state()["recovery"]


# --- the login ---

def a_ticket_at_the_code_prompt_lets_in_once_and_says_what_to_do(terminal):
    terminal.rules("mode=required")
    enrol_office.enrollable(terminal, ME)
    login = terminal.log_in(office.WORD, TYPED_TICKET)
    assert login.is_in and any("sekisho enrol" in line for line in login.told), login.lines
    reason, said = terminal.last_event()
    assert reason == "right-ticket" and said["token"] == "T-1", (reason, said)
    login = terminal.log_in(office.WORD, TYPED_TICKET)
    assert not login.is_in and any("used already" in line for line in login.told), login.told
    assert terminal.last_event()[0] == "used-ticket"


def a_full_width_ticket_in_one_box_counts_too(terminal):
    terminal.rules("mode=required", "service=login::1")
    enrol_office.enrollable(terminal, ME)
    assert terminal.log_in(office.WORD + " ａｂ３ｄ－ｅｆｇｈ－７ｋｍｎ").is_in


def a_ticket_after_its_day_says_so_and_a_wrong_password_needs_none(terminal):
    terminal.rules("mode=required")
    enrol_office.enrollable(terminal, ME, until=int(time.time()) - 1)
    login = terminal.log_in(office.WORD, TYPED_TICKET)
    assert not login.is_in and any("counted until" in line for line in login.told), login.told
    assert terminal.last_event()[0] == "ticket-over"
    enrol_office.enrollable(terminal, ME)
    assert not terminal.log_in("wrong", TYPED_TICKET).is_in
    assert spent(terminal) == 0


def whoever_has_not_ended_the_enrolment_is_told_when_a_session_begins(terminal):
    terminal.rules("mode=required")
    terminal.stack("login", [*office.STACK, "session required {module} verify={helper}"])
    for bits, is_told in ((0, False), (USED, True), (USED | SHOWN, True), (DONE, False)):
        opened(terminal, spent=bits)
        login = terminal.log_in(office.WORD, enrol_office.recovery_codes(KEY, ME, "T-1")[0],
                                options=["--session", "--tty", "tty1"])
        assert login.is_in
        assert any("have not enrolled yet" in line for line in login.told) == is_told, login.told


# --- the helper ---

def the_helper_gives_nothing_before_the_ticket_was_used(terminal):
    rows = ((0, "closed unused"), (DONE, "closed done"), (0xffff, "closed done"),
            (SHOWN, "closed unused"))
    for bits, said in rows:
        opened(terminal, spent=bits)
        assert terminal.talk(office.now_code()) == [said], (bits, terminal.talk())
        assert terminal.due() == said
    terminal.person(ME)
    assert terminal.talk() == ["closed no-ticket"] and terminal.due() == "closed no-ticket"
    os.unlink(terminal.path(f"second-factor/{ME}"))
    assert terminal.talk() == ["closed no-ticket"]
    opened(terminal, until=int(time.time()))
    assert terminal.talk() == ["closed over"]
    assert not terminal.events(), "nothing was shown, and something recorded"


def a_secret_that_was_not_opened_or_cannot_be_recorded_is_not_given(terminal):
    opened(terminal)
    os.rename(terminal.root + "/run/sekisho-otp/" + ME, terminal.folder + "/away")
    assert terminal.talk() == ["closed no-secret"]
    os.rename(terminal.folder + "/away", terminal.root + "/run/sekisho-otp/" + ME)
    spool = terminal.path("login-spool")
    os.rename(spool, spool + ".away")
    assert terminal.talk() == ["closed fault"]
    os.rename(spool + ".away", spool)
    assert terminal.talk()[0].startswith("secret totp sha1 6 30 0 ")


def a_damaged_record_ends_the_enrolment(terminal):
    for slot in 2048, 2560:
        opened(terminal)
        with open(terminal.path(f"second-factor/{ME}"), "r+b") as file:
            file.seek(slot + 20)
            file.write(b"\xff")
        assert terminal.talk() == ["closed fault"], terminal.talk()


def two_codes_end_it_and_the_recovery_codes_are_those_of_the_desk(terminal):
    opened(terminal)
    first, second = next_codes()
    said = terminal.talk(office.wrong_code(), first, first, second)
    assert said[0] == f"secret totp sha1 6 30 0 {ME} {LETTERS}", said
    assert [line.split()[1] for line in said[1:5]] == ["wrong-code", "right-code", "used-code",
                                                       "right-code"], said
    codes = enrol_office.recovery_codes(KEY, ME, "T-1")
    assert said[5:] == ["recovery " + " ".join(codes)], said
    events = [reason for reason, _ in terminal.events()]
    assert events == ["secret-shown", "wrong-code", "used-code", "enrolled"], events
    assert spent(terminal) & (USED | SHOWN | DONE) == USED | SHOWN | DONE
    assert terminal.talk(first) == ["closed done"]
    terminal.rules("mode=required")
    assert terminal.log_in(office.WORD, enrol_office.grouped(codes[3])).is_in
    assert not terminal.log_in(office.WORD, TYPED_TICKET).is_in


def after_a_right_code_the_secret_is_given_no_more_but_the_rest_is(terminal):
    opened(terminal)
    first, second = next_codes()
    assert len(terminal.talk(first)) == 2
    assert spent(terminal) == USED | SHOWN
    assert terminal.due() == "codes"
    said = terminal.talk(second)
    assert said == ["codes", "judged right-code 0"], said
    said = terminal.talk("１２３", "AB3DEFGH7KMN", enrol_office.recovery_codes(KEY, ME, "T-1")[0])
    assert said == ["codes"] + 3 * ["judged wrong-code 0"], said
    assert spent(terminal) == USED | SHOWN, "a code from paper was taken for the token's"


def guesses_lock_the_enrolment_and_not_the_login(terminal):
    terminal.rules("mode=required")
    opened(terminal)
    wrong = office.wrong_code()
    said = terminal.talk(*[wrong] * 7)
    assert said[5].startswith("judged wrong-code ") and int(said[5].split()[2]) > 500, said
    assert said[6].startswith("judged locked ") and len(said) == 8, said
    state = terminal.state()
    assert state["failures"] == 0
    assert terminal.log_in(office.WORD, office.now_code()).is_in


def nonsense_at_the_other_end_ends_the_helper(terminal):
    opened(terminal)
    for given in b"", b"1" * 600 + b"\n", b"123456", b"\0\n\0\n", b"\xff\xfe\n":
        done = subprocess.run([terminal.root + HELPER, "--root", terminal.root, "enrol"],
                              input=given, stdout=subprocess.PIPE, timeout=60, check=False)
        lines = done.stdout.decode().splitlines()
        assert lines[0].startswith("secret ") and done.returncode == 3, (given, done)
        assert all("right" not in line for line in lines[1:]), lines
    for words in [], ["due", "more"], ["other"], ["--root", terminal.root]:
        done = subprocess.run([terminal.root + HELPER, *words], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, check=False)
        assert done.returncode == 2 and not done.stdout, words


def a_list_with_other_recovery_codes_shows_none_that_do_not_count(terminal):
    terminal.scene("person", ME, f"ticket={office.hashed('AB3DEFGH7KMN')}", "ticket-until=4102444800",
                   f"spent={USED}", f"recovery={office.hashed('ABCDEFGH23')}")
    first, second = next_codes()
    assert terminal.talk(first, second)[-1] == "recovery"


# --- the screen ---

def a_phone_scans_the_screen_and_nothing_stays_of_it(terminal):
    opened(terminal)
    needles = enrol_office.encodings(KEY)
    tmux = Tmux(terminal.folder, terminal.command())
    try:
        screen = tmux.wait_for("The code that it shows:")
        scanned = enrol_office.scanned(tmux.screen("-e"), terminal.folder)
        assert scanned == SCANNED, scanned
        text = screen.replace("\n", "")
        assert SCANNED in text and " ".join(re.findall("....", LETTERS)) in text, screen
        first, second = next_codes()
        tmux.type(office.wrong_code())
        tmux.wait_for("This code was wrong")
        assert enrol_office.scanned(tmux.screen("-e"), terminal.folder) == SCANNED
        tmux.type(first)
        screen = tmux.wait_for("The next code:")
        assert not enrol_office.found_in(screen.encode(), needles)
        assert not enrol_office.scanned(tmux.screen("-e"), terminal.folder)
        tmux.type(second)
        screen = tmux.wait_for("press Enter")
        codes = [enrol_office.grouped(code)
                 for code in enrol_office.recovery_codes(KEY, ME, "T-1")]
        assert all(code in screen for code in codes), screen
        tmux.type("")
        screen = tmux.wait_for("status 0")
        assert "You have enrolled" in screen
        history = tmux.history()
        for secret in [*codes, first, second, SCANNED[:30]]:
            assert secret not in history, secret
        assert not enrol_office.found_in(history.encode(), needles)
        assert "▀" not in history
    finally:
        tmux.end()


def it_leaves_nothing(terminal, key, status, options=(), rows=40):
    opened(terminal)
    tmux = Tmux(terminal.folder, terminal.command(), rows=rows, options=options)
    try:
        tmux.wait_for("The code that it shows:")
        if key:
            tmux.key(key)
        else:
            pid = subprocess.run(["pgrep", "-f", f"sekisho enrol --root {terminal.root}"],
                                 stdout=subprocess.PIPE, check=True).stdout.split()
            for number in pid:
                with open(f"/proc/{int(number)}/comm", encoding="ascii") as name:
                    if name.read() == "sekisho\n":
                        os.kill(int(number), status)
            status = 1
        screen = tmux.wait_for(f"status {status}")
        assert "not enrolled yet" in screen, screen
        assert not enrol_office.found_in(tmux.history().encode(), enrol_office.encodings(KEY))
        assert "▀" not in tmux.history()
        # Typed letters are shown again.
        tmux.run("respawn-window", "-k", "-t", "s:5", "cat")
    finally:
        tmux.end()


def whatever_ends_it_wipes_the_screen(terminal):
    import signal
    for key in "C-c", "C-z", "C-\\", "C-d":
        it_leaves_nothing(terminal, key, 1)
    for number in signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP:
        it_leaves_nothing(terminal, None, number)


def a_terminal_without_an_alternate_screen_scrolls_nothing_back(terminal):
    options = [("-g", "alternate-screen", "off"), ("-g", "scroll-on-clear", "on")]
    it_leaves_nothing(terminal, "C-c", 1, options)
    it_leaves_nothing(terminal, "C-c", 1, options, rows=10)


def windows_of_any_size_show_what_fits_and_draw_anew(terminal):
    opened(terminal)
    tmux = Tmux(terminal.folder, terminal.command(), columns=80, rows=24)
    try:
        tmux.wait_for("The code that it shows:")
        assert enrol_office.scanned(tmux.screen("-e"), terminal.folder) == SCANNED
        tmux.run("resize-window", "-t", "s:5", "-x", "60", "-y", "12")
        tmux.wait_for("make the window larger")
        assert not enrol_office.photographed(tmux.screen("-e"))
        tmux.run("resize-window", "-t", "s:5", "-x", "120", "-y", "50")
        tmux.wait_for("Scan this")
        assert enrol_office.scanned(tmux.screen("-e"), terminal.folder) == SCANNED
        tmux.key("C-c")
        tmux.wait_for("status 1")
        assert not enrol_office.found_in(tmux.history().encode(), enrol_office.encodings(KEY))
    finally:
        tmux.end()


def without_unicode_the_code_is_drawn_by_colours(terminal):
    for command in terminal.command("--ascii"), terminal.command(locale="C"), \
            "TERM=linux " + terminal.command():
        opened(terminal)
        tmux = Tmux(terminal.folder, f"export TERM; {command}", columns=120, rows=60)
        try:
            tmux.wait_for("The code that it shows:")
            screen = tmux.screen("-e")
            assert "▀" not in screen
            assert enrol_office.scanned(screen, terminal.folder) == SCANNED, command
        finally:
            tmux.end()


def the_page_goes_to_a_pipe_and_not_on_the_screen(terminal):
    opened(terminal)
    page = os.path.join(terminal.folder, "page")
    tmux = Tmux(terminal.folder, terminal.command("--print", behind=f"| cat > {page}"))
    try:
        tmux.wait_for("The code that it shows:")
        for code, then in zip(next_codes(), ("The next code:", "status 0")):
            tmux.type(code)
            tmux.wait_for(then)
        codes = [enrol_office.grouped(code)
                 for code in enrol_office.recovery_codes(KEY, ME, "T-1")]
        with open(page, encoding="utf-8") as file:
            text = file.read()
        assert all(text.count(code) == 1 for code in codes), text
        assert not any(code in tmux.history() for code in codes)
        assert "desk-17" in text and ME in text and text.endswith("\f")
        lines = text.splitlines()
        assert len(lines) <= 60 and max(map(len, lines)) <= 72, len(lines)
        assert LETTERS not in text
    finally:
        tmux.end()
    for behind in f"> {page}", "":
        opened(terminal)
        tmux = Tmux(terminal.folder, terminal.command("--print", behind=behind))
        try:
            assert "| lp" in tmux.wait_for("status 2")
        finally:
            tmux.end()


def where_nothing_is_to_be_enrolled_it_says_why_or_nothing(terminal):
    rows = ((0, (), "log in with your ticket first", 1), (DONE, (), "enrolled on this terminal", 1),
            (0, ("--if-due",), "", 0), (DONE, ("--if-due",), "", 0))
    for bits, options, says, status in rows:
        opened(terminal, spent=bits)
        tmux = Tmux(terminal.folder, terminal.command(*options))
        try:
            screen = tmux.wait_for(f"status {status}")
            assert says in screen.replace("\n", " ") and (says or screen.startswith("status")), \
                screen
        finally:
            tmux.end()
    done = subprocess.run(["setsid", f"{BUILD}/sekisho", "enrol", "--root", terminal.root],
                          stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2 and b"needs a terminal" in done.stderr, done


def needs_tmux(test):
    def tested(terminal):
        if not shutil.which("tmux"):
            raise office.Skip("needs tmux")
        test(terminal)
    tested.__name__ = test.__name__
    return tested


TESTS = [a_ticket_at_the_code_prompt_lets_in_once_and_says_what_to_do,
         a_full_width_ticket_in_one_box_counts_too,
         a_ticket_after_its_day_says_so_and_a_wrong_password_needs_none,
         whoever_has_not_ended_the_enrolment_is_told_when_a_session_begins,
         the_helper_gives_nothing_before_the_ticket_was_used,
         a_secret_that_was_not_opened_or_cannot_be_recorded_is_not_given,
         a_damaged_record_ends_the_enrolment,
         two_codes_end_it_and_the_recovery_codes_are_those_of_the_desk,
         after_a_right_code_the_secret_is_given_no_more_but_the_rest_is,
         guesses_lock_the_enrolment_and_not_the_login,
         nonsense_at_the_other_end_ends_the_helper,
         a_list_with_other_recovery_codes_shows_none_that_do_not_count,
         *map(needs_tmux, [
             a_phone_scans_the_screen_and_nothing_stays_of_it,
             whatever_ends_it_wipes_the_screen,
             a_terminal_without_an_alternate_screen_scrolls_nothing_back,
             windows_of_any_size_show_what_fits_and_draw_anew,
             without_unicode_the_code_is_drawn_by_colours,
             the_page_goes_to_a_pipe_and_not_on_the_screen,
             where_nothing_is_to_be_enrolled_it_says_why_or_nothing])]

if __name__ == "__main__":
    sys.exit(office.run(TESTS, Terminal))
