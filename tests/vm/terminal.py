"""A terminal of an office: what its administrator does there by hand, and what
can be seen of it.  The virtual PC may belong to another site before and after."""
import base64
import io
import re
import tarfile
import time

from scenario import fault
from sites import APPLIED, REFUSED

STATE, ASIDE, DISC = "/var/lib/sekisho", "/var/aside", "/run/disc"


def unpack(pc, folder, files):
    """{name: bytes} into a new folder inside, in one command: they must be small."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(data), 0o600, int(time.time())
            archive.addfile(entry, io.BytesIO(data))
    pc.check("rm -rf {0} && mkdir {0} && echo {1} | base64 -d | tar -xzf - -C {0}".format(
        folder, base64.b64encode(tar.getvalue()).decode()))


def _move(source, target):
    """All documents of a state folder; the records go on where they are."""
    return ("mkdir -p {1} && find {0} -mindepth 1 -maxdepth 1 ! -name 'records*' "
            "-exec mv -t {1} {{}} +".format(source, target))


def stored_documents(pc):
    """A line for each, "SHA-256  ./NAME". Without what changes by itself: the floor of
    the time, and what is said of disks."""
    return pc.check("cd %s && find . -type f ! -name 'records*' ! -name time ! -name login-floor "
                    "! -name login-run ! -name running ! -path './disks/*' -exec sha256sum {} + | sort" % STATE)


class Terminal:
    """Joins when it is made, and is what it was before when the scenario ends."""

    def __init__(self, test, disc):
        """disc: what the terminal is installed from, {name: bytes}. Nothing of it is
        applied yet but the first root."""
        self._test, self.pc = test, test.pc
        self.pc.check("systemctl stop sekishod && %s && mv /etc/sekisho %s/etc"
                      % (_move(STATE, ASIDE + "/state"), ASIDE))
        test.defer(self._leave)
        self.insert(disc)
        # As README.txt says.
        self.pc.check("cd %s && mkdir /etc/sekisho && cp root/1.ini /etc/sekisho/root.ini && "
                      "cp site.ini /etc/sekisho/site.ini && systemctl restart sekishod" % DISC)

    def _leave(self):
        self.pc.check("systemctl stop sekishod && {1} && {2} && rm -rf /etc/sekisho {3} && "
                      "mv {0}/etc /etc/sekisho && rm -rf {0} && systemctl start sekishod"
                      .format(ASIDE, _move(STATE, ASIDE + "/trash"),
                              _move(ASIDE + "/state", STATE), DISC))

    def insert(self, disc):
        """Another disc in place of the one that is in."""
        unpack(self.pc, DISC, disc)
        # On a busy host the clock inside goes some seconds behind ours, by which all was just
        # signed. What is more was set by a scenario.
        self.pc.wait_for("behind=$((%d - $(date +%%s))); test $behind -le 0 -o $behind -gt 60"
                         % time.time(), 90, "the clock inside")

    def update(self, disc=None):
        """(exit status, {document: outcome}, output) of the disc in one go; None: of
        the one that is in."""
        if disc is not None:
            self.insert(disc)
        status, output = self.pc.run("sekisho update-from " + DISC)
        return status, dict(re.findall(r"(?m)^(\S+)  +(\S+)", output)), output

    def take(self, disc=None):
        """Nothing of it may be refused. What became of each document."""
        status, outcomes, output = self.update(disc)
        assert status == APPLIED, "exit %d: %s" % (status, output)
        return outcomes

    def refuse(self, disc, kind, expected):
        """All of it is known here or refused, one document of this kind with this
        fault: it is recorded, and nothing changes."""
        before, stored = self._test.last_record(), self.stored()
        status, outcomes, output = self.update(disc)
        assert status == REFUSED, "exit %d: %s" % (status, output)
        record = self._test.wait_record(before, kind + "-refused")
        assert fault(record) == expected, "recorded as %r: %s" % (fault(record), output)
        assert set(outcomes.values()) <= {"unchanged", "refused"}, output
        assert self.stored() == stored
        return record

    def stored(self):
        """{file: SHA-256} of the documents that are kept, with their serials."""
        lines = stored_documents(self.pc).splitlines()
        return {line.split()[1][2:]: line.split()[0] for line in lines}

    def floor(self):
        """The floor of trusted time as it was stored last; 0: it was not yet."""
        return int(self.pc.check("cat %s/time 2>/dev/null || echo 0" % STATE).split()[0])

    def status(self):
        return self.pc.run("sekisho status")[1]
