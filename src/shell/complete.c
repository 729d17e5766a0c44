/* complete.c - what Tab offers: models, attributes, variables, kin's functions. */
#include "shell/complete.h"

#include <editline/readline.h>
#include <stdlib.h>
#include <string.h>

#include "orm/registry.h"

static const char *const functions[] = {
	"kin_add", "kin_all", "kin_append", "kin_array", "kin_begin_nested", "kin_close", "kin_commit", "kin_count",
	"kin_date_of", "kin_delete", "kin_delete_all", "kin_delete_where", "kin_each", "kin_edit", "kin_errcode",
	"kin_errmsg", "kin_exists", "kin_expunge", "kin_first", "kin_flush", "kin_free", "kin_get", "kin_is_loaded",
	"kin_is_modified", "kin_load", "kin_new", "kin_now", "kin_one", "kin_print", "kin_query_new", "kin_refresh",
	"kin_remove", "kin_rollback", "kin_session_new", "kin_state_of", "kin_stream", "kin_today", "kin_update",
	"app", "session", "db.session.add", "db.session.commit", "db.session.delete", "db.session.rollback",
};

/* The line editor's callback has no context of its own. */
static const kin_evaluator *evaluator;
static size_t next_candidate;

enum { FUNCTIONS = sizeof(functions) / sizeof(functions[0]) };

/* All attributes and relationships of all models, one after the other. NULL: past the last. */
static const char *member_at(size_t i)
{
	kin_registry *registry = kin_registry_default();

	for (size_t m = 0; registry && m < kin_registry_count(registry); m++) {
		const kin_mapping *mapping = kin_registry_mapping(registry, m);
		if (i < mapping->attribute_count)
			return mapping->attributes[i].name;
		i -= mapping->attribute_count;
		if (i < mapping->relation_count)
			return mapping->relations[i]->name;
		i -= mapping->relation_count;
	}
	return NULL;
}

static const char *word_at(size_t i)
{
	if (i < FUNCTIONS)
		return functions[i];
	i -= FUNCTIONS;
	if (i < evaluator->names.model_count)
		return evaluator->names.models[i];
	i -= evaluator->names.model_count;
	return i < evaluator->entries.count ? evaluator->entries.items[i].name : NULL;
}

static char *next_match(const char *prefix, const char *(*at)(size_t))
{
	const char *candidate;

	while ((candidate = at(next_candidate))) {
		next_candidate++;
		if (strncmp(candidate, prefix, strlen(prefix)) == 0)
			return strdup(candidate); /* the editor frees it */
	}
	return NULL;
}

static char *generate_word(const char *prefix, int state)
{
	if (state == 0)
		next_candidate = 0;
	return next_match(prefix, word_at);
}

static char *generate_member(const char *prefix, int state)
{
	if (state == 0)
		next_candidate = 0;
	return next_match(prefix, member_at);
}

static char **complete(const char *prefix, int start, int end)
{
	bool is_member = start > 0 && (rl_line_buffer[start - 1] == '.' ||
	                               (start > 1 && rl_line_buffer[start - 2] == '-' && rl_line_buffer[start - 1] == '>'));

	(void)end;
	rl_attempted_completion_over = 1;
	rl_completion_append_character = '\0'; /* `pet` goes on with -> */
	return rl_completion_matches(prefix, is_member ? generate_member : generate_word);
}

void kin_complete_start(const kin_evaluator *e)
{
	static char breaks[] = " \t\n\"\\'`@$><=;|&{(.,+-*/!~?:[]";

	evaluator = e;
	rl_basic_word_break_characters = breaks;
	rl_completer_word_break_characters = breaks;
	rl_attempted_completion_function = complete;
}
