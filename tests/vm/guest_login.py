#!/usr/bin/python3
"""Runs inside the virtual PC: logs in as a person would, and says what was seen.

guest_login.py WAY < JSON     one login; prints JSON

The JSON in: {"user", "answers": [what is typed at each prompt], and more for some ways}.
The JSON out: {"prompts": [each prompt, in order], "is_in": bool, "text": all that was shown}.
Ways: su, sudo, login, console, ssh, enrol (by a ticket), desk, desk-keys (one who stays), i3lock,
swaylock.
"""
import base64
import fcntl
import hmac
import json
import os
import pty
import pwd
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

TIMEOUT, QUIET = 120, 0.25
INSIDE = "let-in"
# What stands at the end of a line that waits for somebody.
PROMPT = re.compile(r"([^\r\n]*[:：][ ]?)\Z")
# The same on a console, where the shell of somebody who stays may wait as well.
WAITS = re.compile(r"[:$#?\])] ?\Z")
CONSOLE = "tty5"
CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
PERIOD = 30


def become(user, environment):
    account = pwd.getpwnam(user)
    os.initgroups(user, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    os.environ.clear()
    os.environ.update({"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": account.pw_dir,
                       "USER": user, "LANG": "C.UTF-8", "TERM": "dumb", **environment})


class Terminal:
    """A program on a pseudo terminal."""

    def __init__(self, command, user="root", size=None):
        """size: rows and columns."""
        self.text = ""
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            become(user, {})
            if size:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", *size, 0, 0))
            os.execvp(command[0], command)
        self.status = None

    def type(self, text):
        os.write(self._fd, text.encode() + b"\n")

    def read(self, seconds):
        """More text within the time; False at its end."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return True
        try:
            piece = os.read(self._fd, 4096)
        except OSError:
            piece = b""
        self.text += piece.decode(errors="replace")
        return bool(piece)

    def end(self):
        os.close(self._fd)
        try:
            os.kill(self._pid, signal.SIGHUP)
        except ProcessLookupError:
            pass
        _, status = os.waitpid(self._pid, 0)
        return os.waitstatus_to_exitcode(status)


class Console:
    """A virtual console with getty on it: typed into by the kernel's own queue, read off the
    screen."""

    def __init__(self, begins=True):
        """begins: whoever is logged in there is thrown out."""
        if begins:
            subprocess.run(["systemctl", "restart", "getty@%s" % CONSOLE], check=True)

    @property
    def text(self):
        try:
            with open("/dev/vcs" + CONSOLE[3:], "rb") as screen:
                all_of_it = screen.read().decode("latin-1")
        except FileNotFoundError:
            return ""   # getty has not opened it yet
        lines = [all_of_it[i:i + 80].rstrip() for i in range(0, len(all_of_it), 80)]
        while lines and not lines[-1]:
            lines.pop()
        # A prompt ends with a blank, which the screen does not tell from nothing.
        return "\n".join(lines) + (" " if lines and lines[-1].endswith(":") else "")

    def type(self, text):
        """Opened for each: getty hangs up whoever had the console open when it started."""
        fd = os.open("/dev/" + CONSOLE, os.O_RDWR | os.O_NOCTTY)
        for byte in text.encode() + b"\n":
            fcntl.ioctl(fd, termios.TIOCSTI, bytes([byte]))
            time.sleep(0.005)
        os.close(fd)

    def read(self, seconds):
        time.sleep(min(seconds, 0.1))
        return True

    def end(self):
        subprocess.run(["systemctl", "stop", "getty@%s" % CONSOLE], check=True)
        subprocess.run(["loginctl", "terminate-seat", "none"], stderr=subprocess.DEVNULL)
        return None


def wait_for_prompt(terminal, seen, deadline):
    """The prompt that stands at the end of what was shown beyond seen; None: it is over."""
    quiet_since = time.monotonic()
    last = None
    while time.monotonic() < deadline:
        is_open = terminal.read(0.05)
        text = terminal.text
        if text != last:
            last, quiet_since = text, time.monotonic()
        new = text[seen:] if text[:seen] else text
        if INSIDE in new:
            return None
        found = PROMPT.search(new)
        if found and time.monotonic() - quiet_since >= QUIET:
            return found.group(1)
        if not is_open:
            return None
    raise SystemExit("nothing more was shown: %r" % terminal.text)


def converse(terminal, answers, stop=None):
    """Types the answers, each at a prompt. stop: the prompt after which it begins again."""
    prompts, seen = [], 0
    deadline = time.monotonic() + TIMEOUT
    waiting = list(answers)
    while True:
        prompt = wait_for_prompt(terminal, seen, deadline)
        if prompt is None or not waiting or (stop and prompts and re.search(stop, prompt)):
            break
        prompts.append(prompt)
        seen = len(terminal.text)
        terminal.type(waiting.pop(0))
    return {"prompts": prompts, "unused": len(waiting), "is_in": INSIDE in terminal.text,
            "text": terminal.text}


def on_terminal(command, job, user="root", answers=None, stop=None):
    terminal = Terminal(command, user)
    try:
        result = converse(terminal, job["answers"] if answers is None else answers, stop)
    finally:
        status = terminal.end()
    return {**result, "status": status}


def by_su(job):
    return on_terminal(["su", job["user"], "-c", "echo " + INSIDE], job, job.get("caller", "clerk"))


def by_sudo(job):
    return on_terminal(["sudo", "-k", "sh", "-c", "echo " + INSIDE], job, job["user"])


def by_login(job):
    """/bin/login on a pseudo terminal; the shell that it starts says that it is there."""
    return on_terminal(["login", "-p"], job, answers=[job["user"], *job["answers"]],
                       stop="login: ")


def by_console(job):
    console = Console()
    try:
        return converse(console, [job["user"], *job["answers"]], stop="login: ")
    finally:
        console.end()


def by_desk(job):
    """Logs in on the console and stays there, in front of everybody."""
    result = converse(Console(), [job["user"], *job["answers"]], stop="login: ")
    subprocess.run(["chvt", CONSOLE[3:]], check=True)
    return result


def by_desk_keys(job):
    """Types lines there, each when what was shown before is whole; with none, logs out.
    goes_on: to what is waiting there."""
    console = Console(begins=False)
    subprocess.run(["chvt", CONSOLE[3:]], check=True)
    if not job["answers"]:
        console.end()
        subprocess.run(["chvt", "1"], check=True)
        return {"text": ""}
    for line in [*([] if job.get("goes_on") else ["clear"]), *job["answers"]]:
        console.type(line)
        wait_for_rest(console)
    return {"text": console.text}


def wait_for_rest(console):
    """Until nothing more is shown and something waits to be typed into; where that cannot be told,
    until nothing was shown for long, because a busy machine pauses in the middle of what it shows."""
    last, since = "", time.monotonic()
    while time.monotonic() - since < (2 if WAITS.search(last) else 15):
        text = console.text
        if text != last:
            last, since = text, time.monotonic()
        time.sleep(0.1)


def shown(terminal, pattern, after=0):
    """Waits until that was shown behind so much; the match."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        found = re.search(pattern, CONTROLS.sub("", terminal.text[after:]), re.S)
        if found:
            return found
        if not terminal.read(0.1):
            break
    raise SystemExit("%r was not shown: %r" % (pattern, terminal.text))


def phone_code(letters, ahead=0):
    step = int(time.time()) // PERIOD + ahead
    mac = hmac.new(base64.b32decode(letters + "=" * (-len(letters) % 8)),
                   struct.pack(">Q", step), "sha1").digest()
    at = mac[-1] & 15
    return step, "%06d" % ((struct.unpack(">L", mac[at:at + 4])[0] & 0x7fffffff) % 10 ** 6)


def by_enrol(job):
    """The first morning: password and ticket, then the secret goes into the telephone, and two codes
    come out of it. The session begins the enrolment."""
    terminal = Terminal(["login", "-p"], size=(50, 120))
    try:
        after = 0
        for prompt, answer in zip(("login: ", "assword: ", "code: "), [job["user"], *job["answers"]]):
            shown(terminal, prompt, after)
            after = len(terminal.text)
            terminal.type(answer)
        said = shown(terminal, r"type it by hand:((?: [A-Z2-7]{1,4})+).*code that it shows", after)
        letters = said.group(1).replace(" ", "")
        step, code = phone_code(letters)
        after = len(terminal.text)
        terminal.type(code)
        shown(terminal, "next code", after)
        while phone_code(letters)[0] == step:
            time.sleep(0.2)
        step, code = phone_code(letters)
        after = len(terminal.text)
        terminal.type(code)
        shown(terminal, "press Enter", after)
        codes = re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", CONTROLS.sub("", terminal.text[after:]))
        after = len(terminal.text)
        terminal.type("")
        shown(terminal, "You have enrolled.*" + INSIDE, after)
        return {"is_in": True, "secret": letters, "recovery": codes, "step": step,
                "text": terminal.text}
    finally:
        terminal.end()


def by_ssh(job):
    method = job.get("method", "keyboard-interactive")
    return on_terminal(
        ["ssh", "-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR",
         "-o", "UserKnownHostsFile=/dev/null", "-o", "PreferredAuthentications=" + method,
         "-o", "NumberOfPasswordPrompts=1", job["user"] + "@127.0.0.1", "echo " + INSIDE], job)


# --- screen lockers: what is typed goes into one box ---

def started(user, environment, *command, log=subprocess.DEVNULL):
    account = pwd.getpwnam(user)
    folder = "/run/user/%d" % account.pw_uid
    os.makedirs(folder, mode=0o700, exist_ok=True)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                            preexec_fn=lambda: become(user, {"XDG_RUNTIME_DIR": folder, **environment}))


def is_within(seconds, condition):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def wait_until(what, condition):
    if not is_within(TIMEOUT, condition):
        raise SystemExit("not within %d s: %s" % (TIMEOUT, what))


def unlocks(user, environment, locker, refusal, typed):
    """Starts the locker and types until it has judged. It says nowhere when it holds the keyboard,
    and what was typed before went nowhere: then it is typed again."""
    with tempfile.TemporaryFile() as log:
        process = started(user, environment, *locker, log=log)
        judged = lambda: (process.poll() is not None
                          or refusal in os.pread(log.fileno(), 1 << 16, 0))
        try:
            for _ in range(4):
                started(user, environment, *typed).wait(TIMEOUT)
                if is_within(20, judged):
                    return process.returncode == 0
            raise SystemExit("%s judged nothing" % locker[0])
        finally:
            end_all([process])


def end_all(processes):
    for process in reversed(processes):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def by_i3lock(job):
    user, place = job["user"], {"DISPLAY": ":9"}
    display = started(user, {}, "Xvfb", ":9", "-screen", "0", "640x480x24")
    try:
        wait_until("a display", lambda: os.path.exists("/tmp/.X11-unix/X9"))
        return {"is_in": unlocks(user, place, ["i3lock", "-n", "--debug"], b"Authentication failure",
                                 ["sh", "-c", "until xdotool search --class i3lock; do sleep 0.2; done;"
                                  "sleep 1; xdotool key Escape; xdotool type --delay 30 \"$0\"; "
                                  "xdotool key Return", job["answers"][0]])}
    finally:
        end_all([display])


def by_swaylock(job):
    user = job["user"]
    folder = "/run/user/%d" % pwd.getpwnam(user).pw_uid
    headless = {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman",
                "WLR_LIBINPUT_NO_DEVICES": "1", "LIBSEAT_BACKEND": "noop"}
    for left in "wayland-1", "wayland-1.lock":
        if os.path.exists(folder + "/" + left):
            os.unlink(folder + "/" + left)
    sway = started(user, headless, "sway", "-c", "/dev/null")
    try:
        wait_until("sway", lambda: os.path.exists(folder + "/wayland-1"))
        return {"is_in": unlocks(user, {"WAYLAND_DISPLAY": "wayland-1"}, ["swaylock"],
                                 b"pam_authenticate failed",
                                 ["wtype", "-s", "2000", "-k", "Escape", "-d", "30",
                                  job["answers"][0], "-k", "Return"])}
    finally:
        end_all([sway])


WAYS = {"su": by_su, "sudo": by_sudo, "login": by_login, "console": by_console, "ssh": by_ssh,
        "enrol": by_enrol, "desk": by_desk, "desk-keys": by_desk_keys,
        "i3lock": by_i3lock, "swaylock": by_swaylock}


def main():
    job = json.load(sys.stdin)
    print(json.dumps(WAYS[sys.argv[1]](job)))


if __name__ == "__main__":
    main()
