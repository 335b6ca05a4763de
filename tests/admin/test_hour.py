#!/usr/bin/python3
"""README.md's first hour of an administrator, line by line as it stands there. See desk.py."""
import os
import re
import shlex
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
import desk
from desk import ADMIN, DONE, NO, TOP

README = os.path.join(TOP, "README.md")
JAPANESE = os.path.join(TOP, "README.ja.md")


def chapter(readme=README, title="An administrator's first hour"):
    return re.search(rf"^## {title}\n(.*?)^##+ ", text_of(readme), re.M | re.S).group(1)


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def commands(text):
    """Of the blocks without a language: each command, and the exit status that its remark says."""
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S):
        if language:
            continue
        for line in block.replace("\\\n", " ").splitlines():
            command, _, remark = line.partition("    # ")
            yield command, NO if remark.startswith("says no") else DONE


def script(text):
    """All of it in one shell, because it changes folders; ends with the number of a command whose
    status is another, and 0 otherwise."""
    yield 'check() { [ $1 = $2 ] || { echo "exit status $1, not $2"; exit 3; }; }'
    for command, status in commands(text):
        yield f"echo '$' {shlex.quote(command)}"
        yield f"{command}\ncheck $? {status}"


def every_line_of_the_readme_does_what_it_says(desk):
    text = chapter()
    assert len(list(commands(text))) > 35, "the chapter was not found as a whole"
    os.unlink(desk.path("suzuki"))  # the chapter makes its own
    status, output = desk.shell(".", "\n".join(script(text)))
    assert status == DONE, output
    shown = re.search(r"^```text\n(.*?)^```$", text, re.M | re.S).group(1).splitlines()
    assert len(shown) >= 5
    for line in shown:  # "…" stands for what is left out
        said = ".*".join(re.escape(part) for part in line.split("…"))
        assert re.search(f"^{said}$", output, re.M), f"lint does not say {line!r}\n{output}"


def the_readme_in_japanese_has_the_same_lines(desk):
    del desk
    text = chapter(JAPANESE, "管理者の最初の1時間")
    assert [command for command, _ in commands(text)] == [command for command, _ in commands(chapter())]


def the_hour_ends_with_what_terminals_need(desk):
    os.unlink(desk.path("suzuki"))
    status, output = desk.shell(".", "\n".join(script(chapter())))
    assert status == DONE, output
    assert sorted(os.listdir(desk.path("hour/disc"))) == [
        "media", "media.ini", "policy.ini", "root", "site.ini"], output
    assert "  numbers    J-001 J-002\n" in output and "warning: " not in output, output
    # A list of media that was not signed anew after the loss would have stopped it.
    words = chapter().replace(" */media.ini; do", "; do")
    assert words != chapter()
    again = desk.room("again")
    status, output = again.shell(".", "\n".join(script(words)))
    assert status != DONE and not os.path.exists(again.path("hour/disc")), output
    manual = re.search(r"`man (policy\S+)`", text_of(README)).group(1)
    assert os.path.exists(os.path.join(TOP, manual)), manual


def a_line_that_does_something_else_is_noticed(desk):
    for text, status in (("```\ntrue\nfalse    # says no\n```\n", 0), ("```\nfalse\n```\n", 3),
                         ("```\ntrue    # says no\n```\n", 3), ("```\nnot-there\n```\n", 3)):
        got, output = desk.shell(".", "\n".join(script(text)))
        assert got == status, (text, output)


def the_try_of_the_readme_works_without_a_terminal(desk):
    with open(README, encoding="utf-8") as file:
        text = file.read()
    words = re.search(r"build/gcc/sekisho-admin (site init /tmp/site .*)", text).group(1)
    words = words.replace("/tmp/site", "site").replace("/tmp/me.pub", "suzuki.pub").split()
    desk.expect(DONE, *words)
    policy = re.search(r"explain --device \S+ /tmp/(\S+)", text).group(1)
    desk.expect(DONE, "explain", "--device", os.path.join(TOP, "tests/data/usb/keyboard.bin"),
                policy)
    words = re.search(r"sudo build/gcc/sekishod (--rehearse .*)", text).group(1)
    rehearse(desk, words.replace("/tmp/site", "site").split())


def rehearse(desk, words):
    """sekishod with the devices of this very PC, whatever they are, until Ctrl-C."""
    with subprocess.Popen([os.path.join(os.path.dirname(ADMIN), "sekishod"), *words],
                          cwd=desk.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        output = b""
        while b"Ctrl-C ends" not in output:
            line = process.stdout.readline()
            assert line, output.decode()
            output += line
        process.send_signal(signal.SIGINT)
        output += process.communicate(timeout=60)[0]
        assert process.returncode == 0, output.decode()


if __name__ == "__main__":
    sys.exit(desk.main(globals()))
