#!/usr/bin/python3
"""Disk images of a small Debian 12 PC, with or without our packages.

A base tree is made once with mmdebstrap from the mirror that this machine's
own apt uses.  image() installs packages into a copy of it, off line, and takes
out the kernel and the initrd that this installation left behind.  Both are
cached under a hash of everything that goes in.
"""
import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections import namedtuple

CACHE = os.environ.get("SEKISHO_CACHE", "/var/cache/sekisho-tests")
RELEASE = "bookworm"
PACKAGES = """
    linux-image-amd64 initramfs-tools zstd systemd systemd-sysv udev dbus kmod
    libcsv3 libinih1 libjson-c5 libssl3 libsystemd0 libudev1 openssh-client
    procps iproute2 kbd util-linux python3-minimal libpython3-stdlib
    qemu-guest-agent libpam-systemd polkitd pkexec udisks2 dosfstools
""".split()
# Left out to keep the image small; nothing here takes part in a boot.
EXCLUDED = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*",
            "/usr/share/info/*", "/lib/modules/*/kernel/drivers/gpu/*",
            "/lib/modules/*/kernel/drivers/media/*",
            "/lib/modules/*/kernel/drivers/infiniband/*",
            "/lib/modules/*/kernel/sound/*",
            "/lib/modules/*/kernel/drivers/net/wireless/*"]
DISK_SIZE = "1536M"
LAYOUT = "1"        # raise it when this file builds the same input differently

Image = namedtuple("Image", "disk kernel initrd")


def image(debs=()):
    """The image of a PC that has these packages installed; none: a plain one."""
    debs = sorted(debs)
    key = _hash(_base_key(), *[_file_hash(d) for d in debs])
    folder = os.path.join(CACHE, "image-" + key)
    if not os.path.isdir(folder):
        with _new_folder(folder) as new:
            _build_image(debs, new)
    os.utime(folder)
    return Image(*(os.path.join(folder, n) for n in ("disk", "kernel", "initrd")))


def _build_image(debs, folder):
    tree = os.path.join(folder, "tree")
    os.mkdir(tree)
    _call(["tar", "-xf", _base(), "-C", tree, "--numeric-owner", "--xattrs"])
    if debs:
        _install(debs, tree)
    for name, file in ("kernel", "vmlinuz"), ("initrd", "initrd.img"):
        shutil.copyfile(_resolve(tree, file), os.path.join(folder, name))
    disk = os.path.join(folder, "disk")
    _call(["mke2fs", "-q", "-t", "ext4", "-m", "0", "-d", tree, disk, DISK_SIZE])
    shutil.rmtree(tree)


def _install(debs, tree):
    """apt-get install as an administrator types it, with the network gone."""
    inside = os.path.join(tree, "root/debs")
    os.mkdir(inside)
    for deb in debs:
        shutil.copy(deb, inside)
    script = ("mount -t proc proc {0}/proc && "
              "chroot {0} sh -c 'cd /root/debs && apt-get install -y ./*.deb'")
    _call(["unshare", "--net", "--mount", "sh", "-c", script.format(tree)],
          env={**os.environ, "DEBIAN_FRONTEND": "noninteractive",
               "LC_ALL": "C.UTF-8"})
    shutil.rmtree(inside)


def _base():
    """The path of a tar file with the tree that every image starts from."""
    path = os.path.join(CACHE, "base-%s.tar" % _base_key())
    if os.path.exists(path):
        return path
    with _new_folder(None) as new:
        made = os.path.join(new, "base.tar")
        _call(["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase",
               "--components=main", "--include=" + ",".join(PACKAGES)]
              + ["--dpkgopt=path-exclude=" + p for p in EXCLUDED]
              + ["--customize-hook=" + c for c in _SETTLE]
              + [RELEASE, made] + _sources())
        os.rename(made, path)
    return path


# What an installer would have done, and what would only slow the tests down.
_SETTLE = [
    'echo pc > "$1/etc/hostname"',
    'echo "/dev/vda / ext4 rw 0 1" > "$1/etc/fstab"',
    'chroot "$1" systemctl mask apt-daily.timer apt-daily-upgrade.timer '
    'e2scrub_all.timer e2scrub_reap.service fstrim.timer dpkg-db-backup.timer '
    'getty@tty1.service systemd-timesyncd.service',
]


def _sources():
    """apt source lines for the release, from this machine's own settings."""
    out = _call(["apt-get", "indextargets", "--format",
                 "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages"])
    found = {tuple(line.split()) for line in out.splitlines()}
    lines = sorted("deb %s %s main" % (uri.rstrip("/"), release)
                   for uri, release, part in found
                   if part == "main" and release.split("-")[0] == RELEASE)
    if not lines:
        raise RuntimeError("this machine's apt knows no %s mirror" % RELEASE)
    return lines


def _base_key():
    return _hash(LAYOUT, RELEASE, *PACKAGES, *EXCLUDED, *_SETTLE, DISK_SIZE,
                 *_sources())


def _resolve(tree, name):
    """/boot/NAME or /NAME inside the tree, its link followed inside it too."""
    for link in os.path.join(tree, name), os.path.join(tree, "boot", name):
        if os.path.islink(link):
            target = os.readlink(link).lstrip("/")
            for start in tree, os.path.dirname(link):
                if os.path.exists(os.path.join(start, target)):
                    return os.path.join(start, target)
        elif os.path.exists(link):
            return link
    raise RuntimeError("no %s in the tree" % name)


@contextlib.contextmanager
def _new_folder(final):
    """A folder that gets its name only when whole; a leftover is harmless."""
    os.makedirs(CACHE, exist_ok=True)
    _forget_leftovers()
    new = tempfile.mkdtemp(prefix="unfinished-", dir=CACHE)
    try:
        yield new
        if final:
            os.rename(new, final)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _forget_leftovers():
    """Interrupted builds, and images that nobody has used for three days."""
    for entry in os.scandir(CACHE):
        age = time.time() - entry.stat().st_mtime
        if entry.name.startswith("unfinished-") and age > 3600 or \
                entry.name.startswith("image-") and age > 3 * 86400:
            shutil.rmtree(entry.path, ignore_errors=True)


def _hash(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _file_hash(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def _call(command, **options):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    if done.returncode:
        raise RuntimeError("%s failed (%d):\n%s" % (
            " ".join(command[:3]), done.returncode,
            (done.stdout + done.stderr)[-4000:]))
    return done.stdout


if __name__ == "__main__":
    import sys
    started = time.time()
    print(*image(sys.argv[1:]), sep="\n")
    print("%.0f s" % (time.time() - started))
