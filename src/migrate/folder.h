/* folder.h - the directory that holds a project's revisions.
 *
 *     migrations/migrations.ini     settings, all of them commented
 *     migrations/versions/….sql     the revisions
 */
#ifndef KIN_MIGRATE_FOLDER_H
#define KIN_MIGRATE_FOLDER_H

#include "migrate/revision.h"
#include "migrate/script.h"

#define KIN_FOLDER_SETTINGS "migrations.ini"
#define KIN_FOLDER_VERSIONS "versions"

/* A file that is in memory: "versions/1a2b_create_pets.sql", or the settings. */
typedef struct kin_folder_file {
	const char *name;
	const char *data; /* NUL-terminated */
	size_t      size;
} kin_folder_file;

typedef struct kin_folder {
	kin_arena         *arena;     /* borrowed; all of it is in there */
	const char        *directory; /* migrations/ */
	const char        *versions;  /* migrations/versions */
	kin_script        *scripts;   /* in the order of the graph: script i is revision i */
	kin_revision_graph graph;
	int                slug_length;  /* settings; 40 */
	int                lock_timeout; /* seconds; 10 */
	int                statement_timeout; /* seconds; 0: none */
	const kin_folder_file *files; /* it is in memory; NULL: in the file system */
	size_t             file_count;
} kin_folder;

/* Make the directory. What is made is reported: the path ends with / for a directory. KIN_EEXISTS when there is one
 * that is not empty, and then nothing has been changed. */
int kin_folder_init(const char *directory, void (*made)(void *context, const char *path), void *context,
                    kin_error *error);

/* Read all of it. KIN_ENOTFOUND when there is none ("run `kin db init` first"); KIN_EREVISION, KIN_ESYNTAX with every file's
 * problem on a line of its own, file:line first, or file:line:column. */
int kin_folder_read(kin_arena *arena, const char *directory, kin_folder *ret_folder, kin_error *error);

/* The same of files in memory, which must live as long as the folder. `name` is the directory's in messages. */
int kin_folder_read_files(kin_arena *arena, const char *name, const kin_folder_file *files, size_t count,
                          kin_folder *ret_folder, kin_error *error);
/* The text of a revision's file. Borrowed from the folder. */
int kin_folder_text(const kin_folder *folder, const kin_script *script, const char **ret_text, size_t *ret_size, kin_error *error);

/* Write a new revision's file, as one step; fills .path, and .id and .date where they are NULL. KIN_EEXISTS; KIN_EREVISION for
 * an id that no file can be named after. */
int kin_folder_write(const kin_folder *folder, kin_script *script, kin_error *error);

/* The schema after the revisions in `applied` (NULL: all). No database is needed. `dialect` NULL: what stands in `-- only:`
 * blocks is left out; else that dialect's are applied. KIN_EREVISION with file:line where a revision does not fit what
 * comes before it. */
int kin_folder_replay(kin_arena *arena, const kin_folder *folder, const kin_dialect *dialect, const bool *applied,
                      kin_schema *ret_schema, kin_error *error);
/* Every revision upgraded and downgraded on paper: the first that does not fit is the error. */
int kin_folder_check(const kin_folder *folder, kin_error *error);

#endif
