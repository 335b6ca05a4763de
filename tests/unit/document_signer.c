#include "tests/unit/document_signer.h"

#include <openssl/evp.h>

#include "tests/unit/fixture.h"

#include "policy/base64.h"
#include "policy/ssh_armour.h"
#include "policy/ssh_wire.h"

const char text_root[] = "[root]\n"
			 "kind = root\n"
			 "format = 1\n"
			 "site = tosu\n"
			 "tier = all\n"
			 "epoch = 1\n"
			 "serial = 1\n"
			 "issued = 2026-03-20T10:00:00+09:00\n"
			 "not-before = 2026-04-01T00:00:00+09:00\n"
			 "not-after = 2027-04-30T23:59:59+09:00\n"
			 "[person suzuki]\n"
			 "key-1 = @suzuki@\n"
			 "key-2 = @suzuki-2@\n"
			 "[person tanaka]\n"
			 "key-1 = @tanaka@\n"
			 "[person sato]\n"
			 "key-1 = @sato@\n"
			 "[person clock]\n"
			 "key-1 = @clock@\n"
			 "[role root]\n"
			 "persons = suzuki tanaka\n"
			 "threshold = 2\n"
			 "[role policy]\n"
			 "persons = suzuki tanaka sato\n"
			 "threshold = 2\n"
			 "[role fresh]\n"
			 "persons = clock\n"
			 "threshold = 1\n"
			 "[person matsuo]\n"
			 "key-1 = @matsuo@\n"
			 "[role token-officer]\n"
			 "persons = matsuo\n"
			 "threshold = 1\n"
			 "[person yoshida]\n"
			 "key-1 = @yoshida@\n"
			 "key-2 = @yoshida-2@\n"
			 "[person kondo]\n"
			 "key-1 = @kondo@\n"
			 "[role approver]\n"
			 "persons = yoshida kondo\n"
			 "threshold = 1\n";

const char text_policy[] = "[policy]\n"
			   "kind = policy\n"
			   "format = 1\n"
			   "site = tosu\n"
			   "tier = my-number\n"
			   "epoch = 1\n"
			   "serial = 42\n"
			   "issued = 2026-03-20T10:00:00+09:00\n"
			   "not-before = 2026-04-01T00:00:00+09:00\n"
			   "not-after = 2027-04-30T23:59:59+09:00\n"
			   "mode = enforce\n"
			   "[media]\n"
			   "keyboard = allow\n";

const char text_media[] = "[media]\n"
			  "kind = media\n"
			  "format = 1\n"
			  "site = tosu\n"
			  "tier = my-number\n"
			  "epoch = 1\n"
			  "serial = 7\n"
			  "issued = 2026-03-20T10:00:00+09:00\n"
			  "not-before = 2026-04-01T00:00:00+09:00\n"
			  "not-after = 2027-04-30T23:59:59+09:00\n"
			  "media = 3\n"
			  "[shards]\n"
			  "count = 16\n"
			  "03 = BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
			  "0f = CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";

const char text_fresh[] = "[fresh]\n"
			  "kind = fresh\n"
			  "format = 1\n"
			  "site = tosu\n"
			  "tier = my-number\n"
			  "epoch = 1\n"
			  "serial = 1000\n"
			  "issued = 2026-03-20T10:00:00+09:00\n"
			  "not-before = 2026-04-01T00:00:00+09:00\n"
			  "not-after = 2027-04-30T23:59:59+09:00\n"
			  "root-serial = 1\n"
			  "root-sha256 = DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
			  "policy-serial = 42\n"
			  "policy-sha256 = EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
			  "media-serial = 7\n"
			  "media-sha256 = FAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";

#define TOKENS_SALT  "$y$j9T$abcdefghijklmnopqrstuv"
#define HASH(letter) letter "BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij./01234"

const char text_desks[] =
	"[desks]\n"
	"kind = desks\n"
	"format = 1\n"
	"site = tosu\n"
	"tier = my-number\n"
	"epoch = 1\n"
	"serial = 3\n"
	"issued = 2026-03-20T10:00:00+09:00\n"
	"not-before = 2026-04-01T00:00:00+09:00\n"
	"not-after = 2027-04-30T23:59:59+09:00\n"
	"terminal = desk-17\n"
	"terminal-key = SHA256:DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
	"[desk front-desk]\n"
	"login = on\n"
	"sealed-key = BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	"sealed-secret = CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
	"[desk night-watch]\n"
	"sealed-key = BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	"sealed-secret = DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";

const char text_tokens[] =
	"[tokens]\n"
	"kind = tokens\n"
	"format = 1\n"
	"site = tosu\n"
	"tier = my-number\n"
	"epoch = 1\n"
	"serial = 3\n"
	"issued = 2026-03-20T10:00:00+09:00\n"
	"not-before = 2026-04-01T00:00:00+09:00\n"
	"not-after = 2027-04-30T23:59:59+09:00\n"
	"terminal-key = SHA256:DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
	"[token tanaka]\n"
	"number = 00012345\n"
	"type = totp\n"
	"hash = sha1\n"
	"digits = 6\n"
	"period = 30\n"
	"reset = 0\n"
	"sealed-key = BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	"sealed-secret = CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
	"recovery-salt = " TOKENS_SALT "\n"
	"recovery-1 = " HASH(
		"A") "\n"
		     "recovery-2 = " HASH(
			     "B") "\n"
				  "[token sato]\n"
				  "account = sato_2\n"
				  "number = H 7\n"
				  "type = hotp\n"
				  "hash = sha1\n"
				  "digits = 8\n"
				  "count = 17\n"
				  "reset = 2\n"
				  "sealed-key = EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
				  "sealed-secret = FAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
				  "[envelopes]\n"
				  "salt = " TOKENS_SALT "\n"
				  "envelope-1 = " HASH("C") "\n";

const char text_exemption[] = "[exemption]\n"
			      "kind = exemption\n"
			      "format = 1\n"
			      "site = tosu\n"
			      "tier = my-number\n"
			      "epoch = 1\n"
			      "issued = 2026-05-31T10:00:00+09:00\n"
			      "not-before = 2026-06-01T00:00:00+09:00\n"
			      "not-after = 2026-06-30T23:59:59+09:00\n"
			      "id = E-7K3M9Q2X\n"
			      "terminal = desk-17\n"
			      "users = tanaka\n"
			      "requester = tanaka\n"
			      "requested = 2026-05-31T09:55:00+09:00\n"
			      "[medium]\n"
			      "registered = M-1\n"
			      "[use]\n"
			      "direction = read-only\n"
			      "duration = 30m\n"
			      "[form]\n"
			      "purpose = for the prefecture\n";

const char text_revocation[] = "[revocation]\n"
			       "kind = revocation\n"
			       "format = 1\n"
			       "site = tosu\n"
			       "tier = my-number\n"
			       "epoch = 1\n"
			       "issued = 2026-06-01T08:00:00+09:00\n"
			       "exemption = E-7K3M9Q2X\n"
			       "reason = the form was wrong\n";

const struct document_source document_sources[DOCUMENT_KIND_COUNT] = {
	[DOCUMENT_ROOT] = {text_root, "suzuki tanaka"},
	[DOCUMENT_POLICY] = {text_policy, "suzuki tanaka"},
	[DOCUMENT_MEDIA] = {text_media, "suzuki tanaka"},
	[DOCUMENT_FRESH] = {text_fresh, "clock"},
	[DOCUMENT_TOKENS] = {text_tokens, "matsuo"},
	[DOCUMENT_EXEMPTION] = {text_exemption, "yoshida"},
	[DOCUMENT_REVOCATION] = {text_revocation, "kondo"},
	[DOCUMENT_DESKS] = {text_desks, "matsuo"},
};

struct key {
	char name[40];
	bool is_hardware, is_verified;
	EVP_PKEY *pkey;
	uint8_t blob[128]; /* as it stands in a signature */
	size_t blob_size;
};

static void write_text(struct ssh_writer *writer, const char *text)
{
	ssh_write_string(writer, text, strlen(text));
}

static const char *key_type(const struct key *key)
{
	return key->is_hardware ? "sk-ssh-ed25519@openssh.com" : "ssh-ed25519";
}

static bool ends_in(const char *text, const char *end)
{
	return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

static struct key key_of(const char *name, size_t size)
{
	struct key key = {0};
	struct ssh_writer writer = {.bytes = key.blob, .size = sizeof(key.blob)};
	uint8_t seed[32], point[32];
	size_t point_size = sizeof(point);

	assert_true(size < sizeof(key.name));
	memcpy(key.name, name, size);
	key.is_verified = ends_in(key.name, "+uv");
	if (key.is_verified)
		key.name[size - strlen("+uv")] = '\0';
	key.is_hardware = ends_in(key.name, "-sk");
	assert_int_equal(EVP_Digest(key.name, strlen(key.name), seed, NULL, EVP_sha256(), NULL), 1);
	key.pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof(seed));
	assert_non_null(key.pkey);
	assert_int_equal(EVP_PKEY_get_raw_public_key(key.pkey, point, &point_size), 1);
	write_text(&writer, key_type(&key));
	ssh_write_string(&writer, point, point_size);
	if (key.is_hardware)
		write_text(&writer, "ssh:");
	key.blob_size = writer.used;
	return key;
}

static void append_fingerprint(FILE *file, const char *name, size_t size)
{
	struct key key = key_of(name, size);
	uint8_t sha256[SHA256_SIZE];
	char base64[BASE64_SIZE(SHA256_SIZE) + 1];

	assert_int_equal(EVP_Digest(key.blob, key.blob_size, sha256, NULL, EVP_sha256(), NULL), 1);
	base64_encode(sha256, sizeof(sha256), base64);
	fprintf(file, "SHA256:%.43s", base64);
	EVP_PKEY_free(key.pkey);
}

char *document_text(const char *text, const struct edit edits[EDITS_MAX])
{
	char *edited = strdup(text), *filled = NULL;
	const char *at, *name;
	size_t size;
	FILE *file;

	for (size_t i = 0; edits && i < EDITS_MAX && edits[i].old; i++) {
		char *before = edited;

		edited = text_edited(before, edits[i].old, edits[i].new);
		free(before);
	}
	file = open_memstream(&filled, &size);
	assert_non_null(file);
	for (at = edited; (name = strchr(at, '@')); at = strchr(name, '@') + 1) {
		fprintf(file, "%.*s", (int)(name - at), at);
		name++;
		append_fingerprint(file, name, strcspn(name, "@"));
	}
	fprintf(file, "%s", at);
	fclose(file);
	free(edited);
	return filled;
}

static void sign(const struct key *key, const uint8_t *bytes, size_t size, uint8_t signature[64])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t signature_size = 64;

	assert_int_equal(EVP_DigestSignInit(context, NULL, NULL, NULL, key->pkey), 1);
	assert_int_equal(EVP_DigestSign(context, signature, &signature_size, bytes, size), 1);
	EVP_MD_CTX_free(context);
}

/* What a hardware key signs instead of the bytes: PROTOCOL.u2f. */
static size_t hardware_message(
	uint8_t flags, const uint8_t *bytes, size_t size, uint8_t message[2 * SHA256_SIZE + 5])
{
	struct ssh_writer writer = {.bytes = message, .size = 2 * SHA256_SIZE + 5};
	uint8_t hash[SHA256_SIZE];

	assert_int_equal(EVP_Digest("ssh:", 4, hash, NULL, EVP_sha256(), NULL), 1);
	ssh_write_bytes(&writer, hash, sizeof(hash));
	ssh_write_u8(&writer, flags);
	ssh_write_u32(&writer, 1);
	assert_int_equal(EVP_Digest(bytes, size, hash, NULL, EVP_sha256(), NULL), 1);
	ssh_write_bytes(&writer, hash, sizeof(hash));
	return writer.used;
}

/* The signature string of SSHSIG: type, signature, and of a hardware key flags and counter. */
static void write_signature(
	struct ssh_writer *writer, const struct key *key, const uint8_t *bytes, size_t size)
{
	uint8_t message[2 * SHA256_SIZE + 5], signature[64], string[160];
	struct ssh_writer inner = {.bytes = string, .size = sizeof(string)};
	uint8_t flags = key->is_verified ? 5 : 1;

	if (key->is_hardware)
		sign(key, message, hardware_message(flags, bytes, size, message), signature);
	else
		sign(key, bytes, size, signature);
	write_text(&inner, key_type(key));
	ssh_write_string(&inner, signature, sizeof(signature));
	if (key->is_hardware) {
		ssh_write_u8(&inner, flags);
		ssh_write_u32(&inner, 1);
	}
	ssh_write_string(writer, string, inner.used);
}

static void append_signature(
	FILE *file, const struct key *key, const char *text, const char *name_space)
{
	uint8_t hash[64], to_sign[256], blob[512];
	struct ssh_writer envelope = {.bytes = to_sign, .size = sizeof(to_sign)};
	struct ssh_writer writer = {.bytes = blob, .size = sizeof(blob)};
	char base64[BASE64_SIZE(sizeof(blob)) + 1];

	assert_int_equal(EVP_Digest(text, strlen(text), hash, NULL, EVP_sha512(), NULL), 1);
	ssh_write_bytes(&envelope, "SSHSIG", 6);
	write_text(&envelope, name_space);
	write_text(&envelope, "");
	write_text(&envelope, "sha512");
	ssh_write_string(&envelope, hash, sizeof(hash));
	ssh_write_bytes(&writer, "SSHSIG", 6);
	ssh_write_u32(&writer, 1);
	ssh_write_string(&writer, key->blob, key->blob_size);
	write_text(&writer, name_space);
	write_text(&writer, "");
	write_text(&writer, "sha512");
	write_signature(&writer, key, to_sign, envelope.used);
	assert_false(envelope.has_failed || writer.has_failed);
	base64_encode(blob, writer.used, base64);
	fprintf(file, "%s", SSH_ARMOUR_BEGIN);
	for (size_t at = 0; at < strlen(base64); at += 70)
		fprintf(file, "%.70s\n", base64 + at);
	fprintf(file, "%s", SSH_ARMOUR_END);
}

char *document_signed(const char *text, const char *name_space, const char *keys)
{
	char *document = NULL;
	size_t size;
	FILE *file = open_memstream(&document, &size);

	assert_non_null(file);
	fprintf(file, "%s", text);
	while (*keys) {
		size_t length = strcspn(keys, " ");
		struct key key = key_of(keys, length);

		append_signature(file, &key, text, name_space);
		EVP_PKEY_free(key.pkey);
		keys += length + (keys[length] == ' ');
	}
	fclose(file);
	return document;
}

char *document_made(enum document_kind kind, const struct edit edits[EDITS_MAX], const char *keys)
{
	const struct document_source *source = &document_sources[kind];
	char *text = document_text(source->text, edits);
	char *bytes =
		document_signed(text, document_kind_namespace(kind), keys ? keys : source->keys);

	free(text);
	return bytes;
}

struct verification document_judged(enum document_kind kind, const struct verify_request *request,
	const char *bytes, size_t size)
{
	struct verification result = {0};
	struct problems problems = {0};
	struct media_index *media = NULL;
	struct policy *policy = NULL;
	struct fresh *fresh = NULL;
	struct tokens *tokens = NULL;
	struct desks *desks = NULL;
	struct exemption *exemption = NULL;
	struct revocation *revocation = NULL;
	struct root *root = NULL;
	bool is_given, is_good;
	int r = -1;

	if (kind == DOCUMENT_ROOT)
		r = verify_first_root(request, bytes, size, &problems, &result, &root);
	else if (kind == DOCUMENT_POLICY)
		r = verify_policy(request, bytes, size, &problems, &result, &policy);
	else if (kind == DOCUMENT_MEDIA)
		r = verify_media(request, bytes, size, &problems, &result, &media);
	else if (kind == DOCUMENT_FRESH)
		r = verify_fresh(request, bytes, size, &problems, &result, &fresh);
	else if (kind == DOCUMENT_TOKENS)
		r = verify_tokens(request, bytes, size, &problems, &result, &tokens);
	else if (kind == DOCUMENT_DESKS)
		r = verify_desks(request, bytes, size, &problems, &result, &desks);
	else if (kind == DOCUMENT_EXEMPTION)
		r = verify_exemption(request, bytes, size, &problems, &result, &exemption);
	else if (kind == DOCUMENT_REVOCATION)
		r = verify_revocation(request, bytes, size, &problems, &result, &revocation);
	assert_int_equal(r, 0);
	is_given = root || policy || media || fresh || tokens || desks || exemption || revocation;
	is_good = result.verdict == DOCUMENT_ACCEPTED || result.verdict == DOCUMENT_NOT_YET;
	assert_int_equal(is_given, is_good);
	assert_int_equal(result.fault == DOCUMENT_FAULT_NONE, result.verdict != DOCUMENT_REFUSED);
	problems_clear(&problems);
	media_index_free(media);
	policy_free(policy);
	fresh_free(fresh);
	tokens_free(tokens);
	desks_free(desks);
	exemption_free(exemption);
	revocation_free(revocation);
	root_free(root);
	return result;
}

struct root *trusted_root(const struct edit edits[EDITS_MAX], const char *keys)
{
	char *bytes = document_made(DOCUMENT_ROOT, edits, keys);
	struct verify_request request = {.is_stored = true};
	struct problems problems = {0};
	struct verification result = {0};
	struct root *root = NULL;

	assert_int_equal(
		verify_first_root(&request, bytes, strlen(bytes), &problems, &result, &root), 0);
	if (!root)
		fail_msg("%s", result.detail);
	free(bytes);
	return root;
}
