/* sekisho-admin exemption desk-key: the key of a desk that approves by telephone. */
#pragma once

#define DESK_KEY_USAGE "exemption desk-key FILE --desk NAME --site SITE"

int admin_desk_key(int argc, char **argv);
