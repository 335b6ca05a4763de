#include "tests/unit/allocation_subjects.h"

#include "tests/unit/document_signer.h"
#include "tests/unit/judged_fixture.h"
#include "tests/unit/media_builder.h"

#include "policy/exemption_text.h"
#include "policy/fresh.h"
#include "policy/ini_document.h"
#include "policy/media_shard.h"
#include "policy/policy.h"
#include "policy/site.h"
#include "policy/usb_facts.h"

#define MEDIA    40
#define PROBLEMS 70

static struct root *trusted;
static char *exemption_text, *exemption, *revocation_text, *revocation;
static char *root_text, *policy_text, *media_text, *fresh_text, *tokens_text, *tokens, *desks_text,
	*desks, *bad_policy_text, *bad_ini_text;
static char *bad_root, *root_1, *root_2, *policy, *media_index, *fresh, *bad_policy, *hardware_root;
static struct media_builder built;
static struct medium registered[MEDIA];
static struct fixture descriptors, every_section;

char untouched;

static void make_media(void)
{
	for (unsigned i = 0; i < MEDIA; i++) {
		char line[64];

		snprintf(line, sizeof(line), "M-%u 0951:1666 SERIAL%u", i, i);
		registered[i] = media_builder_medium(line);
	}
	media_builder_start(&built, 1, registered, MEDIA);
}

int subjects_setup(void **state)
{
	static const struct edit second[EDITS_MAX] = {{"serial = 1", "serial = 2"}};
	static const struct edit hardware[EDITS_MAX] = {
		{"key-1 = @tanaka@", "key-1 = @tanaka-sk@"}};
	static const struct edit mistakes[EDITS_MAX] = {{"mode = enforce", "mode = force"},
		{"keyboard = allow", "keybord = allow\npointer = alow\n[device x]\nid = 1"}};
	static const struct edit emperor[EDITS_MAX] = {
		{"serial = 1", "serial = 2"}, {"[role fresh]", "[role emperor]"}};

	trusted = trusted_root(NULL, NULL);
	root_text = document_text(text_root, NULL);
	policy_text = document_text(text_policy, NULL);
	media_text = document_text(text_media, NULL);
	fresh_text = document_text(text_fresh, NULL);
	bad_policy_text = document_text(text_policy, mistakes);
	bad_ini_text = strdup("key = 1\n[a\n[b]\nx=1\nx=2\n[b]\n");
	root_1 = document_made(DOCUMENT_ROOT, NULL, NULL);
	policy = document_made(DOCUMENT_POLICY, NULL, NULL);
	media_index = document_made(DOCUMENT_MEDIA, NULL, NULL);
	tokens_text = document_text(text_tokens, NULL);
	tokens = document_made(DOCUMENT_TOKENS, NULL, NULL);
	desks_text = document_text(text_desks, NULL);
	desks = document_made(DOCUMENT_DESKS, NULL, NULL);
	exemption_text = document_text(text_exemption, NULL);
	exemption = document_made(DOCUMENT_EXEMPTION, NULL, NULL);
	revocation_text = document_text(text_revocation, NULL);
	revocation = document_made(DOCUMENT_REVOCATION, NULL, NULL);
	fresh = document_made(DOCUMENT_FRESH, NULL, NULL);
	bad_policy = document_made(DOCUMENT_POLICY, mistakes, NULL);
	bad_root = document_made(DOCUMENT_ROOT, emperor, NULL);
	root_2 = document_made(DOCUMENT_ROOT, second, NULL);
	hardware_root = document_made(DOCUMENT_ROOT, hardware, "suzuki tanaka-sk");
	make_media();
	descriptors = fixture_read("usb/phone-many.bin");
	every_section = fixture_read("../fuzz/corpus/policy/every-section");
	return 0;
}

int subjects_teardown(void **state)
{
	char **const texts[] = {&root_text, &policy_text, &media_text, &fresh_text, &tokens_text,
		&tokens, &bad_policy_text, &bad_ini_text, &root_1, &root_2, &policy, &media_index,
		&exemption_text, &exemption, &revocation_text, &revocation, &desks_text, &desks,
		&fresh, &bad_policy, &hardware_root, &bad_root, &descriptors.bytes,
		&every_section.bytes};

	for (size_t i = 0; i < COUNT(texts); i++)
		free(*texts[i]);
	media_builder_clear(&built);
	root_free(trusted);
	return 0;
}

/* --- what is called --- */

static int read_text(const struct subject *subject, struct outcome *ret)
{
	return subject->reader->read(
		*subject->text, strlen(*subject->text), &ret->problems, &ret->value);
}

#define VERIFIER(name, function, type) \
	static int name(const struct subject *subject, struct outcome *ret) \
	{ \
		struct verify_request request = { \
			.root = trusted, .site = "tosu", .now_s = time_of(NOW)}; \
		struct type *value = ret->value; \
		int r = function(&request, *subject->text, strlen(*subject->text), &ret->problems, \
			&ret->verification, &value); \
\
		ret->value = value; \
		return r; \
	}

VERIFIER(judge_policy, verify_policy, policy)
VERIFIER(judge_first_root, verify_first_root, root)
VERIFIER(judge_next_root, verify_next_root, root)
VERIFIER(judge_media, verify_media, media_index)
VERIFIER(judge_fresh, verify_fresh, fresh)
VERIFIER(judge_tokens, verify_tokens, tokens)
VERIFIER(judge_desks, verify_desks, desks)
VERIFIER(judge_exemption, verify_exemption, exemption)
VERIFIER(judge_revocation, verify_revocation, revocation)

/* Written, and what was written read again. */
static int write_exemption(const struct subject *subject, struct outcome *ret)
{
	struct exemption *first = NULL, *value = ret->value;
	char *text = NULL;
	int r = exemption_parse(*subject->text, strlen(*subject->text), &ret->problems, &first);

	if (r == 0)
		r = exemption_write(first, &ret->problems, &text);
	if (r == 0)
		r = exemption_parse(text, strlen(text), &ret->problems, &value);
	ret->value = value;
	exemption_free(first);
	free(text);
	return r;
}

static int parse_usb(const struct subject *subject, struct outcome *ret)
{
	struct usb_facts *value = ret->value;
	int r = usb_facts_parse((const uint8_t *)descriptors.bytes, descriptors.size, &value);

	ret->value = value;
	return r;
}

static int make_builtin(const struct subject *subject, struct outcome *ret)
{
	struct policy *value = ret->value;
	int r = policy_new_builtin(&value);

	ret->value = value;
	return r;
}

static int read_site(const struct subject *subject, struct outcome *ret)
{
	static const char text[] = "[site]\nsite = tosu\ntier = my-number\nring = 3\n";
	static struct site site;
	int r;

	memset(&site, 0xa5, sizeof(site));
	r = site_parse(text, strlen(text), &ret->problems, &site);
	assert_true(r == 0 || site.ring == 0xa5);
	ret->value = r == 0 ? (void *)&site : &untouched;
	return r;
}

/* A table and all media of a shard in it. */
static int add_shard(const struct subject *subject, struct outcome *ret)
{
	struct media *media = ret->value;
	int r = media_new(MEDIA, &media);

	ret->value = media;
	if (r < 0)
		return r;
	r = media_builder_add(&built, 0, media, &ret->problems);
	if (r == 0)
		return 0;
	assert_int_equal(media_count(media), 0);
	assert_null(media_at(media, 0));
	media_free(media);
	ret->value = &untouched;
	return r;
}

static int format_shard(const struct subject *subject, struct outcome *ret)
{
	static char buffer[MEDIA_SHARD_SIZE_MAX];
	const struct medium *list[MEDIA];
	size_t size = 1;
	int r;

	for (size_t i = 0; i < MEDIA; i++)
		list[i] = &registered[i];
	r = media_shard_format("tosu", "my-number", 0, list, MEDIA, buffer, &size);
	assert_int_equal(size, r == 0 ? built.sizes[0] : 1);
	ret->value = r == 0 ? buffer : &untouched;
	return r;
}

static int add_problems(const struct subject *subject, struct outcome *ret)
{
	for (unsigned i = 0; i < PROBLEMS; i++)
		problems_add(&ret->problems, PROBLEMS - i, 1, "read", 4, "number %u", i);
	assert_true(problems_any(&ret->problems));
	problems_sort(&ret->problems);
	for (size_t i = 1; i < ret->problems.count; i++)
		assert_true(ret->problems.items[i - 1].line < ret->problems.items[i].line);
	ret->value = &untouched;
	return 0;
}

/* --- what came of it --- */

static void free_nothing(void *value)
{
}

static void free_usb(void *value)
{
	usb_facts_free(value);
}

static void free_table(void *value)
{
	media_free(value);
}

static const struct reader nothing = {.free = free_nothing}, usb = {.free = free_usb};
static const struct reader table = {.free = free_table};

static bool is_same_ini(const void *left, const void *right)
{
	const struct ini_document *a = left, *b = right;

	if (a->n_sections != b->n_sections)
		return false;
	for (size_t i = 0; i < a->n_sections; i++) {
		const struct ini_section *s = &a->sections[i], *t = &b->sections[i];

		if (strcmp(s->type, t->type) != 0 || s->n_entries != t->n_entries)
			return false;
		for (size_t e = 0; e < s->n_entries; e++)
			if (strcmp(s->entries[e].key, t->entries[e].key) != 0 ||
				strcmp(s->entries[e].value, t->entries[e].value) != 0)
				return false;
	}
	return true;
}

static bool is_same_policy(const void *left, const void *right)
{
	struct policy a = *(const struct policy *)left, b = *(const struct policy *)right;
	bool is_same = a.n_devices == b.n_devices &&
		       (a.n_devices == 0 ||
			       memcmp(a.devices, b.devices, a.n_devices * sizeof(*a.devices)) == 0);

	return is_same && strcmp(a.header.site, b.header.site) == 0 &&
	       a.header.serial == b.header.serial && a.mode == b.mode &&
	       memcmp(a.media, b.media, sizeof(a.media)) == 0 && a.n_desks == b.n_desks &&
	       a.n_network == b.n_network && a.n_exempt == b.n_exempt;
}

static bool is_same_site(const void *left, const void *right)
{
	const struct site *a = left, *b = right;

	return strcmp(a->site, "tosu") == 0 && a->ring == 3 && strcmp(b->tier, "my-number") == 0;
}

#define SAME(name, type) \
	static bool name(const void *left, const void *right) \
	{ \
		return memcmp(left, right, sizeof(struct type)) == 0; \
	}

/* All zeros before they are filled, and without pointers. */
SAME(is_same_root, root)
SAME(is_same_fresh, fresh)
SAME(is_same_index, media_index)
SAME(is_same_desks, desks)
SAME(is_same_exemption, exemption)
SAME(is_same_revocation, revocation)

static bool is_same_tokens(const void *left, const void *right)
{
	const struct tokens *a = left, *b = right;

	return a->n_entries == 2 && b->n_entries == 2 &&
	       memcmp(a->entries, b->entries, 2 * sizeof(*a->entries)) == 0 &&
	       memcmp(a->envelopes, b->envelopes, sizeof(a->envelopes)) == 0;
}

static bool is_same_shard(const void *left, const void *right)
{
	const struct media_shard *a = left, *b = right;

	return a->n_entries == MEDIA && b->n_entries == MEDIA &&
	       memcmp(a->entries, b->entries, MEDIA * sizeof(*a->entries)) == 0;
}

static bool is_same_usb(const void *left, const void *right)
{
	const struct usb_facts *a = left, *b = right;

	return a->n_alternates == b->n_alternates && a->n_alternates > 0 &&
	       memcmp(a->sha256, b->sha256, sizeof(a->sha256)) == 0 &&
	       memcmp(a->alternates, b->alternates, a->n_alternates * sizeof(*a->alternates)) == 0;
}

static bool is_same_table(const void *left, const void *right)
{
	if (media_count(left) != MEDIA || media_count(right) != MEDIA)
		return false;
	for (size_t i = 0; i < MEDIA; i++)
		if (!media_find(left, &registered[i].identity) ||
			!media_find(right, &registered[i].identity))
			return false;
	return true;
}

static bool is_same_text(const void *left, const void *right)
{
	return memcmp(left, built.bytes[0], built.sizes[0]) == 0;
}

#define SITE       &nothing, is_same_site
#define INI        &ini_document_reader, is_same_ini
#define POLICY     &policy_reader, is_same_policy
#define ROOT       &root_reader, is_same_root
#define FRESH      &fresh_reader, is_same_fresh
#define TOKENS     &tokens_reader, is_same_tokens
#define DESKS      &desks_reader, is_same_desks
#define EXEMPTION  &exemption_reader, is_same_exemption
#define REVOCATION &revocation_reader, is_same_revocation
#define INDEX      &media_index_reader, is_same_index
#define SHARD      &media_shard_reader, is_same_shard
#define USB        &usb, is_same_usb
#define TABLE      &table, is_same_table
#define TEXT       &nothing, is_same_text
#define NOTHING    &nothing, NULL
#define GOOD       .is_good = true
#define BAD        .is_good = false
#define JUDGED     .is_good = true, .verdict = DOCUMENT_ACCEPTED

const struct subject subjects[] = {
	{"an INI document", read_text, INI, &policy_text, GOOD},
	{"an INI document with mistakes", read_text, INI, &bad_ini_text, BAD},
	{"a policy", read_text, POLICY, &policy_text, GOOD},
	{"a policy with every section", read_text, POLICY, &every_section.bytes, GOOD},
	{"a policy with mistakes", read_text, POLICY, &bad_policy_text, BAD},
	{"the built-in policy", make_builtin, POLICY, NULL, GOOD},
	{"a site file", read_site, SITE, NULL, GOOD},
	{"a root", read_text, ROOT, &root_text, GOOD},
	{"a policy read as a root", read_text, ROOT, &policy_text, BAD},
	{"fresh", read_text, FRESH, &fresh_text, GOOD},
	{"an index read as fresh", read_text, FRESH, &media_text, BAD},
	{"tokens", read_text, TOKENS, &tokens_text, GOOD},
	{"an index read as tokens", read_text, TOKENS, &media_text, BAD},
	{"desks", read_text, DESKS, &desks_text, GOOD},
	{"an exemption", read_text, EXEMPTION, &exemption_text, GOOD},
	{"a revocation", read_text, REVOCATION, &revocation_text, GOOD},
	{"a revocation read as an exemption", read_text, EXEMPTION, &revocation_text, BAD},
	{"an exemption that is written", write_exemption, EXEMPTION, &exemption_text, GOOD},
	{"tokens read as desks", read_text, DESKS, &tokens_text, BAD},
	{"an index of media", read_text, INDEX, &media_text, GOOD},
	{"fresh read as an index", read_text, INDEX, &fresh_text, BAD},
	{"a shard", read_text, SHARD, &built.bytes[0], GOOD},
	{"an index read as a shard", read_text, SHARD, &media_text, BAD},
	{"a shard written", format_shard, TEXT, NULL, GOOD},
	{"a shard added to a table", add_shard, TABLE, NULL, GOOD},
	{"descriptors", parse_usb, USB, NULL, GOOD},
	{"many problems", add_problems, NOTHING, NULL, BAD},
	{"a signed policy", judge_policy, POLICY, &policy, JUDGED},
	{"a signed policy with mistakes", judge_policy, POLICY, &bad_policy, BAD},
	{"an unsigned policy", judge_policy, POLICY, &policy_text, BAD},
	{"a signed index offered as a policy", judge_policy, POLICY, &media_index, BAD},
	{"a first root", judge_first_root, ROOT, &root_1, JUDGED},
	{"a first root signed by a hardware key", judge_first_root, ROOT, &hardware_root, JUDGED},
	{"the next root", judge_next_root, ROOT, &root_2, JUDGED},
	{"the next root with a mistake", judge_next_root, ROOT, &bad_root, BAD},
	{"the same root once more", judge_next_root, ROOT, &root_1, BAD},
	{"a signed index of media", judge_media, INDEX, &media_index, JUDGED},
	{"a signed fresh", judge_fresh, FRESH, &fresh, JUDGED},
	{"signed tokens", judge_tokens, TOKENS, &tokens, JUDGED},
	{"a signed exemption", judge_exemption, EXEMPTION, &exemption, JUDGED},
	{"a signed revocation", judge_revocation, REVOCATION, &revocation, JUDGED},
	{"signed desks", judge_desks, DESKS, &desks, JUDGED},
};

const size_t n_subjects = COUNT(subjects);
