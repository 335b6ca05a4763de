/*
 * Prints records of exemptions, in a chain from the first on, for what makes a ledger of them: one
 * that was asked for, permitted, used, ended and put back; one by phone with its report; one that
 * was refused; one prepared ahead; one whose form is full of what a spreadsheet would take amiss.
 */
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/record.h"
#include "agent/record_exemption.h"

#define NOW 1800000000 /* 2027-01-15T08:00:00Z */

static struct record_link chain = {.boot_id = "01234567-89ab-cdef-0123-456789abcdef"};
static int64_t moment = NOW;

/* A minute later. text may be NULL. */
static void put(enum record_event event, const struct record_exemption *exemption, const char *text)
{
	static char line[RECORD_LINE_MAX];
	struct record record = {
		.event = event, .realtime_ms = moment * 1000, .exemption = exemption};
	int length;

	snprintf(record.text, sizeof(record.text), "%s", text ? text : "");
	chain.sequence++;
	moment += 60;
	length = record_format(&record, &chain, line, sizeof(line));
	if (length < 0 || fwrite(line, 1, (size_t)length, stdout) != (size_t)length)
		exit(EXIT_FAILURE);
	SHA256((const unsigned char *)line, (size_t)length, chain.previous_sha256);
}

static void permitted_and_used(void)
{
	struct record_exemption life = {
		.id = "E-7K3M9Q2X",
		.user = "tanaka",
		.requester = "tanaka",
		.terminal = "desk-17",
		.medium = "M-00123",
		.access = VERDICT_ALLOW,
		.requested = NOW,
		.minutes = 60,
		.form = {.purpose = "納税通知の受渡し",
			.information = "納税通知",
			.classification = "機密性2",
			.personal_data = FORM_YES,
			.specific_personal_data = FORM_NO,
			.encrypted = FORM_YES,
			.has_items = true,
			.items = 1200,
			.destination = "県庁",
			.witness = "佐藤",
			.section = "税務課",
			.name = "田中",
			.number = "00123"},
	};

	put(RECORD_EXEMPTION_REQUESTED, &life, NULL);
	life.minutes = 30; /* less than was asked for */
	snprintf(life.approvers, sizeof(life.approvers), "sato,yamada");
	snprintf(life.approver_names, sizeof(life.approver_names), "佐藤 課長 (sato), yamada");
	life.method = EXEMPTION_METHOD_SCREEN;
	life.approved = NOW + 40;
	life.from = NOW + 40;
	life.until = NOW + 28800;
	put(RECORD_EXEMPTION_RECEIVED, &life, NULL);
	put(RECORD_EXEMPTION_ACTIVE, &life, NULL);
	snprintf(life.path, sizeof(life.path), "/run/media/tanaka/DATA");
	put(RECORD_MEDIUM_SHOWN, &life, NULL);
	put(RECORD_EXEMPTION_WARNED, &life, NULL);
	life.has_ended = true;
	snprintf(life.reason, sizeof(life.reason), "time");
	snprintf(life.holders, sizeof(life.holders), "soffice.bin (4711)");
	put(RECORD_EXEMPTION_ENDED, &life, NULL);
	snprintf(life.place, sizeof(life.place), "金庫2");
	put(RECORD_EXEMPTION_RETURNED, &life, NULL);
}

static void by_phone(void)
{
	struct record_exemption life = {
		.id = "E-00000001",
		.user = "suzuki",
		.requester = "suzuki",
		.terminal = "desk-17",
		.medium = "M-00124",
		.access = VERDICT_READ_ONLY,
		.requested = NOW + 600,
		.minutes = 30,
		.form = {.purpose = "夜間の照会", .personal_data = FORM_NO},
	};

	put(RECORD_PHONE_CHALLENGE, &life, NULL);
	put(RECORD_EXEMPTION_REQUESTED, &life, NULL);
	put(RECORD_EXEMPTION_REDEEM_FAILED, &life, NULL);
	life.method = EXEMPTION_METHOD_PHONE;
	snprintf(life.approvers, sizeof(life.approvers), "night-desk");
	life.approved = life.from = NOW + 700;
	life.until = NOW + 2500;
	put(RECORD_EXEMPTION_RECEIVED, &life, NULL);
	put(RECORD_EXEMPTION_ACTIVE, &life, NULL);
	life.has_ended = life.is_clean = true;
	snprintf(life.reason, sizeof(life.reason), "eject");
	put(RECORD_EXEMPTION_ENDED, &life, NULL);
	put(RECORD_EXEMPTION_REPORTED, &life, "戸籍の照会に使用した");
}

static void not_permitted(void)
{
	struct record_exemption life = {
		.id = "E-00000002",
		.user = "tanaka",
		.requester = "tanaka",
		.terminal = "desk-17",
		.device = "0951:1666 001A92053B6A",
		.access = VERDICT_READ_ONLY,
		.requested = NOW + 86400,
		.minutes = 30,
		.form = {.purpose = "私物の利用"},
	};

	put(RECORD_EXEMPTION_REQUESTED, &life, NULL);
	snprintf(life.reason, sizeof(life.reason), "refused");
	put(RECORD_EXEMPTION_REQUEST_REFUSED, &life, "登録した媒体を使ってください");
}

static void prepared_and_strange(void)
{
	const struct record_exemption prepared = {
		.id = "E-00000003",
		.terminal = "desk-17",
		.device = "usb-storage",
		.method = EXEMPTION_METHOD_SEALED,
		.approvers = "sato",
		.access = VERDICT_READ_ONLY,
		.approved = NOW + 90000,
		.from = NOW + 100000,
		.until = NOW + 200000,
		.minutes = 480,
		.form = {.purpose = "開票"},
	};
	const struct record_exemption strange = {
		.id = "E-00000004",
		.user = "tanaka",
		.terminal = "desk-17",
		.access = VERDICT_ALLOW,
		.requested = NOW + 90000,
		.form = {.purpose = "=HYPERLINK(\"http://x\",\"y\")",
			.information = "+1",
			.classification = "-2",
			.destination = "@SUM(A1)",
			.witness = "'quoted",
			.section = "a,b",
			.number = "1e5"},
	};

	moment = NOW + 90000;
	put(RECORD_EXEMPTION_RECEIVED, &prepared, NULL);
	put(RECORD_EXEMPTION_REQUESTED, &strange, NULL);
	put(RECORD_EXEMPTION_REVOKED, &prepared, NULL);
}

int main(void)
{
	put(RECORD_STARTED, NULL, NULL);
	permitted_and_used();
	moment = NOW + 600;
	by_phone();
	moment = NOW + 86400;
	not_permitted();
	prepared_and_strange();
	return EXIT_SUCCESS;
}
