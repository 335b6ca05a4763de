#!/usr/bin/python3
"""sekisho-admin publish: into a folder, by rsync and by PUT, with the real rsync, curl and nginx.

usage: test_publish.py BUILD

Prints TAP.  Needs no root.
"""
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
import published
import server
from published import TIER, TOKENS, tree

import desk as desks
from desk import DONE, NO, UNKNOWN

ALL = {"root/1.ini", "root/2.ini", "policy.ini", TOKENS}


def what_terminals_read_is_published_and_nothing_else(desk):
    desk.list_terminal("desk-17")
    desk.write(f"{TIER}/tickets.ini", b"secret\n")
    desk.write(f"{TIER}/terminals/desk-17/join-1.ini", b"a request\n")
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--threshold", "policy=1")
    to, place = desk.place()
    desk.publish(to, says="published for the tier my-number: 4 of 4 files were new, 0 removed")
    assert set(tree(place)) == ALL, tree(place).keys()
    assert tree(place)["policy.ini"] == desk.read(f"{TIER}/policy.ini")


def files_can_be_read_by_the_server_whatever_the_umask_is(desk):
    to, place = desk.place()
    before = os.umask(0o077)
    try:
        desk.publish(to)
    finally:
        os.umask(before)
    for folder, _, names in os.walk(place):
        for name in names:
            if not name.endswith(".lock"):
                assert os.stat(os.path.join(folder, name)).st_mode & 0o777 == 0o644, name


def who_may_write_into_the_place_may_publish_there_next(desk):
    to, place = desk.place()
    os.chmod(desk.path(to), 0o2775)
    desk.publish(to)
    for folder, _, _ in os.walk(place):
        assert os.stat(folder).st_mode & 0o7777 == 0o2775, folder
    assert os.stat(f"{place}/.publish.lock").st_mode & 0o777 == 0o664


def only_what_changed_is_written(desk):
    to, place = desk.place()
    desk.publish(to)
    before = {name: os.stat(f"{place}/{name}") for name in ALL}
    desk.issue_policy()
    desk.publish(to, says="1 of 4 files were new")
    for name in ALL:
        after = os.stat(f"{place}/{name}")
        assert (after.st_ino == before[name].st_ino) == (name != "policy.ini"), name
    desk.publish(to, says="0 of 4 files were new, 0 removed")


def a_web_server_sees_each_change_of_the_same_size_in_the_same_second(desk):
    to, place = desk.place()
    seen = set()
    for _ in range(3):
        desk.publish(to)
        status = os.stat(f"{place}/{TOKENS}")
        seen.add(int(status.st_mtime))
        data = desk.read(published.office.TOKENS)
        desk.issue_tokens("tanaka")
        assert desk.read(published.office.TOKENS) != data
    assert len(seen) == 3, seen


def a_document_that_terminals_would_refuse_stops_everything(desk):
    to, place = desk.place()
    desk.publish(to)
    before = tree(place)
    desk.issue_policy()
    policy = desk.read(f"{TIER}/policy.ini")
    for damage in (policy.replace(b"phone = block", b"phone = allow"), policy[:-200], b"", b"x\n"):
        desk.write(f"{TIER}/policy.ini", damage)
        desk.publish(to, NO, says="nothing was published")
        assert tree(place) == before
    desk.write(f"{TIER}/policy.ini", policy)
    tokens = desk.read(published.office.TOKENS)
    desk.write(published.office.TOKENS, tokens.replace(b"tier = my-number", b"tier = lgwan"))
    desk.publish(to, NO, says=["tokens.ini is refused", "nothing was published"])
    assert tree(place) == before


def what_is_newer_there_is_not_undone(desk):
    to, place = desk.place()
    old = desk.read(f"{TIER}/policy.ini")
    desk.issue_policy()
    desk.publish(to)
    before = tree(place)
    desk.write(f"{TIER}/policy.ini", old)
    desk.publish(to, NO, says=["has the serial 2 of epoch 1, here it is 1 of epoch 1",
                               "somebody published from a newer folder"])
    assert tree(place) == before


def two_tiers_never_share_a_place(desk):
    to, place = desk.place()
    desk.publish(to)
    before = tree(place)
    shutil.copytree(desk.path(TIER), desk.path("site/lgwan"))
    shutil.rmtree(desk.path("site/lgwan/terminals"))
    for name in "site.ini", "policy.ini":
        text = desk.read(f"site/lgwan/{name}").replace(b"my-number", b"lgwan")
        desk.write(f"site/lgwan/{name}", text.split(b"-----BEGIN")[0])
    desk.sign("site/lgwan/policy.ini", "suzuki", "tanaka")
    desk.expect(NO, "publish", "--folder", "site/lgwan", "--to", to,
                says=["is of the site tosu and the tier my-number"])
    assert tree(place) == before
    desk.expect(UNKNOWN, "publish", "--folder", "site", "--to", to,
                says=["holds 2 tiers", "--folder site/"])
    desk.expect(DONE, "publish", "--folder", "site/lgwan", "--to", ".",
                says="published for the tier lgwan")


def what_is_for_a_retired_terminal_is_removed_there(desk):
    to, place = desk.place()
    desk.list_terminal("desk-17")
    desk.publish(to)
    assert TOKENS in tree(place)
    desk.list_terminal("desk-17", state="retired")
    desk.publish(to, says="0 of 3 files were new, 1 removed")
    assert set(tree(place)) == ALL - {TOKENS}
    assert not os.path.exists(f"{place}/terminals/desk-17")
    assert desk.read(published.office.TOKENS), "administrators keep it"


def strangers_files_there_are_left_alone(desk):
    to, place = desk.place()
    for name in "terminals/desk-99/tokens.ini", "up/0123/request-1.ini", "note.txt":
        server.write(f"{place}/{name}", "x\n")
    desk.publish(to)
    assert set(tree(place)) == ALL | {"terminals/desk-99/tokens.ini", "up/0123/request-1.ini",
                                      "note.txt"}


def a_place_that_cannot_be_is_refused(desk):
    desk.write("file", b"x\n")
    for to in "nowhere", "file", "http://server", "file:///srv", "-oProxyCommand=x:y", "", "--":
        desk.publish(to, UNKNOWN, says="nothing was published")
    desk.expect(UNKNOWN, "publish", "--folder", TIER, says="where to? Say --to")
    desk.expect(UNKNOWN, "publish", "--folder", TIER, "--to", ".", "--curl-config", "x",
                says="is for --to https")
    desk.expect(UNKNOWN, "publish", "--folder", TIER, "--to", "https://127.0.0.1:1", "--collect",
                says="--collect is for rsync and folders")
    os.symlink("../site", desk.path("site/sekisho"))
    os.makedirs(desk.path("srv/sekisho"))
    os.symlink(desk.path("site"), desk.path("srv/sekisho/tosu"))
    desk.publish("srv", NO, says="is the folder that is to be published")


def a_run_that_is_killed_leaves_each_file_old_or_new(desk):
    """At any system call that could leave half of something."""
    to, place = desk.place()
    desk.publish(to)
    old = tree(place)
    desk.issue_policy()
    desk.issue_tokens("suzuki")
    new = {name: desk.read(name.replace("root/", "site/root/") if name.startswith("root/")
                           else f"{TIER}/{name}") for name in ALL}
    stops = 0
    for call in "rename", "write", "utimensat", "fchmod":
        for number in (1, 2):
            shutil.rmtree(place)
            for name, data in old.items():
                server.write(f"{place}/{name}", data)
            done = subprocess.run(
                ["strace", "-f", "-o", "/dev/null", "-e", f"inject={call}:signal=KILL:when={number}",
                 desks.ADMIN, "publish", "--folder", TIER, "--to", to], cwd=desk.folder,
                capture_output=True, check=False)
            found = {name: data for name, data in tree(place).items()
                     if not os.path.basename(name).startswith(".")}
            assert set(found) == ALL
            for name in ALL:
                assert found[name] in (old[name], new[name]), (call, number, name)
            # Of the policy only once what it may need is there.
            if found["policy.ini"] == new["policy.ini"]:
                assert found[TOKENS] == new[TOKENS], (call, number)
            stops += done.returncode != 0
            desk.publish(to)
            assert tree(place) == new, (call, number)
    assert stops >= 4, stops


def terminals_never_see_a_policy_before_the_root_that_signs_it(desk):
    """Somebody reads all the time while a new root, a policy by it and a fresh appear."""
    to, place = desk.place()
    desk.publish(to)
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--threshold", "policy=1")
    desk.sign("site/root/3.ini", "suzuki", "tanaka")
    desk.write(f"{TIER}/policy.ini", desk.read(f"{TIER}/policy.ini").split(b"-----BEGIN")[0]
               .replace(b"serial = 1\n", b"serial = 2\n"))
    desk.sign(f"{TIER}/policy.ini", "suzuki")
    new = desk.read(f"{TIER}/policy.ini")
    is_over, wrong, looks = threading.Event(), [], [0]

    def watch():
        while not is_over.is_set():
            with open(f"{place}/policy.ini", "rb") as file:
                has_policy = file.read() == new
            looks[0] += 1
            if has_policy and not os.path.exists(f"{place}/root/3.ini"):
                wrong.append(looks[0])

    watcher = threading.Thread(target=watch)
    watcher.start()
    desk.publish(to)
    is_over.set()
    watcher.join()
    assert not wrong and looks[0] > 10, (wrong, looks)
    assert tree(place)["policy.ini"] == new


class Daemon:
    """rsync's own, in a folder."""

    def __init__(self, folder):
        self.port = server.free_port()
        path = os.path.join(folder, "rsyncd.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"port = {self.port}\naddress = 127.0.0.1\nuse chroot = no\n"
                       f"log file = {folder}/rsyncd.log\n[srv]\npath = {folder}/www\n"
                       "read only = no\n" + ("uid = root\ngid = root\n" if os.getuid() == 0 else ""))
        self.process = subprocess.Popen(["rsync", "--daemon", "--no-detach", f"--config={path}"],
                                        stdin=subprocess.DEVNULL)
        server.wait_for(self.answers, "rsync's daemon")
        self.url = f"rsync://127.0.0.1:{self.port}/srv"

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait()


def through_rsync(desk, to, **environment):
    """What every way by rsync must do."""
    place = desk.path("www/sekisho/tosu")
    desk.list_terminal("desk-17")
    desk.publish(to, says="4 of 4 files were new, 0 removed", **environment)
    assert set(tree(place)) == ALL
    assert os.stat(f"{place}/policy.ini").st_mode & 0o777 == 0o644
    desk.publish(to, says="0 of 4 files were new, 0 removed", **environment)
    server.write(f"{place}/media/3f", "of before\n")
    server.write(f"{place}/note.txt", "x\n")
    old = desk.read(f"{TIER}/policy.ini")
    desk.issue_policy()
    desk.publish(to, says="1 of 4 files were new, 1 removed", **environment)
    assert set(tree(place)) == ALL | {"note.txt"}
    assert tree(place)["policy.ini"] == desk.read(f"{TIER}/policy.ini") != old
    new = desk.read(f"{TIER}/policy.ini")
    desk.write(f"{TIER}/policy.ini", old)
    desk.publish(to, NO, says="somebody published from a newer folder", **environment)
    desk.write(f"{TIER}/policy.ini", new)
    desk.list_terminal("desk-17", state="retired")
    desk.publish(to, says="0 of 3 files were new, 1 removed", **environment)
    assert TOKENS not in tree(place) and not os.path.exists(f"{place}/terminals/desk-17")


def it_publishes_to_a_daemon_of_rsync(desk):
    desk.place()
    daemon = Daemon(desk.folder)
    try:
        through_rsync(desk, daemon.url)
    finally:
        daemon.stop()
    desk.publish(daemon.url, UNKNOWN, says="could be reached or written")


def it_publishes_to_another_machine_by_ssh(desk):
    """ssh itself is stood in for by a script that runs the command here."""
    desk.place()
    desk.write("ssh", b"#!/bin/sh\nwhile [ \"$1\" != server ]; do shift; done\nshift\nexec \"$@\"\n")
    os.chmod(desk.path("ssh"), 0o755)
    through_rsync(desk, f"server:{desk.path('www')}", RSYNC_RSH=desk.path("ssh"))


def one_connection_of_ssh_serves_all_calls(desk):
    """Without RSYNC_RSH it is ssh, told to share one; where ssh fails, nothing is published."""
    desk.write("ssh", b"#!/bin/sh\necho \"$@\" >>\"$0.log\"\nexit 255\n")
    os.chmod(desk.path("ssh"), 0o755)
    output = desk.publish("server:/srv", UNKNOWN, says="nothing was published",
                          PATH=desk.folder + ":" + os.environ["PATH"])
    log = desk.read("ssh.log").decode()
    assert re.search(r"ControlMaster=auto .*ControlPath=\S+/ssh .*server rsync", log), (log, output)


def what_terminals_handed_up_is_collected(desk):
    desk.place()
    place = desk.path("www/sekisho/tosu")
    os.makedirs(desk.path("site/up"))
    for name, data in (("up/ab/status-1.ini", "one\n"), ("up/cd/request-E-1.ini", "two\n"),
                       ("up/cd/large", "x" * 65537)):
        server.write(f"{place}/{name}", data)
    os.symlink("/etc/passwd", f"{place}/up/cd/link")
    server.write(desk.path("site/up/ab/status-1.ini"), "kept\n")
    daemon = Daemon(desk.folder)
    try:
        for to in "www", daemon.url:
            desk.expect(DONE, "publish", "--folder", TIER, "--to", to, "--collect",
                        says="collected: 1 files" if to == "www" else "collected: 0 files")
            assert tree(desk.path("site/up")) == {"ab/status-1.ini": b"kept\n",
                                                  "cd/request-E-1.ini": b"two\n"}
    finally:
        daemon.stop()


class Writable(server.Server):
    """nginx with publish.conf beside sekisho.conf."""

    def __init__(self, folder):
        super().__init__(folder + "/nginx", server.Authority(folder + "/ca"))
        self.publish_port = server.free_port()
        self.publisher = self.make_publisher("publisher")
        with open(os.path.join(server.ROOT, "packaging/server/nginx/publish.conf"),
                  encoding="utf-8") as file:
            text = file.read()
        for word, value in (("@PUBLISH@", f"127.0.0.1:{self.publish_port}"),
                            ("@PUBLISHERS@", self.publisher + ".pem")):
            text = text.replace(word, value)
        self.more = text

    def make_publisher(self, name):
        path = os.path.join(self.folder, name)
        server.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                       "-nodes", "-days", "30", "-subj", f"/CN={name}", "-keyout", path + ".key",
                       "-out", path + ".pem")
        return path

    def start(self):
        before = server.configuration
        server.configuration = lambda: before() + self.more
        try:
            super().start()
        finally:
            server.configuration = before

    def as_publisher(self, desk, path):
        desk.write("curl.conf", f'cert = "{path}.pem"\nkey = "{path}.key"\n'
                   f'cacert = "{self.authority.path("ca.pem")}"\n'.encode())
        return f"https://127.0.0.1:{self.publish_port}"


def it_publishes_by_put(desk):
    nginx = Writable(desk.folder)
    nginx.start()
    try:
        to = nginx.as_publisher(desk, nginx.publisher)
        place = nginx.path("")
        desk.list_terminal("desk-17")
        desk.publish(to, says="4 of 4 files were new, 0 removed")
        assert set(tree(place)) == ALL, tree(place).keys()
        assert tree(place)[TOKENS] == desk.read(published.office.TOKENS)
        desk.publish(to, says="0 of 4 files were new, 0 removed")
        old = desk.read(f"{TIER}/policy.ini")
        desk.issue_policy()
        desk.publish(to, says="1 of 4 files were new, 0 removed")
        new = desk.read(f"{TIER}/policy.ini")
        desk.write(f"{TIER}/policy.ini", old)
        desk.publish(to, NO, says="somebody published from a newer folder")
        desk.write(f"{TIER}/policy.ini", new)
        desk.list_terminal("desk-17", state="retired")
        desk.publish(to, says="0 of 3 files were new, 1 removed")
        assert TOKENS not in tree(place)
        desk.issue_policy()
        before = tree(place)
        to = nginx.as_publisher(desk, nginx.make_publisher("stranger"))
        desk.publish(to, UNKNOWN, says="the server answers 400 to GET")
        desk.write("curl.conf", f'cacert = "{nginx.authority.path("ca.pem")}"\n'.encode())
        # Who is no publisher reads at the terminals' port, and writes nothing there either.
        desk.publish(nginx.url, UNKNOWN, says=["policy.ini: the server answers 405 to PUT",
                                               "--curl-config"])
        desk.write("curl.conf", b"")
        desk.publish(to, UNKNOWN, says=["curl ended with 60", "nothing was published"])
        assert tree(place) == before
    finally:
        nginx.stop()


def by_put_the_first_refusal_is_the_last_request(desk):
    """fresh.ini never says of a policy that is not there."""
    authority = server.Authority(desk.path("ca"))

    def answer(method, path, headers, body):
        status = "404 Not Found" if method == "GET" else (
            "507 Insufficient Storage" if path.endswith("policy.ini") else "201 Created")
        return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()

    hostile = server.Hostile(authority.issue("server"), answer)
    desk.write("curl.conf", f'cacert = "{authority.path("ca.pem")}"\n'.encode())
    desk.publish(hostile.url, UNKNOWN, says=["policy.ini: the server answers 507 to PUT",
                                             "publish once more"])
    puts = [path for _, method, path, *_ in hostile.requests if method == "PUT"]
    assert [os.path.basename(path) for path in puts] == ["1.ini", "2.ini", "tokens.ini",
                                                         "policy.ini"], puts


if __name__ == "__main__":
    os.environ["TMPDIR"] = os.environ.get("TMPDIR", "/tmp")
    sys.exit(desks.main(globals(), published.Office))
