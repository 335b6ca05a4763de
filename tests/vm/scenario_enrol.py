"""A new employee's first morning: the desk hands out a ticket, and from there on nobody helps."""
import json
import re
import shlex

from boots import LOGIN
from login_desk import PASSWORD, RECORDS, desk_of

USER, MORNING_S = "yamada", 400


@LOGIN.scenario(only_long=True)
def a_new_employee_enrols_alone_and_nothing_secret_is_left(test):
    desk = desk_of(test)
    pc = desk.pc
    pc.check("id {0} >/dev/null 2>&1 || useradd -m -s /bin/bash {0}; echo {0}:{1} | chpasswd; "
             "echo 'echo let-in' >/home/{0}/.bash_profile".format(USER, PASSWORD))
    assert pc.check("stat -c '%U:%G %a' /usr/libexec/sekisho/sekisho-enrol").split() == \
        ["_sekisho-otp:root", "4755"]
    told = desk.issue(USER, command="issue-ticket")
    test.defer(lambda: desk.issue(USER, command="revoke"))
    assert "otpauth" not in told and USER not in desk.secrets, told
    ticket = re.search(r"ticket +((?:[0-9A-Z]{4}-){2}[0-9A-Z]{4})\n", told).group(1)
    after = test.last_record()
    job = {"user": USER, "password": PASSWORD, "ticket": ticket.lower()}
    status, said = pc.run("echo %s | python3 -I /opt/t/guest_enrol.py" % shlex.quote(
        json.dumps(job)), MORNING_S)
    assert status == 0, said
    result = json.loads(said.splitlines()[-1])
    assert result["has_uri"] and result["n_codes"] == 10, result
    assert "You have enrolled" in result["after"], result
    assert result["found"] == {"files": [], "journal": [], "memory": []}, result["found"]
    assert not result["cores"], result
    assert "used already" in result["third"], result
    desk.wait_reasons(["right-ticket", "right-code", "used-ticket"], after)
    # What people do about themselves is recorded a minute later.
    pc.wait_for(lambda: [record["status_detail"] for record in test.records(after, pc)
                         if record["class_uid"] == 3001] == ["secret-shown", "enrolled"], 120,
                "records of the enrolment")
    assert pc.check("stat -c %%a %s/%s" % (RECORDS, USER)).strip() == "600"
