/* show.h - values as text, and text as values.
 *
 * Dates are ISO 8601: 2026-11-22, 13:45:00, 2026-11-22 13:45:00[.ffffff]; a timestamp is in UTC. */
#ifndef KIN_VALUE_SHOW_H
#define KIN_VALUE_SHOW_H

#include <kin/value.h>

#include "base/error.h"
#include "base/text.h"

/* For people and messages: Ben, 3, 2.5, true, NULL, 2026-11-22, <12 bytes>, (1, 2, 3). */
void kin_show_value(kin_text *out, const kin_value *value);
/* The same with text in single quotes, cut to about 40 characters, for error messages. */
void kin_show_quoted(kin_text *out, const kin_value *value);

/* The text that databases without a date type keep: always six digits of microseconds for moments
 * ("2026-11-22 13:45:00.000000"), so that text sorts as time does. `out` has room for KIN_SHOW_DATE bytes.
 * Returns the length. */
#define KIN_SHOW_DATE 40
size_t kin_show_date(char *out, kin_kind kind, int64_t value);
/* Read such a text, or ISO 8601 with T, fractions of any length (those of microseconds are dropped), a moment's date alone,
 * Z or ±hh:mm (to UTC for a timestamp; refused for the others). Years 0001 to 9999: others are shown with a sign, and not
 * read. KIN_OK or KIN_EVALUE; the caller writes the sentence. */
int kin_parse_date(const char *text, size_t length, kin_kind kind, int64_t *ret_value);

/* Why a date, time or moment is none that a column holds, to stand behind it: "is outside the years …". NULL: it is one. */
static inline const char *kin_date_wrong(int kind, int64_t value)
{
	const int64_t day = INT64_C(86400000000), first = INT64_C(-719162), last = INT64_C(2932896); /* 0001-01-01, 9999-12-31 */

	if (kind == KIN_KIND_TIME)
		return value >= 0 && value < day ? NULL : "is not a time of day, 00:00:00 to 23:59:59.999999";
	if (kind == KIN_KIND_DATE ? value >= first && value <= last : value >= first * day && value < (last + 1) * day)
		return NULL;
	return "is outside the years 0001 to 9999, which a date column holds";
}

/* Days since 1970-01-01 for a calendar date, and back. */
int64_t kin_days_from_civil(int64_t year, int month, int day);
void kin_civil_from_days(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day);

#endif
