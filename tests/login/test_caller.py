#!/usr/bin/python3
"""What somebody who is not root can do to the helper that he starts himself: environment,
descriptors, limits, timers, signals, the terminal, words. See installed.py."""
import contextlib
import fcntl
import os
import pty
import resource
import signal
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import installed
from installed import HELPER, OWNER, is_in, judge
from office import now_code, wrong_code

UID, NAME = 2, "bin"


def ready(terminal, **person):
    terminal.rules("mode=required", "lock-after=20")
    terminal.person(NAME, **person)
    terminal.person("root")
    terminal.events()


def become():
    os.setgroups([])
    os.setresgid(UID, UID, UID)
    os.setresuid(UID, UID, UID)


def own_judge(typed, prepare=lambda: None, user=NAME, words=(HELPER,), environment=None, **options):
    def before():
        become()
        prepare()

    done = subprocess.run([*words, "judge", "login", user], preexec_fn=before,
                          input=f"{typed}\0pts/1\0\0".encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, env=environment or {}, timeout=60, **options)
    return done.stdout.decode().split()


@contextlib.contextmanager
def held(terminal):
    """The record is held, so that the helper waits for it."""
    with open(terminal.path("second-factor/" + NAME), "r+b") as file:
        lock(file)
        yield


def lock(file):
    fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))


def waiting(typed="000000"):
    """The helper, started by its user, where it waits."""
    process = subprocess.Popen([HELPER, "judge", "login", NAME], preexec_fn=become,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(f"{typed}\0pts/1\0\0".encode())
    process.stdin.close()
    deadline = time.monotonic() + 10
    while os.stat(f"/proc/{process.pid}").st_uid != OWNER and owner_of(process.pid) != OWNER:
        assert time.monotonic() < deadline, "it never became its own account"
        time.sleep(0.01)
    time.sleep(0.1)
    assert process.poll() is None, "it does not wait"
    return process


def owner_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        line = next(line for line in file if line.startswith("Uid:"))
    ids = set(line.split()[1:])
    return int(ids.pop()) if len(ids) == 1 else -1


def as_user(action):
    """What the user gets when he tries: an errno, 0 when it works."""
    child = os.fork()
    if child == 0:
        try:
            become()
            action()
            os._exit(0)
        except OSError as why:
            os._exit(why.errno)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def a_person_can_ask_about_himself_and_nobody_else(terminal):
    ready(terminal)
    assert is_in(own_judge(now_code()))
    assert terminal.last_event()[1]["caller"] == str(UID)
    for other in "root", "daemon", "nosuchperson", "", "-", "../" + NAME, NAME + "/", ".decoy":
        answer = own_judge(now_code(1), user=other)
        assert not is_in(answer) and answer[1] == "not-own-account", (other, answer)


def tries_of_ones_own_lock_out_of_nothing_but_themselves(terminal):
    terminal.rules("mode=required", "lock-after=5")
    terminal.person(NAME)
    for _ in range(5):
        assert not is_in(own_judge(wrong_code()))
    assert own_judge(now_code())[1] == "locked"
    assert is_in(judge(NAME, now_code()))


def no_variable_of_the_environment_reaches_it(terminal):
    ready(terminal)
    library = os.path.join(terminal.folder, "evil.so")
    source = os.path.join(terminal.folder, "evil.c")
    trace = os.path.join(terminal.folder, "trace")
    os.mkdir(trace)
    os.chmod(trace, 0o777)
    with open(source, "w", encoding="ascii") as file:
        file.write('#include <fcntl.h>\n__attribute__((constructor)) static void run(void) { '
                   f'creat("{trace}/loaded", 0666); }}\n')
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)
    os.chmod(library, 0o4755)
    for name, value in (("LD_PRELOAD", library), ("LD_AUDIT", library),
                        ("LD_LIBRARY_PATH", terminal.folder), ("LD_DEBUG", "all"),
                        ("LD_DEBUG_OUTPUT", trace + "/debug"), ("GCONV_PATH", terminal.folder),
                        ("LOCPATH", terminal.folder), ("MALLOC_TRACE", trace + "/malloc"),
                        ("GLIBC_TUNABLES", "glibc.malloc.check=3"), ("TZ", "/etc/shadow"),
                        ("LD_PROFILE", "libc.so.6"), ("LD_PROFILE_OUTPUT", trace),
                        ("RES_OPTIONS", "debug"), ("HOSTALIASES", "/etc/shadow"),
                        ("NSS_WRAPPER_PASSWD", "/x"), ("LISTEN_FDS", "5"), ("OATH_DEBUG", "1")):
        terminal.person(NAME)
        assert is_in(own_judge(now_code(), environment={name: value})), name
        assert os.listdir(trace) == [], (name, os.listdir(trace))
    environment = {"A" * 50000: "B" * 50000}
    terminal.person(NAME)
    assert is_in(own_judge(now_code(), environment=environment))


def no_descriptor_of_the_caller_stays_open(terminal):
    ready(terminal)
    with held(terminal):
        with open("/etc/passwd", "rb") as extra:
            os.set_inheritable(extra.fileno(), True)
            for fd in range(50, 80):
                os.dup2(extra.fileno(), fd, inheritable=True)
            process = waiting()
            names = [os.readlink(f"/proc/{process.pid}/fd/{fd}")
                     for fd in os.listdir(f"/proc/{process.pid}/fd")]
            for fd in range(50, 80):
                os.close(fd)
        process.wait()
        process.stdout.close()
    assert not [name for name in names if "passwd" in name], names
    for closed in ([0], [1], [2], [0, 1, 2]):
        terminal.person(NAME)

        def close(which=tuple(closed)):
            for fd in which:
                os.close(fd)

        own_judge(wrong_code(), prepare=close)
        assert is_in(judge(NAME, now_code())), closed


def no_limit_of_the_caller_does_harm(terminal):
    limits = {"NOFILE": range(0, 14), "FSIZE": (0, 1, 100, 3000), "CPU": (0, 1),
              "NPROC": (0, 1), "AS": (0, 1 << 20, 1 << 22, 1 << 24), "STACK": (0, 4096, 65536),
              "DATA": (0, 4096, 1 << 20), "CORE": (resource.RLIM_INFINITY,), "MEMLOCK": (0,),
              "SIGPENDING": (0,), "MSGQUEUE": (0,), "NICE": (0,), "RTPRIO": (0,)}
    for name, values in limits.items():
        number = getattr(resource, "RLIMIT_" + name)
        for value in values:
            ready(terminal)

            def limit(number=number, value=value):
                resource.setrlimit(number, (value, value))

            assert not is_in(own_judge(wrong_code(), prepare=limit)), (name, value)
            typed = now_code()
            was_in = is_in(own_judge(typed, prepare=limit))
            assert not (is_in(own_judge(typed)) and was_in), (name, value)
            assert is_in(judge(NAME, now_code(1))), (name, value)
            assert {"damaged-record"} & {reason for reason, _ in terminal.events()} == set(), name
    assert not [name for name in os.listdir("/") if name.startswith("core")]


def no_timer_or_mask_of_the_caller_ends_it_in_the_middle(terminal):
    def timers():
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0001)
        signal.setitimer(signal.ITIMER_PROF, 0.0001)
        signal.setitimer(signal.ITIMER_REAL, 0.001)

    def masks():
        signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))

    def ignores():
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)

    def odd():
        os.umask(0o777)
        os.chdir("/proc")
        os.nice(19)

    for prepare in timers, masks, ignores, odd:
        ready(terminal)
        own_judge(wrong_code(), prepare=prepare)
        typed = now_code()
        was_in = is_in(own_judge(typed, prepare=prepare))
        assert was_in or prepare is timers, prepare.__name__
        assert not (is_in(own_judge(typed)) and was_in), prepare.__name__
        assert is_in(judge(NAME, now_code(1))), prepare.__name__
        assert os.stat(terminal.path(f"login-spool/own-{UID}")).st_mode & 0o777 == 0o660


def its_caller_can_neither_stop_nor_kill_nor_read_it(terminal):
    ready(terminal)
    with held(terminal):
        process = waiting()
        pid = process.pid
        for number in (signal.SIGSTOP, signal.SIGKILL, signal.SIGTERM, signal.SIGCONT,
                       signal.SIGUSR1):
            assert as_user(lambda n=number: os.kill(pid, n)) == 1, number
        for name in "mem", "environ", "maps", "fd", "stack", "syscall":
            def look(name=name):
                path = f"/proc/{pid}/{name}"
                _ = os.listdir(path) if name == "fd" else open(path, "rb").read(1)
            assert as_user(look) in (1, 13), name
        assert as_user(lambda: open(f"/proc/{pid}/oom_score_adj", "w").write("1000")) in (1, 13)
        assert as_user(lambda: os.sched_setaffinity(pid, {0})) == 1
        process.wait()
        process.stdout.close()
    assert is_in(judge(NAME, now_code()))


def he_holds_no_file_that_others_wait_for(terminal):
    """As if his helper were frozen, with all that it holds, in a control group of his."""
    ready(terminal)
    assert is_in(own_judge(now_code()))
    judge("nosuchperson", wrong_code())
    with contextlib.ExitStack() as stack:
        for name in ("second-factor/" + NAME, f"login-spool/own-{UID}"):
            file = stack.enter_context(open(terminal.path(name), "r+b"))
            lock(file)
        before = time.monotonic()
        assert is_in(judge("root", now_code()))
        assert not is_in(judge("nosuchperson", wrong_code()))
        assert time.monotonic() - before < 1.5
        assert judge(NAME, now_code(1))[1] == "busy"
    # And the other way round: what root's helper holds is nothing that his needs.
    with contextlib.ExitStack() as stack:
        for name in "second-factor/.decoy", "second-factor/root", "login-spool/spool":
            lock(stack.enter_context(open(terminal.path(name), "r+b")))
        before = time.monotonic()
        assert is_in(own_judge(now_code(1)))
        assert time.monotonic() - before < 1.5


def he_cannot_fill_the_disk_with_records_of_himself(terminal):
    terminal.rules("mode=rehearse")
    terminal.person(NAME)
    own = terminal.path(f"login-spool/own-{UID}")
    for _ in range(300):
        assert is_in(own_judge(""))  # whom nobody asks is let in all the same
    assert os.path.getsize(own) < 20000
    terminal.rules("mode=required", "lock-after=20")
    assert not is_in(own_judge(now_code())), "let in by a code, and no record of it"
    assert is_in(judge(NAME, now_code(1)))  # for root nothing has changed
    terminal.person(NAME)
    os.unlink(own)
    assert is_in(own_judge(now_code()))


def keys_of_the_terminal_do_not_reach_it(terminal):
    ready(terminal)
    with held(terminal):
        child, screen = pty.fork()
        if child == 0:
            become()
            os.execv("/bin/sh", ["sh", "-c",
                                 f"printf '000000\\0pts/1\\0\\0' | {HELPER} judge login {NAME}; "
                                 "echo; sleep 30"])
        helper = find_helper()
        for key in b"\x1a", b"\x03", b"\x1c":
            os.write(screen, key)
            time.sleep(0.05)
        with open(f"/proc/{helper}/stat", encoding="ascii") as file:
            assert file.read().rsplit(")", 1)[1].split()[0] in "SR", "it was stopped"
        os.kill(child, signal.SIGKILL)
        os.close(screen)
        os.waitpid(child, 0)
        os.kill(helper, 0)  # hung up on, and still there
    assert is_in(judge(NAME, now_code()))


def find_helper():
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                if os.readlink(f"/proc/{pid}/exe") == HELPER and owner_of(pid) == OWNER:
                    time.sleep(0.1)
                    return int(pid)
        time.sleep(0.01)
    raise AssertionError("there is no helper")


def with_rights_it_takes_no_other_root(terminal):
    ready(terminal)
    words = [HELPER, "--root", terminal.folder]
    assert own_judge(now_code(), words=words) == []
    done = subprocess.run([*words, "judge", "login", NAME], input=b"\0\0\0",
                          stdout=subprocess.PIPE)
    assert done.stdout == b"" and done.returncode == 2


def odd_words_and_odd_input_let_nobody_in(terminal):
    ready(terminal)
    for words in ([], ["judge"], ["judge", "login"], ["judge", "login", NAME, "more"],
                  ["open", "login", NAME], ["", "", ""], ["judge", "x" * 100000, NAME],
                  ["ask", "x" * 100000, "y" * 100000]):
        done = subprocess.run([HELPER, *words], input=now_code().encode() + b"\0\0\0",
                              stdout=subprocess.PIPE, preexec_fn=become, timeout=30)
        if len(words) != 3 or words[1] != "x" * 100000:
            assert done.stdout == b"", words
    for text in (b"", b"\0", b"\0\0", b"000000", b"0" * 2000, b"000000\0\0\0\0",
                 b"000000\0\0\0more", b"\0" * 5000, now_code().encode() + b"\0a\0b"):
        done = subprocess.run([HELPER, "judge", "login", NAME], input=text, stdout=subprocess.PIPE,
                              preexec_fn=become, timeout=30)
        assert done.stdout == b"" and done.returncode == 2, text
    terminal.person(NAME)
    assert is_in(own_judge(now_code()))


def only_root_learns_of_logins_and_has_them_remembered(terminal):
    ready(terminal)
    folder = terminal.path("last-login")
    asked = {"input": b"\0pts/1\0pc-2\0", "stdout": subprocess.PIPE}
    first = subprocess.run([HELPER, "session", "login", NAME], **asked)
    assert first.stdout == b"login first\n" and os.listdir(folder) == [NAME], first.stdout
    with open(f"{folder}/{NAME}", "rb") as file:
        before = file.read()
    for user in NAME, "root":
        own = subprocess.run([HELPER, "session", "login", user], preexec_fn=become, env={}, **asked)
        assert own.stdout == b"login unknown\n", own.stdout
    assert not is_in(own_judge(wrong_code()))
    assert os.listdir(folder) == [NAME]
    with open(f"{folder}/{NAME}", "rb") as file:
        assert file.read() == before
    assert not is_in(judge(NAME, wrong_code()))
    again = subprocess.run([HELPER, "session", "login", NAME], **asked)
    assert again.stdout.startswith(b"login at ") and b"\nwrong 1\n" in again.stdout, again.stdout


def without_privileges_to_gain_it_lets_nobody_in(terminal):
    """no_new_privs takes the set-user-id bit away."""
    ready(terminal)
    done = subprocess.run(["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups",
                           "--no-new-privs", HELPER, "judge", "login", NAME],
                          input=f"{now_code()}\0\0\0".encode(), stdout=subprocess.PIPE)
    assert not done.stdout.startswith(b"in"), done.stdout


if __name__ == "__main__":
    sys.exit(installed.run([
        a_person_can_ask_about_himself_and_nobody_else,
        tries_of_ones_own_lock_out_of_nothing_but_themselves,
        no_variable_of_the_environment_reaches_it, no_descriptor_of_the_caller_stays_open,
        no_limit_of_the_caller_does_harm, no_timer_or_mask_of_the_caller_ends_it_in_the_middle,
        its_caller_can_neither_stop_nor_kill_nor_read_it,
        he_holds_no_file_that_others_wait_for,
        he_cannot_fill_the_disk_with_records_of_himself, keys_of_the_terminal_do_not_reach_it,
        with_rights_it_takes_no_other_root, odd_words_and_odd_input_let_nobody_in,
        only_root_learns_of_logins_and_has_them_remembered,
        without_privileges_to_gain_it_lets_nobody_in]))
