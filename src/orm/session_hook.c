/* session_hook.c - the hooks of a session, and those that all sessions of a database have.
 *
 * A database's are a list that only grows, as long as it lives; a session keeps how long it was when the session was made. */
#include "orm/hook.h"
#include "orm/shared.h"
#include "orm/unit.h"

enum { ALL = KIN_BEFORE_FLUSH | KIN_AFTER_FLUSH | KIN_AFTER_BEGIN | KIN_BEFORE_COMMIT | KIN_AFTER_COMMIT | KIN_AFTER_ROLLBACK };

typedef struct kin_session_hooked {
	int                        events;
	kin_session_hook          *fn;
	void                      *context;
	struct kin_session_hooked *next;
} hooked;

typedef kin_shared shared;

static const char *name_of(kin_session_event event)
{
	switch (event) {
	case KIN_BEFORE_FLUSH: return "KIN_BEFORE_FLUSH";
	case KIN_AFTER_FLUSH: return "KIN_AFTER_FLUSH";
	case KIN_AFTER_BEGIN: return "KIN_AFTER_BEGIN";
	case KIN_BEFORE_COMMIT: return "KIN_BEFORE_COMMIT";
	case KIN_AFTER_COMMIT: return "KIN_AFTER_COMMIT";
	case KIN_AFTER_ROLLBACK: return "KIN_AFTER_ROLLBACK";
	case KIN_CONNECT: return "KIN_CONNECT";
	}
	return "a hook";
}

/* ---- registering ---- */

int kin_session_on(kin_session *session, int events, kin_session_hook *fn, void *context)
{
	int rc = kin_session_ok(session);

	if (rc < 0)
		return rc;
	if (!fn || events == 0 || (events & ~ALL))
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "kin_session_on: %s",
		                        !fn ? "there is no function" : events & KIN_CONNECT ? "KIN_CONNECT is a database's: kin_db_on()" : "there is no such event");
	hooked *hook = kin_arena_alloc(&session->arena, sizeof(*hook)), **end = &session->hooks;
	if (!hook)
		return kin_session_nomem(session);
	*hook = (hooked){ .events = events, .fn = fn, .context = context };
	while (*end)
		end = &(*end)->next;
	*end = hook;
	session->events |= events;
	return KIN_OK;
}

static void shared_free(void *above)
{
	shared *s = above;

	while (s->first) {
		hooked *next = s->first->next;
		kin_mem_free(s->first);
		s->first = next;
	}
	pthread_mutex_destroy(&s->mutex);
	kin_mem_free(s);
}

kin_shared *kin_session_hook_shared(kin_db *db)
{
	shared *s = kin_db_above(db);

	if (s)
		return s;
	if (!(s = kin_mem_zalloc(sizeof(*s))))
		return NULL;
	pthread_mutex_init(&s->mutex, NULL);
	s->end = &s->first;
	s->db = db;
	shared *there = kin_db_put_above(db, s, shared_free);
	if (there != s) /* another thread was faster */
		shared_free(s);
	return there;
}

/* The hook gets a session on the connection, for as long as it runs, in which statements are not in a transaction. */
static int greet(void *context, kin_connection *connection, kin_error *error)
{
	const shared *s = context;
	kin_session *session = kin_session_open(s->db, kin_registry_default());

	if (!session)
		return kin_error_nomem(error);
	session->connection = connection;
	session->in_transaction = true;
	session->runs = kin_connection_runs(connection);
	kin_hook_call(session, KIN_CONNECT, true);
	kin_session_end_streams(session, true);
	kin_connection_rollback(connection, NULL);
	session->connection = NULL;
	session->in_transaction = false;
	int rc = session->error.code < 0 ? kin_error_move(error, &session->error) : KIN_OK;
	kin_free(session);
	return rc;
}

int kin_db_on(kin_db *db, int events, kin_session_hook *fn, void *context)
{
	if (!db || !fn || events == 0 || (events & ~(ALL | KIN_CONNECT)))
		return KIN_EINVAL;
	shared *s = kin_session_hook_shared(db);
	hooked *hook = s ? kin_mem_zalloc(sizeof(*hook)) : NULL;
	if (!hook)
		return KIN_ENOMEM;
	*hook = (hooked){ .events = events, .fn = fn, .context = context };
	pthread_mutex_lock(&s->mutex);
	*s->end = hook;
	s->end = &hook->next;
	__atomic_fetch_or(&s->events, events, __ATOMIC_RELAXED);
	__atomic_fetch_add(&s->count, 1, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&s->mutex);
	if (events & KIN_CONNECT)
		kin_db_on_connected(db, greet, s);
	return KIN_OK;
}

void kin_hook_inherit(kin_session *session)
{
	shared *s = session->db ? kin_db_above(session->db) : NULL;

	if (!s)
		return;
	session->shared = s;
	session->shared_count = __atomic_load_n(&s->count, __ATOMIC_ACQUIRE);
	session->events = __atomic_load_n(&s->events, __ATOMIC_RELAXED);
}

/* ---- calling ---- */

static int call(kin_session *session, const hooked *hook, kin_session_event event)
{
	int rc;

	if (!(hook->events & (int)event))
		return KIN_OK;
	rc = hook->fn(session, event, hook->context);
	if (session->error.code < 0)
		return session->error.code;
	if (rc == 0 || event == KIN_AFTER_COMMIT || event == KIN_AFTER_ROLLBACK)
		return KIN_OK;
	return kin_session_fail(session, rc < 0 ? rc : KIN_EINVAL, NULL, 0, "a hook refused it: it returned %d", rc);
}

int kin_hook_call(kin_session *session, kin_session_event event, bool planned)
{
	const kin_calling calling = { .event = name_of(event), .planned = planned, .connects = event == KIN_CONNECT };
	const kin_calling *former = session->calling;
	const hooked *hook = NULL;
	int rc = KIN_OK;

	session->calling = &calling;
	for (size_t i = 0; i < session->shared_count && rc == KIN_OK; i++) {
		hook = i == 0 ? session->shared->first : hook->next;
		rc = call(session, hook, event);
	}
	for (hook = session->hooks; hook && rc == KIN_OK; hook = hook->next)
		rc = call(session, hook, event);
	session->calling = former;
	if (event == KIN_AFTER_COMMIT || event == KIN_AFTER_ROLLBACK)
		return KIN_OK;
	return rc < 0 ? kin_error_context(&session->error, "%s", calling.event) : rc;
}

int kin_fail(kin_session *session, int code, const char *format, ...)
{
	va_list arguments;

	if (!session)
		return KIN_ENOMEM;
	if (session->error.code < 0)
		return session->error.code;
	va_start(arguments, format);
	kin_error_setv(&session->error, code < 0 ? code : KIN_EINVAL, format, arguments);
	va_end(arguments);
	session->error.file = NULL;
	session->error.line = 0;
	return session->error.code;
}

/* ---- what is not saved ---- */

static int unsaved(const kin_tracked *tracked)
{
	const kin_instance *instance = kin_instance_of(tracked->object);

	if (instance->state == KIN_PENDING)
		return KIN_NEW;
	if (instance->state != KIN_PERSISTENT)
		return 0;
	if (tracked->flags & KIN_TRACKED_DELETE)
		return KIN_GOING;
	return kin_unit_is_modified(tracked->object) ? KIN_CHANGED : 0;
}

const void *kin_unsaved_next(kin_session *session, int which, const void *after)
{
	const kin_tracked *tracked;

	if (kin_session_ok(session) < 0)
		return NULL;
	tracked = after ? kin_instance_of(after)->tracked : session->unit->first;
	if (after && tracked)
		tracked = tracked->next;
	while (tracked && !(unsaved(tracked) & which))
		tracked = tracked->next;
	return tracked ? tracked->object : NULL;
}

const void *kin_object_as(const kin_model *model, const void *object)
{
	const kin_mapping *mapping = kin_instance_valid(object) ? kin_instance_mapping(kin_instance_of(object)) : NULL;

	while (mapping && mapping->model != model)
		mapping = mapping->parent;
	return mapping ? object : NULL;
}
