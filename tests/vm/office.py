"""An administrator's desk: real keys, the sekisho-admin of the package, and the
folder that `site init` makes.  Documents written by hand are in documents.py."""
import os
import pty
import re
import select
import shutil
import subprocess

SITE, TIER, OTHER_TIER = "tosu", "my-number", "lgwan"
TIMER = "timer"
KEYS = "suzuki", "suzuki-safe", "tanaka", "tanaka-safe", TIMER
BOTH = "suzuki", "tanaka"       # as many as must sign
POLICY, MEDIA, FRESH = (TIER + "/" + name for name in (
    "policy.ini", "media.ini", "fresh.ini"))


def found(program, desk, folder="office", site=SITE):
    """A new office on an empty desk: keys, `site init`, the first documents signed."""
    office = Office(program, desk, folder)
    for name in KEYS:
        office.make_key(name)
    words = ["--person=%s=%s.pub" % (name.split("-")[0], office.key(name))
             for name in KEYS if name != TIMER]
    os.makedirs(office.path(""), exist_ok=True)
    office.admin("site", "init", "--site=" + site, "--tier=" + TIER,
                 "--tier=" + OTHER_TIER, *words,
                 "--fresh-key=%s.pub" % office.key(TIMER), ".")
    for name in "root/1.ini", POLICY, OTHER_TIER + "/policy.ini":
        office.sign(name)
    return office


class Office:
    """Files are named as they lie in its folder.  All keys lie on the desk, lost
    ones too: who signs with which is the scenario's choice."""

    def __init__(self, program, desk, folder="office"):
        self._program, self._desk, self._folder = program, desk, folder

    def copy(self, folder):
        """As it is now, to go on without the other: what a thief has, what is lost."""
        copy = Office(self._program, self._desk, folder)
        shutil.copytree(self.path(""), copy.path(""))
        return copy

    def path(self, name):
        return os.path.join(self._desk, self._folder, name)

    def admin(self, *words):
        """What sekisho-admin prints; its answer must be yes."""
        done = subprocess.run([self._program, *words], cwd=self.path(""), timeout=60,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        output = done.stdout.decode(errors="replace")
        if done.returncode:
            raise RuntimeError("sekisho-admin %s: exit %d\n%s" % (
                " ".join(words), done.returncode, output))
        return output

    def agree(self, *words):
        """The same on a terminal, where somebody says yes to what is asked."""
        pid, fd = pty.fork()
        if pid == 0:
            os.chdir(self.path(""))
            os.execv(self._program, [self._program, *words])
        text, said = b"", False
        while True:
            if not select.select([fd], [], [], 0.5 if not said else 30)[0] and not said:
                if text.rstrip().endswith((b"]", b"?", b":", b")")):
                    os.write(fd, b"y\n")
                    said = True
                continue
            try:
                piece = os.read(fd, 4096)
            except OSError:
                piece = b""
            if not piece:
                break
            text += piece
        os.close(fd)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status:
            raise RuntimeError("sekisho-admin %s: exit %d\n%s" % (
                " ".join(words), status, text.decode(errors="replace")))
        return text.decode(errors="replace")

    # --- keys and files ---

    def key(self, name):
        return os.path.join(self._desk, name)

    def make_key(self, name):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name,
                        "-f", self.key(name)], check=True)

    def fingerprint(self, name):
        said = subprocess.run(["ssh-keygen", "-l", "-f", self.key(name) + ".pub"],
                              check=True, stdout=subprocess.PIPE).stdout
        return said.split()[1].decode()

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def remove(self, name):
        os.unlink(self.path(name))

    def edit(self, name, pattern, text):
        """Exactly one line changes; the pattern matches all of it."""
        new, count = re.subn(rb"(?m)^%s$" % pattern, text, self.read(name))
        assert count == 1, "%s: %d lines are %s" % (name, count, pattern)
        self.write(name, new)

    # --- documents ---

    def sign(self, name, by=BOTH, first=()):
        """first: options of who signs first."""
        for number, who in enumerate(by):
            self.admin("sign", "--yes", *(first if number == 0 else ()),
                       "--key", self.key(who), name)

    def change(self, pattern, text, by=BOTH):
        """The policy of the tier, with one line changed and a higher serial."""
        self.edit(POLICY, pattern, text)
        self.sign(POLICY, by, first=("--raise",))

    def rotate(self, number, *changes, by):
        self.admin("root", "rotate", *changes)
        self.sign("root/%d.ini" % number, by)

    def register(self, serials, usb_id, by=BOTH):
        """The list of registered media: these, of the kind of stick, and no others.
        Returns the names of the files that changed."""
        before = self.disc()
        with open(self.key("ledger.csv"), "w") as file:
            file.write("管理番号,シリアル番号,VID_PID\n" + "".join(
                "M-%s,%s,%s\n" % (serial, serial, usb_id) for serial in serials))
        self.admin("media", "import", "--ledger", self.key("ledger.csv"), TIER)
        self.sign(MEDIA, by)
        after = self.disc()
        return {name for name in {*before, *after} if before.get(name) != after.get(name)}

    def confirm(self):
        """What the timer says is the newest."""
        self.admin("fresh", "--root", "root", "--key", self.key(TIMER), "--policy", POLICY,
                   "--media", MEDIA, "--out", FRESH)

    # --- what goes out ---

    def disc(self, tier=TIER):
        """{name: bytes} of the disc for a tier: what README.txt has put together."""
        return {**self.folder("root", "root/"), **self.folder(tier)}

    def folder(self, name="", prefix=""):
        """{prefix and name below the folder: bytes}."""
        found = {}
        for where, _, names in os.walk(self.path(name)):
            for file in names:
                path = os.path.join(where, file)
                with open(path, "rb") as content:
                    found[prefix + os.path.relpath(path, self.path(name))] = content.read()
        return found
