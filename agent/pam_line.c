#include "agent/pam_line.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define UNSAID (-6)

static const char *const code_names[PAM_CODES] = {"success", "open_err", "symbol_err",
	"service_err", "system_err", "buf_err", "perm_denied", "auth_err", "cred_insufficient",
	"authinfo_unavail", "user_unknown", "maxtries", "new_authtok_reqd", "acct_expired",
	"session_err", "cred_unavail", "cred_expired", "cred_err", "no_module_data", "conv_err",
	"authtok_err", "authtok_recover_err", "authtok_lock_busy", "authtok_disable_aging",
	"try_again", "ignore", "abort", "authtok_expired", "module_unknown", "bad_item",
	"conv_again", "incomplete"};
/* By -action. */
static const char *const action_names[] = {"ignore", "ok", "done", "bad", "die", "reset"};

#define N_ACTIONS (sizeof(action_names) / sizeof(action_names[0]))

const char *pam_code_name(int code)
{
	return code >= 0 && code < PAM_CODES ? code_names[code] : "?";
}

static bool is_space(char character)
{
	return character == ' ' || (character >= '\t' && character <= '\r');
}

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

static char lower(char character)
{
	return character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a') : character;
}

bool pam_word_is(const char *word, const char *wanted)
{
	while (*word && lower(*word) == lower(*wanted)) {
		word++;
		wanted++;
	}
	return lower(*word) == lower(*wanted);
}

/* As fgets(): a line end or room - 1 bytes, whichever comes first. False at the end of the text. */
static bool get_piece(struct pam_text *text, char *ret, size_t room)
{
	size_t left = text->size - text->at;
	size_t most = left < room - 1 ? left : room - 1;
	const char *end;

	if (most == 0)
		return false;
	end = memchr(text->bytes + text->at, '\n', most);
	if (end)
		most = (size_t)(end + 1 - (text->bytes + text->at));
	memcpy(ret, text->bytes + text->at, most);
	ret[most] = '\0';
	text->at += most;
	text->line += end != NULL;
	return true;
}

/* Of a piece that says something. True: the line goes on behind *end. */
static bool take_piece(char *piece, char **end)
{
	char *last = piece + strcspn(piece, "#");

	if (*last == '#') {
		*last = '\0';
		return false;
	}
	while (last > piece && (*--last == ' ' || *last == '\t' || *last == '\n'))
		;
	if (*last != '\\')
		return false;
	*last++ = ' ';
	*last = '\0';
	*end = last;
	return true;
}

int pam_line_next(struct pam_text *text, char ret[PAM_LINE_SIZE], unsigned *ret_line)
{
	char *at = ret, *const end = ret + PAM_LINE_SIZE;
	unsigned line = 0;

	for (;;) {
		unsigned before = text->line;
		char *said;

		/* With room for one byte libpam turns round for ever. */
		if (end - at < 2)
			return -EBADMSG;
		if (!get_piece(text, at, (size_t)(end - at)))
			return line ? -EBADMSG : 0;
		said = at + strspn(at, " \n\t");
		if (!*said || *said == '#')
			continue;
		if (!line)
			line = before + 1;
		if (!take_piece(said, &at))
			break;
	}
	*ret_line = line;
	return 1;
}

/* Behind "[": up to "]", of which "\]" is none. The end of what was read; *ret_end of what is left.
 */
static char *unwrap(char *word, char **ret_end)
{
	char *to = word, *from = word;

	for (; *from && *from != ']'; to++, from++) {
		if (*from == '\\' && from[1] == ']')
			from++;
		*to = *from;
	}
	*ret_end = from;
	return to;
}

char *pam_line_word(char **next)
{
	char *word = *next, *end;

	*next = NULL;
	if (!word)
		return NULL;
	word += strspn(word, " \n\t");
	if (!*word)
		return NULL;
	if (*word == '[') {
		char *stop = unwrap(++word, &end);

		if (stop != end)
			*stop = '\0';
	} else {
		end = word + strcspn(word, " \n\t");
	}
	if (*end)
		*end++ = '\0';
	*next = *end ? end : NULL;
	return word;
}

static void set_all(int actions[PAM_CODES], int from, int to)
{
	for (int i = 0; i < PAM_CODES; i++)
		if (from == INT_MIN || actions[i] == from)
			actions[i] = to;
}

static const char *skip_spaces(const char *text)
{
	while (is_space(*text))
		text++;
	return text;
}

/* The first name that the text begins with, not the longest: libpam reads so. NULL: none. */
static const char *read_code(const char *text, int *ret)
{
	for (int i = 0; i < PAM_CODES; i++) {
		size_t size = strlen(code_names[i]);

		if (strncmp(text, code_names[i], size) == 0) {
			*ret = i;
			return text + size;
		}
	}
	*ret = PAM_CODES;
	return strncmp(text, "default", 7) == 0 ? text + 7 : NULL;
}

static const char *read_action(const char *text, int *ret)
{
	int number = 0;

	for (size_t i = 0; i < N_ACTIONS; i++)
		if (strncmp(text, action_names[i], strlen(action_names[i])) == 0) {
			*ret = -(int)i;
			return text + strlen(action_names[i]);
		}
	for (; is_digit(*text); text++)
		number = number > INT_MAX / 16 ? number : number * 10 + (*text - '0');
	*ret = number;
	return number ? text : NULL;
}

/* One "value=action"; NULL: it is none. */
static const char *read_pair(const char *text, int actions[PAM_CODES])
{
	int code = 0, action = 0;

	text = read_code(text, &code);
	if (!text)
		return NULL;
	text = skip_spaces(text);
	if (*text != '=')
		return NULL;
	text = read_action(skip_spaces(text + 1), &action);
	if (!text)
		return NULL;
	if (code == PAM_CODES)
		set_all(actions, UNSAID, action);
	else
		actions[code] = action;
	return text;
}

static void set_word(int actions[PAM_CODES], int right, int ignored, int other)
{
	set_all(actions, INT_MIN, other);
	actions[PAM_SUCCESS] = right;
	actions[PAM_NEW_AUTHTOK_REQD] = right;
	actions[PAM_IGNORE] = ignored;
}

void pam_control_read(const char *control, int ret[PAM_CODES])
{
	if (pam_word_is(control, "required")) {
		set_word(ret, PAM_ACTION_OK, PAM_ACTION_IGNORE, PAM_ACTION_BAD);
	} else if (pam_word_is(control, "requisite")) {
		set_word(ret, PAM_ACTION_OK, PAM_ACTION_IGNORE, PAM_ACTION_DIE);
	} else if (pam_word_is(control, "optional")) {
		set_word(ret, PAM_ACTION_OK, PAM_ACTION_IGNORE, PAM_ACTION_IGNORE);
	} else if (pam_word_is(control, "sufficient")) {
		set_word(ret, PAM_ACTION_DONE, PAM_ACTION_IGNORE, PAM_ACTION_IGNORE);
	} else {
		set_all(ret, INT_MIN, UNSAID);
		for (control = skip_spaces(control); control && *control;
			control = skip_spaces(control)) {
			control = read_pair(control, ret);
			if (!control) {
				set_all(ret, INT_MIN, PAM_ACTION_BAD);
				return;
			}
		}
		set_all(ret, UNSAID, PAM_ACTION_BAD);
	}
}
