"""Documents: a good one acts on what is plugged in, a bad one changes nothing,
and no policy takes the last keyboard away."""
import bad_documents
import documents
import gadgets
from boots import DESK, MANY_BOOTS, ONLY_USB
from refusal import assert_disk_appeared, assert_no_disk, assert_refused, stick_outside
from scenario import event, fault
from sites import REFUSED, agent_is_idle, find_device, interfaces, usb_devices
from terminal import stored_documents
from typing_check import QEMU_KEYBOARD, Reader, assert_types

STICK_ID = "46f4:0001"
OPEN, SHUT = {"media.usb-storage": "allow"}, {}


@DESK.scenario()
def a_new_policy_opens_and_shuts_a_stick_without_replugging(test):
    pc, site = test.pc, test.site()
    test.defer(site.apply, pc, SHUT)
    watch = test.watch()
    pc.plug_stick()
    assert_refused(watch)
    device = find_device(pc, STICK_ID)
    number = usb_devices(pc)[device][0]
    watch = test.watch()
    site.apply(pc, OPEN)
    disk = assert_disk_appeared(watch)
    assert usb_devices(pc)[device] == (number, "1")
    site.apply(pc, SHUT)
    pc.wait_for("! test -e /sys/block/" + disk, what="the disk gone")
    assert usb_devices(pc)[device][0] == number
    assert not [line for line in watch.log() if "USB device number" in line]


def is_refused(test, document, expected):
    """Offer it: refused, recorded, and nothing of it stored."""
    pc = test.pc
    before, stored = test.last_record(), stored_documents(pc)
    if callable(document):
        status, output = document()
    else:
        status, output = test.site().offer(pc, document)
    assert status == REFUSED, "exit %d: %s" % (status, output)
    record = test.wait_record(before, "policy-refused")
    assert fault(record) == expected, "recorded as %r: %s" % (fault(record), output)
    assert stored_documents(pc) == stored


def changes_nothing(test, document, expected):
    """It is refused while a stick waits outside, and the stick is outside still."""
    watch = stick_outside(test)
    is_refused(test, document, expected)
    assert_no_disk(watch)


@DESK.scenario()
def no_bad_document_of_the_table_changes_anything(test):
    """One stick waits outside while all of them are offered: each would let it in."""
    site = test.site()
    site.apply(test.pc, SHUT)           # so that the next serial is known
    watch = stick_outside(test)
    for row in bad_documents.ROWS:
        try:
            is_refused(test, row.make(site.keys, site.last_serial + 1), row.fault)
        except AssertionError as error:
            raise AssertionError("%s: %s" % (row.name, error)) from error
        assert not watch.new_disks(), row.name
    assert_no_disk(watch)


@DESK.scenario()
def a_policy_that_cannot_be_read_changes_nothing(test):
    def offer():
        test.pc.check("rm -rf /run/broken; mkdir -p /run/broken/policy.ini")
        status, output = test.pc.run("sekisho update-from /run/broken")
        return (REFUSED if status == 2 else status), output
    changes_nothing(test, offer, "unreadable")


@DESK.scenario()
def a_hardware_key_that_somebody_touched_counts(test):
    """The good neighbour of the one in the table."""
    site = test.site()
    text = documents.policy(site.next_serial(), SHUT)
    status, output = site.offer(test.pc, site.keys.sign(
        text, who=("tanaka", documents.HARDWARE)))
    assert status == 0, output


@DESK.scenario()
def a_bad_document_is_recorded_once(test):
    pc, site = test.pc, test.site()
    before = test.last_record()
    document = documents.policy(site.next_serial(), OPEN)
    for _ in range(3):
        assert site.offer(pc, document)[0] == REFUSED
    refused = [r for r in test.records(before) if event(r) == "policy-refused"]
    assert len(refused) == 1, "%d records" % len(refused)


@DESK.scenario(only_long=True)
def a_full_disk_while_storing_changes_nothing(test):
    """And when there is room again, the same document is taken."""
    pc, site = test.pc, test.site()
    state = "/var/lib/sekisho"
    pc.check("systemctl stop sekishod && cp -a {0} /run/state && "
             "mount -t tmpfs -o size=128k,mode=0700 none {0} && "
             "cp -a /run/state/. {0}/ && systemctl start sekishod".format(state))
    test.defer(pc.check, "systemctl stop sekishod; umount {0}; rm -rf /run/state;"
                         " systemctl start sekishod".format(state))
    document = site.policy(OPEN)
    pc.run("cat /dev/zero >%s/filler 2>/dev/null" % state)

    def offer():
        status, output = site.offer(pc, document)
        return (REFUSED if status == 2 else status), output
    changes_nothing(test, offer, "not-stored")
    pc.check("rm %s/filler" % state)
    watch = test.watch()
    status, output = site.offer(pc, document)
    assert status == 0, output
    assert_disk_appeared(watch)


@DESK.scenario(only_long=True)
def a_policy_that_is_not_valid_yet_starts_by_itself(test):
    pc, site = test.pc, test.site()
    test.defer(site.apply, pc, SHUT)
    watch = test.watch()
    pc.plug_stick()
    assert_refused(watch)
    before = test.last_record()
    site.offer(pc, site.policy({**OPEN, "policy.not-before": documents.moment(25)}))
    test.wait_record(before, "policy-next")
    assert_no_disk(watch)
    watch = test.watch()
    test.wait_record(before, "policy-applied", timeout=60)
    assert_disk_appeared(watch)


NO_KEYBOARDS = {"media.keyboard": "block"}


@ONLY_USB.scenario()
def the_last_keyboard_types_under_a_policy_without_keyboards(test):
    pc, site = test.pc, test.site()
    test.defer(site.apply, pc, SHUT)
    before = test.last_record()
    site.apply(pc, NO_KEYBOARDS)
    agent_is_idle(pc)
    assert_types(pc, QEMU_KEYBOARD)
    test.wait_record(before, "alert-last-input")


@MANY_BOOTS.scenario(only_long=True)
def the_last_keyboard_types_and_its_disk_is_refused(test):
    """A composite device is all that somebody could type on."""
    with test.machine(ps2=False, join={}) as pc:
        watch = test.watch(pc)
        gadget = gadgets.keyboard_with_disk(pc)
        gadget.plug()
        assert_refused(watch)
        test.site().apply(pc, NO_KEYBOARDS)
        agent_is_idle(pc)
        reader = Reader(pc, "Sekisho tests Office keyboard")
        gadget.type_word("sekisho")
        reader.assert_typed("sekisho")
        assert interfaces(pc, gadget.device())["1.1"] == ("0", "-")
        assert_no_disk(watch)
        assert "alert-last-input" in [event(r) for r in test.records(pc=pc)]


@MANY_BOOTS.scenario(only_long=True)
def a_policy_that_takes_the_keyboards_hub_away_is_taken_back(test):
    """The self-test finds that nobody could type any more."""
    def hub_and_keyboard(pc):
        pc.plug_hub(port=4)
        pc.plug_keyboard(port="4.1")

    with test.machine(ps2=False, before=hub_and_keyboard, join={}) as pc:
        assert_types(pc, QEMU_KEYBOARD)
        # One that is on trial still would not be what comes back.
        pc.wait_for("test -e /var/lib/sekisho/policy.last-good.ini", 60, "the first policy kept")
        stored = stored_documents(pc)
        status, output = test.site().offer(
            pc, test.site().policy({"media.hub": "block"}))
        pc.wait_for(lambda: "policy-reverted" in
                    [event(r) for r in test.records(pc=pc)], 60,
                    "policy-reverted recorded; update-from said %d: %s"
                    % (status, output))
        agent_is_idle(pc)
        assert_types(pc, QEMU_KEYBOARD)
        changed = stored_documents(pc)
        assert policy_line(changed) == policy_line(stored), changed


def policy_line(stored):
    line, = [line for line in stored.splitlines() if line.endswith(" ./policy.ini")]
    return line
