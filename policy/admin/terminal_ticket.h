/* sekisho-admin terminal ticket, tickets: what terminals join with. */
#pragma once

#define TERMINAL_TICKET_USAGE \
	"terminal ticket [--folder FOLDER] [--count N] [--until DATE] [--out FILE]"
#define TERMINAL_TICKETS_USAGE "terminal tickets [--revoke TICKET] [FOLDER]"

int admin_terminal_ticket(int argc, char **argv);
int admin_terminal_tickets(int argc, char **argv);
