/* driver.c - PostgreSQL as a driver: the table that a kin_db finds its functions in. */
#include "db/postgresql/driver.h"

static void done(kin_db *db)
{
	(void)db;
}

static bool in_transaction(const kin_connection *connection)
{
	return ((const kin_pg_connection *)connection)->in_transaction;
}

static size_t parameters(const kin_statement *statement)
{
	return ((const kin_pg_statement *)statement)->parameter_count;
}

static size_t columns(const kin_statement *statement)
{
	return (size_t)PQnfields(((const kin_pg_statement *)statement)->description);
}

static const char *column_name(const kin_statement *statement, size_t column)
{
	const char *name = PQfname(((const kin_pg_statement *)statement)->description, (int)column);

	return name ? name : "";
}

static const char *const schemes[] = { "postgresql", "postgres", NULL };

/* Both transactions begin the same: PostgreSQL locks rows, when they are written. */
KIN_API const kin_driver kin_driver_postgresql = {
	.abi            = KIN_DRIVER_ABI,
	.version        = KIN_VERSION,
	.name           = "postgresql",
	.schemes        = schemes,
	.dialect        = &kin_dialect_postgresql,
	.begin          = { [KIN_BEGIN_READ] = "BEGIN", [KIN_BEGIN_WRITE] = "BEGIN" },
	.configure      = kin_pg_configure,
	.done           = done,
	.open           = kin_pg_open,
	.close          = kin_pg_close,
	.alive          = kin_pg_alive,
	.in_transaction = in_transaction,
	.interrupt      = kin_pg_interrupt,
	.run            = kin_pg_run,
	.limit          = kin_pg_limit,
	.ping           = kin_pg_ping,
	.reflect        = kin_pg_reflect,
	.prepare        = kin_pg_prepare,
	.finalise       = kin_pg_finalise,
	.reset          = kin_pg_reset,
	.parameters     = parameters,
	.bind           = kin_pg_bind,
	.bind_cells     = kin_pg_bind_cells,
	.step           = kin_pg_step,
	.columns        = columns,
	.column_name    = column_name,
	.value          = kin_pg_value,
	.integer        = kin_pg_integer,
	.read           = kin_pg_read,
	.read_size      = kin_pg_read_size,
	.make           = kin_pg_make,
	.stream         = kin_pg_stream,
	.repeat         = kin_pg_repeat,
	.position       = kin_pg_position,
	.listen         = kin_pg_listen,
	.wait           = kin_pg_wait,
	.notify         = "SELECT (pg_catalog.pg_notify($1, $2) IS NULL)::int",
	.lock           = "SELECT (pg_catalog.pg_advisory_xact_lock($1) IS NULL)::int",
	.try_lock       = "SELECT pg_catalog.pg_try_advisory_xact_lock($1)::int",
};
