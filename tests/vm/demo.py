#!/usr/bin/python3
"""make demo: the whole of sekisho as a short story, told on a virtual PC.

Nothing in it is staged: each line marked "kernel:" is what the virtual PC's own
kernel wrote, and each claim is checked before it is printed.  Exit 0 if all of
them held."""
import argparse
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bench
import demo_exemption
import demo_login
import documents
import gadgets
from boots import FRESH
from refusal import Watch, assert_disk_appeared, assert_no_disk, assert_refused
from scenario_let_in import wait_authorized
from scenario_refused import hub as working_hub
from scenario_survives import STAY_DEAD, wait_active
from sites import REFUSED, find_device, interfaces
from typing_check import QEMU_KEYBOARD, Reader

STICK_ID = "46f4:0001"


class Story:
    """Prints; colours only where somebody looks."""

    def __init__(self):
        self._colour = sys.stdout.isatty()
        self._step = 0
        self.ends = []

    def _paint(self, code, text):
        return "\033[%sm%s\033[0m" % (code, text) if self._colour else text

    def say(self, text):
        print(text, flush=True)

    def step(self, text):
        self._step += 1
        print("\n" + self._paint("1", "%2d. %s" % (self._step, text)), flush=True)

    def kernel(self, line):
        print("    kernel:  " + line, flush=True)

    def shows(self, command, output):
        print("    $ " + command)
        for line in output.rstrip().splitlines():
            print("      " + line)
        sys.stdout.flush()

    def seen(self, text):
        """A claim that held; it comes again in the summary."""
        self.ends.append(text)
        print("    " + self._paint("32", "=> " + text), flush=True)


def main():
    options = argparse.Namespace(
        unguarded=False, long=False, keep_log=None,
        debs=sys.argv[1] if len(sys.argv) > 1 else os.path.join(bench.ROOT, "build/deb"))
    started = time.monotonic()
    story = Story()
    story.say(
        "A PC in a town hall, as staff use it. It is a virtual one, but its kernel is\n"
        "Debian's own, and the USB devices behave as real ones do. Building it ...")
    tests = bench.Bench(options)
    with tests.machine(FRESH) as pc:
        story.say("It is switched on; from power-on to a running system: %.0f seconds."
                  % pc.boot_seconds)
        for chapter in (join, keyboard, reader, stick, hub, dock, disguise, killed,
                        allowed, unsigned):
            chapter(story, pc, tests.site())
    demo_login.tell(story, tests)
    demo_exemption.tell(story, tests)
    summary(story, time.monotonic() - started)


def join(story, pc, site):
    story.step("The administrators Suzuki and Tanaka have signed a policy for this office:\n"
               "    keyboards, mice and card readers yes, USB sticks no.")
    site.join(pc)
    show(story, pc, "sekisho status")
    story.seen("the signed policy is in force")


def keyboard(story, pc, _):
    story.step("Somebody plugs in a keyboard and types \"sekisho\".")
    pc.plug_keyboard()
    reader = Reader(pc, QEMU_KEYBOARD)
    pc.send_keys("sekisho")
    reader.assert_typed("sekisho")
    story.say("    The PC read:  " + reader.text())
    story.seen("the keyboard works")


def reader(story, pc, _):
    story.step("A card reader for employee cards is plugged in.")
    pc.plug_ccid()
    device = find_device(pc, "08e6:4433")
    wait_authorized(pc, device)
    show(story, pc, "sekisho devices")
    story.seen("the card reader is let in")


def stick(story, pc, _):
    story.step("An employee finds a USB stick in the car park and plugs it in.")
    watch = Watch(pc)
    name = pc.plug_stick()
    story.kernel(assert_refused(watch))
    device = find_device(pc, STICK_ID)
    show(story, pc, "sekisho explain " + device)
    story.seen("the stick is refused, and the PC can say why")
    pc.unplug(name)


def hub(story, pc, _):
    story.step("The stick again, behind a hub.")
    working_hub(pc)
    watch = Watch(pc)
    name = pc.plug_stick(port="4.1")
    story.kernel(assert_refused(watch))
    story.seen("refused behind a hub too")
    pc.unplug(name)


def dock(story, pc, _):
    story.step("A docking station brings a USB controller of its own, the stick already in it.")
    watch = Watch(pc)
    name, _ = pc.plug_dock_with_stick()
    story.kernel(assert_refused(watch))
    story.seen("refused on a controller that did not exist a moment ago")
    pc.unplug(name)


def disguise(story, pc, _):
    story.step("A stick in disguise: it says that it is a keyboard, and has a disk inside.")
    watch = Watch(pc)
    gadget = gadgets.keyboard_with_disk(pc)
    gadget.plug()
    story.kernel(assert_refused(watch))
    reader = Reader(pc, "Sekisho tests Office keyboard")
    gadget.type_word("hello")
    reader.assert_typed("hello")
    assert_no_disk(watch)
    device = gadget.device()
    assert interfaces(pc, device)["1.1"] == ("0", "-")
    show(story, pc, "sekisho explain " + device)
    story.seen("its keyboard half types, its disk half is refused")
    gadget.remove()


def killed(story, pc, _):
    story.step("Somebody with great power kills the guard: kill -9, and no restart.")
    pc.write_file(STAY_DEAD, "[Service]\nRestart=no\n")
    pc.check("systemctl daemon-reload && systemctl kill -s KILL sekishod")
    pc.wait_for("! systemctl -q is-active sekishod", what="sekishod dead")
    watch = Watch(pc)
    name = pc.plug_stick()
    story.kernel(assert_refused(watch))
    story.seen("the stick is still refused: the kernel itself holds the port shut")
    pc.unplug(name)
    pc.check("rm %s; systemctl daemon-reload; systemctl reset-failed sekishod; "
             "systemctl start sekishod" % STAY_DEAD)
    wait_active(pc)


def allowed(story, pc, site):
    story.step("The stick sits in the PC, refused. Suzuki and Tanaka sign a policy that allows it.")
    watch = Watch(pc)
    pc.plug_stick()
    story.kernel(assert_refused(watch))
    watch = Watch(pc)
    status, output = site.offer(pc, site.policy({"media.usb-storage": "allow"}))
    assert status == 0, output
    story.shows("sekisho update-from /run/offered", output)
    disk = assert_disk_appeared(watch)
    story.kernel(next(line for line in watch.log() if "[%s]" % disk in line))
    pc.check("mkdir -p /run/stick && mount -o ro /dev/%s /run/stick" % disk)
    story.shows("ls /run/stick", pc.check("ls -I lost+found /run/stick; umount /run/stick"))
    story.seen("the stick opens without being pulled out and put in again")


def unsigned(story, pc, site):
    story.step("Somebody writes a policy of his own, which allows everything, and signs nothing.")
    text = documents.policy(site.next_serial(), {"media.unknown": "allow"})
    status, output = site.offer(pc, text)
    assert status == REFUSED, "exit %d: %s" % (status, output)
    story.shows("sekisho update-from /run/offered", output)
    story.seen("the unsigned policy is thrown away, and that is on record")


def show(story, pc, command):
    story.shows(command, pc.run(command)[1])


def summary(story, seconds):
    story.say("\nWhat you have seen, in %d minutes %d seconds:" % divmod(seconds, 60))
    for text in story.ends:
        story.say("  - " + text)
    story.say("Your own PC was not touched: all of it happened in the virtual one.")


if __name__ == "__main__":
    try:
        main()
    except (AssertionError, RuntimeError) as error:
        print("\nThe story did not go as it should:\n%s" % error)
        sys.exit(1)
