#!/usr/bin/python3
"""The files of packaging/ fit each other and the tools that read them: needs no
root.  Run from the top folder; TAP.  What they do on a PC, tests/vm shows."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, "tests/vm")
sys.dont_write_bytecode = True
import guest_sandbox

RULES = "packaging/udev/60-sekisho.rules"
GATE_RULES = "packaging/udev/72-sekisho-gate.rules"
ALL_RULES = sorted(glob.glob("packaging/udev/*.rules"))
UNIT = "packaging/sekishod.service"
UNSEAL_UNIT = "packaging/login/sekisho-unseal.service"
MEDIUM_UNIT = "packaging/medium/sekisho-medium@.service"
FETCH_UNIT = "packaging/fetch/sekisho-fetch.service"
# What a term of a rule looks like: KEY{attribute}OPERATOR"value".
TERM = re.compile(r'^[A-Z]+(\{[^}]+\})?(==|!=|\+=|-=|:=|=)"[^"]*"$')


def read(path):
    with open(path) as file:
        return file.read()


def rules(path=RULES):
    """The rules, each as its list of terms."""
    text = read(path).replace("\\\n", "")
    lines = [line for line in text.splitlines() if line.strip() and line[0] != "#"]
    return [[term.strip() for term in line.split(", ")] for line in lines]


def every_udev_term_is_well_formed():
    return [term for path in ALL_RULES for rule in rules(path) for term in rule
            if not TERM.match(term)]


def every_udev_jump_goes_forward_to_a_label():
    faults = []
    for path in ALL_RULES:
        labels = []
        for rule in reversed(rules(path)):
            for term in rule:
                if term.startswith("GOTO=") and term[5:] not in labels:
                    faults.append(term)
                if term.startswith("LABEL="):
                    labels.append(term[6:])
    return faults


def nobody_ends_a_socket_by_connecting_to_it():
    """systemd's own limit, 200 in two seconds, leaves it dead until root starts it again."""
    sockets = [path for path in LOGIN_UNITS if path.endswith(".socket")]
    if not sockets:
        return ["no socket is installed"]
    return [path for path in sockets
            if "TriggerLimitIntervalSec=0" not in read(path).splitlines()]


def the_gate_is_where_udev_looks_for_it_and_opens_only_by_its_word():
    """Its rules: after uaccess is given (70) and before it counts (73); after udisks' own (80)."""
    folder = re.search(r"^LIBEXECDIR\s+\?= (\S+)", read("packaging/install.mk"), re.M).group(1)
    text, gate = read(GATE_RULES), read("agent/sekisho-gate.c")
    state = re.search(r"^StateDirectory=(\S+)", read(UNIT), re.M).group(1)
    run = re.search(r"^RuntimeDirectory=(\S+)", read(UNIT), re.M).group(1)
    faults = [] if folder + "/sekisho-gate $devpath" in text else [folder]
    faults += [] if '"/var/lib/%s/"' % state in gate else [state]
    faults += [] if '"/run/%s/running"' % run in gate else [run]
    faults += [path for path in ALL_RULES if not any(
        low < int(os.path.basename(path)[:2]) < high for low, high in ((59, 62), (70, 73), (80, 90)))]
    opens = [rule for rule in rules(GATE_RULES) if 'ENV{SEKISHO_DISK}="writable"' in rule]
    return faults + opens + [path for path in ALL_RULES
                             if os.path.basename(path) not in read("packaging/install.mk")]


def the_udev_rules_open_nothing_before_they_look_for_sekishod():
    """But for a root hub's own interface, without which its controller is dead."""
    for rule in rules():
        if 'KERNEL=="*-0:1.0"' in rule and rule[-1].startswith("GOTO="):
            continue
        if 'TEST=="/run/sekisho/running"' in rule:
            return [] if rule[-1] == 'GOTO="sekisho_end"' else rule
        if any(term.startswith(("ATTR{authorized}", "ATTR{[")) for term in rule):
            return rule
    return ["no such rule"]


LOGIN_UNIT = "packaging/login/sekisho-unseal.service"
LOGIN_UNITS = sorted(glob.glob("packaging/login/*.service") + glob.glob("packaging/login/*.path")
                     + glob.glob("packaging/login/*.mount")
                     + glob.glob("packaging/login/*.socket"))


def systemd_reads_the_units_of_the_login_without_complaint():
    if not shutil.which("systemd-analyze"):
        return None
    faults = []
    with tempfile.TemporaryDirectory() as root:
        for path in "/usr/sbin", "/usr/libexec/sekisho", "/usr/lib/systemd/system":
            os.makedirs(root + path)
        for program in re.findall(r"(?m)^Exec\w+=[-+]*(/\S+)", 
                                  "".join(map(read, LOGIN_UNITS))):
            shutil.copy("/bin/true", root + program)
        for unit in LOGIN_UNITS:
            shutil.copy(unit, root + "/usr/lib/systemd/system")
        for unit in ("sysinit", "basic", "paths", "sockets", "shutdown", "umount", "local-fs",
                     "local-fs-pre"):
            with open("%s/usr/lib/systemd/system/%s.target" % (root, unit), "w") as file:
                file.write("[Unit]\nDescription=%s\nDefaultDependencies=no\n" % unit)
        for unit in LOGIN_UNITS:
            done = subprocess.run(
                ["systemd-analyze", "verify", "--man=no", "--root=" + root,
                 os.path.basename(unit)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True)
            faults += [line for line in done.stdout.splitlines() if "sekisho" in line]
    return faults if len(LOGIN_UNITS) == 5 else ["units: %s" % LOGIN_UNITS]


def secrets_are_opened_before_anybody_can_log_in_and_nobody_waits_for_ever():
    unit = read(LOGIN_UNIT)
    before = set(re.search(r"(?m)^Before=(.*)", unit).group(1).split())
    faults = sorted({"systemd-user-sessions.service", "display-manager.service", "ssh.service"}
                    - before)
    # Whatever becomes of it, logins go on.
    faults += re.findall(r"(?m)^(?:RequiredBy|BindsTo|OnFailure|RemainAfterExit)=.*", unit)
    timeout = re.search(r"(?m)^TimeoutStartSec=(\d+)$", unit)
    return faults + ([] if timeout and int(timeout.group(1)) < 90 else ["no TimeoutStartSec"])


def a_terminal_that_joins_waits_for_the_key_of_the_program_that_the_unit_starts():
    program = re.search(r"(?m)^ExecStart=(\S+)", read(LOGIN_UNIT)).group(1)
    looked_for = re.search(r'(?m)^#define UNSEAL "(.*)"$', read("agent/agent_join.c")).group(1)
    return [] if looked_for == program else ["%s, and not %s" % (looked_for, program)]


def the_folder_of_opened_secrets_is_a_ramfs_that_only_its_owner_lists():
    mount = read("packaging/login/run-sekisho\\x2dotp.mount")
    places = read("policy/login_places.h")
    where = re.search(r"(?m)^Where=(\S+)", mount).group(1)
    faults = [] if '#define SECRETS_FOLDER "%s"' % where in places else [where]
    faults += [] if "Type=ramfs\n" in mount and "mode=0711," in mount else [mount]
    return faults + ([] if "d %s 0711 root root -" % where in
                     read("packaging/login/tmpfiles.conf") else ["tmpfiles"])


def the_account_of_the_helper_has_one_name_and_no_shell():
    named = re.search(r"(?m)^u (\S+) - \"[^\"]*\" - -$", read("packaging/login/sysusers.conf"))
    if not named:
        return ["sysusers.conf"]
    places = {"pam/sekisho-unseal.c": r'#define ACCOUNT +"%s"',
              "packaging/debian/libpam-sekisho.postinst": "--add %s root 4755",
              "packaging/login/tmpfiles.conf": " %s root -"}
    return [path for path, text in places.items()
            if not re.search(text % re.escape(named.group(1)), read(path))]


def the_profiles_are_off_by_default_and_neither_line_can_let_anybody_in():
    faults = []
    for verb, block, control in (("ask", "Primary", "[ignore=ignore default=die]"),
                                 ("judge", "Additional", "[success=ok default=die]")):
        text = read("packaging/login/sekisho-" + verb)
        for line in ("Default: no", "Auth-Type: " + block,
                     "\t%s\tpam_sekisho.so %s" % (control, verb)):
            faults += [] if line + "\n" in text else ["%s: %s" % (verb, line)]
        # pam_unix has 256.
        faults += [] if int(re.search(r"Priority: (\d+)", text).group(1)) > 256 else [verb]
        faults += re.findall(r"(?m)^(?:Account|Session|Password|Auth-Initial).*", text)
    return faults


def the_profile_of_the_session_tells_people_only_and_keeps_nobody_out():
    text = read("packaging/login/sekisho-session")
    lines = ("Default: no", "Session-Interactive-Only: yes", "\toptional\tpam_sekisho.so")
    return ([line for line in lines if line + "\n" not in text] +
            re.findall(r"(?m)^(?:Account|Auth|Password|Session-Initial).*", text))


def systemd_reads_the_unit_without_complaint():
    return systemd_complains("sekishod.service", UNIT)


def systemd_reads_the_units_of_the_fetcher_without_complaint():
    path = FETCH_UNIT.replace(".service", ".path")
    return systemd_complains("sekisho-fetch.service", FETCH_UNIT, path) or systemd_complains(
        "sekisho-fetch.path", FETCH_UNIT, path)


def systemd_complains(name, *units):
    if not shutil.which("systemd-analyze"):
        return None
    with tempfile.TemporaryDirectory() as root:
        for path in "/usr/sbin", "/usr/libexec/sekisho", "/usr/lib/systemd/system":
            os.makedirs(root + path)
        for unit in units:
            for program in re.findall(r"^Exec(?:Start|Condition)=(\S+)", read(unit), re.M):
                shutil.copy("/bin/true", root + program)
            shutil.copy(unit, root + "/usr/lib/systemd/system")
        for unit in "sysinit", "shutdown", "basic", "paths", "multi-user":
            with open("%s/usr/lib/systemd/system/%s.target" % (root, unit), "w") as file:
                file.write("[Unit]\nDescription=%s\nDefaultDependencies=no\n" % unit)
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", "--root=" + root, name],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return [line for line in done.stdout.splitlines() if "sekisho" in line] + (
        ["exit %d: %s" % (done.returncode, done.stdout)] if done.returncode else [])


def the_folders_of_the_fetcher_are_for_it_and_for_sekishod():
    """sekishod, root without its rights, reads as their group."""
    unit, files = read(FETCH_UNIT), read("packaging/fetch/tmpfiles.conf")
    user = re.search(r"(?m)^u (\S+) - ", read("packaging/fetch/sysusers.conf")).group(1)
    wanted = ["User=" + user, "Group=" + user]
    faults = [line for line in wanted if line not in unit.splitlines()]
    for line in ("d /run/sekisho-fetch 2750 %s root -", "d /run/sekisho-fetch/spool 2750 %s root -",
                 "d /var/lib/sekisho/up 2750 root %s -"):
        faults += [] if line % user in files.splitlines() else [line]
    return faults


def every_sandbox_line_has_its_proof_in_the_virtual_pc():
    wrong = []
    for name, path in ("sekishod", UNIT), ("sekisho-unseal", UNSEAL_UNIT), ("sekisho-fetch", FETCH_UNIT), (
            "sekisho-medium@", MEDIUM_UNIT):
        said = set(guest_sandbox.sandbox_of(read(path)))
        known = set(guest_sandbox.LINES[name]) | guest_sandbox.COMPANIONS[name]
        wrong += sorted(said ^ known)
    return wrong


def the_runtime_folder_is_the_one_that_udev_looks_into():
    name = re.search(r"^RuntimeDirectory=(\S+)", read(UNIT), re.M).group(1)
    return [] if 'TEST=="/run/%s/running"' % name in read(RULES) else [name]


def the_initramfs_hook_takes_files_that_exist():
    named = re.findall(r"(?:modprobe\.d|udev/rules\.d)/\S+\.(?:conf|rules)",
                       read("packaging/initramfs/sekisho"))
    installed = read("packaging/install.mk")
    return [path for path in named if os.path.basename(path) not in installed] + (
        [] if len(named) == 2 else ["found: %s" % named])


def the_bus_policy_is_xml_and_lets_only_root_own_the_name():
    tree = xml.etree.ElementTree.parse("packaging/dbus/org.sekisho.Agent1.conf")
    owners = [policy.attrib for policy in tree.getroot()
              if any("own" in rule.attrib for rule in policy)]
    return [] if owners == [{"user": "root"}] else owners


def the_bus_policy_lets_others_send_only_what_it_names():
    """A rule without a member or an interface would let documents through."""
    tree = xml.etree.ElementTree.parse("packaging/dbus/org.sekisho.Agent1.conf")
    plain = {"org.freedesktop.DBus." + name for name in ("Properties", "Introspectable", "Peer")}
    exemptions = {("org.sekisho.Agent1", name) for name in (
        "RequestExemption", "WithdrawRequest", "ListExemptions", "ListAllExemptions",
        "RedeemExemption", "EjectMedium", "ReturnMedium", "ReportAfter", "BeginPhone",
        "PhoneDesks")}
    faults = []
    for policy in tree.getroot():
        for rule in policy if policy.attrib == {"context": "default"} else []:
            named = rule.get("send_interface"), rule.get("send_member")
            if rule.tag == "allow" and named[0] not in plain and named not in (
                    ("org.sekisho.Agent1", "ListDevices"),
                    ("org.sekisho.Agent1", "ExplainDevice"),
                    ("org.sekisho.Agent1", "OpenRecords"),
                    ("org.sekisho.Agent1", "GetPolicy"),
                    ("org.sekisho.Agent1", "EndOperator")) and named not in exemptions:
                faults.append("%s %s" % (rule.tag, rule.attrib))
    return faults


ACTIONS = "packaging/polkit/org.sekisho.agent1.policy"


def actions():
    """The actions of polkit: id, (any, inactive, active), annotations, languages of the message."""
    for action in xml.etree.ElementTree.parse(ACTIONS).getroot().iter("action"):
        language = "{http://www.w3.org/XML/1998/namespace}lang"
        yield (action.get("id"), [default.text for default in action.find("defaults")],
               {note.get("key"): note.text for note in action.iter("annotate")},
               {text.get(language, "en") for text in action.iter("message")})


def polkit_lets_only_who_sits_here_look_and_nobody_hand_in_documents():
    found = {name: defaults for name, defaults, _, _ in actions()}
    right = {"org.sekisho.agent1.view": ["auth_admin", "auth_admin", "yes"],
             "org.sekisho.agent1.exemptions": ["auth_admin"] * 3,
             "org.sekisho.agent1.update": ["auth_admin"] * 3}
    return [] if found == right else ["%s" % found]


def every_message_of_polkit_is_there_in_english_and_japanese():
    return ["%s: %s" % (name, languages) for name, _, _, languages in actions()
            if languages != {"en", "ja"}]


def pkexec_knows_the_program_and_gives_it_no_windows():
    """And only its one command: the others need no root."""
    notes = {name: notes for name, _, notes, _ in actions()}["org.sekisho.agent1.update"]
    path = "org.freedesktop.policykit.exec.path"
    right = {path: "/usr/bin/sekisho", "org.freedesktop.policykit.exec.argv1": "update-from"}
    return [] if notes == right and "$(BINDIR)/sekisho\n" in read("packaging/install.mk") and \
        '{"update-from"' in read("agent/sekisho.c") else ["%s" % notes]


def sekishod_asks_polkit_for_an_action_that_exists():
    asked = set(re.findall(r'"(org\.sekisho\.agent1\.\w+)"', read("agent/bus_access.c")))
    return sorted(asked - {name for name, _, _, _ in actions()}) or \
        ([] if asked else ["no action"])


def all_shell_scripts_parse():
    return lint(["sh", "-n"])


def shellcheck_finds_nothing():
    # SC2034: a script need not use everything that is put into it.
    return lint(["shellcheck", "-s", "dash", "-e", "SC1091,SC2034"]) \
        if shutil.which("shellcheck") else None


def lint(command):
    scripts = ["packaging/initramfs/sekisho", "packaging/login/sekisho-login-stack",
               "tests/packaging/test_ports.sh", "tests/packaging/test_login_stack.sh",
               *sorted(glob.glob("packaging/debian/libpam-sekisho.p*"))]
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for template in glob.glob("packaging/debian/*.in"):
            whole = os.path.join(folder, os.path.basename(template)[:-len(".in")])
            with open(whole, "w") as file:
                text = read(template)
                for part in "ports", "initramfs":
                    text = text.replace("#%s#\n" % part.upper(),
                                        read("packaging/debian/%s.sh" % part))
                file.write(text)
            scripts.append(whole)
        for script in scripts:
            done = subprocess.run(command + [script], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)
            faults += done.stdout.splitlines() if done.returncode else []
    return faults


TESTS = [
    every_udev_term_is_well_formed,
    every_udev_jump_goes_forward_to_a_label,
    the_gate_is_where_udev_looks_for_it_and_opens_only_by_its_word,
    the_udev_rules_open_nothing_before_they_look_for_sekishod,
    systemd_reads_the_unit_without_complaint,
    systemd_reads_the_units_of_the_fetcher_without_complaint,
    the_folders_of_the_fetcher_are_for_it_and_for_sekishod,
    systemd_reads_the_units_of_the_login_without_complaint,
    nobody_ends_a_socket_by_connecting_to_it,
    secrets_are_opened_before_anybody_can_log_in_and_nobody_waits_for_ever,
    a_terminal_that_joins_waits_for_the_key_of_the_program_that_the_unit_starts,
    the_folder_of_opened_secrets_is_a_ramfs_that_only_its_owner_lists,
    the_account_of_the_helper_has_one_name_and_no_shell,
    the_profiles_are_off_by_default_and_neither_line_can_let_anybody_in,
    the_profile_of_the_session_tells_people_only_and_keeps_nobody_out,
    every_sandbox_line_has_its_proof_in_the_virtual_pc,
    the_runtime_folder_is_the_one_that_udev_looks_into,
    the_initramfs_hook_takes_files_that_exist,
    the_bus_policy_is_xml_and_lets_only_root_own_the_name,
    the_bus_policy_lets_others_send_only_what_it_names,
    polkit_lets_only_who_sits_here_look_and_nobody_hand_in_documents,
    every_message_of_polkit_is_there_in_english_and_japanese,
    pkexec_knows_the_program_and_gives_it_no_windows,
    sekishod_asks_polkit_for_an_action_that_exists,
    all_shell_scripts_parse,
    shellcheck_finds_nothing,
]


def main():
    failed = 0
    print("1..%d" % len(TESTS))
    for number, test in enumerate(TESTS, 1):
        faults = test()
        failed += bool(faults)
        print("%sok %d - %s%s" % ("not " if faults else "", number,
                                  test.__name__.replace("_", " "),
                                  " # SKIP the tool is not here" if faults is None else ""))
        for fault in faults or []:
            print("# " + fault)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
