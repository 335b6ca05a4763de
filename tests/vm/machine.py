"""One virtual PC: it boots an image, its hardware comes and goes through QMP,
and commands run inside it.  Its disk is thrown away with it.  What can be
plugged in is in plugs.py."""
import base64
import ctypes
import itertools
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

from plugs import Plugs
from wire import Agent, Lost, Qmp

MEMORY_MB = 1024
BOOT_TIMEOUT = 600
# How many times slower than a PC with two processors for itself this one may be, where a state is
# waited for: other lanes run beside.
PATIENCE = 3
COMMAND_TIMEOUT = 240
PR_SET_PDEATHSIG = 1
# As QEMU's "user" network gives them to the machine that runs it and to the PC.
HOST, ADDRESS = "10.0.2.2", "10.0.2.15/24"
TEXT_SCREEN = 0xb8000   # where a PC keeps it, each character with its colour


class MachineError(RuntimeError):
    """The virtual PC did not do what the harness needs, the test aside."""


class Machine(Plugs):
    """with Machine(image) as pc: …

    extra      a folder whose contents are /opt/t inside (read-only disk 2)
    before     called with the machine before its first instruction: what it
               plugs is present at boot
    ps2        False: no PS/2 keyboard and mouse
    screen     True: a screen, in text mode, and what is meant for people is on it
    tpm        a folder in which swtpm keeps the state of a TPM; None: there is none
    share      True: the folder self.share of this machine can be mounted inside, as the 9p file
               system "share"
    cd         True: a CD drive that is built in, empty; see insert_cd()
    network    True: a network card; what listens on 127.0.0.1 of this machine answers at HOST
    disk_serial  what its disks say; None: nothing. The firmware says nothing either
    boot_args  more words for the kernel command line
    wait       False: return at once instead of when the guest agent answers
    log        the file that keeps the serial console
    """

    def __init__(self, image, extra=None, before=None, ps2=True, screen=False,
                 boot_args="", wait=True, log=None, tpm=None, share=False,
                 cd=False, network=False, disk_serial=None):
        self._image, self._extra, self._before = image, extra, before
        self._ps2, self._boot_args, self._wait = ps2, boot_args, wait
        self._screen, self._tpm = screen, tpm
        self._marks = itertools.count(1)
        self._log, self._has_share = log, share
        self._has_cd, self._has_network, self._disk_serial = cd, network, disk_serial
        self._process = self.qmp = self._agent = self._swtpm = None

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="sekisho-vm-")
        self.share = os.path.join(self.folder, "share") if self._has_share else None
        self.serial_path = self._log or os.path.join(self.folder, "serial")
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for wire in self.qmp, self._agent:
            if wire:
                (wire.close if wire is self.qmp else wire.forget)()
        if self._process and self._process.poll() is None:
            self._process.kill()
        if self._process:
            self._process.wait()
        if self._swtpm:
            self._swtpm.kill()
            self._swtpm.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- start, end, sleep ---

    def _start(self):
        started = time.monotonic()
        if self._tpm:
            self._start_tpm()
        errors = open(os.path.join(self.folder, "qemu-says"), "wb")
        self._process = subprocess.Popen(
            self._command(), stdin=subprocess.DEVNULL, stdout=errors,
            stderr=errors, preexec_fn=_die_with_parent)
        errors.close()
        try:
            self.qmp = Qmp(os.path.join(self.folder, "qmp"))
        except Lost as error:
            raise MachineError("QEMU did not start: %s\n%s" % (
                error, self._qemu_says())) from error
        self._agent = Agent(os.path.join(self.folder, "agent"))
        if self._before:
            self._before(self)
        self.qmp("cont")
        if self._wait:
            self.wait_booted()
        self.boot_seconds = time.monotonic() - started

    def _start_tpm(self):
        """Ends by itself with the machine that speaks to it."""
        socket = os.path.join(self.folder, "tpm")
        self._swtpm = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--terminate", "--tpmstate", "dir=" + self._tpm,
             "--ctrl", "type=unixio,path=" + socket], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=_die_with_parent)
        deadline = time.monotonic() + 20
        while not os.path.exists(socket):
            if self._swtpm.poll() is not None or time.monotonic() > deadline:
                raise MachineError("swtpm did not start")
            time.sleep(0.05)

    def _command(self):
        at = lambda name: os.path.join(self.folder, name)
        command = [
            "qemu-system-x86_64", "-S", "-nodefaults", "-display", "none",
            "-machine", "q35" + ("" if self._ps2 else ",i8042=off"),
            "-accel", "tcg,thread=multi", "-cpu", "max,la57=off,svm=off", "-smp", "2",
            "-m", str(MEMORY_MB), "-rtc", "base=utc",
            "-vga", "std" if self._screen else "none",
            "-kernel", self._image.kernel, "-initrd", self._image.initrd,
            "-append", ("root=/dev/vda rw console=tty0 console=ttyS0 "
                        "log_buf_len=4M systemd.show_status=0 "
                        + ("console=tty0 " if self._screen else "")
                        + self._boot_args).strip(),
            "-drive", "file=%s,format=raw,if=virtio,snapshot=on" % self._image.disk,
            "-chardev", "file,id=serial,path=" + self.serial_path,
            "-serial", "chardev:serial",
            "-chardev", "socket,id=qmp,server=on,wait=off,path=" + at("qmp"),
            "-mon", "chardev=qmp,mode=control",
            "-chardev", "socket,id=agent,server=on,wait=off,path=" + at("agent"),
            "-device", "virtio-serial",
            "-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0",
            "-device", "qemu-xhci,id=xhci,p2=8,p3=8",
        ]
        for number in range(1, 5):
            command += ["-device", "pcie-root-port,id=dock%d,chassis=%d,slot=%d"
                        % (number, number, number)]
        if self._tpm:
            command += ["-chardev", "socket,id=tpm,path=" + at("tpm"),
                        "-tpmdev", "emulator,id=tpm,chardev=tpm", "-device", "tpm-tis,tpmdev=tpm"]
        if self.share:
            os.mkdir(self.share)
            command += ["-fsdev", "local,id=share,security_model=none,path=" + self.share,
                        "-device", "virtio-9p-pci,fsdev=share,mount_tag=share"]
        if self._disk_serial:
            command += ["-global", "virtio-blk-pci.serial=" + self._disk_serial]
        if self._has_cd:
            command += ["-device", "ide-cd,id=cd,bus=ide.2"]
        if self._has_network:
            command += ["-netdev", "user,id=wire", "-device", "virtio-net-pci,netdev=wire"]
        if self._extra:
            command += ["-drive", "file=%s,format=raw,if=virtio,readonly=on"
                        % self._pack_extra()]
        return command

    def _pack_extra(self):
        path = os.path.join(self.folder, "extra.tar")
        subprocess.run(["tar", "-cf", path, "--owner=0", "--group=0",
                        "-C", self._extra, "."], check=True)
        return path

    def initrd_has(self, path):
        """Whether this file, from the root of the file system, was packed into it."""
        with open(self._image.listing) as listing:
            return path in listing.read().split("\n")

    def wait_booted(self, timeout=BOOT_TIMEOUT):
        try:
            self._agent.wait(timeout, self._check_alive)
        except Lost as error:
            raise MachineError("the virtual PC did not boot: %s\n%s" % (
                error, self.serial_tail())) from error
        if self._extra:
            self.check("mkdir -p /opt/t && tar -xf /dev/vdb -C /opt/t")

    def reboot(self, hard=False):
        """hard: the reset button; else systemctl reboot."""
        # Those of a reboot before: one reset may be told twice.
        self.qmp.forget_events("RESET")
        if hard:
            self.qmp("system_reset")
        else:
            # The answer must get out before the system goes down.
            self.check("systemd-run --no-block sh -c 'sleep 1; systemctl reboot'")
        # Until then the system that goes down may still answer.
        self._expect_event("RESET", BOOT_TIMEOUT)
        self._agent.forget()
        # Seen beside other work: 230 s, where the first boot had taken 60.
        self.wait_booted(2 * BOOT_TIMEOUT)

    def suspend(self, seconds=2):
        """Suspend to memory (S3), stay there for a while, wake up."""
        self.check("systemd-run --no-block sh -c 'sleep 1; echo mem >/sys/power/state'")
        self._expect_event("SUSPEND")
        time.sleep(seconds)
        self.qmp("system_wakeup")
        self._expect_event("WAKEUP")
        self._agent.forget()
        self._agent.wait(60, self._check_alive)

    def _expect_event(self, name, timeout=60):
        try:
            self.qmp.wait_event(name, timeout)
        except Lost as error:
            raise MachineError("no %s: %s\n%s" % (
                name, error, self.serial_tail())) from error

    def _check_alive(self):
        if self._process.poll() is not None:
            raise MachineError("QEMU ended (%d): %s\n%s" % (
                self._process.returncode, self._qemu_says(), self.serial_tail()))

    def _qemu_says(self):
        with open(os.path.join(self.folder, "qemu-says"), errors="replace") as file:
            return file.read()

    # --- inside ---

    def run(self, command, timeout=COMMAND_TIMEOUT):
        """(exit status, output with errors) of a shell command inside."""
        self._check_alive()
        try:
            return self._agent.run(command, timeout)
        except Lost as error:
            self._check_alive()
            raise MachineError("%s: %s\n%s" % (
                command, error, self.serial_tail())) from error

    def check(self, command, timeout=COMMAND_TIMEOUT):
        """The output of a command that must succeed."""
        status, output = self.run(command, timeout)
        if status:
            raise MachineError("%s: exit %d\n%s" % (command, status, output))
        return output

    def write_file(self, path, data):
        """Any size: the pieces stay under the agent's line limit."""
        if isinstance(data, str):
            data = data.encode()
        name = shlex.quote(path)
        self.check("mkdir -p $(dirname %s) && : >%s" % (name, name))
        for start in range(0, len(data), 48000):
            piece = base64.b64encode(data[start:start + 48000]).decode()
            self.check("echo %s | base64 -d >>%s" % (piece, name))

    def read_file(self, path):
        return base64.b64decode(self.check("base64 -w0 " + shlex.quote(path)))

    def wait_for(self, condition, timeout=30, what="the condition", patience=PATIENCE):
        """The first true value of condition(), or a shell command's success. patience=1: the time
        is what is tested."""
        if isinstance(condition, str):
            command = condition
            condition = lambda: self.run(command)[0] == 0
        deadline = time.monotonic() + timeout * patience
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError("not within %d s: %s" % (timeout * patience, what))
            time.sleep(0.2)

    # --- what the kernel said ---

    def mark(self):
        """A line in the kernel log from which kernel_log() can start."""
        text = "sekisho-test-mark-%d-%d" % (os.getpid(), next(self._marks))
        self.check("echo %s >/dev/kmsg" % text)
        return text

    def kernel_log(self, since=None):
        lines = self.check("dmesg --notime 2>/dev/null || dmesg").splitlines()
        if since is None:
            return lines
        for number, line in enumerate(lines):
            if since in line:
                return lines[number + 1:]
        raise MachineError("the mark %s is not in this boot's kernel log" % since)

    def serial(self):
        """The console since power-on: also what no command could read yet."""
        with open(self.serial_path, errors="replace") as file:
            return file.read()

    def serial_tail(self, lines=25):
        tail = self.serial().splitlines()[-lines:]
        return "the end of its console:\n" + "\n".join("  | " + l for l in tail)

    def screen(self):
        """The lines of the text on the screen, and of what scrolled out of it lately."""
        path = os.path.join(self.folder, "screen")
        self.qmp("pmemsave", val=TEXT_SCREEN, size=32768, filename=path)
        with open(path, "rb") as file:
            text = file.read()[::2].decode("cp437")
        return [text[i:i + 80].rstrip() for i in range(0, len(text), 80)]

    # --- the PC's own keyboard ---

    def send_keys(self, text):
        """Type on whichever keyboard QEMU feeds: the one plugged in last."""
        for character in text:
            keys = [{"type": "qcode", "data": k} for k in _key_codes(character)]
            self.qmp("send-key", keys=keys, hold_time=30)
            time.sleep(0.06)


_NAMED_KEYS = {" ": ["spc"], "\n": ["ret"], "-": ["minus"], "/": ["slash"],
               ".": ["dot"], ">": ["shift", "dot"], "=": ["equal"],
               ";": ["semicolon"], ",": ["comma"], "_": ["shift", "minus"]}


def _key_codes(character):
    if character in _NAMED_KEYS:
        return _NAMED_KEYS[character]
    if character.isupper():
        return ["shift", character.lower()]
    return [character]


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
