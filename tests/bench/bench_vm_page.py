"""The part of RESULTS.md about guards: words and tables around what run_vm measured."""
import statistics

from bench_page import machine

TITLES = {"none": "no guard", "floor": "bare C floor", "usbguard-3": "usbguard, 3 rules",
          "usbguard-10000": "usbguard, 10,000 rules", "sekishod-3": "sekishod, 3 rules",
          "sekishod-100000": "sekishod, 100,000 registered media"}


def quartiles(values):
    return statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3


def ms(values):
    """Median and quartiles of microseconds."""
    low, middle, high = (value / 1000 for value in quartiles(values))
    return f"{middle:.1f} | {low:.1f} to {high:.1f}"


def mib(kib):
    return f"{kib / 1024:.1f}"


def table(head, rows):
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
            *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)]


def latency(guards, samples, counts):
    def times(guard, plug, column):
        return [row[column] for row in samples if row[1] == guard and row[2] == plug]

    usbguard = statistics.median(times("usbguard-3", 2, 3))
    rows = [(TITLES[guard], ms(times(guard, 2, 3)), ms(times(guard, 2, 4)),
             ms(times(guard, 1, 3)),
             f"{statistics.median(times(guard, 2, 3)) / usbguard:.0%}") for guard in guards]
    head = ("ms", "authorised", "quartiles", "bound", "quartiles", "first plug: authorised",
            "quartiles", "authorised, of usbguard with 3 rules")
    return ["### From the kernel's `add` of a stick until it is let in",
            f"{counts['rounds']} rounds. In each, every guard once, in an order drawn anew: it is "
            "started, left to come",
            "to rest, and then the same stick is plugged twice. The second plug is what a terminal "
            "that has been",
            "on for a while does; at the first one much of the guard's code runs for the first "
            "time, which the",
            "emulation has to translate then. Neither starting nor stopping is in a figure.",
            "",
            *table(head, rows),
            "",
            "Authorised: the interface is; by a kernel without a guard, and under usbguard, from "
            "its first moment,",
            "under the floor and sekishod by a write of theirs (they open single interfaces, so "
            "they need two",
            "steps). Bound: its driver has it. A small program at real-time priority takes both "
            "moments for all",
            "guards alike (`guest/stopwatch.c`); `samples.csv` has every sample.",
            "",
            "The aim is half of usbguard's with 3 rules, also with 100,000 media; the last column "
            "says how near that",
            "is. The floor shows what can be had at best: the same two steps, without a look at the "
            "device. Records",
            "are made durable by a thread of their own. What sekishod adds are looks: when the device",
            "appears, when the kernel's own driver has it, and right before each write, so that "
            "what is let in is",
            "what was judged; and the way to the controller's own thread and back, so that a device "
            "that stalls",
            "delays no other. Meanwhile udev's workers, woken up by the same events, want the same "
            "two processors.",
            ""]


def memory(others, counts):
    rows = [(TITLES[guard], mib(found["RssAnon"]), mib(found["VmRSS"]),
             mib(found["Private_Clean"] + found["Private_Dirty"]),
             mib(found["Shared_Clean"] + found["Shared_Dirty"]), mib(found["Pss"]),
             {"sekishod-3": "RssAnon 2, resident no more than usbguard's",
              "sekishod-100000": "RssAnon 16"}.get(guard, ""))
            for guard, found in others.items() if guard != "none"]
    head = ("MiB", "RssAnon", "resident", "private", "shared", "its share (PSS)", "aim: at most")
    return [f"### Memory after {counts['plugs']} plugs", *table(head, rows), "",
            "Private and shared as smaps_rollup counts them: a page of a library that no other "
            "process uses just",
            "now is private.", ""]


def idle(others, counts):
    rows = [(TITLES[guard], f"{found['wakes']:.0f}", f"{found['disk-waits']:.0f}",
             f"{found['switches']:.0f}")
            for guard, found in others.items() if guard != "none"]
    head = (f"in {counts['idle']} s", "wake-ups", "waits for the disk",
            "voluntary switches, all threads")
    return [f"### Nothing to do for {counts['idle']} s", *table(head, rows), "",
            "Counted by the scheduler's own trace: how often a thread of it went back to sleep. "
            "The third column",
            "is what /proc says of the same time. sekishod wakes up for systemd's watchdog only, "
            "about every 20 s;",
            "about each minute the floor of time is written down during such a wake-up.", ""]


def uevents(others, counts):
    number = counts["uevents"]
    rows = [(TITLES[guard], f"{found['uevents-cpu-us'] / 1000:.0f}" if guard != "none" else "",
             f"{found['uevents-sender-us'] / 1000:.0f}")
            for guard, found in sorted(others.items(), key=lambda item: item[0] != "none")]
    head = ("ms", "CPU time of the guard", "time of who causes them")
    return [f"### {number:,} uevents of other subsystems", *table(head, rows), "",
            "mem, tty, net and block, while udev is stopped. sekishod's filter runs in the kernel, "
            "at the expense of",
            "whoever causes the event; its own threads are not woken up.", ""]


def text(guards, samples, others, counts, versions):
    return "\n".join([
        "## sekishod beside other guards", "",
        "`sudo make bench-vm`: one virtual PC in software emulation (QEMU without KVM, two "
        "processors), so times",
        "are many times those of a real PC, and only their proportions mean something.",
        f"On {machine()}; inside Debian 12 with Linux {versions['kernel']}, usbguard "
        f"{versions['usbguard']},",
        f"systemd {versions['systemd']}.", "",
        *latency(guards, samples, counts), *memory(others, counts), *idle(others, counts),
        *uevents(others, counts)])
