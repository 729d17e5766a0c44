/* lint_narrow.c - whether a type can hold what another could. */
#include "migrate/lint_rules.h"

/* How much a type can hold among those of its family; 0: it has none. */
static int width(const kin_type *type)
{
	switch (type->name) {
	case KIN_TYPE_BOOLEAN: return 1;
	case KIN_TYPE_SMALLINT: return 2;
	case KIN_TYPE_INTEGER: return 4;
	case KIN_TYPE_BIGINT: return 8;
	case KIN_TYPE_REAL: return 14;
	case KIN_TYPE_DOUBLE: return 18;
	default: return 0;
	}
}

bool kin_lint_is_text(const kin_type *type)
{
	return type->name == KIN_TYPE_CHAR || type->name == KIN_TYPE_VARCHAR || type->name == KIN_TYPE_TEXT;
}

static int text_length(const kin_type *type)
{
	return type->name == KIN_TYPE_TEXT || type->length == 0 ? INT32_MAX : type->length;
}

static bool has_label(const kin_type *type, const char *label)
{
	for (size_t i = 0; i < type->label_count; i++)
		if (strcmp(type->labels[i], label) == 0)
			return true;
	return false;
}

static bool loses_label(const kin_type *from, const kin_type *to)
{
	for (size_t i = 0; i < from->label_count; i++)
		if (!has_label(to, from->labels[i]))
			return true;
	return false;
}

bool kin_lint_narrows(const kin_type *from, const kin_type *to)
{
	if (width(from) > 0 && width(to) > 0)
		return width(to) < width(from);
	if (kin_lint_is_text(from) && kin_lint_is_text(to))
		return text_length(to) < text_length(from);
	if (from->name == KIN_TYPE_NUMERIC && to->name == KIN_TYPE_NUMERIC)
		return to->precision > 0 && (from->precision == 0 || to->precision - (to->scale > 0 ? to->scale : 0) <
		                                                              from->precision - (from->scale > 0 ? from->scale : 0) ||
		                             (to->scale >= 0 && to->scale < from->scale));
	if (from->name == KIN_TYPE_ENUM && to->name == KIN_TYPE_ENUM)
		return loses_label(from, to);
	if (kin_lint_is_text(to) || from->name == to->name)
		return false;
	return !(from->name == KIN_TYPE_DATE && (to->name == KIN_TYPE_TIMESTAMP || to->name == KIN_TYPE_TIMESTAMPTZ)) &&
	       !(width(from) > 0 && to->name == KIN_TYPE_NUMERIC && to->precision == 0);
}
