"""The documents beside the policy, made by sekisho-admin as an administrator
makes them: registered media, the chain of roots, a new epoch, fresh, a whole disc.
The PC joins another site for each scenario; scenario_policy.py has the policies."""
import time

from boots import DESK
from office import BOTH, FRESH, OTHER_TIER, POLICY, TIMER
from refusal import assert_disk_appeared, assert_no_disk, assert_refused, stick_outside
from scenario import event
from sites import REFUSED, agent_is_idle, usb_devices
from terminal import DISC, STATE, Terminal, unpack

STICK_ID = "46f4:0001"
STICKS_OPEN = rb"usb-storage = \w+", b"usb-storage = allow"
STICKS_SHUT = rb"usb-storage = \w+", b"usb-storage = block"
MEDIA_OPEN = rb"\[media\]", b"[medium]\nregistered = allow\n\n[media]"
# So many that they fill 16 shards; OURS is the stick that is plugged in.
OTHERS = ["%08X" % (number * 7919) for number in range(270)]
OURS = "OURS-0001"
HOUR = 3600


def office_with_media(test):
    """Its policy lets registered sticks in, and others not."""
    office = test.office()
    office.change(*MEDIA_OPEN)
    office.register(OTHERS, STICK_ID)
    return office


def plug_two_sticks(test):
    """Refused, both. The name of the one whose serial is OURS."""
    watch = test.watch()
    test.pc.plug_stick(serial=OURS)
    test.pc.plug_stick(serial="NOT-OURS")
    assert_refused(watch, at_least=2)
    return test.pc.check("cd /sys/bus/usb/devices && grep -lx %s */serial"
                         % OURS).split("/")[0]


def assert_disk_gone(test, disk):
    test.pc.wait_for("! test -e /sys/block/" + disk, what="the disk gone")


def last_reason(test, device):
    """(event, code of the reason, medium) of the last record of this device."""
    mine = [r for r in test.records() if r.get("peripheral_device", {}).get("name") == device]
    told = mine[-1]["unmapped"]["sekisho"]
    return event(mine[-1]), told["reason"]["code"], told.get("medium")


def take_in_one_more_stick(office, terminal):
    """Two files go to the terminal, and it keeps one shard more than before."""
    names = office.register(OTHERS + [OURS], STICK_ID)
    assert len(names) == 2, names
    disc, stored = office.disc(), terminal.stored()
    assert terminal.take({name: disc[name] for name in names}) == {"media.ini": "taken"}
    new = [name for name in terminal.stored() if name not in stored]
    assert len(new) == 1 and new[0].startswith("media/"), new


def refuse_a_list_that_is_not_whole(office, terminal):
    """Our stick is struck off in it, but a shard, or the list itself, is another."""
    index, shard = sorted(office.register(OTHERS, STICK_ID))
    good = office.disc()
    other = "media/0f" if shard != "media/0f" else "media/00"
    record = terminal.refuse({**good, shard: good[other]}, "media", "shard")
    assert shard in record["message"], record["message"]
    changed = good[index].replace(b"media = 270\n", b"media = 271\n")
    terminal.refuse({**good, index: changed}, "media", "signature-wrong")
    return good


@DESK.scenario()
def a_registered_stick_is_let_in_without_replugging_until_it_is_struck_off(test):
    pc, office = test.pc, office_with_media(test)
    terminal = Terminal(test, office.disc())
    terminal.take()
    device = plug_two_sticks(test)
    number = usb_devices(pc)[device][0]
    watch = test.watch()
    take_in_one_more_stick(office, terminal)
    disk = assert_disk_appeared(watch)
    assert usb_devices(pc)[device] == (number, "1")
    assert last_reason(test, device) == ("device-allowed", "registered-medium", "M-" + OURS)
    struck_off = refuse_a_list_that_is_not_whole(office, terminal)
    assert watch.new_disks() == {disk} and usb_devices(pc)[device] == (number, "1")
    assert terminal.take(struck_off)["media.ini"] == "taken"
    assert_disk_gone(test, disk)
    assert usb_devices(pc)[device] == (number, "0")
    assert last_reason(test, device)[:2] == ("device-blocked", "class-rule")
    assert not [line for line in watch.log() if "USB device number" in line]


def office_that_lost_a_key(test):
    """(office, what it was before): root 2 is there, with another key of Suzuki."""
    office = test.office()
    before = office.copy("before")
    office.make_key("suzuki-new")
    office.rotate(2, *new_key(office), by=KNOWN_TO_ALL)
    return office, before


def new_key(office):
    return ("--remove-key", office.fingerprint("suzuki"),
            "--add-key", "suzuki=%s.pub" % office.key("suzuki-new"))


NEW_KEYS, KNOWN_TO_ALL = ("suzuki-new", "tanaka"), ("suzuki-safe", "tanaka")
LATER = "2039-12-31T23:59:59+09:00"


def mend_a_damaged_root(test, terminal, good, disk):
    """A start without it goes back to what is built in; it is believed again at once."""
    before = test.last_record()
    test.pc.check("echo >>%s/root/2.ini && systemctl restart sekishod" % STATE)
    test.wait_record(before, "root-lost")
    assert_disk_gone(test, disk)
    terminal.refuse({"policy.ini": good["policy.ini"]}, "policy", "root-lost")
    watch = test.watch()
    assert terminal.take({"root/2.ini": good["root/2.ini"]}) == {"root/2.ini": "taken"}
    assert_disk_appeared(watch)


def start_again(test):
    """In a sample the agent alone; the PC boots as long as all of this takes."""
    before = test.last_record()
    if test.long:
        test.pc.reboot()
    else:
        test.pc.check("systemctl restart sekishod")
    test.wait_record(before, "started")
    agent_is_idle(test.pc)
    assert "root-lost" not in [event(r) for r in test.records(before)]


@DESK.scenario(only_long=True)
def a_lost_key_opens_nothing_after_the_next_root_nor_after_another_start(test):
    """Each start proves the chain of roots again, from the disk."""
    pc = test.pc
    office, thief = office_that_lost_a_key(test)
    thief.change(*STICKS_OPEN)
    stolen = {"policy.ini": thief.read(POLICY)}
    terminal = Terminal(test, office.disc())
    watch = stick_outside(test, serial=OURS)
    assert terminal.take(office.folder("root", "root/"))["root/2.ini"] == "taken"
    terminal.refuse(stolen, "policy", "unknown-key")
    assert_no_disk(watch)
    office.change(*STICKS_OPEN, by=NEW_KEYS)
    good = office.disc()
    assert terminal.take(good)["policy.ini"] == "applied"
    mend_a_damaged_root(test, terminal, good, assert_disk_appeared(watch))
    stored = terminal.stored()
    start_again(test)
    disk, = pc.wait_for(lambda: pc.run("ls /sys/block | grep ^sd")[1].split(),
                        what="the stick's disk")
    assert terminal.stored() == stored and "number 2" in terminal.status()
    terminal.refuse(stolen, "policy", "unknown-key")
    office.change(*STICKS_SHUT, by=NEW_KEYS)
    assert terminal.take(office.disc())["policy.ini"] == "applied"
    assert_disk_gone(test, disk)


@DESK.scenario(only_long=True)
def a_root_that_does_not_follow_changes_nothing(test):
    """The neighbours of the good one, which is taken at the end with the one after it."""
    office, before = office_that_lost_a_key(test)
    terminal = Terminal(test, office.disc())
    # Two texts: of one, what is refused for the same reason again is recorded once.
    for name, keys, more in (("by-root-1-only", BOTH, ()),
                             ("by-root-2-only", NEW_KEYS, ("--not-after", LATER))):
        other = before.copy(name)
        other.rotate(2, *new_key(office), *more, by=keys)
        terminal.refuse({"root/2.ini": other.read("root/2.ini")}, "root", "threshold")
    office.rotate(3, "--not-after", LATER, by=KNOWN_TO_ALL)
    terminal.refuse({"root/3.ini": office.read("root/3.ini")}, "root", "chain")
    assert terminal.take(office.folder("root", "root/")) == {
        "root/1.ini": "unchanged", "root/2.ini": "taken", "root/3.ini": "taken"}
    fork = before.copy("fork")
    fork.rotate(2, "--not-after", LATER, by=KNOWN_TO_ALL)
    terminal.refuse({"root/2.ini": fork.read("root/2.ini")}, "root", "chain")
    assert "number 3" in terminal.status()


@DESK.scenario(only_long=True)
def a_new_epoch_cures_a_serial_that_was_set_absurdly_high(test):
    office = test.office()
    poison = office.copy("poison")
    poison.edit(POLICY, rb"serial = 1", b"serial = 999999999")
    poison.edit(POLICY, *STICKS_OPEN)
    poison.sign(POLICY, first=("--anew",))
    terminal = Terminal(test, office.disc())
    watch = stick_outside(test, serial=OURS)
    assert terminal.take(poison.disc())["policy.ini"] == "applied"
    disk = assert_disk_appeared(watch)
    office.change(*STICKS_SHUT)
    terminal.refuse(office.disc(), "policy", "serial")
    office.rotate(2, "--new-epoch", by=BOTH)
    terminal.take({"root/2.ini": office.read("root/2.ini")})
    poison.change(*STICKS_OPEN)
    terminal.refuse(poison.disc(), "policy", "epoch")
    assert test.pc.run("test -e /sys/block/" + disk)[0] == 0
    office.change(*STICKS_SHUT)
    assert {b"epoch = 2", b"serial = 1"} <= set(office.read(POLICY).splitlines())
    assert terminal.take(office.disc())["policy.ini"] == "applied"
    assert_disk_gone(test, disk)


class Timer:
    """The timer of the office runs inside, where there is a clock to be set."""

    def __init__(self, test, office):
        self._pc = test.pc
        with open(office.key(TIMER), "rb") as key:
            unpack(self._pc, "/run/office", {**office.folder(), TIMER: key.read()})
        test.defer(self.set_clock, 0)

    def set_clock(self, hours):
        """So much ahead of the truth."""
        self._pc.check("date -s @%d" % (time.time() + hours * HOUR))

    def confirm(self, hours):
        """As if it were then."""
        self.set_clock(hours)
        self._pc.check("cd /run/office && rm -f {0} && sekisho-admin fresh --root root "
                       "--key {1} --policy {2} --out {0}".format(FRESH, TIMER, POLICY))
        return {"fresh.ini": self._pc.read_file("/run/office/" + FRESH)}


@DESK.scenario(only_long=True)
def fresh_is_taken_and_lifts_the_time_only_where_the_clock_agrees(test):
    office = test.office()
    terminal, timer = Terminal(test, office.disc()), Timer(test, office)
    began = time.time()
    hours = lambda: (terminal.floor() - began) / HOUR
    first, second, third, far = [timer.confirm(at) for at in (1, 10, 30, 50)]
    timer.set_clock(10)
    assert hours() < 1
    assert terminal.take(second) == {"fresh.ini": "taken"}
    assert 9.9 < hours() < 11, hours()
    terminal.refuse(first, "fresh", "serial")
    terminal.refuse(far, "fresh", "future")
    timer.set_clock(-20)
    before = test.last_record()
    assert terminal.take(third) == {"fresh.ini": "taken"}
    test.wait_record(before, "fresh-taken")
    assert 9.9 < hours() < 11, hours()


def documents_told(test, after):
    """The records that are about documents."""
    return [event(r) for r in test.records(after) if event(r).split("-")[0] in
            ("root", "policy", "media", "fresh", "document")]


@DESK.scenario()
def a_disc_as_the_office_puts_it_together_is_taken_in_one_go(test):
    """With what is no document, and what the terminal has already."""
    office = office_with_media(test)
    office.rotate(2, "--not-after", LATER, by=BOTH)
    office.register(OTHERS + [OURS], STICK_ID)
    office.confirm()
    disc = {**office.disc(), "README.txt": office.read("README.txt")}
    assert {"site.ini", "root/1.ini", "media/00"} < set(disc)
    terminal = Terminal(test, disc)
    plug_two_sticks(test)
    before, watch = test.last_record(), test.watch()
    assert list(terminal.take().items()) == [
        ("root/1.ini", "unchanged"), ("root/2.ini", "taken"), ("policy.ini", "applied"),
        ("media.ini", "taken"), ("fresh.ini", "taken")]
    assert_disk_appeared(watch)
    assert documents_told(test, before) == ["root-applied", "policy-applied",
                                            "media-applied", "fresh-taken"]
    before = test.last_record()
    for layout in disc, office.folder(), office.folder("", "sekisho/tosu/"):
        assert set(terminal.take(layout).values()) == {"unchanged"}
    assert not documents_told(test, before)
    refuse_what_is_wrong_on_a_disc(office, terminal)


def refuse_what_is_wrong_on_a_disc(office, terminal):
    """A disc of another tier; one with a wrong byte, of which the rest is taken."""
    terminal.refuse(office.disc(OTHER_TIER), "policy", "tier")
    office.rotate(3, "--threshold", "policy=1", by=BOTH)
    wrong = office.read(POLICY).replace(b"phone = block", b"phone = allow")
    status, outcomes, output = terminal.update({**office.disc(), "policy.ini": wrong})
    assert status == REFUSED and outcomes == {
        "root/1.ini": "unchanged", "root/2.ini": "unchanged", "root/3.ini": "taken",
        "policy.ini": "refused", "media.ini": "unchanged", "fresh.ini": "unchanged"}, output


def office_with_a_new_first_root(test, office):
    """As sekisho-admin(1) says where a key is lost without which no next root can be signed:
    all keys are others, and the policy is the one that was there, signed anew."""
    other = test.office()
    office.write("root/1.ini", other.read("root/1.ini"))
    office.edit(POLICY, *STICKS_OPEN)
    for number, who in enumerate(BOTH):
        office.admin("sign", "--yes", *(("--raise",) if number == 0 else ()),
                     "--key", other.key(who), POLICY)


@DESK.scenario(only_long=True)
def a_new_first_root_that_is_carried_to_the_terminal_takes_over(test):
    pc, office = test.pc, test.office()
    terminal = Terminal(test, office.disc())
    assert terminal.take()["policy.ini"] == "applied"
    watch = stick_outside(test, serial=OURS)
    before = office.copy("before")
    office_with_a_new_first_root(test, office)
    # Without a visit it is one more document that does not fit.
    terminal.refuse({"policy.ini": office.read(POLICY)}, "policy", "unknown-key")
    terminal.insert(office.disc())
    pc.check("cd %s && sekisho sha256 root/1.ini && systemctl stop sekishod && "
             "cp root/1.ini /etc/sekisho/root.ini && rm -rf %s/root %s/serials && "
             "systemctl start sekishod" % (DISC, STATE, STATE))
    assert_no_disk(watch)
    assert terminal.take()["policy.ini"] == "applied"
    assert_disk_appeared(watch)
    before.change(*STICKS_SHUT)
    terminal.refuse({"policy.ini": before.read(POLICY)}, "policy", "unknown-key")
