"""The key of a terminal, and the package that comes and goes: each on a PC of its own."""
from boots import LOGIN_BOOTS
from login_desk import PASSWORD, STATE, Desk
from scenario_package import APT

CREDENTIAL = STATE + "/terminal-key.cred"
# The first 16 bytes of what systemd-creds seals say to what: systemd, src/shared/creds-util.h.
BY_HOST = "5a1c6a86df9d4096b1d5a65e0862f19a"


def sealed_to(pc):
    return pc.check("base64 -d %s | od -An -tx1 -N16 | tr -d ' \\n'" % CREDENTIAL).strip()


def events(pc):
    return pc.check("journalctl -b -o cat -u sekisho-unseal | grep '^sekisho-unseal: ' || true")


def wait_unsealed(pc):
    pc.wait_for("journalctl -b -o cat -u sekisho-unseal | grep -q ^Finished", 90,
                "the end of sekisho-unseal")


@LOGIN_BOOTS.scenario()
def a_key_that_is_destroyed_is_told_and_logins_do_not_wait(test):
    with test.machine() as pc:
        wait_unsealed(pc)
        assert sealed_to(pc) == BY_HOST, sealed_to(pc)
        desk = Desk(test, pc)
        desk.lets_in("su")
        pc.check("head -c 100 {0} >{0}.new && mv {0}.new {0}".format(CREDENTIAL))
        pc.reboot()
        wait_unsealed(pc)
        assert "key-lost" in events(pc), events(pc)
        assert pc.check("systemctl is-system-running --wait || true").strip() == "running"
        desk.refuses("su", "tanaka", PASSWORD, desk.code())
        desk.wait_reason("no-secret")
        # The way back in needs no key.
        assert desk.log_in("console", "tanaka", PASSWORD, desk.envelopes.pop())["is_in"]


@LOGIN_BOOTS.scenario()
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
