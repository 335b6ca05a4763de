/* The words of an application form as people write them, in either language, width and case. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/exemption.h"

/* read-only or 読取; read-write, 書込, 持出 … 0 and *ret, or -EINVAL. */
int exemption_words_direction(const char *text, enum verdict *ret);
/* 有, あり, yes …; "" is FORM_NOT_ANSWERED. 0 and *ret, or -EINVAL. */
int exemption_words_answer(const char *text, enum form_answer *ret);
/* "reboot logout", 再起動、ログアウト: EXEMPTION_SURVIVES_…; "" is none. 0 and *ret, or -EINVAL. */
int exemption_words_survives(const char *text, unsigned *ret);
/* A number of media, or usb-storage, USBメモリ. 0 and *ret, or -EINVAL. */
int exemption_words_medium(const char *text, struct exemption_medium *ret);
/* Accounts apart by spaces or commas; any, 誰でも: nobody is named. 0 with both, or -EINVAL. */
int exemption_words_users(const char *text, char (*ret)[ACCOUNT_NAME_MAX + 1], size_t *ret_n);

/* The next of several words in a cell, apart by spaces, commas or 、 Its size and *ret, moving
 * *cursor behind it; 0 at the end. */
size_t exemption_words_next(const char **cursor, const char **ret);
