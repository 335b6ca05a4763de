#include "policy/admin/delivery_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/ledger.h"
#include "policy/admin/pskc_answer.h"
#include "policy/admin/pskc_process.h"
#include "policy/admin/secret_input.h"
#include "policy/admin/token_options.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/pskc/rows.h"

#define KEY_SIZE_MAX 32
#define HEAD_MAX     (32 + SECRET_INPUT_MAX)

#define PROBLEMS_SHOWN 20

void delivery_options_begin(struct delivery_options *ret)
{
	*ret = (struct delivery_options){
		.form = {.type = CODE_TOTP, .hash = CODE_SHA1, .digits = CODE_DIGITS_MIN}};
}

static int take_seed(struct token_csv_form *form)
{
	bool is_hex = strcmp(optarg, "hex") == 0;

	form->seed = is_hex ? SEED_HEX : SEED_BASE32;
	return token_option_word("seed", is_hex || strcmp(optarg, "base32") == 0 ? 0 : -1);
}

bool delivery_option_take(int letter, struct delivery_options *options, int *ret)
{
	struct token_csv_form *form = &options->form;
	uint64_t number = 0;

	if (letter == 'k') {
		options->key_file = optarg;
		*ret = EXIT_DONE;
		return true;
	}
	switch (letter) {
	case 's': *ret = take_seed(form); break;
	case 't':
		*ret = token_option_word("type", token_type_from_name(optarg, &form->type));
		break;
	case 'H':
		*ret = token_option_word("hash", token_hash_from_name(optarg, &form->hash));
		break;
	case 'd':
		*ret = token_option_number("digits", CODE_DIGITS_MIN, CODE_DIGITS_MAX, &number);
		form->digits = (uint8_t)number;
		break;
	case 'p':
		*ret = token_option_number(
			"period", TOKEN_PERIOD_MIN_S, TOKEN_PERIOD_MAX_S, &number);
		form->period_s = (uint16_t)number;
		break;
	default: return false;
	}
	options->is_form_said = true;
	return true;
}

static void wipe_file(struct admin_file *file)
{
	if (file->bytes)
		explicit_bzero(file->bytes, file->size);
	admin_file_free(file);
}

static int complain(int r)
{
	if (r == -EBADMSG)
		admin_complain("nothing was imported");
	if (r == -ENOMEM)
		return admin_no_memory();
	return r == -EBADMSG ? EXIT_NO : EXIT_UNKNOWN;
}

/* As admin_print_problems(), but of an element nobody knows the column. */
static void print_problems(const char *path, struct problems *problems)
{
	size_t shown = problems->count < PROBLEMS_SHOWN ? problems->count : PROBLEMS_SHOWN;
	size_t more = problems->count - shown + problems->omitted;
	char text[2 * PROBLEM_TEXT_MAX + 64];

	problems_sort(problems);
	for (size_t i = 0; i < shown; i++) {
		const struct problem *problem = &problems->items[i];

		(void)problem_text(problem, text, sizeof(text));
		if (problem->column > 0)
			fprintf(stderr, "%s:%u:%u: %s\n", path, problem->line, problem->column,
				text);
		else
			fprintf(stderr, "%s:%u: %s\n", path, problem->line, text);
	}
	if (more > 0)
		fprintf(stderr, "%s: and %zu mistakes more\n", path, more);
}

/* One run of the process: what it makes of the file with that head. */
static int ask_process(
	const struct admin_file *file, const char *head, size_t head_size, struct pskc_answer *ret)
{
	struct problems problems = {0};
	char *text = NULL;
	size_t size = 0;
	int r;

	if (pskc_process_run(head, head_size, file->bytes, file->size, &text, &size) < 0)
		return EXIT_UNKNOWN;
	r = pskc_answer_read(text, size, &problems, ret);
	explicit_bzero(text, size);
	free(text);
	if (r == -EBADMSG)
		print_problems(file->path, &problems);
	problems_clear(&problems);
	if (r == -EPROTO)
		admin_complain("%s: the process that read it answered nonsense: the file is not to "
			       "be trusted",
			file->path);
	return r == 0 ? EXIT_DONE : complain(r);
}

/* 32, 48 or 64 hexadecimal digits, white space between them or none. */
static size_t decode_key(const char *text, uint8_t ret[KEY_SIZE_MAX])
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		int value = hex_digit_value(*text);

		if (*text == ' ' || *text == '\t')
			continue;
		if (value < 0 || n == 2 * KEY_SIZE_MAX)
			return 0;
		ret[n / 2] = (uint8_t)(n % 2 == 0 ? value << 4 : ret[n / 2] | value);
		n++;
	}
	return n == 32 || n == 48 || n == 64 ? n / 2 : 0;
}

/* The head of a request with the key, or with the password as it is. 0: it is no key. */
static size_t make_head(enum pskc_lack lack, const char *secret, char ret[HEAD_MAX])
{
	bool is_key = lack == PSKC_LACKS_KEY;
	uint8_t key[KEY_SIZE_MAX];
	size_t size = is_key ? decode_key(secret, key) : strlen(secret);
	int used = snprintf(
		ret, HEAD_MAX, "%s %zu\n", is_key ? PSKC_ROWS_KEY : PSKC_ROWS_PASSWORD, size);

	memcpy(ret + used, is_key ? (const char *)key : secret, size);
	explicit_bzero(key, sizeof(key));
	return size > 0 ? (size_t)used + size : 0;
}

static int unlock(const struct admin_file *file, const char *key_file, struct pskc_answer *answer)
{
	bool is_key = answer->lack == PSKC_LACKS_KEY;
	CLEANUP(cleanup_free)
	char *question = admin_format("%s is encrypted. %s%s%s%s: ", file->path,
		is_key ? "Its key in hexadecimal digits" : "Its password",
		answer->name[0] ? " (\"" : "", answer->name, answer->name[0] ? "\")" : "");
	char secret[SECRET_INPUT_MAX + 1], head[HEAD_MAX];
	enum pskc_lack lack = answer->lack;
	size_t size;
	int code;

	if (!question)
		return admin_no_memory();
	code = secret_input_take(key_file, question, secret);
	if (code != EXIT_DONE)
		return code;
	size = make_head(lack, secret, head);
	if (size == 0) {
		admin_complain("%s: a key is 32, 48 or 64 hexadecimal digits",
			key_file ? key_file : "what was typed");
		code = EXIT_NO;
	} else {
		*answer = (struct pskc_answer){0};
		code = ask_process(file, head, size, answer);
	}
	explicit_bzero(secret, sizeof(secret));
	explicit_bzero(head, sizeof(head));
	return code;
}

static int read_pskc(
	const struct admin_file *file, const struct delivery_options *options, struct delivery *ret)
{
	static const char head[] = PSKC_ROWS_NONE "\n";
	struct pskc_answer answer = {0};
	int code;

	if (options->is_form_said) {
		admin_complain("%s is PSKC, which says of each token what it is: --seed, --type, "
			       "--hash, --digits and --period are of CSV",
			file->path);
		return EXIT_UNKNOWN;
	}
	code = ask_process(file, head, sizeof(head) - 1, &answer);
	if (code == EXIT_DONE && answer.lack != PSKC_LACKS_NOTHING) {
		delivery_clear(&answer.delivery);
		code = unlock(file, options->key_file, &answer);
	}
	if (code == EXIT_DONE && answer.lack != PSKC_LACKS_NOTHING) {
		delivery_clear(&answer.delivery);
		code = EXIT_UNKNOWN;
	}
	if (code != EXIT_DONE)
		return code;
	*ret = answer.delivery;
	if (ret->is_signed)
		admin_complain("note: %s is signed; whose signature it is was not looked at, so "
			       "trust it as far as the way that it came",
			file->path);
	return EXIT_DONE;
}

static int read_csv(
	const struct admin_file *file, const struct token_csv_form *form, struct delivery *ret)
{
	struct problems problems = {0};
	int r = token_csv_read(file->bytes, file->size, form, &problems, ret);

	ledger_print_problems(file->path, &problems);
	problems_clear(&problems);
	return r == 0 ? EXIT_DONE : complain(r);
}

/* XML begins with "<", in UTF-8 or, behind its mark, UTF-16. */
static bool is_xml(const struct admin_file *file)
{
	const char *at = file->bytes;

	if (strncmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	at += strspn(at, " \t\r\n");
	return *at == '<' || strncmp(at, "\xff\xfe", 2) == 0 || strncmp(at, "\xfe\xff", 2) == 0;
}

int delivery_read(const char *path, const struct delivery_options *options, struct delivery *ret)
{
	CLEANUP(wipe_file) struct admin_file file = {0};

	if (admin_read(path, DELIVERY_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	return is_xml(&file) ? read_pskc(&file, options, ret)
			     : read_csv(&file, &options->form, ret);
}

int delivery_read_people(const char *path, struct delivery *ret)
{
	static const struct token_csv_form form = {.kind = TOKEN_CSV_PEOPLE};
	CLEANUP(wipe_file) struct admin_file file = {0};

	if (admin_read(path, DELIVERY_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	return read_csv(&file, &form, ret);
}
