/* sekisho-admin exemption phone: ten digits for somebody who reads out what a terminal shows. */
#pragma once

#define EXEMPTION_PHONE_USAGE \
	"exemption phone --key FILE [--by NAME] [--challenge DIGITS] [--terminal NAME] " \
	"[--user ACCOUNT] [--medium NUMBER] [--direction read-only|read-write] [--minutes N]"

int admin_exemption_phone(int argc, char **argv);
