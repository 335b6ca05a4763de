/* Waiting for a file that another attempt holds, but not for ever. Touches disk. */
#pragma once

/*
 * Takes the write lock of an open file. It belongs to the open file: it ends with the process,
 * however that ends. 0, -ETIMEDOUT, or another negative errno.
 */
int file_lock(int fd, unsigned wait_ms);
