/* mapping_option.c - a relationship's options that mean nothing where they stand, or that say the opposite of each other. */
#include "orm/manner.h"
#include "orm/mapping_fit.h"
#include "orm/resolve.h"

static void check_loading(kin_fitting *fitting, const kin_mapping *mapping, const kin_mapping *target, const kin_draft_relation *draft)
{
	const kin_relation_options *options = &draft->options;
	bool to_many = draft->form == KIN_HAS_MANY || draft->form == KIN_MANY_TO_MANY;
	const char *wrong = NULL;

	if (options->lazy > KIN_WRITE_ONLY)
		wrong = ".lazy is one of KIN_SELECT … KIN_WRITE_ONLY";
	else if (options->lazy == KIN_WRITE_ONLY && draft->form != KIN_HAS_MANY)
		wrong = ".lazy = KIN_WRITE_ONLY is for a kin_has_many()";
	else if (options->inner && to_many)
		wrong = ".inner is for a relationship to one: who has an empty list would be left out";
	else if (options->inner && kin_lazy_comes_along(options->lazy) && options->lazy != KIN_JOINED)
		wrong = ".inner is for what is joined: .lazy = KIN_JOINED";
	else if (options->join_depth != 0 && target != mapping)
		wrong = ".join_depth is for a relationship of a model to itself";
	else if (options->join_depth < 0)
		wrong = ".join_depth is below zero";
	if (wrong)
		kin_mistake_add(fitting->mistakes, draft->file, draft->line, "%s.%s: %s", mapping->name, draft->member, wrong);
}

static void check_orphans(kin_fitting *fitting, const kin_mapping *mapping, const kin_draft_relation *draft)
{
	const char *target = draft->target->name;

	if (draft->options.viewonly || draft->options.single_parent || draft->options.cascade == KIN_CASCADE_DEFAULT ||
	    !(draft->options.cascade & KIN_CASCADE_DELETE_ORPHAN))
		return;
	if (draft->form == KIN_BELONGS_TO)
		kin_mistake_add(fitting->mistakes, draft->file, draft->line,
		                "%s.%s: KIN_CASCADE_DELETE_ORPHAN belongs on the other side, the kin_has_many() or "
		                "kin_has_one() of %s; or add .single_parent = true, if no two %s have the same %s",
		                mapping->name, draft->member, target, mapping->name, target);
	if (draft->form == KIN_MANY_TO_MANY)
		kin_mistake_add(fitting->mistakes, draft->file, draft->line,
		                "%s.%s: KIN_CASCADE_DELETE_ORPHAN is for what belongs to one only, and others may have the same %s; "
		                "add .single_parent = true, if no two %s do",
		                mapping->name, draft->member, target, mapping->name);
}

void kin_fitting_check_options(kin_fitting *fitting, const kin_mapping *mapping, const kin_draft_relation *draft, const kin_mapping *target)
{
	const kin_relation_options *o = &draft->options;
	bool many_to_many = draft->form == KIN_MANY_TO_MANY, has = draft->form == KIN_HAS_MANY || draft->form == KIN_HAS_ONE;
	const struct {
		const char *option, *meant;
		bool        wrong;
	} misplaced[] = {
		{ "through", "a kin_many_to_many()", !many_to_many && o->through },
		{ "target_key", "a kin_many_to_many()", !many_to_many && o->target_key },
		{ "order_by", "a list, and this is one object", draft->form == KIN_BELONGS_TO && o->order_by },
		{ "post_update", "a relationship whose key is in one of the two rows", many_to_many && o->post_update },
		{ "passive_deletes", "the parent's side, a kin_has_many() or kin_has_one()", !has && o->passive_deletes },
		{ "single_parent", "a kin_belongs_to() or kin_many_to_many(): who is had by a kin_has_many() or kin_has_one() has one parent anyhow",
		  has && o->single_parent },
		{ "where", "a relationship that is .viewonly: what is written may not fulfil it", o->where && !o->viewonly },
		{ "backref", "relationships that are written, and this one is .viewonly", o->viewonly && (o->backref || o->back_populates) },
		{ "cascade", "relationships that are written, and this one is .viewonly", o->viewonly && o->cascade },
		{ "post_update", "relationships that are written, and this one is .viewonly", o->viewonly && o->post_update },
		{ "passive_updates", "relationships whose key is in one of the two rows; a table between follows by itself", many_to_many && !o->passive_updates },
		{ "passive_updates", "relationships that are written, and this one is .viewonly", o->viewonly && !o->passive_updates },
		{ "single_parent", "relationships that are written, and this one is .viewonly", !has && o->viewonly && o->single_parent },
		{ "passive_deletes", "relationships that are written, and this one is .viewonly", o->viewonly && o->passive_deletes },
	};

	check_loading(fitting, mapping, target, draft);
	for (size_t i = 0; i < sizeof(misplaced) / sizeof(misplaced[0]); i++)
		if (misplaced[i].wrong)
			kin_mistake_add(fitting->mistakes, draft->file, draft->line, "%s.%s: .%s is for %s", mapping->name, draft->member,
			                misplaced[i].option, misplaced[i].meant);
	if (o->passive_deletes < 0 || o->passive_deletes > KIN_PASSIVE_ALL)
		kin_mistake_add(fitting->mistakes, draft->file, draft->line, "%s.%s: .passive_deletes is true or KIN_PASSIVE_ALL, not %d",
		                mapping->name, draft->member, o->passive_deletes);
	if (o->passive_deletes == KIN_PASSIVE_ALL && (o->cascade & (KIN_CASCADE_DELETE | KIN_CASCADE_DELETE_ORPHAN)))
		kin_mistake_add(fitting->mistakes, draft->file, draft->line,
		                "%s.%s: .passive_deletes = KIN_PASSIVE_ALL leaves all children to the database, and .cascade would delete them",
		                mapping->name, draft->member);
	check_orphans(fitting, mapping, draft);
}

static bool can_be_null(const kin_relation *relation)
{
	for (size_t i = 0; i < relation->pair_count; i++) {
		const kin_attribute *key = relation->holds_key ? relation->pairs[i].local : relation->pairs[i].remote;
		if (relation->pairs[i].cleared && key->not_null)
			return false;
	}
	return true;
}

/* The flush writes the key when what it points at changes, as .passive_updates = false says. */
static void push_key(kin_fitting *fitting, const kin_relation *relation)
{
	const kin_foreign *key = relation->foreign;
	bool in_key = false;

	for (size_t i = 0; i < key->count; i++)
		in_key |= key->pairs[i].local->primary_key;
	if (key->on_update && strcmp(key->on_update, "CASCADE") == 0)
		kin_mistake_add(fitting->mistakes, relation->file, relation->line,
		                "%s.%s: .passive_updates = false has the flush write the keys that the database writes already, for the foreign key %s of %s "
		                "says .on_update = \"CASCADE\"; leave one of them out", relation->mapping->name, relation->name, key->label, key->mapping->name);
	else if (in_key)
		kin_mistake_add(fitting->mistakes, relation->file, relation->line,
		                "%s.%s: .passive_updates = false would change primary keys of %s that are not loaded, and nobody would tell what points at "
		                "those; say .on_update = \"CASCADE\" at %s", relation->mapping->name, relation->name, key->mapping->name, key->label);
	else
		kin_fitting_push(fitting, key);
}

/* What the options say of the foreign key. */
int kin_fitting_key_options(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft)
{
	const kin_foreign *key = relation->foreign;
	const char *why;

	if (relation->where && kin_resolve_check_where(fitting->arena, relation, &why) < 0)
		return KIN_ENOMEM;
	if (relation->where && why)
		kin_mistake_add(fitting->mistakes, relation->file, relation->line, "%s.%s: .where = \"%s\": %s", relation->mapping->name,
		                relation->name, relation->where, why);
	if (!key || relation->link)
		return KIN_OK;
	if (draft->options.passive_deletes == true && !relation->holds_key && !key->on_delete)
		kin_mistake_add(fitting->mistakes, relation->file, relation->line,
		                "%s.%s: .passive_deletes leaves children to the database, but the foreign key %s of %s does not say what it does with "
		                "them; add .on_delete = \"CASCADE\" or \"SET NULL\" to it", relation->mapping->name, relation->name, key->label,
		                key->mapping->name);
	if (draft->options.passive_updates == false)
		push_key(fitting, relation);
	if (!draft->options.post_update)
		return KIN_OK;
	if (!can_be_null(relation))
		kin_mistake_add(fitting->mistakes, relation->file, relation->line,
		                "%s.%s: .post_update writes the key after its row, so it is NULL at first, which %s of %s cannot be",
		                relation->mapping->name, relation->name, key->label, key->mapping->name);
	kin_fitting_foreign_of(fitting, key)->post_update = true;
	return KIN_OK;
}
