/* ask.h - small questions to a database: one number, one text. */
#ifndef KIN_MIGRATE_ASK_H
#define KIN_MIGRATE_ASK_H

#include "db/connection.h"

/* The first column of the first row; 0 if there is no row or it is NULL. */
int kin_ask_number(kin_connection *connection, const char *sql, int64_t *ret_number, kin_error *error);
/* The first column of the first row, in the arena; NULL if there is no row or it is NULL. */
int kin_ask_text(kin_connection *connection, kin_arena *arena, const char *sql, const char **ret_text, kin_error *error);
/* The first column of all rows with ", " between them. */
int kin_ask_list(kin_connection *connection, const char *sql, kin_text *out, kin_error *error);

#endif
