"""A site: its keys, and what its PCs are given.  Speaks to the agent inside a
virtual PC only as an administrator would, through files and the sekisho tool."""
import time

import documents

APPLIED, REFUSED = 0, 1


class Site:
    """keys_folder: where the persons' keys are kept between runs."""

    def __init__(self, keys_folder):
        self.keys = documents.Keys(keys_folder)
        # A PC that is used again must meet rising serials, gaps do no harm.
        self.last_serial = 0

    def next_serial(self):
        self.last_serial += 10
        return self.last_serial

    def join(self, pc, policy=None):
        """Make the PC one of this site, and apply a first policy; a dictionary
        of changes to the sample, see documents.policy()."""
        pc.write_file("/etc/sekisho/root.ini", self.keys.root())
        pc.write_file("/etc/sekisho/site.ini", documents.site_file())
        pc.check("systemctl restart sekishod")
        self.apply(pc, policy)

    def policy(self, changes=None):
        """A whole signed policy with the next serial."""
        return self.keys.sign(documents.policy(self.next_serial(), changes))

    def apply(self, pc, changes=None):
        status, output = self.offer(pc, self.policy(changes))
        assert status == APPLIED, "policy not applied (%d): %s" % (status, output)

    def offer(self, pc, document):
        """(exit status, output) of sekisho update-from with this document."""
        pc.write_file("/run/offered/policy.ini", document)
        return pc.run("sekisho update-from /run/offered")


def usb_devices(pc):
    """{"1-2": ("8", "1")}: device number and authorized of each USB device that
    is no root hub."""
    output = pc.check("cd /sys/bus/usb/devices; for d in [0-9]*; do case $d in "
                      "*:*) ;; *) echo $d $(cat $d/devnum) $(cat $d/authorized);;"
                      " esac; done")
    return {line.split()[0]: tuple(line.split()[1:])
            for line in output.splitlines() if len(line.split()) == 3}


def interfaces(pc, device):
    """{"1.0": ("1", "usbhid")}: authorized and driver of each interface folder."""
    output = pc.check(
        "cd /sys/bus/usb/devices; for i in %s:*; do [ -e $i ] && echo ${i#*:} "
        "$(cat $i/authorized) $(basename $(readlink $i/driver || echo -)); done; true"
        % device)
    return {line.split()[0]: tuple(line.split()[1:]) for line in output.splitlines()}


def find_device(pc, usb_id, timeout=20):
    """The sysfs name of the device with this VENDOR:PRODUCT, once it is there."""
    vendor, product = usb_id.split(":")
    script = ("cd /sys/bus/usb/devices; for d in *; do [ \"$(cat $d/idVendor "
              "2>/dev/null):$(cat $d/idProduct 2>/dev/null)\" = %s:%s ] && echo $d; "
              "done; true" % (vendor, product))
    return pc.wait_for(lambda: pc.check(script).split(), timeout,
                       "a USB device " + usb_id)[0]


def agent_is_idle(pc, seconds=2):
    """Wait until the USB state has not changed for a while."""
    last = None
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        now = usb_devices(pc)
        if now == last:
            return now
        last = now
        time.sleep(seconds)
    raise AssertionError("USB devices keep changing")
