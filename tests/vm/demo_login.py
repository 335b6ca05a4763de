"""The second half of make demo: a login with password and one-time code."""
import re

from boots import DEMO_LOGIN
from login_desk import Desk, PASSWORD
from scenario import Test

WAY = "login"


def tell(story, tests):
    """On a PC of its own, whose people have tokens."""
    story.say("\nAnother PC of the same town hall, on which people log in.")
    with tests.machine(DEMO_LOGIN) as pc:
        test = Test(tests, DEMO_LOGIN, pc)
        try:
            desk = enrol(story, test)
            for chapter in (right, used, wrong_password, somebody_else, cut_off, envelope):
                chapter(story, desk)
        finally:
            test.finish()


def enrol(story, test):
    story.step("The token officer issues a token to Tanaka, for this terminal alone. What travels is\n"
               "    sealed to the terminal's own key.")
    desk = Desk(test, test.pc)
    story.shows("grep sealed tokens.ini", test.pc.check(
        "grep sealed- /run/disc/terminals/desk-17/tokens.ini | head -2"))
    story.shows("grep ^auth /etc/pam.d/common-auth",
                test.pc.check("grep ^auth /etc/pam.d/common-auth"))
    story.seen("with the first token the login asks for a code")
    return desk


def screen(story, result):
    """What the person saw, typed answers left out."""
    for line in result["text"].replace("\r", "").splitlines():
        if line.startswith("Linux "):  # what follows is Debian's welcome
            story.say("      | " + line.split(" #")[0])
            break
        if line.strip():
            story.say("      | " + line.strip())


def right(story, desk):
    story.step("Tanaka logs in: password, then the six digits that the token shows.")
    screen(story, desk.lets_in(WAY))
    story.seen("password and code let in")


def used(story, desk):
    story.step("Somebody looked over Tanaka's shoulder and types the same again.")
    code = desk.code()
    assert desk.log_in(WAY, "tanaka", PASSWORD, code)["is_in"]
    screen(story, desk.refuses(WAY, "tanaka", PASSWORD, code))
    desk.wait_reason("used-code")
    story.seen("a code counts once")


def wrong_password(story, desk):
    story.step("A wrong password with a right code, and a name that does not exist.")
    code = desk.code()
    first = desk.refuses(WAY, "tanaka", "not-it", code)
    second = desk.refuses(WAY, "nobody-here", "not-it", code)
    screen(story, first)
    assert len(first["prompts"]) == len(second["prompts"]), (first, second)
    story.seen("everybody sees the same, and a wrong password uses up nothing")
    assert desk.log_in(WAY, "tanaka", PASSWORD, code)["is_in"], "the code was used up"


def somebody_else(story, desk):
    story.step("Whoever knows the password guesses codes: three, then the account waits.")
    for _ in range(3):
        result = desk.refuses(WAY, "tanaka", PASSWORD, "000000")
    result = desk.refuses(WAY, "tanaka", PASSWORD, desk.code())
    screen(story, result)
    reference = re.search(r"Reference: (\S+)", result["text"]).group(1)
    desk.wait_reason("locked")
    story.shows("sekisho records show --reference " + reference,
                desk.pc.check("sekisho records show --reference " + reference))
    story.seen("guessing ends after three, and the desk finds out why by the number on the screen")


def cut_off(story, desk):
    story.step("The network is down and the agent does not run; Sato has to log in all the same.")
    desk.pc.check("systemctl stop sekishod; ip link set lo down")
    screen(story, desk.lets_in(WAY, "sato"))
    desk.refuses(WAY, "sato", PASSWORD, "000000")
    desk.pc.check("ip link set lo up; systemctl start sekishod")
    story.seen("with a code people get in without network and agent, without one nobody does")


def envelope(story, desk):
    story.step("The policy, the opened secrets, everything is lost. The envelope from the safe:")
    desk.pc.check("systemctl stop sekishod; rm -rf /var/lib/sekisho/login-rules* "
                  "/var/lib/sekisho/policy*.ini; rm -f /run/sekisho-otp/*")
    screen(story, desk.log_in("console", "tanaka", PASSWORD, desk.envelopes[0]))
    desk.refuses("console", "tanaka", PASSWORD, desk.envelopes[0])
    story.seen("one sealed envelope, one login, at the PC's own console")
