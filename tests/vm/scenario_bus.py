"""Who may what over the bus, with the real dbus-daemon, logind and polkit: the table of
agent/bus.h, every member by every kind of caller."""
import re
import shlex

from boots import DESK
from refusal import assert_refused
from scenario import event

SEATED, AWAY = "suzuki", "tanaka"
AS_NOBODY = "setpriv --reuid=nobody --regid=nogroup --clear-groups "
# A login as pam_systemd sees it; a console of this PC is on its seat.
LOGIN = "systemd-run --quiet --wait --pipe --collect -p PAMName=login -p User=%s "
CONSOLE = "-p TTYPath=/dev/%s "

CALLERS = {
    "root": "",
    "the seated user": LOGIN % SEATED + CONSOLE % "tty1",
    "the same user on a console in the background": LOGIN % SEATED + CONSOLE % "tty2",
    "another user": LOGIN % AWAY,
    "nobody": AS_NOBODY,
}

AGENT = "org.sekisho.Agent1"
YES, REFUSED = "yes", AGENT + ".Error.NotPermitted"
DENIED = "org.freedesktop.DBus.Error.AccessDenied"
PROPERTIES = "org.freedesktop.DBus.Properties"
READ = PROPERTIES + " GetAll s " + AGENT
EXPLAIN = AGENT + " ExplainDevice s "       # and a name
LIST = AGENT + " ListDevices"
RECORDS = AGENT + " OpenRecords t 0"
POLICY = AGENT + " GetPolicy"
UPDATE = AGENT + " UpdateFrom 'sa(say)a(ss)' x 1 policy.ini 0 0"

# member: for root, the seated user, the same in the background, another user, nobody
TABLE = {
    READ: (YES, YES, YES, YES, YES),
    PROPERTIES + " Get ss %s PolicySerial" % AGENT: (YES, YES, YES, YES, YES),
    "org.freedesktop.DBus.Introspectable Introspect": (YES, YES, YES, YES, YES),
    LIST: (YES, YES, REFUSED, REFUSED, REFUSED),
    EXPLAIN: (YES, YES, REFUSED, REFUSED, REFUSED),
    RECORDS: (YES, YES, REFUSED, REFUSED, REFUSED),
    POLICY: (YES, YES, REFUSED, REFUSED, REFUSED),
    UPDATE: (YES, DENIED, DENIED, DENIED, DENIED),
}


def make_users(test):
    pc = test.pc
    pc.check("for user in %s %s; do id $user >/dev/null 2>&1 || useradd -m $user; done"
             % (SEATED, AWAY))
    assert pc.check("cat /sys/class/tty/tty0/active").strip() == "tty1"


def plug_refused_stick(test):
    """Its name on the bus."""
    before, watch = test.last_record(), test.watch()
    test.pc.plug_stick()
    assert_refused(watch)
    return test.wait_record(before, "device-blocked")["peripheral_device"]["name"]


# Prints, for each line of calls, the error's name, or "yes".
ASK = """
while read -r call; do
    answer=$(eval "SYSTEMD_LOG_LEVEL=debug busctl --system --timeout=60 \\
        --allow-interactive-authorization=no \\
        call org.sekisho.Agent1 /org/sekisho/Agent1 $call" 2>&1 </dev/null) && echo yes ||
        echo "$answer" | sed -n 's/.*error-name=\\(org[^ ]*\\).*/\\1/p' | tail -1
done </run/ask.calls
"""


def ask(pc, caller, *calls):
    """What becomes of each call: "yes", or the name of the error."""
    pc.write_file("/run/ask.calls", "".join(call + "\n" for call in calls))
    pc.write_file("/run/ask", ASK)
    answers = pc.check(CALLERS[caller] + "sh /run/ask", timeout=240).split()
    assert len(answers) == len(calls), answers
    return answers


@DESK.scenario(only_long=True)
def every_caller_may_what_the_table_says(test):
    make_users(test)
    name = plug_refused_stick(test)
    before = test.last_record()
    faults = []
    for number, caller in enumerate(CALLERS):
        answers = ask(test.pc, caller, *[call + (name if call == EXPLAIN else "")
                                         for call in TABLE])
        faults += ["%s, %s: %s instead of %s" % (call, caller, answer, TABLE[call][number])
                   for call, answer in zip(TABLE, answers) if answer != TABLE[call][number]]
    assert not faults, "\n".join(faults)
    refused = [r for r in test.records(before) if event(r) == "policy-refused"]
    assert len(refused) == 1, "%d documents reached sekishod" % len(refused)


@DESK.scenario()
def the_seated_user_reads_why_a_stick_was_refused(test):
    make_users(test)
    pc = test.pc
    name = plug_refused_stick(test)
    status, output = pc.run(CALLERS["the seated user"] + "sekisho explain " + name)
    assert status == 1 and "The device is refused: the policy blocks usb-storage" in output, \
        "%d: %s" % (status, output)
    status, output = pc.run(CALLERS["another user"] + "sekisho devices")
    assert status == 2 and "administrator's password" in output, "%d: %s" % (status, output)
    status, output = pc.run(CALLERS["nobody"] + "sekisho status")
    assert status == 0 and "1 refused" in output, "%d: %s" % (status, output)


@DESK.scenario(only_long=True)
def the_seated_user_reads_the_records_and_sees_that_they_are_whole(test):
    make_users(test)
    pc = test.pc
    before = test.last_record()
    name = plug_refused_stick(test)
    number = test.wait_record(before, "device-blocked")["metadata"]["sequence"]
    here = CALLERS["the seated user"]
    rows = [row for row in pc.check(here + "sekisho records show").splitlines()
            if row.split()[2] == str(number)]
    assert len(rows) == 1 and " refused " in rows[0] and " %s " % name in rows[0] and \
        "the policy blocks usb-storage" in rows[0], rows
    pc.check(here + "sekisho records show --json --last 1000000 >/run/shown")
    pc.check("cmp -n $(stat -c %s /run/shown) /run/shown /var/log/sekisho/records-1.jsonl")
    output = pc.check(here + "sekisho records verify")
    assert "whole, and end as the agent says" in output, output
    for caller in "another user", "nobody":
        status, output = pc.run(CALLERS[caller] + "sekisho records verify")
        assert status == 2 and "\"" not in output, "%d: %s" % (status, output)
    # Copies need no agent. A byte of them is changed.
    copy = "/run/copied/records-1.jsonl"
    test.defer(pc.check, "rm -rf /run/copied /run/shown")
    pc.check("install -D -m 644 /var/log/sekisho/records-1.jsonl " + copy)
    pc.check(CALLERS["nobody"] + "sekisho records verify " + copy)
    line = int(pc.check("grep -n '^{.metadata.:{.sequence.:%d,' %s | cut -d: -f1" % (number, copy)))
    pc.check("sed -i '%ds/\"verdict\":\"block\"/\"verdict\":\"allow\"/' %s" % (line, copy))
    status, output = pc.run("echo >>%s; sekisho records verify %s" % (copy, copy))
    assert status == 1 and ("%s:%d: the line before" % (copy, line + 1) in output
                            or "%s:%d: this line" % (copy, line + 1) in output), \
        "%d: %s" % (status, output)


@DESK.scenario(only_long=True)
def the_seated_user_reads_the_policy_and_a_draft_for_what_is_refused(test):
    make_users(test)
    pc = test.pc
    before = test.last_record()
    plug_refused_stick(test)
    record = test.wait_record(before, "device-blocked")
    here = CALLERS["the seated user"]
    output = pc.check(here + "sekisho policy show")
    serial = re.search(r"Policy +serial (\d+)", pc.check("sekisho status")).group(1)
    assert "serial %s of epoch" % serial in output, output
    line = re.search(r"\[media\] usb-storage +block +line (\d+) +enforces it", output).group(1)
    # The file of the agent has it on that line.
    pc.check("sed -n %sp /var/lib/sekisho/policy.ini | grep -x 'usb-storage = block'" % line)
    output = pc.check(here + "sekisho policy show --why usb-storage")
    assert "[media] usb-storage is block: line %s of the policy says so." % line in output, output
    output = pc.check(here + "sekisho propose-policy")
    assert "usb-storage = " not in output and \
        "\n#   ?,%s," % record["peripheral_device"]["serial_number"] in output, output
    status, output = pc.run(CALLERS["another user"] + "sekisho policy show")
    assert status == 2 and "usb-storage" not in output, "%d: %s" % (status, output)
    # Somebody changed the file: what is in it is not what is in force.
    pc.check("cp -p /var/lib/sekisho/policy.ini /run/kept.ini && "
             "sed -i 's/usb-storage = block/usb-storage = allow/' /var/lib/sekisho/policy.ini")
    test.defer(pc.check, "cp -p /run/kept.ini /var/lib/sekisho/policy.ini")
    status, output = pc.run("sekisho policy show --why usb-storage")
    assert "usb-storage is allow" not in output, "%d: %s" % (status, output)


@DESK.scenario()
def everybody_hears_of_a_stick_and_nobody_hears_its_serial_number(test):
    pc = test.pc
    pc.check("cd / && systemd-run -q --unit=listener --collect -p User=nobody "
             "-p StandardOutput=file:/run/heard dbus-monitor --system "
             "\"type='signal',sender='org.sekisho.Agent1'\"")
    test.defer(pc.run, "systemctl stop listener; rm -f /run/heard")
    pc.wait_for("grep -q NameAcquired /run/heard", what="a listener on the bus")
    before = test.last_record()
    watch = test.watch()
    stick = pc.plug_stick()
    assert_refused(watch)
    record = test.wait_record(before, "device-blocked")
    pc.unplug(stick)
    test.wait_record(before, "device-removed")
    pc.wait_for("grep -q member=DeviceRemoved /run/heard", what="the removal on the bus")
    heard = pc.check("cat /run/heard")
    assert heard.count("member=DeviceRefused") == 1, heard
    assert "uint64 %d\n" % record["metadata"]["sequence"] in heard, heard
    assert "string \"class-rule\"" in heard, heard
    serial = record["peripheral_device"].get("serial_number")
    assert serial and serial not in heard, heard
    assert "member=PropertiesChanged" in heard and "DevicesRefused" in heard, heard


@DESK.scenario(only_long=True)
def without_polkit_only_root_looks(test):
    make_users(test)
    pc = test.pc
    pc.check("systemctl mask --runtime --now polkit.service")
    test.defer(pc.check, "systemctl unmask --runtime polkit.service")
    assert ask(pc, "root", LIST) == [YES]
    assert ask(pc, "the seated user", LIST, READ) == [REFUSED, YES]
    status, output = pc.run(CALLERS["the seated user"] + "sekisho devices", timeout=120)
    assert status == 2 and "polkit" in output, "%d: %s" % (status, output)


RULE = """polkit.addRule(function(action, subject) {
    if (action.id == "org.sekisho.agent1.update" && subject.user == "%s")
        return polkit.Result.YES;
});
""" % SEATED


def pkexec(pc, caller, *words):
    """pkexec serves no child of process 1, so a shell stands between."""
    line = "pkexec sekisho %s; exit $?" % " ".join(words)
    return pc.run(CALLERS[caller] + "sh -c " + shlex.quote(line), timeout=120)


@DESK.scenario(only_long=True)
def pkexec_hands_documents_in_where_polkit_says_so(test):
    """A rule stands for the administrator who would type a password."""
    make_users(test)
    pc, site = test.pc, test.site()
    folder = "/run/handed-in"
    pc.write_file(folder + "/policy.ini", site.policy({}))
    test.defer(pc.check, "rm -rf " + folder)
    offer = "the seated user", "update-from", folder
    before = test.last_record()
    status, output = pkexec(pc, *offer)
    assert status == 127 and test.last_record() == before, "%d: %s" % (status, output)
    rule = "/etc/polkit-1/rules.d/00-test.rules"
    pc.write_file(rule, RULE)
    pc.check("chmod 644 " + rule)
    test.defer(pc.check, "rm -f " + rule)
    pc.wait_for(lambda: pkexec(pc, *offer)[0] == 0, 60, "the documents handed in")
    status, output = pkexec(pc, "the seated user", "devices")
    assert status == 127, "the action is for update-from only: %d: %s" % (status, output)
    status, output = pkexec(pc, "another user", "update-from", folder)
    assert status == 127, "and for whom the rule names: %d: %s" % (status, output)
