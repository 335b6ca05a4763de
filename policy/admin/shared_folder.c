#include "policy/admin/shared_folder.h"

#include <errno.h>
#include <sys/stat.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"

#define FOLDER_MODE 0755

int shared_folder_make(const char *path)
{
	CLEANUP(cleanup_free) char *above = admin_format("%s/..", path);
	struct stat status;

	if (!above)
		return -ENOMEM;
	if (mkdir(path, FOLDER_MODE) < 0)
		return errno == EEXIST || errno == EROFS ? 0 : -errno;
	if (stat(above, &status) == 0)
		chmod(path, FOLDER_MODE | (status.st_mode & (S_IWGRP | S_IWOTH | S_ISGID)));
	return 0;
}

bool shared_folder_has(const char *path, int descriptor)
{
	CLEANUP(cleanup_free) char *folder = admin_beside(path, ".");
	struct stat of_folder, of_file;

	return folder && stat(folder, &of_folder) == 0 && fstat(descriptor, &of_file) == 0 &&
	       (of_folder.st_mode & S_IWGRP) && of_folder.st_gid == of_file.st_gid;
}

bool shared_folder_is(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && (status.st_mode & S_IWGRP);
}
