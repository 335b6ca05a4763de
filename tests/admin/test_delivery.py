#!/usr/bin/python3
"""Deliveries of hardware tokens as CSV, in the shapes that vendors give them. See desk.py."""
import base64
import sys

sys.dont_write_bytecode = True
import desk
from desk import DONE, NO, UNKNOWN
from office import ONE, TWO, Office

SEED, LONG = bytes(range(20)), bytes(range(32))
BASE32 = base64.b32encode(SEED).decode()
PEOPLE = "職員番号,氏名,トークン番号\r\nyamada,山田 花子,2308140001\r\nsato,佐藤,2308140003\r\n"


def deliver(desk, *rows):
    desk.write("delivery.csv", "".join(f"{row}\r\n" for row in rows).encode())
    desk.write("people.csv", ("\ufeff" + PEOPLE).encode())


def give(desk, status, *more, **says):
    return desk.expect(status, "token", "import", "delivery.csv", "--people", "people.csv", *more,
                       "--for", ONE, **says)


def kind(desk, user):
    entry = desk.tokens()[f"token {user}"]
    return (entry["number"], entry["type"], entry["hash"], entry["digits"], entry.get("period"),
            entry.get("count"))


def serial_and_secret_without_headings(desk):
    deliver(desk, f"2308140001,{SEED.hex().upper()}", f"2308140002,{LONG.hex()}",
            f"2308140003,{SEED[::-1].hex()}")
    give(desk, DONE, says="delivery.csv: 2 of 3 tokens are these people's", never=SEED.hex())
    assert desk.opened("yamada") == SEED and desk.opened("sato") == SEED[::-1]
    assert kind(desk, "yamada") == ("2308140001", "totp", "sha1", "6", "30", None)
    give(desk, DONE, "--period", "60", "--digits", "8", "--hash", "sha256")
    assert kind(desk, "sato") == ("2308140003", "totp", "sha256", "8", "60", None)
    give(desk, DONE, "--type", "hotp")
    assert kind(desk, "sato") == ("2308140003", "hotp", "sha1", "6", None, "0")
    assert len(desk.tokens()) == 3


def serial_secret_and_what_the_row_says_of_its_kind(desk):
    deliver(desk, f"2308140001, {SEED.hex()}", f"2308140003, {LONG.hex()}, totp, 8, 60",
            f"2308140004, {SEED.hex()}, hotp, 6")
    give(desk, DONE)
    assert kind(desk, "yamada") == ("2308140001", "totp", "sha1", "6", "30", None)
    assert kind(desk, "sato") == ("2308140003", "totp", "sha1", "8", "60", None)
    assert desk.opened("sato") == LONG
    desk.expect(DONE, "token", "assign", "suzuki=2308140004", "--file", "delivery.csv", "--for", TWO)
    assert desk.tokens(TWO)["token suzuki"]["type"] == "hotp"


def english_headings_and_a_time_interval(desk):
    deliver(desk, "upn,serial number,secret key,time interval,manufacturer,model",
            f"hanako@example.jp,2308140001,{BASE32},60,Maker,Card", f",2308140003,{BASE32},30,Maker,Card")
    give(desk, DONE)
    assert desk.opened("yamada") == SEED
    assert kind(desk, "yamada") == ("2308140001", "totp", "sha1", "6", "60", None)
    assert kind(desk, "sato")[4] == "30"


def wrong_rows_are_named_and_nothing_is_imported(desk):
    bare = f"2308140001,{SEED.hex()}"
    good = f"2308140003,{SEED.hex()}"
    heading = "serial number,secret key,time interval"
    rows = [
        ((bare, good, f"2308140001,{LONG.hex()}"), "row 3, column A: read '2308140001', expected each"),
        ((bare, good[:-1]), "row 2, column B: read '(a secret)', expected 16 to 64 bytes"),
        ((bare, "2308140003"), "row 2, column B: read '(a secret)', expected 16 to 64 bytes"),
        ((bare, good + ",30"), "row 2, column C: read '30', expected TOTP"),
        ((bare, good + ",totp,6,30,1"), "row 2: read '', expected up to 5 cells (serial, secret"),
        ((bare, good + ",totp,5"), "row 2, column D: read '5', expected a number from 6 to 8"),
        ((bare, good + ",totp,6,5"), "row 2, column E: read '5', expected a number from 15 to 300"),
        ((heading, bare + ",60", good + ",600"), "row 3, column C: read '600', expected a number"),
        ((heading, bare + ",60", good), "row 3: read '', expected 3 cells, as many as headings, not 2"),
        ((heading.replace("serial", "token"), bare + ",60"), "a column with the heading トークン番号"),
        (("serial;secret", "1;2"), "row 1, column A: read ';', expected cells that are parted by "
         'commas: in Excel, save as "CSV UTF-8 (comma delimited)"'),
        (("serial\tsecret", "1\t2"), "row 1, column A: read 'TAB', expected cells that are parted by"),
        ((heading,), "expected a row of headings, and a row for each token"),
        ((bare, "2308140004," + SEED.hex()), "has no token 2308140003, but 2 others"),
        ((bare,), "has no token 2308140003, but 1 others"),
    ]
    for lines, says in rows:
        deliver(desk, *lines)
        before = desk.files()
        output = give(desk, NO, says=[says, "nothing was imported"])
        assert SEED.hex()[:12] not in output.replace("0001,", ""), output
        assert desk.files() == before, lines
    deliver(desk, bare, good)
    for table, says in (
            (PEOPLE.replace("sato", "yamada"), "row 3, column A: read 'yamada', expected each account"),
            (PEOPLE.replace("0003", "0001"), "row 3, column C: read '2308140001', expected each number"),
            (PEOPLE.replace("yamada", "山田"), "row 2, column A: read '山田', expected the account"),
            (PEOPLE.replace("職員番号", "職員"), "a column with the heading 職員番号"),
            (PEOPLE.replace(",", ";"), "read ';', expected cells that are parted by commas"),
            (bare + "\r\n", "a column with the heading 職員番号")):
        desk.write("people.csv", table.encode())
        before = desk.files()
        give(desk, NO, says=[says, "nothing was imported"], never=SEED.hex())
        assert desk.files() == before
    desk.expect(NO, "token", "import", "delivery.csv", "--for", ONE,
                says="a row of headings, 職員番号 among them; or say --people FILE")
    deliver(desk, bare, good)
    for words, says in ((("--type", "ocra"), "--type: ocra is none"), (("--digits", "9"), "--digits"),
                        (("--period", "1"), "--period"), (("--hash", "md5"), "--hash: md5 is none"),
                        (("--type", "hotp", "--hash", "sha256"), "a HOTP token is of --hash sha1")):
        give(desk, UNKNOWN, *words, says=says)
    desk.write("people.csv", ("account,serial\r\n" + "".join(
        f"u{n},{n}\r\n" for n in range(257))).encode())
    give(desk, NO, says="people.csv names 257 persons; a terminal takes at most 256")
    give(desk, NO, "--for", TWO, says="people.csv")


sys.exit(desk.main(globals(), Office))
