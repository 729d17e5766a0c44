/* url.h - where a database is: dialect://user:password@host:port/database?option=value, as in SQLAlchemy. */
#ifndef KIN_DB_URL_H
#define KIN_DB_URL_H

#include "base/arena.h"
#include "base/error.h"

typedef struct kin_url_option {
	const char *name;
	const char *value;
} kin_url_option;

/* Parts are decoded (%40 is @) and in the arena; NULL: not given. */
typedef struct kin_url {
	const char     *scheme;   /* "sqlite" */
	const char     *user;
	const char     *password;
	const char     *hosts;    /* "h1:5432,h2", as written */
	const char     *database; /* sqlite: the file; ":memory:" or NULL: in memory */
	kin_url_option *options;
	size_t          option_count;
} kin_url;

/* KIN_OK; KIN_ECONFIG with a sentence that never shows the password. sqlite:///app.db is relative to `directory`
 * (NULL: as it stands), sqlite:////var/app.db absolute. */
int kin_url_parse(kin_arena *arena, const char *text, const char *directory, kin_url *ret_url, kin_error *error);
/* The URL with the password as ***. In the arena. */
char *kin_url_show(kin_arena *arena, const kin_url *url);

#endif
