/* connect.c - connections to a cluster: made, watched, interrupted, ended. */
#include "base/mem.h"
#include "db/dqlite/driver.h"

void kin_dqlite_close(kin_connection *connection)
{
	kin_dqlite_connection *c = kin_dqlite_of(connection);

	kin_link_done(&c->link);
	kin_text_done(&c->message);
	kin_text_done(&c->node);
	kin_mem_free(c);
}

int kin_dqlite_open(kin_db *db, kin_connection **ret_connection, kin_error *error)
{
	kin_dqlite_connection *c = kin_mem_zalloc(sizeof(*c));
	int rc;

	if (!c)
		return kin_error_nomem(error);
	c->config = db->config;
	kin_text_init(&c->message);
	kin_text_init(&c->node);
	if (!kin_link_init(&c->link))
		rc = kin_error_nomem(error);
	else
		rc = kin_dqlite_seek(c, KIN_ECANTOPEN, error);
	if (rc < 0) {
		kin_dqlite_close(&c->base);
		return rc;
	}
	*ret_connection = &c->base;
	return KIN_OK;
}

bool kin_dqlite_alive(const kin_connection *connection)
{
	return kin_link_quiet(&((const kin_dqlite_connection *)connection)->link);
}

void kin_dqlite_begin_work(kin_dqlite_connection *c)
{
	if (__atomic_exchange_n(&c->interrupted, false, __ATOMIC_ACQUIRE))
		kin_link_calm(&c->link);
	__atomic_store_n(&c->busy, true, __ATOMIC_RELEASE);
}

void kin_dqlite_end_work(kin_dqlite_connection *c)
{
	__atomic_store_n(&c->busy, false, __ATOMIC_RELEASE);
	if (__atomic_exchange_n(&c->interrupted, false, __ATOMIC_ACQUIRE))
		kin_link_calm(&c->link);
}

/* While nothing runs there is nothing to stop, and what runs next is not meant. */
void kin_dqlite_interrupt(kin_connection *connection)
{
	kin_dqlite_connection *c = kin_dqlite_of(connection);

	if (!__atomic_load_n(&c->busy, __ATOMIC_ACQUIRE))
		return;
	__atomic_store_n(&c->interrupted, true, __ATOMIC_RELEASE);
	kin_link_wake(&c->link);
}
