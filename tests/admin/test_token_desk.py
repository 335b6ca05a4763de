#!/usr/bin/python3
"""What a desk does with tokens that are there: a lost one, a locked person, a clock that is off. See
test_token.py."""
import re
import sys

sys.dont_write_bytecode = True
import desk
from desk import DONE, NO, UNKNOWN
from test_token import ONE, TERMINALS, TOKENS, TWO, Office


def entry(desk, folder=ONE, user="yamada"):
    return desk.tokens(folder)[f"token {user}"]


def ready(desk, *more):
    desk.expect(DONE, "token", "issue", "yamada", "--number", "C-1", "--for", ONE, "--for", TWO,
                *more)
    desk.expect(DONE, "token", "issue", "sato", "--for", ONE)


def an_unlocking_leaves_the_token_as_it_is(desk):
    ready(desk)
    desk.write("old.ini", desk.read(TOKENS))
    before = entry(desk)
    desk.expect(DONE, "token", "unlock", "yamada", "--for", ONE,
                says=["desk-17: the wrong codes of yamada are forgotten", "serial 3, 2 tokens",
                      f"sekisho-admin sign --key KEY {TOKENS}\n"], never=["otpauth", "desk-18"])
    assert {**before, "unlock": "1"} == entry(desk)
    desk.expect(NO, "policy", "diff", "old.ini", TOKENS,
                says="yamada: the terminal forgets wrong codes and the lock", never="sato")
    desk.expect(DONE, "token", "unlock", "yamada", "--for", ONE)
    assert {**before, "unlock": "2"} == entry(desk)
    desk.sign(TOKENS, "matsuo")
    desk.expect(DONE, "verify", TOKENS, says="good tokens, serial 4")
    # It stays when others change the document, and goes with the token.
    desk.expect(DONE, "token", "issue", "sato", "--for", ONE)
    assert entry(desk)["unlock"] == "2"
    desk.expect(DONE, "token", "issue", "yamada", "--for", ONE)
    assert "unlock" not in entry(desk)


def an_unlocking_cannot_be_said_for_ever(desk):
    ready(desk)
    desk.edit(TOKENS, b"reset = 0\n", b"reset = 0\nunlock = 65535\n")
    before = desk.files()
    desk.expect(NO, "token", "unlock", "yamada", "--for", ONE,
                says=["unlocked too often", "nothing was written"])
    assert desk.files() == before


def a_lost_token_is_dead_everywhere_and_its_finder_is_thanked(desk):
    ready(desk, "--until", "2128-03-31")
    output = desk.expect(DONE, "token", "revoke", "yamada", "--lost", "--everywhere", "site",
                         says=["desk-17: yamada loses the token C-1 (totp, until 2128-03-31T",
                               "desk-18: yamada loses", "報告ありがとうございます",
                               "serial 3, 1 token", "serial 2, 0 tokens"])
    assert output.count("sekisho-admin sign") == 2, output
    for folder in ONE, TWO:
        assert "token yamada" not in desk.tokens(folder)
    assert "token sato" in desk.tokens()
    before = desk.files()
    desk.expect(NO, "token", "revoke", "yamada", "--everywhere", "site",
                says=["no terminal has a token of yamada", "nothing was written"])
    assert desk.files() == before


def a_token_is_found_by_its_number(desk):
    ready(desk)
    before = desk.read(f"{TWO}/tokens.ini")
    for folder in "site/my-number", "site/my-number/terminals":
        desk.expect(NO, "token", "revoke", "--number", "C-2", "--everywhere", folder,
                    says="nobody has the token C-2")
    desk.expect(NO, "token", "revoke", "--number", "C-2", "--for", ONE,
                says="nobody has the token C-2")
    desk.expect(DONE, "token", "revoke", "--number", "C-1", "--for", ONE,
                says="yamada loses the token C-1", never="報告")
    assert "token yamada" not in desk.tokens() and desk.read(f"{TWO}/tokens.ini") == before


def only_documents_that_change_are_written(desk):
    ready(desk)
    before = desk.read(f"{TWO}/tokens.ini")
    output = desk.expect(DONE, "token", "resync", "sato", "--everywhere", TERMINALS)
    assert output.count("written:") == 1 and desk.read(f"{TWO}/tokens.ini") == before
    assert entry(desk, user="sato")["reset"] == "1" and entry(desk)["reset"] == "0"


def one_that_cannot_be_read_stops_all_of_it(desk):
    """A lost token must not go on counting at a terminal that nobody looked at."""
    ready(desk)
    desk.edit(f"{TWO}/tokens.ini", b"type = totp", b"type = topt")
    before = desk.files()
    desk.expect(NO, "token", "revoke", "yamada", "--everywhere", "site",
                says=["desk-18/tokens.ini:", "nothing was written"])
    assert desk.files() == before


def what_is_said_wrongly_changes_nothing(desk):
    ready(desk)
    before = desk.files()
    for status, words, says in (
            (UNKNOWN, ["revoke", "--for", ONE], "whose token is it? Say who, or --number"),
            (UNKNOWN, ["revoke", "yamada", "--number", "C-1", "--for", ONE], "Say who, or --number"),
            (UNKNOWN, ["revoke", "yamada"], "at which terminals?"),
            (UNKNOWN, ["unlock", "--for", ONE], "whose token is it?"),
            (UNKNOWN, ["resync", "yamada"], "at which terminals?"),
            (UNKNOWN, ["unlock", "yamada", "yamada", "--for", ONE], "yamada is said twice"),
            (UNKNOWN, ["unlock", "yamada", "--for", ONE, "--everywhere", "site"], "stands alone"),
            (UNKNOWN, ["unlock", "yamada", "--everywhere", "site", "--for", ONE], "stands alone"),
            (UNKNOWN, ["unlock", "yamada", "--everywhere", "nowhere"], "nowhere"),
            (UNKNOWN, ["unlock", "yamada", "--everywhere", "site/root"], "no terminal below it"),
            (NO, ["unlock", "yamada", "suzuki", "--for", ONE], "has no token of suzuki"),
            (NO, ["unlock", "yamada", "suzuki", "--everywhere", "site"], "suzuki"),
            (NO, ["unlock", "yamada", "sato", "--for", ONE, "--for", TWO], "has no token of sato")):
        desk.expect(status, "token", *words, says=says)
        assert desk.files() == before, words


def each_word_says_what_it_does(desk):
    for word in "revoke", "unlock", "resync":
        output = desk.expect(DONE, "token", word, "--help", says=["usage: sekisho-admin token " + word,
                                                                  "--everywhere FOLDER"])
        assert max(map(len, output.splitlines()[1:])) <= 90, output
        assert re.search(rf"(?m)^ +sekisho-admin token {word} ", desk.expect(DONE, "token", "--help"))


if __name__ == "__main__":
    sys.exit(desk.main(globals(), Office))
