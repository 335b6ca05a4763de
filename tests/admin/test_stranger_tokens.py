#!/usr/bin/python3
"""What somebody who issues tokens for the first time runs into. See test_token.py."""
import sys

sys.dont_write_bytecode = True
import desk
from desk import DONE, NO, UNKNOWN
from test_token import ONE, TOKENS, Office


def whoever_becomes_token_officer_is_named_before_it_is_signed(desk):
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--add-to-role", "approver=matsuo",
                "--add-to-role", "approver=suzuki", says="there is a role approver now, which needs 1 of 2")
    desk.expect(DONE, "sign", "--key", "suzuki", "site/root/3.ini",
                says=["matsuo may sign for the role approver", "suzuki may sign for the role approver"],
                never="tanaka may")


def a_role_that_is_mistyped_is_suggested(desk):
    desk.expect(NO, "root", "rotate", "--root", "site/root", "--add-to-role", "token-oficer=suzuki",
                says="no section [role token-oficer]; did you mean token-officer?")
    desk.expect(NO, "root", "rotate", "--root", "site/root", "--add-to-role", "printer=suzuki",
                says="no section [role printer]", never="did you mean")


def a_new_site_says_how_somebody_may_sign_tokens(desk):
    text = desk.read("site/README.txt").decode()
    assert "root rotate --root root --add-to-role token-officer=" in text, text


def what_is_no_day_is_said(desk):
    for option in "--until", "--from":
        desk.expect(UNKNOWN, "token", "issue", "sato", option, "2127-02-29", "--for", ONE,
                    says=f"{option} needs a date such as 20")
        desk.expect(UNKNOWN, "token", "issue", "sato", option, "2127-02-29", "--for", ONE,
                    says="that day is in no calendar")
        desk.expect(UNKNOWN, "token", "issue", "sato", option, "tomorrow", "--for", ONE,
                    never="calendar")


def a_terminals_key_is_no_document_and_its_command_is_named(desk):
    key = f"{ONE}/terminal-key.ini"
    desk.expect(NO, "policy", "lint", key, never="expected [policy]",
                says=f'{key} is a terminal\'s key and no document: "sekisho-admin token key {key}"')


def the_kinds_have_their_articles(desk):
    desk.expect(DONE, "token", "issue", "yamada", "--for", ONE)
    desk.expect(NO, "sign", "--key", "suzuki", TOKENS, says="sign a list of tokens of the tier",
                never="a tokens")


def the_help_of_all_names_every_word(desk):
    output = desk.expect(DONE, "--help", says=["token extend", "token revoke", "token unlock",
                                               "explain --login"])
    assert max(map(len, output.splitlines())) <= 110, output
    desk.expect(DONE, "sign", "--help", says="fresh, or tokens")


def an_ended_policy_is_explained_as_one_that_goes_on(desk):
    words = ("explain", "--login", "sshd", "--user", "yamada", "--now")
    policy = "site/my-number/policy.ini"
    desk.write(policy, desk.read(policy) + b"\n[login]\nsecond-factor = required\nmethods = totp\n"
               b"lock-after = 5\n")
    desk.expect(NO, *words, "2099-01-01T00:00:00+09:00", policy,
                says=["a code is required", "the policy ended, and terminals that have it go on by it"])
    desk.expect(NO, *words, "2001-01-01T00:00:00+09:00", policy, says="the policy begins on ")


if __name__ == "__main__":
    sys.exit(desk.main(globals(), Office))
