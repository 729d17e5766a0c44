/* db_source.h - where a schema comes from: a database, a file, revisions, the models. */
#ifndef KIN_CLI_DB_SOURCE_H
#define KIN_CLI_DB_SOURCE_H

#include "cli/db_task.h"

typedef enum kin_db_source_kind {
	KIN_DB_SOURCE_URL,
	KIN_DB_SOURCE_FILE,
	KIN_DB_SOURCE_REVISIONS,
	KIN_DB_SOURCE_APP,
} kin_db_source_kind;

typedef struct kin_db_source {
	const char        *words;    /* as it was said */
	kin_db_source_kind kind;
	const char        *path;     /* of the file or directory; NULL: the app's own revisions */
	const char        *revision; /* NULL: the heads */
	kin_db            *db;       /* of a URL */
	const kin_dialect *dialect;  /* of a URL; NULL: portable */
} kin_db_source;

#define KIN_DB_SOURCE_USAGE "a database's URL, a file of DDL, migrations, migrations@REVISION, or app"

/* What the words name: `app`, a URL, a directory of revisions (perhaps @REVISION), a file. A database is opened read-only. KIN_EUSAGE
 * when it is none of these. Close it with kin_db_source_done(). */
int  kin_db_source_open(kin_cli *cli, const char *words, kin_db_source *ret_source);
void kin_db_source_done(kin_db_source *source);

/* The schema, in the cli's arena. `dialect`: whose `-- only:` blocks count; NULL: nobody's. */
int kin_db_source_schema(kin_cli *cli, const kin_db_source *source, const kin_dialect *dialect, kin_schema *ret_schema);

#endif
