#!/usr/bin/python3
"""A server that is against its terminals: sekisho-fetch meets one that answers what it likes.  It may
withhold; it can't make memory grow, nor make terminals ask faster, nor have anything believed.  TAP.

usage: test_hostile.py BUILD_DIR [TEST...]
"""
import base64
import contextlib
import hashlib
import os
import socket
import ssl
import threading
import time

from server import (BUILD, MEMORY_MAX_KIB, NO_SANDBOX, Authority, openssl, reply, run_tests,
                    wait_for)

EXEMPTIONS = "/sekisho/tosu/terminals/desk-17/exemptions.ini"
POLICY = "/sekisho/tosu/policy.ini"
POLICY_MAX = 256 * 1024


def begin(place, answer, *lines, word="waiting", speed=1, **more):
    hostile = place.hostile(answer, **more)
    terminal = place.terminal()
    terminal.configure(hostile.url, place.authority.path("ca.pem"), *lines)
    terminal.hurry(word)
    terminal.start(**fast(speed))
    return hostile, terminal


def fast(speed):
    """The environment in which its clocks run so many times as fast."""
    hooks = [path for path in (BUILD + "/tests/usb/kernel_hook.so", NO_SANDBOX)
             if os.path.exists(path)]
    return {} if speed == 1 else {"FAST_CLOCK": str(speed), "LD_PRELOAD": ":".join(hooks)}


def serve(documents, otherwise=reply(404)):
    """An answer of these, {path: bytes of a whole reply or a function}."""
    def answer(method, path, headers, body):
        found = documents.get(path, otherwise)
        return found(method, path, headers, body) if callable(found) else found
    return answer


def is_well(terminal):
    assert terminal.process.poll() is None
    memory = terminal.memory_kib()
    assert memory < MEMORY_MAX_KIB, "%d KiB" % memory
    assert terminal.stop() == 0


def endless(piece=b"x" * 65536):
    while True:
        yield piece


def looks_of(hostile, path):
    return [at for at, _, asked, _, _ in hostile.requests if asked == path]


def an_endless_document_is_cut(place):
    def flood(*request):
        yield b"HTTP/1.1 200 OK\r\nETag: \"a\"\r\n\r\n"
        yield from endless()
    hostile, terminal = begin(place, serve({POLICY: flood, EXEMPTIONS: reply(200, "mine")}))
    wait_for(lambda: len(terminal.spool("policy.ini") or b"") == POLICY_MAX + 1, "what is cut")
    terminal.has("exemptions.ini", "mine")
    is_well(terminal)


def an_endless_one_in_pieces_or_that_says_its_length_is_cut_too(place):
    def pieces(*request):
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        yield from endless(b"10000\r\n" + b"x" * 65536 + b"\r\n")

    def long(*request):
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"
        yield from endless()
    hostile, terminal = begin(place, serve({POLICY: pieces,
                                            "/sekisho/tosu/fresh.ini": long}))
    wait_for(lambda: len(terminal.spool("policy.ini") or b"") == POLICY_MAX + 1, "the policy")
    wait_for(lambda: len(terminal.spool("fresh.ini") or b"") == 16 * 1024 + 1, "fresh")
    is_well(terminal)


def headers_without_end_are_given_up(place):
    def headers(*request):
        yield b"HTTP/1.1 200 OK\r\n"
        yield from endless(b"X: " + b"y" * 1000 + b"\r\n")

    def interim(*request):
        yield from endless(b"HTTP/1.1 100 Continue\r\n\r\n")

    def one_line(*request):
        yield b"HTTP/1.1 200 OK\r\nX: "
        yield from endless()
    for number, answer in enumerate((headers, interim, one_line)):
        hostile = place.hostile(answer)
        terminal = place.terminal("desk-%d" % number)
        terminal.configure(hostile.url, place.authority.path("ca.pem"))
        terminal.hurry()
        terminal.start()
        terminal.is_told("no-answer")
        is_well(terminal)


def a_slow_drip_is_given_up(place):
    def drip(*request):
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        for _ in range(1000):
            time.sleep(0.5)
            yield b"x"
    hostile, terminal = begin(place, serve({}, drip))
    wait_for(lambda: hostile.requests, "a request")
    began = time.monotonic()
    terminal.is_told("no-answer", 60)
    assert 10 < time.monotonic() - began < 25, time.monotonic() - began
    assert not any(terminal.spool(name) for name in ("policy.ini", "exemptions.ini"))
    is_well(terminal)


def what_is_broken_off_is_not_taken(place):
    whole = reply(200, "not the whole truth")
    closed = []

    def cut(*request):
        closed.append(1)
        yield whole[:-5]
        raise ValueError("closed here")

    def half_a_piece(*request):
        closed.append(1)
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nnot the"
        raise ValueError("closed here")
    for number, answer in enumerate((cut, half_a_piece)):
        hostile = place.hostile(serve({EXEMPTIONS: answer}))
        terminal = place.terminal("desk-%d" % (17 + number) if number else "desk-17")
        terminal.configure(hostile.url, place.authority.path("ca.pem"))
        if number:
            hostile.answer = serve({EXEMPTIONS.replace("desk-17", "desk-18"): answer})
        terminal.hurry()
        terminal.start()
        terminal.is_told("no-answer")
        assert closed and terminal.spool("exemptions.ini") is None
        closed.clear()
        is_well(terminal)


def what_is_packed_is_not_unpacked(place):
    import gzip
    bomb = gzip.compress(b"\0" * 100_000_000)
    hostile, terminal = begin(place, serve({
        EXEMPTIONS: reply(200, bomb, "Content-Encoding: gzip"),
        "/sekisho/tosu/revocations.ini": reply(200, "plain")}))
    terminal.has("revocations.ini", "plain")
    terminal.is_told("partly")
    wait_for(lambda: "exemptions.ini: the server sends it packed" in terminal.said(), "a word")
    assert terminal.spool("exemptions.ini") is None
    assert not any("accept-encoding" in headers for _, _, _, headers, _ in hostile.requests)
    is_well(terminal)


def what_is_packed_on_its_way_is_not_unpacked_either(place):
    """libcurl would do that without being asked."""
    import gzip
    packed = gzip.compress(b"\0" * 1000)

    def bomb(*request):
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
        yield b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)

    def alone(*request):
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n\r\n" + packed
        raise ValueError("closed here")
    hostile, terminal = begin(place, serve({
        EXEMPTIONS: bomb, "/sekisho/tosu/fresh.ini": alone,
        "/sekisho/tosu/revocations.ini": reply(200, "plain")}))
    terminal.has("revocations.ini", "plain")
    terminal.is_told("partly")
    for name in "exemptions.ini", "fresh.ini":
        wait_for(lambda: name + ": the server sends it packed" in terminal.said(), "a word")
        assert terminal.spool(name) is None
    is_well(terminal)


def one_document_that_it_refuses_is_named_and_the_rest_goes_on(place):
    documents = {POLICY: reply(403), EXEMPTIONS: reply(200, "mine")}
    hostile, terminal = begin(place, serve(documents))
    terminal.has("exemptions.ini", "mine")
    terminal.is_told("partly")
    assert terminal.spool("server").split()[2] == b"403"
    assert "policy.ini: the server answers with status 403" in terminal.said()
    # Looks that do not ask for it say nothing else of it.
    before = len(looks_of(hostile, EXEMPTIONS))
    wait_for(lambda: len(looks_of(hostile, EXEMPTIONS)) >= before + 3, "more looks")
    assert terminal.server() == "partly"
    assert terminal.said().count("status 403") == 1, terminal.said()
    documents[POLICY] = reply(200, "policy")
    terminal.stop()
    terminal.start()
    terminal.has("policy.ini", "policy")
    terminal.is_told("ok")
    is_well(terminal)


def what_it_gave_under_the_real_tag_is_asked_for_whole_again(place):
    """Somebody had the server for a while, and knew which tag its documents would have after him."""
    tag = 'ETag: "6922f3a0-1f"'
    documents = {POLICY: reply(200, "made up", tag)}
    hostile, terminal = begin(place, serve(documents), word="idle", speed=100)
    terminal.has("policy.ini", "made up")

    def good(method, path, headers, body):
        return reply(304) if headers.get("if-none-match") else reply(200, "the real one", tag)
    documents[POLICY] = good
    wait_for(lambda: len(looks_of(hostile, POLICY)) >= 10, "looks")
    assert terminal.spool("policy.ini") == b"made up"
    terminal.has("policy.ini", "the real one", 600)
    assert len(looks_of(hostile, POLICY)) >= 60
    is_well(terminal)


def a_redirect_is_followed_nowhere(place):
    other = place.hostile(lambda *request: reply(200, "from elsewhere"))
    for number, status in enumerate((301, 302, 303, 307, 308)):
        hostile = place.hostile(lambda *request, status=status: reply(
            status, "", "Location: %s/sekisho/tosu/policy.ini" % other.url))
        terminal = place.terminal("desk-%d" % number)
        terminal.configure(hostile.url, place.authority.path("ca.pem"))
        terminal.hurry()
        terminal.hand_up("request-E-7K3M9Q2X.ini", "please")
        terminal.start()
        terminal.is_told("refused")
        # One question and one report, then the server is left alone for a while.
        time.sleep(0.5)
        assert len(hostile.requests) <= 2, hostile.requests
        assert terminal.spool("sent/request-E-7K3M9Q2X.ini") is None
        is_well(terminal)
    assert other.connections == 0


def another_certificate_is_told_nothing(place):
    strangers = Authority(place.path("strangers"))
    for number, more in enumerate((
            {"certificate": strangers.issue("other")},
            {"certificate": place.authority.issue("name", "DNS:elsewhere.test")},
            {"versions": (ssl.TLSVersion.TLSv1_2,) * 2})):
        hostile = place.hostile(lambda *request: reply(200, "believe me"), **more)
        terminal = place.terminal("desk-%d" % number)
        terminal.configure(hostile.url, place.authority.path("ca.pem"))
        terminal.hurry()
        terminal.hand_up("request-E-7K3M9Q2X.ini", "please")
        terminal.start()
        terminal.is_told("no-answer" if "versions" in more else "certificate")
        assert hostile.requests == []
        is_well(terminal)


def what_a_certificate_is_called_makes_no_line_of_the_journal(place):
    """One of the right authority, for somebody else."""
    folder = place.path("named")
    os.makedirs(folder)
    key, request, pem = (os.path.join(folder, name) for name in ("key", "request", "pem"))
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", key, "-out", request, "-utf8", "-subj", "/CN=x\n<2>forged\x1b[2J")
    openssl("x509", "-req", "-in", request, "-CA", place.authority.path("ca.pem"), "-CAkey",
            place.authority.path("ca.key"), "-CAcreateserial", "-days", "30", "-out", pem)
    hostile, terminal = begin(place, lambda *request: reply(200), certificate=(pem, key))
    terminal.is_told("certificate")
    assert "x?<2>forged?[2J" in terminal.said(), terminal.said()
    assert "\x1b" not in terminal.said() and hostile.requests == []
    is_well(terminal)


def faults_make_it_ask_less(place):
    hostile, terminal = begin(place, lambda *request: reply(500))
    wait_for(lambda: len(hostile.requests) >= 3, "three tries", 60)
    times = [at for at, *_ in hostile.requests]
    # Somebody waits: 2 s, and more each time.
    assert all(b - a >= 1.9 for a, b in zip(times, times[1:])), times
    # Nor by media that come and go.
    before = len(hostile.requests)
    began = time.monotonic()
    while time.monotonic() - began < 5:
        terminal.hurry()
        time.sleep(0.1)
        terminal.hurry("active")
        terminal.hand_up("request-%d.ini" % time.monotonic_ns(), "please")
        time.sleep(0.1)
    assert len(hostile.requests) - before <= 4, len(hostile.requests) - before
    terminal.is_told("refused")
    assert terminal.spool("server").split()[2] == b"500"
    is_well(terminal)


def it_comes_back_when_the_server_says_so(place):
    hostile, terminal = begin(place, lambda *request: reply(503, "", "Retry-After: 9"))
    wait_for(lambda: hostile.requests, "the first")
    while time.monotonic() - hostile.requests[0][0] < 8.5:
        terminal.hurry()
        time.sleep(0.2)
    assert len(hostile.requests) == 1
    wait_for(lambda: len(hostile.requests) == 2, "the second", 10)
    is_well(terminal)


def a_server_that_says_unchanged_for_ever_withholds_and_nothing_else(place):
    first = []

    def answer(method, path, headers, body):
        if path == EXEMPTIONS and not first:
            first.append(1)
            return reply(200, "mine", "ETag: \"a\"")
        return reply(304, "", "ETag: \"b\"")
    hostile, terminal = begin(place, answer)
    terminal.has("exemptions.ini", "mine")
    wait_for(lambda: len(looks_of(hostile, EXEMPTIONS)) >= 3, "more looks")
    # Of what nobody has it is no answer.
    assert terminal.spool("policy.ini") is None
    assert "was not asked that" in terminal.said()
    assert terminal.spool("exemptions.ini") == b"mine"
    tags = [headers.get("if-none-match") for _, _, path, headers, _ in hostile.requests
            if path == EXEMPTIONS]
    assert tags[0] is None and set(tags[1:]) == {'"a"'}, tags
    is_well(terminal)


def an_entity_tag_brings_nothing_into_a_request(place):
    evil = ['"a"\tX: y', '"a" b"', "W/\"" + "x" * 500 + "\"", '"a\x01b"', "a", '"\xe9"']
    tags = iter(evil + ['"good"'] * 1000)
    hostile, terminal = begin(place, serve({EXEMPTIONS: lambda *request: reply(
        200, "mine", "ETag: " + next(tags))}))
    wait_for(lambda: len(looks_of(hostile, EXEMPTIONS)) >= len(evil) + 2, "looks", 60)
    sent = [headers.get("if-none-match") for _, _, path, headers, _ in hostile.requests
            if path == EXEMPTIONS]
    assert sent[:len(evil) + 1] == [None] * (len(evil) + 1), sent
    assert sent[len(evil) + 1] == '"good"'
    assert not any("x" in headers for _, _, _, headers, _ in hostile.requests)
    is_well(terminal)


def made_up_roots_fill_nothing(place):
    def answer(method, path, headers, body):
        return reply(200, b"r" * 20000) if "/root/" in path else reply(404)
    hostile, terminal = begin(place, answer)
    folder = terminal.path("sekisho-fetch/spool/root")
    wait_for(lambda: os.path.isdir(folder) and len(os.listdir(folder)) >= 64, "roots")
    for _ in range(5):
        before = len(hostile.requests)
        terminal.stop()
        terminal.start()
        wait_for(lambda: len(hostile.requests) > before + 60, "another look")
        wait_for(lambda: any("tokens" in request[2] for request in hostile.requests[before:]),
                 "its end")
    names = os.listdir(folder)
    assert len(names) <= 240
    assert all(os.path.getsize(os.path.join(folder, name)) <= 16 * 1024 + 1 for name in names)
    is_well(terminal)


def media_list(shards):
    """A list of these, which nobody signed."""
    hashes = [base64.b64encode(hashlib.sha256(shard).digest()).decode().rstrip("=")
              for shard in shards]
    return "\n".join([
        "[media]", "kind = media", "format = 1", "site = tosu", "tier = my-number", "epoch = 1",
        "serial = 1", "issued = 2026-04-01T00:00:00+09:00",
        "not-before = 2026-04-01T00:00:00+09:00", "not-after = 2027-04-01T00:00:00+09:00",
        "media = 256", "[shards]", "count = 256",
        *("%02x = %s" % pair for pair in enumerate(hashes)), ""])


def lists_of_the_largest_parts_take_no_more_each_time(place):
    """All of them fit, and are others each time."""
    shards = []

    def answer(method, path, headers, body):
        if path.endswith("/media.ini"):
            shards[:] = [os.urandom(64 * 1024) for _ in range(256)]
            return reply(200, media_list(shards))
        if "/media/" in path:
            return reply(200, shards[int(path[-2:], 16)], 'ETag: "a"')
        return reply(404)
    hostile, terminal = begin(place, answer)
    for _ in range(3):
        before = len(hostile.requests)
        terminal.stop()
        terminal.start()
        wait_for(lambda: any("tokens" in path for _, _, path, _, _ in hostile.requests[before:]),
                 "the end of a look", 240)
        assert terminal.spool("media/ff") == shards[255]
    assert len(os.listdir(terminal.path("sekisho-fetch/spool/media"))) == 256
    is_well(terminal)


def a_list_whose_parts_never_fit_is_not_shown(place):
    text = media_list([b"what nobody has"] * 256)

    def answer(method, path, headers, body):
        if path.endswith("/media.ini"):
            return reply(200, text)
        if "/media/" in path:
            return reply(200, b"s" * 100_000)
        return reply(200, "mine") if path == EXEMPTIONS else reply(404)
    hostile, terminal = begin(place, answer)
    terminal.has("exemptions.ini", "mine", 120)
    parts = [path for _, _, path, _, _ in hostile.requests if "/media/" in path]
    assert len(parts) == 256 == len(set(parts)), len(parts)
    assert terminal.spool("media.ini") is None and terminal.spool("media/00") is None
    is_well(terminal)


def what_it_says_to_a_report_counts_by_its_status_alone(place):
    def endless_thanks(*request):
        yield b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
        yield from endless(b"10000\r\n" + b"x" * 65536 + b"\r\n")
    answers = {
        "a": (reply(201), True), "b": (reply(200, "welcome"), True), "c": (reply(204), True),
        "d": (reply(409), True), "e": (endless_thanks, True),
        "f": (reply(500), False), "g": (reply(403), False), "h": (reply(302), False),
        "i": (reply(304), False), "j": (b"OK\r\n", False), "k": (b"", False),
        "l": (b"\0" * 100, False), "m": (reply(413), False), "n": (reply(100), False),
    }
    for letter, (said, is_sent) in answers.items():
        def answer(method, path, headers, body, said=said):
            if method != "PUT":
                return reply(404)
            if callable(said):
                return said()
            return iter((said,)) if said else iter(lambda: time.sleep(0.2) or b"", None)
        hostile = place.hostile(answer)
        terminal = place.terminal("desk-" + letter)
        terminal.configure(hostile.url, place.authority.path("ca.pem"))
        name = "request-E-7K3M9Q2X.ini"
        terminal.hand_up(name, "please")
        terminal.hurry()
        terminal.start()
        wait_for(lambda: any(request[1] == "PUT" for request in hostile.requests), "a report")
        if is_sent:
            wait_for(lambda: terminal.spool("sent/" + name) is not None, "a receipt: " + letter)
        else:
            time.sleep(0.4)
            assert terminal.spool("sent/" + name) is None, letter
        put = next(request for request in hostile.requests if request[1] == "PUT")
        assert put[2] == "/sekisho/tosu/up/%s/%s" % (terminal.certificate(), name)
        assert put[4] == b"please" and "expect" not in put[3]
        is_well(terminal)


def a_report_that_is_refused_keeps_no_other(place):
    def answer(method, path, headers, body):
        if method != "PUT":
            return reply(404)
        return reply(413) if path.endswith("/request-big.ini") else reply(201)
    hostile = place.hostile(answer)
    terminal = place.terminal()
    terminal.configure(hostile.url, place.authority.path("ca.pem"))
    for name in "request-a.ini", "request-big.ini", "request-z.ini":
        terminal.hand_up(name, "please")
    terminal.hurry()
    terminal.start()
    for name in "request-a.ini", "request-z.ini":
        wait_for(lambda: terminal.spool("sent/" + name) is not None, name)
    assert terminal.spool("sent/request-big.ini") is None
    is_well(terminal)


def reports_that_cannot_go_up_keep_nothing_from_coming_down(place):
    def answer(method, path, headers, body):
        if method == "PUT":
            return reply(503, "", "Retry-After: 3600")
        return reply(200, str(time.monotonic())) if path == EXEMPTIONS else reply(404)
    hostile = place.hostile(answer)
    terminal = place.terminal()
    terminal.configure(hostile.url, place.authority.path("ca.pem"))
    terminal.hand_up("request-E-7K3M9Q2X.ini", "please")
    terminal.hurry()
    terminal.start()
    wait_for(lambda: len(looks_of(hostile, EXEMPTIONS)) >= 4, "looks", 20)
    assert sum(request[1] == "PUT" for request in hostile.requests) == 1
    terminal.is_told("ok")
    is_well(terminal)


def who_asks_for_something_does_not_wait_for_reports_that_are_sent_away(place):
    def answer(method, path, headers, body):
        if method != "PUT":
            return reply(404)
        return reply(201) if "/request-" in path else reply(429, "", "Retry-After: 3600")
    hostile = place.hostile(answer)
    terminal = place.terminal()
    terminal.configure(hostile.url, place.authority.path("ca.pem"))
    status, request = "status-000000000001-0123456789abcdef.ini", "request-E-7K3M9Q2X.ini"
    terminal.hand_up(status, "well")
    terminal.hurry()
    terminal.start()
    wait_for(lambda: any(one[1] == "PUT" for one in hostile.requests), "the report")
    began = time.monotonic()
    terminal.hand_up(request, "please")
    wait_for(lambda: terminal.spool("sent/" + request) is not None, "the receipt")
    assert time.monotonic() - began < 30  # it would be a minute at least
    wait_for(lambda: len(looks_of(hostile, EXEMPTIONS)) >= 4, "looks", 20)
    assert [one[1:3] for one in hostile.requests if one[1] == "PUT" and one[2].endswith(status)] == \
        [("PUT", "/sekisho/tosu/up/%s/%s" % (terminal.certificate(), status))]
    is_well(terminal)


def a_start_of_sekishod_brings_no_look_before_its_time(place):
    """Else a power cut would bring all terminals at once."""
    hostile = place.hostile(lambda *request: reply(404))
    terminal = place.terminal()
    os.unlink(terminal.path("run/terminal"))
    terminal.configure(hostile.url, place.authority.path("ca.pem"))
    terminal.start()
    began = time.monotonic()
    while time.monotonic() - began < 1:
        terminal.say_machine("0123456789abcdef")
        terminal.say_floor(1)
        time.sleep(0.1)
    # This PC has been up for more than two minutes: within 20 s.
    first = hostile.requests[0][0] - began if hostile.requests else None
    assert first is None or len(hostile.requests) <= 9, hostile.requests
    terminal.hurry()
    wait_for(lambda: hostile.requests, "a look")
    is_well(terminal)


def listen(pieces):
    """The port of somebody who says pieces() to whoever comes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk(connection):
        connection.settimeout(120)
        with contextlib.suppress(OSError), connection:
            for piece in pieces():
                connection.sendall(piece)

    def serve():
        while True:
            threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()
    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def a_proxy_without_an_end_is_given_up(place):
    def headers():
        yield b"HTTP/1.1 200 OK\r\n"
        yield from endless(b"X: " + b"y" * 1000 + b"\r\n")

    def interim():
        yield from endless(b"HTTP/1.1 100 Continue\r\n\r\n")

    def one_line():
        yield b"HTTP/1.1 200 OK\r\nX: "
        yield from endless()

    def refusal():
        yield b"HTTP/1.1 502 Bad\r\nTransfer-Encoding: chunked\r\n\r\n"
        yield from endless(b"10000\r\n" + b"x" * 65536 + b"\r\n")
    for number, pieces in enumerate((headers, interim, one_line, refusal)):
        terminal = place.terminal("desk-%d" % number)
        terminal.configure("https://127.0.0.1:1", place.authority.path("ca.pem"),
                           "proxy = http://127.0.0.1:%d" % listen(pieces))
        terminal.hurry()
        terminal.start()
        wait_for(lambda: terminal.server() in ("proxy", "no-answer"), "a word", 120)
        is_well(terminal)


def who_speaks_no_tls_is_no_server(place):
    terminal = place.terminal()
    terminal.configure("https://127.0.0.1:%d" % listen(lambda: [
        b"HTTP/1.1 200 OK\r\n\r\nhello" * 100]), place.authority.path("ca.pem"))
    terminal.hurry()
    terminal.start()
    terminal.is_told("no-answer")
    is_well(terminal)


run_tests([
    an_endless_document_is_cut,
    an_endless_one_in_pieces_or_that_says_its_length_is_cut_too,
    headers_without_end_are_given_up,
    a_slow_drip_is_given_up,
    what_is_broken_off_is_not_taken,
    what_is_packed_is_not_unpacked,
    what_is_packed_on_its_way_is_not_unpacked_either,
    one_document_that_it_refuses_is_named_and_the_rest_goes_on,
    what_it_gave_under_the_real_tag_is_asked_for_whole_again,
    a_redirect_is_followed_nowhere,
    another_certificate_is_told_nothing,
    what_a_certificate_is_called_makes_no_line_of_the_journal,
    faults_make_it_ask_less,
    it_comes_back_when_the_server_says_so,
    a_server_that_says_unchanged_for_ever_withholds_and_nothing_else,
    an_entity_tag_brings_nothing_into_a_request,
    made_up_roots_fill_nothing,
    lists_of_the_largest_parts_take_no_more_each_time,
    a_list_whose_parts_never_fit_is_not_shown,
    what_it_says_to_a_report_counts_by_its_status_alone,
    a_report_that_is_refused_keeps_no_other,
    reports_that_cannot_go_up_keep_nothing_from_coming_down,
    who_asks_for_something_does_not_wait_for_reports_that_are_sent_away,
    a_start_of_sekishod_brings_no_look_before_its_time,
    a_proxy_without_an_end_is_given_up,
    who_speaks_no_tls_is_no_server,
])
