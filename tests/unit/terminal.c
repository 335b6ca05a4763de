#include "tests/unit/terminal.h"

#include <fcntl.h>
#include <openssl/sha.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "policy/base64.h"
#include "policy/media_shard.h"

#define MADE_MAX 256

struct terminal terminal;
struct made policy_41, policy_42, policy_43, policy_44, other_42;
static char *kept[MADE_MAX];
static size_t n_kept;

int terminal_setup_bare(void)
{
	static const char site[] = "[site]\nsite = tosu\ntier = my-number\n"
				   "terminal = desk-17\nring = 5\n";
	void *etc = NULL, *var = NULL;

	if (temporary_setup(&etc) < 0 || temporary_setup(&var) < 0)
		return -1;
	terminal = (struct terminal){
		.etc = etc,
		.state = var,
		.clock = {.realtime_s = JUNE_2026, .boottime_ms = 1000},
	};
	temporary_write(terminal.etc, "site.ini", site, sizeof(site) - 1);
	return 0;
}

void terminal_open(void)
{
	struct policies_config config = {
		.etc_fd = terminal.etc->fd,
		.state_fd = terminal.state->fd,
		.clock = terminal.clock,
	};

	assert_int_equal(policies_open(&config, &terminal.policies), 0);
}

int terminal_setup(void **state)
{
	if (terminal_setup_bare() < 0)
		return -1;
	put_root();
	terminal_open();
	return 0;
}

void terminal_start_anew(void)
{
	policies_close(terminal.policies);
	terminal.clock.boottime_ms = 1000;
	terminal_open();
}

void terminal_wait(int64_t seconds)
{
	terminal.clock.realtime_s += seconds;
	terminal.clock.boottime_ms += (uint64_t)seconds * 1000;
}

/* The folders below it go first. */
static void remove_folder(const char *name)
{
	char path[128];
	struct temporary below = {.fd = -1};

	snprintf(path, sizeof(path), "%s/%s", terminal.state->path, name);
	if (access(path, F_OK) < 0)
		return;
	snprintf(below.path, sizeof(below.path), "%.63s", path);
	below.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	temporary_empty(&below);
	close(below.fd);
}

void terminal_empty(void)
{
	remove_folder("root");
	remove_folder("media");
	temporary_empty(terminal.state);
}

int terminal_teardown(void **state)
{
	void *etc = terminal.etc, *var = terminal.state;

	limit_file_size(SIZE_MAX);
	policies_close(terminal.policies);
	terminal.policies = NULL;
	for (size_t i = 0; i < n_kept; i++)
		free(kept[i]);
	n_kept = 0;
	remove_folder("root");
	remove_folder("media");
	return temporary_teardown(&etc) | temporary_teardown(&var);
}

/* --- documents --- */

static struct made keep(enum document_kind kind, char *bytes)
{
	assert_true(n_kept < MADE_MAX);
	kept[n_kept++] = bytes;
	return (struct made){.kind = kind, .bytes = bytes, .size = strlen(bytes)};
}

/* text, which is freed, with "\nkey = VALUE" set to another value; "" leaves it. */
static char *with_value(char *text, const char *key, const char *value)
{
	char old[160], new[160], start[64];
	const char *line;
	char *edited;

	if (!value || !value[0])
		return text;
	snprintf(start, sizeof(start), "\n%s = ", key);
	line = strstr(text, start);
	assert_non_null(line);
	snprintf(old, sizeof(old), "%.*s", (int)(strcspn(line + 1, "\n") + 1), line);
	snprintf(new, sizeof(new), "%s%s", start, value);
	edited = text_edited(text, old, new);
	free(text);
	return edited;
}

static const char *digits(unsigned number, char buffer[16])
{
	snprintf(buffer, 16, "%u", number);
	return number ? buffer : "";
}

static struct made sign(enum document_kind kind, const struct wish *wish, const char *source)
{
	char *text = document_text(source, wish->edits), number[16], *bytes;

	text = with_value(text, "serial", digits(wish->serial, number));
	text = with_value(text, "epoch", digits(wish->epoch, number));
	text = with_value(text, "issued", wish->issued);
	text = with_value(text, "not-before", wish->not_before);
	text = with_value(text, "not-after", wish->not_after);
	bytes = document_signed(text, document_kind_namespace(kind),
		wish->keys ? wish->keys : document_sources[kind].keys);
	free(text);
	return keep(kind, bytes);
}

struct made make(enum document_kind kind, const struct wish *wish)
{
	return sign(kind, wish, document_sources[kind].text);
}

static struct medium medium_of(unsigned i)
{
	struct medium medium = {.identity = {.vendor = 0x0951, .product = 0x1666}};

	snprintf(medium.number, sizeof(medium.number), "M-%u", i);
	snprintf(medium.identity.serial, sizeof(medium.identity.serial), "S%u", i);
	return medium;
}

/* The text of a shard, or an empty one when no medium belongs to it. */
static struct made make_shard(unsigned shard, const struct medium *media, size_t n)
{
	static char text[MEDIA_SHARD_SIZE_MAX];
	const struct medium **chosen = calloc(n, sizeof(*chosen));
	size_t n_chosen = 0, size;
	char *bytes;

	assert_non_null(chosen);
	for (size_t i = 0; i < n; i++) {
		uint8_t sha256[SHA256_SIZE];

		assert_true(medium_identity_hash(&media[i].identity, sha256));
		if (media_shard_of(sha256, 16) == shard)
			chosen[n_chosen++] = &media[i];
	}
	if (n_chosen == 0) {
		free(chosen);
		return (struct made){};
	}
	assert_int_equal(media_shard_format("tosu", "my-number", (uint8_t)shard, chosen, n_chosen,
				 text, &size),
		0);
	free(chosen);
	bytes = strndup(text, size);
	assert_non_null(bytes);
	return keep(DOCUMENT_NONE, bytes); /* a shard has no kind */
}

static void append_hash(FILE *file, unsigned shard, struct made text)
{
	char base64[BASE64_SIZE(SHA256_SIZE) + 1];
	uint8_t sha256[SHA256_SIZE];

	assert_non_null(SHA256((const unsigned char *)text.bytes, text.size, sha256));
	base64_encode(sha256, sizeof(sha256), base64);
	fprintf(file, "%02x = %.43s\n", shard, base64);
}

struct list make_list(const struct wish *wish, unsigned first, unsigned last)
{
	struct medium media[64];
	struct list list = {};
	char *source = NULL;
	size_t size, n = last - first + 1;
	FILE *file = open_memstream(&source, &size);

	assert_true(n <= 64);
	for (size_t i = 0; i < n; i++)
		media[i] = medium_of(first + (unsigned)i);
	fprintf(file, "%.*smedia = %zu\n[shards]\ncount = 16\n",
		(int)(strstr(text_media, "media = 3") - text_media), text_media, n);
	for (unsigned shard = 0; shard < 16; shard++) {
		struct made text = make_shard(shard, media, n);

		if (!text.bytes)
			continue;
		list.texts[list.n_shards] = text;
		list.shards[list.n_shards++] = (struct policies_shard){
			.number = shard, .bytes = text.bytes, .size = text.size};
		append_hash(file, shard, text);
	}
	fclose(file);
	list.index = sign(DOCUMENT_MEDIA, wish, source);
	free(source);
	return list;
}

int terminal_setup_policies(void **state)
{
	if (terminal_setup(state) < 0)
		return -1;
	policy_41 = make(DOCUMENT_POLICY, &(struct wish){.serial = 41});
	policy_42 = make(DOCUMENT_POLICY, &(struct wish){.serial = 42});
	policy_43 = make(DOCUMENT_POLICY, &(struct wish){.serial = 43});
	policy_44 = make(DOCUMENT_POLICY, &(struct wish){.serial = 44});
	other_42 = make(DOCUMENT_POLICY,
		&(struct wish){.serial = 42, .not_after = "2027-05-01T00:00:00+09:00"});
	return 0;
}

/* --- what becomes of them --- */

struct policies_answer offer_list(const struct list *list)
{
	struct policies_answer answer;

	assert_int_equal(
		policies_offer_media(terminal.policies, list->index.bytes, list->index.size,
			list->shards, list->n_shards, &terminal.clock, &answer),
		0);
	assert_int_equal(answer.kind, DOCUMENT_MEDIA);
	return answer;
}

/* Of one document. */
static int offer_bundle(struct made made, struct policies_answer *ret)
{
	struct policies_answer *answers = NULL;
	size_t n;
	int r = policies_offer_bundle(
		terminal.policies, made.kind, made.bytes, made.size, &terminal.clock, &answers, &n);

	if (r == 0) {
		assert_int_equal(n, 1);
		*ret = answers[0];
	}
	free(answers);
	return r;
}

struct policies_answer offer(struct made made)
{
	struct policies *policies = terminal.policies;
	struct policies_answer answer;
	int r = -1;

	if (made.kind == DOCUMENT_ROOT)
		r = policies_offer_root(
			policies, 0, made.bytes, made.size, &terminal.clock, &answer);
	else if (made.kind == DOCUMENT_POLICY)
		r = policies_offer(policies, made.bytes, made.size, &terminal.clock, &answer);
	else if (made.kind == DOCUMENT_FRESH)
		r = policies_offer_fresh(policies, made.bytes, made.size, &terminal.clock, &answer);
	else if (made.kind == DOCUMENT_TOKENS)
		r = policies_offer_tokens(
			policies, made.bytes, made.size, &terminal.clock, &answer);
	else if (made.kind == DOCUMENT_DESKS)
		r = policies_offer_desks(policies, made.bytes, made.size, &terminal.clock, &answer);
	else if (bundle_documents_max(made.kind) > 0)
		r = offer_bundle(made, &answer);
	assert_int_equal(r, 0);
	assert_int_equal(answer.kind, made.kind);
	return answer;
}

void assert_refused(struct policies_answer answer, const char *fault)
{
	assert_string_equal(answer.fault, fault);
	assert_int_equal(answer.outcome, POLICIES_REFUSED);
	assert_string_not_equal(answer.detail, "");
}

static void assert_taken(struct policies_answer answer)
{
	if (answer.fault[0])
		fail_msg("%s: %s", answer.fault, answer.detail);
	assert_int_equal(
		answer.outcome, answer.kind == DOCUMENT_POLICY ? POLICIES_APPLIED : POLICIES_TAKEN);
}

void take(struct made made)
{
	assert_taken(offer(made));
}

void take_list(const struct list *list)
{
	assert_taken(offer_list(list));
}

void apply_and_keep(struct made policy)
{
	take(policy);
	assert_int_equal(policies_keep(terminal.policies), 0);
}

uint64_t serial_in_force(void)
{
	uint8_t sha256[SHA256_SIZE], zeros[SHA256_SIZE] = {0};
	const struct policy *policy = policies_current(terminal.policies, sha256);

	assert_int_equal(memcmp(sha256, zeros, SHA256_SIZE) == 0, policy->is_builtin);
	return policy->is_builtin ? 0 : policy->header.serial;
}

uint64_t newest_root(void)
{
	return policies_root(terminal.policies)->serial;
}

size_t n_registered(void)
{
	const struct media *media = policies_media(terminal.policies, &terminal.clock);

	return media ? media_count(media) : 0;
}

/* --- what is damaged --- */

void damage(const char *name)
{
	size_t size;
	char *bytes = temporary_read(terminal.state, name, &size);

	bytes[size / 2] ^= 1;
	temporary_write(terminal.state, name, bytes, size);
	free(bytes);
}

void cut_in_half(const char *name)
{
	size_t size;
	char *bytes = temporary_read(terminal.state, name, &size);

	temporary_write(terminal.state, name, bytes, size / 2);
	free(bytes);
}

void remove_if_there(const char *name)
{
	if (temporary_has(terminal.state, name))
		remove_file(name);
}

void remove_file(const char *name)
{
	assert_int_equal(unlinkat(terminal.state->fd, name, 0), 0);
}

void put_root(void)
{
	struct made root = make(DOCUMENT_ROOT, &(struct wish){});

	temporary_write(terminal.etc, "root.ini", root.bytes, root.size);
}

void put_key(char letter)
{
	char text[200];
	int size = snprintf(text, sizeof(text),
		"[terminal-key]\nterminal = desk-17\n"
		"key = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
		"fingerprint = SHA256:%cAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		letter);

	temporary_write(terminal.state, "terminal-key.ini", text, (size_t)size);
}

void put_file(const char *name, struct made made)
{
	temporary_write(terminal.state, name, made.bytes, made.size);
}

void assert_file(const char *name, struct made made)
{
	size_t size;
	char *bytes = temporary_read(terminal.state, name, &size);

	assert_int_equal(size, made.size);
	assert_memory_equal(bytes, made.bytes, size);
	free(bytes);
}

struct store_serial ratchet(enum document_kind kind, uint32_t epoch)
{
	struct store_serial last;

	assert_int_equal(store_read_serial(terminal.state->fd, kind, epoch, &last), 0);
	return last;
}

int check_next(struct policies_answer *ret)
{
	return policies_check_next(terminal.policies, &terminal.clock, ret);
}
