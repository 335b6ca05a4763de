#!/usr/bin/python3
"""Whether the interface that is described is the one that is there, in both ways, and agent/bus.h
names every member.

usage: compare_interface.py DESCRIPTION LIVE HEADER   (introspection data of D-Bus, twice)
"""
import re
import sys
import xml.etree.ElementTree

INTERFACE = "org.sekisho.Agent1"


def members(path):
    """(kind, name, …) of each member, with all that D-Bus says of it."""
    tree = xml.etree.ElementTree.parse(path)
    found = set()
    for interface in tree.getroot().iter("interface"):
        if interface.get("name") != INTERFACE:
            continue
        for member in interface:
            arguments = tuple((argument.get("name"), argument.get("type"),
                               argument.get("direction", "in" if member.tag == "method" else "out"))
                              for argument in member.iter("arg"))
            notes = tuple(sorted((note.get("name"), note.get("value"))
                                 for note in member.iter("annotation")))
            found.add((member.tag, member.get("name"), member.get("type"), member.get("access"),
                       arguments, notes))
    return found


def main():
    described, live = members(sys.argv[1]), members(sys.argv[2])
    with open(sys.argv[3], encoding="utf-8") as file:
        words = set(re.findall(r"\w+", file.read().partition("*/")[0]))
    faults = ["described, but not there: %s" % (m,) for m in sorted(described - live, key=str)]
    faults += ["there, but not described: %s" % (m,) for m in sorted(live - described, key=str)]
    faults += ["not in %s: %s" % (sys.argv[3], m[1]) for m in sorted(live, key=str)
               if m[1] not in words]
    if len(live) < 30:
        faults.append("only %d members are there" % len(live))
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
