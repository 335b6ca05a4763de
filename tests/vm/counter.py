"""A counter PC where people ask for the use of a medium, and the office that permits it: the
folder of the site lies on this machine, and is mounted inside as a share."""
import json
import os
import re
import shlex
import struct
import subprocess
import time

import office
import sites
from scenario import event, records, sequence

KEY = "%s/terminals/desk-17/terminal-key.ini" % office.TIER
TERMINAL, PASSWORD, SOURCE = "desk-17", "Tosu-2026", "/srv/sekisho"
EMPLOYEES = "sato", "kato"          # no accounts of those who approve
OFFICER = "suzuki"
DESKS = "it-section", "night-watch"
APPROVERS = office.BOTH             # both have to, where a medium is written to
STICK_ID, SERIAL, LABEL = "46f4:0001", "TOSU-0001", "TOSU"
PARTITION, STICK_BYTES = 2048, 24 << 20
PLACE = "/run/media/%s/" + LABEL       # of whom
POLICY = ("longest = 8h", "approvals-read-only = 1", "approvals-read-write = 2", "scan = off")
LOGIN_TIMEOUT = 400
# For whatever is waited for: slow machines are right, too. How fast it is says make bench-exemption.
PATIENCE = 60
# What stands for an hour in the time of a scenario; the shortest that a form may ask for.
SHORTEST_S = 60


def fat_image(path, label=LABEL, size=STICK_BYTES):
    """A stick as one buys it: a partition table, one partition, FAT, one file in it."""
    sectors = size // 512 - PARTITION
    with open(path, "wb") as file:
        file.truncate(size)
        entry = struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", 0x0e, b"\xfe\xff\xff", PARTITION,
                            sectors)
        file.seek(446)
        file.write(entry + bytes(48) + b"\x55\xaa")
    run("mkfs.vfat", "-F", "16", "-n", label, "--offset", str(PARTITION), path, str(sectors // 2))
    run("mcopy", "-i", "%s@@1M" % path, "-", "::list.csv", stdin=b"name,number\n")


def run(*command, stdin=b""):
    done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ, "MTOOLS_SKIP_CHECK": "1"}, timeout=60)
    assert done.returncode == 0, "%s: %s" % (" ".join(command), done.stdout.decode(errors="replace"))
    return done.stdout


class Stick:
    """A stick and its image, which this machine can look at when the PC is done with it."""

    def __init__(self, pc, name):
        self._pc, self.name = pc, name
        self.path = os.path.join(pc.folder, name + "-medium.raw")

    def read(self, name):
        return run("mcopy", "-n", "-i", "%s@@1M" % self.path, "::" + name, "-")

    def names(self):
        return run("mdir", "-b", "-i", "%s@@1M" % self.path, "::").decode().split()

    def assert_clean(self):
        """The file system as its own checker sees it, and the mark of a proper end."""
        with open(self.path, "rb") as file:
            file.seek(PARTITION * 512)
            data = file.read()
        alone = self.path + ".partition"
        with open(alone, "wb") as file:
            file.write(data)
        said = subprocess.run(["fsck.vfat", "-n", "-v", alone], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        assert said.returncode == 0, said.stdout
        assert data[37] & 1 == 0, "the dirty bit is set:\n" + said.stdout
        os.unlink(alone)


class Counter:
    """Joins the PC to an office of its own when it is made."""

    def __init__(self, test, pc, policy=POLICY, employees=EMPLOYEES):
        self.test, self.pc, self.employees = test, pc, employees
        self.office = office.found(test.admin(), pc.folder, "share")
        self._sticks = 0
        self.office.rotate(2, "--add-to-role", "token-officer=" + OFFICER,
                           *(word for who in APPROVERS for word in (
                               "--add-to-role", "approver=" + who)), by=office.BOTH)
        self.policy(policy)
        self._make_place()
        self._make_accounts()
        self._join()

    def _make_place(self):
        """Where its documents come from, and where requests go."""
        self.say_of_site("source = file://" + SOURCE)
        os.makedirs(self.office.path("up"))
        os.chmod(self.office.path("up"), 0o777)

    def say_of_site(self, *lines):
        """What its site.ini says besides."""
        self.office.write("my-number/site.ini", self.office.read("my-number/site.ini") + "".join(
            line + "\n" for line in ("terminal = " + TERMINAL, *lines)).encode())

    def policy(self, lines):
        text = self.office.read(office.POLICY).decode().split("-----BEGIN")[0]
        text = re.sub(r"\n*# Exemptions here\.\n.*\Z", "\n", text, flags=re.S)
        self.office.write(office.POLICY, (text + "\n# Exemptions here.\n[exemption]\n"
                                          + "\n".join(lines) + "\n").encode())
        self.office.sign(office.POLICY, first=("--raise",))

    def _make_accounts(self):
        self.pc.check("for u in %s; do id $u >/dev/null 2>&1 || useradd -m -s /bin/bash $u; "
                      "echo $u:%s | chpasswd; "
                      "printf 'echo let-in\\nexport LANG=C.UTF-8\\n' >/home/$u/.bash_profile; done"
                      % (" ".join(self.employees), PASSWORD))

    def mount(self):
        self.pc.check("mkdir -p {0} && modprobe 9pnet_virtio && mountpoint -q {0} || "
                      "mount -t 9p -o trans=virtio,version=9p2000.L share {0}".format(SOURCE))

    def sleeps(self, seconds):
        """S3. The driver of the share knows no sleep: it would answer nothing any more."""
        self.pc.check("systemctl stop sekisho-fetch && umount %s && modprobe -r 9pnet_virtio"
                      % SOURCE)
        self.pc.suspend(seconds)
        self.mount()
        self.pc.check("systemctl start sekisho-fetch")

    def wait_for_clock(self):
        """On a busy host the clock inside goes behind ours, by which all was just signed."""
        self.pc.wait_for("behind=$((%d - $(date +%%s))); test $behind -le 0 -o $behind -gt 60"
                         % time.time(), 90, "the clock inside")

    def _join(self):
        pc = self.pc
        self.mount()
        self.wait_for_clock()
        pc.check("mkdir -p /etc/sekisho && cp {0}/root/1.ini /etc/sekisho/root.ini && "
                 "cp {0}/my-number/site.ini /etc/sekisho/site.ini && "
                 "systemctl restart sekishod".format(SOURCE))
        serial = re.search(rb"(?m)^serial = (\d+)$", self.office.read(office.POLICY)).group(1)
        pc.wait_for("sekisho status | grep -q 'serial %s'" % serial.decode(), 90,
                    "the policy, by sekisho-fetch")

    # --- desks that answer the telephone ---

    def desk_key(self, name):
        return os.path.join(self.pc.folder, name + ".key")

    def open_desks(self, serials):
        """Both desks have keys, the terminal its part of them, and these sticks are registered."""
        folder = os.path.dirname(self.office.path(KEY))
        os.makedirs(folder, exist_ok=True)
        self.pc.wait_for("test -e /var/lib/sekisho/terminal-key.ini", 60, "the terminal's key")
        self.office.write(KEY, self.pc.read_file("/var/lib/sekisho/terminal-key.ini"))
        for name in DESKS:
            if not os.path.exists(self.desk_key(name)):
                self.office.admin("exemption", "desk-key", self.desk_key(name), "--desk", name,
                                  "--site", office.SITE)
        self.office.admin("exemption", "desk-issue", "--for", os.path.dirname(KEY),
                          *(word for name in DESKS for word in ("--key", self.desk_key(name))))
        self.office.sign(os.path.dirname(KEY) + "/desks.ini", by=(OFFICER,))
        self.office.register(serials, STICK_ID)
        self.policy(POLICY + tuple("desk-%d = %s read-write 2h" % pair
                                   for pair in enumerate(DESKS, 1)))
        # Not to wait for the minute in which the terminal would look by itself.
        self.pc.check("systemctl restart sekisho-fetch")
        self.pc.wait_for("sekisho status | grep -q '%d media'" % len(serials) + " || busctl get-property "
                         "org.sekisho.Agent1 /org/sekisho/Agent1 org.sekisho.Agent1 Media | "
                         "grep -qx 'u %d'" % len(serials), 60, "the registered media")
        self.pc.wait_for("busctl call org.sekisho.Agent1 /org/sekisho/Agent1 org.sekisho.Agent1 "
                         "PhoneDesks | grep -q %s" % DESKS[-1], 60, "the desks")

    def answer(self, desk, shown):
        """What somebody at that desk says, when this is read out: ten digits."""
        said = self.office.agree("exemption", "phone", "--key", self.desk_key(desk),
                                 *(word for name, value in shown.items()
                                   for word in ("--" + name, value)))
        return re.search(r"\b(\d{3})-(\d{3})-(\d{4})\b", said).group(0)

    # --- sticks ---

    def plug_stick(self, serial=SERIAL, port=None, size=STICK_BYTES, label=LABEL, image=None,
                   plug=None):
        """image: that of another one, byte by byte. plug: pc.plug_stick() or one like it."""
        if image is None:
            image = self.new_image(label, size)
        with open(image, "rb") as file:
            content = file.read()
        return Stick(self.pc, (plug or self.pc.plug_stick)(serial=serial, port=port,
                                                           content=content))

    def new_image(self, label=LABEL, size=STICK_BYTES, name="new-stick"):
        path = os.path.join(self.pc.folder, name + ".raw")
        fat_image(path, label, size)
        return path

    def device(self, serial=SERIAL):
        """The sysfs name of the stick."""
        script = ("cd /sys/bus/usb/devices; for d in *; do [ \"$(cat $d/serial 2>/dev/null)\" = %s ]"
                  " && echo $d; done; true" % serial)
        return self.pc.wait_for(lambda: self.pc.check(script).split(), PATIENCE,
                                "the stick " + serial)[0]

    def is_open(self, device):
        return sites.usb_devices(self.pc).get(device, ("", "0"))[1] == "1"

    def wait_refused(self, device):
        self.pc.wait_for("sekisho explain %s | grep -q 'sekisho request'" % device, PATIENCE,
                         "the refusal, and how to ask")

    # --- people ---

    def log_in(self, way, user, *answers, **more):
        job = json.dumps({"user": user, "answers": answers, **more})
        status, said = self.pc.run("echo %s | python3 -I /opt/t/guest_login.py %s" % (
            shlex.quote(job), way), LOGIN_TIMEOUT)
        assert status == 0, "%s %s: %s" % (way, user, said)
        return json.loads(said.splitlines()[-1])

    def sits_down(self, user="sato"):
        """Logs in at the console, which everybody sees then."""
        result = self.log_in("desk", user, PASSWORD)
        assert result["is_in"], result
        self.pc.wait_for("loginctl -l --no-legend list-sessions | grep -q 'seat0.*tty'", PATIENCE,
                         "a session at seat0")

    def stands_up(self):
        self.log_in("desk-keys", "")

    def types(self, *lines, **more):
        """What the screen shows then. goes_on=True: they answer what waits there."""
        return self.log_in("desk-keys", "", *lines, **more)["text"]

    def asks(self, device, direction="read-write", duration="1m", *more):
        """The number of the request, and the screen."""
        text = self.types("sekisho request --device %s --direction %s --duration %s "
                          "--purpose stocktaking --information list --personal-data no %s %s" % (
                              device, direction, duration,
                              "--items 1 --destination none" if direction == "read-write" else "",
                              " ".join(more)))
        found = re.findall(r"E-[0-9A-Z]{8}", text)
        assert found, text
        return found[-1], text

    # --- the office ---

    def is_there(self, number):
        return os.path.exists(os.path.join(self.pc.share, "up", TERMINAL,
                                           "request-%s.ini" % number))

    def wait_request(self, number):
        self.pc.wait_for(lambda: self.is_there(number), PATIENCE,
                         "the request %s in the folder" % number)

    def approve(self, number, *words, by=APPROVERS):
        said = []
        for who in by:
            said.append(self.office.admin("exemption", "approve", number, "--key",
                                          self.office.key(who), "--yes", *words))
        return "".join(said)

    def revoke(self, number):
        return self.office.admin("exemption", "revoke", number, "--reason", "lost", "--key",
                                 self.office.key(APPROVERS[0]), "--yes")

    def permits(self, device, direction="read-write", duration="1m", *words, by=None):
        """Asked for, and approved: the number."""
        number, _ = self.asks(device, direction, duration)
        self.wait_request(number)
        if by is None:
            by = APPROVERS if direction == "read-write" else APPROVERS[:1]
        self.approve(number, *words, by=by)
        return number

    # --- what becomes of it ---

    def wait_usable(self, user="sato", label=LABEL):
        """How long it took from now on."""
        began = time.monotonic()
        self.pc.check("timeout %d sh -c 'until mountpoint -q %s; do sleep 0.05; done'"
                      % (3 * PATIENCE, "/run/media/%s/%s" % (user, label)), 4 * PATIENCE)
        return time.monotonic() - began

    def as_user(self, command, user="sato"):
        return self.pc.check("su %s -c %s" % (user, shlex.quote(command)))

    def exemption(self, number):
        """What the agent's list says of it, {member: value}; {}: it is not in the list."""
        said = json.loads(self.pc.check(
            "busctl --json=short call org.sekisho.Agent1 /org/sekisho/Agent1 org.sekisho.Agent1 "
            "ListAllExemptions"))
        for row in said["data"][0]:
            values = {key: value["data"] for key, value in row.items()}
            if values["Id"] == number:
                return values
        return {}

    def phase(self, number):
        return self.exemption(number).get("Phase")

    def wait_phase(self, number, phase, seconds=PATIENCE):
        self.pc.wait_for(lambda: self.phase(number) == phase, seconds,
                         "%s is %s" % (number, phase))

    def records(self, name, number, after=0):
        return [record for record in records(self.pc, after)
                if event(record) == name and of(record).get("id") == number]

    def wait_record(self, name, number, seconds=PATIENCE, after=0):
        return self.pc.wait_for(lambda: self.records(name, number, after), seconds,
                                "a record %s of %s" % (name, number))[0]

    def wait_shut(self, device, seconds=PATIENCE):
        self.pc.wait_for(lambda: not self.is_open(device), seconds, "%s shut" % device)

    def assert_shut(self, device):
        """No disk, no file system, no driver."""
        assert not self.is_open(device), "%s is open" % device
        assert self.pc.run("findmnt -rn -t vfat,exfat")[0] == 1, self.pc.run("findmnt -rn")[1]
        assert self.pc.run("ls /sys/block/sd* >/dev/null 2>&1")[0] != 0, "a disk is there"

    def assert_not_shown(self):
        assert self.pc.run("findmnt -rn -t vfat,exfat")[0] == 1, self.pc.run("findmnt -rn")[1]

    def last_record(self):
        found = records(self.pc)
        return sequence(found[-1]) if found else 0


def of(record):
    """What a record says of its exemption."""
    return record["unmapped"]["sekisho"].get("exemption", {})


COUNTERS = {}


def counter_of(test):
    """The one of this PC, made with its first scenario."""
    if test.pc not in COUNTERS:
        COUNTERS.clear()
        COUNTERS[test.pc] = Counter(test, test.pc)
    return COUNTERS[test.pc]
