"""A PC whose disk is encrypted: somebody has to type before there is a system,
on a keyboard that only our rule in the initramfs lets in."""
from boots import ENCRYPTED, ENCRYPTED_BEFORE_INSTALLATION
from image import ENCRYPTED_ROOT, PASSPHRASE
from refusal import DiskAppeared, Watch, assert_refused
from scenario_let_in import wait_authorized
from scenario_survives import assert_as_policy_says, wait_active
from sites import find_device
from typing_check import QEMU_KEYBOARD, assert_types

PROMPT = "Please unlock disk"
SAYS_WRONG = "cryptsetup failed, bad password"
SAYS_RIGHT = "set up successfully"
STICKS = 2
READS_OF_BIOS = STICKS  # before any system: is this one to start from?


@ENCRYPTED.scenario(refuses=True, only_long=True)
def the_passphrase_is_typed_on_a_usb_keyboard_and_the_sticks_stay_out(test):
    with test.machine(wait=False) as pc:
        _unlock(pc)
        assert_refused(Watch.since_power_on(pc), at_least=STICKS)
        assert _reads(pc) <= READS_OF_BIOS, "the sticks were read %d times" % _reads(pc)
        _assert_at_work(pc)


@ENCRYPTED_BEFORE_INSTALLATION.scenario(only_long=True)
def without_the_package_the_same_boot_shows_a_disk(test):
    with test.machine(wait=False) as pc:
        _unlock(pc)
        try:
            assert_refused(Watch.since_power_on(pc), at_least=STICKS)
        except DiskAppeared:
            assert _reads(pc) > READS_OF_BIOS, "nobody read the disk"
        else:
            raise AssertionError("there is no disk without a guard")


def _unlock(pc):
    """A slip of the finger first, as it happens."""
    _wait_screen(pc, PROMPT, 1)
    pc.send_keys("wrong\n")
    _wait_screen(pc, SAYS_WRONG, 1)
    _wait_screen(pc, PROMPT, 2)
    pc.send_keys(PASSPHRASE + "\n")
    _wait_screen(pc, SAYS_RIGHT, 1)
    pc.wait_booted()


def _wait_screen(pc, text, times):
    """A quiet boot says so little that nothing which was on the screen is lost."""
    def seen():
        return sum(text in line for line in pc.screen()) >= times
    try:
        pc.wait_for(seen, 120)
    except AssertionError:
        raise AssertionError("%r is not %d times on the screen:\n%s" % (
            text, times, "\n".join("  | " + l for l in pc.screen() if l))) from None


def _reads(pc):
    """How often the sticks were read since power-on, as QEMU counts it."""
    return sum(disk["stats"]["rd_operations"] for disk in pc.qmp("query-blockstats")
               if "stick" in disk["qdev"])


def _assert_at_work(pc):
    """The PC is up, guarded, and nothing that is not a stick was kept out."""
    # One boot does not show that both are there: each alone loses a race now and then.
    for path in "lib/modprobe.d/sekisho.conf", "lib/udev/rules.d/60-sekisho.rules":
        assert pc.initrd_has("usr/" + path) or pc.initrd_has(path), path
    assert pc.check("findmnt -no SOURCE /").strip() == ENCRYPTED_ROOT
    pc.wait_for("systemctl -q is-active multi-user.target", 120)
    wait_active(pc)
    pc.check("test -e /run/sekisho/running")
    assert not pc.check("ls /sys/bus/serio/devices"), "there is a PS/2 keyboard"
    assert_types(pc, QEMU_KEYBOARD)
    assert_as_policy_says(pc)
    wait_authorized(pc, find_device(pc, "08e6:4433"))
