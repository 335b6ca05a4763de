#!/usr/bin/python3
"""packaging/rsyslog: two real rsyslogd and stunnel carry records from a terminal to a collector, by
RELP over TLS. Nothing is lost where one of them is killed, away or somebody else.

usage: test_rsyslog.py BUILD

Prints TAP.  Needs no root.
"""
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
import server

HOST = os.uname().nodename.split(".")[0]
LINE_MAX = 8192  # as the agent writes them, with LF


def configuration(name):
    path = os.path.join(server.ROOT, "packaging/rsyslog", name)
    with open(path, encoding="utf-8") as file:
        return file.read()


class Daemon:
    """An rsyslogd of its own with one of our files."""

    def __init__(self, folder, name, values):
        self.folder = folder
        os.makedirs(folder + "/work", exist_ok=True)
        text = configuration(name)
        for word, value in values.items():
            assert word in text, word
            text = text.replace(word, value)
        self.config = folder + "/rsyslog.conf"
        # As in Debian's own: what is there before ours is included.
        server.write(self.config, f'global(workDirectory="{folder}/work")\n'
                     f'module(load="imuxsock" SysSock.Use="off")\n{text}\n'
                     f'*.* action(type="omfile" file="{folder}/rest")\n')
        self.process = None

    def check(self):
        done = subprocess.run(["rsyslogd", "-N1", "-f", self.config], capture_output=True,
                              check=False)
        return done.returncode, done.stderr.decode()

    def start(self):
        self.process = subprocess.Popen(
            ["rsyslogd", "-n", "-f", self.config, "-i", self.folder + "/pid"],
            stdin=subprocess.DEVNULL, stdout=open(self.folder + "/said", "ab"),
            stderr=subprocess.STDOUT)

    def said(self):
        """Its last words."""
        try:
            with open(self.folder + "/said", encoding="utf-8", errors="replace") as file:
                return "".join(file.readlines()[-4:])
        except FileNotFoundError:
            return ""

    def stop(self, how=signal.SIGTERM):
        if self.process:
            self.process.send_signal(how)
            self.process.wait(server.PATIENCE)
            self.process = None


class Terminal(Daemon):
    """The same with a stunnel beside it."""

    def __init__(self, folder, records, values):
        self.port = server.free_port()
        super().__init__(folder, "sekisho.conf", {
            "/var/log/sekisho/": records + "/", 'port="2514"': f'port="{self.port}"',
            # A minute of waiting shows nothing more than a second.
            'resumeInterval="10"': 'resumeInterval="1"',
            'resumeIntervalMax="600"': 'resumeIntervalMax="1"'})
        text = configuration("stunnel.conf").replace("127.0.0.1:2514", f"127.0.0.1:{self.port}")
        for word, value in values.items():
            assert word in text, word
            text = text.replace(word, value)
        server.write(folder + "/stunnel.conf", text)
        self.tunnel = None

    def start(self):
        self.tunnel = subprocess.Popen(["stunnel", self.folder + "/stunnel.conf"],
                                       stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT,
                                       stdout=open(self.folder + "/tunnel-said", "ab"))
        super().start()

    def stop(self, how=signal.SIGTERM):
        super().stop(how)
        if self.tunnel:
            self.tunnel.send_signal(how)
            self.tunnel.wait(server.PATIENCE)
            self.tunnel = None


class Records:
    """The files of a terminal: a chain of lines, as sekishod writes them."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder)
        self.lines = []
        self.number = 1

    def append(self, n, size=0):
        for _ in range(n):
            before = hashlib.sha256(self.lines[-1] if self.lines else b"").hexdigest()
            record = {"sequence": len(self.lines) + 1, "before": before,
                      "text": "媒体 \"A\\B\" % \t%msg% <13>1 "}
            line = json.dumps(record, ensure_ascii=False).encode()
            if size > len(line):
                line = line[:-2] + b"x" * (size - 1 - len(line)) + line[-2:]
            self.lines.append(line)
            with open(f"{self.folder}/records-{self.number}.jsonl", "ab", buffering=0) as file:
                file.write(line + b"\n")


class Way:
    """A terminal, and a collector that may not run yet."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = server.Authority(folder + "/ca")
        self.port = server.free_port()
        self.records = Records(folder + "/records")
        self.certificate = self.authority.issue("collector")
        self.collector = self.make_collector(self.certificate)
        self.terminal = Terminal(folder + "/terminal", self.records.folder, {
            "connect = @COLLECTOR@": "connect = 127.0.0.1", "@COLLECTOR@": server.NAME,
            "@PORT@": str(self.port), "@CA@": self.authority.path("ca.pem")})

    def make_collector(self, certificate):
        return Daemon(self.folder + "/collector", "collector.conf", {
            "@PORT@": str(self.port), "@FOLDER@": self.folder + "/collected",
            "@CERT@": certificate[0], "@KEY@": certificate[1],
            "@CA@": self.authority.path("ca.pem")})

    def arrived(self):
        try:
            with open(f"{self.folder}/collected/{HOST}/records.jsonl", "rb") as file:
                return file.read().split(b"\n")[:-1]
        except FileNotFoundError:
            return []

    def all_arrive(self, patience=server.PATIENCE):
        """All, each as it was written; those that came twice counted once. How many did."""
        def is_whole():
            return set(self.records.lines) <= set(self.arrived())
        try:
            server.wait_for(is_whole, "the records", patience)
        except AssertionError:
            missing = [number for number, line in enumerate(self.records.lines, 1)
                       if line not in set(self.arrived())]
            raise AssertionError(f"lost: {missing[:10]}, {len(missing)} of "
                                 f"{len(self.records.lines)}\n"
                                 + self.terminal.said() + self.collector.said()) from None
        arrived = self.arrived()
        assert set(arrived) == set(self.records.lines), "something else arrived, too"
        return len(arrived) - len(self.records.lines)

    def stop(self):
        self.terminal.stop()
        self.collector.stop()


def rsyslogd_finds_nothing_wrong_with_them(way):
    for daemon in way.terminal, way.collector:
        status, said = daemon.check()
        assert status == 0 and "rror" not in said and "warn" not in said.lower(), said
    server.write(way.terminal.config, configuration("sekisho.conf").replace("type=\"omrelp\"", "type=\"omrelq\""))
    assert way.terminal.check()[0] != 0, "this test could not fail"


def a_record_arrives_as_it_was_written(way):
    way.collector.start()
    way.terminal.start()
    way.records.append(20)
    way.records.append(3, LINE_MAX)
    way.records.append(1)
    assert way.all_arrive() == 0
    assert way.arrived() == way.records.lines, "in another order"
    assert not os.path.exists(way.terminal.folder + "/rest"), "they are in no other log"
    path = f"{way.folder}/collected/{HOST}"
    assert os.stat(path).st_mode & 0o777 == 0o750
    assert os.stat(path + "/records.jsonl").st_mode & 0o777 == 0o640


def a_new_file_is_followed_and_old_ones_are_sent_at_first(way):
    way.records.append(30)
    way.records.number = 2
    way.records.append(5)
    way.collector.start()
    way.terminal.start()
    way.all_arrive()
    way.records.number = 3
    way.records.append(5)
    assert way.all_arrive() == 0


def nothing_is_lost_while_the_collector_is_away(way):
    way.terminal.start()
    for _ in range(10):
        way.records.append(50)
        time.sleep(0.05)
    way.collector.start()
    assert way.all_arrive() == 0
    way.collector.stop()
    way.records.append(200)
    way.collector.start()
    way.all_arrive()


def nothing_is_lost_where_the_collector_is_killed_in_the_middle(way):
    way.collector.start()
    way.terminal.start()
    for _ in range(5):
        way.records.append(200)
        server.wait_for(lambda: len(way.arrived()) > len(way.records.lines) - 150, "some of them")
        way.collector.stop(signal.SIGKILL)
        way.records.append(100)
        way.collector.start()
    twice = way.all_arrive()
    assert twice < 1000, twice


def hardly_anything_is_lost_where_the_terminal_is_killed_while_the_collector_is_away(way):
    """What rsyslogd was taking in that very moment may be, as the file says; the chain shows the gap."""
    kills = 6
    for number in range(kills):
        way.terminal.start()
        way.records.append(150)
        time.sleep(0.05 * number)
        way.terminal.stop(signal.SIGKILL)
    way.collector.start()
    way.terminal.start()

    def missing():
        return set(way.records.lines) - set(way.arrived())
    server.wait_for(lambda: way.records.lines[-1] in way.arrived() and len(missing()) <= 10 * kills,
                    lambda: f"lost: {len(missing())} of {len(way.records.lines)}")
    assert not set(way.arrived()) - set(way.records.lines), "something else arrived, too"


def a_collector_with_another_certificate_gets_nothing(way):
    stranger = server.Authority(way.folder + "/stranger")
    over = "20200101000000Z", "20210101000000Z"
    for certificate in (stranger.issue("collector"), way.authority.issue("over", start=over),
                        way.authority.issue("other", "DNS:other.test,DNS:127.0.0.1")):
        collector = way.make_collector(certificate)
        collector.start()
        if not way.terminal.process:
            way.terminal.start()
        way.records.append(5)
        time.sleep(3)
        collector.stop()
        assert not way.arrived()
    with open(way.terminal.folder + "/tunnel-said", encoding="utf-8") as file:
        assert file.read().count("certificate verify failed") > 2
    way.collector = way.make_collector(way.certificate)
    way.collector.start()
    way.all_arrive()


def nobody_hears_them_on_the_way(way):
    """A server that takes plain text hears no record."""
    with __import__("socket").create_server(("127.0.0.1", way.port)) as listener:
        way.terminal.start()
        way.records.append(1)
        listener.settimeout(server.PATIENCE)
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(server.PATIENCE)
            heard = connection.recv(4096)
    assert heard[:1] == b"\x16" and b"sequence" not in heard, heard


def main():
    tests = [function for function in globals().values() if getattr(function, "__code__", None) and
             function.__code__.co_varnames[:function.__code__.co_argcount] == ("way",)]
    if sys.argv[2:]:
        tests = [function for function in tests if function.__name__ in sys.argv[2:]]
    print(f"1..{len(tests)}")
    has_failed = False
    for number, function in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as folder:
            way = Way(folder)
            try:
                function(way)
                print(f"ok {number} - {function.__name__}")
            except Exception:  # pylint: disable=broad-except
                has_failed = True
                print(f"not ok {number} - {function.__name__}")
                for line in traceback.format_exc().splitlines():
                    print("# " + line)
            finally:
                way.stop()
    return int(has_failed)


if __name__ == "__main__":
    sys.exit(main())
