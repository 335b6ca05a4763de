#!/usr/bin/python3
"""sekisho-admin exemption: requests, approve, refuse, revoke, extend, list, show, with real ssh-keygen
and ssh-agent. See desk.py."""
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import approver
import desk
from approver import DESK, FOLDER, ID, OTHER_ID, POLICY, TIER, stamp
from desk import DONE, NO, PROVIDER, UNKNOWN

BUNDLE = f"{TIER}/terminals/{DESK}/exemptions.ini"
REVOCATIONS = f"{TIER}/revocations.ini"


def nothing_is_asked_for_in_a_new_site(desk):
    desk.expect(DONE, "exemption", "requests", FOLDER, says="nothing is asked for")
    desk.expect(DONE, "exemption", "list", FOLDER, says="there are no exemptions")
    os.mkdir(desk.path("empty"))
    desk.expect(UNKNOWN, "exemption", "requests", "empty", says="has a policy.ini")


def a_request_is_one_line_with_who_where_what_and_what_for(desk):
    path = desk.ask(more=b"from = %s\n" % stamp(86400).encode(), medium=approver.STICK +
                    "maker = Kingston\nmodel = 旅行用\n".encode())
    output = desk.expect(DONE, "exemption", "requests", FOLDER)
    assert len(output.splitlines()) == 1, output
    for says in (ID, "(1 min ago)", 'tanaka at desk-17: 0951:1666 001A92053B6A "Kingston 旅行用"',
                 "read-only, 30m from first use", "from 20", "; 決算資料の確認"):
        assert says in output, output
    for words in (TIER,), (path,), (".",):
        assert "tanaka at desk-17" in desk.expect(DONE, "exemption", "requests", *words), words
    desk.expect(DONE, "exemption", "show", ID, "--folder", FOLDER, says="nobody has answered it")


def an_answered_request_is_no_longer_listed(desk):
    desk.ask()
    desk.ask(OTHER_ID)
    desk.approve(DONE)
    desk.expect(DONE, "exemption", "refuse", OTHER_ID, "--reason", "別の方法で", "--key", "kondo",
                "--folder", FOLDER, "--yes")
    desk.expect(DONE, "exemption", "requests", FOLDER, says="nothing is asked for")


def one_approver_is_enough_for_reading_and_the_terminal_needs_nothing_else(desk):
    desk.ask()
    desk.approve(DONE, says=["tanaka at desk-17: 0951:1666", "read-only, 30m from first use",
                             f"written: {BUNDLE}", "approved by kondo: enough"])
    (text, n_signatures), = desk.texts()
    assert n_signatures == 1
    for line in (b"id = " + ID.encode(), b"users = tanaka", b"requester = tanaka",
                 b"direction = read-only", b"duration = 30m", b"terminal = desk-17"):
        assert b"\n" + line + b"\n" in text, text.decode()
    assert b"\nonline" not in text and b"maker" not in text
    desk.expect(DONE, "exemption", "list", FOLDER, says="counts; approved by kondo")
    desk.expect(NO, "exemption", "approve", ID, "--key", "mori", "--folder", FOLDER, "--yes",
                says="approved already")


def the_signature_is_what_ssh_keygen_verifies(desk):
    desk.ask()
    desk.approve(DONE)
    text = desk.texts()[0][0]
    desk.write("signature", desk.bundle()[len(text):])
    desk.write("allowed", b"kondo " + desk.read("kondo.pub"))
    subprocess.run(["ssh-keygen", "-Y", "verify", "-f", desk.path("allowed"), "-I", "kondo", "-n",
                    "exemption@sekisho", "-s", desk.path("signature")], input=text, check=True,
                   stdout=subprocess.DEVNULL)


def two_approvers_sign_the_same_text_one_after_the_other(desk):
    desk.ask(direction="read-write")
    desk.approve(DONE, says="approved by kondo; needs 1 more of mori")
    first = desk.texts()
    desk.expect(DONE, "exemption", "requests", FOLDER, says="waits for 1 more of mori; approved by kondo")
    desk.approve(DONE, key="mori", says=["approved by kondo mori: enough"])
    assert desk.texts() == [(first[0][0], 2)]
    desk.expect(DONE, "exemption", "list", FOLDER, says="counts; approved by kondo mori")
    desk.expect(DONE, "exemption", "requests", FOLDER, says="nothing is asked for")


def the_second_approver_cannot_say_other_values(desk):
    desk.ask(direction="read-write", duration="2h")
    desk.approve(DONE, "--for", "1h", says="asked for: read-write, 2h")
    before = desk.files()
    for words in (["--for", "2h"], ["--read-only"], ["--insertions", "3"], ["--until-unplug"],
                  ["--survives", "reboot"], ["--until", stamp(5000)]):  # 3600: what is proposed after 23:00
        desk.approve(NO, *words, key="mori", says=[words[0] + " is another value", "same text"])
        assert desk.files() == before, words
    desk.approve(DONE, "--for", "60m", key="mori", says="enough")


def the_thresholds_of_root_and_policy_both_count(desk):
    desk.set_policy(POLICY.replace(b"read-only = 1", b"read-only = 2"))
    desk.ask()
    desk.approve(DONE, says="needs 1 more of mori")
    desk.ask(OTHER_ID, direction="read-write")
    desk.set_policy(POLICY.replace(b"read-write = 2", b"read-write = 1"))
    desk.approve(DONE, number=OTHER_ID, says="enough")


def what_is_granted_may_be_less_than_what_is_asked_for(desk):
    # Of today, as long as there is some of it left.
    while stamp()[11:16] >= "23:58":
        time.sleep(1)
    desk.ask(direction="read-write", duration="2h")
    desk.approve(DONE, "--for", "1時間30分", "--read-only", "--insertions", "2", "--until-unplug",
                 "--survives", "reboot logout", "--until", "23:59",
                 says=["asked for: read-write, 2h", "read-only, 90m from first use, at most 2 insertions, "
                       "until unplugged, survives a reboot, survives a logout", "enough"])
    text = desk.texts()[0][0].decode()
    for line in ("direction = read-only", "duration = 90m", "insertions = 2", "until = unplug",
                 "survives = reboot logout"):
        assert f"\n{line}\n" in text, text
    assert re.search(r"\nnot-after = \S+T23:59:00\+09:00\n", text), text


def a_policy_that_wants_the_source_heard_makes_it_online(desk):
    desk.set_policy(POLICY + b"online = required\nlease = 1h\n")
    desk.ask()
    desk.approve(DONE, says=", online,")
    assert b"\nonline = on\n" in desk.texts()[0][0]


def what_terminals_would_refuse_is_not_signed(desk):
    """Each with its reason, before anybody is asked."""
    desk.ask()
    desk.ask(OTHER_ID, who="akondo")
    desk.ask("E-00000003", who="mori")
    desk.ask("E-00000004", duration="9h")
    before = desk.files()
    for key, number, words, says in (
            ("yoshida", ID, [], "does not let the holder"),
            ("suzuki", ID, [], "does not let the holder"),
            ("doi", ID, [], "no root names the key"),
            ("kondo", OTHER_ID, [], "kondo asks for it or is to use it, and somebody else approves it"),
            ("mori-2", "E-00000003", [], "(own-request)"),
            ("kondo", "E-00000004", [], "it is for 9h; the policy allows at most 8h (too-long)"),
            ("kondo", ID, ["--for", "481m"], "(too-long)"),
            ("kondo", ID, ["--until", "2129-04-01"], "(past-fiscal-year)"),
            ("kondo", ID, ["--until", "2020-04-01"], "")):
        desk.expect(NO, "exemption", "approve", number, "--key", key, "--folder", FOLDER, *words,
                    says=says)
        assert desk.files() == before, (key, number)
    for exemption, says in ((b"", "(no-exemptions)"),
                            (POLICY.replace(b"off", b"required"), "(scan)")):
        desk.set_policy(exemption)
        desk.approve(NO, says=says)
    assert not os.path.exists(desk.path(BUNDLE))


def what_ends_with_the_fiscal_year_ends_by_itself(desk):
    """An exemption that begins in its last hour has its last second as its end."""
    desk.ask(duration="8h", more=b"from = 2127-03-31T23:00:00+09:00\n")
    desk.approve(DONE, says=["2127-03-31 23:00 to 23:59", "it ends before its duration is over"])
    assert b"\nnot-after = 2127-03-31T23:59:59+09:00\n" in desk.texts()[0][0]


def one_person_with_two_keys_counts_once(desk):
    desk.ask(direction="read-write")
    desk.approve(DONE, key="mori")
    before = desk.files()
    desk.approve(NO, key="mori-2", says="two keys of one person count once")
    os.remove(desk.path("mori-2.pub"))
    del before["mori-2.pub"]
    desk.approve(NO, key="mori-2", says="two keys of one person count once")
    assert desk.files() == before


def whose_key_was_retired_approves_nothing(desk):
    desk.ask()
    desk.ask(OTHER_ID, direction="read-write")
    desk.approve(DONE, number=OTHER_ID)
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--remove-from-role", "approver=kondo",
                "--remove-person", "kondo")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    before = desk.files()
    desk.approve(NO, says="was kondo's until root 1")
    desk.approve(NO, number=OTHER_ID, key="mori", says="the root does not name")
    assert desk.files() == before
    desk.expect(DONE, "exemption", "list", FOLDER, says="terminals refuse it")


def a_request_that_was_spoilt_keeps_no_exemption_from_being_ended(desk):
    desk.ask()
    desk.approve(DONE)
    spoilt = desk.ask(OTHER_ID)
    for path in desk.ask(), spoilt:
        desk.write(path, b"[request]\nkind = requests\n")
    words = "--reason", "紛失", "--key", "kondo", "--folder", FOLDER, "--yes"
    desk.expect(NO, "exemption", "revoke", OTHER_ID, *words, says="requests")
    desk.expect(DONE, "exemption", "revoke", approver.ID, *words, says="ends for ever")
    assert "revoked" in desk.expect(DONE, "exemption", "list", FOLDER)


def nothing_is_signed_by_who_says_no(desk):
    desk.ask()
    before = desk.files()
    code, output = desk.type("exemption", "approve", ID, "--key", "kondo", "--folder", FOLDER,
                             answers=["n"])
    assert code == NO and desk.files() == before and "Grant this? [y/N]" in output, output
    desk.expect(UNKNOWN, "exemption", "approve", ID, "--key", "kondo", "--folder", FOLDER,
                says="say --yes")
    desk.expect(DONE, "exemption", "show", "Ｅ－７Ｋ３Ｍ９Ｑ２Ｘ", "--folder", FOLDER, says="tanaka at desk-17")
    code, output = desk.type("exemption", "approve", "e-7k3m 9q2x", "--key", "kondo", "--folder",
                             FOLDER, answers=["はい"])
    assert code == DONE and "enough" in output, output


def a_key_of_an_agent_and_a_hardware_key_approve(desk):
    desk.ask(direction="read-write")
    with desk.agent() as agent:
        subprocess.run(["ssh-add", "-q", desk.path("kondo")], check=True, env={**os.environ, **agent})
        os.rename(desk.path("kondo"), desk.path("elsewhere"))
        desk.approve(DONE, key="kondo.pub", says="needs 1 more of mori", **agent)
    desk.make_key("stick", "ed25519-sk")
    desk.expect(DONE, "root", "rotate", "--root", "site/root", "--add-key", "mori=stick.pub")
    desk.sign("site/root/2.ini", "suzuki", "tanaka")
    desk.approve(DONE, key="stick", says="approved by kondo mori: enough", SSH_SK_PROVIDER=PROVIDER)
    assert desk.texts()[0][1] == 2


def a_text_is_signed_elsewhere_and_brought_back(desk):
    desk.ask(direction="read-write")
    desk.approve(DONE)
    for step in range(2):
        number = (ID, OTHER_ID)[step]
        if step:
            desk.ask(OTHER_ID)
        output = desk.expect(DONE, "exemption", "approve", number, "--print", "--folder", FOLDER)
        assert f"written: {number}.text" in output, output
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "exemption@sekisho", "-f",
                        desk.path("mori"), desk.path(f"{number}.text")], check=True,
                       stderr=subprocess.DEVNULL)
        back = re.search(r"^  sekisho-admin (.*)$", output, re.M).group(1).split()
        desk.expect(DONE, *back, "--yes", says="enough")
    assert [n for _, n in desk.texts()] == [2, 1]
    desk.ask("E-00000003")
    desk.expect(NO, "exemption", "approve", "E-00000003", "--add", f"{ID}.text.sig", "--folder",
                FOLDER, "--yes", says=f"is of {ID}, and not of E-00000003")


def refusals_revocations_and_extensions_are_signed_elsewhere_too(desk):
    desk.ask()
    desk.ask(OTHER_ID)
    desk.approve(DONE)
    for words, name, kind in (
            (["refuse", OTHER_ID, "--reason", "x"], f"revocation-{OTHER_ID}", "revocation"),
            (["extend", ID, "--for", "1h"], None, "exemption"),
            (["revoke", ID, "--reason", "x"], f"revocation-{ID}", "revocation"),
            (["revoke", "--medium", "M-00123", "--reason", "x"], "revocation-M-00123", "revocation")):
        output = desk.expect(DONE, "exemption", *words, "--print", "--folder", FOLDER)
        written = re.search(r"^written: (\S+)\.text$", output, re.M).group(1)
        assert name in (None, written), output
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", f"{kind}@sekisho", "-f", desk.path("mori"),
                        desk.path(f"{written}.text")], check=True, stderr=subprocess.DEVNULL)
        back = re.search(r"^  sekisho-admin (.*)$", output, re.M).group(1).split()
        desk.expect(DONE, *back, "--yes", says="written: ")
    assert desk.read(REVOCATIONS).count(b"BEGIN SSH") == 3 and len(desk.texts()) == 2
    desk.expect(NO, "exemption", "revoke", "E-00000009", "--add", f"revocation-{ID}.text.sig", "--folder", FOLDER,
                "--yes", says=f"is of exemption {ID}, and not of exemption E-00000009")


def a_request_of_another_tier_is_for_its_approvers(desk):
    desk.ask(tier="internet")
    desk.expect(DONE, "exemption", "requests", FOLDER, says="nothing is asked for")
    desk.approve(NO, says="there is no request")


def what_was_refused_cannot_be_approved_any_more(desk):
    desk.ask()
    before = desk.files()
    code, output = desk.type("exemption", "refuse", ID, "--reason", "所属長の許可がない", "--key", "kondo",
                             "--folder", FOLDER, answers=["n"])
    assert code == NO and desk.files() == before and "所属長の許可がない" in output, output
    refuse = ["exemption", "refuse", ID, "--key", "kondo", "--folder", FOLDER, "--yes"]
    desk.expect(UNKNOWN, *refuse, says="why?")
    desk.expect(UNKNOWN, *refuse, "--reason", "あ" * 41, says="40 Japanese characters")
    desk.expect(DONE, *refuse, "--reason", "所属長の許可がない", says=f"written: {REVOCATIONS}")
    assert "\nreason = 所属長の許可がない\n".encode() in desk.read(REVOCATIONS)
    desk.approve(NO, says="was refused: 所属長の許可がない (revoked)")
    desk.expect(DONE, *refuse, "--reason", "x", says="refused already")
    desk.expect(DONE, "exemption", "show", ID, "--folder", FOLDER, says="refused: 所属長")


def an_approved_one_is_revoked_and_not_refused(desk):
    desk.ask()
    desk.approve(DONE)
    desk.expect(NO, "exemption", "refuse", ID, "--reason", "x", "--key", "kondo", "--folder", FOLDER,
                "--yes", says='"exemption revoke" ends it')
    desk.expect(DONE, "exemption", "revoke", ID, "--reason", "終了", "--key", "mori", "--folder", FOLDER,
                "--yes", says="ends for ever")
    desk.expect(DONE, "exemption", "list", FOLDER, says=f"revoked: exemption {ID}: 終了")
    desk.expect(DONE, "verify", REVOCATIONS)


def the_list_of_revocations_only_grows(desk):
    size = 0
    for n, words in enumerate((["E-00000001"], ["E-00000002"], ["--medium", "M-00123"], ["--medium", "M-00124"])):
        desk.expect(DONE, "exemption", "revoke", *words, "--reason", "紛失", "--key", "kondo", "--folder",
                    FOLDER, "--yes", says="note: ")
        data = desk.read(REVOCATIONS)
        assert data.count(b"[revocation]") == n + 1 and len(data) > size
        size = len(data)
    desk.ask(medium=b"registered = M-00123\n")
    desk.approve(NO, says="the medium M-00123 was revoked: 紛失")


def whoever_may_not_approve_may_not_revoke(desk):
    before = desk.files()
    for key in "yoshida", "suzuki", "doi":
        desk.expect(NO, "exemption", "revoke", "--medium", "M-00123", "--reason", "x", "--key", key,
                    "--folder", FOLDER, "--yes", says="terminals would refuse")
    desk.expect(NO, "exemption", "refuse", ID, "--reason", "x", "--key", "kondo", "--folder", FOLDER,
                "--yes", says="there is no request and no exemption")
    desk.expect(UNKNOWN, "exemption", "revoke", "--reason", "x", "--key", "kondo", says="which?")
    assert desk.files() == before


def an_extension_is_another_exemption_that_takes_over(desk):
    desk.ask(direction="read-write")
    extend = ["exemption", "extend", ID, "--for", "1h", "--folder", FOLDER, "--yes", "--key"]
    desk.expect(NO, *extend, "kondo", says=f"{ID} was asked for, and not approved")
    desk.approve(DONE)
    desk.expect(NO, *extend, "kondo", says="cannot be extended: it waits for 1 more of mori")
    desk.approve(DONE, key="mori")
    output = desk.expect(DONE, *extend, "kondo", says=[f"after {ID}", "needs 1 more of mori"])
    number = output.split()[0]
    assert number != ID and re.fullmatch("E-[0-9A-Z]{8}", number), output
    desk.expect(DONE, "exemption", "requests", FOLDER, says=f"{number}  tanaka at desk-17")
    desk.approve(DONE, number=number, key="mori", says="enough")
    text = desk.texts()[1][0].decode()
    for line in (f"extends = {ID}", "duration = 1h", "requester = tanaka", "direction = read-write"):
        assert f"\n{line}\n" in text, text
    desk.expect(DONE, "exemption", "show", number, "--folder", FOLDER, says=["takes over from", "counts"])
    desk.expect(DONE, *extend, "kondo", says=f"note: {number} takes over from {ID}, too")


def wrong_words_are_told(desk):
    desk.ask()
    for words, says in ((["approve", ID], "by which key?"),
                        (["approve", ID, "--key", "kondo", "--print"], "exclude each other"),
                        (["approve", "--key", "kondo"], "which request?"),
                        (["approve", "X-1", "--key", "kondo"], "is no number"),
                        (["approve", ID, "--key", "nobody"], "nobody cannot be read"),
                        (["approve", ID, "--key", "kondo", "--folder", FOLDER, "--for", "1x"], "--for needs"),
                        (["approve", ID, "--key", "kondo", "--folder", FOLDER, "--for", "32d"], "--for needs"),
                        (["approve", ID, "--key", "kondo", "--folder", FOLDER, "--until", "25:00"],
                         "--until needs"),
                        (["approve", ID, "--key", "kondo", "--folder", FOLDER, "--insertions", "0"],
                         "--insertions needs"),
                        (["approve", ID, "--key", "kondo", "--folder", FOLDER, "--survives", "fire"],
                         "--survives needs"),
                        (["extend", ID, "--key", "kondo"], "for how long?"),
                        (["forgive", ID], "usage: sekisho-admin exemption {requests | approve")):
        desk.expect(UNKNOWN, "exemption", *words, says=says)
    assert not os.path.exists(desk.path(BUNDLE))


if __name__ == "__main__":
    sys.exit(desk.main(globals(), approver.Approvers))
