"""What the scenarios of one run share: packages, images, helpers for inside the
virtual PC, and the site with its keys."""
import contextlib
import glob
import os
import re
import shutil
import subprocess
import tempfile

import sites
from image import CACHE, image
from machine import Machine

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class Bench:
    """options: what run.py was called with."""

    def __init__(self, options):
        self.guarded = not options.unguarded
        self.long = options.long
        self.debs = packages(options.debs, "sekisho-agent", "sekisho-admin")
        self._login = packages(options.debs, "libpam-sekisho")
        self._logs = options.keep_log
        if self._logs:
            os.makedirs(self._logs, exist_ok=True)
        self._boots = 0
        self._site = None
        self._extra = self._admin = None

    def site(self):
        if not self._site:
            self._site = sites.Site(os.path.join(CACHE, "keys"))
        return self._site

    def admin(self):
        """The sekisho-admin of the package, to be run on this machine."""
        if not self._admin:
            self._admin = tempfile.TemporaryDirectory(prefix="sekisho-admin-")
            debs = [deb for deb in self.debs if "/sekisho-admin_" in deb]
            if not debs:
                raise RuntimeError("no package sekisho-admin: make deb first")
            subprocess.run(["dpkg-deb", "-x", debs[0], self._admin.name], check=True)
        return os.path.join(self._admin.name, "usr/bin/sekisho-admin")

    def prepare(self):
        """What all lanes share, made once."""
        self.extra()
        if self.debs:
            self.site()
            self.admin()

    @contextlib.contextmanager
    def machine(self, boot, policy=None, **options):
        """The virtual PC that this Boot describes; arguments replace its own."""
        policy = boot.policy if policy is None else policy
        installed = boot.installed and self.guarded
        if installed and not (self.debs and self._login):
            raise RuntimeError("no packages: make deb first")
        options = {**boot.options, **options}
        debs = self.debs + (self._login if boot.login else [])
        disk = image(debs if installed else [], boot.more, encrypted=boot.encrypted)
        with Machine(disk, extra=self.extra(), log=self._log(boot), **options) as pc:
            if installed and policy is not None:
                self.site().join(pc, policy)
            yield pc

    def _log(self, boot):
        if not self._logs:
            return None
        self._boots += 1
        return os.path.abspath(os.path.join(
            self._logs, "%02d-%s.serial" % (self._boots, boot.name)))

    def extra(self):
        """The folder that becomes /opt/t: programs, and packages to install."""
        if not self._extra:
            self._extra = tempfile.TemporaryDirectory(prefix="sekisho-extra-")
            folder = self._extra.name
            programs = glob.glob(os.path.join(HERE, "guest_*.py"))
            for program in programs + glob.glob(os.path.join(ROOT, "build/liar")):
                shutil.copy(program, folder)
            for name, debs in ("debs", self.debs), ("login-debs", self._login):
                os.mkdir(os.path.join(folder, name))
                os.mkdir(os.path.join(folder, "newer-" + name))
                for deb in debs:
                    shutil.copy(deb, os.path.join(folder, name))
                    raise_version(deb, os.path.join(folder, "newer-" + name))
        return self._extra.name


def packages(folder, *names):
    """The newest of these that are in a folder."""
    found = []
    for name in names:
        debs = sorted(glob.glob(os.path.join(folder, name + "_*.deb")),
                      key=os.path.getmtime)
        found += [os.path.abspath(deb) for deb in debs[-1:]]
    return found


def raise_version(deb, folder):
    """The same package once more, as a version that apt takes for newer."""
    with tempfile.TemporaryDirectory() as tree:
        subprocess.run(["dpkg-deb", "-R", deb, tree], check=True)
        control = os.path.join(tree, "DEBIAN/control")
        with open(control) as file:
            text = re.sub(r"(?m)^(Version: .*)$", r"\1+newer", file.read())
            text = re.sub(r"(sekisho-agent \(= [^)]*)\)", r"\1+newer)", text)
        with open(control, "w") as file:
            file.write(text)
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree,
                        os.path.join(folder, os.path.basename(deb))],
                       check=True, stdout=subprocess.DEVNULL)
