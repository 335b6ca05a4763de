"""Several people at one counter PC, in one session: whose number the records carry."""
from boots import LOGIN
from login_desk import PASSWORD, SERVICES, desk_of

PORT = 3


def types(desk, *lines):
    return desk.log_in("desk-keys", "sato", *lines)["text"]


def changed(desk, after, operator):
    return [r for r in desk.test.records(after, desk.pc)
            if r["unmapped"]["sekisho"]["event"] == "operator-changed"
            and r["unmapped"]["sekisho"].get("operator") == operator]


def operator_of_a_stick(test, desk):
    """Whom the record of a stick names that is plugged in now."""
    after = test.last_record()
    stick = desk.pc.plug_stick(port=PORT)
    try:
        test.wait_record(after, "device-blocked")
        record = next(r for r in test.records(after, desk.pc)
                      if r["unmapped"]["sekisho"]["event"] == "device-blocked")
        return (record.get("actor") or {}).get("user", {}).get("name")
    finally:
        desk.pc.unplug(stick)


@LOGIN.scenario(only_long=True)
def at_a_counter_pc_records_carry_who_typed_a_code_last(test):
    desk, pc = desk_of(test), test.pc
    desk.policy(services=(*SERVICES, "sekisho-operator required"))
    test.defer(desk.policy)
    after = test.last_record()
    result = desk.log_in("desk", "sato", PASSWORD, desk.fresh_code("sato"))
    test.defer(lambda: types(desk))
    assert result["is_in"], result
    assert operator_of_a_stick(test, desk) is None
    # The next one takes over, without a log-out.
    said = types(desk, "sekisho operator tanaka", desk.code("tanaka"))
    assert "tanaka works in this session from now on." in said, said
    assert changed(desk, after, "tanaka"), test.records(after, pc)
    assert operator_of_a_stick(test, desk) == "tanaka"
    # A wrong code changes nothing, and neither does a restart of the agent.
    said = types(desk, "sekisho operator sato", "000000")
    assert "The operator was not changed. Reference: " in said, said
    pc.check("systemctl restart sekishod")
    pc.wait_for("sekisho status >/dev/null", 30, "the agent")
    assert operator_of_a_stick(test, desk) == "tanaka"
    # Who is not at the screen changes nobody.
    status, said = pc.run("su clerk -c 'echo 000000 | sekisho operator tanaka' </dev/null")
    assert status != 0, said
    assert "tanaka works in the session" in types(desk, "sekisho operator --show")
    said = types(desk, "sekisho operator --end")
    assert "tanaka does not work in this session any more." in said, said
    assert operator_of_a_stick(test, desk) is None
    # Wrong codes at the counter lock nobody out of a login.
    for _ in range(4):
        types(desk, "sekisho operator tanaka", "000000")
    desk.lets_in("su")
    # What people do by themselves is recorded a minute later, and not in the next scenario.
    pc.wait_for(lambda: desk.reasons(after).count("wrong-code") == 4
                and "locked" in desk.reasons(after), 120, "records of all wrong codes")


@LOGIN.scenario(only_long=True)
def where_the_policy_names_no_operator_there_is_none(test):
    desk = desk_of(test)
    desk.policy()
    result = desk.log_in("desk", "sato", PASSWORD, desk.fresh_code("sato"))
    test.defer(lambda: types(desk))
    assert result["is_in"], result
    after = test.last_record()
    said = types(desk, "sekisho operator tanaka", "000000")
    desk.wait_reason("operator-off", after, 120)
    assert "has no change of operator" in said.replace("\n", " "), said
