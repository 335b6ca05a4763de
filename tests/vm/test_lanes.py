#!/usr/bin/python3
"""Lanes side by side, without virtual PCs: each item once, its lines together, and what dies is told. TAP."""
import os
import sys
import time

sys.dont_write_bytecode = True
import lanes


class Heard:
    """A report that remembers."""

    def __init__(self):
        self.said = []

    def line(self, good, name, seconds, note=""):
        self.said.append((good, name))

    def explain(self, lines):
        self.said.append(lines[0])


def two_scenarios(item, report):
    for part in "ab":
        report.line(True, item + part, 0)
        time.sleep(0.01)
        report.explain(["why " + item + part])


def each_item_is_worked_once_and_its_lines_stay_together():
    report, items = Heard(), ["boot%d " % i for i in range(9)]
    lanes.run(items, 3, two_scenarios, report)
    names = [said[1] for said in report.said[::2]]
    assert sorted(names) == [item + part for item in items for part in "ab"], names
    assert report.said[1::2] == ["why " + name for name in names], report.said


def lanes_run_at_the_same_time():
    """Each of two waits for the other: one after the other, neither would end."""
    first, second = os.pipe(), os.pipe()

    def meet(item, report):
        os.write((first, second)[item][1], b"x")
        report.line(os.read((second, first)[item][0], 1) == b"x", "met", 0)

    report = Heard()
    lanes.run([0, 1], 2, meet, report)
    assert report.said == [(True, "met")] * 2, report.said


def a_lane_that_dies_is_a_failure_and_the_other_goes_on():
    def work(item, report):
        if item == "bad":
            os._exit(3)
        report.line(True, item, 0)

    report = Heard()
    lanes.run(["bad", "one", "two", "three"], 2, work, report)
    assert sorted(s for s in report.said if s[0] is True) == [
        (True, "one"), (True, "three"), (True, "two")], report.said
    assert [s for s in report.said if s[0] is False] and "it ended with 3" in report.said, report.said


def main():
    failed = 0
    tests = [each_item_is_worked_once_and_its_lines_stay_together, lanes_run_at_the_same_time,
             a_lane_that_dies_is_a_failure_and_the_other_goes_on]
    print("1..%d" % len(tests))
    for number, test in enumerate(tests, 1):
        try:
            test()
            print("ok %d - %s" % (number, test.__name__), flush=True)
        except AssertionError as error:
            failed += 1
            print("not ok %d - %s\n# %s" % (number, test.__name__, error), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
