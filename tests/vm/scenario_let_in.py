"""What must work: nobody may be kept from typing or from a card reader."""
import gadgets
from boots import DESK, FRESH
from scenario_refused import plug
from sites import find_device, interfaces
from typing_check import PS2_KEYBOARD, QEMU_KEYBOARD, assert_types


@FRESH.scenario()
def a_keyboard_types_before_any_policy_came(test):
    test.pc.plug_keyboard()
    assert_types(test.pc, QEMU_KEYBOARD)


@DESK.scenario()
def the_built_in_keyboard_types(test):
    assert_types(test.pc, PS2_KEYBOARD)


@DESK.scenario()
def a_keyboard_is_let_in_and_types(test):
    test.pc.plug_keyboard()
    assert_types(test.pc, QEMU_KEYBOARD)


@DESK.scenario()
def a_keyboard_types_each_time_it_is_plugged_in(test):
    """Let in too early, its configuration is set twice: one plug of 14 was dead then."""
    for _ in range(100 if test.long else 12):
        keyboard = test.pc.plug_keyboard()
        assert_types(test.pc, QEMU_KEYBOARD, "abc")
        test.pc.unplug(keyboard)


@DESK.scenario()
def a_keyboard_behind_a_hub_types(test):
    test.pc.plug_hub(port=4)
    test.pc.plug_keyboard(port="4.2")
    assert_types(test.pc, QEMU_KEYBOARD)


@DESK.scenario()
def a_keyboard_on_a_docks_new_controller_types(test):
    """The dock's own root hub must not be shut out with what hangs on it."""
    dock, _ = test.pc.plug_dock_with_stick(slot=2)
    test.pc.plug_keyboard(bus=dock)
    assert_types(test.pc, QEMU_KEYBOARD)


@DESK.scenario()
def a_mouse_is_let_in(test):
    test.pc.plug_mouse()
    assert_driver(test.pc, "0627:0001", "usbhid")


@DESK.scenario()
def a_card_reader_is_let_in_by_its_class(test):
    test.pc.plug_ccid()
    device = find_device(test.pc, "08e6:4433")
    wait_authorized(test.pc, device)


@DESK.scenario()
def a_card_reader_is_let_in_by_its_id(test):
    gadget = plug(test, gadgets.card_reader)
    wait_authorized(test.pc, gadget.device())


def wait_authorized(pc, device):
    """The device's first interface; a driver need not bind."""
    pc.wait_for(lambda: interfaces(pc, device).get("1.0", ("0",))[0] == "1",
                what="interface 1.0 of %s authorized" % device)


def assert_driver(pc, usb_id, driver):
    device = find_device(pc, usb_id)
    pc.wait_for(lambda: interfaces(pc, device).get("1.0") == ("1", driver),
                what="%s bound to %s" % (device, driver))
