#!/usr/bin/python3
"""What is left of an enrolment, by the programs as they are installed: in files, in memory, on the
terminal, in cores; and what its caller can do to the helper. As root: see installed.py."""
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import enrol_office
import installed
import office
from enrol_office import DONE, SHOWN, TYPED_TICKET, USED, Tmux
from installed import OWNER
from office import BUILD

UID, NAME = 2, "bin"
OTHER_UID, OTHER = 3, "sys"
HELPER = "/usr/libexec/sekisho/sekisho-enrol"
# Unlike any other bytes of a test.
KEY = bytes.fromhex("a1f32c9e5577d0188be46a03c2914fd7165e9ab0")
CODES = enrol_office.recovery_codes(KEY, NAME, "T-1")
NEEDLES = {**enrol_office.encodings(KEY),
           **{f"recovery code {i}": code.encode() for i, code in enumerate(CODES, 1)}}


def needles():
    """What of it may lie anywhere: recovery codes as symbols or in their groups."""
    return {**NEEDLES, **{f"recovery code {i} in groups": enrol_office.grouped(code).encode()
                          for i, code in enumerate(CODES, 1)}}


def search(content):
    """Names of the secrets that are in it, whole codes or 12 bytes of the secret in a row."""
    return [name for name, needle in needles().items()
            if any(needle[i:i + min(12, len(needle))] in content
                   for i in range(len(needle) - min(12, len(needle)) + 1))]


def install():
    shutil.copy(f"{BUILD}/sekisho-enrol", HELPER)
    os.chown(HELPER, OWNER, 0)
    os.chmod(HELPER, 0o4755)


def ready(terminal, user=NAME, **more):
    install()
    shutil.copy(f"{BUILD}/sekisho", terminal.folder + "/sekisho")
    os.chmod(terminal.folder + "/sekisho", 0o755)
    terminal.rules("mode=required")
    enrol_office.enrollable(terminal, user, key=KEY, settings=[f"owner={OWNER}"],
                            spent=more.pop("spent", USED), **more)


def talk(*typed, uid=UID, words=("enrol",)):
    done = subprocess.run(["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", HELPER,
                           *words], input="".join(f"{line}\n" for line in typed).encode(),
                          stdout=subprocess.PIPE, timeout=60, check=False)
    return done.stdout.decode().splitlines()


def command(terminal, *options):
    return (f"cd {terminal.folder}; ulimit -c unlimited; LC_ALL=C.UTF-8 setpriv --reuid={UID} "
            f"--regid={UID} --clear-groups {terminal.folder}/sekisho enrol {' '.join(options)}; "
            "echo status $?; sleep 600")


def spent(terminal):
    return int(re.search(r"recovery=(\d+)", terminal.scene("state", NAME))[1])


def processes(*programs):
    """The numbers of the living processes of these very files: others may test beside us."""
    wanted = {(os.stat(path).st_dev, os.stat(path).st_ino) for path in programs}
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            facts = os.stat(f"/proc/{pid}/exe")
            if (facts.st_dev, facts.st_ino) in wanted:
                found.append(int(pid))
    return found


def mappings(pid):
    """(first, behind, flags) of what is written to."""
    with open(f"/proc/{pid}/smaps", encoding="ascii") as file:
        text = file.read()
    for found in re.finditer(r"(?m)^([0-9a-f]+)-([0-9a-f]+) (\S+) .*\n(?:(?!VmFlags)\S.*\n)*"
                             r"VmFlags: (.*)$", text):
        yield int(found[1], 16), int(found[2], 16), found[3], found[4].split()


def in_memory(pid):
    """{name of a secret: whether all places where it lies are locked}."""
    found = {}
    with open(f"/proc/{pid}/mem", "rb") as memory:
        for first, behind, rights, flags in mappings(pid):
            if not rights.startswith("rw"):
                continue
            with contextlib.suppress(OSError, ValueError, OverflowError):
                memory.seek(first)
                content = memory.read(behind - first)
                for name in search(content):
                    found[name] = found.get(name, True) and "lo" in flags
    return found


def status_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def files_with_secrets(terminal):
    found = []
    for top in "/var/lib", "/run", "/usr/libexec", "/tmp", "/var/tmp", "/dev/shm", terminal.folder:
        for folder, below, names in os.walk(top):
            # What others have there is none of ours, and may be large.
            below[:] = [name for name in below if top not in ("/tmp", "/var/tmp")]
            for name in names:
                path = os.path.join(folder, name)
                if path == f"/run/sekisho-otp/{NAME}" or not os.path.isfile(path):
                    continue
                with contextlib.suppress(OSError), open(path, "rb") as file:
                    found += [(path, secret) for secret in search(file.read())]
    return found


# --- whom it serves ---

def it_serves_the_account_that_starts_it_and_no_other(terminal):
    ready(terminal)
    assert talk(uid=OTHER_UID) == ["closed no-ticket"]
    for words in (["enrol", NAME], ["--root", "/", "enrol"], ["--root", "/"], [NAME], []):
        assert talk(uid=OTHER_UID, words=words) == [], words
    assert talk(uid=64999) == ["closed no-ticket"], "an account that is none"
    assert talk(uid=0) == ["closed no-ticket"]
    assert spent(terminal) == USED and not terminal.events()
    assert talk()[0].split()[0] == "secret"
    (reason, said), = terminal.events()
    assert (reason, said["user"], said["caller"]) == ("secret-shown", NAME, str(UID))


def one_step_leads_to_the_next_and_never_back(terminal):
    ready(terminal, spent=0)
    assert talk() == ["closed unused"]
    assert terminal.log_in(office.WORD, TYPED_TICKET, user=NAME).is_in
    first, second = office.now_code(key=KEY), office.now_code(1, key=KEY)
    assert talk(first)[1] == "judged right-code 0"
    assert spent(terminal) == USED | SHOWN
    assert talk(second) == ["codes", "judged right-code 0"]
    assert spent(terminal) == USED | SHOWN
    assert not terminal.log_in(office.WORD, TYPED_TICKET, user=NAME).is_in


def its_caller_can_neither_read_nor_stop_it(terminal):
    ready(terminal)
    process = subprocess.Popen(["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups",
                                HELPER, "enrol"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline().startswith(b"secret ")
        time.sleep(0.1)
        status = status_of(process.pid)
        assert set(status["Uid"].split()) == {str(OWNER)}, status["Uid"]
        # It waits for a person, and has nothing of the secret meanwhile.
        assert not in_memory(process.pid), in_memory(process.pid)
        for name in "mem", "maps", "environ", "fd/0":
            done = subprocess.run(["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups",
                                   "cat", f"/proc/{process.pid}/{name}"], check=False,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE)
            assert done.returncode != 0 and not done.stdout, name
        for number in signal.SIGSTOP, signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV:
            done = subprocess.run(["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups",
                                   "kill", f"-{int(number)}", str(process.pid)], check=False,
                                  stderr=subprocess.PIPE)
            assert done.returncode != 0 and process.poll() is None, number
        # A login meanwhile waits for nothing.
        began = time.monotonic()
        assert terminal.log_in(office.WORD, office.now_code(key=KEY), user=NAME).is_in
        assert time.monotonic() - began < 6
    finally:
        process.stdin.close()
        process.wait(timeout=10)


# --- what is left ---

def nothing_is_left_after_an_enrolment(terminal):
    ready(terminal, spent=0)
    assert terminal.log_in(office.WORD, TYPED_TICKET, user=NAME).is_in
    tmux = Tmux(terminal.folder, command(terminal))
    try:
        tmux.wait_for("The code that it shows:")
        assert KEY.hex() and search(tmux.screen().encode()), "the search finds nothing at all"
        shown, = processes(terminal.folder + "/sekisho")
        helper, = processes(HELPER)
        while_shown = in_memory(shown)
        assert "base32" in while_shown and all(while_shown.values()), while_shown
        assert not in_memory(helper), in_memory(helper)
        limits = open(f"/proc/{shown}/limits", encoding="ascii").read()
        assert re.search(r"Max core file size +0 +0 ", limits), limits
        done = subprocess.run(["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups",
                               "cat", f"/proc/{shown}/mem"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, check=False)
        assert done.returncode != 0 and b"denied" in done.stderr, done
        tmux.type(office.now_code(key=KEY))
        tmux.wait_for("The next code:")
        assert not in_memory(shown), in_memory(shown)
        tmux.type(office.now_code(1, key=KEY))
        tmux.wait_for("press Enter")
        while_shown = in_memory(shown)
        assert len([name for name in while_shown if "recovery" in name]) >= 10
        assert all(while_shown.values()), while_shown
        tmux.type("")
        tmux.wait_for("status 0")
        assert not processes(terminal.folder + "/sekisho", HELPER, installed.HELPER)
        assert not search(tmux.history().encode()), tmux.history()
        assert not files_with_secrets(terminal), files_with_secrets(terminal)
        assert spent(terminal) == USED | SHOWN | DONE
        assert terminal.log_in(office.WORD, enrol_office.grouped(CODES[9]), user=NAME).is_in
    finally:
        tmux.end()


def no_end_by_a_signal_leaves_a_core_or_a_helper(terminal):
    for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGQUIT, signal.SIGKILL):
        ready(terminal)
        tmux = Tmux(terminal.folder, command(terminal))
        try:
            tmux.wait_for("The code that it shows:")
            shown, = processes(terminal.folder + "/sekisho")
            os.kill(shown, number)
            tmux.wait_for("status ")
            end = time.monotonic() + 5
            while processes(terminal.folder + "/sekisho", HELPER) and time.monotonic() < end:
                time.sleep(0.05)
            assert not processes(terminal.folder + "/sekisho", HELPER), number
            assert not [name for name in os.listdir(terminal.folder) if "core" in name]
            assert not files_with_secrets(terminal), files_with_secrets(terminal)
        finally:
            tmux.end()


def nothing_of_it_is_logged(terminal):
    if not os.path.lexists("/dev/log"):
        os.symlink("/run/systemd/journal/dev-log", "/dev/log")
        try:
            nothing_of_it_is_logged(terminal)
        finally:
            os.unlink("/dev/log")
        return
    if os.path.realpath("/dev/log") != "/run/systemd/journal/dev-log":
        raise office.Skip("/dev/log leads elsewhere")
    ready(terminal)
    os.makedirs("/run/systemd/journal")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind("/run/systemd/journal/dev-log")
        os.chmod("/run/systemd/journal/dev-log", 0o666)
        log.settimeout(0.2)
        talk(office.now_code(key=KEY), office.now_code(1, key=KEY))
        os.rename(terminal.path("login-spool"), terminal.path("away"))
        ready(terminal)
        assert talk() == ["closed fault"]
        said = b""
        with contextlib.suppress(TimeoutError):
            while True:
                said += log.recv(8192)
        assert b"cannot be recorded" in said
        assert not search(said), said


TESTS = [it_serves_the_account_that_starts_it_and_no_other,
         one_step_leads_to_the_next_and_never_back,
         its_caller_can_neither_read_nor_stop_it,
         nothing_is_left_after_an_enrolment,
         no_end_by_a_signal_leaves_a_core_or_a_helper,
         nothing_of_it_is_logged]

if __name__ == "__main__":
    sys.exit(installed.run(TESTS))
