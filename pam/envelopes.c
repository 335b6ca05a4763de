#include "pam/envelopes.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "pam/code_hash.h"

#define OPEN_TRIES 3

static unsigned number_of(int place)
{
	return (unsigned)place + 1;
}

/* A file of another size is as damaged as one of other bytes: what is there of it may count. */
static int read_bytes(int fd, uint8_t ret[ENVELOPES_SIZE])
{
	memset(ret, 0, ENVELOPES_SIZE);
	return pread(fd, ret, ENVELOPES_SIZE, 0) < 0 ? -errno : 0;
}

/* Without its lock: a sector that is being written may be LOST in it. */
static int look(int folder_fd, uint8_t ret[ENVELOPES_SIZE])
{
	int fd, r = -ESTALE;
	off_t size;

	for (int i = 0; i < OPEN_TRIES && r == -ESTALE; i++)
		r = own_file_open(folder_fd, ENVELOPES_FILE, OWN_RECORD, (uid_t)-1, &fd, &size);
	if (r < 0)
		return r;
	r = read_bytes(fd, ret);
	close(fd);
	return r;
}

static int open_set(int folder_fd, uid_t owner, unsigned wait_ms, int *ret_fd,
	uint8_t bytes[ENVELOPES_SIZE], struct envelope_set *ret)
{
	off_t size;
	int fd, r = own_file_open_locked(folder_fd, ENVELOPES_FILE, owner, wait_ms, &fd, &size);

	if (r < 0)
		return r;
	r = read_bytes(fd, bytes);
	if (r < 0) {
		close(fd);
		return r;
	}
	envelope_set_decode(bytes, ret);
	*ret_fd = fd;
	return 0;
}

/* What root changes: the set, by these. */
struct change {
	const char (*hashes)[CODE_HASH_TEXT_SIZE]; /* NULL: adds one */
	size_t n;
	const char *hash;
	int64_t now_s;
};

static int change(int folder_fd, const struct change *change, unsigned wait_ms,
	const struct own_file_owner *owner)
{
	uint8_t before[ENVELOPES_SIZE] = {}, after[ENVELOPES_SIZE];
	struct envelope_set set;
	int fd = -1, result = 0;
	int r = open_set(folder_fd, owner->uid, wait_ms, &fd, before, &set);

	if (r == -ENOENT) {
		envelope_set_empty(&set);
		r = 0;
	}
	if (r == 0)
		r = result = change->hash ? envelope_set_add(&set, change->hash, change->now_s)
					  : envelope_set_replace(&set, change->hashes, change->n);
	if (r >= 0) {
		envelope_set_encode(&set, after);
		r = fd >= 0 && memcmp(before, after, sizeof(after)) == 0
			    ? 0
			    : own_file_make(
				      folder_fd, ENVELOPES_FILE, after, sizeof(after), owner, NULL);
	}
	/* The lock is held until the new file is there. */
	if (fd >= 0)
		close(fd);
	return r < 0 ? r : result;
}

int envelopes_make(int folder_fd, const char (*hashes)[CODE_HASH_TEXT_SIZE], size_t n,
	unsigned wait_ms, const struct own_file_owner *owner, unsigned *ret_lost)
{
	const struct change set = {.hashes = hashes, .n = n};
	int r = change(folder_fd, &set, wait_ms, owner);

	if (r < 0)
		return r;
	*ret_lost = (unsigned)r;
	return 0;
}

int envelopes_add(int folder_fd, const char *hash, int64_t now_s, unsigned wait_ms,
	const struct own_file_owner *owner, unsigned *ret_number)
{
	const struct change one = {.hash = hash, .now_s = now_s};
	int r = change(folder_fd, &one, wait_ms, owner);

	if (r < 0)
		return r;
	*ret_number = number_of(r);
	return 0;
}

static int write_place(int fd, int place, const struct envelope *envelope)
{
	uint8_t bytes[ENVELOPE_SECTOR_SIZE];

	envelope_encode(envelope, bytes);
	return own_file_write(fd, bytes, sizeof(bytes), (off_t)(1 + place) * ENVELOPE_SECTOR_SIZE);
}

/* The hash of the set that the symbols are a code of; -ENOENT: they are none's. */
static int find_hash(
	const struct envelope_set *set, const char *symbols, char ret[CODE_HASH_TEXT_SIZE])
{
	char hashes[ENVELOPE_PLACES][CODE_HASH_TEXT_SIZE];
	size_t n = 0;
	int r;

	for (size_t i = 0; i < ENVELOPE_PLACES; i++)
		if (set->places[i].state == ENVELOPE_UNUSED ||
			set->places[i].state == ENVELOPE_SPENT)
			memcpy(hashes[n++], set->places[i].hash, CODE_HASH_TEXT_SIZE);
	r = code_hash_find(symbols, hashes, n);
	if (r < 0)
		return r;
	memcpy(ret, hashes[r], CODE_HASH_TEXT_SIZE);
	return 0;
}

/* Under the lock: what another attempt may have done since is seen here. */
static int spend(int fd, const struct envelope_set *set, const char *hash, const char *user,
	int64_t now_s, struct envelope_answer *ret)
{
	int place = envelope_set_find(set, hash);
	struct envelope spent;
	int r;

	if (place < 0 || set->places[place].state == ENVELOPE_LOST)
		return -EBADMSG;
	if (set->places[place].state == ENVELOPE_UNUSED) {
		spent = set->places[place];
		spent.state = ENVELOPE_SPENT;
		spent.at_s = now_s;
		memset(spent.user, 0, sizeof(spent.user));
		memcpy(spent.user, user, strnlen(user, ACCOUNT_NAME_MAX));
		r = write_place(fd, place, &spent);
		if (r < 0)
			return r;
	}
	ret->verdict = set->places[place].state == ENVELOPE_UNUSED ? ENVELOPE_RIGHT : ENVELOPE_USED;
	ret->number = number_of(place);
	return 0;
}

int envelopes_check(int folder_fd, const char *symbols, const char *user, int64_t now_s,
	unsigned wait_ms, struct envelope_answer *ret)
{
	struct envelope_answer answer = {};
	uint8_t bytes[ENVELOPES_SIZE];
	char hash[CODE_HASH_TEXT_SIZE];
	struct envelope_set set;
	int fd, r = look(folder_fd, bytes);

	if (r < 0)
		return r;
	envelope_set_decode(bytes, &set);
	/* The slow part comes before the lock: it would keep the others waiting. */
	r = find_hash(&set, symbols, hash);
	if (r == -ENOENT) {
		*ret = answer;
		return 0;
	}
	if (r == 0)
		r = open_set(folder_fd, (uid_t)-1, wait_ms, &fd, bytes, &set);
	if (r < 0)
		return r == -ENOENT ? -ESTALE : r;
	r = spend(fd, &set, hash, user, now_s, &answer);
	close(fd);
	if (r == 0)
		*ret = answer;
	return r;
}

static bool is_news(const struct envelope *envelope)
{
	return envelope->state == ENVELOPE_SPENT && !envelope->is_told;
}

static int tell(
	int fd, struct envelope_set *set, struct envelope_news ret[ENVELOPE_PLACES], size_t *ret_n)
{
	size_t n = 0;

	for (int i = 0; i < ENVELOPE_PLACES; i++) {
		struct envelope *place = &set->places[i];
		int r;

		if (!is_news(place))
			continue;
		place->is_told = true;
		r = write_place(fd, i, place);
		if (r < 0 && n == 0)
			return r;
		if (r < 0)
			break; /* those before it are marked, so they are told now */
		ret[n] = (struct envelope_news){.number = number_of(i), .spent_s = place->at_s};
		memcpy(ret[n++].user, place->user, sizeof(place->user));
	}
	*ret_n = n;
	return 0;
}

int envelopes_untold(
	int folder_fd, unsigned wait_ms, struct envelope_news ret[ENVELOPE_PLACES], size_t *ret_n)
{
	uint8_t bytes[ENVELOPES_SIZE];
	struct envelope_set set;
	int fd, r = look(folder_fd, bytes);

	if (r < 0)
		return r;
	if (!envelope_set_may_have_news(bytes)) {
		*ret_n = 0;
		return 0;
	}
	r = open_set(folder_fd, (uid_t)-1, wait_ms, &fd, bytes, &set);
	if (r < 0)
		return r;
	r = tell(fd, &set, ret, ret_n);
	close(fd);
	return r;
}
