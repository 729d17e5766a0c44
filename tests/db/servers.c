/* servers.c - the databases of servers that tests are given. */
#include "db/servers.h"

#include <unistd.h>

void each_server(const char *scheme, void (*body)(const char *url))
{
	char *urls = strdup(getenv("KIN_SUITE_URLS") ? getenv("KIN_SUITE_URLS") : ""), *save = NULL;

	for (char *url = strtok_r(urls, " ", &save); url; url = strtok_r(NULL, " ", &save))
		if (!scheme || (strncmp(url, scheme, strlen(scheme)) == 0 && url[strlen(scheme)] == ':'))
			body(url);
	free(urls);
}

bool is_cluster(const kin_db *db)
{
	return strncmp(kin_db_url(db), "dqlite:", 7) == 0;
}

bool is_dialect(const kin_db *db, const char *dialect)
{
	return strcmp(kin_db_dialect(db), dialect) == 0;
}

/* What a failed test has left open would hold up the others. It may end by itself (1094). */
static void make_anew(kin_connection *c)
{
	kin_statement *statement = first_row(c, "select concat('BEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR 1094 BEGIN END; ',"
	                                        " (select coalesce(group_concat('KILL ', id, '; ' separator ''), '')"
	                                        " from information_schema.processlist where db = database() and id <> connection_id()),"
	                                        " 'END; DROP DATABASE ', database(), '; CREATE DATABASE ', database(),"
	                                        " ' CHARACTER SET utf8mb4; USE ', database())");
	kin_value sql;

	CHECK_INT(kin_statement_value(statement, 0, KIN_KIND_TEXT, &sql, NULL), KIN_OK);
	run(c, sql.as.data);
	kin_statement_close(statement);
}

void make_empty(kin_connection *c)
{
	kin_dialect_id id = kin_connection_dialect(c)->id;

	if (id == KIN_POSTGRESQL)
		run(c, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND"
		       " datname = current_database(); DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public");
	else if (id == KIN_MARIADB)
		make_anew(c);
}

bool with_sanitizer(void)
{
#if defined(__SANITIZE_ADDRESS__)
	return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
	return true;
#endif
#endif
	return false;
}

kin_db *open_emptied(kin_db_options options)
{
	static int counter;
	char own[600];

	if (strncmp(options.url, "dqlite:", 7) == 0) {
		snprintf(own, sizeof(own), "%s-%d-%d", options.url, (int)getpid(), counter++);
		options.url = own;
	}
	kin_db *db = open_with(options);
	kin_connection *c = acquire(db);
	make_empty(c);
	kin_db_release(db, c);
	return db;
}
