/*
 * Vendors' documents, as sekisho-pskc reads them in its box, here without the box. Whatever a
 * document is, it is read without harm; where there is a key of it or not, it is refused with a
 * problem, or is rows whose number is that of its packages.
 */
#include <assert.h>
#include <errno.h>
#include <pskc/pskc.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/pskc/document.h"
#include "policy/pskc/keys.h"
#include "policy/pskc/lock.h"
#include "policy/pskc/reduce.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The keys of the examples of RFC 6030. */
static const struct pskc_key_material materials[] = {
	{.kind = PSKC_LOCK_NONE},
	{.kind = PSKC_LOCK_KEY,
		.bytes = {0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34,
			0x56, 0x78, 0x90, 0x12},
		.size = 16},
	{.kind = PSKC_LOCK_PASSWORD, .bytes = "qwerty", .size = 6},
};

static const struct pskc_key_material *material_of(enum pskc_lock_kind kind)
{
	for (size_t i = 0; i < sizeof(materials) / sizeof(materials[0]); i++)
		if (materials[i].kind == kind)
			return &materials[i];
	return NULL;
}

static void read_rows(const struct pskc_reduced *reduced)
{
	CLEANUP(cleanup_free) char *rows = NULL;
	size_t size = 0, n = 0;
	FILE *to = open_memstream(&rows, &size);
	int r = to ? pskc_keys_write(reduced, to) : -ENOMEM;

	if (to)
		fclose(to);
	/* What was reduced is what libpskc reads. */
	assert(r == 0);
	for (size_t i = 0; i < size; i++)
		n += rows[i] == '\n';
	assert(n == reduced->n_packages);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(pskc_document_cleanup) xmlDoc *document = NULL;
	const struct pskc_key_material *material;
	struct problems problems = {0};
	struct pskc_reduced reduced = {0};
	struct pskc_lock lock = {0};
	char name[PSKC_LOCK_NAME_MAX + 1];
	static bool is_warm;
	int r;

	if (!is_warm && pskc_global_init() != PSKC_OK)
		abort();
	if (!is_warm)
		pskc_document_warm_up();
	is_warm = true;
	r = pskc_document_parse((const char *)data, size, &problems, &document);
	assert(r != -EBADMSG || problems_any(&problems));
	material = r == 0 ? material_of(
				    pskc_lock_find(xmlDocGetRootElement(document), &problems, name))
			  : NULL;
	if (material)
		r = pskc_lock_fit(xmlDocGetRootElement(document), material, &problems, &lock);
	if (material && r == 0)
		r = pskc_reduce(document, &lock, &problems, &reduced);
	assert(r != -EBADMSG || problems_any(&problems));
	if (material && r == 0)
		read_rows(&reduced);
	pskc_reduced_clear(&reduced);
	problems_clear(&problems);
	return 0;
}
