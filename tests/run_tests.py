#!/usr/bin/python3
"""Runs test programs that print TAP, shows what failed, and closes with one line of counts.

usage: run_tests.py [--verbose] [--jobs=N] NAME=COMMAND ...

Programs run side by side, as many as there are processors, or N; with --verbose one after the other,
each line shown as it comes.

A program that dies, runs longer than TEST_TIMEOUT seconds, or prints fewer tests than its plan says
counts as one more failure. With TALLY=FILE in the environment the counts are added to that file as well, so that
several runs can be summed up.
"""
import concurrent.futures
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time

LONGEST_S = int(os.environ.get("TEST_TIMEOUT", "3000"))
RESULT = re.compile(r"^\s*(not ok|ok)\b(.*)$")
PLAN = re.compile(r"^\s*1\.\.(\d+)\s*(#.*)?$")
RUNNING = set()


def stop(*_):
    """Whoever stops this stops the programs, too: each is in a session of its own."""
    for process in list(RUNNING):
        os.killpg(process.pid, signal.SIGTERM)
    os._exit(2)


def judge(lines):
    """(passed, failed, skipped, planned) of TAP lines, and the names of the skipped."""
    passed = failed = planned = 0
    skipped = []
    for line in lines:
        result, plan = RESULT.match(line), PLAN.match(line)
        if plan:
            planned += int(plan.group(1))
        elif result and re.search(r"#\s*SKIP", result.group(2), re.IGNORECASE):
            skipped.append(result.group(2).strip())
        elif result:
            passed += result.group(1) == "ok"
            failed += result.group(1) == "not ok"
    return passed, failed, skipped, planned


def run(name, command, verbose):
    """Returns (passed, failed, skipped) of one program, and what there is to say about it."""
    environment = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP")
    started = time.monotonic()
    process = subprocess.Popen(shlex.split(command), stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, env=environment, text=True,
                               errors="replace", start_new_session=True)
    killer = threading.Timer(LONGEST_S, os.killpg, (process.pid, signal.SIGKILL))
    killer.start()
    RUNNING.add(process)
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if verbose:
            print(f"    {lines[-1]}", flush=True)
    status = process.wait()
    RUNNING.discard(process)
    killer.cancel()
    passed, failed, skipped, planned = judge(lines)
    troubles = []
    if status < 0:
        troubles.append(f"ended by signal {-status} after {time.monotonic() - started:.0f} s")
    elif status != 0 and failed == 0:
        troubles.append(f"ended with status {status}")
    if planned and planned > passed + failed + len(skipped):
        troubles.append(f"planned {planned} tests, ran {passed + failed + len(skipped)}")
    if passed + failed + len(skipped) == 0:
        troubles.append("ran no test")
    failed += bool(troubles)
    said = [f"    {line}" for line in lines] if failed and not verbose else []
    said += [f"  skipped: {name}: {one}" for one in skipped]
    said += [f"    # {name}: {trouble}" for trouble in troubles]
    said.append(f"{'FAIL' if failed else 'ok  '} {name}: {passed} passed, {failed} failed, "
                f"{len(skipped)} skipped ({time.monotonic() - started:.1f} s)")
    return (passed, failed, len(skipped)), said


def main():
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    arguments = sys.argv[1:]
    verbose = "--verbose" in arguments
    total = [0, 0, 0]
    programs = [argument.partition("=") for argument in arguments if not argument.startswith("--")]
    jobs = [int(argument[7:]) for argument in arguments if argument.startswith("--jobs=")]
    with concurrent.futures.ThreadPoolExecutor(1 if verbose else (jobs or [os.cpu_count()])[-1]) as pool:
        for counts, said in pool.map(lambda p: run(p[0], p[2], verbose), programs):
            print("\n".join(said), flush=True)
            total = [sum(pair) for pair in zip(total, counts)]
    if os.environ.get("TALLY"):
        with open(os.environ["TALLY"], "a", encoding="ascii") as tally:
            tally.write("%d %d %d\n" % tuple(total))
    print("%d passed, %d failed, %d skipped" % tuple(total))
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main())
