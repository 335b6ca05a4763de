#!/usr/bin/python3
"""sekisho-admin publish, stopped between any two of its steps: what terminals find then, with the eyes of
sekisho-admin verify and of a real sekishod.

usage: test_publish_order.py BUILD

Prints TAP.  Needs no root; strace.
"""
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import agent as agents
import published  # changes sys.argv for what comes next
import test_publish

import approver
import desk as desks
import office
from desk import DONE
from published import TIER, tree

EXEMPTIONS = f"terminals/{approver.DESK}/exemptions.ini"
TOKENS = f"terminals/{approver.DESK}/tokens.ini"
# What rests on what: each comes after all before it.
ORDER = [["root/3.ini"], ["media/00"], ["media.ini"], [TOKENS], ["policy.ini"],
         [EXEMPTIONS, "terminals/desk-18/exemptions.ini"], ["revocations.ini"], ["fresh.ini"]]
# By rsync what does not rest on each other comes in one call.
STEPS = [ORDER[0] + ORDER[1], ORDER[2] + ORDER[3], *ORDER[4:]]
LAST_ID = "E-4D6F8H2K"


def change_all(site):
    """A new root, without one who signed before, and every document another one."""
    site.expect(DONE, "root", "rotate", "--root", "site/root", "--add-person", "doi=doi.pub",
                "--add-to-role", "approver=doi")
    site.sign("site/root/3.ini", "suzuki", "tanaka")
    site.change(LAST_ID, "suzuki")


def here(site):
    """What is to be published, by name."""
    found = {name: site.read(f"{TIER}/{name}") for names in ORDER[1:] for name in names
             if os.path.exists(site.path(f"{TIER}/{name}"))}
    return {**found, "root/3.ini": site.read("site/root/3.ini")}


def check_order(old, new, found, steps, what):
    """Each file is old or new, and none is new before all that it rests on."""
    is_waiting = False
    for names in steps:
        changed = [name for name in names if name in new and new[name] != old.get(name)]
        for name in changed:
            assert found.get(name) in (old.get(name), new[name]), (what, name)
            assert not is_waiting or found.get(name) == old.get(name), (what, name)
        is_waiting = is_waiting or any(found.get(name) != new[name] for name in changed)


def look(desk, place, found, old, what):
    """As a terminal judges what it finds: every document by the newest root there."""
    for name in found:
        if name.startswith(("root/", "media/")) or os.path.basename(name).startswith("."):
            continue
        desk.expect(DONE, "verify", "--root", f"{place}/root", "--tier", "my-number",
                    f"{place}/{name}")
    status, said = desk.run("verify", "--root", f"{place}/root", "--shards", f"{place}/media",
                            f"{place}/media.ini")
    # A list waits for its parts; none is ever there before them.
    assert status == DONE or found["media.ini"] == old["media.ini"], (what, said)


def visible(place):
    return {name: data for name, data in tree(place).items()
            if not os.path.basename(name).startswith(".") and not name.startswith("up/")}


def at_each_step_terminals_find_what_holds(desk):
    to, place = desk.place()
    desk.publish(to)
    old = visible(place)
    terminal = agents.Agent(desk.path("terminal"))
    terminal.write("etc/root.ini", desk.read("site/root/1.ini"))
    terminal.write("etc/site.ini", "[site]\nsite = tosu\ntier = my-number\nterminal = %s\n"
                   "source = file://%s\n" % (approver.DESK, place))
    fetcher = agents.Fetcher(terminal)
    terminal.start()
    fetcher.start()
    try:
        agents.wait_for(lambda: terminal.records("policy-applied"), terminal.said)
        change_all(desk)
        new = here(desk)
        for number in range(1, 100):
            # One name more in each run: it is stopped before it gives the second.
            done = subprocess.run(
                ["strace", "-f", "-o", "/dev/null", "-e", "inject=rename:signal=KILL:when=2",
                 desks.ADMIN, "publish", "--folder", TIER, "--to", to], cwd=desk.folder,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            found = visible(place)
            check_order(old, new, found, ORDER, number)
            look(desk, place, found, old, number)
            terminal.write("run/pace", f"idle\nevent {number}\n")
            agents.wait_for(lambda seen=found: spooled(terminal, seen), "a look")
            if done.returncode == 0:
                break
        assert number > 7, f"{number} steps\n{done.stdout.decode()}"
        agents.wait_for(lambda: len(terminal.records("policy-applied")) == 2, terminal.said)
        # Nobody asked for them at this terminal: that they were read is what counts here.
        agents.wait_for(lambda: LAST_ID in str(terminal.records("exemption-refused")), terminal.said)
        refused = terminal.records("exemption-refused")
        assert {one["unmapped"]["sekisho"]["fault"] for one in refused} == {"no-request"}, refused
        assert len(terminal.records("root-applied")) == 2, terminal.said()
        for event in "policy-lost", "policy-refused", "root-refused", "exemption-ended":
            assert not terminal.records(event), (event, terminal.records(event))
    finally:
        fetcher.stop()
        terminal.stop()


def spooled(terminal, found):
    """Whether sekisho-fetch has brought what lies there."""
    for name in "policy.ini", "media.ini", "fresh.ini", "revocations.ini", EXEMPTIONS:
        spool = "sekisho-fetch/spool/" + os.path.basename(name)
        if not os.path.exists(terminal.path(spool)) or terminal.read(spool) != found[name]:
            return False
    return True


def by_rsync_too(desk):
    """A connection that ends after any of its calls."""
    to, place = desk.place()
    daemon = test_publish.Daemon(desk.folder)
    desk.write("rsync", f"""#!/bin/sh
n=$(cat "$0.n")
[ "$n" -gt 0 ] || exit 12
echo $((n - 1)) >"$0.n"
exec {shutil.which("rsync")} "$@"
""".encode())
    os.chmod(desk.path("rsync"), 0o755)
    try:
        desk.publish(daemon.url)
        old = visible(place)
        change_all(desk)
        new = here(desk)
        stops = 0
        for calls in range(1, 20):
            desk.write("rsync.n", b"%d\n" % calls)
            status, said = desk.run("publish", "--folder", TIER, "--to", daemon.url,
                                    PATH=desk.folder + ":" + os.environ["PATH"])
            found = visible(place)
            check_order(old, new, found, STEPS, calls)
            look(desk, place, found, old, calls)
            stops += sum(found.get(name) == new[name] for name in new) < len(new)
            if status == DONE:
                break
            assert "rsync ended with 12" in said, said
        assert status == DONE and stops >= 5, (calls, stops, said)
        assert {name: visible(place)[name] for name in new} == new
    finally:
        daemon.stop()


if __name__ == "__main__":
    assert office  # its tokens are the site's
    sys.exit(desks.main(globals(), published.Whole))
