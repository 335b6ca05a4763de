#include "agent/fetch_link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/store.h"
#include "policy/cleanup.h"
#include "policy/value.h"

#define SMALL_FILE_MAX 256

/* A file that is not there is empty. */
static int read_if_there(int folder_fd, const char *name, size_t size_max, char **ret, size_t *size)
{
	int r = folder_fd < 0 ? -ENOENT : store_read(folder_fd, name, size_max, ret, size);

	if (r != -ENOENT)
		return r;
	*ret = NULL;
	*size = 0;
	return 0;
}

static bool is_same_site(const struct site *a, const struct site *b)
{
	return strcmp(a->source, b->source) == 0 && strcmp(a->proxy, b->proxy) == 0 &&
	       strcmp(a->pin, b->pin) == 0 && strcmp(a->site, b->site) == 0 &&
	       strcmp(a->terminal, b->terminal) == 0;
}

/* 1: it is another one; 0; or a negative errno, and it stays. */
static int update_ca(struct fetch_link *link, int etc_fd)
{
	CLEANUP(cleanup_free) char *ca = NULL;
	size_t size;
	int r = read_if_there(etc_fd, FETCH_CA_FILE, FETCH_CA_SIZE_MAX, &ca, &size);

	if (r < 0)
		return r;
	if (size == link->ca_size && (size == 0 || memcmp(ca, link->ca, size) == 0))
		return 0;
	free(link->ca);
	link->ca = TAKE(ca);
	link->ca_size = size;
	return 1;
}

/* What cannot be sent is no reason to hear nothing, and is said once. */
static void note_identity(struct fetch_link *link, int r)
{
	if (r < 0 && r != link->identity_error)
		fprintf(stderr, SD_WARNING "the key of what goes up: %s\n", strerror(-r));
	link->identity_error = r;
}

/* Whether it is another one. Without sekishod it stays what it was. */
static bool update_identity(struct fetch_link *link, const struct fetch_folders *folders)
{
	CLEANUP(cleanup_free) char *text = NULL;
	char machine[FETCH_MACHINE_LENGTH + 1];
	size_t size;
	int r = read_if_there(folders->run_fd, FETCH_MACHINE_FILE, SMALL_FILE_MAX, &text, &size);

	if (r == 0 && (size == 0 || folders->own_fd < 0))
		return false;
	if (r == 0)
		r = fetch_machine_parse(text, size, machine);
	if (r < 0) {
		note_identity(link, r);
		return false;
	}
	if (strcmp(machine, link->machine) == 0)
		return false;
	fetch_identity_clear(&link->identity);
	link->machine[0] = '\0';
	r = fetch_identity_open(folders->own_fd, machine, &link->identity);
	if (r == 0)
		memcpy(link->machine, machine, sizeof(machine));
	note_identity(link, r);
	return true;
}

static void set_floor(struct fetch_link *link, int run_fd)
{
	CLEANUP(cleanup_free) char *text = NULL;
	uint64_t floor = 0;
	size_t size;

	if (read_if_there(run_fd, FETCH_FLOOR_FILE, SMALL_FILE_MAX, &text, &size) < 0 ||
		size == 0 || text[size - 1] != '\n')
		return;
	text[size - 1] = '\0';
	if (number_parse(text, 0, INT64_MAX, &floor) == 0)
		fetch_http_set_floor(link->http, (int64_t)floor);
}

static int connect_anew(struct fetch_link *link)
{
	const struct fetch_http_settings settings = {
		.ca = link->ca,
		.ca_size = link->ca_size,
		.pin = link->site.pin,
		.proxy = link->site.proxy,
		.identity = link->identity.pem,
		.identity_size = link->identity.pem_size,
	};
	int r;

	fetch_http_free(TAKE(link->http));
	r = fetch_http_new(&settings, &link->http);
	return r == -EINVAL ? -ENOKEY : r;
}

int fetch_link_update(
	struct fetch_link *link, const struct site *site, const struct fetch_folders *folders)
{
	bool is_another = !link->http || !is_same_site(site, &link->site);
	int r = update_ca(link, folders->etc_fd);

	if (r < 0)
		return r;
	is_another |= r > 0;
	is_another |= update_identity(link, folders);
	link->site = *site;
	r = is_another ? connect_anew(link) : 0;
	if (r == 0)
		set_floor(link, folders->run_fd);
	return r < 0 ? r : is_another;
}

void fetch_link_clear(struct fetch_link *link)
{
	fetch_http_free(link->http);
	fetch_identity_clear(&link->identity);
	free(link->ca);
	*link = (struct fetch_link){};
}
