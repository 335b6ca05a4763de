"""What the doctor's tests share: a folder that stands for /, with stacks as the doctor reads them, and
the same stacks as libpam reads them, with a stand-in for each module. See office.py."""
import itertools
import json
import os
import resource
import subprocess

import office

STAND_IN = f"{office.BUILD}/tests/login/pam_stand_in.so"
NAMES = """success open_err symbol_err service_err system_err buf_err perm_denied auth_err
cred_insufficient authinfo_unavail user_unknown maxtries new_authtok_reqd acct_expired session_err
cred_unavail cred_expired cred_err no_module_data conv_err authtok_err authtok_recover_err
authtok_lock_busy authtok_disable_aging try_again ignore abort authtok_expired module_unknown bad_item
conv_again incomplete""".split()
OK, IGNORE, MISSING = 0, NAMES.index("ignore"), NAMES.index("module_unknown")
WRONG_WORD = [7, 10]
# What each of the others may return, written once more.
OTHERS = {"pam_permit.so": [0], "pam_deny.so": [7], "pam_env.so": [25], "pam_faildelay.so": [0],
          "pam_nologin.so": [25], "pam_cap.so": [0, 25, 7], "pam_rootok.so": [7],
          "pam_faillock.so": [0, 25, 7], "pam_localuser.so": [0, 6],
          "pam_succeed_if.so": [0, 7], "pam_gnome_keyring.so": [0, 25, 7],
          "pam_fprintd.so": [0, 7], "pam_missing.so": [MISSING]}
PASSWORDS = ("pam_unix.so", "pam_sss.so")


def few_files():
    """Of a file that includes itself libpam opens one more each time, to the end of the stack if it
    is let: that ends the login program."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def sekisho(*words):
    done = subprocess.run([f"{office.BUILD}/sekisho", "doctor", "login", *words],
                          stdout=subprocess.PIPE, text=True, timeout=60)
    return done.returncode, done.stdout


class Desk(office.Terminal):
    """A root folder with stacks, as the doctor reads it, and the same as libpam reads them."""

    def __init__(self, folder):
        super().__init__(folder)
        os.makedirs(self.root + "/etc/pam.d")
        self.rules("mode=required")
        self.write("/etc/group", "nopasswdlogin:x:1001:tanaka\nnobodys:x:1002:\n")
        self.write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\ntanaka:x:1000:1000::/:/bin/sh\n")
        if os.path.exists("/etc/debian_version"):
            self.write("/etc/debian_version", "12\n")
        self.n_services = 0

    def write(self, path, text):
        os.makedirs(os.path.dirname(self.root + path), exist_ok=True)
        with open(self.root + path, "w", encoding="utf-8") as file:
            file.write(text)

    def pam(self, service, lines):
        self.write("/etc/pam.d/" + service, "\n".join(lines) + "\n")

    def ask(self, *words):
        status, text = sekisho("--root", self.root, "--json", *words)
        return status, json.loads(text)

    def findings(self, **wanted):
        return [finding for finding in self.ask()[1]["findings"]
                if all(finding[name] == value for name, value in wanted.items())]

    # --- the same for libpam: a service for each row of codes ---

    def module_line(self, words, codes):
        at = next(i for i, word in enumerate(words) if word.endswith(".so"))
        name, code = words[at], codes[words[at]]
        if name == "pam_sekisho.so":
            code = codes.get(" ".join(words[at:at + 2]), 7)
        place = STAND_IN if code != MISSING else "/nonexistent/" + name
        return " ".join(words[:at] + [place, "code=%d" % code] + words[at + 1:])

    def libpam_file(self, name, lines, codes, number):
        text = []
        for line in lines:
            words = line.split()
            if len(words) > 1 and words[-2] in ("@include", "include", "substack"):
                words[-1] = "%s/%s-%d" % (self.stacks, words[-1].lower(), number)
                text.append(" ".join(words))
            elif any(word.endswith(".so") for word in words) and words[0] != "session":
                text.append(self.module_line(words, codes))
            else:
                text.append(line)
        with open(f"{self.stacks}/{name.lower()}-{number}", "w", encoding="ascii") as file:
            file.write("\n".join(text) + "\n")

    def libpam_service(self, files, codes):
        self.n_services += 1
        for name, lines in files.items():
            self.libpam_file(name, lines, codes, self.n_services)
        return "s-%d" % self.n_services

    def compare(self, services):
        """{service: what libpam says}; ours must be the same."""
        with open(f"{self.stacks}/other", "w", encoding="ascii") as file:
            file.write(f"auth required {STAND_IN} code=7\n")
        # What libpam itself loses over stacks that it cannot read is not ours to count.
        done = subprocess.run([f"{office.BUILD}/tests/login/compare_stacks", self.stacks, *services],
                              stdout=subprocess.PIPE, text=True, timeout=300, preexec_fn=few_files,
                              env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
        rows = [line.split() for line in done.stdout.splitlines()]
        assert len(rows) == len(services), (len(rows), done.returncode)
        for service, ours, libpam in rows:
            with open(f"{self.stacks}/{service}", encoding="ascii") as file:
                text = file.read()
            # With no file to be opened any more, modules are missing in libpam alone.
            is_endless = f"include {self.stacks}/{service}\n" in text
            assert ours == libpam or (is_endless and "0" not in (ours, libpam)), (
                service, ours, libpam, text)
        return {service: int(libpam) for service, _, libpam in rows}


def modules_of(files):
    text = " ".join(" ".join(lines) for lines in files.values()).split()
    return sorted({word for word in text if word.endswith(".so")} - {"pam_sekisho.so",
                                                                      "pam_umask.so"})


def rows_of(files, judge, asks, is_right):
    """Every row of codes that is possible then."""
    names = modules_of(files)
    passwords = [name for name in names if name in PASSWORDS]
    possible = []
    for name in names:
        if name in PASSWORDS:
            possible.append(WRONG_WORD if not is_right else
                            [OK] + (WRONG_WORD if len(passwords) > 1 else []))
        elif name == "pam_succeed_if.so" and "ingroup nobodys" in " ".join(files["S"]):
            possible.append([7])
        else:
            possible.append(OTHERS[name])
    for ask in asks:
        for codes in itertools.product(*possible):
            row = dict(zip(names, codes))
            row.update({"pam_sekisho.so": 7, "pam_sekisho.so ask": ask,
                        "pam_sekisho.so judge": judge})
            yield row


def verdict_of_libpam(desk, files):
    """(verdict, codes of our line with which a right password is enough), by trying everything."""
    tried = {}
    for judge in range(len(NAMES)):
        asks = [IGNORE] if judge == OK else sorted({judge, IGNORE})
        for is_right in (True, False):
            # What needs neither is seen with a few codes as well as with all.
            if not is_right and judge not in (OK, 7, IGNORE, MISSING):
                continue
            tried[judge, is_right] = [desk.libpam_service(files, row) for row in
                                      rows_of(files, judge, asks, is_right)]
    said = desk.compare([service for services in tried.values() for service in services])

    def gets_in(judge, is_right):
        return any(said[service] == OK for service in tried[judge, is_right])
    passes = {NAMES[judge] for judge in range(1, len(NAMES)) if gets_in(judge, True)}
    if any(gets_in(judge, False) for judge in (7, IGNORE, MISSING)):
        return "open", passes
    if passes:
        return "password", passes
    if gets_in(OK, False):
        return "code", passes
    return ("holds" if gets_in(OK, True) else "nobody"), passes
