#!/usr/bin/python3
"""Proves each sandbox line of a unit of ours; runs as root in a virtual PC.

guest_sandbox.py sekishod | sekisho-unseal | sekisho-fetch | sekisho-medium@

For each line there is a probe, something that a captured program would like to
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
import struct
import subprocess
import sys
import time

UNIT = "/lib/systemd/system/%s.service"
NAME = "sekisho-probe"
FOLDER = "/var/lib/" + NAME
SET_ID_PROGRAM = "/usr/local/lib/" + NAME
PROGRAM_OF_I386 = "/usr/local/lib/" + NAME + "-i386"
SOMEBODYS_FILE = "/tmp/" + NAME
FILE_AT_HOME = "/root/" + NAME
ABSTRACT_SOCKET = "\0" + NAME
RUNTIME_UNITS = "/run/systemd/system/"
ANSWERS = "/run/sekisho-probe.answers"
NOBODY = 65534
CLONE_NEWUSER = 0x10000000     # linux/sched.h
PTRACE_SEIZE = 0x4206          # linux/ptrace.h
ADDR_NO_RANDOMIZE = 0x0040000  # linux/personality.h
EM_386 = 3                     # linux/elf-em.h
DELETE_MODULE = 176            # asm/unistd_64.h
IO_SETUP, IO_DESTROY = 206, 207
SPARE_MODULE = "nls_utf8"
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
    open(FILE_AT_HOME).close()


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


def have_the_kernel_compute_for_it():
    with socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET) as one:
        one.bind(("hash", "sha256"))


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


def become_another_group():
    os.setegid(NOBODY)
    os.setegid(0)


def write_where_it_keeps_things():
    for folder in "/var/lib/sekisho", "/run/sekisho-otp", "/var/lib/systemd":
        path = os.path.join(folder, "." + NAME)
        open(path, "w").close()
        os.unlink(path)


def write_where_it_brings_things():
    for folder in "/srv", "/mnt", "/media":
        path = os.path.join(folder, "." + NAME)
        open(path, "w").close()
        os.unlink(path)


def read_what_others_keep_for_a_while():
    open(SOMEBODYS_FILE).close()


def talk_to_who_listens_here():
    with socket.socket(socket.AF_UNIX) as end:
        end.connect(ABSTRACT_SOCKET)


def talk_to_the_system_bus():
    with socket.socket(socket.AF_UNIX) as end:
        end.connect("/run/dbus/system_bus_socket")


def share_memory_with_others():
    path = "/dev/shm/" + NAME
    open(path, "w").close()
    os.unlink(path)


def know_where_everything_lies():
    before = call(LIBC.personality, ADDR_NO_RANDOMIZE)
    call(LIBC.personality, before)


def run_a_program_of_i386():
    status = subprocess.run([PROGRAM_OF_I386], check=False).returncode
    if status:
        raise PermissionError(errno.EPERM, "it ended with %d" % status)


def change_a_control_group():
    os.close(os.open("/sys/fs/cgroup/cgroup.procs", os.O_WRONLY))


def rename_the_pc():
    socket.sethostname(socket.gethostname())


def set_the_clock():
    time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME))


def go_before_everybody_else():
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def read_the_kernel_log():
    os.close(os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK))


def take_a_module_out():
    call(LIBC.syscall, DELETE_MODULE, SPARE_MODULE.encode(), os.O_NONBLOCK)


def look_at_the_screen():
    os.close(os.open("/dev/tty0", os.O_RDONLY | os.O_NOCTTY))


def queue_what_is_to_be_written():
    context = ctypes.c_ulong(0)
    call(LIBC.syscall, IO_SETUP, 1, ctypes.byref(context))
    call(LIBC.syscall, IO_DESTROY, context)


# What each unit says: the probe that it refuses (or, for True, makes possible).
LINES = {"sekishod": {
    "CapabilityBoundingSet=": give_a_file_away,
    "NoNewPrivileges=yes": become_another_user,
    "ProtectSystem=strict": change_the_system,
    "ProtectHome=yes": read_a_home,
    "ProtectKernelTunables=yes": choose_who_gets_core_dumps,
    "ProtectControlGroups=yes": change_a_control_group,
    "ReadWritePaths=/sys/bus /sys/devices /sys/module -/etc/sekisho": (authorise_a_device, True),
    "NoExecPaths=/": run_a_shell,
    "DevicePolicy=closed": write_the_disk_itself,
    "RestrictAddressFamilies=AF_UNIX AF_NETLINK": talk_to_the_network,
    "RestrictNamespaces=yes": make_a_namespace,
    "RestrictSUIDSGID=yes": leave_a_way_to_root,
    "MemoryDenyWriteExecute=yes": make_new_code,
    "SystemCallFilter=@system-service": take_over_a_process,
}, "sekisho-unseal": {
    "CapabilityBoundingSet=CAP_CHOWN CAP_FOWNER CAP_DAC_OVERRIDE CAP_SETUID": become_another_group,
    "NoNewPrivileges=yes": become_another_user,
    "ProtectSystem=strict": change_the_system,
    "ReadWritePaths=/var/lib/sekisho /run/sekisho-otp -/var/lib/systemd":
        (write_where_it_keeps_things, True),
    "ProtectHome=yes": read_a_home,
    "PrivateTmp=yes": read_what_others_keep_for_a_while,
    "PrivateNetwork=yes": talk_to_who_listens_here,
    "ProtectKernelTunables=yes": choose_who_gets_core_dumps,
    "ProtectControlGroups=yes": change_a_control_group,
    "DeviceAllow=char-tpm rw": write_the_disk_itself,
    "RestrictAddressFamilies=AF_UNIX": talk_to_the_network,
    "RestrictNamespaces=yes": make_a_namespace,
    "RestrictSUIDSGID=yes": leave_a_way_to_root,
    "LockPersonality=yes": know_where_everything_lies,
    "MemoryDenyWriteExecute=yes": make_new_code,
    "SystemCallArchitectures=native": run_a_program_of_i386,
    "SystemCallFilter=@system-service": take_over_a_process,
    "NoExecPaths=/": run_a_shell,
}, "sekisho-medium@": {
    "CapabilityBoundingSet=CAP_SYS_ADMIN CAP_SYS_CHROOT CAP_SYS_PTRACE CAP_DAC_READ_SEARCH CAP_KILL":
        give_a_file_away,
    "NoNewPrivileges=yes": become_another_user,
    "DeviceAllow=block-* rw": look_at_the_screen,
    "RestrictAddressFamilies=AF_UNIX AF_NETLINK": talk_to_the_network,
    "RestrictNamespaces=mnt": make_a_namespace,
    "RestrictSUIDSGID=yes": leave_a_way_to_root,
    "LockPersonality=yes": know_where_everything_lies,
    "MemoryDenyWriteExecute=yes": make_new_code,
    "SystemCallArchitectures=native": run_a_program_of_i386,
    "SystemCallFilter=@system-service @mount": take_over_a_process,
    "SystemCallFilter=~@aio @keyring @memlock chroot pivot_root": queue_what_is_to_be_written,
}, "sekisho-fetch": {
    "CapabilityBoundingSet=": give_a_file_away,
    "NoNewPrivileges=yes": become_another_user,
    "ProtectSystem=strict": change_the_system,
    "ReadWritePaths=-/run/sekisho-fetch -/var/lib/sekisho-fetch -/srv -/mnt -/media -/net":
        (write_where_it_brings_things, True),
    "ProtectHome=yes": read_a_home,
    "PrivateTmp=yes": read_what_others_keep_for_a_while,
    "InaccessiblePaths=-/run/dbus": talk_to_the_system_bus,
    "InaccessiblePaths=-/dev/shm": share_memory_with_others,
    "ProtectKernelTunables=yes": choose_who_gets_core_dumps,
    "ProtectControlGroups=yes": change_a_control_group,
    "DevicePolicy=closed": write_the_disk_itself,
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK":
        have_the_kernel_compute_for_it,
    "RestrictNamespaces=yes": make_a_namespace,
    "RestrictSUIDSGID=yes": leave_a_way_to_root,
    "LockPersonality=yes": know_where_everything_lies,
    "MemoryDenyWriteExecute=yes": make_new_code,
    "SystemCallArchitectures=native": run_a_program_of_i386,
    "SystemCallFilter=@system-service": take_over_a_process,
    "NoExecPaths=/": run_a_shell,
}}
# What no line refuses alone, and all of them do.
REFUSED_BY_SEVERAL = [
    rename_the_pc, set_the_clock, go_before_everybody_else, read_the_kernel_log,
    take_a_module_out]
# Part of the line before it, and proven by the copies starting at all. What hides processes hides
# none from the group root, as which this runs: scenario_taken_over.py proves it.
COMPANIONS = {
    "sekishod": {"ExecPaths=/usr/sbin/sekishod /usr/lib -/usr/lib64",
                 "SystemCallErrorNumber=EPERM"},
    "sekisho-unseal": {"ExecPaths=/usr/sbin/sekisho-unseal /usr/bin/systemd-creds /usr/lib "
                       "-/usr/lib64", "SystemCallErrorNumber=EPERM"},
    "sekisho-medium@": {"SystemCallErrorNumber=EPERM"},
    "sekisho-fetch": {"ExecPaths=/usr/libexec/sekisho/sekisho-fetch /usr/lib -/usr/lib64",
                      "SystemCallErrorNumber=EPERM", "ProtectProc=invisible"},
}


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
    part = re.search(r"^# Sandbox\..*?$(.*?)(?:^\[|\Z)", text, re.S | re.M).group(1)
    return [line for line in part.splitlines() if line and line[0] != "#"]


def write_copy(unit, text, number, left_out):
    """The unit around this script: same sandbox, nothing of its place in the boot."""
    kept = [line for line in sandbox_of(text) if line != left_out]
    with open(RUNTIME_UNITS + unit_name(number), "w") as file:
        file.write("\n".join([
            "[Service]", "Type=oneshot", "StateDirectory=" + NAME,
            "ExecStart=/usr/bin/python3 -I %s %s --probe %s" % (
                os.path.abspath(__file__), unit, number),
            # Python is here what the program is in the real unit.
            "ExecPaths=%s %s %s" % (os.path.realpath("/usr/bin/python3"), SET_ID_PROGRAM,
                                    PROGRAM_OF_I386),
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


def prove_refused(number, probe, with_all):
    """Here, outside of any sandbox, it is possible."""
    probe()
    good = with_all.get(probe.__name__) == "refused"
    print("%sok %d - %s is refused" % ("" if good else "not ", number,
                                       probe.__name__.replace("_", " ")), flush=True)
    return good


def program_of_i386():
    """exit(0), by the system call of that architecture."""
    code = bytes.fromhex("31dbb801000000cd80")    # xor ebx, ebx; mov eax, 1; int 0x80
    start, size = 0x8048000, 52 + 32 + len(code)
    return (b"\x7fELF" + bytes([1, 1, 1]) + bytes(9)
            + struct.pack("<HHIIIIIHHHHHH", 2, EM_386, 1, start + 84, 52, 0, 0, 52, 32, 1, 0, 0, 0)
            + struct.pack("<IIIIIIII", 1, 0, start, start, size, size, 5, 0x1000) + code)


def prepare(unit, text):
    os.makedirs(FOLDER, exist_ok=True)
    shutil.copy("/usr/bin/id", SET_ID_PROGRAM)
    os.chown(SET_ID_PROGRAM, NOBODY, -1)
    os.chmod(SET_ID_PROGRAM, 0o4755)
    with open(PROGRAM_OF_I386, "wb") as file:
        file.write(program_of_i386())
    os.chmod(PROGRAM_OF_I386, 0o755)
    for path in SOMEBODYS_FILE, FILE_AT_HOME:
        open(path, "w").close()
    subprocess.run(["modprobe", SPARE_MODULE], check=True)
    write_copy(unit, text, "all", None)
    for number, line in enumerate(LINES[unit]):
        write_copy(unit, text, number, line)
    subprocess.run(["systemctl", "daemon-reload"], check=True)


def clean_up(unit):
    for name in ["all", *range(len(LINES[unit]))]:
        os.unlink(RUNTIME_UNITS + unit_name(name))
    shutil.rmtree(FOLDER, ignore_errors=True)
    for path in SET_ID_PROGRAM, PROGRAM_OF_I386, SOMEBODYS_FILE, FILE_AT_HOME, ANSWERS:
        os.unlink(path)
    subprocess.run(["systemctl", "daemon-reload"], check=False)
    subprocess.run(["systemctl", "reset-failed", NAME + "-*"], check=False)


def main(unit):
    with open(UNIT % unit) as file:
        text = file.read()
    print("1..%d" % (len(LINES[unit]) + len(REFUSED_BY_SEVERAL) + 1), flush=True)
    prepare(unit, text)
    try:
        with socket.socket(socket.AF_UNIX) as here:
            here.bind(ABSTRACT_SOCKET)
            here.listen(64)
            with_all = answers("all")
            results = [prove(number, line, entry, with_all)
                       for number, (line, entry) in enumerate(LINES[unit].items())]
            results += [prove_refused(len(results) + at, probe, with_all)
                        for at, probe in enumerate(REFUSED_BY_SEVERAL, 1)]
    finally:
        clean_up(unit)
    said, known = set(sandbox_of(text)), set(LINES[unit]) | COMPANIONS[unit]
    results.append(said == known)
    print("%sok %d - the unit has these lines and no other" % (
        "" if results[-1] else "not ", len(results)))
    for line in sorted(said ^ known):
        print("# only in %s: %s" % ("the unit" if line in said else "this test", line))
    return 0 if all(results) else 1


def run_probes(unit, which):
    """Inside a copy of the unit: one line of answer for each probe."""
    entries = list(LINES[unit].values())
    for entry in entries + REFUSED_BY_SEVERAL if which == "all" else [entries[int(which)]]:
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
    sys.exit(run_probes(sys.argv[1], sys.argv[3]) if sys.argv[2:3] == ["--probe"]
             else main(sys.argv[1]))
