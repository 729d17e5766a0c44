/* reflect.h - what an SQLite database looks like. */
#ifndef KIN_DB_SQLITE_REFLECT_H
#define KIN_DB_SQLITE_REFLECT_H

#include "db/connection.h"

/* Tables in the order they were made, with everything that their CREATE statements say, then views and triggers. Virtual
 * tables, the tables behind them and sqlite_… are left out. SELECTs from pragma_table_list and sqlite_schema. KIN_ESYNTAX
 * when a table's text is not understood, naming it; KIN_ENOMEM; or a database error. */
int kin_sqlite_reflect(kin_connection *connection, kin_arena *arena, kin_schema *ret_schema, kin_error *error);

#endif
