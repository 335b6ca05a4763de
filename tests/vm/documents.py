"""Makes documents: the site's keys, its root, its policies, signed on this
machine with ssh-keygen and by nothing of ours.  Bad ones are in
bad_documents.py."""
import os
import subprocess
import time

SITE, TIER = "tosu", "my-number"
PERSONS = ("suzuki", "tanaka")      # both must sign a policy
STRANGER = "stranger"               # a good key that the root does not know
HARDWARE = "suzuki-hardware"        # Suzuki's second key, made of software here
PROVIDER = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        "../data/sk_provider.c")
DAY = 86400


def moment(seconds_from_now):
    """A time as documents write it, in Japan."""
    there = time.gmtime(time.time() + seconds_from_now + 9 * 3600)
    return time.strftime("%Y-%m-%dT%H:%M:%S+09:00", there)


def header(kind, serial, tier=TIER, **changes):
    fields = {"kind": kind, "format": "1", "site": SITE, "tier": tier,
              "epoch": "1", "serial": str(serial), "issued": moment(-3600),
              "not_before": moment(-1800), "not_after": moment(300 * DAY)}
    fields.update(changes)
    return {name.replace("_", "-"): value for name, value in fields.items()}


def policy(serial, changes=None):
    """The text of the sample policy, changed: {"media.keyboard": "block",
    "policy.not-after": "…", "device x.id": "…"}; None takes a key away."""
    sections = {
        "policy": {**header("policy", serial), "mode": "enforce"},
        "media": {"usb-storage": "block", "keyboard": "allow",
                  "pointer": "allow", "hub": "allow", "card-reader": "allow",
                  "printer": "allow", "unknown": "block"},
        "device pasori-rc-s380": {"id": "054c:06c3", "interfaces": "ff",
                                  "access": "allow"},
    }
    for name, value in (changes or {}).items():
        section, key = name.split(".", 1)
        sections.setdefault(section, {})[key] = value
    return ini(sections)


def ini(sections):
    blocks = []
    for name, values in sections.items():
        lines = ["%s = %s" % item for item in values.items() if item[1] is not None]
        blocks.append("\n".join(["[%s]" % name] + lines) + "\n")
    return "\n".join(blocks).encode()


class Keys:
    """Key files of the persons, made once and kept in a folder."""

    def __init__(self, folder):
        self._folder = folder
        os.makedirs(folder, mode=0o700, exist_ok=True)
        for who in PERSONS + (STRANGER,):
            if not os.path.exists(self.path(who)):
                _keygen("-q", "-t", "ed25519", "-N", "", "-C", who,
                        "-f", self.path(who))
        self._provider = os.path.join(folder, "sk_provider.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", self._provider, PROVIDER,
                        "-lcrypto"], check=True)
        if not os.path.exists(self.path(HARDWARE)):
            _keygen("-q", "-t", "ed25519-sk", "-N", "", "-C", HARDWARE,
                    "-w", self._provider, "-f", self.path(HARDWARE))

    def path(self, who):
        return os.path.join(self._folder, who)

    def fingerprint(self, who):
        return _keygen("-l", "-f", self.path(who) + ".pub").split()[1].decode()

    def signature(self, text, who, namespace="policy@sekisho", touched=True):
        """touched: whether a hardware key says that a person was there."""
        environment = {"SSH_SK_PROVIDER": self._provider}
        if not touched:
            environment["SEKISHO_TEST_SK_UNTOUCHED"] = "1"
        return _keygen("-Y", "sign", "-q", "-n", namespace, "-f", self.path(who),
                       stdin=text, environment=environment)

    def sign(self, text, who=PERSONS, namespace="policy@sekisho", touched=True):
        """The whole document: the text and a signature of each person."""
        return text + b"".join(self.signature(text, one, namespace, touched)
                               for one in who)

    def root(self):
        """The first root: both persons hold the roles root and policy."""
        sections = {"root": header("root", 1, tier="all")}
        for who in PERSONS:
            sections["person " + who] = {"name": who.title(),
                                         "key-1": self.fingerprint(who)}
        sections["person suzuki"]["key-2"] = self.fingerprint(HARDWARE)
        for role in "root", "policy":
            sections["role " + role] = {"persons": " ".join(PERSONS),
                                        "threshold": "2"}
        return self.sign(ini(sections), namespace="root@sekisho")


def site_file():
    return ini({"site": {"site": SITE, "tier": TIER}})


def _keygen(*arguments, stdin=b"", environment=None):
    done = subprocess.run(("ssh-keygen",) + arguments, input=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, **(environment or {})}, timeout=20)
    if done.returncode:
        raise RuntimeError("ssh-keygen %s: %s" % (
            " ".join(arguments[:3]), done.stderr.decode(errors="replace")))
    return done.stdout
