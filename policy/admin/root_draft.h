/*
 * The draft of the next root: the text of the one before it, changed place by place. Knows nothing
 * of options, files or signatures.
 */
#pragma once

#include <stdint.h>

#include "policy/admin/text_edit.h"
#include "policy/root.h"

struct root_draft {
	struct text text;
};

/* Each makes one change. Returns EXIT_DONE, EXIT_NO after complaining why it cannot be made, or
 * EXIT_UNKNOWN. Whether the whole is right, root_draft_check() says. */
int root_draft_add_person(struct root_draft *draft, const char *id, const char *fingerprint);
int root_draft_remove_person(struct root_draft *draft, const char *id);
int root_draft_add_key(struct root_draft *draft, const char *id, const char *fingerprint);
int root_draft_remove_key(struct root_draft *draft, const char *fingerprint);
/* Under which a person works at terminals. */
int root_draft_add_account(struct root_draft *draft, const char *id, const char *account);
int root_draft_remove_account(struct root_draft *draft, const char *id, const char *account);
/* role is the name of a section; where there is none, a role's own word makes one. */
int root_draft_add_to_role(struct root_draft *draft, const char *role, const char *id);
int root_draft_remove_from_role(struct root_draft *draft, const char *role, const char *id);
int root_draft_set_threshold(struct root_draft *draft, const char *role, unsigned threshold);
/* Of the first section: "epoch", "not-after" and so on. */
int root_draft_set(struct root_draft *draft, const char *key, const char *value);
int root_draft_set_number(struct root_draft *draft, const char *key, uint64_t number);

/* Whether terminals could read the draft, and enough persons can sign what it asks for. EXIT_DONE
 * with *ret (for root_free()), else after complaining. */
int root_draft_check(const struct root_draft *draft, struct root **ret);
