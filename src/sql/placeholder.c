/* placeholder.c - `?` in SQL that somebody wrote for one database. */
#include "sql/placeholder.h"

/* Behind the quoted text, comment or single character that begins here. */
static const char *skip(const char *s)
{
	const char *end;
	char quote = *s;

	if (quote == '\'' || quote == '"' || quote == '`') {
		end = strchr(s + 1, quote); /* a doubled quote is two quoted texts in a row */
	} else if (s[0] == '-' && s[1] == '-') {
		end = strchr(s, '\n');
	} else if (s[0] == '/' && s[1] == '*') {
		end = strstr(s + 2, "*/");
		end = end ? end + 1 : NULL;
	} else {
		return s + 1;
	}
	return end ? end + 1 : s + strlen(s);
}

size_t kin_placeholder_write(kin_text *out, const kin_dialect *dialect, const char *text)
{
	size_t count = 0;

	while (*text) {
		const char *next = skip(text);
		if (*text != '?') {
			kin_text_add_n(out, text, (size_t)(next - text));
		} else if (*next == '?') {
			kin_text_add_char(out, '?');
			next++;
		} else {
			count++;
			if (dialect->numbered_params)
				kin_text_addf(out, "$%zu", count);
			else
				kin_text_add_char(out, '?');
		}
		text = next;
	}
	return count;
}
