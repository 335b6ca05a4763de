/* The rules as the bytes of their file. */
#include "policy/login_rules.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "policy/checksum.h"

#define SEARCH_MAX 1000
#define TIME_MAX_S 253402300799 /* 9999-12-31T23:59:59Z, the last that a document can name */

static const uint8_t magic[4] = "SKL\1";

/* Little endian; what is not named is zero. */
struct __attribute__((packed)) service_bytes {
	char name[LOGIN_NAME_SIZE];
	uint8_t has_mode, mode, boxes;
	uint8_t zeros[4];
};

struct __attribute__((packed)) group_bytes {
	char name[LOGIN_NAME_SIZE];
	uint8_t mode;
	uint8_t zeros[6];
	uint64_t from_s;
};

struct __attribute__((packed)) exempt_bytes {
	char name[LOGIN_NAME_SIZE];
	uint8_t zeros[7];
	uint64_t until_s;
};

struct __attribute__((packed)) file {
	uint8_t magic[4];
	uint32_t checksum; /* of all that follows */
	uint64_t policy_serial, from_s, rehearse_until_s;
	uint32_t lock_for_s;
	uint16_t lock_after, window, drift, look_ahead, search;
	uint8_t mode, methods, n_services, n_groups, n_exempt;
	uint8_t zeros[13];
	struct service_bytes services[POLICY_LOGIN_SERVICES_MAX];
	struct group_bytes groups[POLICY_LOGIN_GROUPS_MAX];
	struct exempt_bytes exempt[POLICY_EXEMPT_ACCOUNTS_MAX];
	uint8_t rest[1088];
};

_Static_assert(sizeof(struct file) == LOGIN_RULES_SIZE, "the file has the size that is promised");

static void write_lists(const struct login_rules *rules, struct file *ret)
{
	for (size_t i = 0; i < rules->n_services; i++) {
		const struct login_service *service = &rules->services[i];

		memcpy(ret->services[i].name, service->name, strlen(service->name));
		ret->services[i].has_mode = service->has_mode;
		ret->services[i].mode = (uint8_t)service->mode;
		ret->services[i].boxes = (uint8_t)service->boxes;
	}
	for (size_t i = 0; i < rules->n_groups; i++) {
		const struct login_group *group = &rules->groups[i];

		memcpy(ret->groups[i].name, group->name, strlen(group->name));
		ret->groups[i].mode = (uint8_t)group->mode;
		ret->groups[i].from_s = htole64((uint64_t)group->from_s);
	}
	for (size_t i = 0; i < rules->n_exempt; i++) {
		const struct login_exempt *exempt = &rules->exempt[i];

		memcpy(ret->exempt[i].name, exempt->name, strlen(exempt->name));
		ret->exempt[i].until_s = htole64((uint64_t)exempt->until_s);
	}
}

/* All but the checksum. */
static void write_file(const struct login_rules *rules, struct file *ret)
{
	*ret = (struct file){
		.policy_serial = htole64(rules->policy_serial),
		.from_s = htole64((uint64_t)rules->from_s),
		.rehearse_until_s = htole64((uint64_t)rules->rehearse_until_s),
		.lock_for_s = htole32(rules->lock_for_s),
		.lock_after = htole16(rules->lock_after),
		.window = htole16(rules->window),
		.drift = htole16(rules->drift),
		.look_ahead = htole16(rules->look_ahead),
		.search = htole16(rules->search),
		.mode = (uint8_t)rules->mode,
		.methods = (uint8_t)rules->methods,
		.n_services = (uint8_t)rules->n_services,
		.n_groups = (uint8_t)rules->n_groups,
		.n_exempt = (uint8_t)rules->n_exempt,
	};
	memcpy(ret->magic, magic, sizeof(magic));
	write_lists(rules, ret);
}

static uint32_t checksum_of(const struct file *file)
{
	return checksum((const uint8_t *)file + offsetof(struct file, policy_serial),
		sizeof(*file) - offsetof(struct file, policy_serial));
}

void login_rules_encode(const struct login_rules *rules, uint8_t ret[LOGIN_RULES_SIZE])
{
	struct file file;

	write_file(rules, &file);
	file.checksum = htole32(checksum_of(&file));
	memcpy(ret, &file, LOGIN_RULES_SIZE);
}

static bool is_mode(unsigned mode)
{
	return mode <= SECOND_FACTOR_OFF;
}

static bool is_time(int64_t time_s)
{
	return time_s >= 0 && time_s <= TIME_MAX_S;
}

static bool is_start(int64_t time_s)
{
	return time_s == LOGIN_ALWAYS || is_time(time_s);
}

/* The names' own checks look no further than LOGIN_NAME_SIZE for the NUL, and refuse without it. */
static bool read_services(const struct file *file, struct login_rules *ret)
{
	for (size_t i = 0; i < ret->n_services; i++) {
		const struct service_bytes *bytes = &file->services[i];
		struct login_service *service = &ret->services[i];

		if (!service_name_is_valid(bytes->name) || bytes->has_mode > 1 ||
			!is_mode(bytes->mode) || bytes->boxes > LOGIN_TWO_BOXES)
			return false;
		/* One that says nothing. */
		if (!bytes->has_mode && (bytes->mode || bytes->boxes == LOGIN_BOXES_OF_SERVICE))
			return false;
		memcpy(service->name, bytes->name, sizeof(service->name));
		service->has_mode = bytes->has_mode;
		service->mode = bytes->mode;
		service->boxes = bytes->boxes;
		for (size_t k = 0; k < i; k++)
			if (strcmp(ret->services[k].name, service->name) == 0)
				return false;
	}
	return true;
}

static bool read_groups(const struct file *file, struct login_rules *ret)
{
	for (size_t i = 0; i < ret->n_groups; i++) {
		const struct group_bytes *bytes = &file->groups[i];
		struct login_group *group = &ret->groups[i];

		group->from_s = (int64_t)le64toh(bytes->from_s);
		if (!account_name_is_valid(bytes->name) || !is_mode(bytes->mode) ||
			!is_start(group->from_s))
			return false;
		memcpy(group->name, bytes->name, sizeof(group->name));
		group->mode = bytes->mode;
		for (size_t k = 0; k < i; k++)
			if (strcmp(ret->groups[k].name, group->name) == 0)
				return false;
	}
	return true;
}

static bool read_exempt(const struct file *file, struct login_rules *ret)
{
	for (size_t i = 0; i < ret->n_exempt; i++) {
		const struct exempt_bytes *bytes = &file->exempt[i];
		struct login_exempt *exempt = &ret->exempt[i];

		exempt->until_s = (int64_t)le64toh(bytes->until_s);
		if (!account_name_is_valid(bytes->name) ||
			(exempt->until_s != LOGIN_NO_END && !is_time(exempt->until_s)))
			return false;
		memcpy(exempt->name, bytes->name, sizeof(exempt->name));
		for (size_t k = 0; k < i; k++)
			if (strcmp(ret->exempt[k].name, exempt->name) == 0)
				return false;
	}
	return true;
}

static bool has_right_numbers(const struct login_rules *rules)
{
	return is_mode(rules->mode) && is_start(rules->from_s) &&
	       is_start(rules->rehearse_until_s) && rules->methods != 0 &&
	       rules->methods <= LOGIN_METHODS && rules->lock_after >= LOGIN_LOCK_AFTER_MIN &&
	       rules->lock_after <= LOGIN_LOCK_AFTER_MAX &&
	       rules->lock_for_s >= LOGIN_LOCK_FOR_MIN_S &&
	       rules->lock_for_s <= LOGIN_LOCK_FOR_MAX_S && rules->window <= LOGIN_WINDOW_MAX &&
	       rules->drift <= LOGIN_DRIFT_MAX && rules->look_ahead >= LOGIN_LOOK_AHEAD_MIN &&
	       rules->look_ahead <= LOGIN_LOOK_AHEAD_MAX && rules->search <= SEARCH_MAX &&
	       rules->n_services <= POLICY_LOGIN_SERVICES_MAX &&
	       rules->n_groups <= POLICY_LOGIN_GROUPS_MAX &&
	       rules->n_exempt <= POLICY_EXEMPT_ACCOUNTS_MAX;
}

static void read_numbers(const struct file *file, struct login_rules *ret)
{
	*ret = (struct login_rules){
		.policy_serial = le64toh(file->policy_serial),
		.mode = file->mode,
		.from_s = (int64_t)le64toh(file->from_s),
		.rehearse_until_s = (int64_t)le64toh(file->rehearse_until_s),
		.methods = file->methods,
		.lock_after = le16toh(file->lock_after),
		.lock_for_s = le32toh(file->lock_for_s),
		.window = le16toh(file->window),
		.drift = le16toh(file->drift),
		.look_ahead = le16toh(file->look_ahead),
		.search = le16toh(file->search),
		.n_services = file->n_services,
		.n_groups = file->n_groups,
		.n_exempt = file->n_exempt,
	};
}

int login_rules_decode(const uint8_t *bytes, size_t size, struct login_rules *ret)
{
	struct login_rules rules;
	struct file file, again;

	if (size != LOGIN_RULES_SIZE)
		return -EBADMSG;
	memcpy(&file, bytes, LOGIN_RULES_SIZE);
	if (memcmp(file.magic, magic, sizeof(magic)) != 0 ||
		le32toh(file.checksum) != checksum_of(&file))
		return -EBADMSG;
	read_numbers(&file, &rules);
	if (!has_right_numbers(&rules) || !read_services(&file, &rules) ||
		!read_groups(&file, &rules) || !read_exempt(&file, &rules))
		return -EBADMSG;
	/* Whatever else is there was not written by us. */
	write_file(&rules, &again);
	again.checksum = file.checksum;
	if (memcmp(&again, &file, sizeof(file)) != 0)
		return -EBADMSG;
	*ret = rules;
	return 0;
}
