#!/usr/bin/env python3
"""A change of operator, from what is typed to what stands in the records: the built programs over a
real bus. See counter.py.

usage: test_operator.py BUILD_DIR
"""
import json
import os
import signal
import sys
import time

from counter import Counter, until
from office import code, now_code, run

OFFER = "service=sekisho-operator:required:"
OTHER_KEY = b"abcdefghijklmnopqrst"


def a_counter(folder):
    counter = Counter(folder)
    seat_two(counter)
    return counter


def seat_two(counter):
    counter.start_agent()
    counter.rules(OFFER)
    for user, key in (("tanaka", None), ("s1204", OTHER_KEY)):
        settings = {"secret": key.hex()} if key else {}
        counter.terminal.person(user, type="hotp", **settings)
    counter.next = {"tanaka": 0, "s1204": 0}
    counter.sit_down()


def next_code(counter, user):
    """Of a token that counts: no test waits for the next thirty seconds."""
    counter.next[user] += 1
    key = {} if user == "tanaka" else {"key": OTHER_KEY}
    return code(counter.next[user] - 1, **key)


def change(counter, user):
    answer = counter.operator(user, next_code(counter, user))
    assert answer.status == 0, answer
    return answer


def assert_refused(answer, says, status=1):
    assert answer.status == status and says in answer.text, answer


def a_right_code_makes_an_operator_and_the_records_say_so(folder):
    counter = a_counter(folder)
    assert counter.shown() == ""
    change(counter, "tanaka")
    assert counter.shown() == "tanaka"
    changed = counter.happened("operator-changed")
    assert [record["operator"] for record in changed] == ["tanaka"], changed
    assert changed[0]["login"]["caller_uid"] == os.getuid()
    change(counter, "s1204")
    shown = counter.sekisho("operator", "--show")
    assert shown.status == 0 and "s1204 works" in shown.text, shown
    # What follows carries it: here, a document that is refused.
    assert counter.sekisho("update-from", "/dev/null").status != 0
    counter.stop_agent()
    stopped = counter.happened("stopped")
    assert [record["operator"] for record in stopped] == ["s1204"]
    last = counter.records()[-1]
    assert last["actor"] == {"user": {"name": "s1204"}}, last


def what_is_typed_with_an_input_method_counts(folder):
    counter = a_counter(folder)
    digits = "".join(chr(ord(digit) + 0xfee0) for digit in next_code(counter, "s1204"))
    answer = counter.operator("Ｓ１２０４", digits[:3] + "　" + digits[3:])
    assert answer.status == 0 and counter.shown() == "s1204", answer


def the_number_may_be_asked_for(folder):
    counter = a_counter(folder)
    answer = counter.sekisho("operator", "--root", counter.root,
                             typed=f"s1204\n{next_code(counter, 's1204')}\n")
    assert answer.status == 0 and counter.shown() == "s1204", answer
    assert_refused(counter.sekisho("operator", "--root", counter.root, typed=""),
                   "nothing was typed", 2)
    assert_refused(counter.sekisho("operator", "--root", counter.root, "s1204", typed="1" * 300),
                   "too long", 2)


def a_wrong_code_changes_nothing_and_is_recorded(folder):
    counter = a_counter(folder)
    change(counter, "tanaka")
    answer = counter.operator("s1204", "000000")
    assert_refused(answer, "Check the staff number and the one-time code.")
    assert counter.shown() == "tanaka"
    counter.stop_agent()
    refused = counter.terminal.events() if not counter.happened("login-refused") else None
    for record in counter.happened("login-refused"):
        refused = record["login"]["reference"] in answer.text and record["login"]["factors"]
    assert refused, "nobody would know of the wrong code"


def nobody_is_locked_out_of_his_logins_and_nobody_guesses_on(folder):
    counter = a_counter(folder)
    counter.rules(OFFER, "lock-after=3", "lock-for=900")
    before = counter.terminal.state("s1204")
    for _ in range(2):
        assert_refused(counter.operator("s1204", "000000"), "Check the staff number")
    assert_refused(counter.operator("s1204", "000000"), "Check the staff number")
    assert_refused(counter.operator("s1204", next_code(counter, "s1204")), "you have to wait: 15 min")
    assert counter.shown() == ""
    after = counter.terminal.state("s1204")
    for name in ("failures", "locks", "locked"):
        assert before.get(name) == after.get(name), (before, after)
    # Another person's tries are another's.
    change(counter, "tanaka")


def damage_to_what_counts_the_tries_is_a_lock(folder):
    counter = a_counter(folder)
    counter.rules(OFFER, "lock-after=3", "lock-for=900")
    path = counter.terminal.path("operator/s1204")
    assert_refused(counter.operator("s1204", "000000"), "Check the staff number")
    with open(path, "r+b") as file:
        file.write(b"\x07")
    assert_refused(counter.operator("s1204", next_code(counter, "s1204")), "you have to wait")
    os.unlink(path)
    counter.next["s1204"] = 0
    change(counter, "s1204")


def a_code_counts_once(folder):
    counter = a_counter(folder)
    counter.terminal.person("s7")
    typed = now_code()
    assert counter.operator("s7", typed).status == 0
    assert_refused(counter.operator("s7", typed), "used already")


def a_token_that_is_far_off_comes_back_by_two_codes(folder):
    counter = a_counter(folder)
    counter.next["s1204"] = 40
    assert_refused(counter.operator("s1204", next_code(counter, "s1204")),
                   "Once more, with the next code.")
    assert counter.shown() == ""
    change(counter, "s1204")


def right_codes_before_the_first_day_cost_no_tries(folder):
    counter = a_counter(folder)
    counter.rules(OFFER, "lock-after=3", "lock-for=900")
    begins = {"from": int(time.time()) + 86400}
    counter.terminal.person("s1204", type="hotp", secret=OTHER_KEY.hex(), **begins)
    for _ in range(4):
        assert_refused(counter.operator("s1204", next_code(counter, "s1204")),
                       "does not count today")
    assert counter.shown() == ""


def nobody_guesses_where_it_would_not_be_recorded(folder):
    """Whoever sits here may have filled his own spool, or hold its lock: root has no end there, so
    something that is no spool is in its place. sekishod, which would empty it, is held."""
    counter = a_counter(folder)
    spool = counter.terminal.path("login-spool/" + (f"own-{os.getuid()}" if os.getuid() else "spool"))
    typed = next_code(counter, "s1204")
    counter.agent.send_signal(signal.SIGSTOP)
    if os.path.exists(spool):
        os.unlink(spool)
    os.mkdir(spool)
    for guess in "000000", typed:
        assert_refused(counter.operator("s1204", guess), "cannot be checked")
    assert os.listdir(counter.terminal.path("operator")) == [], "a try was made, unseen"
    os.rmdir(spool)
    counter.agent.send_signal(signal.SIGCONT)
    until(counter.answers, "sekishod answers")
    assert counter.operator("s1204", typed).status == 0, "the code was used"


def recovery_codes_and_unknown_people_are_wrong(folder):
    counter = a_counter(folder)
    assert_refused(counter.operator("s1204", "ABCDE-FGH23"), "Check the staff number")
    assert_refused(counter.operator("nobody1", "123456"), "Check the staff number")
    assert_refused(counter.operator("../s1204", "123456"), "Check the staff number")
    assert os.listdir(counter.terminal.path("operator")) == []


def without_a_word_of_the_policy_there_is_no_operator(folder):
    counter = a_counter(folder)
    for words in ((), ("service=sekisho-operator:off:",), ("mode=required",)):
        counter.rules(*words)
        assert_refused(counter.operator("s1204", code(0, OTHER_KEY)), "has no change of operator")
    counter.rules("mode=off", "exempt=s1204", "service=sekisho-operator:rehearse:")
    assert_refused(counter.operator("s1204", "000000"), "Check the staff number")
    change(counter, "s1204")


def without_the_agent_nothing_changes_and_no_code_is_used(folder):
    counter = a_counter(folder)
    change(counter, "tanaka")
    counter.stop_agent()
    typed = next_code(counter, "s1204")
    assert_refused(counter.operator("s1204", typed), "the agent does not run", 2)
    counter.start_agent()
    assert counter.shown() == "tanaka"
    assert counter.operator("s1204", typed).status == 0


def an_agent_that_hangs_changes_nothing_later(folder):
    counter = a_counter(folder)
    change(counter, "tanaka")
    counter.agent.send_signal(signal.SIGSTOP)
    answer = counter.operator("s1204", next_code(counter, "s1204"))
    assert_refused(answer, "gave no answer", 2)
    counter.agent.send_signal(signal.SIGCONT)
    until(counter.answers, "sekishod answers")
    time.sleep(0.2)
    assert counter.shown() == "tanaka"


def who_is_not_at_the_screen_changes_nothing(folder):
    counter = a_counter(folder)
    change(counter, "tanaka")
    typed = next_code(counter, "s1204")
    counter.sit_down("4", uid=12345)
    assert_refused(counter.operator("s1204", typed), "yours is not")
    counter.show_session(None)
    assert_refused(counter.operator("s1204", typed), "yours is not")
    counter.show_session("3")
    assert counter.shown() == "tanaka"
    assert counter.operator("s1204", typed).status == 0, "the code was not used"


def each_session_brings_its_own_operator_along(folder):
    counter = a_counter(folder)
    change(counter, "tanaka")
    counter.sit_down("4")
    assert counter.shown() == ""
    change(counter, "s1204")
    counter.show_session("3")
    assert counter.shown() == "tanaka"
    counter.show_session("4")
    assert counter.shown() == "s1204"


def an_operator_ends_with_the_session_and_on_request(folder):
    counter = a_counter(folder)
    change(counter, "tanaka")
    counter.end_session("3")
    until(lambda: counter.happened("operator-ended"), "the end is recorded")
    counter.sit_down("3")
    assert counter.shown() == ""
    change(counter, "s1204")
    ended = counter.sekisho("operator", "--end")
    assert ended.status == 0 and "s1204" in ended.text, ended
    assert counter.shown() == ""
    records = counter.happened("operator-ended")
    assert [record["text"] for record in records] == ["the session ended", "as was asked for"]
    assert not any("operator" in record for record in records), records
    assert counter.sekisho("operator", "--end").status == 2


def an_operator_outlives_sekishod_and_not_the_boot(folder):
    counter = a_counter(folder)
    change(counter, "tanaka")
    counter.stop_agent(signal.SIGKILL)
    counter.start_agent()
    assert counter.shown() == "tanaka"
    assert [record.get("operator") for record in counter.happened("started")] == [None, "tanaka"]
    counter.stop_agent()
    path = counter.terminal.path("operators")
    with open(path, encoding="ascii") as file:
        text = file.read()
    with open(path, "w", encoding="ascii") as file:
        file.write("11111111" + text[8:])
    counter.start_agent()
    assert counter.shown() == "" and not os.path.exists(path)
    change(counter, "s1204")
    counter.stop_agent()
    counter.end_session("3")
    counter.start_agent()
    counter.sit_down("3")
    assert counter.shown() == "", "a session of the same name that came later"


def what_cannot_be_recorded_changes_nothing(folder):
    counter = Counter(folder)
    log = counter.root + "/var/log/records-1.jsonl"
    os.mkdir(log)
    seat_two(counter)
    assert_refused(counter.operator("s1204", next_code(counter, "s1204")), "could not keep it", 2)
    assert counter.shown() == "" and not os.path.exists(counter.terminal.path("operators"))
    os.rmdir(log)
    change(counter, "s1204")
    assert [record["operator"] for record in counter.happened("operator-changed")] == ["s1204"]


def what_cannot_be_kept_changes_nothing(folder):
    counter = a_counter(folder)
    change(counter, "tanaka")
    path = counter.terminal.path("operators")
    os.rename(path, path + ".away")
    os.mkdir(path)
    assert_refused(counter.operator("s1204", next_code(counter, "s1204")), "could not keep it", 2)
    assert counter.shown() == "tanaka"
    assert len(counter.happened("operator-changed")) == 1
    os.rmdir(path)
    change(counter, "s1204")


def the_code_is_in_no_file_and_no_argument(folder):
    counter = a_counter(folder)
    typed = next_code(counter, "s1204")
    assert counter.operator("s1204", typed).status == 0
    wrong = next(text for text in map(str, range(738201, 10 ** 6))
                 if text not in {code(i, OTHER_KEY) for i in range(200)})
    assert_refused(counter.operator("s1204", wrong), "Check")
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    text = file.read()
                assert typed.encode() not in text and wrong.encode() not in text, path


def records_are_shown_with_their_operator(folder):
    counter = a_counter(folder)
    change(counter, "tanaka")
    counter.stop_agent()
    counter.start_agent()
    shown = counter.sekisho("records", "show")
    assert "the agent started, operator tanaka" in shown.text, shown
    lines = [json.loads(line) for line in
             counter.sekisho("records", "show", "--json").text.splitlines()]
    assert lines[-1]["unmapped"]["sekisho"]["operator"] == "tanaka", lines[-1]


def with_counter(test):
    """Whatever becomes of it, nothing of it goes on running."""
    def body(folder):
        made = []
        closed = Counter.__init__

        def remember(self, *words):
            made.append(self)
            closed(self, *words)
        Counter.__init__ = remember
        try:
            test(folder)
        finally:
            Counter.__init__ = closed
            for counter in made:
                counter.close()
    body.__name__ = test.__name__
    return body


if __name__ == "__main__":
    sys.exit(run([with_counter(test) for test in (
        a_right_code_makes_an_operator_and_the_records_say_so,
        what_is_typed_with_an_input_method_counts,
        the_number_may_be_asked_for,
        a_wrong_code_changes_nothing_and_is_recorded,
        nobody_is_locked_out_of_his_logins_and_nobody_guesses_on,
        damage_to_what_counts_the_tries_is_a_lock,
        a_code_counts_once,
        a_token_that_is_far_off_comes_back_by_two_codes,
        right_codes_before_the_first_day_cost_no_tries,
        nobody_guesses_where_it_would_not_be_recorded,
        recovery_codes_and_unknown_people_are_wrong,
        without_a_word_of_the_policy_there_is_no_operator,
        without_the_agent_nothing_changes_and_no_code_is_used,
        an_agent_that_hangs_changes_nothing_later,
        who_is_not_at_the_screen_changes_nothing,
        each_session_brings_its_own_operator_along,
        an_operator_ends_with_the_session_and_on_request,
        an_operator_outlives_sekishod_and_not_the_boot,
        what_cannot_be_recorded_changes_nothing,
        what_cannot_be_kept_changes_nothing,
        the_code_is_in_no_file_and_no_argument,
        records_are_shown_with_their_operator,
    )], make=str))
