#include "pam/unseal_envelope.h"

#include <crypt.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "pam/envelopes.h"
#include "policy/code_text.h"

#define WAIT_MS     5000
#define HASH_PREFIX "$y$" /* yescrypt */
#define HASH_COST   5     /* libcrypt's own choice, fixed: a login waits for it */

static void tell(const struct unseal *unseal, enum login_reason reason, unsigned number, int error)
{
	const struct unseal_news news = {.reason = reason, .number = number, .error = error};

	unseal->tell(unseal, &news);
}

int unseal_envelopes(const struct unseal *unseal, const struct tokens *tokens)
{
	unsigned lost = 0;
	int r = envelopes_make(unseal->state_fd, tokens->envelopes, tokens->n_envelopes, WAIT_MS,
		&unseal->owner, &lost);

	if (r < 0 || lost > 0)
		tell(unseal, LOGIN_SECRET_UNREADABLE, lost, r < 0 ? r : -EBADMSG);
	return r < 0 || lost > 0;
}

static int hash(const char *symbols, char ret[CODE_HASH_TEXT_SIZE])
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *text = NULL;
	int r = -EIO;

	if (!data)
		return -ENOMEM;
	/* Random bytes of its own. */
	if (crypt_gensalt_rn(HASH_PREFIX, HASH_COST, NULL, 0, salt, sizeof(salt)))
		text = crypt_r(symbols, salt, data);
	if (text && strncmp(text, HASH_PREFIX, strlen(HASH_PREFIX)) == 0 &&
		strlen(text) < CODE_HASH_TEXT_SIZE) {
		snprintf(ret, CODE_HASH_TEXT_SIZE, "%s", text);
		r = 0;
	}
	explicit_bzero(data, sizeof(*data));
	free(data);
	return r;
}

static int make(const struct unseal *unseal, const char *symbols, unsigned *ret_number)
{
	char text[CODE_HASH_TEXT_SIZE];
	int r = hash(symbols, text);

	return r < 0 ? r
		     : envelopes_add(unseal->state_fd, text, unseal->now_s, WAIT_MS, &unseal->owner,
			       ret_number);
}

int unseal_new_envelope(const struct unseal *unseal, FILE *out)
{
	uint8_t random[ENVELOPE_CODE_SYMBOLS];
	char symbols[CODE_SYMBOLS_SIZE], shown[CODE_TEXT_SIZE];
	unsigned number;
	int r = 0;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return -EIO;
	code_text_make(random, sizeof(random), symbols);
	code_text_group(symbols, shown);
	r = make(unseal, symbols, &number);
	if (r == 0) {
		/* The trace before the code. */
		tell(unseal, LOGIN_ENVELOPE_MADE, number, 0);
		if (fprintf(out, "%s\n", shown) < 0 || fflush(out) != 0)
			r = -EIO;
	}
	explicit_bzero(random, sizeof(random));
	explicit_bzero(symbols, sizeof(symbols));
	explicit_bzero(shown, sizeof(shown));
	return r;
}
