#!/usr/bin/python3
"""The module once more, by programs that are not ours: pamtester, and libpam_wrapper, which gives it
a folder of stacks. See office.py."""
import glob
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import office
from office import ME, STACK, WORD, now_code, wrong_code

WRAPPER = next(iter(glob.glob("/usr/lib/*/libpam_wrapper.so*")), None)


def authenticate(terminal, *answers, user=ME, service="login"):
    """(whether pamtester says yes, what was shown)"""
    if not WRAPPER or not shutil.which("pamtester"):
        raise office.Skip("needs pamtester and libpam_wrapper")
    if "-address" in os.path.basename(office.BUILD):
        raise office.Skip("sanitized: another library has to come first")
    terminal.stack("other", ["auth required pam_deny.so", "account required pam_deny.so"])
    done = subprocess.run(["pamtester", service, user, "authenticate"], cwd=terminal.folder,
                          input="".join(answer + "\n" for answer in answers).encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                          env={**os.environ, "LD_PRELOAD": WRAPPER, "PAM_WRAPPER": "1",
                               "PAM_WRAPPER_SERVICE_DIR": terminal.stacks})
    said = done.stdout.decode()
    assert ("successfully authenticated" in said) == (done.returncode == 0), said
    return done.returncode == 0, said


def ready(terminal):
    terminal.rules("mode=required", "lock-after=3", "service=box::1")
    terminal.person()
    terminal.stack("box", STACK)


def a_right_code_lets_in_once(terminal):
    ready(terminal)
    typed = now_code()
    is_in, said = authenticate(terminal, WORD, typed)
    assert is_in and said.index("Password") < said.index("One-time code"), said
    is_in, said = authenticate(terminal, WORD, typed)
    assert not is_in and "used already" in said, said


def all_others_see_the_same_and_stay_out(terminal):
    ready(terminal)
    seen = set()
    for user, word, typed in ((ME, "not it", now_code()), ("nosuchperson", "not it", "123456"),
                              (ME, "not it", "12345678"), (ME, "not it", "")):
        is_in, said = authenticate(terminal, word, typed, user=user)
        assert not is_in
        seen.add(said)
    assert len(seen) == 1, seen
    for _ in range(3):
        assert not authenticate(terminal, WORD, wrong_code())[0]
    is_in, said = authenticate(terminal, WORD, now_code())
    assert not is_in and "have to wait" in said, said


def one_box_lets_in(terminal):
    ready(terminal)
    assert authenticate(terminal, WORD + now_code(), service="box")[0]
    assert not authenticate(terminal, WORD, service="box")[0]


if __name__ == "__main__":
    sys.exit(office.run([a_right_code_lets_in_once, all_others_see_the_same_and_stay_out,
                         one_box_lets_in]))
