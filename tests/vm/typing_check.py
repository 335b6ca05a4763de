"""Can somebody type?  Reads a keyboard inside the virtual PC, below every
program that could take the keys away."""
import itertools

QEMU_KEYBOARD = "QEMU QEMU USB Keyboard"
PS2_KEYBOARD = "AT Translated Set 2 keyboard"

_numbers = itertools.count(1)


class Reader:
    """Collects what is typed on the keyboard of this name, from now on."""

    def __init__(self, pc, name):
        self._pc, self._name = pc, name
        self._file = "/run/keys-%d" % next(_numbers)
        # A keyboard that was just pulled out may still be there, of the same name.
        serial = pc.last_keyboard() if name == QEMU_KEYBOARD else ""
        pc.check("systemd-run -q --collect -p StandardError=journal "
                 "python3 /opt/t/guest_reader.py '%s' %s %s" % (name, self._file, serial))
        pc.wait_for("test -e %s.ready" % self._file, 40,
                    "an input device called " + name)

    def text(self):
        return self._pc.check("cat " + self._file)

    def assert_typed(self, text):
        try:
            self._pc.wait_for(lambda: text in self.text(), 15)
        except AssertionError:
            raise AssertionError("%r was typed on %s, and %r arrived"
                                 % (text, self._name, self.text())) from None


def assert_types(pc, name=QEMU_KEYBOARD, text="sekisho"):
    """Keys pressed on QEMU's keyboard arrive at the input device of this name."""
    reader = Reader(pc, name)
    pc.send_keys(text)
    reader.assert_typed(text)
