"""Disks that may only be read: closed before anybody hears of them, whoever
writes, whatever policy said before, and whoever is dead meanwhile."""
import functools
import gzip
import struct
import time

from boots import READ_ONLY
from refusal import DiskAppeared
from sites import find_device
from scenario_documents import MEDIA_OPEN, OURS
from scenario_survives import STAY_DEAD, STICK_ID, kill_for_good, wait_active
from terminal import Terminal

ALLOW, READ = {"media.usb-storage": "allow"}, {"media.usb-storage": "read-only"}
ROUNDS_LONG, ROUNDS_SAMPLE = 100, 5
HEARD, GATE = "/run/heard", "/usr/libexec/sekisho/sekisho-gate"
PARTITION_AT = 2048


# --- what is plugged in ---

@functools.lru_cache(None)
def fat_made_by(pc):
    pc.check("mkfs.vfat -C /run/fat 4096 && mkdir -p /run/fat.d && "
             "mount -o loop /run/fat /run/fat.d && echo name >/run/fat.d/list.csv && "
             "umount /run/fat.d && gzip /run/fat")
    return gzip.decompress(pc.read_file("/run/fat.gz"))


def fat(test):
    """A vfat file system with one file in it, as a stick comes from the shop."""
    return fat_made_by(test.pc)


def partitioned(content, kind=0x0c):
    """The same in the first partition of a disk."""
    entry = struct.pack("<B3sB3sII", 0, b"\0\0\0", kind, b"\0\0\0", PARTITION_AT,
                        len(content) // 512)
    table = bytes(446) + entry + bytes(48) + b"\x55\xaa"
    return table.ljust(PARTITION_AT * 512, b"\0") + content


def compact_disc():
    """As much of an ISO 9660 file system as it takes to be known as one."""
    return (bytes(32768) + b"\1CD001\1\0").ljust(1 << 20, b"\0")


# --- what becomes of it ---

class Listener:
    """Hears udev's announcements from now on, in the order they come."""

    def __init__(self, test):
        self._pc, self._taken = test.pc, 1
        self._pc.check("rm -f %s; systemd-run -q --unit=listener python3 -I "
                       "/opt/t/guest_announce.py %s" % (HEARD, HEARD))
        test.defer(self._pc.run, "systemctl stop listener; rm -f " + HEARD)
        self._pc.wait_for("grep -q listening " + HEARD)

    def next(self, count):
        """[(node, ro, how a write ended, UDISKS_IGNORE)]: all since the last call, of at
        least so many nodes. The kernel may announce a partition twice."""
        self._pc.wait_for(lambda: len({line.split()[0] for line in
                                       self._lines()[self._taken:]}) >= count,
                          what="%d announced" % count)
        self._pc.check("udevadm settle; sleep 0.2")
        lines = self._lines()[self._taken:]
        self._taken += len(lines)
        return [tuple(line.split()) for line in lines]

    def _lines(self):
        return self._pc.check("cat " + HEARD).splitlines()


def closed(heard):
    """Each announced read-only, not writable, and hidden."""
    for node, read_only, write, ignore in heard:
        if write == "written":
            raise DiskAppeared("%s can be written to when it is announced" % node)
        assert (read_only, write, ignore) == ("1", "EPERM", "1"), heard
    return [line[0] for line in heard]


def disk(pc):
    """The name of the one disk on USB, once udev is done with it."""
    find = lambda: pc.check("ls -d /sys/block/sd* 2>/dev/null; true").split()
    pc.wait_for(find, what="a disk")
    pc.check("udevadm settle")
    assert len(find()) == 1, find()
    return find()[0].split("/")[-1]


def state(pc, name):
    """(ro of the disk, what udev was told by the gate)."""
    return (pc.check("cat /sys/block/%s/ro" % name).strip(),
            udev(pc, name).get("SEKISHO_DISK", "-"))


def udev(pc, name):
    lines = pc.check("udevadm info -q property /dev/" + name).splitlines()
    return dict(line.split("=", 1) for line in lines)


CLOSED, OPEN = ("1", "read-only"), ("0", "writable")


def mount(pc, name):
    """Where udisks mounts it, and with which options."""
    pc.check("udisksctl mount -b /dev/%s" % name)
    where, options = pc.check("findmnt -nro TARGET,OPTIONS /dev/" + name).split()
    return where, options.split(",")


def must_not_write(pc, command):
    status, said = pc.run(command)
    if status == 0:
        raise DiskAppeared("this could be written: " + command)
    assert any(word in said for word in ("ermitted", "ead-only", "write-protected")), said


def give(test, policy):
    """Until the scenario ends."""
    if test.guarded:
        test.site().apply(test.pc, policy)
        test.defer(test.site().apply, test.pc, READ)


def new_disk(pc, before):
    """Another block device than before, under whatever name."""
    def find():
        now = pc.run("cat /sys/block/sd*/diskseq")[1].split()
        return now and before not in now
    pc.wait_for(find, what="another disk")
    return disk(pc)


def diskseq(pc, name):
    return pc.check("cat /sys/block/%s/diskseq" % name).strip()


# --- the scenarios ---

@READ_ONLY.scenario(refuses=True)
def a_disk_is_read_only_and_hidden_before_udev_announces_it(test):
    pc, listener = test.pc, Listener(test)
    one, two = fat(test), partitioned(fat(test))
    kinds = [(pc.plug_stick, one, 1), (pc.plug_uas, one, 1),
             (pc.plug_stick, two, 2), (pc.plug_uas, two, 2)]
    for number in range(ROUNDS_LONG if test.long else ROUNDS_SAMPLE):
        plug, content, count = kinds[number % len(kinds)]
        plugged = plug(content=content)
        nodes = closed(listener.next(count))
        assert len(set(nodes)) == count, nodes
        pc.unplug(plugged)
        pc.check("udevadm settle")


@READ_ONLY.scenario(refuses=True)
def udisks_mounts_a_read_only_stick_read_only(test):
    pc = test.pc
    for content, part in ((fat(test), ""), (partitioned(fat(test)), "1")):
        stick = pc.plug_stick(content=content)
        name = disk(pc)
        where, options = mount(pc, name + part)
        must_not_write(pc, "touch %s/new" % where)
        assert "ro" in options, options
        assert pc.check("cat %s/list.csv" % where) == "name\n"
        must_not_write(pc, "mount -o remount,rw " + where)
        for node in {name, name + part}:
            must_not_write(pc, "dd if=/dev/zero of=/dev/%s count=1 conv=notrunc,fsync" % node)
            assert udev(pc, node)["UDISKS_IGNORE"] == "1"
        pc.check("umount " + where)
        pc.unplug(stick)


@READ_ONLY.scenario(only_long=True)
def a_registered_stick_mounts_read_only_and_another_is_refused(test):
    office, pc = test.office(), test.pc
    office.change(MEDIA_OPEN[0], MEDIA_OPEN[1].replace(b"allow", b"read-only"))
    office.register([OURS], STICK_ID)
    Terminal(test, office.disc()).take()
    stick = pc.plug_stick(serial=OURS, content=fat(test))
    name = disk(pc)
    assert state(pc, name) == CLOSED
    where, options = mount(pc, name)
    assert "ro" in options, options
    assert "read only" in pc.check("sekisho explain " + find_device(pc, STICK_ID))
    pc.check("umount " + where)
    pc.unplug(stick)
    pc.plug_stick(serial="none-of-ours")
    find_device(pc, STICK_ID)
    time.sleep(2)
    assert pc.run("ls /sys/block/sd*")[0] != 0


@READ_ONLY.scenario()
def an_allowed_stick_can_be_written_to(test):
    pc = test.pc
    give(test, ALLOW)
    for plug in pc.plug_stick, pc.plug_uas:
        plugged = plug(content=fat(test))
        name = disk(pc)
        assert state(pc, name) == OPEN
        assert udev(pc, name).get("UDISKS_IGNORE") is None
        where, options = mount(pc, name)
        assert "rw" in options, options
        pc.check("echo new >{0}/new && sync {0}/new && umount {0}".format(where))
        pc.unplug(plugged)


@READ_ONLY.scenario(only_long=True)
def a_policy_that_changes_holds_for_the_stick_that_is_mounted(test):
    """A file system that is mounted writes on whatever is set: so the disk goes."""
    pc = test.pc
    for plug in pc.plug_stick, pc.plug_uas:
        give(test, ALLOW)
        plugged = plug(content=fat(test))
        name = disk(pc)
        where, options = mount(pc, name)
        assert "rw" in options, options
        before, seen = diskseq(pc, name), test.last_record()
        give(test, READ)
        name = new_disk(pc, before)
        assert state(pc, name) == CLOSED
        pc.run("sh -c 'echo late >%s/late'; sync" % where, timeout=90)
        pc.run("umount -l " + where)
        where, options = mount(pc, name)
        assert "ro" in options and "late" not in pc.check("ls " + where), options
        assert [r for r in test.records(seen) if r["unmapped"]["sekisho"].get("verdict")
                == "read-only"]
        # And back, while it is being read.
        before = diskseq(pc, name)
        give(test, ALLOW)
        name = new_disk(pc, before)
        pc.run("umount -l " + where)
        assert state(pc, name) == OPEN
        pc.unplug(plugged)


@READ_ONLY.scenario(only_long=True)
def a_rehearsal_lets_a_stick_be_written_to(test):
    from documents import moment
    pc = test.pc
    pc.plug_stick(content=fat(test))
    name = disk(pc)
    assert state(pc, name) == CLOSED
    before = diskseq(pc, name)
    give(test, {**READ, "policy.mode": "rehearse", "policy.until": moment(86400)})
    name = new_disk(pc, before)
    assert state(pc, name) == OPEN


@READ_ONLY.scenario()
def a_disk_that_udev_meets_after_kill_9_is_closed(test):
    """Allowed, but who allowed it is dead. When it lives again it begins anew."""
    pc = test.pc
    give(test, ALLOW)
    pc.check("modprobe -a usb-storage uas sd_mod; udevadm control --stop-exec-queue")
    test.defer(pc.run, "udevadm control --start-exec-queue")
    pc.plug_stick(content=fat(test))
    pc.wait_for("ls /sys/block/sd*", what="a disk of the kernel")
    kill_for_good(test)
    pc.check("udevadm control --start-exec-queue")
    name = disk(pc)
    assert state(pc, name) == CLOSED
    must_not_write(pc, "dd if=/dev/zero of=/dev/%s count=1 conv=notrunc,fsync" % name)
    before = diskseq(pc, name)
    pc.check("systemctl start sekishod")
    assert state(pc, new_disk(pc, before)) == OPEN


@READ_ONLY.scenario(only_long=True)
def kill_9_and_a_restart_leave_disks_as_they_are(test):
    pc = test.pc
    give(test, ALLOW)
    plugged = pc.plug_stick(content=fat(test))
    name = disk(pc)
    where, _ = mount(pc, name)
    before = diskseq(pc, name)
    kill_for_good(test)
    # Events of a disk that was there before sekishod died.
    pc.check("udevadm trigger -c change /sys/block/{0}; udevadm trigger -c add /sys/block/{0}; "
             "udevadm settle".format(name))
    assert state(pc, name) == OPEN
    pc.check("echo later >{0}/later && sync {0}/later".format(where))
    pc.check("rm %s; systemctl daemon-reload; systemctl start sekishod" % STAY_DEAD)
    pc.check("systemctl kill -s KILL sekishod")
    time.sleep(1)
    wait_active(pc)
    pc.check("systemctl restart sekishod; udevadm settle")
    assert (state(pc, name), diskseq(pc, name)) == (OPEN, before)
    pc.check("ls %s/later && umount %s" % (where, where))
    pc.unplug(plugged)
    give(test, READ)
    pc.plug_uas(content=fat(test))
    name = disk(pc)
    before = diskseq(pc, name)
    pc.check("systemctl restart sekishod; udevadm trigger /sys/block/%s; udevadm settle" % name)
    assert (state(pc, name), diskseq(pc, name)) == (CLOSED, before)
    assert len(pc.check("ls /var/lib/sekisho/disks").split()) == 1


@READ_ONLY.scenario()
def nothing_that_happens_to_a_read_only_disk_opens_it(test):
    pc = test.pc
    pc.plug_stick(content=partitioned(fat(test)))
    name = disk(pc)
    for what in ("blockdev --rereadpt /dev/{0}", "echo 1 >/sys/block/{0}/device/rescan",
                 "udevadm trigger -c change /sys/block/{0}",
                 "udevadm trigger -c add /sys/block/{0}",
                 "blockdev --setrw /dev/{0}1; true",
                 "for h in /sys/class/scsi_host/*; do echo - - - >$h/scan; done"):
        pc.check(what.format(name))
        pc.check("udevadm settle")
        assert state(pc, name) == CLOSED, what
        must_not_write(pc, "dd if=/dev/zero of=/dev/%s1 count=1 conv=notrunc,fsync" % name)
    before = diskseq(pc, name)
    pc.suspend()
    pc.check("udevadm settle", timeout=150)
    name = disk(pc)
    assert state(pc, name) == CLOSED, (before, diskseq(pc, name))
    must_not_write(pc, "dd if=/dev/zero of=/dev/%s count=1 conv=notrunc,fsync" % name)


@READ_ONLY.scenario(only_long=True)
def every_disk_of_a_device_is_closed_and_so_are_its_cds(test):
    """What calls itself a disk may be a CD: it is written by packet commands."""
    pc, listener = test.pc, Listener(test)
    pc.plug_uas(content=fat(test), units=("scsi-hd", "scsi-hd"))
    heard = listener.next(2)
    assert len(set(closed(heard))) == 2
    pc.plug_uas(driver="usb-bot", units=("scsi-cd",), content=compact_disc())
    pc.wait_for("ls /dev/sr0", what="a CD drive")
    pc.check("udevadm settle")
    assert state(pc, "sr0") == CLOSED
    for node in pc.check("ls -d /dev/sd* /dev/sr0 /dev/sg*").split():
        assert pc.check("stat -c '%%U %%G %%a' %s" % node).split() == ["root", "root", "600"]
        # What was ever tagged stands in TAGS for good, and counts for nothing.
        assert "uaccess" not in udev(pc, node[len("/dev/"):]).get("CURRENT_TAGS", ""), node


@READ_ONLY.scenario(only_long=True)
def udisks_hides_the_partition_of_a_cd_image_too(test):
    """Its own rules show such a partition after others have hidden it."""
    pc = test.pc
    pc.plug_stick(content=partitioned(compact_disc(), kind=0x17))
    name = disk(pc) + "1"
    assert udev(pc, name)["ID_FS_TYPE"] == "iso9660"
    assert udev(pc, name)["UDISKS_IGNORE"] == "1"


@READ_ONLY.scenario()
def without_the_gate_every_disk_on_usb_is_closed_and_no_other(test):
    pc = test.pc
    give(test, ALLOW)
    pc.check("mv {0} {0}.away".format(GATE))
    test.defer(pc.check, "mv {0}.away {0}".format(GATE))
    pc.plug_stick(content=partitioned(fat(test)))
    name = disk(pc)
    assert state(pc, name) == CLOSED
    for node in name, name + "1":
        must_not_write(pc, "dd if=/dev/zero of=/dev/%s count=1 conv=notrunc,fsync" % node)
    pc.check("udevadm trigger -c add /sys/block/vda; udevadm settle")
    assert state(pc, "vda") == ("0", "-")
