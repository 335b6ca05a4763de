#!/usr/bin/python3
"""What `sekisho doctor login` says of a stack is what libpam then does with it, for each code that a
module that fails can return; and libpam's own reading and dispatch, compared on stacks at random.
See doctor_desk.py."""
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import office
from doctor_desk import (IGNORE, MISSING, OK, OTHERS, PASSWORDS, STAND_IN, Desk, few_files, rows_of,
                         sekisho, verdict_of_libpam)
from office import ME
from random_stacks import Stacks
from stacks import SHIPPED, STACKS


def faults_of(desk, verdict, words, place, files):
    """What the doctor says otherwise than expected, or than libpam does."""
    _, said = desk.ask()
    service, = [entry for entry in said["services"] if entry["service"] == "tried"]
    found = {finding["word"]: finding for finding in said["findings"]
             if finding["service"] == "tried"}
    leak = [(finding["file"], finding["line"]) for word, finding in found.items() if word in LEAKS]
    expected = [("/etc/pam.d/" + ("tried" if place[0] == "S" else place[0]), place[1])] \
        if place else []
    told = service["verdict"], set(service["passes"])
    libpam = verdict_of_libpam(desk, files)
    return [fault for fault in (
        told[0] != verdict and ("verdict", told, verdict),
        told != libpam and ("libpam", told, libpam),
        set(found) != words and ("findings", sorted(found), sorted(words)),
        leak != expected and ("place", leak, expected)) if fault]


LEAKS = ("open", "no-judge", "passed-over", "skipped", "taken-back", "code-alone")


def each_verdict_is_what_libpam_then_does(desk):
    assert len(STACKS) >= 40
    faults = []
    for module in [*OTHERS, *PASSWORDS, "pam_sekisho.so"]:
        if module != "pam_missing.so":
            desk.write("/usr/lib/x86_64-linux-gnu/security/" + module, "")
    for name, (verdict, words, place, files) in STACKS.items():
        shutil.rmtree(desk.root + "/etc/pam.d")
        for file, lines in files.items():
            desk.pam("tried" if file == "S" else file,
                     [line.replace("include S", "include tried") for line in lines])
        faults += [(name, *fault) for fault in faults_of(desk, verdict, words, place, files)]
    assert not faults, "\n".join(map(str, faults))


def libpam_and_we_read_stacks_at_random_alike(desk):
    for seed in (20260401, 20261122):
        stacks = Stacks(desk.stacks, STAND_IN, seed)
        services = [stacks.service(number) for number in range(400)]
        said = list(desk.compare(services).values())
        # Not all of them are nonsense.
        assert said.count(OK) > 15 and len(set(said)) > 8, said
        for name in os.listdir(desk.stacks):
            os.unlink(f"{desk.stacks}/{name}")


def pamtester_says_so_too(desk):
    from test_pamtester import WRAPPER
    if not WRAPPER or not shutil.which("pamtester"):
        raise office.Skip("needs pamtester and libpam_wrapper")
    if "-address" in os.path.basename(office.BUILD):
        raise office.Skip("sanitized: another library has to come first")
    for name, (verdict, _, _, files) in STACKS.items():
        for judge in (7, IGNORE, MISSING):
            codes = next(rows_of(files, judge, [judge if judge == MISSING else IGNORE], True))
            service = desk.libpam_service(files, codes)
            expected = desk.compare([service])[service] == OK
            done = subprocess.run(
                ["pamtester", service, ME, "authenticate"], cwd=desk.folder,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                stdin=subprocess.DEVNULL, preexec_fn=few_files,
                env={**os.environ, "LD_PRELOAD": WRAPPER, "PAM_WRAPPER": "1",
                     "PAM_WRAPPER_SERVICE_DIR": desk.stacks})
            assert (done.returncode == 0) == expected, (name, judge, done.stdout)
            if verdict in ("holds", "nobody"):
                assert not expected, (name, judge)


def nothing_is_wrong_where_all_is_as_shipped(desk):
    desk.person()
    desk.pam("login", ["@include common-auth"])
    desk.pam("common-auth", SHIPPED)
    desk.scene("floor", "1780000000")
    make_documents(desk)
    status, said = desk.ask()
    assert status == 0 and said["findings"] == [], (status, said["findings"])
    assert said["state"]["rules"] == "policy" and said["state"]["key"] == "tpm"
    assert said["state"]["enrolled"] == 1 and said["state"]["secrets_open"] == 1
    assert "Nothing was found" in sekisho("--root", desk.root)[1]


HEAD = """kind = {kind}
format = 1
site = tosu
tier = my-number
epoch = 1
serial = 42
issued = 2026-03-20T10:00:00+09:00
not-before = 2026-04-01T00:00:00+09:00
not-after = {end}
"""


def make_documents(desk, end="2099-04-30T23:59:59+09:00"):
    """What a terminal has that was given everything."""
    desk.write("/var/lib/sekisho/policy.ini", "[policy]\n" + HEAD.format(kind="policy", end=end) +
               "mode = enforce\n\n[media]\nhub = allow\nkeyboard = allow\npointer = allow\n")
    desk.write("/var/lib/sekisho/tokens.ini", "[tokens]\n" + HEAD.format(kind="tokens", end=end) +
               "terminal-key = SHA256:" + "A" * 43 + "\n")
    desk.write("/var/lib/sekisho/terminal-key.cred", "k6iUCUh0RJCQyvL8k8q1UwAAAAEAAAAM\n")


def what_several_services_have_in_common_is_told_once(desk):
    for service in "login", "sudo", "su":
        desk.pam(service, ["@include common-auth"])
    desk.pam("common-auth", SHIPPED[:4])
    assert len(desk.findings(word="no-judge")) == 3
    text = sekisho("--root", desk.root)[1]
    assert text.count("/etc/pam.d/common-auth:2") == 1 and "login, su, sudo: " in text, text


def a_service_that_the_policy_lets_off_is_a_remark_at_most(desk):
    desk.rules("mode=off", "service=sshd:required:")
    for service in "login", "sshd":
        desk.pam(service, ["auth sufficient pam_permit.so"])
    assert [finding["service"] for finding in desk.findings(word="open", weight="wrong")] == ["sshd"]
    assert [finding["service"] for finding in desk.findings(word="open", weight="remark")] == [
        "login"]
    desk.pam("login", SHIPPED[1:4])
    assert desk.findings(service="login") == []
    desk.rules("mode=off", "group=staff:required")
    assert desk.findings(service="login")[0]["word"] == "no-judge"


def one_box_needs_a_word_of_the_policy(desk):
    for service in "sddm", "swaylock", "login":
        desk.pam(service, SHIPPED)
    assert desk.findings(word="one-box") == []
    desk.rules("mode=required", "service=login:off:", "service=sddm::2")
    found, = desk.findings(word="one-box")
    assert found["service"] == "sddm" and found["detail"] == "service-2 = sddm one-box", found
    desk.pam("sshd", SHIPPED)
    desk.write("/etc/ssh/sshd_config", "KbdInteractiveAuthentication no\nUsePAM yes\n")
    assert {finding["detail"] for finding in desk.findings(word="one-box")} == {
        "service-2 = sddm one-box", "service-3 = sshd one-box"}
    desk.rules("mode=required", "service=sddm::1", "service=sshd::1")
    assert desk.findings(word="one-box") == []


def a_module_that_is_not_there_is_named(desk):
    desk.pam("login", SHIPPED)
    desk.write("/usr/lib/x86_64-linux-gnu/security/pam_unix.so", "")
    assert {finding["word"] for finding in desk.findings(service="login")} == {
        "module-missing", "nobody"}
    for name in "sekisho", "deny", "permit":
        desk.write(f"/usr/lib/x86_64-linux-gnu/security/pam_{name}.so", "")
    assert desk.findings(service="login") == []


def autologins_are_found(desk):
    desk.pam("login", SHIPPED)
    for path, no, yes in (
            ("/etc/gdm3/daemon.conf", "[daemon]\n#AutomaticLoginEnable = true\n",
             "[daemon]\nAutomaticLoginEnable=True\nAutomaticLogin=abe\n"),
            ("/etc/lightdm/lightdm.conf", "[Seat:*]\n#autologin-user=abe\nautologin-user=\n",
             "[Seat:*]\nautologin-user=abe\n"),
            ("/etc/lightdm/lightdm.conf.d/50-x.conf", "[Seat:*]\n", "[Seat:*]\nautologin-user = x"),
            ("/etc/sddm.conf", "[Theme]\nUser=abe\n[Autologin]\nUser=\n",
             "[Autologin]\nUser=abe\n"),
            ("/etc/systemd/system/getty@tty1.service.d/autologin.conf",
             "[Service]\nExecStart=-/sbin/agetty --noclear %I\n",
             "[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin abe %I\n")):
        desk.write(path, no)
        assert desk.findings(word="autologin") == [], path
        desk.write(path, yes)
        found, = desk.findings(word="autologin")
        assert found["file"] == path and found["weight"] == "wrong" and found["line"] > 0, found
        os.unlink(desk.root + path)


def sudo_without_a_password_is_found(desk):
    desk.pam("sudo", SHIPPED)
    desk.write("/etc/sudoers", "# %x ALL = NOPASSWD: ALL\n%sudo ALL=(ALL:ALL) ALL\n"
                               "@includedir /etc/sudoers.d\n#include /etc/sudoers.more\n")
    desk.write("/etc/sudoers.d/with.dot", "abe ALL = NOPASSWD: ALL\n")
    desk.write("/etc/sudoers.d/old~", "abe ALL = NOPASSWD: ALL\n")
    assert desk.findings(word="nopasswd") == []
    desk.write("/etc/sudoers.d/abe", "\nabe ALL=(ALL) NOPASSWD: ALL\n")
    desk.write("/etc/sudoers.more", "Defaults !authenticate\n")
    assert {(finding["file"], finding["line"]) for finding in desk.findings(word="nopasswd")} == {
        ("/etc/sudoers.d/abe", 2), ("/etc/sudoers.more", 1)}


def sshd_is_read_as_sshd_reads_it(desk):
    desk.pam("sshd", SHIPPED)
    assert desk.findings(service="sshd") == []
    for text, words in (
            ("UsePAM yes\n", {"ssh-keys"}), ("", {"ssh-keys", "ssh-no-pam"}),
            ("UsePAM yes\nPubkeyAuthentication no\nPubkeyAuthentication yes\n", set()),
            ("usepam=yes\npubkeyauthentication no\n", set()),
            ("UsePAM yes\nPubkeyAuthentication no\nPermitEmptyPasswords yes\n", {"ssh-empty"}),
            ("UsePAM yes\nAuthenticationMethods publickey,keyboard-interactive\n", set()),
            ("UsePAM yes\nAuthenticationMethods publickey,password publickey\n", {"ssh-keys"}),
            ("Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\nPubkeyAuthentication yes\n", set()),
            ("UsePAM yes\nMatch User abe\nPubkeyAuthentication no\n", {"ssh-match", "ssh-keys"}),
            ("UsePAM yes\nMatch User abe\nPubkeyAuthentication no\nMatch all\n"
             "PubkeyAuthentication yes\n", {"ssh-match", "ssh-keys"}),
            ("UsePAM yes\nMatch User abe\nPubkeyAuthentication yes\nmatch  ALL \n"
             "PubkeyAuthentication no\n", {"ssh-match"}),
            ("UsePAM yes\nMatch all\nPubkeyAuthentication no\n", set()),
            ("UsePAM yes\nMatch allusers\nPubkeyAuthentication no\n", {"ssh-match", "ssh-keys"}),
            ("Match Group x\nInclude /etc/ssh/sshd_config.d/here.conf\nMatch all\nUsePAM yes\n",
             {"ssh-match", "ssh-keys"})):
        desk.write("/etc/ssh/sshd_config.d/here.conf", "PubkeyAuthentication no\n")
        desk.write("/etc/ssh/sshd_config", text)
        found = {finding["word"] for finding in desk.findings(service="sshd")}
        assert found == words, (text, found)


def accounts_that_the_policy_exempts_are_named(desk):
    desk.pam("login", SHIPPED)
    assert desk.findings(word="exempt") == []
    desk.rules("mode=required", "exempt=backup", "exempt=root")
    assert [(finding["detail"], finding["weight"]) for finding in desk.findings(word="exempt")] == [
        ("backup", "remark"), ("root", "remark")]


def the_dialog_of_kde_takes_one_answer(desk):
    desk.pam("polkit-1", SHIPPED)
    assert desk.findings(word="one-box") == []
    desk.write("/etc/xdg/autostart/polkit-kde-authentication-agent-1.desktop", "[Desktop Entry]\n")
    found, = desk.findings(word="one-box")
    assert found["service"] == "polkit-1" and found["detail"] == "service-1 = polkit-1 one-box", found
    desk.rules("mode=required", "service=polkit-1::1")
    assert desk.findings(word="one-box") == []


def the_state_of_the_terminal_is_told(desk):
    desk.pam("login", SHIPPED)
    desk.person()
    make_documents(desk)
    desk.write("/var/lib/sekisho/terminal-key.cred", "Whxqht+dQJax1aZeCGLxmiAAAAABAAAADAAA\n")
    desk.scene("floor", "4000000000")
    os.unlink(desk.root + "/run/sekisho-otp/" + ME)
    words = {finding["word"]: finding["weight"] for finding in desk.ask()[1]["findings"]}
    assert words == {"clock-behind": "wrong", "key-no-tpm": "remark", "not-opened": "wrong"}, words
    make_documents(desk, "2026-04-02T00:00:00+09:00")
    assert desk.findings(word="policy-ended", weight="wrong")
    assert desk.findings(word="tokens-ended", weight="remark")
    for path, word in (("login-rules", "rules-lost"), ("terminal-key.cred", "key-missing"),
                       ("tokens.ini", "no-tokens")):
        os.unlink(desk.path(path))
        open(desk.path("policy-seen"), "wb").close()
        assert desk.findings(word=word, weight="wrong"), word
    desk.rules("mode=required")
    os.rename(desk.path("login-rules"), desk.path("login-rules.last"))
    assert desk.findings(word="rules-old", weight="wrong")


def before_a_policy_was_ever_seen_nothing_is_wrong(desk):
    os.unlink(desk.path("login-rules"))
    desk.pam("login", SHIPPED[1:4])
    status, said = desk.ask()
    assert status == 0 and said["state"]["rules"] == "never" and said["findings"] == [], said


def what_cannot_be_read_is_said_and_no_verdict_given(desk):
    if os.getuid() == 0:
        # Root reads everything; a loop of links is the same to everybody.
        raise office.Skip("this is root")
    desk.pam("login", ["@include common-auth"])
    desk.pam("common-auth", SHIPPED)
    desk.person()
    desk.scene("floor", "1780000000")
    make_documents(desk)
    os.chmod(desk.root + "/etc/pam.d/common-auth", 0)
    status, said = desk.ask()
    assert status == 2 and said["services"][0]["verdict"] == "untold", said
    assert [finding["word"] for finding in said["findings"]] == ["not-read"], said


def no_folder_is_no_answer(desk):
    assert sekisho("--root", desk.root + "/nowhere")[0] == 2
    shutil.rmtree(desk.root + "/etc/pam.d")
    assert desk.findings(word="no-services", weight="unseen")


def a_link_leads_nowhere_out_of_the_root(desk):
    desk.pam("inner", SHIPPED)
    desk.write("/etc/authselect/system-auth", "\n".join(SHIPPED) + "\n")
    os.symlink("/etc/authselect/system-auth", desk.root + "/etc/pam.d/linked")
    with open(desk.folder + "/outside", "w", encoding="ascii") as file:
        file.write("\n".join(SHIPPED) + "\n")
    os.symlink(desk.folder + "/outside", desk.root + "/etc/pam.d/outside")
    services = {entry["service"]: entry["verdict"] for entry in desk.ask()[1]["services"]}
    assert services == {"inner": "holds", "linked": "holds", "outside": "nobody"}, services


def it_is_said_in_japanese(desk):
    desk.pam("login", SHIPPED[:4])
    done = subprocess.run([f"{office.BUILD}/sekisho", "doctor", "login", "--root", desk.root],
                          stdout=subprocess.PIPE, text=True, timeout=60,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "ja", "TERM": "xterm",
                               "SEKISHO_LOCALEDIR": f"{office.BUILD}/locale"})
    assert "認証コード" in done.stdout and "/etc/pam.d/login:2" in done.stdout, done.stdout
    assert "a right password" not in done.stdout


if __name__ == "__main__":
    sys.exit(office.run([
        each_verdict_is_what_libpam_then_does, libpam_and_we_read_stacks_at_random_alike,
        pamtester_says_so_too, nothing_is_wrong_where_all_is_as_shipped,
        what_several_services_have_in_common_is_told_once,
        a_service_that_the_policy_lets_off_is_a_remark_at_most, one_box_needs_a_word_of_the_policy,
        a_module_that_is_not_there_is_named, autologins_are_found,
        sudo_without_a_password_is_found, sshd_is_read_as_sshd_reads_it,
        accounts_that_the_policy_exempts_are_named, the_dialog_of_kde_takes_one_answer,
        the_state_of_the_terminal_is_told, before_a_policy_was_ever_seen_nothing_is_wrong,
        what_cannot_be_read_is_said_and_no_verdict_given, no_folder_is_no_answer,
        a_link_leads_nowhere_out_of_the_root, it_is_said_in_japanese], Desk))
