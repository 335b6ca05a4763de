"""What can be plugged into a virtual PC.  Each plug_x returns the id under
which unplug() takes the device out again.  bus is "xhci" (the PC's own
controller), the id of a hub's port such as "hub1.2", or a dock's controller."""
import contextlib
import itertools
import os
import subprocess
import time

from wire import Refused

STICK_MB = 8


class Plugs:
    """The part of Machine that is hardware; uses self.qmp and self.folder."""

    _numbers = itertools.count(1)
    _plugged = ()

    def _add(self, driver, name, bus="xhci", port=None, **properties):
        self.qmp("device_add", driver=driver, id=name,
                 **_place(bus, port), **properties)
        self._plugged = (name, *self._plugged)
        return name

    def _disk(self, name, content=None):
        """A small ext4 file system with one file in it, or these bytes, as a block node."""
        path = os.path.join(self.folder, name + ".raw")
        if content:
            with open(path, "wb") as file:
                file.write(content)
        if not os.path.exists(path):
            inside = os.path.join(self.folder, name)
            os.makedirs(inside)
            with open(os.path.join(inside, "list.csv"), "w") as file:
                file.write("name,number\n")
            subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", inside, path,
                            "%dM" % STICK_MB], check=True, stdout=subprocess.DEVNULL)
        self.qmp("blockdev-add", node_name=name, driver="raw",
                 file={"driver": "file", "filename": path})
        return name

    def _name(self, kind):
        return "%s%d" % (kind, next(self._numbers))

    def plug_stick(self, bus="xhci", port=None, serial="0123456789", content=None):
        name = self._name("stick")
        return self._add("usb-storage", name, bus, port,
                         drive=self._disk(name + "-medium", content), serial=serial)

    def plug_reader(self, content, **more):
        """A card reader with a card in it."""
        name = self._name("reader")
        return self._add("usb-storage", name, drive=self._disk(name + "-medium", content),
                         removable=True, **more)

    def swap_card(self, reader, path):
        """The image in that file becomes its card, while the reader stays plugged in."""
        self.qmp("blockdev-change-medium", id="{0}/{0}.0/legacy[0]".format(reader), filename=path,
                 format="raw", force=True)

    def open_drive(self, timeout=120):
        """By its button: udev has locked the drive, and opens it when nothing of it is mounted. Each
        time it is pressed udev opens it once, however late: twice would eject the next CD."""
        deadline = time.monotonic() + timeout
        with contextlib.suppress(Refused):
            self.qmp("eject", id="cd")
        while not self._drive_is_open():
            if time.monotonic() > deadline:
                raise AssertionError("the drive does not open")
            time.sleep(0.1)

    def insert_cd(self, path):
        """The image in that file, into the open drive, which shuts."""
        self.qmp("blockdev-change-medium", id="cd", filename=path, format="raw")

    def _drive_is_open(self):
        return any(drive.get("qdev") == "cd" and drive.get("tray_open")
                   for drive in self.qmp("query-block"))

    def plug_empty_stick(self, port, serial):
        """A stick with nothing on it, for the bench: no file of this machine is read."""
        name = self._name("empty-stick")
        self.qmp("blockdev-add", node_name=name + "-medium", driver="null-co",
                 size=STICK_MB << 20, read_zeroes=True)
        return self._add("usb-storage", name, port=port, drive=name + "-medium",
                         serial=serial)

    def plug_uas(self, bus="xhci", port=None, content=None, driver="usb-uas",
                 units=("scsi-hd",)):
        """A fast disk, or several in one; it shows itself to the PC only when complete."""
        name = self._name("uas")
        self._add(driver, name, bus, port)
        for lun, unit in enumerate(units):
            medium = name + ("-medium%d" % lun if lun else "-medium")
            self.qmp("device_add", driver=unit, id="%s-disk%d" % (name, lun), lun=lun,
                     bus=name + ".0", drive=self._disk(medium, content))
        self.qmp("qom-set", path="/machine/peripheral/" + name,
                 property="attached", value=True)
        return name

    def plug_keyboard(self, bus="xhci", port=None):
        """Its serial number is its name, so that it can be told from the one before."""
        name = self._name("keyboard")
        return self._add("usb-kbd", name, bus, port, serial=name)

    def last_keyboard(self):
        """The one that QEMU types on; empty: none was plugged in by plug_keyboard()."""
        return next((n for n in self._plugged if n.startswith("keyboard")), "")

    def plug_mouse(self, bus="xhci", port=None):
        return self._add("usb-mouse", self._name("mouse"), bus, port)

    def plug_ccid(self, bus="xhci", port=None):
        """A smart card reader that says so by its class."""
        return self._add("usb-ccid", self._name("reader"), bus, port)

    def plug_net(self, bus="xhci", port=None):
        name = self._name("net")
        self.qmp("netdev_add", type="user", id=name + "-wire", restrict=True)
        return self._add("usb-net", name, bus, port, netdev=name + "-wire")

    def plug_mtp(self, bus="xhci", port=None):
        """A phone that offers its files."""
        name = self._name("phone")
        os.makedirs(os.path.join(self.folder, name))
        return self._add("usb-mtp", name, bus, port,
                         rootdir=os.path.join(self.folder, name))

    def plug_hub(self, port=4):
        """What goes behind it is plugged with port="4.1" and so on."""
        return self._add("usb-hub", self._name("hub"), port=port)

    def plug_dock_with_stick(self, slot=1):
        """A second USB controller with a stick already on it: (dock, stick).
        The PC stands still between the two, so it meets them together."""
        running = self.qmp("query-status")["running"]
        if running:
            self.qmp("stop")
        dock = self._name("dock-controller")
        self.qmp("device_add", driver="qemu-xhci", id=dock, bus="dock%d" % slot)
        self._plugged = (dock, *self._plugged)
        stick = self.plug_stick(bus=dock)
        if running:
            self.qmp("cont")
        return dock, stick

    def unplug(self, name, timeout=20):
        try:
            self.qmp("device_del", id=name)
        except Refused:
            if not self.plugged(name):
                return
            raise
        deadline = time.monotonic() + timeout
        while self.plugged(name):
            if time.monotonic() > deadline:
                raise AssertionError("%s is still plugged in" % name)
            time.sleep(0.05)
        try:
            self.qmp("blockdev-del", node_name=name + "-medium")
        except Refused:
            pass

    def unplug_all(self):
        """Last in, first out: what hangs on a hub or dock goes before it."""
        for name in self._plugged:
            self.unplug(name)
        self._plugged = ()

    def plugged(self, name):
        return any(entry["name"] == name for entry in
                   self.qmp("qom-list", path="/machine/peripheral"))


def _place(bus, port):
    place = {"bus": bus + ".0"}
    if port is not None:
        place["port"] = str(port)
    return place
