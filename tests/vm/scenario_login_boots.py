"""The key of a terminal, and the package that comes and goes: each on a PC of its own."""
import os
import tempfile

from boots import LOGIN_BOOTS
from login_desk import PASSWORD, STATE, Desk
from scenario import sequence
from scenario_package import APT

CREDENTIAL = STATE + "/terminal-key.cred"
# The first 16 bytes of what systemd-creds seals say to what: systemd, src/shared/creds-util.h.
BY_HOST = "5a1c6a86df9d4096b1d5a65e0862f19a"
BY_HOST_AND_TPM = "93a894094874449090caf2fc93cab553"


def sealed_to(pc):
    return pc.check("base64 -d %s | od -An -tx1 -N16 | tr -d ' \\n'" % CREDENTIAL).strip()


def events(pc):
    return pc.check("journalctl -b -o cat -u sekisho-unseal | grep '^sekisho-unseal: ' || true")


def wait_unsealed(pc):
    pc.wait_for("journalctl -b -o cat -u sekisho-unseal | grep -q ^Finished", 90,
                "the end of sekisho-unseal")


def start_with_another_chip(pc, chip):
    """Its memory is gone, and swtpm makes a new one at the next reset."""
    pc.check("sync")
    for name in os.listdir(chip):
        if name.startswith("tpm2-"):
            os.unlink(os.path.join(chip, name))
    pc.reboot(hard=True)


def no_code_counts(desk):
    """The key is lost, and the start does not wait for it."""
    pc = desk.pc
    wait_unsealed(pc)
    assert "key-lost" in events(pc), events(pc)
    assert pc.check("systemctl is-system-running --wait || true").strip() == "running"
    pc.wait_for("grep -q key-lost /var/log/sekisho/records-*.jsonl", 30, "a record of the lost key")
    after = sequence(desk.test.records(0, pc)[-1])
    for account in "tanaka", "sato":
        desk.refuses("su", account, PASSWORD, desk.fresh_code(account))
    pc.wait_for(lambda: desk.reasons(after).count("no-secret") == 2, 30, "both in the records")
    # The way back in needs no key.
    assert desk.log_in("console", "tanaka", PASSWORD, desk.envelopes.pop())["is_in"]


def a_new_key_lets_codes_count_again(desk):
    pc = desk.pc
    old = pc.check("cat %s/terminal-key.ini" % STATE)
    # Nothing in the old list is of the new key.
    assert pc.run("sekisho-unseal --new-key")[0] == 1
    assert pc.check("cat %s/terminal-key.ini" % STATE) != old
    desk.fetch_key()
    desk.issue("--new-key")
    desk.restart_count()
    for account in "tanaka", "sato":
        desk.lets_in("su", account)


@LOGIN_BOOTS.scenario(only_long=True)
def a_key_sealed_by_the_tpm_outlives_firmware_and_not_the_chip(test):
    with tempfile.TemporaryDirectory(prefix="sekisho-tpm-") as chip, test.machine(tpm=chip) as pc:
        wait_unsealed(pc)
        assert sealed_to(pc) == BY_HOST_AND_TPM, sealed_to(pc)
        desk = Desk(test, pc)
        desk.lets_in("su")
        pc.reboot()
        wait_unsealed(pc)
        assert "key-lost" not in events(pc), events(pc)
        desk.lets_in("su")
        # What another firmware and another kernel measure.
        pc.check("for i in $(seq 0 15); do tpm2_pcrextend $i:sha256=%064d; done" % 7)
        pc.check("rm /run/sekisho-otp/tanaka && systemctl start sekisho-unseal")
        desk.lets_in("su")
        # No program may change the register that it is sealed to.
        assert "locality" in pc.run("tpm2_pcrextend 21:sha256=%064d" % 7)[1]
        start_with_another_chip(pc, chip)
        no_code_counts(desk)
        a_new_key_lets_codes_count_again(desk)
        assert sealed_to(pc) == BY_HOST_AND_TPM, sealed_to(pc)


@LOGIN_BOOTS.scenario(only_long=True)
def a_key_that_is_destroyed_is_told_and_logins_do_not_wait(test):
    with test.machine() as pc:
        wait_unsealed(pc)
        assert sealed_to(pc) == BY_HOST, sealed_to(pc)
        desk = Desk(test, pc)
        desk.lets_in("su")
        pc.check("head -c 100 {0} >{0}.new && mv {0}.new {0}".format(CREDENTIAL))
        pc.reboot()
        no_code_counts(desk)
        a_new_key_lets_codes_count_again(desk)


@LOGIN_BOOTS.scenario(only_long=True)
def an_upgrade_keeps_the_stack_and_the_secrets_and_a_removal_leaves_a_login_that_works(test):
    with test.machine() as pc:
        wait_unsealed(pc)
        desk = Desk(test, pc)
        desk.lets_in("su")
        pc.write_file("/etc/initramfs-tools/update-initramfs.conf", "update_initramfs=no\n")
        pc.check("cd /opt/t && %s install ./newer-debs/*.deb ./newer-login-debs/*.deb" % APT, 600)
        assert "+newer" in pc.check("dpkg-query -W libpam-sekisho")
        assert pc.check("stat -c '%U %a' /usr/libexec/sekisho/sekisho-verify").split() == \
            ["_sekisho-otp", "4755"]
        desk.lets_in("su")
        # A stack that was edited by hand.
        pc.check("sed -i '1i auth optional pam_faildelay.so delay=100000' /etc/pam.d/common-auth")
        pc.check("echo 'auth required pam_sekisho.so judge' >/etc/pam.d/door")
        status, said = pc.run("%s purge libpam-sekisho" % APT, 300)
        assert status and "/etc/pam.d/door" in said, said
        desk.lets_in("su")
        pc.check("rm /etc/pam.d/door && %s purge libpam-sekisho" % APT, 300)
        assert not pc.check("grep -rl pam_sekisho /etc/pam.d || true")
        for way in "su", "login", "ssh":
            result = desk.log_in(way, "tanaka", PASSWORD)
            assert result["is_in"], result
            desk.refuses(way, "tanaka", "wrong")
        left = pc.check("ls -d %s/second-factor %s/terminal-key* /run/sekisho-otp "
                        "/usr/lib/*/security/pam_sekisho.so 2>/dev/null || true" % (STATE, STATE))
        assert not left, left
        assert "sekisho-verify" not in pc.check("dpkg-statoverride --list || true")


@LOGIN_BOOTS.scenario()
def installing_changes_no_login_until_somebody_is_enrolled(test):
    with test.machine() as pc:
        wait_unsealed(pc)
        pc.wait_for("systemctl is-active systemd-user-sessions", 60, "logins")
        first_end = int(pc.check("systemctl show -P InactiveEnterTimestampMonotonic "
                                 "sekisho-unseal"))
        assert "pam_sekisho" not in pc.check("cat /etc/pam.d/common-auth")
        pc.check("useradd -m -s /bin/bash tanaka; useradd -m clerk; echo tanaka:%s | chpasswd"
                 % PASSWORD)
        pc.check("systemctl start sekisho-unseal")
        assert "pam_sekisho" not in pc.check("cat /etc/pam.d/common-auth")
        # Nobody could have logged in before.
        ended, began = (int(pc.check("systemctl show -P %s %s" % pair)) for pair in (
            ("InactiveEnterTimestampMonotonic", "sekisho-unseal"),
            ("InactiveExitTimestampMonotonic", "systemd-user-sessions")))
        assert 0 < first_end < began, (first_end, began)
        assert ended > first_end
