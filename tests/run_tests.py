#!/usr/bin/python3
"""Runs test programs that print TAP, shows what failed, and closes with one line of counts.

usage: run_tests.py [--verbose] NAME=COMMAND ...

A program that dies, runs too long, or prints fewer tests than its plan says counts as one more
failure. With TALLY=FILE in the environment the counts are added to that file as well, so that
several runs can be summed up.
"""
import os
import re
import shlex
import subprocess
import sys
import time

LONGEST_S = int(os.environ.get("TEST_TIMEOUT", "3000"))
RESULT = re.compile(r"^\s*(not ok|ok)\b(.*)$")
PLAN = re.compile(r"^\s*1\.\.(\d+)\s*(#.*)?$")


def run(name, command, verbose):
    """Returns (passed, failed, skipped) of one program and prints its line."""
    environment = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP")
    started = time.monotonic()
    process = subprocess.Popen(shlex.split(command), stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, env=environment, text=True,
                               errors="replace", start_new_session=True)
    passed = failed = skipped = planned = 0
    lines = []
    for line in process.stdout:
        line = line.rstrip("\n")
        lines.append(line)
        if verbose:
            print(f"    {line}", flush=True)
        result, plan = RESULT.match(line), PLAN.match(line)
        if plan:
            planned += int(plan.group(1))
        elif result and re.search(r"#\s*SKIP", result.group(2), re.IGNORECASE):
            skipped += 1
            print(f"  skipped: {name}:{result.group(2)}", flush=True)
        elif result:
            passed += result.group(1) == "ok"
            failed += result.group(1) == "not ok"
        if time.monotonic() - started > LONGEST_S:
            process.kill()
    status = process.wait()
    troubles = []
    if status != 0 and failed == 0:
        troubles.append(f"ended with status {status}")
    if planned and planned > passed + failed + skipped:
        troubles.append(f"planned {planned} tests, ran {passed + failed + skipped}")
    if passed + failed + skipped == 0:
        troubles.append("ran no test")
    failed += bool(troubles)
    if failed and not verbose:
        for line in lines:
            print(f"    {line}")
    for trouble in troubles:
        print(f"    # {name}: {trouble}")
    seconds = time.monotonic() - started
    print(f"{'FAIL' if failed else 'ok  '} {name}: {passed} passed, {failed} failed, "
          f"{skipped} skipped ({seconds:.1f} s)", flush=True)
    return passed, failed, skipped


def main():
    arguments = sys.argv[1:]
    verbose = "--verbose" in arguments
    total = [0, 0, 0]
    for argument in arguments:
        if argument.startswith("--"):
            continue
        name, _, command = argument.partition("=")
        counts = run(name, command, verbose)
        total = [sum(pair) for pair in zip(total, counts)]
    if os.environ.get("TALLY"):
        with open(os.environ["TALLY"], "a", encoding="ascii") as tally:
            tally.write("%d %d %d\n" % tuple(total))
    print("%d passed, %d failed, %d skipped" % tuple(total))
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main())
