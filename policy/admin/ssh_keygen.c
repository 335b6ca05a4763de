#include "policy/admin/ssh_keygen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "policy/admin/admin.h"
#include "policy/admin/descriptor.h"
#include "policy/base64.h"
#include "policy/cleanup.h"
#include "policy/ssh_key.h"
#include "policy/ssh_wire.h"

#define EXIT_NO_PROGRAM     127
#define KEY_BLOB_MAX        4096
#define PUBLIC_KEY_SIZE_MAX (16 * 1024)

/* In the child: text in, signature out, everything else as it is. Who may not be asked has no
 * terminal to be asked on. */
static void run_child(int input, int output, const char *key, const char *name_space, bool may_ask)
{
	char program[] = "ssh-keygen", y[] = "-Y", sign[] = "sign", q[] = "-q", n[] = "-n",
	     f[] = "-f";
	char *name_space_copy = strdup(name_space), *key_copy = strdup(key);
	char *arguments[] = {program, y, sign, q, n, name_space_copy, f, key_copy, NULL};

	if (!name_space_copy || !key_copy || dup2(input, STDIN_FILENO) < 0 ||
		dup2(output, STDOUT_FILENO) < 0)
		_exit(EXIT_NO_PROGRAM);
	if (!may_ask && (setsid() < 0 || setenv("SSH_ASKPASS_REQUIRE", "never", 1) < 0))
		_exit(EXIT_NO_PROGRAM);
	execvp(program, arguments);
	_exit(EXIT_NO_PROGRAM);
}

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_PROGRAM)
		return -ENOENT;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EPERM;
}

/* A file in memory with these bytes, at its beginning. */
static int memory_file(const char *bytes, size_t size)
{
	int descriptor = memfd_create("sekisho-admin", MFD_CLOEXEC), r;

	if (descriptor < 0)
		return -errno;
	r = admin_write_whole(descriptor, bytes, size);
	if (r < 0) {
		admin_close(&descriptor);
		return r;
	}
	lseek(descriptor, 0, SEEK_SET);
	return descriptor;
}

static int read_output(int descriptor, char **ret)
{
	CLEANUP(cleanup_free) char *bytes = calloc(1, SSH_KEYGEN_OUTPUT_MAX + 1);
	ssize_t size;

	if (!bytes)
		return -ENOMEM;
	lseek(descriptor, 0, SEEK_SET);
	size = admin_read_whole(descriptor, bytes, SSH_KEYGEN_OUTPUT_MAX);
	if (size < 0)
		return (int)size;
	*ret = TAKE(bytes);
	return 0;
}

int ssh_keygen_sign(const struct ssh_signer *signer, const char *text, size_t size, char **ret)
{
	CLEANUP(admin_close) int input = memory_file(text, size);
	CLEANUP(admin_close) int output = memory_file("", 0);
	pid_t child;
	int r;

	if (input < 0 || output < 0)
		return input < 0 ? input : output;
	child = fork();
	if (child < 0)
		return -errno;
	if (child == 0)
		run_child(input, output, signer->key, signer->name_space, signer->may_ask);
	r = wait_for(child);
	if (r == -ENOENT)
		admin_complain("ssh-keygen is not installed (package openssh-client)");
	else if (r == -EPERM)
		admin_complain("ssh-keygen did not sign with %s", signer->key);
	return r < 0 ? r : read_output(output, ret);
}

static int fingerprint_of(const uint8_t *blob, size_t size, char ret[FINGERPRINT_LENGTH + 1])
{
	static const char prefix[] = "SHA256:";
	char base64[BASE64_SIZE(SHA256_SIZE) + 1];
	uint8_t hash[SHA256_SIZE];

	if (EVP_Digest(blob, size, hash, NULL, EVP_sha256(), NULL) != 1)
		return -ENOMEM;
	base64_encode(hash, sizeof(hash), base64);
	memcpy(ret, prefix, strlen(prefix));
	memcpy(ret + strlen(prefix), base64, FINGERPRINT_LENGTH - strlen(prefix));
	ret[FINGERPRINT_LENGTH] = '\0';
	return 0;
}

/* Of the key in the text of a public key file. 0 and ret, -EBADMSG when it is no public key,
 * -EOPNOTSUPP when it is of a type that no document accepts. */
static int fingerprint_of_text(const char *text, char ret[FINGERPRINT_LENGTH + 1])
{
	size_t type_size = strcspn(text, " \n"), base64_size, size;
	uint8_t blob[KEY_BLOB_MAX];
	struct ssh_reader reader;
	struct ssh_string type;

	if (text[type_size] != ' ')
		return -EBADMSG;
	base64_size = strcspn(text + type_size + 1, " \r\n");
	if (base64_decode(text + type_size + 1, base64_size, blob, sizeof(blob), &size) < 0)
		return -EBADMSG;
	reader = (struct ssh_reader){.bytes = blob, .size = size};
	type = ssh_read_string(&reader);
	if (reader.has_failed || type.size != type_size || memcmp(type.bytes, text, type_size) != 0)
		return -EBADMSG;
	if (ssh_key_type_of((struct ssh_string){blob, size}) == SSH_KEY_NONE)
		return -EOPNOTSUPP;
	return fingerprint_of(blob, size, ret);
}

int public_key_file_fingerprint(const char *path, char ret[FINGERPRINT_LENGTH + 1])
{
	CLEANUP(admin_file_free) struct admin_file file = {0};

	if (admin_read(path, PUBLIC_KEY_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	switch (fingerprint_of_text(file.bytes, ret)) {
	case 0: return EXIT_DONE;
	case -EOPNOTSUPP:
		admin_complain(
			"%s: terminals accept ed25519, ed25519-sk and ecdsa-sk keys; make one "
			"with \"ssh-keygen -t ed25519\"",
			path);
		return EXIT_UNKNOWN;
	default:
		admin_complain(
			"%s is no public key file; it should begin with \"ssh-ed25519 AAAA\"",
			path);
		return EXIT_UNKNOWN;
	}
}
