/*
 * A policy as typed values, and the built-in one. Knows the words of the document and nothing of
 * devices, files or time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/device_class.h"
#include "policy/document.h"
#include "policy/login_name.h"
#include "policy/problem.h"
#include "policy/verdict.h"

#define DEVICE_RULE_NAME_MAX       40 /* section "[device NAME]" is at most 48 bytes */
#define DEVICE_RULE_INTERFACES_MAX 16
#define POLICY_NETWORK_RULES_MAX   64

/* What a device rule lists: the first n_bytes of class, subclass, protocol must be equal. */
struct interface_pattern {
	uint8_t bytes[3];
	uint8_t n_bytes; /* 1 to 3 */
};

struct device_rule {
	char name[DEVICE_RULE_NAME_MAX + 1];
	uint16_t vendor, product;
	struct interface_pattern interfaces[DEVICE_RULE_INTERFACES_MAX];
	size_t n_interfaces; /* 0: the rule lists none, and opens what is not dangerous */
	enum verdict access;
	unsigned line;
};

struct class_rule {
	enum verdict access;
	unsigned line; /* 0: the document does not name the class */
};

enum second_factor { SECOND_FACTOR_REQUIRED = 0, SECOND_FACTOR_REHEARSE, SECOND_FACTOR_OFF };
enum scan { SCAN_REQUIRED = 0, SCAN_OFF };
enum isolation { ISOLATION_ENFORCE = 0, ISOLATION_OFF };
enum policy_mode { POLICY_ENFORCE = 0, POLICY_REHEARSE };

enum media_show { MEDIA_MOUNT = 0, MEDIA_IMPORT };

#define POLICY_RINGS               10 /* 0 to 9 */
#define POLICY_MAX_AGE_NONE        0  /* for sites carried by CD */
#define POLICY_REHEARSE_MAX_S      (60 * 86400)
#define POLICY_FILE_SYSTEMS_MAX    8
#define POLICY_EXEMPT_ACCOUNTS_MAX 16
#define POLICY_LOGIN_SERVICES_MAX  16
#define POLICY_LOGIN_GROUPS_MAX    32
#define POLICY_DESKS_MAX           16
#define DESK_NAME_MAX              32

#define LOGIN_METHOD_TOTP (1u << 0)
#define LOGIN_METHOD_HOTP (1u << 1)
#define LOGIN_METHODS     (LOGIN_METHOD_TOTP | LOGIN_METHOD_HOTP)

#define LOGIN_LOCK_AFTER_MIN 3
#define LOGIN_LOCK_AFTER_MAX 20
#define LOGIN_LOCK_FOR_MIN_S 60
#define LOGIN_LOCK_FOR_MAX_S 86400
#define LOGIN_WINDOW_MAX     20  /* steps */
#define LOGIN_DRIFT_MAX      120 /* steps */
#define LOGIN_LOOK_AHEAD_MIN 1   /* counts */
#define LOGIN_LOOK_AHEAD_MAX 50

#define LOGIN_LOCK_FOR_S 600 /* where the policy says nothing */
#define LOGIN_WINDOW     1
/* Of steps. Tokens and the clocks of terminals that no network sets right lose a second a day and
 * more: within half a year nobody is to be refused for that. */
#define LOGIN_DRIFT      20
#define LOGIN_LOOK_AHEAD 10

#define LOGIN_ALWAYS INT64_MIN /* of a date from which on something holds: there is none */
#define LOGIN_NO_END INT64_MAX

/* How a service asks. With one box the code is typed behind the password. */
enum login_boxes { LOGIN_BOXES_OF_SERVICE = 0, LOGIN_ONE_BOX, LOGIN_TWO_BOXES };

struct service_rule {
	char name[ACCOUNT_NAME_MAX + 1]; /* of PAM */
	bool has_mode;                   /* else it only says the boxes */
	enum second_factor mode;
	enum login_boxes boxes; /* OF_SERVICE: the rule does not say them */
	unsigned line;
};

struct group_rule {
	char name[ACCOUNT_NAME_MAX + 1];
	enum second_factor mode;
	int64_t from; /* LOGIN_ALWAYS: no date */
	unsigned line;
};

struct exempt_account {
	char name[ACCOUNT_NAME_MAX + 1];
	int64_t until; /* from then on it is exempt no more; LOGIN_NO_END */
	unsigned line;
};

/* Who may approve by telephone, what at most and for how long at most. */
struct phone_desk {
	char name[DESK_NAME_MAX + 1];
	enum verdict access; /* read-only, or allow: read and write */
	uint32_t longest_s;
	unsigned line;
};

struct network_rule {
	char text[96]; /* "10.20.0.0/24 tcp 443": checked, kept as written */
	unsigned line;
};

/* Sections that this version reads and checks but does not enforce are so named by lint. */
struct policy {
	struct document_header header;
	char tier_name[128]; /* UTF-8, decoded, may be empty */
	char contact[128];   /* whom a refused person calls; the same */
	enum policy_mode mode;
	int64_t until;      /* of rehearse: from then on it enforces; 0 in enforce */
	uint32_t max_age_s; /* how old fresh may be for what is online; POLICY_MAX_AGE_NONE */
	uint8_t ring;       /* terminals of this ring and of lower ones take it; 9: all */
	uint8_t percent;    /* of these, so many in a hundred; 100: all */
	struct class_rule media[CLASS_COUNT];
	struct device_rule *devices; /* in the order of the document; the first match speaks */
	size_t n_devices;
	bool is_builtin;

	/* [medium]: what a registered medium may do without an exemption, and how media of any
	 * kind are shown. */
	bool has_medium;
	struct class_rule registered; /* line 0: nothing is said, and registering changes nothing */
	char file_systems[POLICY_FILE_SYSTEMS_MAX][16];
	size_t n_file_systems; /* without the key: vfat exfat iso9660 */
	enum media_show show;
	enum scan medium_scan;
	uint32_t scan_data_max_age_s; /* of the virus scanner's data */

	/* [records] */
	bool has_records;
	uint32_t records_keep_s; /* at least a year */
	bool records_to_syslog;

	bool has_exemption, has_login, has_network;
	uint32_t exemption_longest_s;
	uint8_t exemption_approvals_read_only, exemption_approvals_read_write;
	enum scan exemption_scan;
	bool exemption_needs_online;
	uint32_t exemption_lease_s; /* an online one ends after so much silence */
	struct phone_desk desks[POLICY_DESKS_MAX];
	size_t n_desks;
	enum second_factor second_factor;
	int64_t login_from; /* earlier nobody is asked; LOGIN_ALWAYS: no date */
	unsigned login_methods;
	uint8_t login_lock_after;
	uint32_t login_lock_for_s;
	uint8_t login_window, login_drift; /* TOTP, in steps */
	uint8_t login_look_ahead;          /* HOTP, in counts */
	struct service_rule services[POLICY_LOGIN_SERVICES_MAX];
	size_t n_services;
	struct group_rule groups[POLICY_LOGIN_GROUPS_MAX];
	size_t n_groups;
	struct exempt_account exempt[POLICY_EXEMPT_ACCOUNTS_MAX];
	size_t n_exempt;
	enum isolation isolation;
	struct network_rule network[POLICY_NETWORK_RULES_MAX];
	size_t n_network;
};

/*
 * The policy of a terminal that never saw one: hubs, keyboards, pointers, card readers and printers
 * are let in, all else is refused. Returns 0 and *ret, to be freed by policy_free(), or -ENOMEM.
 */
int policy_new_builtin(struct policy **ret);

/*
 * Reads the text of a policy document (without its signatures). Every error of the text goes to
 * problems. Returns 0 and *ret when there was none, -EBADMSG when problems were added, -ENOMEM.
 */
int policy_parse(const char *text, size_t size, struct problems *problems, struct policy **ret);

void policy_free(struct policy *policy);
/* For CLEANUP(). */
void policy_cleanup(struct policy **policy);

/*
 * Reads 2, 4 or 6 lower-case hexadecimal digits: class, subclass, protocol of an interface. Returns
 * 0 and *ret, or -EINVAL.
 */
int interface_pattern_parse(const char *text, size_t size, struct interface_pattern *ret);
