#!/usr/bin/python3
"""sekisho-admin media: from a ledger as office programs save it to files that terminals believe."""
import csv
import hashlib
import io
import os
import shutil
import sys

from desk import DONE, NO, TOP, UNKNOWN, main

HEADINGS = ("管理番号,媒体種別,メーカー・製品名,シリアル番号,VID_PID,容量,暗号化機能,登録年月日,所管所属,"
            "管理者職氏名,保管場所,状態,最終現物確認日,確認者,消去・廃棄日時,作業担当者,処理内容,備考")
BOM = "\ufeff"
NEW = ("--site=tosu", "--tier=my-number")


def row(number="M-1", serial="001A92053B6A", ids="0951:1666", state="保管中", remark=""):
    """A row of the whole ledger; cells are CSV already."""
    return (f"{number},USBメモリ,K社,{serial},{ids},16GB,有,2026-04-01,総務課,課長,金庫,{state},"
            f",,,,,{remark}")


def ledger(place, *rows, name="ledger.csv", head=HEADINGS, mark=BOM, end="\r\n"):
    place.write(name, (mark + end.join([head, *rows]) + end).encode())


def few(place, *rows, name="ledger.csv"):
    """A ledger of the columns that must be there."""
    ledger(place, *rows, name=name, head="管理番号,シリアル番号,VID_PID")


def take(place, *options, status=DONE, says=(), name="ledger.csv", folder="out"):
    return place.expect(status, "media", "import", *options, "--ledger", name, folder, says=says)


def start(place, *rows, **options):
    few(place, *rows)
    return take(place, *NEW, **options)


def media(place, folder="out"):
    """NUMBER IDS SERIAL of every entry, as the shards have them."""
    found = []
    for name in sorted(os.listdir(place.path(folder + "/media"))):
        text = place.read(f"{folder}/media/{name}").decode()
        found += [line.split(" = ")[1] for line in text.split("[media]\n")[1].splitlines()]
    return sorted(found)


def shards(place, folder="out"):
    return {name: place.read(f"{folder}/media/{name}")
            for name in sorted(os.listdir(place.path(folder + "/media")))}


def many(count, prefix="M-"):
    return [f"{prefix}{number:06},S{number:07}X,0951:{number % 7:04x}" for number in range(count)]


def the_ledger_of_the_manual_can_be_imported(desk):
    with open(os.path.join(TOP, "policy/admin/sekisho-admin.1"), encoding="utf-8") as file:
        chapter = file.read().split("\n.Ss The ledger\n")[1].split("\n.Sh ")[0]
    example = chapter.split("\n.Bd -literal -offset indent\n")[1].split("\n.Ed")[0]
    desk.write("ledger.csv", (example + "\n").encode())
    take(desk, *NEW, says=["2 media with 3 entries", "left out: 1 lost, 0 disposed of"])
    for heading in HEADINGS.split(","):
        assert heading in chapter, heading
    for state in "保管中", "貸出中", "持出中", "紛失", "廃棄済":
        assert state in chapter, state


def wrong_usage_is_told_from_no(desk):
    for words in ((), ("frobnicate",), ("import",), ("import", "out"), ("import", "--ledger", "x"),
                  ("import", "--colour", "x"), ("lint",), ("lint", "a", "b"), ("lint", "--all"),
                  ("sign",), ("sign", "--key"), ("export",), ("export", "a", "b"),
                  ("import", "--serial", "0", "--ledger", "l", "out"),
                  ("import", "--serial", "-1", "--ledger", "l", "out"),
                  ("import", "--epoch", "4294967296", "--ledger", "l", "out"),
                  ("import", "--not-after", "soon", "--ledger", "l", "out"),
                  ("import", "--not-after", "2027-02-30", "--ledger", "l", "out")):
        desk.expect(UNKNOWN, "media", *words)
    for words in (), ("import",), ("lint",), ("sign",), ("export",):
        desk.expect(DONE, "media", *words, "--help", says=["usage: sekisho-admin media", "Exit status"])


def the_whole_ledger_is_read(desk):
    ledger(desk, row(), row("M-2", "B2", "0951:1667", "貸出中", '"a, b\r\nand ""c"""'),
           row("M-3", "C3", "abcd:00ef", "持出中"))
    take(desk, *NEW, says=["3 media added, 1 shard of 1 changed", "serial 1, 3 media with 3 entries"])
    assert media(desk) == ["M-1 0951:1666 001A92053B6A", "M-2 0951:1667 B2", "M-3 abcd:00ef C3"]
    desk.expect(DONE, "media", "lint", "out", says="no mistakes; 3 media, 3 entries, in 1 shard")


def columns_are_found_by_their_headings(desk):
    ledger(desk, "x,A1,保管中,0951:1666,y,M-1", "x,B2,紛失,0951:1666,y,M-2",
           head="色, シリアル番号 ,状態(保管中/貸出中/持出中/紛失/廃棄済),VID_PID,色,　管理番号")
    take(desk, *NEW, says=["1 medium added", "left out: 1 lost, 0 disposed of"])
    assert media(desk) == ["M-1 0951:1666 A1"]


def line_ends_and_byte_order_mark_make_no_difference(desk):
    expected = None
    for mark in BOM, "":
        for end in "\r\n", "\n", "\r":
            folder = f"out{len(mark)}{end!r}".replace("\\", "")
            ledger(desk, row(), row("M-2", "B2"), mark=mark, end=end)
            take(desk, *NEW, folder=folder)
            expected = expected or shards(desk, folder)
            assert shards(desk, folder) == expected
    desk.write("ledger.csv", desk.read("ledger.csv").rstrip())
    take(desk, *NEW, folder="unended")
    assert shards(desk, "unended") == expected


def blank_rows_are_passed_over_and_counted(desk):
    for end in "\r\n", "\n":
        ledger(desk, "", row(), "", "," * 17, "", row("M/2"), end=end)
        take(desk, *NEW, status=NO, says="ledger.csv: row 7, column A: read 'M/2'")


def what_spreadsheets_guard_is_read_as_it_was(desk):
    start(desk, '="0001","=""0951""",="0951:1666"', "M-2,'=1+1,0951:1666", "M-3,'@x,0951:1666",
          "'-4,'+x,0951:1666", "M-5,'-x,0951:1666", "M-6,''x,0951:1666", "M-7,'y,0951:1666",
          'M-8,="A;B",0951:1666')
    assert media(desk) == ["-4 0951:1666 +x", "0001 0951:1666 0951", "M-2 0951:1666 =1+1",
                           "M-3 0951:1666 @x", "M-5 0951:1666 -x", "M-6 0951:1666 'x",
                           "M-7 0951:1666 'y", "M-8 0951:1666 A%3BB"], media(desk)


def spaces_of_a_serial_count_only_within_quotes(desk):
    start(desk, "M-1, A1 ,0951:1666", 'M-2," A 1 ",0951:1666')
    assert media(desk) == ["M-1 0951:1666 A1", "M-2 0951:1666 %20A%201%20"]


def several_ids_in_a_cell_are_one_medium(desk):
    start(desk, "M-1,A1,0951:1666 0951:1667　0951_16AA",
          says=["1 medium added", "1 medium with 3 entries"])
    assert media(desk) == [f"M-1 0951:{product} A1" for product in ("1666", "1667", "16aa")]
    few(desk, "M-1,A1,0951:1666 0951:1667")
    take(desk, says=["1 medium changed, 1 shard of 1 changed", "serial 2, 1 medium with 2 entries"])


def what_is_lost_or_disposed_of_is_left_out(desk):
    ledger(desk, row(), row("M-2", "B2", state="紛失"), row("M-3", "", "", "廃棄済"),
           row("M-4", "?", "?", "紛失"), row("M-5", "E5", state=""))
    take(desk, *NEW, says=["2 media added", "left out: 2 lost, 1 disposed of"])
    assert media(desk) == ["M-1 0951:1666 001A92053B6A", "M-5 0951:1666 E5"]
    ledger(desk, row(state="紛失"), row("M-5", "E5", state=""))
    take(desk, says="1 medium removed")


MISTAKES = (
    ("M/1,A1,0951:1666", "row 2, column A: read 'M/1', expected a control number of letters a-z"),
    (",A1,0951:1666", "row 2, column A: read '', expected a control number of 1 to 32"),
    ("情-1,A1,0951:1666", "row 2, column A: read '情-1', expected a control number of letters a-z A-Z, "
     "digits and - _ . only: terminals show it everywhere; write 情-001 as J-001"),
    ("M-1,,0951:1666", "row 2, column B: read '', expected a serial: a medium without one"),
    ("M-1,1.23457E+15,0951:1666", "row 2, column B: read '1.23457E+15', expected the serial as"),
    ("M-1," + "A" * 111 + ",0951:1666", "row 2, column B: read 'AAA"),
    ("M-1,A\u200b1,0951:1666", "expected a serial of visible characters"),
    ("M-1,A1,", "row 2, column C: read '', expected VID and PID as 0951:1666"),
    ("M-1,A1,0951", "row 2, column C: read '0951'"),
    ("M-1,A1,0951:166", "row 2, column C: read '0951:166'"),
    ("M-1,A1,0951:1666x", "row 2, column C: read '0951:1666x'"),
    ("M-1,A1,1951:16:00", "row 2, column C: read '1951:16:00', expected VID and PID as 0951:1666: the "
     "spreadsheet has made a time of it; format the column as text\n"),
    ("M-1,A1,1951:16:0", "expected VID and PID as 0951:1666; several with a space between\n"),
    ("M-1,００１Ａ,0951:1666", "row 2, column B: read '００１Ａ', expected the serial in letters of half "
     "width, as the medium says it; copy it from \"lsusb -v\" (iSerial)\n"),
    ("M-1,A－1,0951:1666", "row 2, column B: read 'A－1', expected the serial in letters of half width"),
    ("M-1,A1,0951:1666,0951:1667", "row 2, column D: read 'M-1, A1, 0951:1666, 0951:1667', expected 3 cells, "
     "as many as headings, not 4: is a comma too many, or within a cell without quotes?"),
    ("M-1,A1", "row 2, column C: read 'M-1, A1', expected 3 cells, as many as headings, not 2: is a "
     "comma or a quote missing?"),
    ('M-1,"A1,0951:1666', "row 2, column B: read '', expected the quote closed"),
    ('M-1,A"1,0951:1666', "row 2, column B: read '', expected quotes around the whole cell"),
    ('M-1,"A"1,0951:1666', "row 2, column B: read '', expected quotes around the whole cell"),
    ('M-1,="A1,0951:1666', "row 2, column B: read '', expected quotes around the whole cell"),
    ('M-1,x="A1",0951:1666', "row 2, column B: read '', expected quotes around the whole cell"),
    ("M-1,A\0001,0951:1666", "row 2, column B: read '', expected a cell without a NUL"),
    ("M-1,A1,0951:1666" + ",x" * 126, "row 2, column DY: read '', expected no more than 128"),
)


def every_mistake_is_named_by_row_and_column(desk):
    for text, says in MISTAKES:
        few(desk, text)
        output = take(desk, *NEW, status=NO, says=["ledger.csv: row 2", says])
        assert "nothing was written" in output
        assert not os.path.exists(desk.path("out")), text
    few(desk, *(text for text, _ in MISTAKES[:17]))
    output = take(desk, *NEW, status=NO)
    for number, (_, says) in enumerate(MISTAKES[:17], 2):
        assert says.replace("row 2", f"row {number}") in output, says


def an_unknown_state_is_a_mistake(desk):
    for state, status in (("紛失", DONE), ("紛  失", NO), ("廃棄", NO), ("返却", NO), (" 保管中 ", DONE)):
        ledger(desk, row(state=state))
        take(desk, *NEW, status=status, folder="out-" + state,
             says="" if status == DONE else f"column L: read '{state}', expected one of 保管中")


def headings_must_be_there_and_once(desk):
    ledger(desk, "M-1,0951:1666", head="管理番号,VID_PID")
    take(desk, *NEW, status=NO, says="row 1: read '管理番号, VID_PID', expected a column with the heading シリアル番号")
    ledger(desk, "M-1,A1,0951:1666", head="管理番号,シリアル番号,VID:PID")
    take(desk, *NEW, status=NO, says="row 1, column C: read 'VID:PID', expected a heading of the ledger; "
         "did you mean VID_PID, written like this?\n")
    for title in "媒体管理台帳", "媒体管理台帳,,", "令和8年度,作成 総務課,":
        ledger(desk, "管理番号,シリアル番号,VID_PID", "M-1,A1,0951:1666", head=title)
        take(desk, *NEW, status=NO, says=[
            "row 1: read '" + title.split(",")[0], "expected the headings 管理番号, シリアル番号 and "
            "VID_PID in the first row; delete what stands above them, such as a title"])
    for between, name in ("\t", "TAB"), (";", "semicolon"):
        for quote in "", '"':
            head = between.join(quote + cell + quote for cell in HEADINGS.split(","))
            ledger(desk, head=head)
            output = take(desk, *NEW, status=NO,
                          says=f"expected commas between the columns, not a {name}: save as CSV")
            assert len(output.splitlines()) == 2, output
    ledger(desk, "M-1,A1,0951:1666,x", head="管理番号,シリアル番号,VID_PID,備考;その他\tなど")
    take(desk, *NEW, folder="commas")
    ledger(desk, "M-1,A1,0951:1666,A1", head="管理番号,シリアル番号,VID_PID,シリアル番号")
    take(desk, *NEW, status=NO, says="row 1, column D: read 'シリアル番号', expected each heading once")
    desk.write("ledger.csv", b"")
    take(desk, *NEW, status=NO, says="expected a row of headings")
    desk.write("ledger.csv", BOM.encode() + b"\r\n\r\n")
    take(desk, *NEW, status=NO, says="expected a row of headings")


def a_heading_that_is_almost_right_is_named(desk):
    right = ["管理番号", "シリアル番号", "VID_PID"]
    for at, wrong in ((0, "管理番号（シール）"), (0, "管理№"), (0, "管理 No."), (1, "ｼﾘｱﾙ番号"), (1, "シリアルNo"),
                      (1, "Ｓｅｒｉａｌ"), (2, "ＶＩＤ_ＰＩＤ"), (2, "VID:PID"), (2, "vid_pid"), (2, "VID-PID")):
        head = list(right)
        head[at] = wrong
        ledger(desk, "M-1,A1,0951:1666", head=",".join(head))
        output = take(desk, *NEW, status=NO)
        mark = f"row 1, column {'ABC'[at]}: read '{wrong}', expected a heading of the ledger; did you " \
               f"mean {right[at]}, written like this?\n"
        assert (mark in output) == (wrong != "管理№"), output  # a sign of its own, not letters
        assert len(output.splitlines()) == 2, output
    # Where the right one is there, too, or the word is another, nothing is meant.
    ledger(desk, "M-1,A1,0951:1666,x", head="管理番号,シリアル番号,VID_PID,シリアル(旧)")
    take(desk, *NEW)
    ledger(desk, "M-1,A1,0951:1666", head="管理番号,製造番号,VID_PID")
    take(desk, *NEW, status=NO,
         says="row 1: read '管理番号, 製造番号, VID_PID', expected a column with the heading シリアル番号\n")
    # All three in another way are no title.
    ledger(desk, "M-1,A1,0951:1666", head="管理番号*,ｼﾘｱﾙ,VID/PID")
    output = take(desk, *NEW, status=NO)
    assert output.count("did you mean") == 3 and "title" not in output, output


def another_encoding_is_named(desk):
    ledger(desk, row())
    text = desk.read("ledger.csv").decode("utf-8-sig")
    for encoding in "cp932", "utf-16":
        desk.write("ledger.csv", text.encode(encoding))
        take(desk, *NEW, status=NO, says='save as "CSV UTF-8"')


def one_identity_for_two_media_is_a_mistake(desk):
    few(desk, "M-1,A1,0951:1666", "M-2,B2,0951:1666", "M-3,A1,0951:1667 0951:1666")
    take(desk, *NEW, status=NO,
         says="row 4, column B: read 'A1', expected each VID_PID with serial once: M-1 in row 2")
    few(desk, "M-1,A1,0951:1666", "M-1,A1,0951:1666")
    take(desk, *NEW, status=NO, says="row 3, column B: read 'A1'")
    few(desk, "M-1,A1,0951:1666", "M-3,A1,0951:1667")
    take(desk, *NEW)


def one_serial_for_several_media_is_a_warning(desk):
    output = start(desk, "M-1,1234567890,0951:1666", "M-2,B2,0951:1666",
                   "M-3,1234567890,0951:1667", "M-4,1234567890,1234:1667",
                   says="ledger.csv: warning: 3 media have the serial 1234567890: M-1 (row 2), "
                        "M-3 (row 4), M-4 (row 5); cheap sticks often share one\n")
    assert output.count("warning") == 1
    desk.expect(DONE, "media", "lint", "out",
                says="out/media.ini: warning: 3 media have the serial 1234567890: M-1, M-3, M-4;")
    output = start(desk, "M-1,A1,0951:1666 0951:1667", "M-2,B2,0951:1666", folder="other")
    assert "warning" not in output


def one_number_for_several_serials_is_a_warning(desk):
    start(desk, "M-1,A1,0951:1666", "M-1,B2,0951:1666", "M-2,C3,0951:1666",
          says="warning: the number M-1 has 2 serials: A1 (row 2), B2 (row 3)\n")


def a_serial_that_somebody_typed_is_a_warning(desk):
    output = start(desk, "M-1,ｱｲｳ,0951:1666 0951:1667", "M-2,シリアル,0951:1666", "M-3,ABC123,0951:1666",
                   says=["warning: M-1 (row 2) has the serial ｱｲｳ: no device says such letters",
                         "warning: M-2 (row 3) has the serial シリアル"])
    assert output.count("warning") == 2, output


def a_serial_that_a_spreadsheet_has_rounded_is_a_warning(desk):
    output = start(desk, "M-1,123456789012345000,0951:1666 0951:1667", "M-2,123456789012345600,0951:1666",
                   "M-3,1234567890123450,0951:1666", "M-4,12345678901234500A,0951:1666",
                   "M-5,123456789012000,0951:1666",
                   says="ledger.csv: warning: M-1 (row 2) has the serial 123456789012345000: a "
                   "spreadsheet keeps 15 digits of a number and makes the rest 0; compare it with the "
                   "medium, and format the column as text\n")
    assert output.count("warning") == 1, output


def serials_that_differ_only_in_capitals_are_a_warning(desk):
    output = start(desk, "M-1,001A,0951:1666", "M-2,001a,0951:1666", "M-3,001B,0951:1666",
                   "M-4,00ff,0951:1666", "M-5,00FF,0951:1667",
                   says="ledger.csv: warning: serials of 0951:1666 that differ only in capitals: 001A "
                   "(row 2), 001a (row 3); terminals take them for different media: is it one?\n")
    assert output.count("warning") == 1, output
    desk.expect(DONE, "media", "lint", "out",
                says="out/media.ini: warning: serials of 0951:1666 that differ only in capitals: 001A, 001a;")


def one_medium_is_no_media(desk):
    start(desk, "M-1,A1,0951:1666", says="serial 1, 1 medium with 1 entry; it must")
    desk.expect(DONE, "media", "lint", "out", says="no mistakes; 1 medium, 1 entry, in 1 shard\n")
    few(desk, *many(21))
    take(desk, "--yes", says="  and 1 more medium new\n")


IGNORED = ("/policy.ini: warning: it says nothing of registered media, so registering changes nothing: "
           "write \"registered = read-only\" there, under [medium], and sign it\n")


def a_policy_that_ignores_registered_media_is_a_warning(desk):
    tiers = "internet", "my-number"  # the sample of the one asks for them, that of the other does not
    desk.init(tiers=tiers)
    desk.sign("site/root/1.ini", "suzuki", "tanaka")
    few(desk, "M-1,A1,0951:1666")
    for tier in tiers:
        folder = f"site/{tier}"
        desk.sign(f"{folder}/policy.ini", "suzuki", "tanaka")
        said = [take(desk, folder=folder),
                desk.expect(DONE, "media", "lint", folder),
                desk.expect(DONE, "media", "sign", "--key", "suzuki", folder),
                desk.expect(DONE, "sign", "--key", "tanaka", f"{folder}/media.ini"),
                desk.expect(DONE, "site", "pack", "site", tier, f"disc-{tier}")]
        for output in said:
            assert output.count(folder + IGNORED) == (tier == "my-number"), output
            assert ("warning: it says" in output) == (tier == "my-number"), output
    # Nothing is known of a policy that is not there, or has mistakes.
    desk.edit("site/my-number/policy.ini", b"phone = block", b"phones = block")
    desk.expect(DONE, "media", "lint", "site/my-number", never="warning")
    os.unlink(desk.path("site/my-number/policy.ini"))
    desk.expect(DONE, "media", "lint", "site/my-number", never="warning")


def who_signs_sees_the_control_numbers_of_few_media(desk):
    folder = desk.init()
    few(desk, "M-2,A1,0951:1666 0951:1667", "M-1,B2,0951:1666")
    take(desk, folder=folder)
    for words in ("media", "sign", "--key", "suzuki", folder), ("sign", "--key", "tanaka", f"{folder}/media.ini"):
        desk.expect(DONE, *words, says="  registers  3 entries (identities of media), in 1 file\n"
                    "  numbers    M-1 M-2\n")
    for count, says in ((1, "  registers  1 entry (identity of media), in 1 file\n  numbers    M-000000\n"),
                        (10, " M-000009\n"),
                        (11, "  numbers    11; sekisho-admin media export lists them\n")):
        few(desk, *many(count))
        take(desk, "--yes", folder=folder)
        output = desk.expect(DONE, "media", "sign", "--key", "suzuki", folder, says=says)
        shown = output[output.index("  numbers"):].split(folder)[0]
        assert shown.count("M-") == (count if count <= 10 else 0), output
        assert max(map(len, shown.splitlines())) <= 100, output
    desk.write(f"{folder}/media/00", b"something else")
    desk.expect(DONE, "sign", "--key", "tanaka", f"{folder}/media.ini",
                says=f"  numbers    not known: the files in {folder}/media are not those that it names\n")


def a_thousand_warnings_are_counted(desk):
    output = start(desk, *(f"{half}-{number},S{number},0951:{half}" for number in range(1000)
                           for half in ("1666", "1667")))
    assert output.count("media have the serial") == 100
    assert "warning: and 900 more like these" in output


def a_lost_medium_that_would_be_let_in_is_a_warning(desk):
    ledger(desk, row("M-1", "A1"), row("M-2", "A1", state="紛失"), row("M-3", "C3", state="紛失"),
           row("M-4", "A1", "0951:1667"))
    output = take(desk, *NEW, says="warning: M-2 (row 3) is lost, but M-1 (row 2) is registered with")
    assert output.count("is lost, but") == 1


def one_new_medium_moves_two_small_files(desk):
    rows = many(5000)
    start(desk, *rows, says=["5000 media added", "256 shards of 256 changed"])
    before, stamps = shards(desk), {}
    for name in before:
        os.utime(desk.path("out/media/" + name), ns=(1, 1))
    few(desk, *rows, "NEW-1,S-NEW,0951:1666")
    take(desk, says=["1 medium added, 1 shard of 256 changed", "serial 2, 5001 media with 5001 entries"])
    after = shards(desk)
    for name in after:
        stamps[name] = os.stat(desk.path("out/media/" + name)).st_mtime_ns
    right = hashlib.sha256(b"0951:1666:S-NEW").hexdigest()[:2]
    assert [name for name in after if after[name] != before[name]] == [right]
    assert [name for name in stamps if stamps[name] != 1] == [right]
    desk.expect(DONE, "media", "lint", "out", says="5001 media, 5001 entries, in 256 shards")


def the_same_ledger_gives_the_same_bytes_in_any_order(desk):
    rows = many(300)
    start(desk, *rows, folder="a")
    few(desk, *reversed(rows))
    take(desk, *NEW, folder="b")
    assert shards(desk, "a") == shards(desk, "b")
    take(desk, folder="a", says="a/media.ini: nothing changed")
    # Also by way of another list that had other shards.
    few(desk, *many(5000))
    take(desk, folder="a", says="256 shards")
    few(desk, *rows)
    take(desk, "--remove=4700", folder="a",
         says="4700 media removed, 16 shards of 16 changed, 240 old ones deleted")
    assert shards(desk, "a") == shards(desk, "b")
    assert len(shards(desk, "a")) == 16
    desk.expect(DONE, "media", "lint", "a")


def nothing_changes_where_nothing_is_new(desk):
    start(desk, "M-1,A1,0951:1666")
    before = desk.files()
    take(desk, says="out/media.ini: nothing changed")
    assert desk.files() == before
    take(desk, "--not-after", "2099-03-31", says="0 shards of 1 changed")
    text = desk.read("out/media.ini").decode()
    assert "serial = 2\n" in text and "not-after = 2099-03-31T23:59:59+09:00\n" in text
    # It keeps what was said once.
    few(desk, "M-1,A1,0951:1666", "M-2,B2,0951:1666")
    take(desk)
    text = desk.read("out/media.ini").decode()
    assert "serial = 3\n" in text and "not-after = 2099-03-31T23:59:59+09:00\n" in text


def an_empty_ledger_takes_all_media_away(desk):
    start(desk, "M-1,A1,0951:1666")
    few(desk)
    take(desk, says=["gone: M-1: 0951:1666 serial A1\n",
                     "1 medium removed, 0 shards of 1 changed, 1 old one deleted"])
    assert shards(desk) == {}
    assert b"media = 0\n" in desk.read("out/media.ini")
    desk.expect(DONE, "media", "lint", "out", says="0 media, 0 entries")
    desk.expect(DONE, "media", "export", "out", says=HEADINGS)


def an_import_names_what_it_changes(desk):
    start(desk, "M-1,A1,0951:1666 0951:1667", "M-2,B2,0951:1666", "M-3,C 3,0951:1666",
          says=["  new: M-1: 0951:1666 serial A1, 0951:1667 serial A1\n",
                "  new: M-3: 0951:1666 serial C 3\n".replace("C 3", "C%203")])
    few(desk, "M-1,A1,0951:1666 0951:1667", "M-3,C3,0951:1666", "M-4,D4,0951:1666")
    output = take(desk, says=[
        "  gone: M-2: 0951:1666 serial B2\n  new: M-4: 0951:1666 serial D4\n"
        "  changed: M-3: was 0951:1666 serial C%203; will be 0951:1666 serial C3\n"
        "1 medium added, 1 medium removed, 1 medium changed, 1 shard of 1 changed\n"])
    assert "M-1:" not in output
    few(desk, "M-1,A1,0951:1666 0951:1667", "M-3,C3,0951:1666", *many(30, prefix="X-"))
    output = take(desk, says=["gone: M-4:", "  and 10 more media new\n"])
    assert output.count("  new: X-") == 20, output


def who_cut_the_ledger_short_is_stopped(desk):
    rows = many(100)
    start(desk, *rows)
    before = desk.files()
    for kept, asks in ((100, False), (90, False), (89, True), (1, True), (0, True)):
        few(desk, *rows[:kept])
        folder = f"out{kept}"
        shutil.copytree(desk.path("out"), desk.path(folder))
        if not asks:
            take(desk, folder=folder)
            continue
        gone = 100 - kept
        output = take(desk, folder=folder, status=NO, says=[
            f"{gone} of the 100 media that are registered would be struck off",
            f"nothing was written; is the ledger whole? If it is, say --remove {gone}"])
        assert output.count("  gone: M-") == min(gone, 20), output
        take(desk, f"--remove={gone - 1}", folder=folder, status=NO,
             says=f"nothing was written: {gone} media would be struck off, not {gone - 1}")
        assert shards(desk, folder) == shards(desk, "out")
        for answer, code in ("n", NO), ("y", DONE):
            got, output = desk.type("media", "import", "--ledger", "ledger.csv", folder,
                                    answers=[answer])
            assert got == code and "Strike them off? [y/N]" in output, output
        assert len(media(desk, folder)) == kept
        shutil.rmtree(desk.path(folder))
        shutil.copytree(desk.path("out"), desk.path(folder))
        take(desk, "--yes" if kept else f"--remove={gone}", folder=folder)
        assert len(media(desk, folder)) == kept
    after = {name: data for name, data in desk.files().items() if name in before}
    after["ledger.csv"] = before["ledger.csv"]
    assert after == before
    # Few may go; who says a number is held to it.
    few(desk, *rows[:99])
    take(desk, "--remove=0", status=NO, says="1 medium would be struck off, not 0")
    take(desk, "--remove=1", says="1 medium removed")
    # All of a few is as suspicious.
    start(desk, *many(3), folder="small")
    few(desk)
    take(desk, folder="small", status=NO, says="3 of the 3 media")
    take(desk, "--remove", "many", folder="small", status=UNKNOWN, says="needs a number of media")


def a_file_that_is_no_shard_is_left_alone(desk):
    folder = desk.init()
    desk.write("site/root/1.ini", desk.read("site/root/1.ini"))
    few(desk, "M-1,A1,0951:1666")
    take(desk, folder=folder)
    desk.expect(DONE, "media", "sign", "--key", "suzuki", folder)
    for name in "ff", "00.bak", "\x1b[2J":
        desk.write(f"{folder}/media/{name}", b"x")
    before = desk.files()
    output = take(desk, folder=folder, says=[
        "nothing changed", "media: read 'ff', expected only files that media.ini names; this one is "
        "left alone", "read '00.bak'"])
    assert "\x1b" not in output
    assert desk.files() == before
    desk.expect(NO, "media", "lint", folder, says="read 'ff', expected only files")
    few(desk, "M-1,A1,0951:1666", "M-2,B2,0951:1666")
    take(desk, folder=folder, says=["1 shard of 1 changed", "read 'ff'"])
    assert desk.read(f"{folder}/media/ff") == b"x"


def the_epoch_is_that_of_the_newest_root(desk):
    folder = desk.init()
    desk.sign("site/root/1.ini", "suzuki", "tanaka")
    few(desk, "M-1,A1,0951:1666")
    take(desk, folder=folder)
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--new-epoch")
    take(desk, folder=folder, says="nothing changed")  # a draft moves nothing
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    take(desk, folder=folder, says="serial 1, 1 medium with 1 entry")
    assert b"epoch = 2\nserial = 1\n" in desk.read(f"{folder}/media.ini")
    take(desk, folder=folder, says="nothing changed")
    take(desk, "--epoch=1", folder=folder, status=NO, says="the epoch is 2 already")


def a_day_ends_in_japan_where_the_workstation_is_not_told_where_it_is(desk):
    few(desk, "M-1,A1,0951:1666")
    for zone, offset in ("UTC", "+09:00"), ("Asia/Tokyo", "+09:00"), ("Asia/Taipei", "+08:00"):
        desk.expect(DONE, "media", "import", *NEW, "--not-after", "2099-03-31", "--ledger",
                    "ledger.csv", zone.replace("/", "-"), TZ=zone)
        text = desk.read(zone.replace("/", "-") + "/media.ini").decode()
        assert f"not-after = 2099-03-31T23:59:59{offset}\n" in text, text


def diff_names_the_media(desk):
    start(desk, "M-1,A1,0951:1666", "M-2,B2,0951:1666", "M-3,C3,0951:1666")
    shutil.copytree(desk.path("out"), desk.path("before"))
    words = "policy", "diff", "before/media.ini", "out/media.ini"
    desk.expect(DONE, *words, says="no difference")
    few(desk, "M-1,A1,0951:1666 0951:1667", "M-3,C4,0951:1666", "M-4,D4,0951:1666",
        "M-5,E5,0951:1666")
    take(desk)
    desk.expect(NO, *words, says=[
        "registered media (control numbers): 3 → 4\n", "entries (identities): 3 → 5\n",
        "1 medium gone, 2 new, 2 changed:\n", "  gone: M-2: 0951:1666 serial B2\n",
        "  new: M-4: 0951:1666 serial D4\n", "  new: M-5: 0951:1666 serial E5\n",
        "  changed: M-1: was 0951:1666 serial A1; will be 0951:1666 serial A1, 0951:1667 serial A1\n",
        "  changed: M-3: was 0951:1666 serial C3; will be 0951:1666 serial C4\n"])
    few(desk, *many(50))
    take(desk, "--yes")
    output = desk.expect(NO, *words, says=["3 media gone, 50 new, 0 changed:\n",
                                           "  and 30 more media new\n"])
    assert output.count("  new: ") == 20
    output = desk.expect(NO, "policy", "diff", "--all", *words[2:])
    assert output.count("  new: ") == 50 and "more" not in output
    # Nothing is said of media where the shards are not those of the index.
    desk.write("before/media/ff", b"a stray")
    desk.expect(NO, *words, says="3 media gone, 50 new")
    desk.write("before/media/00", desk.read("before/media/00") + b"\n")
    output = desk.expect(NO, *words, says="note: which media before/media.ini registers is not known: "
                         "the files in before/media are not those that it names\n")
    assert "gone" not in output and "new:" not in output, output


def who_signs_sees_what_came_since(desk):
    folder = desk.init()
    few(desk, "M-1,A1,0951:1666")
    take(desk, folder=folder)
    shutil.copytree(desk.path(folder), desk.path("before"))
    few(desk, "M-1,A1,0951:1666", "M-2,B2,0951:1666")
    take(desk, folder=folder)
    output = desk.expect(DONE, "media", "sign", "--key", "suzuki", "--since", "before", folder,
                         says=["since before/media.ini:\n", "  new: M-2: 0951:1666 serial B2\n"])
    assert output.index("new: M-2") < output.index("signed by SHA256:"), output
    assert "registers  2 entries (identities of media), in 1 file\n" in output
    desk.expect(UNKNOWN, "media", "sign", "--since", "none", "--key", "tanaka", folder,
                says="none/media.ini cannot be read")
    output = desk.expect(DONE, "media", "sign", "--key", "tanaka", folder, says="--since OLD")
    assert "since before" not in output


def serials_and_epochs_only_rise(desk):
    start(desk, "M-1,A1,0951:1666")
    for options, says in ((("--serial=1",), "must be higher than 1"),
                          (("--site=saga",), "is of the site tosu"),
                          (("--tier=lgwan",), "is of the tier my-number"),
                          (("--not-after=2001-01-01",), "lies in the past")):
        before = desk.files()
        take(desk, *options, status=NO, says=says)
        assert desk.files() == before
    take(desk, "--serial=41", says="serial 41")
    take(desk, "--epoch=2", says="serial 1,")
    take(desk, "--epoch=1", status=NO, says="the epoch is 2 already")
    assert b"epoch = 2\nserial = 1\n" in desk.read("out/media.ini")


def the_names_come_from_options_or_site_ini(desk):
    few(desk, "M-1,A1,0951:1666")
    take(desk, status=UNKNOWN, says=["--site is missing", "--tier is missing"])
    take(desk, "--site=TOSU", "--tier=all", status=UNKNOWN, says=["a site is", "a tier cannot be called"])
    assert not os.path.exists(desk.path("out"))
    os.mkdir(desk.path("out"))
    desk.write("out/site.ini", b"[site]\nsite = tosu\ntier = my-number\n")
    take(desk)
    assert b"site = tosu\ntier = my-number\n" in desk.read("out/media.ini")
    desk.write("ledger.csv", desk.read("ledger.csv"))
    os.mkdir(desk.path("other"))
    desk.write("other/site.ini", b"[site]\nsite = tosu\n")
    take(desk, folder="other", status=UNKNOWN, says="other/site.ini:")


def what_cannot_be_read_is_told_from_mistakes(desk):
    take(desk, *NEW, status=UNKNOWN, says="ledger.csv cannot be read")
    few(desk, "M-1,A1,0951:1666")
    take(desk, *NEW, folder="none/out", status=UNKNOWN, says="none/out cannot be made")
    desk.expect(UNKNOWN, "media", "lint", "none", says="none/media.ini cannot be read")
    desk.expect(UNKNOWN, "media", "export", "none")
    desk.expect(UNKNOWN, "media", "sign", "--key", "suzuki", "none")


def a_broken_index_is_not_replaced(desk):
    start(desk, "M-1,A1,0951:1666")
    desk.edit("out/media.ini", b"serial = 1", b"serial = one")
    few(desk, "M-2,B2,0951:1666")
    before = desk.files()
    take(desk, status=NO, says=["out/media.ini:8:10: read 'one'", "nothing was written"])
    assert desk.files() == before


def an_import_that_was_cut_off_is_put_right_by_the_next(desk):
    start(desk, "M-1,A1,0951:1666")
    old = desk.read("out/media.ini")
    few(desk, "M-1,A1,0951:1666", "M-2,B2,0951:1666")
    take(desk)
    desk.write("out/media.ini", old)  # the shards were written, the index was not
    desk.expect(NO, "media", "lint", "out", says="out/media/00: its SHA-256 is not the one")
    take(desk, says="serial 2")
    desk.expect(DONE, "media", "lint", "out")
    os.unlink(desk.path("out/media/00"))
    desk.expect(NO, "media", "lint", "out", says="out/media/00: is not there")
    take(desk, says="1 shard of 1 changed")
    desk.expect(DONE, "media", "lint", "out")


def a_failure_half_way_leaves_the_index_alone(desk):
    """Its shards may be new then, which lint says; no index names a shard that was never written."""
    start(desk, "M-1,A1,0951:1666")
    few(desk, *many(5000))
    os.mkdir(desk.path("out/media/7f"))  # in the way of a shard
    before = desk.read("out/media.ini")
    take(desk, status=UNKNOWN, says="out/media/7f cannot be written")
    assert desk.read("out/media.ini") == before
    os.rmdir(desk.path("out/media/7f"))
    take(desk, says="serial 2")
    desk.expect(DONE, "media", "lint", "out")


def lint_names_every_mistake_in_one_run(desk):
    start(desk, *many(5000))
    names = sorted(shards(desk))
    bent = desk.read("out/media/" + names[1]).replace(b"2 = ", b"2 = /")
    desk.write("out/media/" + names[1], bent)
    os.unlink(desk.path("out/media/" + names[2]))
    desk.write("out/media/" + names[3], desk.read("out/media/" + names[4]))
    desk.write("out/media/note.txt", b"x")
    desk.write("out/media/\x1b[2J", b"x")
    output = desk.expect(NO, "media", "lint", "out", says=[
        f"out/media/{names[1]}: its SHA-256 is not the one that media.ini names",
        f"out/media/{names[1]}:9:5: read '/M-",
        f"out/media/{names[2]}: is not there, although media.ini names it",
        f"out/media/{names[3]}: its SHA-256 is not the one",
        f"expected shard = {names[3]}, as the index names it, not {names[4]}",
        "out/media: read 'note.txt', expected only files that media.ini names"])
    assert "\x1b" not in output
    for command in (("export", "out"), ("sign", "--key", "suzuki", "out")):
        desk.expect(NO, "media", *command, says=names[2])


def lint_finds_media_in_the_wrong_place_and_wrong_counts(desk):
    start(desk, *many(500))
    names = sorted(shards(desk))
    moved = desk.read("out/media/" + names[0]).decode()
    moved = moved.replace(f"shard = {names[0]}", f"shard = {names[1]}").encode()
    desk.write("out/media/" + names[1], moved)
    output = desk.expect(NO, "media", "lint", "out", says=f"out/media/{names[1]}:8:1: read 'M-")
    assert f"expected a medium of this shard; this one belongs to {names[0]}" in output
    assert "each identity once" in output
    few(desk, *many(500))
    take(desk)
    desk.edit("out/media.ini", b"media = 500\n", b"media = 501\n")
    desk.expect(NO, "media", "lint", "out",
                says="out/media.ini: names 501 entries, but the shards have 500")
    desk.edit("out/media.ini", b"media = 501\n", b"media = 499\n")
    desk.expect(NO, "media", "lint", "out",
                says="out/media.ini: names 499 entries, but the shards have 500")


def what_is_exported_can_be_imported(desk):
    start(desk, '="0001","=""0951""",0951:1666', "M-2,'=1+1,0951:1666 abcd:1667",
          "'-4,'+x,0951:1666", "M-6,''=x,0951:1666", 'M-7,"a,""b""; c ",0951:1666',
          "M-8,媒体,0951:1666", "M-9,1E5,0951:1666", "M-9,2-3,0951:1666", 'M-10,"\'=""1""",0951:1666')
    output = desk.run("media", "export", "out")[1]
    assert output.startswith(BOM + HEADINGS + "\r\n")
    rows = list(csv.reader(io.StringIO(output[1:], newline="")))
    assert all(len(one) == 18 for one in rows)
    for one in rows[1:]:
        for cell in one:
            assert cell[:1] not in list("+-@") and (cell[:1] != "=" or cell[:2] == '="'), cell
    cells = {(one[0], one[3]): one[4] for one in rows[1:]}
    assert cells['="0001"', '="0951"'] == '="0951:1666"'
    assert cells["M-2", "'=1+1"] == '0951:1666 abcd:1667'
    desk.write("again.csv", output.encode())
    take(desk, name="again.csv", says="nothing changed")
    take(desk, *NEW, name="again.csv", folder="again")
    assert shards(desk, "again") == shards(desk)


def sign_lints_and_signs(desk):
    folder = desk.init()
    few(desk, *many(20))
    take(desk, folder=folder)
    output = desk.expect(DONE, "media", "sign", "--key", "suzuki", folder,
                         says=["no mistakes; 20 media, 20 entries, in 1 shard", "signed by SHA256:",
                               "kind       media", "site tosu, tier my-number"])
    assert output.index("no mistakes") < output.index("signed by")
    assert len(output.split("signed by")[0].splitlines()) <= 11, output
    assert desk.read(folder + "/media.ini").count(b"BEGIN SSH SIGNATURE") == 1
    # Nothing new: the signature stays.
    take(desk, folder=folder, says="nothing changed")
    assert desk.read(folder + "/media.ini").count(b"BEGIN SSH SIGNATURE") == 1
    few(desk, *many(21))
    take(desk, folder=folder)
    assert b"BEGIN SSH SIGNATURE" not in desk.read(folder + "/media.ini")
    desk.write(folder + "/media/00", desk.read(folder + "/media/00") + b"\n")
    before = desk.read(folder + "/media.ini")
    desk.expect(NO, "media", "sign", "--key", "suzuki", folder, says="SHA-256")
    assert desk.read(folder + "/media.ini") == before


def what_is_signed_by_enough_is_believed(desk):
    folder = desk.init()
    few(desk, *many(20))
    take(desk, folder=folder)
    roots = [os.path.join(where, name)
             for where, _, names in os.walk(desk.path("site")) for name in names
             if name in ("root.ini", "1.ini")]
    desk.sign(roots[0], "suzuki", "tanaka")
    desk.expect(DONE, "media", "sign", "--key", "suzuki", folder)
    desk.expect(NO, "verify", folder + "/media.ini", says="threshold")
    desk.expect(DONE, "media", "sign", "--key", "tanaka", folder)
    desk.expect(DONE, "verify", "--shards", folder + "/media", folder + "/media.ini")


def policy(place, *rules, tier="my-number", epoch=1, name="policy.ini"):
    place.write(name, "\n".join([
        "[policy]", "kind = policy", "format = 1", "site = tosu", f"tier = {tier}",
        f"epoch = {epoch}", "serial = 1", "issued = 2026-03-20T10:00:00+09:00",
        "not-before = 2026-04-01T00:00:00+09:00", "not-after = 2027-04-30T23:59:59+09:00",
        "mode = enforce", "[media]", *rules, ""]).encode())
    return name


def explain(place, status, *words, serial="001A92053B6A", device="0951:1666:080650",
            rules="policy.ini", says=()):
    return place.expect(status, "explain", "--device", device, "--serial", serial, *words, rules,
                        says=says)


def explain_finds_a_registered_medium(desk):
    start(desk, "M-00123,001A92053B6A,0951:1666", "M-2,A B,0951:1667", *many(100))
    policy(desk, "keyboard = allow", "usb-storage = block", "[medium]", "registered = read-only")
    explain(desk, DONE, "--media", "out", says=[
        "serial 001A92053B6A: registered as M-00123\n", "(usb-storage): read-only\n",
        "policy.ini:16: the medium M-00123 is registered: read-only\n",
        "  [medium] registered (line 16): the medium M-00123 is registered\n"])
    policy(desk, "keyboard = allow", "usb-storage = block", "[medium]", "registered = allow")
    explain(desk, DONE, "--media", "out", says=[
        "serial 001A92053B6A: registered as M-00123\n", "(usb-storage): allow\n",
        "  usb-storage (line 14): blocks it; [medium] gives more\n",
        "    policy.ini:16: the medium M-00123 is registered: allow\n",
        "  [medium] registered (line 16): the medium M-00123 is registered\n"])
    explain(desk, DONE, "--media", "out", serial="A B", device="0951:1667:080650",
            says="serial A B: registered as M-2\n")
    # Another serial, other ids, another case: another medium.
    for serial, device in (("001A92053B6B", "0951:1666:080650"),
                           ("001a92053b6a", "0951:1666:080650"),
                           ("001A92053B6A", "0951:1667:080650")):
        explain(desk, NO, "--media", "out", serial=serial, device=device, says=[
            f"serial {serial}: not registered\n", "(usb-storage): block\n",
            "  [medium] registered (line 16): it is not known as a registered medium\n"])
    explain(desk, DONE, "--media", "out", device="0951:1666:080650:030101:ff", says=[
        "registered as M-00123\n", ": partly: keyboard let in, usb-storage vendor refused\n",
        "(usb-storage): block\n", "(keyboard): allow\n",
        "is registered, but it does not count beside what is refused\n"])


def explain_tells_no_list_from_no_medium(desk):
    start(desk, "M-00123,001A92053B6A,0951:1666")
    policy(desk, "usb-storage = block", "[medium]", "registered = allow")
    for words in ("--serial", "001A92053B6A"), ():
        output = desk.expect(NO, "explain", "--device", "0951:1666:080650", *words, "policy.ini",
                             says="line 15): nothing is known of registered media without --media\n")
        assert ("serial 001A92053B6A: nothing is known" in output) == bool(words), output
        assert "not registered" not in output and "not known as" not in output, output


def explain_says_why_registering_changes_nothing(desk):
    start(desk, "M-00123,001A92053B6A,0951:1666")
    policy(desk, "usb-storage = block")
    explain(desk, NO, "--media", "out", says=[
        "registered as M-00123", "[medium] registered: the policy does not say it, so registering"])
    output = explain(desk, NO, "--media", "out", serial="X", says="not registered\n")
    assert "[medium]" not in output, output
    policy(desk, "usb-storage = allow", "[medium]", "registered = read-only")
    explain(desk, DONE, "--media", "out", says=[
        "(usb-storage): allow\n", "is registered, which gives it no more than its class\n"])
    policy(desk, "usb-storage = block", "[device stick]", "id = 0951:1666", "access = block",
           "[medium]", "registered = allow")
    explain(desk, NO, "--media", "out", says=["registered as M-00123", "not asked, because [device"])
    desk.expect(NO, "explain", "--device", "0951:1666:080650", "--serial", "001A92053B6A", "--media",
                "out", "--builtin", says=["registered as M-00123", "the policy does not say it"])


def explain_leaves_a_list_alone_that_no_terminal_would_count(desk):
    start(desk, "M-00123,001A92053B6A,0951:1666")
    policy(desk, "usb-storage = block", "[medium]", "registered = allow", epoch=2)
    explain(desk, NO, "--media", "out", says=[
        "registered as M-00123\n", "the list does not count: it is of epoch 1, the policy of epoch 2",
        "(usb-storage): block\n"])
    policy(desk, "usb-storage = block", tier="lgwan")
    output = explain(desk, UNKNOWN, "--media", "out", says="no terminal has both")
    assert "device 0951" not in output, output


def explain_judges_nothing_by_a_list_with_mistakes(desk):
    start(desk, "M-00123,001A92053B6A,0951:1666")
    policy(desk, "usb-storage = block", "[medium]", "registered = allow")
    explain(desk, UNKNOWN, "--media", "nowhere", says="nowhere/media.ini")
    for serial, says in (("", "a serial: a medium without one"), ("x" * 111, "110 bytes"),
                         ("a\x1bb", "visible characters")):
        explain(desk, UNKNOWN, "--media", "out", serial=serial, says=says)
    desk.expect(UNKNOWN, "explain", "--device", "0951:1666:08", "--media", "out", "policy.ini",
                says="--media goes with --serial")
    good = desk.read("out/media/00")
    for bad in good + b"\n", good.replace(b"M-00123", b"M-00124"), None:
        if bad is None:
            os.unlink(desk.path("out/media/00"))
        else:
            desk.write("out/media/00", bad)
        output = explain(desk, UNKNOWN, "--media", "out",
                         says=["out/media/00: ", "out has mistakes, so no medium counts"])
        assert "registered as" not in output and "device 0951" not in output, output


def a_large_ledger_takes_no_time_per_pair(desk):
    """30,000 media, of which many share numbers and serials: nothing here is quadratic, or it would
    take minutes."""
    twins = [line.replace("0951:", "0952:") for line in many(15000, prefix="X-")]
    start(desk, *many(15000), *twins,
          says=["30000 media added", "256 shards of 256 changed", "14900 more like these"])
    desk.expect(DONE, "media", "lint", "out", says="30000 media, 30000 entries")


if __name__ == "__main__":
    sys.exit(main(globals()))
