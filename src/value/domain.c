/* domain.c - members whose kind does not say all: enums, char[N], custom types. */
#include "value/domain.h"

#include <inttypes.h>

#include "base/text.h"
#include "value/kind.h"
#include "value/member.h"
#include "value/show.h"

/* A custom type's memory is an arena by another name. */
void *kin_custom_alloc(kin_custom_memory *memory, size_t size)
{
	return memory ? kin_arena_alloc((kin_arena *)memory, size) : NULL;
}

size_t kin_domain_size(int kind, const kin_domain *domain)
{
	const kin_kind_info *info = kin_kind_get(kind & ~KIN_KIND_NULLABLE);

	if (domain)
		return domain->full;
	return (kind & KIN_KIND_NULLABLE) ? info->nullable_size : info->size;
}

/* .present follows the value, which is as aligned as it is large. */
static bool is_absent(const void *member, int kind, const kin_domain *domain)
{
	return (kind & KIN_KIND_NULLABLE) && !KIN_LOAD(bool, (const char *)member + domain->size);
}

/* An enum is signed or not as the compiler likes: a negative one is a number that no label has. */
static uint64_t number_of(const void *member, const kin_domain *domain)
{
	switch (domain->size) {
	case 1:
		return KIN_LOAD(uint8_t, member);
	case 2:
		return KIN_LOAD(uint16_t, member);
	case 4:
		return KIN_LOAD(uint32_t, member);
	default:
		return KIN_LOAD(uint64_t, member);
	}
}

static void put_number(void *member, const kin_domain *domain, uint64_t number)
{
	uint32_t four = (uint32_t)number;
	uint16_t two = (uint16_t)number;
	uint8_t one = (uint8_t)number;

	switch (domain->size) {
	case 1:
		memcpy(member, &one, sizeof(one));
		break;
	case 2:
		memcpy(member, &two, sizeof(two));
		break;
	case 4:
		memcpy(member, &four, sizeof(four));
		break;
	default:
		memcpy(member, &number, sizeof(number));
	}
}

/* The label that a text may have been meant to be, or NULL. */
static const char *nearest(const kin_domain *domain, const kin_value *value)
{
	const char *near = NULL;
	kin_text text;

	kin_text_init(&text);
	kin_text_add_n(&text, value->as.data, value->size);
	if (kin_text_ok(&text))
		near = kin_text_nearest(text.data, domain->labels, domain->label_count);
	kin_text_done(&text);
	return near;
}

/* "'dgo' is none of 'dog', 'cat'; did you mean 'dog'?" */
static int refuse_label(const kin_domain *domain, const kin_value *value, kin_error *error)
{
	const char *near = value->kind == KIN_KIND_TEXT ? nearest(domain, value) : NULL;
	kin_text text;
	int rc;

	kin_text_init(&text);
	kin_show_quoted(&text, value);
	kin_text_add(&text, " is none of ");
	for (size_t i = 0; i < domain->label_count && i < 10; i++)
		kin_text_addf(&text, "%s'%s'", i > 0 ? ", " : "", domain->labels[i]);
	if (domain->label_count > 10)
		kin_text_addf(&text, " and %zu more", domain->label_count - 10);
	if (near)
		kin_text_addf(&text, "; did you mean '%s'?", near);
	rc = kin_text_ok(&text) ? kin_error_set(error, KIN_EVALUE, "%s", text.data) : kin_error_nomem(error);
	kin_text_done(&text);
	return rc;
}

static int find_label(const kin_domain *domain, const kin_value *value, size_t *ret_number)
{
	for (size_t i = 0; i < domain->label_count; i++)
		if (strlen(domain->labels[i]) == value->size && memcmp(domain->labels[i], value->as.data, value->size) == 0) {
			*ret_number = i;
			return KIN_OK;
		}
	return KIN_EVALUE;
}

int kin_domain_label(const kin_domain *domain, const kin_value *value, kin_value *ret_value, kin_error *error)
{
	size_t number = 0;

	if (value->kind == KIN_KIND_TEXT) {
		if (find_label(domain, value, &number) < 0)
			return refuse_label(domain, value, error);
	} else if (value->kind < KIN_KIND_BOOL || value->kind > KIN_KIND_INT64 || value->overflow || value->as.integer < 0 ||
	           (uint64_t)value->as.integer >= domain->label_count) {
		return refuse_label(domain, value, error);
	} else {
		number = (size_t)value->as.integer;
	}
	*ret_value = kin_value_text(domain->labels[number]);
	return KIN_OK;
}

static int get_chars(const char *member, const kin_domain *domain, kin_value *ret_value, kin_error *error)
{
	size_t length = strnlen(member, domain->size);

	if (length == domain->size)
		return kin_error_set(error, KIN_ELENGTH, "no NUL ends the text in a member of type char[%zu]", domain->size);
	*ret_value = length == 0 && domain->empty_is_null ? kin_value_null(NULL) : kin_value_text_n(member, length);
	return KIN_OK;
}

static int get_custom(const void *member, const kin_custom_type *type, kin_arena *arena, kin_value *ret_value, kin_error *error)
{
	kin_value value = kin_value_null(NULL);
	int rc = type->bind(member, (kin_custom_memory *)arena, &value);

	if (rc == KIN_ENOMEM)
		return kin_error_nomem(error);
	if (rc < 0)
		return kin_error_set(error, rc, "the member is no %s that can be stored", type->name);
	if (value.kind != KIN_KIND_NULL && !kin_kind_comparable(type->kind, value.kind))
		return kin_error_set(error, KIN_EVALUE, "the .bind of %s made %s%s, and its .kind is %s", type->name,
		                     kin_kind_article(value.kind), kin_kind_get(value.kind)->name, kin_kind_get(type->kind)->name);
	*ret_value = value;
	return KIN_OK;
}

int kin_domain_get(const void *member, int kind, const kin_domain *domain, kin_arena *arena, kin_value *ret_value,
                   kin_error *error)
{
	kin_value number;

	if (!domain) {
		*ret_value = kin_member_get(member, kind);
		return KIN_OK;
	}
	if (is_absent(member, kind, domain)) {
		*ret_value = kin_value_null(NULL);
		return KIN_OK;
	}
	switch (kind & ~KIN_KIND_NULLABLE) {
	case KIN_KIND_CHARS:
		return get_chars(member, domain, ret_value, error);
	case KIN_KIND_CUSTOM:
		return get_custom(member, domain->custom, arena, ret_value, error);
	default:
		number = kin_value_uint64(number_of(member, domain));
		return kin_domain_label(domain, &number, ret_value, error);
	}
}

kin_value kin_domain_peek(const void *member, int kind, const kin_domain *domain)
{
	if (!domain)
		return kin_member_get(member, kind);
	if (kin_domain_is_null(member, kind, domain))
		return kin_value_null(NULL);
	if ((kind & ~KIN_KIND_NULLABLE) == KIN_KIND_CHARS)
		return kin_value_text_n(member, strnlen(member, domain->size));
	if ((kind & ~KIN_KIND_NULLABLE) == KIN_KIND_ENUM && number_of(member, domain) < domain->label_count)
		return kin_value_text(domain->labels[number_of(member, domain)]);
	return kin_value_null(NULL);
}

/* ---- storing ---- */

/* "'…' has 60 bytes; a char[40] holds 39 and a NUL" */
static int refuse_length(const kin_domain *domain, const kin_value *value, size_t length, kin_error *error)
{
	kin_text shown;
	int rc;

	kin_text_init(&shown);
	kin_show_quoted(&shown, value);
	rc = kin_text_ok(&shown) ? kin_error_set(error, KIN_ELENGTH, "%s has %zu bytes; a char[%zu] holds %zu and a NUL",
	                                         shown.data, length, domain->size, domain->size - 1)
	                         : kin_error_nomem(error);
	kin_text_done(&shown);
	return rc;
}

/* What else a text member takes, dates and the like, is printed first. NULL is the empty text. */
static int set_chars(char *member, const kin_domain *domain, const kin_value *value, kin_error *error)
{
	kin_arena scratch = { 0 };
	const char *text = value->as.data;
	size_t length = value->kind == KIN_KIND_NULL ? 0 : value->size;
	int rc = KIN_OK;

	if (value->kind != KIN_KIND_NULL && (value->kind != KIN_KIND_TEXT || memchr(text, '\0', length))) {
		rc = kin_member_set(&text, KIN_KIND_TEXT, value, &scratch, error);
		length = rc == KIN_OK ? strlen(text) : 0;
	}
	if (rc == KIN_OK && length >= domain->size)
		rc = refuse_length(domain, value, length, error);
	if (rc == KIN_OK) {
		memset(member + length, 0, domain->size - length);
		if (length > 0)
			memcpy(member, text, length);
	}
	kin_arena_done(&scratch);
	return rc;
}

static int set_custom(void *member, const kin_custom_type *type, const kin_value *value, kin_arena *arena, kin_error *error)
{
	union {
		int64_t     align;
		kin_decimal decimal;
		char        bytes[sizeof(kin_decimal) + 8];
	} stored;
	kin_value given = *value;
	kin_text shown;
	int rc = KIN_OK;

	if (given.kind != KIN_KIND_NULL && given.kind != type->kind) {
		if ((rc = kin_member_set(&stored, type->kind, value, arena, error)) < 0)
			return rc;
		given = kin_member_get(&stored, type->kind);
	}
	rc = type->result(member, &given, (kin_custom_memory *)arena);
	if (rc == KIN_OK)
		return rc;
	if (rc == KIN_ENOMEM)
		return kin_error_nomem(error);
	kin_text_init(&shown);
	kin_show_quoted(&shown, value);
	rc = kin_text_ok(&shown) ? kin_error_set(error, rc, "%s is not %s", shown.data, type->name) : kin_error_nomem(error);
	kin_text_done(&shown);
	return rc;
}

static int set_enum(void *member, int kind, const kin_domain *domain, const kin_value *value, kin_error *error)
{
	size_t number = 0;

	if (value->kind == KIN_KIND_NULL && !(kind & KIN_KIND_NULLABLE))
		return kin_error_set(error, KIN_ENOTNULL, "NULL does not fit into an enum; kin_nullable_enum() maps one that can be NULL");
	if (value->kind == KIN_KIND_NULL) {
		memset(member, 0, domain->full);
		return KIN_OK;
	}
	if (value->kind != KIN_KIND_TEXT)
		return kin_error_set(error, KIN_EVALUE, "%s%s, where the label of an enum is needed", kin_kind_article(value->kind),
		                     kin_kind_get(value->kind)->name);
	if (find_label(domain, value, &number) < 0)
		return refuse_label(domain, value, error);
	put_number(member, domain, number);
	if (kind & KIN_KIND_NULLABLE)
		memcpy((char *)member + domain->size, &(const bool){ true }, sizeof(bool));
	return KIN_OK;
}

int kin_domain_set(void *member, int kind, const kin_domain *domain, const kin_value *value, kin_arena *arena, kin_error *error)
{
	if (!domain)
		return kin_member_set(member, kind, value, arena, error);
	switch (kind & ~KIN_KIND_NULLABLE) {
	case KIN_KIND_CHARS:
		return set_chars(member, domain, value, error);
	case KIN_KIND_CUSTOM:
		return set_custom(member, domain->custom, value, arena, error);
	default:
		return set_enum(member, kind, domain, value, error);
	}
}

/* ---- asking ---- */

bool kin_domain_equal(const void *a, const void *b, int kind, const kin_domain *domain)
{
	if (!domain)
		return kin_member_equal(a, b, kind);
	if (is_absent(a, kind, domain) || is_absent(b, kind, domain))
		return is_absent(a, kind, domain) == is_absent(b, kind, domain);
	if (kind == KIN_KIND_CHARS)
		return strncmp(a, b, domain->size) == 0;
	if (kind == KIN_KIND_CUSTOM && domain->custom->compare)
		return domain->custom->compare(a, b) == 0;
	return memcmp(a, b, domain->size) == 0;
}

bool kin_domain_is_null(const void *member, int kind, const kin_domain *domain)
{
	if (domain && kind == KIN_KIND_CHARS)
		return domain->empty_is_null && *(const char *)member == '\0';
	return domain ? is_absent(member, kind, domain) : kin_member_is_null(member, kind);
}

bool kin_domain_is_blank(const void *member, int kind, const kin_domain *domain)
{
	const char *bytes = member;

	if (kin_domain_is_null(member, kind, domain))
		return true;
	if ((kind & KIN_KIND_NULLABLE) || kind == KIN_KIND_TEXT || kind == KIN_KIND_BYTES)
		return false;
	for (size_t i = 0, size = kin_domain_size(kind, domain); i < size; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}
