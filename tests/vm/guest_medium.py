#!/usr/bin/python3
"""Speaks with the worker of a medium as sekishod does; runs as root in a virtual PC.

guest_medium.py FILE NAME ORDER [FIELD...]

Connects as soon as somebody listens, sends one order, and appends each answer to FILE, "closed" at
the end.  FIELDs of an order: see agent/medium_line.c; those left out are empty or 0.
"""
import socket
import sys
import time

KINDS = (str, str, str, int, int, int, int, int, str, str, str)


def connect(name):
    path = "/run/sekisho-medium/%s.sock" % name
    for _ in range(200):
        end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            end.connect(path)
            return end
        except OSError:
            end.close()
            time.sleep(0.1)
    raise SystemExit("nobody listens at " + path)


def main(path, name, order, *fields):
    fields = list(fields) + ["0" if kind is int else "" for kind in KINDS[len(fields):]]
    with open(path, "a", encoding="utf-8", buffering=1) as log, connect(name) as end:
        log.write(end.recv(4096).decode() + "\n")
        end.send("\t".join([order, *fields]).encode())
        while True:
            try:
                line = end.recv(4096)
            except ConnectionResetError:
                line = b""
            log.write((line.decode() or "closed") + "\n")
            if not line:
                return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
