"""Every kind of document that must change nothing, as a table.

A row's maker gets the keys and the next good serial, and gives the document's
bytes.  Each bad document would, if believed, open the PC for sticks: so a test
sees at once when one of them was."""
from collections import namedtuple

from documents import HARDWARE, PERSONS, STRANGER, moment, policy

OPEN = {"media.usb-storage": "allow"}
Row = namedtuple("Row", "name fault make")


def _text(serial, changes=None):
    return policy(serial, {**OPEN, **(changes or {})})


def _signed(changes=None, **how):
    return lambda keys, serial: keys.sign(_text(serial, changes), **how)


def _edited(old, new):
    """Well signed, but the text itself is not canonical."""
    def make(keys, serial):
        text = _text(serial)
        edited = text.replace(old, new, 1)
        assert edited != text
        return keys.sign(edited)
    return make


def _too_long_a_line(keys, serial):
    """A reader that cuts lines at 199 bytes reads the tail as a rule."""
    line = b"# " + b"x" * 197 + b"usb-storage = allow\n"
    return keys.sign(policy(serial).replace(b"usb-storage = block\n", line, 1))


def _threshold(keys, serial):
    text = _text(serial)
    return text + keys.signature(text, PERSONS[0]) + keys.signature(text, PERSONS[0])


def _large(keys, serial):
    line = b"# " + b"x" * 100 + b"\n"
    return keys.sign(_text(serial) + line * (300 * 1024 // len(line)))


def _tail(keys, serial):
    return keys.sign(_text(serial)) + b"[media]\nunknown = allow\n"


ROWS = [
    Row("without a signature", "unsigned", lambda keys, serial: _text(serial)),
    Row("signed in another namespace", "namespace",
        _signed(namespace="root@sekisho")),
    Row("signed by an unknown key", "unknown-key", _signed(who=(STRANGER,))),
    Row("a threshold of two met by one key twice", "threshold", _threshold),
    Row("a lower serial", "serial", lambda keys, serial: keys.sign(_text(serial - 2))),
    Row("the same serial", "serial", lambda keys, serial: keys.sign(_text(serial - 1))),
    Row("expired", "expired", _signed({"policy.not-before": moment(-7200),
                                       "policy.issued": moment(-7200),
                                       "policy.not-after": moment(-60)})),
    Row("a line of 200 bytes whose tail is a rule", "text", _too_long_a_line),
    Row("an indented line", "text", _edited(b"unknown", b"  unknown")),
    Row("a doubled key", "text", _edited(b"unknown = block", b"unknown = block\nunknown = allow")),
    Row("a doubled section", "text", _edited(b"[device", b"[media]\naudio = allow\n\n[device")),
    Row("a carriage return", "text", _edited(b"unknown = block", b"unknown = block\r")),
    Row("a NUL", "text", _edited(b"unknown = block", b"unknown = block\0")),
    Row("a byte order mark", "text", _edited(b"[policy]", b"\xef\xbb\xbf[policy]")),
    Row("an unknown key in the text", "text", _signed({"media.teapot": "allow"})),
    Row("300 KiB", "too-large", _large),
    Row("another site's", "site", _signed({"policy.site": "saga"})),
    Row("text after the signatures", "cut", _tail),
    Row("another epoch", "epoch", _signed({"policy.epoch": "2"})),
    Row("signed by a hardware key that nobody touched", "no-user-presence",
        _signed(who=("tanaka", HARDWARE), touched=False)),
    Row("changed after it was signed", "signature-wrong",
        lambda keys, serial: keys.sign(policy(serial)).replace(
            b"usb-storage = block", b"usb-storage = allow")),
]
