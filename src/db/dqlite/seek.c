/* seek.c - finding the leader: only that node answers queries.
 *
 * Any node may know who it is; so they are asked in turn, the last known leader first, until one says that it is itself. While they
 * elect a new one nobody does, and they are asked again. If nobody has answered ever, and nobody does, there is nothing to wait for. */
#include "base/clock.h"
#include "db/dqlite/driver.h"

enum {
	PATIENCE = 2000000,    /* microseconds for one node: the others may be better */
	PAUSE = 20000,         /* between two rounds */
	LARGEST_ANSWER = 65536, /* bytes: what is longer does not come from dqlite */
	HOPS = 4,              /* from node to node in one round */
};

typedef struct search {
	kin_dqlite_connection *c;
	kin_dqlite_config     *config;
	int64_t                deadline;
	kin_text               problems; /* of the last round: "n1:9001: connection refused; …" */
	bool                   answered; /* some node has */
	bool                   nomem, interrupted;
} search;

static bool problem(search *s, const char *node, const char *what)
{
	kin_text_addf(&s->problems, "%s%s: %s", s->problems.length ? "; " : "", node, what);
	s->nomem |= !kin_text_ok(&s->problems);
	return false;
}

static bool failed(search *s, const char *node, kin_link_end end)
{
	kin_link_close(&s->c->link);
	s->nomem |= end == KIN_LINK_NOMEM;
	s->interrupted |= end == KIN_LINK_INTERRUPTED;
	switch (end) {
	case KIN_LINK_CLOSED:
		return problem(s, node, s->c->link.problem);
	case KIN_LINK_SILENT:
		return problem(s, node, kin_clock_steady() < s->deadline ? "no answer" : "no answer in the time that was left");
	case KIN_LINK_GARBLED:
		return problem(s, node, "it is no node of dqlite");
	default:
		return false;
	}
}

static kin_link_end receive(search *s, int64_t deadline, int type, kin_frame *ret_frame)
{
	kin_link_end end = kin_link_receive(&s->c->link, LARGEST_ANSWER, deadline, ret_frame);

	return end == KIN_LINK_OK && ret_frame->type != type ? KIN_LINK_GARBLED : end;
}

static void put_hello(kin_text *out)
{
	size_t start;

	kin_frame_put_u64(out, KIN_FRAME_VERSION);
	start = kin_frame_begin(out, KIN_ASK_CLIENT);
	kin_frame_put_u64(out, kin_clock_random());
	kin_frame_end(out, start);
	start = kin_frame_begin(out, KIN_ASK_LEADER);
	kin_frame_put_u64(out, 0);
	kin_frame_end(out, start);
}

/* Whom it takes for the leader, in .node; "" if it knows none. */
static kin_link_end say_hello(search *s, int64_t deadline)
{
	kin_link *link = &s->c->link;
	kin_link_end end;
	kin_frame frame;
	size_t length;

	put_hello(&link->out);
	if ((end = kin_link_send(link, deadline)) != KIN_LINK_OK)
		return end;
	if ((end = receive(s, deadline, KIN_ANSWER_WELCOME, &frame)) != KIN_LINK_OK)
		return end;
	if ((end = receive(s, deadline, KIN_ANSWER_NODE, &frame)) != KIN_LINK_OK)
		return end;
	kin_frame_u64(&frame);
	const char *leader = kin_frame_text(&frame, &length);
	kin_text_clear(&s->c->node);
	kin_text_add_n(&s->c->node, leader, length);
	return frame.bad ? KIN_LINK_GARBLED : kin_text_ok(&s->c->node) ? KIN_LINK_OK : KIN_LINK_NOMEM;
}

static void put_open(search *s, kin_text *out)
{
	size_t start = kin_frame_begin(out, KIN_ASK_OPEN);

	kin_frame_put_text(out, s->config->database, strlen(s->config->database));
	kin_frame_put_u64(out, 0);
	kin_frame_put_text(out, "", 0);
	kin_frame_end(out, start);
}

/* A new leader may not have done yet what the old one committed. It does when it is queried, but not when a statement is prepared, which
 * would miss a table; so it is queried for nothing here. That also shows whether it leads indeed. A read-only database is the node's to
 * keep: whatever is sent, it refuses to write. */
static kin_link_end open_database(search *s, int64_t deadline, bool *ret_refused)
{
	static const char nothing[] = "SELECT 1", query_only[] = "PRAGMA query_only = ON";
	kin_link_end end;
	kin_frame frame;

	put_open(s, &s->c->link.out);
	kin_dqlite_put_sql(s->c, KIN_ASK_QUERY_SQL, nothing, sizeof(nothing) - 1);
	if (s->config->read_only)
		kin_dqlite_put_sql(s->c, KIN_ASK_EXEC_SQL, query_only, sizeof(query_only) - 1);
	end = kin_link_send(&s->c->link, deadline);
	for (int left = 2 + s->config->read_only; end == KIN_LINK_OK && left > 0; left--) {
		end = kin_link_receive(&s->c->link, LARGEST_ANSWER, deadline, &frame);
		*ret_refused |= end == KIN_LINK_OK && frame.type == KIN_ANSWER_FAILURE;
	}
	return end;
}

/* "n1:9001" in two parts. NULL when memory is out; *ret_port is NULL when it is no such address. */
static char *split(kin_arena *arena, const char *address, const char **ret_port)
{
	const char *colon = strrchr(address, ':');
	size_t length = colon ? (size_t)(colon - address) : 0;
	bool brackets = length > 2 && address[0] == '[' && address[length - 1] == ']';

	*ret_port = colon && length > 0 && address[0] != '@' ? colon + 1 : NULL;
	return kin_arena_strndup(arena, address + brackets, length - 2 * (size_t)brackets);
}

/* Ask one node. 1: it is the leader, and the database is open. 0: it is not, and .node says who is, or "". Negative: it does not
 * answer. */
static int ask_node(search *s, const char *host, const char *port, const char *shown)
{
	int64_t deadline = kin_clock_steady() + PATIENCE;
	bool refused = false;
	kin_link_end end;

	deadline = deadline < s->deadline ? deadline : s->deadline;
	kin_link_close(&s->c->link);
	if ((end = kin_link_open(&s->c->link, host, port, deadline)) == KIN_LINK_OK)
		end = say_hello(s, deadline);
	if (end == KIN_LINK_OK) {
		s->answered = true;
		if (strcmp(s->c->node.data, shown) != 0)
			return 0;
		end = open_database(s, deadline, &refused);
	}
	if (end != KIN_LINK_OK) {
		failed(s, shown, end);
		return -1;
	}
	if (refused) {
		kin_link_close(&s->c->link);
		problem(s, shown, "it does not open the database");
		return -1;
	}
	return 1;
}

static void remember(search *s)
{
	pthread_mutex_lock(&s->config->mutex);
	if (s->c->node.length < sizeof(s->config->leader))
		memcpy(s->config->leader, s->c->node.data, s->c->node.length + 1);
	pthread_mutex_unlock(&s->config->mutex);
}

/* Follow what nodes say of the leader, from one on. */
static bool follow(search *s, const char *host, const char *port, const char *shown)
{
	kin_arena arena = { 0 };
	int is = ask_node(s, host, port, shown);

	for (int hop = 0; is == 0 && hop < HOPS; hop++) {
		if (!*s->c->node.data) {
			problem(s, shown, "it knows no leader");
			break;
		}
		const char *next = kin_arena_strdup(&arena, s->c->node.data);
		const char *name = next ? split(&arena, next, &port) : NULL;
		if (!name) {
			s->nomem = true;
			break;
		}
		if (!port) {
			problem(s, next, "the leader is not to be reached there");
			break;
		}
		shown = next;
		is = ask_node(s, name, port, shown);
	}
	kin_arena_done(&arena);
	if (is != 1)
		kin_link_close(&s->c->link);
	else
		remember(s);
	return is == 1;
}

static bool follow_known(search *s)
{
	kin_arena arena = { 0 };
	const char *port, *shown, *name;

	pthread_mutex_lock(&s->config->mutex);
	shown = kin_arena_strdup(&arena, s->config->leader);
	pthread_mutex_unlock(&s->config->mutex);
	name = shown ? split(&arena, shown, &port) : NULL;
	s->nomem |= !name;
	bool found = name && port && follow(s, name, port, shown);
	kin_arena_done(&arena);
	return found;
}

static bool go_round(search *s)
{
	kin_text_clear(&s->problems);
	bool found = follow_known(s);
	for (size_t i = 0; !found && !s->nomem && !s->interrupted && i < s->config->host_count; i++) {
		const kin_dqlite_host *host = &s->config->hosts[i];
		found = follow(s, host->name, host->port, host->shown);
	}
	return found;
}

static bool ever_found(search *s)
{
	pthread_mutex_lock(&s->config->mutex);
	bool found = *s->config->leader != '\0';
	pthread_mutex_unlock(&s->config->mutex);
	return found;
}

static int give_up(search *s, int code, kin_error *error)
{
	if (s->nomem)
		return kin_error_nomem(error);
	if (s->interrupted)
		return kin_error_set(error, KIN_EINTERRUPT, "interrupted while looking for the leader of the dqlite cluster");
	if (!s->answered)
		return kin_error_set(error, code, "no node of the dqlite cluster at %s can be reached: %s", s->config->place,
		                     s->problems.data);
	return kin_error_set(error, code,
	                     "the dqlite cluster at %s had no leader for %d s: %s; more than half of its nodes have to be up",
	                     s->config->place, s->config->connect_timeout / 1000, s->problems.data);
}

int kin_dqlite_seek(kin_dqlite_connection *c, int code, kin_error *error)
{
	search s = { .c = c, .config = c->config };
	bool found;

	s.deadline = kin_clock_steady() + INT64_C(1000) * s.config->connect_timeout;
	kin_text_init(&s.problems);
	kin_dqlite_drop(c);
	while (!(found = go_round(&s))) {
		if (s.nomem || s.interrupted || kin_clock_steady() >= s.deadline || (!s.answered && !ever_found(&s)))
			break;
		s.interrupted = kin_link_pause(&c->link, PAUSE) == KIN_LINK_INTERRUPTED;
	}
	int rc = found ? KIN_OK : give_up(&s, code, error);
	kin_text_done(&s.problems);
	if (found) {
		c->generation++;
		c->personal = false;
	}
	return rc;
}
