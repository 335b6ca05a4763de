"""A tier of any size for tests and benchmarks of the register: terminals with keys, and documents
with tokens whose secrets nobody knows, because only their dates matter here."""
import base64
import datetime
import hashlib
import os

JST = datetime.timezone(datetime.timedelta(hours=9))
TIER = "site/my-number"
SALT = "$y$j9T$" + "A" * 22
COLUMNS = ("職員番号 氏名 所属 任用区分 申請日 承認者 登録日 有効期限 認証要素 トークン番号 発令日 "
           "抹消日 抹消者 アカウント 端末").split()


def text_of(second):
    """As documents have it."""
    return datetime.datetime.fromtimestamp(second, JST).isoformat()


def second_of(text):
    return int(datetime.datetime.fromisoformat(text).timestamp())


def start_of(day):
    return int(datetime.datetime.combine(day, datetime.time(), JST).timestamp())


def end_of(day):
    return start_of(day + datetime.timedelta(days=1)) - 1


def random_text(size):
    return base64.b64encode(os.urandom(size)).decode()


def code_text():
    return base64.b64encode(os.urandom(33)).decode().replace("+", ".")[:43]


def fingerprint(public):
    return "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")


def token_section(user, number, begins, ends):
    lines = [f"[token {user}]", f"number = {number}", "type = totp", "hash = sha1", "digits = 6",
             "period = 30", "reset = 0"]
    lines += [f"from = {text_of(begins)}"] if begins else []
    lines += [f"until = {text_of(ends)}"] if ends else []
    lines += [f"sealed-key = {random_text(32)}", f"sealed-secret = {random_text(36)}",
              f"recovery-salt = {SALT}"]
    lines += [f"recovery-{number} = {code_text()}" for number in range(1, 11)]
    return "\n".join(lines) + "\n"


def write_terminal(folder, name, tokens, now):
    """tokens: (user, number, from, until) of each, in order; seconds, 0: none."""
    public = os.urandom(32)
    os.makedirs(f"{folder}/{name}")
    with open(f"{folder}/{name}/terminal-key.ini", "w", encoding="ascii") as file:
        file.write(f"[terminal-key]\nterminal = {name}\n"
                   f"key = {base64.b64encode(public).decode()}\n"
                   f"fingerprint = {fingerprint(public)}\n")
    if not tokens:
        return
    with open(f"{folder}/{name}/tokens.ini", "w", encoding="ascii") as file:
        file.write("[tokens]\nformat = 1\nkind = tokens\nsite = tosu\nepoch = 1\nserial = 1\n"
                   f"issued = {text_of(now)}\nnot-before = {text_of(now)}\n"
                   f"not-after = {text_of(now + 400 * 86400)}\ntier = my-number\n"
                   f"terminal-key = {fingerprint(public)}\n\n")
        file.write("\n".join(token_section(*token) for token in tokens))


def read_tokens(folder):
    """{(terminal, user): (number, from, until)} of all documents."""
    found = {}
    for name in sorted(os.listdir(folder)):
        path = f"{folder}/{name}/tokens.ini"
        if not os.path.exists(path):
            continue
        user, keys = None, {}
        with open(path, encoding="utf-8") as file:
            for line in [*file.read().splitlines(), "[end]"]:
                if line.startswith("["):
                    if user:
                        found[name, user] = (keys["number"], second_of(keys["from"])
                                             if "from" in keys else 0, second_of(keys["until"])
                                             if "until" in keys else 0)
                    user = line[len("[token "):-1] if line.startswith("[token ") else None
                    keys = {}
                elif " = " in line:
                    key, _, value = line.partition(" = ")
                    keys[key] = value
    return found


def plain(cell):
    """A cell without the guard that keeps a spreadsheet from reading a number."""
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@'") else cell
