#!/usr/bin/python3
"""Deliveries of hardware tokens: what sekisho-pskc makes of RFC 6030's own examples and of bad
files, and that whoever takes it over reaches nothing. See desk.py.

usage: test_pskc.py SEKISHO_ADMIN INTRUDER.so
"""
import base64
import glob
import os
import random
import re
import shutil
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
import desk
from desk import DONE, NO, UNKNOWN
from office import ONE, TOKENS, Office

PSKC = os.path.join(os.path.dirname(desk.ADMIN), "sekisho-pskc")
INTRUDER = os.path.abspath(sys.argv[2])
EXAMPLES = os.path.join(desk.DATA, "pskc")
SECRET = b"12345678901234567890"
KEY = bytes.fromhex("12345678901234567890123456789012")
HOTP8 = f"hotp\tsha1\t8\t0\t0\t0\t0\t{SECRET.hex()}"


def example(number):
    with open(f"{EXAMPLES}/rfc6030-figure-{number}.xml", "rb") as file:
        return file.read()


def ask(document, head=b"none\n", **more):
    """(exit status, lines) of the process that reads."""
    done = subprocess.run([PSKC], input=head + document, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120, **more)
    assert not done.stderr or done.returncode == UNKNOWN, done.stderr
    return done.returncode, done.stdout.decode().splitlines()


def the_examples_of_the_rfc_are_read_as_it_says(desk):
    early = "1146441600\t1149033600"  # 2006-05-01 to 2006-05-31
    hotp8 = HOTP8.replace("\t0\t0\t", "\t{}\t")
    dated = "token\t{}\t{}\t" + HOTP8.replace("0\t0\t0\t0\t", "0\t0\t{}\t")
    expected = {
        2: ["unfit\t6\t12345678\tits secret has not 16 to 64 bytes (RFC 4226, R6)"],
        3: [f"token\t6\t987654321\t{HOTP8}"],
        4: ["unfit\t6\t987654321\tits secret is not in the file, only what it is made of"],
        5: [f"token\t6\t987654321\t{HOTP8}",
            "unfit\t37\t987654321\tits Algorithm is neither hotp nor totp of RFC 6030"],
        9: ["signed", "token\t8\t0755225266\t" + HOTP8.replace("\t8\t", "\t6\t")],
        10: [dated.format(5, "654321", early), dated.format(32, "123456", early),
             dated.format(59, "9999999", "1141171200\t1143763200"),
             dated.format(86, "9999999", "1143849600\t1146355200")],
    }
    assert hotp8
    for number, lines in expected.items():
        status, answer = ask(example(number))
        assert (status, answer) == (0, [*lines, f"end\t{len(lines)}"]), (number, answer)
    assert ask(example(6)) == (1, ["locked\tkey\tPre-shared-key", "end\t1"])
    assert ask(example(6), b"key 16\n" + KEY) == (0, [f"token\t21\t987654321\t{HOTP8}", "end\t1"])
    assert ask(example(7)) == (1, ["locked\tpassword\tMy Password 1", "end\t1"])
    assert ask(example(7), b"password 6\nqwerty") == \
        (0, [f"token\t39\t987654321\t{HOTP8}", "end\t1"])
    status, answer = ask(example(8))
    assert status == 1 and answer[0].startswith("read\t10\t0\tX509Data\tKeyName (a key"), answer


PEOPLE = "職員番号,トークン番号\r\n"


def say_people(rows, desk):
    desk.write("people.csv", ("\ufeff" + PEOPLE + "".join(f"{row}\r\n" for row in rows)).encode())


def the_good_examples_become_peoples_tokens(desk):
    desk.write("key", KEY.hex().encode() + b"\n")
    desk.write("password", b"qwerty\n")
    for number, serial, digits, more in (
            (3, "987654321", "8", ()), (5, "987654321", "8", ()),
            (6, "987654321", "8", ("--key-file", "key")),
            (7, "987654321", "8", ("--key-file", "password")), (9, "0755225266", "6", ())):
        desk.write("delivery.xml", example(number))
        desk.write("tokens", b"")
        say_people([f"yamada,{serial}"], desk)
        shutil.rmtree(desk.path(ONE), ignore_errors=True)
        desk.add_terminal("desk-17")
        output = desk.expect(DONE, "token", "import", "delivery.xml", "--people", "people.csv",
                             *more, "--for", ONE, never=("otpauth", SECRET.hex(), SECRET.decode()),
                             says="written: ")
        assert ("is signed; whose signature it is was not looked at" in output) == (number == 9)
        entry = desk.tokens()["token yamada"]
        assert desk.opened("yamada") == SECRET, number
        assert (entry["number"], entry["digits"], entry["type"]) == (serial, digits, "hotp")
    desk.sign(TOKENS, "matsuo")
    desk.expect(DONE, "verify", TOKENS, says="good tokens")


def one_person_is_given_one_of_a_delivery(desk):
    desk.write("delivery.xml", TOTP)
    desk.expect(DONE, "token", "assign", "yamada=T2", "--file", "delivery.xml", "--for", ONE,
                says="delivery.xml: 1 of 2 tokens are these people's")
    entry = desk.tokens()["token yamada"]
    assert desk.opened("yamada") == bytes(range(32)) and "token sato" not in desk.tokens()
    assert (entry["hash"], entry["digits"], entry["period"], entry["type"]) == \
        ("sha256", "6", "60", "totp")
    # its vendor's end is its own
    assert entry["until"] == "2037-12-31T09:00:00+09:00"
    before = desk.files()
    for words, says in (
            (("yamada=T3",), "has no token T3, but 2 others"), (("yamada",), "such as yamada=0001"),
            (("Yamada=T1",), "such as yamada=0001"), (("yamada=T1", "sato=T1"), "each once"),
            (("yamada=T1", "yamada=T2"), "each once"), ((), "who gets which token?")):
        status = NO if "others" in says else UNKNOWN
        desk.expect(status, "token", "assign", *words, "--file", "delivery.xml", "--for", ONE,
                    says=says)
    desk.expect(UNKNOWN, "token", "assign", "yamada=T1", "--for", ONE, says="Say --file")
    desk.expect(UNKNOWN, "token", "assign", "yamada=T1", "--file", "delivery.xml", says="Say --for")
    desk.expect(UNKNOWN, "token", "assign", "yamada=T1", "--type", "hotp", "--file",
                "delivery.xml", "--for", ONE, says="--period are of CSV")
    desk.expect(UNKNOWN, "token", "import", "delivery.xml", "--for", ONE, says="say --people FILE")
    assert desk.files() == before


def package(serial="T1", algorithm="totp", secret=base64.b64encode(SECRET).decode(), format='Length="6" '
            'Encoding="DECIMAL"', data="", key="", parameters="", policy=""):
    policy = f"<Policy>{policy}</Policy>" if policy else ""
    return f"""<KeyPackage>
<DeviceInfo><SerialNo>{serial}</SerialNo></DeviceInfo>
<Key Id="1" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:{algorithm}">{key}
<AlgorithmParameters>{parameters}<ResponseFormat {format}/></AlgorithmParameters>
<Data><Secret><PlainValue>{secret}</PlainValue></Secret>{data}</Data>
{policy}</Key>
</KeyPackage>
"""


def container(*packages, version="1.0", head='<?xml version="1.0"?>', more=""):
    return (f'{head}\n<KeyContainer Version="{version}" xmlns="urn:ietf:params:xml:ns:keyprov:pskc" '
            'xmlns:x="urn:x">\n' + "".join(packages) + more + "</KeyContainer>\n").encode()


LONG = base64.b64encode(bytes(range(32))).decode()
TOTP = container(package(), package(
    "T2", secret=LONG, parameters="<Suite>HMAC-SHA256</Suite>",
    data="<Time><PlainValue>0</PlainValue></Time><TimeInterval><PlainValue>60</PlainValue>"
         "</TimeInterval><x:more>1</x:more>",
    policy="<ExpiryDate>2037-12-31T00:00:00Z</ExpiryDate><KeyUsage>OTP</KeyUsage>"))


def a_file_that_is_wrong_gives_line_and_reason_and_imports_nothing(desk):
    plain = "<PlainValue>%s</PlainValue>" % base64.b64encode(SECRET).decode()
    counter = "<Counter><PlainValue>0</PlainValue></Counter>"
    good = container(package(data=counter)).decode()
    bomb = '<!DOCTYPE K [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi")) + "]>"
    rows = [
        ("cut", good[:300].encode(), "delivery.xml:6:", "XML that is whole"),
        ("no keys", container(), "delivery.xml:2: ", "a KeyPackage: there is no key"),
        ("empty", b"<", "delivery.xml:1:", "XML that is whole"),
        ("another root", b"<html></html>", ":1: read 'html'", "the element KeyContainer"),
        ("another space", container(package()).replace(b"keyprov:pskc\" x", b"keyprov:p\" x"),
         ":2: read 'KeyContainer'", "the element KeyContainer of urn:ietf"),
        ("a draft", container(package(), version="0.1"), ":2: read '0.1'", 'Version="1.0"'),
        ("a bomb", container(package(serial="&i;"), head='<?xml version="1.0"?>\n' + bomb),
         ":2: read '<!DOCTYPE'", "no entities and no other file"),
        ("another file", container(package(serial="&i;"), head='<?xml version="1.0"?>\n'
                                   '<!DOCTYPE K [<!ENTITY i SYSTEM "file:///etc/passwd">]>'),
         ":2: read '<!DOCTYPE'", "no other file"),
        ("another type", container(package(), head='<?xml version="1.0"?>\n\n<!DOCTYPE K SYSTEM '
                                   '"http://127.0.0.1:9/x.dtd">'), ":3: read '<!DOCTYPE'", ""),
        ("an entity", container(package(serial="&i;")), ":4:", "XML that is whole"),
        ("an encoding", container(package(), head='<?xml version="1.0" encoding="x-foo"?>'),
         ":1:", "XML that is whole"),
        ("not UTF-8", good.replace("T1", "\udcff").encode(errors="surrogateescape"), ":4:", "XML"),
        ("deep", ("<KeyContainer>" * 5000).encode(), "delivery.xml:1:", "XML that is whole"),
        ("an element", good.replace(counter, "<Count/>").encode(), ":7: read 'Count'",
         "what RFC 6030 has in Data: Secret, Counter"),
        ("twice", good.replace(counter, counter * 2).encode(), ":7: read 'Counter'", "once"),
        ("two secrets", good.replace(plain, plain * 2).encode(), ":7: read 'PlainValue'", "one Plain"),
        ("no value", good.replace(plain, "").encode(), ":7: ", "one PlainValue or one Encrypted"),
        ("a MAC of a plain value", good.replace(plain, plain + "<ValueMAC>eA==</ValueMAC>").encode(),
         ":7: read 'ValueMAC'", "one PlainValue, or one EncryptedValue and its ValueMAC"),
        ("no base64", good.replace(plain, "<PlainValue>&#x3042;</PlainValue>").encode(),
         ":7: read '(a secret)'", "a secret in base64"),
        ("base64 and more", good.replace("AwMA==", "AwMA==!").replace("kw</", "kw!</").replace(
            "OTA=<", "OTA=!<").encode(), ":7: read '(a secret)'", "a secret in base64"),
        ("an empty secret", good.replace(plain, "<PlainValue> </PlainValue>").encode(),
         ":7: read '(a secret)'", "a secret in base64"),
        ("no number", good.replace(">0<", ">0x7<").encode(), ":7: read '0x7'", "a number up to"),
        ("below zero", good.replace(">0<", ">-1<").encode(), ":7: read '-1'", "a number up to"),
        ("too many digits", good.replace(">0<", ">18446744073709551616<").encode(), ":7: ", "a number"),
        ("a length", good.replace('"6"', '"6.5"').encode(), ":6: read '6.5'", 'Length="6"'),
        ("a date", good.replace("</Key>", "<Policy><ExpiryDate>2037-12-31</ExpiryDate></Policy>"
                                "</Key>").encode(), ":8: read '2037-12-31'", "a time in UTC"),
        ("a day that is none", good.replace(
            "</Key>", "<Policy><ExpiryDate>2037-04-31T00:00:00Z</ExpiryDate></Policy></Key>").encode(),
         ":8: read '2037-04-31T00:00:00Z'", "a time in UTC"),
        ("a name", good.replace("T1", "T&#x200b;1").encode(), ":4: ", "can be shown"),
        ("a long name", good.replace("T1", "T" * 33).encode(), ":3: ", "1 to 32 of printable"),
        ("encrypted by nothing", good.replace(plain, "<EncryptedValue/>").encode(),
         ":7: read 'EncryptedValue'", "an EncryptionKey in the KeyContainer"),
        ("many", container(*[package(str(n)) for n in range(10001)]), "read 'KeyPackage'",
         "at most 10000 of them"),
    ]
    say_people(["yamada,T1"], desk)
    desk.write("delivery.xml", good.encode())
    for name, document, place, reason in rows:
        assert document != good.encode(), name
        desk.write("delivery.xml", document)
        before = desk.files()
        output = desk.expect(NO, "token", "import", "delivery.xml", "--people", "people.csv",
                             "--for", ONE, says=(place, reason, "nothing was imported"))
        assert desk.files() == before, name
        assert base64.b64encode(SECRET).decode()[:12] not in output, (name, output)
    desk.write("delivery.xml", good.encode() + b" " * (16 << 20))
    desk.expect(UNKNOWN, "token", "import", "delivery.xml", "--people", "people.csv", "--for", ONE,
                says="delivery.xml")
    desk.write("delivery.xml", good.encode())
    desk.expect(DONE, "token", "import", "delivery.xml", "--people", "people.csv", "--for", ONE)


def a_key_that_makes_no_codes_here_is_nobodys(desk):
    totp = "<TimeInterval><PlainValue>%s</PlainValue></TimeInterval>"
    rows = [
        (dict(algorithm="ocra"), "its Algorithm is neither"),
        (dict(algorithm="pin"), "its Algorithm is neither"),
        (dict(secret="MTIzNA=="), "its secret has not 16 to 64 bytes"),
        (dict(secret=base64.b64encode(bytes(65)).decode()), "its secret has not 16 to 64 bytes"),
        (dict(format='Length="9" Encoding="DECIMAL"'), "6, 7 or 8 digits"),
        (dict(format='Length="5" Encoding="DECIMAL"'), "6, 7 or 8 digits"),
        (dict(format='Encoding="DECIMAL"'), "6, 7 or 8 digits"),
        (dict(format='Length="6" Encoding="HEXADECIMAL"'), "no decimal digits"),
        (dict(format='Length="6" Encoding="DECIMAL" CheckDigits="true"'), "a check digit"),
        (dict(format=""), "does not say how its codes look"),
        (dict(parameters="<Suite>HMAC-MD5</Suite>"), "its Suite is no HMAC"),
        (dict(algorithm="hotp", parameters="<Suite>HMAC-SHA256</Suite>"), "its Suite is no HMAC"),
        (dict(data=totp % 10), "every 15 to 300 seconds"),
        (dict(data=totp % 301), "every 15 to 300 seconds"),
        (dict(data="<Time><PlainValue>7</PlainValue></Time>"), "another time than 1970"),
        (dict(algorithm="hotp", data="<Counter><PlainValue>140737488355328</PlainValue></Counter>"),
         "counted too far"),
        (dict(policy="<KeyUsage>CR</KeyUsage>"), "its KeyUsage is not OTP"),
        (dict(policy="<NumberOfTransactions>5</NumberOfTransactions>"), "so many times only"),
        (dict(policy='<PINPolicy PINUsageMode="Append"/>'), "a PIN goes into its codes"),
        (dict(policy='<PINPolicy Colour="red"/>'), "its PINPolicy says what is not known"),
        (dict(policy="<x:Only>Mondays</x:Only>"), "a rule that is not known here"),
        (dict(policy="<Only>Mondays</Only>"), "a rule that is not known here"),
        (dict(policy="<ExpiryDate>2020-01-01T00:00:00Z</ExpiryDate>"), "until 2020-01-01"),
        (dict(policy="<StartDate>2999-01-01T00:00:00Z</StartDate>"), "from 2999-01-01"),
    ]
    for more, reason in rows:
        desk.write("delivery.xml", container(package("T9"), package(**more)))
        before = desk.files()
        desk.expect(NO, "token", "assign", "yamada=T1", "--file", "delivery.xml", "--for", ONE,
                    says=("delivery.xml:10: the token T1 cannot be used: ", reason,
                          "so yamada gets none", "nothing was imported"))
        assert desk.files() == before, reason
        # The others of the file are as good as before.
        desk.expect(DONE, "token", "assign", "yamada=T9", "--file", "delivery.xml", "--for", ONE)
        shutil.rmtree(desk.path(ONE))
        desk.add_terminal("desk-17")
    desk.write("delivery.xml", container(package(), package()))
    desk.expect(NO, "token", "assign", "yamada=T1", "--file", "delivery.xml", "--for", ONE,
                says="lines 3 and 10 both have a token T1")
    desk.write("delivery.xml", container(package(policy='<PINPolicy PINUsageMode="Local"/>'
                                                 "<KeyUsage>OTP</KeyUsage><KeyUsage>CR</KeyUsage>")))
    desk.expect(DONE, "token", "assign", "yamada=T1", "--file", "delivery.xml", "--for", ONE)


def what_is_encrypted_opens_with_its_key_and_unchanged_only(desk):
    """Whatever byte of the examples is changed: the secret comes as it was, or not at all."""
    desk.write("key", KEY.hex().encode())
    six, seven = example(6), example(7)
    rows = [
        (six.replace(b"Su+N", b"Su+M"), KEY, ":46: ", "the MAC of this value"),
        (six.replace(b"AAECAwQF", b"AAECAwQG"), KEY, ":46: ", "the MAC of this value"),
        (six.replace(b"wZqIUqGv", b"wZqIUqGw"), KEY, ":46: ", "the MAC of this value"),
        (six, KEY[::-1], ":11: ", "a value that this key opens"),
        (six, KEY + bytes(16), ":13: ", "what a key of 32 bytes opens; this one takes 16"),
        (re.sub(rb"(?s)<ValueMAC>.*</ValueMAC>", b"", six), KEY, ":36: ", "a ValueMAC: without"),
        (re.sub(rb"(?s)<MACMethod.*</MACMethod>", b"", six), KEY, ":", "a MACMethod of the"),
        (re.sub(rb"(?s)<MACKey>.*</MACKey>", b"", six), KEY, ":10: ", "a MACKey"),
        (six.replace(b"#hmac-sha1", b"#hmac-md5"), KEY, ":10: read 'http://www.w3.org/2000/09/"
         "xmldsig#hmac-md5'", "an HMAC with SHA-1"),
        (six.replace(b"aes128-cbc", b"tripledes-cbc"), KEY, ":13: read 'http", "AES-CBC"),
        (six.replace(b"aes128-cbc", b"rsa_1_5"), KEY, ":13: read 'http", "AES-CBC"),
        (six.replace(b"AAECAwQFBgcICQoLDA0OD+", b"AAECAwQFBgcICQoLDA0O"), KEY, ":", ""),
        (seven, b"qwertz", ":", "a value that this key opens"),
        (seven.replace(b">1000<", b">1001<"), b"qwerty", ":", "a value that this key opens"),
        (seven.replace(b">1000<", b">5000001<"), b"qwerty", "read '5000001'", "from 1 to 5000000"),
        (seven.replace(b">1000<", b">0<"), b"qwerty", "read '0'", "from 1 to 5000000"),
        (seven.replace(b">16<", b">33<"), b"qwerty", "read '33'", "a number from 16 to 32"),
        (seven.replace(b"<KeyLength>16</KeyLength>", b""), b"qwerty", "", "the element KeyLength"),
        (seven.replace(b"<PRF/>", b'<PRF Algorithm="x"/>'), b"qwerty", "read 'x'", "an HMAC"),
        (seven.replace(b"pkcs5:PBKDF2-params", b"pkcs5:other"), b"qwerty", "", "PBKDF2-params with"),
    ]
    for document, key, place, reason in rows:
        assert document not in (six, seven) or key in (KEY[::-1], KEY + bytes(16), b"qwertz"), reason
        desk.write("delivery.xml", document)
        desk.write("key", key if b"DerivedKey" in document else key.hex().encode())
        before = desk.files()
        desk.expect(NO, "token", "assign", "yamada=987654321", "--file", "delivery.xml",
                    "--key-file", "key", "--for", ONE,
                    says=(place, reason, "nothing was imported"), never=KEY.hex())
        assert desk.files() == before, reason
    desk.write("delivery.xml", six)
    for key in b"", b"12", b"x" * 32, b"1" * 34, b"1" * 257, b"1\0" * 8:
        desk.write("key", key)
        status = NO if key in (b"12", b"x" * 32, b"1" * 34) else UNKNOWN
        desk.expect(status, "token", "assign", "yamada=987654321", "--file", "delivery.xml",
                    "--key-file", "key", "--for", ONE, says="key")


def a_key_is_asked_for_and_not_shown(desk):
    desk.write("delivery.xml", example(7))
    words = ("token", "assign", "yamada=987654321", "--file", "delivery.xml", "--for", ONE)
    status, output = desk.type(*words, answers=["qwerty"])
    assert status == DONE and "qwerty" not in output, output
    assert 'delivery.xml is encrypted. Its password ("My Password 1"): ' in output, output
    assert desk.opened("yamada") == SECRET
    status, output = desk.type(*words, answers=["\x03"])
    assert status == UNKNOWN and "nothing was typed" in output, output
    desk.write("delivery.xml", example(6))
    status, output = desk.type(*words, answers=[KEY.hex()])
    assert status == DONE and KEY.hex() not in output, output
    assert 'Its key in hexadecimal digits ("Pre-shared-key"): ' in output, output
    # Nobody is there: no terminal, and stdin is none either.
    done = subprocess.run([desk_admin(), *words], cwd=desk.folder, stdin=subprocess.DEVNULL,
                          capture_output=True, start_new_session=True, timeout=60)
    assert done.returncode == UNKNOWN and b"say --key-file" in done.stderr, done.stderr


def desk_admin():
    return desk.ADMIN


def no_change_of_a_byte_ends_the_process_or_changes_a_secret(desk):
    generator = random.Random(6030)
    documents = [(example(6), b"key 16\n" + KEY), (example(7), b"password 6\nqwerty"),
                 (example(5), b"none\n"), (TOTP, b"none\n")]
    n_read = 0
    for turn in range(240):
        document, head = documents[turn % len(documents)]
        changed = bytearray(document)
        for _ in range(generator.choice((1, 1, 1, 3, 20))):
            at = generator.randrange(len(changed))
            what = generator.randrange(4)
            if what == 0:
                changed[at] = generator.randrange(256)
            elif what == 1:
                del changed[at:at + generator.randrange(1, 40)]
            elif what == 2:
                start = generator.randrange(len(changed))
                changed[at:at] = changed[start:start + generator.randrange(1, 200)]
            else:
                changed[at] ^= 1 << generator.randrange(8)
        status, lines = ask(bytes(changed), head)
        assert status in (0, 1), (status, bytes(changed))
        assert lines[-1] == f"end\t{len(lines) - 1}"
        if head != b"none\n":
            for line in lines:
                if line.startswith("token"):
                    n_read += 1
                    assert line.endswith(SECRET.hex()), bytes(changed)
    assert n_read > 3, n_read


def a_file_that_is_full_of_mistakes_or_larger_than_memory_is_refused(desk):
    for document, n in ((container(*["<a/>"] * 9), 11), (container(*["<a/>"] * 300000), 201)):
        status, lines = ask(document)
        assert status == 1 and len(lines) == n, (status, lines[-1])
        assert all(line.startswith(("read", "missing", "end")) for line in lines)
    many = container(*[package(str(n)) for n in range(9000)])
    seen = set()
    for limit in range(40000, 280000, 40000):
        done = subprocess.run(["sh", "-c", f"ulimit -v {limit}; exec {PSKC}"], timeout=60,
                              input=b"none\n" + many, capture_output=True)
        seen.add(done.returncode)
        # All of it or nothing, and the file is not blamed.
        if done.returncode == DONE:
            assert done.stdout.endswith(b"\nend\t9000\n"), done
        else:
            assert not done.stdout, (limit, done)
            assert b"not enough memory" in done.stderr or done.returncode == 127, (limit, done)
    assert {DONE, UNKNOWN} <= seen, seen
    assert ask(many)[1][-1] == "end\t9000"


def processes_of_pskc(tries=None, without=None, stdin=b"none\n"):
    """What became of a process with an intruder in it: its exit status, and what it said."""
    environment = {"LD_PRELOAD": INTRUDER}
    if tries:
        environment["INTRUDER_TRIES"] = tries
    if without:
        environment["INTRUDER_WITHOUT"] = without
    done = subprocess.run([PSKC], input=stdin, capture_output=True, env=environment, timeout=60)
    said = re.search(rb"intruder: \S+ (-?\d+)\n", done.stderr)
    return done.returncode, int(said.group(1)) if said else None, done


FILES = "open", "openat", "own-file", "folder", "write", "stat"
OTHERS = ("creat", "socket", "unix", "exec", "fork", "clone", "ptrace", "kill", "unlink",
          "io_uring", "x32", "run-memory")
REFUSED = -13  # EACCES


def who_takes_the_reader_over_opens_nothing(desk):
    """By the system calls themselves, from within the very process, when it begins to read."""
    request = b"none\n" + example(3)
    for without in None, "landlock":
        for tries in FILES:
            status, result, done = processes_of_pskc(tries, without, request)
            assert result == REFUSED, (tries, without, status, result)
            # and it goes on, and reads what it was given
            assert status == 0 and SECRET.hex().encode() in done.stdout, (tries, done)
        for tries in OTHERS:
            status, result, _ = processes_of_pskc(tries, without, request)
            assert (status, result) == (-signal.SIGSYS, None), (tries, without, status, result)
    assert not os.path.exists("/tmp/intruder")


def landlock_refuses_the_same_where_the_list_of_calls_is_missing(desk):
    if not has_landlock():
        raise desk_skip("this kernel has no Landlock")
    for tries in "openat", "own-file", "folder":
        status, result, _ = processes_of_pskc(tries, "seccomp", b"none\n" + example(3))
        # Landlock looks before there is a descriptor to be had, or the limit of descriptors does.
        assert result in (REFUSED, -24) and status == 0, (tries, status, result)
    status, result, _ = processes_of_pskc("write", "seccomp", b"none\n" + example(3))
    assert result in (REFUSED, -24) and not os.path.exists("/tmp/intruder")
    # What the two do not cover shows that the intruder is no paper tiger.
    assert processes_of_pskc("stat", "seccomp", b"none\n" + example(3))[1] == 0


def desk_skip(reason):
    return desk.Skip(reason)


def has_landlock():
    import ctypes
    return ctypes.CDLL(None, use_errno=True).syscall(444, None, 0, 1) > 0


def it_has_shut_itself_in_before_it_reads_a_byte(desk):
    extra = os.open("/etc/passwd", os.O_RDONLY)
    os.dup2(extra, 9)
    with subprocess.Popen([PSKC], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          pass_fds=(9,)) as child:
        try:
            for _ in range(500):
                with open(f"/proc/{child.pid}/status", encoding="ascii") as file:
                    status = dict(line.split(":\t", 1) for line in file if ":\t" in line)
                if status["Seccomp"].strip() == "2":
                    break
                import time
                time.sleep(0.01)
            assert status["Seccomp"].strip() == "2" and status["NoNewPrivs"].strip() == "1", status
            with open(f"/proc/{child.pid}/limits", encoding="ascii") as file:
                limits = file.read()
            for name in "core file size", "open files", "processes":
                assert re.search(rf"(?m)^Max {name} +0 +0 ", limits), limits
            if os.geteuid() == 0:
                assert sorted(os.listdir(f"/proc/{child.pid}/fd")) == ["0", "1", "2"]
            child.stdin.write(b"none\n" + example(3))
            child.stdin.close()
            assert SECRET.hex().encode() in child.stdout.read()
        finally:
            child.kill()
    os.close(9)
    os.close(extra)


def a_file_that_makes_a_library_want_another_gets_none(desk):
    """glibc looks for a converter when libxml2 meets an encoding that it does not know itself."""
    if not shutil.which("strace"):
        raise desk_skip("there is no strace")
    document = container(package(), head='<?xml version="1.0" encoding="x-foo"?>')
    done = subprocess.run(["strace", "-f", "-o", desk.path("trace"), PSKC], capture_output=True,
                          input=b"none\n" + document, timeout=60)
    assert done.returncode == 1 and b"Unsupported encoding x-foo" in done.stdout, done
    trace = desk.read("trace").decode()
    before, _, inside = trace.partition("SECCOMP_SET_MODE_FILTER")
    assert "openat(" in before and inside
    asked = re.findall(r"(?m)^.*\bopen(?:at|at2)?\(.*$", inside)
    assert asked, "nothing was asked for: this document proves nothing"
    assert all("EACCES" in line for line in asked), asked


def an_answer_that_is_none_is_not_believed(desk):
    """A process that was taken over may say what it likes."""
    os.mkdir(desk.path("bin"))
    shutil.copy(desk_admin(), desk.path("bin/sekisho-admin"))
    desk.write("delivery.xml", TOTP)
    row = f"token\t6\tT1\t{HOTP8}\n"
    good = row + "end\t1\n"
    answers = [
        "", row, "end\t0\n", row + "end\t2\n", good + "end\t1\n", good + row, good[:-1],
        good.replace("hotp", "ocra"), good.replace("sha1", "md5"), good.replace("\t8\t", "\t9\t"),
        good.replace("sha1", "sha256"), good.replace(SECRET.hex(), "31" * 15),
        good.replace(SECRET.hex(), "31" * 65), good.replace(SECRET.hex(), "3x"),
        good.replace("\t6\tT1", "\t-6\tT1"), good.replace("token", "tokens"),
        good.replace("T1", "T1\tT2"), good.replace("T1", "T\x1b[2J"), good.replace("T1", "T\0"),
        "locked\tkey\tx\nlocked\tkey\tx\nend\t2\n", "locked\tdoor\tx\nend\t1\n",
        row + "locked\tkey\tx\nend\t2\n", "signed\nend\t1\n", "unfit\t6\tT1\t\nend\t1\n",
    ]
    for answer in answers:
        desk.write("answer", answer.encode())
        desk.write("bin/sekisho-pskc", f"#!/bin/sh\nPATH=/usr/bin:/bin\ncat >/dev/null\ncat "
                   f"{desk.path('answer')}\n".encode())
        os.chmod(desk.path("bin/sekisho-pskc"), 0o755)
        before = desk.files()
        done = subprocess.run([desk.path("bin/sekisho-admin"), "token", "assign", "yamada=T1",
                               "--file", "delivery.xml", "--for", ONE], cwd=desk.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        assert done.returncode == UNKNOWN and b"answered nonsense" in done.stderr, (answer, done)
        assert desk.files() == before and b"\x1b" not in done.stderr
    for script, says in (("exit 3", b""), ("kill -SYS $$", b"was ended by signal 31"),
                         ("head -c 9000000 /dev/zero", b"could not be read")):
        desk.write("bin/sekisho-pskc", f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n".encode())
        done = subprocess.run([desk.path("bin/sekisho-admin"), "token", "assign", "yamada=T1",
                               "--file", "delivery.xml", "--for", ONE], cwd=desk.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        assert done.returncode == UNKNOWN and says in done.stderr, (script, done)


assert len(glob.glob(f"{EXAMPLES}/rfc6030-figure-*.xml")) == 9
sys.exit(desk.main(globals(), Office))
