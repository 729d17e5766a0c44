/* command.c - reads a command line by the commands' tables, and runs what it says. */
#include "app/command.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "app/ui.h"

static const kin_option common[] = {
	{ "app", 0, "DIR", "The app: its directory, or its shared object (default: here, or server/)" },
	{ "database", 0, "URL", "The database, before any other setting" },
	{ "echo", 0, NULL, "Print every statement that is sent" },
	{ "help", 'h', NULL, "Show this" },
	{ NULL, 0, NULL, NULL },
};

const char *kin_cli_option(const kin_cli *cli, const char *name)
{
	for (size_t i = cli->values.count; i-- > 0;)
		if (strcmp(cli->values.items[i].option, name) == 0)
			return cli->values.items[i].value;
	return NULL;
}

const char **kin_cli_option_all(kin_cli *cli, const char *name, size_t *ret_count)
{
	const char **all = kin_arena_alloc(&cli->arena, (cli->values.count + 1) * sizeof(*all));
	size_t n = 0;

	if (!all)
		return NULL;
	for (size_t i = 0; i < cli->values.count; i++)
		if (strcmp(cli->values.items[i].option, name) == 0)
			all[n++] = cli->values.items[i].value;
	all[n] = NULL;
	*ret_count = n;
	return all;
}

const char *kin_cli_argument(const kin_cli *cli, int index, const char *usual)
{
	return index < cli->argc ? cli->argv[index] : usual;
}

static const kin_command *find_command(const kin_command *const *commands, const char *name)
{
	for (; *commands; commands++)
		if (strcmp((*commands)->name, name) == 0)
			return *commands;
	return NULL;
}

/* A command of the app with the name of one of kin's own could never be run. */
static int check_names(kin_cli *cli)
{
	for (const kin_app_command *c = kin_app_commands(); c; c = c->next)
		if (find_command(cli->root->commands, c->name))
			return kin_error_set(&cli->error, KIN_ECONFIG, "KIN_COMMAND(%s, \"%s\"): `%s %s` is a command already; give this one "
			                     "another name", c->name, c->summary, cli->root->name, c->name);
	return KIN_OK;
}

int kin_cli_app(kin_cli *cli)
{
	int rc;

	if (cli->app)
		return KIN_OK;
	if ((rc = kin_app_open(&cli->app_options, &cli->app, &cli->error)) < 0 || (rc = check_names(cli)) == KIN_OK)
		return rc;
	kin_app_close(cli->app);
	cli->app = NULL;
	return rc;
}

int kin_cli_fail(kin_cli *cli)
{
	int code = cli->error.code;

	fflush(stdout);
	fprintf(stderr, "%serror:%s %s\n", kin_ui_red(stderr), kin_ui_plain(stderr), kin_error_text(&cli->error));
	if (cli->error.sql && code != KIN_EREVISION)
		fprintf(stderr, "  SQL: %s\n", cli->error.sql);
	return code == KIN_EUSAGE ? 2 : 1;
}

int kin_cli_usage(kin_cli *cli, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	kin_error_setv(&cli->error, KIN_EUSAGE, format, arguments);
	va_end(arguments);
	kin_error_context(&cli->error, "%s", cli->path);
	kin_cli_fail(cli);
	fprintf(stderr, "See `%s --help`.\n", cli->path);
	return 2;
}

/* "-y, --yes", "    --dialect NAME": its columns are counted, and written to `out` unless that is NULL. */
static int option_left(const kin_option *option, FILE *out)
{
	char letter[] = { option->letter ? '-' : ' ', option->letter ? option->letter : ' ', option->letter ? ',' : ' ', '\0' };
	const char *argument = option->argument ? option->argument : "";
	const char *space = *argument ? " " : "";

	return out ? fprintf(out, "%s --%s%s%s", letter, option->name, space, argument)
	           : snprintf(NULL, 0, "%s --%s%s%s", letter, option->name, space, argument);
}

static int wider(int width, const kin_option *options)
{
	for (; options && options->name; options++) {
		int left = option_left(options, NULL);
		width = left > width ? left : width;
	}
	return width;
}

static void show_options(const kin_option *options, int width)
{
	for (; options && options->name; options++) {
		fputs("  ", stdout);
		printf("%*s %s\n", width - option_left(options, stdout), "", options->summary);
	}
}

static void show_command(const char *name, const char *summary)
{
	printf("  %-12s %s\n", name, summary);
}

/* Where there is an app that works, its commands are kin's. */
static void show_app_commands(kin_cli *cli)
{
	if (kin_cli_app(cli) < 0) {
		if (cli->error.code != KIN_ENOTFOUND)
			printf("\n(the app's own commands are not known: %s)\n", kin_error_text(&cli->error));
		kin_error_clear(&cli->error);
		return;
	}
	if (kin_app_commands())
		printf("\n%sCommands of %s:%s\n", kin_ui_bold(stdout), kin_app_name(cli->app), kin_ui_plain(stdout));
	for (const kin_app_command *c = kin_app_commands(); c; c = c->next)
		show_command(c->name, c->summary);
}

static void show_heading(const char *heading)
{
	printf("\n%s%s:%s\n", kin_ui_bold(stdout), heading, kin_ui_plain(stdout));
}

void kin_command_help(kin_cli *cli, const kin_command *command)
{
	const char *usage = command->usage ? command->usage : command->commands ? "COMMAND [ARGUMENTS]" : "";

	printf("Usage: %s [OPTIONS]%s%s\n\n%s\n", cli->path, *usage ? " " : "", usage, command->summary);
	if (command->details)
		printf("\n%s\n", command->details);
	if (command->commands) {
		show_heading("Commands");
		for (const kin_command *const *c = command->commands; *c; c++)
			show_command((*c)->name, (*c)->summary);
	}
	if (command == cli->root)
		show_app_commands(cli);
	show_heading("Options");
	int width = wider(wider(26, command->options), common);
	show_options(command->options, width);
	show_options(common, width);
}

static const kin_option *find_option(const kin_option *options, const char *name)
{
	for (; options && options->name; options++)
		if (strcmp(options->name, name) == 0)
			return options;
	return NULL;
}

static size_t count_options(const kin_option *options)
{
	size_t n = 0;

	while (options && options[n].name)
		n++;
	return n;
}

typedef struct parsed {
	struct option *longs;
	char          *shorts;
} parsed;

static void add_option(parsed *p, size_t *n, const kin_option *option)
{
	size_t length = strlen(p->shorts);

	p->longs[(*n)++] = (struct option){ .name = option->name, .has_arg = option->argument ? 1 : 0, .val = 1 };
	if (option->letter) {
		p->shorts[length++] = option->letter;
		if (option->argument)
			p->shorts[length++] = ':';
		p->shorts[length] = '\0';
	}
}

/* A group's words stop at its command ('+'); a command's options may stand anywhere. ':' tells a missing value from an unknown
 * option. */
static bool make_table(kin_cli *cli, const kin_command *command, parsed *p)
{
	size_t own = count_options(command->options), n = 0;

	p->longs = kin_arena_zalloc(&cli->arena, (own + sizeof(common) / sizeof(common[0])) * sizeof(*p->longs));
	p->shorts = kin_arena_zalloc(&cli->arena, 2 * (own + sizeof(common) / sizeof(common[0])) + sizeof("+:"));
	if (!p->longs || !p->shorts)
		return false;
	strcpy(p->shorts, command->commands || command->verbatim ? "+:" : ":");
	for (size_t i = 0; i < own; i++)
		add_option(p, &n, &command->options[i]);
	for (const kin_option *o = common; o->name; o++)
		add_option(p, &n, o);
	return true;
}

static const kin_option *option_of_letter(const kin_command *command, int letter)
{
	for (const kin_option *o = command->options; o && o->name; o++)
		if (o->letter == letter)
			return o;
	for (const kin_option *o = common; o->name; o++)
		if (o->letter == letter)
			return o;
	return NULL;
}

/* Options whose names begin so; the list, if it is wanted, ends up with at most `most` of them. */
static size_t options_like(const kin_command *command, const char *start, size_t length, const char **list, size_t most)
{
	const kin_option *const tables[] = { command->options, common };
	size_t n = 0;

	for (size_t t = 0; t < 2; t++)
		for (const kin_option *o = tables[t]; o && o->name; o++)
			if (strncmp(o->name, start, length) == 0 && n < most)
				list[n++] = o->name;
	return n;
}

enum { MOST_NAMES = 128 };

static int unknown_long(kin_cli *cli, const kin_command *command, const char *word)
{
	const char *names[MOST_NAMES];
	size_t length = strcspn(word + 2, "="), n = options_like(command, word + 2, length, names, MOST_NAMES);
	int shown = (int)length + 2;

	if (n == 1 || (n > 1 && strlen(names[0]) == length))
		return kin_cli_usage(cli, "--%s takes no value", names[0]);
	if (n > 1)
		return kin_cli_usage(cli, "%.*s may be --%s or --%s", shown, word, names[0], names[1]);
	n = options_like(command, "", 0, names, MOST_NAMES);
	const char *name = kin_arena_strndup(&cli->arena, word + 2, length);
	const char *near = name ? kin_text_nearest(name, names, n) : NULL;
	return near ? kin_cli_usage(cli, "there is no option %.*s; did you mean --%s?", shown, word, near)
	            : kin_cli_usage(cli, "there is no option %.*s", shown, word);
}

/* What getopt_long() did not know: a letter, which may stand among others, or the word before optind. */
static int unknown_option(kin_cli *cli, const kin_command *command, char **argv)
{
	bool is_long = optopt == 0 || optopt == 1; /* 1: every long option's .val */

	if (is_long)
		return unknown_long(cli, command, argv[optind - 1]);
	if (isprint(optopt))
		return kin_cli_usage(cli, "there is no option -%c", optopt);
	return kin_cli_usage(cli, "there is no option with the byte %d", optopt & 0xff);
}

static bool is_step(const char *word)
{
	return word[0] == '-' && isdigit((unsigned char)word[1]);
}

/* Whether the word is an option whose value is the next word. */
static bool wants_value(const kin_command *command, const char *word)
{
	const char *name;

	if (word[0] != '-' || word[1] == '\0' || strchr(word, '='))
		return false;
	if (word[1] == '-') {
		if (options_like(command, word + 2, strlen(word + 2), &name, 1) != 1)
			return false;
		const kin_option *option = find_option(command->options, name);
		return (option ? option : find_option(common, name))->argument;
	}
	for (word++; *word; word++) {
		const kin_option *option = option_of_letter(command, *word);
		if (!option || option->argument)
			return option && word[1] == '\0';
	}
	return false;
}

/* `downgrade -1`: a number of steps back, not an option. Such words move behind a "--" at the end, unless they are the value of an
 * option, or stand behind a "--" already. */
static char **set_steps_aside(kin_cli *cli, const kin_command *command, int argc, char **argv, int *ret_argc)
{
	char **words = kin_arena_alloc(&cli->arena, ((size_t)argc + 2) * sizeof(*words));
	char **steps = kin_arena_alloc(&cli->arena, ((size_t)argc + 1) * sizeof(*steps));
	int n = 0, step_count = 0, i = 0;

	if (!words || !steps)
		return NULL;
	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (is_step(argv[i]))
			steps[step_count++] = argv[i];
		else
			words[n++] = argv[i];
		if (i > 0 && i + 1 < argc && wants_value(command, argv[i]))
			words[n++] = argv[++i];
	}
	if (i < argc || step_count > 0)
		words[n++] = "--";
	for (int s = 0; s < step_count; s++)
		words[n++] = steps[s];
	for (i++; i < argc; i++)
		words[n++] = argv[i];
	words[n] = NULL;
	*ret_argc = n;
	return words;
}

static void take_common(kin_cli *cli, const char *name, const char *value)
{
	if (strcmp(name, "app") == 0)
		cli->app_options.app = value;
	else if (strcmp(name, "database") == 0)
		cli->app_options.database = value;
	else if (strcmp(name, "echo") == 0)
		cli->app_options.echo = true;
}

/* Read the options of one level. -1: go on; else the exit status. */
static int read_options(kin_cli *cli, const kin_command *command, int argc, char **argv)
{
	parsed table;
	int c, index;

	if (!make_table(cli, command, &table))
		return kin_error_nomem(&cli->error), kin_cli_fail(cli);
	optind = 0;
	opterr = 0;
	while ((c = getopt_long(argc, argv, table.shorts, table.longs, &index)) != -1) {
		const kin_option *option = NULL;

		if (c == ':')
			return kin_cli_usage(cli, "%s needs a value", argv[optind - 1]);
		if (c == '?')
			return unknown_option(cli, command, argv);
		if (c == 1)
			option = find_option(command->options, table.longs[index].name);
		if (c == 1 && !option)
			option = find_option(common, table.longs[index].name);
		if (!option)
			option = option_of_letter(command, c);
		if (strcmp(option->name, "help") == 0) {
			kin_command_help(cli, command);
			return 0;
		}
		take_common(cli, option->name, optarg);
		kin_cli_value value = { option->name, optarg ? optarg : "" };
		if (!kin_vec_push(&cli->values, value))
			return kin_error_nomem(&cli->error), kin_cli_fail(cli);
	}
	return -1;
}

/* A command of the app's own, which gets its words as they are. */
static int run_app_command(kin_cli *cli, int argc, char **argv)
{
	const kin_app_command *command = kin_app_find_command(argv[0]);

	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		printf("Usage: %s %s [ARGUMENTS]\n\n%s\n", cli->path, command->name, command->summary);
		return 0;
	}
	return command->run(cli->app, argc, argv);
}

static int unknown_command(kin_cli *cli, const kin_command *command, const char *word)
{
	const char *names[MOST_NAMES];
	size_t n = 0;

	for (const kin_command *const *c = command->commands; *c && n < MOST_NAMES; c++)
		names[n++] = (*c)->name;
	for (const kin_app_command *c = cli->app ? kin_app_commands() : NULL; c && n < MOST_NAMES; c = c->next)
		names[n++] = c->name;
	const char *near = kin_text_nearest(word, names, n);
	return near ? kin_cli_usage(cli, "there is no command '%s'; did you mean '%s'?", word, near)
	            : kin_cli_usage(cli, "there is no command '%s'", word);
}

static int run_command(kin_cli *cli, const kin_command *command, int argc, char **argv);

static int run_group(kin_cli *cli, const kin_command *group, int argc, char **argv)
{
	if (argc == 0) {
		kin_command_help(cli, group);
		return 2;
	}
	const kin_command *command = find_command(group->commands, argv[0]);
	if (command) {
		cli->path = kin_arena_printf(&cli->arena, "%s %s", cli->path, command->name);
		if (!cli->path)
			return kin_error_nomem(&cli->error), kin_cli_fail(cli);
		return run_command(cli, command, argc, argv);
	}
	if (group == cli->root) {
		int rc = kin_cli_app(cli);
		if (rc == KIN_OK && kin_app_find_command(argv[0]))
			return run_app_command(cli, argc, argv);
		/* No app here: it is the command that is unknown. An app that is broken is what must be told. */
		if (rc < 0 && rc != KIN_ENOTFOUND)
			return kin_cli_fail(cli);
		if (rc == KIN_ENOTFOUND)
			fprintf(stderr, "(no app here, so only kin's own commands are known)\n");
	}
	return unknown_command(cli, group, argv[0]);
}

static int run_leaf(kin_cli *cli, const kin_command *command, int argc, char **argv)
{
	cli->command = command;
	cli->argc = argc;
	cli->argv = argv;
	if (argc > command->max_arguments)
		return kin_cli_usage(cli, "'%s' is one argument too many", argv[command->max_arguments]);
	if (argc < command->min_arguments)
		return kin_cli_usage(cli, "%s is missing", command->usage);
	return command->run(cli);
}

static int run_command(kin_cli *cli, const kin_command *command, int argc, char **argv)
{
	if (!command->commands && !command->verbatim &&
	    !(argv = set_steps_aside(cli, command, argc, argv, &argc)))
		return kin_error_nomem(&cli->error), kin_cli_fail(cli);
	int status = read_options(cli, command, argc, argv);
	if (status >= 0)
		return status;
	if (command == cli->root && kin_cli_option(cli, "version"))
		return puts("kin " KIN_VERSION), 0;
	argc -= optind;
	argv += optind;
	return command->commands ? run_group(cli, command, argc, argv) : run_leaf(cli, command, argc, argv);
}

/* What could not be written was not done: a full disk behind `kin db history >file`. */
static int flush_output(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "%serror:%s cannot write the output\n", kin_ui_red(stderr), kin_ui_plain(stderr));
	return status == 0 ? 1 : status;
}

int kin_command_main(const kin_command *root, int argc, char **argv)
{
	char no_name[] = "", *nothing[] = { no_name, NULL };
	kin_cli cli = { .root = root, .path = root->name };
	/* Nobody has to give a program its name. */
	int status = argc > 0 ? run_command(&cli, root, argc, argv) : run_command(&cli, root, 1, nothing);

	kin_app_close(cli.app);
	kin_vec_done(&cli.values);
	kin_error_clear(&cli.error);
	kin_arena_done(&cli.arena);
	return flush_output(status);
}
