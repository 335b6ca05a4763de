#include "policy/admin/public_key.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "policy/admin/admin.h"
#include "policy/base64.h"
#include "policy/cleanup.h"
#include "policy/ssh_key.h"
#include "policy/ssh_wire.h"

#define KEY_BLOB_MAX        4096
#define PUBLIC_KEY_SIZE_MAX (16 * 1024)
#define BLANKS              " \t\r\n"

/* What people give that is no public key file: how it begins, and what to say of it. */
static const struct {
	const char *start, *says;
} others[] = {
	{"\xef\xbb\xbf", "begins with a byte order mark; save it as plain text without one"},
	{"\xff\xfe", "is UTF-16, as PowerShell's > writes it; save it as plain text"},
	{"\xfe\xff", "is UTF-16; save it as plain text"},
	{"---- BEGIN SSH2 PUBLIC KEY",
		"is in PuTTY's form; \"ssh-keygen -i -f FILE\" prints the right "
		"one"},
};

/* Why the file cannot be a public key; NULL: it may be one. */
static const char *fault_of_file(const struct admin_file *file)
{
	const char *line = file->bytes + strspn(file->bytes, BLANKS), *end;

	if (strstr(file->bytes, "PRIVATE KEY-----") || strncmp(line, "PuTTY-User-Key", 14) == 0)
		return "that is the private key; give the file that ends in .pub, and show this "
		       "one to "
		       "nobody";
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strncmp(file->bytes, others[i].start, strlen(others[i].start)) == 0)
			return others[i].says;
	if (strlen(file->bytes) != file->size)
		return "is no text";
	end = line + strcspn(line, "\r\n");
	if (end[strspn(end, BLANKS)] != '\0')
		return "has more than one line: one key a file";
	return NULL;
}

static const char not_a_key[] = "is no public key file; it should begin with \"ssh-ed25519 AAAA\"";

/* Reads the key of a line. NULL with blob and *ret_size, or what is wrong with it. */
static const char *read_key(const char *text, uint8_t blob[KEY_BLOB_MAX], size_t *ret_size)
{
	size_t type_size = strcspn(text, BLANKS), base64_size, size = 0;
	struct ssh_reader reader;
	struct ssh_string type;

	if (text[type_size] != ' ')
		return not_a_key;
	base64_size = strcspn(text + type_size + 1, BLANKS);
	if (base64_decode(text + type_size + 1, base64_size, blob, KEY_BLOB_MAX, &size) < 0)
		return strncmp(text + type_size + 1, "AAAA", 4) == 0
			       ? "is cut short or damaged: the key in it does not decode"
			       : not_a_key;
	reader = (struct ssh_reader){.bytes = blob, .size = size};
	type = ssh_read_string(&reader);
	if (reader.has_failed || type.size != type_size || memcmp(type.bytes, text, type_size) != 0)
		return not_a_key;
	if (ssh_key_type_of((struct ssh_string){blob, size}) == SSH_KEY_NONE)
		return "is of a kind that terminals do not take: terminals accept ed25519, "
		       "ed25519-sk and ecdsa-sk keys; make one with \"ssh-keygen -t ed25519\"";
	if (!ssh_key_is_whole((struct ssh_string){blob, size}))
		return "is cut short or damaged: the key in it is not whole";
	*ret_size = size;
	return NULL;
}

static int fingerprint_of(const uint8_t *blob, size_t size, char ret[FINGERPRINT_LENGTH + 1])
{
	static const char prefix[] = "SHA256:";
	char base64[BASE64_SIZE(SHA256_SIZE) + 1];
	uint8_t hash[SHA256_SIZE];

	if (EVP_Digest(blob, size, hash, NULL, EVP_sha256(), NULL) != 1)
		return admin_no_memory();
	base64_encode(hash, sizeof(hash), base64);
	memcpy(ret, prefix, strlen(prefix));
	memcpy(ret + strlen(prefix), base64, FINGERPRINT_LENGTH - strlen(prefix));
	ret[FINGERPRINT_LENGTH] = '\0';
	return EXIT_DONE;
}

/* Shells expand "~/" only at the start of a word, and nobody does in an answer. For free(). */
static char *expand(const char *path)
{
	const char *home = getenv("HOME");

	if (strncmp(path, "~/", 2) != 0 || !home)
		return strdup(path);
	return admin_format("%s/%s", home, path + 2);
}

int public_key_file_fingerprint(const char *path, char ret[FINGERPRINT_LENGTH + 1])
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	CLEANUP(cleanup_free) char *expanded = expand(path);
	uint8_t blob[KEY_BLOB_MAX];
	const char *fault;
	size_t size = 0;

	if (!expanded)
		return admin_no_memory();
	if (admin_read(expanded, PUBLIC_KEY_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	fault = fault_of_file(&file);
	if (!fault)
		fault = read_key(file.bytes + strspn(file.bytes, BLANKS), blob, &size);
	if (!fault)
		return fingerprint_of(blob, size, ret);
	admin_complain("%s: %s", path, fault);
	return EXIT_UNKNOWN;
}
