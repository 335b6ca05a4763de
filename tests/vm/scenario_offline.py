"""A branch office without a network: documents come on CDs that `sekisho-admin publish` filled, in
the PC's own drive, and requests are carried back by hand."""
import re
import tempfile

import office
from boots import OFFLINE
from branch import DRIVE, WAY_UP, branch_of
from counter import PATIENCE, SHORTEST_S, TERMINAL
from scenario import event, fault
from scenario_exemption import FILE, assert_complete, assert_lasted, copy_file, plug_refused
from sites import APPLIED, REFUSED
from terminal import stored_documents

TICKET = "/etc/sekisho/join-ticket"

PRINTERS = rb"printer = \w+", b"printer = block"


def refuse(test, branch, path, kind, expected, place=None):
    """The CD (None: the one that is in) is not believed: it is recorded, said in words,
    and nothing changes. The words."""
    before, stored = test.last_record(), stored_documents(test.pc)
    if path:
        branch.insert(path)
    status, outcomes, output = branch.update(*([place] if place else []))
    assert status == REFUSED, "exit %d: %s" % (status, output)
    record = test.wait_record(before, kind + "-refused")
    assert fault(record) == expected, "recorded as %r: %s" % (fault(record), output)
    assert set(outcomes.values()) <= {"unchanged", "refused"}, output
    assert stored_documents(test.pc) == stored, output
    return output


def stranger(test, site, name):
    """Other administrators with other keys."""
    desk = tempfile.TemporaryDirectory(prefix="sekisho-office-")
    test.defer(desk.cleanup)
    return office.found(test.admin(), desk.name, name, site)


@OFFLINE.scenario()
def a_cd_raises_the_policy_and_an_older_a_foreign_and_a_scratched_one_change_nothing(test):
    branch, pc = branch_of(test), test.pc
    first = branch.cd()
    branch.office.change(*PRINTERS)
    second = branch.cd()
    # What is scratched is the policy itself, the one file that is new.
    output = refuse(test, branch, branch.scratch(second, b"\nprinter = block\n"), "policy",
                    "unreadable")
    assert "Input/output error" in output, output
    before = test.last_record()
    assert branch.take(second)["policy.ini"] == "applied"
    assert event(test.wait_record(before, "policy-applied")) == "policy-applied"
    assert "block" in pc.check("sekisho policy show --why printer")
    # Once more, by its whole path: nothing to do.
    status, outcomes, output = branch.update("/mnt/sekisho/" + office.SITE)
    assert status == APPLIED and set(outcomes.values()) == {"unchanged"}, output
    # The one of last week, from the drawer.
    output = refuse(test, branch, first, "policy", "serial")
    assert "serial 3 was seen" in output or "3 was seen already" in output, output
    # Of somebody who calls his site like ours, and of a neighbour, whole as it is.
    others = branch.cd(stranger(test, office.SITE, "impostor"), stranger(test, "shimizu", "other"))
    refuse(test, branch, others, "policy", "unknown-key")
    output = refuse(test, branch, None, "policy", "unknown-key", "/mnt/sekisho/shimizu")
    assert "says that it is of shimizu" in output, output
    branch.eject()


@OFFLINE.scenario(only_long=True)
def a_request_is_carried_out_and_the_next_cd_lets_the_stick_in(test):
    branch, pc = branch_of(test), test.pc
    branch.sits_down()
    test.defer(branch.stands_up)
    stick, device = plug_refused(branch)
    number, screen = branch.asks(device, "read-write", "1m")
    assert branch.carry_up() == ["request-%s.ini" % number]
    branch.approve(number)
    assert branch.phase(number) == "requested", branch.exemption(number)
    assert not branch.is_open(device)
    assert branch.take()["exemptions.ini"] == "taken"
    branch.wait_usable()
    content = copy_file(branch)
    began = branch.wait_record("exemption-active", number)
    ended = branch.wait_record("exemption-ended", number, SHORTEST_S + PATIENCE)
    branch.wait_shut(device)
    assert_lasted(began, ended, SHORTEST_S)
    assert_complete(stick, FILE, content)
    # The same CD again opens nothing a second time.
    assert branch.update()[0] == APPLIED
    branch.assert_shut(device)
    branch.eject()


@OFFLINE.scenario(only_long=True)
def a_branch_joins_and_reports_by_what_is_carried(test):
    """With the drive as its source it has a key to be known by; what it signs waits for a hand."""
    branch, pc = branch_of(test), test.pc
    ticket = branch.office.key("ticket")
    branch.office.admin("terminal", "ticket", "--folder", office.TIER, "--out", ticket)
    with open(ticket, encoding="ascii") as file:
        pc.write_file(TICKET, file.read())
    pc.check("chmod 600 %s && cp /etc/sekisho/site.ini /root/ && "
             "echo source = file://%s >>/etc/sekisho/site.ini" % (TICKET, DRIVE))
    test.defer(pc.check, "mv /root/site.ini /etc/sekisho/ && systemctl restart sekishod")
    branch.insert(branch.cd())
    pc.check("systemctl restart sekishod")
    for kind in "join", "status":
        pc.wait_for("ls %s | grep -q ^%s-" % (WAY_UP, kind), PATIENCE, kind + " in " + WAY_UP)
    # Nothing can be written to a CD, and nothing is lost by trying.
    pc.check("systemctl is-active sekisho-fetch && test -e " + TICKET)
    names = {name.split("-")[0] for name in branch.carry_up()}
    assert {"join", "status"} <= names, names
    pc.wait_for("! test -e " + TICKET, PATIENCE, "the ticket gone")
    key = pc.check("sekisho status")
    branch.office.admin("terminal", "approve", "--folder", office.TIER, TERMINAL)
    listed = branch.office.admin("terminal", "list", office.TIER)
    assert re.search(r"SHA256:\S+", listed).group(0) in key, (listed, key)
    said = branch.office.admin("fleet", "status", office.TIER)
    assert TERMINAL in said, said
    branch.eject()
