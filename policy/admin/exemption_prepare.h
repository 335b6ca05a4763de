/* sekisho-admin exemption prepare: many exemptions ahead of an election or a disaster, from a CSV.
 */
#pragma once

#define EXEMPTION_PREPARE_USAGE \
	"exemption prepare CSV --key KEY [--sealed] [--sjis] [--folder FOLDER] [--root ROOT] " \
	"[--yes]"

int admin_exemption_prepare(int argc, char **argv);
