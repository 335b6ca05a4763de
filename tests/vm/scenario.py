"""How a scenario is written down.

A scenario is a function whose name is a sentence.  It belongs to a Boot, the
description of a virtual PC; the scenarios of one Boot share a running PC, one
after the other, and a failure costs the next one a fresh boot.

    DESK = Boot("desk")

    @DESK.scenario(refuses=True)
    def a_stick_is_refused(test): …

refuses=True: run on a PC without our package (run.py --unguarded), the same
function must end in DiskAppeared, else it proves nothing.
only_long=True: run with --long, or where it is named; a sample does without.
"""
import contextlib
import json
import os
import tempfile

import office
from refusal import Watch

RECORDS = "/var/log/sekisho/records-1.jsonl"
BOOTS = []


class Skip(Exception):
    """This cannot be tried here, and why."""


class Boot:
    """A kind of virtual PC.

    installed  False: our package is not in the image
    policy     changes to the sample policy that is applied after boot, as
               {"media.keyboard": "block"}; None: no policy was ever seen
    options    further arguments of Machine (ps2, before, boot_args)
    by_itself  True: each scenario starts its own machines, test.pc is None
    encrypted  True: the disk asks for a passphrase
    more       names of Debian's packages that are in the image besides
    login      True: libpam-sekisho is in the image, too
    """

    def __init__(self, name, installed=True, policy=None, by_itself=False,
                 encrypted=False, more=(), login=False, **options):
        self.name, self.installed, self.policy = name, installed, policy
        self.by_itself, self.encrypted, self.options = by_itself, encrypted, options
        self.more, self.login = more, login
        self.scenarios = []
        BOOTS.append(self)

    def scenario(self, refuses=False, only_long=False):
        def register(function):
            function.refuses, function.only_long = refuses, only_long
            self.scenarios.append(function)
            return function
        return register


class Test:
    """What a scenario gets."""

    def __init__(self, bench, boot, pc=None):
        self._bench, self._boot = bench, boot
        self.guarded, self.long = bench.guarded, bench.long
        self.pc = pc
        self._later = contextlib.ExitStack()
        self._last_watch, self._evidence_of, self._evidence = None, pc, None

    @contextlib.contextmanager
    def machine(self, join=None, **options):
        """Another virtual PC, for scenarios that boot by themselves; join: the
        policy that it is given, as in Boot."""
        with self._bench.machine(self._boot, join, **options) as pc:
            self._evidence_of = pc
            try:
                yield pc
            except Exception:
                self._evidence = self._collect(True)
                raise

    def site(self):
        """The keys and documents of the site that these PCs belong to."""
        return self._bench.site()

    def admin(self):
        """The path of sekisho-admin, to be run on this machine."""
        return self._bench.admin()

    def office(self):
        """Administrators with keys of their own and sekisho-admin: another site."""
        desk = tempfile.TemporaryDirectory(prefix="sekisho-office-")
        self.defer(desk.cleanup)
        return office.found(self.admin(), desk.name)

    def watch(self, pc=None):
        self._last_watch = Watch(pc or self.pc)
        self._evidence_of = pc or self.pc
        return self._last_watch

    def defer(self, function, *arguments):
        """Done at the end of the scenario, whatever happens; last one first."""
        self._later.callback(function, *arguments)

    def records(self, after=0, pc=None):
        """The records with a higher sequence number."""
        return records(pc or self.pc, after)

    def last_record(self):
        found = self.records()
        return sequence(found[-1]) if found else 0

    def wait_record(self, after, name, timeout=60):
        """The first later record of this event."""
        find = lambda: [r for r in self.records(after) if event(r) == name]
        return self.pc.wait_for(find, timeout, "a record " + name)[0]

    def finish(self):
        self._later.close()
        if self.pc:
            self.pc.unplug_all()

    def evidence(self, with_kernel):
        """Lines for the report of a failure."""
        return self._evidence or self._collect(with_kernel)

    def _collect(self, with_kernel):
        lines = []
        with contextlib.suppress(Exception):
            if self._last_watch and with_kernel:
                lines += ["kernel, since the plug:"] + self._last_watch.log()[-30:]
            if self._evidence_of:
                lines += ["journal of sekishod:"] + self._evidence_of.check(
                    "journalctl -u sekishod -n 25 --no-pager -o cat").splitlines()
                lines += ["journal of what works for it:"] + self._evidence_of.check(
                    "journalctl -u 'sekisho-medium@*' -u sekisho-fetch -n 24 --no-pager "
                    "-o cat").splitlines()
        return lines


def records(pc, after=0):
    status, text = pc.run("cat " + RECORDS)
    if status:
        return []
    found = [json.loads(line) for line in text.splitlines() if line.strip()]
    return [record for record in found if sequence(record) > after]


def sequence(record):
    return record["metadata"]["sequence"]


def event(record):
    return record["unmapped"]["sekisho"]["event"]


def fault(record):
    return record["unmapped"]["sekisho"].get("fault")


def load_all():
    """Import every scenario_*.py beside this file; BOOTS fills itself."""
    here = os.path.dirname(os.path.abspath(__file__))
    for name in sorted(os.listdir(here)):
        if name.startswith("scenario_") and name.endswith(".py"):
            __import__(name[:-3])
    return BOOTS
