/* member.h - a struct's member as a value, and a value as a member.
 *
 * `kind` is a kin_kind, with KIN_KIND_NULLABLE for kin_nullable(…) members. */
#ifndef KIN_VALUE_MEMBER_H
#define KIN_VALUE_MEMBER_H

#include <stdbool.h>
#include <string.h>

#include <kin/value.h>

#include "base/arena.h"
#include "base/error.h"

/* Members are read and written as bytes: an int64_t may be declared as long or long long. */
#define KIN_LOAD(T, member)       ({ T load_; memcpy(&load_, (member), sizeof(load_)); load_; })
#define KIN_STORE(T, member, ...) ({ T store_ = __VA_ARGS__; memcpy((member), &store_, sizeof(store_)); })

/* What the member holds; borrows its text or bytes. KIN_KIND_OBJECT reads a pointer to one. */
kin_value kin_member_get(const void *member, int kind);
/* An array's item; borrows as above. */
kin_value kin_member_item(const kin_value *array, size_t i);
/* Store a value, converting between numbers where nothing is lost (a double is rounded to a float), and text into
 * dates and the reverse. Text and bytes are copied into the arena (NULL: borrowed; a borrowed text ends with a NUL).
 * KIN_ERANGE, KIN_EVALUE with the value in the text; KIN_ENOTNULL for NULL into a member that cannot hold it;
 * KIN_ENOMEM. On failure the member is as it was. */
int kin_member_set(void *member, int kind, const kin_value *value, kin_arena *arena, kin_error *error);
/* Whether two members of a kind are equal. Text by content; NaN equals NaN. */
bool kin_member_equal(const void *a, const void *b, int kind);
bool kin_member_is_null(const void *member, int kind);

#endif
