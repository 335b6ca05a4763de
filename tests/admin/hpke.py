"""HPKE (RFC 9180), base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305: opening, written once more from
the RFCs so that what sekisho-admin seals is not only read by its own code."""
import hashlib
import hmac
import struct

P = 2 ** 255 - 19


def x25519(scalar, point):
    """RFC 7748, section 5."""
    k = int.from_bytes(scalar, "little") & ~7 & ~(1 << 255) | 1 << 254
    u = int.from_bytes(point, "little") & ~(1 << 255)
    x2, z2, x3, z3, swapped = 1, 0, u, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if bit != swapped:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swapped = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a, b * b, d * a, c * b
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, u * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swapped:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def public(scalar):
    return x25519(scalar, (9).to_bytes(32, "little"))


def chacha20(key, counter, nonce):
    """RFC 8439, section 2.3: one block."""
    start = [*struct.unpack("<4I", b"expand 32-byte k"), *struct.unpack("<8I", key), counter,
             *struct.unpack("<3I", nonce)]
    x = list(start)

    def quarter(a, b, c, d):
        for p, q, r, turn in (a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7):
            x[p] = (x[p] + x[q]) & 0xffffffff
            value = x[r] ^ x[p]
            x[r] = (value << turn | value >> 32 - turn) & 0xffffffff

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<16I", *((a + b) & 0xffffffff for a, b in zip(start, x)))


def poly1305(key, data):
    """RFC 8439, section 2.5."""
    r = int.from_bytes(key[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    total = 0
    for at in range(0, len(data), 16):
        total = (total + int.from_bytes(data[at:at + 16] + b"\1", "little")) * r % (2 ** 130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2 ** 128).to_bytes(16, "little")


def opened(key, nonce, aad, sealed):
    """The text, or None."""
    def padded(data):
        return data + bytes(-len(data) % 16)

    text, tag = sealed[:-16], sealed[-16:]
    said = padded(aad) + padded(text) + struct.pack("<QQ", len(aad), len(text))
    if poly1305(chacha20(key, 0, nonce)[:32], said) != tag:
        return None
    stream = b"".join(chacha20(key, 1 + i, nonce) for i in range(len(text) // 64 + 1))
    return bytes(a ^ b for a, b in zip(text, stream))


def extract(suite, salt, label, data):
    return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + data, hashlib.sha256).digest()


def expand(suite, secret, label, info, size):
    said = struct.pack(">H", size) + b"HPKE-v1" + suite + label + info
    return hmac.new(secret, said + b"\1", hashlib.sha256).digest()[:size]


def open_sealed(private, ephemeral, sealed, info, aad):
    """What was sealed to the public key of private, or None."""
    kem, suite = b"KEM\0\x20", b"HPKE\0\x20\0\1\0\3"
    agreed = extract(kem, b"", b"eae_prk", x25519(private, ephemeral))
    shared = expand(kem, agreed, b"shared_secret", ephemeral + public(private), 32)
    context = (b"\0" + extract(suite, b"", b"psk_id_hash", b"") +
               extract(suite, b"", b"info_hash", info))
    secret = extract(suite, shared, b"secret", b"")
    return opened(expand(suite, secret, b"key", context, 32),
                  expand(suite, secret, b"base_nonce", context, 12), aad, sealed)
