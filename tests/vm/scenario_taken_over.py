"""Whoever takes sekisho-fetch over has its rights, and those are none."""
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
ExecStart=%s -I /opt/t/guest_taken_over.py %s
ExecPaths=%s
RestartForceExitStatus=
"""
OWN = "/run/sekisho-fetch/"
# Files of others that he tries one by one; those of programs are everybody's to read.
FILES = ("find /var/lib/sekisho /var/log/sekisho /run/sekisho /run/sekisho-otp /etc/sekisho /home "
         "/root /etc/shadow /etc/ssh /var/lib/systemd/credential.secret /usr/libexec/sekisho "
         "/usr/sbin/sekishod /lib/systemd/system/sekisho-fetch.service "
         "/sys/bus/usb/devices/usb1/authorized_default /sys/module/usbcore/parameters "
         "-type f 2>/dev/null; true")
FOLDERS = ("/ /boot /dev /dev/shm /etc /etc/sekisho /etc/systemd/system /home /home/sato /opt /root "
           "/run /run/sekisho /run/systemd/system /run/udev/rules.d /srv /usr /usr/libexec/sekisho "
           "/var /var/cache /var/lib /var/lib/sekisho /var/lib/sekisho/up /var/log /var/log/sekisho"
           ).split()
SOCKETS = "find /run -type s; true"
# What everybody may read: it is no secret, and documents are public.
MAY_READ = re.compile(r"/etc/sekisho/(site|root)\.ini|/etc/ssh/(?!.*_key$).*"
                      r"|/run/sekisho/(pace|terminal|floor|boot-ports)"
                      r"|/var/lib/sekisho/(terminal-key\.ini|up/[\w.-]+)"
                      r"|/usr/.*|/lib/systemd/.*|/sys/.*")
# What says that he has begun, and takes what he writes on standard error; and names of accounts.
MAY_TALK_TO = re.compile(r"/run/systemd/(notify|journal/(socket|stdout|dev-log|io\.systemd\.journal)"
                         r"|userdb/.*)")
# Those whose refusal is what all of this is about.
MUST_STAND = ("read /etc/shadow", "read /var/lib/sekisho/policy.ini", "read /var/lib/sekisho/serials",
              "read /var/lib/sekisho/terminal/sign.key", "read /var/log/sekisho/records-1.jsonl",
              "read /home/sato/.bash_profile", "read /root/.profile", "change /etc/sekisho/site.ini",
              "change /usr/libexec/sekisho/sekisho-fetch", "change /run/sekisho/pace",
              "add to /var/lib/sekisho/up", "talk to /run/dbus/system_bus_socket", "end sekishod",
              "trace sekishod", "read the memory of sekishod", "run a shell", "run what it wrote")
REFUSALS = "EACCES", "EPERM", "EROFS"


def may(row):
    verb, path = re.match("(read|change|add to|talk to)? ?(.*)", row).groups()
    if verb == "read":
        return MAY_READ.fullmatch(path)
    return verb == "talk to" and MAY_TALK_TO.fullmatch(path)


def take_over(test, pc):
    """What became of each thing that he would like."""
    python = pc.check("readlink -f /usr/bin/python3").strip()
    agent = pc.check("systemctl show -P MainPID sekishod").strip()
    files = pc.check(FILES).split()
    pc.write_file(OWN + "wishes", json.dumps({
        "read": files, "change": files, "add to": FOLDERS,
        "talk to": pc.check(SOCKETS).split()}).encode())
    pc.check("chmod 0644 %swishes && mkdir -p %s" % (OWN, FOLDER))
    pc.write_file(FOLDER + "/taken-over.conf", (DROP_IN % (python, agent, python)).encode())
    test.defer(lambda: pc.check("rm -rf %s %s{spool,answers,wishes,program} && "
                                "systemd-tmpfiles --create && systemctl daemon-reload && "
                                "systemctl restart sekisho-fetch" % (FOLDER, OWN)))
    pc.check("systemctl daemon-reload && systemctl restart sekisho-fetch")
    return json.loads(pc.check("cat %sanswers" % OWN))


@COUNTER.scenario(only_long=True)
def a_fetcher_that_was_taken_over_changes_no_verdict_and_reads_nothing(test):
    counter, pc = counter_of(test), test.pc
    counter.sits_down("sato")
    test.defer(counter.stands_up)
    agent = pc.check("systemctl show -P MainPID sekishod").strip()
    kept = "cd /var/lib/sekisho && sha256sum policy.ini serials root/* site.ini 2>/dev/null; true"
    before = pc.check(kept)
    after = test.last_record()
    found = take_over(test, pc)
    for row, said in sorted(found.items()):
        print("#   %-10s %s" % (said, row), flush=True)
    missing = [row for row in MUST_STAND if found.get(row) not in REFUSALS]
    assert not missing, [(row, found.get(row)) for row in missing]
    wrong = {row: said for row, said in found.items()
             if said not in REFUSALS and not (said == "done" and may(row))}
    assert not wrong, wrong
    # sekishod looked at all of it: the policy comes first, exemptions last.
    test.wait_record(after, "policy-refused")
    test.wait_record(after, "exemption-refused")
    assert pc.check(kept) == before
    assert pc.check("systemctl show -P MainPID sekishod").strip() == agent
    plug_refused(counter)
