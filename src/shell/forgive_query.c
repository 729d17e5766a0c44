/* forgive_query.c - Model.query.filter_by(…).order_by(…).first() as one of kin's query macros. */
#include "shell/forgive_chain.h"

#include <string.h>

/* What the links of a chain have said so far. */
typedef struct chain {
	const char *model;
	size_t      model_length;
	kin_text    where;  /* "owner_id = ? and name = ?" */
	kin_text    values; /* ", 1, \"Ben\"" */
	kin_text    order;
	kin_text    limit;  /* " limit ?", and its value goes last */
	kin_text    limit_values;
} chain;

static void init(chain *c, const char *model, size_t model_length)
{
	*c = (chain){ .model = model, .model_length = model_length };
	kin_text_init(&c->where);
	kin_text_init(&c->values);
	kin_text_init(&c->order);
	kin_text_init(&c->limit);
	kin_text_init(&c->limit_values);
}

static void done(chain *c)
{
	kin_text_done(&c->where);
	kin_text_done(&c->values);
	kin_text_done(&c->order);
	kin_text_done(&c->limit);
	kin_text_done(&c->limit_values);
}

static const char *word_at(const kin_forgiving *f, size_t i, int *ret_length)
{
	*ret_length = (int)f->words.items[i].length;
	return f->text + f->words.items[i].at;
}

static int refuse(kin_forgiving *f, size_t i, const char *what)
{
	int length;
	const char *word = word_at(f, i, &length);

	return f->rc = kin_error_set(f->error, KIN_EQUERY, "%s, found '%.*s'", what, length, word);
}

static void add_condition(chain *c)
{
	if (c->where.length > 0)
		kin_text_add(&c->where, " and ");
}

/* A value: 'a' is a string here, and so is 'Ben'. */
static void add_value(kin_forgiving *f, kin_text *out, size_t from, size_t to)
{
	const kin_word *w = &f->words.items[from];

	kin_text_add(out, ", ");
	if (to == from + 1 && w->kind == KIN_WORD_CHAR && w->length == 3)
		kin_text_addf(out, "\"%c\"", f->text[w->at + 1]);
	else
		kin_forgive_words(f, out, from, to);
}

/* filter_by(owner_id=1, name="x") */
static void filter_by(kin_forgiving *f, chain *c, size_t open, size_t close)
{
	for (size_t at = open + 1; at < close && f->rc == KIN_OK;) {
		size_t end = kin_forgive_argument(f, at, close);
		int length;
		const char *name = word_at(f, at, &length);
		if (f->words.items[at].kind != KIN_WORD_NAME || !kin_forgive_is(f, at + 1, "=")) {
			refuse(f, at, "filter_by() takes attribute=value");
			return;
		}
		add_condition(c);
		kin_text_addf(&c->where, "%.*s = ?", length, name);
		add_value(f, &c->values, at + 2, end);
		at = end + 1;
	}
}

/* filter(Pet.name == "x"), filter(Pet.name.like("B%")), and kin's own filter("name = ?", "x") */
static void filter_one(kin_forgiving *f, chain *c, size_t at, size_t end)
{
	static const struct { const char *sign, *sql; } operators[] = {
		{ "==", "=" }, { "!=", "<>" }, { "<", "<" }, { "<=", "<=" }, { ">", ">" }, { ">=", ">=" },
	};
	int length;

	if (at + 4 >= end || !kin_forgive_is(f, at + 1, ".") || f->words.items[at + 2].kind != KIN_WORD_NAME) {
		refuse(f, at, "filter() takes Model.attribute == value, or kin's own condition in quotes");
		return;
	}
	const char *name = word_at(f, at + 2, &length);
	if (kin_forgive_is(f, at + 3, ".") && kin_forgive_is(f, at + 4, "like") && kin_forgive_is(f, at + 5, "(")) {
		add_condition(c);
		kin_text_addf(&c->where, "%.*s like ?", length, name);
		add_value(f, &c->values, at + 6, kin_forgive_close(f, at + 5));
		return;
	}
	for (size_t o = 0; o < sizeof(operators) / sizeof(operators[0]); o++)
		if (kin_forgive_is(f, at + 3, operators[o].sign)) {
			add_condition(c);
			kin_text_addf(&c->where, "%.*s %s ?", length, name, operators[o].sql);
			add_value(f, &c->values, at + 4, end);
			return;
		}
	refuse(f, at + 3, "expected ==, !=, <, <=, >, >= or .like() in filter()");
}

static void filter(kin_forgiving *f, chain *c, size_t open, size_t close)
{
	if (f->words.items[open + 1].kind == KIN_WORD_STRING) {
		int length;
		const char *text = word_at(f, open + 1, &length);
		add_condition(c);
		kin_text_addf(&c->where, "(%.*s)", length - 2, text + 1);
		if (kin_forgive_is(f, open + 2, ","))
			add_value(f, &c->values, open + 3, close);
		return;
	}
	for (size_t at = open + 1; at < close && f->rc == KIN_OK;) {
		size_t end = kin_forgive_argument(f, at, close);
		filter_one(f, c, at, end);
		at = end + 1;
	}
}

/* order_by("name desc"), order_by(Pet.name), order_by(Pet.name.desc()) */
static void order_by(kin_forgiving *f, chain *c, size_t open, size_t close)
{
	for (size_t at = open + 1; at < close && f->rc == KIN_OK;) {
		size_t end = kin_forgive_argument(f, at, close);
		int length;
		const char *word = word_at(f, at, &length);

		kin_text_add(&c->order, c->order.length ? ", " : " order by ");
		if (f->words.items[at].kind == KIN_WORD_STRING || f->words.items[at].kind == KIN_WORD_CHAR) {
			kin_text_addf(&c->order, "%.*s", length - 2, word + 1);
		} else if (kin_forgive_is(f, at + 1, ".") && f->words.items[at + 2].kind == KIN_WORD_NAME) {
			word = word_at(f, at + 2, &length);
			kin_text_addf(&c->order, "%.*s%s", length, word,
			              kin_forgive_is(f, at + 3, ".") && kin_forgive_is(f, at + 4, "desc") ? " desc" : "");
		} else {
			kin_text_addf(&c->order, "%.*s", length, word);
		}
		at = end + 1;
	}
}

static void limit(kin_forgiving *f, chain *c, const char *keyword, size_t open, size_t close)
{
	kin_text_addf(&c->limit, " %s ?", keyword);
	add_value(f, &c->limit_values, open + 1, close);
}

static void finish(kin_text *out, const chain *c, const char *macro)
{
	kin_text_addf(out, "%s(session, %.*s, \"%s%s%s\"%s%s)", macro, (int)c->model_length, c->model, c->where.data,
	              c->order.data, c->limit.data, c->values.data, c->limit_values.data);
	out->failed |= c->where.failed || c->values.failed || c->order.failed || c->limit.failed || c->limit_values.failed;
}

/* The last link. true: it was one. */
static bool end_chain(kin_forgiving *f, kin_text *out, const chain *c, size_t i, size_t open, size_t close, bool *list)
{
	static const struct { const char *name, *macro; } ends[] = {
		{ "first", "kin_first" }, { "all", "kin_all" }, { "one", "kin_one" }, { "count", "kin_count" },
	};

	for (size_t e = 0; e < sizeof(ends) / sizeof(ends[0]); e++)
		if (kin_forgive_is(f, i, ends[e].name)) {
			finish(out, c, ends[e].macro);
			*list = e == 1;
			return true;
		}
	if (kin_forgive_is(f, i, "delete")) {
		if (c->where.length > 0)
			finish(out, c, "kin_delete_where");
		else
			kin_text_addf(out, "kin_delete_all(session, %.*s)", (int)c->model_length, c->model);
		return true;
	}
	if (kin_forgive_is(f, i, "get")) {
		kin_text_addf(out, "kin_get(session, %.*s, ", (int)c->model_length, c->model);
		kin_forgive_words(f, out, open + 1, close);
		kin_text_add(out, ")");
		return true;
	}
	return false;
}

static void add_link(kin_forgiving *f, chain *c, size_t i, size_t open, size_t close)
{
	if (kin_forgive_is(f, i, "filter_by"))
		filter_by(f, c, open, close);
	else if (kin_forgive_is(f, i, "filter"))
		filter(f, c, open, close);
	else if (kin_forgive_is(f, i, "order_by"))
		order_by(f, c, open, close);
	else if (kin_forgive_is(f, i, "limit") || kin_forgive_is(f, i, "offset"))
		limit(f, c, kin_forgive_is(f, i, "limit") ? "limit" : "offset", open, close);
	else
		refuse(f, i, "a query goes on with filter_by, filter, order_by, limit, offset, and ends with "
		             "first, all, one, count, get or delete");
}

size_t kin_forgive_query(kin_forgiving *f, kin_text *out, const char *model, size_t model_length, size_t i,
                         bool *ret_list)
{
	chain c;
	bool ended = false;

	init(&c, model, model_length);
	while (!ended && f->rc == KIN_OK && kin_forgive_is(f, i, ".") && kin_forgive_is(f, i + 2, "(")) {
		size_t close = kin_forgive_close(f, i + 2);
		ended = end_chain(f, out, &c, i + 1, i + 2, close, ret_list);
		if (!ended)
			add_link(f, &c, i + 1, i + 2, close);
		i = close + 1;
	}
	/* Without an end it is all of them: a query that is looked at runs. */
	if (!ended && f->rc == KIN_OK) {
		finish(out, &c, "kin_all");
		*ret_list = true;
	}
	done(&c);
	return i;
}
