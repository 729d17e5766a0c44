/* new.c - `kin new NAME`: the first files of an app. */
#include "cli/commands.h"

#include <ctype.h>
#include <string.h>

#include "base/file.h"

typedef struct starter_file {
	const char *path;
	const char *text; /* @ stands for the app's name */
} starter_file;

static const starter_file files[] = {
	{ "server/app.c",
	  "/* app.c - the application: its name and its default database. */\n"
	  "#include \"models.h\"\n\n"
	  "KIN_APP(@, .database = \"sqlite:///app.db\");\n" },
	{ "server/models.h",
	  "/* models.h - the tables as plain C structs. */\n"
	  "#ifndef MODELS_H\n#define MODELS_H\n\n#include <kin.h>\n\n"
	  "KIN_DECLARE(Note);\n\n"
	  "struct Note {\n\tint64_t     id;\n\tconst char *text;\n};\n\n#endif\n" },
	{ "server/models.c",
	  "/* models.c - how the structs map to tables. The column types come from the members. */\n"
	  "#include \"models.h\"\n\n"
	  "KIN_MODEL(Note, \"notes\") {\n"
	  "\tkin_column(id, .primary_key = true);\n"
	  "\tkin_column(text, .nullable = false);\n"
	  "\tkin_repr(\"<Note {text}>\");\n}\n" },
	{ "kin.ini",
	  "; Settings that go with the project. DATABASE_URL in the environment or in .env comes first.\n"
	  "[kin]\n; database = sqlite:///app.db\n\n"
	  "[packages]\ngcc = *\nlibc6-dev = *\n" },
	{ ".gitignore", ".kin/\n.env\n*.db\n*.db-journal\n*.db-wal\n*.db-shm\n" },
};

static bool is_identifier(const char *name)
{
	if (!isalpha((unsigned char)*name) && *name != '_')
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	return true;
}

/* As a shell completes it: garden/ */
static char *without_slashes(kin_arena *arena, const char *path)
{
	size_t length = strlen(path);

	while (length > 0 && path[length - 1] == '/')
		length--;
	return kin_arena_strndup(arena, path, length);
}

static int write_file(kin_cli *cli, const char *directory, const starter_file *file, const char *name)
{
	const char *path = kin_path_join(&cli->arena, directory, file->path), *at = strchr(file->text, '@');
	const char *text = file->text;
	int rc;

	if (at)
		text = kin_arena_printf(&cli->arena, "%.*s%s%s", (int)(at - file->text), file->text, name, at + 1);
	if (!path || !text)
		return kin_error_nomem(&cli->error);
	if ((rc = kin_file_create(path, text, strlen(text), &cli->error)) == KIN_OK)
		printf("Creating %s ... done\n", path);
	return rc;
}

static int run(kin_cli *cli)
{
	const char *directory = without_slashes(&cli->arena, cli->argv[0]);
	const char *name = directory ? kin_path_name(directory) : NULL;
	const char *server = directory ? kin_path_join(&cli->arena, directory, "server") : NULL;
	int rc = server ? KIN_OK : kin_error_nomem(&cli->error);

	if (rc == KIN_OK && !is_identifier(name))
		return kin_cli_usage(cli, "'%s' cannot be an app's name: use letters, digits and _", name);
	if (rc == KIN_OK && kin_file_exists(directory))
		rc = kin_error_set(&cli->error, KIN_EEXISTS, "%s exists already; nothing was changed", directory);
	if (rc == KIN_OK)
		rc = kin_file_make_directory(server, &cli->error);
	for (size_t i = 0; rc == KIN_OK && i < sizeof(files) / sizeof(files[0]); i++)
		rc = write_file(cli, directory, &files[i], name);
	if (rc < 0)
		return kin_cli_fail(cli);
	printf("Next: cd %s && kin db init && kin db migrate -m \"first\" && kin db upgrade && kin shell\n", directory);
	return 0;
}

const kin_command kin_new_command = {
	.name = "new",
	.usage = "NAME",
	.summary = "Make a new app: NAME/server with a model, NAME/kin.ini",
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run,
};
