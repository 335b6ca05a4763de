"""The login as it is installed, for tests by root: the helper with its set-user-id bit at its own
path, the real folders, in a mount namespace of this process alone. See office.py."""
import os
import shutil
import stat
import subprocess
import sys

sys.dont_write_bytecode = True
import office

OWNER = 64137  # no account of this machine
HELPER = "/usr/libexec/sekisho/sekisho-verify"
INSIDE = "SEKISHO_LOGIN_INSIDE"


def enter():
    """Goes on in a mount namespace in which the places of the package are empty and ours."""
    if os.getuid() != 0:
        print("1..0 # SKIP needs root")
        sys.exit(0)
    if INSIDE in os.environ:
        return
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable,
                          *sys.argv])


def place(path, size="16m"):
    os.makedirs(path, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"mode=755,size={size}", "tmpfs", path],
                   check=True)


class Installed(office.Terminal):
    """A terminal of its own for each test: below / itself."""

    def __init__(self, folder, size="16m", state=None):
        """state: a folder on a disk for /var/lib/sekisho."""
        for path in "/var/lib", "/run", "/usr/libexec":
            place(path, size)
        self.state = state
        if state:
            os.mkdir("/var/lib/sekisho")
            subprocess.run(["mount", "--bind", state, "/var/lib/sekisho"], check=True)
        os.makedirs(os.path.dirname(HELPER))
        shutil.copy(f"{office.BUILD}/sekisho-verify", HELPER)
        os.chown(HELPER, OWNER, 0)
        os.chmod(HELPER, 0o4755)
        self.copy_build(folder)
        super().__init__(folder, root="", helper=HELPER, owner=OWNER)

    def copy_build(self, folder):
        """Others than root may not be able to look into the build folder."""
        self.module = os.path.join(folder, "pam_sekisho.so")
        self.stand_in = os.path.join(folder, "pam_stand_in.so")
        self.program = os.path.join(folder, "log_in")
        for name, copy in (("pam_sekisho.so", self.module),
                           ("tests/login/pam_stand_in.so", self.stand_in),
                           ("tests/login/log_in", self.program)):
            shutil.copy(f"{office.BUILD}/{name}", copy)
            os.chmod(copy, 0o755)

    def stack(self, service, lines, **places):
        super().stack(service, lines,
                      **{"module": self.module, "stand_in": self.stand_in, **places})

    def words(self, *answers, uid=None, **where):
        words = [self.program, *super().words(*answers, **where)[1:]]
        if uid is None:
            return words
        return ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", *words]

    def secrets_left(self, key=office.KEY):
        """Files that hold the key, or its letters, beside those that should."""
        found = []
        for top in "/var/lib", "/run", self.folder:
            for folder, _, names in os.walk(top):
                for name in names:
                    path = os.path.join(folder, name)
                    if not stat.S_ISREG(os.lstat(path).st_mode) or folder == "/run/sekisho-otp":
                        continue
                    try:
                        with open(path, "rb") as file:
                            if key in file.read(1 << 20):
                                found.append(path)
                    except OSError:
                        pass
        return found

    def away(self):
        if self.state:
            subprocess.run(["umount", "-l", "/var/lib/sekisho"], check=True)
        for path in "/var/lib", "/run", "/usr/libexec":
            subprocess.run(["umount", "-l", path], check=True)


def run(tests):
    enter()
    made = []

    def make(folder):
        while made:
            made.pop().away()
        made.append(Installed(folder))
        return made[-1]

    status = office.run(tests, make)
    while made:
        made.pop().away()
    return status


def judge(user, typed, service="login", tty="tty1", host="", uid=None, before=(), **run_options):
    """The helper itself: what it says, or None where it was ended."""
    words = [*before, HELPER, "judge", service, user]
    if uid is not None:
        words = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", *words]
    done = subprocess.run(words, input=f"{typed}\0{tty}\0{host}\0".encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60,
                          **run_options)
    return done.stdout.decode().split() or None


def is_in(answer):
    return bool(answer) and answer[0] == "in"
