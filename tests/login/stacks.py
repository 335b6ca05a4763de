"""Stacks as they are found, and what is to be said of each. S is the service's own file.

name: (verdict, {words of findings}, the place that lets people through or None, {file: lines})
"""
ASK = "auth [ignore=ignore default=die] pam_sekisho.so ask"
JUDGE = "auth [success=ok default=die] pam_sekisho.so judge"
UNIX = "auth required pam_unix.so nullok"
DENY, PERMIT = "auth requisite pam_deny.so", "auth required pam_permit.so"
PRIMARY = ["auth [success=1 default=ignore] pam_unix.so nullok try_first_pass", DENY, PERMIT]
SSSD = ["auth [success=2 default=ignore] pam_unix.so nullok",
        "auth [success=1 default=ignore] pam_sss.so use_first_pass", DENY, PERMIT]
LOGIN = ["# The file of login", "auth optional pam_faildelay.so delay=3000000",
         "auth requisite pam_nologin.so", "session required pam_env.so readenv=1",
         "@include common-auth", "account required pam_permit.so"]
LIGHTDM = ["auth requisite pam_nologin.so",
           "auth sufficient pam_succeed_if.so user ingroup %s", "@include common-auth",
           "-auth optional pam_gnome_keyring.so"]
SUBSTACK = ["auth sufficient pam_unix.so", "auth sufficient pam_sss.so forward_pass",
            "auth required pam_deny.so"]
SHIPPED = [ASK, *PRIMARY, JUDGE, "auth optional pam_cap.so"]


def judged(control, *behind):
    return [ASK, UNIX, "auth %s pam_sekisho.so judge" % control, *behind]


STACKS = {
    "debian with the profiles": ("holds", set(), None, {"S": LOGIN, "common-auth": SHIPPED}),
    "debian without them": ("password", {"no-judge"}, ("common-auth", 1), {
        "S": LOGIN, "common-auth": [*PRIMARY, "auth optional pam_cap.so"]}),
    "debian with sssd": ("holds", set(), None, {
        "S": LOGIN, "common-auth": [ASK, *SSSD, JUDGE]}),
    "debian with one profile only": ("holds", {"no-ask"}, None, {
        "S": ["@include common-auth"], "common-auth": [*PRIMARY, JUDGE]}),
    "only the line that asks": ("password", {"no-judge"}, ("S", 2), {"S": [ASK, *PRIMARY]}),
    "required after the password": ("password", {"passed-over", "charged"}, ("S", 3), {
        "S": judged("required")}),
    "required after debian's block": ("password", {"passed-over"}, ("S", 5), {
        "S": [ASK, *PRIMARY, "auth required pam_sekisho.so judge"]}),
    "requisite first": ("password", {"passed-over", "judges-early"}, ("S", 2), {
        "S": [ASK, "auth requisite pam_sekisho.so judge", UNIX]}),
    "success=1 default=ignore, deny, permit": ("holds", {"charged"}, None, {
        "S": judged("[success=1 default=ignore]", DENY, PERMIT)}),
    "user_unknown=ignore": ("password", {"passed-over", "charged"}, ("S", 3), {
        "S": judged("[user_unknown=ignore success=ok]")}),
    "success=ok user_unknown=ignore default=bad": (
        "password", {"passed-over", "charged"}, ("S", 3), {
            "S": judged("[success=ok user_unknown=ignore default=bad]")}),
    "optional": ("password", {"passed-over", "charged"}, ("S", 3), {"S": judged("optional")}),
    "sufficient last": ("password", {"passed-over", "charged"}, ("S", 3), {
        "S": judged("sufficient")}),
    "sufficient alone": ("code", {"code-alone"}, ("S", 2), {
        "S": [ASK, "auth sufficient pam_sekisho.so judge"]}),
    "sufficient before the password": ("code", {"code-alone", "judges-early"}, ("S", 2), {
        "S": [ASK, "auth sufficient pam_sekisho.so judge", DENY, UNIX]}),
    "red hat's, ours behind it": ("password", {"skipped", "charged"}, ("system-auth", 3), {
        "S": ["auth substack system-auth", "auth include postlogin"],
        "postlogin": ["session optional pam_umask.so silent"],
        "system-auth": [
            "auth required pam_env.so", ASK, "auth sufficient pam_unix.so nullok",
            "auth requisite pam_succeed_if.so uid >= 1000 quiet_success",
            "auth sufficient pam_sss.so forward_pass", "auth required pam_deny.so", JUDGE]}),
    "red hat's, ours round a substack": ("holds", {"charged"}, None, {
        "S": ["auth required pam_env.so", ASK, "auth substack password-only", JUDGE],
        "password-only": SUBSTACK}),
    "red hat's with faillock, ours behind it": ("password", {"skipped", "charged"}, ("S", 3), {
        "S": ["auth required pam_faillock.so preauth silent", ASK,
              "auth sufficient pam_unix.so nullok",
              "auth required pam_faillock.so authfail", "auth required pam_deny.so", JUDGE]}),
    "authselect with jumps": ("holds", set(), None, {
        "S": ["auth required pam_env.so", ASK,
              "auth [default=1 ignore=ignore success=ok] pam_localuser.so",
              "auth [success=2 default=ignore] pam_unix.so nullok",
              "auth [success=1 default=ignore] pam_sss.so forward_pass", DENY, PERMIT, JUDGE]}),
    "by include": ("holds", set(), None, {
        "S": ["auth include inner"], "inner": ["auth include innermost"], "innermost": SHIPPED}),
    "judge in a substack": ("holds", set(), None, {
        "S": [ASK, *PRIMARY, "auth substack inner", "auth required pam_permit.so"],
        "inner": [JUDGE]}),
    "reset behind a substack": ("password", {"taken-back", "charged"}, ("inner", 2), {
        "S": [ASK, UNIX, "auth substack inner"],
        "inner": ["auth required pam_sekisho.so judge", "auth [default=reset] pam_permit.so"]}),
    "a jump over the line": ("password", {"skipped"}, ("S", 2), {
        "S": [ASK, "auth [success=2 default=ignore] pam_unix.so", DENY, JUDGE, PERMIT]}),
    "a jump over a substack with the line": ("password", {"skipped"}, ("S", 2), {
        "S": [ASK, "auth [success=2 default=ignore] pam_unix.so", DENY, "auth substack inner",
              PERMIT], "inner": [JUDGE, PERMIT, PERMIT]}),
    "a jump over the line for who is of the domain": ("password", {"skipped"}, ("S", 3), {
        "S": [ASK, "auth [success=2 default=ignore] pam_unix.so",
              "auth [success=2 default=ignore] pam_sss.so", DENY, JUDGE, PERMIT]}),
    "a jump over the end": ("nobody", {"nobody"}, None, {
        "S": [ASK, "auth [success=9 default=die] pam_unix.so", JUDGE]}),
    "a jump to the end": ("nobody", {"nobody"}, None, {
        "S": [ASK, "auth [success=1 default=die] pam_unix.so", JUDGE]}),
    "required, with a dash": ("password", {"passed-over"}, ("S", 5), {
        "S": [ASK, *PRIMARY, "-auth required pam_sekisho.so judge"]}),
    "optional, with a dash": ("password", {"passed-over"}, ("S", 5), {
        "S": [ASK, *PRIMARY, "-auth optional pam_sekisho.so judge"]}),
    "module_unknown=ignore": ("password", {"passed-over"}, ("S", 5), {
        "S": ["auth [ignore=ignore module_unknown=ignore default=die] pam_sekisho.so ask", *PRIMARY,
              "auth [success=ok module_unknown=ignore default=die] pam_sekisho.so judge"]}),
    "ignore=ignore": ("password", {"passed-over"}, ("S", 5), {
        "S": [ASK, *PRIMARY, "auth [success=ok ignore=ignore default=die] pam_sekisho.so judge"]}),
    "no default": ("holds", set(), None, {
        "S": [ASK, *PRIMARY, "auth [success=ok] pam_sekisho.so judge"]}),
    "a control that is none": ("nobody", {"nobody"}, None, {
        "S": [ASK, *PRIMARY, "auth [success=okay,default=die] pam_sekisho.so judge"]}),
    "words that it does not know": ("nobody", {"nobody", "misspelt"}, None, {
        "S": [ASK, *PRIMARY, "auth [success=ok default=die] pam_sekisho.so jugde"]}),
    "judged twice": ("holds", {"judges-twice"}, None, {"S": [ASK, *PRIMARY, JUDGE, JUDGE]}),
    "asked behind the password": ("holds", {"asks-late"}, None, {"S": [*PRIMARY, ASK, JUDGE]}),
    "lightdm, with people who need no password": ("open", {"open"}, ("S", 2), {
        "S": [line.replace("%s", "nopasswdlogin") for line in LIGHTDM], "common-auth": SHIPPED}),
    "lightdm, with nobody who needs none": ("holds", set(), None, {
        "S": [line.replace("%s", "nobodys") for line in LIGHTDM], "common-auth": SHIPPED}),
    "a fingerprint is enough": ("open", {"open"}, ("S", 1), {
        "S": ["auth sufficient pam_fprintd.so", *SHIPPED]}),
    "su": ("holds", set(), None, {
        "S": ["auth sufficient pam_rootok.so", "@include common-auth"], "common-auth": SHIPPED}),
    "root alone": ("nobody", set(), None, {"S": ["auth sufficient pam_rootok.so"]}),
    "permit first": ("open", {"open"}, ("S", 1), {
        "S": ["auth sufficient pam_permit.so", *SHIPPED]}),
    "done before the line": ("password", {"skipped"}, ("S", 2), {
        "S": [ASK, "auth [success=done default=ignore] pam_unix.so", DENY, JUDGE]}),
    "over several lines": ("holds", set(), None, {
        "S": ["AUTH [ignore=ignore \\", "  default=die] \\", "# between", " pam_sekisho.so ask",
              "", "\tauth [success=1   default=ignore]\tpam_unix.so # and a remark",
              "auth Requisite pam_deny.so", "auth\trequired pam_permit.so  [some words]",
              "auth [ success = ok default = die ] \\", "pam_sekisho.so judge"]}),
    "a file is missing": ("nobody", {"nobody"}, None, {
        "S": ["auth include missing", *SHIPPED]}),
    "it ends in the middle": ("nobody", {"broken-stack"}, None, {"S": [*SHIPPED, "auth \\"]}),
    "it includes itself": ("nobody", {"nobody"}, None, {"S": ["auth include S", *SHIPPED]}),
    "another module is missing": ("nobody", {"nobody"}, None, {
        "S": ["auth required pam_missing.so", *SHIPPED]}),
    "a type that is none": ("nobody", {"nobody"}, None, {
        "S": ["autth required pam_permit.so", *SHIPPED]}),
}
