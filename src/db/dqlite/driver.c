/* driver.c - dqlite as a driver: SQLite, replicated by Raft, behind a wire protocol of its own. No client library is needed. */
#include "db/dqlite/driver.h"

#include "db/sqlite/reflect.h"

static bool in_transaction(const kin_connection *connection)
{
	return ((const kin_dqlite_connection *)connection)->in_transaction;
}

static size_t parameters(const kin_statement *statement)
{
	return ((const kin_dqlite_statement *)statement)->parameter_count;
}

static size_t columns(const kin_statement *statement)
{
	return ((const kin_dqlite_statement *)statement)->column_count;
}

static const char *column_name(const kin_statement *statement, size_t column)
{
	return ((const kin_dqlite_statement *)statement)->columns[column];
}

static const char *const schemes[] = { "dqlite", NULL };

KIN_API const kin_driver kin_driver_dqlite = {
	.abi            = KIN_DRIVER_ABI,
	.version        = KIN_VERSION,
	.name           = "dqlite",
	.schemes        = schemes,
	.dialect        = &kin_dialect_dqlite,
	.begin          = { [KIN_BEGIN_READ] = "BEGIN", [KIN_BEGIN_WRITE] = "BEGIN IMMEDIATE" },
	.configure      = kin_dqlite_configure,
	.done           = kin_dqlite_unconfigure,
	.open           = kin_dqlite_open,
	.close          = kin_dqlite_close,
	.alive          = kin_dqlite_alive,
	.in_transaction = in_transaction,
	.interrupt      = kin_dqlite_interrupt,
	.run            = kin_dqlite_run,
	.reflect        = kin_sqlite_reflect,
	.prepare        = kin_dqlite_prepare,
	.finalise       = kin_dqlite_finalise,
	.reset          = kin_dqlite_reset,
	.parameters     = parameters,
	.bind           = kin_dqlite_bind,
	.bind_cells     = kin_dqlite_bind_cells,
	.step           = kin_dqlite_step,
	.columns        = columns,
	.column_name    = column_name,
	.value          = kin_dqlite_value,
	.integer        = kin_dqlite_integer,
	.read           = kin_dqlite_read,
	.read_size      = kin_dqlite_read_size,
	.repeat         = kin_dqlite_repeat,
	.ping           = kin_dqlite_ping,
};
