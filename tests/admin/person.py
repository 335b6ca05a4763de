"""Somebody at a terminal, who reads what is shown and types what is asked for."""
import os
import pty
import select
import signal


def on_terminal(words, folder, environment, answer):
    """(exit status, everything shown) of a command; answer() is what is typed after what was shown
    so far, or None. Where nothing more is shown for a while, the command is killed."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execvpe(words[0], words, environment)
    output = b""
    try:
        while select.select([terminal], [], [], 60)[0]:
            output += os.read(terminal, 4096)
            typed = answer(output)
            if typed is not None:
                os.write(terminal, typed.encode() + b"\n")
        os.kill(child, signal.SIGKILL)
    except OSError:  # the command closed its terminal
        pass
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)  # not before: a command that is about to end would get SIGHUP
    return status, output.decode().replace("\r\n", "\n")


def shell(admin, folder, command, **environment):
    """(exit status, everything shown) of a command line that finds this sekisho-admin, typed by
    somebody who says yes to what is asked, and gives keys no passphrase."""
    def answer(output):
        return ("y" if output.endswith(b"[y/N] ") else
                "" if output.endswith((b"passphrase): ", b"again: ")) else None)

    path = f"{os.path.dirname(admin)}:{os.environ['PATH']}"
    return on_terminal(["bash", "-c", command], folder,
                       {**os.environ, "PATH": path, **environment}, answer)
