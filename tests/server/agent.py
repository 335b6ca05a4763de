"""The built sekishod of a test: its folders beside those of sekisho-fetch, a /sys of its own by
umockdev, no device, no bus.  Which machine it runs on is said by the test."""
import atexit
import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

BUILD = os.path.abspath(sys.argv[1])
PATIENCE = 300  # only bounds a test that fails
UUID = "4c4c4544-0034-5a10-8047-%012x"


STARTED = []  # processes


@atexit.register
def end_all():
    """Whatever became of the test that started them."""
    while STARTED:
        one = STARTED.pop()
        if one.poll() is None:
            one.kill()
            one.wait()


def wait_for(condition, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "waited in vain for " + (what() if callable(what) else what)
        time.sleep(0.02)


BUS = """<busconfig><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/>
<allow send_type="signal"/><allow send_requested_reply="true" send_type="method_return"/>
<allow send_requested_reply="true" send_type="error"/><allow receive_type="method_call"/>
<allow receive_type="method_return"/><allow receive_type="error"/><allow receive_type="signal"/>
</policy></busconfig>"""
HOOK = BUILD + "/tests/usb/kernel_hook.so"
# Where there are sanitizers, for sekisho-fetch.
NO_SANDBOX = [path for path in (BUILD + "/tests/fetch/no_sandbox.so",) if os.path.exists(path)]


def is_listening(path):
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as one:
        one.connect(path)
        return True
    return False


class People:
    """A bus of a terminal's own with a logind, and one person who sits at the screen."""

    def __init__(self, agent, name):
        self.agent, self.name = agent, name
        self.seats = agent.path("seats")
        self.processes = []
        os.makedirs(self.seats)
        for file, text in (("session-c1", "%d %s\n" % (os.getuid(), name)),
                           ("seat0", "c1 %d\n" % os.getuid()), ("pid-session", "c1")):
            agent.write("seats/" + file, text)
        self.address = "unix:path=" + agent.path("bus")
        agent.write("bus.conf", BUS % agent.path("bus"))
        self.processes.append(subprocess.Popen(
            ["dbus-daemon", "--config-file=" + agent.path("bus.conf"), "--nofork", "--nopidfile"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        wait_for(lambda: is_listening(agent.path("bus")), "a bus")
        logind = subprocess.Popen([BUILD + "/tests/server/fake_logind", self.seats],
                                  stdout=subprocess.PIPE, env=self.environment())
        self.processes.append(logind)
        assert logind.stdout.readline() == b"ready\n"

    def environment(self):
        return {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": self.address, "FAKE_SEATS": self.seats,
                "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"}

    def run(self, *words, typed=""):
        return subprocess.run([BUILD + "/sekisho", *words], input=typed, capture_output=True,
                              text=True, timeout=900, env=self.environment())

    def type(self, *words, status=0, typed=""):
        """What sekisho answers to who sits there."""
        # sekishod guards before it is on the bus.
        wait_for(lambda: self.run("exemptions", "--json").returncode == 0, "sekishod on its bus")
        done = self.run(*words, typed=typed)
        output = done.stdout + done.stderr
        assert done.returncode == status, f"{words}: {done.returncode}\n{output}"
        return output

    def stop(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()


def has_room():
    """Whether the kernel still gives this user what a terminal takes of inotify."""
    libc = ctypes.CDLL(None)
    taken = [libc.inotify_init1(os.O_CLOEXEC) for _ in range(6)]
    for one in taken:
        if one >= 0:
            os.close(one)
    return min(taken) >= 0


class Agent:
    """top holds etc, state, logs, run, as they are beside each other.

    Of inotify it takes five instances (the bus that is not there, logind, the spool of sekisho-fetch,
    that of logins, the controllers), and sekisho-fetch one. The kernel gives a user 128, so 20
    terminals run beside each other here, less where others test too: who starts waits for room. A
    PC is one terminal.
    """

    def __init__(self, top, number=1):
        self.top, self.number, self.process = top, number, None
        self.people = None
        self.speed = 1
        for name in "etc", "state", "logs", "run":
            os.makedirs(self.path(name), exist_ok=True)

    def path(self, name):
        return os.path.join(self.top, name)

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".part", "wb") as file:
            os.chmod(path + ".part", mode)
            file.write(text.encode() if isinstance(text, str) else text)
        os.rename(path + ".part", path)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def is_on(self, number):
        """Another machine has the disk now; what was in memory is gone."""
        self.number = number
        for name in "run", "sekisho-fetch/spool":
            shutil.rmtree(self.path(name), ignore_errors=True)
        os.makedirs(self.path("run"))

    def make_sys(self):
        """What sekishod looks for: the bus, and a firmware that says which machine it is."""
        self.write("fake/sys/module/usbcore/parameters/authorized_default", "-1\n")
        for name in "drivers_probe", "drivers/usbhid/bind", "drivers/hub/bind":
            self.write("fake/sys/bus/usb/" + name, "")
        os.makedirs(self.path("fake/sys/bus/usb/devices"), exist_ok=True)
        self.write("fake/sys/class/dmi/id/product_uuid", UUID % self.number + "\n")

    def hooks(self, *more):
        """Clocks that run fast, and people at the screen, are the hook's."""
        libraries = [HOOK] * (self.speed > 1 or self.people is not None) + list(more)
        found = {"ASAN_OPTIONS": "verify_asan_link_order=0", "LD_PRELOAD": ":".join(libraries)}
        if self.speed > 1:
            found["FAST_CLOCK"] = str(self.speed)
        return found

    def start(self):
        wait_for(has_room, "six instances of inotify: /proc/sys/fs/inotify/max_user_instances")
        self.make_sys()
        notify = self.path("run/notify")
        if os.path.exists(notify):
            os.unlink(notify)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as said:
            said.bind(notify)
            said.settimeout(1)
            self.process = subprocess.Popen(
                [BUILD + "/sekishod"], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=open(self.path("stderr"), "ab"), env={
                    **os.environ, "CONFIGURATION_DIRECTORY": self.path("etc"),
                    "STATE_DIRECTORY": self.path("state"), "LOGS_DIRECTORY": self.path("logs"),
                    "RUNTIME_DIRECTORY": self.path("run"), "NOTIFY_SOCKET": notify,
                    "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=" + self.path("no-bus"),
                    "UMOCKDEV_DIR": self.path("fake"),
                    **(self.people.environment() if self.people else {}),
                    **self.hooks("libumockdev-preload.so.0")})
            STARTED.append(self.process)
            wait_for(lambda: self.is_ready(said), self.said)

    def is_ready(self, told):
        assert self.process.poll() is None, self.said()
        with contextlib.suppress(TimeoutError):
            return b"READY=1" in told.recv(4096)
        return False

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        status = self.process.wait(PATIENCE)
        self.process = None
        return status

    def said(self):
        return self.read("stderr").decode() if os.path.exists(self.path("stderr")) else ""

    def events(self):
        """What was recorded, each once."""
        return {record["unmapped"]["sekisho"]["event"] for record in self.records()}

    def records(self, event=None):
        """Those of one event, or all."""
        found = []
        for name in sorted(os.listdir(self.path("logs"))):
            if name.endswith(".jsonl"):
                for line in self.read("logs/" + name).splitlines():
                    record = json.loads(line)
                    if event in (None, record["unmapped"]["sekisho"]["event"]):
                        found.append(record)
        return found

    def verdicts(self):
        """What decides here, and all that was recorded of documents so far."""
        kinds = "policy-", "root-", "media-", "exemption-", "tokens-"
        events = [record["message"] for event in self.events() if event.startswith(kinds)
                  for record in self.records(event)]
        return self.read("state/policy.ini"), sorted(events)

    def terminal(self):
        """/run/sekisho/terminal: {"machine": …, "key": …}."""
        return dict(line.split(" ", 1) for line in self.read("run/terminal").decode().splitlines())


class Fetcher:
    """The built sekisho-fetch beside an agent."""

    def __init__(self, agent):
        self.agent, self.process = agent, None
        self.n_events, self.hurried = 0, 0
        os.makedirs(agent.path("sekisho-fetch"), exist_ok=True)
        os.makedirs(agent.path("state/up"), exist_ok=True)

    def start(self):
        agent = self.agent
        self.process = subprocess.Popen(
            [BUILD + "/sekisho-fetch"], stdin=subprocess.DEVNULL,
            stderr=open(agent.path("stderr-fetch"), "ab"), env={
                **os.environ, "CONFIGURATION_DIRECTORY": agent.path("etc"),
                "STATE_DIRECTORY": agent.path("state"), "RUNTIME_DIRECTORY": agent.path("run"),
                **(agent.hooks(*NO_SANDBOX) if agent.speed > 1 or NO_SANDBOX else {})})
        STARTED.append(self.process)

    def hurry(self):
        """A look within seconds, as after a login; for a condition that is waited for: None."""
        if time.monotonic() < self.hurried + 1:
            return
        self.hurried = time.monotonic()
        self.n_events += 1
        self.agent.write("run/pace", "idle\nevent %d\n" % (1000 + self.n_events))

    def stop(self):
        self.process.terminate()
        status = self.process.wait(PATIENCE)
        self.process = None
        return status


def tap(names):
    """Runs each function of the calling test that takes a Test and nothing else."""
    import tempfile
    import traceback
    tests = [f for f in names.values() if getattr(f, "__module__", None) == "__main__" and
             getattr(f, "__code__", None) and
             f.__code__.co_varnames[:f.__code__.co_argcount] == ("top",)]
    if not shutil.which("umockdev-wrapper"):
        print("1..0 # SKIP umockdev is not installed")
        return 0
    print(f"1..{len(tests)}")
    has_failed = False
    for number, function in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as top:
            details = ""
            try:
                function(top)
            except Exception:  # pylint: disable=broad-except
                details = traceback.format_exc()
                has_failed = True
            end_all()
        print(f"{'not ok' if details else 'ok'} {number} - {function.__name__}", flush=True)
        for line in details.splitlines():
            print(f"# {line}")
    return int(has_failed)
