#!/usr/bin/python3
"""sekisho-admin exemption desk-key, desk-issue, phone: what a desk keeps, what terminals get of it,
and the ten digits. See desk.py and phone_reference.py."""
import base64
import csv
import datetime
import io
import os
import re
import stat
import sys

sys.dont_write_bytecode = True
import desk
import hpke
import phone_reference
from desk import DONE, NO, UNKNOWN
from office import ONE, TWO, Office, hashed

CHALLENGE = "12345678"
SHOWN = phone_reference.shown(CHALLENGE)
SAID = ("--challenge", SHOWN, "--terminal", "desk-17", "--user", "tanaka", "--medium", "M-00123",
        "--direction", "read-only", "--minutes", "30")


def make_key(desk, name="front-desk"):
    """The file of a new key, and the key."""
    file = f"{name}.key"
    desk.expect(DONE, "exemption", "desk-key", file, "--desk", name, "--site", "tosu")
    return file, base64.b64decode(re.search(rb"\nkey = (.*)\n", desk.read(file))[1])


def issue(at, *words, says=()):
    return at.expect(DONE, "exemption", "desk-issue", *words, says=says)


def opened(desk, name, login="", folder=ONE, terminal="desk-17"):
    """What the terminal opens of a desk, or None."""
    text = desk.read(f"{folder}/desks.ini").decode()
    section = re.search(rf"\[desk {name}\]\n((?:\S+ = \S+\n)+)", text)[1]
    entry = dict(line.split(" = ") for line in section.splitlines())
    return hpke.open_sealed(desk.private[folder], base64.b64decode(entry["sealed-key"]),
                            base64.b64decode(entry["sealed-secret"]), b"sekisho desks 1",
                            f"tosu\n{terminal}\n{name}\n{login}\n".encode())


def code_of(output):
    return re.search(r"\n  (\d{3}-\d{3}-\d{4})\n", output)[1]


def a_desks_key_is_for_its_owner_alone_and_never_replaced(desk):
    file, key = make_key(desk)
    assert len(key) == 32 and key != make_key(desk, "night-watch")[1]
    assert stat.S_IMODE(os.stat(desk.path(file)).st_mode) == 0o600
    desk.expect(UNKNOWN, "exemption", "desk-key", file, "--desk", "x", "--site", "tosu",
                says="is there already")
    assert base64.b64encode(key) in desk.read(file)
    os.chmod(desk.path(file), 0o640)
    desk.expect(NO, "exemption", "phone", "--key", file, *SAID, says="others may read it")


def a_key_that_is_damaged_is_not_shown(desk):
    file, key = make_key(desk)
    text = base64.b64encode(key)
    desk.edit(file, text, text[:-3] + b"=")
    desk.expect(NO, "exemption", "phone", "--key", file, *SAID, says="32 bytes in base64",
                never=text.decode()[:20])


def each_terminal_opens_a_key_of_its_own(desk):
    front, key = make_key(desk)
    night, other = make_key(desk, "night-watch")
    issue(desk, "--key", front, "--key", night, "--login", "front-desk", "--for", ONE, "--for",
          TWO, says=["front-desk (also logins) night-watch", "a token officer signs"])
    for folder, terminal in (ONE, "desk-17"), (TWO, "desk-18"):
        assert opened(desk, "front-desk", "login", folder, terminal) == \
            phone_reference.shared_key(key, "tosu", "front-desk", terminal)
        assert opened(desk, "night-watch", "", folder, terminal) == \
            phone_reference.shared_key(other, "tosu", "night-watch", terminal)
    # Bound to what it is for.
    assert opened(desk, "front-desk", "") is None
    assert opened(desk, "front-desk", "login", ONE, "desk-18") is None
    desk.expect(DONE, "sign", "--key", "matsuo", f"{ONE}/desks.ini")
    desk.expect(DONE, "verify", f"{ONE}/desks.ini", says="desks")
    desk.expect(NO, "sign", "--key", "suzuki", f"{TWO}/desks.ini", says="does not let the holder")


def desks_that_are_there_stay(desk):
    front, _ = make_key(desk)
    night, _ = make_key(desk, "night-watch")
    issue(desk, "--key", front, "--for", ONE)
    before = opened(desk, "front-desk")
    issue(desk, "--key", night, "--for", ONE, says=": front-desk night-watch\n")
    assert opened(desk, "front-desk") == before
    assert b"serial = 2\n" in desk.read(f"{ONE}/desks.ini")
    issue(desk, "--remove", "front-desk", "--for", ONE, says=": night-watch\n")
    desk.expect(NO, "exemption", "desk-issue", "--remove", "front-desk", "--for", ONE,
                says="has no desk front-desk")
    # The terminal has made another key.
    desk.add_terminal("desk-17")
    issue(desk, "--key", front, "--for", ONE,
          says=["its 1 desks are dropped", ": front-desk\n"])


def nothing_is_written_where_one_word_is_wrong(desk):
    front, _ = make_key(desk)
    desk.expect(DONE, "exemption", "desk-key", "saga.key", "--desk", "x", "--site", "saga")
    before = desk.files()
    for words, says in (((), "for which terminals"), (("--for", ONE), "which desks"),
                        (("--for", ONE, "--key", "saga.key"), "is of the site saga"),
                        (("--for", ONE, "--for", TWO, "--key", front, "--key", "saga.key"),
                         "is of the site saga"),
                        (("--for", ONE, "--key", front, "--key", front), "was named before"),
                        (("--for", ONE, "--key", front, "--login", "night"), "none of the keys"),
                        (("--for", ONE, "--key", front, "--not-after", "2020-01-01"),
                         "in the past")):
        status, output = desk.run("exemption", "desk-issue", *words)
        assert status != DONE and says in output, output
    assert desk.files() == before


def ten_digits_mean_what_was_read_out(desk):
    file, key = make_key(desk)
    status, output = desk.type("exemption", "phone", "--key", file,
                               answers=["1234-5678-9", SHOWN, "desk-17", "Tanaka", "tanaka",
                                        "Ｍ－００１２３", "r", "３０", "y"])
    assert status == DONE, output
    for piece in ("misheard or mistyped", "the account as the screen shows it",
                  "tanaka at desk-17: M-00123, read-only, 30 minutes from first use; by front-desk",
                  "Grant this? [y/N]"):
        assert piece in output, output
    wanted = phone_reference.code(key, "exemption", "tosu", "desk-17", "tanaka", "front-desk",
                                  CHALLENGE, "M-00123", "read-only", "30")
    assert code_of(output.replace("\r", "")) == phone_reference.grouped(wanted), output


def another_value_gives_other_digits(desk):
    file, _ = make_key(desk)
    codes = set()
    others = {"--terminal": "desk-18", "--user": "suzuki", "--medium": "M-00124",
              "--direction": "read-write", "--minutes": "31",
              "--challenge": phone_reference.shown("12345679")}
    for option, value in (("--by", "x"), *others.items()):
        words = list(SAID)
        if option in words:
            words[words.index(option) + 1] = value
        status, output = desk.type("exemption", "phone", "--key", file, *words, answers=["y"])
        assert status == DONE, output
        codes.add(code_of(output.replace("\r", "")))
    assert len(codes) == 7


def a_token_left_at_home_lets_in_for_a_day(desk):
    file, key = make_key(desk)
    status, output = desk.type("token", "temporary", "--phone", "--key", file,
                               answers=[SHOWN, "desk-17", "tanaka", "y"])
    assert status == DONE, output
    day = re.search(r"tanaka at desk-17: logs in by this code on (\S+), until midnight; by front-desk",
                    output)[1]
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()
    assert day in (str(today), str(today - datetime.timedelta(days=1)))
    wanted = phone_reference.code(key, "login", "tosu", "desk-17", "tanaka", "front-desk", CHALLENGE,
                                  day=day)
    assert code_of(output.replace("\r", "")) == phone_reference.grouped(wanted), output
    row = desk.read(file + ".csv").decode("utf-8-sig").splitlines()[1]
    assert "当日限りのコード" in row and day in row, row
    desk.expect(UNKNOWN, "token", "temporary", "--key", file, says="Say --phone")
    desk.expect(UNKNOWN, "token", "temporary", "--phone", says="which desk approves? Say --key")


def a_same_day_code_is_in_the_documents_as_a_hash_until_midnight(desk):
    desk.expect(DONE, "token", "issue", "tanaka", "yamada", "--for", ONE, "--for", TWO)
    before = desk.tokens(), desk.tokens(TWO)
    output = desk.expect(DONE, "token", "temporary", "tanaka", "--for", ONE, "--for", TWO, "--by",
                         "佐藤係長", says=["当日限りのコードを発行しました。tanaka、", "23時59分まで有効です。",
                                      "by 佐藤係長", "sekisho-admin sign --key KEY"])
    code, day = re.search(r"same-day code  ([0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4})  of tanaka "
                          r"until (\S+) 23:59", output).groups()
    assert re.search("[A-Z]", code)
    for was, folder in zip(before, (ONE, TWO)):
        now = desk.tokens(folder)
        entry = now["token tanaka"]
        assert hashed(code, entry["temporary"]) == entry["temporary"]
        assert entry["temporary-until"] == f"{day}T23:59:59+09:00"
        assert "temporary" not in now["token yamada"]
        assert {**entry, "temporary": 0, "temporary-until": 0} == \
            {**was["token tanaka"], "temporary": 0, "temporary-until": 0}
        desk.sign(f"{folder}/tokens.ini", "matsuo")
        assert code.encode() not in desk.read(f"{folder}/tokens.ini")
    for words, says in ((("sato", "--for", ONE), "has no token of sato"), (("tanaka",), "Say --for"),
                        (("--for", ONE), "who is it for"),
                        (("tanaka", "yamada", "--for", ONE), "who is it for")):
        status, output = desk.run("token", "temporary", *words)
        assert status != DONE and says in output and "same-day code  " not in output, output


def what_is_not_confirmed_is_not_granted(desk):
    file, _ = make_key(desk)
    for answer in "n", "":
        status, output = desk.type("exemption", "phone", "--key", file, *SAID, answers=[answer])
        assert status == NO and "Nothing is granted" in output, output
        assert not re.search(r"\d{3}-\d{3}-\d{4}", output)
    assert not os.path.exists(desk.path(file + ".csv"))
    desk.expect(NO, "exemption", "phone", "--key", file, *SAID, says="Nothing is granted")
    desk.expect(UNKNOWN, "exemption", "phone", "--key", file, says="there is no answer")
    desk.expect(UNKNOWN, "exemption", "phone", "--key", file, "--minutes", "0",
                *[w for w in SAID if w not in ("--minutes", "30")], says="--minutes: a number")
    desk.expect(UNKNOWN, "exemption", "phone", says="which desk approves? Say --key")


def the_book_has_what_was_granted_and_no_code(desk):
    file, _ = make_key(desk)
    codes = []
    for by in "=佐藤,係長", "suzuki \"S\"":
        status, output = desk.type("exemption", "phone", "--key", file, "--by", by, *SAID,
                                   answers=["y"])
        assert status == DONE, output
        codes.append(code_of(output.replace("\r", "")))
    book = desk.read(file + ".csv")
    assert book.startswith(b"\xef\xbb\xbf") and book.count(b"\r\n") == 3
    assert stat.S_IMODE(os.stat(desk.path(file + ".csv")).st_mode) == 0o600
    rows = list(csv.reader(io.StringIO(book.decode("utf-8-sig"), newline="")))
    assert rows[0][:3] == ["許可日時", "窓口", "許可者職氏名"] and len({len(r) for r in rows}) == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", rows[1][0])
    assert rows[1][1:] == ["front-desk", "'=佐藤,係長", "一時使用許可", "desk-17", "tanaka", "M-00123",
                           "読取", "30", "", CHALLENGE]
    assert rows[2][2] == "suzuki \"S\""
    for code in codes:
        assert code.replace("-", "").encode() not in book and code.encode() not in book


def without_a_book_nothing_is_granted(desk):
    file, _ = make_key(desk)
    os.mkdir(desk.path(file + ".csv"))
    status, output = desk.type("exemption", "phone", "--key", file, *SAID, answers=["y"])
    assert status == UNKNOWN and "so nothing is granted" in output, output
    assert not re.search(r"\d{3}-\d{3}-\d{4}", output)


def a_pack_has_the_desks_of_each_terminal(desk):
    file, _ = make_key(desk)
    issue(desk, "--key", file, "--for", ONE)
    desk.sign("site/my-number/policy.ini", "suzuki", "tanaka")
    desk.expect(NO, "site", "pack", "site", "my-number", "out", says="desks.ini is refused")
    desk.sign(f"{ONE}/desks.ini", "matsuo")
    desk.expect(DONE, "site", "pack", "site", "my-number", "out", says="  desks ")


if __name__ == "__main__":
    sys.exit(desk.main(globals(), Office))
