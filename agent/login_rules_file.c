#include "agent/login_rules_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/store.h"
#include "policy/cleanup.h"

/* Who took away the right to read it took the rules away. */
static bool may_be_read(int state_fd)
{
	struct stat facts;

	return fstatat(state_fd, LOGIN_RULES_FILE, &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
	       (facts.st_mode & 07777) == 0644;
}

static bool can_be_believed(const char *bytes, size_t size)
{
	struct login_rules rules;

	return login_rules_decode((const uint8_t *)bytes, size, &rules) == 0;
}

int login_rules_file_write(int state_fd, const struct login_rules *rules)
{
	CLEANUP(cleanup_free) char *old = NULL;
	uint8_t bytes[LOGIN_RULES_SIZE];
	size_t size = 0;
	int r = store_read(state_fd, LOGIN_RULES_FILE, LOGIN_RULES_SIZE, &old, &size);

	if (r == -ENOMEM)
		return r;
	login_rules_encode(rules, bytes);
	if (r == 0 && size == sizeof(bytes) && memcmp(old, bytes, size) == 0 &&
		may_be_read(state_fd))
		return 0;
	/* The ones before are safe before the newer ones take their place. */
	if (r == 0 && can_be_believed(old, size))
		r = store_write_public(state_fd, LOGIN_RULES_LAST_FILE, old, size);
	else
		r = 0;
	if (r == 0)
		r = store_write_public(state_fd, LOGIN_RULES_FILE, bytes, sizeof(bytes));
	return r < 0 ? r : 1;
}

static int read_rules(int state_fd, const char *name, struct login_rules *ret)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	size_t size = 0;
	int r = store_read(state_fd, name, LOGIN_RULES_SIZE, &bytes, &size);

	return r < 0 ? r : login_rules_decode((const uint8_t *)bytes, size, ret);
}

int login_rules_file_read(int state_fd, struct login_rules *ret)
{
	int r = read_rules(state_fd, LOGIN_RULES_FILE, ret);

	return r < 0 ? read_rules(state_fd, LOGIN_RULES_LAST_FILE, ret) : 0;
}

static bool is_there(int state_fd, const char *name)
{
	return faccessat(state_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

int login_rules_file_remove(int state_fd)
{
	int r = 0;

	if (is_there(state_fd, LOGIN_RULES_LAST_FILE))
		r = store_remove(state_fd, LOGIN_RULES_LAST_FILE);
	if (r == 0 && is_there(state_fd, LOGIN_RULES_FILE))
		r = store_remove(state_fd, LOGIN_RULES_FILE);
	return r;
}
