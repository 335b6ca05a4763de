"""Each sandbox line of sekishod.service does what it is there for."""
from boots import DESK


@DESK.scenario()
def every_sandbox_line_of_the_unit_is_proven(test):
    status, output = test.pc.run("python3 /opt/t/guest_sandbox.py", timeout=300)
    assert status == 0, output
