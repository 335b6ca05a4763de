/* A device looked up among the registered media, for explain. Prints. */
#pragma once

#include "policy/admin/media_folder.h"
#include "policy/policy.h"
#include "policy/usb_facts.h"

/*
 * Reads the media of a folder, names their mistakes, and says whether they count under policy, the
 * one that devices are judged by; a list for another site or tier is told. EXIT_DONE with
 * *ret_counts, else EXIT_UNKNOWN. folder is for media_folder_clear() in every case.
 */
int explain_media_read(const char *path, const struct policy *policy, struct media_folder *folder,
	bool *ret_counts);

/*
 * The same, and looks for the device by its ids and serial. EXIT_DONE with *ret, which is valid as
 * long as folder is, or NULL where no medium is registered so, or the list does not count.
 */
int explain_media_find(const char *path, const char *serial, const struct policy *policy,
	const struct usb_facts *usb, struct media_folder *folder, const struct medium **ret);
