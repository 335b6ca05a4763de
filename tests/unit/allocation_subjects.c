#include "tests/unit/allocation_subjects.h"

#include "tests/unit/document_signer.h"
#include "tests/unit/judged_fixture.h"
#include "tests/unit/media_builder.h"

#include "policy/fresh.h"
#include "policy/ini_document.h"
#include "policy/media_shard.h"
#include "policy/policy.h"
#include "policy/site.h"
#include "policy/usb_facts.h"

#define MEDIA    40
#define PROBLEMS 70

static struct root *trusted;
static char *root_text, *policy_text, *media_text, *fresh_text, *bad_policy_text;
static char *bad_root, *root_1, *root_2, *policy, *media_index, *fresh, *bad_policy, *hardware_root;
static struct media_builder built;
static struct medium registered[MEDIA];
static struct fixture descriptors, every_section;

char untouched;

static char *signed_text(const char *text, enum document_kind kind, const char *keys)
{
	return document_signed(text, document_kind_namespace(kind), keys);
}

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
	char *text;

	trusted = trusted_root(NULL, NULL);
	root_text = document_text(text_root, NULL);
	policy_text = document_text(text_policy, NULL);
	media_text = document_text(text_media, NULL);
	fresh_text = document_text(text_fresh, NULL);
	bad_policy_text = document_text(text_policy, mistakes);
	root_1 = signed_text(root_text, DOCUMENT_ROOT, "suzuki tanaka");
	policy = signed_text(policy_text, DOCUMENT_POLICY, "suzuki tanaka");
	media_index = signed_text(media_text, DOCUMENT_MEDIA, "suzuki tanaka");
	fresh = signed_text(fresh_text, DOCUMENT_FRESH, "clock");
	bad_policy = signed_text(bad_policy_text, DOCUMENT_POLICY, "suzuki tanaka");
	text = document_text(text_root, emperor);
	bad_root = signed_text(text, DOCUMENT_ROOT, "suzuki tanaka");
	free(text);
	text = document_text(text_root, second);
	root_2 = signed_text(text, DOCUMENT_ROOT, "suzuki tanaka");
	free(text);
	text = document_text(text_root, hardware);
	hardware_root = signed_text(text, DOCUMENT_ROOT, "suzuki tanaka-sk");
	free(text);
	make_media();
	descriptors = fixture_read("usb/phone-many.bin");
	every_section = fixture_read("../fuzz/corpus/policy/every-section");
	return 0;
}

int subjects_teardown(void **state)
{
	char **const texts[] = {&root_text, &policy_text, &media_text, &fresh_text,
		&bad_policy_text, &root_1, &root_2, &policy, &media_index, &fresh, &bad_policy,
		&hardware_root, &bad_root, &descriptors.bytes, &every_section.bytes};

	for (size_t i = 0; i < COUNT(texts); i++)
		free(*texts[i]);
	media_builder_clear(&built);
	root_free(trusted);
	return 0;
}

/* --- what is called --- */

#define READER(name, function, type, text) \
	static int name(struct outcome *ret) \
	{ \
		struct type *value = (struct type *)&untouched; \
		int r = function(text, strlen(text), &ret->problems, &value); \
\
		ret->value = value; \
		return r; \
	} \
	_Static_assert(sizeof(struct type) > 0, "a reader's value")

READER(read_ini, ini_document_read, ini_document, policy_text);
READER(read_bad_ini, ini_document_read, ini_document, "key = 1\n[a\n[b]\nx=1\nx=2\n[b]\n");
READER(read_policy, policy_parse, policy, policy_text);
READER(read_whole_policy, policy_parse, policy, every_section.bytes);
READER(read_bad_policy, policy_parse, policy, bad_policy_text);
READER(read_root, root_parse, root, root_text);
READER(read_bad_root, root_parse, root, policy_text);
READER(read_fresh, fresh_parse, fresh, fresh_text);
READER(read_bad_fresh, fresh_parse, fresh, media_text);
READER(read_index, media_index_parse, media_index, media_text);
READER(read_bad_index, media_index_parse, media_index, fresh_text);
READER(read_shard, media_shard_parse, media_shard, built.bytes[0]);
READER(read_bad_shard, media_shard_parse, media_shard, media_text);

#define VERIFIER(name, function, type, bytes) \
	static int name(struct outcome *ret) \
	{ \
		struct verify_request request = { \
			.root = trusted, .site = "tosu", .now_s = time_of(NOW)}; \
		struct type *value = (struct type *)&untouched; \
		int r = function(&request, bytes, strlen(bytes), &ret->problems, \
			&ret->verification, &value); \
\
		ret->value = value; \
		return r; \
	} \
	_Static_assert(sizeof(struct type) > 0, "a verifier's value")

VERIFIER(judge_policy, verify_policy, policy, policy);
VERIFIER(judge_bad_policy, verify_policy, policy, bad_policy);
VERIFIER(judge_unsigned_policy, verify_policy, policy, policy_text);
VERIFIER(judge_other_kind, verify_policy, policy, media_index);
VERIFIER(judge_first_root, verify_first_root, root, root_1);
VERIFIER(judge_hardware_root, verify_first_root, root, hardware_root);
VERIFIER(judge_next_root, verify_next_root, root, root_2);
VERIFIER(judge_root_again, verify_next_root, root, root_1);
VERIFIER(judge_bad_root, verify_next_root, root, bad_root);
VERIFIER(judge_media, verify_media, media_index, media_index);
VERIFIER(judge_fresh, verify_fresh, fresh, fresh);

static int parse_usb(struct outcome *ret)
{
	struct usb_facts *value = (struct usb_facts *)&untouched;
	int r = usb_facts_parse((const uint8_t *)descriptors.bytes, descriptors.size, &value);

	ret->value = value;
	return r;
}

static int make_builtin(struct outcome *ret)
{
	struct policy *value = (struct policy *)&untouched;
	int r = policy_new_builtin(&value);

	ret->value = value;
	return r;
}

static int read_site(struct outcome *ret)
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
static int add_shard(struct outcome *ret)
{
	struct media *media = (struct media *)&untouched;
	int r = media_new(MEDIA, &media);

	ret->value = media;
	if (r < 0)
		return r;
	r = media_add_shard(media, &built.index, 0, built.bytes[0], built.sizes[0], &ret->problems);
	if (r == 0)
		return 0;
	assert_int_equal(media_count(media), 0);
	assert_null(media_at(media, 0));
	media_free(media);
	ret->value = &untouched;
	return r;
}

static int format_shard(struct outcome *ret)
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

static int add_problems(struct outcome *ret)
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

#define FREE(name, function, type) \
	static void name(void *value) \
	{ \
		function((struct type *)value); \
	} \
	_Static_assert(sizeof(struct type *) > 0, "what is freed")

FREE(free_ini, ini_document_free, ini_document);
FREE(free_policy, policy_free, policy);
FREE(free_root, root_free, root);
FREE(free_fresh, fresh_free, fresh);
FREE(free_index, media_index_free, media_index);
FREE(free_shard, media_shard_free, media_shard);
FREE(free_usb, usb_facts_free, usb_facts);
FREE(free_table, media_free, media);

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
	} \
	_Static_assert(sizeof(struct type) > 0, "what is compared")

/* All zeros before they are filled, and without pointers. */
SAME(is_same_root, root);
SAME(is_same_fresh, fresh);
SAME(is_same_index, media_index);

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

#define SITE    free_nothing, is_same_site
#define INI     free_ini, is_same_ini
#define POLICY  free_policy, is_same_policy
#define ROOT    free_root, is_same_root
#define FRESH   free_fresh, is_same_fresh
#define INDEX   free_index, is_same_index
#define SHARD   free_shard, is_same_shard
#define USB     free_usb, is_same_usb
#define TABLE   free_table, is_same_table
#define TEXT    free_nothing, is_same_text
#define NOTHING free_nothing, NULL
#define GOOD    .is_good = true
#define BAD     .is_good = false
#define JUDGED  .is_good = true, .verdict = DOCUMENT_ACCEPTED

const struct subject subjects[] = {
	{"an INI document", read_ini, INI, GOOD},
	{"an INI document with mistakes", read_bad_ini, INI, BAD},
	{"a policy", read_policy, POLICY, GOOD},
	{"a policy with every section", read_whole_policy, POLICY, GOOD},
	{"a policy with mistakes", read_bad_policy, POLICY, BAD},
	{"the built-in policy", make_builtin, POLICY, GOOD},
	{"a site file", read_site, SITE, GOOD},
	{"a root", read_root, ROOT, GOOD},
	{"a policy read as a root", read_bad_root, ROOT, BAD},
	{"fresh", read_fresh, FRESH, GOOD},
	{"an index read as fresh", read_bad_fresh, FRESH, BAD},
	{"an index of media", read_index, INDEX, GOOD},
	{"fresh read as an index", read_bad_index, INDEX, BAD},
	{"a shard", read_shard, SHARD, GOOD},
	{"an index read as a shard", read_bad_shard, SHARD, BAD},
	{"a shard written", format_shard, TEXT, GOOD},
	{"a shard added to a table", add_shard, TABLE, GOOD},
	{"descriptors", parse_usb, USB, GOOD},
	{"many problems", add_problems, NOTHING, BAD},
	{"a signed policy", judge_policy, POLICY, JUDGED},
	{"a signed policy with mistakes", judge_bad_policy, POLICY, BAD},
	{"an unsigned policy", judge_unsigned_policy, POLICY, BAD},
	{"a signed index offered as a policy", judge_other_kind, POLICY, BAD},
	{"a first root", judge_first_root, ROOT, JUDGED},
	{"a first root signed by a hardware key", judge_hardware_root, ROOT, JUDGED},
	{"the next root", judge_next_root, ROOT, JUDGED},
	{"the next root with a mistake", judge_bad_root, ROOT, BAD},
	{"the same root once more", judge_root_again, ROOT, BAD},
	{"a signed index of media", judge_media, INDEX, JUDGED},
	{"a signed fresh", judge_fresh, FRESH, JUDGED},
};

const size_t n_subjects = COUNT(subjects);
