"""Boots side by side: a virtual PC waits for its devices a quarter of its time, and a boot of another
lane goes on meanwhile.

Each lane is a process, so that a machine that hangs holds up nobody else. What a lane reports of one
scenario is printed as one piece.
"""
import multiprocessing
import multiprocessing.connection


class Messenger:
    """What Report does, for a lane: hands each scenario's lines on when all of them are known."""

    def __init__(self, pipe):
        self._pipe, self._calls = pipe, []

    def line(self, *arguments):
        self.flush()
        self._calls.append(("line", arguments))

    def explain(self, *arguments):
        self._calls.append(("explain", arguments))

    def flush(self):
        if self._calls:
            self._pipe.send(self._calls)
        self._calls = []


def run(items, count, work, report):
    """work(item, report) for each, `count` at a time, each lane taking the next one that is left."""
    context = multiprocessing.get_context("fork")
    left = context.SimpleQueue()
    for item in [*range(len(items)), *[None] * count]:
        left.put(item)
    lanes = [_start(context, left, items, work) for _ in range(count)]
    try:
        open_pipes = [pipe for _, pipe in lanes]
        while open_pipes:
            for pipe in multiprocessing.connection.wait(open_pipes):
                if not _print(pipe, report):
                    open_pipes.remove(pipe)
        for number, (process, _) in enumerate(lanes):
            process.join()
            if process.exitcode:
                report.line(False, "lane %d ends by itself" % (number + 1), 0)
                report.explain(["it ended with %d" % process.exitcode])
    finally:
        for process, _ in lanes:
            process.terminate()


def _start(context, left, items, work):
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_lane, args=(left, items, work, sender))
    process.start()
    sender.close()
    return process, receiver


def _lane(left, items, work, pipe):
    messenger = Messenger(pipe)
    while (item := left.get()) is not None:
        work(items[item], messenger)
        messenger.flush()
    pipe.close()


def _print(pipe, report):
    """False when the lane has ended."""
    try:
        calls = pipe.recv()
    except EOFError:
        return False
    for name, arguments in calls:
        getattr(report, name)(*arguments)
    return True
