#!/usr/bin/python3
"""Every message of sekisho has its Japanese, in words that a clerk knows, and lines that fit a
screen.  Each check is also run on messages that are wrong, and must find it.  Needs no root.  TAP.

usage: test_translations.py
"""
import glob
import re
import shutil
import subprocess
import sys
import unicodedata

JA = "packaging/translations/ja.po"
SOURCES = sorted(glob.glob("agent/cli*.c")) + ["agent/sekisho.c", "pam/messages.c", "pam/messages_session.c", "policy/reason.c"]
KEYWORDS = ["_", "N_", "SAY", "pgettext:1c,2", "ngettext:1,2"]
NOT_FOR_STAFF = ("リムーバブルメディア", "ホワイトリスト", "デバイス", "ブロック", "MFA", "拒否")
# What an employee reads, who knows nothing of policies: no word of English, two sentences at most.
NOTICES = "agent/cli_notice.c"
WIDTH_MAX = 80


def messages(po):
    """{(context, message): [translations]} of a .po text, marked with fuzzy or not."""
    found = {}
    for entry in re.split(r"\n\n+", po):
        fields = {}
        for name, quoted in re.findall(r'^(msg[a-z_]+(?:\[\d\])?) ((?:"(?:[^"\\]|\\.)*"\n?)+)', entry, re.M):
            text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', quoted))
            fields[name] = text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
        if fields.get("msgid"):
            translations = [v for k, v in sorted(fields.items()) if k.startswith("msgstr")]
            fuzzy = bool(re.search(r"^#,.*\bfuzzy\b", entry, re.M))
            found[fields.get("msgctxt"), fields["msgid"]] = [] if fuzzy else translations
    return found


def extracted(sources):
    done = subprocess.run(
        ["xgettext", "--from-code=UTF-8", "--language=C", "-o", "-"]
        + ["--keyword"] + ["--keyword=" + word for word in KEYWORDS] + sources,
        stdout=subprocess.PIPE, text=True, check=True)
    return set(messages(done.stdout))


def read():
    with open(JA, encoding="utf-8") as file:
        return file.read()


def every_message_is_translated_and_no_other(po):
    wanted, there = extracted(SOURCES), messages(po)
    return (["not translated: %r" % (key[1],) for key in wanted
             if not there.get(key) or not all(there[key])]
            + ["in no program: %r" % (key[1],) for key in there if key not in wanted])


def msgfmt_has_no_complaint(po):
    done = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", "-"], input=po,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout.splitlines()


def no_word_that_staff_need_not_know(po):
    return ["%s: %s" % (word, text) for texts in messages(po).values() for text in texts
            for word in NOT_FOR_STAFF if word in text]


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def lines_fit_a_screen(po):
    """Those of notices, and of messages that say where a line ends."""
    return ["%d columns: %s" % (width(line), line)
            for key, texts in messages(po).items()
            if "\n" in key[1] or key in extracted_notices()
            for text in texts for line in text.split("\n") if width(line) > WIDTH_MAX]


_notices = []


def extracted_notices():
    if not _notices:
        _notices.append(extracted([NOTICES]))
    return _notices[0]


def a_notice_is_plain_japanese(po):
    """No English word but USB, and polite to its end."""
    faults = []
    for key in extracted_notices():
        for text in messages(po).get(key, []):
            bare = re.sub(r"%(<[^>]*>|[a-z0-9$]+)", "", text).replace("USB", "")
            if re.search(r"[A-Za-z]", bare):
                faults.append("English: " + text)
            if "。" in text and not text.endswith("。") or text.count("。") > 2:
                faults.append("not two sentences: " + text)
    return faults


def replaced(old, new):
    def change(po):
        assert old in po, old
        return po.replace(old, new, 1)
    return change


# Each check, and changes that it must find.
TESTS = {
    every_message_is_translated_and_no_other: (
        replaced('msgstr "使用不可"', 'msgstr ""'),
        replaced('msgid "let in"', 'msgid "let out"'),
        replaced('msgid "let in"', '#, fuzzy\nmsgid "let in"')),
    msgfmt_has_no_complaint: (
        replaced('msgstr "問合せ %s"', 'msgstr "問合せ %u"'),
        replaced('msgstr "使用可"', 'msgstr "使用可')),
    no_word_that_staff_need_not_know: (replaced('msgstr "使用不可"', 'msgstr "ブロック"'),),
    lines_fit_a_screen: (
        replaced("キーボードやマウスは", "キーボードやマウスなどの入力機器は、この端末では"),
        replaced("使用できない機器は、そのままです。", "使用できない機器は、この端末では使用できないままです。")),
    a_notice_is_plain_japanese: (
        replaced("スマートフォン等は", "smartphone は"), replaced("故障しているおそれがあります。", "故障")),
}


def main():
    if not shutil.which("xgettext"):
        print("1..0 # SKIP gettext is not installed")
        return 0
    po, failed = read(), 0
    print("1..%d" % len(TESTS))
    for number, (check, changes) in enumerate(TESTS.items(), 1):
        faults = check(po)
        for i, change in enumerate(changes, 1):
            if not check(change(po)):
                faults.append("change %d was not found" % i)
        failed |= bool(faults)
        print("%s %d - %s" % ("not ok" if faults else "ok", number, check.__name__.replace("_", " ")))
        for fault in faults:
            print("# " + fault)
    return failed


if __name__ == "__main__":
    sys.exit(main())
