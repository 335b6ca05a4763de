#include "policy/admin/explain_media.h"

#include <stdio.h>
#include <string.h>

#include "policy/medium_text.h"

static int read_media(const char *path, struct media_folder *folder)
{
	int code;

	if (media_folder_open(path, folder) != EXIT_DONE)
		return EXIT_UNKNOWN;
	code = media_folder_read(folder, false);
	if (code == EXIT_NO)
		admin_complain("%s has mistakes, so no medium counts as registered", path);
	return code == EXIT_DONE ? EXIT_DONE : EXIT_UNKNOWN;
}

/* The built-in policy is of no site; it says nothing of registered media either. */
static int check_place(const struct policy *policy, const struct document_header *list)
{
	const struct document_header *header = &policy->header;

	if (policy->is_builtin ||
		(strcmp(header->site, list->site) == 0 && strcmp(header->tier, list->tier) == 0))
		return EXIT_DONE;
	admin_complain("the list of media is for the site %s and the tier %s, the policy for %s "
		       "and %s: no terminal has both",
		list->site, list->tier, header->site, header->tier);
	return EXIT_UNKNOWN;
}

/* As policies_media() of the agent. */
static bool counts(const struct policy *policy, const struct document_header *list)
{
	return list->epoch >= policy->header.epoch;
}

int explain_media_find(const char *path, const char *serial, const struct policy *policy,
	const struct usb_facts *usb, struct media_folder *folder, const struct medium **ret)
{
	struct medium_identity identity = {.vendor = usb->vendor, .product = usb->product};
	const struct medium *medium;
	int code = read_media(path, folder);

	if (code == EXIT_DONE)
		code = check_place(policy, &folder->index->header);
	if (code != EXIT_DONE)
		return code;
	/* Longer than what any list can hold was refused before. */
	snprintf(identity.serial, sizeof(identity.serial), "%s", serial);
	medium = media_find(folder->media, &identity);
	if (medium)
		printf("serial %s: registered as %s\n", serial, medium->number);
	else
		printf("serial %s: not registered\n", serial);
	if (counts(policy, &folder->index->header)) {
		*ret = medium;
		return EXIT_DONE;
	}
	printf("  the list does not count: it is of epoch %u, the policy of epoch %u\n",
		(unsigned)folder->index->header.epoch, (unsigned)policy->header.epoch);
	*ret = NULL;
	return EXIT_DONE;
}
