/* history_sql.h - what history.c, journal.c and lock.c share. */
#ifndef KIN_MIGRATE_HISTORY_SQL_H
#define KIN_MIGRATE_HISTORY_SQL_H

#include "db/connection.h"

/* The statements that make the tables, without a semicolon at the end; as every database takes them. */
extern const char kin_history_tables[];

/* Run a statement with ? for values, which becomes $1 … where the database wants it so. */
int kin_history_execute(kin_connection *connection, const char *text, const kin_value *values, size_t count,
                        int64_t *ret_changed, kin_error *error);
/* A text column of the current row, in the arena. */
int kin_history_text(kin_statement *statement, size_t column, kin_arena *arena, const char **ret_text, kin_error *error);
/* "2026-11-22 13:45:00", in UTC, in the arena; NULL when memory is out. */
char *kin_history_now(kin_arena *arena);

#endif
