/* connect.c - connections to a MariaDB server: made, watched, ended. */
#include <errno.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "db/db.h"
#include "db/mariadb/driver.h"

enum { OLDEST_SERVER = 100500 };

static void set_ssl(const kin_maria_config *config, MYSQL *handle)
{
	my_bool on = 1, verify = config->ssl_verify;

	if (!config->ssl)
		return;
	mysql_ssl_set(handle, config->ssl_key, config->ssl_cert, config->ssl_ca, config->ssl_capath, config->ssl_cipher);
	mysql_optionsv(handle, MYSQL_OPT_SSL_ENFORCE, &on);
	mysql_optionsv(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
	if (config->tls_version)
		mysql_optionsv(handle, MARIADB_OPT_TLS_VERSION, config->tls_version);
}

/* A port says that TCP is meant, which the client library would not do for localhost. */
static void set_options(const kin_maria_config *config, const kin_maria_host *host, MYSQL *handle)
{
	unsigned int tcp = MYSQL_PROTOCOL_TCP, off = 0;

	if (host->port)
		mysql_optionsv(handle, MYSQL_OPT_PROTOCOL, &tcp);
	if (config->connect_timeout)
		mysql_optionsv(handle, MYSQL_OPT_CONNECT_TIMEOUT, &config->connect_timeout);
	if (config->read_timeout)
		mysql_optionsv(handle, MYSQL_OPT_READ_TIMEOUT, &config->read_timeout);
	if (config->write_timeout)
		mysql_optionsv(handle, MYSQL_OPT_WRITE_TIMEOUT, &config->write_timeout);
	if (config->compress)
		mysql_options(handle, MYSQL_OPT_COMPRESS, NULL);
	mysql_optionsv(handle, MYSQL_OPT_LOCAL_INFILE, &off);
	mysql_optionsv(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_optionsv(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "kin");
	set_ssl(config, handle);
}

/* With a server that has none the client library may do without. */
static int check_tls(const kin_maria_config *config, MYSQL *handle, kin_error *error)
{
	if (!config->ssl || mysql_get_ssl_cipher(handle))
		return KIN_OK;
	return kin_error_set(error, KIN_ECANTOPEN, "the server at %s does not speak TLS, which the database URL asks for", config->place);
}

static bool connect_handle(const kin_maria_config *config, const kin_maria_host *host, MYSQL *handle)
{
	return mysql_real_connect(handle, host->name, config->user, config->password, config->database, host->port, host->socket,
	                          CLIENT_FOUND_ROWS | CLIENT_MULTI_RESULTS) != NULL;
}

MYSQL *kin_maria_dial(const kin_maria_config *config, const kin_maria_host *host, bool *ret_next, kin_error *error)
{
	MYSQL *handle = mysql_init(NULL);

	if (!handle) {
		kin_error_nomem(error);
		return NULL;
	}
	set_options(config, host, handle);
	if (!connect_handle(config, host, handle))
		kin_maria_error_connect(config, host, handle, ret_next, error);
	else if (check_tls(config, handle, error) == KIN_OK)
		return handle;
	mysql_close(handle);
	return NULL;
}

static int check_server(const kin_maria_config *config, MYSQL *handle, kin_error *error)
{
	unsigned long version = mysql_get_server_version(handle);

	if (!mariadb_connection(handle))
		return kin_error_set(error, KIN_ECANTOPEN,
		                     "the server at %s is MySQL %s, not MariaDB; kin needs MariaDB 10.5 or newer, which has INSERT … "
		                     "RETURNING", config->place, mysql_get_server_info(handle));
	if (version >= OLDEST_SERVER)
		return KIN_OK;
	return kin_error_set(error, KIN_ECANTOPEN, "the server at %s is MariaDB %lu.%lu; kin needs 10.5 or newer", config->place,
	                     version / 10000, version / 100 % 100);
}

/* innodb_snapshot_isolation came to each series with some release of it. */
static const char *settings_for(const kin_maria_config *config, unsigned long version)
{
	static const unsigned long since[] = { 100618, 101108, 110006, 110105, 110204, 110402 };
	bool has = version >= 110500;

	for (size_t i = 0; i < sizeof(since) / sizeof(*since); i++)
		has |= version >= since[i] && version / 100 == since[i] / 100;
	return has ? config->settings : config->older_settings;
}

/* A node that has lost its cluster lets everybody in, and takes settings, but nothing else: see that before it is chosen. */
static int check_node(kin_maria_connection *c, kin_error *error)
{
	return c->config->host_count > 1 ? kin_maria_say(c, "DO 0", strlen("DO 0"), NULL, error) : KIN_OK;
}

/* A new session of a host. *ret_next: whether another host may do where this one does not. */
static int begin_session(kin_maria_connection *c, const kin_maria_host *host, bool *ret_next, kin_error *error)
{
	kin_error own = { 0 };
	int rc;

	*ret_next = false;
	if (!(c->handle = kin_maria_dial(c->config, host, ret_next, &own)))
		return kin_error_move(error, &own);
	c->base.trips++;
	c->host = host;
	if ((rc = check_server(c->config, c->handle, error)) < 0)
		return rc;
	const char *settings = settings_for(c->config, mysql_get_server_version(c->handle));
	if ((rc = kin_maria_say(c, settings, strlen(settings), NULL, &own)) < 0)
		kin_error_context(&own, "the server at %s does not take the settings that kin needs", c->config->place);
	else
		rc = check_node(c, &own);
	*ret_next = rc < 0;
	return rc < 0 ? kin_error_move(error, &own) : KIN_OK;
}

static int connect_to(kin_maria_connection *c, kin_error *error)
{
	const kin_maria_config *config = c->config;
	bool next = true;
	int rc = KIN_OK;

	for (size_t i = 0; next && i < config->host_count; i++) {
		if (c->handle)
			mysql_close(c->handle);
		c->handle = NULL;
		c->lost = false;
		kin_error_clear(error);
		if ((rc = begin_session(c, &config->hosts[i], &next, error)) == KIN_OK)
			break;
	}
	return rc;
}

int kin_maria_open(kin_db *db, kin_connection **ret_connection, kin_error *error)
{
	kin_maria_connection *c = kin_mem_zalloc(sizeof(*c));
	kin_error own = { 0 };
	int rc;

	if (!c)
		return kin_error_nomem(error);
	c->config = db->config;
	rc = connect_to(c, &own);
	if (rc == KIN_OK)
		rc = kin_maria_watch_add(c, &own);
	if (rc < 0) {
		if (c->handle)
			mysql_close(c->handle);
		kin_mem_free(c);
		return kin_error_move(error, &own);
	}
	*ret_connection = &c->base;
	return KIN_OK;
}

void kin_maria_close(kin_connection *connection)
{
	kin_maria_connection *c = kin_maria_of(connection);

	kin_maria_watch_remove(c);
	mysql_close(c->handle);
	kin_mem_free(c);
}

/* A server that went away has closed the socket, and says nothing before it is asked: a look at it costs nothing, and saves a
 * transaction that would fail. */
bool kin_maria_alive(const kin_connection *connection)
{
	const kin_maria_connection *c = (const kin_maria_connection *)connection;
	struct pollfd socket = { .fd = mysql_get_socket(c->handle), .events = POLLIN };

	return !c->lost && !c->running && socket.fd >= 0 && poll(&socket, 1, 0) == 0;
}

/* Whether the server says anything within the time that connecting may take. What it says is left for who asked. */
static bool answers_in_time(const kin_maria_connection *c)
{
	int seconds = (int)c->config->connect_timeout;
	struct pollfd socket = { .fd = mysql_get_socket(c->handle), .events = POLLIN };
	int rc;

	do
		rc = poll(&socket, 1, seconds > 0 ? 1000 * seconds : -1);
	while (rc < 0 && errno == EINTR);
	return rc > 0;
}

/* A statement that does nothing, in two halves with the time limit between them: a read timeout of the client library holds for all
 * statements or none. A node that has lost its cluster refuses it. */
bool kin_maria_ping(kin_connection *connection)
{
	kin_maria_connection *c = kin_maria_of(connection);
	bool ok = mysql_send_query(c->handle, "DO 0", strlen("DO 0")) == 0 && answers_in_time(c) &&
	          mysql_read_query_result(c->handle) == 0;

	c->base.trips++;
	c->lost |= !ok;
	return ok;
}
