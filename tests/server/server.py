"""What the tests of the server share: a CA, nginx as it is packaged or a hostile server in its place,
and a terminal's folders with the built sekisho-fetch.  Needs no root; everything lies below one
temporary folder and ends with it.
"""
import contextlib
import hashlib
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else os.path.join(ROOT, "build/gcc")
PATIENCE = 300  # only bounds a test that fails
# Sanitizers need more.
MEMORY_MAX_KIB = 48 * 1024 * (8 if "address" in os.path.basename(BUILD) else 1)
NAME = "sekisho.test"  # that of the server, beside 127.0.0.1
SITE = "tosu"
MACHINE = "0123456789abcdef"
NO_SANDBOX = BUILD + "/tests/fetch/no_sandbox.so"  # where there are sanitizers


def wait_for(condition, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "waited in vain for " + what
        time.sleep(0.01)


def write(path, text):
    """Whole, as a careful writer does; str or bytes."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".part", "wb") as file:
        file.write(text.encode() if isinstance(text, str) else text)
    os.rename(path + ".part", path)


def openssl(*words, **more):
    subprocess.run(["openssl", *words], check=True, capture_output=True, **more)


class Authority:
    """A CA, and certificates of it."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder)
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", self.path("ca.key"), "-out", self.path("ca.pem"), "-days", "3650",
                "-subj", "/CN=CA of a test")

    def path(self, name):
        return os.path.join(self.folder, name)

    def issue(self, name, alternatives="DNS:%s,IP:127.0.0.1" % NAME, days="3650", start=None):
        """name.pem and name.key; start and the end by x509's own dates where they are given."""
        key, request, pem = (self.path(name + end) for end in (".key", ".csr", ".pem"))
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", key, "-out", request, "-subj", "/CN=" + NAME)
        write(self.path("ext"), "subjectAltName=%s\n" % alternatives)
        if start is None:
            openssl("x509", "-req", "-in", request, "-CA", self.path("ca.pem"), "-CAkey",
                    self.path("ca.key"), "-CAcreateserial", "-days", days, "-extfile",
                    self.path("ext"), "-out", pem)
            return pem, key
        # Only "openssl ca" takes dates.
        write(self.path("ca.conf"), "[ca]\ndefault_ca=d\n[d]\ndatabase=%s\nserial=%s\n"
              "new_certs_dir=%s\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n"
              % (self.path("index"), self.path("serial"), self.folder))
        write(self.path("index"), "")
        write(self.path("serial"), "%016x\n" % time.monotonic_ns())
        openssl("ca", "-batch", "-notext", "-config", self.path("ca.conf"), "-in", request,
                "-cert", self.path("ca.pem"), "-keyfile", self.path("ca.key"), "-startdate",
                start[0], "-enddate", start[1], "-extfile", self.path("ext"), "-out", pem)
        return pem, key


def pin_of(pem):
    """As "pin" in site.ini."""
    public = subprocess.run(["openssl", "x509", "-in", pem, "-noout", "-pubkey"],
                            capture_output=True, check=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=public,
                         capture_output=True, check=True).stdout
    import base64
    return base64.b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def configuration():
    """The packaged one, with a log of all requests beside its own."""
    with open(os.path.join(ROOT, "packaging/server/nginx/sekisho.conf"), encoding="utf-8") as file:
        text = file.read()
    return re.sub(r"(?m)^(\s*)access_log .*;$", r"\g<0>\n\1access_log @RUN@/requests test;", text)


class Server:
    """nginx on a port of its own."""

    def __init__(self, folder, authority, certificate=None):
        self.folder = folder
        self.root = os.path.join(folder, "www")
        os.makedirs(self.path("up"), exist_ok=True)
        os.makedirs(os.path.join(folder, "run"), exist_ok=True)
        self.port = free_port()
        self.authority = authority
        self.certificate = certificate or authority.issue("server")
        self.process = None

    @property
    def url(self):
        return "https://127.0.0.1:%d" % self.port

    def path(self, name):
        """Of a document of the site."""
        return os.path.join(self.root, "sekisho", SITE, name)

    def put(self, name, text):
        write(self.path(name), text)

    def up(self):
        """What arrived: {(folder, name): bytes}."""
        found = {}
        for folder, _, names in os.walk(self.path("up")):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    found[os.path.basename(folder), name] = file.read()
        return found

    def requests(self):
        """Lines of the log: "METHOD PATH STATUS"."""
        try:
            with open(os.path.join(self.folder, "run/requests"), encoding="utf-8") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    def start(self):
        run = os.path.join(self.folder, "run")
        text = configuration()
        for word, value in (("@PORT@", "127.0.0.1:%d" % self.port), ("@CERT@", self.certificate[0]),
                            ("@KEY@", self.certificate[1]), ("@ROOT@", self.root),
                            ("@RUN@", run)):
            text = text.replace(word, value)
        temporary = "".join("    %s_temp_path %s/%s;\n" % (kind, run, kind) for kind in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        write(os.path.join(self.folder, "nginx.conf"), (
            "daemon off;\npid %s/pid;\nerror_log %s/errors;\nworker_processes 1;\n%s"
            "events { worker_connections 512; }\nhttp {\n%s"
            "    access_log off;\n    log_format test \"$request_method $uri $status\";\n"
            "%s\n}\n") % (run, run, "user root;\n" if os.getuid() == 0 else "", temporary, text))
        self.process = subprocess.Popen(
            ["/usr/sbin/nginx", "-p", self.folder, "-e", run + "/errors", "-c",
             os.path.join(self.folder, "nginx.conf")], stdin=subprocess.DEVNULL,
            stdout=open(run + "/said", "ab"), stderr=subprocess.STDOUT)
        wait_for(self.answers, "nginx")

    def answers(self):
        assert self.process.poll() is None, open(self.folder + "/run/said").read()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def stop(self):
        """With its workers: whoever kills nginx itself leaves them behind."""
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE)
            self.process = None


class Hostile:
    """A TLS server whose every answer is what a function says: answer(method, path, headers, body)
    gives bytes, or an iterable of bytes that are sent one after the other."""

    def __init__(self, certificate, answer, versions=(ssl.TLSVersion.TLSv1_3,) * 2, port=0):
        self.answer = answer
        self.requests = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version, self.context.maximum_version = versions
        self.context.load_cert_chain(*certificate)
        self.context.verify_mode = ssl.CERT_NONE
        self.socket = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.url = "https://127.0.0.1:%d" % self.port
        self.connections = 0
        self.is_over = False
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while not self.is_over:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        connection.settimeout(120)
        with contextlib.suppress(OSError, ValueError), connection:
            with self.context.wrap_socket(connection, server_side=True) as tls:
                while not self.is_over and self.exchange(tls):
                    pass

    def exchange(self, tls):
        head = b""
        while b"\r\n\r\n" not in head:
            more = tls.recv(65536)
            if not more:
                return False
            head += more
        head, body = head.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers = {key.lower(): value.strip() for key, value in
                   (line.split(":", 1) for line in lines[1:])}
        while len(body) < int(headers.get("content-length", 0)):
            more = tls.recv(65536)
            if not more:
                return False
            body += more
        self.requests.append((time.monotonic(), method, path, headers, body))
        answer = self.answer(method, path, headers, body)
        for part in [answer] if isinstance(answer, bytes) else answer:
            if self.is_over:
                return False
            tls.sendall(part)
        return True

    def stop(self):
        """The port is free then: nobody waits at it any more."""
        self.is_over = True
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def reply(status, body=b"", *headers):
    """A whole answer."""
    body = body.encode() if isinstance(body, str) else body
    lines = ["HTTP/1.1 %d x" % status, "Content-Length: %d" % len(body), *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class Terminal:
    """Folders of a terminal, and the built sekisho-fetch."""

    def __init__(self, top, name="desk-17"):
        self.top = top
        self.name = name
        for folder in "etc", "state/up", "run", "sekisho-fetch":
            os.makedirs(self.path(folder))
        self.process = None
        self.events = 0
        self.say_machine(MACHINE)

    def path(self, name):
        return os.path.join(self.top, name)

    def configure(self, url, ca=None, *lines):
        """site.ini, and a CA's certificate."""
        if ca:
            shutil.copy(ca, self.path("etc/server-ca.pem"))
        write(self.path("etc/site.ini"), "[site]\nsite = %s\ntier = my-number\nterminal = %s\n"
              "source = %s\n%s" % (SITE, self.name, url, "".join(l + "\n" for l in lines)))

    def say_machine(self, machine):
        write(self.path("run/terminal"), "machine %s\n" % machine)

    def say_floor(self, seconds):
        write(self.path("run/floor"), "%d\n" % seconds)

    def hurry(self, word="waiting"):
        """A look soon, and often with "waiting"."""
        self.events += 1
        write(self.path("run/pace"), "%s\nevent %d\n" % (word, self.events))

    def hand_up(self, name, text):
        """As sekishod does."""
        write(self.path("state/up/" + name), text)

    def start(self, **environment):
        self.process = subprocess.Popen(
            [BUILD + "/sekisho-fetch"], stdin=subprocess.DEVNULL,
            stderr=open(self.path("stderr"), "ab"), env={
                **os.environ, "CONFIGURATION_DIRECTORY": self.path("etc"),
                "STATE_DIRECTORY": self.path("state"), "RUNTIME_DIRECTORY": self.path("run"),
                **({"LD_PRELOAD": NO_SANDBOX, "ASAN_OPTIONS": "verify_asan_link_order=0"}
                   if os.path.exists(NO_SANDBOX) else {}), **environment})

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def said(self):
        with open(self.path("stderr"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def spool(self, name):
        try:
            with open(self.path("sekisho-fetch/spool/" + name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def has(self, name, text, patience=PATIENCE):
        text = text.encode() if isinstance(text, str) else text
        wait_for(lambda: self.spool(name) == text, "%s in the spool" % name, patience)

    def server(self):
        """The word that the spool has of the server."""
        line = self.spool("server")
        return line.split()[0].decode() if line else None

    def is_told(self, word, patience=PATIENCE):
        wait_for(lambda: self.server() == word,
                 "the word %s; there is %s" % (word, self.server()), patience)

    def certificate(self):
        wait_for(lambda: self.spool("certificate"), "the certificate's fingerprint")
        return self.spool("certificate").decode().strip()

    def memory_kib(self):
        return memory_kib(self.process)


def memory_kib(process):
    """The most that it ever had."""
    with open("/proc/%d/status" % process.pid, encoding="ascii") as file:
        return int(file.read().split("VmHWM:")[1].split()[0])


def run_tests(tests):
    """TAP.  Each test is a function of a temporary folder and a CA; its name is what it says."""
    wanted = sys.argv[2:]
    tests = [test for test in tests if not wanted or test.__name__ in wanted]
    failed = 0
    print("1..%d" % len(tests), flush=True)
    with tempfile.TemporaryDirectory(prefix="sekisho-server-") as top:
        authority = Authority(os.path.join(top, "ca"))
        for number, test in enumerate(tests, 1):
            name = test.__name__.replace("_", " ")
            folder = os.path.join(top, str(number))
            os.makedirs(folder)
            running = []
            try:
                began = time.monotonic()
                test(Place(folder, authority, running))
                print("ok %d - %s # %.1f s" % (number, name, time.monotonic() - began), flush=True)
            except Exception as error:  # pylint: disable=broad-except
                failed += 1
                import traceback
                print("not ok %d - %s" % (number, name), flush=True)
                for line in traceback.format_exc().splitlines():
                    print("# " + line)
                for one in running:
                    if isinstance(one, Terminal) and os.path.exists(one.path("stderr")):
                        print("# sekisho-fetch said:")
                        for line in one.said().splitlines()[-20:]:
                            print("#   " + line)
            finally:
                for one in running:
                    stop_for_good(one)
    sys.exit(1 if failed else 0)


def stop_for_good(one):
    process = getattr(one, "process", None)
    if isinstance(one, (Hostile, Server)):
        one.stop()
    elif process and process.poll() is None:
        process.kill()
        process.wait()


class Place:
    """Where a test plays."""

    def __init__(self, folder, authority, running):
        self.folder, self.authority, self.running = folder, authority, running

    def path(self, name):
        return os.path.join(self.folder, name)

    def server(self, certificate=None):
        server = Server(self.path("server"), self.authority, certificate)
        self.running.append(server)
        return server

    def hostile(self, answer, certificate=None, **more):
        hostile = Hostile(certificate or self.authority.issue("hostile"), answer, **more)
        self.running.append(hostile)
        return hostile

    def terminal(self, name="desk-17"):
        terminal = Terminal(self.path("terminal-" + name), name)
        self.running.append(terminal)
        return terminal
