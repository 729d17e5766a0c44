/* manner.c - asking for a relationship that is not loaded: it is loaded, or it is an error that says what the query lacks. */
#include "orm/manner.h"

#include "orm/load.h"

static const char *const words[] = {
	[KIN_SELECT] = "select", [KIN_JOINED] = "joined", [KIN_SUBQUERY] = "subquery", [KIN_SELECTIN] = "selectin",
	[KIN_IMMEDIATE] = "immediate", [KIN_SELECT_ONE] = "select_one", [KIN_RAISE] = "raise", [KIN_RAISE_ON_SQL] = "raise_on_sql",
	[KIN_NOLOAD] = "noload", [KIN_WRITE_ONLY] = "write_only",
};

const char *kin_manner_word(kin_lazy lazy)
{
	return words[lazy];
}

kin_manner *kin_manner_copy(kin_arena *arena, const kin_manner *manner)
{
	kin_manner *copy = kin_arena_copy(arena, manner, sizeof(*manner) + manner->count);

	if (!copy || !(copy->path = kin_arena_strdup(arena, manner->path)))
		return NULL;
	if (copy->words > 0 && !(copy->raised = kin_arena_copy(arena, manner->raised, manner->words * sizeof(*manner->raised))))
		return NULL;
	return copy;
}

static int refuse(kin_session *session, const kin_instance *instance, const kin_relation *relation, kin_lazy how)
{
	const kin_manner *manner = instance->batch->manner;
	const char *model = relation->mapping->name, *name = relation->name;

	if (!manner || !manner->place.file)
		return kin_session_fail(session, KIN_ENOTLOADED, NULL, 0, "%s.%s is not loaded and its loader is %s; ask for the %s by a query "
		                        "that says `with %s`", model, name, words[how], model, name);
	return kin_session_fail(session, KIN_ENOTLOADED, manner->place.file, manner->place.line,
	                        "%s.%s is not loaded and its loader is %s; add `with %s%s` to the query at %s:%d", model, name, words[how],
	                        manner->path, name, manner->place.file, manner->place.line);
}

int kin_manner_refuse_column(kin_session *session, const void *object, const kin_attribute *attribute)
{
	const kin_manner *manner = kin_instance_of(object)->batch->manner;
	const char *model = attribute->mapping->name, *name = attribute->name;

	if (!manner->place.file)
		return kin_session_fail(session, KIN_ENOTLOADED, NULL, 0, "%s.%s is not loaded: its query says `raise %s%s`", model, name, manner->path, name);
	return kin_session_fail(session, KIN_ENOTLOADED, manner->place.file, manner->place.line,
	                        "%s.%s is not loaded: the query at %s:%d says `raise %s%s`, and `undefer %s%s` would bring it", model, name,
	                        manner->place.file, manner->place.line, manner->path, name, manner->path, name);
}

static int refuse_whole(kin_session *session, const kin_relation *relation)
{
	const char *target = relation->target->name, *reverse = relation->reverse ? relation->reverse->name : NULL;

	return kin_session_fail(session, KIN_ENOTLOADED, NULL, 0, "%s.%s is write-only: it is never loaded as a whole; ask for what you need of it, "
	                        "as in kin_all(session, %s, \"%s = ?\", %s)", relation->mapping->name, relation->name, target,
	                        reverse ? reverse : relation->pairs[0].remote->name, reverse ? "it" : "its key");
}

int kin_manner_ask(kin_session *session, void *object, const kin_relation *relation)
{
	const kin_instance *instance = kin_instance_of(object);
	kin_lazy how = kin_manner_of(instance, relation);

	switch (how) {
	case KIN_WRITE_ONLY:
		return refuse_whole(session, relation);
	case KIN_NOLOAD:
		return 0;
	case KIN_RAISE_ON_SQL:
		return kin_load_without_sql(session, object, relation) ? 0 : refuse(session, instance, relation, how);
	case KIN_RAISE:
		return refuse(session, instance, relation, how);
	default:
		return 1;
	}
}

bool kin_manner_spares_list(const void *object, const kin_relation *relation)
{
	kin_lazy how = kin_manner_of(kin_instance_of(object), relation);

	return relation->form == KIN_HAS_MANY && (how >= KIN_RAISE || kin_instance_shows_part(object, relation));
}
