#include "agent/medium_find.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/descriptor.h"
#include "agent/medium_options.h"
#include "policy/cleanup.h"
#include "policy/printable.h"

/* What was seen beside file systems that may be shown. */
struct others {
	char encrypted[PROBE_TYPE_SIZE];
	char refused[PROBE_TYPE_SIZE]; /* a file system that is not allowed, or nothing we know */
	bool is_ambiguous;
	int error;
};

int medium_fail(struct medium_answer *answer, int error, const char *word, const char *format, ...)
{
	char text[MEDIUM_TEXT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	answer->kind = MEDIUM_ANSWER_FAILED;
	snprintf(answer->word, sizeof(answer->word), "%s", word);
	(void)printable_copy(answer->text, sizeof(answer->text), text);
	return error;
}

/* Whether it is the one that was ordered, or one of several. */
static bool volume_fits(const char *ordered, const char *found)
{
	size_t length = strlen(ordered);

	if (length == 0 || strcmp(ordered, found) == 0)
		return true;
	for (const char *one = found; one; one = strchr(one, '+')) {
		one += *one == '+';
		if (strncmp(one, ordered, length) == 0 && (!one[length] || one[length] == '+'))
			return true;
	}
	return false;
}

static bool is_encrypted(const char *type)
{
	return strcmp(type, "crypto_LUKS") == 0 || strcmp(type, "BitLocker") == 0;
}

static int look_at(const struct medium_part *part, const struct medium_order *order,
	struct candidates *candidates, struct others *others)
{
	CLEANUP(cleanup_close) int fd = medium_node_open(part->node, part->major, part->minor, 0);
	struct candidate *candidate = &candidates->items[candidates->n];
	struct medium_found found = {0};
	int r = fd < 0 ? fd : medium_probe(fd, &found);

	if (r == -ENODATA)
		return 0;
	others->is_ambiguous |= r == -ENOTUNIQ;
	if (r < 0 && r != -ENOTUNIQ)
		others->error = r;
	if (r < 0)
		return r == -ENODEV || r == -ENXIO || r == -ESTALE ? r : 0;
	if (is_encrypted(found.type))
		memcpy(others->encrypted, found.type, sizeof(found.type));
	else if (!medium_file_system(found.type) ||
		 !medium_file_system_is_allowed(order->file_systems, found.type))
		memcpy(others->refused, found.type, sizeof(found.type));
	else if (candidates->n < MEDIUM_VOLUMES_MAX) {
		candidate->part = part;
		candidate->found = found;
		candidates->n++;
	}
	return 0;
}

static int say_nothing(const struct medium_disk *disk, const struct medium_order *order,
	const struct others *others, struct medium_answer *failed)
{
	if (others->encrypted[0])
		return medium_fail(failed, -EPROTONOSUPPORT, "encrypted",
			"the medium is encrypted (%s), which cannot be opened yet",
			others->encrypted);
	if (others->refused[0])
		return medium_fail(failed, -EPROTONOSUPPORT, "file-system",
			"the medium has the file system %s; the policy allows %s", others->refused,
			order->file_systems);
	if (others->is_ambiguous)
		return medium_fail(failed, -EPROTONOSUPPORT, "file-system",
			"the medium can be read as several file systems at once");
	if (others->error)
		return medium_fail(failed, others->error, "unreadable", "%s cannot be read: %s",
			disk->whole.node, strerror(-others->error));
	return medium_fail(
		failed, -ENODATA, "empty", "there is no file system on %s", disk->whole.node);
}

static void fill_in(const struct medium_disk *disk, const struct candidates *candidates,
	struct medium_state *state)
{
	size_t length = 0;

	snprintf(state->disk, sizeof(state->disk), "%s", disk->whole.node);
	state->major = disk->whole.major;
	state->minor = disk->whole.minor;
	state->sequence = disk->sequence;
	state->capacity_bytes = disk->capacity_bytes;
	state->n_volumes = candidates->n;
	state->volume[0] = '\0';
	for (size_t i = 0; i < candidates->n; i++) {
		const struct candidate *candidate = &candidates->items[i];
		struct medium_state_volume *volume = &state->volumes[i];

		memcpy(volume->node, candidate->part->node, sizeof(volume->node));
		volume->major = candidate->part->major;
		volume->minor = candidate->part->minor;
		volume->path[0] = '\0';
		if (!candidate->found.uuid[0] ||
			length + sizeof(candidate->found.uuid) + 1 >= sizeof(state->volume))
			continue;
		length += (size_t)snprintf(state->volume + length, sizeof(state->volume) - length,
			"%s%s", length ? "+" : "", candidate->found.uuid);
	}
}

int medium_find(const struct medium_disk *disk, struct medium_state *state, struct candidates *ret,
	struct medium_answer *ret_failed)
{
	const struct medium_order *order = &state->order;
	struct candidates candidates = {0};
	struct others others = {0};
	int r = 0;

	if (order->capacity_bytes && order->capacity_bytes != disk->capacity_bytes)
		return medium_fail(ret_failed, -ESTALE, "another-medium",
			"the medium has %" PRIu64 " bytes, and the one that was let in %" PRIu64,
			disk->capacity_bytes, order->capacity_bytes);
	for (size_t i = 0; r == 0 && i < disk->n_parts; i++)
		r = look_at(&disk->parts[i], order, &candidates, &others);
	/* Not divided, or with a table of partitions that are of no use. */
	if (r == 0 && candidates.n == 0)
		r = look_at(&disk->whole, order, &candidates, &others);
	if (r < 0)
		return medium_fail(
			ret_failed, r, "device-gone", "%s: %s", disk->whole.node, strerror(-r));
	if (candidates.n == 0)
		return say_nothing(disk, order, &others, ret_failed);
	fill_in(disk, &candidates, state);
	if (!volume_fits(order->volume, state->volume)) {
		int n = (int)state->n_volumes;

		state->n_volumes = 0;
		return medium_fail(ret_failed, -ESTALE, "another-medium",
			"the file system %s is on the medium (%d in all), and the one that was let "
			"in "
			"has %s",
			state->volume, n, order->volume);
	}
	*ret = candidates;
	return 0;
}
