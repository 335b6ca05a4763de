"""An office whose documents a real nginx with TLS hands out, and a bare PC on the network that
becomes its terminal as packaging/server/README.md says. nginx runs on this machine."""
import json
import os
import re
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "server"))
import office
import server
from login_desk import hotp
from machine import ADDRESS, HOST

NAME, TERMINAL, OFFICER = "sekisho.tosu.example", "desk-17", "suzuki"
ENTRY = "%s/terminals/%s" % (office.TIER, TERMINAL)
DEB = "/root/sekisho-site.deb"
NETWORK = "[Match]\nDriver=virtio_net\n[Network]\nAddress=%s\nGateway=%s\n" % (ADDRESS, HOST)


class Headquarters:
    """Steps 1 to 3 of the page; nginx is not started yet."""

    def __init__(self, test):
        self._folder = tempfile.TemporaryDirectory(prefix="sekisho-headquarters-")
        test.defer(self._folder.cleanup)
        path = lambda name: os.path.join(self._folder.name, name)
        self.office = office.found(test.admin(), self._folder.name)
        self.office.rotate(2, "--add-to-role", "token-officer=" + OFFICER, by=office.BOTH)
        authority = server.Authority(path("authority"))
        self.server = server.Server(path("server"), authority, authority.issue(
            "server", alternatives="DNS:" + NAME))
        test.defer(self.server.stop)
        self.ca = authority.path("ca.pem")
        self.publish()

    @property
    def url(self):
        return "https://%s:%d" % (NAME, self.server.port)

    def publish(self):
        """And brings what came up."""
        return self.office.admin("publish", "--folder", office.TIER, "--to", self.server.root,
                                 "--collect")

    def package(self):
        """Step 4: the bytes of what makes a PC a terminal, and the ticket that is in it."""
        ticket, deb = self.office.key("ticket"), self.office.key("sekisho-site.deb")
        self.terminal("ticket", "--folder", office.TIER, "--count", "300", "--out", ticket)
        self.terminal("package", "--folder", office.TIER, "--source", self.url, "--ca", self.ca,
                      "--ticket", ticket, deb)
        with open(deb, "rb") as file, open(ticket, encoding="ascii") as words:
            return file.read(), words.read().strip()

    def terminal(self, *words):
        return self.office.admin("terminal", *words)

    def serial(self):
        """Of the policy."""
        return re.search(rb"(?m)^serial = (\d+)$", self.office.read(office.POLICY)).group(1).decode()

    def change(self, pattern, text):
        self.office.change(pattern, text)
        self.publish()

    def require_codes(self):
        text = self.office.read(office.POLICY).decode().split("-----BEGIN")[0]
        self.office.write(office.POLICY, (text + "\n[login]\nsecond-factor = required\n"
                                          "methods = hotp\nlock-after = 3\nlock-for = 1m\n").encode())
        self.office.sign(office.POLICY, first=("--raise",))

    def issue(self, account):
        """A token; what shows its next code."""
        told = self.office.admin("token", "issue", account, "--type", "hotp", "--for", ENTRY)
        self.office.sign(ENTRY + "/tokens.ini", by=(OFFICER,))
        self.publish()
        secret = re.search(r"secret=([A-Z2-7]+)", told).group(1)
        return Token(secret)


class Token:
    def __init__(self, secret):
        import base64
        self.secret, self._count = base64.b32decode(secret + "=" * (-len(secret) % 8)), 0

    def code(self):
        self._count += 1
        return hotp(self.secret, self._count - 1)


def connect(pc, name=TERMINAL):
    """The PC has a name, an address that lasts, and knows the server's."""
    pc.write_file("/etc/systemd/network/10-wire.network", NETWORK)
    pc.check("echo {0} >/etc/hostname && hostname {0} && "
             "printf '127.0.1.1 {0}\\n{1} {2}\\n' >>/etc/hosts && "
             "systemctl -q enable --now systemd-networkd".format(name, HOST, NAME))
    pc.wait_for("ip -4 -br addr | grep -q " + ADDRESS, 60, "an address")


def bus_property(pc, name):
    return json.loads(pc.check("busctl --json=short get-property org.sekisho.Agent1 "
                               "/org/sekisho/Agent1 org.sekisho.Agent1 " + name))["data"]
