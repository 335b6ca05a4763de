#!/usr/bin/python3
"""Disk images of a small Debian 12 PC, with or without our packages.

A base tree is made once with mmdebstrap from the mirror that this machine's
own apt uses.  image() installs packages into a copy of it, off line, and takes
out the kernel and the initrd that this installation left behind.  Both are
cached under a hash of everything that goes in.

An encrypted image is what Debian's installer makes of a PC whose disk asks for
a passphrase, but for the cheap key derivation.  It is encrypted where it lies,
by cryptsetup alone: the kernel of this machine need not have dm-crypt.
"""
import contextlib
import errno
import fcntl
import glob
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
    libcsv3 libcurl4 libinih1 libjson-c5 libpskc0 libqrencode4 libssl3 libsystemd0 libudev1
    openssh-client procps iproute2 kbd util-linux python3-minimal libpython3-stdlib
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
IMAGES_KEPT = 24
# A base tree has these at hand; only an encrypted image installs them, because
# they make every initrd larger.
FOR_ENCRYPTION = ["cryptsetup-initramfs"]
AT_HAND = "opt/packages"
ENCRYPTED_SIZE = "768M"     # no hole in it: all of it takes room on the disk
ENCRYPTED_ROOT = "/dev/mapper/root_crypt"
PASSPHRASE = "Tosu-2026"
LAYOUT = "2"        # raise it when this file builds the same input differently

Image = namedtuple("Image", "disk kernel initrd listing")   # listing: of the initrd


def image(debs=(), more=(), encrypted=False):
    """The image of a PC that has these packages installed; none: a plain one.
    more: names of Debian's packages that it has besides, on a base of its own.
    encrypted: its root is ENCRYPTED_ROOT, behind PASSPHRASE."""
    debs, more = sorted(debs), sorted(more)
    kind = ["encrypted", PASSPHRASE, ENCRYPTED_SIZE] if encrypted else []
    key = _hash(_base_key(more), *kind, *[_file_hash(d) for d in debs])
    folder = os.path.join(CACHE, "image-" + key)
    if not os.path.isdir(folder):
        with _one_builder():
            if not os.path.isdir(folder):
                with _new_folder(folder) as new:
                    _build_image(debs, more, encrypted, new)
    os.utime(folder)
    return Image(*(os.path.join(folder, n) for n in ("disk", "kernel", "initrd", "listing")))


def _build_image(debs, more, encrypted, folder):
    tree = os.path.join(folder, "tree")
    os.mkdir(tree)
    _call(["tar", "-xf", _base(more), "-C", tree, "--numeric-owner", "--xattrs"])
    if encrypted:
        _ask_for_passphrase(tree)
    if debs:
        _install(debs, tree)
    elif encrypted:
        _call(["chroot", tree, "update-initramfs", "-u"])
    for name, file in ("kernel", "vmlinuz"), ("initrd", "initrd.img"):
        shutil.copyfile(_resolve(tree, file), os.path.join(folder, name))
    with open(os.path.join(folder, "listing"), "w") as listing:
        listing.write(_call(["chroot", tree, "lsinitramfs",
                             "/" + os.path.relpath(_resolve(tree, "initrd.img"), tree)]))
    disk = os.path.join(folder, "disk")
    _call(["mke2fs", "-q", "-t", "ext4", "-m", "0", "-d", tree, disk,
           ENCRYPTED_SIZE if encrypted else DISK_SIZE])
    if encrypted:
        _encrypt(disk)
    shutil.rmtree(tree)


def _ask_for_passphrase(tree):
    """As the installer sets it up, but for the initrd, which is made later: once."""
    settings = "etc/initramfs-tools/update-initramfs.conf"
    with open(os.path.join(tree, settings)) as file:
        usual = file.read()
    _write(tree, settings, "update_initramfs=no\n")
    _install(glob.glob(os.path.join(tree, AT_HAND, "*.deb")), tree)
    _write(tree, settings, usual)
    _write(tree, "etc/crypttab", "root_crypt /dev/vda none luks,initramfs\n")
    _write(tree, "etc/fstab", ENCRYPTED_ROOT + " / ext4 rw 0 1\n")


def _encrypt(disk):
    """The file system moves up by the size of the header (twice, says cryptsetup)."""
    header = 32 << 20
    os.truncate(disk, os.path.getsize(disk) + header)
    _call(["cryptsetup", "reencrypt", "--encrypt", "--batch-mode", "--type=luks2",
           "--reduce-device-size=%d" % header, "--key-file=-",
           "--pbkdf=pbkdf2", "--pbkdf-force-iterations=1000", disk],
          input=PASSPHRASE)


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


def _base(more):
    """The path of a tar file with the tree that images start from."""
    path = os.path.join(CACHE, "base-%s.tar" % _base_key(more))
    if os.path.exists(path):
        return path
    with _new_folder(None) as new:
        made = os.path.join(new, "base.tar")
        _call(["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase",
               "--components=main", "--include=" + ",".join([*PACKAGES, *more])]
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
    'mkdir -p "$1/%s/partial" && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get install '
    '--yes --download-only -o Dir::Cache::archives="$1/%s/" %s' % (
        AT_HAND, AT_HAND, " ".join(FOR_ENCRYPTION)),
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


def _base_key(more):
    return _hash(LAYOUT, RELEASE, *PACKAGES, *more, *EXCLUDED, *_SETTLE, DISK_SIZE,
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
def _one_builder():
    """Lanes side by side want the same; making it twice takes twice as long."""
    os.makedirs(CACHE, exist_ok=True)
    with open(os.path.join(CACHE, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _new_folder(final):
    """A folder that gets its name only when whole; a leftover is harmless."""
    os.makedirs(CACHE, exist_ok=True)
    _forget_leftovers()
    new = tempfile.mkdtemp(prefix="unfinished-", dir=CACHE)
    try:
        yield new
        if final:
            _give_name(new, final)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _give_name(new, final):
    """Another run may have made the same meanwhile, which is as good."""
    try:
        os.rename(new, final)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise


def _forget_leftovers():
    """Interrupted builds, images that nobody has used for three days, and more than a few runs need:
    each change of a package makes others, of a gigabyte each."""
    kept = 0
    for entry in sorted(os.scandir(CACHE), key=lambda e: e.stat().st_mtime, reverse=True):
        age = time.time() - entry.stat().st_mtime
        kept += entry.name.startswith("image-")
        if entry.name.startswith("unfinished-") and age > 3600 or \
                entry.name.startswith("image-") and (
                    age > 3 * 86400 or kept > IMAGES_KEPT and age > 3600):
            shutil.rmtree(entry.path, ignore_errors=True)


def _hash(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _file_hash(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def _write(tree, path, text):
    with open(os.path.join(tree, path), "w") as file:
        file.write(text)


def _call(command, **options):
    done = subprocess.run(command, input=options.pop("input", ""), text=True,
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
