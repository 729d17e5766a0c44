/* domain.h - what a member's kind does not say of it: an enum's labels, the size of a char[N], the hooks of a custom type.
 *
 * The functions are those of member.h for every kind; `domain` is NULL for the kinds that need none. */
#ifndef KIN_VALUE_DOMAIN_H
#define KIN_VALUE_DOMAIN_H

#include "value/member.h"

typedef struct kin_domain {
	size_t                 size;    /* of the C type, without what kin_nullable() adds */
	size_t                 full;    /* with it */
	const char *const     *labels;  /* ENUM: what 0, 1, 2 … are in the database */
	size_t                 label_count;
	const kin_custom_type *custom;  /* CUSTOM */
	bool                   empty_is_null; /* CHARS of a column that can be NULL */
} kin_domain;

/* The member's value, as it is to be bound. Borrows from the member, the labels, or the arena, which a custom type's hook may use.
 * KIN_EVALUE for an enum that is none of its labels, KIN_ELENGTH for a char[N] without a NUL, what a hook refuses; KIN_ENOMEM. */
int kin_domain_get(const void *member, int kind, const kin_domain *domain, kin_arena *arena, kin_value *ret_value,
                   kin_error *error);
/* The same where nothing can fail: NULL for a custom type and for an enum that is none of its labels. */
kin_value kin_domain_peek(const void *member, int kind, const kin_domain *domain);
int kin_domain_set(void *member, int kind, const kin_domain *domain, const kin_value *value, kin_arena *arena, kin_error *error);
bool kin_domain_equal(const void *a, const void *b, int kind, const kin_domain *domain);
/* A custom type is never NULL in C; a char[N] may be when it is empty. */
bool kin_domain_is_null(const void *member, int kind, const kin_domain *domain);
/* Whether all of it is 0, or NULL: what a program that set nothing left there. */
bool kin_domain_is_blank(const void *member, int kind, const kin_domain *domain);
/* Bytes of the member. */
size_t kin_domain_size(int kind, const kin_domain *domain);
/* The label as a value, of a number or a text: KIN_EVALUE with the labels there are, and the nearest. */
int kin_domain_label(const kin_domain *domain, const kin_value *value, kin_value *ret_value, kin_error *error);

#endif
