/* flush_prepare.c - a row is made ready to be written.
 *
 * Keys: a to-one relationship that was assigned says what its key is; otherwise the key stands as the program set it. */
#include "orm/collection.h"
#include "orm/defer.h"
#include "orm/flush.h"
#include "orm/inherit.h"
#include "value/decimal.h"
#include "value/show.h"

static bool is_new(const kin_tracked *tracked)
{
	return kin_instance_of(tracked->object)->state == KIN_PENDING;
}

/* Fail with "Pet.owner <rest>"; the column is noted. */
static int refuse(kin_flusher *flush, const kin_attribute *attribute, int code, const char *format, ...) KIN_PRINTF(4, 5);

static int refuse(kin_flusher *flush, const kin_attribute *attribute, int code, const char *format, ...)
{
	kin_session *session = flush->session;
	va_list arguments;

	if (session->error.code < 0)
		return session->error.code;
	va_start(arguments, format);
	const char *rest = kin_arena_vprintf(flush->arena, format, arguments);
	va_end(arguments);
	const char *name = kin_arena_printf(flush->arena, "%s.%s", attribute->mapping->table, attribute->column);
	if (!rest || !name)
		return kin_session_nomem(session);
	code = kin_session_fail(session, code, NULL, 0, "%s.%s%s", attribute->mapping->name, attribute->name, rest);
	kin_error_note_name(&session->error, name);
	return code;
}

/* The target as text, for a message; NULL when memory is out. */
static const char *shown(kin_flusher *flush, const void *object)
{
	kin_text text;

	kin_text_init(&text);
	kin_instance_show(&text, object);
	return kin_text_keep(&text, flush->arena);
}

/* The keys of a row that points at nothing. */
static int clear_keys(kin_flusher *flush, kin_tracked *tracked, const kin_relation *relation, const kin_pair *pairs)
{
	const kin_value null = kin_value_null(NULL);

	for (size_t i = 0; i < relation->pair_count; i++) {
		const kin_attribute *key = relation->holds_key ? pairs[i].local : pairs[i].remote;
		if (!pairs[i].cleared)
			continue;
		void *member = kin_member(tracked->object, key->offset);
		if (key->not_null || kin_domain_set(member, key->kind, key->domain, &null, NULL, NULL) < 0)
			return refuse(flush, key, KIN_ENOTNULL,
			              " must not be NULL, but %s belongs to no %s any more; give it another, delete it, or "
			              "let it follow with .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN",
			              shown(flush, tracked->object),
			              relation->holds_key ? relation->target->name : relation->mapping->name);
	}
	return KIN_OK;
}

static int check_target(kin_flusher *flush, const kin_attribute *key, const char *member, const void *target)
{
	const kin_instance *instance = kin_instance_of(target);
	const char *why = NULL;

	if (instance->state == KIN_TRANSIENT || instance->state == KIN_PENDING)
		why = "was not added; add it, or let it follow with KIN_CASCADE_SAVE_UPDATE";
	else if (instance->state == KIN_DELETED || (instance->tracked && (instance->tracked->flags & KIN_TRACKED_DELETE)))
		why = "is deleted";
	else if (instance->state == KIN_DETACHED)
		why = "is detached: deleted before, or taken out by kin_expunge()";
	else
		return KIN_OK;
	return refuse(flush, key, KIN_EINVAL, " cannot be set: %s, which is %s, %s", member, shown(flush, target), why);
}

/* What nearly all keys are. */
static bool copy_int64(void *member, int kind, const void *from, int from_kind)
{
	kin_nullable(int64_t) some = { .present = true };

	if (from_kind != KIN_KIND_INT64 || (kind & ~KIN_KIND_NULLABLE) != KIN_KIND_INT64)
		return false;
	memcpy(&some.value, from, sizeof(some.value));
	memcpy(member, &some, kind & KIN_KIND_NULLABLE ? sizeof(some) : sizeof(some.value));
	return true;
}

/* Copy the keys of the object that the row points at. `local` is the key's side of a pair. */
int kin_flush_copy_keys(kin_flusher *flush, kin_tracked *tracked, const kin_relation *relation, const void *target)
{
	for (size_t i = 0; i < relation->pair_count; i++) {
		const kin_pair *pair = &relation->pairs[i];
		const kin_attribute *key = relation->holds_key ? pair->local : pair->remote;
		const kin_attribute *source = relation->holds_key ? pair->remote : pair->local;
		int rc = check_target(flush, key, relation->name, target);
		if (rc < 0)
			return rc;
		if (copy_int64(kin_member(tracked->object, key->offset), key->kind, kin_member(target, source->offset), source->kind))
			continue;
		kin_value value = kin_attribute_value(source, target);
		if (kin_domain_set(kin_member(tracked->object, key->offset), key->kind, key->domain, &value, NULL,
		                   &flush->session->error) < 0)
			return flush->session->error.code;
	}
	return KIN_OK;
}

static int copy_keys(kin_flusher *flush, kin_tracked *tracked, const kin_relation *relation, const void *target)
{
	int rc = relation->foreign->post_update ? kin_flush_put_off(flush, tracked, relation, target) : 0;

	return rc == 0 ? kin_flush_copy_keys(flush, tracked, relation, target) : rc < 0 ? rc : KIN_OK;
}

static int sync_relation(kin_flusher *flush, kin_tracked *tracked, const kin_relation *relation)
{
	const void *now = *(const void *const *)kin_member(tracked->object, relation->offset);
	const void *then = *(const void *const *)(const void *)(tracked->snapshot + relation->offset);
	bool assigned = (tracked->assigned >> relation->index) & 1;

	if (now == KIN_UNLOADED)
		return KIN_OK;
	if (now && (now != then || assigned || is_new(tracked)))
		return copy_keys(flush, tracked, relation, now);
	if (!now && (now != then || assigned))
		return clear_keys(flush, tracked, relation, relation->pairs);
	return KIN_OK;
}

int kin_flush_sync(kin_flusher *flush, kin_tracked *tracked)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(tracked->object));
	int rc = KIN_OK;

	for (const kin_link *link = tracked->links; link && rc == KIN_OK; link = link->next)
		rc = link->has_rows ? KIN_OK
		   : link->parent ? copy_keys(flush, tracked, link->relation, link->parent)
		                  : clear_keys(flush, tracked, link->relation, link->relation->pairs);
	for (size_t i = 0; i < mapping->keyed_count && rc == KIN_OK; i++)
		rc = sync_relation(flush, tracked, mapping->keyed[i]);
	return rc;
}

/* A string that is not the one kin has copied belongs to the program, which may free it tomorrow. */
static int own_text(kin_flusher *flush, kin_tracked *tracked, const kin_attribute *attribute)
{
	const void **member = kin_member(tracked->object, attribute->offset); /* .data is a kin_bytes' first member */
	const void *then = *(const void *const *)(const void *)(tracked->snapshot + attribute->offset);
	bool bytes = attribute->kind == KIN_KIND_BYTES;

	if ((*member == then && !bytes) || kin_defer_lacks(tracked->object, attribute) || !kin_attribute_pointed(attribute, tracked->object))
		return KIN_OK;
	if (!kin_defer_lacks(tracked->snapshot, attribute) && kin_attribute_equal(attribute, tracked->object, tracked->snapshot)) {
		*member = then;
		return KIN_OK;
	}
	size_t size = bytes ? ((const kin_bytes *)(const void *)member)->size : strlen(*member) + 1;
	kin_own_text *text = kin_arena_alloc(&flush->session->objects, sizeof(*text) + size);
	if (!text)
		return kin_session_nomem(flush->session);
	kin_arena_keep(text);
	memcpy(text->bytes, *member, size);
	text->next = tracked->texts;
	tracked->texts = text;
	*member = text->bytes;
	return KIN_OK;
}

/* Characters of UTF-8 text. */
static size_t characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static int check_length(kin_flusher *flush, const kin_attribute *attribute, const char *text)
{
	kin_value value = kin_value_text(text);
	kin_text quoted;
	int rc;

	if (value.size <= (size_t)attribute->length || characters(text) <= (size_t)attribute->length)
		return KIN_OK;
	kin_text_init(&quoted);
	kin_show_quoted(&quoted, &value);
	rc = refuse(flush, attribute, KIN_ELENGTH, ": %s has %zu characters; the column holds %d", quoted.data,
	            characters(text), attribute->length);
	kin_text_done(&quoted);
	return rc;
}

/* What only the member's kind can say of it: an enum that is no label, a char[N] without an end, a JSON that is none. */
static int check_kind(kin_flusher *flush, const kin_attribute *attribute, const void *member)
{
	kin_error error = { 0 };
	kin_value value;
	int rc = kin_domain_get(member, attribute->kind, attribute->domain, NULL, &value, &error);

	if (rc == KIN_OK && value.kind == KIN_KIND_JSON && !kin_json_valid(value.as.data, value.size)) {
		kin_text quoted;
		kin_text_init(&quoted);
		kin_show_quoted(&quoted, &value);
		rc = kin_text_ok(&quoted) ? kin_error_set(&error, KIN_EVALUE, "%s is not valid JSON", quoted.data) : KIN_ENOMEM;
		kin_text_done(&quoted);
	}
	if (rc == KIN_OK && value.kind == KIN_KIND_DECIMAL)
		rc = kin_decimal_fits(kin_value_as_decimal(&value), attribute->precision, attribute->scale, &error);
	if (rc < 0)
		rc = rc == KIN_ENOMEM ? kin_session_nomem(flush->session)
		                      : refuse(flush, attribute, rc, ": %s", kin_error_text(&error));
	kin_error_clear(&error);
	return rc;
}

static int check(kin_flusher *flush, const void *object, const kin_attribute *attribute)
{
	const void *member = (const char *)object + attribute->offset;

	if (kin_defer_lacks(object, attribute))
		return KIN_OK;
	if (kin_attribute_is_null(attribute, object))
		return attribute->not_null ? refuse(flush, attribute, KIN_ENOTNULL, " must not be NULL") : KIN_OK;
	if (attribute->kind != KIN_KIND_TEXT && attribute->kind != KIN_KIND_BYTES)
		return check_kind(flush, attribute, member);
	if (attribute->length > 0)
		return check_length(flush, attribute, *(const char *const *)member);
	return KIN_OK;
}

static inline const void *pointed_at(const kin_tracked *tracked, const kin_relation *relation)
{
	const void *target = *(const void *const *)kin_member(tracked->object, relation->offset);

	return target == KIN_UNLOADED ? NULL : target;
}

void kin_flush_prefetch(const kin_tracked *far, const kin_tracked *near)
{
	const kin_mapping *mapping = far ? kin_instance_mapping(kin_instance_of(far->object)) : NULL;
	const void *target;

	for (size_t i = 0; mapping && i < mapping->keyed_count; i++)
		if ((target = pointed_at(far, mapping->keyed[i])))
			__builtin_prefetch(kin_instance_of(target));
	mapping = near ? kin_instance_mapping(kin_instance_of(near->object)) : NULL;
	for (size_t i = 0; mapping && i < mapping->keyed_count; i++)
		if ((target = pointed_at(near, mapping->keyed[i])))
			__builtin_prefetch(kin_instance_of(target)->tracked);
}

int kin_flush_check(kin_flusher *flush, const kin_mapping *mapping, const void *object, const uint64_t *omitted)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < mapping->limited_count && rc == KIN_OK; i++)
		if (!omitted || !kin_set_has(omitted, mapping->limited[i]->index))
			rc = check(flush, object, mapping->limited[i]);
	return rc;
}

int kin_flush_prepare(kin_flusher *flush, kin_tracked *tracked, const uint64_t *omitted)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(tracked->object));
	int rc = mapping->lineage ? kin_discriminator_check(flush->session, mapping, tracked->object) : KIN_OK;

	if (rc == KIN_OK)
		rc = kin_flush_sync(flush, tracked);

	for (size_t i = 0; i < mapping->pointed_count && rc == KIN_OK; i++)
		rc = own_text(flush, tracked, mapping->pointed[i]);
	return rc < 0 ? rc : kin_flush_check(flush, mapping, tracked->object, omitted);
}
