"""Devices that lie: software behind vhci_hcd, see guest/README.md.  What they
are is decided by their descriptors at the moment, not by what they said before."""
import contextlib
import re
import time

from boots import DESK
from refusal import assert_no_disk, assert_refused
from scenario import event
from sites import find_device, interfaces, usb_devices
from typing_check import QEMU_KEYBOARD, Reader, assert_types

LIAR_ID = "1209:0001"


@DESK.scenario(refuses=True)
def a_software_stick_is_refused(test):
    """The neighbour that shows that these devices do become disks."""
    watch = test.watch()
    with liar(test, "disk"):
        assert_refused(watch)


@DESK.scenario(refuses=True)
def a_disk_in_the_second_of_two_configurations_is_refused(test):
    watch = test.watch()
    with liar(test, "two-config"):
        assert_refused(watch)


@DESK.scenario(refuses=True)
def a_software_reader_with_a_disk_inside_gives_no_disk(test):
    watch = test.watch()
    with liar(test, "reader-with-disk"):
        assert_refused(watch)


@DESK.scenario(refuses=True)
def a_keyboard_that_becomes_a_disk_is_refused_as_a_new_device(test):
    watch = test.watch()
    with liar(test, "change-descriptors"):
        test.pc.wait_for(
            lambda: any(re.search("firmware changed", line) for line in watch.log()),
            40, "the kernel sees the change")
        assert_refused(watch, at_least=2)
        device = find_device(test.pc, LIAR_ID)
        assert usb_devices(test.pc)[device][1] == "0"


@DESK.scenario()
def a_device_that_lies_only_later_binds_nothing(test):
    """It shows a keyboard at first, and a disk when it is asked again."""
    watch = test.watch()
    with liar(test, "late-lie"):
        find_device(test.pc, LIAR_ID)
        assert_no_disk(watch)
        for name, (_, driver) in all_interfaces(test.pc).items():
            assert driver != "usb-storage", name


@DESK.scenario()
def a_device_that_stalls_delays_no_other(test):
    pc = test.pc
    with liar(test, "stall"):
        find_device(pc, LIAR_ID)
        waited = []
        # What the host was busy with is no fault of the device: the best of three.
        while len(waited) < 3 and not any(seconds < 5 for seconds in waited):
            started = time.monotonic()
            keyboard = pc.plug_keyboard()
            reader = Reader(pc, QEMU_KEYBOARD)
            pc.send_keys("sekisho")
            reader.assert_typed("sekisho")
            waited.append(time.monotonic() - started)
            pc.unplug(keyboard)
        assert min(waited) < 5, "the keyboard typed only after %s s" % waited


@DESK.scenario(only_long=True)
def a_device_that_stalls_is_recorded_and_does_not_keep_the_port(test):
    pc = test.pc
    before = test.last_record()
    with liar(test, "stall"):
        pc.wait_for(lambda: {"device-failed", "device-slow"}
                    & {event(r) for r in test.records(before)}, 40,
                    "device-failed or device-slow recorded")
    watch = test.watch()
    pc.plug_stick()
    assert_refused(watch)


@DESK.scenario(refuses=True)
def a_disk_among_twenty_keyboards_is_refused(test):
    watch = test.watch()
    with liar(test, "many"):
        assert_refused(watch)


@DESK.scenario(refuses=True, only_long=True)
def a_stick_that_comes_and_goes_is_refused_each_time(test):
    """And the keyboard beside it types."""
    watch = test.watch()
    with liar(test, "flap --shows disk --times 12 --every 700 --stay"):
        assert_refused(watch, at_least=5)
        test.pc.plug_keyboard()
        assert_types(test.pc, QEMU_KEYBOARD)
        assert_no_disk(watch)


@contextlib.contextmanager
def liar(test, mode):
    """One such device, plugged in for the time of the block."""
    pc = test.pc
    assert pc.run("test -x /opt/t/liar")[0] == 0, "make build/liar first"
    # A sleeping root hub of vhci_hcd misses a device now and then.
    pc.check("modprobe vhci_hcd && for hub in /sys/devices/platform/vhci_hcd.*/usb*; "
             "do echo on >$hub/power/control; done")
    pc.check("systemctl reset-failed liar 2>/dev/null; "
             "systemd-run -q --collect --unit=liar /opt/t/liar " + mode)
    try:
        yield
    finally:
        pc.run("systemctl stop liar")
        pc.wait_for(lambda: LIAR_ID not in usb_ids(pc), 20, "the liar unplugged")


def usb_ids(pc):
    return pc.check("cd /sys/bus/usb/devices; for d in *-*; do case $d in *:*) ;; *) "
                    "echo $(cat $d/idVendor):$(cat $d/idProduct);; esac; done").split()


def all_interfaces(pc):
    return {device + ":" + name: state for device in usb_devices(pc)
            for name, state in interfaces(pc, device).items()}
