/* common.c - a connection, statements, and the two tables as kin's migrations make them. */
#include "mariadb.h"

#include <stdio.h>

static void fail(MYSQL *c)
{
	bench_fail("%s", mysql_error(c));
}

static void fail_statement(MYSQL_STMT *statement)
{
	bench_fail("%s", mysql_stmt_error(statement));
}

void execute(MYSQL *c, const char *sql)
{
	if (mysql_query(c, sql) != 0)
		fail(c);
}

/* mariadb://USER@/DATABASE?socket=PATH, as tools/servers says it. */
MYSQL *connect_to(const bench_run *run)
{
	char user[64], database[64], socket[256];
	MYSQL *c = mysql_init(NULL);

	if (sscanf(run->database, "mariadb://%63[^@]@/%63[^?]?socket=%255s", user, database, socket) != 3)
		bench_fail("'%s' is not mariadb://USER@/DATABASE?socket=PATH", run->database);
	if (!c)
		bench_fail("out of memory");
	mysql_options(c, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (!mysql_real_connect(c, NULL, user, NULL, database, 0, socket, 0))
		fail(c);
	return c;
}

MYSQL_STMT *prepare(MYSQL *c, const char *sql)
{
	MYSQL_STMT *statement = mysql_stmt_init(c);

	if (!statement)
		bench_fail("out of memory");
	if (mysql_stmt_prepare(statement, sql, -1) != 0)
		fail_statement(statement);
	return statement;
}

void run_statement(MYSQL_STMT *statement)
{
	if (mysql_stmt_execute(statement) != 0)
		fail_statement(statement);
}

bool fetch(MYSQL_STMT *statement)
{
	int rc = mysql_stmt_fetch(statement);

	if (rc != 0 && rc != MYSQL_NO_DATA)
		fail_statement(statement);
	return rc == 0;
}

MYSQL_BIND integer_bind(int64_t *value, my_bool *null)
{
	return (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = value, .is_null = null };
}

MYSQL_BIND text_bind(char *text, unsigned long *length, my_bool *null)
{
	return (MYSQL_BIND){
		.buffer_type = MYSQL_TYPE_STRING, .buffer = text, .buffer_length = TEXT_SIZE, .length = length, .is_null = null,
	};
}

void make_tables(bench_run *run)
{
	MYSQL *c = connect_to(run);

	execute(c, "drop table if exists pets");
	execute(c, "drop table if exists owners");
	execute(c, "create table owners (id bigint not null auto_increment, name longtext,"
	           " constraint pk_owners primary key (id)) engine innodb, character set utf8mb4");
	execute(c, "create table pets (id bigint not null auto_increment, name longtext, species longtext, owner_id bigint,"
	           " constraint pk_pets primary key (id), index ix_pets_owner_id (owner_id),"
	           " constraint fk_pets_owner_id_owners foreign key (owner_id) references owners (id))"
	           " engine innodb, character set utf8mb4");
	mysql_close(c);
}

void analyse(bench_run *run)
{
	MYSQL *c = connect_to(run);

	execute(c, "analyze table owners, pets");
	mysql_free_result(mysql_store_result(c));
	mysql_close(c);
}
