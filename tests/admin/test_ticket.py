#!/usr/bin/python3
"""sekisho-admin token issue-ticket: the desk hands out a ticket, and no secret comes out of it. See
desk.py and office.py."""
import base64
import datetime
import hashlib
import hmac
import re
import sys

sys.dont_write_bytecode = True
import desk
import office
from desk import DONE, NO, UNKNOWN
from office import ONE, TOKENS, TWO, Office, hashed

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TICKET = re.compile(r"ticket    ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})\n")


def derived(secret, user, number, i):
    """recovery_code_derive(), written once more."""
    text = f"sekisho recovery code 1\n{user}\n{number}\n{i}\n".encode()
    return "".join(ALPHABET[byte % 32]
                   for byte in hmac.new(secret, text, hashlib.sha256).digest()[:10])


def day(ahead):
    japan = datetime.timezone(datetime.timedelta(hours=9))
    return (datetime.datetime.now(japan) + datetime.timedelta(days=ahead)).strftime("%Y-%m-%d")


def a_slip_has_a_ticket_and_nothing_else_that_lets_in(desk):
    output = desk.expect(DONE, "token", "issue-ticket", "yamada", "sato", "--for", ONE, "--for",
                         TWO, says=["sekisho enrol", "desk-17, desk-18", f"until     {day(7)} 23:59",
                                    "登録票"],
                         never=["otpauth", "秘密鍵", "recovery", "回復"])
    tickets = TICKET.findall(output)
    assert len(set(tickets)) == 2, output
    for user, ticket in zip(("yamada", "sato"), tickets):
        for folder in ONE, TWO:
            entry = desk.tokens(folder)[f"token {user}"]
            assert hashed(ticket, entry["ticket"]) == entry["ticket"]
            assert entry["ticket-until"] == f"{day(7)}T23:59:59+09:00"
            secret = desk.opened(user, folder)
            assert len(secret) == 20
            for form in secret, base64.b32encode(secret), secret.hex().encode():
                assert form not in output.encode()
                assert all(form not in data for data in desk.files().values())
            assert all(ticket.encode() not in data and ticket.replace("-", "").encode() not in data
                       for data in desk.files().values())


def the_recovery_codes_grow_out_of_the_secret(desk):
    desk.expect(DONE, "token", "issue-ticket", "yamada", "--for", ONE, "--for", TWO)
    for folder in ONE, TWO:
        entry, secret = desk.tokens(folder)["token yamada"], desk.opened("yamada", folder)
        for i in range(1, 11):
            code = derived(secret, "yamada", entry["number"], i)
            assert hashed(code, entry["recovery-salt"]) == \
                f"{entry['recovery-salt']}${entry[f'recovery-{i}']}", i


def it_can_be_signed_and_is_named_where_it_is_read(desk):
    desk.expect(DONE, "token", "issue-ticket", "yamada", "--for", ONE)
    desk.expect(DONE, "sign", "--key", "matsuo", "--yes", TOKENS,
                says=f"ticket until {day(7)}T23:59:59+09:00")
    before = desk.read(TOKENS)
    desk.write("before.ini", before)
    desk.expect(DONE, "token", "issue-ticket", "sato", "--for", ONE)
    desk.expect(DONE, "token", "issue-ticket", "yamada", "--for", ONE)
    desk.run("policy", "diff", "before.ini", TOKENS)
    desk.expect(NO, "policy", "diff", "before.ini", TOKENS,
                says=["sato: gets the token", "by a ticket", "yamada: another ticket"])


def a_ticket_ends_on_the_day_that_is_said_or_a_week_after_the_first(desk):
    first = day(30)
    desk.expect(DONE, "token", "issue-ticket", "yamada", "--from", first, "--for", ONE,
                says=f"until     {day(37)} 23:59")
    desk.expect(DONE, "token", "issue-ticket", "sato", "--ticket-until", day(2), "--for", ONE,
                says=f"until     {day(2)} 23:59")
    for options, code, says in (
            (["--ticket-until", day(-1)], NO, "--ticket-until lies in the past"),
            (["--ticket-until", day(3), "--from", first], NO, "--ticket-until lies before --from"),
            (["--ticket-until", "soon"], UNKNOWN, "--ticket-until needs a date such as"),
            (["--ticket-until", "none"], UNKNOWN, "--ticket-until needs a date such as"),
            (["--type", "hotp", "--for", TWO], NO, "can be for one terminal only"),
            (["--type", "hotp", "--period", "30"], UNKNOWN, "has no --period"),
            (["sato"], UNKNOWN, "sato is said twice"), (["Sato"], UNKNOWN, "Sato is no account"),
            (["--envelopes", "2"], UNKNOWN, "usage:"), (["--number", "7"], UNKNOWN, "usage:")):
        before = desk.files()
        desk.expect(code, "token", "issue-ticket", "sato", "--for", ONE, *options, says=says)
        assert desk.files() == before, options
    desk.expect(UNKNOWN, "token", "issue-ticket", "--for", ONE, says="who gets a ticket?")
    desk.expect(UNKNOWN, "token", "issue-ticket", "sato", says="which terminal is it for?")


def a_ticket_whose_day_has_passed_is_left_out_with_the_next_change(desk):
    desk.expect(DONE, "token", "issue-ticket", "yamada", "sato", "--for", ONE)
    text = desk.read(TOKENS).decode()
    at = text.index("[token sato]")
    desk.write(TOKENS, (re.sub(r"ticket-until = .*", "ticket-until = 2020-03-31T23:59:59+09:00",
                               text[:at]) + text[at:]).encode())
    desk.expect(DONE, "policy", "lint", TOKENS,
                says="the ticket of yamada never counts: it ends on 2020-03-31T23:59:59+09:00, "
                     "before this document's not-before", never="of sato")
    secret = desk.opened("yamada")
    desk.expect(DONE, "token", "extend", "sato", "--until", day(50), "--for", ONE)
    found = desk.tokens()
    assert "ticket" not in found["token yamada"] and "ticket-until" not in found["token yamada"]
    assert "ticket" in found["token sato"]
    assert desk.opened("yamada") == secret


def the_help_names_its_options(desk):
    desk.expect(DONE, "token", "issue-ticket", "--help",
                says=["--ticket-until DATE", "7 days", "sekisho enrol"])
    desk.expect(DONE, "token", "--help", says="token issue-ticket USER...")


sys.exit(desk.main(globals(), Office))
