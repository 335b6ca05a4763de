#!/usr/bin/python3
"""sekisho-admin fleet, and requests that terminals signed. See desk.py."""
import os
import shutil
import sys

import desk
import terminals
from approver import FOLDER, ID, TIER
from desk import DONE, NO, UNKNOWN


def fleet(desk, status, word, *words, **more):
    return desk.expect(status, "fleet", word, *words, FOLDER, **more)


def each_terminal_has_a_line_and_all_have_a_sum(desk):
    desk.report("desk-17", blocked=3, exemptions=1)
    desk.join("desk-19", 3, state="retired")
    output = fleet(desk, DONE, "status", says=[
        "my-number of tosu: 2 terminals, 1 without remarks; 1 retired",
        "1 apply it; 3 devices refused today, 1 exemptions open", "1  never reported"])
    row = next(line for line in output.splitlines() if line.startswith("desk-17")).split()
    assert row[1] == str(desk.policy_serial) and row[4:] == ["on", "3", "1"], row
    assert "desk-19" not in output


def the_highest_number_counts_whatever_came_last(desk):
    desk.report(number=9, blocked=9)
    desk.report(number=10, blocked=10)
    desk.report(number=2, blocked=2)
    fleet(desk, DONE, "status", "--terminal", "desk-17", says=["its number       10", "blocked today    10"])


def one_terminal_is_told_whole(desk):
    desk.report(applied="next-serial = 77\nmedia-serial = 7\ntokens-serial = 5\n", exemptions=1,
                more=f"[open 1]\nid = {ID}\nuser = tanaka\nphase = active\n")
    fleet(desk, DONE, "status", "--terminal", "desk-17",
          says=["next policy      77", "media            7", "tokens           5", "second factor    on",
                f"{ID}  tanaka  active", "records          up to 10", desk.certificates["desk-17"]])
    fleet(desk, NO, "status", "--terminal", "desk-99", says="no terminal that joined is called desk-99")
    fleet(desk, DONE, "exemptions", says=f"{ID}  tanaka at desk-17: active")
    desk.report(number=2)
    fleet(desk, DONE, "exemptions", says="no exemption is open anywhere")


def what_is_wrong_is_said(desk):
    for number, (what, says) in enumerate((
            ({"factor": "off"}, "no second factor at login"),
            ({"factor": "partial"}, "second factor with exceptions"),
            ({"factor": "rehearse"}, "second factor only rehearsed"),
            ({"mode": "strict"}, "its policy was lost"),
            ({"mode": "built-in"}, "the built-in one holds"),
            ({"mode": "rehearse"}, "policy only rehearsed: nothing is refused"),
            ({"policy": 1}, f"older policy (1; {desk.policy_serial} is published)"),
            ({"policy": 99}, f"a policy that is not published (99; {desk.policy_serial} is published)"),
            ({"lost": 4}, "records could not be written (4)"),
            ({"health": "problem-1 = clock-behind\nproblem-2 = tokens-lost\n"},
             "problems: clock-behind tokens-lost"),
            ({"today": "alert-1 = tampered 2\nalert-2 = device-disguised 1\n"},
             "alerts: tampered 2, device-disguised 1")), 1):
        desk.report(number=number, **what)
        fleet(desk, DONE, "status", says=says)
    desk.report(number=90, policy=1, applied=f"next-serial = {desk.policy_serial}\n")
    fleet(desk, DONE, "status", never="older policy")


def another_text_of_the_published_serial_is_foreign(desk):
    desk.report(number=1)
    fleet(desk, DONE, "status", never="not published")
    desk.edit(f"{TIER}/policy.ini", b"longest = 8h", b"longest = 7h")
    fleet(desk, DONE, "status", says="it applies a policy that is not published")


def who_is_silent_or_behind_is_stale(desk):
    desk.report("desk-17")
    desk.report("desk-18", ago=4 * 86400)
    fleet(desk, NO, "stale", says="silent for 4 days", never="desk-17")
    fleet(desk, DONE, "stale", "--for", "5d", says="all terminals have reported")
    fleet(desk, UNKNOWN, "stale", "--for", "soon", says="no length of time")
    desk.report("desk-17", number=2, policy=1)
    fleet(desk, NO, "stale", "--for", "5d", says=["desk-17", "older policy"], never="desk-18")


def last_seen_is_never_later_than_the_file(desk):
    path = desk.report(ago=-3 * 86400)
    fleet(desk, DONE, "status", says="its clock is ahead")
    old = os.stat(desk.path(path)).st_mtime - 10 * 86400
    os.utime(desk.path(path), (old, old))
    fleet(desk, NO, "stale", says="silent for 10 days")


def a_number_that_falls_is_remembered(desk):
    newest = desk.report(number=12)
    fleet(desk, DONE, "status")
    os.unlink(desk.path(newest))
    desk.report(number=11)
    fleet(desk, DONE, "status", says="the number of its reports fell")
    desk.report(number=13)
    fleet(desk, DONE, "status", says="the number of its reports fell")


def records_that_fall_are_remembered(desk):
    desk.report(number=1, sequence=20, head=b"20")
    fleet(desk, DONE, "status", never="records")
    desk.report(number=2, sequence=20, head=b"20")
    fleet(desk, DONE, "status", never="record")
    desk.report(number=3, sequence=19, head=b"19")
    fleet(desk, DONE, "status", says="it had more records before")


def another_last_record_is_remembered(desk):
    desk.report(number=1, sequence=20, head=b"20")
    fleet(desk, DONE, "status")
    desk.report(number=2, sequence=20, head=b"twenty")
    fleet(desk, DONE, "status", says="its last record was another one before")
    desk.report(number=3, sequence=21, head=b"21")
    fleet(desk, DONE, "status", says="its last record was another one before")


def a_copied_disk_speaks_twice(desk):
    desk.report(number=5, blocked=1)
    desk.report(number=5, blocked=2, folder="c" * 40)
    fleet(desk, DONE, "status", says="two machines speak with its key")


def two_reports_of_one_number_are_two_speakers(desk):
    """Also where the copy has the certificate, too, so that both lie in one folder, and nothing was seen before."""
    desk.report(number=5, blocked=1)
    desk.report(number=4, blocked=1)
    desk.report(number=4, blocked=2)  # of what is older nothing is read
    desk.report("desk-18", number=5, blocked=1)
    desk.report("desk-18", number=5, blocked=2)
    output = fleet(desk, NO, "alerts", says="two machines speak with its key")
    assert "desk-18" in output and "desk-17" not in output, output


def who_takes_a_high_number_is_not_the_only_one_heard(desk):
    """Whoever has the key says that all is well, and makes what the terminal says itself look old."""
    desk.report(number=999999999, blocked=0, ago=7200, folder="c" * 40)
    fleet(desk, DONE, "status", never="two machines")
    desk.report(number=7, blocked=3, ago=3 * 3600)
    fleet(desk, DONE, "status", never="two machines")
    desk.report(number=8, blocked=3, ago=60)
    fleet(desk, DONE, "status", says="two machines speak with its key")
    fleet(desk, NO, "alerts", says="desk-17")


def many_folders_are_read_like_few(desk):
    """So many that threads share them: each is read once, and the first of what is rubbish is named."""
    desk.report(number=3, blocked=4)
    for number in range(300):
        folder = "%040x" % (number + 1)
        desk.put_hashed("status", number + 1, "ini", b"rubbish %d" % number, folder)
    output = fleet(desk, DONE, "status", says=["300 files that are no reports", "up/%040x/status-000000000001-" % 1])
    assert [line.split()[5] for line in output.splitlines() if line.startswith("desk-17")] == ["4"]


def a_copy_of_a_report_says_nothing_new(desk):
    """Whoever reads the server can put what he reads into his own folder."""
    desk.report(number=4, blocked=4)
    newest = desk.report(number=5, blocked=5)
    for folder in "a" * 40, "d" * 40:
        os.makedirs(desk.path(f"site/up/{folder}"))
        shutil.copy(desk.path(newest), desk.path(f"site/up/{folder}"))
    old = [name for name in os.listdir(desk.path(f"site/up/{desk.certificates['desk-17']}"))
           if "0004" in name][0]
    os.makedirs(desk.path("site/up/" + "e" * 40))
    shutil.copy(desk.path(f"site/up/{desk.certificates['desk-17']}/{old}"),
                desk.path("site/up/" + "e" * 40))
    output = fleet(desk, DONE, "status", says="1 without remarks")
    assert [line.split()[5] for line in output.splitlines() if line.startswith("desk-17")] == ["5"]


def what_nobody_approved_counts_for_nothing(desk):
    desk.report(number=1, blocked=1)
    desk.make_key("stranger")
    desk.report(number=7, blocked=7, key="stranger", folder="b" * 40)
    fleet(desk, DONE, "status", says=["1 devices refused today", "1 folder of a terminal that nobody approved",
                                      "nobody approved the terminal that signed it"])
    desk.join("desk-17", 1, state="retired")
    fleet(desk, DONE, "status", says=["1 terminal,", "2 folders of terminals that nobody approved"])


def what_is_no_report_hides_no_report(desk):
    folder = desk.certificates["desk-17"]
    good = desk.report(number=3, blocked=3)
    data = desk.read(good)
    for number, (bad, why) in enumerate((
            (data.replace(b"blocked = 3", b"blocked = 0"), "no terminal signed it"),
            (desk.signed(desk.text(number=105), "terminal-desk-17", "policy@sekisho"), "no terminal signed"),
            (b"rubbish\n", "no terminal signed it"),
            (desk.signed(b"[report]\n", "terminal-desk-17"), "its text is no report"),
            (desk.signed(desk.text("desk-18", 105), "terminal-desk-17"), "it names another terminal"),
            (desk.signed(desk.text(number=9), "terminal-desk-17"), "its name has another number"),
            (desk.signed(desk.text(number=107).replace(b"site = tosu", b"site = tosa"),
                         "terminal-desk-17"), "it is of another site"),
            (desk.signed(desk.text(number=108).replace(b"tier = my-number", b"tier = internet"),
                         "terminal-desk-17"), "it is of another tier")), 101):
        path = desk.put_hashed("status", number, "ini", bad, folder)
        fleet(desk, DONE, "status", says=["3 devices refused today", "1 file that is no report", why])
        os.unlink(desk.path(path))
    desk.put("status-000000000999-0123456789abcdef.ini", data, folder)
    os.makedirs(desk.path(f"site/up/{folder}/status-000000000998-0123456789abcdef.ini"))
    os.symlink(desk.path(good), desk.path(f"site/up/{folder}/status-000000000997-0123456789abcdef.ini"))
    fleet(desk, DONE, "status", says=["3 devices refused today", "it was changed, or cut"])


def reports_may_lie_elsewhere(desk):
    desk.report(blocked=6)
    os.rename(desk.path("site/up"), desk.path("collected"))
    fleet(desk, DONE, "status", says="0 devices refused today")
    fleet(desk, DONE, "status", "--up", "collected", says="6 devices refused today")
    fleet(desk, DONE, "status", "--up", "nowhere", says="2  never reported")


def what_was_seen_is_read_strictly(desk):
    desk.report()
    fleet(desk, DONE, "status")
    path = f"{TIER}/fleet-seen"
    whole = desk.read(path)
    assert whole.startswith(b"sekisho fleet-seen 1\nSHA256:"), whole
    for old, new in (b"sekisho", b"Sekisho"), (b" 1 ", b" -1 "), (b" -\n", b" alerts\n"), (b" -\n", b"\n"):
        desk.write(path, whole.replace(old, new, 1))
        fleet(desk, UNKNOWN, "status", says=["fleet-seen:", "no line of what was seen before"])
    desk.write(path, whole)
    fleet(desk, DONE, "status")
    assert desk.read(path) == whole


def the_table_can_go_to_a_spreadsheet(desk):
    desk.report(blocked=3)
    fleet(desk, DONE, "status", "--csv", "all.csv")
    rows = desk.read("all.csv").decode("utf-8-sig").split("\r\n")
    assert rows[0].startswith('"端末名","方針の番号","最終報告日時"'), rows[0]
    assert rows[1].startswith('"desk-17"') and '"報告なし"' in rows[2] and rows[3] == "", rows


# --- alerts ---

def right_code(token, following, user="sato", time_ms=1795405200000, reason="right-code"):
    """A line of the records, as far as it is looked at."""
    return (b'{"metadata":{"sequence":1},"time":%d,"user":{"name":"%s"},"unmapped":{"sekisho":{"event":'
            b'"login-allowed","login":{"reason":"%s","token":"%s","next":%d}}}}\n' % (
                time_ms, user.encode(), reason.encode(), token.encode(), following))


def what_fell_is_an_alert_until_it_is_closed(desk):
    newest = desk.report(number=12)
    fleet(desk, DONE, "alerts", says="there is nothing to look into")
    os.unlink(desk.path(newest))
    desk.report(number=11)
    fleet(desk, NO, "alerts", says=["desk-17", "the number of its reports fell"], never="desk-18")
    fleet(desk, NO, "alerts", "--close", "desk-99", says="no terminal that joined is called desk-99")
    fleet(desk, DONE, "alerts", "--close", "desk-17")
    fleet(desk, DONE, "alerts", says="there is nothing to look into")
    desk.report(number=12, blocked=1)
    fleet(desk, DONE, "alerts")


def silence_is_no_alert_and_a_missing_factor_is(desk):
    desk.report(ago=30 * 86400, factor="off")
    fleet(desk, NO, "alerts", says="no second factor at login", never=["silent", "desk-18"])


def a_code_that_was_right_at_two_terminals_is_found(desk):
    desk.report("desk-17")
    desk.report("desk-18")
    desk.records([b"{}\n", right_code("T-7", 100)], "desk-17")
    desk.records([right_code("T-7", 101), right_code("T-8", 100)], "desk-18")
    fleet(desk, DONE, "alerts", says="there is nothing to look into")
    desk.records([right_code("T-7", 100, time_ms=1795405230000)], "desk-18", first=9)
    fleet(desk, NO, "alerts", says="one code of sato's token T-7 was right at desk-17 (2026-11-23 12:40) and at "
                                   "desk-18 (2026-11-23 12:40)")


def what_records_say_does_not_move_the_cursor(desk):
    for name in "desk-17", "desk-18":
        desk.records([right_code("T-7", 100, user="\\u001b[2Jsato\\u202e")], name)
    output = fleet(desk, NO, "alerts", says="one code of ?[2Jsato?'s token T-7 was right at desk-17")
    assert "\x1b" not in output


def a_batch_that_came_twice_is_no_second_use(desk):
    desk.records([right_code("T-7", 100)], "desk-17")
    desk.records([right_code("T-7", 100), b"{}\n"], "desk-17")
    fleet(desk, DONE, "alerts", says="there is nothing to look into")


def records_that_nobody_signed_are_believed_only_where_they_are_named(desk):
    desk.records([right_code("T-7", 100)], "desk-17")
    desk.make_key("stranger")
    data = desk.signed(right_code("T-7", 100), "stranger")
    desk.put_hashed("records", 1, "jsonl", data, "b" * 40)
    desk.put_hashed("records", 1, "jsonl", right_code("T-7", 100), desk.certificates["desk-18"])
    fleet(desk, DONE, "alerts")
    os.makedirs(desk.path("syslog/desk-18"))
    desk.write("syslog/desk-18/2026-11.jsonl", b"rubbish\n" + right_code("T-7", 100) + b"cut")
    desk.write("syslog/desk-20.jsonl", right_code("T-7", 100))
    desk.write("syslog/notes.txt", right_code("T-7", 100))
    fleet(desk, NO, "alerts", "--records", "syslog", says=["desk-17 (", "and at desk-18", "and at desk-20"])
    fleet(desk, UNKNOWN, "alerts", "--records", "nowhere", says="nowhere cannot be read")


# --- records ---

def line(sequence, more=b""):
    return b'{"metadata":{"sequence":%d,"version":"1.7.0"}%s}\n' % (sequence, more)


def what_was_handed_up_is_put_together_once(desk):
    desk.records([line(1), line(2), b"torn\n", line(4)], "desk-17")
    desk.records([line(4), line(5)], "desk-17", first=4)
    desk.records([line(1)], "desk-18")
    desk.put_hashed("records", 6, "jsonl", line(6), desk.certificates["desk-17"])
    fleet(desk, DONE, "records", "--to", "kept", says="kept: the records of 2 terminals")
    assert desk.read("kept/desk-17.jsonl") == line(1) + line(2) + b"torn\n" + line(4) + line(5)
    # The server tidies up; what is kept stays, and goes on.
    shutil.rmtree(desk.path("site/up"))
    desk.records([line(6)], "desk-17", first=6)
    fleet(desk, DONE, "records", "--to", "kept")
    assert desk.read("kept/desk-17.jsonl").endswith(line(5) + line(6))


def what_is_missing_or_replaced_is_said(desk):
    desk.records([line(1), line(4)], "desk-17")
    desk.records([line(2), line(2, b',"x":1')], "desk-18", first=2)
    fleet(desk, NO, "records", "--to", "kept", says=["desk-17: records 2 to 3 are missing",
                                                     "desk-18: two records have the number 2"])
    fleet(desk, UNKNOWN, "records", says="--to says where")


# --- the page ---

def the_page_has_everything_in_it(desk):
    desk.report("desk-17", factor="off", exemptions=1,
                more=f"[open 1]\nid = {ID}\nuser = tanaka\nphase = active\n")
    fleet(desk, DONE, "report", "--to", "page.html", "--language", "ja", says="page.html: 2 terminals")
    page = desk.read("page.html").decode()
    for piece in ('<html lang="ja">', "端末の状況報告", "決裁", "多要素認証なし", "報告なし", ID, "tanaka",
                  "desk-17", "desk-18", "</html>"):
        assert piece in page, piece
    assert "default-src 'none'" in page
    for piece in "<script", "http:", "https:", "src=", "url(", "@import":
        assert piece not in page, piece
    fleet(desk, DONE, "report", "--to", "page.html", LANG="C", LC_ALL="")
    assert "State of the terminals" in desk.read("page.html").decode()
    fleet(desk, DONE, "report", "--to", "page.html", LC_ALL="ja_JP.UTF-8")
    assert "端末の状況報告" in desk.read("page.html").decode()
    fleet(desk, UNKNOWN, "report", says="--to says where")
    fleet(desk, UNKNOWN, "report", "--to", "page.html", "--language", "fr", says="--language is en or ja")


def what_a_terminal_says_cannot_write_into_the_page(desk):
    desk.report(more=f"[open 1]\nid = {ID}\nuser = tanaka\nphase = active\n", exemptions=1,
                health="problem-1 = b\n")
    text = desk.text(number=2).replace(b"agent = 0.1.0", b"agent = <b>%26amp")
    desk.put_hashed("status", 2, "ini", desk.signed(text, "terminal-desk-17"), desk.certificates["desk-17"])
    fleet(desk, DONE, "report", "--to", "page.html")
    assert "<b>&" not in desk.read("page.html").decode()
    fleet(desk, DONE, "status", "--terminal", "desk-17", says="its number       2")


# --- requests that terminals signed ---

def signed_request(desk, key, folder, name=f"request-{ID}.ini", **what):
    """Moves a request to a folder of the server, with a signature."""
    path = desk.ask(**what)
    data = desk.read(path)
    shutil.rmtree(desk.path(os.path.dirname(path)))
    return desk.put(name, desk.signed(data, key), folder)


def a_request_counts_by_its_signature_wherever_it_lies(desk):
    signed_request(desk, "terminal-desk-17", "f" * 40)
    desk.expect(DONE, "exemption", "requests", FOLDER, says=f"{ID}")
    desk.approve(DONE, says="enough")


def a_terminal_that_joined_has_to_sign(desk):
    desk.ask()
    desk.expect(NO, "exemption", "requests", FOLDER, says="whose key has not signed it", never="tanaka at")
    desk.approve(NO, says="whose key has not signed it")
    desk.approve(NO, number=f"site/up/desk-17/request-{ID}.ini", says="whose key has not signed it")
    shutil.rmtree(desk.path("site/up/desk-17"))
    signed_request(desk, "terminal-desk-18", desk.certificates["desk-18"])
    desk.expect(DONE, "exemption", "requests", FOLDER,
                says=["1 request of terminals that nobody approved, or that are retired, is not looked at"],
                never="tanaka at")


def a_stranger_keeps_nobody_from_approving(desk):
    """He may have put anything beside it under the same number, too large or no request at all."""
    right = signed_request(desk, "terminal-desk-17", desk.certificates["desk-17"])
    desk.make_key("stranger")
    data = desk.read(right)
    desk.put(f"request-{ID}.ini", data, "0" * 40)  # a copy
    desk.put(f"request-{ID}.ini", data.split(b"-----")[0], "1" * 40)
    desk.put(f"request-{ID}.ini", desk.signed(data.split(b"-----")[0], "stranger"), "2" * 40)
    desk.put(f"request-{ID}.ini", b"rubbish", "3" * 40)
    desk.put(f"request-{ID}.ini", b"x" * 60000, "4" * 40)
    output = desk.expect(DONE, "exemption", "requests", FOLDER, says="4 requests of terminals that nobody approved")
    assert output.count(f"{ID}  ") == 1, output
    desk.approve(DONE, says="enough")


def who_is_retired_asks_for_nothing(desk):
    signed_request(desk, "terminal-desk-17", desk.certificates["desk-17"])
    desk.join("desk-17", 1, state="retired")
    desk.expect(DONE, "exemption", "requests", FOLDER, never="tanaka at")
    desk.approve(NO, says=f"no request and no exemption {ID}")


def who_never_joined_asks_as_before(desk):
    desk.ask(terminal="desk-40")
    desk.expect(DONE, "exemption", "requests", FOLDER, says="tanaka at desk-40")
    desk.make_key("unknown")
    shutil.rmtree(desk.path("site/up/desk-40"))
    signed_request(desk, "unknown", "desk-40", terminal="desk-40")
    desk.expect(DONE, "exemption", "requests", FOLDER, says="tanaka at desk-40")


if __name__ == "__main__":
    sys.exit(desk.main(globals(), terminals.Terminals))
