#!/usr/bin/python3
"""packaging/server/README.md, typed: its lines for the desk as they stand there, its server by the real
nginx with a certificate of its own lines, its package on three terminals with the real sekishod and
sekisho-fetch.

usage: test_page.py BUILD

Prints TAP.  Needs no root.
"""
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import agent as agents
import server

PAGE = os.path.join(server.ROOT, "packaging/server/README.md")
HOST = "sekisho.tosu.example"
KEYS = "suzuki", "suzuki-safe", "tanaka", "tanaka-safe", "timer"
NAMES = "desk-17", "desk-18", "counter-1"


def blocks(kind, page=PAGE):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    return re.findall(rf"^ *```{kind}\n(.*?)^ *```$", text, re.S | re.M)


class Certified:
    """What the page's own lines made in place of an authority of the tests."""

    def __init__(self, folder):
        self.folder = folder

    def path(self, name):
        return os.path.join(self.folder, name.replace("ca.pem", "server-ca.pem"))


class Desk:
    def __init__(self, top):
        self.top, self.folder = top, top
        # The page's "share": of a group that two people are in.
        os.chmod(top, 0o2770)
        self.url = None
        os.makedirs(os.path.join(top, "www/sekisho/tosu/up"))
        for name in KEYS:
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name], cwd=top,
                           check=True, stdin=subprocess.DEVNULL)

    def type(self, lines):
        """As they stand on the page, but for where the server is. What they say."""
        for old, new in ((f"publisher@{HOST}:/srv/www", os.path.join(self.top, "www")),
                         (f"DNS:{HOST}", f"DNS:{HOST},IP:127.0.0.1"), (f"https://{HOST}", self.url)):
            if new:
                lines = lines.replace(old, new)
        done = subprocess.run(
            ["bash", "-e", "-c", "umask 022\n" + lines + "\npwd >\"$HERE\""], cwd=self.folder, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900,
            check=False, env={**os.environ, "PATH": server.BUILD + ":" + os.environ["PATH"],
                              "TZ": "Asia/Tokyo", "HERE": self.top + "/here"})
        assert done.returncode == 0, f"{lines}\n{done.stdout}"
        with open(self.top + "/here", encoding="utf-8") as file:
            self.folder = file.read().strip()
        return done.stdout


def install(desk, name, number):
    """A terminal with the page's package, unpacked and set up as dpkg does; three PCs of one name say
    another one."""
    line, = "".join(blocks("terminal")).splitlines()
    assert line == "apt install ./sekisho-agent_*.deb ./sekisho-site.deb", line
    terminal = agents.Agent(os.path.join(desk.top, name), number)
    root = os.path.join(desk.top, name, "root")
    subprocess.run(["dpkg-deb", "--raw-extract", desk.top + "/sekisho-site.deb", root], check=True)
    os.makedirs(terminal.path("etc"), exist_ok=True)
    for file in os.listdir(root + "/etc/sekisho"):
        shutil.copy(os.path.join(root, "etc/sekisho", file), terminal.path("etc"))
    with open(root + "/DEBIAN/postinst", encoding="utf-8") as file:
        script = file.read()
    assert "/etc/sekisho/join-ticket" in script and "/usr/share/sekisho/join-ticket" in script
    # Its own lines, in these folders.
    subprocess.run(["sh", "-c", script.replace("/etc/sekisho", terminal.path("etc")).replace(
        "/usr/share/", root + "/usr/share/").replace("systemctl", "true"), "postinst", "configure"],
                   check=True)
    assert os.stat(terminal.path("etc/join-ticket")).st_mode & 0o777 == 0o600
    with open(terminal.path("etc/site.ini"), "a", encoding="utf-8") as file:
        file.write(f"terminal = {name}\n")
    terminal.start()
    fetcher = agents.Fetcher(terminal)
    fetcher.start()
    return terminal, fetcher


def who_shares_the_folder_can_go_on(office):
    """The second administrator reads all of it and writes into each folder."""
    seen = 0
    for folder, _, files in os.walk(office):
        assert os.stat(folder).st_mode & 0o2070 == 0o2070, (folder, oct(os.stat(folder).st_mode))
        for name in files:
            mode = os.stat(os.path.join(folder, name)).st_mode
            assert mode & 0o040, (folder, name, oct(mode))
            assert name != "tickets.ini" or mode & 0o777 == 0o660, oct(mode)
            seen += name in ("tickets.ini", "terminal.ini", "policy.ini") or name.startswith("join-")
    assert seen >= 8, seen


def what_came_up_is_for_who_may_enter_the_folder(up):
    """nginx writes a body elsewhere and moves it here, with the group that it has there: who collects is
    not of that. So each file lets everybody read, and the mode of "up" says who gets that far."""
    files = [os.path.join(folder, name) for folder, _, names in os.walk(up) for name in names]
    assert files
    for path in files:
        assert os.stat(path).st_mode & 0o777 == 0o644, (path, oct(os.stat(path).st_mode))
    assert "-m 2750 /srv/www/sekisho/tosu/up" in blocks("server")[0]


def from_nothing_to_terminals_that_joined(top):
    desk = Desk(top)
    first, second, third, fourth, fifth, sixth, seventh = blocks("desk")
    said = desk.type(first)
    assert said.count("SHA-256: ") == 2, said
    desk.type(second)
    shutil.rmtree(top + "/nginx", ignore_errors=True)
    nginx = server.Server(top + "/nginx", Certified(top), (top + "/server.pem", top + "/server.key"))
    nginx.root = top + "/www"
    nginx.start()
    running = []
    try:
        desk.url = nginx.url
        # Nothing to collect yet, and nothing there before.
        assert "published for the tier my-number: 2 of 2 files were new" in desk.type(third)
        fetched = desk.type(fourth)
        assert "[policy]" in fetched and "SSH SIGNATURE" in fetched, fetched
        desk.type(fifth)
        for number, name in enumerate(NAMES, 1):
            running.append(install(desk, name, number))
        for number, (terminal, _) in enumerate(running):
            def has_joined(terminal=terminal, number=number):
                terminal.write("run/pace", f"idle\nevent {int(agents.time.time() * 10) + number}\n")
                agents.time.sleep(0.3)
                return not os.path.exists(terminal.path("etc/join-ticket"))
            agents.wait_for(has_joined, terminal.said)
            agents.wait_for(lambda t=terminal: t.records("policy-applied"), terminal.said)
        said = desk.type(sixth)
        for name in NAMES:
            assert name in said.split("published for the tier")[1], said
        listed = desk.type("sekisho-admin terminal list my-number")
        for name, (terminal, _) in zip(NAMES, running):
            assert re.search(rf"(?m)^ *{name}\b", listed), listed
            assert terminal.terminal()["key"] in listed, (terminal.terminal(), listed)
        desk.type(seventh)
        assert os.path.exists(top + "/www/sekisho/tosu/fresh.ini")
        assert not os.path.exists(top + "/www/sekisho/tosu/terminals"), "nothing of theirs yet"
        who_shares_the_folder_can_go_on(top + "/office")
        what_came_up_is_for_who_may_enter_the_folder(top + "/www/sekisho/tosu/up")
    finally:
        for terminal, fetcher in running:
            fetcher.stop()
            terminal.stop()
        nginx.stop()


def the_lines_for_the_server_make_a_configuration_that_nginx_takes(top):
    """sed, as the page has it, in a folder instead of /."""
    lines, = blocks("server")
    sed = re.search(r"(?s)sed -e.*?>\S+", lines).group(0)
    for name in "etc/nginx/conf.d", "var/log/nginx", "srv/www":
        os.makedirs(os.path.join(top, name))
    for path in "/etc/nginx", "/srv/www", "/var/log/nginx":
        sed = sed.replace(path, top + path)
    sed = sed.replace("|443|", f"|127.0.0.1:{server.free_port()}|")
    authority = server.Authority(top + "/ca")
    for made, wanted in zip(authority.issue("server"), ("server.pem", "server.key")):
        shutil.copy(made, f"{top}/etc/nginx/{wanted}")
    subprocess.run(["bash", "-e", "-c", sed], cwd=os.path.join(server.ROOT, "packaging/server"),
                   check=True)
    server.write(top + "/nginx.conf", f"events {{ }}\npid {top}/pid;\nhttp {{\n" + "".join(
        f"{kind}_temp_path {top}/{kind};\n" for kind in
        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) +
        f"include {top}/etc/nginx/conf.d/*.conf;\n}}\n")
    done = subprocess.run(["/usr/sbin/nginx", "-t", "-q", "-e", top + "/errors", "-c",
                           top + "/nginx.conf"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    for name in re.findall(r"\$\{?[A-Z_]+|@[A-Z]+@", sed):
        assert name.strip("@") in "PORT CERT KEY ROOT RUN", name


def the_units_of_the_timer_do_what_the_page_says_by_hand(top):
    """Each as it is shipped, but for the folders; systemd says that it understands them."""
    desk = Desk(top)
    desk.type(next(lines for lines in blocks("desk") if "site init" in lines))
    units = os.path.join(server.ROOT, "packaging/server/timer")
    for name in "sekisho-fresh.service", "sekisho-publish.service":
        with open(os.path.join(units, name), encoding="utf-8") as file:
            command = re.search(r"(?m)^ExecStart=/usr/bin/((?:.*\\\n)*.*)$", file.read()).group(1)
        desk.type(command.replace("/var/lib/sekisho-fresh/key", top + "/timer").replace(
            "/srv/sekisho/", top + "/office/"))
    assert os.path.exists(top + "/www/sekisho/tosu/fresh.ini")
    copied, = blocks("timer")
    assert "examples/server/timer/sekisho-*" in copied and "sekisho-publish.timer" in copied, copied
    if not shutil.which("systemd-analyze"):
        return
    for name in os.listdir(units):
        with open(os.path.join(units, name), encoding="utf-8") as file:
            server.write(f"{top}/{name}", file.read().replace("/usr/bin/sekisho-admin",
                                                              server.BUILD + "/sekisho-admin"))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *(
        f"{top}/{name}" for name in os.listdir(units))], capture_output=True, text=True, check=False)
    assert not re.search(r"(?m)^\S*sekisho-\S*: ", done.stderr), done.stderr


def both_languages_say_the_same_lines(top):
    kinds = "share", "desk", "server", "terminal", "timer", "stolen"
    for kind in kinds:
        assert blocks(kind) and blocks(kind) == blocks(kind, PAGE.replace(".md", ".ja.md")), kind
    with open(PAGE, encoding="utf-8") as file:
        assert set(re.findall(r"(?m)^ *```(\w+)", file.read())) == set(kinds)


if __name__ == "__main__":
    sys.exit(agents.tap(globals()))
