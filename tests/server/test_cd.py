#!/usr/bin/python3
"""A site without a network: what publish writes, burnt as a folder of files and read back from the
image of the CD, is what a terminal takes as its source. sekishod judges it as any other.

usage: test_cd.py BUILD

Prints TAP.  Needs no root, so that the image is unpacked and not mounted; genisoimage, bsdtar.
"""
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import server
import agent as agents
import published  # changes sys.argv for what comes next

import approver
import desk as desks
from desk import DONE

TIER = approver.TIER


class Office(approver.Approvers):
    """Publishes to a folder that becomes a CD each time."""

    def burn(self, name):
        """The CD as a terminal finds it below its mount point."""
        for program in "genisoimage", "bsdtar":
            if not shutil.which(program):
                raise desks.Skip(f"there is no {program}")
        os.makedirs(self.path("disc"), exist_ok=True)
        self.expect(DONE, "publish", "--folder", TIER, "--to", "disc")
        subprocess.run(["genisoimage", "-quiet", "-R", "-o", self.path(name + ".iso"),
                        self.path("disc")], check=True, stderr=subprocess.DEVNULL)
        os.makedirs(self.path(name))
        subprocess.run(["bsdtar", "-x", "-f", self.path(name + ".iso"), "-C", self.path(name)],
                       check=True)
        return self.path(name)


def the_cd_holds_the_published_tree_byte_for_byte(desk):
    desk.ask()
    desk.approve(DONE)
    folder = desk.burn("cd")
    there = {name: data for name, data in published.tree(folder).items()}
    assert there == published.tree(desk.path("disc")), there.keys()
    assert f"sekisho/tosu/terminals/{approver.DESK}/exemptions.ini" in there, there.keys()
    names = set(there)
    assert not [name for name in names if name.endswith((".lock", ".new", "site.ini"))], names


def a_terminal_takes_a_cd_after_the_other(desk):
    """As a source that is a folder; the second CD has a new root, a new policy and an exemption."""
    terminal = agents.Agent(desk.path("terminal"))
    terminal.write("etc/root.ini", desk.read("site/root/1.ini"))
    terminal.write("etc/site.ini", "[site]\nsite = tosu\ntier = my-number\nterminal = %s\n"
                   "source = file://%s\n" % (approver.DESK, desk.path("drive")))
    fetcher = agents.Fetcher(terminal)
    os.symlink(desk.burn("first"), desk.path("drive"))
    terminal.start()
    fetcher.start()
    try:
        agents.wait_for(lambda: terminal.records("policy-applied"), terminal.said)
        desk.make_key("sato")
        desk.expect(DONE, "root", "rotate", "--root", "site/root", "--add-person", "sato=sato.pub",
                    "--add-to-role", "policy=sato")
        desk.sign("site/root/2.ini", "suzuki", "tanaka")
        desk.sign(f"{TIER}/policy.ini", "sato", options=["--raise"])
        desk.sign(f"{TIER}/policy.ini", "suzuki")
        number = desk.prepare()
        second = desk.burn("second")
        # The drive is empty for a moment; nothing is lost by that.
        os.unlink(desk.path("drive"))
        terminal.write("run/pace", "idle\nevent 1\n")
        agents.time.sleep(1)
        os.symlink(second, desk.path("drive"))
        fetcher.stop()
        fetcher.start()
        agents.wait_for(lambda: number in str(terminal.records("exemption-received")), terminal.said)
        agents.wait_for(lambda: len(terminal.records("policy-applied")) == 2, terminal.said)
        assert len(terminal.records("root-applied")) == 1
        assert not terminal.records("policy-lost") and not terminal.records("policy-refused")
    finally:
        fetcher.stop()
        terminal.stop()


if __name__ == "__main__":
    sys.exit(desks.main(globals(), Office))
