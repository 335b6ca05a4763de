"""What an exemption survives, and what it does not: the cases of a working day, and of an attack."""
import time

from boots import COUNTER, COUNTER_BOOTS
from counter import PATIENCE, PLACE, SERIAL, STICK_BYTES, Counter, of
import gadgets
from scenario_exemption import (FILE, assert_complete, assert_lasted, copy_file, plug_refused,
                                sit)

YEAR = 366 * 86400


def used(test, duration="30m", direction="read-write", user="sato", words=()):
    """A stick in use: (counter, stick, device, number)."""
    counter = sit(test, user)
    stick, device = plug_refused(counter)
    number = counter.permits(device, direction, duration, *words)
    counter.wait_usable(user)
    return counter, stick, device, number


def wait_unmounted(pc, seconds=PATIENCE):
    pc.wait_for("! mountpoint -q " + PLACE % "sato", seconds, "the end of the mount")


def done(counter, number, device):
    counter.types("sekisho eject " + number)
    counter.wait_shut(device)


@COUNTER.scenario()
def pulled_out_and_put_in_again_it_goes_on(test):
    counter, stick, device, number = used(test)
    content = copy_file(counter)
    test.pc.check("sync -f " + PLACE % "sato")
    test.pc.unplug(stick.name)
    wait_unmounted(test.pc)
    again = counter.plug_stick(image=stick.path)
    counter.wait_usable()
    assert counter.phase(number) == "active"
    done(counter, number, counter.device())
    # It was pulled out while it was in use, and that stays written on it.
    assert again.read(FILE) == content


@COUNTER.scenario(only_long=True)
def so_many_insertions_and_no_more(test):
    counter, stick, device, number = used(test, words=("--insertions", "2"))
    image = stick.path
    for opens in True, False:
        test.pc.unplug(stick.name)
        stick = counter.plug_stick(image=image)
        if opens:
            counter.wait_usable()
            test.pc.check("sync")
        else:
            ended = counter.wait_record("exemption-ended", number)
            assert of(ended)["reason"] == "insertions", of(ended)
            counter.wait_refused(counter.device())
            assert not counter.is_open(counter.device())


@COUNTER.scenario(only_long=True)
def asleep_it_goes_on_and_its_time_too(test):
    """S3: the clock of the deadline runs on."""
    counter, stick, device, number = used(test, "3m")
    began = counter.wait_record("exemption-active", number)
    content = copy_file(counter)
    counter.sleeps(20)
    # usb-storage comes back by itself, as the same device.
    counter.wait_usable()
    assert counter.phase(number) in ("active", "warned")
    ended = counter.wait_record("exemption-ended", number, 180 + PATIENCE)
    counter.wait_shut(device)
    assert_lasted(began, ended, 180)
    assert_complete(stick, FILE, content)


@COUNTER_BOOTS.scenario(only_long=True)
def a_deadline_in_its_sleep_ends_it_when_it_wakes(test):
    """On a PC of its own: the emulator's did not fall asleep a second time."""
    with test.machine() as pc:
        test.pc = pc
        counter = Counter(test, pc)
        counter.sits_down()
        stick, device = plug_refused(counter)
        number = counter.permits(device)
        counter.wait_usable()
        content = copy_file(counter)
        pc.check("sync")
        counter.sleeps(70)
        ended = counter.wait_record("exemption-ended", number)
        assert of(ended)["reason"] == "time" and of(ended)["clean"] is True, of(ended)
        counter.wait_shut(device)
        assert_complete(stick, FILE, content)


def kill(pc, unit="sekishod"):
    pc.check("systemctl kill -s KILL " + unit)


@COUNTER.scenario(only_long=True)
def killed_at_any_step_it_ends_on_time_all_the_same(test):
    """sekishod, at each step of one life."""
    counter = sit(test)
    pc = test.pc
    stick, device = plug_refused(counter)
    number, _ = counter.asks(device, "read-write", "2m")
    kill(pc)
    counter.wait_request(number)
    kill(pc)
    counter.approve(number)
    kill(pc)
    for wait in 0.3, 1, 2:      # while it is let in, mounted, shown
        time.sleep(wait)
        kill(pc)
    counter.wait_usable()
    began = counter.wait_record("exemption-active", number)
    content = copy_file(counter)
    kill(pc)
    assert pc.run("mountpoint -q " + PLACE % "sato")[0] == 0, "the mount went with sekishod"
    pc.wait_for("sekisho status >/dev/null", PATIENCE, "the agent")
    deadline = began["time"] / 1000 + 120
    pc.wait_for("test $(date +%%s) -ge %d" % (deadline - 1), 150, "the deadline")
    for _ in range(3):          # while it ends
        time.sleep(0.4)
        kill(pc)
    ended = counter.wait_record("exemption-ended", number)
    counter.wait_shut(device)
    assert_lasted(began, ended, 120)
    assert_complete(stick, FILE, content)
    assert len(counter.records("exemption-ended", number)) == 1


@COUNTER.scenario(only_long=True)
def while_sekishod_is_away_the_worker_ends_it_on_time(test):
    counter, stick, device, number = used(test, "1m")
    pc = test.pc
    content = copy_file(counter)
    pc.check("systemctl stop sekishod")
    test.defer(pc.run, "systemctl start sekishod")
    assert pc.run("mountpoint -q " + PLACE % "sato")[0] == 0, "the mount went with sekishod"
    wait_unmounted(pc, 60 + PATIENCE)
    counter.wait_shut(device)
    pc.check("systemctl start sekishod")
    counter.wait_record("exemption-ended", number)
    assert_complete(stick, FILE, content)
    assert not counter.is_open(device)


@COUNTER.scenario(only_long=True)
def a_worker_that_is_killed_leaves_nothing_open(test):
    counter, stick, device, number = used(test)
    pc = test.pc
    content = copy_file(counter)
    pc.check("sync -f " + PLACE % "sato")
    before = counter.last_record()
    kill(pc, "'sekisho-medium@*'")
    counter.wait_record("medium-refused", number, after=before)
    counter.wait_shut(device)
    counter.assert_shut(device)
    assert stick.read(FILE) == content
    # The exemption goes on, at the next plug.
    assert counter.phase(number) == "active"
    pc.unplug(stick.name)
    again = counter.plug_stick(image=stick.path)
    counter.wait_usable()
    done(counter, number, counter.device())
    assert_complete(again, FILE, content)


@COUNTER.scenario(only_long=True)
def an_upgrade_in_the_middle_changes_nothing(test):
    counter, stick, device, number = used(test, "5m")
    pc = test.pc
    with_file = copy_file(counter)
    pc.check("DEBIAN_FRONTEND=noninteractive apt-get install -y --allow-downgrades "
             "/opt/t/newer-debs/sekisho-agent_*.deb </dev/null", 240)
    assert pc.run("mountpoint -q " + PLACE % "sato")[0] == 0, "the mount went with the upgrade"
    pc.wait_for("sekisho status >/dev/null", PATIENCE, "the agent")
    assert counter.phase(number) in ("active", "warned")
    copy_file(counter, "second.csv", 100000)
    done(counter, number, device)
    assert_complete(stick, FILE, with_file)


@COUNTER_BOOTS.scenario(only_long=True)
def a_reboot_ends_it_unless_the_form_says_otherwise(test):
    with test.machine() as pc:
        test.pc = pc
        counter = Counter(test, pc)
        for words, goes_on in ((), False), (("--survives", "reboot", "logout"), True):
            counter.sits_down()
            stick, device = plug_refused(counter)
            number = counter.permits(device, "read-write", "30m", *(
                ("--survives", "reboot logout") if goes_on else ()))
            counter.wait_usable()
            content = copy_file(counter)
            pc.check("sync")
            # In order, the session would be over before sekishod is: a logout.
            pc.reboot(hard=not goes_on)
            counter.mount()
            counter.sits_down()
            if goes_on:
                counter.wait_usable()
                done(counter, number, counter.device())
            else:
                ended = counter.wait_record("exemption-ended", number)
                assert of(ended)["reason"] == "reboot", of(ended)
                time.sleep(5)
            counter.assert_shut(counter.device())
            assert stick.read(FILE) == content
            pc.unplug(stick.name)
            counter.stands_up()


@COUNTER.scenario()
def a_logout_ends_it_and_the_next_one_does_not_get_it(test):
    counter, stick, device, number = used(test)
    content = copy_file(counter)
    counter.stands_up()
    ended = counter.wait_record("exemption-ended", number)
    assert of(ended)["reason"] == "logout", of(ended)
    counter.wait_shut(device)
    assert_complete(stick, FILE, content)
    counter.sits_down("kato")
    time.sleep(4)
    assert not counter.is_open(device)


@COUNTER.scenario(only_long=True)
def approved_for_one_another_in_the_session_does_not_get_it(test):
    counter = sit(test)
    _, device = plug_refused(counter)
    number, _ = counter.asks(device)
    counter.wait_request(number)
    counter.stands_up()
    counter.sits_down("kato")
    counter.approve(number)
    counter.wait_record("exemption-received", number)
    time.sleep(5)
    assert not counter.is_open(device)
    counter.stands_up()
    counter.sits_down("sato")
    counter.wait_usable()
    done(counter, number, device)


@COUNTER.scenario(only_long=True)
def a_second_stick_with_the_same_serial_does_not_get_it(test):
    counter, stick, device, number = used(test)
    pc = test.pc
    content = copy_file(counter)
    # Both at once: the first keeps it.
    before = counter.last_record()
    second = counter.plug_stick(size=2 * STICK_BYTES, port=5)
    time.sleep(6)
    assert pc.check("lsblk -ndo NAME --include 8 | wc -l").strip() == "1"
    pc.unplug(second.name)
    # In its place: another medium, by its size and its file system.
    pc.check("sync")
    pc.unplug(stick.name)
    other = counter.plug_stick(size=2 * STICK_BYTES)
    counter.wait_record("medium-refused", number, after=before)
    counter.assert_not_shown()
    pc.unplug(other.name)
    # The first comes back.
    again = counter.plug_stick(image=stick.path)
    counter.wait_usable()
    done(counter, number, counter.device())
    assert again.read(FILE) == content


@COUNTER.scenario(only_long=True)
def the_same_numbers_with_other_descriptors_do_not_get_it(test):
    counter, stick, device, number = used(test)
    pc = test.pc
    pc.check("sync")
    pc.unplug(stick.name)
    gadget = gadgets.Gadget(pc, [["disk"]], usb_id="46f4:0001", product="QEMU USB HARDDRIVE",
                            serial=SERIAL)
    test.defer(gadget.remove)
    gadget.plug()
    device = gadget.device()
    pc.wait_for("test -e /sys/bus/usb/devices/%s/serial" % device, PATIENCE, "the gadget")
    time.sleep(6)
    assert not counter.is_open(device)
    counter.assert_not_shown()


@COUNTER.scenario(only_long=True)
def a_clock_that_is_set_back_a_year_gives_no_more_time(test):
    counter, stick, device, number = used(test, "1m")
    pc = test.pc
    content = copy_file(counter)
    now = time.time()
    pc.check("date -s @%d" % (now - YEAR))
    test.defer(lambda: pc.check("date -s @%d" % time.time()))
    assert pc.run("mountpoint -q " + PLACE % "sato")[0] == 0
    counter.wait_record("exemption-ended", number, 60 + PATIENCE)
    counter.wait_shut(device)
    assert_complete(stick, FILE, content)


@COUNTER.scenario()
def a_clock_a_year_ahead_ends_it_and_set_right_it_goes_on(test):
    counter, stick, device, number = used(test)
    pc = test.pc
    copy_file(counter)
    pc.check("date -s @%d" % (time.time() + YEAR))
    test.defer(lambda: pc.check("date -s @%d" % time.time()))
    wait_unmounted(pc)
    counter.wait_shut(device)
    pc.check("date -s @%d" % time.time())
    counter.wait_usable()
    done(counter, number, device)


# Over and over the same megabytes: what is full would end it by itself.
WRITES = ("exec 3>{0}/busy; echo $$$$ >/tmp/writer; "     # systemd makes it $$
          "while dd if=/dev/zero of={0}/busy bs=64K count=64 conv=notrunc status=none; do :; done")


@COUNTER.scenario(only_long=True)
def at_full_speed_it_ends_all_the_same_and_what_was_synced_is_there(test):
    counter, stick, device, number = used(test, "1m")
    pc = test.pc
    content = copy_file(counter)
    pc.check("sync -f " + PLACE % "sato")
    pc.check("rm -f /tmp/writer; systemd-run -q --uid=sato sh -c '%s'" % WRITES.format(
        PLACE % "sato"))
    pc.wait_for("kill -0 $(cat /tmp/writer)", PATIENCE, "the program that writes")
    ended = counter.wait_record("exemption-ended", number, 60 + PATIENCE)
    counter.wait_shut(device)
    said = of(ended)
    assert "dd (" in said["holders"] or "sh (" in said["holders"], said
    assert pc.run("kill -0 $(cat /tmp/writer)")[0] != 0, "the program that wrote still runs"
    assert stick.read(FILE) == content
    stick.assert_clean()


@COUNTER.scenario()
def a_holder_in_a_name_space_of_its_own_does_not_keep_it(test):
    counter, stick, device, number = used(test)
    pc = test.pc
    content = copy_file(counter)
    pc.check("sync -f " + PLACE % "sato")
    # A copy of all mounts; whoever unmounts outside does not unmount there.
    pc.check("systemd-run -q unshare --mount --propagation=private sh -c "
             "'cd %s && echo $$ >/run/holder && exec sleep 1000'" % (PLACE % "sato"))
    pc.wait_for("test -s /run/holder", PATIENCE, "the holder")
    counter.types("sekisho eject " + number)
    ended = counter.wait_record("exemption-ended", number)
    counter.wait_shut(device)
    assert "sleep" in of(ended)["holders"], of(ended)
    pc.check("! grep -s vfat /proc/[0-9]*/mounts")
    assert_complete(stick, FILE, content)
