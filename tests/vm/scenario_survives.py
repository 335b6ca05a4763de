"""The guard dies, restarts, is drowned in events, sleeps: the ports stay shut."""
import random
import re
import time

from boots import DESK
from refusal import assert_no_disk, assert_refused
from sites import agent_is_idle, find_device, interfaces, usb_devices
from typing_check import QEMU_KEYBOARD, assert_types

STICK_ID = "46f4:0001"
ROUNDS_LONG, ROUNDS_SAMPLE = 200, 15
STAY_DEAD = "/run/systemd/system/sekishod.service.d/stay-dead.conf"


@DESK.scenario(refuses=True)
def after_kill_9_a_stick_is_refused(test):
    kill_for_good(test)
    watch = test.watch()
    test.pc.plug_stick()
    assert_refused(watch)


@DESK.scenario()
def after_kill_9_a_keyboard_types(test):
    kill_for_good(test)
    test.pc.plug_keyboard()
    assert_types(test.pc, QEMU_KEYBOARD)


@DESK.scenario(refuses=True)
def at_the_moment_of_kill_9_a_stick_is_refused(test):
    watch = test.watch()
    for _ in range(5):
        test.pc.run("systemctl kill -s KILL sekishod")
        stick = test.pc.plug_stick()
        time.sleep(1)
        test.pc.unplug(stick)
    assert_refused(watch, at_least=5 if test.guarded else 1)
    if test.guarded:
        wait_active(test.pc)
        told = [record for record in test.records() if "killed" in record["message"]]
        assert told, "no start says how the run before it ended"


@DESK.scenario()
def a_restart_changes_nothing(test):
    pc = test.pc
    pc.plug_hub(port=4)     # first: the others take any port that is free
    pc.plug_keyboard()
    pc.plug_ccid()
    pc.plug_stick()
    find_device(pc, STICK_ID)
    before = agent_is_idle(pc), all_interfaces(pc)
    watch = test.watch()
    pc.check("systemctl restart sekishod")
    wait_active(pc)
    assert (agent_is_idle(pc), all_interfaces(pc)) == before
    moved = [line for line in watch.log()
             if re.search(r"USB device number|USB disconnect|reset .*USB", line)]
    assert not moved, moved
    assert_no_disk(watch)
    assert_types(pc, QEMU_KEYBOARD)


@DESK.scenario(refuses=True)
def plugging_at_random_moments_never_gives_a_disk(test):
    pc, chance = test.pc, random.Random(2026)
    watch = test.watch()
    kinds = [pc.plug_stick, pc.plug_stick, pc.plug_uas, pc.plug_keyboard,
             pc.plug_mouse, pc.plug_ccid]
    plugged = []
    for _ in range(ROUNDS_LONG if test.long else ROUNDS_SAMPLE):
        if len(plugged) > 4 or plugged and chance.random() < 0.3:
            pc.unplug(plugged.pop(chance.randrange(len(plugged))))
        plugged.append(chance.choice(kinds)())
        time.sleep(chance.choice([0, 0.02, 0.1, 0.3, 0.8]))
    assert_no_disk(watch)
    assert_as_policy_says(pc)
    for name in plugged:
        pc.unplug(name)
    pc.plug_keyboard()
    assert_types(pc, QEMU_KEYBOARD)


@DESK.scenario()
def after_lost_events_every_device_is_as_policy_says(test):
    """A real overflow: the agent stands still, its socket fills up and drops."""
    pc = test.pc
    leaver = pc.plug_mouse()
    agent_is_idle(pc)
    seen, watch = test.last_record(), test.watch()
    pc.check("systemctl kill -s STOP sekishod")
    test.defer(pc.run, "systemctl kill -s CONT sekishod")
    started = time.monotonic()
    while dropped(pc) == 0:
        pc.check("for i in $(seq 400); do echo change >/sys/bus/usb/devices/usb1/uevent;"
                 " done")
        assert time.monotonic() - started < 15, "no event was dropped"
    pc.plug_stick()
    pc.plug_keyboard()
    pc.unplug(leaver)
    pc.check("systemctl kill -s CONT sekishod")
    # Dropped as well, without a word, while the agent still reads what had piled up.
    pc.plug_mouse()
    test.wait_record(seen, "events-lost")
    assert_refused(watch)
    assert_types(pc, QEMU_KEYBOARD)
    assert_as_policy_says(pc)


@DESK.scenario()
def after_suspend_the_stick_stays_out_and_the_keyboard_types(test):
    pc = test.pc
    pc.plug_keyboard()
    pc.plug_stick()
    agent_is_idle(pc)
    watch = test.watch()
    pc.suspend()
    assert_types(pc, QEMU_KEYBOARD)
    pc.plug_stick()
    assert_refused(watch)
    assert_as_policy_says(pc)


def kill_for_good(test):
    """No restart until the scenario ends."""
    if not test.guarded:
        return
    pc = test.pc
    pc.write_file(STAY_DEAD, "[Service]\nRestart=no\n")
    pc.check("systemctl daemon-reload && systemctl kill -s KILL sekishod")
    pc.wait_for("! systemctl -q is-active sekishod", what="sekishod dead")
    assert pc.run("pidof sekishod")[0] != 0

    def revive():
        pc.check("rm %s; systemctl daemon-reload; systemctl reset-failed sekishod;"
                 " systemctl start sekishod" % STAY_DEAD)
    test.defer(revive)


def wait_active(pc):
    pc.wait_for("systemctl -q is-active sekishod", what="sekishod running")


def dropped(pc):
    """Events that the kernel could not deliver to sekishod, of this process."""
    return int(pc.check(
        "pid=$(pidof sekishod); sum=0; for s in $(ls -l /proc/$pid/fd | "
        "sed -n 's/.*socket:.\\([0-9]*\\).*/\\1/p'); do "
        "d=$(awk -v i=$s '$10 == i {print $9}' /proc/net/netlink); "
        "sum=$((sum + ${d:-0})); done; echo $sum"))


def all_interfaces(pc):
    return {device: interfaces(pc, device) for device in usb_devices(pc)}


DISKS, INPUT = {"46f4:0001", "46f4:0003"}, {"0627:0001"}


def assert_as_policy_says(pc):
    """Sticks and disks out; keyboards and mice driven; card readers let in."""
    def wrong():
        return [line for line in states(pc) if not as_it_should(*line.split())]
    try:
        pc.wait_for(lambda: not wrong(), 30)
    except AssertionError:
        raise AssertionError("not as policy says: %s" % wrong()) from None


def states(pc):
    """"1-2 46f4:0001 0 -" and so on: id, authorized, driver of interface 1.0."""
    return pc.check(
        "cd /sys/bus/usb/devices; for d in *-*; do case $d in *:*) continue;; esac;"
        " echo $d $(cat $d/idVendor):$(cat $d/idProduct) $(cat $d/authorized) "
        "$(basename $(readlink $d:1.0/driver || echo -)); done").splitlines()


def as_it_should(_, usb_id, authorized, driver):
    if usb_id in DISKS:
        return authorized == "0"
    if usb_id in INPUT:
        return authorized == "1" and driver == "usbhid"
    return authorized == "1"
