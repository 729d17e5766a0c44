/* driver.c - MariaDB as a driver: the table that a kin_db finds its functions in. */
#include "db/mariadb/driver.h"

#include "db/db.h"

static void done(kin_db *db)
{
	kin_maria_config *config = db->config;

	if (config)
		kin_maria_watch_done(&config->watch);
}

static bool in_transaction(const kin_connection *connection)
{
	return ((const kin_maria_connection *)connection)->in_transaction;
}

static size_t parameters(const kin_statement *statement)
{
	return ((const kin_maria_statement *)statement)->parameter_count;
}

static size_t columns(const kin_statement *statement)
{
	return ((const kin_maria_statement *)statement)->column_count;
}

static const char *column_name(const kin_statement *statement, size_t column)
{
	const kin_maria_statement *s = (const kin_maria_statement *)statement;

	return column < s->column_count ? s->columns[column].name : "";
}

static const char *const schemes[] = { "mysql", "mariadb", NULL };

/* Both transactions begin the same: InnoDB locks rows, when they are written. */
KIN_API const kin_driver kin_driver_mariadb = {
	.abi            = KIN_DRIVER_ABI,
	.version        = KIN_VERSION,
	.name           = "mariadb",
	.schemes        = schemes,
	.dialect        = &kin_dialect_mariadb,
	.begin          = { [KIN_BEGIN_READ] = "START TRANSACTION", [KIN_BEGIN_WRITE] = "START TRANSACTION" },
	.configure      = kin_maria_configure,
	.done           = done,
	.open           = kin_maria_open,
	.close          = kin_maria_close,
	.alive          = kin_maria_alive,
	.in_transaction = in_transaction,
	.interrupt      = kin_maria_interrupt,
	.run            = kin_maria_run,
	.limit          = kin_maria_limit,
	.reflect        = kin_maria_reflect,
	.prepare        = kin_maria_prepare,
	.finalise       = kin_maria_finalise,
	.reset          = kin_maria_reset,
	.parameters     = parameters,
	.bind           = kin_maria_bind,
	.bind_cells     = kin_maria_bind_cells,
	.step           = kin_maria_step,
	.columns        = columns,
	.column_name    = column_name,
	.value          = kin_maria_value,
	.integer        = kin_maria_integer,
	.read           = kin_maria_read,
	.read_size      = kin_maria_read_size,
	.make           = kin_maria_make,
	.stream         = kin_maria_stream,
	.repeat         = kin_maria_repeat,
	.ping           = kin_maria_ping,
};
