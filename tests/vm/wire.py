"""The two JSON conversations with a virtual PC: QMP with the hardware, and the
guest agent with the system inside.  Every wait here has an end."""
import base64
import json
import random
import socket
import time


class Lost(Exception):
    """Nobody answers at the other end, or not in time."""


class Refused(Exception):
    """The other end understood and said no."""


class _Lines:
    """One JSON value a line over a unix socket."""

    def __init__(self, path, deadline):
        self._buffer = b""
        while True:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                self._socket.connect(path)
                return
            except OSError as error:
                self._socket.close()
                if time.monotonic() > deadline:
                    raise Lost("%s: %s" % (path, error)) from error
                time.sleep(0.05)

    def send(self, value, before=b""):
        try:
            self._socket.settimeout(10)
            self._socket.sendall(before + json.dumps(value).encode() + b"\n")
        except OSError as error:
            raise Lost(str(error)) from error

    def receive(self, deadline):
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Lost("no answer in time")
            self._socket.settimeout(left)
            try:
                piece = self._socket.recv(1 << 16)
            except OSError as error:
                raise Lost(str(error)) from error
            if not piece:
                raise Lost("connection closed")
            self._buffer += piece
        line, self._buffer = self._buffer.split(b"\n", 1)
        # The agent answers a delimited sync with 0xff and may cut an old line.
        line = line.rsplit(b"\xff", 1)[-1]
        try:
            return json.loads(line)
        except ValueError:
            return {}

    def close(self):
        self._socket.close()


class Qmp:
    """QEMU's own control socket.  Events are kept until somebody asks."""

    def __init__(self, path, timeout=20):
        deadline = time.monotonic() + timeout
        self._lines = _Lines(path, deadline)
        self._events = []
        self._lines.receive(deadline)
        self("qmp_capabilities")

    def __call__(self, command, timeout=20, **arguments):
        # QMP writes - where Python can only write _; qom-set's own words differ.
        arguments = {k.replace("_", "-"): v for k, v in arguments.items()}
        self._lines.send({"execute": command, "arguments": arguments})
        deadline = time.monotonic() + timeout
        while True:
            answer = self._lines.receive(deadline)
            if "event" in answer:
                self._events.append(answer)
            elif "error" in answer:
                raise Refused("%s: %s" % (command, answer["error"]["desc"]))
            elif "return" in answer:
                return answer["return"]

    def forget_events(self, name):
        """Those that came so far."""
        self("query-status")
        self._events = [event for event in self._events if event["event"] != name]

    def wait_event(self, name, timeout, **data):
        """Take the first event of this name whose data has these values."""
        deadline = time.monotonic() + timeout
        while True:
            for event in self._events:
                if event["event"] == name and \
                        data.items() <= event.get("data", {}).items():
                    self._events.remove(event)
                    return event
            answer = self._lines.receive(deadline)
            if "event" in answer:
                self._events.append(answer)

    def close(self):
        self._lines.close()


class Agent:
    """qemu-guest-agent: runs commands inside.  It may come and go."""

    def __init__(self, path):
        self._path = path
        self._lines = None

    def wait(self, timeout, alive=lambda: None):
        """Until the agent answers; alive() may raise to end the wait early."""
        deadline = time.monotonic() + timeout
        while True:
            alive()
            try:
                return self._synchronise(min(deadline, time.monotonic() + 1))
            except Lost:
                if time.monotonic() > deadline:
                    raise Lost("the guest agent did not answer within %d s"
                               % timeout) from None
                time.sleep(0.2)

    def _synchronise(self, deadline):
        self.forget()
        self._lines = _Lines(self._path, deadline)
        number = random.randrange(1 << 30)
        self._lines.send({"execute": "guest-sync-delimited",
                          "arguments": {"id": number}}, before=b"\xff")
        while self._lines.receive(deadline).get("return") != number:
            pass

    def call(self, command, timeout=20, **arguments):
        deadline = time.monotonic() + timeout
        if self._lines is None:
            self._synchronise(deadline)
        arguments = {k.replace("_", "-"): v for k, v in arguments.items()}
        try:
            self._lines.send({"execute": command, "arguments": arguments})
            answer = self._lines.receive(deadline)
        except Lost:
            self.forget()
            raise
        if "error" in answer:
            raise Refused("%s: %s" % (command, answer["error"]["desc"]))
        return answer.get("return")

    def run(self, command, timeout):
        """A shell command's exit status (signals as 128+n) and its output."""
        deadline = time.monotonic() + timeout
        script = "exec 2>&1; " + command
        started = self.call("guest-exec", path="/bin/sh", arg=["-c", script],
                            capture_output=True)
        pause = 0.01
        while True:
            state = self.call("guest-exec-status", pid=started["pid"])
            if state["exited"]:
                break
            if time.monotonic() > deadline:
                raise Lost("still running after %d s: %s" % (timeout, command))
            time.sleep(pause)
            pause = min(pause * 1.5, 0.3)
        output = base64.b64decode(state.get("out-data", ""))
        status = state.get("exitcode", 128 + state.get("signal", 0))
        return status, output.decode(errors="replace")

    def forget(self):
        """The guest goes away (reboot): start a new conversation next time."""
        if self._lines:
            self._lines.close()
        self._lines = None
