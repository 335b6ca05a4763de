#!/usr/bin/python3
"""Listens to udev as any program does, and at the very announcement of a disk or
partition looks whether it is read-only and tries to write to it; runs as root in a
virtual PC.  A line for each: name, ro, how the write ended, UDISKS_IGNORE.

usage: guest_announce.py FILE
"""
import errno
import os
import socket
import struct
import sys

NETLINK_KOBJECT_UEVENT, FROM_UDEV = 15, 2


def properties(message):
    """libudev's format: a header that says where the properties lie."""
    start, length = struct.unpack_from("=II", message, 16)
    lines = message[start:start + length].split(b"\0")
    return dict(line.decode(errors="replace").split("=", 1) for line in lines if b"=" in line)


def try_to_write(node):
    """What is there already, so that nothing is lost where it succeeds."""
    try:
        fd = os.open(node, os.O_RDWR)
        try:
            first = os.pread(fd, 512, 0)
            os.pwrite(fd, first, 0)
            os.fsync(fd)
        finally:
            os.close(fd)
        return "written"
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error.errno))


def main():
    wire = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_KOBJECT_UEVENT)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    wire.bind((0, FROM_UDEV))
    with open(sys.argv[1], "w") as out:
        print("listening", file=out, flush=True)
        while True:
            event = properties(wire.recv(65536))
            if event.get("SUBSYSTEM") != "block" or event.get("ACTION") != "add":
                continue
            try:
                with open("/sys%s/ro" % event["DEVPATH"]) as file:
                    read_only = file.read().strip()
            except OSError:
                read_only = "gone"
            print(event["DEVNAME"], read_only, try_to_write(event["DEVNAME"]),
                  event.get("UDISKS_IGNORE", "-"), file=out, flush=True)


if __name__ == "__main__":
    main()
