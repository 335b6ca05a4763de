#!/usr/bin/python3
"""The manuals of the agent and the two READMEs say what the programs do: commands, options and the
stable words of the code stand in them, and nothing else does.  Each check is also run on a text
that says too little or too much, and must find it.  Needs no root.  TAP.

usage: test_manuals.py BUILD_DIR
"""
import os
import re
import shutil
import subprocess
import sys

SEKISHO, SEKISHOD, AGENT = "agent/sekisho.1", "agent/sekishod.8", "agent/sekisho-agent.7"
FETCH = "agent/sekisho-fetch.8"
PAGES = (SEKISHO, SEKISHOD, AGENT, FETCH)
OLDER = ("policy/sekisho-policy.5", "policy/admin/sekisho-admin.1")
# Those of libpam-sekisho.
LOGIN = ("pam/pam_sekisho.8", "pam/sekisho-unseal.8", "pam/sekisho-verify.8")
README, README_JA = "README.md", "README.ja.md"
# Words that staff should not be met with (see the README for the ones to use).
NOT_FOR_STAFF = ("リムーバブルメディア", "ホワイトリスト", "デバイス", "ブロック", "MFA")


class Text:
    """What there is to compare.  changes: path or program, and what its text is made into."""

    def __init__(self, build, changes=None):
        self.build = build
        self.changes = changes or {}

    def _changed(self, name, text):
        if name not in self.changes:
            return text
        changed = self.changes[name](text)
        assert changed != text, "%s has not what is to be changed" % name
        return changed

    def of(self, path):
        with open(path, encoding="utf-8") as file:
            return self._changed(path, file.read())

    def help_of(self, program):
        text = subprocess.run([os.path.join(self.build, program), "--help"], check=True,
                              stdout=subprocess.PIPE, encoding="utf-8").stdout
        return self._changed(program, text)


def part(page, title, macro="Sh"):
    """From one heading to the next of its kind, or of a higher one."""
    ends = "Sh" if macro == "Sh" else "S[hs]"
    found = re.search(r'^\.%s %s\n(.*?)(?=^\.%s |\Z)' % (macro, title, ends), page, re.M | re.S)
    return found.group(1) if found else ""


def items(text):
    """(words of the list item, first line behind it) of each .It Li line."""
    return [(re.findall(r"[A-Za-z][\w.-]*", line.replace(" Li ", " ")), behind)
            for line, behind in re.findall(r"^\.It Li (.*)\n(.*)$", text, re.M)]


def words(text):
    return [word for line, _ in items(text) for word in line]


def compare(where, said, real):
    said_once = set(said)
    twice = sorted(word for word in said_once if list(said).count(word) > 1)
    return ["%s does not say %s" % (where, word) for word in sorted(set(real) - said_once)] + [
        "%s says %s, which there is not" % (where, word)
        for word in sorted(said_once - set(real))] + [
        "%s says %s twice" % (where, word) for word in twice] + (
        [] if real else ["nothing to compare %s with was found" % where])


def names_of(text, prefix):
    return re.findall(r'^\t\[%s_\w+\] = "([a-z-]+)",$' % prefix, text, re.M)


def sekisho_1_has_every_command_and_option_of_the_help(text):
    page, told = text.of(SEKISHO), text.help_of("sekisho")
    commands = re.findall(r"^  ([a-z][a-z0-9-]*(?: [a-z]+)?)(?= \[?[A-Z]|  )", told, re.M)
    options = re.findall(r"^  (--[a-z-]+) ", told, re.M)
    described = re.findall(r"^\.Ss ([a-z0-9-]+(?: [a-z]+)?)\b", part(page, "COMMANDS"), re.M)
    synopsis = part(page, "SYNOPSIS")
    said = re.findall(r"^\.It Fl \\-([a-z-]+)", part(page, "OPTIONS"), re.M)
    return compare(SEKISHO, described, commands) + compare(
        SEKISHO + " (synopsis)", re.findall(r"^\.Cm (\S+(?: \S+)?)$", synopsis, re.M),
        commands) + compare(
        SEKISHO, ["--" + option for option in said], options)


def sekishod_8_has_every_option_of_the_help(text):
    page = text.of(SEKISHOD)
    options = re.findall(r"--[a-z][a-z-]*", text.help_of("sekishod"))
    said = re.findall(r"^\.It Fl \\-([a-z-]+)", part(page, "OPTIONS"), re.M)
    synopsis = set(re.findall(r"Fl \\-([a-z-]+)", part(page, "SYNOPSIS")))
    return compare(SEKISHOD, ["--" + option for option in said], options) + compare(
        SEKISHOD + " (synopsis)", ["--" + option for option in synopsis], options)


def sekisho_fetch_8_has_every_option_of_the_help(text):
    page = text.of(FETCH)
    options = re.findall(r"--[a-z][a-z-]*", text.help_of("sekisho-fetch"))
    said = re.findall(r"^\.It Fl \\-([a-z-]+)", page, re.M)
    synopsis = set(re.findall(r"Fl \\-([a-z-]+)", part(page, "SYNOPSIS")))
    return compare(FETCH, ["--" + option for option in said], set(options)) + compare(
        FETCH + " (synopsis)", ["--" + option for option in synopsis], set(options))


def sekishod_8_has_every_event_of_the_records_and_its_severity(text):
    code, faults = text.of("agent/record.c"), []
    told = re.search(r"^int record_severity\(.*?^}", code, re.M | re.S).group(0)
    severity = {}
    for cases, number in re.findall(r"((?:\tcase RECORD_\w+:\n?)+)\s*return (\d);", told):
        for case in re.findall(r"RECORD_(\w+)", cases):
            severity[case.lower().replace("_", "-")] = number
    events = items(part(text.of(SEKISHOD), "Events", "Ss"))
    for line, behind in events:
        faults += ["%s: severity %s, not '%s'" % (word, severity.get(word), behind)
                   for word in line if behind != "%s." % severity.get(word)]
    real = [name for name in names_of(code, "RECORD") if name != "none"]
    return compare(SEKISHOD, [word for line, _ in events for word in line], real) + faults


def sekisho_agent_7_has_every_reason(text):
    return compare(AGENT, words(part(text.of(AGENT), "REASONS")),
                   names_of(text.of("policy/reason.c"), "REASON"))


def sekisho_agent_7_has_every_word_for_a_refused_document(text):
    real = names_of(text.of("policy/verify.c"), "DOCUMENT_FAULT")
    # An exemption that begins later is taken, and one that is over is refused as every document is.
    real += [word for word in names_of(text.of("policy/exemption_fault.c"), "EXEMPTION_FAULT")
             if word not in ("not-yet", "ended")]
    for name in sorted(os.listdir("agent")):
        if name.endswith(".c") and not name.startswith("cli_"):
            real += re.findall(r'(?:policies_refuse\(\w+, |\.fault = )"([a-z-]+)"',
                               text.of("agent/" + name))
    return compare(AGENT, words(part(text.of(AGENT), "REFUSED DOCUMENTS")), real)


def sekisho_agent_7_has_every_problem(text):
    real = re.findall(r'add_problem\(\s*\w+, "([a-z-]+)"', text.of("agent/agent_bus.c"))
    for soon, past in re.findall(r'\(struct end\)\{\s*"([a-z-]+)",\s*"([a-z-]+)"',
                                 text.of("agent/agent_ends.c")):
        real += [soon, past]
    return compare(AGENT, words(part(text.of(AGENT), "PROBLEMS")), real)


def sekisho_agent_7_has_every_member_of_the_bus_interface(text):
    real = re.findall(r'(?:FIXED|TOLD|UNTOLD|_WITH_ARGS)\(\s*"(\w+)"',
                      text.of("agent/bus_interface.c"))
    return compare(AGENT, words(part(text.of(AGENT), "Members", "Ss")), real)


def man_shows_every_page_without_a_complaint(text):
    if not shutil.which("man") or not shutil.which("groff"):
        return None
    faults = []
    for page in PAGES + OLDER + LOGIN:
        done = subprocess.run(["man", "--warnings", "-l", "-"], input=text.of(page),
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8",
                              env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100"})
        faults += ["%s: %s" % (page, line) for line in done.stderr.splitlines()]
    return faults


def mandoc_finds_nothing(text):
    if not shutil.which("mandoc"):
        return None
    faults = []
    for page in PAGES + OLDER + LOGIN:
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=text.of(page),
                              stdout=subprocess.PIPE, encoding="utf-8")
        faults += ["%s: %s" % (page, line) for line in done.stdout.splitlines()]
    return faults


def every_page_is_installed_and_packed(text):
    installed = text.of("packaging/install.mk")
    agent = text.of("packaging/debian/sekisho-agent.install").splitlines()
    login = text.of("packaging/debian/libpam-sekisho.install").splitlines()
    faults = []
    for page in PAGES + LOGIN:
        packed = login if page in LOGIN else agent
        folder = "share/man/man" + page[-1]
        if not re.search(r"\$\(PREFIX\)/%s .*\b%s\b" % (folder, re.escape(page)), installed):
            faults.append("install.mk: " + page)
        if "usr/%s/%s" % (folder, os.path.basename(page)) not in packed:
            faults.append("packaging/debian: " + page)
    return faults


def blocks(text):
    """(language, lines) of each block of code, whatever its indent, without remarks."""
    found = []
    for indent, language, block in re.findall(r"^( *)```(\w*)\n(.*?)^\1```$", text, re.M | re.S):
        lines = [line[len(indent):] for line in block.splitlines()]
        found.append((language, [re.sub(r" {4,}# .*", "", line) for line in lines]))
    return found


def the_two_readmes_have_the_same_commands(text):
    english, japanese = blocks(text.of(README)), blocks(text.of(README_JA))
    faults = ["%s: %s, and in %s: %s" % (README, a, README_JA, b)
              for a, b in zip(english, japanese) if a != b]
    if len(english) != len(japanese):
        faults.append("%d blocks of code, and %d" % (len(english), len(japanese)))
    return faults if len(english) > 10 else ["the blocks of code were not found"]


def the_two_readmes_have_the_same_chapters(text):
    levels = [re.findall(r"^#+(?= )", re.sub(r"^ *```.*?^ *```$", "", text.of(path), flags=re.M | re.S),
                         re.M) for path in (README, README_JA)]
    return [] if levels[0] == levels[1] and len(levels[0]) > 5 else [str(levels)]


def the_two_readmes_name_each_other_at_the_top(text):
    return [path for path, other in ((README, README_JA), (README_JA, README))
            if "](%s)" % other not in "".join(text.of(path).splitlines(True)[:4])]


def the_japanese_readme_has_no_word_that_staff_need_not_know(text):
    return [word for word in NOT_FOR_STAFF if word in text.of(README_JA)]


def without(pattern):
    return lambda text: re.sub(pattern, "", text, count=1, flags=re.M)


def with_more(mark, more):
    return lambda text: text.replace(mark, mark + more, 1)


# Each check, and changes that it must find.
TESTS = {
    sekisho_1_has_every_command_and_option_of_the_help: (
        (SEKISHO, without(r"^\.Ss explain .*\n")), (SEKISHO, without(r"^\.Cm devices\n")),
        (SEKISHO, without(r"^\.Ss records verify.*\n")), (SEKISHO, without(r"^\.Cm policy show\n")),
        ("sekisho", without(r"^  records verify .*\n")), ("sekisho", without(r"^  --last .*\n")),
        (SEKISHO, without(r"^\.It Fl .-version\n")), ("sekisho", without(r"^  update-from .*\n")),
        ("sekisho", without(r"^  --help .*\n"))),
    sekishod_8_has_every_option_of_the_help: (
        (SEKISHOD, without(r"^\.It Fl .-version\n")), (SEKISHOD, without(r"^\.Op Fl .-help\n")),
        ("sekishod", lambda text: text.replace("--version", ""))),
    sekisho_fetch_8_has_every_option_of_the_help: (
        (FETCH, without(r"^\.It Fl .-version\n")), (FETCH, without(r"^\.Op Fl .-help\n")),
        ("sekisho-fetch", lambda text: text.replace("--version", ""))),
    sekishod_8_has_every_event_of_the_records_and_its_severity: (
        (SEKISHOD, without(r"^\.It Li torn\n")), (SEKISHOD, without(r" , media-refused")),
        (SEKISHOD, lambda text: text.replace("tampered\n4.", "tampered\n3.")),
        ("agent/record.c", without(r'^\t.*"events-lost",\n'))),
    sekisho_agent_7_has_every_reason: (
        (AGENT, without(r"^\.It Li not-alone\n")), (AGENT, with_more(".It Li driver", " , colour")),
        (AGENT, with_more(".It Li driver", " , builtin")),
        ("policy/reason.c", without(r'^\t.*"malformed",\n'))),
    sekisho_agent_7_has_every_word_for_a_refused_document: (
        (AGENT, without(r"^\.It Li threshold\n")), (AGENT, without(r"^\.It Li chain-full\n")),
        (AGENT, without(r"^\.It Li unknown-name\n")),
        ("policy/verify.c", without(r'^\t.*"future",\n')),
        ("policy/exemption_fault.c", without(r'^\t.*"own-request",\n'))),
    sekisho_agent_7_has_every_problem: (
        (AGENT, without(r"^\.It Li clock-behind\n")),
        ("agent/agent_bus.c", lambda text: text.replace('"media-lost"', '"media-gone"')),
        ("agent/agent_ends.c", lambda text: text.replace('"root-ends"', '"root-fades"'))),
    sekisho_agent_7_has_every_member_of_the_bus_interface: (
        (AGENT, without(r" , NextSha256")), (AGENT, without(r"^\.It Li Warning\n")),
        ("agent/bus_interface.c", without(r'^\t.*"Enforces".*\n'))),
    man_shows_every_page_without_a_complaint: (
        (SEKISHO, with_more(".Sh FILES\n", ".Zz x\n")), (AGENT, with_more(".Sh REASONS\n", ".El\n"))),
    mandoc_finds_nothing: ((SEKISHOD, with_more(".Sh FILES\n", ".Zz x\n")),),
    every_page_is_installed_and_packed: (
        ("packaging/install.mk", lambda text: text.replace(SEKISHOD, "")),
        ("packaging/debian/sekisho-agent.install", without(r"^.*man7.*\n")),
        ("packaging/debian/libpam-sekisho.install", without(r"^.*man8/sekisho-unseal.*\n"))),
    the_two_readmes_have_the_same_commands: (
        (README_JA, without(r"^sudo make demo\n")), (README, without(r"^   sekisho explain 1-2\n")),
        (README_JA, with_more("sekisho-admin verify */policy.ini", " x")),
        (README_JA, without(r"^```\nsudo make check-all\n```\n"))),
    the_two_readmes_have_the_same_chapters: ((README, without(r"^## Put .*\n")),),
    the_two_readmes_name_each_other_at_the_top: (
        (README, without(r"^.*README\.ja\.md.*\n")), (README_JA, without(r"^.*README\.md.*\n"))),
    the_japanese_readme_has_no_word_that_staff_need_not_know: (
        (README_JA, with_more("USB", "デバイス")),),
}


def main():
    build, failed = sys.argv[1], 0
    print("1..%d" % (2 * len(TESTS)))
    for number, (test, plants) in enumerate(TESTS.items()):
        name, faults = test.__name__.replace("_", " "), test(Text(build))
        skip = " # SKIP the tool is not here" if faults is None else ""
        # On a text that fails by itself a change shows nothing.
        unseen = [] if skip or faults else ["change %d of %s" % (i, path) for i, (path, change)
                                  in enumerate(plants, 1) if not test(Text(build, {path: change}))]
        failed += bool(faults) + bool(unseen)
        print("%sok %d - %s%s" % ("not " if faults else "", 2 * number + 1, name, skip))
        for fault in faults or []:
            print("# " + fault)
        print("%sok %d - and where it is not so, that is found%s" % (
            "not " if unseen or faults else "", 2 * number + 2, skip))
        for fault in unseen:
            print("# not seen: " + fault)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
