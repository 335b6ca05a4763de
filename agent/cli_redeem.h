/* Types a code for an exemption: the ten digits of a desk, or what stood in an envelope. */
#pragma once

enum cli_code_kind {
	CODE_OF_ANY = 0,
	CODE_OF_PHONE, /* ten digits, the last of which checks the others */
};

/*
 * Asks for it until it is right, nobody types any more, or no try is left. A digit that was
 * mistyped is told without the agent, and costs no try. The exit status.
 */
int cli_redeem_ask(const char *id, enum cli_code_kind kind);
