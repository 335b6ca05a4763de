/* Any text as an exemption: either problems, or an approved form that is written as it is read, and
 * that no unjudged case lets count. */
#include "tests/fuzz/fuzzed_text.h"

#include "policy/exemption_check.h"
#include "policy/exemption_text.h"
#include "policy/fiscal_year.h"

static void check_medium(const struct exemption_medium *medium)
{
	static const uint8_t nothing[SHA256_SIZE];

	assert(medium->kind != EXEMPTION_MEDIUM_NONE);
	assert((medium->kind == EXEMPTION_MEDIUM_REGISTERED) == (medium->number[0] != '\0'));
	assert((medium->kind == EXEMPTION_MEDIUM_DEVICE) == (medium->identity.serial[0] != '\0'));
	assert(medium->kind == EXEMPTION_MEDIUM_DEVICE ||
		memcmp(medium->descriptors_sha256, nothing, SHA256_SIZE) == 0);
	assert((medium->kind == EXEMPTION_MEDIUM_CLASS) ==
		(medium->device_class == CLASS_USB_STORAGE));
	assert(memchr(medium->volume, '\0', sizeof(medium->volume)));
}

static void check_use(const struct exemption_use *use)
{
	assert(use->access == VERDICT_READ_ONLY || use->access == VERDICT_ALLOW);
	assert(use->duration_s >= EXEMPTION_DURATION_MIN_S);
	assert(use->duration_s <= EXEMPTION_DURATION_MAX_S);
	assert(use->insertions <= EXEMPTION_INSERTIONS_MAX);
}

static void check_people(const struct exemption *exemption)
{
	assert(exemption->n_users <= EXEMPTION_USERS_MAX);
	assert(exemption->n_users > 0 || exemption->code_hash[0] != '\0');
	assert((exemption->requester[0] != '\0') == (exemption->requested != 0));
	for (size_t i = 0; i < exemption->n_users; i++)
		for (size_t k = 0; k < i; k++)
			assert(strcmp(exemption->users[i], exemption->users[k]) != 0);
}

/* Two texts that say the same are one when they are written. */
static void check_writing(const struct exemption *exemption)
{
	struct problems problems = {0};
	struct exemption *again = NULL;
	char *text = NULL, *twice = NULL;
	int r = exemption_write(exemption, &problems, &text);

	if (r == -EBADMSG) { /* too long for one line, as percent-encoded */
		problems_clear(&problems);
		return;
	}
	assert(r == 0);
	assert(exemption_parse(text, strlen(text), &problems, &again) == 0);
	assert(exemption_write(again, &problems, &twice) == 0 && strcmp(text, twice) == 0);
	exemption_free(again);
	free(text);
	free(twice);
}

/* By nobody, under a root without persons and a policy that allows all: it never counts. */
static void check_unsigned(const struct exemption *exemption)
{
	static struct root root;
	static struct policy policy;
	const struct exemption_case at = {
		&policy, &root, exemption->terminal, exemption->header.not_before, false};

	root.header.not_after = policy.header.not_after = INT64_MAX;
	policy.has_exemption = true;
	policy.exemption_scan = SCAN_OFF;
	policy.exemption_longest_s = EXEMPTION_DURATION_MAX_S;
	assert(exemption_check(&at, exemption, 0) != EXEMPTION_FAULT_NONE);
	if (exemption_check(&at, exemption, 1) == EXEMPTION_FAULT_NONE)
		assert(exemption->header.not_after <=
			fiscal_year_end(exemption->header.not_before));
}

static void check_text(const char *text, size_t size)
{
	struct exemption *exemption = fuzz_read(&exemption_reader, text, size);

	if (!exemption)
		return;
	assert(exemption->header.serial == 0);
	exemption->header.serial = 1; /* what check_header() asks of all others */
	check_header(&exemption->header, DOCUMENT_EXEMPTION);
	assert(exemption_id_is_valid(exemption->id));
	assert(strcmp(exemption->id, exemption->extends) != 0);
	assert(exemption->form.purpose[0] != '\0');
	check_medium(&exemption->medium);
	check_use(&exemption->use);
	check_people(exemption);
	check_writing(exemption);
	check_unsigned(exemption);
	exemption_free(exemption);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
