#!/usr/bin/python3
"""What the built files are: what they export and load, and what valgrind says of the helper. See
office.py."""
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import office
from office import BUILD, ME, now_code, wrong_code

SANITIZED = "-" in os.path.basename(BUILD) or os.path.basename(BUILD) == "coverage"


def output(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True).stdout


def needed(path):
    return set(re.findall(r"\(NEEDED\).*\[(.*?)\]", output("readelf", "-dW", path)))


def the_module_exports_what_pam_calls_and_nothing_else(terminal):
    lines = output("nm", "-D", "--defined-only", f"{BUILD}/pam_sekisho.so").splitlines()
    names = {line.split()[2] for line in lines}
    assert names == {"pam_sm_authenticate", "pam_sm_setcred", "pam_sm_open_session",
                     "pam_sm_close_session"}, names
    assert terminal


def the_helper_loads_liboath_and_libcrypt_but_no_libcrypto(terminal):
    if SANITIZED:
        raise office.Skip("built with more")
    assert needed(f"{BUILD}/sekisho-verify") == {"liboath.so.0", "libcrypt.so.1", "libc.so.6"}
    assert needed(f"{BUILD}/pam_sekisho.so") <= {"libpam.so.0", "libc.so.6"}
    assert terminal


def valgrind_finds_nothing_in_the_helper(terminal):
    if SANITIZED or "VALGRIND" not in os.environ:
        raise office.Skip("slow: make check-login")
    if not shutil.which("valgrind"):
        raise office.Skip("needs valgrind")
    terminal.rules("mode=required", "service=swaylock::1", "group=nosuch:required")
    terminal.person(ME, recovery=office.hashed("ABCDEFGH23"))
    for words, typed in ((["judge", "login", ME], now_code()), (["judge", "login", ME], now_code()),
                         (["judge", "login", ME], wrong_code()), (["judge", "login", ME], ""),
                         (["judge", "login", ME], "ABCDE-FGH23"),
                         (["judge", "login", ME], "ABCD-EFGH-1234-5678"),
                         (["judge", "login", "nosuch"], now_code()),
                         (["ask", "login", ME], ""), (["ask", "swaylock", ME], ""),
                         (["serve", "login", ME], now_code(1)), (["serve", "login", ME], None)):
        given = b"" if typed is None else f"{typed}\0tty1\0\0".encode()
        done = subprocess.run(["valgrind", "--error-exitcode=99", "--leak-check=full",
                               "--errors-for-leak-kinds=definite,indirect,possible", "-q",
                               f"{BUILD}/sekisho-verify", "--root",
                               terminal.root, *words], input=given, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        said = done.stderr.decode()
        assert done.returncode in (0, 2) and not said, (words, typed, done.returncode, said)


if __name__ == "__main__":
    sys.exit(office.run([
        the_module_exports_what_pam_calls_and_nothing_else,
        the_helper_loads_liboath_and_libcrypt_but_no_libcrypto,
        valgrind_finds_nothing_in_the_helper]))
