/* plan_with.c - what is loaded together with a model's objects.
 *
 * What a query names comes first, as it says. Then what the models say (.lazy), for everything that is loaded, but never back into a model
 * that is on the way already: owner → pets → owner stops, or it would not end. A model's relationship to itself goes .join_depth steps.
 *
 * A relationship named without a way to load it is loaded as the model says; where that is lazily, a to-one relationship
 * is joined, because it adds columns but no rows, and a collection takes a statement of its own. */
#include "orm/defer.h"
#include "orm/inherit.h"

typedef struct loader_way {
	const char *word;
	kin_lazy    how;
	bool        inner;
} loader_way;

static const loader_way ways[] = {
	{ "select",       KIN_SELECT,       false },
	{ "select_one",   KIN_SELECT_ONE,   false },
	{ "joined",       KIN_JOINED,       false },
	{ "inner",        KIN_JOINED,       true  },
	{ "subquery",     KIN_SUBQUERY,     false },
	{ "selectin",     KIN_SELECTIN,     false },
	{ "immediate",    KIN_IMMEDIATE,    false },
	{ "raise",        KIN_RAISE,        false },
	{ "raise_on_sql", KIN_RAISE_ON_SQL, false },
	{ "noload",       KIN_NOLOAD,       false },
	{ "write_only",   KIN_WRITE_ONLY,   false },
};

/* ---- the tree ---- */

kin_want *kin_want_find(const kin_want *want, const kin_relation *relation)
{
	kin_want *w = want->first;

	while (w && w->relation != relation)
		w = w->next;
	return w;
}

static kin_want *add_want(kin_want *want, kin_arena *arena, const kin_relation *relation, kin_lazy how)
{
	kin_want *w = kin_arena_zalloc(arena, sizeof(*w)), **end = &want->first;

	if (!w)
		return NULL;
	*w = (kin_want){ .mapping = relation->target, .relation = relation, .parent = want, .how = how, .inner = relation->inner };
	while (*end)
		end = &(*end)->next;
	return *end = w;
}

/* Only some of the want's objects have it: it cannot be joined to all. */
static bool is_of_heir(const kin_want *want, const kin_relation *relation)
{
	return !kin_mapping_is(want->mapping, relation->mapping);
}

static kin_lazy usual(const kin_want *want, const kin_relation *relation)
{
	if (is_of_heir(want, relation))
		return KIN_SELECTIN;
	if (kin_lazy_comes_along(relation->lazy))
		return relation->lazy;
	return relation->to_many ? KIN_SELECTIN : KIN_JOINED;
}

/* What `*` says of what is not named there; NULL: nothing. */
static const kin_want *guard_of(const kin_want *want)
{
	const kin_want *root = want;

	if (want->guarded)
		return want;
	while (root->parent)
		root = root->parent;
	return root->guarded ? root : NULL;
}

/* ---- what a query names ---- */

static int find_way(kin_resolver *resolver, const kin_with_item *item, const loader_way **ret)
{
	size_t count = 0;

	*ret = NULL;
	if (!item->loader)
		return KIN_OK;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcasecmp(item->loader, ways[i].word) == 0)
			*ret = &ways[i];
	if (*ret && (*ret)->how == KIN_WRITE_ONLY)
		return kin_resolve_problem(resolver, item->at, "write_only is the model's to say: .lazy = KIN_WRITE_ONLY");
	if (*ret)
		return KIN_OK;
	while (kin_with_words[count])
		count++;
	const char *near = kin_text_nearest(item->loader, kin_with_words, count);
	return kin_resolve_problem(resolver, item->at, "'%s' is no way to load%s%s%s", item->loader, near ? "; did you mean '" : "",
	                           near ? near : "", near ? "'?" : "");
}

/* NULL: the relationship can be loaded in this way. */
static const char *why_not(const kin_want *want, const kin_relation *relation, const loader_way *way)
{
	bool apart = !way || way->how == KIN_SELECTIN || way->how == KIN_IMMEDIATE;

	if (relation->lazy == KIN_WRITE_ONLY)
		return "is write-only, and never loaded: ask for what you need of it by a query of its own";
	if (is_of_heir(want, relation) && !apart)
		return "is a relationship of some of the objects only, and comes in a statement of its own: say `selectin`, or nothing";
	if (way && way->inner && relation->to_many)
		return "is a collection, and `inner` is for a relationship to one; who has none is left out by the condition `… is not null`";
	return NULL;
}

/* The last step of a path, which is what the item is about. */
static int name_last(kin_want *step, kin_resolver *resolver, const kin_with_item *item, const loader_way *way)
{
	bool inner = way ? way->inner : step->inner;
	int rc = KIN_OK;

	if (step->said && way && (step->how != way->how || step->inner != way->inner))
		rc = kin_resolve_problem(resolver, item->at, "%s.%s is to be loaded as %s and as %s", step->relation->mapping->name,
		                         step->relation->name, kin_manner_word(step->how), way->word);
	else if (step->named && !(way && !step->said))
		rc = kin_resolve_problem(resolver, item->at, "%s.%s is named twice", step->relation->mapping->name, step->relation->name);
	if (way)
		step->how = way->how;
	step->inner = inner;
	step->named = true;
	step->said = step->said || way;
	step->at = item->at;
	step->where = item->where;
	step->orders = item->orders;
	step->order_count = item->order_count;
	step->limit = item->limit;
	if (rc == KIN_OK && item->has_only)
		rc = kin_want_only(step, resolver, item);
	return rc;
}

/* pets.visits: the way that is said goes for every step that this item is the first to name, if it brings something. */
static int name_path(kin_want *want, kin_resolver *resolver, const kin_with_item *item, const loader_way *way)
{
	const loader_way *along = kin_want_ends_with_model(want, item) ? NULL : way;

	for (size_t i = 0; i < item->count;) {
		const kin_mapping *heir = i + 1 == item->count ? kin_want_heir_called(want, item->names[i]) : NULL;
		const kin_relation *relation = NULL;
		int rc = heir ? KIN_OK : kin_want_step(want, resolver, item, &i, &relation);
		if (heir)
			return kin_want_tables(want, resolver, item, heir, way ? way->how : KIN_JOINED, way ? way->word : "joined");
		if (!relation)
			return rc;
		const char *why = why_not(want, relation, along);
		if (why)
			return kin_resolve_problem(resolver, item->at, "%s.%s %s", relation->mapping->name, relation->name, why);
		kin_want *step = kin_want_find(want, relation);
		if (!step) {
			bool said = along && kin_lazy_comes_along(along->how);
			if (!(step = add_want(want, resolver->arena, relation, said ? along->how : usual(want, relation))))
				return KIN_ENOMEM;
			step->inner = said ? along->inner : relation->inner;
			step->at = item->at;
		}
		step->asked = true;
		want = step;
	}
	return name_last(want, resolver, item, way);
}

/* All that one step leads to, but for what is named, or would lead back. */
static int bring_all(kin_want *want, kin_resolver *resolver, const loader_way *way)
{
	const kin_mapping *mapping = want->mapping;

	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *r = mapping->relations[i];
		bool leads_back = want->relation && !r->to_many && want->relation->reverse == r;
		if (kin_want_find(want, r) || r->lazy == KIN_WRITE_ONLY || leads_back)
			continue;
		kin_want *w = add_want(want, resolver->arena, r, way ? way->how : usual(want, r));
		if (!w)
			return KIN_ENOMEM;
		w->asked = true;
	}
	return KIN_OK;
}

/* raise *, raise pets.*, selectin *, pets.* */
static int name_all(kin_want *want, kin_resolver *resolver, const kin_with_item *item, const loader_way *way)
{
	bool brings = !way || kin_lazy_comes_along(way->how);

	if (kin_with_item_sifts(item))
		return kin_resolve_problem(resolver, item->at, "`*` has no condition, order or limit: name the relationship that is meant");
	if (way && way->inner)
		return kin_resolve_problem(resolver, item->at, "'inner *' would leave out who lacks any of them: name the one that is meant");
	for (size_t i = 0; i < item->count;) {
		const kin_relation *relation;
		int rc = kin_want_step(want, resolver, item, &i, &relation);
		if (!relation)
			return rc;
		kin_want *step = kin_want_find(want, relation);
		if (!step && !brings)
			return kin_resolve_problem(resolver, item->at, "%s.%s is not loaded here: name it before what is beyond it", relation->mapping->name,
			                           relation->name);
		if (!step && !(step = add_want(want, resolver->arena, relation, usual(want, relation))))
			return KIN_ENOMEM;
		step->asked = true;
		want = step;
	}
	if (brings)
		return bring_all(want, resolver, way);
	if (want->guarded)
		return kin_resolve_problem(resolver, item->at, "there is a `*` already");
	want->guarded = true;
	want->others = way->how;
	return KIN_OK;
}

/* What contradicts something else that is named. */
static int check_wants(kin_want *want, kin_resolver *resolver, bool outer)
{
	int rc = KIN_OK;

	for (kin_want *w = want->first; w && rc == KIN_OK; w = w->next) {
		const char *model = w->relation->mapping->name, *name = w->relation->name;
		bool joined = w->how == KIN_JOINED;
		if (w->told)
			continue;
		w->told = true;
		if (!kin_lazy_comes_along(w->how) && w->first)
			rc = kin_resolve_problem(resolver, w->first->at, "%s.%s cannot come: %s.%s is not loaded (%s)", w->first->relation->mapping->name,
			                         w->first->relation->name, model, name, kin_manner_word(w->how));
		else if (w->said && w->inner && outer)
			rc = kin_resolve_problem(resolver, w->at, "%s.%s is joined below a LEFT OUTER JOIN, which `inner` would undo: say `inner` of both",
			                         model, name);
		else
			w->told = false;
		if (rc == KIN_OK)
			rc = check_wants(w, resolver, joined && (!w->inner || outer));
	}
	return rc;
}

int kin_want_named(kin_want *want, kin_resolver *resolver, const kin_with_item *items, size_t count)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		const loader_way *way;
		if (kin_want_is_about_columns(want, &items[i])) {
			rc = kin_want_columns(want, resolver, &items[i]);
			continue;
		}
		if ((rc = find_way(resolver, &items[i], &way)) < 0 || (items[i].loader && (!way || way->how == KIN_WRITE_ONLY)))
			continue;
		rc = items[i].all ? name_all(want, resolver, &items[i], way) : name_path(want, resolver, &items[i], way);
	}
	if (rc < 0 || (rc = check_wants(want, resolver, false)) < 0)
		return rc;
	return resolver->problems ? KIN_OK : kin_want_where(want, resolver);
}

/* ---- what the models say ---- */

static bool on_the_way(const kin_want *want, const kin_mapping *mapping)
{
	for (; want; want = want->parent)
		if (want->mapping == mapping)
			return true;
	return false;
}

/* children.children: how often the relationship has been followed at the end of the way. */
static int depth_of(const kin_want *want, const kin_relation *relation)
{
	int depth = 0;

	for (; want && want->relation == relation; want = want->parent)
		depth++;
	return depth;
}

/* Whether the model loads it here, and how. */
static bool comes_usually(const kin_want *want, const kin_relation *relation, kin_lazy *ret_how)
{
	int depth = depth_of(want, relation);

	if (relation->join_depth > 0 && depth > 0) {
		*ret_how = want->how;
		return depth < relation->join_depth;
	}
	*ret_how = relation->lazy;
	return kin_lazy_comes_along(relation->lazy) && !guard_of(want) && (relation->join_depth > 0 || !on_the_way(want, relation->target));
}

/* What models that inherit from the one at hand load of their own: for their objects among it, so not in its rows. */
static int want_of_heirs(kin_want *want, kin_arena *arena)
{
	const kin_lineage *lineage = want->mapping->lineage;
	kin_lazy how;

	for (size_t i = 1; lineage && i < lineage->heir_count; i++)
		for (size_t n = 0; n < lineage->heirs[i]->relation_count; n++) {
			const kin_relation *r = lineage->heirs[i]->relations[n];
			if (r->mapping == lineage->heirs[i] && !kin_want_find(want, r) && comes_usually(want, r, &how) && !add_want(want, arena, r, KIN_SELECTIN))
				return KIN_ENOMEM;
		}
	return KIN_OK;
}

int kin_want_usual(kin_want *want, kin_arena *arena)
{
	const kin_mapping *mapping = want->mapping;
	kin_lazy how;
	int rc = KIN_OK;

	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *r = mapping->relations[i];
		if (!kin_want_find(want, r) && comes_usually(want, r, &how) && !add_want(want, arena, r, how))
			return KIN_ENOMEM;
	}
	rc = want_of_heirs(want, arena);
	for (kin_want *w = want->first; rc == KIN_OK && w; w = w->next)
		if (kin_lazy_comes_along(w->how))
			rc = kin_want_usual(w, arena);
	return rc;
}

/* ---- what is not loaded ---- */

static kin_lazy manner_of(const kin_want *want, const kin_relation *relation)
{
	const kin_want *named = kin_want_find(want, relation), *guard = guard_of(want);

	if (relation->lazy == KIN_WRITE_ONLY)
		return KIN_WRITE_ONLY;
	if (named && !kin_lazy_comes_along(named->how))
		return named->how;
	if (guard)
		return guard->others;
	return kin_lazy_comes_along(relation->lazy) ? KIN_SELECT : relation->lazy;
}

/* "owner.pets." */
static const char *path_to(kin_arena *arena, const kin_want *want)
{
	const char *before = want->parent && want->relation ? path_to(arena, want->parent) : "";

	if (!want->relation || !want->parent)
		return "";
	return before ? kin_arena_printf(arena, "%s%s.", before, want->relation->name) : NULL;
}

int kin_want_manner(const kin_plan *plan, kin_arena *arena, const kin_want *want, const kin_manner **ret)
{
	const kin_mapping *mapping = want->mapping;
	kin_manner *manner = kin_arena_zalloc(arena, sizeof(*manner) + mapping->relation_count);
	bool needed = false;

	if (!manner)
		return KIN_ENOMEM;
	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *r = mapping->relations[i];
		kin_lazy how = manner_of(want, r);
		bool raises = how == KIN_RAISE || how == KIN_RAISE_ON_SQL;
		manner->how[i] = (uint8_t)how;
		needed |= (kin_lazy_comes_along(r->lazy) ? KIN_SELECT : r->lazy) != how || (raises && plan->place.file);
	}
	*ret = NULL;
	needed |= want->raised != NULL;
	if (guard_of(want)) {
		manner->guarded = true;
		manner->others = (uint8_t)guard_of(want)->others;
		needed = true;
	}
	if (!needed)
		return KIN_OK;
	manner->place = plan->place;
	manner->count = mapping->relation_count;
	manner->raised = want->raised;
	manner->words = want->raised ? KIN_SET_WORDS(mapping) : 0;
	manner->path = path_to(arena, want);
	*ret = manner;
	return manner->path ? KIN_OK : KIN_ENOMEM;
}
