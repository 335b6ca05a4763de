/* sekisho-admin exemption requests, list, show: what is asked for, and how what was approved
 * stands. They change nothing. */
#pragma once

#define EXEMPTION_REQUESTS_USAGE "exemption requests [FOLDER | FILE] [--root ROOT]"
#define EXEMPTION_LIST_USAGE     "exemption list [FOLDER] [--root ROOT]"
#define EXEMPTION_SHOW_USAGE     "exemption show ID [--folder FOLDER] [--root ROOT]"

int admin_exemption_requests(int argc, char **argv);
int admin_exemption_list(int argc, char **argv);
int admin_exemption_show(int argc, char **argv);
