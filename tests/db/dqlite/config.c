/* URLs of clusters. */
#include "db/dqlite/cluster.h"

static void refused(const char *url, const char *says)
{
	char *message = NULL;

	CHECK(!kin_db_open(&(kin_db_options){ .url = url }, &message));
	CHECK_HAS(message, says);
	free(message);
}

TEST(urls_that_say_too_little_or_too_much_are_refused)
{
	refused("dqlite:///db", "names no node");
	refused("dqlite://n1:9001", "dqlite://n1:9001/petshop");
	refused("dqlite://ann:secret@n1/db", "dqlite has no users");
	refused("dqlite://n1/db?timeout=soon", "timeout=soon in the database URL: expected a number of milliseconds");
	refused("dqlite://n1/db?connect_timeout=-1", "a number of seconds");
	refused("dqlite://n1/db?conect_timeout=1", "did you mean connect_timeout");
}

TEST(nodes_have_a_usual_port_and_may_be_addresses_of_version_6)
{
	kin_db *db = open_with((kin_db_options){ .url = "dqlite://n1:17,[::1],[fe80::1]:18,n2/db?timeout=7&response_timeout=2" });
	const kin_dqlite_config *c = db->config;

	CHECK_INT(c->host_count, 4);
	CHECK_TEXT(c->hosts[0].name, "n1");
	CHECK_TEXT(c->hosts[0].port, "17");
	CHECK_TEXT(c->hosts[0].shown, "n1:17");
	CHECK_TEXT(c->hosts[1].name, "::1");
	CHECK_TEXT(c->hosts[1].shown, "[::1]:9001");
	CHECK_TEXT(c->hosts[2].name, "fe80::1");
	CHECK_TEXT(c->hosts[2].port, "18");
	CHECK_TEXT(c->hosts[3].shown, "n2:9001");
	CHECK_INT(c->busy_timeout, 7);
	CHECK_INT(c->response_timeout, 2000);
	kin_db_close(db);
}
