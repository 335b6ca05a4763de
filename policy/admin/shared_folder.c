#include "policy/admin/shared_folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"

int shared_folder_make(const char *folder)
{
	CLEANUP(cleanup_free) char *above = admin_format("%s/..", folder);
	struct stat status;

	if (mkdir(folder, 0755) < 0)
		return errno == EEXIST || errno == EROFS ? 0 : -errno;
	if (above && stat(above, &status) == 0)
		chmod(folder, 0755 | (status.st_mode & (S_IWGRP | S_IWOTH | S_ISGID)));
	return 0;
}

int shared_folders_above(const char *path)
{
	CLEANUP(cleanup_free) char *folder = strdup(path);

	if (!folder)
		return admin_no_memory();
	for (char *slash = folder + 1; (slash = strchr(slash, '/')); slash++) {
		int r;

		*slash = '\0';
		r = shared_folder_make(folder);
		if (r < 0) {
			admin_complain("%s cannot be made: %s", folder, strerror(-r));
			return EXIT_UNKNOWN;
		}
		*slash = '/';
	}
	return EXIT_DONE;
}

bool shared_folder_is(const char *folder)
{
	struct stat status;

	return stat(folder, &status) == 0 && (status.st_mode & S_IWGRP);
}

bool shared_folder_has(const char *path, int descriptor)
{
	CLEANUP(cleanup_free) char *folder = admin_beside(path, ".");
	struct stat of_folder, of_file;

	return folder && stat(folder, &of_folder) == 0 && fstat(descriptor, &of_file) == 0 &&
	       (of_folder.st_mode & S_IWGRP) && of_folder.st_gid == of_file.st_gid;
}
