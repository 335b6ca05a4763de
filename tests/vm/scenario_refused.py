"""What must stay out.  Each of these, run without our package, shows a disk."""
import gadgets
from boots import DESK, FRESH, MANY_BOOTS, STICK_AT_BOOT
from refusal import (SAYS_NO, Watch, assert_no_disk, assert_refused)
from sites import interfaces
from typing_check import QEMU_KEYBOARD, Reader, assert_types


@FRESH.scenario(refuses=True)
def a_stick_is_refused_before_any_policy_came(test):
    watch = test.watch()
    test.pc.plug_stick()
    assert_refused(watch)


@STICK_AT_BOOT.scenario(refuses=True)
def a_stick_that_is_in_at_power_on_is_refused(test):
    assert_refused(Watch.since_power_on(test.pc))


@DESK.scenario(refuses=True)
def a_stick_is_refused(test):
    watch = test.watch()
    test.pc.plug_stick()
    assert_refused(watch)


@DESK.scenario(refuses=True)
def a_uas_disk_is_refused(test):
    watch = test.watch()
    test.pc.plug_uas()
    assert_refused(watch)


@DESK.scenario(refuses=True)
def a_stick_behind_a_hub_is_refused(test):
    hub(test.pc)
    watch = test.watch()
    test.pc.plug_stick(port="4.1")
    assert_refused(watch)


@DESK.scenario(refuses=True)
def a_stick_on_a_docks_new_controller_is_refused(test):
    watch = test.watch()
    test.pc.plug_dock_with_stick()
    assert_refused(watch)


@DESK.scenario()
def a_phone_is_refused(test):
    watch = test.watch()
    test.pc.plug_mtp()
    assert_refused(watch)


@DESK.scenario()
def a_network_adapter_is_refused(test):
    before = test.pc.check("ls /sys/class/net")
    watch = test.watch()
    test.pc.plug_net()
    assert_refused(watch)
    assert test.pc.check("ls /sys/class/net") == before


@DESK.scenario(refuses=True)
def the_disk_half_of_a_keyboard_is_refused_and_the_other_half_types(test):
    watch = test.watch()
    gadget = plug(test, gadgets.keyboard_with_disk)
    assert_refused(watch)
    reader = Reader(test.pc, "Sekisho tests Office keyboard")
    gadget.type_word("sekisho")
    reader.assert_typed("sekisho")
    assert_no_disk(watch)
    assert interfaces(test.pc, gadget.device())["1.1"] == ("0", "-")


@DESK.scenario(refuses=True)
def a_disk_in_the_configuration_that_the_kernel_picks_is_refused(test):
    watch = test.watch()
    plug(test, gadgets.disk_in_the_configuration_the_kernel_picks)
    assert_refused(watch)


@DESK.scenario(refuses=True)
def a_disk_hidden_in_the_second_configuration_is_refused(test):
    """Also when some program switches the device over, as modem tools do."""
    watch = test.watch()
    gadget = plug(test, gadgets.disk_in_second_configuration)
    test.pc.wait_for(lambda: any(SAYS_NO.search(line) or "input:" in line
                                 for line in watch.log()), what="the device")
    assert_no_disk(watch)
    test.pc.run("echo 2 >/sys/bus/usb/devices/%s/bConfigurationValue"
                % gadget.device())
    assert_no_disk(watch)


@DESK.scenario(refuses=True)
def a_disk_that_claims_to_be_a_listed_card_reader_is_refused(test):
    watch = test.watch()
    plug(test, gadgets.disk_that_claims_to_be_a_card_reader)
    assert_refused(watch)


@MANY_BOOTS.scenario(refuses=True)
def boots_with_a_stick_in_refuse_it_and_the_keyboard_types_in_the_initramfs(test):
    """As when somebody types a disk's passphrase there: no PS/2 to help."""
    for number in range(20 if test.long and test.guarded else 1):
        with test.machine(ps2=False, before=_keyboard_and_stick, wait=False,
                          boot_args="break=premount console=tty0") as pc:
            word = "typed-in-boot-%d" % number
            _type_until_seen(pc, "echo %s >/dev/kmsg\n" % word, word)
            pc.send_keys("\nexit\n")
            pc.wait_booted()
            assert_refused(Watch.since_power_on(pc))
            assert_types(pc, QEMU_KEYBOARD)


def _keyboard_and_stick(pc):
    pc.plug_keyboard()
    pc.plug_stick()


def _type_until_seen(pc, keys, word):
    """The shell of the initramfs gives no sign that it listens: try again."""
    for _ in range(40):
        pc.send_keys("\n" + keys)
        try:
            pc.wait_for(lambda: "] " + word in pc.serial(), 2, patience=1)
            return
        except AssertionError:
            continue
    raise AssertionError("no key arrived in the initramfs\n" + pc.serial_tail())


def hub(pc):
    """A working hub at port 4."""
    pc.plug_hub(port=4)
    pc.wait_for("ls -d /sys/bus/usb/devices/*-4:1.0/driver", what="the hub works")


def plug(test, make):
    """A gadget that goes away with the scenario."""
    gadget = make(test.pc)
    test.defer(gadget.remove)
    gadget.plug()
    return gadget
