"""The pages for people, done as they stand there: README.desk.md's commands by its chapters.

Blocks without a language are typed at the desk, in the folder of the site; those of the language
"terminal" at the PC. "text" is what is shown: "…" stands for what is left out."""
import os
import re
import sys

from terminal import unpack

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "admin"))
import person

DESK, EMPLOYEE = "README.desk.md", "README.employee.md"
DISC, UPDATE = "/run/disc", "sudo sekisho update-from /media/disc"


def chapter(page, title):
    with open(os.path.join(TOP, page), encoding="utf-8") as file:
        found = re.search(r"^(##+) %s\n(.*?)(?=^#|\Z)" % re.escape(title), file.read(),
                          re.M | re.S)
    assert found, "%s has no chapter %r" % (page, title)
    return found.group(2)


def blocks(page, title):
    """[(language, text)] of a chapter, in order."""
    found = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", chapter(page, title), re.M | re.S)
    return [(language, re.sub(r"(?m)^ +", "", text)) for language, text in found]


class Page:
    """The desk's page, at the desk of an office and on its PC."""

    def __init__(self, desk, program):
        """program: sekisho-admin."""
        self._desk, self._program = desk, program
        self.year = 2027    # the page's; it may be past by now

    def do(self, title):
        """All of a chapter; what was shown, at the desk and on the PC. Each text block of it must
        have been shown just before."""
        said = ""
        for language, text in blocks(DESK, title):
            text = re.sub(r"\b2027-", "%d-" % self.year, re.sub(
                r"\b2028-", "%d-" % (self.year + 1), text))
            if language == "text":
                expect(said, text)
            elif language == "terminal":
                said += self._at_terminal(text)
            else:
                said += self._at_desk(text)
        return said

    def _at_desk(self, text):
        status, said = person.shell(self._program, self._desk.office.path(""), "set -e\n" + text)
        assert status == 0, "exit %d of %s\n%s" % (status, text, said)
        return said

    def _at_terminal(self, text):
        said = ""
        for line in text.splitlines():
            if line == UPDATE:
                self._insert_disc()
                line = "sekisho update-from " + DISC
            said += self._desk.pc.check(re.sub(r"^sudo ", "", line))
        return said

    def _insert_disc(self):
        top = os.path.realpath(self._desk.office.path("../disc"))
        files = {}
        for folder, _, names in os.walk(top):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    files[os.path.relpath(path, top)] = file.read()
        unpack(self._desk.pc, DISC, files)
        self._desk.wait_for_clock()


def expect(said, block):
    """Each line of the block was shown."""
    for line in block.splitlines():
        pattern = ".*".join(re.escape(part) for part in line.strip().split("…"))
        assert re.search(pattern, said), "not shown: %r\n%s" % (line, said)
