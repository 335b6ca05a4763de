#include "policy/admin/eras.h"

/* Of those before, no day lies after 1970. */
const struct era eras[] = {
	{"令和", 'r', '5', 2019, "2019-05-01"},
	{"平成", 'h', '4', 1989, "1989-01-08"},
	{"昭和", 's', '3', 1926, "1926-12-25"},
};

const unsigned n_eras = sizeof(eras) / sizeof(eras[0]);
