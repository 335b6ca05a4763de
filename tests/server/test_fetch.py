#!/usr/bin/python3
"""sekisho-fetch and a real nginx with TLS on loopback: what comes, what goes up, and how much is
asked for.  TAP.

usage: test_fetch.py BUILD_DIR [TEST...]
"""
import base64
import contextlib
import hashlib
import os
import re
import socket
import threading
import time

from server import (NAME, Terminal, openssl, pin_of, run_tests, wait_for)


def media_list(shards):
    """media.ini of these shards, {number: bytes}, well formed; nobody looks at its signature."""
    lines = ["[media]", "kind = media", "format = 1", "site = tosu", "tier = my-number",
             "epoch = 1", "serial = 1", "issued = 2026-04-01T00:00:00+09:00",
             "not-before = 2026-04-01T00:00:00+09:00", "not-after = 2027-04-01T00:00:00+09:00",
             "media = %d" % len(shards), "[shards]", "count = 256"]
    lines += ["%02x = %s" % (number, base64.b64encode(
        hashlib.sha256(text).digest()).decode().rstrip("=")) for number, text in
        sorted(shards.items())]
    return "\n".join(lines) + "\n"


def put_media(server, shards, serial=""):
    for number, text in shards.items():
        server.put("media/%02x" % number, text)
    server.put("media.ini", media_list(shards) + serial)


def age(server):
    """As if all of it had been published a while ago: its entity tags are sure then."""
    for folder, _, names in os.walk(server.root):
        for name in names:
            path = os.path.join(folder, name)
            before = os.stat(path)
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns - 60 * 10**9))


def begin(place, *lines):
    server = place.server()
    terminal = place.terminal()
    terminal.configure(server.url, place.authority.path("ca.pem"), *lines)
    terminal.hurry()
    server.start()
    return server, terminal


def documents_come_and_what_is_another_terminals_does_not(place):
    server, terminal = begin(place)
    server.put("root/1.ini", "root one")
    server.put("root/2.ini", "root two")
    for name in "policy.ini", "fresh.ini", "revocations.ini":
        server.put(name, "of all: " + name)
    for name in "exemptions.ini", "tokens.ini", "desks.ini":
        server.put("terminals/desk-17/" + name, "mine: " + name)
        server.put("terminals/desk-18/" + name, "another's: " + name)
    put_media(server, {0x3f: b"shard"})
    terminal.start()
    for name in "policy.ini", "fresh.ini", "revocations.ini":
        terminal.has(name, "of all: " + name)
    for name in "exemptions.ini", "tokens.ini", "desks.ini":
        terminal.has(name, "mine: " + name)
    terminal.has("root/1.ini", "root one")
    terminal.has("root/2.ini", "root two")
    terminal.has("media/3f", "shard")
    terminal.has("media.ini", media_list({0x3f: b"shard"}))
    terminal.is_told("ok")
    assert terminal.stop() == 0
    assert terminal.said() == "", terminal.said()


def what_is_unchanged_is_not_sent_again(place):
    server, terminal = begin(place)
    server.put("terminals/desk-17/exemptions.ini", "one")
    server.put("policy.ini", "policy")
    age(server)
    terminal.start()
    terminal.has("exemptions.ini", "one")
    path = "/sekisho/tosu/terminals/desk-17/exemptions.ini"
    wait_for(lambda: "GET %s 304" % path in server.requests(), "a 304")
    time.sleep(2.5)
    answers = [line for line in server.requests() if path in line]
    assert answers.count("GET %s 200" % path) == 1, answers
    # While somebody waits, the rest is asked for once a minute.
    assert sum("policy.ini" in line for line in server.requests()) == 1
    server.put("terminals/desk-17/exemptions.ini", "two")
    terminal.has("exemptions.ini", "two", 5)
    assert terminal.stop() == 0


def what_is_written_twice_in_a_second_is_not_taken_for_the_same(place):
    """nginx makes an entity tag of a file's second and length."""
    server, terminal = begin(place)
    name = "terminals/desk-17/exemptions.ini"
    server.put(name, "1000")
    terminal.start()
    for number in range(1001, 1005):
        server.put(name, str(number))
        terminal.has("exemptions.ini", str(number), 10)
        second = int(time.time())
        os.utime(server.path(name), (second, second))
    assert terminal.stop() == 0


def a_start_asks_only_for_what_is_new(place):
    """As after a start of the PC: the spool is gone, what is kept is not."""
    server, terminal = begin(place)
    shards = {number: b"shard %d" % number for number in range(40)}
    put_media(server, shards)
    server.put("policy.ini", "policy")
    server.put("root/1.ini", "root")
    age(server)
    terminal.start()
    terminal.has("media.ini", media_list(shards))
    terminal.has("policy.ini", "policy")
    assert terminal.stop() == 0
    os.rename(terminal.path("sekisho-fetch/spool"), terminal.path("old-spool"))
    before = len(server.requests())
    shards[3] = b"another"
    put_media(server, shards)
    terminal.start()
    terminal.has("media.ini", media_list(shards))
    for number, text in shards.items():
        terminal.has("media/%02x" % number, text)
    terminal.has("policy.ini", "policy")
    terminal.has("root/1.ini", "root")
    wait_for(lambda: "exemptions.ini" in server.requests()[-1], "the end of a look")
    fetched = [line.split("/")[-1] for line in server.requests()[before:]
               if line.endswith(" 200")]
    assert fetched == ["03 200", "media.ini 200"] or fetched == ["media.ini 200", "03 200"], fetched
    assert terminal.stop() == 0


def what_was_kept_of_another_server_or_is_damaged_is_not_used(place):
    server, terminal = begin(place)
    server.put("policy.ini", "policy")
    server.put("fresh.ini", "fresh")
    age(server)
    terminal.start()
    terminal.has("policy.ini", "policy")
    terminal.has("fresh.ini", "fresh")
    wait_for(lambda: os.path.exists(terminal.path("sekisho-fetch/documents/fresh.ini")), "fresh")
    assert terminal.stop() == 0
    kept = terminal.path("sekisho-fetch/documents/policy.ini")
    with open(kept, "r+b") as file:
        file.seek(-2, os.SEEK_END)
        file.write(b"X")
    os.truncate(terminal.path("sekisho-fetch/documents/fresh.ini"), 100)
    before = len(server.requests())
    terminal.start()
    wait_for(lambda: "GET /sekisho/tosu/policy.ini 200" in server.requests()[before:], "policy")
    wait_for(lambda: "GET /sekisho/tosu/fresh.ini 200" in server.requests()[before:], "fresh")
    terminal.has("policy.ini", "policy")
    before = len(server.requests())
    # Another address of the same server.
    terminal.configure(server.url.replace("127.0.0.1", "localhost"), None,
                       "pin = " + pin_of(server.certificate[0]))
    os.unlink(terminal.path("etc/server-ca.pem"))
    wait_for(lambda: "GET /sekisho/tosu/policy.ini 200" in server.requests()[before:],
             "policy anew")
    assert terminal.stop() == 0


def parts_of_the_list_come_before_it_and_only_with_all(place):
    server, terminal = begin(place)
    first = {1: b"one", 2: b"two"}
    put_media(server, first)
    terminal.start()
    terminal.has("media.ini", media_list(first))
    second = {1: b"one, new", 2: b"two, new"}
    # The publisher is half through: the list is new, one of its parts is not.
    server.put("media/01", second[1])
    server.put("media.ini", media_list(second))
    terminal.hurry()
    terminal_full_look(terminal, server)
    assert terminal.spool("media/01") == b"one"
    assert terminal.spool("media.ini") == media_list(first).encode()
    server.put("media/02", second[2])
    terminal.stop()
    terminal.start()
    terminal.has("media.ini", media_list(second))
    terminal.has("media/01", second[1])
    terminal.has("media/02", second[2])
    assert "media/02: it is not what media.ini names" in terminal.said(), terminal.said()
    assert terminal.stop() == 0


def terminal_full_look(terminal, server):
    """A look at all, by a start."""
    terminal.stop()
    before = len(server.requests())
    terminal.start()
    wait_for(lambda: any("tokens.ini" in line for line in server.requests()[before:]),
             "a full look")


def a_chain_of_roots_is_followed_and_what_was_made_up_forgotten(place):
    server, terminal = begin(place)
    for number in range(1, 40):
        server.put("root/%d.ini" % number, "root %d" % number)
    terminal.start()
    terminal.has("root/39.ini", "root 39")
    for number in range(3, 40):
        os.unlink(server.path("root/%d.ini" % number))
    terminal_full_look(terminal, server)
    wait_for(lambda: sorted(os.listdir(terminal.path("sekisho-fetch/spool/root"))) ==
             ["1.ini", "2.ini"], "the roots that are left")
    server.put("root/3.ini", "the real one")
    terminal_full_look(terminal, server)
    terminal.has("root/3.ini", "the real one")
    assert terminal.stop() == 0


def what_waits_goes_up_once_under_the_certificate(place):
    server, terminal = begin(place)
    terminal.hand_up("request-E-7K3M9Q2X.ini", "please")
    terminal.hand_up("status-000000000001-0123456789abcdef.ini", "well")
    terminal.hand_up("-no", "never")
    terminal.start()
    mine = terminal.certificate()
    assert re.fullmatch("[0-9a-f]{40}", mine)
    wait_for(lambda: server.up() == {
        (mine, "request-E-7K3M9Q2X.ini"): b"please",
        (mine, "status-000000000001-0123456789abcdef.ini"): b"well"}, "what goes up")
    wait_for(lambda: terminal.spool("sent/request-E-7K3M9Q2X.ini") is not None, "a receipt")
    # The certificate in the file is the one that nginx saw.
    pem = terminal.path("sekisho-fetch/tls-0123456789abcdef.pem")
    assert os.stat(pem).st_mode & 0o777 == 0o600
    openssl("x509", "-in", pem, "-outform", "der", "-out", place.path("der"))
    with open(place.path("der"), "rb") as file:
        assert hashlib.sha1(file.read()).hexdigest() == mine
    # It waits still, its receipt is lost: it is there already, and that is a receipt again.
    os.unlink(terminal.path("sekisho-fetch/spool/sent/request-E-7K3M9Q2X.ini"))
    terminal.hurry("active")
    terminal.hurry()
    wait_for(lambda: terminal.spool("sent/request-E-7K3M9Q2X.ini") is not None, "another receipt")
    assert any(line.startswith("PUT") and line.endswith(" 409") for line in server.requests())
    # sekishod took it away: its receipt goes, too.
    os.unlink(terminal.path("state/up/request-E-7K3M9Q2X.ini"))
    wait_for(lambda: terminal.spool("sent/request-E-7K3M9Q2X.ini") is None, "no receipt")
    # What somebody waits for goes up at once.
    began = time.monotonic()
    terminal.hand_up("request-E-AAAAAAAA.ini", "please")
    wait_for(lambda: (mine, "request-E-AAAAAAAA.ini") in server.up(), "the next")
    assert time.monotonic() - began < 1.5
    assert terminal.stop() == 0
    assert terminal.said() == "", terminal.said()


def another_machine_has_another_path(place):
    server, terminal = begin(place)
    terminal.start()
    first = terminal.certificate()
    terminal.say_machine("fedcba9876543210")
    wait_for(lambda: terminal.certificate() != first, "another certificate")
    terminal.hand_up("join-0123456789abcdef.ini", "a copy")
    wait_for(lambda: list(server.up()) == [(terminal.certificate(), "join-0123456789abcdef.ini")],
             "the copy's request")
    terminal.say_machine("0123456789abcdef")
    wait_for(lambda: terminal.certificate() == first, "the first certificate again")
    assert terminal.stop() == 0


def without_sekishods_word_nothing_goes_up_and_all_comes(place):
    server, terminal = begin(place)
    os.unlink(terminal.path("run/terminal"))
    server.put("policy.ini", "policy")
    terminal.hand_up("request-E-7K3M9Q2X.ini", "please")
    terminal.start()
    terminal.has("policy.ini", "policy")
    time.sleep(0.5)
    assert server.up() == {} and terminal.spool("certificate") is None
    terminal.say_machine("0123456789abcdef")
    wait_for(lambda: len(server.up()) == 1, "the request")
    assert terminal.stop() == 0


def a_server_that_comes_back_finds_what_waited(place):
    server, terminal = begin(place)
    server.put("policy.ini", "one")
    terminal.start()
    terminal.has("policy.ini", "one")
    server.stop()
    terminal.hand_up("request-E-7K3M9Q2X.ini", "please")
    terminal.is_told("no-answer")
    assert terminal.spool("policy.ini") == b"one"
    server.put("policy.ini", "two")
    server.start()
    terminal.has("policy.ini", "two")
    wait_for(lambda: len(server.up()) == 1, "the request")
    terminal.is_told("ok")
    assert "answers again" in terminal.said()
    assert terminal.stop() == 0


def a_pinned_key_needs_no_authority_and_another_is_refused(place):
    server, terminal = begin(place)
    server.put("policy.ini", "policy")
    os.unlink(terminal.path("etc/server-ca.pem"))
    terminal.configure(server.url, None, "pin = " + pin_of(server.certificate[0]))
    terminal.start()
    terminal.has("policy.ini", "policy")
    server.put("policy.ini", "another")
    terminal.configure(server.url, None, "pin = " + "A" * 42 + "I")
    terminal.is_told("certificate")
    # Both must hold where both are named.
    other = Terminal(place.path("other"))
    place.running.append(other)
    other.configure(server.url, place.authority.path("ca.pem"), "pin = " + "A" * 42 + "I")
    other.hurry()
    other.start()
    other.is_told("certificate")
    assert other.spool("policy.ini") is None and terminal.spool("policy.ini") == b"policy"
    assert terminal.stop() == 0 and other.stop() == 0


def who_names_nobody_is_told_so(place):
    server, terminal = begin(place)
    server.put("policy.ini", "policy")
    os.unlink(terminal.path("etc/server-ca.pem"))
    terminal.start()
    terminal.is_told("not-configured")
    assert server.requests() == []
    assert "neither server-ca.pem nor" in terminal.said()
    terminal.configure(server.url, place.authority.path("ca.pem"))
    terminal.has("policy.ini", "policy")
    assert terminal.stop() == 0


def dates_are_judged_by_what_is_certain(place):
    """A flat battery's clock is not faked here, but certificates' dates."""
    past = place.authority.issue("past", start=("20200101000000Z", "20210101000000Z"))
    future = place.authority.issue("future", start=("20900101000000Z", "20910101000000Z"))
    for number, (certificate, floor, word) in enumerate((
            (past, None, "certificate"),
            (past, 1577836800, "ok"),            # 2020: it is good for all that is certain
            (past, 1640995200, "certificate"),   # 2022: it is over for certain
            (future, None, "certificate"),
            (future, 1767225600, "certificate"),
            (future, 3795000000, "ok"))):        # 2090: this PC's clock is behind
        folder = place.path(str(number))
        os.makedirs(folder)
        server = place.server(certificate)
        server.put("policy.ini", "policy")
        server.start()
        terminal = Terminal(os.path.join(folder, "terminal"))
        place.running.append(terminal)
        terminal.configure(server.url, place.authority.path("ca.pem"))
        if floor:
            terminal.say_floor(floor)
        terminal.hurry()
        terminal.start()
        terminal.is_told(word)
        assert (terminal.spool("policy.ini") is not None) == (word == "ok")
        terminal.stop()
        server.stop()


def nothing_of_the_environment_counts(place):
    server, terminal = begin(place)
    server.put("policy.ini", "policy")
    os.unlink(terminal.path("etc/server-ca.pem"))
    terminal.configure(server.url)
    os.makedirs(place.path("home"))
    with open(place.path("home/.netrc"), "w", encoding="ascii") as file:
        file.write("machine 127.0.0.1 login a password b\n")
    environment = {name: "http://127.0.0.1:1" for name in
                   ("https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy")}
    environment.update(SSL_CERT_FILE=place.authority.path("ca.pem"), HOME=place.path("home"),
                       CURL_CA_BUNDLE=place.authority.path("ca.pem"),
                       SSLKEYLOGFILE=place.path("keys"), OPENSSL_CONF=place.path("none"))
    terminal.start(**environment)
    terminal.is_told("not-configured")
    terminal.configure(server.url, place.authority.path("ca.pem"))
    terminal.has("policy.ini", "policy")
    assert not os.path.exists(place.path("keys"))
    assert terminal.stop() == 0


class Proxy:
    """Lets through what is asked by CONNECT, or refuses it."""

    def __init__(self, refuses=False):
        self.refuses, self.asked = refuses, []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(4096)
        self.asked.append(head.decode())
        if self.refuses:
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            connection.close()
            return
        host, port = head.split()[1].decode().rsplit(":", 1)
        other = socket.create_connection((host, int(port)))
        connection.sendall(b"HTTP/1.1 200 OK\r\nETag: \"of a proxy\"\r\n\r\n")
        threading.Thread(target=self.pass_on, args=(other, connection), daemon=True).start()
        self.pass_on(connection, other)

    @staticmethod
    def pass_on(one, other):
        with contextlib.suppress(OSError):
            while True:
                piece = one.recv(65536)
                if not piece:
                    break
                other.sendall(piece)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)


def a_proxy_is_used_where_one_is_named(place):
    server, terminal = begin(place)
    server.put("policy.ini", "policy")
    proxy = Proxy()
    # A name that only the proxy could find; the certificate is for it.
    terminal.configure("https://localhost:%d" % server.port, None,
                       "proxy = http://127.0.0.1:%d" % proxy.port,
                       "pin = " + pin_of(server.certificate[0]))
    os.unlink(terminal.path("etc/server-ca.pem"))
    terminal.hand_up("request-E-7K3M9Q2X.ini", "please")
    terminal.start()
    terminal.has("policy.ini", "policy")
    wait_for(lambda: server.up(), "the request")
    assert all(head.startswith("CONNECT localhost:%d HTTP/1.1" % server.port)
               for head in proxy.asked), proxy.asked
    assert terminal.stop() == 0


def a_proxy_that_is_away_or_refuses_is_named_as_such(place):
    server, terminal = begin(place)
    proxy = Proxy(refuses=True)
    terminal.configure(server.url, None, "proxy = http://127.0.0.1:%d" % proxy.port)
    terminal.start()
    terminal.is_told("proxy")
    assert proxy.asked and server.requests() == []
    terminal.stop()
    proxy.socket.shutdown(socket.SHUT_RDWR)
    proxy.socket.close()
    os.unlink(terminal.path("sekisho-fetch/spool/server"))
    terminal.start()
    terminal.is_told("proxy")
    assert terminal.stop() == 0


def a_connection_is_kept_from_one_look_to_the_next(place):
    """Each would cost the server as much as twenty answers."""
    server, terminal = begin(place)
    server.put("policy.ini", "policy")
    proxy = Proxy()
    terminal.configure(server.url, None, "proxy = http://127.0.0.1:%d" % proxy.port)
    terminal.start()
    wait_for(lambda: sum("exemptions.ini" in line for line in server.requests()) >= 4, "four looks")
    assert len(proxy.asked) == 1, proxy.asked
    assert terminal.stop() == 0


def the_name_of_the_server_counts(place):
    other = place.authority.issue("other", "DNS:another.test")
    server = place.server(other)
    server.start()
    terminal = place.terminal()
    terminal.configure(server.url, place.authority.path("ca.pem"))
    terminal.hurry()
    terminal.start()
    terminal.is_told("certificate")
    assert NAME not in terminal.said() and server.requests() == []
    assert terminal.stop() == 0


def sigterm_ends_it_while_it_waits_for_a_server(place):
    terminal = place.terminal()
    hostile = place.hostile(lambda *request: iter(lambda: time.sleep(1) or b"", None))
    terminal.configure(hostile.url, place.authority.path("ca.pem"))
    terminal.hurry()
    terminal.start()
    wait_for(lambda: hostile.requests, "a request")
    began = time.monotonic()
    assert terminal.stop() == 0
    assert time.monotonic() - began < 3


def a_source_of_another_kind_needs_another_start(place):
    server, terminal = begin(place)
    terminal.start()
    terminal.is_told("ok")
    os.makedirs(place.path("folder"))
    terminal.configure("file://" + place.path("folder"))
    assert terminal.process.wait(10) == 3
    assert server.requests()


run_tests([
    documents_come_and_what_is_another_terminals_does_not,
    what_is_unchanged_is_not_sent_again,
    what_is_written_twice_in_a_second_is_not_taken_for_the_same,
    a_start_asks_only_for_what_is_new,
    what_was_kept_of_another_server_or_is_damaged_is_not_used,
    parts_of_the_list_come_before_it_and_only_with_all,
    a_chain_of_roots_is_followed_and_what_was_made_up_forgotten,
    what_waits_goes_up_once_under_the_certificate,
    another_machine_has_another_path,
    without_sekishods_word_nothing_goes_up_and_all_comes,
    a_server_that_comes_back_finds_what_waited,
    a_pinned_key_needs_no_authority_and_another_is_refused,
    who_names_nobody_is_told_so,
    dates_are_judged_by_what_is_certain,
    nothing_of_the_environment_counts,
    a_proxy_is_used_where_one_is_named,
    a_proxy_that_is_away_or_refuses_is_named_as_such,
    a_connection_is_kept_from_one_look_to_the_next,
    the_name_of_the_server_counts,
    sigterm_ends_it_while_it_waits_for_a_server,
    a_source_of_another_kind_needs_another_start,
])
