#!/usr/bin/python3
"""sekisho-admin token: what is issued opens at its terminal only, and is shown once. See desk.py."""
import base64
import os
import re
import sys

sys.dont_write_bytecode = True
import desk
import hpke
from desk import DONE, NO, UNKNOWN
from office import (ENVELOPE, ONE, RECOVERY, TERMINALS, TOKENS, TWO, Office, codes_of, fingerprint,
                    hashed, secrets_of)

def the_test_itself_opens_the_vector_of_the_rfc(desk):
    # RFC 9180, A.2.1
    assert hpke.open_sealed(
        bytes.fromhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"),
        bytes.fromhex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"),
        bytes.fromhex("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db"
                      "21993c62ce81883d2dd1b51a28"),
        b"Ode on a Grecian Urn", b"Count-0") == b"Beauty is truth, truth beauty"


def a_secret_is_shown_once_and_opens_at_its_terminals_only(desk):
    output = desk.expect(DONE, "token", "issue", "yamada", "sato_2", "--for", ONE, "--for", TWO,
                         says=["yamada", "terminal  desk-17, desk-18", "every 30 s"])
    yamada, sato = secrets_of(output)
    assert len(yamada) == len(sato) == 20 and yamada != sato
    uri = re.search(r"otpauth://totp/tosu:yamada\?secret=[A-Z2-7]{32}&issuer=tosu&algorithm=SHA1&"
                    r"digits=6&period=30\n", output)
    assert uri, output
    for folder in ONE, TWO:
        assert desk.opened("yamada", folder) == yamada
        assert desk.opened("sato-2-1", folder) == sato
    # Another key, another person, another site, another kind: none of them opens it.
    desk.private[ONE], desk.private[TWO] = desk.private[TWO], desk.private[ONE]
    assert desk.opened("yamada") is None
    desk.private[ONE], desk.private[TWO] = desk.private[TWO], desk.private[ONE]
    for key, value in (("account", "suzuki"), ("site", "saga"), ("digits", "8"),
                       ("period", "60"), ("hash", "sha256"), ("type", "hotp"), ("number", "1")):
        assert desk.opened("yamada", **{key: value}) is None, key
    assert desk.tokens(ONE)["token yamada"]["sealed-secret"] != \
        desk.tokens(TWO)["token yamada"]["sealed-secret"]
    for name, data in desk.files().items():
        for secret in yamada, sato:
            for form in secret, base64.b32encode(secret), secret.hex().encode():
                assert form not in data and form.lower() not in data, name


def recovery_codes_are_hashed_under_one_salt_a_person(desk):
    output = desk.expect(DONE, "token", "issue", "yamada", "sato", "--for", ONE)
    codes = codes_of(output, RECOVERY)
    assert len(codes) == 20 and len(set(codes)) == 20
    assert not set("".join(codes)) & set("ILOU")
    salts = set()
    for user, shown in ("yamada", codes[:10]), ("sato", codes[10:]):
        entry = desk.tokens()[f"token {user}"]
        salts.add(entry["recovery-salt"])
        # they stand in two columns
        for number, code in zip((1, 6, 2, 7, 3, 8, 4, 9, 5, 10), shown):
            expected = f"{entry['recovery-salt']}${entry[f'recovery-{number}']}"
            assert hashed(code, entry["recovery-salt"]) == expected, code
    assert len(salts) == 2


def envelopes_are_made_for_each_terminal(desk):
    output = desk.expect(DONE, "token", "issue", "--envelopes", "3", "--for", ONE, "--for", TWO)
    codes = codes_of(output, ENVELOPE)
    assert len(set(codes)) == 6
    for folder, shown in (ONE, codes[:3]), (TWO, codes[3:]):
        entry = desk.tokens(folder)["envelopes"]
        for number, code in enumerate(shown, 1):
            assert hashed(code, entry["salt"]) == f"{entry['salt']}${entry[f'envelope-{number}']}"
    desk.expect(DONE, "token", "issue", "yamada", "--for", ONE)
    assert desk.tokens()["envelopes"]["envelope-3"]  # they stay
    desk.expect(DONE, "token", "issue", "--envelopes", "1", "--for", ONE)
    assert "envelope-2" not in desk.tokens()["envelopes"]
    desk.expect(UNKNOWN, "token", "issue", "--envelopes", "11", "--for", ONE,
                says="--envelopes needs a number from 1 to 10")


def it_is_signed_by_a_token_officer_and_by_nobody_else(desk):
    desk.expect(DONE, "token", "issue", "yamada", "--number", "00012345", "--for", ONE)
    desk.expect(NO, "sign", "--key", "suzuki", TOKENS, says="does not let the holder")
    desk.expect(NO, "verify", TOKENS, says="unsigned")
    desk.expect(DONE, "sign", "--key", "matsuo", TOKENS,
                says=["terminal   desk-17 (SHA256:", "tokens     1, and 0 sealed envelopes",
                      "yamada: token 00012345, totp, 6 digits", "these are enough"])
    desk.expect(DONE, "verify", TOKENS, says=["good tokens, serial 1", "signed by: matsuo"])
    desk.expect(DONE, "policy", "lint", TOKENS, says="no sealed envelopes")
    # Any change takes the signature away, and the next serial.
    desk.expect(DONE, "token", "resync", "yamada", "--for", ONE, says="serial 2, 1 token")
    desk.expect(NO, "verify", TOKENS, says="unsigned")
    desk.sign(TOKENS, "matsuo")
    desk.expect(DONE, "verify", TOKENS, says="good tokens, serial 2")
    desk.expect(DONE, "sign", "--raise", "--key", "matsuo", TOKENS, says="these are enough")
    desk.expect(DONE, "verify", TOKENS, says="good tokens, serial 3")
    desk.edit(TOKENS, b"reset = 1", b"reset = 2")
    desk.expect(NO, "verify", TOKENS, says="signature")


def a_root_without_the_role_says_how_to_get_it(desk):
    os.remove(desk.path("site/root/2.ini"))
    desk.expect(DONE, "token", "issue", "yamada", "--for", ONE)
    desk.expect(NO, "sign", "--key", "suzuki", TOKENS,
                says='"sekisho-admin root rotate --add-to-role token-officer=ID" lets somebody')


def a_token_is_reset_replaced_and_removed(desk):
    desk.expect(DONE, "token", "issue", "yamada", "sato", "--for", ONE)
    old = desk.read(TOKENS)
    desk.write("old.ini", old)
    before = desk.opened("yamada")
    desk.expect(DONE, "token", "resync", "yamada", "--for", ONE, never="recovery")
    assert desk.opened("yamada") == before
    assert desk.tokens()["token yamada"]["reset"] == "1"
    desk.expect(NO, "policy", "diff", "old.ini", TOKENS,
                says="yamada: the terminal forgets what it remembers of the token", never="sato")
    number = desk.tokens()["token yamada"]["number"]
    # The same number with another secret: nothing of before may be believed of it.
    desk.expect(DONE, "token", "issue", "yamada", "--number", number, "--for", ONE)
    assert desk.tokens()["token yamada"]["reset"] == "2" and desk.opened("yamada") != before
    desk.expect(NO, "policy", "diff", "old.ini", TOKENS,
                says=["the secret of the token was sealed anew", "other recovery codes"])
    desk.expect(DONE, "token", "issue", "yamada", "--number", "A 1;%", "--for", ONE)
    assert desk.tokens()["token yamada"]["reset"] == "0"
    assert desk.tokens()["token yamada"]["number"] == "A 1%3B%25"
    desk.expect(NO, "policy", "diff", "old.ini", TOKENS, says=f"token A 1;% (totp) in place of {number}")
    desk.expect(DONE, "token", "issue", "suzuki", "--for", ONE)
    desk.expect(DONE, "token", "revoke", "sato", "--for", ONE)
    desk.expect(NO, "policy", "diff", "old.ini", TOKENS,
                says=["sato: loses the token T-", "suzuki: gets the token T-"])
    for verb in "resync", "unlock", "revoke":
        before = desk.files()
        desk.expect(NO, "token", verb, "sato", "--for", ONE, says="has no token of sato")
        assert desk.files() == before


def nothing_is_written_where_anything_is_wrong(desk):
    desk.expect(DONE, "token", "issue", "yamada", "--number", "7", "--for", ONE)
    before = desk.files()
    for status, words, says in (
            (NO, ["sato", "--type", "hotp", "--for", ONE, "--for", TWO],
             "a HOTP token counts its codes"),
            (NO, ["sato", "--number", "7", "--for", TWO, "--for", ONE],
             "yamada has the token 7 already"),
            (NO, ["sato", "--for", ONE, "--for", f"{ONE}/terminal-key.ini"],
             "are of the same terminal"),
            (UNKNOWN, ["sato", "--for", ONE, "--for", f"{TERMINALS}/desk-19"], "cannot be read"),
            (UNKNOWN, ["sato"], "which terminal is it for"),
            (UNKNOWN, ["--for", ONE], "who gets a token?"),
            (UNKNOWN, ["Sato", "--for", ONE], "Sato is no account"),
            (UNKNOWN, ["7sato", "--for", ONE], "7sato is no account"),
            (UNKNOWN, ["sato", "sato", "--for", ONE], "sato is said twice"),
            (UNKNOWN, ["sato", "suzuki", "--number", "8", "--for", ONE], "one person's token"),
            (UNKNOWN, ["sato", "--number", "番号", "--for", ONE], "printable ASCII"),
            (UNKNOWN, ["sato", "--digits", "5", "--for", ONE], "a number from 6 to 8"),
            (UNKNOWN, ["sato", "--period", "14", "--for", ONE], "a number from 15 to 300"),
            (UNKNOWN, ["sato", "--hash", "md5", "--for", ONE], "none of its words"),
            (UNKNOWN, ["sato", "--type", "hotp", "--period", "30", "--for", ONE], "no --period"),
            (UNKNOWN, ["sato", "--type", "hotp", "--hash", "sha256", "--for", ONE], "RFC 4226"),
            (NO, ["sato", "--serial", "1", "--for", ONE], "must be higher than 1"),
            (NO, ["sato", "--tier", "lgwan", "--for", ONE], "is of the tier my-number"),
            (NO, ["sato", "--not-after", "2020-04-30", "--for", ONE], "lies in the past")):
        desk.expect(status, "token", "issue", *words, says=says, never="otpauth")
        assert desk.files() == before, words


def a_terminal_with_another_key_needs_every_token_anew(desk):
    desk.expect(DONE, "token", "issue", "yamada", "--for", ONE)
    desk.add_terminal("desk-17")
    before = desk.files()
    desk.expect(NO, "token", "issue", "sato", "--for", ONE, says="say --new-key")
    desk.expect(DONE, "policy", "lint", TOKENS, says="it is sealed to another key")
    assert desk.files() == before
    output = desk.expect(DONE, "token", "issue", "yamada", "--new-key", "--for", ONE,
                         says=["serial 2", "desk-17", "sekisho status"], never="not in it")
    assert desk.opened("yamada") == secrets_of(output)[0]


def with_a_new_key_everybody_gets_a_fresh_secret_of_the_same_kind(desk):
    desk.expect(DONE, "token", "issue", "yamada", "--digits", "8", "--period", "60",
                "--envelopes", "2", "--for", ONE)
    desk.expect(DONE, "token", "issue", "sato", "--type", "hotp", "--for", ONE)
    old = desk.tokens()
    before = desk.files()
    desk.expect(NO, "token", "issue", "--new-key", "--for", ONE, says="is of the key that",
                never="otpauth")
    assert desk.files() == before
    desk.add_terminal("desk-17")
    before = desk.files()
    desk.expect(UNKNOWN, "token", "issue", "--new-key", "--for", ONE, "--for", TWO,
                says="who gets a token?", never="otpauth")
    assert desk.files() == before
    output = desk.expect(DONE, "token", "issue", "--new-key", "--for", ONE,
                         says=["serial 3, 2 tokens", "digits=8&period=60", "counter=0"])
    new = desk.tokens()
    assert [desk.opened("yamada"), desk.opened("sato")] == secrets_of(output)
    for user, kind in ("yamada", ("totp", "8", "60")), ("sato", ("hotp", "6", None)):
        entry = new[f"token {user}"]
        assert (entry["type"], entry["digits"], entry.get("period")) == kind, entry
        assert entry["number"] != old[f"token {user}"]["number"]
        assert entry["recovery-salt"] != old[f"token {user}"]["recovery-salt"]
    assert new["envelopes"] == old["envelopes"]     # they need no key
    assert len(codes_of(output, RECOVERY)) == 20
    desk.sign(TOKENS, "matsuo")
    desk.expect(DONE, "verify", TOKENS, says="good tokens, serial 3")
    desk.expect(NO, "token", "issue", "--new-key", "--for", ONE, says="is of the key that")


def with_a_new_key_bought_tokens_are_imported_again_and_go_on(desk):
    desk.write("bought.csv", csv(f"yamada,C-1,{SEED.hex()},HOTP,6,,5"))
    desk.expect(DONE, "token", "import", "bought.csv", "--for", ONE)
    desk.expect(DONE, "token", "issue", "sato", "--number", "7", "--for", ONE)
    desk.add_terminal("desk-17")
    desk.expect(DONE, "token", "import", "bought.csv", "--new-key", "--for", ONE,
                says=["serial 3, 1 token", "not in it  sato, who had the token 7"])
    assert desk.opened("yamada") == SEED and "token sato" not in desk.tokens()
    # The lock goes; how far it has counted stays with the terminal.
    assert desk.tokens()["token yamada"]["reset"] == "1"
    desk.expect(DONE, "token", "issue", "sato", "--for", ONE, says="serial 4, 2 tokens")


def with_a_new_key_plastic_gets_no_fresh_secret_and_dates_are_named(desk):
    desk.write("bought.csv", csv(f"yamada,C-1,{SEED.hex()},TOTP,6,,"))
    desk.expect(DONE, "token", "import", "bought.csv", "--until", "2128-03-31", "--for", ONE)
    desk.add_terminal("desk-17")
    before = desk.files()
    desk.expect(NO, "token", "issue", "--new-key", "--for", ONE, never="otpauth",
                says=["no token in it has a number that was made here", "nothing was written"])
    assert desk.files() == before
    desk.expect(DONE, "token", "import", "bought.csv", "--new-key", "--for", ONE)
    desk.expect(DONE, "token", "issue", "sato", "--until", "2129-03-31", "--for", ONE)
    desk.add_terminal("desk-17")
    desk.expect(DONE, "token", "issue", "--new-key", "--for", ONE,
                says="not in it  yamada, who had the token C-1, until 2128-03-31T23:59:59+09:00: "
                     "issue or import one, with these dates (--from, --until)")
    assert list(desk.tokens()) == ["tokens", "token sato"]
    desk.expect(DONE, "token", "import", "bought.csv", "--until", "2128-03-31", "--for", ONE)
    assert desk.opened("yamada") == SEED
    assert desk.tokens()["token yamada"]["until"] == "2128-03-31T23:59:59+09:00"


def what_somebody_has_already_stays_as_it_is(desk):
    desk.write("bought.csv", csv(f"yamada,C-1,{SEED.hex()},TOTP,6,,"))
    desk.expect(DONE, "token", "import", "bought.csv", "--for", ONE)
    desk.sign(TOKENS, "matsuo")
    before = desk.read(TOKENS)
    output = desk.expect(DONE, "token", "import", "bought.csv", "--for", ONE, never="Next:",
                         says=["as it was: ", "stays      yamada: C-1, with its recovery codes"])
    assert desk.read(TOKENS) == before and not codes_of(output, RECOVERY)
    # A terminal that has it not gets it; what is handed over says where it counts.
    output = desk.expect(DONE, "token", "import", "bought.csv", "--for", ONE, "--for", TWO,
                         says=["as it was: ", "terminal  desk-18\n"])
    assert desk.read(TOKENS) == before and len(codes_of(output, RECOVERY)) == 10
    assert desk.opened("yamada", TWO) == SEED
    # A date is no reason for new codes.
    salt = desk.tokens()["token yamada"]["recovery-salt"]
    output = desk.expect(DONE, "token", "import", "bought.csv", "--until", "2128-03-31", "--for", ONE,
                         says=["written: ", "stays "])
    entry = desk.tokens()["token yamada"]
    assert entry["recovery-salt"] == salt and "until" in entry and entry["reset"] == "0"
    # Somebody new in the file: the others stay.
    desk.write("bought.csv", csv(f"yamada,C-1,{SEED.hex()},TOTP,6,,", f"sato,C-2,{SEED.hex()},,,,"))
    output = desk.expect(DONE, "token", "import", "bought.csv", "--for", ONE, says="stays      yamada")
    assert len(codes_of(output, RECOVERY)) == 10
    assert desk.tokens()["token yamada"]["recovery-salt"] == salt
    output = desk.expect(DONE, "token", "import", "bought.csv", "--again", "--for", ONE,
                         says="anew       yamada: C-1 once more")
    assert desk.tokens()["token yamada"]["reset"] == "1" and len(codes_of(output, RECOVERY)) == 20
    desk.write("bought.csv", csv(f"yamada,C-3,{SEED.hex()},TOTP,6,,"))
    desk.expect(DONE, "token", "import", "bought.csv", "--for", ONE,
                says="replaced   yamada: C-3 in place of C-1, which ends")
    # The same number, but another kind: that is no longer the same.
    desk.write("bought.csv", csv(f"yamada,C-3,{SEED.hex()},TOTP,8,,"))
    desk.expect(DONE, "token", "import", "bought.csv", "--for", ONE, says="anew       yamada")
    assert desk.tokens()["token yamada"]["digits"] == "8"


def a_new_secret_that_counts_needs_another_number(desk):
    """The terminal goes on where it was, and refuses every code of the new one."""
    desk.expect(DONE, "token", "issue", "yamada", "--type", "hotp", "--number", "7", "--for", ONE)
    before = desk.files()
    desk.expect(NO, "token", "issue", "yamada", "--type", "hotp", "--number", "7", "--for", ONE,
                says="it needs another number", never="otpauth")
    assert desk.files() == before
    desk.add_terminal("desk-17")
    desk.expect(NO, "token", "issue", "yamada", "--type", "hotp", "--number", "7", "--new-key",
                "--for", ONE, says="it needs another number", never="otpauth")
    desk.expect(DONE, "token", "issue", "yamada", "--type", "hotp", "--number", "8", "--new-key",
                "--for", ONE)
    desk.write("bought.csv", csv(f"yamada,8,{SEED.hex()},HOTP,6,,"))
    desk.expect(DONE, "token", "import", "bought.csv", "--for", ONE)    # plastic goes on counting


def a_key_is_compared_by_its_fingerprint(desk):
    shown = desk.add_terminal("desk-20")
    desk.expect(DONE, "token", "key", f"{TERMINALS}/desk-20", says=f"{shown}  desk-20\n")
    name = f"{TERMINALS}/desk-20/terminal-key.ini"
    desk.edit(name, shown.encode(), fingerprint(b"another").encode())
    desk.expect(NO, "token", "key", name, says=[shown, "is the file whole?"])
    desk.expect(NO, "token", "issue", "yamada", "--for", name, says="nothing was written")


def a_counter_begins_where_it_is_said_to(desk):
    output = desk.expect(DONE, "token", "issue", "yamada", "--type", "hotp", "--digits", "8",
                         "--for", ONE, says="&digits=8&counter=0")
    entry = desk.tokens()["token yamada"]
    assert entry["count"] == "0" and "period" not in entry and entry["digits"] == "8"
    assert desk.opened("yamada") == secrets_of(output)[0]


def a_counter_that_is_elsewhere_already_is_refused(desk):
    desk.expect(DONE, "token", "issue", "yamada", "--type", "hotp", "--number", "7", "--for", ONE)
    before = desk.files()
    desk.expect(NO, "token", "issue", "yamada", "--type", "hotp", "--number", "7", "--for", TWO,
                says="desk-17/tokens.ini has the HOTP token 7 already", never="otpauth")
    assert desk.files() == before
    desk.expect(DONE, "token", "issue", "yamada", "--number", "7", "--for", TWO)  # it has a clock
    desk.expect(DONE, "token", "revoke", "yamada", "--for", ONE)
    desk.expect(DONE, "token", "issue", "yamada", "--type", "hotp", "--number", "7", "--for", TWO)


SEED = bytes(range(20))


def csv(*rows, heading="職員番号,トークン番号,秘密鍵,種別,桁数,間隔,カウンタ"):
    return "\r\n".join(["\ufeff" + heading, *rows, ""]).encode()


def tokens_that_were_bought_are_imported(desk):
    long = base64.b32encode(bytes(range(32))).decode()
    desk.write("bought.csv", csv(f"yamada,00012345,{SEED.hex()},TOTP,8,60,0",
                                 f"sato_2,00012346,{long},,,,",
                                 f"suzuki,C-1,{SEED[::-1].hex().upper()},HOTP,6,0,17"))
    output = desk.expect(DONE, "token", "import", "bought.csv", "--for", ONE, never="otpauth")
    assert SEED.hex() not in output and len(codes_of(output, RECOVERY)) == 30
    tokens = desk.tokens()
    assert desk.opened("yamada") == SEED
    assert (tokens["token yamada"]["digits"], tokens["token yamada"]["period"]) == ("8", "60")
    assert tokens["token yamada"]["number"] == "00012345"
    assert desk.opened("sato-2-1") == bytes(range(32))
    assert tokens["token sato-2-1"]["period"] == "30"
    assert desk.opened("suzuki") == SEED[::-1]
    assert tokens["token suzuki"]["count"] == "17"
    desk.sign(TOKENS, "matsuo")
    desk.expect(DONE, "verify", TOKENS, says="good tokens")
    before = desk.files()
    desk.expect(NO, "token", "import", "bought.csv", "--for", TWO, "--for", ONE,
                says="the token C-1 of suzuki can be for one terminal only, not for 2")
    assert desk.files() == before


def headings_may_be_english_and_in_any_order(desk):
    desk.write("bought.csv", csv(f"x,{SEED.hex()},SHA256,N-1,yamada",
                                 heading="Model,Seed,Algorithm,Serial,Account"))
    desk.expect(DONE, "token", "import", "bought.csv", "--for", ONE)
    assert desk.opened("yamada") == SEED
    assert desk.tokens()["token yamada"]["hash"] == "sha256"


def nothing_is_imported_where_a_cell_is_wrong(desk):
    good = f"sato,S-1,{SEED.hex()},TOTP,6,30,"
    both = "A2" * 16  # 16 bytes of hexadecimal digits, and 20 of base32
    rows = [
        ("yamada", "Yamada", "row 3, column A: read 'Yamada', expected the account"),
        ("yamada", "012345", "row 3, column A: read '012345', expected the account"),
        ("yamada", "sato", "row 3, column A: read 'sato', expected each account once"),
        ("N-1", "", "row 3, column B: read '', expected 1 to 32 of printable ASCII"),
        ("N-1", "S-1", "row 3, column B: read 'S-1', expected each number once"),
        (SEED.hex(), SEED.hex()[:-1], "row 3, column C: read '(a secret)', expected 16 to 64 bytes"),
        (SEED.hex(), SEED.hex()[:30], "row 3, column C: read '(a secret)', expected 16 to 64"),
        (SEED.hex(), "00" * 65, "row 3, column C: read '(a secret)', expected 16 to 64"),
        (SEED.hex(), "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U1", "expected 16 to 64 bytes"),
        (SEED.hex(), base64.b32encode(SEED).decode() + "A", "expected 16 to 64 bytes"),
        (SEED.hex(), base64.b32encode(SEED[:16]).decode()[:25] + "F======", "expected 16 to 64"),
        (SEED.hex(), base64.b32encode(SEED[:16]).decode()[:-1], "expected 16 to 64 bytes"),
        (SEED.hex(), both, "say --seed hex or --seed base32"),
        ("TOTP", "OCRA", "row 3, column D: read 'OCRA', expected TOTP"),
        (",6,", ",5,", "row 3, column E: read '5', expected a number from 6 to 8"),
        (",6,", ",６,", "row 3, column E: read '６', expected a number from 6 to 8"),
        (",30,", ",10,", "row 3, column F: read '10', expected a number from 15 to 300"),
        (",30,", ",30,4", "row 3, column G: read '4', expected nothing"),
        ("TOTP", "HOTP", "row 3, column F: read '30', expected nothing"),
        (",30,", ",30", "row 3: read '', expected 7 cells, as many as headings, not 6"),
        (",30,", ",30,,", "expected 7 cells, as many as headings, not 8"),
    ]
    for old, new, says in rows:
        row = f"yamada,N-1,{SEED.hex()},TOTP,6,30,"
        assert old in row
        desk.write("bought.csv", csv(good, row.replace(old, new)))
        before = desk.files()
        output = desk.expect(NO, "token", "import", "bought.csv", "--for", ONE,
                             says=[says, "nothing was imported"])
        assert SEED.hex()[:16] not in output and "MFRGG" not in output, output
        assert desk.files() == before, new
    desk.write("bought.csv", csv(good, f"yamada,N-1,{both},TOTP,6,30,"))
    for form, secret in ("hex", bytes.fromhex(both)), ("base32", base64.b32decode(both)):
        rows = csv(f"yamada,N-1,{both},TOTP,6,30,")
        desk.write("bought.csv", rows)
        desk.expect(DONE, "token", "import", "bought.csv", "--again", "--seed", form, "--for", ONE)
        assert desk.opened("yamada") == secret


def headings_that_are_wrong_are_named(desk):
    row = f"yamada,N-1,{SEED.hex()}"
    for heading, says in (
            ("職員番号,トークン番号,鍵", "a column with the heading 秘密鍵"),
            ("氏名,トークン番号,秘密鍵", "a column with the heading 職員番号"),
            ("職員番号,シリアル番号,serial,秘密鍵", "column C: read 'serial', expected each column once"),
            ("", "expected a column with the heading")):
        desk.write("bought.csv", csv(row, heading=heading))
        desk.expect(NO, "token", "import", "bought.csv", "--for", ONE, says=says)
    desk.write("bought.csv", b"")
    desk.expect(NO, "token", "import", "bought.csv", "--for", ONE, says="a row of headings")


def a_pack_has_the_tokens_of_its_terminals(desk):
    for name in "site/my-number/policy.ini",:
        desk.sign(name, "suzuki", "tanaka")
    desk.expect(DONE, "token", "issue", "yamada", "--for", ONE, "--for", TWO)
    desk.sign(TOKENS, "matsuo")
    desk.expect(NO, "site", "pack", "site", "my-number", "out", says="desk-18/tokens.ini is refused")
    assert not os.path.exists(desk.path("out"))
    desk.sign(f"{TWO}/tokens.ini", "matsuo")
    desk.expect(DONE, "site", "pack", "site", "my-number", "out", says="6 files in out")
    for name in "desk-17", "desk-18":
        assert desk.read(f"out/terminals/{name}/tokens.ini") == \
            desk.read(f"{TERMINALS}/{name}/tokens.ini")
        assert not os.path.exists(desk.path(f"out/terminals/{name}/terminal-key.ini"))


def a_new_epoch_begins_again(desk):
    desk.expect(DONE, "token", "issue", "yamada", "--for", ONE)
    desk.expect(DONE, "token", "issue", "sato", "--for", ONE, says="serial 2")
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--new-epoch")
    desk.sign("site/root/3.ini", "suzuki", "tanaka")
    desk.expect(DONE, "token", "issue", "suzuki", "--for", ONE, says="serial 1, 3 tokens")
    assert desk.tokens()["tokens"]["epoch"] == "2"
    desk.sign(TOKENS, "matsuo")
    desk.expect(DONE, "verify", TOKENS, says="good tokens, serial 1")


def a_token_document_elsewhere_says_what_it_lacks(desk):
    os.makedirs(desk.path("stick/desk-17"))
    desk.write("stick/desk-17/terminal-key.ini", desk.read(f"{ONE}/terminal-key.ini"))
    desk.expect(UNKNOWN, "token", "issue", "yamada", "--for", "stick/desk-17",
                says="put the folder into that of the site")
    os.remove(desk.path("site/my-number/site.ini"))
    desk.expect(UNKNOWN, "token", "issue", "yamada", "--for", ONE, says="Say --tier")
    desk.expect(DONE, "token", "issue", "yamada", "--tier", "my-number", "--for", ONE)


def dates_of(desk, user="yamada", folder=ONE):
    entry = desk.tokens(folder)[f"token {user}"]
    return entry.get("from"), entry.get("until")


FROM, UNTIL = "2127-04-01T00:00:00+09:00", "2128-03-31T23:59:59+09:00"


def a_token_counts_from_a_day_until_the_end_of_another(desk):
    desk.expect(DONE, "token", "issue", "yamada", "--from", "2127-04-01", "--until", "2128-03-31",
                "--for", ONE, says=f"from {FROM}, until {UNTIL}\n")
    assert dates_of(desk) == (FROM, UNTIL)
    old = desk.opened("yamada")
    assert old    # the seal does not cover them
    # Another offset is another midnight; one that nobody has set is Japan's.
    desk.expect(DONE, "token", "issue", "sato", "--until", "2128-03-31", "--for", ONE,
                TZ="Asia/Shanghai")
    assert dates_of(desk, "sato") == (None, "2128-03-31T23:59:59+08:00")
    desk.expect(DONE, "token", "issue", "sato_2", "--until", "2128-03-31", "--for", ONE, TZ="UTC")
    assert dates_of(desk, "sato-2-2") == (None, UNTIL)
    desk.expect(DONE, "token", "issue", "suzuki", "--from", "2127-04-01T08:30:00+09:00",
                "--for", ONE)
    assert dates_of(desk, "suzuki") == ("2127-04-01T08:30:00+09:00", None)
    desk.write("old.ini", desk.read(TOKENS))
    # A token that is lost is replaced by one of the same dates; they are the person's.
    desk.expect(DONE, "token", "issue", "yamada", "--for", ONE, says=f"until {UNTIL}\n")
    assert dates_of(desk) == (FROM, UNTIL) and desk.opened("yamada") != old
    desk.expect(DONE, "token", "issue", "yamada", "--from", "none", "--until", "2129-03-31",
                "--for", ONE)
    assert dates_of(desk) == (None, "2129-03-31T23:59:59+09:00")
    desk.expect(DONE, "token", "issue", "sato", "--until", "none", "--for", ONE)
    desk.expect(DONE, "token", "issue", "suzuki", "--until", "2128-03-31", "--for", ONE)
    desk.expect(NO, "policy", "diff", "old.ini", TOKENS, says=[
        f"yamada: the token no longer begins on {FROM}\n",
        f"yamada: the token ends on 2129-03-31T23:59:59+09:00 in place of {UNTIL}\n",
        "sato: the token no longer ends on 2128-04-01T00:59:59+09:00\n",
        f"suzuki: the token ends on {UNTIL}\n"])
    desk.expect(NO, "policy", "diff", TOKENS, "old.ini",
                says=f"yamada: the token begins on {FROM}\n")
    desk.sign(TOKENS, "matsuo")
    desk.expect(DONE, "verify", TOKENS, says="good tokens")
    # A terminal that made a new key: everybody as before.
    desk.add_terminal("desk-17")
    desk.expect(DONE, "token", "issue", "--new-key", "--for", ONE)
    assert dates_of(desk) == (None, "2129-03-31T23:59:59+09:00")


def bought_tokens_have_dates_too(desk):
    desk.write("bought.csv", csv(f"yamada,C-1,{SEED.hex()},HOTP,6,,5",
                                 f"sato,C-2,{SEED.hex()},TOTP,6,30,"))
    desk.expect(DONE, "token", "import", "bought.csv", "--from", "2127-04-01", "--until",
                "2128-03-31", "--for", ONE)
    assert dates_of(desk) == dates_of(desk, "sato") == (FROM, UNTIL)
    desk.sign(TOKENS, "matsuo")
    output = desk.expect(DONE, "sign", "--raise", "--key", "matsuo", TOKENS)
    assert f"yamada: token C-1, hotp, 6 digits, from {FROM}, until {UNTIL}\n" in output, output


def dates_that_cannot_be_are_refused(desk):
    desk.expect(DONE, "token", "issue", "yamada", "--from", "2127-04-01", "--for", ONE)
    before = desk.files()
    for status, words, says in (
            (NO, ["issue", "sato", "--until", "2020-03-31", "--for", ONE], "lies in the past"),
            (NO, ["issue", "yamada", "--until", "2127-03-31", "--for", ONE],
             "the token of yamada would end before it begins"),
            (NO, ["issue", "sato", "--from", "2128-04-01", "--until", "2128-03-31", "--for", ONE],
             "would end before it begins"),
            (UNKNOWN, ["issue", "sato", "--until", "2128-02-30", "--for", ONE],
             "--until needs a date such as 2028-03-31, or none"),
            (UNKNOWN, ["issue", "sato", "--from", "31.3.2128", "--for", ONE], "--from needs a date"),
            (UNKNOWN, ["issue", "sato", "--from", "1970-01-01", "--for", ONE], "--from needs a date"),
            (UNKNOWN, ["issue", "--envelopes", "1", "--until", "2128-03-31", "--for", ONE],
             '"token extend" changes one that is there'),
            (UNKNOWN, ["extend", "yamada", "--for", ONE], "until when does it count?"),
            (UNKNOWN, ["extend", "--until", "2128-03-31", "--for", ONE], "Say who, or --all"),
            (UNKNOWN, ["extend", "yamada", "--all", "--until", "2128-03-31", "--for", ONE],
             "Say who, or --all"),
            (UNKNOWN, ["extend", "--all", "--until", "none", "--for", ONE], "--all needs --until"),
            (UNKNOWN, ["extend", "--all", "--from", "2127-04-01", "--until", "2128-03-31", "--for",
                       ONE], "--all needs --until and a date"),
            (UNKNOWN, ["extend", "yamada", "--until", "2128-03-31"], "which terminal"),
            (NO, ["extend", "yamada", "--until", "2127-03-31", "--for", ONE], "end before it begins"),
            (NO, ["extend", "yamada", "--until", "2020-03-31", "--for", ONE], "lies in the past"),
            (NO, ["extend", "sato", "--until", "2128-03-31", "--for", ONE], "has no token of sato"),
            # Of the second terminal something is wrong: the first is left, too.
            (NO, ["extend", "yamada", "--until", "2128-03-31", "--for", ONE, "--for", TWO],
             "desk-18/tokens.ini is not there")):
        desk.expect(status, "token", *words, says=says, never="otpauth")
        assert desk.files() == before, words


def all_of_several_terminals_are_extended_at_once(desk):
    for folder in ONE, TWO:
        desk.expect(DONE, "token", "issue", "yamada", "--until", "2127-03-31", "--for", folder)
        desk.expect(DONE, "token", "issue", "eien", "--for", folder)
    desk.expect(DONE, "token", "issue", "sato", "--until", "2129-03-31", "--for", ONE)
    desk.add_terminal("desk-19")
    three = f"{TERMINALS}/desk-19"
    desk.expect(DONE, "token", "issue", "eien", "--for", three)
    desk.sign(f"{three}/tokens.ini", "matsuo")
    signed, secret = desk.read(f"{three}/tokens.ini"), desk.opened("yamada")
    codes = {name: value for name, value in desk.tokens()["token yamada"].items()
             if name.startswith(("recovery", "reset", "sealed", "number"))}
    words = ["token", "extend", "--all", "--until", "2128-03-31", "--for", ONE, "--for", TWO,
             "--for", three]
    desk.expect(DONE, *words, says=[
        "desk-17/tokens.ini, serial 4, 1 of 3 tokens",
        f"  yamada counts until {UNTIL}; before: until 2127-03-31T23:59:59+09:00\n",
        f"as it was: {three}/tokens.ini",
        f"Next: have each signed by a token officer:\n  sekisho-admin sign --key KEY {TOKENS}\n"],
        never=[f"KEY {three}", "otpauth", "recovery"])
    for folder in ONE, TWO:
        assert dates_of(desk, folder=folder) == (None, UNTIL)
        assert dates_of(desk, "eien", folder) == (None, None)
    assert dates_of(desk, "sato") == (None, "2129-03-31T23:59:59+09:00")    # never shorter
    assert desk.read(f"{three}/tokens.ini") == signed
    # It is the same token: nothing is handed out.
    assert desk.opened("yamada") == secret
    assert codes.items() <= desk.tokens()["token yamada"].items()
    before = desk.files()
    desk.expect(DONE, *words, says=f"as it was: {ONE}/tokens.ini", never="Next")
    assert desk.files() == before
    desk.sign(TOKENS, "matsuo")
    desk.expect(DONE, "verify", TOKENS, says="good tokens, serial 4")


def one_person_is_extended_shortened_or_kept_for_good(desk):
    desk.expect(DONE, "token", "issue", "yamada", "sato", "--for", ONE)
    desk.expect(DONE, "token", "extend", "yamada", "--until", "2128-03-31", "--for", ONE,
                says=f"  yamada counts until {UNTIL}; before: always\n", never="sato")
    desk.expect(DONE, "token", "extend", "yamada", "--until", "2127-03-31", "--for", ONE)
    desk.expect(DONE, "token", "extend", "yamada", "sato", "--from", "2127-01-01", "--for", ONE,
                says="2 of 2 tokens")
    assert dates_of(desk) == ("2127-01-01T00:00:00+09:00", "2127-03-31T23:59:59+09:00")
    desk.expect(DONE, "token", "extend", "yamada", "--from", "none", "--until", "none", "--for", ONE,
                says="  yamada counts always; before: from")
    assert dates_of(desk) == (None, None)
    desk.expect(DONE, "token", "extend", "--help", says="notice nothing")


def explain_says_whether_somebodys_token_counts(desk):
    desk.expect(DONE, "token", "issue", "yamada", "--from", "2127-04-01", "--until", "2128-03-31",
                "--number", "7", "--for", ONE)
    policy = "site/my-number/policy.ini"
    desk.write(policy, desk.read(policy) + b"[login]\nsecond-factor = required\n"
               b"methods = totp\nlock-after = 5\n")
    words = ["explain", "--login", "sshd", "--tokens", TOKENS, "--user"]
    for now, says in (
            ("2127-03-31T23:59:59+09:00", "its time has not come, a right code is refused (not-yet)"),
            (FROM, "it counts"), ("2128-03-31T23:59:58+09:00", "it counts"),
            (UNTIL, "its time is over, a right code is refused (expired)")):
        desk.expect(NO, *words, "yamada", "--now", now, policy, says=[
            "a code is required", f"  token 7 (line 14), from {FROM}, until {UNTIL}: {says}\n"])
    desk.expect(NO, *words, "sato", policy, says="the account has none there")
    desk.expect(UNKNOWN, "explain", "--login", "sshd", "--user", "yamada", "--tokens", policy, policy,
                says="is no tokens document")


def lint_names_dates_that_are_not_meant(desk):
    import datetime
    def day(ahead):
        return (datetime.datetime.now(datetime.timezone.utc) +
                datetime.timedelta(days=ahead)).strftime("%Y-%m-%d")
    desk.expect(DONE, "token", "issue", "yamada", "--until", day(29), "--for", ONE)
    desk.expect(DONE, "token", "issue", "sato", "--until", day(32), "--for", ONE)
    desk.expect(DONE, "policy", "lint", TOKENS,
                says=["warning: the token of yamada ends in 2", '"token extend" makes it longer'],
                never=["of sato", "nobody"])
    late = day(500)
    desk.expect(DONE, "token", "issue", "yamada", "sato", "--until", "none", "--from", late, "--for",
                ONE)
    desk.expect(DONE, "policy", "lint", TOKENS, says=[
        "the token of yamada never counts: it begins after this document's not-after",
        "nobody's token counts when this document begins: where policy asks"])
    desk.expect(DONE, "token", "issue", "yamada", "--from", "none", "--for", ONE)
    desk.expect(DONE, "policy", "lint", TOKENS, says="the token of sato never counts",
                never=["nobody's", "of yamada"])
    past = re.sub(r"(?m)^from = .*$", "until = 2020-03-31T23:59:59+09:00",
                  desk.read(TOKENS).decode())
    desk.write(TOKENS, past.encode())
    desk.expect(DONE, "policy", "lint", TOKENS, says="the token of sato never counts: it ends on "
                "2020-03-31T23:59:59+09:00, before this document's not-before")
    desk.write(TOKENS, re.sub(r"(?m)^not-before = .*$", "not-before = 2020-01-01T00:00:00+09:00",
                              past).encode())
    desk.expect(DONE, "policy", "lint", TOKENS,
                says="the token of sato ended on 2020-03-31T23:59:59+09:00")


if __name__ == "__main__":
    sys.exit(desk.main(globals(), Office))
