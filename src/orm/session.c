/* session.c - a session's life: it opens, takes a connection when it needs one, fails, and closes. */
#include "orm/session_state.h"

#include <assert.h>

#include "orm/hook.h"
#include "orm/sandbox.h"
#include "orm/unit.h"

kin_session *kin_session_new_at(kin_db *db, const char *file, int line)
{
	kin_session *session = kin_session_open(db, kin_registry_default());

	if (session)
		session->place = (kin_place){ file, line };
	return session;
}

kin_session *(kin_session_new)(kin_db *db)
{
	return kin_session_new_at(db, NULL, 0);
}

kin_session *kin_session_new_read_at(kin_db *db, const char *file, int line)
{
	kin_session *session = kin_session_new_at(db, file, line);

	if (session)
		session->reads = true;
	return session;
}

kin_session *(kin_session_new_read)(kin_db *db)
{
	return kin_session_new_read_at(db, NULL, 0);
}

kin_session *kin_session_open(kin_db *db, kin_registry *registry)
{
	kin_session *session = kin_mem_zalloc(sizeof(*session));

	if (!session || !(session->unit = kin_unit_new())) {
		kin_mem_free(session);
		return NULL;
	}
	kin_arena_init(&session->arena);
	kin_arena_init(&session->objects);
	session->db = db;
	session->registry = registry;
	session->autoflush = true;
	if (!db)
		kin_session_fail(session, KIN_EINVAL, NULL, 0, "a session needs a database; this one was given NULL");
	else
		kin_registry_configure(registry, &session->error);
	kin_hook_inherit(session);
	return session;
}

void kin_session_let_go(kin_session *session)
{
	kin_session_end_streams(session, false);
	session->statements = kin_statements(session);
	if (session->sandbox)
		kin_sandbox_leave(session);
	else if (session->connection)
		kin_db_release(kin_connection_db(session->connection), session->connection);
	session->connection = NULL;
	session->in_transaction = session->wrote = session->only_reads = false;
}

void kin_session_undo(kin_session *session)
{
	if (!session->connection || !session->in_transaction)
		return;
	if (session->sandbox)
		kin_sandbox_rollback(session);
	else
		kin_connection_rollback(session->connection, NULL);
}

/* Who is in the middle of something goes on with the session. */
static bool is_busy(kin_session *session, const char *what)
{
	if (kin_hook_outside(session, what) < 0)
		return true;
	if (session->in_function)
		kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s inside of kin_transaction, which goes on with the session when its function returns", what);
	return session->in_function;
}

void kin_close(kin_session *session)
{
	if (!session || session->closed || is_busy(session, "kin_close"))
		return;
	kin_session_end_streams(session, true);
	kin_session_undo(session);
	kin_session_let_go(session);
	session->closed = true;
	for (size_t i = 0; i < session->mapping_count; i++)
		kin_identity_free(session->identities[i]);
	kin_mem_free(session->identities);
	kin_mem_free(session->singles);
	session->identities = NULL;
	session->singles = NULL;
	session->mapping_count = 0;
}

void kin_free(kin_session *session)
{
	if (!session || is_busy(session, "kin_free"))
		return;
	kin_close(session);
	kin_unit_free(session->unit);
	kin_arena_done(&session->objects);
	kin_arena_done(&session->arena);
	kin_error_clear(&session->error);
	kin_mem_free(session);
}

int kin_errcode(const kin_session *session)
{
	return session ? session->error.code : KIN_ENOMEM;
}

const char *kin_errmsg(const kin_session *session)
{
	return session ? kin_error_text(&session->error) : "out of memory";
}

const char *kin_errsql(const kin_session *session)
{
	return session ? session->error.sql : NULL;
}

const char *kin_errname_of(const kin_session *session)
{
	return session ? session->error.name : NULL;
}

const char *kin_errfile(const kin_session *session, int *ret_line)
{
	bool known = session && session->error.code < 0 && session->error.file;

	*ret_line = known ? session->error.line : 0;
	return known ? session->error.file : NULL;
}

size_t kin_statements(const kin_session *session)
{
	if (!session)
		return 0;
	return (size_t)(session->statements + (session->connection ? kin_connection_runs(session->connection) - session->runs : 0));
}

int kin_session_fail(kin_session *session, int code, const char *file, int line, const char *format, ...)
{
	va_list arguments;

	if (session->error.code < 0)
		return session->error.code;
	va_start(arguments, format);
	kin_error_setv(&session->error, code, format, arguments);
	va_end(arguments);
	session->error.file = file;
	session->error.line = line;
	return session->error.code;
}

int kin_session_nomem(kin_session *session)
{
	return session->error.code < 0 ? session->error.code : kin_error_nomem(&session->error);
}

int kin_session_ok(kin_session *session)
{
	if (!session)
		return KIN_ENOMEM;
	if (session->error.code < 0)
		return session->error.code;
	if (session->closed)
		return kin_session_fail(session, KIN_EDETACHED, NULL, 0, "the session is closed; open a new one");
	return KIN_OK;
}

bool kin_autoflush(kin_session *session, bool on)
{
	bool former = session && session->autoflush;

	if (session)
		session->autoflush = on;
	return former;
}

bool kin_expire_on_commit(kin_session *session, bool on)
{
	bool former = session && session->expires;

	if (session)
		session->expires = on;
	return former;
}

kin_autoflush_hold kin_session_hold(kin_session *session)
{
	return (kin_autoflush_hold){ .session = session, .former = kin_autoflush(session, false), .once = true };
}

void kin_session_release(kin_autoflush_hold *hold)
{
	kin_autoflush(hold->session, hold->former);
}

/* Room in the arrays by mapping id, for models may have arrived since the session began. */
static bool reserve_mappings(kin_session *session, size_t id)
{
	size_t count = session->mapping_count, need = kin_registry_count(session->registry);

	if (id < count)
		return true;
	if (session->closed)
		return false;
	kin_identity **identities = kin_mem_zalloc(need * sizeof(*identities));
	kin_batch **singles = kin_mem_zalloc(need * sizeof(*singles));
	if (!identities || !singles) {
		kin_mem_free(identities);
		kin_mem_free(singles);
		return false;
	}
	if (count > 0) {
		memcpy(identities, session->identities, count * sizeof(*identities));
		memcpy(singles, session->singles, count * sizeof(*singles));
	}
	kin_mem_free(session->identities);
	kin_mem_free(session->singles);
	session->identities = identities;
	session->singles = singles;
	session->mapping_count = need;
	return true;
}

kin_identity *kin_session_identity(kin_session *session, const kin_mapping *mapping)
{
	if (!reserve_mappings(session, mapping->identity))
		return NULL;
	kin_identity **identity = &session->identities[mapping->identity];
	if (!*identity)
		*identity = kin_identity_new(mapping);
	return *identity;
}

kin_batch *kin_session_single(kin_session *session, const kin_mapping *mapping)
{
	if (!reserve_mappings(session, mapping->id))
		return NULL;
	kin_batch **single = &session->singles[mapping->id];
	if (!*single && (*single = kin_arena_zalloc(&session->arena, sizeof(**single)))) {
		(*single)->session = session;
		(*single)->mapping = mapping;
	}
	return *single;
}

const kin_mapping *kin_session_mapping(kin_session *session, const kin_model *model)
{
	const kin_mapping *mapping = __atomic_load_n(&model->mapping, __ATOMIC_ACQUIRE);

	if (mapping && mapping->registry == session->registry)
		return mapping;
	if (kin_session_ok(session) < 0)
		return NULL;
	/* A model that came after the session, or one of another registry. */
	if (kin_registry_configure(session->registry, &session->error) < 0)
		return NULL;
	for (size_t i = 0; i < kin_registry_count(session->registry); i++)
		if (kin_registry_mapping(session->registry, i)->model == model)
			return kin_registry_mapping(session->registry, i);
	kin_session_fail(session, KIN_EMAPPING, model->file, model->line, "the model %s is not registered", model->name);
	return NULL;
}

kin_session *kin_session_of(const void *object)
{
	assert(!object || kin_instance_valid(object));
	return kin_instance_valid(object) ? kin_instance_of(object)->batch->session : NULL;
}

int kin_session_refuse(kin_session *session, const char *what, const void *object, const char *why)
{
	kin_text text;
	int rc;

	kin_text_init(&text);
	kin_instance_show(&text, object);
	rc = kin_text_ok(&text) ? kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s: object %s %s", what, text.data, why)
	                        : kin_session_nomem(session);
	kin_text_done(&text);
	return rc;
}

/* Memory that is not kin's may begin where it must not be read before: a sanitizer is not asked. */
__attribute__((no_sanitize_address, noinline)) static bool is_made_by_kin(const void *object)
{
	return ((uintptr_t)object & 7) == 0 && kin_instance_of(object)->magic == KIN_INSTANCE_MAGIC;
}

int kin_session_made(kin_session *session, const void *object, const char *what)
{
	if (!object)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s of NULL: there is no object; a query gives NULL where no row fits", what);
	if (is_made_by_kin(object))
		return KIN_OK;
	return kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s of memory that kin did not make; make objects with kin_new()", what);
}

int kin_session_check(kin_session *session, const void *object, const char *what)
{
	int made = kin_session_made(session, object, what);
	kin_text text;

	if (made < 0)
		return made;
	if (kin_instance_of(object)->batch->session == session)
		return KIN_OK;
	kin_text_init(&text);
	kin_instance_show(&text, object);
	int rc = kin_text_ok(&text)
		? kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s: object %s belongs to another session; kin_merge() gives this one its own",
		                   what, text.data)
		: kin_session_nomem(session);
	kin_text_done(&text);
	return rc;
}

int kin_session_check_is(kin_session *session, const void *object, const kin_mapping *mapping, const char *what)
{
	int rc = kin_session_check(session, object, what);
	const kin_mapping *its = rc < 0 ? NULL : kin_instance_mapping(kin_instance_of(object));

	if (rc < 0 || kin_mapping_is(its, mapping))
		return rc;
	return kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s: an object of %s, where one of %s is wanted; a cast has hidden that from the compiler", what,
	                        its->name, mapping->name);
}
