"""What a desk and a terminal compute for an approval by telephone, written once more from RFC 6287,
RFC 5869 and policy/phone_code.h, so that the digits are not only compared with their own code."""
import hashlib
import hmac

SUITE = b"OCRA-1:HOTP-SHA256-9:QN08-S512"
# H. M. Damm, a totally anti-symmetric quasigroup of order 10.
DAMM = ("0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581",
        "5869720134", "8945362017", "9438617205", "2581436790")


def check_digit(digits):
    interim = 0
    for digit in digits:
        interim = int(DAMM[interim][int(digit)])
    return str(interim)


def hkdf(secret, info):
    extracted = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\1", hashlib.sha256).digest()


def shared_key(desk_key, site, desk, terminal):
    return hkdf(desk_key, f"sekisho desk 1\n{site}\n{desk}\n{terminal}\n".encode())


def code(desk_key, kind, site, terminal, user, desk, challenge, medium="", direction="", minutes="",
         day=""):
    """The ten digits; challenge without its check digit."""
    key = hkdf(shared_key(desk_key, site, desk, terminal),
               f"sekisho phone key 1\n{kind}\n".encode())
    lines = ["sekisho phone 1", kind, site, terminal, user, medium, direction, minutes, day, desk]
    session = "".join(f"{line}\n" for line in lines).encode()
    question = f"{int(challenge):X}".ljust(256, "0")
    message = SUITE + b"\0" + bytes.fromhex(question) + session.rjust(512, b"\0")
    digest = hmac.new(key, message, hashlib.sha256).digest()
    at = digest[31] & 15
    number = int.from_bytes(digest[at:at + 4], "big") & 0x7fffffff
    digits = f"{number % 10 ** 9:09}"
    return digits + check_digit(digits)


def shown(challenge):
    """A challenge as it is read out."""
    return f"{challenge[:4]}-{challenge[4:]}-{check_digit(challenge)}"


def grouped(digits):
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
