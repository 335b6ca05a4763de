#!/usr/bin/python3
"""Proves each sandbox line of sekishod.service; runs as root in a virtual PC.

For each line there is a probe, something that a captured sekishod would like to
do.  It runs in a copy of the unit twice: with every line, where it must be
refused, and with every line but this one, where it must succeed.  So a line that
another one makes needless fails here too.  TAP; exit 1 if a line is not proven.
"""
import ctypes
import errno
import mmap
import os
import re
import shutil
import signal
import socket
import subprocess
import sys

UNIT = "/lib/systemd/system/sekishod.service"
NAME = "sekisho-probe"
FOLDER = "/var/lib/" + NAME
SET_ID_PROGRAM = "/usr/local/lib/" + NAME
RUNTIME_UNITS = "/run/systemd/system/"
ANSWERS = "/run/sekisho-probe.answers"
NOBODY = 65534
CLONE_NEWUSER = 0x10000000     # linux/sched.h
PTRACE_SEIZE = 0x4206          # linux/ptrace.h
LIBC = ctypes.CDLL(None, use_errno=True)


# --- the probes: an OSError is a refusal ---

def give_a_file_away():
    os.chown(new_file(), NOBODY, -1)


def become_another_user():
    said = subprocess.run([SET_ID_PROGRAM, "-u"], stdout=subprocess.PIPE, check=True)
    if int(said.stdout) != NOBODY:
        raise PermissionError(errno.EPERM, "the set-user-id bit does nothing")


def change_the_system():
    path = "/etc/" + NAME
    open(path, "w").close()
    os.unlink(path)


def read_a_home():
    os.listdir("/root")


def choose_who_gets_core_dumps():
    os.close(os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY))


def authorise_a_device():
    os.close(os.open("/sys/bus/usb/drivers_probe", os.O_WRONLY))
    os.close(os.open("/sys/bus/usb/devices/usb1/authorized_default", os.O_WRONLY))
    os.close(os.open("/sys/module/usbcore/parameters/authorized_default", os.O_WRONLY))


def run_a_shell():
    subprocess.run(["/bin/sh", "-c", ":"], check=True)


def write_the_disk_itself():
    number = os.stat("/").st_dev
    os.close(os.open("/dev/block/%d:%d" % (os.major(number), os.minor(number)), os.O_RDWR))


def talk_to_the_network():
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()


def make_a_namespace():
    call(LIBC.unshare, CLONE_NEWUSER)


def leave_a_way_to_root():
    os.chmod(new_file(), 0o4755)


def make_new_code():
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def take_over_a_process():
    child = os.fork()
    if not child:
        signal.pause()
    try:
        call(LIBC.ptrace, PTRACE_SEIZE, child, 0, 0)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


# What the unit says: the probe that it refuses (or, for True, makes possible).
LINES = {
    "CapabilityBoundingSet=": give_a_file_away,
    "NoNewPrivileges=yes": become_another_user,
    "ProtectSystem=strict": change_the_system,
    "ProtectHome=yes": read_a_home,
    "ProtectKernelTunables=yes": choose_who_gets_core_dumps,
    "ReadWritePaths=/sys/bus /sys/devices /sys/module": (authorise_a_device, True),
    "NoExecPaths=/": run_a_shell,
    "DevicePolicy=closed": write_the_disk_itself,
    "RestrictAddressFamilies=AF_UNIX AF_NETLINK": talk_to_the_network,
    "RestrictNamespaces=yes": make_a_namespace,
    "RestrictSUIDSGID=yes": leave_a_way_to_root,
    "MemoryDenyWriteExecute=yes": make_new_code,
    "SystemCallFilter=@system-service": take_over_a_process,
}
# Part of the line before it, and proven by the copies starting at all.
COMPANIONS = {"ExecPaths=/usr/sbin/sekishod /usr/lib -/usr/lib64", "SystemCallErrorNumber=EPERM"}


def new_file():
    path = os.path.join(FOLDER, "file-%d-%d" % (os.getpid(), len(os.listdir(FOLDER))))
    open(path, "w").close()
    return path


def call(function, *arguments):
    result = function(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


# --- copies of the unit ---

def sandbox_of(text):
    """The lines between the comment that opens the sandbox and the next section."""
    part = re.search(r"^# Sandbox\..*?$(.*?)^\[", text, re.S | re.M).group(1)
    return [line for line in part.splitlines() if line and line[0] != "#"]


def write_copy(text, number, left_out):
    """The unit around this script: same sandbox, nothing of its place in the boot."""
    kept = [line for line in sandbox_of(text) if line != left_out]
    with open(RUNTIME_UNITS + unit_name(number), "w") as file:
        file.write("\n".join([
            "[Service]", "Type=oneshot", "StateDirectory=" + NAME,
            "ExecStart=/usr/bin/python3 -I %s --probe %s" % (os.path.abspath(__file__), number),
            # Python is here what sekishod is in the real unit.
            "ExecPaths=%s %s" % (os.path.realpath("/usr/bin/python3"), SET_ID_PROGRAM),
            "StandardOutput=truncate:" + ANSWERS, "StandardError=journal", *kept, ""]))


def unit_name(number):
    return "%s-%s.service" % (NAME, number)


def answers(number):
    """What the copy's probes came to, by probe: done or refused."""
    done = subprocess.run(["systemctl", "start", unit_name(number)], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print("# " + done.stdout.strip().replace("\n", "\n# "))
        return {}
    with open(ANSWERS) as file:
        return dict(line.split() for line in file)


def prove(number, line, entry, with_all):
    probe, opens = entry if isinstance(entry, tuple) else (entry, False)
    name = probe.__name__
    found = with_all.get(name), answers(number).get(name)
    good = found == (("done", "refused") if opens else ("refused", "done"))
    print("%sok %d - %s: %s" % ("" if good else "not ", number + 1, line,
                                name.replace("_", " ")), flush=True)
    if not good:
        print("# with the line: %s; without: %s" % found, flush=True)
    return good


def prepare(text):
    os.makedirs(FOLDER, exist_ok=True)
    shutil.copy("/usr/bin/id", SET_ID_PROGRAM)
    os.chown(SET_ID_PROGRAM, NOBODY, -1)
    os.chmod(SET_ID_PROGRAM, 0o4755)
    write_copy(text, "all", None)
    for number, line in enumerate(LINES):
        write_copy(text, number, line)
    subprocess.run(["systemctl", "daemon-reload"], check=True)


def clean_up():
    for name in ["all", *range(len(LINES))]:
        os.unlink(RUNTIME_UNITS + unit_name(name))
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.unlink(SET_ID_PROGRAM)
    os.unlink(ANSWERS)
    subprocess.run(["systemctl", "daemon-reload"], check=False)
    subprocess.run(["systemctl", "reset-failed", NAME + "-*"], check=False)


def main():
    with open(UNIT) as file:
        text = file.read()
    print("1..%d" % (len(LINES) + 1), flush=True)
    prepare(text)
    try:
        with_all = answers("all")
        results = [prove(number, line, entry, with_all)
                   for number, (line, entry) in enumerate(LINES.items())]
    finally:
        clean_up()
    said, known = set(sandbox_of(text)), set(LINES) | COMPANIONS
    results.append(said == known)
    print("%sok %d - the unit has these lines and no other" % (
        "" if results[-1] else "not ", len(results)))
    for line in sorted(said ^ known):
        print("# only in %s: %s" % ("the unit" if line in said else "this test", line))
    return 0 if all(results) else 1


def run_probes(which):
    """Inside a copy of the unit: one line of answer for each probe."""
    entries = list(LINES.values())
    for entry in entries if which == "all" else [entries[int(which)]]:
        probe = entry[0] if isinstance(entry, tuple) else entry
        try:
            probe()
            answer = "done"
        except OSError as error:
            answer = "refused"
            print("%s: %s" % (probe.__name__, error), file=sys.stderr)
        print(probe.__name__, answer, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run_probes(sys.argv[2]) if sys.argv[1:2] == ["--probe"] else main())
