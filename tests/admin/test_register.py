#!/usr/bin/python3
"""sekisho-admin token register: 1 April, and what stands in the way of it. See desk.py."""
import csv
import datetime
import fcntl
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import desk
import register_site as site
from desk import ADMIN, DONE, NO, UNKNOWN, Skip
from register_reference import GOES, LIMITED, RETIRES, Register

TERMINALS = f"{site.TIER}/terminals"
BOOK = f"{site.TIER}/register.csv"
HEADINGS = "職員番号 氏名 所属 任用区分 発令日 異動区分 有効期限 端末 アカウント".split()
ROUNDS = int(os.environ.get("REGISTER_ROUNDS", "12"))
TODAY = datetime.datetime.now(site.JST).date()
DAY = datetime.timedelta(days=1)
# The next 1 April that is far enough away for something to happen before.
APRIL = datetime.date(TODAY.year + ((TODAY.month, TODAY.day) > (2, 20)), 4, 1)
MARCH = APRIL - DAY


class Office(desk.Desk):
    """The site tosu with the tier my-number, and as many terminals as are made."""
    keys = "suzuki", "tanaka"

    def __init__(self, folder):
        super().__init__(folder)
        self.init()
        os.makedirs(self.path(TERMINALS), exist_ok=True)

    def terminal(self, name, *tokens):
        site.write_terminal(self.path(TERMINALS), name, tokens, int(time.time()) - 60)

    def personnel(self, *rows, headings=HEADINGS, name="hr.csv"):
        """Rows are as long as the headings, or as short as it was needed."""
        lines = [",".join([*row, *[""] * (len(headings) - len(row))]) for row in rows]
        self.write(name, "\r\n".join(["\ufeff" + ",".join(headings), *lines, ""]).encode())

    def register(self, status, *words, **more):
        return self.expect(status, "token", "register", *words, "--folder", site.TIER, **more)

    def dry(self, status=DONE, *words, **more):
        return self.register(status, "hr.csv", "--dry-run", *words, **more)

    def apply(self, status=DONE, *words, **more):
        return self.register(status, "hr.csv", "--apply", "--by", "matsuo", *words, **more)

    def difference(self, *words):
        """The rows of --csv, without their guards."""
        said = self.dry(DONE, "--csv", *words)
        assert said.startswith("\ufeff") and said.count("\r\n") == said.count("\n"), said
        rows = list(csv.reader(io.StringIO(said[1:], newline="")))
        return [[site.plain(cell) for cell in row] for row in rows[1:]]

    def book(self):
        """By heading, each row."""
        text = self.read(BOOK).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        return [dict(zip(rows[0], map(site.plain, row))) for row in rows[1:]]

    def dates(self):
        return site.read_tokens(self.path(TERMINALS))


def era(day):
    return f"令和{day.year - 2018}年{day.month}月{day.day}日"


def register_two(office):
    """yamada at desk-17, sato at desk-17 and -18, both registered."""
    office.terminal("desk-17", ("yamada", "T-1", 0, 0), ("sato", "T-2", 0, 0))
    office.terminal("desk-18", ("sato", "T-2", 0, 0))
    office.terminal("desk-19")
    office.personnel(
        ["00000001", "山田 花子", "税務課", "正規", "2020-04-01", "", "", "desk-17", "yamada"],
        ["00000002", "佐藤 次郎", "総務課", "正規", "2021-04-01", "", "", "desk-17、desk-18", "sato"])
    office.apply()


def who_is_new_moves_or_leaves_on_1_april_is_told_in_words_and_nothing_changes(desk):
    register_two(desk)
    desk.personnel(["00000001", "", "総務課", "", era(APRIL), "配置換", "", "desk-19"],
                   ["00000002", "", "", "", MARCH.isoformat(), "退職"],
                   ["00000003", "新人", "税務課", "正規", f"5{APRIL.year - 2018:02}0401", "採用", "",
                    "desk-17", "shinjin"])
    before = desk.files()
    desk.dry(DONE, says=["新規 new: 1", "異動 moves: 1", "抹消 leaves: 1", "変更なし unchanged: 0",
                         "所属 税務課 → 総務課", f"desk-17  T-1  {MARCH} 23:59:59まで",
                         f"desk-18  T-2  {MARCH} 23:59:59まで",
                         "トークンの発行が必要 needs a token: 2",
                         "書き換える文書 documents to write: 2 / 3", "nothing was changed"])
    assert desk.files() == before


def tokens_end_on_31_march_and_begin_on_1_april(desk):
    register_two(desk)
    desk.terminal("desk-20", ("yamada", "T-9", 0, 0))
    desk.personnel(["00000001", "", "総務課", "", APRIL.isoformat(), "異動", "", "desk-20"],
                   ["00000002", "", "", "", APRIL.isoformat(), "転出"])
    desk.apply(says=["3 tokens.ini", "sekisho-admin sign --yes --key KEY",
                     f"       {TERMINALS}/desk-18/tokens.ini\n"])
    end, begin = site.end_of(MARCH), site.start_of(APRIL)
    assert desk.dates() == {("desk-17", "yamada"): ("T-1", 0, end),
                            ("desk-17", "sato"): ("T-2", 0, end),
                            ("desk-18", "sato"): ("T-2", 0, end),
                            ("desk-20", "yamada"): ("T-9", begin, 0)}
    names = "desk-17", "desk-18", "desk-20"
    assert desk.read(f"{site.TIER}/register-to-sign.txt").decode().split() == \
        [f"{TERMINALS}/{name}/tokens.ini" for name in names]
    for name in names:
        text = desk.read(f"{TERMINALS}/{name}/tokens.ini").decode()
        assert "serial = 2\n" in text
    yamada, sato = desk.book()
    assert (yamada["所属"], yamada["発令日"], yamada["端末"], yamada["抹消日"]) == \
        ("総務課", APRIL.isoformat(), "desk-20", "")
    assert (sato["抹消日"], sato["抹消者"]) == (MARCH.isoformat(), "matsuo")
    # The same once more is nothing.
    before = desk.files()
    desk.apply(says=["変更なし unchanged: 2", "documents to write: 0"])
    assert desk.files() == before


def who_needs_a_token_gets_one_by_the_script_with_the_dates_of_the_register(desk):
    register_two(desk)
    desk.personnel(["00000001", "", "総務課", "", APRIL.isoformat(), "異動", "", "desk-18 desk-19"],
                   ["00000003", "新人", "税務課", "会計年度任用", APRIL.isoformat(), "採用", "", "desk-18",
                    "shinjin"])
    desk.apply(says="a ticket for each of 2")
    script = f"{site.TIER}/register-to-issue.sh"
    status, said = desk.shell("", f"sh {script}")
    assert status == DONE and said.count("  ticket    ") == 2, said
    begin, end = site.start_of(APRIL), site.end_of(MARCH.replace(year=APRIL.year + 1))
    dates = desk.dates()
    assert dates["desk-17", "yamada"][1:] == (0, site.end_of(MARCH))
    assert dates["desk-18", "yamada"] == dates["desk-19", "yamada"]
    assert dates["desk-18", "yamada"][1:] == (begin, 0)
    assert dates["desk-18", "shinjin"][1:] == (begin, end)
    assert f"{TERMINALS}/desk-19/tokens.ini\n" in desk.read(
        f"{site.TIER}/register-to-sign.txt").decode()
    # Who has a token needs none, and the register says which.
    desk.apply(never=["トークンの発行が必要", "a ticket for each"])
    assert b"sekisho-admin" not in desk.read(script)
    rows = desk.book()
    assert rows[0]["トークン番号"] == f"T-1 {dates['desk-18', 'yamada'][0]}"
    assert rows[2]["トークン番号"] == dates["desk-18", "shinjin"][0]


def who_is_not_permanent_ends_with_the_fiscal_year_unless_the_file_says_when(desk):
    desk.terminal("desk-17", ("ito", "T-1", 0, 0), ("kato", "T-2", 0, 0), ("ueda", "T-3", 0, 0))
    end = datetime.date(TODAY.year + (TODAY.month > 3), 3, 31)
    desk.personnel(
        ["1", "伊藤", "税務課", "会計年度任用職員（フルタイム）", "2024-04-01", "", "", "desk-17", "ito"],
        ["2", "加藤", "税務課", "派遣", "2024-04-01", "", "2099/12/31", "desk-17", "kato"],
        ["3", "上田", "税務課", "常勤", "2024-04-01", "", "", "desk-17", "ueda"])
    desk.apply()
    assert [row["有効期限"] for row in desk.book()] == [end.isoformat(), "2099-12-31", ""]
    assert [until for _, _, until in desk.dates().values()] == \
        [site.end_of(end), site.end_of(datetime.date(2099, 12, 31)), 0]
    # Employed anew: the token goes on for another year.
    desk.personnel(["1", "", "", "会計年度任用職員（フルタイム）", (end + DAY).isoformat(), "更新"])
    desk.apply(says=["変更 changed: 1"])
    assert desk.dates()["desk-17", "ito"][2] == site.end_of(end.replace(year=end.year + 1))


def a_renewal_of_all_prolongs_whoever_has_an_end_and_does_not_leave(desk):
    desk.terminal("desk-17", *((name, f"T-{name}", 0, 0) for name in ("ito", "kato", "ueda", "doi")))
    end = datetime.date(TODAY.year + (TODAY.month > 3), 3, 31)
    later = end.replace(year=end.year + 1)
    desk.personnel(*(["1 2 3 4".split()[at], name, "税務課", word, "2024-04-01", "", until, "desk-17", name]
                     for at, (name, word, until) in enumerate((
                         ("ito", "派遣", ""), ("kato", "派遣", "2099-12-31"), ("ueda", "正規", ""),
                         ("doi", "嘱託", "")))))
    desk.apply()
    desk.personnel(["4", "", "", "", end.isoformat(), "任期満了"])
    desk.register(UNKNOWN, "--renew", "2020-03-31", "--dry-run", says="a day that is not over")
    desk.dry(DONE, "--renew", era(later), says=["変更 changed: 1", "抹消 leaves: 1"])
    desk.apply(DONE)
    desk.register(DONE, "--renew", later.isoformat(), "--apply", "--by", "x", says="変更 changed: 1")
    assert [row["有効期限"] for row in desk.book()] == \
        [later.isoformat(), "2099-12-31", "", end.isoformat()]
    assert [desk.dates()["desk-17", name][2] for name in ("ito", "kato", "ueda", "doi")] == \
        [site.end_of(later), site.end_of(datetime.date(2099, 12, 31)), 0, site.end_of(end)]


def mistakes_are_told_by_row_and_column_and_change_nothing(desk):
    register_two(desk)
    before = desk.files()
    good = ["00000001", "山田 花子", "税務課", "正規", "2020-04-01", "", "", "desk-17", "yamada"]
    for column, cell, says in (
            (0, "", "column A"), (3, "謎", "column D: read '謎'"), (4, "令和9年4月31日", "column E"),
            (4, "2027-02-29", "column E"), (4, "平成1年1月7日", "column E"), (5, "消滅", "column F"),
            (6, "2019-03-31", "column G: read '2019-03-31', expected a day after 発令日"),
            (7, "desk-71", "column H: read 'desk-71'"), (8, "tanaka", "column I: read 'tanaka'")):
        row = list(good)
        row[column] = cell
        desk.personnel(row)
        for mode in ("--dry-run",), ("--apply", "--by", "matsuo"):
            desk.register(NO, "hr.csv", *mode, says=["hr.csv: row 2", says, "nothing was changed"])
    desk.personnel(good, good)
    desk.dry(NO, says="row 3, column A")
    desk.personnel(["00000009", "", "", "正規", "", "", "", "desk-17"])
    desk.dry(NO, says=["row 2, column A: read '00000009'", "--account-prefix"])
    desk.dry(DONE, "--account-prefix", "s", says="s00000009")
    desk.write("hr.csv", "職員番号;氏名\r\n1;2\r\n".encode())
    desk.dry(NO, says=["row 1", "semicolon"])
    desk.write("hr.csv", "職員番号,任用区分\r\n1\r\n".encode())
    desk.dry(NO, says=["row 2", "2 cells"])
    assert {name: data for name, data in desk.files().items() if name != "hr.csv"} == \
        {name: data for name, data in before.items() if name != "hr.csv"}


def a_file_of_the_japanese_code_page_is_read_when_that_is_said(desk):
    desk.terminal("desk-17", ("ito", "T-1", 0, 0))
    text = "職員番号,氏名,所属,任用区分,発令日,端末,アカウント\r\n" \
        "1,髙橋①,税務課,正規,Ｒ７.４.１,desk-17,ito\r\n"
    desk.write("hr.csv", text.encode("cp932"))
    desk.dry(NO, says="a file in UTF-8")
    desk.apply(DONE, "--sjis")
    row = desk.book()[0]
    assert (row["氏名"], row["発令日"]) == ("髙橋①", "2025-04-01")
    desk.write("hr.csv", text.encode())
    desk.dry(NO, "--sjis", says="not CP932")


def rows_are_disabled_and_never_deleted_and_who_comes_back_gets_a_new_one(desk):
    register_two(desk)
    desk.edit(BOOK, '"アカウント"'.encode(), '"アカウント","備考"'.encode())
    desk.write(BOOK, desk.read(BOOK).replace(b'"yamada",', b'"yamada","\xe5\xa4\x96",')
               .replace(b'"sato",', b'"sato","",'))
    desk.personnel(["00000001", "", "", "", MARCH.isoformat(), "定年退職"],
                   ["00000001", "山田 花子", "税務課", "再任用", APRIL.isoformat(), "採用", "", "desk-17"])
    desk.apply(says=["新規 new: 1", "抹消 leaves: 1"])
    rows = [row for row in desk.book() if row["職員番号"] == "00000001"]
    assert [row["抹消日"] for row in rows] == [MARCH.isoformat(), ""]
    assert [row["備考"] for row in rows] == ["外", ""]
    # The token goes on where it was to end.
    assert desk.dates()["desk-17", "yamada"] == \
        ("T-1", 0, site.end_of(MARCH.replace(year=APRIL.year + 1)))


def who_is_not_in_a_whole_file_leaves_and_a_cancelled_leave_is_none(desk):
    register_two(desk)
    desk.personnel(["00000001", "", "", "正規"])
    desk.dry(UNKNOWN, "--whole", says="Say --date")
    desk.apply(DONE, "--whole", "--date", APRIL.isoformat(), says="抹消 leaves: 1")
    assert desk.book()[1]["抹消日"] == MARCH.isoformat()
    assert desk.dates()["desk-18", "sato"] == ("T-2", 0, site.end_of(MARCH))
    desk.personnel(["00000002", "", "", "", "", "退職取消"])
    desk.apply()
    assert desk.book()[1]["抹消日"] == desk.book()[1]["抹消者"] == ""
    assert desk.dates()["desk-18", "sato"] == ("T-2", 0, 0)


def sections_say_which_terminals_are_whose_where_the_file_does_not(desk):
    desk.terminal("desk-17", ("ito", "T-1", 0, 0))
    desk.terminal("desk-18", ("ito", "T-1", 0, 0))
    desk.write("places.csv", "所属,端末\r\n税務課,desk-17\r\n税務課,desk-18\r\n総務課,\r\n".encode())
    desk.personnel(["1", "伊藤", "税務課", "正規", "2024-04-01", "", "", "", "ito"],
                   ["2", "木村", "総務課", "正規", "2024-04-01", "", "", "", "kimura"])
    desk.apply(DONE, "--places", "places.csv", says="without a terminal: 1")
    assert [row["端末"] for row in desk.book()] == ["desk-17 desk-18"]
    # A section without terminals of this tier: nobody is registered here any more.
    desk.personnel(["1", "伊藤", "総務課", "正規", APRIL.isoformat(), "異動", "", "", "ito"])
    desk.apply(DONE, "--places", "places.csv", says="抹消 leaves: 1")
    assert desk.dates()["desk-17", "ito"] == desk.dates()["desk-18", "ito"] == \
        ("T-1", 0, site.end_of(MARCH))


def a_bodys_own_words_are_added(desk):
    desk.terminal("desk-17", ("ito", "T-1", 0, 0))
    desk.personnel(["1", "伊藤", "税務課", "地域おこし", "2024-04-01", "離任", "", "desk-17", "ito"])
    desk.dry(NO, says=["column D", "column F", "register-words.csv"])
    desk.write(f"{site.TIER}/register-words.csv",
               "区分,語,意味\r\n任用区分,地域おこし,年度末\r\n異動区分,着任,継続\r\n".encode())
    desk.personnel(["1", "伊藤", "税務課", "地域おこし", "2024-04-01", "着任", "", "desk-17", "ito"])
    desk.apply()
    assert desk.book()[0]["有効期限"] != ""
    desk.write(f"{site.TIER}/register-words.csv", "区分,語,意味\r\n任用区分,x,最終日\r\n".encode())
    desk.dry(NO, says=["register-words.csv: row 2", "期限なし or 年度末"])


def the_list_says_who_has_which_token_where_and_the_register_as_csv(desk):
    def list_of(status, *words, **more):
        return desk.expect(status, "token", "list", *words, "--folder", site.TIER, **more)
    desk.terminal("desk-17", ("yamada", "T-1", 0, 0), ("sato", "T-2", 0, site.end_of(TODAY - DAY)),
                  ("ito", "T-3", site.start_of(TODAY + DAY), 0))
    list_of(DONE, says=["yamada\n  desk-17  T-1  totp  有効 counts\n", "期限切れ ended", "開始前 not yet"],
            never="not in the register")
    list_of(NO, "--csv", says="there is no register.csv yet")
    desk.personnel(["1", "山田", "税務課", "正規", "2024-04-01", "", "", "desk-17", "yamada"],
                   ["2", "佐藤", "税務課", "正規", "2024-04-01", "", "", "desk-17", "sato"])
    desk.apply()
    before = desk.files()
    list_of(DONE, says=["yamada  1  山田  税務課\n  desk-17  T-1", "ito  登録簿にない not in the register"])
    list_of(DONE, "sato", says="until " + (TODAY - DAY).isoformat(), never="yamada")
    list_of(NO, "yamda", says="yamda has no token in site/my-number")
    desk.terminal("desk-18", ("sato", "T-4", 0, 0))
    rows = list(csv.DictReader(io.StringIO(list_of(DONE, "--csv")[1:], newline="")))
    assert [site.plain(row["トークン番号"]) for row in rows] == ["T-1", "T-4"]
    shutil.rmtree(desk.path(f"{TERMINALS}/desk-18"))
    assert desk.files() == before


def kill_at(office, number, words):
    """The program, killed at its so many-th rename."""
    return subprocess.run(
        ["strace", "-f", "-o", "/dev/null", "-e", "trace=rename",
         "-e", f"inject=rename:signal=SIGKILL:when={number}", ADMIN, *words],
        # Leaks cannot be looked for under strace.
        cwd=office.folder, env={**os.environ, "TZ": "Asia/Tokyo", "ASAN_OPTIONS": "detect_leaks=0"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def what_somebody_changed_after_an_interruption_is_left_alone_and_named(desk):
    if not shutil.which("strace"):
        raise Skip("there is no strace")
    register_two(desk)
    desk.personnel(["00000002", "", "", "", APRIL.isoformat(), "転出"])
    kill_at(desk, 2, ["token", "register", "hr.csv", "--apply", "--by", "matsuo", "--folder",
                      site.TIER])
    changed = f"{TERMINALS}/desk-18/tokens.ini"
    desk.edit(changed, b"serial = 1\n", b"serial = 7\n")
    said = desk.register(NO, "--finish", says=[changed, "changed by somebody else", "--finish again"])
    assert b"serial = 7\n" in desk.read(changed)
    assert desk.dates()["desk-17", "sato"][2] == site.end_of(MARCH)
    desk.apply(NO, says="interrupted")
    os.unlink(desk.path(said.split("there is ")[1].split(":")[0]))
    desk.register(DONE, "--finish", says="finished")
    # What was given up is due once more.
    desk.apply(DONE, says="1 tokens.ini")
    assert desk.dates()["desk-18", "sato"][2] == site.end_of(MARCH)


def two_at_once_are_one_too_many(desk):
    register_two(desk)
    folder = os.open(desk.path(site.TIER), os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    desk.apply(UNKNOWN, says="somebody else changes the register just now")
    os.close(folder)
    desk.apply()


def what_was_interrupted_is_found_and_finished(desk):
    if not shutil.which("strace"):
        raise Skip("there is no strace")
    register_two(desk)
    desk.personnel(["00000001", "", "総務課", "", APRIL.isoformat(), "異動", "", "desk-19"],
                   ["00000002", "", "", "", APRIL.isoformat(), "転出"])
    before = desk.files()
    words = ["token", "register", "hr.csv", "--apply", "--by", "matsuo", "--folder", site.TIER]
    done, seen = None, set()
    for number in range(1, 20):
        for name, data in before.items():
            desk.write(name, data)
        killed = kill_at(desk, number, words)
        if killed.returncode not in (-signal.SIGKILL, 128 + signal.SIGKILL):
            assert killed.returncode == DONE, killed
            break
        is_decided = os.path.exists(desk.path(f"{site.TIER}/.register-pending"))
        seen.add(is_decided)
        if is_decided:
            desk.dry(NO, says=["interrupted", "--finish"])
            desk.register(DONE, "--finish", says="finished")
        else:
            desk.apply()
        after = (desk.dates(), desk.book())
        done = done or after
        assert after == done, number
        assert not os.path.exists(desk.path(f"{site.TIER}/.register-pending"))
    assert number > 3 and True in seen, (number, seen)
    desk.register(DONE, "--finish", says="nothing was interrupted")


def random_day(dice):
    return dice.choice([TODAY - DAY * dice.randrange(1, 500), TODAY, TODAY + DAY, MARCH, APRIL,
                        TODAY + DAY * dice.randrange(1, 200)])


def random_tokens(dice, names, users):
    """As write_terminal() takes them, by terminal."""
    times = [0, 0, 0, 0, site.start_of(APRIL), site.start_of(TODAY - DAY * 30)]
    ends = [0, 0, 0, site.end_of(MARCH), site.end_of(TODAY - DAY * 3), site.end_of(APRIL + DAY * 99),
            site.start_of(APRIL + DAY * 50) + 12345, site.end_of(TODAY + DAY * 9)]
    made = {}
    for name in names:
        for user in dice.sample(users, dice.randrange(len(users) // 3)):
            begins, ends_at = dice.choice(times), dice.choice(ends)
            if ends_at and ends_at <= begins:
                begins = 0
            made.setdefault(name, []).append((user, f"T-{user}", begins, ends_at))
    return made


def random_person(dice, number, names):
    """A row of a personnel file, with dates."""
    event = dice.choice(["", "", "", "異動", "採用", *RETIRES, *GOES])
    is_leaving = event in RETIRES + GOES
    day = random_day(dice) if is_leaving or dice.random() < 0.8 else None
    until = None
    if dice.random() < 0.2:
        until = (day or TODAY) + DAY * dice.randrange(1, 400)
    return {"職員番号": f"{number:08}", "氏名": dice.choice([f"氏名{number}", "", "山田, \"花\""]),
            "所属": dice.choice(["税務課", "総務課", "福祉課"]), "異動区分": event,
            "任用区分": dice.choice(["正規", *LIMITED]), "発令日": day, "有効期限": until,
            "端末": None if dice.random() < 0.2 else set(dice.sample(names, dice.randrange(1, 4))),
            "アカウント": f"u{number}"}


def person_cells(dice, person):
    def day(value):
        if not value:
            return ""
        return dice.choice([value.isoformat(), value.strftime("%Y/%m/%d"), era(value),
                            f"5{value.year - 2018:02}{value:%m%d}"])
    return {**person, "発令日": day(person["発令日"]), "有効期限": day(person["有効期限"]),
            "端末": dice.choice([" ", "、", ","]).join(sorted(person["端末"] or []))}


def write_people(desk, dice, people):
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADINGS)
    writer.writeheader()
    writer.writerows(person_cells(dice, person) for person in people)
    desk.write("hr.csv", text.getvalue().encode(dice.choice(["utf-8", "utf-8-sig"])))


def parsed(book):
    """Rows of the register with dates and sets, as the reference has them."""
    rows = []
    for row in book:
        row = dict(row)
        for column in "申請日", "登録日", "有効期限", "発令日", "抹消日":
            row[column] = datetime.date.fromisoformat(row[column]) if row[column] else None
        row["端末"] = set(row["端末"].split())
        rows.append(row)
    return rows


def compare_run(desk, people, names, words, **options):
    """One file, by the program and by the reference: the difference, and then the result."""
    def reference(by):
        tokens = [(terminal, user, *rest) for (terminal, user), rest in desk.dates().items()]
        return Register([dict(row) for row in rows], tokens, names, int(time.time()), TODAY, by)
    rows = parsed(desk.book()) if os.path.exists(desk.path(BOOK)) else []
    expected = reference("")
    expected.take_file(people, **options)
    got, wanted = desk.difference(*words), expected.difference()
    for one, other in zip(got, wanted):
        assert one == other, f"program {one}\nreference {other}"
    assert len(got) == len(wanted), (got[len(wanted):], wanted[len(got):])
    expected = reference("matsuo")
    expected.take_file(people, **options)
    desk.apply(DONE, *words)
    book = [list(row.values()) for row in desk.book()]
    assert book == expected.texts(), [pair for pair in zip(book, expected.texts())
                                      if pair[0] != pair[1]][:1]
    assert desk.dates() == {(token.terminal, token.user): (token.number, token.begins, token.ends)
                            for token in expected.tokens if not token.is_removed}
    return len(got)


def the_difference_is_exactly_that_of_a_reference_written_apart(desk):
    changes = 0
    for number in range(ROUNDS):
        seed = int(os.environ.get("REGISTER_SEED", "0")) or random.randrange(1 << 32)
        try:
            changes += compare_office(desk.room(f"office-{number}"), random.Random(seed))
        except AssertionError as fault:
            raise AssertionError(f"REGISTER_SEED={seed}: {fault}") from fault
    assert changes > 50 * ROUNDS


def compare_office(desk, dice):
    """Several files, one after the other, over one random tier."""
    names = sorted(f"desk-{n}" for n in dice.sample(range(100), 8))
    numbers = range(1, 25)
    users = [f"u{n}" for n in (*numbers, 98, 99)]
    tokens = random_tokens(dice, names, users)
    for name in names:
        desk.terminal(name, *tokens.get(name, ()))
    changes = 0
    for turn in range(4):
        if turn > 0:  # somebody issues and extends by hand in between
            name = dice.choice(names)
            shutil.rmtree(desk.path(f"{TERMINALS}/{name}"))
            desk.terminal(name, *random_tokens(dice, [name], users).get(name, ()))
        people, days = [], set()
        for number in dice.sample(numbers, 18) + dice.sample(numbers, 3):
            person = random_person(dice, number, names)
            if (number, person["発令日"]) not in days:
                days.add((number, person["発令日"]))
                people.append(person)
        words, options = [], {}
        if dice.random() < 0.5:
            options["date"] = random_day(dice)
            words += ["--date", options["date"].isoformat()]
            if dice.random() < 0.3:
                options["is_whole"] = True
                words.append("--whole")
        write_people(desk, dice, people)
        if dice.random() < 0.3:
            options["renewed"] = TODAY + DAY * dice.randrange(0, 500)
            words += ["--renew", options["renewed"].isoformat()]
        changes += compare_run(desk, people, names, words, **options)
    return changes


sys.exit(desk.main(globals(), Office))
