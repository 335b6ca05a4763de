#!/usr/bin/python3
"""sekisho-admin exemption prepare: elections and disasters from a CSV. See desk.py."""
import os
import re
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
import approver
import desk
import office
from approver import FOLDER, TIER
from desk import ADMIN, DONE, NO, UNKNOWN

HEADINGS = "端末名,利用者,媒体管理番号,許可開始,許可終了,区分,使用時間,使用目的"
ENGLISH = "terminal,users,medium,from,until,direction,duration,purpose"
ROW = "desk-17,sato,M-00123,2127-10-10 8:30,2127-10-10 22:00,読取,8時間,開票"
BOM = "\ufeff".encode()


class Elections(approver.Approvers):
    """The same site with one registered medium."""

    def __init__(self, folder):
        super().__init__(folder)
        self.write("ledger.csv", "管理番号,シリアル番号,VID_PID\r\nM-00123,001A92053B6A,0951:1666\r\n".encode())
        self.expect(DONE, "media", "import", "--site=tosu", "--tier=my-number", "--ledger", "ledger.csv", TIER)

    def rows(self, *rows, head=HEADINGS, name="plan.csv", mark=BOM, end="\r\n", code="utf-8"):
        self.write(name, mark + end.join([head, *rows, ""]).encode(code))

    def prepare(self, status, *words, key="kondo", **more):
        return self.expect(status, "exemption", "prepare", "plan.csv", "--key", key, "--folder", FOLDER,
                           "--yes", *words, **more)

    def terminals(self):
        place = self.path(f"{TIER}/terminals")
        return sorted(os.listdir(place)) if os.path.exists(place) else []


def each_terminal_of_each_row_gets_a_document(desk):
    desk.rows("desk-17、desk-18,sato suzuki-h,M-00123,令和99年10月10日(日) 8時30分,令和99年10月10日,"
              "読取,8時間,市長選挙の開票", "desk-19,mukai,USBメモリ,2127/10/11 8:30,2127-10-11 17:15,書込,90分,避難所")
    output = desk.prepare(DONE, says=[
        "sato suzuki-h at desk-17: M-00123, read-only, 8h from first use, 2117-10-10 08:30 to 23:59; 市長選挙の開票",
        "sato suzuki-h at desk-18", "mukai at desk-19: any usb-storage, read-write, 90m from first use, "
        "2127-10-11 08:30 to 17:15; 避難所", "written: exemptions.ini of 3 terminals", "needs 1 more"])
    assert len(set(re.findall("E-[0-9A-Z]{8}", output))) == 3, output
    (text, n_signatures), = desk.texts("desk-18")
    assert n_signatures == 1 and b"\nusers = sato suzuki-h\n" in text and b"requester" not in text
    assert b"\nregistered = M-00123\n" in text and b"[code]" not in text
    assert b"\nclass = usb-storage\n" in desk.texts("desk-19")[0][0]
    listed = desk.expect(DONE, "exemption", "list", FOLDER)
    assert listed.count("begins later; approved by kondo") == 2 and listed.count("waits for 1 more of mori") == 1


def english_headings_in_any_order_with_a_form_are_read_too(desk):
    desk.rows("a note,2,yes,120,Line 2,reboot logout,sato,desk-17,m,2127-10-10,2127-10-11 24:00,read-only,1d,x",
              head="Remarks,Insertions,Personal-Data,Items,Destination,Survives,Account,Terminal,Medium,From,"
                   "Until,Direction,Duration,Purpose".replace("Medium", "MEDIUM"), mark=b"", end="\n")
    desk.set_policy(approver.POLICY.replace(b"8h", b"2d"))
    desk.edit("plan.csv", b",m,", b",M-00123,")
    desk.prepare(DONE, says=["note: these columns say nothing here: Remarks", "personal data (個人情報), 120 items, "
                             "to Line 2", "at most 2 insertions", "2127-10-10 00:00 to 2127-10-11 23:59"])
    text = desk.texts()[0][0].decode()
    for line in ("insertions = 2", "survives = reboot logout", "personal-data = yes", "items = 120",
                 "destination = Line 2", "duration = 1d"):
        assert f"\n{line}\n" in text, text


def a_file_of_excel_in_japanese_is_read(desk):
    desk.rows(ROW, mark=b"", code="cp932")
    desk.prepare(NO, says="UTF-8")
    desk.prepare(DONE, "--sjis", says="; 開票")
    desk.rows(ROW.replace(",", "\t"), head=HEADINGS.replace(",", "\t"))
    desk.prepare(NO, says="not a TAB")


def every_mistake_is_named_by_row_and_column_and_nothing_is_granted(desk):
    before = [(2, 1, "Desk 17", "names of terminals"), (3, 2, "０１２", "accounts"),
              (4, 2, "any", "only for sealed codes"), (5, 3, "M-00999", "registered"),
              (6, 4, "soon", "a day, or a day and a time"), (7, 5, "2127-10-10 8:00", "after the beginning"),
              (8, 5, "2020-10-10", "after the beginning"), (9, 6, "both", "読取 or 書込"),
              (10, 7, "8 tage", "a length such as"), (11, 7, "9h", "at most 8h: the policy's longest"),
              (12, 8, "あ" * 41, "40 Japanese characters"), (13, 8, "", "what it is for"),
              (14, 5, "2128-04-01", "2128-03-31 23:59, the end of the fiscal year"),
              (15, 1, "desk-17 desk-17", "each once"), (16, 2, " ".join(f"u{n}" for n in range(17)), "1 to 16")]
    rows = []
    for _, column, cell, _ in before:
        cells = ROW.split(",")
        cells[column - 1] = cell
        rows.append(",".join(cells))
    desk.rows(*rows, "desk-17,too,few")
    files = desk.files()
    output = desk.prepare(NO)
    for row, column, _, says in before:
        line = [line for line in output.splitlines() if line.startswith(f"plan.csv:{row}:{column}: ")]
        assert line and says in line[0], (row, column, says, output)
    assert "plan.csv:17:" in output and "8 cells, as many as headings" in output, output
    assert desk.files() == files


def bad_headings_are_named(desk):
    for head, says in ((HEADINGS.replace("端末名,", "たんまつ,"), "a column with the heading 端末名 (or terminal)"),
                       (HEADINGS.replace("使用目的", "端末"), "each column once"), ("\n", "a column with the heading 使用目的 (or purpose)")):
        desk.rows(ROW, head=head)
        desk.prepare(NO, says=says)
    desk.rows()
    desk.prepare(NO, says="a row for each exemption")
    desk.write("plan.csv", BOM)
    desk.prepare(NO, says="a row of headings")
    desk.write("plan.csv", b'"')
    desk.prepare(NO, says="plan.csv:1:")
    desk.expect(UNKNOWN, "exemption", "prepare", "none.csv", "--key", "kondo", "--folder", FOLDER,
                says="cannot be read")
    assert not desk.terminals()


def the_same_row_twice_is_refused(desk):
    desk.rows(ROW, ROW)
    desk.prepare(NO, says="plan.csv:3: says the same for desk-17 as row 2")
    assert not desk.terminals()


def what_terminals_would_refuse_is_not_granted(desk):
    for row, key, says in ((ROW.replace("sato", "akondo"), "kondo", "kondo asks for it or is to use it"),
                           (ROW, "yoshida", "does not let the holder"), (ROW, "doi", "no root names the key")):
        desk.rows(row)
        desk.prepare(NO, key=key, says=says)
    desk.rows(ROW, ROW.replace("sato", "mori").replace("17", "18"))
    desk.prepare(NO, key="mori", says="that is row 3 of plan.csv")
    os.remove(desk.path("mori.pub"))
    desk.prepare(NO, key="mori", says="that is row 3 of plan.csv")
    assert not desk.terminals() or not any(
        os.path.exists(desk.path(f"{TIER}/terminals/{name}/exemptions.ini")) for name in desk.terminals())


def one_question_lists_all(desk):
    desk.rows(ROW, ROW.replace("17", "18"))
    words = "exemption", "prepare", "plan.csv", "--key", "kondo", "--folder", FOLDER
    code, output = desk.type(*words, answers=["n"])
    assert code == NO and not desk.terminals() and output.count(" at desk-1") == 2, output
    assert output.count("[y/N]") == 1 and "Grant all these 2?" in output, output
    code, output = desk.type(*words, answers=["y"])
    assert code == DONE and "enough persons approved it" in output, output


def a_second_approver_adds_to_the_same_documents(desk):
    desk.rows(ROW.replace("読取", "書込"), ROW.replace("17", "18").replace("読取", "持出"))
    desk.prepare(DONE, says="needs 1 more")
    texts = desk.texts(), desk.texts("desk-18")
    before = desk.files()
    desk.prepare(DONE, says=["(stands there already)", "nothing is left"])
    assert desk.files() == before
    desk.prepare(DONE, key="mori", says=["(adds your signature)", "enough persons approved it"])
    assert [[(text, n + 1) for text, n in one] for one in texts] == [desk.texts(), desk.texts("desk-18")]
    desk.rows(ROW.replace("読取", "書込"), ROW.replace("17", "18").replace("読取", "持出"), ROW.replace("17", "19"))
    desk.prepare(DONE, key="mori", says="written: exemptions.ini of 1 terminal")
    assert desk.terminals() == ["desk-17", "desk-18", "desk-19"]


def sealed_codes_are_printed_once_and_only_their_hash_is_kept(desk):
    desk.rows(ROW.replace("sato", "誰でも").replace("読取", "書込"), ROW.replace("17", "18"))
    output = desk.prepare(DONE, "--sealed", says=["with a code", "whoever has the code at desk-17",
                                                  "封緘コード", "誰でも anybody"])
    codes = re.findall(rf"コード  code +({office.ENVELOPE})\n", output)
    assert len(codes) == 2, output
    for code, terminal in zip(codes, ("desk-17", "desk-18")):
        text = desk.texts(terminal)[0][0].decode()
        hashed = re.search(r"\n\[code\]\nhash = (\S+)\n", text).group(1)
        assert office.hashed(code, hashed) == hashed, text
        number = re.search(r"\nid = (\S+)\n", text).group(1)
        assert f"sekisho redeem {number}\n" in output
        assert not any(code.encode() in data or code.replace("-", "").encode() in data
                       for data in desk.files().values())
    assert b"\nusers = any\n" in desk.texts()[0][0]
    desk.prepare(DONE, "--sealed", key="mori", says=["(adds your signature)", "enough persons approved it"], never="コード  code")
    desk.expect(DONE, "exemption", "list", FOLDER, says="begins later; approved by kondo mori")


def without_a_place_for_the_slips_nothing_is_granted(desk):
    desk.rows(ROW)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([ADMIN, "exemption", "prepare", "plan.csv", "--sealed", "--key", "kondo", "--folder",
                               FOLDER, "--yes"], cwd=desk.folder, stdin=subprocess.DEVNULL, stdout=full,
                              stderr=subprocess.PIPE)
    assert done.returncode == UNKNOWN and b"slips could not be written" in done.stderr, done.stderr.decode()
    assert os.listdir(desk.path(f"{TIER}/terminals/desk-17")) == [".exemptions.ini.lock"]


def a_full_disk_grants_none(desk):
    """The second file does not fit: the first is not changed either."""
    desk.rows(*[f"desk-{17 + n // 12},sato,M-00123,2127-10-10,2127-10-11,読取,8h,{n}" for n in range(2)],
              *[f"desk-18,sato,M-00123,2127-10-10,2127-10-11,読取,8h,{n}" for n in range(12)])
    done = subprocess.run(["sh", "-c", 'trap "" XFSZ; ulimit -f 8; exec "$@"', "sh", ADMIN, "exemption", "prepare",
                           "plan.csv", "--key", "kondo", "--folder", FOLDER, "--yes"], cwd=desk.folder,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == UNKNOWN and b"cannot be written" in done.stdout, done.stdout.decode()
    for name in desk.terminals():
        assert os.listdir(desk.path(f"{TIER}/terminals/{name}")) == [".exemptions.ini.lock"], name
    desk.prepare(DONE, says="written: exemptions.ini of 2 terminals")


def two_approvers_at_the_same_time_lose_nothing(desk):
    rows = [ROW.replace("desk-17", f"desk-{n}") for n in range(10)]
    desk.rows(*rows)
    desk.rows(*[row.replace("sato", "mukai") for row in rows], name="other.csv")
    found = []

    def prepare(key, name):
        found.append(desk.run("exemption", "prepare", name, "--key", key, "--folder", FOLDER, "--yes"))
    both = [threading.Thread(target=prepare, args=words) for words in (("kondo", "plan.csv"), ("mori", "other.csv"))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [code for code, _ in found] == [DONE, DONE], found
    assert [len(desk.texts(name)) for name in desk.terminals()] == [2] * 10


def hundreds_of_terminals_are_one_question(desk):
    desk.rows(" ".join(f"desk-{n}" for n in range(300)) + ",sato,M-00123,2127-10-10,2127-10-11,読取,8h,選挙")
    desk.prepare(DONE, says="written: exemptions.ini of 300 terminals")


if __name__ == "__main__":
    sys.exit(desk.main(globals(), Elections))
