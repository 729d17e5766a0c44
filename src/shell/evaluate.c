/* evaluate.c - a piece of C is tried as what it may be: an expression, a new variable, a definition, statements.
 *
 * Each try is a source file that begins with the declarations of all earlier names. A variable or function gets a linker name of its own
 * (an asm label), so that it can be defined again with another type; code compiled before keeps the old one. */
#include "shell/evaluate.h"

#include <ctype.h>
#include <dlfcn.h>
#include <string.h>

#include "shell/words.h"

typedef enum tried { DONE, REFUSED, DIED, FAILED } tried;

typedef struct attempt {
	kin_evaluator     *e;
	kin_guard_outcome *outcome;
} attempt;

/* ---- names ---- */

static ptrdiff_t find_entry(const kin_evaluator *e, const char *name)
{
	for (size_t i = 0; i < e->entries.count; i++)
		if (strcmp(e->entries.items[i].name, name) == 0)
			return (ptrdiff_t)i;
	return -1;
}

static void drop_entry(kin_evaluator *e, const char *name)
{
	ptrdiff_t at = find_entry(e, name);

	if (at < 0)
		return;
	kin_mem_free(e->entries.items[at].name);
	kin_mem_free(e->entries.items[at].text);
	memmove(&e->entries.items[at], &e->entries.items[at + 1],
	        (e->entries.count - (size_t)at - 1) * sizeof(*e->entries.items));
	e->entries.count--;
}

static bool add_entry(kin_evaluator *e, const char *name, const char *text)
{
	kin_entry entry = { kin_mem_strdup(name), kin_mem_strdup(text) };

	drop_entry(e, name);
	if (entry.name && entry.text && kin_vec_push(&e->entries, entry))
		return true;
	kin_mem_free(entry.name);
	kin_mem_free(entry.text);
	kin_error_nomem(e->error);
	return false;
}

/* The declarations, without that of a name which is about to be defined anew. */
static void add_declarations(const kin_evaluator *e, kin_text *out, const char *without)
{
	for (size_t i = 0; i < e->entries.count; i++)
		if (!without || strcmp(e->entries.items[i].name, without) != 0)
			kin_text_addf(out, "%s\n", e->entries.items[i].text);
}

/* ---- compiling and running ---- */

static void (*line_fn)(void);

static void run_line(void)
{
	line_fn();
	fflush(stdout);
}

static tried run_object(attempt *a, const char *object)
{
	char name[32];
	void *handle = dlopen(object, RTLD_NOW | RTLD_GLOBAL);

	if (!handle) {
		kin_mem_free(a->e->problem);
		const char *why = dlerror(), *undefined = strstr(why, "undefined symbol: ");
		kin_text text;
		kin_text_init(&text);
		kin_text_addf(&text, "%s\n", undefined ? undefined : why);
		a->e->problem = kin_text_take(&text);
		return REFUSED;
	}
	snprintf(name, sizeof(name), "kin_line_%d", a->e->compiler->sequence);
	*(void **)&line_fn = dlsym(handle, name);
	*a->outcome = kin_guard_run(run_line);
	fflush(stdout);
	return a->outcome->signal ? DIED : DONE;
}

/* Compile `before`, the user's text and `after` into a line, mending what the compiler knows how to mend. `global` stands outside the function. */
static tried try_line(attempt *a, const char *without, const char *global, const char *before, kin_text *user,
                      const char *after)
{
	enum { MENDINGS = 8 };
	kin_compiler *c = a->e->compiler;
	const char *object = NULL;
	int rc = KIN_EBUILD;

	for (int round = 0; round < MENDINGS && rc == KIN_EBUILD; round++) {
		kin_text source;
		kin_text_init(&source);
		add_declarations(a->e, &source, without);
		kin_text_addf(&source, "%s\nvoid kin_line_%d(void)\n{\n%s\n#line 1 \"input\"\n%s\n%s\n}\n", global,
		              c->sequence + 1, before, user->data, after);
		rc = kin_text_ok(&source) && kin_text_ok(user) ? kin_compiler_line(c, source.data, &object, a->e->error)
		                                               : kin_error_nomem(a->e->error);
		kin_text_done(&source);
		if (rc == KIN_EBUILD && (a->e->error->code || kin_compiler_mend(c, user) == 0))
			break;
	}
	if (rc == KIN_OK)
		return run_object(a, object);
	return rc == KIN_EBUILD && a->e->error->code == 0 ? REFUSED : FAILED;
}

/* ---- what the compiler says, for people ---- */

/* A place behind the text, where the compiler missed something, is the text's end. */
static void add_pointed(kin_text *out, const char *text, unsigned line, unsigned column)
{
	const char *start = text, *next = text;

	for (unsigned l = 1; l < line && (next = strchr(start, '\n')); l++)
		start = next + 1;
	size_t length = strcspn(start, "\n");
	kin_text_addf(out, "    %.*s\n    ", (int)length, start);
	for (size_t i = 0; next ? i + 1 < column && i < length : i < length; i++)
		kin_text_add_char(out, start[i] == '\t' ? '\t' : ' ');
	kin_text_add(out, "^\n");
}

/* The first error in the user's text, with the place; or, if there is none, the first error at all. */
static void keep_problem(attempt *a, const char *text)
{
	const char *messages = a->e->compiler->messages, *error = messages ? strstr(messages, "error: ") : NULL;
	unsigned line = 0, column = 0;
	kin_text out;

	for (const char *s = messages; s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL) {
		int n = 0;
		if (sscanf(s, "input:%u:%u: error: %n", &line, &column, &n) == 2 && n > 0) {
			error = s + n - strlen("error: ");
			break;
		}
		line = 0;
	}
	if (!error)
		return;
	kin_text_init(&out);
	error += strlen("error: ");
	const char *option = strstr(error, " [-W");
	size_t length = strcspn(error, "\n");
	if (option && (size_t)(option - error) < length)
		length = (size_t)(option - error);
	kin_text_addf(&out, "%.*s\n", (int)length, error);
	if (line > 0)
		add_pointed(&out, text, line, column);
	if (strstr(out.data, "read-only"))
		kin_text_add(&out, "what queries return is const: open it for writing with kin_edit(session, Model, object)\n");
	kin_mem_free(a->e->problem);
	a->e->problem = kin_text_take(&out);
}

/* ---- the forms ---- */

static tried try_statement(attempt *a, const char *text)
{
	kin_text user;

	kin_text_init(&user);
	kin_text_add(&user, text);
	tried t = try_line(a, NULL, "", "", &user, ";");
	if (t == REFUSED)
		keep_problem(a, user.data);
	kin_text_done(&user);
	return t;
}

static tried try_expression(attempt *a, const char *text)
{
	kin_text user;

	kin_text_init(&user);
	kin_text_add(&user, text);
	/* What a call returns that has failed says nothing beside the error. */
	tried t = try_line(a, NULL, "", "const int kin_was_ = kin_errcode(session);\n__auto_type kin_result_ =", &user,
	                   ";\nif (kin_was_ || !kin_errcode(session))\nkin_print_(kin_result_);");
	const char *messages = a->e->compiler->messages;
	bool has_no_value = t == REFUSED && messages && strstr(messages, "void");
	if (t == REFUSED)
		keep_problem(a, user.data);
	kin_text_done(&user);
	return has_no_value ? try_statement(a, text) : t;
}

/* name = expression, for a name that is new or changes its type. */
static tried try_variable(attempt *a, const char *name, const char *expression)
{
	kin_evaluator *e = a->e;
	int number = e->compiler->sequence + 1;
	kin_text declarations, user;
	tried t = FAILED;

	kin_text_init(&declarations);
	add_declarations(e, &declarations, NULL);
	kin_text_init(&user);
	kin_text_add(&user, expression);
	const char *type = kin_compiler_type(e->compiler, declarations.data, expression);
	if (!type) {
		/* Mend first (pet.id), so that the expression has a type at all. */
		kin_compiler_mend(e->compiler, &user);
		type = kin_compiler_type(e->compiler, declarations.data, user.data);
	}
	if (!type)
		type = kin_arena_printf(&e->scratch, "__typeof__((void)0, (%s))", user.data);
	kin_text_done(&declarations);
	const char *declaration = kin_arena_printf(&e->scratch, "extern __typeof__(%s) %s __asm__(\"kin_variable_%d\");", type,
	                                           name, number);
	const char *global = kin_arena_printf(&e->scratch, "%s\n__typeof__(%s) %s;", declaration, type, name);
	const char *assign = kin_arena_printf(&e->scratch, "%s =", name);
	/* The expression may use the name's old meaning (x = x * 2), which the new one hides: it is then computed before. */
	if (find_entry(e, name) >= 0 && declaration) {
		global = kin_arena_printf(&e->scratch, "__typeof__(%s) kin_new_ __asm__(\"kin_variable_%d\");", type, number);
		assign = "kin_new_ =";
	}
	if (declaration && global && assign && kin_text_ok(&user)) {
		t = try_line(a, NULL, global, assign, &user, ";");
		if (t == REFUSED)
			keep_problem(a, user.data);
		if (t == DONE && !add_entry(e, name, declaration))
			t = FAILED;
	} else {
		kin_error_nomem(e->error);
	}
	kin_text_done(&user);
	return t;
}

static tried try_global(attempt *a, const char *name, const char *declaration, const char *definition,
                        const char *assignment)
{
	kin_text user;

	kin_text_init(&user);
	kin_text_add(&user, assignment);
	const char *global = kin_arena_printf(&a->e->scratch, "%s\n#line 1 \"input\"\n%s", declaration, definition);
	tried t = global ? try_line(a, name, global, "", &user, ";") : FAILED;
	if (t == REFUSED)
		keep_problem(a, definition);
	kin_text_done(&user);
	if (t == DONE && !add_entry(a->e, name, declaration))
		return FAILED;
	return t;
}

/* ---- definitions ---- */

typedef struct cutting {
	const char  *text;
	kin_words_of words;
} cutting;

static bool word_is(const cutting *c, size_t i, const char *s)
{
	const kin_word *w = &c->words.items[i];

	return w->kind != KIN_WORD_END && w->length == strlen(s) && strncmp(c->text + w->at, s, w->length) == 0;
}

static char *word_text(kin_evaluator *e, const cutting *c, size_t i)
{
	return kin_arena_strndup(&e->scratch, c->text + c->words.items[i].at, c->words.items[i].length);
}

/* The first word at no depth that is one of the signs; or the END. */
static size_t find_sign(const cutting *c, size_t i, const char *signs)
{
	int depth = 0;

	for (; c->words.items[i].kind != KIN_WORD_END; i++) {
		const kin_word *w = &c->words.items[i];
		char sign = c->text[w->at];
		if (w->kind != KIN_WORD_SIGN || w->length != 1)
			continue;
		if (depth == 0 && strchr(signs, sign))
			return i;
		depth += (strchr("([{", sign) != NULL) - (strchr(")]}", sign) != NULL);
	}
	return i;
}

/* struct, union, enum with a body; typedef; a prototype: later lines see it as it stands. `i` is the name; 0: the last one. */
static tried try_type(attempt *a, const cutting *c, size_t i)
{
	size_t end = find_sign(c, 0, ";");

	if (i == 0) {
		for (i = end; i > 0 && c->words.items[i - 1].kind != KIN_WORD_NAME; i--)
			;
		i = i > 0 ? i - 1 : 0;
	}
	char *name = word_text(a->e, c, i);
	const char *text = c->words.items[end].kind == KIN_WORD_END ? kin_arena_printf(&a->e->scratch, "%s;", c->text) : c->text;
	if (!name || !text)
		return kin_error_nomem(a->e->error), FAILED;
	kin_text user;
	kin_text_init(&user);
	tried t = try_line(a, name, kin_arena_printf(&a->e->scratch, "#line 1 \"input\"\n%s", text), "", &user, ";");
	kin_text_done(&user);
	if (t == REFUSED)
		keep_problem(a, text);
	if (t == DONE && !add_entry(a->e, name, text))
		return FAILED;
	return t;
}

/* int sq(int a) { … } */
static tried try_function(attempt *a, const cutting *c, size_t brace)
{
	size_t bracket = find_sign(c, 0, "("), from = word_is(c, 0, "static") ? c->words.items[1].at : 0;

	if (bracket == 0 || bracket >= brace || c->words.items[bracket - 1].kind != KIN_WORD_NAME)
		return REFUSED;
	char *name = word_text(a->e, c, bracket - 1);
	const char *declaration = kin_arena_printf(&a->e->scratch, "%.*s __asm__(\"kin_function_%d\");",
	                                           (int)(c->words.items[brace].at - from), c->text + from,
	                                           a->e->compiler->sequence + 1);
	if (!name || !declaration)
		return kin_error_nomem(a->e->error), FAILED;
	return try_global(a, name, declaration, c->text + from, "");
}

/* One declarator of `int a = 1, *b;`: words from … to. `prefix` is "int". */
static tried declare_one(attempt *a, const cutting *c, const char *prefix, size_t from, size_t to)
{
	kin_evaluator *e = a->e;
	size_t equals = from, name_at;

	while (equals < to && !word_is(c, equals, "="))
		equals++;
	size_t bracket = find_sign(c, from, "[(");
	for (name_at = (bracket < equals ? bracket : equals); name_at > from && c->words.items[name_at - 1].kind != KIN_WORD_NAME;
	     name_at--)
		;
	if (name_at == from)
		return REFUSED;
	char *name = word_text(e, c, name_at - 1);
	size_t at = c->words.items[from].at, end = c->words.items[equals].at, stop = c->words.items[to].at;
	const char *declarator = kin_arena_printf(&e->scratch, "%s %.*s", prefix, (int)(end - at), c->text + at);
	const char *declaration = kin_arena_printf(&e->scratch, "extern %s __asm__(\"kin_variable_%d\");", declarator,
	                                           e->compiler->sequence + 1);
	const char *initialiser = kin_arena_strndup(&e->scratch, c->text + end, stop - end);
	const char *definition = kin_arena_printf(&e->scratch, "%s %s;", declarator, initialiser);
	if (!name || !declarator || !declaration || !initialiser || !definition)
		return kin_error_nomem(e->error), FAILED;
	tried t = try_global(a, name, declaration, definition, "");
	/* What is no constant is assigned inside the function. */
	if (t == REFUSED && equals < to && !word_is(c, equals + 1, "{"))
		t = try_global(a, name, kin_arena_printf(&e->scratch, "extern %s __asm__(\"kin_variable_%d\");", declarator,
		                                         e->compiler->sequence + 1),
		               kin_arena_printf(&e->scratch, "%s;", declarator),
		               kin_arena_printf(&e->scratch, "%s %s", name, initialiser));
	return t;
}

/* int a = 1, b[3] = { 1, 2, 3 }; */
static tried try_variables(attempt *a, const cutting *c)
{
	size_t end = find_sign(c, 0, ";"), first = find_sign(c, 0, "=,[;"), prefix_end;
	tried t = REFUSED;

	for (prefix_end = first; prefix_end > 0 && c->words.items[prefix_end - 1].kind != KIN_WORD_NAME; prefix_end--)
		;
	prefix_end = prefix_end > 0 ? prefix_end - 1 : 0;
	while (prefix_end > 0 && word_is(c, prefix_end - 1, "*"))
		prefix_end--;
	if (prefix_end == 0)
		return REFUSED;
	for (size_t i = 0; i < prefix_end; i++)
		if (c->words.items[i].kind != KIN_WORD_NAME)
			return REFUSED;
	const char *prefix = kin_arena_strndup(&a->e->scratch, c->text, c->words.items[prefix_end].at);
	for (size_t from = prefix_end; prefix && from < end;) {
		size_t to = find_sign(c, from, ",;");
		if ((t = declare_one(a, c, prefix, from, to)) != DONE)
			return t;
		from = to + 1;
	}
	return t;
}

/* The `(` of `int g(void);`; 0: it is none. */
static size_t prototype_at(const cutting *c)
{
	size_t bracket = find_sign(c, 0, "(=;"), end;

	if (bracket < 2 || !word_is(c, bracket, "(") || c->words.items[bracket - 1].kind != KIN_WORD_NAME)
		return 0;
	end = find_sign(c, bracket + 1, ")") + 1;
	return end < c->words.count && (word_is(c, end, ";") || c->words.items[end].kind == KIN_WORD_END) ? bracket : 0;
}

static tried try_definition(attempt *a, const cutting *c)
{
	size_t brace = find_sign(c, 0, "{");
	bool has_brace = c->words.items[brace].kind != KIN_WORD_END, is_tag;

	is_tag = word_is(c, 0, "struct") || word_is(c, 0, "union") || word_is(c, 0, "enum");
	if (word_is(c, 0, "typedef") || (is_tag && has_brace && brace <= 2))
		return try_type(a, c, is_tag ? 1 : 0);
	if (prototype_at(c))
		return try_type(a, c, prototype_at(c) - 1);
	if (has_brace && brace > 0 && word_is(c, brace - 1, ")"))
		return try_function(a, c, brace);
	return try_variables(a, c);
}

static tried try_include(attempt *a, const char *text)
{
	char name[32];
	kin_text user;

	snprintf(name, sizeof(name), "#%d", a->e->compiler->sequence);
	kin_text_init(&user);
	tried t = try_line(a, NULL, text, "", &user, ";");
	kin_text_done(&user);
	if (t == REFUSED)
		keep_problem(a, text);
	if (t == DONE && !add_entry(a->e, name, text))
		return FAILED;
	return t;
}

/* ---- choosing ---- */

static bool is_one_of(const cutting *c, size_t i, const char *const *list)
{
	for (; *list; list++)
		if (word_is(c, i, *list))
			return true;
	return false;
}

/* Whether there is an assignment at no depth. */
static bool assigns(const cutting *c)
{
	static const char *const signs[] = { "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", NULL };
	int depth = 0;

	for (size_t i = 0; c->words.items[i].kind != KIN_WORD_END; i++) {
		const kin_word *w = &c->words.items[i];
		if (w->kind == KIN_WORD_SIGN && w->length == 1)
			depth += (strchr("([{", c->text[w->at]) != NULL) - (strchr(")]}", c->text[w->at]) != NULL);
		if (depth == 0 && is_one_of(c, i, signs))
			return true;
	}
	return false;
}

/* `Pet_list pets = …;`, `Pet *pet = …;`: a type of the app's. `a * b` too, but that ends otherwise. */
static bool declares(const cutting *c)
{
	size_t i = 1;

	while (word_is(c, i, "*"))
		i++;
	return c->words.items[0].kind == KIN_WORD_NAME && c->words.items[i].kind == KIN_WORD_NAME &&
	       (i == 1 || word_is(c, i + 1, "=") || word_is(c, i + 1, ";"));
}

static tried try_forms(attempt *a, const cutting *c)
{
	static const char *const statements[] = {
		"if", "for", "while", "do", "switch", "return", "goto", "{", "kin_each", "kin_stream", NULL,
	};
	static const char *const definitions[] = {
		"struct", "union", "enum", "typedef", "static", "extern", "int", "char", "long", "short", "unsigned",
		"signed", "float", "double", "bool", "const", "void", "size_t", NULL,
	};
	static const char *const ours[] = { "app", "session", NULL };
	size_t last = c->words.count - 1;
	bool ends = last > 0 && word_is(c, last - 1, ";");
	tried t;

	if (word_is(c, 0, "#"))
		return try_include(a, c->text);
	if (is_one_of(c, 0, statements))
		return try_statement(a, c->text);
	if (c->words.items[0].kind == KIN_WORD_NAME && word_is(c, 1, "=") && !is_one_of(c, 0, ours)) {
		const char *name = word_text(a->e, c, 0);
		size_t from = c->words.items[2].at, to = c->words.items[ends ? last - 1 : last].at;
		const char *expression = kin_arena_strndup(&a->e->scratch, c->text + from, to - from);
		if (!name || !expression)
			return kin_error_nomem(a->e->error), FAILED;
		if (find_entry(a->e, name) >= 0 && (t = try_statement(a, c->text)) != REFUSED)
			return t;
		return try_variable(a, name, expression);
	}
	if ((is_one_of(c, 0, definitions) || declares(c)) && (t = try_definition(a, c)) != REFUSED)
		return t;
	if (!ends && !assigns(c) && (t = try_expression(a, c->text)) != REFUSED)
		return t;
	if (ends || assigns(c))
		if ((t = try_statement(a, c->text)) != REFUSED)
			return t;
	return REFUSED;
}

static tried try_text(attempt *a, const char *text)
{
	cutting c = { .text = text };
	tried t = kin_words_cut(&c.words, text) ? DONE : FAILED;

	if (t == DONE && c.words.count > 1)
		t = try_forms(a, &c);
	else if (t == FAILED)
		kin_error_nomem(a->e->error);
	kin_vec_done(&c.words);
	return t;
}

/* First with relationships loaded where they are named; if the types do not allow that, as it stands. */
static tried try_forgiven(attempt *a, const char *text)
{
	kin_text loading, plain;
	tried t = FAILED;

	kin_text_init(&loading);
	kin_text_init(&plain);
	if (kin_forgive(&loading, text, &a->e->names, true, a->e->error) == KIN_OK &&
	    kin_forgive(&plain, text, &a->e->names, false, a->e->error) == KIN_OK) {
		t = try_text(a, loading.data);
		if (t == REFUSED && strcmp(loading.data, plain.data) != 0)
			t = try_text(a, plain.data);
	}
	kin_text_done(&loading);
	kin_text_done(&plain);
	return t;
}

kin_evaluation kin_evaluate(kin_evaluator *e, const char *text, kin_guard_outcome *ret_outcome)
{
	attempt a = { .e = e, .outcome = ret_outcome };

	kin_mem_free(e->problem);
	e->problem = NULL;
	tried t = kin_forgive_is_import(text) ? DONE : try_forgiven(&a, text);
	kin_arena_clear(&e->scratch);
	switch (t) {
	case DONE:
		return KIN_EVALUATED;
	case REFUSED:
		return KIN_NOT_COMPILED;
	case DIED:
		return KIN_CRASHED;
	case FAILED:
		break;
	}
	return KIN_NOT_TRIED;
}

void kin_evaluator_done(kin_evaluator *e)
{
	while (e->entries.count > 0)
		drop_entry(e, e->entries.items[e->entries.count - 1].name);
	kin_vec_done(&e->entries);
	kin_arena_done(&e->scratch);
	kin_mem_free(e->problem);
	e->problem = NULL;
}
