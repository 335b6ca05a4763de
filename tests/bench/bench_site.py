"""A site with signed documents in a folder, made by the real sekisho-admin and ssh-keygen."""
import subprocess
import sys

SITE, TIER = "tosu", "my-number"
HEAD = ("--site=" + SITE, "--tier=" + TIER)
PRODUCTS = [f"{vendor}:{product}" for vendor in ("0951", "0781", "054c", "058f", "0411")
            for product in ("1666", "5581", "09c2", "6387")]


def run(*words, **options):
    """What a program prints that must succeed."""
    done = subprocess.run(words, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False,
                          **options)
    if done.returncode:
        sys.exit(f"{' '.join(words)} failed\n{done.stdout.decode()}")
    return done.stdout.decode()


def serial_of(number):
    return f"{number * 2654435761 % 2**48:012X}{number:08X}"


def write_ledger(path, count, more=()):
    """So many sticks, and more: (serial, VENDOR:PRODUCT)."""
    sticks = [(serial_of(number), PRODUCTS[number % len(PRODUCTS)]) for number in range(count)]
    with open(path, "w", encoding="utf-8-sig", newline="\r\n") as file:
        file.write("管理番号,媒体種別,メーカー・製品名,シリアル番号,VID_PID,容量,暗号化機能,登録年月日,"
                   "所管所属,管理者職氏名,保管場所,状態,最終現物確認日,確認者,消去・廃棄日時,作業担当者,"
                   "処理内容,備考\n")
        for number, (serial, product) in enumerate([*sticks, *more]):
            file.write(f"M-{number:06},USBメモリ,K社 暗号化メモリ,{serial},{product},16GB,有,"
                       "2026-04-01,総務課,課長 鈴木,書庫の金庫,保管中,2026-03-31,佐藤,,,,\n")


class Site:
    """policy is not signed yet: whoever makes the site says first what is in it."""

    def __init__(self, admin, folder):
        self.admin, self.folder = admin, folder
        self.key = f"{folder}/key"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.key)
        run(admin, "site", "init", *HEAD, f"--person=a={self.key}.pub", f"{folder}/site",
            stderr=subprocess.DEVNULL)
        self.root, self.policy = f"{folder}/site/root/1.ini", f"{folder}/site/{TIER}/policy.ini"
        self.place = f"{folder}/site/{TIER}/site.ini"
        self.sign(self.root)

    def sign(self, *words):
        run(self.admin, "sign", "--yes", "--key", self.key, *words)

    def add(self, text, *options):
        """Adds to the policy, and signs it."""
        with open(self.policy, "a", encoding="utf-8") as file:
            file.write(text)
        self.sign(*options, self.policy)
