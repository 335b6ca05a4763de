"""The third part of make demo: a medium is asked for, permitted, used, and shut on time; then once
more by telephone, with nothing else left."""
import re
import time

from boots import DEMO_COUNTER
from counter import DESKS, PLACE, SERIAL, counter_of, of
from scenario import Test
from scenario_exemption import FILE, assert_complete, copy_file, plug_refused
from scenario_exemption_phone import ask_by_phone, cut_off


def tell(story, tests):
    """On a PC of its own, in front of which Sato sits."""
    story.say("\nA third PC, at a counter. Sato sits there and needs a stick today.")
    with tests.machine(DEMO_COUNTER) as pc:
        test = Test(tests, DEMO_COUNTER, pc)
        try:
            counter = counter_of(test)
            counter.sits_down()
            stick, device, number = asks(story, counter)
            permitted(story, counter, number)
            ends(story, counter, stick, device, number)
            by_telephone(story, test, counter, stick)
        finally:
            test.finish()


def lines(text):
    """What stood on the screen, without what was typed and without prompts."""
    return "\n".join(line for line in text.splitlines()
                     if line.strip() and not re.match(r"\S+@\S+[:~].*[$#]", line))


def asks(story, counter):
    story.step("Sato plugs the stick in. It is refused, and the PC says how to ask.")
    stick, device = plug_refused(counter)
    story.shows("sekisho explain " + device, counter.pc.run("sekisho explain " + device)[1])
    story.step("Sato asks, at the screen.")
    number, screen = counter.asks(device, "read-write", "2h")
    story.say(lines(screen))
    counter.wait_request(number)
    story.seen("a request leaves the PC by itself, under a number that both sides can say")
    return stick, device, number


def permitted(story, counter, number):
    story.step("In the office, Suzuki and then Tanaka permit it: until a time of today.")
    end = int(counter.pc.check("date +%s")) // 60 * 60 + 30 * 60
    until = time.strftime("%Y-%m-%d %H:%M", time.gmtime(end + 9 * 3600))
    story.shows("sekisho-admin exemption approve %s --until ..." % number,
                counter.approve(number, "--until", until))
    story.seen("the stick that was plugged in all along opens %.1f s after the second signature"
               % counter.wait_usable())
    counter.deadline = end


def ends(story, counter, stick, device, number):
    story.step("Sato copies a file. The clock of this PC is now set ahead, not to wait for the end.")
    content = copy_file(counter)
    pc = counter.pc
    pc.check("date -s @%d" % (counter.deadline - 5 * 60 - 3))
    counter.wait_record("exemption-warned", number)
    story.shows("sekisho exemptions", lines(counter.types("sekisho exemptions")))
    pc.check("date -s @%d" % (counter.deadline - 2))
    ended = counter.wait_record("exemption-ended", number)
    counter.wait_shut(device)
    assert of(ended)["clean"] is True, of(ended)
    counter.assert_shut(device)
    story.seen("warned, then ended on time: written out, unmounted, and the port is shut")
    assert_complete(stick, FILE, content)
    story.seen("the file on the stick is complete, and the file system is clean")
    story.shows("sekisho ledger exemptions --csv",
                pc.check("sekisho ledger exemptions --csv").lstrip("\ufeff"))
    story.seen("the ledger of the use of media writes itself")
    pc.unplug(stick.name)
    # Handed back it stays ended, also when the clock is set right again.
    story.say(lines(counter.types("sekisho return %s --place 'the safe'" % number)))
    counter.wait_record("exemption-returned", number)
    pc.check("date -s @%d" % time.time())


def by_telephone(story, test, counter, stick):
    story.step("A flood. The network is gone, every network device with it; the telephone works.")
    counter.open_desks([SERIAL])
    cut_off(test)
    _, device = plug_refused(counter)
    number, shown = ask_by_phone(counter, device, 1)
    story.say(lines(counter.types("", goes_on=True)))
    story.step("Two desks are called. Each hears these values, and says ten digits that mean them.")
    digits = [counter.answer(desk, shown) for desk in DESKS]
    story.say("    %s: %s\n    %s: %s" % (DESKS[0], digits[0], DESKS[1], digits[1]))
    counter.types(*digits, goes_on=True)
    counter.wait_usable()
    content = copy_file(counter)
    ended = counter.wait_record("exemption-ended", number, 100)
    counter.wait_shut(device)
    assert of(ended)["clean"] is True and content, of(ended)
    story.say(lines(counter.types("sekisho exemptions --if-due")))
    story.seen("twenty digits opened one stick for one person for a minute; a report is due")
