#include "agent/policies_sealed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/store.h"
#include "agent/terminal_key_file.h"
#include "policy/login_places.h"

int policies_offer_sealed(struct policies *policies, enum document_kind kind, sealed_judge *judge,
	const char *bytes, size_t size, const struct policies_clock *clock,
	struct policies_answer *ret)
{
	int r;

	*ret = (struct policies_answer){.kind = kind};
	if (policies_refuses_all(policies, ret))
		return 0;
	r = document_text_sha256(bytes, size, ret->text_sha256);
	if (r == 0)
		r = judge(policies, bytes, size, clock, ret);
	if (r == 0)
		policies_note(policies, ret);
	return r;
}

int policies_check_key(
	const struct policies *policies, const char *sealed_to, struct policies_answer *answer)
{
	char key[SEAL_FINGERPRINT_SIZE], detail[256];
	int r = terminal_key_file_read(policies->config.state_fd, key);

	if (r == 0 && strcmp(key, sealed_to) == 0)
		return 1;
	if (r == -ENOMEM)
		return r;
	if (r == -ENOENT) {
		policies_refuse(answer, "no-terminal-key", 0,
			"this terminal has no key yet: install libpam-sekisho");
	} else if (r < 0) {
		snprintf(detail, sizeof(detail), "/var/lib/sekisho/" TERMINAL_KEY_FILE ": %s",
			strerror(-r));
		policies_refuse(answer, "no-terminal-key", -r, detail);
	} else {
		snprintf(detail, sizeof(detail),
			"for another terminal: its key is %s, this terminal's is %s", sealed_to,
			key);
		policies_refuse(answer, "another-terminal", 0, detail);
	}
	return 0;
}

static int store(struct policies *policies, const struct sealed_document *document,
	struct policies_answer *answer, struct source *ret)
{
	struct source source;
	int r = source_make(answer->text_sha256, document->bytes, document->size, &source);

	if (r < 0)
		return r;
	r = policies_store(policies, document->name, &source, document->in_force, document->header);
	if (r == 0)
		r = store_write(policies->config.state_fd, UNSEAL_WANTED, "", 0);
	if (r < 0) {
		source_clear(&source);
		policies_refuse_unstored(answer, r);
		return 0;
	}
	answer->outcome = POLICIES_TAKEN;
	*ret = source;
	return 1;
}

int policies_store_sealed(struct policies *policies, const struct sealed_document *document,
	enum document_verdict verdict, struct policies_answer *answer, struct source *ret)
{
	if (verdict == DOCUMENT_NOT_YET)
		answer->outcome = POLICIES_NEXT;
	else if (source_has_text(document->in_force, answer->text_sha256))
		answer->outcome = POLICIES_UNCHANGED;
	else if (verdict == DOCUMENT_ACCEPTED)
		return store(policies, document, answer, ret);
	return 0;
}
