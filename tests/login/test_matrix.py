#!/usr/bin/python3
"""Stacks as administrators write them, and everything that can go wrong behind the module: nobody
comes in but with the right code. Where a stack lets somebody in past any refusal, that is shown to
be the stack's doing. See office.py."""
import os
import sys

sys.dont_write_bytecode = True
import office
from office import ME, WORD, now_code, wrong_code

ASK = "auth [ignore=ignore default=die] {module} ask verify={helper} nodelay"
PASSWORD = "auth required {stand_in} password=" + WORD
PRIMARY = ["auth [success=1 default=ignore] {stand_in} password=" + WORD,
           "auth requisite pam_deny.so", "auth required pam_permit.so"]
JUDGE = "{module} judge verify={helper} nodelay"

# "JUDGE" is where our line goes.
HOLDING = {
    "as shipped": [ASK, *PRIMARY, "auth [success=ok default=die] JUDGE"],
    "required after the password": [ASK, PASSWORD, "auth required JUDGE"],
    "required after Debian's primary block": [ASK, *PRIMARY, "auth required JUDGE"],
    "requisite first": [ASK, "auth requisite JUDGE", PASSWORD],
    "success=1 default=ignore, deny, permit": [
        ASK, PASSWORD, "auth [success=1 default=ignore] JUDGE", "auth requisite pam_deny.so",
        "auth required pam_permit.so"],
    "user_unknown=ignore success=ok": [
        ASK, PASSWORD, "auth [user_unknown=ignore success=ok default=bad] JUDGE"],
    "success=ok user_unknown=ignore default=bad": [
        ASK, PASSWORD, "auth [success=ok user_unknown=ignore default=bad] JUDGE"],
    "required, nothing asks": [PASSWORD + " asks", "auth required JUDGE"],
    "sufficient alone": [ASK, "auth sufficient JUDGE"],
}
# Whatever a module says here, the password alone is enough.
LEAKING = {
    "optional": [ASK, PASSWORD, "auth optional JUDGE"],
    "sufficient last": [ASK, PASSWORD, "auth sufficient JUDGE"],
}


def fill(lines, judge):
    return [line.replace("JUDGE", judge) for line in lines]


def spoil(terminal, how):
    """Something goes wrong. What is typed as a code."""
    if how == "wrong code":
        return wrong_code()
    if how == "empty code":
        return ""
    if how == "not enrolled":
        os.unlink(terminal.path("second-factor/" + ME))
    elif how == "no secret":
        os.unlink(terminal.root + "/run/sekisho-otp/" + ME)
    elif how == "damaged record":
        os.truncate(terminal.path("second-factor/" + ME), 100)
    elif how == "no folder":
        os.rename(terminal.path("second-factor"), terminal.path("away"))
    elif how == "no spool":
        os.rename(terminal.path("login-spool"), terminal.path("away-too"))
    elif how == "no rules":
        os.unlink(terminal.path("login-rules"))
        open(terminal.path("policy-seen"), "wb").close()
        return wrong_code()
    elif how == "used code":
        used = now_code()   # the same, should the next step begin meanwhile
        assert terminal.log_in(WORD, used).is_in
        return used
    return now_code()


SPOILT = ["wrong code", "empty code", "not enrolled", "no secret", "damaged record", "no folder",
          "no spool", "no rules", "used code"]
BROKEN = {"no helper": "/nonexistent/helper", "a helper that dies": "/bin/false",
          "a helper that says nothing": "/bin/true"}


def fresh(terminal):
    for name in ("away", "away-too"):
        if os.path.exists(terminal.path(name)):
            os.rename(terminal.path(name),
                      terminal.path({"away": "second-factor", "away-too": "login-spool"}[name]))
    terminal.rules("mode=required", "lock-after=20")
    terminal.person()
    terminal.stack("login", office.STACK)


def log_in(terminal, lines, typed, **places):
    terminal.stack("tried", fill(lines, JUDGE), **places)
    return terminal.log_in(WORD, typed, service="tried")


def only_the_right_code_gets_through_any_stack(terminal):
    for name, lines in HOLDING.items():
        fresh(terminal)
        assert log_in(terminal, lines, now_code()).is_in, name
        for how in SPOILT:
            fresh(terminal)
            assert not log_in(terminal, lines, spoil(terminal, how)).is_in, (name, how)
        for how, helper in BROKEN.items():
            fresh(terminal)
            assert not log_in(terminal, lines, now_code(), helper=helper).is_in, (name, how)


def a_wrong_password_never_gets_through(terminal):
    for name, lines in {**HOLDING, **LEAKING}.items():
        if name == "sufficient alone":
            continue  # that stack has no password
        fresh(terminal)
        terminal.stack("tried", fill(lines, JUDGE))
        assert not terminal.log_in("not " + WORD, now_code(), service="tried").is_in, name


def stacks_that_ignore_any_refusal_are_known(terminal):
    for name, lines in LEAKING.items():
        fresh(terminal)
        assert log_in(terminal, lines, wrong_code()).is_in, name
        terminal.stack("tried", fill(lines, "pam_deny.so"))
        assert terminal.log_in(WORD, "", service="tried").is_in, name


def a_module_that_is_missing_lets_nobody_in(terminal):
    for name, lines in HOLDING.items():
        fresh(terminal)
        assert not log_in(terminal, lines, now_code(), module="/nonexistent.so").is_in, name


if __name__ == "__main__":
    sys.exit(office.run([
        only_the_right_code_gets_through_any_stack, a_wrong_password_never_gets_through,
        stacks_that_ignore_any_refusal_are_known, a_module_that_is_missing_lets_nobody_in]))
