/* A CSV file as an office program left it: in UTF-8, or in Windows' Japanese code page. */
#pragma once

#include <stdbool.h>

#include "policy/admin/admin.h"

#define CSV_FILE_SIZE_MAX (16 * 1024 * 1024)

/*
 * Reads a file; is_cp932: it is in code page 932 and becomes UTF-8 here. EXIT_DONE with *ret (for
 * admin_file_free()), or EXIT_NO, EXIT_UNKNOWN after complaining.
 */
int csv_file_read(const char *path, bool is_cp932, struct admin_file *ret);
