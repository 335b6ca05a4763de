"""A PC becomes a terminal without a visit, on a real systemd, from a real nginx: two packages, a
ticket, a policy, a token, a reboot; and at the end nothing of its keys is left on its disk."""
import json
import os
import re
import shlex
import subprocess

from boots import JOINING
from headquarters import DEB, TERMINAL, Headquarters, bus_property, connect
from login_desk import PASSWORD
from scenario import event, records
from scenario_package import APT, APT_TIMEOUT, spare_the_initrd
from scenario_survives import wait_active

STATE, TICKET = "/var/lib/sekisho", "/etc/sekisho/join-ticket"
UNITS = "sekishod", "sekisho-fetch", "sekisho-fetch.path", "sekisho-unseal.path"
PRINTERS = rb"printer = \w+", b"printer = block"
POINTERS = rb"pointer = \w+", b"pointer = block"
# For what is waited for: a look can take two minutes to begin, and longer after a failure.
PATIENCE = 200


def install(test, pc, deb):
    """README.md: one line at the PC, or whatever installs packages there."""
    spare_the_initrd(test)
    pc.write_file(DEB, deb)
    pc.check("chmod 600 %s && cd /opt/t && %s install ./debs/sekisho-agent_*.deb "
             "./login-debs/*.deb %s" % (DEB, APT, DEB), APT_TIMEOUT)
    wait_active(pc)


def events(pc):
    return [event(record) for record in records(pc)]


def wait_serial(pc, serial):
    pc.wait_for("sekisho status | grep -q 'serial %s'" % serial, PATIENCE,
                "the policy %s from the server" % serial)


def complaints(pc):
    """What a unit of ours, or systemd of one of ours, has logged as an error since the start."""
    lines = pc.check("journalctl -b -o short -p err --no-pager").splitlines()
    return [line for line in lines if "sekisho" in line]


def assert_ticket_waits(pc, ticket):
    """While nobody answers it stays where only root reads it, and the request waits as well."""
    assert pc.check("stat -c '%U:%G %a' " + TICKET).split() == ["root:root", "600"]
    assert pc.check("cat " + TICKET).strip() == ticket
    pc.wait_for("grep -q . /run/sekisho-fetch/spool/server", 60, "what the fetcher says")
    assert "no-answer" in pc.check("cat /run/sekisho-fetch/spool/server")
    assert "does not answer" in pc.run("sekisho status")[1]
    pc.wait_for("ls %s/up | grep -q ^join-" % STATE, 60, "its request")


def join(test, centre, pc, ticket):
    """Nobody touches the PC: the key that the administrators see is the one on its screen."""
    centre.server.start()
    pc.wait_for("! test -e " + TICKET, PATIENCE, "the ticket gone")
    key = bus_property(pc, "SigningKey")
    centre.publish()
    asked = centre.terminal("requests")
    assert key in asked and TERMINAL in asked, asked
    said = centre.terminal("approve", "--folder", "my-number", "--all")
    assert TERMINAL in said, said
    assert key in centre.terminal("list", "my-number")
    # Its secret went nowhere.
    secret = ticket.split("-", 2)[2].encode()
    assert not [name for name, data in centre.server.up().items() if secret in data]
    assert "terminal-asked" in events(pc)
    wait_serial(pc, centre.serial())
    return key


def report(centre, pc, word):
    """What the terminal reported last, once it says so."""
    def look():
        centre.publish()
        said = centre.office.admin("fleet", "status", "--terminal", TERMINAL, "my-number")
        return said if re.search(word, said) else None
    return pc.wait_for(look, PATIENCE, "a report that says " + word)


def log_in(pc, user, *answers):
    job = json.dumps({"user": user, "answers": answers})
    status, said = pc.run("echo %s | python3 -I /opt/t/guest_login.py su" % shlex.quote(job), 200)
    assert status == 0, said
    return json.loads(said.splitlines()[-1])["is_in"]


def give_token(centre, pc):
    """From now on a password alone opens nothing here; which code comes next."""
    pc.check("for u in sato clerk; do useradd -m -s /bin/bash $u; echo $u:%s | chpasswd; done"
             % PASSWORD)
    centre.require_codes()
    token = centre.issue("sato")
    wait_serial(pc, centre.serial())
    pc.wait_for("test -e %s/second-factor/sato" % STATE, PATIENCE, "the token")
    pc.wait_for("grep -q pam_sekisho /etc/pam.d/common-auth", PATIENCE, "the login stack")
    assert not log_in(pc, "sato", PASSWORD, "000000")
    assert log_in(pc, "sato", PASSWORD, token.code())


def secrets(pc):
    """{name: hexadecimal} of what must not outlive the terminal on its disk."""
    read = lambda path: pc.read_file(path)
    tls = pc.check("find /var/lib/sekisho-fetch -name 'tls-*'").split()
    found = {"sign.key": read(STATE + "/terminal/sign.key"),
             "terminal-key.cred": read(STATE + "/terminal-key.cred")[:200],
             "tokens.ini": read(STATE + "/tokens.ini")[-600:-300]}
    for path in tls:
        assert b"PRIVATE KEY" in read(path), path
        found["TLS key"] = read(path)[60:180]
    return {name: data.hex() for name, data in found.items()}


def on_disk(pc, wanted):
    """{name: how often}, on the disk itself and not in what the kernel has of it in memory."""
    pc.write_file("/run/wanted", json.dumps(wanted))
    return json.loads(pc.check("sync; echo 3 >/proc/sys/vm/drop_caches; "
                               "python3 -I /opt/t/guest_traces.py /dev/vda </run/wanted", 300))


def assert_certificate(centre, text, key):
    """As sekisho(1) says: ssh-keygen believes it, and its key is the one in the list."""
    mark = "-----BEGIN SSH SIGNATURE-----"
    said, signature = text.split(mark)
    public = re.search(r"(?m)^public-key = (.*)$", said).group(1)
    for name, content in ("signers", "%s ssh-ed25519 %s\n" % (TERMINAL, public)), (
            "text.sig", mark + signature):
        with open(centre.office.key(name), "w", encoding="ascii") as file:
            file.write(content)
    done = subprocess.run(
        ["ssh-keygen", "-Y", "verify", "-f", centre.office.key("signers"), "-I", TERMINAL, "-n",
         "report@sekisho", "-s", centre.office.key("text.sig")], input=said.encode(),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0 and key in done.stdout.decode(), done.stdout


def decommission(centre, pc, key):
    wanted = secrets(pc)
    before = on_disk(pc, wanted)
    # Else it could not be told afterwards.
    assert all(before.values()) and len(before) == 4, before
    text = pc.check("sekisho decommission --yes 2>/run/said")
    assert_certificate(centre, text, key)
    after = on_disk(pc, wanted)
    assert not any(after.values()), after
    left = pc.check("cd %s && find . -type f; ls /etc/sekisho /var/lib/sekisho-fetch %s/up "
                    "/run/sekisho-otp" % (STATE, STATE))
    assert not re.search(r"second-factor/\w|sign|tokens|policy|root|site|ticket|request|\.pem",
                         left), left
    assert events(pc).count("terminal-ended") == 1
    # The ports stay shut, and nobody is asked for a code that nobody has any more.
    wait_active(pc)
    assert log_in(pc, "sato", PASSWORD)
    centre.terminal("retire", TERMINAL, "--folder", "my-number", "--reason", "scrapped")
    centre.publish()
    assert not os.path.exists(centre.server.path("terminals/%s/tokens.ini" % TERMINAL))


@JOINING.scenario(only_long=True)
def a_pc_joins_without_a_visit_obeys_reports_and_leaves_nothing_behind(test):
    pc = test.pc
    connect(pc)
    centre = Headquarters(test)
    deb, ticket = centre.package()
    install(test, pc, deb)
    assert_ticket_waits(pc, ticket)
    key = join(test, centre, pc, ticket)
    centre.change(*PRINTERS)
    wait_serial(pc, centre.serial())
    assert "block" in pc.check("sekisho policy show --why printer")
    give_token(centre, pc)
    said = report(centre, pc, r"policy +%s\b" % centre.serial())
    assert complaints(pc) == [], complaints(pc)
    # Another morning: all of it starts by itself, and what was changed meanwhile comes.
    centre.change(*POINTERS)
    pc.reboot()
    wait_active(pc)
    wait_serial(pc, centre.serial())
    assert bus_property(pc, "SigningKey") == key
    assert pc.check("systemctl is-active " + " ".join(UNITS)).split() == ["active"] * len(UNITS)
    assert events(pc).count("terminal-asked") == 1
    report(centre, pc, r"policy +%s\b" % centre.serial())
    assert complaints(pc) == [], complaints(pc)
    decommission(centre, pc, key)
