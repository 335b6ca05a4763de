#!/usr/bin/python3
"""Debian's own checker of packages, at its strictest, finds nothing in ours.  It is
also run on packages with a fault, and must find it.  Needs no root.  TAP.

usage: test_lintian.py FOLDER_OF_PACKAGES
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

# A line such as "W: sekisho-agent: no-manual-page [usr/bin/sekisho]".
TAG = re.compile(r"^[EWIP]: ")
# It looks for words in machine code, too, and three letters are an instruction sooner or later.
CHANCE = re.compile(r"spelling-error-in-binary \w{1,3} ")


def lintian(debs):
    done = subprocess.run(["lintian", "--display-info", "--pedantic", "--no-cfg",
                           "--fail-on=error,warning,info,pedantic", *debs],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    found = [line for line in done.stdout.splitlines() if TAG.match(line) and
             not CHANCE.search(line)]
    if done.returncode and not CHANCE.search(done.stdout) and not found:
        return ["exit %d: %s" % (done.returncode, done.stdout)]
    return found


def spoiled(deb, folder, spoil):
    """The same package once more, with a fault."""
    tree, path = os.path.join(folder, "tree"), os.path.join(folder, os.path.basename(deb))
    subprocess.run(["dpkg-deb", "-R", deb, tree], check=True)
    spoil(tree)
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, path], check=True,
                   stdout=subprocess.DEVNULL)
    return path


def without(path):
    return lambda tree: os.unlink(os.path.join(tree, path))


def executable(path):
    return lambda tree: os.chmod(os.path.join(tree, path), 0o755)


# A fault, the package, and the tag that must be found.
FAULTS = (
    ("a program without a manual", "sekisho-agent", "no-manual-page",
     without("usr/share/man/man1/sekisho.1.gz")),
    ("a unit that can be executed", "sekisho-agent", "executable-not-elf-or-script",
     executable("lib/systemd/system/sekishod.service")),
    ("a helper that is set-user-id in the package", "libpam-sekisho", "elevated-privileges",
     lambda tree: os.chmod(os.path.join(tree, "usr/libexec/sekisho/sekisho-verify"), 0o4755)),
    ("a package without a word about its licence", "sekisho-admin", "no-copyright-file",
     without("usr/share/doc/sekisho-admin/copyright")),
)


def the_packages_are_clean(debs):
    return lintian(debs) if len(debs) == 3 else ["three packages expected: %s" % debs]


def every_override_has_its_reason(_):
    faults, files = [], glob.glob("packaging/debian/*.lintian-overrides")
    for path in files:
        before = ""
        with open(path) as file:
            for line in file:
                if not line.startswith("#") and not before.startswith("#"):
                    faults.append("%s: %s" % (path, line.strip()))
                before = line
    return faults if files else ["no override was found"]


def faults_are_found(debs):
    missed = []
    for what, package, tag, spoil in FAULTS:
        deb = next(deb for deb in debs if "/%s_" % package in deb)
        with tempfile.TemporaryDirectory() as folder:
            found = lintian([spoiled(deb, folder, spoil)])
        if not any(tag in line.split() for line in found):
            missed.append("%s: %s" % (what, found))
    return missed


TESTS = (the_packages_are_clean, every_override_has_its_reason, faults_are_found)


def main():
    debs = sorted(glob.glob(os.path.join(os.path.abspath(sys.argv[1]), "*.deb")))
    here, failed = shutil.which("lintian"), 0
    print("1..%d" % len(TESTS))
    for number, test in enumerate(TESTS, 1):
        faults = test(debs) if here else []
        failed += bool(faults)
        print("%sok %d - %s%s" % ("not " if faults else "", number,
                                  test.__name__.replace("_", " "),
                                  "" if here else " # SKIP lintian is not here"))
        for fault in faults:
            print("# " + fault)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
