"""What the tests of an enrolment share: a person with a ticket, what is on a terminal's screen, the
token program on a phone, and who looks for secrets. See office.py."""
import base64
import hashlib
import hmac
import os
import re
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import office

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TICKET = "AB3DEFGH7KMN"
TYPED_TICKET = "ab3d-efgh-7kmn"
USED, SHOWN, DONE = 1 << 10, 1 << 11, 1 << 12


def recovery_codes(key, user, number):
    """As the desk derives them, written once more."""
    found = []
    for i in range(1, 11):
        text = f"sekisho recovery code 1\n{user}\n{number}\n{i}\n".encode()
        digest = hmac.new(key, text, hashlib.sha256).digest()
        found.append("".join(ALPHABET[byte % 32] for byte in digest[:10]))
    return found


def grouped(code):
    return f"{code[:5]}-{code[5:]}"


def enrollable(terminal, user, key=office.KEY, number="T-1", settings=(), **more):
    """A person with a ticket of a week, whose recovery codes are those of the secret."""
    words = [f"recovery={office.hashed(code)}" for code in recovery_codes(key, user, number)]
    until = more.pop("until", int(time.time()) + 7 * 86400)
    words += [f"ticket={office.hashed(TICKET)}", f"ticket-until={until}", f"number={number}",
              f"secret={key.hex()}", *settings]
    terminal.scene("person", user, *words, *(f"{k}={v}" for k, v in more.items()))


def encodings(key):
    """Every form in which a secret may lie about."""
    letters = base64.b32encode(key).rstrip(b"=")
    groups = b" ".join(letters[i:i + 4] for i in range(0, len(letters), 4))
    return {"raw": key, "hex": key.hex().encode(), "HEX": key.hex().upper().encode(),
            "base32": letters, "small base32": letters.lower(), "in groups": groups,
            "base64": base64.b64encode(key).rstrip(b"="),
            "wide base32": letters.decode().encode("utf-16-le")}


def found_in(content, needles):
    """The names of those of the secrets that are in it; 12 bytes in a row are enough."""
    return [name for name, needle in needles.items()
            if any(needle[i:i + 12] in content for i in range(len(needle) - 11))]


class Tmux:
    """A terminal emulator, with all that it remembers."""

    def __init__(self, folder, command, columns=100, rows=40, options=(), term="tmux-256color"):
        self.socket = os.path.join(folder, "tmux")
        self.run("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows),
                 "-s", "s", "cat")
        self.run("set-option", "-g", "history-limit", "50000")
        self.run("set-option", "-g", "remain-on-exit", "on")
        self.run("set-option", "-g", "default-terminal", term)
        for option in options:
            self.run("set-option", *option)
        self.run("new-window", "-t", "s:5", command)

    def run(self, *words):
        done = subprocess.run(["tmux", "-u", "-S", self.socket, *words], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout.decode()

    def screen(self, *options):
        return self.run("capture-pane", "-p", "-N", "-t", "s:5", *options)

    def history(self):
        """All that can be scrolled back to, and the alternate screen where there is one."""
        return self.screen("-S", "-", "-E", "-")

    def type(self, text):
        self.run("send-keys", "-t", "s:5", "-l", text)
        self.run("send-keys", "-t", "s:5", "Enter")

    def key(self, name):
        self.run("send-keys", "-t", "s:5", name)

    def wait_for(self, text, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if text in self.screen():
                return self.screen()
            time.sleep(0.05)
        raise AssertionError(f"{text!r} is not on the screen:\n{self.screen()}")

    def end(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], stderr=subprocess.DEVNULL,
                       check=False)


# --- a phone's camera ---

COLOURS = re.compile(r"\x1b\[([0-9;]*)m")


def cells(screen):
    """Of a captured screen each line as its characters with two colours each, as numbers of SGR."""
    fore, back, at, lines = 39, 49, 0, [[]]
    for found in [*COLOURS.finditer(screen), None]:
        end = found.start() if found else len(screen)
        for character in screen[at:end]:
            if character == "\n":
                lines.append([])
            else:
                lines[-1].append((character, fore, back))
        if not found:
            return lines
        at = found.end()
        for number in (int(n or 0) for n in found.group(1).split(";")):
            if number == 0:
                fore, back = 39, 49
            elif 30 <= number <= 39 or 90 <= number <= 97:
                fore = number
            elif 40 <= number <= 49 or 100 <= number <= 107:
                back = number


def photographed(screen):
    """Rows of True for dark: two of them a line of half blocks, else one, a module two cells."""
    rows = []
    for row in cells(screen):
        if any(character == "▀" for character, _, _ in row):
            row = [cell for cell in row if cell[0] == "▀"]
            rows.append([fore == 30 for _, fore, _ in row])
            rows.append([back == 40 for _, _, back in row])
        elif any(back in (40, 47) for _, _, back in row):
            row = [cell for cell in row if cell[2] in (40, 47)]
            rows.append([back == 40 for _, _, back in row[::2]])
    return rows


def scanned(screen, folder):
    """What the QR code on the screen says to whoever holds a phone before it, by zbar."""
    rows = photographed(screen)
    if not rows:
        return None
    if not shutil.which("zbarimg"):
        raise office.Skip("needs zbarimg")
    width, scale = max(map(len, rows)), 6
    path = os.path.join(folder, "photo.pgm")
    with open(path, "wb") as file:
        file.write(f"P5 {width * scale} {len(rows) * scale} 255\n".encode())
        for row in rows:
            line = b"".join((b"\0" if dark else b"\xff") * scale for dark in row)
            file.write(line.ljust(width * scale, b"\xff") * scale)
    done = subprocess.run(["zbarimg", "-q", "--raw", path], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)
    os.unlink(path)
    return done.stdout.decode().strip() or None
