#!/usr/bin/python3
"""Attacks of who has an account at the terminal, and programs of root in odd states. See
installed.py."""
import os
import resource
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import installed
from installed import HELPER, OWNER, is_in, judge
from office import code, now_code, wrong_code
from test_caller import NAME, UID, lock, own_judge, ready

FLOOR_AHEAD_S = 5 * 86400


def what_is_frozen_in_a_su_of_his_keeps_nobody_else_out(terminal):
    """The helper of su asks as root, and is in his control group all the same."""
    ready(terminal)
    with open(terminal.path("login-spool/spool"), "a+b") as file:
        os.chown(file.name, OWNER, 0)
        lock(file)
        before = time.monotonic()
        assert is_in(judge("root", now_code()))
        assert is_in(judge("root", now_code(1)))
        # Two seconds each; valgrind on a busy machine takes its time.  Without the bound: for ever.
        assert time.monotonic() - before < 60
        reasons = [reason for reason, _ in terminal.events()]
    assert reasons == ["right-code"] * 2, reasons


def a_program_of_root_without_new_privileges_keeps_nobody_else_out(terminal):
    ready(terminal)
    judge("root", wrong_code(), before=("setpriv", "--no-new-privs"))
    su = ("setpriv", f"--regid={UID}", "--clear-groups")  # root, in the group of who called it
    assert is_in(judge("root", now_code(), before=su))


def no_size_limit_leaves_half_a_record(terminal):
    for kind in "totp", "hotp":
        for size in [2048 + i for i in (1, 20, 63)] + [2560 + i for i in (1, 20, 63)]:
            ready(terminal, kind=kind)
            for _ in range(2):
                own_judge("000000", prepare=lambda n=size: resource.setrlimit(
                    resource.RLIMIT_FSIZE, (n, n)))
            assert judge(NAME, wrong_code())[1] == "wrong-code", (kind, size)


def what_is_asked_about_oneself_waits_for_no_clock_nor_holds_it(terminal):
    """Flat battery: the clock is one file for all."""
    ready(terminal)
    terminal.scene("floor", str(int(time.time()) + FLOOR_AHEAD_S), str(OWNER))
    near = int(time.time() + FLOOR_AHEAD_S) // 30
    with open(terminal.path("login-clock"), "r+b") as file:
        lock(file)
        before = time.monotonic()
        assert own_judge(code(near + 4))[1] == "wrong-code"
        assert time.monotonic() - before < 2
    written = os.stat(terminal.path("login-clock")).st_mtime_ns
    own_judge(code(near + 4))
    assert os.stat(terminal.path("login-clock")).st_mtime_ns == written
    assert judge(NAME, code(near + 4))[1] == "far-code"
    assert is_in(judge(NAME, code(near + 5)))
    assert is_in(own_judge(code(near + 6)))


def before_a_password_is_judged_nothing_is_locked(terminal):
    ready(terminal, digits=8)
    terminal.rules("mode=required", "service=login::1")
    with open(terminal.path("second-factor/" + NAME), "r+b") as file:
        lock(file)
        before = time.monotonic()
        done = subprocess.run([HELPER, "ask", "login", NAME], stdout=subprocess.PIPE)
        assert time.monotonic() - before < 2
    assert done.stdout == b"boxes 1 8\n", done.stdout


def poor():
    """What su gives to its helper of who started it."""
    for name, values in (("NOFILE", range(3, 40)), ("AS", range(1 << 20, 1 << 25, 1 << 17)),
                         ("DATA", range(0, 1 << 20, 1 << 14)),
                         ("STACK", range(0, 1 << 18, 1 << 13))):
        for value in values:
            yield getattr(resource, "RLIMIT_" + name), value


def a_name_service_that_fails_takes_nobody_into_a_group_that_needs_no_code(terminal):
    ready(terminal)
    terminal.rules("mode=required", "group=bin:off")
    assert is_in(judge(NAME, ""))
    assert not is_in(judge("root", ""))
    for limit, value in poor():
        answer = judge("root", "", preexec_fn=lambda n=limit, v=value: resource.setrlimit(n, (v, v)))
        assert not is_in(answer), (limit, value, answer)


def nor_out_of_one_that_needs_one(terminal):
    ready(terminal)
    terminal.rules("mode=off", "group=root:required")
    assert not is_in(judge("root", ""))
    assert is_in(judge(NAME, ""))
    for limit, value in poor():
        answer = judge("root", "", preexec_fn=lambda n=limit, v=value: resource.setrlimit(n, (v, v)))
        assert not is_in(answer), (limit, value, answer)


if __name__ == "__main__":
    sys.exit(installed.run([
        what_is_frozen_in_a_su_of_his_keeps_nobody_else_out,
        a_program_of_root_without_new_privileges_keeps_nobody_else_out,
        no_size_limit_leaves_half_a_record,
        what_is_asked_about_oneself_waits_for_no_clock_nor_holds_it,
        before_a_password_is_judged_nothing_is_locked,
        a_name_service_that_fails_takes_nobody_into_a_group_that_needs_no_code,
        nor_out_of_one_that_needs_one]))
