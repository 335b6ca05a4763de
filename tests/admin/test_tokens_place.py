#!/usr/bin/python3
"""A terminal's tokens lie where it looks for them, and it can open them. See test_token.py."""
import os
import shutil
import sys

sys.dont_write_bytecode = True
import desk
from desk import DONE, NO
from test_token import ONE, TERMINALS, TOKENS, TWO, Office

PACK = ("site", "pack", "site", "my-number", "out")


def ready(desk):
    desk.sign("site/my-number/policy.ini", "suzuki", "tanaka")
    for folder in ONE, TWO:
        desk.expect(DONE, "token", "issue", "yamada", "--for", folder)
        desk.sign(f"{folder}/tokens.ini", "matsuo")


def each_line_names_its_terminal(desk):
    ready(desk)
    output = desk.expect(DONE, *PACK, says=["  desk-17\n  tokens ", "  desk-18\n  tokens "])
    assert output.index("desk-17") < output.index("desk-18")


def what_is_sealed_to_another_key_is_not_packed(desk):
    """The terminal has made a new key since, or the file was copied."""
    ready(desk)
    desk.add_terminal("desk-18")
    before = desk.files()
    desk.expect(NO, *PACK, says=["desk-18/tokens.ini is sealed to the key SHA256:",
                                 "could open none of its secrets", "nothing was packed"])
    shutil.copy(desk.path(TOKENS), desk.path(f"{TWO}/tokens.ini"))
    desk.expect(NO, *PACK, says="could open none of its secrets")
    os.remove(desk.path(f"{TWO}/terminal-key.ini"))
    desk.expect(NO, *PACK, says=["desk-18/tokens.ini is sealed to the key of desk-17"])
    assert not os.path.exists(desk.path("out")) and set(desk.files()) < set(before)


def without_the_key_file_it_is_packed_and_said(desk):
    ready(desk)
    os.remove(desk.path(f"{TWO}/terminal-key.ini"))
    desk.expect(DONE, *PACK, says="nobody can say whether the terminal can open it")


def the_key_of_another_terminal_is_noticed_at_once(desk):
    ready(desk)
    folder = f"{TERMINALS}/desk-99"
    os.mkdir(desk.path(folder))
    shutil.copy(desk.path(f"{ONE}/terminal-key.ini"), desk.path(folder))
    before = desk.files()
    desk.expect(NO, "token", "issue", "sato", "--for", folder, never="otpauth",
                says="is of the terminal desk-17, which looks into the folder desk-17 and not into "
                     "desk-99")
    assert desk.files() == before
    shutil.copy(desk.path(TOKENS), desk.path(folder))
    desk.expect(NO, *PACK, says="and not into desk-99")


def a_folder_elsewhere_may_have_any_name(desk):
    ready(desk)
    os.makedirs(desk.path("site/my-number/stick/7"))
    shutil.copy(desk.path(f"{ONE}/terminal-key.ini"), desk.path("site/my-number/stick/7"))
    desk.expect(DONE, "token", "issue", "sato", "--for", "site/my-number/stick/7")


if __name__ == "__main__":
    sys.exit(desk.main(globals(), Office))
