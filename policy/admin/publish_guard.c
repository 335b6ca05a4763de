#include "policy/admin/publish_guard.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/bundle_file.h"
#include "policy/admin/judge.h"
#include "policy/admin/parse.h"
#include "policy/admin/publish_order.h"
#include "policy/cleanup.h"
#include "policy/document_name.h"

/* One file, and what lies there in its place. */
struct pair {
	const struct publish_target *target;
	const struct site_files *site;
	const struct site_file *here; /* without bytes: there is none */
	const struct admin_file *there;
	enum document_kind kind;
	bool stays; /* what lies there */
};

/* A document of what lies there; by: the root it is judged by. */
static int judge_there(const struct pair *pair, const struct document_slice *whole,
	const struct root *by, const char *tier, struct judged_document *ret)
{
	int offset_minutes;
	const struct verify_request request = {
		.root = by,
		.site = pair->site->site.site,
		.tier = tier,
		.now_s = admin_now(&offset_minutes),
	};

	ret->kind = pair->kind;
	ret->file = (struct admin_file){.path = pair->here->name,
		.bytes = admin_copy(whole->bytes, whole->size),
		.size = whole->size};
	if (!ret->file.bytes || judge_bytes(&request, ret) < 0)
		return admin_no_memory();
	return EXIT_DONE;
}

static bool is_within(const struct document_slice *slice, const struct site_file *file)
{
	return file->bytes && memmem(file->bytes, file->size, slice->bytes, slice->size);
}

/* --- documents of which there is one, and whose serials only rise --- */

static int complain_of_tier(const struct pair *pair, const struct document_header *there)
{
	admin_complain("%s is of the site %s and the tier %s: each tier has a place of its own",
		pair->target->place, there->site, there->tier);
	return EXIT_NO;
}

static int complain_of_same(const struct pair *pair, const struct document_header *there)
{
	admin_complain(
		"%s/%s has the serial %" PRIu64 " as the one here, and another text: terminals "
		"that have it will never take this one. Give it the next serial (sign --raise)",
		pair->target->place, pair->here->name, there->serial);
	return EXIT_NO;
}

static int complain_of_newer(const struct pair *pair, const struct document_header *there,
	const struct document_header *here)
{
	if (!here)
		admin_complain(
			"%s/%s is there, and here is none", pair->target->place, pair->here->name);
	else
		admin_complain("%s/%s has the serial %" PRIu64 " of epoch %" PRIu32
			       ", here it is %" PRIu64 " of epoch %" PRIu32
			       ": somebody published from a newer folder than this one",
			pair->target->place, pair->here->name, there->serial, there->epoch,
			here->serial, here->epoch);
	return EXIT_NO;
}

static int compare(struct pair *pair, const struct document_header *there,
	const struct document_slice *there_text)
{
	CLEANUP(admin_document_clear) struct admin_document document = {.kind = pair->kind};
	const struct document_header *here = NULL;

	document.file = (struct admin_file){.path = pair->here->name, .size = pair->here->size};
	if (pair->here->bytes) {
		document.file.bytes = admin_copy(pair->here->bytes, pair->here->size);
		if (!document.file.bytes)
			return admin_no_memory();
		here = admin_parse_silently(&document) ? admin_document_header(&document) : NULL;
	}
	if (strcmp(there->tier, pair->site->site.tier) != 0)
		return complain_of_tier(pair, there);
	if (!here || there->epoch > here->epoch ||
		(there->epoch == here->epoch && there->serial > here->serial)) {
		/* The host of the timer may publish by itself. */
		pair->stays = pair->kind == DOCUMENT_FRESH;
		return pair->stays ? EXIT_DONE : complain_of_newer(pair, there, here);
	}
	if (there->epoch < here->epoch || there->serial < here->serial ||
		is_within(there_text, pair->here))
		return EXIT_DONE;
	return complain_of_same(pair, there);
}

/* Judged for the tier that it says, so that another one's is found, too. */
static int check_document(struct pair *pair)
{
	const struct document_slice whole = {pair->there->bytes, pair->there->size};
	CLEANUP(judged_document_clear) struct judged_document judged = {0};
	const struct document_header *there;
	struct signed_document parts;
	int code = judge_there(pair, &whole, pair->site->trust.root, NULL, &judged);

	there = code == EXIT_DONE ? judged_document_header(&judged) : NULL;
	if (!there || document_split(whole.bytes, whole.size, &judged.problems, &parts) < 0)
		return code;
	return compare(pair, there, &parts.text);
}

/* --- roots --- */

/* The one here with the number before; NULL where there is none, and where memory is short. */
static const struct root *root_before(const struct pair *pair, struct admin_document *ret)
{
	uint64_t number = document_name_parse(pair->here->name).number;
	CLEANUP(cleanup_free) char *name = admin_format("root/%" PRIu64 ".ini", number - 1);

	*ret = (struct admin_document){.kind = DOCUMENT_ROOT};
	for (size_t i = 0; name && i < pair->site->n; i++)
		if (strcmp(pair->site->items[i].name, name) == 0)
			ret->file = (struct admin_file){.path = pair->here->name,
				.bytes = admin_copy(
					pair->site->items[i].bytes, pair->site->items[i].size),
				.size = pair->site->items[i].size};
	return ret->file.bytes && admin_parse_silently(ret) ? ret->root : NULL;
}

static int complain_of_root(const struct pair *pair)
{
	if (pair->here->bytes)
		admin_complain("%s/%s is another root than the one of that number here. Terminals "
			       "follow one of the two and then never the other: find out which one "
			       "is right (\"sekisho-admin verify\"), and remove the other by hand",
			pair->target->place, pair->here->name);
	else
		admin_complain("%s/%s is a root that follows the newest one here: somebody "
			       "published from a newer folder than this one. Bring it here first",
			pair->target->place, pair->here->name);
	return EXIT_NO;
}

/* Terminals go on from a root that the one before it vouches for; the first they have already. */
static int check_root(struct pair *pair)
{
	const struct document_slice whole = {pair->there->bytes, pair->there->size};
	CLEANUP(admin_document_clear) struct admin_document before;
	CLEANUP(judged_document_clear) struct judged_document judged = {0};
	const struct root *by = root_before(pair, &before);
	struct signed_document parts;
	int code;

	if (!by)
		return EXIT_DONE;
	code = judge_there(pair, &whole, by, NULL, &judged);
	if (code != EXIT_DONE || judged.verification.verdict == DOCUMENT_REFUSED)
		return code;
	return document_split(whole.bytes, whole.size, &judged.problems, &parts) == 0 &&
			       is_within(&parts.text, pair->here)
		       ? EXIT_DONE
		       : complain_of_root(pair);
}

/* --- files of several documents --- */

static int complain_of_missing(
	const struct pair *pair, const struct judged_document *judged, unsigned line)
{
	if (judged->revocation)
		admin_complain("%s/%s has in line %u a revocation that is missing here: what was "
			       "revoked stays so; bring its file here first",
			pair->target->place, pair->here->name, line);
	else
		admin_complain(
			"%s/%s has in line %u the exemption %s, or a signature of it, that is "
			"missing here: somebody approved it in another folder than this one; "
			"bring its file here first",
			pair->target->place, pair->here->name, line, judged->exemption->id);
	return EXIT_NO;
}

/* Terminals remember what was revoked, and a new one would learn of less; what was approved would
 * be gone. What is over, and what is of another epoch, nobody misses. */
static int check_one(const struct pair *pair, const struct bundle_document *document)
{
	CLEANUP(judged_document_clear) struct judged_document judged = {0};
	struct signed_document parts;
	bool is_here;
	int code = judge_there(
		pair, &document->slice, pair->site->trust.root, pair->site->site.tier, &judged);

	if (code != EXIT_DONE || judged.verification.verdict == DOCUMENT_REFUSED)
		return code;
	is_here = document_split(document->slice.bytes, document->slice.size, &judged.problems,
			  &parts) == 0 &&
		  is_within(&parts.text, pair->here);
	for (size_t i = 0; is_here && judged.exemption && i < parts.n_signatures; i++)
		is_here = is_within(&parts.signatures[i], pair->here);
	return is_here ? EXIT_DONE : complain_of_missing(pair, &judged, document->line + 1);
}

static int check_bundle(struct pair *pair)
{
	struct bundle bundle = {.bytes = pair->there->bytes, .size = pair->there->size};
	struct bundle_document document;
	int code = EXIT_DONE;

	while (code == EXIT_DONE && bundle_next(&bundle, &document))
		code = check_one(pair, &document);
	return code;
}

static int check(struct pair *pair)
{
	static const struct {
		enum document_kind kind;
		int (*check)(struct pair *pair);
	} ways[] = {
		[PUBLISH_NEVER] = {DOCUMENT_NONE, NULL},
		[PUBLISH_ROOT] = {DOCUMENT_ROOT, check_root},
		[PUBLISH_SHARD] = {DOCUMENT_NONE, NULL}, /* its list says which is right */
		[PUBLISH_MEDIA] = {DOCUMENT_MEDIA, check_document},
		[PUBLISH_DESKS] = {DOCUMENT_DESKS, check_document},
		[PUBLISH_TOKENS] = {DOCUMENT_TOKENS, check_document},
		[PUBLISH_POLICY] = {DOCUMENT_POLICY, check_document},
		[PUBLISH_EXEMPTIONS] = {DOCUMENT_EXEMPTION, check_bundle},
		[PUBLISH_REVOCATIONS] = {DOCUMENT_REVOCATION, check_bundle},
		[PUBLISH_FRESH] = {DOCUMENT_FRESH, check_document},
	};
	enum publish_rank rank = publish_rank(pair->here->name);

	pair->kind = ways[rank].kind;
	return ways[rank].check ? ways[rank].check(pair) : EXIT_DONE;
}

int publish_guard(const struct publish_target *target, const struct site_files *site,
	struct site_file *const files[], struct publish_found found[], size_t n)
{
	int code = EXIT_DONE;

	for (size_t i = 0; code == EXIT_DONE && i < n; i++) {
		struct pair pair = {
			.target = target, .site = site, .here = files[i], .there = &found[i].other};

		if (pair.there->bytes)
			code = check(&pair);
		found[i].is_same |= pair.stays;
	}
	return code;
}
