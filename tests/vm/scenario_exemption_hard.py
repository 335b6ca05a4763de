"""Ends that are hard to come to: a card that is swapped, a worker that does not move. A stick that
answers nothing is a unit test's: Debian's kernel crashes over what the emulator does then."""
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
