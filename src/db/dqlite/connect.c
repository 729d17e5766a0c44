/* connect.c - connections to a cluster: made, watched, interrupted, ended. */
#include "base/clock.h"
#include "base/mem.h"
#include "db/dqlite/driver.h"

enum { PING_ANSWER = 65536 }; /* bytes: what is longer is none */

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

/* Who leads? It gets the time that connecting may take. In front of the answer are those that nobody has waited for. */
bool kin_dqlite_ping(kin_connection *connection)
{
	kin_dqlite_connection *c = kin_dqlite_of(connection);
	int64_t deadline = kin_clock_steady() + INT64_C(1000) * c->config->connect_timeout;
	size_t start = kin_frame_begin(&c->link.out, KIN_ASK_LEADER);

	kin_frame_put_u64(&c->link.out, 0);
	kin_frame_end(&c->link.out, start);
	c->base.trips++;
	kin_link_end end = kin_link_send(&c->link, deadline);
	for (size_t left = c->owed + 1; end == KIN_LINK_OK && left > 0; left--)
		end = kin_link_receive(&c->link, PING_ANSWER, deadline, &c->frame);
	c->owed = 0;
	if (end == KIN_LINK_OK && c->frame.type == KIN_ANSWER_NODE)
		return true;
	kin_dqlite_drop(c);
	return false;
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
