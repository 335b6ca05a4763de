"""Each sandbox line of a unit does what it is there for."""
from boots import DESK, LOGIN_BOOTS


@DESK.scenario()
def every_sandbox_line_of_the_unit_is_proven(test):
    status, output = test.pc.run("python3 /opt/t/guest_sandbox.py sekishod", timeout=300)
    assert status == 0, output


@LOGIN_BOOTS.scenario(only_long=True)
def every_sandbox_line_of_what_opens_the_secrets_is_proven(test):
    with test.machine() as pc:
        pc.wait_for("systemctl is-active multi-user.target", 120, "the start")
        status, output = pc.run("python3 /opt/t/guest_sandbox.py sekisho-unseal", timeout=300)
        assert status == 0, output


@DESK.scenario(only_long=True)
def every_sandbox_line_of_what_brings_documents_is_proven(test):
    status, output = test.pc.run("python3 /opt/t/guest_sandbox.py sekisho-fetch", timeout=300)
    assert status == 0, output


@DESK.scenario()
def every_sandbox_line_of_the_worker_of_a_medium_is_proven(test):
    status, output = test.pc.run("python3 /opt/t/guest_sandbox.py sekisho-medium@", timeout=300)
    assert status == 0, output
