#!/usr/bin/python3
"""Runs the scenarios in virtual PCs and reports in TAP.

run.py [options] [WORDS …]   only scenarios whose name or boot has such a word
"""
import argparse
import contextlib
import os
import signal
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bench
import lanes
import scenario
from refusal import DiskAppeared


class Report:
    """TAP, a line as soon as it is known."""

    def __init__(self):
        self.count = self.failed = self.skipped = 0

    def line(self, good, name, seconds, note=""):
        self.count += 1
        self.failed += not good
        self.skipped += note.startswith("SKIP")
        text = "%s %d - %s" % ("ok" if good else "not ok", self.count, name)
        print(text + (" # " + note if note else ""), flush=True)
        if not note:
            self.explain(["%.0f s" % seconds])

    def explain(self, lines):
        for line in lines:
            print("# " + line, flush=True)

    def end(self):
        print("1..%d" % self.count)
        self.explain(["%d passed, %d failed, %d skipped" % (
            self.count - self.failed - self.skipped, self.failed, self.skipped)])


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    boots = chosen(options)
    if options.list:
        for boot, functions in boots:
            for function in functions:
                print("%s: %s" % (boot.name, title(function)))
        return 0
    come_first()
    report = Report()
    tests = bench.Bench(options)
    if options.lanes > 1:
        tests.prepare()
        # The longest first, so that the last ones are short.
        boots.sort(key=lambda boot: -len(boot[1]))
        lanes.run(boots, options.lanes, lambda boot, to: run_boot(tests, *boot, to), report)
    else:
        for boot, functions in boots:
            run_boot(tests, boot, functions, report)
    report.end()
    return 1 if report.failed or not report.count else 0


def come_first():
    """Before what else runs: where sessions share the processors evenly, nice is not heard."""
    with contextlib.suppress(OSError), open("/proc/self/autogroup", "w", encoding="ascii") as group:
        group.write("-10")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--long", action="store_true",
                        help="the full counts: 20 boots, 200 rounds")
    parser.add_argument("--lanes", type=int, default=1, metavar="N",
                        help="as many virtual PCs side by side")
    parser.add_argument("--unguarded", action="store_true",
                        help="without our package: a scenario passes if it fails with a disk")
    parser.add_argument("--debs", default=os.path.join(bench.ROOT, "build/deb"),
                        help="folder of the packages")
    parser.add_argument("--keep-log", metavar="DIR", help="keep serial consoles there")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def chosen(options):
    found = []
    for boot in scenario.load_all():
        functions = [f for f in boot.scenarios
                     if (f.refuses or not options.unguarded) and wanted(f, boot, options)]
        if functions:
            found.append((boot, functions))
    return found


def wanted(function, boot, options):
    if not options.words:
        return options.long or not function.only_long
    name = function.__name__ + " " + title(function) + " " + boot.name
    return any(word in name for word in options.words)


def title(function):
    return function.__name__.replace("_", " ")


def run_boot(tests, boot, functions, report):
    waiting = list(functions)
    while waiting:
        with contextlib.ExitStack() as stack:
            try:
                pc = None if boot.by_itself else stack.enter_context(tests.machine(boot))
            except Exception as error:
                for function in waiting:
                    report.line(False, title(function), 0)
                report.explain(["the boot \"%s\" failed:" % boot.name]
                               + str(error).splitlines())
                return
            while waiting and run_one(tests, boot, pc, waiting.pop(0), report):
                pass


def run_one(tests, boot, pc, function, report):
    """True if the next scenario may go on with the same virtual PC."""
    test = scenario.Test(tests, boot, pc)
    started = time.monotonic()
    seconds = lambda: time.monotonic() - started
    try:
        function(test)
    except scenario.Skip as skip:
        report.line(True, title(function), seconds(), "SKIP " + str(skip))
    except DiskAppeared as error:
        report.line(not tests.guarded, title(function), seconds())
        report.explain(["as expected without the guard: "
                        + str(error).splitlines()[0]] if not tests.guarded else
                       failure(error, test))
        if tests.guarded:
            return finish(test, report) and False
    except Exception as error:
        report.line(False, title(function), seconds())
        report.explain(failure(error, test))
        return finish(test, report) and False
    else:
        report.line(tests.guarded, title(function), seconds())
        if not tests.guarded:
            report.explain(["nothing guards this PC, and yet there was no disk"])
    return finish(test, report)


def finish(test, report):
    try:
        test.finish()
        return True
    except Exception as error:
        report.explain(["while cleaning up: " + str(error).splitlines()[0]])
        return False


def failure(error, test):
    where = traceback.extract_tb(error.__traceback__)
    steps = ["%s:%d %s" % (os.path.basename(s.filename), s.lineno, s.line)
             for s in where if "scenario_" in s.filename or "sites" in s.filename]
    return steps + ["%s: %s" % (type(error).__name__, line)
                    for line in str(error).splitlines()] + \
        test.evidence(with_kernel="  | " not in str(error))


if __name__ == "__main__":
    sys.exit(main())
