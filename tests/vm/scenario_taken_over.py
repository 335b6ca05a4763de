"""Whoever takes sekisho-fetch over has its rights, and those are none."""
import json

from boots import COUNTER
from counter import counter_of
from scenario_exemption import plug_refused

FOLDER = "/etc/systemd/system/sekisho-fetch.service.d"
# Python is here what the program is; all else of the unit stays.
DROP_IN = """[Service]
Type=oneshot
Restart=no
ExecCondition=
ExecStart=
ExecStart=/usr/bin/python3 -I /opt/t/guest_taken_over.py
ExecPaths=/usr/bin
"""


@COUNTER.scenario(only_long=True)
def a_fetcher_that_was_taken_over_changes_no_verdict_and_reads_nothing(test):
    counter, pc = counter_of(test), test.pc
    counter.sits_down("sato")
    test.defer(counter.stands_up)
    agent = pc.check("systemctl show -P MainPID sekishod").strip()
    policy = pc.check("sha256sum /var/lib/sekisho/policy.ini")
    pc.check("mkdir -p " + FOLDER)
    pc.write_file(FOLDER + "/taken-over.conf", DROP_IN.encode())
    test.defer(lambda: pc.check("rm -r %s && systemctl daemon-reload && systemctl restart "
                                "sekisho-fetch" % FOLDER))
    after = test.last_record()
    pc.check("systemctl daemon-reload && systemctl restart sekisho-fetch")
    found = json.loads(pc.check("cat /run/sekisho-fetch/answers"))
    assert len(found) > 15 and all(said.startswith("refused") for said in found.values()), found
    test.wait_record(after, "policy-refused")
    assert pc.check("sha256sum /var/lib/sekisho/policy.ini") == policy
    assert pc.check("systemctl show -P MainPID sekishod").strip() == agent
    plug_refused(counter)
