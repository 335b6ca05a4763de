#include "agent/cli_doctor_words.h"

#include "agent/cli_text.h"

struct words {
	const char *message, *remedy;
};

#define THE_LINE N_("Let the control of this line be [success=ok default=die].")

static const struct words words[DOCTOR_WORD_COUNT] = {
	[DOCTOR_OPEN] = {N_("people get in without password and code: this line lets them in"),
		N_("Take the line out, or have it say less: [success=ok default=die] or required, "
		   "beside lines that ask.")},
	[DOCTOR_NO_JUDGE] = {N_("a right password is enough: no line of the stack judges the code"),
		N_("Say pam-auth-update --enable sekisho-ask sekisho-judge, or put the two lines "
		   "into the file as pam_sekisho(8) shows them.")},
	[DOCTOR_PASSED_OVER] = {N_("a right password is enough: this line goes on when the module "
				   "refuses or fails"),
		THE_LINE},
	[DOCTOR_SKIPPED] =
		{N_("a right password is enough: from this line on nobody judges the code"),
			N_("Put pam_sekisho.so judge where every way leads to it: jump to it in "
			   "place of sufficient or done.")},
	[DOCTOR_TAKEN_BACK] = {N_("a right password is enough: this line takes a refusal back"),
		N_("Do not use reset behind pam_sekisho.so judge.")},
	[DOCTOR_CODE_ALONE] = {N_("a right code is enough: the password may be wrong"), THE_LINE},
	[DOCTOR_NOBODY] = {N_("nobody gets in here, whatever is typed"),
		N_("Compare the stack with the one in pam_sekisho(8).")},
	[DOCTOR_BROKEN_STACK] = {N_("nobody gets in here: PAM gives up at this place"),
		N_("Look at the file and the line: a name is missing, or the last line goes on.")},
	[DOCTOR_MODULE_MISSING] = {N_("the file pam_sekisho.so is not where PAM looks for it"),
		N_("Install libpam-sekisho again.")},
	[DOCTOR_MISSPELT] =
		{N_("pam_sekisho.so does not know the words of this line and refuses everybody"),
			N_("The line says either ask or judge; see pam_sekisho(8).")},
	[DOCTOR_NO_ASK] = {N_("nothing asks for the code before the password: who sees its prompt "
			      "knows that the password was right"),
		N_("Put pam_sekisho.so ask before the password's line.")},
	[DOCTOR_ASKS_LATE] =
		{N_("this line asks for the code behind a line that asks for the password"),
			N_("Put pam_sekisho.so ask before the password's line.")},
	[DOCTOR_JUDGES_EARLY] = {N_("the code is judged before the password: who does not know the "
				    "password can lock somebody out"),
		N_("Put pam_sekisho.so judge behind the password's lines.")},
	[DOCTOR_JUDGES_TWICE] = {N_("the code is judged twice, but counts once"),
		N_("Leave one line with pam_sekisho.so judge.")},
	[DOCTOR_CHARGED] = {N_("the code is judged also behind a wrong password: who does not know "
			       "it can lock somebody out"),
		N_("Let the password's line be requisite, or put requisite pam_deny.so between.")},
	[DOCTOR_ONE_BOX] =
		{N_("its screen shows one box only, and the policy says that there are two"),
			N_("Write this line into the policy's section login.")},
	[DOCTOR_TOO_LARGE] = {N_("this stack is too large to be looked through"),
		N_("Look whether files include themselves.")},
	[DOCTOR_NO_SERVICES] = {N_("no service that asks for a password was found"), ""},
	[DOCTOR_AUTOLOGIN] = {N_("this line logs somebody in without asking"),
		N_("Take the line out.")},
	[DOCTOR_NOPASSWD] = {N_("sudo asks for nothing here"), N_("Take the line out.")},
	[DOCTOR_SSH_KEYS] = {N_("who has an SSH key is asked for neither password nor code"),
		N_("Write into sshd_config: AuthenticationMethods publickey,keyboard-interactive; "
		   "or PubkeyAuthentication no.")},
	[DOCTOR_SSH_EMPTY] = {N_("sshd lets accounts without a password in"),
		N_("Write into sshd_config: PermitEmptyPasswords no.")},
	[DOCTOR_SSH_NO_PAM] =
		{N_("sshd looks at the password by itself, and nobody is asked for a code"),
			N_("Write into sshd_config: UsePAM yes.")},
	[DOCTOR_SSH_MATCH] = {N_("what stands behind this line was not looked at"),
		N_("Look whether it lets somebody in otherwise.")},
	[DOCTOR_EXEMPT] = {N_("the policy asks this account for no code, at any service"),
		N_("Look whether that still has to be so.")},
	[DOCTOR_CLOCK_BEHIND] =
		{N_("the clock is earlier than the latest document: codes do not fit"),
			N_("Set the clock right; a battery may be flat.")},
	[DOCTOR_NO_FLOOR] = {N_("the earliest time that it can be now is not known"),
		N_("Look whether sekishod runs: sekisho status.")},
	[DOCTOR_RULES_LOST] = {N_("the rules of logins cannot be read: everybody is asked for a "
				  "code, everywhere"),
		N_("Hand the policy in anew: sekisho update-from.")},
	[DOCTOR_RULES_OLD] = {N_("the rules of logins are damaged: those before hold"),
		N_("Hand the policy in anew: sekisho update-from.")},
	[DOCTOR_POLICY_ENDED] = {N_("the policy has ended; what it says of logins goes on"),
		N_("Hand in a new one: sekisho update-from.")},
	[DOCTOR_POLICY_ENDS] = {N_("the policy ends within 30 days"),
		N_("Hand in a new one: sekisho update-from.")},
	[DOCTOR_TOKENS_ENDED] = {N_("the list of tokens has ended; the tokens go on"),
		N_("Hand in a new one: sekisho update-from.")},
	[DOCTOR_NO_TOKENS] = {N_("there is no list of tokens: nobody has a code that counts"),
		N_("Have tokens issued for this terminal, and hand tokens.ini in.")},
	[DOCTOR_KEY_MISSING] = {N_("this terminal has no key: no token can be issued for it"),
		N_("Say systemctl start sekisho-unseal.")},
	[DOCTOR_KEY_NO_TPM] = {N_("the key is sealed by a file of this disk, not by a TPM: who has "
				  "the disk can open it"),
		""},
	[DOCTOR_NOT_OPENED] = {N_("the secrets of some people are not open: they cannot log in"),
		N_("Say systemctl restart sekisho-unseal, and look at sekisho records show.")},
	[DOCTOR_NOT_READ] = {N_("this could not be read"), N_("Call it as root.")},
};

static const char *const verdicts[PAM_VERDICT_COUNT] = {
	[PAM_VERDICT_UNTOLD] = N_("could not be told"),
	[PAM_VERDICT_OPEN] = N_("nothing is needed"),
	[PAM_VERDICT_PASSWORD] = N_("the password is enough"),
	[PAM_VERDICT_CODE] = N_("the code is enough"),
	[PAM_VERDICT_NOBODY] = N_("nobody gets in"),
	[PAM_VERDICT_HOLDS] = N_("password and code"),
};

static const char *translated(const char *message)
{
	/* gettext("") is the head of the translations. */
	return message && *message ? _(message) : "";
}

const char *cli_doctor_words(enum doctor_word word)
{
	return translated(words[word].message);
}

const char *cli_doctor_remedy(enum doctor_word word)
{
	return translated(words[word].remedy);
}

const char *cli_verdict_words(enum pam_verdict verdict)
{
	return translated(verdicts[verdict]);
}
