#!/usr/bin/python3
"""Runs inside the virtual PC: writes down what is typed on one keyboard.

guest_reader.py NAME FILE [SERIAL]: finds the input device of that name and
serial number, writes "ready" to FILE.ready, then adds each key that is pressed
to FILE as a letter."""
import os
import struct
import sys
import time

EVENT = struct.Struct("llHHi")
EV_KEY, PRESSED = 1, 1
LETTERS = {}
for first, row in (2, "1234567890"), (16, "qwertyuiop"), (30, "asdfghjkl"), \
        (44, "zxcvbnm"), (57, " "), (28, "\n"), (52, "."), (12, "-"):
    LETTERS.update({first + i: letter for i, letter in enumerate(row)})


def find(name, serial):
    """The /dev/input/eventN of the newest such device that has keys."""
    found = None
    with open("/proc/bus/input/devices") as file:
        for block in file.read().split("\n\n"):
            if 'N: Name="%s"' % name in block and "kbd" in block and \
                    (not serial or "U: Uniq=%s\n" % serial in block):
                handlers = block.split("H: Handlers=")[1].split("\n")[0].split()
                found = [h for h in handlers if h.startswith("event")][0]
    return found and "/dev/input/" + found


def main():
    name, path = sys.argv[1:3]
    serial = sys.argv[3] if len(sys.argv) > 3 else ""
    deadline = time.monotonic() + 30
    while not (find(name, serial) and os.path.exists(find(name, serial))):
        if time.monotonic() > deadline:
            sys.exit("no input device " + name)
        time.sleep(0.1)
    with open(find(name, serial), "rb", buffering=0) as device, \
            open(path, "w", buffering=1) as out:
        open(path + ".ready", "w").close()
        while True:
            _, _, kind, code, value = EVENT.unpack(device.read(EVENT.size))
            if kind == EV_KEY and value == PRESSED:
                out.write(LETTERS.get(code, "?"))
                out.flush()


main()
