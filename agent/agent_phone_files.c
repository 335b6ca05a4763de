/* The files of approvals by telephone. */
#include "agent/agent_phone_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/store.h"
#include "policy/cleanup.h"
#include "policy/exemption_text.h"
#include "policy/login_places.h"
#include "policy/value.h"

#define FILE_SIZE_MAX (32 * 1024)
#define DESKS_WORD    "desks "

int phone_read_attempts(int folder_fd, struct phone_attempts *ret)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	int r = store_read(folder_fd, PHONE_ATTEMPTS_FILE, PHONE_ATTEMPTS_SIZE, &text, &size);

	return r < 0 ? r : phone_attempts_parse(text, size, ret);
}

int phone_write_attempts(int folder_fd, const struct phone_attempts *attempts)
{
	char text[PHONE_ATTEMPTS_SIZE];
	size_t size = phone_attempts_format(attempts, text);

	return store_write(folder_fd, PHONE_ATTEMPTS_FILE, text, size);
}

/* --- "desks NAME NAME" and a text --- */

static int write_with_desks(
	int folder_fd, const char *name, const struct phone_desks *desks, const char *text)
{
	size_t size = strlen(text) + sizeof(*desks) + sizeof(DESKS_WORD) + 4;
	CLEANUP(cleanup_free) char *all = malloc(size);
	int n;

	if (!all)
		return -ENOMEM;
	n = snprintf(all, size, DESKS_WORD "%s%s%s\n%s", desks->names[0], desks->n > 1 ? " " : "",
		desks->n > 1 ? desks->names[1] : "", text);
	return store_write(folder_fd, name, all, (size_t)n);
}

/* Reads the first line; the text behind it, or NULL. */
static const char *read_desks(const char *at, struct phone_desks *ret)
{
	size_t n = 0;

	if (strncmp(at, DESKS_WORD, strlen(DESKS_WORD)) != 0)
		return NULL;
	at += strlen(DESKS_WORD) - 1;
	while (*at == ' ') {
		size_t size = strcspn(++at, " \n");

		if (n == PHONE_DESKS_ASKED || size > DESK_NAME_MAX)
			return NULL;
		memcpy(ret->names[n], at, size);
		ret->names[n][size] = '\0';
		if (!word_is_valid(ret->names[n++]))
			return NULL;
		at += size;
	}
	ret->n = n;
	return *at == '\n' ? at + 1 : NULL;
}

/* --- what is asked for --- */

int phone_write_request(int folder_fd, const struct phone_now *now, const char *id,
	const struct phone_request *request)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(cleanup_free) char *text = NULL;
	struct phone_desks desks = {.n = request->n_desks};
	struct exemption exemption;
	int r;

	memcpy(desks.names, request->desks, sizeof(desks.names));
	phone_make_exemption(now, id, request, &exemption);
	r = exemption_write(&exemption, &problems, &text);
	return r < 0 ? r : write_with_desks(folder_fd, PHONE_REQUEST_FILE, &desks, text);
}

/* One file: 0, *ret and *ret_desks, -EBADMSG, or a negative errno. */
static int read_exemption(
	int folder_fd, const char *name, struct exemption **ret, struct phone_desks *ret_desks)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(cleanup_free) char *all = NULL;
	const char *text;
	size_t size;
	int r = store_read(folder_fd, name, FILE_SIZE_MAX, &all, &size);

	if (r < 0)
		return r;
	text = strlen(all) == size ? read_desks(all, ret_desks) : NULL;
	return text ? exemption_parse(text, strlen(text), &problems, ret) : -EBADMSG;
}

int phone_read_request(int folder_fd, char ret_id[EXEMPTION_ID_SIZE], struct phone_request *ret)
{
	CLEANUP(exemption_cleanup) struct exemption *exemption = NULL;
	struct phone_desks desks;
	int r = read_exemption(folder_fd, PHONE_REQUEST_FILE, &exemption, &desks);

	if (r < 0)
		return r;
	*ret = (struct phone_request){
		.access = exemption->use.access,
		.minutes = exemption->use.duration_s / 60,
		.n_desks = desks.n,
		.form = exemption->form,
	};
	memcpy(ret->desks, desks.names, sizeof(ret->desks));
	memcpy(ret->user, exemption->requester, sizeof(ret->user));
	memcpy(ret->medium, exemption->medium.number, sizeof(ret->medium));
	memcpy(ret_id, exemption->id, EXEMPTION_ID_SIZE);
	return 0;
}

/* --- what was given --- */

int phone_write_given(int folder_fd, const struct phone_given *given)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(cleanup_free) char *text = NULL;
	int r = exemption_write(&given->exemption, &problems, &text);

	return r < 0 ? r : write_with_desks(folder_fd, given->exemption.id, &given->desks, text);
}

static int read_given(int folder_fd, const char *name, struct phone_given *ret)
{
	CLEANUP(exemption_cleanup) struct exemption *exemption = NULL;
	int r = read_exemption(folder_fd, name, &exemption, &ret->desks);

	if (r < 0)
		return r;
	if (strcmp(exemption->id, name) != 0)
		return -EBADMSG;
	ret->exemption = *exemption;
	return 0;
}

int phone_read_grants(int folder_fd, struct phone_grants *ret)
{
	CLEANUP(cleanup_closedir) DIR *folder = open_directory(folder_fd, ".");
	const struct dirent *entry;

	if (!folder)
		return -errno;
	while (ret->n < PHONE_GRANTS_MAX && (entry = readdir(folder))) {
		int r = exemption_id_is_valid(entry->d_name)
				? read_given(folder_fd, entry->d_name, &ret->items[ret->n])
				: -ENOENT;

		if (r == -ENOMEM)
			return r;
		ret->n += r == 0;
	}
	return 0;
}

int phone_read_key(const char *folder, const char *desk, uint8_t ret[PHONE_KEY_SIZE])
{
	char name[sizeof(DESK_KEY_PREFIX) + DESK_NAME_MAX], *bytes = NULL;
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;
	size_t size = 0;

	if (fd < 0)
		return errno == ENOENT ? -ENOKEY : -errno;
	snprintf(name, sizeof(name), DESK_KEY_PREFIX "%s", desk);
	r = store_read(fd, name, PHONE_KEY_SIZE, &bytes, &size);
	close(fd);
	if (r == 0 && size != PHONE_KEY_SIZE)
		r = -EBADMSG;
	if (r == -ENOENT)
		r = -ENOKEY;
	if (r == 0)
		memcpy(ret, bytes, PHONE_KEY_SIZE);
	if (bytes)
		explicit_bzero(bytes, size);
	free(bytes);
	return r;
}
