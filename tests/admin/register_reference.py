"""What a personnel file does to the register and to the dates of tokens, written apart from the
program, to be compared with it. Dates are datetime.date; times are seconds, 0: none.

The rules, one by one:
 1. Rows of the file are carried out by 発令日, those without first, and then in the file's order.
 2. 発令日 is the first day of what a row says; of 退職 the last day, unless it is the first of a
    month. 転出 names the first day without. Without 発令日 it is --date, or today.
 3. Who leaves has 抹消日, the last day: all of the account's tokens end with it, at the latest.
 4. Who is disabled comes back only by a row with a later 発令日, as a new row; while the last day
    is not over the file may go on naming them.
 5. Who is new and has a terminal gets a row. 有効期限 is what the file says, or for those who are
    not permanent the 31 March after 発令日 or today, whichever is later.
 6. What a row says of a day before the register's 発令日 is older, and is left.
 7. At terminals that somebody loses, tokens end with the day before. At terminals they gain, a
    token that ends with the day before goes on; one that ended earlier stays so; any other begins
    with the day if it lies ahead (not of somebody who was never registered), and ends with 有効期限.
 8. Another 有効期限 moves the tokens that ended with the one before, and shortens others.
 9. A token that would end before it begins is removed.
10. A renewal of all: 有効期限 that ends before its date becomes that date, as by 8, unless disabled.
11. Whatever changed: no token outlives 抹消日 or 有効期限.
"""
import datetime

from register_site import COLUMNS, end_of, start_of

DAY = datetime.timedelta(days=1)
LIMITED = "会計年度任用職員", "派遣", "嘱託員", "委託事業者"
RETIRES, GOES = ("退職", "任期満了"), ("転出", "休職")
NOTES = ("トークンの発行が必要", "登録簿にない利用者のトークン", "登録簿にない端末のトークン",
         "登録簿より早く終わるトークン", "発令日より前から使えるトークン", "有効期限を過ぎた登録",
         "抹消済みで人事データに残る者", "登録簿より古い人事データ", "登録簿にない退職者",
         "フォルダーのない端末")
DUE, ORPHAN, STRAY, SHORT, EARLY, ENDED, LISTED, OLDER, NOT_HERE, GONE = NOTES


class Token:
    def __init__(self, terminal, user, number, begins, ends):
        self.terminal, self.user, self.number = terminal, user, number
        self.begins, self.ends, self.is_removed = begins, ends, False
        self.before = begins, ends

    def remove_if_empty(self):
        self.is_removed |= bool(self.ends) and self.ends <= self.begins

    def end(self, last):
        if last:
            self.ends = min(self.ends or end_of(last), end_of(last))
            self.remove_if_empty()


class Register:
    """rows: dicts by heading, with dates and lists of terminals in place of their text."""

    def __init__(self, rows, tokens, terminals, now, today, by=""):
        self.rows, self.tokens = rows, [Token(*token) for token in tokens]
        self.terminals, self.now, self.today, self.by = terminals, now, today, by
        self.said = {id(row): dict(row) for row in rows}  # before
        self.kinds, self.notes, self.named = {}, [], set()

    def current(self, number):
        return next((row for row in reversed(self.rows) if row["職員番号"] == number), None)

    def tokens_of(self, account, terminals=None):
        return [token for token in self.tokens if token.user == account and not token.is_removed
                and (terminals is None or token.terminal in terminals)]

    def note(self, kind, number, account, terminal="", token=""):
        self.notes.append((kind, number, account, terminal, token))

    def is_over(self, token):
        return token.is_removed or bool(token.ends) and token.ends <= self.now

    def take_file(self, people, date=None, is_whole=False, renewed=None):
        order = sorted(enumerate(people), key=lambda one: (
            (one[1]["発令日"] or datetime.date.min), one[0]))
        for _, person in order:
            self.take(person, person["発令日"] or date or self.today)
        for row in list(self.rows):
            if is_whole and id(row) not in self.named and not row["抹消日"]:
                self.disable(row, date - DAY)
        for row in self.rows:
            if renewed and not row["抹消日"] and row["有効期限"] and row["有効期限"] < renewed:
                self.kinds.setdefault(id(row), "変更")
                for token in self.tokens_of(row["アカウント"], row["端末"]):
                    self.renew(token, row["有効期限"], renewed)
                row["有効期限"] = renewed
        self.settle()

    def take(self, person, day):
        row = self.current(person["職員番号"])
        if row:
            self.named.add(id(row))
        if person["異動区分"] in RETIRES + GOES:
            last = day if person["異動区分"] in RETIRES and day.day > 1 else day - DAY
            if not row:
                self.note(NOT_HERE, person["職員番号"], "")
            elif not row["抹消日"] or last < row["抹消日"]:
                self.disable(row, last)
        elif not row:
            self.join(person, day, None)
        elif not row["抹消日"]:
            self.update(row, person, day)
        elif person["発令日"] and person["発令日"] > row["抹消日"]:
            self.join(person, day, row)
        elif row["抹消日"] < self.today:
            self.note(LISTED, person["職員番号"], row["アカウント"])

    def disable(self, row, last):
        if self.kinds.get(id(row)) != "新規":
            self.kinds[id(row)] = "抹消"
        row["抹消日"], row["抹消者"] = last, self.by
        for token in self.tokens_of(row["アカウント"]):
            token.end(last)

    def usual_end(self, person, employment, day):
        if person["有効期限"]:
            return person["有効期限"]
        if employment not in LIMITED:
            return None
        day = max(day, self.today)
        return datetime.date(day.year + (day.month > 3), 3, 31)

    def join(self, person, day, before):
        account = before["アカウント"] if before else person["アカウント"]
        terminals = person["端末"]
        if terminals is None:
            terminals = {token.terminal for token in self.tokens if token.user == account}
        if not terminals:
            return
        row = dict.fromkeys(COLUMNS, "")
        row.update({"抹消日": None, "端末": set(terminals), "アカウント": account, "発令日": day,
                    "申請日": self.today, "登録日": self.today, "承認者": self.by,
                    "有効期限": self.usual_end(person, person["任用区分"], day)})
        for column in "職員番号", "氏名", "所属", "任用区分":
            row[column] = person[column]
        self.rows.append(row)
        self.named.add(id(row))
        self.kinds[id(row)] = "新規"
        for token in self.tokens_of(account, terminals):
            self.gain(token, day, row["有効期限"], bool(before))
            if not before and day > self.today and token.begins < start_of(day) and \
                    not self.is_over(token):
                self.note(EARLY, row["職員番号"], account, token.terminal, token.number)

    def gain(self, token, day, last, was_registered):
        if token.ends and token.ends < start_of(day):
            if token.ends == end_of(day - DAY):
                token.ends = end_of(last) if last else 0
            return
        if was_registered and start_of(day) > self.now:
            token.begins = max(token.begins, start_of(day))
        token.end(last)
        token.remove_if_empty()

    @staticmethod
    def renew(token, before, last):
        if token.ends == (end_of(before) if before else 0):
            token.ends = end_of(last) if last else 0
            token.remove_if_empty()
        else:
            token.end(last)

    def update(self, row, person, day):
        places = row["端末"] if person["端末"] is None else set(person["端末"])
        said = {column: person[column] for column in ("氏名", "所属", "任用区分")
                if person[column]}
        is_other = places != row["端末"] or any(row[c] != text for c, text in said.items())
        is_new_post = person["発令日"] not in (None, row["発令日"])
        last = row["有効期限"]
        if person["有効期限"] or is_new_post or said.get("任用区分", row["任用区分"]) != \
                row["任用区分"]:
            last = self.usual_end(person, said.get("任用区分", row["任用区分"]), day)
        if not is_other and not is_new_post and last == row["有効期限"]:
            return
        if row["発令日"] and day < row["発令日"]:
            if is_other:
                self.note(OLDER, person["職員番号"], row["アカウント"])
            return
        is_move = places != row["端末"] or said.get("所属", row["所属"]) != row["所属"]
        kind = self.kinds.get(id(row))
        if kind is None or (kind == "変更" and is_move):
            self.kinds[id(row)] = "異動" if is_move else "変更"
        for token in self.tokens_of(row["アカウント"]):
            had, has = token.terminal in row["端末"], token.terminal in places
            if had and not has:
                token.end(day - DAY)
            elif has and not had:
                self.gain(token, day, last, True)
            elif has and last != row["有効期限"]:
                self.renew(token, row["有効期限"], last)
        row.update(said)
        row.update({"発令日": day, "有効期限": last, "端末": places})
        if self.by:
            row["承認者"] = self.by
        if not places:
            self.disable(row, day - DAY)

    def settle(self):
        holders = {row["アカウント"]: row for row in self.rows}
        for token in self.tokens:
            row = holders.get(token.user)
            over = self.is_over(token)
            if not row:
                if not over:
                    self.note(ORPHAN, "", token.user, token.terminal, token.number)
            elif row["抹消日"]:
                if not token.is_removed:
                    token.end(row["抹消日"])
            elif token.terminal not in row["端末"]:
                leaves = row["発令日"] and token.ends and token.ends < start_of(row["発令日"])
                if not leaves and not over:
                    self.note(STRAY, row["職員番号"], token.user, token.terminal, token.number)
            else:
                if not token.is_removed:
                    token.end(row["有効期限"])
                last = end_of(row["有効期限"]) if row["有効期限"] else 0
                if not self.is_over(token) and token.ends != last:
                    self.note(SHORT, row["職員番号"], token.user, token.terminal, token.number)
        for row in self.rows:
            if not row["抹消日"]:
                self.settle_row(row)

    def settle_row(self, row):
        is_over = row["有効期限"] and row["有効期限"] < self.today
        if is_over:
            self.note(ENDED, row["職員番号"], row["アカウント"])
        for terminal in sorted(row["端末"]):
            good = [token for token in self.tokens_of(row["アカウント"], {terminal})
                    if not self.is_over(token) and not (
                        row["発令日"] and token.ends and token.ends < start_of(row["発令日"]))]
            if not good and not is_over:
                self.note(DUE, row["職員番号"], row["アカウント"], terminal)
        numbers = []
        for token in self.tokens:
            if token.user == row["アカウント"] and not self.is_over(token) and \
                    token.number not in numbers:
                numbers.append(token.number)
        row["トークン番号"] = " ".join(numbers)
        row["認証要素"] = "知識+所持(TOTP)" if numbers else ""

    @staticmethod
    def text(value):
        if isinstance(value, datetime.date):
            return value.isoformat()
        return " ".join(sorted(value)) if isinstance(value, (set, frozenset)) else value or ""

    def texts(self):
        """The register as its file has it."""
        return [[self.text(row[column]) for column in COLUMNS] for row in self.rows]

    @staticmethod
    def time(second):
        from register_site import text_of
        return text_of(second)[:19].replace("T", " ") if second else ""

    def difference(self):
        """As --csv has it."""
        lines = []
        for row in self.rows:
            before = self.said.get(id(row), {})
            for column in COLUMNS:
                old, new = self.text(before.get(column)), self.text(row[column])
                if old != new:
                    lines.append([self.kinds.get(id(row), "変更なし"), row["職員番号"],
                                  row["アカウント"], "", column, old, new])
        holders = {row["アカウント"]: row["職員番号"] for row in self.rows}
        for token in self.tokens:
            head = ["トークン", holders.get(token.user, ""), token.user, token.terminal]
            if token.is_removed:
                lines.append([*head, "削除", token.number, ""])
                continue
            for what, old, new in (("開始", token.before[0], token.begins),
                                   ("終了", token.before[1], token.ends)):
                if old != new:
                    lines.append([*head, what, self.time(old), self.time(new)])
        for kind in NOTES:
            lines += [["要確認", number, account, terminal, kind, token, ""]
                      for one, number, account, terminal, token in self.notes if one == kind]
        return lines
