"""Ends that are hard to come to: a card that is swapped, a stick that hangs, a worker that does not
move."""
from boots import COUNTER
from counter import PATIENCE, PLACE, of
from scenario_exemption import FILE, assert_complete, copy_file, plug_refused, sit
from scenario_exemption_survives import done, wait_unmounted

SECTOR = 512
UNITS = "'sekisho-medium@*'"


@COUNTER.scenario(only_long=True)
def a_card_that_is_swapped_in_a_reader_ends_the_mount(test):
    """No USB device came or went: only the number of the disk's contents tells."""
    counter = sit(test)
    pc = test.pc
    reader, device = plug_refused(counter, plug=pc.plug_reader)
    number = counter.permits(device, "read-write", "30m")
    counter.wait_usable()
    content = copy_file(counter)
    pc.check("sync -f " + PLACE % "sato")
    other = counter.new_image("OTHER", name="other-card")
    with open(other, "rb") as file:
        before = file.read()
    after = counter.last_record()
    test.watch()
    pc.swap_card(reader.name, other)
    counter.wait_record("medium-refused", number, after=after)
    counter.wait_shut(device)
    counter.assert_shut(device)
    with open(other, "rb") as file:
        found = file.read()
    written = [at for at in range(0, len(before), SECTOR)
               if found[at:at + SECTOR] != before[at:at + SECTOR]]
    assert not written, "written to the other card at %s" % written
    assert reader.read(FILE) == content
    # The other card is not what was meant, in the reader that is plugged in anew, either.
    assert counter.phase(number) == "active"
    pc.unplug(reader.name)
    after = counter.last_record()
    wrong = counter.plug_stick(image=other, plug=pc.plug_reader)
    refused = counter.wait_record("medium-refused", number, after=after)
    assert "another-medium" in str(refused), refused
    counter.wait_shut(device)
    pc.unplug(wrong.name)
    again = counter.plug_stick(image=reader.path, plug=pc.plug_reader)
    counter.wait_usable()
    done(counter, number, counter.device())
    assert again.read(FILE) == content


@COUNTER.scenario(only_long=True)
def a_stick_that_hangs_is_ended_by_force_and_written_down_so(test):
    """Who writes waits for the disk, where no signal reaches."""
    counter = sit(test)
    pc = test.pc
    stick, device = plug_refused(counter, plug=pc.plug_slow_stick)
    test.defer(pc.stick_is_fast, stick.name)
    number = counter.permits(device, "read-write", "1m")
    counter.wait_usable()
    pc.check("systemd-run -q --uid=sato dd if=/dev/zero of=%s/big bs=1M count=8 conv=fsync"
             % (PLACE % "sato"))
    pc.wait_for("grep -qs '^State:.D' $(grep -ls '^Name:.dd$' /proc/[0-9]*/status)", PATIENCE,
                "a program that waits for the disk")
    ended = counter.wait_record("exemption-ended", number, 60 + PATIENCE)
    said = of(ended)
    assert said["reason"] == "time" and said["clean"] is False, said
    assert "dd (" in said["holders"], said
    counter.wait_shut(device)
    wait_unmounted(pc)
    # What waited is told that the disk is gone, and nothing is left.
    pc.wait_for("! pgrep -x dd", PATIENCE, "the end of the program")
    pc.wait_for("! systemctl -q is-active " + UNITS, 120, "the end of the worker")
    counter.assert_shut(device)
    pc.check("! grep -s vfat /proc/[0-9]*/mounts")
    assert pc.run("ls -A /run/media/sato | grep .")[0] != 0


@COUNTER.scenario(only_long=True)
def a_worker_that_does_not_move_keeps_nothing_open(test):
    counter = sit(test)
    pc = test.pc
    stick, device = plug_refused(counter)
    number = counter.permits(device, "read-write", "1m")
    counter.wait_usable()
    content = copy_file(counter)
    pc.check("sync -f " + PLACE % "sato")
    pc.check("systemctl kill -s STOP " + UNITS)
    test.defer(pc.run, "systemctl kill -s KILL " + UNITS)
    ended = counter.wait_record("exemption-ended", number, 60 + PATIENCE)
    assert of(ended)["reason"] == "time" and of(ended)["clean"] is False, of(ended)
    counter.wait_shut(device)
    assert pc.run("ls /sys/block/sd* >/dev/null 2>&1")[0] != 0, "a disk is there"
    assert stick.read(FILE) == content
    # It moves again, and finds that it is too late.
    pc.check("systemctl kill -s CONT " + UNITS)
    wait_unmounted(pc)
    counter.assert_shut(device)
    pc.unplug(stick.name)
    plug_refused(counter, image=stick.path)
