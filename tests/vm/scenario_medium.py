"""The worker that mounts a medium for one person, and ends it: real sticks, every file system, who
holds it, and a kill at every step.  sekishod lets the stick in by policy here; what makes it the
worker's alone (SEKISHO_DISK=medium) is said in its place."""
import functools
import gzip
import itertools
import shlex
import time

from boots import MEDIUM
from scenario_read_only import disk, partitioned, udev
from scenario_survives import kill_for_good

TYPES = "vfat exfat ext4 iso9660"
NEVER = str(2 ** 64 - 1)
OPEN_MS = 45000     # of one that ends by itself
SEEN_BY = "tanaka"
# For whatever is waited for: slow machines are right, too.
PATIENCE = 40
ANSWERS = ("id", "path", "capacity", "volume", "end", "word", "text")


# --- what is plugged in ---

@functools.lru_cache(None)
def made_by(pc, maker, size_kb):
    pc.check("rm -f /run/made*; truncate -s %dK /run/made && %s && gzip -f /run/made"
             % (size_kb, maker % "/run/made"))
    return gzip.decompress(pc.read_file("/run/made.gz"))


def fat(pc, label="USB"):
    return made_by(pc, "mkfs.vfat -n " + shlex.quote(label) + " %s", 8192)


def exfat(pc):
    return made_by(pc, "mkfs.exfat -L EX %s", 8192)


def ext4(pc):
    return made_by(pc, "mkfs.ext4 -q -L FOUR -E root_owner=1000:1000 %s", 8192)


def two_partitions(pc):
    """The first one vfat, the second one exfat."""
    import struct
    one, two = fat(pc, "ONE"), exfat(pc)
    entries = b"".join(struct.pack("<B3sB3sII", 0, b"\0\0\0", kind, b"\0\0\0", start, size)
                       for kind, start, size in ((0x0c, 2048, len(one) // 512),
                                                 (0x07, 2048 + len(one) // 512, len(two) // 512)))
    table = bytes(446) + entries + bytes(32) + b"\x55\xaa"
    return table.ljust(2048 * 512, b"\0") + one + two


# --- a medium and its worker ---

class Medium:
    _numbers = itertools.count(1)

    def __init__(self, test, content=None, ready=True):
        self.pc, self.test = test.pc, test
        self.log = "/run/answers-%d" % next(self._numbers)
        person(self.pc)
        self.stick = self.pc.plug_stick(content=content if content is not None else fat(self.pc))
        test.defer(self.pc.run, "systemctl stop 'sekisho-medium@*'; pkill -KILL -u " + SEEN_BY)
        self.node = disk(self.pc)
        device = self.pc.check("readlink -f /sys/block/%s/device" % self.node).split("/")
        self.device = [part for part in device if part and ":" not in part
                       and part[0].isdigit() and "-" in part][-1]
        folder = "/sys/bus/usb/devices/" + self.device
        self.name = "-".join(self.pc.check(
            "cat {0}/busnum {0}/devnum; stat -Lc %i {0}".format(folder)).split())
        if ready:
            self.make_ours()

    def make_ours(self):
        """What sekishod says where an exemption lets the stick in."""
        self.pc.check("cd /var/lib/sekisho/disks && for f in {0}-*.writable; do "
                      "mv $f ${{f%.writable}}.medium; done; udevadm trigger -c change "
                      "/sys/block/{1} $(ls -d /sys/block/{1}/{1}* 2>/dev/null); udevadm settle"
                      .format(self.name, self.node))
        properties = udev(self.pc, self.node)
        assert properties["SEKISHO_DISK"] == "medium", properties
        assert properties["UDISKS_IGNORE"] == "1", properties

    def order(self, kind, *fields):
        words = " ".join(shlex.quote(str(field)) for field in fields)
        self.pc.check("systemd-run -q --collect python3 -I /opt/t/guest_medium.py %s %s %s %s"
                      % (self.log, self.name, kind, words))

    def open(self, writable=True, deadline=NEVER, grace=3000, types=TYPES, capacity=0, volume="",
             exemption="E-7K3M9Q2X"):
        self.pc.check("systemctl start sekisho-medium@" + self.name)
        self.order("open", exemption, self.device, SEEN_BY, uid(self.pc), int(writable), deadline,
                   grace, capacity, volume, types)
        return self

    def end(self, grace=3000, word="eject"):
        self.order("end", "", "", "", 0, 0, 0, grace, 0, "", "", word)
        return self.answer("ended")

    def answers(self):
        lines = [line.split("\t") for line in
                 self.pc.run("cat " + self.log)[1].splitlines()]
        return [(line[0], dict(zip(ANSWERS, line[1:]))) for line in lines]

    def answer(self, kind, timeout=PATIENCE):
        found = lambda: [answer for name, answer in self.answers() if name == kind]
        try:
            self.pc.wait_for(found, timeout, "the answer " + kind)
        except Exception:
            print("# answers:", self.answers())
            print("# " + self.pc.run("journalctl -q -n 30 -u 'sekisho-medium@*'")[1]
                  .replace("\n", "\n# "))
            raise
        return found()[-1]

    def is_closed(self):
        """Nothing is mounted, nobody in the kernel has it, nothing is left over."""
        self.pc.wait_for("! systemctl -q is-active sekisho-medium@" + self.name, PATIENCE,
                         "the end of the worker")
        assert self.pc.run("grep -r ' /dev/%s' /proc/*/mountinfo" % self.node)[0] != 0
        left = self.pc.check("ls -A /run/sekisho-medium /run/sekisho-medium/quarantine "
                             "/run/media/%s" % SEEN_BY)
        assert "." not in left.replace("/run/sekisho-medium", "") and "USB" not in left, left
        if self.pc.run("test -e /dev/" + self.node)[0] == 0:
            self.pc.check("python3 -c 'import os; os.open(\"/dev/%s\", os.O_RDONLY | os.O_EXCL)'"
                          % self.node)
            assert self.pc.check("cat /sys/block/%s/ro" % self.node).strip() == "1"

    def unplug(self):
        self.pc.unplug(self.stick)
        self.pc.check("udevadm settle")

    def check_file_system(self, program="fsck.vfat -n"):
        self.pc.check("%s /dev/%s" % (program, self.node))


def uid(pc):
    return int(pc.check("id -u " + SEEN_BY))


def person(pc):
    pc.run("useradd -m -s /bin/bash %s" % SEEN_BY)


def as_person(pc, command, **options):
    return pc.run("runuser -u %s -- sh -c %s" % (SEEN_BY, shlex.quote(command)), **options)


def as_person_later(pc, command):
    """Goes on by itself. The number of the process."""
    pc.check("rm -f /tmp/held; setsid runuser -u %s -- sh -c %s >/dev/null 2>&1 </dev/null &"
             % (SEEN_BY, shlex.quote("echo $$ >/tmp/held; exec " + command)))
    pc.wait_for("test -s /tmp/held", PATIENCE, "the program")
    time.sleep(1)   # for what it opens
    return pc.check("cat /tmp/held").strip()


# --- what is shown, and to whom ---

@MEDIUM.scenario()
def each_file_system_is_shown_to_its_person_alone_and_ends_clean(test):
    pc = test.pc
    kinds = ((fat(pc), "USB", "fsck.vfat -n"), (exfat(pc), "EX", "fsck.exfat -n"),
             (ext4(pc), "FOUR", "fsck.ext4 -f -n"),
             (partitioned(fat(pc)), "USB", "fsck.vfat -n"))
    for number, (content, label, check) in enumerate(kinds):
        medium = Medium(test, content).open()
        shown = medium.answer("shown")
        where = "/run/media/%s/%s" % (SEEN_BY, label)
        assert shown["path"] == where and shown["volume"], shown
        assert int(shown["capacity"]) == len(content), shown
        mounts = pc.check("grep ' %s ' /proc/self/mountinfo" % where)
        assert " rw,nosuid,nodev,noexec," in mounts and mounts.count("\n") == 1, mounts
        assert as_person(pc, "cp /etc/passwd %s/new && ls %s" % (where, where))[0] == 0
        assert pc.run("runuser -u nobody -- ls " + where)[0] != 0
        assert pc.run("udisksctl mount -b /dev/%s" % medium.node)[0] != 0
        ended = medium.end()
        assert (ended["end"], ended["word"]) == ("clean", "eject"), ended
        medium.is_closed()
        if number < 3:
            medium.check_file_system(check)
        medium.unplug()


@MEDIUM.scenario(only_long=True)
def a_medium_to_be_read_cannot_be_written_to(test):
    medium = Medium(test).open(writable=False)
    where = medium.answer("shown")["path"]
    assert as_person(test.pc, "touch %s/new" % where)[0] != 0
    assert test.pc.run("mount -o remount,rw " + where)[0] != 0
    assert test.pc.check("cat /sys/block/%s/ro" % medium.node).strip() == "1"
    assert medium.end()["end"] == "clean"
    medium.is_closed()


@MEDIUM.scenario(only_long=True)
def two_partitions_are_both_shown(test):
    medium = Medium(test, two_partitions(test.pc)).open()
    shown = medium.answer("shown")
    assert shown["path"].endswith("/ONE") and "+" in shown["volume"], shown
    assert as_person(test.pc, "touch /run/media/{0}/ONE/a /run/media/{0}/EX/a".format(SEEN_BY))[
        0] == 0
    assert medium.end()["end"] == "clean"
    medium.is_closed()


@MEDIUM.scenario()
def a_hostile_label_names_one_folder(test):
    label = r"$(printf '../../etc\n\342\200\256a')"
    content = made_by(test.pc, 'mkfs.ext4 -q -L "' + label + '" %s', 8192)
    medium = Medium(test, content).open()
    shown = medium.answer("shown")
    assert shown["path"] == "/run/media/%s/_._.._etca" % SEEN_BY, shown
    assert medium.end()["end"] == "clean"


@MEDIUM.scenario(only_long=True)
def what_cannot_be_shown_says_why(test):
    pc = test.pc
    broken = bytearray(ext4(pc))
    broken[2048:60000] = b"\xff" * (60000 - 2048)
    rows = ((ext4(pc), dict(types="vfat exfat"), "file-system"),
            (bytes(1 << 20), {}, "empty"),
            (bytes(broken), {}, "broken"),
            (b"LUKS\xba\xbe\0\1".ljust(1 << 22, b"\0"), {}, ("encrypted", "empty")),
            (fat(pc), dict(capacity=4096), "another-medium"),
            (fat(pc), dict(volume="1234-ABCD"), "another-medium"))
    for content, order, word in rows:
        medium = Medium(test, content).open(**order)
        failed = medium.answer("failed")
        assert failed["word"] in word, (word, failed)
        assert pc.run("ls -d /run/media/%s/*" % SEEN_BY)[0] != 0
        medium.unplug()


# --- the end ---

@MEDIUM.scenario()
def who_holds_it_is_named_asked_and_ended(test):
    pc = test.pc
    rows = (("sleep 1000 <{0}/list", "sleep"), ("sh -c 'cd {0} && exec sleep 1000'", "sleep"),
            ("python3 -c 'import mmap,time; f=open(\"{0}/list\",\"r+b\"); "
             "m=mmap.mmap(f.fileno(),0); f.close(); time.sleep(1000)'", "python3"),
            ("python3 -c 'import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
             "f=open(\"{0}/list\"); time.sleep(1000)'", "python3"))
    for command, name in rows:
        medium = Medium(test).open()
        where = medium.answer("shown")["path"]
        assert as_person(pc, "echo name >%s/list" % where)[0] == 0
        pid = as_person_later(pc, command.format(where))
        ended = medium.end(grace=2000)
        assert ended["end"] == "holders" and "%s (%s)" % (name, pid) in ended["text"], ended
        assert pc.run("kill -0 " + pid)[0] != 0
        assert [answer for kind, answer in medium.answers() if kind == "holders"
                and pid in answer["text"]], medium.answers()
        medium.is_closed()
        medium.check_file_system()
        medium.unplug()


@MEDIUM.scenario(only_long=True)
def a_private_mount_namespace_does_not_keep_it(test):
    pc = test.pc
    pc.run("sysctl -w kernel.unprivileged_userns_clone=1")
    medium = Medium(test).open()
    where = medium.answer("shown")["path"]
    as_person_later(pc, "unshare -Urm sh -c 'trap \"\" TERM; while :; do echo late >>%s/late; "
                    "sleep 0.1; done'" % where)
    pc.wait_for("test -s %s/late" % where, PATIENCE)
    ended = medium.end(grace=1000)
    assert ended["end"] in ("clean", "holders"), ended
    medium.is_closed()
    medium.check_file_system()


@MEDIUM.scenario()
def a_program_that_writes_at_full_speed_is_ended_and_what_was_synced_is_there(test):
    pc = test.pc
    medium = Medium(test).open()
    where = medium.answer("shown")["path"]
    assert as_person(pc, "cp /etc/passwd {0}/kept && sync {0}/kept".format(where))[0] == 0
    as_person_later(pc, "python3 -c 'import os,signal; signal.signal(signal.SIGTERM, "
                    "signal.SIG_IGN); f=os.open(\"%s/s\", os.O_CREAT | os.O_WRONLY)\nwhile 1: "
                    "os.pwrite(f, bytes(1 << 20), 0)'" % where)
    began = time.time()
    ended = medium.end(grace=2000)
    print("# ended after %.1f s: %s" % (time.time() - began, ended["end"]))
    assert ended["end"] == "holders" and ended["text"], ended
    medium.is_closed()
    medium.check_file_system()
    pc.check("mount -r /dev/{0} /mnt && cmp /mnt/kept /etc/passwd; s=$?; umount /mnt; exit $s"
             .format(medium.node))


@MEDIUM.scenario(only_long=True)
def at_its_deadline_it_ends_by_itself_with_sekishod_away(test):
    """Nobody is connected: it shuts the device as well."""
    pc = test.pc
    medium = Medium(test)
    now_ms = int(float(pc.check("cat /proc/uptime").split()[0]) * 1000)
    medium.open(deadline=now_ms + OPEN_MS)
    medium.answer("shown")
    kill_for_good(test)
    pc.check("pkill -KILL -f [g]uest_medium")
    authorized = "/sys/bus/usb/devices/%s/authorized" % medium.device
    pc.wait_for("test $(cat %s) = 0" % authorized, OPEN_MS / 1000 + PATIENCE, "the shut device")
    late = float(pc.check("cat /proc/uptime").split()[0]) * 1000 - now_ms - OPEN_MS
    print("# shut %.1f s after the deadline" % (late / 1000))
    assert late >= 0, "%d ms early" % -late
    assert pc.run("grep ' /dev/%s' /proc/self/mountinfo" % medium.node)[0] != 0
    medium.order("state")
    ended = medium.answer("ended")
    assert (ended["end"], ended["word"]) == ("clean", "time"), ended


@MEDIUM.scenario()
def a_kill_at_any_step_leaves_nothing_open(test):
    pc = test.pc
    unit = "sekisho-medium@"
    delays = ("0", "0.2", "0.4", "0.6", "0.8", "shown", "ending")
    for delay in delays if test.long else delays[1::2] + delays[-1:]:
        medium = Medium(test).open()
        if delay in ("shown", "ending"):
            where = medium.answer("shown")["path"]
        if delay == "ending":
            as_person_later(pc, "sh -c 'trap \"\" TERM; cd %s && exec sleep 1000'" % where)
            medium.order("end", "", "", "", 0, 0, 0, 5000, 0, "", "", "eject")
            medium.answer("holders")
        elif delay != "shown":
            pc.check("sleep " + delay)
        pc.check("systemctl kill -s KILL %s%s" % (unit, medium.name))
        before = [kind for kind, _ in medium.answers()]
        medium.log += "-after"
        time.sleep(1)
        medium.order("state")
        # Killed before the order came: nothing was begun, and the next worker gets it.
        pc.wait_for(lambda: {"ended", "waiting", "shown"} & {kind for kind, _ in medium.answers()},
                    PATIENCE, "what became of it")
        after = [(kind, answer.get("word"), answer.get("end")) for kind, answer
                 in medium.answers()]
        print("# killed at %s: %s, then %s" % (delay, before, after))
        if delay in ("shown", "ending"):
            assert after[0][:2] == ("ended", "worker"), after
        pc.check("systemctl stop %s%s" % (unit, medium.name))
        left = pc.run("grep -E ' /dev/sd|/run/sekisho-medium/|/run/media/' /proc/*/mountinfo")
        assert left[0] != 0, left
        assert pc.run("ls -A /run/sekisho-medium/quarantine | grep .")[0] != 0
        assert pc.run("ls -d /run/media/%s/*" % SEEN_BY)[0] != 0
        assert pc.run("ls /run/sekisho-medium/*.state")[0] != 0 or after[0][0] != "ended"
        medium.unplug()


@MEDIUM.scenario(only_long=True)
def pulled_out_it_is_gone_and_nothing_is_left(test):
    medium = Medium(test).open()
    medium.answer("shown")
    medium.unplug()
    medium.answer("gone")
    assert test.pc.run("ls -d /run/media/%s/*" % SEEN_BY)[0] != 0
    assert test.pc.run("grep /run/media /proc/*/mountinfo")[0] != 0


@MEDIUM.scenario()
def nobody_but_root_is_heard(test):
    pc = test.pc
    medium = Medium(test).open()
    medium.answer("shown")
    path = "/run/sekisho-medium/%s.sock" % medium.name
    program = ("import socket; s=socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); "
               "s.connect('%s'); print(s.recv(99))" % path)
    assert as_person(pc, "python3 -c " + shlex.quote(program))[0] != 0
    pc.check("chmod 711 /run/sekisho-medium; chmod 666 " + path)
    status, said = as_person(pc, "python3 -c " + shlex.quote(program))
    pc.check("chmod 700 /run/sekisho-medium; chmod 600 " + path)
    assert status != 0 or "b''" in said, said
    assert medium.end()["end"] == "clean"
