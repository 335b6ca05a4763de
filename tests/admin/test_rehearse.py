#!/usr/bin/python3
"""sekisho-admin policy rehearse: records of terminals, asked once more under a draft.

usage: test_rehearse.py SEKISHO_ADMIN MAKE_RECORDS

Prints TAP. MAKE_RECORDS is the built tests/replay/make_records.c: the real core writes its records.
"""
import base64
import json
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
import desk as desks

MAKE_RECORDS = os.path.abspath(sys.argv.pop(2))
desks.PROVIDER = None
DONE, NO, UNKNOWN = desks.DONE, desks.NO, desks.UNKNOWN
BOOT = "01234567-89ab-cdef-0123-456789abcdef"
START_MS = 1777000000000  # 2026-04-24T12:06:40+09:00

HEAD = """[policy]
kind = policy
format = 1
site = tosu
tier = my-number
epoch = 1
serial = 42
issued = 2026-03-20T10:00:00+09:00
not-before = 2026-04-01T00:00:00+09:00
not-after = 2027-04-30T23:59:59+09:00
mode = enforce
[media]
"""
OFFICE = HEAD + "hub = allow\nkeyboard = allow\npointer = allow\nprinter = allow\n"
STICKS = OFFICE + "usb-storage = allow\n"

sequence = 0


def device(name, vid_pid, what, **more):
    """A device by the file with its descriptors."""
    with open(os.path.join(desks.DATA, "usb", what + ".bin"), "rb") as file:
        return {"port": name, "id": vid_pid, "bytes": file.read(), "class": "usb-storage",
                "maker": "Kingston", "model": "DataTraveler", **more}


STICK = device("1-2", "0951:1666", "stick", serial="001CC0")
KEYBOARD = device("1-1", "046d:c31c", "keyboard", **{"class": "keyboard"}, maker="", model="")


def record(what, event, number, verdict="block", interfaces=(), day=0, **more):
    """A line as agent/record.h describes it, as far as it is read."""
    global sequence
    sequence += 1
    ours = {"event": event, "boot_id": BOOT, "boottime_ms": 1, "previous_sha256": "00" * 32}
    if event != "device-removed":
        ours["verdict"] = verdict
    ours |= {"product_id": what["id"][5:], "bus": 1, "number_on_bus": number}
    if interfaces:
        ours["interfaces"] = [{"configuration": 1, "interface": i, "class": "hub", "verdict": v,
                               "reason": "class-rule"} for i, v in enumerate(interfaces)]
    if event != "device-removed" and what.get("bytes"):
        ours |= {"active_configuration": 0,
                 "descriptors": base64.b64encode(what["bytes"]).decode()}
    peripheral = {"name": what["port"], "type_id": 1, "type": what["class"],
                  "vendor_id_list": [what["id"][:4]], "vendor_name": what["maker"],
                  "model": what["model"]}
    if what.get("serial"):
        peripheral["serial_number"] = what["serial"]
    return json.dumps({
        "metadata": {"sequence": sequence, "version": "1.7.0", "product": {
            "name": "sekisho", "vendor_name": "sekisho", "version": "0.1.0"}},
        "class_uid": 1010, "time": START_MS + day * 86400000, "message": "",
        "peripheral_device": peripheral, "unmapped": {"sekisho": ours | more}},
        ensure_ascii=False) + "\n"


def let_in(what, number, interfaces=("allow",), **more):
    return record(what, "device-allowed", number, "allow", interfaces, **more)


def refused(what, number, interfaces=("block",), **more):
    return record(what, "device-blocked", number, "block", interfaces, **more)


def write(desk, name, *lines):
    os.makedirs(os.path.dirname(desk.path(name)), exist_ok=True)
    desk.write(name, "".join(lines).encode("utf-8", "surrogatepass"))


def rehearse(desk, status, *words, says=(), draft="draft.ini"):
    return desk.expect(status, "policy", "rehearse", *words, draft, says=says)


def make_records(policy, seed, count):
    return subprocess.run([MAKE_RECORDS, policy, str(seed), str(count)], check=True, cwd=desks.TOP,
                          stdout=subprocess.PIPE).stdout


def every_verdict_of_the_live_run_comes_out_again(desk):
    """Each record as an insertion of its own, so that the last word about a device hides none."""
    rules = {
        "office": OFFICE,
        "readers": OFFICE + "usb-storage = block\n[device pasori]\nid = 054c:06c3\n"
                            "interfaces = ff 0b\naccess = allow\n",
        "registered": OFFICE + "usb-storage = block\n[medium]\nregistered = allow\n",
        "read-only": OFFICE + "usb-storage = read-only\n",
        "sticks": STICKS,
        "exemptions": OFFICE + "usb-storage = block\n[exemption]\nlongest = 24h\n"
                               "approvals-read-only = 1\napprovals-read-write = 1\nscan = off\n",
        "nothing": HEAD + "usb-storage = block\n",
        "rehearsed": STICKS.replace("mode = enforce",
                                    "mode = rehearse\nuntil = 2026-05-10T00:00:00Z"),
        "mice-only": HEAD + "pointer = allow\nphone = allow\nvendor = allow\n",
    }
    for seed, (name, text) in enumerate(rules.items()):
        desk.write(f"{name}.ini", text.encode())
        lines = make_records(desk.path(f"{name}.ini"), seed + 1, 800).decode().splitlines(True)
        judged = sum("\"descriptors\"" in line for line in lines)
        assert judged >= 800, f"{name}: {judged} records"
        write(desk, "pc-1.jsonl", *(
            re.sub(r'"number_on_bus":\d+', f'"number_on_bus":{number}', line)
            for number, line in enumerate(lines)))
        rehearse(desk, DONE, "--records", "pc-1.jsonl", draft=f"{name}.ini",
                 says=[f"{name}.ini: {judged} insertions at 1 terminal",
                       f"1 terminal, {judged} insertions would stay as they are:\n"])
        if name == "registered":
            assert any('"medium":"M-' in line and '"device-allowed"' in line for line in lines)
        if name == "exemptions":
            assert sum('"code":"exemption"' in line and '"device-allowed"' in line
                       for line in lines) >= 10
        if name == "nothing":
            assert any('"alert-last-input"' in line for line in lines)


def another_policy_gives_other_verdicts(desk):
    """What makes the test before this one worth something."""
    desk.write("sticks.ini", STICKS.encode())
    desk.write("draft.ini", OFFICE.encode())
    write(desk, "pc-1.jsonl", make_records(desk.path("sticks.ini"), 3, 800).decode())
    rehearse(desk, NO, "--records", "pc-1.jsonl", says=" insertions would now be refused:\n")
    desk.write("draft.ini", (STICKS + "phone = allow\n").encode())
    rehearse(desk, NO, "--records", "pc-1.jsonl", says=" insertions would now be let in:\n")


def what_would_be_refused_is_listed_to_be_acted_on(desk):
    desk.write("draft.ini", (OFFICE + "usb-storage = block\n").encode())
    other = {**STICK, "serial": "002DD1"}
    write(desk, "pc-1.jsonl", *(let_in(STICK, n, day=n) for n in range(8)),
          let_in(KEYBOARD, 50, interfaces=("allow", "allow")))
    write(desk, "pc-2.jsonl", *(let_in(STICK, n, day=n) for n in range(5)),
          refused({**STICK, "serial": "REFUSED"}, 60))
    write(desk, "pc-3/records-1.jsonl", let_in(other, 1, day=20))
    output = rehearse(desk, NO, "--records", "pc-1.jsonl", "pc-2.jsonl", "pc-3/records-1.jsonl")
    assert output == """\
draft.ini: 16 insertions at 3 terminals, from 2026-04-24T12:06:40+09:00 to \
2026-05-14T12:06:40+09:00
3 terminals, 14 insertions would now be refused:
  0951:1666 Kingston DataTraveler, serial 001CC0 (usb-storage)
    draft.ini:17: the policy blocks usb-storage
    pc-1: 8 times, last 2026-05-01T12:06:40+09:00
    pc-2: 5 times, last 2026-04-28T12:06:40+09:00
  0951:1666 Kingston DataTraveler, serial 002DD1 (usb-storage)
    draft.ini:17: the policy blocks usb-storage
    pc-3: 1 time, last 2026-05-14T12:06:40+09:00
2 terminals, 2 insertions would stay as they are:
  let in: keyboard 1
  refused: usb-storage 1
""", output


def what_would_be_let_in_and_parts_of_devices_are_told(desk):
    desk.write("draft.ini", STICKS.encode())
    gadget = device("1-3", "1d6b:0104", "evil-keyboard-disk", maker="", model="Gadget")
    write(desk, "pc-1.jsonl", refused(STICK, 1), let_in(gadget, 2, interfaces=("allow", "block")))
    output = rehearse(desk, NO, "--records", "pc-1.jsonl", says=[
        "1 terminal, 1 insertion would now be let in:\n  0951:1666 Kingston DataTraveler, serial "
        "001CC0 (usb-storage)\n    draft.ini:17: the policy allows usb-storage\n",
        "1 terminal, 1 insertion would be let in with more interfaces:\n  1d6b:0104 Gadget"])
    assert "refused" not in output, output
    desk.write("draft.ini", OFFICE.encode())
    write(desk, "pc-1.jsonl", let_in(gadget, 2, interfaces=("allow", "allow")))
    rehearse(desk, NO, "--records", "pc-1.jsonl", says=[
        "1 terminal, 1 insertion would be let in with fewer interfaces:\n  1d6b:0104 Gadget "
        "(usb-storage)\n    the policy has no rule for usb-storage, so it is blocked\n"])


def an_insertion_is_judged_by_its_last_record_and_ends_with_the_removal(desk):
    """The reader turned out to be a disk, which only the second record knows."""
    desk.write("draft.ini", (OFFICE + "card-reader = allow\nusb-storage = block\n").encode())
    reader = device("1-4", "054c:06c3", "reader-ccid", **{"class": "card-reader"})
    found = {"findings": [{"configuration": 1, "interface": 0, "source": "driver",
                           "class": "usb-storage", "driver": "usb-storage"}]}
    write(desk, "pc-1.jsonl", let_in(reader, 1), let_in(reader, 1, **found))
    rehearse(desk, NO, "--records", "pc-1.jsonl", says=[
        "1 insertion at 1 terminal", "1 terminal, 1 insertion would now be refused:",
        "    draft.ini:18: driver usb-storage made it usb-storage, which the policy does not allow here"])
    # Out and in again, with the same number because the bus has counted round.
    write(desk, "pc-1.jsonl", let_in(reader, 1), record(reader, "device-removed", 1),
          let_in(reader, 1), let_in(reader, 2))
    rehearse(desk, DONE, "--records", "pc-1.jsonl", says="3 insertions at 1 terminal")


def the_last_input_device_stays_one(desk):
    desk.write("draft.ini", HEAD.replace("[media]\n", "[media]\nkeyboard = block\n").encode())
    write(desk, "pc-1.jsonl",
          record(KEYBOARD, "alert-last-input", 1, "allow", ("allow", "allow")))
    rehearse(desk, DONE, "--records", "pc-1.jsonl", says="  let in: keyboard 1\n")
    write(desk, "pc-1.jsonl", let_in(KEYBOARD, 1, ("allow", "allow")))
    rehearse(desk, NO, "--records", "pc-1.jsonl", says="1 insertion would now be refused")


def what_is_no_record_is_passed_over_and_named(desk):
    desk.write("draft.ini", OFFICE.encode())
    good = let_in(KEYBOARD, 1, ("allow", "allow"))
    torn = refused(STICK, 2)
    write(desk, "pc-1.jsonl", good, "rubbish\n", '{"product": "another"}\n', "\n",
          torn[:300] + "\n", refused(STICK, 3, number_on_bus="x"), "x" * 70000 + "\n",
          record(STICK, "device-eaten", 4), record(STICK, "device-eaten", 4),
          record(STICK, "tampered", 4), torn[:200])
    output = rehearse(desk, DONE, "--records", "pc-1.jsonl", says=[
        "1 insertion at 1 terminal", "other events: device-eaten 2, tampered 1\n"])
    assert re.findall("passed over: (.*)", output) == [
        "pc-1.jsonl:2: no record of sekisho", "pc-1.jsonl:3: no record of sekisho",
        "pc-1.jsonl:4: no record of sekisho", "pc-1.jsonl:5: no record of sekisho",
        "pc-1.jsonl:6: a damaged record", "pc-1.jsonl:7: a line too long for a record",
        "pc-1.jsonl:11: the last line is cut"], output
    write(desk, "pc-1.jsonl", good, "rubbish\n" * 30)
    rehearse(desk, DONE, "--records", "pc-1.jsonl", says="passed over: and 10 more lines\n")


def without_descriptors_nothing_is_certain(desk):
    desk.write("draft.ini", (OFFICE + "usb-storage = block\n").encode())
    old = {**STICK, "bytes": None}
    write(desk, "pc-1.jsonl", let_in(KEYBOARD, 1, ("allow", "allow")), refused(old, 2))
    rehearse(desk, UNKNOWN, "--records", "pc-1.jsonl", says=[
        "1 terminal, 1 insertion could not be judged: their records have no descriptors\n"
        "  0951:1666 Kingston DataTraveler, serial 001CC0 (usb-storage)\n    pc-1: 1 time"])
    write(desk, "pc-1.jsonl", let_in(STICK, 1), refused(old, 2))
    rehearse(desk, NO, "--records", "pc-1.jsonl", says=["could not be judged", "now be refused"])


def a_terminal_is_called_by_its_file_or_folder(desk):
    desk.write("draft.ini", (OFFICE + "usb-storage = block\n").encode())
    lines = [let_in(STICK, number) for number in range(5)]
    for name, line in zip(("a/hall-7/records-1.jsonl", "a/hall-7/records-10.jsonl",
                           "hall-8.jsonl", "hall-9.log", "b/records.jsonl"), lines):
        write(desk, name, line)
    rehearse(desk, NO, "--records", "a/hall-7/records-1.jsonl", "a/hall-7/records-10.jsonl",
             "hall-8.jsonl", "hall-9.log", "b/records.jsonl",
             says=["4 terminals, 5 insertions", "    hall-7: 2 times", "    hall-8: 1 time,",
                   "    hall-9.log: 1 time,", "    records: 1 time,"])
    # The same records as they were collected, once more.
    write(desk, "hall-7.jsonl", *lines[:2])
    rehearse(desk, NO, "--records", "a/hall-7/records-1.jsonl", "a/hall-7/records-10.jsonl",
             "hall-7.jsonl", says=["1 terminal, 2 insertions",
                                   "passed over: 2 records that stand here more than once\n"])


def what_a_device_says_of_itself_moves_no_cursor(desk):
    desk.write("draft.ini", OFFICE.encode())
    write(desk, "pc-1.jsonl", let_in({**STICK, "model": "a\033[2Jb\u202ec", "serial": "\a"}, 1),
          record(STICK, "\033[2J", 2))
    output = rehearse(desk, NO, "--records", "pc-1.jsonl")
    assert "Kingston a?[2Jb?c, serial ?" in output, output
    assert "\033" not in output and "\a" not in output


def what_was_registered_then_counts_unless_a_list_is_given(desk):
    desk.write("draft.ini", (OFFICE + "[medium]\nregistered = allow\n").encode())
    write(desk, "pc-1.jsonl", let_in(STICK, 1, medium="M-1"),
          let_in({**STICK, "serial": "STRANGER"}, 2))
    says = "1 terminal, 1 insertion would now be refused:\n  0951:1666 Kingston DataTraveler, "
    rehearse(desk, NO, "--records", "pc-1.jsonl", says=says + "serial STRANGER")
    desk.write("ledger.csv", ("管理番号,シリアル番号,VID_PID,状態\r\n"
                              "N-9,STRANGER,0951:1666,保管中\r\n").encode())
    desk.expect(DONE, "media", "import", "--site=tosu", "--tier=my-number", "--ledger",
                "ledger.csv", "list")
    rehearse(desk, NO, "--media", "list", "--records", "pc-1.jsonl", says=says + "serial 001CC0")
    rehearse(desk, UNKNOWN, "--media", "nowhere", "--records", "pc-1.jsonl")
    desk.edit("draft.ini", b"epoch = 1", b"epoch = 2")
    rehearse(desk, UNKNOWN, "--media", "list", "--records", "pc-1.jsonl",
             says="the list does not count: it is of epoch 1, the policy of epoch 2")
    desk.edit("draft.ini", b"tier = my-number", b"tier = lgwan")
    rehearse(desk, UNKNOWN, "--media", "list", "--records", "pc-1.jsonl",
             says="no terminal has both")


def what_cannot_be_told_is_2(desk):
    desk.write("draft.ini", OFFICE.encode())
    write(desk, "pc-1.jsonl", let_in(KEYBOARD, 1, ("allow", "allow")))
    write(desk, "empty.jsonl", record(STICK, "started", 1))
    rehearse(desk, DONE, "--records", "pc-1.jsonl")
    rehearse(desk, UNKNOWN, "--records", "empty.jsonl",
             says="there is no insertion in these records")
    rehearse(desk, UNKNOWN, "--records", "pc-1.jsonl", "missing.jsonl",
             says="missing.jsonl cannot be read: No such file or directory")
    rehearse(desk, UNKNOWN, "--records", ".", says="cannot be read: Is a directory")
    rehearse(desk, UNKNOWN, "--records", "pc-1.jsonl", "pc-1.jsonl", draft="pc-1.jsonl",
             says="has mistakes, so it decides nothing")
    desk.edit("draft.ini", b"keyboard = allow", b"keyboards = allow")
    rehearse(desk, UNKNOWN, "--records", "pc-1.jsonl",
             says=["draft.ini:14:1: read 'keyboards'", "has mistakes, so it decides nothing"])
    for words in ((), ("--records", "draft.ini"), ("draft.ini",), ("--nonsense",),
                  ("--records", "a", "--records", "b", "draft.ini")):
        desk.expect(UNKNOWN, "policy", "rehearse", *words, says="usage: sekisho-admin policy reh")
    desk.expect(DONE, "policy", "rehearse", "--help", says="--records FILE...")


if __name__ == "__main__":
    sys.exit(desks.main(globals()))
