"""USB devices that QEMU does not have, made inside the virtual PC with
configfs gadgets on dummy_hcd: disguised sticks and listed card readers.
dummy_hcd has a root hub of its own: for the kernel it is one more controller."""
import itertools

CONTROLLER = "dummy_udc.0"
_ROOT = "/sys/kernel/config/usb_gadget"
# A boot keyboard: 8 bytes a report, modifier, zero, six keys (HID 1.11, B.1).
_KEYBOARD_REPORT = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810395057501050819012905"
    "910295017503910395067508150025650507190029658100c0")
_FUNCTIONS = {
    "keyboard": ("hid.keyboard", [
        ("protocol", "1"), ("subclass", "1"), ("report_length", "8"),
        ("report_desc", _KEYBOARD_REPORT)]),
    "disk": ("mass_storage.disk", [("lun.0/file", "/run/gadget-disk")]),
    # What a card reader looks like that needs its maker's own driver: class ff.
    "vendor": ("Loopback.vendor", []),
}
_numbers = itertools.count(1)


class Gadget:
    """configurations: one list of function names each, in order.

    Gadget(pc, [["keyboard", "disk"]]) is a composite device."""

    def __init__(self, pc, configurations, usb_id="1d6b:0104", product="gadget",
                 serial="0123456789"):
        self._pc = pc
        self._path = "%s/test%d" % (_ROOT, next(_numbers))
        vendor, product_id = usb_id.split(":")
        pc.check("modprobe dummy_hcd is_super_speed=0 is_high_speed=1; "
                 "modprobe -a libcomposite usb_f_hid usb_f_mass_storage usb_f_ss_lb;"
                 "test -e /run/gadget-disk || truncate -s 8M /run/gadget-disk; "
                 "mkdir -p %s/strings/0x409" % self._path)
        self._write("idVendor", "0x" + vendor)
        self._write("idProduct", "0x" + product_id)
        self._write("strings/0x409/manufacturer", "Sekisho tests")
        self._write("strings/0x409/product", product)
        self._write("strings/0x409/serialnumber", serial)
        for name in sorted({f for names in configurations for f in names}):
            self._make_function(*_FUNCTIONS[name])
        for number, names in enumerate(configurations, 1):
            config = "configs/c.%d" % number
            pc.check("mkdir -p %s/%s" % (self._path, config))
            for order, name in enumerate(names):
                function = _FUNCTIONS[name][0]
                pc.check("ln -s {0}/functions/{1} {0}/{2}/f{3}".format(
                    self._path, function, config, order))

    def _make_function(self, function, attributes):
        folder = "functions/" + function
        self._pc.check("mkdir -p %s/%s" % (self._path, folder))
        for name, value in attributes:
            self._write(folder + "/" + name, value)

    def _write(self, name, value):
        """configfs wants one write each, binary attributes included."""
        if isinstance(value, str):
            value = value.encode()
        octal = "".join("\\%03o" % byte for byte in value)
        self._pc.check("printf '%s' >%s/%s" % (octal, self._path, name))

    def plug(self):
        self._pc.check("echo %s >%s/UDC" % (CONTROLLER, self._path))

    def unplug(self):
        self._pc.run("echo '' >%s/UDC" % self._path)

    def remove(self):
        self.unplug()
        self._pc.check(
            "cd %s && rm -f configs/*/f* && rmdir configs/* functions/* "
            "strings/* && cd / && rmdir %s" % (self._path, self._path))

    def device(self):
        """The host's side: its name under /sys/bus/usb/devices, such as 3-1."""
        bus = self._pc.check("basename /sys/devices/platform/dummy_hcd.0/usb*")
        return bus.strip()[len("usb"):] + "-1"

    def type_word(self, word):
        """Send real HID reports, from the device's end of the cable."""
        for letter in word:
            key = "\\%03o" % (4 + ord(letter) - ord("a"))
            for report in "\\0\\0" + key + "\\0" * 5, "\\0" * 8:
                self._pc.check("printf '%s' | timeout 5 dd of=/dev/hidg0 bs=8 "
                               "count=1 status=none" % report)


def keyboard_with_disk(pc):
    return Gadget(pc, [["keyboard", "disk"]], product="Office keyboard")


def disk_in_second_configuration(pc):
    """The kernel takes the first configuration, the keyboard's."""
    return Gadget(pc, [["keyboard"], ["disk"]], product="Two faces")


def disk_in_the_configuration_the_kernel_picks(pc):
    """The kernel passes over a first configuration of class ff."""
    return Gadget(pc, [["vendor"], ["disk"]], product="Two faces")


CARD_READER_ID = "054c:06c3"


def card_reader(pc):
    """A reader that a policy names by its id; class ff, no driver needed."""
    return Gadget(pc, [["vendor"]], CARD_READER_ID, "RC-S380/S")


def disk_that_claims_to_be_a_card_reader(pc):
    return Gadget(pc, [["vendor", "disk"]], CARD_READER_ID, "RC-S380/S")
