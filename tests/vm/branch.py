"""A PC of a branch office that no network reaches: what comes, comes on a CD in its own drive, and
what is to go up is carried by hand."""
import os
import re
import subprocess

import office
from counter import POLICY, TERMINAL, Counter
from sites import APPLIED

DRIVE, WAY_UP = "/mnt", "/var/lib/sekisho/up"


def label_of(path):
    """Each CD has another."""
    return os.path.basename(path).split(".")[0]


class Branch(Counter):
    """cd(): what its office would burn now. Its policy says that nothing fresh is waited for."""

    def __init__(self, test, pc):
        self._n_cds = 0
        super().__init__(test, pc, POLICY)

    # --- discs ---

    def cd(self, *offices):
        """As GROWING.md says, of these, else of its own: the path of an image."""
        self._n_cds += 1
        folder = os.path.join(self.pc.folder, "cd-%d" % self._n_cds)
        os.makedirs(folder)
        for of in offices or (self.office,):
            of.admin("publish", "--folder", office.TIER, "--to", folder)
        path = os.path.join(self.pc.folder, "cd-%d.iso" % self._n_cds)
        subprocess.run(["genisoimage", "-quiet", "-R", "-V", label_of(path), "-o", path, folder],
                       check=True)
        return path

    def scratch(self, path, text):
        """A copy that ends before these bytes of one of its files."""
        with open(path, "rb") as file:
            whole = file.read()
        assert whole.count(text) == 1, "%d times on the CD: %s" % (whole.count(text), text)
        with open(path + ".scratched", "wb") as file:
            # The kernel reads ahead, and a drive gives up by blocks of 2048 bytes.
            file.write(whole[:whole.index(text) // 2048 * 2048])
        return path + ".scratched"

    def insert(self, path):
        self.eject()
        self.pc.open_drive()
        self.pc.insert_cd(path)
        self.wait_for_clock()
        # By a loop device: systemd is told late that the CD before is gone, and would unmount this
        # one. Whoever changes CDs by hand is slower.
        self.pc.wait_for("test \"$(blkid -p -o value -s LABEL /dev/sr0)\" = %s && "
                         "mount -o ro,loop /dev/sr0 %s" % (label_of(path), DRIVE), 60, "the CD")

    def update(self, place=DRIVE):
        """(exit status, {document: outcome}, output) of the CD that is in."""
        status, output = self.pc.run("sekisho update-from " + place)
        return status, dict(re.findall(r"(?m)^(\S+)  +(\S+)", output)), output

    def take(self, path=None, place=DRIVE):
        """What became of each document of this CD; nothing of it may be refused."""
        self.insert(path or self.cd())
        status, outcomes, output = self.update(place)
        assert status == APPLIED, "exit %d: %s" % (status, output)
        return outcomes

    def eject(self):
        self.pc.run("umount -q " + DRIVE)

    # --- as in Counter, without its share ---

    def _make_place(self):
        self.say_of_site()

    def mount(self):
        raise AssertionError("there is no share")

    def _join(self):
        """README.md, "On each terminal": the package is there, the CD is put in."""
        self.insert(self.cd())
        self.pc.check("mkdir -p /etc/sekisho")
        self.pc.write_file("/etc/sekisho/site.ini", self.office.read("my-number/site.ini"))
        self.pc.check("cp %s/sekisho/%s/root/1.ini /etc/sekisho/root.ini && "
                      "systemctl restart sekishod" % (DRIVE, office.SITE))
        status, outcomes, output = self.update()
        assert status == APPLIED and outcomes["policy.ini"] == "applied", output

    def carry_up(self):
        """Root moves what waits to a medium that the office gets: the names."""
        names = self.pc.check("mkdir -p /root/carried && mv %s/* /root/carried/ && "
                              "ls /root/carried" % WAY_UP).split()
        place = self.office.path(os.path.join("up", TERMINAL))
        os.makedirs(place, exist_ok=True)
        for name in names:
            with open(os.path.join(place, name), "wb") as file:
                file.write(self.pc.read_file("/root/carried/" + name))
        self.pc.check("rm -r /root/carried")
        return names


BRANCHES = {}


def branch_of(test):
    """The one of this PC, made with its first scenario."""
    if test.pc not in BRANCHES:
        BRANCHES[test.pc] = Branch(test, test.pc)
    return BRANCHES[test.pc]
