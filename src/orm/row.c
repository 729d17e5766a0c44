/* row.c - how a value comes into a member of a row's struct.
 *
 * An enum is an integer to the compiler, and a custom type or a kin_nullable() enum a struct of nobody's: which of them a member is says
 * the attribute that goes there. */
#include "orm/row.h"

#include "value/kind.h"

static bool is_integer(int kind)
{
	return kind >= KIN_KIND_INT8 && kind <= KIN_KIND_UINT64;
}

/* .present follows the value, and what aligns the next. */
static bool take_enum(const kin_row_member *member, const kin_attribute *attribute, kin_domain *domain, uint8_t *kind)
{
	int plain = member->kind & ~KIN_KIND_NULLABLE;

	if (is_integer(plain)) {
		domain->size = kin_kind_get(plain)->size;
		*kind = (uint8_t)(KIN_KIND_ENUM | (member->kind & KIN_KIND_NULLABLE));
	} else if (plain == KIN_KIND_COUNT && member->size == 2 * attribute->domain->size) {
		domain->size = attribute->domain->size;
		*kind = KIN_KIND_ENUM | KIN_KIND_NULLABLE;
	}
	domain->labels = attribute->domain->labels;
	domain->label_count = attribute->domain->label_count;
	return domain->size > 0;
}

/* What the kind does not say of the member. false: its kind says all, or nobody does. */
static bool domain_of(const kin_row_member *member, const kin_attribute *attribute, kin_domain *domain, uint8_t *kind)
{
	int of = attribute && attribute->domain ? attribute->kind & ~KIN_KIND_NULLABLE : KIN_KIND_NULL;

	*domain = (kin_domain){ .full = member->size };
	*kind = member->kind;
	if (of == KIN_KIND_CUSTOM && member->size == attribute->domain->size) {
		*domain = *attribute->domain;
		*kind = KIN_KIND_CUSTOM;
		return true;
	}
	if (member->kind == KIN_KIND_CHARS) {
		domain->size = member->size;
		domain->empty_is_null = true;
		return true;
	}
	return of == KIN_KIND_ENUM && take_enum(member, attribute, domain, kind);
}

/* The hook of a custom type knows NULL where the attribute can be. */
static bool takes_null(int kind, const kin_attribute *attribute)
{
	if (kind == KIN_KIND_CUSTOM)
		return !attribute->not_null;
	return (kind & KIN_KIND_NULLABLE) || kind == KIN_KIND_TEXT || kind == KIN_KIND_BYTES || kind == KIN_KIND_CHARS;
}

bool kin_row_cell(kin_arena *arena, const kin_row_member *member, const kin_attribute *attribute, size_t column, kin_cell *ret)
{
	kin_domain domain, *kept = NULL;
	uint8_t kind;

	if (domain_of(member, attribute, &domain, &kind) && !(kept = kin_arena_copy(arena, &domain, sizeof(domain))))
		return false;
	if (!kept && kind >= KIN_KIND_ENUM && !(kind & KIN_KIND_NULLABLE))
		return false;
	*ret = (kin_cell){ .offset = member->offset, .column = (uint16_t)column, .kind = kind, .not_null = !takes_null(kind, attribute), .domain = kept };
	return true;
}
