#!/usr/bin/python3
"""Disks that are full, read-only or damaged: refused with the true reason, never
open, right again when the cause is gone. See installed.py."""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
import installed
from installed import HELPER, OWNER, is_in, judge
from office import now_code, wrong_code

LONG = "LONG" in os.environ


def ready(terminal, **person):
    terminal.rules("mode=required", "lock-after=20")
    terminal.person("ito", **person)


def fill(path):
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            pass
        try:
            while True:
                file.write(b"\0")
        except OSError:
            pass


def a_full_disk_refuses_and_is_forgotten(terminal):
    ready(terminal)
    fill("/var/lib/filler")
    typed = now_code()
    answer = judge("ito", typed)
    assert not is_in(answer) and answer[1] == "fault", answer
    assert not is_in(judge("ito", wrong_code()))
    os.unlink("/var/lib/filler")
    assert is_in(judge("ito", now_code(1)))
    assert not is_in(judge("ito", typed))


def room_that_was_set_aside_lets_people_in_on_a_full_disk(terminal):
    """What sekishod does with a new spool."""
    ready(terminal)
    spool = terminal.path("login-spool/spool")
    with open(spool, "wb") as file:
        subprocess.run(["fallocate", "--keep-size", "--length", "65536", spool], check=True)
        assert os.fstat(file.fileno()).st_size == 0
    os.chown(spool, OWNER, 0)
    os.chmod(spool, 0o660)
    fill("/var/lib/filler")
    assert is_in(judge("ito", now_code()))
    os.unlink("/var/lib/filler")
    assert terminal.last_event()[0] == "right-code"


def a_read_only_disk_refuses(terminal):
    ready(terminal)
    subprocess.run(["mount", "-o", "remount,ro", "/var/lib"], check=True)
    answer = judge("ito", now_code())
    subprocess.run(["mount", "-o", "remount,rw", "/var/lib"], check=True)
    assert not is_in(answer) and answer[1] == "fault", answer
    assert is_in(judge("ito", now_code()))


def give(path, owner, mode):
    os.chown(path, owner, 0)
    os.chmod(path, mode)


def what_is_missing_or_somebody_elses_refuses(terminal):
    ready(terminal)
    spool, records = terminal.path("login-spool"), terminal.path("second-factor")
    record, secret = records + "/ito", "/run/sekisho-otp/ito"
    changes = (
        ("the folder is missing", "fault",
         lambda: os.rename(records, records + ".away"),
         lambda: os.rename(records + ".away", records)),
        ("the folder of secrets is missing", "no-secret",
         lambda: os.rename("/run/sekisho-otp", "/run/away"),
         lambda: os.rename("/run/away", "/run/sekisho-otp")),
        ("the record is root's", "fault", lambda: os.chown(record, 0, 0),
         lambda: os.chown(record, OWNER, OWNER)),
        ("others may write it", "fault", lambda: os.chmod(record, 0o606),
         lambda: os.chmod(record, 0o600)),
        ("the secret is somebody else's", "fault", lambda: os.chown(secret, 1, 1),
         lambda: os.chown(secret, OWNER, OWNER)),
        ("the record cannot be reached", "fault", lambda: os.chmod(records, 0o700),
         lambda: os.chmod(records, 0o711)),
        ("the spool is root's alone", "fault", lambda: give(spool, 0, 0o2700),
         lambda: give(spool, OWNER, 0o2770)),
        ("the record was cut", "damaged-record", lambda: os.truncate(record, 2600),
         lambda: terminal.person("ito")),
        ("the record is longer", "damaged-record", lambda: os.truncate(record, 4000),
         lambda: terminal.person("ito")),
    )
    for name, reason, spoil, mend in changes:
        spoil()
        answer = judge("ito", now_code())
        mend()
        assert not is_in(answer) and answer[1] == reason, (name, answer)
        reasons = [found for found, _ in terminal.events()]
        assert reasons in ([reason], []) and (reasons or "spool" in name), (name, reasons)
        terminal.person("ito")
        assert is_in(judge("ito", now_code())), name
        terminal.person("ito")
        terminal.events()


def no_byte_of_a_record_opens_anything(terminal):
    ready(terminal)
    record = terminal.path("second-factor/ito")
    with open(record, "rb") as file:
        whole = file.read()
    for at in range(0, len(whole), 1 if LONG else 7):
        for bit in (1, 128) if LONG else (1,):
            with open(record, "r+b") as file:
                file.seek(at)
                file.write(bytes([whole[at] ^ bit]))
            answer = judge("ito", now_code())
            assert not is_in(answer) and answer[1] == "damaged-record", (at, answer)
            terminal.person("ito")
    assert is_in(judge("ito", now_code()))
    assert {reason for reason, _ in terminal.events()} == {"damaged-record", "right-code"}


def no_byte_of_the_rules_opens_anything(terminal):
    ready(terminal)
    with open(terminal.path("login-rules"), "rb") as file:
        whole = file.read()
    open(terminal.path("policy-seen"), "wb").close()
    for at in range(0, len(whole), 1 if LONG else 11):
        with open(terminal.path("login-rules"), "wb") as file:
            file.write(whole[:at] + bytes([whole[at] ^ 2]) + whole[at + 1:])
        asked = subprocess.run([HELPER, "ask", "login", "ito"], stdout=subprocess.PIPE,
                               stdin=subprocess.DEVNULL, check=True)
        assert asked.stdout == b"boxes 2 6\n", (at, asked.stdout)
    assert not is_in(judge("ito", wrong_code()))


if __name__ == "__main__":
    sys.exit(installed.run([
        a_full_disk_refuses_and_is_forgotten,
        room_that_was_set_aside_lets_people_in_on_a_full_disk, a_read_only_disk_refuses,
        what_is_missing_or_somebody_elses_refuses, no_byte_of_a_record_opens_anything,
        no_byte_of_the_rules_opens_anything]))
