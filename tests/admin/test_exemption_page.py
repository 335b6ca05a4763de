#!/usr/bin/python3
"""README.approver.md, line by line as it stands there. See desk.py and test_hour.py."""
import os
import re
import shlex
import sys

sys.dont_write_bytecode = True
import approver
import desk
from desk import DONE, TOP
from test_hour import commands, text_of

PAGE = os.path.join(TOP, "README.approver.md")
LEDGER = ("管理番号,シリアル番号,VID_PID\r\nJ-001,001A92053B6A,0951:1666\r\n"
          "J-002,60A44C3FB1C2,0951:1666\r\n")
REQUESTS = (("E-7K3M9Q2X", "read-only", "30m"), ("E-2B4D6F8H", "read-write", "2h"),
            ("E-00000003", "read-write", "2h"))


class Site(desk.Desk):
    """What the page begins with: a site of one administrator, with media, and keys of approvers."""
    keys = "suzuki", "kondo", "mori"
    ask = approver.Approvers.ask

    def __init__(self, folder):
        super().__init__(folder)
        self.init(people=("suzuki",))
        self.sign("site/root/1.ini", "suzuki")
        self.sign("site/my-number/policy.ini", "suzuki")
        self.write("ledger.csv", LEDGER.encode())
        self.expect(DONE, "media", "import", "--site=tosu", "--tier=my-number", "--ledger", "ledger.csv",
                    "site/my-number")
        self.expect(DONE, "media", "sign", "--key", "suzuki", "site/my-number")
        for number, direction, duration in REQUESTS:
            self.ask(number, direction=direction, duration=duration, medium=b"registered = J-001\n")


def script(text):
    yield 'check() { [ $1 = $2 ] || { echo "exit status $1, not $2"; exit 3; }; }'
    for command, status in commands(text):
        yield f"echo '$' {shlex.quote(command)}"
        yield f"{command}\ncheck $? {status}"


def every_line_of_the_page_does_what_it_says(desk):
    text = text_of(PAGE)
    assert len(list(commands(text))) > 20
    status, output = desk.shell("site", "\n".join(script(text)))
    assert status == DONE, output
    shown = "".join(re.findall(r"^```text\n(.*?)^```$", text, re.M | re.S)).splitlines()
    assert len(shown) >= 5
    for line in shown:  # "…" stands for what is left out
        said = ".*".join(re.escape(part) for part in line.split("…"))
        assert re.search(f"^{said}$", output, re.M), f"{line!r}\n{output}"
    assert output.count("コード  code") == 1, output


def every_reason_of_the_page_is_one_that_terminals_have(desk):
    del desk
    names = re.findall(r'\] = "([a-z-]+)"', text_of(os.path.join(TOP, "policy/exemption_fault.c")))
    for page in PAGE, PAGE.replace(".md", ".ja.md"):
        said = re.findall(r"^\| ([a-z-]+)(?:, ([a-z-]+))?", text_of(page).replace("| it says", ""), re.M)
        words = [word for pair in said for word in pair if word and word != "waits"]
        assert len(words) >= 7 and set(words) <= set(names), (words, names)


if __name__ == "__main__":
    sys.exit(desk.main(globals(), Site))
