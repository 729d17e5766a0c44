/* forgive.c - what people type from habit, as the C it means. */
#include "shell/forgive.h"

#include <stdlib.h>
#include <string.h>

#include "shell/forgive_chain.h"

enum { DEEPEST = 100 }; /* brackets in brackets */

bool kin_forgive_is(const kin_forgiving *f, size_t i, const char *word)
{
	const kin_word *w;

	if (i >= f->words.count)
		return false;
	w = &f->words.items[i];
	return strlen(word) == w->length && w->kind != KIN_WORD_END && strncmp(f->text + w->at, word, w->length) == 0;
}

static bool is_name(const kin_forgiving *f, size_t i)
{
	return i < f->words.count && f->words.items[i].kind == KIN_WORD_NAME;
}

static bool is_model(const kin_forgiving *f, size_t i)
{
	for (size_t m = 0; is_name(f, i) && m < f->names->model_count; m++)
		if (kin_forgive_is(f, i, f->names->models[m]))
			return true;
	return false;
}

static const kin_forgive_relation *relation_at(const kin_forgiving *f, size_t i)
{
	for (size_t r = 0; f->load && is_name(f, i) && r < f->names->relation_count; r++)
		if (kin_forgive_is(f, i, f->names->relations[r].name))
			return &f->names->relations[r];
	return NULL;
}

size_t kin_forgive_close(const kin_forgiving *f, size_t open)
{
	int depth = 0;
	size_t i;

	for (i = open; i + 1 < f->words.count; i++) {
		const kin_word *w = &f->words.items[i];
		if (w->kind != KIN_WORD_SIGN || w->length != 1)
			continue;
		if (strchr("([{", f->text[w->at]))
			depth++;
		else if (strchr(")]}", f->text[w->at]) && --depth == 0)
			return i;
	}
	return i;
}

size_t kin_forgive_argument(const kin_forgiving *f, size_t i, size_t close)
{
	while (i < close && !kin_forgive_is(f, i, ",")) {
		if (kin_forgive_is(f, i, "(") || kin_forgive_is(f, i, "[") || kin_forgive_is(f, i, "{"))
			i = kin_forgive_close(f, i);
		i++;
	}
	return i < close ? i : close;
}

/* 'Ben' is a string; 'a' a character, as in C. */
static void add_char(kin_text *out, const char *s, size_t length)
{
	bool is_character = length == 3 || (length == 4 && s[1] == '\\');

	if (is_character) {
		kin_text_add_n(out, s, length);
		return;
	}
	kin_text_add_char(out, '"');
	for (size_t i = 1; i + 1 < length; i++) {
		if (s[i] == '"')
			kin_text_add_char(out, '\\');
		kin_text_add_char(out, s[i]);
	}
	kin_text_add_char(out, '"');
}

/* In keyword arguments a single character in quotes is a string too. */
static void add_keyword_value(kin_forgiving *f, kin_text *out, size_t from, size_t to)
{
	const kin_word *w = &f->words.items[from];

	if (to == from + 1 && w->kind == KIN_WORD_CHAR && w->length == 3) {
		char quoted[] = { '"', f->text[w->at + 1], '"', '\0' };
		kin_text_add(out, quoted);
		return;
	}
	kin_forgive_words(f, out, from, to);
}

/* Pet(name="Ben", owner=x): i is the model, i + 1 the bracket. */
static size_t add_constructor(kin_forgiving *f, kin_text *out, size_t i)
{
	const kin_word *model = &f->words.items[i];
	size_t close = kin_forgive_close(f, i + 1), at = i + 2;

	kin_text_add(out, "kin_new(session, ");
	kin_text_add_n(out, f->text + model->at, model->length);
	while (at < close) {
		size_t end = kin_forgive_argument(f, at, close);
		kin_text_add(out, ", ");
		if (is_name(f, at) && kin_forgive_is(f, at + 1, "=")) {
			kin_text_addf(out, ".%.*s = ", (int)f->words.items[at].length, f->text + f->words.items[at].at);
			add_keyword_value(f, out, at + 2, end);
		} else {
			kin_forgive_words(f, out, at, end);
		}
		at = end + 1;
	}
	kin_text_add(out, ")");
	return close + 1;
}

/* session.get(Pet, 1) */
static size_t add_get(kin_forgiving *f, kin_text *out, size_t open)
{
	size_t close = kin_forgive_close(f, open);

	kin_text_add(out, "kin_get(session, ");
	kin_forgive_words(f, out, open + 1, close);
	kin_text_add(out, ")");
	return close + 1;
}

/* What `session.` or `db.session.` is followed by; i is the word after the dot. 0: nothing special. */
static size_t add_session_call(kin_forgiving *f, kin_text *out, size_t i, bool *ret_list)
{
	if (kin_forgive_is(f, i, "query") && kin_forgive_is(f, i + 1, "(") && is_model(f, i + 2) &&
	    kin_forgive_is(f, i + 3, ")")) {
		const kin_word *model = &f->words.items[i + 2];
		return kin_forgive_query(f, out, f->text + model->at, model->length, i + 4, ret_list);
	}
	if (kin_forgive_is(f, i, "get") && kin_forgive_is(f, i + 1, "(") && is_model(f, i + 2))
		return add_get(f, out, i + 1);
	if (!is_name(f, i) || !kin_forgive_is(f, i + 1, "("))
		return 0;
	kin_text_addf(out, "db.session.%.*s", (int)f->words.items[i].length, f->text + f->words.items[i].at);
	return i + 1;
}

static size_t add_call_as(kin_forgiving *f, kin_text *out, size_t open, const char *before, const char *after)
{
	size_t close = kin_forgive_close(f, open);

	kin_text_add(out, before);
	kin_forgive_words(f, out, open + 1, close);
	kin_text_add(out, after);
	return close + 1;
}

static void add_word(kin_forgiving *f, kin_text *out, size_t i)
{
	const kin_word *w = &f->words.items[i];

	if (kin_forgive_is(f, i, "None"))
		kin_text_add(out, "NULL");
	else if (kin_forgive_is(f, i, "True"))
		kin_text_add(out, "true");
	else if (kin_forgive_is(f, i, "False"))
		kin_text_add(out, "false");
	else if (w->kind == KIN_WORD_CHAR)
		add_char(out, f->text + w->at, w->length);
	else
		kin_text_add_n(out, f->text + w->at, w->length);
}

/* The beginning of a chain: a name, or something in brackets. Returns the word after it. */
static size_t add_primary(kin_forgiving *f, kin_text *out, size_t i, bool *ret_list)
{
	size_t next = 0;

	if (kin_forgive_is(f, i, "("))
		return add_call_as(f, out, i, "(", ")");
	if (is_model(f, i) && kin_forgive_is(f, i + 1, "("))
		return add_constructor(f, out, i);
	if (is_model(f, i) && kin_forgive_is(f, i + 1, ".") && kin_forgive_is(f, i + 2, "query"))
		return kin_forgive_query(f, out, f->text + f->words.items[i].at, f->words.items[i].length, i + 3, ret_list);
	if (kin_forgive_is(f, i, "session") && kin_forgive_is(f, i + 1, "."))
		next = add_session_call(f, out, i + 2, ret_list);
	else if (kin_forgive_is(f, i, "db") && kin_forgive_is(f, i + 1, ".") && kin_forgive_is(f, i + 2, "session") &&
	         kin_forgive_is(f, i + 3, "."))
		next = add_session_call(f, out, i + 4, ret_list);
	else if (kin_forgive_is(f, i, "len") && kin_forgive_is(f, i + 1, "("))
		next = add_call_as(f, out, i + 1, "(", ").count");
	else if (kin_forgive_is(f, i, "print") && kin_forgive_is(f, i + 1, "("))
		next = add_call_as(f, out, i + 1, "kin_print_(", ")");
	if (next)
		return next;
	add_word(f, out, i);
	return i + 1;
}

static bool is_assigned(const kin_forgiving *f, size_t i)
{
	static const char *const signs[] = { "=", "+=", "-=", "*=", "/=" };

	for (size_t s = 0; s < sizeof(signs) / sizeof(signs[0]); s++)
		if (kin_forgive_is(f, i, signs[s]))
			return true;
	return false;
}

/* `.name` after `chain`; i is the name. Rewrites the chain when it is a relationship that is read. */
static size_t add_member(kin_forgiving *f, kin_text *chain, size_t i, bool *list)
{
	const kin_forgive_relation *relation = relation_at(f, i);
	const kin_word *w = &f->words.items[i];
	bool appends = kin_forgive_is(f, i + 1, ".") && kin_forgive_is(f, i + 3, "(") &&
	               (kin_forgive_is(f, i + 2, "append") || kin_forgive_is(f, i + 2, "remove"));

	*list = false;
	if (!relation || is_assigned(f, i + 1)) {
		kin_text_addf(chain, ".%.*s", (int)w->length, f->text + w->at);
		return i + 1;
	}
	char *object = kin_text_take(chain);
	if (!object) {
		chain->failed = true;
		return i + 1;
	}
	size_t next = i + 1;
	if (appends) {
		size_t close = kin_forgive_close(f, i + 3);
		kin_text_addf(chain, "%s(%s, %s, ", kin_forgive_is(f, i + 2, "append") ? "kin_append" : "kin_remove", object,
		              relation->name);
		kin_forgive_words(f, chain, i + 4, close);
		kin_text_add(chain, ")");
		next = close + 1;
	} else {
		kin_text_addf(chain, "kin_load(%s, %s)", object, relation->name);
		*list = relation->to_many;
	}
	kin_mem_free(object);
	return next;
}

static bool follows_blank(const kin_forgiving *f, size_t i)
{
	return i > 0 && f->words.items[i - 1].at + f->words.items[i - 1].length < f->words.items[i].at;
}

/* A name or bracket with all that is attached to it: .x, ->x, (…), […]. Returns the word after it. */
static size_t add_chain(kin_forgiving *f, kin_text *out, size_t i)
{
	kin_text chain;
	bool list = false;

	kin_text_init(&chain);
	i = add_primary(f, &chain, i, &list);
	for (;;) {
		if (kin_forgive_is(f, i, ".") && is_name(f, i + 1)) {
			i = add_member(f, &chain, i + 1, &list);
		} else if (kin_forgive_is(f, i, "->") && is_name(f, i + 1)) {
			kin_text_add(&chain, "->");
			add_word(f, &chain, i + 1);
			list = false;
			i += 2;
		} else if (kin_forgive_is(f, i, "(")) {
			i = add_call_as(f, &chain, i, follows_blank(f, i) ? " (" : "(", ")");
			list = false;
		} else if (kin_forgive_is(f, i, "[")) {
			i = add_call_as(f, &chain, i, list ? ".items[" : "[", "]");
			list = false;
		} else {
			break;
		}
	}
	kin_text_add(out, chain.data);
	out->failed |= chain.failed;
	kin_text_done(&chain);
	return i;
}

void kin_forgive_words(kin_forgiving *f, kin_text *out, size_t from, size_t to)
{
	if (f->depth >= DEEPEST) {
		f->rc = kin_error_set(f->error, KIN_EQUERY, "more than %d brackets in brackets", DEEPEST);
		return;
	}
	f->depth++;
	for (size_t i = from; i < to && i + 1 < f->words.count && f->rc == KIN_OK;) {
		const kin_word *w = &f->words.items[i];
		size_t end = i > from ? f->words.items[i - 1].at + f->words.items[i - 1].length : w->at;

		kin_text_add_n(out, f->text + end, w->at - end);
		if (w->kind == KIN_WORD_NAME || kin_forgive_is(f, i, "(")) {
			i = add_chain(f, out, i);
		} else {
			add_word(f, out, i);
			i++;
		}
	}
	f->depth--;
}

int kin_forgive(kin_text *out, const char *text, const kin_forgive_names *names, bool load, kin_error *error)
{
	kin_forgiving f = { .text = text, .names = names, .load = load, .error = error };

	if (!kin_words_cut(&f.words, text)) {
		kin_vec_done(&f.words);
		return kin_error_nomem(error);
	}
	kin_forgive_words(&f, out, 0, f.words.count - 1);
	kin_vec_done(&f.words);
	if (f.rc == KIN_OK && !kin_text_ok(out))
		return kin_error_nomem(error);
	return f.rc;
}

bool kin_forgive_is_import(const char *text)
{
	const char *word = text + strspn(text, " \t");

	if (strncmp(word, "import ", 7) == 0)
		return strchr(word, ';') == NULL && strchr(word, '(') == NULL;
	return strncmp(word, "from ", 5) == 0 && strstr(word, " import ");
}
