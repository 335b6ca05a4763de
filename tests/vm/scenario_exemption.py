"""The life of an exemption at a counter PC: asked for, approved, used, ended, written down."""
import time

from boots import COUNTER
from counter import PLACE, counter_of



@COUNTER.scenario()
def what_the_office_publishes_comes_by_itself(test):
    """sekisho-fetch and its unit, from a real share; what it brings is judged as ever."""
    counter, pc = counter_of(test), test.pc
    assert pc.check("systemctl show -P User sekisho-fetch").strip() == "_sekisho"
    after = test.last_record()
    counter.office.write("my-number/fresh.ini", b"nobody signed this\n")
    pc.check("echo waiting >/run/sekisho/pace")     # not to wait for a minute
    test.defer(lambda: (counter.office.remove("my-number/fresh.ini"),
                        pc.run("rm -f /run/sekisho/pace")))
    test.wait_record(after, "fresh-refused")
    # The share goes away: nothing happens, and nothing is lost.
    pc.check("umount /srv/sekisho")
    pc.check("systemctl restart sekishod sekisho-fetch")
    pc.wait_for("sekisho status | grep -q 'my-number'", 30, "the agent")
    counter.mount()
    assert pc.check("stat -c '%U %G %a' /var/lib/sekisho/up /run/sekisho-fetch/spool").split() == [
        "root", "_sekisho", "2750", "_sekisho", "root", "2750"]
