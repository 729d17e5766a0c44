/* nearest.c - which word was meant: "did you mean 'species'?"
 *
 * The distance is Damerau's and Levenshtein's in its "optimal string alignment" form: insertions, deletions,
 * replacements and swaps of neighbours, none of them twice at a place (Damerau 1964; Boytsov 2011, 2.2). */
#include "base/text.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

enum {
	LONGEST = 64, /* bytes; databases' names end there. Longer words are as far apart as can be */
	PREFIX = 3,   /* bytes that are enough to know a word by its start */
};

static int least(int a, int b)
{
	return a < b ? a : b;
}

static bool same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* One row of the table: distances of a's first i letters to each start of b, from the two rows above. */
static void next_row(const char *a, size_t i, const char *b, size_t length, const int *two_up, const int *up, int *row)
{
	row[0] = (int)i;
	for (size_t j = 1; j <= length; j++) {
		row[j] = up[j - 1] + !same_letter(a[i - 1], b[j - 1]);
		row[j] = least(row[j], least(up[j], row[j - 1]) + 1);
		if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]))
			row[j] = least(row[j], two_up[j - 2] + 1);
	}
}

int kin_text_distance(const char *a, const char *b)
{
	size_t a_length = strlen(a), b_length = strlen(b);
	int rows[3][LONGEST + 1];

	if (strcasecmp(a, b) == 0)
		return 0;
	if (a_length > LONGEST || b_length > LONGEST) {
		size_t longer = a_length > b_length ? a_length : b_length;
		return longer > INT_MAX ? INT_MAX : (int)longer;
	}
	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (int)j;
	for (size_t i = 1; i <= a_length; i++)
		next_row(a, i, b, b_length, rows[(i + 1) % 3], rows[(i + 2) % 3], rows[i % 3]);
	return rows[a_length % 3][b_length];
}

/* The one is how the other starts. */
static bool is_prefix(const char *a, const char *b)
{
	size_t a_length = strlen(a), b_length = strlen(b);
	size_t shorter = a_length < b_length ? a_length : b_length;

	return shorter >= PREFIX && strncasecmp(a, b, shorter) == 0;
}

const char *kin_text_nearest(const char *name, const char *const *names, size_t count)
{
	int limit = (int)(strlen(name) / 3), best = INT_MAX;
	const char *nearest = NULL;

	if (limit < 1)
		limit = 1;
	for (size_t i = 0; i < count; i++) {
		int distance = kin_text_distance(name, names[i]);
		if (distance < best && (distance <= limit || is_prefix(name, names[i]))) {
			best = distance;
			nearest = names[i];
		}
	}
	return nearest;
}
