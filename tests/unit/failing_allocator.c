#include "tests/unit/failing_allocator.h"

#include <ini.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

static enum allocation_fault fault;
static unsigned number, count, n_failed, n_failed_of_libcrypto;
static long n_live;

void allocations_set_fault(enum allocation_fault new_fault, unsigned new_number)
{
	fault = new_fault;
	number = new_number;
	count = n_failed = n_failed_of_libcrypto = 0;
}

void allocations_stop_failing(void)
{
	fault = ALLOCATIONS_ARE_GOOD;
}

unsigned allocations_failed(void)
{
	return n_failed;
}

unsigned allocations_of_libcrypto_failed(void)
{
	return n_failed_of_libcrypto;
}

long allocations_live(void)
{
	return n_live;
}

static bool is_to_fail_by_size(size_t size)
{
	bool is_it = fault == ALLOCATIONS_FAIL_OF_SIZE && size >= number;

	n_failed_of_libcrypto += is_it;
	return is_it;
}

static bool is_to_fail(unsigned *counter)
{
	bool is_it = fault != ALLOCATIONS_FAIL_OF_SIZE && fault != ALLOCATIONS_ARE_GOOD &&
		     ++count >= number && (count == number || fault == ALLOCATIONS_FAIL_FROM_IT);

	*counter += is_it;
	return is_it;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t n, size_t size);
void *__wrap_reallocarray(void *old, size_t n, size_t size);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__real_strndup(const char *text, size_t size);
char *__wrap_strndup(const char *text, size_t size);
int __real_ini_parse_string(const char *text, ini_handler handler, void *user);
int __wrap_ini_parse_string(const char *text, ini_handler handler, void *user);
void __real_free(void *pointer);
void __wrap_free(void *pointer);

static void *counted(void *pointer)
{
	n_live += pointer != NULL;
	return pointer;
}

void *__wrap_malloc(size_t size)
{
	return is_to_fail(&n_failed) ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return is_to_fail(&n_failed) ? NULL : counted(__real_calloc(n, size));
}

void *__wrap_realloc(void *old, size_t size)
{
	if (is_to_fail(&n_failed))
		return NULL;
	return old ? __real_realloc(old, size) : counted(__real_realloc(NULL, size));
}

void *__wrap_reallocarray(void *old, size_t n, size_t size)
{
	if (is_to_fail(&n_failed))
		return NULL;
	return old ? __real_reallocarray(old, n, size)
		   : counted(__real_reallocarray(NULL, n, size));
}

char *__wrap_strdup(const char *text)
{
	return is_to_fail(&n_failed) ? NULL : counted(__real_strdup(text));
}

char *__wrap_strndup(const char *text, size_t size)
{
	return is_to_fail(&n_failed) ? NULL : counted(__real_strndup(text, size));
}

void __wrap_free(void *pointer)
{
	n_live -= pointer != NULL;
	__real_free(pointer);
}

/* As it does where its own allocation fails. */
int __wrap_ini_parse_string(const char *text, ini_handler handler, void *user)
{
	return is_to_fail(&n_failed) ? -2 : __real_ini_parse_string(text, handler, user);
}

/* What libcrypto keeps for later is its own affair: its pieces are not counted as live. */
static void *libcrypto_malloc(size_t size, const char *file, int line)
{
	return is_to_fail(&n_failed_of_libcrypto) || is_to_fail_by_size(size) ? NULL
									      : __real_malloc(size);
}

static void *libcrypto_realloc(void *old, size_t size, const char *file, int line)
{
	return is_to_fail(&n_failed_of_libcrypto) || is_to_fail_by_size(size)
		       ? NULL
		       : __real_realloc(old, size);
}

static void libcrypto_free(void *pointer, const char *file, int line)
{
	__real_free(pointer);
}

bool allocations_take_libcrypto(void)
{
	return CRYPTO_set_mem_functions(libcrypto_malloc, libcrypto_realloc, libcrypto_free) == 1;
}
