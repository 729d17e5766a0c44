/* shell.c - `kin shell`: reads lines, runs them, says what went wrong. */
#include "shell/shell.h"

#include <dlfcn.h>
#include <editline/readline.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "app/ui.h"
#include "db/connection.h"
#include "orm/session_state.h"
#include "shell/complete.h"
#include "shell/evaluate.h"
#include "shell/prelude.h"
#include "shell/words.h"
#include "value/show.h"

typedef struct shell {
	kin_cli      *cli;
	kin_session  *session;
	kin_session **session_variable; /* the lines' own `session`, which a line may set */
	kin_compiler  compiler;
	kin_evaluator evaluator;
	const char   *history;
	bool          is_terminal;
	bool          failed; /* a line did */
} shell;

static const char help[] =
	"A line is C. Expressions print themselves; `x = expression` makes a variable; definitions, loops and\n"
	"blocks of several lines work. In scope: the app's models, app, session, db.\n\n"
	"  pet = kin_new(session, Pet, .name = \"Ben\")      or  pet = Pet(name=\"Ben\")\n"
	"  kin_add(session, pet)                           or  db.session.add(pet)\n"
	"  kin_commit(session)                             or  db.session.commit()\n"
	"  kin_all(session, Pet, \"name like ?\", \"B%\")      or  Pet.query.filter_by(name=\"Ben\").all()\n\n"
	"Tab completes; Ctrl-C stops a line; a crash loses the line, not the shell. `exit` or Ctrl-D leaves.\n";

/* ---- names ---- */

static int collect_names(shell *s)
{
	kin_registry *registry = kin_registry_default();
	kin_arena *arena = &s->cli->arena;
	size_t models, relations = 0;

	if (!registry)
		return kin_error_nomem(&s->cli->error);
	int rc = kin_registry_configure(registry, &s->cli->error);
	if (rc < 0)
		return rc;
	models = kin_registry_count(registry);
	for (size_t m = 0; m < models; m++)
		relations += kin_registry_mapping(registry, m)->relation_count;
	const char **names = kin_arena_alloc(arena, (models + 1) * sizeof(*names));
	kin_forgive_relation *all = kin_arena_alloc(arena, (relations + 1) * sizeof(*all));
	if (!names || !all)
		return kin_error_nomem(&s->cli->error);
	kin_forgive_names *n = &s->evaluator.names;
	for (size_t m = 0; m < models; m++) {
		const kin_mapping *mapping = kin_registry_mapping(registry, m);
		names[n->model_count++] = mapping->name;
		for (size_t r = 0; r < mapping->relation_count; r++)
			all[n->relation_count++] =
				(kin_forgive_relation){ mapping->relations[r]->name, mapping->relations[r]->to_many };
	}
	n->models = names;
	n->relations = all;
	return KIN_OK;
}

/* ---- scope ---- */

static void show_value(const kin_value *value)
{
	kin_text text;

	kin_text_init(&text);
	kin_show_value(&text, value);
	fputs(text.data, stdout);
	kin_text_done(&text);
}

/* Load what every line refers to, and give `app`, `session` and the printing function their values. */
static int open_scope(shell *s)
{
	dlopen("libm.so.6", RTLD_NOW | RTLD_GLOBAL);
	void *handle = dlopen(s->compiler.prelude, RTLD_NOW | RTLD_GLOBAL);
	kin_app **app = handle ? dlsym(handle, KIN_PRELUDE_APP) : NULL;
	void (**show)(const kin_value *) = handle ? dlsym(handle, KIN_PRELUDE_SHOW) : NULL;

	s->session_variable = handle ? dlsym(handle, KIN_PRELUDE_SESSION) : NULL;
	if (!app || !show || !s->session_variable)
		return kin_error_set(&s->cli->error, KIN_EBUILD, "the shell's own part does not load: %s", dlerror());
	if (!(s->session = kin_session_new(s->cli->app->db)))
		return kin_error_nomem(&s->cli->error);
	if (kin_cli_option(s->cli, "sandbox") && kin_session_sandbox(s->session) < 0)
		return kin_error_move(&s->cli->error, &s->session->error);
	*app = s->cli->app;
	*show = show_value;
	*s->session_variable = s->session;
	return KIN_OK;
}

static void interrupt(void *context)
{
	shell *s = context;

	if (s->session->connection)
		kin_connection_interrupt(s->session->connection);
}

/* ---- running a line ---- */

static void complain(shell *s, const char *text)
{
	size_t n = strlen(text);

	fflush(stdout);
	fprintf(stderr, "%serror:%s %s%s", kin_ui_red(stderr), kin_ui_plain(stderr), text,
	        n > 0 && text[n - 1] == '\n' ? "" : "\n");
	s->failed = true;
}

static void tell_crash(shell *s, const kin_guard_outcome *outcome)
{
	char text[200];

	if (outcome->signal == SIGINT)
		snprintf(text, sizeof(text), "interrupted");
	else if (outcome->signal == SIGSEGV && outcome->impossible)
		snprintf(text, sizeof(text), "an address that cannot be read: a relationship that is not loaded? "
		         "kin_load(object, member) loads it");
	else if (outcome->signal == SIGSEGV)
		snprintf(text, sizeof(text), "%s at %p; the line is lost, the shell goes on", strsignal(outcome->signal),
		         outcome->address);
	else
		snprintf(text, sizeof(text), "%s; the line is lost, the shell goes on", strsignal(outcome->signal));
	complain(s, text);
}

/* What the session has to say after a line. Told once: at a prompt, an error that has been read need not stick, unless the
 * transaction is lost with it. */
static void tell_session(shell *s)
{
	kin_session *session = *s->session_variable;

	if (!session || session->error.code == 0)
		return;
	complain(s, kin_error_text(&session->error));
	if (session->error.sql)
		fprintf(stderr, "  SQL: %s\n", session->error.sql);
	if (session->needs_rollback)
		fprintf(stderr, "  kin_rollback(session), or db.session.rollback(), goes on from the last commit\n");
	else
		kin_error_clear(&session->error);
}

static void run_text(shell *s, const char *text)
{
	kin_guard_outcome outcome = { 0 };

	switch (kin_evaluate(&s->evaluator, text, &outcome)) {
	case KIN_EVALUATED:
		break;
	case KIN_NOT_COMPILED:
		complain(s, s->evaluator.problem ? s->evaluator.problem : "that is no C");
		break;
	case KIN_CRASHED:
		tell_crash(s, &outcome);
		break;
	case KIN_NOT_TRIED:
		complain(s, kin_error_text(&s->cli->error));
		kin_error_clear(&s->cli->error);
		break;
	}
	tell_session(s);
}

/* ---- reading ---- */

static char *read_line(shell *s, bool goes_on)
{
	char *line = NULL;
	size_t size = 0;

	if (s->is_terminal)
		return readline(goes_on ? "...> " : "kin> ");
	ssize_t n = getline(&line, &size, stdin);
	if (n < 0) {
		free(line);
		return NULL;
	}
	if (n > 0 && line[n - 1] == '\n')
		line[--n] = '\0';
	if (n > 0 && line[n - 1] == '\r')
		line[--n] = '\0';
	return line;
}

static bool is_leaving(const char *text)
{
	static const char *const words[] = { "exit", "exit()", "exit();", "quit", "quit()", "quit();", ":q" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return false;
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

static void take_text(shell *s, const char *text)
{
	if (is_blank(text))
		return;
	if (s->is_terminal) {
		add_history(text);
		if (s->history)
			write_history(s->history);
	}
	if (strcmp(text, "help") == 0 || strcmp(text, "help()") == 0 || strcmp(text, "?") == 0)
		fputs(help, stdout);
	else
		run_text(s, text);
	fflush(stdout);
}

static void read_and_run(shell *s)
{
	kin_text text;
	char *line;

	kin_text_init(&text);
	while ((line = read_line(s, text.length > 0)) || kin_guard_pressed()) {
		if (!line || kin_guard_pressed()) { /* Ctrl-C at the prompt: begin again */
			putchar('\n');
			clearerr(stdin);
			free(line);
			kin_text_clear(&text);
			continue;
		}
		if (text.length > 0)
			kin_text_add_char(&text, '\n');
		kin_text_add(&text, line);
		free(line);
		if (kin_words_open(text.data)) {
			if (text.data[text.length - 1] == '\\')
				kin_text_cut(&text, text.length - 1);
			continue;
		}
		if (is_leaving(text.data))
			break;
		take_text(s, text.data);
		kin_text_clear(&text);
	}
	if (text.length > 0 && !is_leaving(text.data))
		take_text(s, text.data);
	kin_text_done(&text);
}

static void start_terminal(shell *s)
{
	const char *home = getenv("HOME");

	rl_readline_name = (char *)(uintptr_t)"kin";
	rl_initialize();
	s->history = home ? kin_path_join(&s->cli->arena, home, ".kin_history") : NULL;
	if (s->history)
		read_history(s->history);
	kin_complete_start(&s->evaluator);
	printf("kin %s on C (%s)\nApp: %s\nDatabase: %s\nType help for help.\n", KIN_VERSION, __VERSION__,
	       kin_app_name(s->cli->app), kin_db_url(s->cli->app->db));
}

/* ---- the command ---- */

static int start(shell *s)
{
	kin_cli *cli = s->cli;
	int rc;

	if ((rc = kin_cli_app(cli)) < 0 || (rc = collect_names(s)) < 0 ||
	    (rc = kin_compiler_start(&s->compiler, cli->app, s->evaluator.names.models, s->evaluator.names.model_count,
	                             &cli->error)) < 0 ||
	    (rc = open_scope(s)) < 0)
		return rc;
	if (!kin_guard_start(interrupt, s))
		return kin_error_nomem(&cli->error);
	return KIN_OK;
}

static int run(kin_cli *cli)
{
	shell s = { .cli = cli, .is_terminal = isatty(STDIN_FILENO) };
	int status = 0;

	s.evaluator.compiler = &s.compiler;
	s.evaluator.error = &cli->error;
	if (start(&s) < 0) {
		status = kin_cli_fail(cli);
	} else {
		if (s.is_terminal)
			start_terminal(&s);
		read_and_run(&s);
		if (s.is_terminal)
			putchar('\n');
		else
			status = s.failed ? 1 : 0;
		kin_guard_stop();
	}
	kin_evaluator_done(&s.evaluator);
	kin_free(s.session);
	kin_compiler_done(&s.compiler);
	return status;
}

static const kin_option options[] = {
	{ "sandbox", 0, NULL, "Roll everything back at the end, commits too" },
	{ NULL, 0, NULL, NULL },
};

const kin_command kin_shell_command = {
	.name = "shell",
	.options = options,
	.summary = "A prompt that speaks C, with the app's models in scope",
	.details = "With lines on standard input it runs them; exit status 1 if one of them failed.",
	.run = run,
};
