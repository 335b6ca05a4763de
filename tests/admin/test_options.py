#!/usr/bin/python3
"""Options are written out. See desk.py."""
import sys

sys.dont_write_bytecode = True
import desk
from desk import DONE, UNKNOWN


def an_option_that_is_cut_short_is_refused_and_named(desk):
    policy = desk.init() + "/policy.ini"
    before = desk.files()
    for words, says in (
            (["site", "init", "new", "--sit", "tosu"], "'--sit' is cut short: it is --site"),
            (["sign", "--ke", "suzuki", policy], "'--ke' is cut short: it is --key"),
            (["sign", "--ke=suzuki", policy], "'--ke=suzuki' is cut short: it is --key"),
            (["explain", "--dev", "0951:1666:ff", policy], "it is --device"),
            (["root", "rotate", "--remove-k", "x"], "it is --remove-key"),
            (["media", "export", "--seri", "3", "site"], "sekisho-admin media"),
            (["policy", "diff", "--mod", "x", policy, policy], "usage"),
            (["token", "issue", "yamada", "--numb", "7", "--for", "x"], "it is --number"),
            (["token", "import", "x", "--see", "hex", "--for", "x"], "it is --seed"),
            (["token", "extend", "--al", "--until", "2128-03-31", "--for", "x"], "it is --all"),
            (["token", "revoke", "--los", "yamada", "--for", "x"], "it is --lost"),
            (["token", "unlock", "yamada", "--every", "x"], "it is --everywhere")):
        desk.expect(UNKNOWN, *words, says=says)
        assert desk.files() == before, words


def a_word_that_looks_like_one_is_taken_as_an_options_word(desk):
    policy = desk.init() + "/policy.ini"
    desk.expect(UNKNOWN, "sign", "--key", "--ke", policy, says="--ke", never="cut short")
    desk.expect(UNKNOWN, "sign", "--key=--ke", policy, says="--ke", never="cut short")
    desk.expect(DONE, "explain", f"--device=046d:c31c:030101", policy)


if __name__ == "__main__":
    sys.exit(desk.main(globals()))
