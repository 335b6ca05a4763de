#!/usr/bin/python3
"""packaging/server/nginx: the real nginx takes the files, hands out documents, and lets a terminal
put its own reports, once, and nothing else.

usage: test_nginx.py BUILD

Prints TAP.  Needs no root.
"""
import os
import re
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
import server

TOP = "/sekisho/tosu"
FILLED = {"ROOT": "/srv/www", "PORT": "443", "RUN": "/var/log/nginx", "PUBLISH": "8443"}


class Place:
    """A running nginx, and certificates of two terminals."""

    def __init__(self, folder):
        self.folder = folder
        self.nginx = server.Server(folder + "/nginx", server.Authority(folder + "/ca"))
        self.nginx.put("policy.ini", "[policy]\n")
        self.nginx.put("terminals/desk-17/exemptions.ini", "[exemption]\n")
        self.nginx.start()
        for name in "one", "two":
            self.make(name, "20000101000000Z", "99991231235959Z")
        self.up = f"{TOP}/up/{self.fingerprint('one')}"
        self.write("body", b"[report]\n")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def make(self, name, start, end):
        """A certificate that signs itself, as sekisho-fetch makes it."""
        pair = self.path(name)
        server.openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                       "-nodes", "-subj", "/CN=x", "-keyout", pair + ".key", "-out", pair + ".csr")
        self.write("ca.conf", f"[ca]\ndefault_ca=d\n[d]\ndatabase={self.folder}/index\nserial="
                   f"{self.folder}/serial\nnew_certs_dir={self.folder}\ndefault_md=sha256\n"
                   "policy=p\n[p]\ncommonName=supplied\n".encode())
        self.write("index", b"")
        self.write("serial", b"01\n")
        server.openssl("ca", "-batch", "-notext", "-config", self.path("ca.conf"), "-selfsign",
                       "-in", pair + ".csr", "-keyfile", pair + ".key", "-startdate", start,
                       "-enddate", end, "-out", pair + ".pem")

    def fingerprint(self, name):
        said = subprocess.run(["openssl", "x509", "-in", self.path(name + ".pem"), "-noout",
                               "-fingerprint", "-sha1"], capture_output=True, check=True).stdout
        return said.decode().split("=")[1].strip().replace(":", "").lower()

    def curl(self, path, *words, by=None, put=None):
        """The status and the headers."""
        more = ["--cert", self.path(by + ".pem"), "--key", self.path(by + ".key")] if by else []
        more += ["-T", self.path(put)] if put else []
        done = subprocess.run(
            ["curl", "-q", "-sS", "--path-as-is", "--cacert", self.nginx.authority.path("ca.pem"),
             "-D", "-", "-o", self.path("answer"), self.nginx.url + path, *more, *words],
            capture_output=True, check=False, timeout=900)
        blocks = done.stdout.decode().strip().split("\r\n\r\n")
        found = re.match(r"HTTP/\S+ (\d+)", blocks[-1])
        return int(found.group(1)) if found else 0, blocks[-1]

    def expect(self, status, path, *words, **more):
        got, headers = self.curl(path, *words, **more)
        assert got == status, f"{path} {words} {more}: {got} and not {status}\n{headers}"
        return headers


def a_document_is_handed_out_with_what_a_client_needs_to_ask_for_news(place):
    headers = place.expect(200, f"{TOP}/policy.ini")
    etag = re.search(r"ETag: (\S+)", headers).group(1)
    assert "Content-Encoding" not in headers and "nginx/" not in headers, headers
    place.expect(304, f"{TOP}/policy.ini", "-H", f"If-None-Match: {etag}")
    place.expect(200, f"{TOP}/policy.ini", "-I")
    place.nginx.put("policy.ini", "[policy]\nserial = 2\n")
    place.expect(200, f"{TOP}/policy.ini", "-H", f"If-None-Match: {etag}", "-H",
                 "Accept-Encoding: gzip")
    place.expect(200, f"{TOP}/terminals/desk-17/exemptions.ini")


def what_is_not_there_is_not_found_and_nothing_is_listed(place):
    place.nginx.put(".policy.ini.new", "half")
    place.nginx.put("terminals/desk-17/.tokens.ini.new", "half")
    for path in (f"{TOP}/fresh.ini", f"{TOP}/", f"{TOP}/terminals", f"{TOP}/terminals/",
                 f"{TOP}/terminals/desk-17", "/", "/sekisho", "/sekisho/", f"{TOP}/root/1.ini",
                 f"{TOP}/.policy.ini.new", f"{TOP}/terminals/desk-17/.tokens.ini.new"):
        place.expect(404, path)
    place.expect(400, f"{TOP}/../../../../etc/passwd")
    place.expect(400, f"{TOP}/policy.ini%00")


def a_terminal_puts_a_report_once_below_its_own_certificate(place):
    place.expect(201, f"{place.up}/status-1.ini", by="one", put="body")
    place.write("other", b"[other]\n")
    place.expect(409, f"{place.up}/status-1.ini", by="one", put="other")
    place.expect(403, f"{place.up}/status-1.ini", by="two", put="other")
    place.expect(403, f"{place.up}/status-2.ini", by="two", put="body")
    place.expect(403, f"{place.up}/status-2.ini", put="body")
    assert place.nginx.up() == {(place.fingerprint("one"), "status-1.ini"): b"[report]\n"}
    folder = place.nginx.path("up/" + place.fingerprint("one"))
    assert os.stat(folder).st_mode & 0o777 == 0o755
    assert os.stat(folder + "/status-1.ini").st_mode & 0o777 == 0o644


def a_connection_over_which_a_report_came_is_not_kept(place):
    """One for documents is: its client is still connected when the other has long been hung up on."""
    def connect(text):
        process = subprocess.Popen(
            ["openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{place.nginx.port}", "-cert",
             place.path("one.pem"), "-key", place.path("one.key")], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        process.stdin.write(text.encode())
        process.stdin.flush()
        return process
    down = connect(f"GET {TOP}/policy.ini HTTP/1.1\r\nHost: x\r\n\r\n")
    up = connect(f"PUT {place.up}/status-once HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")
    try:
        assert up.stdout.readline().startswith(b"HTTP/1.1 201"), "not taken"
        assert down.stdout.readline().startswith(b"HTTP/1.1 200"), "not given"
        up.wait(60)  # documents' are kept for 80 s
        assert down.poll() is None
    finally:
        for process in up, down:
            process.kill()
            process.communicate()


def nobody_reads_or_changes_what_went_up(place):
    place.expect(201, f"{place.up}/a.ini", by="one", put="body")
    place.expect(405, f"{place.up}/a.ini", by="one")
    for method in "DELETE", "POST", "MKCOL", "COPY", "MOVE", "PATCH":
        place.expect(405, f"{place.up}/a.ini", "-X", method, "-H",
                     f"Destination: {place.nginx.url}{TOP}/policy.ini", by="one")
    for path in f"{place.up}/", f"{TOP}/up", f"{TOP}/up/":
        place.expect(403, path, by="one")
    assert list(place.nginx.up().values()) == [b"[report]\n"]


def documents_cannot_be_changed(place):
    before = open(place.nginx.path("policy.ini"), "rb").read()
    for method in "PUT", "POST", "DELETE", "MKCOL", "COPY", "MOVE":
        place.expect(405, f"{TOP}/policy.ini", "-X", method, by="one")
    place.expect(405, f"{TOP}/root/1.ini", by="one", put="body")
    assert open(place.nginx.path("policy.ini"), "rb").read() == before
    assert not os.path.exists(place.nginx.path("root"))


def a_name_that_could_be_another_file_is_refused(place):
    long = "n" * 64
    place.expect(201, f"{place.up}/{long}", by="one", put="body")
    for name in (long + "n", "a/b", "%2e%2e/x", "a%2fb", "-a", "_a", "a%20b", "a%0ab", "a//b",
                 "status-1.ini/x", "%E9"):
        got, _ = place.curl(f"{place.up}/{name}", by="one", put="body")
        assert got in (400, 403), (name, got)
    place.expect(404, f"{place.up}/.hidden", by="one", put="body")
    place.expect(405, f"{place.up}/../../policy.ini", by="one", put="body")
    place.expect(403, f"{TOP}/up/{place.fingerprint('one').upper()}/a", by="one", put="body")
    assert [name for _, name in place.nginx.up()] == [long]


def nothing_goes_up_to_a_site_that_is_not_there(place):
    place.expect(404, place.up.replace("tosu", "other") + "/a.ini", by="one", put="body")
    assert os.listdir(place.nginx.root + "/sekisho") == ["tosu"]


def a_body_has_at_most_64_kib(place):
    place.write("large", b"x" * 65536)
    place.expect(201, f"{place.up}/large", by="one", put="large")
    place.write("larger", b"x" * 65537)
    place.expect(413, f"{place.up}/larger", by="one", put="larger")
    place.expect(413, f"{place.up}/larger", "-H", "Transfer-Encoding: chunked", by="one", put="larger")
    place.expect(501, f"{place.up}/part", "-H", "Content-Range: bytes 0-8/20", by="one", put="body")
    assert [name for _, name in place.nginx.up()] == ["large"]


def one_certificate_cannot_fill_the_disk_at_once(place):
    """140 files as fast as they go: the burst, and what two a second let through meanwhile."""
    words = []
    for number in range(200):
        words += ["-T", place.path("body"), f"{place.nginx.url}{place.up}/f{number}"]
    subprocess.run(["curl", "-q", "-sS", "--cacert", place.nginx.authority.path("ca.pem"), "--cert",
                    place.path("one.pem"), "--key", place.path("one.key"), *words],
                   capture_output=True, check=True, timeout=900)
    statuses = [line.split()[-1] for line in place.nginx.requests()]
    assert set(statuses) == {"201", "429"}, set(statuses)
    assert 121 <= statuses.count("201") == len(place.nginx.up()) < 190, statuses.count("201")
    place.expect(200, f"{TOP}/policy.ini", by="one")
    place.expect(201, f"{TOP}/up/{place.fingerprint('two')}/a", by="two", put="body")


def only_tls_1_3_is_spoken(place):
    assert place.curl(f"{TOP}/policy.ini", "--tls-max", "1.2") == (0, "")
    place.expect(200, f"{TOP}/policy.ini", "--tlsv1.3")


def a_certificate_counts_by_its_dates(place):
    """So that of a terminal has none that could be over."""
    place.make("old", "20000101000000Z", "20010101000000Z")
    place.expect(400, f"{TOP}/up/{place.fingerprint('old')}/a", by="old", put="body")


def the_log_holds_what_came_up_and_a_sample_of_the_rest(place):
    for _ in range(40):
        place.expect(200, f"{TOP}/policy.ini")
    place.expect(201, f"{place.up}/a.ini", by="one", put="body")
    place.expect(403, f"{place.up}/b.ini", by="two", put="body")
    place.nginx.stop()
    with open(place.nginx.folder + "/run/sekisho-access.log", encoding="utf-8") as file:
        lines = file.read().splitlines()
    puts = [line for line in lines if " PUT " in line]
    assert [line.split()[2] for line in puts] == ["201", "403"], lines
    assert f"certificate={place.fingerprint('one')}" in puts[0], puts
    assert len(lines) - len(puts) < 10, "most of what was read is not logged"


def the_files_say_what_is_to_be_filled_in(place):
    """Each placeholder is explained, and filled in they pass nginx -t without a warning."""
    text = "events { }\npid %s/pid;\nhttp {\n" % place.folder
    text += "".join(f"{kind}_temp_path {place.folder}/{kind};\n" for kind in
                    ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    certificate = place.nginx.certificate
    for name in "sekisho.conf", "publish.conf":
        with open(os.path.join(server.ROOT, "packaging/server/nginx", name), encoding="utf-8") as file:
            config = file.read()
        used = set(re.findall(r"@([A-Z]+)@", re.sub(r"(?m)^\s*#.*", "", config)))
        for word in used:
            assert re.search(rf"(?m)^#.*@{word}@", config), (name, word)
        for word, value in {**FILLED, "CERT": certificate[0], "KEY": certificate[1], "PUBLISHERS":
                            certificate[0], "RUN": place.folder}.items():
            config = config.replace(f"@{word}@", value)
        text += config
    place.write("nginx.conf", (text + "}\n").encode())
    done = subprocess.run(["/usr/sbin/nginx", "-t", "-q", "-e", place.path("errors"), "-c",
                           place.path("nginx.conf")], capture_output=True, check=False)
    # Port 443 is tried, too; who runs the tests need not be allowed to have it.
    said = done.stderr.decode() + open(place.path("errors"), encoding="utf-8").read()
    assert not re.search(r"\[(warn|emerg)\](?!.*(bind\(\)|Permission denied))", said), said
    assert not re.search(r"@[A-Z]+@", re.sub(r"(?m)^\s*#.*", "", text)), text


def only_status_reports_go_after_eight_days(place):
    top = place.path("tmpfiles")
    up = "/srv/www/sekisho/tosu/up/0123"
    names = ("status-1.ini", "request-E-1.ini", "records-1.jsonl", "join-1.ini")
    for name in names:
        for days in 3, 9:
            path = f"{top}{up}/{name.replace('1', str(days))}"
            server.write(path, "x")
            past = time.time() - days * 86400
            os.utime(path, (time.time(), past))
    config = os.path.join(server.ROOT, "packaging/server/tmpfiles.conf")
    server.write(top + "/etc/tmpfiles.d/server.conf", "".join(
        line for line in open(config, encoding="utf-8") if not line.startswith("d ")))
    done = subprocess.run(["systemd-tmpfiles", "--clean", f"--root={top}", "server.conf"],
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    gone = {name.replace("1", str(days)) for name in names for days in (3, 9)} - set(
        os.listdir(top + up))
    assert gone == {"status-9.ini"}, gone


def the_three_newest_of_each_terminal_can_be_kept(place):
    """By the line of GROWING.md."""
    with open(os.path.join(server.ROOT, "packaging/server/GROWING.md"), encoding="utf-8") as file:
        command = re.search(r"(?s)```keep\n(.*?)```", file.read()).group(1)
    others = {"records-000000000001-0.jsonl", "request-E-7K3M9Q2X.ini", "join-0.ini"}
    names = {f"status-{number:012}-{number:016x}.ini" for number in (1, 9, 10, 100, 99)}
    for folder, some in (("a" * 40, names), ("b" * 40, {min(names)})):
        os.makedirs(place.path(f"www/tosu/up/{folder}"))
        for name in some | others:
            place.write(f"www/tosu/up/{folder}/{name}", b"")
    for _ in range(2):
        subprocess.run(["sh", "-ec", command.replace("/srv/www/sekisho", place.path("www"))], check=True)
        assert set(os.listdir(place.path(f"www/tosu/up/{'b' * 40}"))) == others | {min(names)}
        kept = {name for name in names if int(name[7:19]) in (10, 99, 100)}
        assert set(os.listdir(place.path(f"www/tosu/up/{'a' * 40}"))) == others | kept


def main():
    tests = [function for name, function in globals().items() if callable(function) and
             getattr(function, "__code__", None) and
             function.__code__.co_varnames[:function.__code__.co_argcount] == ("place",)]
    print(f"1..{len(tests)}")
    has_failed = False
    for number, function in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as folder:
            place = Place(folder)
            try:
                function(place)
                print(f"ok {number} - {function.__name__}")
            except Exception:  # pylint: disable=broad-except
                has_failed = True
                print(f"not ok {number} - {function.__name__}")
                for line in traceback.format_exc().splitlines():
                    print("# " + line)
            finally:
                place.nginx.stop()
    return int(has_failed)


if __name__ == "__main__":
    sys.exit(main())
