/*
 * Any bytes as a signed document, as an armoured signature and as the blob inside one. The first
 * byte chooses. A signature may come out good only for the text that it was made for, in the armour
 * that ssh-keygen writes.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base64.h"
#include "policy/document.h"
#include "policy/ssh_armour.h"
#include "policy/sshsig.h"
#include "policy/verify.h"

#define COLUMNS 70

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct document_slice *armour, const struct document_slice *text)
{
	uint8_t blob[SSH_BLOB_MAX];
	struct sshsig result;
	size_t size = 0;

	sshsig_verify(
		armour->bytes, armour->size, "policy@sekisho", text->bytes, text->size, &result);
	assert(sshsig_fault_name(result.fault));
	if (result.fault != SSHSIG_GOOD) {
		assert(result.fingerprint[0] == '\0' && !result.is_hardware_key);
		return;
	}
	assert(fingerprint_is_valid(result.fingerprint));
	assert(ssh_armour_decode(armour->bytes, armour->size, blob, &size) == 0);
}

static void try_document(const char *bytes, size_t size)
{
	struct problems problems = {0};
	struct verify_request request = {0};
	struct verification verification;
	struct signed_document document;
	struct root *root = NULL;

	if (document_split(bytes, size, &problems, &document) == 0) {
		size_t total = document.text.size;

		for (size_t i = 0; i < document.n_signatures; i++) {
			total += document.signatures[i].size;
			check(&document.signatures[i], &document.text);
		}
		assert(total == size);
	}
	if (verify_first_root(&request, bytes, size, &problems, &verification, &root) == 0)
		assert((root != NULL) == (verification.verdict != DOCUMENT_REFUSED));
	root_free(root);
	problems_clear(&problems);
}

static void try_blob(const uint8_t *blob, size_t size)
{
	size_t base64_size = BASE64_SIZE(size), used = 0;
	char *base64 = malloc(base64_size + 1);
	char *armour = malloc(2 * base64_size + 128);
	struct document_slice text = {"text\n", 5}, slice;

	if (base64 && armour) {
		base64_encode(blob, size, base64);
		used += (size_t)snprintf(armour, 64, "%s", SSH_ARMOUR_BEGIN);
		for (size_t at = 0; at < base64_size; at += COLUMNS)
			used += (size_t)snprintf(
				armour + used, COLUMNS + 2, "%.70s\n", base64 + at);
		used += (size_t)snprintf(armour + used, 64, "%s", SSH_ARMOUR_END);
		slice = (struct document_slice){armour, used};
		check(&slice, &text);
	}
	free(base64);
	free(armour);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct document_slice text = {"text\n", 5}, slice;
	char *copy;

	if (size == 0)
		return 0;
	copy = malloc(size);
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	slice = (struct document_slice){copy + 1, size - 1};
	switch (data[0] % 3) {
	case 0: try_document(slice.bytes, slice.size); break;
	case 1: check(&slice, &text); break;
	default: try_blob(data + 1, size - 1); break;
	}
	free(copy);
	return 0;
}
