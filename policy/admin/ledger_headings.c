#include "policy/admin/ledger_headings.h"

#include <stdint.h>
#include <string.h>

#include "policy/characters.h"

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define FOLDED_MAX    64     /* longer headings are none of these */
#define HALF_FIRST    0xff66 /* the katakana of half width, in the order of the table */
#define HALF_LAST     0xff9d
#define KATAKANA_SIZE 3 /* bytes of each */

static const char katakana[] =
	"ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ"
	"マミムメモヤユヨラリルレロワン";

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || is_digit(c);
}

/* Only letters and digits, in one width and case: what a reader takes for the same word. */
static void fold(const char *heading, char ret[FOLDED_MAX])
{
	size_t size = strlen(heading), length, used = 0;
	uint32_t character;

	for (size_t at = 0; at < size && used < FOLDED_MAX - 4; at += length) {
		const char *bytes = heading + at;
		char ascii;

		length = utf8_decode(bytes, size - at, &character);
		if (length == 0)
			break;
		if (character_narrow(character) != '\0')
			character = (uint32_t)character_narrow(character);
		ascii = character < 0x80 ? to_lower((char)character) : '\0';
		if (is_letter(ascii)) {
			ret[used++] = ascii;
		} else if (character >= HALF_FIRST && character <= HALF_LAST) {
			memcpy(ret + used, katakana + (character - HALF_FIRST) * KATAKANA_SIZE,
				KATAKANA_SIZE);
			used += KATAKANA_SIZE;
		} else if (character >= 0x80) {
			memcpy(ret + used, bytes, length);
			used += length;
		}
	}
	ret[used] = '\0';
}

enum ledger_column ledger_column_meant(const char *heading)
{
	static const struct {
		const char *part;
		enum ledger_column column;
	} parts[] = {
		{"管理番号", LEDGER_NUMBER},
		{"管理no", LEDGER_NUMBER},
		{"シリアル", LEDGER_SERIAL},
		{"serial", LEDGER_SERIAL},
		{"vid", LEDGER_IDS},
	};
	char folded[FOLDED_MAX];

	fold(heading, folded);
	for (size_t i = 0; i < COUNT(parts); i++)
		if (strstr(folded, parts[i].part))
			return parts[i].column;
	return LEDGER_COLUMNS;
}
