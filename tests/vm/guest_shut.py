#!/usr/bin/python3
"""guest_shut.py DEVICE FILE: waits until a USB device is deauthorised, without asking again and
again, and writes the time of the clock to FILE."""
import ctypes
import os
import sys
import time

IN_MODIFY = 2


def main():
    path = "/sys/bus/usb/devices/%s/authorized" % sys.argv[1]
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init()
    if libc.inotify_add_watch(watch, path.encode(), IN_MODIFY) < 0:
        raise OSError(ctypes.get_errno(), path)
    print("watching", flush=True)
    while True:
        with open(path, encoding="ascii") as file:
            if file.read().strip() == "0":
                break
        os.read(watch, 4096)
    now = time.time()
    with open(sys.argv[2] + ".new", "w", encoding="ascii") as file:
        file.write("%.6f\n" % now)
    os.rename(sys.argv[2] + ".new", sys.argv[2])


if __name__ == "__main__":
    main()
