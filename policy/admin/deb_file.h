/*
 * A Debian package of a few small files, in memory: an ar(5) archive of debian-binary, control.tar
 * and data.tar, as deb(5) has them, not compressed. So a ticket that it carries lies in no
 * temporary file, and the workstation needs no tools of Debian.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct deb_member {
	const char *path; /* "./etc/sekisho/site.ini"; a folder ends in "/" */
	const char *bytes;
	size_t size;
	unsigned mode; /* 0644 */
};

/*
 * The package, for the caller to wipe and free. Folders stand before what is in them; the owner is
 * root. 0 with *ret and *ret_size; -ENOMEM; -EINVAL: a path or a size that does not fit.
 */
int deb_file_make(const struct deb_member *control, size_t n_control, const struct deb_member *data,
	size_t n_data, int64_t now_s, char **ret, size_t *ret_size);
