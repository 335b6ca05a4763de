"""The package comes, is replaced and goes, all on a PC that keeps running."""
import time

from boots import BEFORE_INSTALLATION, DESK, REMOVAL
from refusal import (assert_disk_appeared, assert_no_disk, assert_refused)
from sites import find_device, usb_devices
from scenario_survives import wait_active
from typing_check import QEMU_KEYBOARD, assert_types

APT = "DEBIAN_FRONTEND=noninteractive apt-get -y "
APT_TIMEOUT = 1800     # making an initrd takes minutes under emulation


def spare_the_initrd(test):
    """A sample does without a new initrd: image.py has one made all the same,
    outside the virtual PC, and the other scenarios boot it."""
    if not test.long:
        test.pc.write_file("/etc/initramfs-tools/update-initramfs.conf",
                           "update_initramfs=no\n")


@BEFORE_INSTALLATION.scenario()
def installing_shuts_the_ports_without_a_reboot(test):
    """What was plugged in is judged: the keyboard stays, the stick goes."""
    pc = test.pc
    spare_the_initrd(test)
    pc.plug_keyboard()
    watch = test.watch()
    pc.plug_stick()
    disk = assert_disk_appeared(watch)
    pc.check("cd /opt/t/debs && %s install ./*.deb" % APT, APT_TIMEOUT)
    wait_active(pc)
    pc.wait_for("! test -e /sys/block/" + disk, what="the stick's disk gone")
    watch = test.watch()
    pc.plug_stick()
    assert_refused(watch)
    pc.plug_dock_with_stick()
    assert_refused(watch, at_least=2)
    assert_types(pc, QEMU_KEYBOARD)


@DESK.scenario()
def upgrading_in_place_leaves_no_moment_open(test):
    """Sticks go in and out the whole time."""
    pc = test.pc
    pc.check("cd /opt/t/newer-debs && systemd-run -q --same-dir --unit=upgrade "
             "--remain-after-exit sh -c '%s install ./*.deb'" % APT)
    watch = test.watch()
    plugs, deadline = 0, time.monotonic() + APT_TIMEOUT
    while pc.check("systemctl show -P SubState upgrade").strip() == "running":
        assert time.monotonic() < deadline, "the upgrade does not end"
        stick = pc.plug_stick()
        plugs += 1
        # On a busy machine the kernel takes longer to know a stick than somebody to pull it out.
        pc.wait_for(lambda: len(watch.refusals()) >= plugs or watch.new_disks(),
                    what="what becomes of stick %d" % plugs)
        pc.unplug(stick)
    assert_no_disk(watch)
    assert pc.check("systemctl show -P Result upgrade").strip() == "success", \
        pc.run("journalctl -u upgrade -n 20 -o cat")[1]
    refused = len(watch.refusals())
    assert "+newer" in pc.check("dpkg-query -W sekisho-agent")
    assert plugs > 3 and refused == plugs, "%d plugs, %d refused" % (plugs, refused)
    wait_active(pc)


@REMOVAL.scenario()
def removing_the_package_gives_the_ports_back(test):
    pc = test.pc
    spare_the_initrd(test)
    watch = test.watch()
    pc.plug_stick()
    assert_refused(watch)
    output = pc.check(APT + "purge sekisho-agent", APT_TIMEOUT)
    assert "ports" in output, "it does not say that the ports are open:\n" + output
    assert pc.check("cat /sys/module/usbcore/parameters/authorized_default") == "-1\n"
    for default in "authorized_default", "interface_authorized_default":
        values = pc.check("cat /sys/bus/usb/devices/usb*/" + default).split()
        assert set(values) == {"1"}, "%s: %s" % (default, values)
    assert usb_devices(pc)[find_device(pc, "46f4:0001")][1] == "1"
    watch = test.watch()
    pc.plug_stick()
    assert_disk_appeared(watch)
    left = pc.check("ls -d /var/lib/sekisho /etc/sekisho 2>/dev/null; true")
    assert not left, left
    if test.long:
        left = pc.check("lsinitramfs /boot/initrd.img-* | grep sekisho; true", 300)
        assert not left, left

