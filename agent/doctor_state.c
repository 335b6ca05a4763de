/* The clock, the documents, the key and the secrets: what the codes of this terminal stand on. */
#include "agent/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/below.h"
#include "policy/cleanup.h"
#include "policy/login_floor.h"
#include "policy/login_places.h"
#include "policy/policy.h"
#include "policy/problem.h"
#include "policy/tokens.h"

#define STATE   STATE_FOLDER "/"
#define RULES   STATE LOGIN_RULES_FILE
#define LAST    STATE LOGIN_RULES_LAST_FILE
#define SEEN    STATE POLICY_SEEN_FILE
#define FLOOR   STATE LOGIN_FLOOR_FILE
#define POLICY  STATE "policy.ini"
#define TOKENS  STATE "tokens.ini"
#define SEALED  STATE TERMINAL_KEY_SEALED
#define RECORDS STATE RECORDS_FOLDER
#define HELPER  "/usr/libexec/sekisho/sekisho-verify" /* the package is installed */

#define SOON_S (30 * 24 * 3600)

static bool is_there(const struct doctor *doctor, const char *path)
{
	struct stat found;

	return below_stat(doctor->root_fd, path, &found) != -ENOENT;
}

static int read_rules(struct doctor *doctor, const char *path)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	size_t size;
	int r = below_read(doctor->root_fd, path, LOGIN_RULES_SIZE + 1, &bytes, &size);

	if (r < 0)
		return r;
	return login_rules_decode((const uint8_t *)bytes, size, &doctor->rules);
}

/* As sekisho-verify finds them. */
static void find_rules(struct doctor *doctor)
{
	const struct doctor_place place = {.file = RULES};
	int r = read_rules(doctor, RULES);

	if (r == 0) {
		doctor->rules_found = DOCTOR_RULES_OF_POLICY;
		return;
	}
	if (r != -ENOENT && r != -EBADMSG)
		doctor_find_unread(doctor, RULES, r);
	if (read_rules(doctor, LAST) == 0) {
		doctor->rules_found = DOCTOR_RULES_LAST_GOOD;
		doctor_find(doctor, DOCTOR_RULES_OLD, DOCTOR_WRONG, &place, "%s", "");
		return;
	}
	login_rules_strict(&doctor->rules);
	if (!is_there(doctor, SEEN) && !is_there(doctor, RULES) && !is_there(doctor, LAST) &&
		(is_there(doctor, RECORDS) || !is_there(doctor, HELPER))) {
		doctor->rules_found = DOCTOR_RULES_NEVER;
		return;
	}
	doctor->rules_found = DOCTOR_RULES_NOT_HERE;
	doctor_find(doctor, DOCTOR_RULES_LOST, DOCTOR_WRONG, &place, "%s", "");
}

static void find_floor(struct doctor *doctor)
{
	const struct doctor_place place = {.file = FLOOR};
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	int r = below_read(doctor->root_fd, FLOOR, LOGIN_FLOOR_SIZE, &text, &size);

	if (r == 0)
		r = login_floor_decode(text, size, &doctor->floor_s);
	if (r < 0) {
		doctor->floor_s = -1;
		if (doctor->rules_found != DOCTOR_RULES_NEVER)
			doctor_find(doctor, DOCTOR_NO_FLOOR,
				r == -ENOENT || r == -EBADMSG ? DOCTOR_REMARK : DOCTOR_UNSEEN,
				&place, "%s", "");
	} else if (doctor->now_s < doctor->floor_s) {
		doctor_find(doctor, DOCTOR_CLOCK_BEHIND, DOCTOR_WRONG, &place, "%s", "");
	}
}

static int read_document(
	struct doctor *doctor, const char *path, char **ret, struct signed_document *ret_document)
{
	struct problems problems = {0};
	size_t size;
	int r = below_read(doctor->root_fd, path, POLICY_SIZE_MAX + 1, ret, &size);

	if (r < 0)
		return r;
	r = document_split(*ret, size, &problems, ret_document);
	problems_clear(&problems);
	return r;
}

/* A document that is not there is 0, and *ret is left. */
static void tell_unread(struct doctor *doctor, const char *path, int r)
{
	if (r < 0 && r != -ENOENT)
		doctor_find_unread(doctor, path, r);
}

static void find_policy(struct doctor *doctor)
{
	const struct doctor_place place = {.file = POLICY};
	CLEANUP(policy_cleanup) struct policy *policy = NULL;
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct problems problems = {0};
	struct signed_document document;
	int r = read_document(doctor, POLICY, &bytes, &document);

	if (r == 0)
		r = policy_parse(document.text.bytes, document.text.size, &problems, &policy);
	problems_clear(&problems);
	tell_unread(doctor, POLICY, r);
	if (r < 0 || !policy)
		return;
	doctor->policy_serial = policy->header.serial;
	doctor->policy_issued_s = policy->header.issued;
	doctor->policy_ends_s = policy->header.not_after;
	if (doctor->now_s >= doctor->policy_ends_s)
		doctor_find(doctor, DOCTOR_POLICY_ENDED, DOCTOR_WRONG, &place, "%s", "");
	else if (doctor->now_s >= doctor->policy_ends_s - SOON_S)
		doctor_find(doctor, DOCTOR_POLICY_ENDS, DOCTOR_REMARK, &place, "%s", "");
}

static void find_tokens(struct doctor *doctor, bool is_wanted)
{
	const struct doctor_place place = {.file = TOKENS};
	CLEANUP(tokens_cleanup) struct tokens *tokens = NULL;
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct problems problems = {0};
	struct signed_document document;
	int r = read_document(doctor, TOKENS, &bytes, &document);

	if (r == 0)
		r = tokens_parse(document.text.bytes, document.text.size, &problems, &tokens);
	problems_clear(&problems);
	tell_unread(doctor, TOKENS, r);
	if (r == -ENOENT && is_wanted)
		doctor_find(doctor, DOCTOR_NO_TOKENS, DOCTOR_WRONG, &place, "%s", "");
	if (r < 0 || !tokens)
		return;
	doctor->tokens_serial = tokens->header.serial;
	doctor->tokens_ends_s = tokens->header.not_after;
	if (doctor->now_s >= doctor->tokens_ends_s)
		doctor_find(doctor, DOCTOR_TOKENS_ENDED, DOCTOR_REMARK, &place, "%s", "");
}

/* How systemd-creds begins what it seals: 126 bits that name the way, in base64. */
static enum doctor_seal seal_of(const char *text)
{
	static const char by_file[] = "Whxqht+dQJax1aZeCGLxm";
	static const char *const by_tpm[] = {"k6iUCUh0RJCQyvL8k8q1U", "DHzAexF2RZGcSwvqCLwg/"};

	if (strncmp(text, by_file, strlen(by_file)) == 0)
		return DOCTOR_SEAL_FILE;
	for (size_t i = 0; i < sizeof(by_tpm) / sizeof(by_tpm[0]); i++)
		if (strncmp(text, by_tpm[i], strlen(by_tpm[i])) == 0)
			return DOCTOR_SEAL_TPM;
	return DOCTOR_SEAL_UNSEEN;
}

static void find_key(struct doctor *doctor, bool is_wanted)
{
	const struct doctor_place place = {.file = SEALED};
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	int r = below_read(doctor->root_fd, SEALED, 64, &text, &size);

	doctor->seal = r == 0         ? seal_of(text)
		       : r == -ENOENT ? DOCTOR_SEAL_NONE
				      : DOCTOR_SEAL_UNSEEN;
	tell_unread(doctor, SEALED, r);
	if (r == -ENOENT && is_wanted)
		doctor_find(doctor, DOCTOR_KEY_MISSING, DOCTOR_WRONG, &place, "%s", "");
	if (doctor->seal == DOCTOR_SEAL_FILE)
		doctor_find(doctor, DOCTOR_KEY_NO_TPM, DOCTOR_REMARK, &place, "%s", "");
}

/* -1 where nobody but root may see them. */
static int64_t count(struct doctor *doctor, const char *folder, int64_t *ret_latest_s)
{
	CLEANUP(below_names_clear) struct below_names names = {.n = 0};
	char path[512];
	struct stat found;
	int r = below_list(doctor->root_fd, folder, &names);

	if (r == -ENOENT)
		return 0;
	if (r < 0) {
		doctor_find_unread(doctor, folder, r);
		return -1;
	}
	for (size_t i = 0; i < names.n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names.items[i]);
		if (below_stat(doctor->root_fd, path, &found) == 0 &&
			found.st_mtim.tv_sec > *ret_latest_s)
			*ret_latest_s = found.st_mtim.tv_sec;
	}
	return (int64_t)names.n;
}

static void find_people(struct doctor *doctor)
{
	const struct doctor_place place = {.file = SECRETS_FOLDER};
	int64_t unused_s = -1;

	doctor->n_people = count(doctor, RECORDS, &doctor->enrolled_s);
	doctor->n_open = count(doctor, SECRETS_FOLDER, &unused_s);
	if (doctor->n_people > 0 && doctor->n_open >= 0 && doctor->n_open < doctor->n_people)
		doctor_find(doctor, DOCTOR_NOT_OPENED, DOCTOR_WRONG, &place, "%d/%d",
			(int)doctor->n_open, (int)doctor->n_people);
}

void doctor_look_at_state(struct doctor *doctor)
{
	struct login_decision decision;
	bool is_wanted;

	doctor->policy_issued_s = doctor->policy_ends_s = doctor->tokens_ends_s = -1;
	doctor->enrolled_s = -1;
	find_rules(doctor);
	find_floor(doctor);
	doctor_decide(doctor, "login", &decision, &is_wanted);
	find_policy(doctor);
	find_tokens(doctor, is_wanted);
	find_key(doctor, is_wanted);
	find_people(doctor);
}
