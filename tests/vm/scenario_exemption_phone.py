"""An exemption by telephone, where nothing else reaches the terminal any more."""
import re

from boots import COUNTER
from counter import DESKS, SERIAL, TERMINAL, counter_of, of
from scenario_exemption import FILE, assert_complete, copy_file, plug_refused, sit

DIGITS = r"\d{4}-\d{4}-\d"


def cut_off(test):
    """Every network device is gone, and the share with them."""
    pc = test.pc
    pc.check("systemctl stop sekisho-fetch; umount -l /srv/sekisho; ip link set lo down")
    assert pc.check("ls /sys/class/net").split() == ["lo"]
    assert "UP" not in pc.check("ip -br link show lo").split()[1]

    def back():
        pc.check("ip link set lo up")
        counter_of(test).mount()
        pc.check("systemctl start sekisho-fetch")
    test.defer(back)


def ask_by_phone(counter, device, minutes):
    """(number, what is read out); the screen waits for the digits then."""
    text = counter.types("sekisho request --phone --device %s --direction read-write --duration %dm "
                         "--purpose stocktaking --information list --personal-data no --items 1 "
                         "--destination none --desk '%s'" % (device, minutes, " ".join(DESKS)))
    number = re.search(r"E-[0-9A-Z]{8}", text)
    challenge = re.search(DIGITS, text)
    assert number and challenge, text
    for word in (TERMINAL, "sato", "M-" + SERIAL, "read-write", str(minutes), *DESKS):
        assert word in text.replace("reading and writing", "read-write"), (word, text)
    return number.group(0), {"challenge": challenge.group(0), "terminal": TERMINAL,
                             "user": "sato", "medium": "M-" + SERIAL, "direction": "read-write",
                             "minutes": str(minutes)}


@COUNTER.scenario(only_long=True)
def by_telephone_with_every_network_device_gone(test):
    counter = sit(test)
    counter.open_desks([SERIAL])
    stick, device = plug_refused(counter)
    cut_off(test)
    number, shown = ask_by_phone(counter, device, 1)
    # The digits of another minute number open nothing, and cost one of three tries.
    wrong = counter.answer(DESKS[0], {**shown, "minutes": "2"})
    said = counter.types(wrong, goes_on=True)
    assert not counter.is_open(device), said
    digits = [counter.answer(desk, shown) for desk in DESKS]
    said = counter.types(*digits, goes_on=True)
    took = counter.wait_usable()
    assert took < 5, "usable %.1f s after the digits" % took
    content = copy_file(counter)
    ended = counter.wait_record("exemption-ended", number, 100)
    counter.wait_shut(device)
    assert of(ended)["reason"] == "time" and of(ended)["clean"] is True, of(ended)
    assert of(ended).get("method") == "phone", of(ended)
    assert_complete(stick, FILE, content)
    # A report is due, and filed.
    assert number in counter.types("sekisho exemptions --if-due")
    counter.types("sekisho report-after %s --done counted --items 1 --destination none" % number)
    counter.wait_record("exemption-reported", number)
    assert number not in counter.types("sekisho exemptions --if-due")
