/*
 * Times what a terminal does with registered media: from nothing to the first decision, then
 * decisions and lookups with few media and with many, and the same lookups by other means. Prints
 * "name value" lines; tests/bench/run makes the table of them.
 *
 * usage: bench_media ROOT POLICY STICK.bin FEW MANY    (folders with a signed media.ini)
 */
#include <err.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "policy/decide.h"
#include "tests/bench/bench_load.h"

#define QUERIES 100000
#define ROUNDS  9
#define BENCHES 3 /* few media; many of which few are asked for; many */
#define SCANS   400

/* Short, so that asking does not wash the table out of the caches; a device asks once. */
struct query {
	uint16_t vendor, product;
	char serial[28];
};

struct bench {
	const struct policy *policy;
	const struct media *media;
	struct usb_facts *usb;
	struct query *queries; /* registered ones and others by turns */
	GHashTable *hash;      /* "0951:1666:serial" → medium */
	const char **rules;    /* the same as lines of text, as rule files have them */
	size_t n_rules;
};

/* CPU time: what else the machine does is not counted. */
static double now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* What is really there: the heap's own numbers count what was never touched. */
static size_t resident_kib(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long size, resident;

	if (!file || fscanf(file, "%lu %lu", &size, &resident) != 2)
		errx(1, "/proc/self/statm");
	fclose(file);
	return resident * (size_t)sysconf(_SC_PAGESIZE) / 1024;
}

static struct usb_facts *read_facts(const char *path)
{
	static uint8_t bytes[4096];
	FILE *file = fopen(path, "re");
	struct usb_facts *facts;
	size_t size;

	if (!file)
		err(1, "%s", path);
	size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	if (usb_facts_parse(bytes, size, &facts) < 0 || facts->is_malformed)
		errx(1, "%s is no device", path);
	return facts;
}

/* The same each time. Of the media, n_distinct are asked for, and as many others. */
static struct query *make_queries(const struct media *media, size_t n_distinct)
{
	struct query *queries = calloc(QUERIES, sizeof(*queries));
	uint64_t seed = 0x9e3779b97f4a7c15u;

	if (!queries)
		errx(1, "memory");
	for (size_t i = 0; i < QUERIES; i++) {
		const struct medium_identity *identity;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		identity = &media_at(media, seed % n_distinct)->identity;
		queries[i].vendor = identity->vendor;
		queries[i].product = identity->product;
		snprintf(queries[i].serial, sizeof(queries[i].serial), "%.27s", identity->serial);
		if (i % 2 != 0)
			snprintf(queries[i].serial, sizeof(queries[i].serial), "%016llx",
				(unsigned long long)seed);
	}
	return queries;
}

static struct medium_identity identity_of(const struct query *query)
{
	struct medium_identity identity;

	identity.vendor = query->vendor;
	identity.product = query->product;
	memcpy(identity.serial, query->serial, sizeof(query->serial));
	return identity;
}

static void format_key(const struct medium_identity *identity, char *key, size_t size)
{
	snprintf(key, size, "%04x:%04x:%s", identity->vendor, identity->product, identity->serial);
}

/* The peers: a general hash table, and lines that are compared one after the other. */
static void make_peers(struct bench *bench)
{
	bench->hash = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	bench->n_rules = media_count(bench->media);
	bench->rules = calloc(bench->n_rules, sizeof(*bench->rules));
	if (!bench->rules)
		errx(1, "memory");
	for (size_t i = 0; i < bench->n_rules; i++) {
		const struct medium *medium = media_at(bench->media, i);
		char key[160];

		format_key(&medium->identity, key, sizeof(key));
		bench->rules[i] = g_strdup(key);
		g_hash_table_insert(bench->hash, g_strdup(key), (void *)(uintptr_t)medium);
	}
}

static void start(struct bench *bench, const struct bench_documents *documents, const char *stick,
	size_t n_distinct)
{
	bench->policy = documents->policy;
	bench->media = documents->media;
	bench->usb = read_facts(stick);
	bench->queries = make_queries(documents->media, n_distinct);
	make_peers(bench);
}

/* Each returns how many of the queries were answered with yes. */
static size_t run_decisions(struct bench *bench)
{
	static struct device_decision decision;
	size_t yes = 0;

	for (size_t i = 0; i < QUERIES; i++) {
		const struct medium_identity identity = identity_of(&bench->queries[i]);
		struct device_facts facts = {
			.usb = bench->usb, .medium = media_find(bench->media, &identity)};

		bench->usb->vendor = identity.vendor;
		bench->usb->product = identity.product;
		decide_device(bench->policy, &facts, &decision);
		yes += decision.verdict != VERDICT_BLOCK;
	}
	return yes;
}

static size_t run_lookups(struct bench *bench)
{
	size_t yes = 0;

	for (size_t i = 0; i < QUERIES; i++) {
		const struct medium_identity identity = identity_of(&bench->queries[i]);

		yes += media_find(bench->media, &identity) != NULL;
	}
	return yes;
}

static size_t run_glib(struct bench *bench)
{
	size_t yes = 0;

	for (size_t i = 0; i < QUERIES; i++) {
		const struct medium_identity identity = identity_of(&bench->queries[i]);
		char key[160];

		format_key(&identity, key, sizeof(key));
		yes += g_hash_table_contains(bench->hash, key);
	}
	return yes;
}

static bool scan(const struct bench *bench, const char *key)
{
	for (size_t i = 0; i < bench->n_rules; i++)
		if (strcmp(bench->rules[i], key) == 0)
			return true;
	return false;
}

/* Of so few that it ends. */
static size_t run_scan(struct bench *bench)
{
	size_t yes = 0;

	for (size_t i = 0; i < SCANS; i++) {
		const struct medium_identity identity = identity_of(&bench->queries[i]);
		char key[160];

		format_key(&identity, key, sizeof(key));
		yes += scan(bench, key);
	}
	return yes;
}

static int compare(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* By turns, so that what else the machine does meets all of them; the median counts. */
static void measure(const char *name, size_t (*run)(struct bench *bench), size_t n_queries,
	struct bench benches[BENCHES])
{
	static const char *const names[BENCHES] = {"few", "known", "many"};
	double per_second[BENCHES][ROUNDS];

	for (size_t round = 0; round < ROUNDS; round++)
		for (size_t which = 0; which < BENCHES; which++) {
			double began_ms = now_ms();

			if (run(&benches[which]) != n_queries / 2)
				errx(1, "%s: a wrong answer", name);
			per_second[which][round] = (double)n_queries * 1e3 / (now_ms() - began_ms);
		}
	for (size_t which = 0; which < BENCHES; which++) {
		qsort(per_second[which], ROUNDS, sizeof(double), compare);
		printf("%s-%s %.0f\n", name, names[which], per_second[which][ROUNDS / 2]);
	}
}

/* From nothing to an answer, as after a start of the terminal. */
static void measure_start(char **argv, struct bench_documents *documents)
{
	double began_ms = now_ms(), loading_ms;
	struct usb_facts *usb = read_facts(argv[3]);
	static struct device_decision decision;
	size_t kib_before;

	bench_load_policy(argv[1], argv[2], documents);
	kib_before = resident_kib();
	loading_ms = now_ms();
	bench_load_media(argv[5], documents);
	printf("load-ms %.1f\n", now_ms() - loading_ms);
	decide_device(documents->policy,
		&(struct device_facts){.usb = usb,
			.medium = media_find(
				documents->media, &media_at(documents->media, 0)->identity)},
		&decision);
	printf("first-decision-ms %.1f\n", now_ms() - began_ms);
	printf("table-kib %zu\n", resident_kib() - kib_before);
	usb_facts_free(usb);
}

/* Of this program alone; getrusage() counts who started it, too. */
static void print_peak(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, "VmHWM:", 6) == 0)
			printf("load-peak-kib %lu\n", strtoul(line + 6, NULL, 10));
	if (file)
		fclose(file);
}

int main(int argc, char **argv)
{
	struct bench_documents few_documents, many_documents;
	struct bench benches[BENCHES] = {0};
	size_t n_few;

	if (argc != 6)
		errx(2, "usage: bench_media ROOT POLICY STICK.bin FEW MANY");
	measure_start(argv, &many_documents);
	print_peak();
	bench_load_policy(argv[1], argv[2], &few_documents);
	bench_load_media(argv[4], &few_documents);
	printf("media-few %zu\nmedia-many %zu\n", media_count(few_documents.media),
		media_count(many_documents.media));
	n_few = media_count(few_documents.media);
	start(&benches[0], &few_documents, argv[3], n_few);
	start(&benches[1], &many_documents, argv[3], n_few);
	start(&benches[2], &many_documents, argv[3], media_count(many_documents.media));
	measure("decisions", run_decisions, QUERIES, benches);
	measure("lookups", run_lookups, QUERIES, benches);
	measure("glib", run_glib, QUERIES, benches);
	measure("scan", run_scan, SCANS, benches);
	bench_documents_free(&few_documents);
	bench_documents_free(&many_documents);
	return 0;
}
