#include "agent/terminal_identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/checked_lines.h"
#include "agent/descriptor.h"
#include "agent/store.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

#define KEY_FILE   "sign.key"
#define KEY_OTHER  "sign.key.other"
#define FACTS_FILE "identity"
#define FACTS_SIZE (2 * (sizeof("machine ") + MACHINE_SIZE) + CHECKSUM_LINE_SIZE)

struct terminal_identity {
	char machine[MACHINE_SIZE];
	char came_from[MACHINE_SIZE]; /* empty: from nowhere */
	bool has_key;
	uint8_t private_key[ED25519_KEY_SIZE];
	char fingerprint[FINGERPRINT_LENGTH + 1];
	char key_text[ED25519_TEXT_SIZE];
};

static int open_folder(int state_fd)
{
	int fd;

	if (mkdirat(state_fd, TERMINAL_IDENTITY_FOLDER, 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(state_fd, TERMINAL_IDENTITY_FOLDER,
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* --- identity: "machine HHHH…", and "from HHHH…" where that is to be said --- */

static bool read_line(const char **text, const char *word, char ret[MACHINE_SIZE])
{
	const char *next = *text;

	if (strncmp(next, word, strlen(word)) != 0)
		return false;
	next += strlen(word);
	for (size_t i = 0; i < MACHINE_SIZE - 1; i++)
		if (!is_lower_hex_digit(next[i]))
			return false;
	if (next[MACHINE_SIZE - 1] != '\n')
		return false;
	memcpy(ret, next, MACHINE_SIZE - 1);
	ret[MACHINE_SIZE - 1] = '\0';
	*text = next + MACHINE_SIZE;
	return true;
}

struct facts {
	char machine[MACHINE_SIZE], came_from[MACHINE_SIZE];
};

/* 0 and *ret; -ENOENT; -EBADMSG for a damaged one; or another negative errno. */
static int read_facts(int folder_fd, struct facts *ret)
{
	CLEANUP(cleanup_free) char *text = NULL;
	struct facts facts = {};
	const char *next, *end;
	size_t size;
	int r = store_read(folder_fd, FACTS_FILE, FACTS_SIZE, &text, &size);

	if (r < 0)
		return r == -EFBIG ? -EBADMSG : r;
	r = checked_lines_open(text, size, &end);
	if (r < 0)
		return r;
	next = text;
	if (!read_line(&next, "machine ", facts.machine))
		return -EBADMSG;
	if (next != end && !read_line(&next, "from ", facts.came_from))
		return -EBADMSG;
	if (next != end)
		return -EBADMSG;
	*ret = facts;
	return 0;
}

static int write_facts(int folder_fd, const char *machine, const char *came_from)
{
	char text[FACTS_SIZE + 1];
	size_t size = (size_t)snprintf(text, sizeof(text), "machine %s\n%s%s%s", machine,
		came_from[0] ? "from " : "", came_from, came_from[0] ? "\n" : "");
	int r = checked_lines_close(text, size, &size);

	return r < 0 ? r : store_write(folder_fd, FACTS_FILE, text, size);
}

/* --- the key --- */

static int take_key(struct terminal_identity *identity, const uint8_t private_key[ED25519_KEY_SIZE])
{
	uint8_t public_key[ED25519_KEY_SIZE];
	int r = ed25519_public_key(private_key, public_key);

	if (r == 0)
		r = ed25519_fingerprint(public_key, identity->fingerprint);
	if (r < 0)
		return r;
	ed25519_text(public_key, identity->key_text);
	memcpy(identity->private_key, private_key, ED25519_KEY_SIZE);
	identity->has_key = true;
	return 0;
}

/* 0, also where there is none; one of another size is none either, and is put aside. */
static int load_key(struct terminal_identity *identity, int folder_fd)
{
	char *bytes = NULL;
	size_t size = 0;
	int r = store_read(folder_fd, KEY_FILE, ED25519_KEY_SIZE, &bytes, &size);

	if (r == -ENOENT)
		return 0;
	if (r == -EFBIG || (r == 0 && size != ED25519_KEY_SIZE))
		r = store_rename(folder_fd, KEY_FILE, KEY_OTHER);
	else if (r == 0)
		r = take_key(identity, (const uint8_t *)bytes);
	if (bytes)
		explicit_bzero(bytes, size);
	free(bytes);
	return r;
}

/* --- opening --- */

/* First the key goes, then it is said whose the folder is: a power cut between the two leaves a
 * machine that is told from the old one again. */
static int become_another(struct terminal_identity *identity, int folder_fd, const char *came_from)
{
	int r = store_rename(folder_fd, KEY_FILE, KEY_OTHER);

	/* Without a key it was nobody yet: an image that many are made from. */
	if (r == -ENOENT) {
		came_from = "";
		r = 0;
	}
	if (r == 0)
		r = write_facts(folder_fd, identity->machine, came_from);
	if (r == 0)
		snprintf(identity->came_from, sizeof(identity->came_from), "%s", came_from);
	return r;
}

static int settle(struct terminal_identity *identity, int folder_fd)
{
	struct facts facts = {};
	int r = read_facts(folder_fd, &facts);

	/* What says nothing of a machine may have come with a copied disk. */
	if (r == -ENOENT || r == -EBADMSG)
		return become_another(identity, folder_fd, "");
	if (r < 0)
		return r;
	if (strcmp(facts.machine, identity->machine) != 0)
		return become_another(identity, folder_fd, facts.machine);
	memcpy(identity->came_from, facts.came_from, sizeof(facts.came_from));
	return load_key(identity, folder_fd);
}

int terminal_identity_open(int state_fd, const char *machine, struct terminal_identity **ret)
{
	struct terminal_identity *identity = calloc(1, sizeof(*identity));
	CLEANUP(cleanup_close) int folder_fd = -1;
	int r = 0;

	if (!identity)
		return -ENOMEM;
	if (machine[0]) {
		snprintf(identity->machine, sizeof(identity->machine), "%s", machine);
		folder_fd = open_folder(state_fd);
		r = folder_fd < 0 ? folder_fd : settle(identity, folder_fd);
	}
	if (r < 0) {
		terminal_identity_free(identity);
		return r;
	}
	*ret = identity;
	return 0;
}

int terminal_identity_recall(int state_fd, char ret[MACHINE_SIZE])
{
	CLEANUP(cleanup_close)
	int folder_fd = openat(state_fd, TERMINAL_IDENTITY_FOLDER,
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct facts facts;
	int r = folder_fd < 0 ? -errno : read_facts(folder_fd, &facts);

	if (r == 0)
		memcpy(ret, facts.machine, MACHINE_SIZE);
	return r;
}

void terminal_identity_free(struct terminal_identity *identity)
{
	if (!identity)
		return;
	explicit_bzero(identity->private_key, sizeof(identity->private_key));
	free(identity);
}

const char *terminal_identity_machine(const struct terminal_identity *identity)
{
	return identity->machine;
}

const char *terminal_identity_key(const struct terminal_identity *identity)
{
	return identity->has_key ? identity->fingerprint : NULL;
}

const char *terminal_identity_key_text(const struct terminal_identity *identity)
{
	return identity->has_key ? identity->key_text : NULL;
}

const char *terminal_identity_came_from(const struct terminal_identity *identity)
{
	return identity->came_from[0] ? identity->came_from : NULL;
}

int terminal_identity_asked(struct terminal_identity *identity, int state_fd)
{
	CLEANUP(cleanup_close) int folder_fd = -1;
	int r;

	if (!identity->came_from[0])
		return 0;
	folder_fd = open_folder(state_fd);
	r = folder_fd < 0 ? folder_fd : write_facts(folder_fd, identity->machine, "");
	if (r == 0)
		identity->came_from[0] = '\0';
	return r;
}

int terminal_identity_make_key(struct terminal_identity *identity, int state_fd, bool *ret_is_new)
{
	CLEANUP(cleanup_close) int folder_fd = -1;
	uint8_t private_key[ED25519_KEY_SIZE], public_key[ED25519_KEY_SIZE];
	bool is_new = !identity->has_key;
	int r = 0;

	if (!identity->machine[0])
		return -ENODATA;
	if (is_new) {
		folder_fd = open_folder(state_fd);
		r = folder_fd < 0 ? folder_fd : ed25519_make_key(private_key, public_key);
		if (r == 0)
			r = store_write(folder_fd, KEY_FILE, private_key, sizeof(private_key));
		if (r == 0)
			r = take_key(identity, private_key);
		explicit_bzero(private_key, sizeof(private_key));
	}
	if (r == 0)
		*ret_is_new = is_new;
	return r;
}

int terminal_identity_sign(const struct terminal_identity *identity, const char *name_space,
	const char *text, size_t size, char ret[SSHSIG_ARMOUR_SIZE])
{
	if (!identity->has_key)
		return -ENOKEY;
	return sshsig_write(identity->private_key, name_space, text, size, ret);
}
