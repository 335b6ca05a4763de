"""Whoever takes sekisho-fetch over has its rights, and those are none. With --long: what he tries, and
what comes of it."""
import json
import re

from boots import COUNTER
from counter import counter_of
from scenario_exemption import plug_refused

FOLDER = "/etc/systemd/system/sekisho-fetch.service.d"
# Python is here what the program is; all else of the unit stays.
DROP_IN = """[Service]
Type=oneshot
Restart=no
ExecCondition=
ExecStart=
ExecStart=%s -I %s %s
ExecPaths=%s
RestartForceExitStatus=
"""
OWN = "/run/sekisho-fetch/"
PROGRAM = "/usr/local/lib/taken_over.py"
# Files of others that he tries one by one; those of programs are everybody's to read.
FILES = ("find /var/lib/sekisho /var/log/sekisho /run/sekisho /run/sekisho-otp /etc/sekisho /home "
         "/root /etc/shadow /etc/ssh /var/lib/systemd/credential.secret /usr/libexec/sekisho "
         "/usr/sbin/sekishod /lib/systemd/system/sekisho-fetch.service "
         "/sys/bus/usb/devices/usb1/authorized_default /sys/module/usbcore/parameters "
         "-type f 2>/dev/null; true")
FOLDERS = ("/ /boot /dev /dev/shm /etc /etc/sekisho /etc/systemd/system /home /home/sato /opt /root "
           "/run /run/sekisho /run/systemd/system /srv /usr /usr/libexec/sekisho "
           "/var /var/cache /var/lib /var/lib/sekisho /var/lib/sekisho/up /var/log /var/log/sekisho"
           ).split()
SOCKETS = "find /run -type s; true"
# What everybody here may read: it is no secret; what ends in login-* says how logins are judged, to
# programs of whoever logs in.
MAY_READ = re.compile(r"/etc/sekisho/(site|root)\.ini|/etc/ssh/(?!.*_key$).*"
                      r"|/run/sekisho/(pace|terminal|floor|running)"
                      r"|/var/lib/sekisho/(terminal-key\.ini|up/[\w.-]+|login-(floor|run|rules)"
                      r"|initramfs-made)"
                      r"|/usr/.*|/lib/systemd/.*|/sys/.*")
# What says that he has begun, and takes what he writes on standard error; names of accounts; and
# what asks everybody for a code.
MAY_TALK_TO = re.compile(r"/run/systemd/(notify|journal/(socket|stdout|dev-log)|userdb/.*"
                         r"|io\.system\.ManagedOOM)|/run/sekisho-operator\.socket")
# Those whose refusal is what all of this is about.
MUST_STAND = ("read /etc/shadow", "read /var/lib/sekisho/policy.ini", "read /var/lib/sekisho/serials",
              "read /var/lib/sekisho/terminal/sign.key", "read /var/log/sekisho/records-1.jsonl",
              "read /home/sato/.bash_profile", "read /root/.profile", "change /etc/sekisho/site.ini",
              "change /usr/libexec/sekisho/sekisho-fetch", "change /run/sekisho/pace",
              "add to /var/lib/sekisho/up", "talk to /run/dbus/system_bus_socket", "end sekishod",
              "trace sekishod", "read the memory of sekishod", "run a shell", "run what it wrote")
REFUSALS = "EACCES", "EPERM", "EROFS"
# Other programs are not even to be seen, nor is there such a network.
UNSEEN = {"list the files of sekishod": "ENOENT", "read the arguments of sekishod": "ENOENT",
          "listen to the network": "EAFNOSUPPORT"}


def may(row):
    verb, path = re.match("(read|change|add to|talk to)? ?(.*)", row).groups()
    if verb == "read":
        return MAY_READ.fullmatch(path)
    return verb == "talk to" and MAY_TALK_TO.fullmatch(path)


def is_gone(pc, row, said):
    """A file that sekishod has for a while only."""
    return said == "ENOENT" and pc.run("test -e '%s'" % row.split(" ", 1)[1])[0] != 0


def take_over(test, pc):
    """What became of each thing that he would like."""
    python = pc.check("readlink -f /usr/bin/python3").strip()
    agent = pc.check("systemctl show -P MainPID sekishod").strip()
    files = pc.check(FILES).split()
    pc.write_file(OWN + "wishes", json.dumps({
        "read": files, "change": files, "add to": FOLDERS,
        "talk to": pc.check(SOCKETS).split()}).encode())
    pc.check("chmod 0644 %swishes && mkdir -p %s && install -m 0644 /opt/t/guest_taken_over.py %s"
             % (OWN, FOLDER, PROGRAM))
    pc.write_file(FOLDER + "/taken-over.conf", (DROP_IN % (python, PROGRAM, agent, python)).encode())
    made = [FOLDER, PROGRAM, *(OWN + name for name in ("spool", "answers", "wishes", "program"))]
    test.defer(lambda: pc.check("rm -rf %s && systemd-tmpfiles --create && systemctl daemon-reload "
                                "&& systemctl restart sekisho-fetch" % " ".join(made)))
    pc.check("systemctl daemon-reload && systemctl restart sekisho-fetch")
    return json.loads(pc.check("cat %sanswers" % OWN))


@COUNTER.scenario()
def a_fetcher_that_was_taken_over_changes_no_verdict_and_reads_nothing(test):
    counter, pc = counter_of(test), test.pc
    agent = pc.check("systemctl show -P MainPID sekishod").strip()
    kept = "cd /var/lib/sekisho && sha256sum policy.ini serials root/* site.ini 2>/dev/null; true"
    before = pc.check(kept)
    after = test.last_record()
    found = take_over(test, pc)
    if test.long:
        for row, said in sorted(found.items()):
            print("#   %-12s %s" % (said, row), flush=True)
    missing = [row for row in MUST_STAND if found.get(row) not in REFUSALS]
    assert not missing, [(row, found.get(row)) for row in missing]
    wrong = {row: said for row, said in found.items()
             if said not in REFUSALS and said != UNSEEN.get(row)
             and not (said == "done" and may(row)) and not is_gone(pc, row, said)}
    assert not wrong, wrong
    # sekishod looked at all of it: the policy comes first, exemptions last.
    test.wait_record(after, "policy-refused")
    test.wait_record(after, "exemption-refused")
    assert pc.check(kept) == before
    assert pc.check("systemctl show -P MainPID sekishod").strip() == agent
    plug_refused(counter)
