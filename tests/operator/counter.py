"""A counter PC for the tests beside this file and for the bench: the built sekishod with a fake
kernel and a fake logind, a private bus, sekisho-operator behind its socket as systemd starts it, and
somebody who types `sekisho operator`. Nothing of the machine's own is touched."""
import json
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "login"))
from office import BUILD, Skip, Terminal  # noqa: E402  pylint: disable=wrong-import-position

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/> <allow own="*"/> <allow send_type="method_call"/> <allow eavesdrop="true"/>
    <allow send_type="signal"/> <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/> <allow receive_type="method_call"/>
    <allow receive_type="method_return"/> <allow receive_type="error"/>
    <allow receive_type="signal"/>
  </policy>
</busconfig>
"""
HOOK = f"{BUILD}/tests/usb/kernel_hook.so"
WAIT_S = 60


def until(condition, what):
    end = time.monotonic() + WAIT_S
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain until {what}")
        time.sleep(0.005)


class Socket:
    """As sekisho-operator.socket does: one program for each who calls."""

    def __init__(self, counter):
        self.counter = counter
        self.path = counter.root + "/run/sekisho-operator.socket"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(16)
        self.children = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self.children.append(subprocess.Popen(
                    [f"{BUILD}/sekisho-operator", "--root", self.counter.root, "--bus",
                     self.counter.bus_address], stdin=connection, stdout=connection,
                    env=self.counter.hooked()))
            self.children = [child for child in self.children if child.poll() is None]

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for child in self.children:
            child.wait(timeout=WAIT_S)


class Answer:
    def __init__(self, status, text):
        self.status, self.text = status, text

    def __repr__(self):
        return f"{self.status}: {self.text}"


class Counter:
    def __init__(self, folder):
        for program in ("dbus-daemon", "umockdev-run"):
            if not shutil.which(program):
                raise Skip(f"{program} is not installed")
        self.folder = folder
        self.terminal = Terminal(folder)
        self.root = self.terminal.root
        self.seats = os.path.join(folder, "seats")
        for name in ("/var/lib/sekisho/operator", "/var/log", "/run/sekisho", "/etc"):
            os.makedirs(self.root + name, mode=0o700, exist_ok=True)
        os.makedirs(self.seats)
        self.bus_address = f"unix:path={folder}/bus"
        self.bus = self.agent = self.words = None
        self.start_bus()
        self.socket = Socket(self)

    # --- what runs ---

    def start_bus(self):
        path = os.path.join(self.folder, "bus.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(BUS.format(path=f"{self.folder}/bus"))
        self.bus = subprocess.Popen(["dbus-daemon", f"--config-file={path}", "--nofork",
                                     "--nopidfile"], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL)
        until(lambda: os.path.exists(f"{self.folder}/bus"), "there is a bus")

    def hooked(self):
        return {**os.environ, "FAKE_SEATS": self.seats, "LD_PRELOAD": HOOK,
                "ASAN_OPTIONS": "verify_asan_link_order=0"}

    def start_agent(self):
        environment = {
            **self.hooked(), "LD_PRELOAD": f"{HOOK}:libumockdev-preload.so.0",
            "CONFIGURATION_DIRECTORY": self.root + "/etc",
            "STATE_DIRECTORY": self.root + "/var/lib/sekisho",
            "LOGS_DIRECTORY": self.root + "/var/log",
            "RUNTIME_DIRECTORY": self.root + "/run/sekisho",
            "DBUS_SYSTEM_BUS_ADDRESS": self.bus_address}
        environment["UMOCKDEV_DIR"] = self.kernel()
        with open(os.path.join(self.folder, "agent.err"), "ab") as errors:
            self.agent = subprocess.Popen([f"{BUILD}/sekishod"], env=environment, stderr=errors,
                                          stdout=errors)
        until(self.answers, "sekishod answers")
        if self.words is not None:
            self.rules(*self.words)

    def rules(self, *words):
        """Of a policy: without one sekishod removes them at each start."""
        self.words = words
        self.terminal.rules(*words)

    def kernel(self):
        """No device, and no controller."""
        folder = os.path.join(self.folder, "kernel")
        for name in ("sys/bus/usb/devices", "sys/module/usbcore/parameters", "sys/class", "dev"):
            os.makedirs(f"{folder}/{name}", exist_ok=True)
        with open(f"{folder}/sys/module/usbcore/parameters/authorized_default", "w",
                  encoding="ascii") as file:
            file.write("0\n")
        return folder

    def answers(self):
        return self.agent.poll() is None and self.sekisho("status", "--json").status != 2

    def stop_agent(self, number=signal.SIGTERM):
        self.agent.send_signal(signal.SIGCONT)
        self.agent.send_signal(number)
        self.agent.wait(timeout=WAIT_S)
        self.agent = None

    def close(self):
        self.socket.close()
        if self.agent:
            self.stop_agent()
        self.bus.terminate()
        self.bus.wait(timeout=WAIT_S)

    # --- who is at the screen ---

    def put_seat(self, name, text):
        with open(f"{self.seats}/.new", "w", encoding="ascii") as file:
            file.write(text)
        os.rename(f"{self.seats}/.new", f"{self.seats}/{name}")

    def begin_session(self, session, uid=None):
        self.put_seat(f"session-{session}", f"{os.getuid() if uid is None else uid}\n")

    def end_session(self, session):
        os.unlink(f"{self.seats}/session-{session}")

    def show_session(self, session, uid=None):
        if session is None:
            os.unlink(f"{self.seats}/seat0")
        else:
            self.put_seat("seat0", f"{session} {os.getuid() if uid is None else uid}\n")

    def sit_down(self, session="3", uid=None):
        self.begin_session(session, uid)
        self.show_session(session, uid)

    # --- people ---

    def sekisho(self, *words, typed=None, prefix=()):
        done = subprocess.run([*prefix, f"{BUILD}/sekisho", *words], input=typed, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              stdin=subprocess.DEVNULL if typed is None else None,
                              env={**os.environ, "LC_ALL": "C.UTF-8",
                                   "DBUS_SYSTEM_BUS_ADDRESS": self.bus_address})
        return Answer(done.returncode, done.stdout)

    def operator(self, user, typed, prefix=()):
        return self.sekisho("operator", "--root", self.root, user, typed=typed + "\n",
                            prefix=prefix)

    def shown(self):
        answer = self.sekisho("status", "--json")
        return json.loads(answer.text)["operator"]

    # --- what was written down ---

    def records(self):
        with open(self.root + "/var/log/records-1.jsonl", encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]

    def ours(self):
        return [record["unmapped"]["sekisho"] for record in self.records()]

    def happened(self, event):
        return [record for record in self.ours() if record["event"] == event]
