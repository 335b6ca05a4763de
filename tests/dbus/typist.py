#!/usr/bin/python3
"""Somebody at a terminal of 80 columns: waits for each question and types its answer.

usage: typist.py QUESTION=>ANSWER... -- COMMAND...
Prints all that the terminal showed; exits as the command does, 99 where a question never came."""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

PATIENCE_S = 60


def main():
    split = sys.argv.index("--")
    talk = [word.split("=>", 1) for word in sys.argv[1:split]]
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[split + 1], sys.argv[split + 1:])
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen, at, until = b"", 0, time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if talk and talk[0][0].encode() in seen[at:]:
            at = seen.index(talk[0][0].encode(), at) + len(talk[0][0].encode())
            os.write(fd, talk.pop(0)[1].encode() + b"\n")
        if not select.select([fd], [], [], 0.05)[0]:
            continue
        try:
            more = os.read(fd, 4096)
        except OSError:
            more = b""
        if not more:
            break
        seen += more
    else:
        os.close(fd)
    sys.stdout.buffer.write(seen.replace(b"\r\n", b"\n"))
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return 99 if talk else status


if __name__ == "__main__":
    sys.exit(main())
