/* cell.c - the slow ways from a cell to a member, which are the same for all drivers. */
#include "db/cell.h"

#include <errno.h>
#include <stdlib.h>

int kin_cell_set(const kin_cell *cell, void *member, const kin_value *value, kin_arena *arena, kin_error *error)
{
	if (value->kind == KIN_KIND_NULL && cell->not_null)
		return kin_error_set(error, KIN_ENOTNULL, "NULL, where the model says there is none");
	return kin_domain_set(member, cell->kind, cell->domain, value, arena, error);
}

int64_t kin_cell_integer(const kin_value *value)
{
	if (!kin_cell_is_number(value->kind))
		return 0;
	return value->kind < KIN_KIND_FLOAT ? value->as.integer : (int64_t)value->as.real;
}

bool kin_cell_is_number(int kind)
{
	int plain = kind & ~KIN_KIND_NULLABLE;

	return plain >= KIN_KIND_BOOL && plain <= KIN_KIND_DOUBLE;
}

kin_value kin_cell_number(const char *digits)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(digits, &end, 10);
	bool whole = end > digits && (!*end || (*end == '.' && strspn(end + 1, "0") == strlen(end + 1)));
	if (!errno && whole)
		return kin_value_int64(n);
	errno = 0;
	unsigned long long large = whole && *digits != '-' ? strtoull(digits, NULL, 10) : 0;
	if (!errno && large > 0)
		return kin_value_uint64(large);
	return kin_value_double(strtod(digits, NULL));
}

int kin_cell_fail(int code, const char *column, const char *sql, kin_error *error)
{
	if (code == KIN_ENOMEM)
		return kin_error_nomem(error);
	kin_error_context(error, "column '%s' of the result", column ? column : "?");
	kin_error_note_name(error, column);
	kin_error_note_sql(error, sql);
	return code;
}
