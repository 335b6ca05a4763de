#!/usr/bin/python3
"""The pages for employees, the desk and approvers: both languages say the same, in words that people really
see. That their lines do what they say, tests/vm/scenario_people.py shows. From the top folder; TAP."""
import os
import re
import sys

PAGES = "README.employee", "README.desk", "README.approver"
CATALOGUE = "packaging/translations/ja.po"
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.M | re.S)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def blocks(text):
    return [(language, re.sub(r"(?m)^ +", "", block)) for language, block in FENCE.findall(text)]


def both_languages_have_the_same_blocks():
    return [page for page in PAGES
            if not blocks(read(page + ".md")) or
            blocks(read(page + ".md")) != blocks(read(page + ".ja.md"))]


def messages(keyword):
    """All of them, in one line each."""
    found = re.findall(r'^%s ((?:"(?:[^"\\]|\\.)*"\n)+)' % keyword, read(CATALOGUE), re.M)
    return [re.sub(r"\s+", " ", "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace("\\n", " "))
            for text in found]


def every_message_that_a_page_quotes_is_shown():
    faults = []
    for page, keyword, quoted in (("README.employee.md", "msgid", r'\*\*"([^"]+)"\*\*'),
                                  ("README.employee.ja.md", "msgstr", r"\*\*「([^」]+)」\*\*")):
        said = re.findall(quoted, re.sub(r"\s+", " ", read(page)))
        shown = messages(keyword)
        faults += [text for text in said if not any(text in message for message in shown)]
        faults += [page + " quotes nothing"] * (len(said) < 3)
    return faults


def every_chapter_that_is_pointed_at_is_there():
    faults = []
    for page in [page + end for page in PAGES for end in (".md", ".ja.md")]:
        text = FENCE.sub("", read(page))
        for target, anchor in re.findall(r"\]\(([\w.]*)#([^)]+)\)", text):
            there = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
                     for title in re.findall(r"^#+ (.*)$", read(target or page), re.M)}
            faults += ["%s: #%s" % (page, anchor)] * (anchor not in there)
        faults += ["%s: %s" % (page, target) for target in re.findall(r"\]\(([\w.]+)\)", text)
                   if not os.path.exists(target)]
    return faults


def lines_fit_their_width():
    """An editor's window; a Japanese letter is two wide."""
    return ["%s:%d" % (page, number) for page in [page + end for page in PAGES
                                                  for end in (".md", ".ja.md")]
            for number, line in enumerate(read(page).splitlines(), 1)
            if sum(1 + (ord(letter) > 0x1100) for letter in line) > 120 and "|" not in line]


CHECKS = (both_languages_have_the_same_blocks, every_message_that_a_page_quotes_is_shown,
          every_chapter_that_is_pointed_at_is_there, lines_fit_their_width)


def main():
    print("1..%d" % len(CHECKS))
    failed = 0
    for number, check in enumerate(CHECKS, 1):
        faults = check()
        failed += bool(faults)
        print("%s %d - %s" % ("not ok" if faults else "ok", number, check.__name__.replace("_", " ")))
        for fault in faults:
            print("# %s" % fault)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
