"""When does a plug count as refused?  Decided here and nowhere else.

A refusal counts only when the kernel itself says "not authorized" for what was
plugged in, and no disk driver has touched it, and no disk has appeared."""
import re
import time

SAYS_NO = re.compile(r"not authorized")
# "usbcore: registered new interface driver usb-storage" is no line of a plug.
DISK_AT_WORK = re.compile(r"^(sd \d|usb-storage |uas |scsi host\d+: (usb-storage|uas)"
                          r"|scsi \d+:\d+:)|\[sd[a-z]+\]")
HUB_PRODUCT = re.compile(r"^usb (\S+): Product: .*\bHub\b")
WAIT_S = 30
SETTLE_S = 120  # a port that answers no reset holds a worker of udev 5 s at each try
CALM_S = 1.5     # a disk shows itself 0.3 s after its authorisation


class DiskAppeared(AssertionError):
    """What should have been refused became a disk."""


class Watch:
    """Looks at the kernel from now on: watch, plug, ask."""

    def __init__(self, pc):
        self.pc = pc
        self.disks_before = _disks(pc)
        self.mark = pc.mark()

    @classmethod
    def since_power_on(cls, pc):
        watch = cls.__new__(cls)
        watch.pc, watch.mark = pc, None
        watch.disks_before = {"vda", "vdb"}
        return watch

    def log(self):
        return self.pc.kernel_log(self.mark)

    def new_disks(self):
        return _disks(self.pc) - self.disks_before

    def refusals(self):
        """Hubs, a controller's own among them, wait for their permit as well:
        that says nothing about what hangs on them."""
        log = self.log()
        hubs = {m.group(1) for m in map(HUB_PRODUCT.search, log) if m}
        return [line for line in log if SAYS_NO.search(line)
                and not line.startswith("hub ")
                and line.split(":")[0].split()[-1] not in hubs]

    def disk_lines(self):
        """A driver that was kept away says so in its own name: that is none."""
        return [line for line in self.log()
                if DISK_AT_WORK.search(line) and not SAYS_NO.search(line)]


def assert_refused(watch, at_least=1):
    """The kernel said no (at_least times), and nothing came of it since."""
    deadline = time.monotonic() + WAIT_S
    while True:
        refusals = watch.refusals()
        if len(refusals) >= at_least or watch.new_disks() or watch.disk_lines():
            break
        if time.monotonic() > deadline:
            raise AssertionError("neither \"not authorized\" nor a disk:\n"
                                 + _quote(watch))
        time.sleep(0.2)
    assert_no_disk(watch)
    return refusals[0]


def stick_outside(test, **stick):
    """A watch over a stick that was plugged in, and refused."""
    watch = test.watch()
    test.pc.plug_stick(**stick)
    assert_refused(watch)
    return watch


def assert_no_disk(watch):
    """Nothing plugged in since the watch began became a disk."""
    watch.pc.check("udevadm settle --timeout=%d" % SETTLE_S, timeout=SETTLE_S + 30)
    time.sleep(CALM_S)
    if watch.new_disks() or watch.disk_lines():
        raise DiskAppeared("a disk: %s\n%s" % (
            sorted(watch.new_disks()) or "only its driver", _quote(watch)))


def assert_disk_appeared(watch):
    """The name of the one new disk, usable: its first bytes can be read."""
    watch.pc.wait_for(watch.new_disks, WAIT_S, "a disk\n" + _quote(watch))
    disks = watch.new_disks()
    if len(disks) != 1:
        raise AssertionError("one disk expected: %s" % sorted(disks))
    disk = disks.pop()
    watch.pc.check("dd if=/dev/%s of=/dev/null bs=4096 count=1" % disk)
    return disk


def _disks(pc):
    """Without what lies on another disk: loop and device mapper."""
    return {name for name in pc.check("ls /sys/block").split()
            if not name.startswith(("loop", "dm-"))}


def _quote(watch):
    return "\n".join("  | " + line for line in watch.log()[-40:])
