/* lock.c - one process at a time changes a database's revisions.
 *
 * The holder is "host pid start": `start` is when the process began, so that another process with its number is not taken for it.
 * A holder on another host cannot be looked at; its lock is only ever taken away by hand. */
#include "migrate/history.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "migrate/ask.h"
#include "migrate/history_sql.h"

enum { POLL = 20000 }; /* microseconds between two tries */

/* When a process began, in the kernel's ticks; "0" where that is not known; NULL when memory is out. */
static const char *start_of(kin_arena *arena, long pid)
{
	char *path = kin_arena_printf(arena, "/proc/%ld/stat", pid), *text = NULL, *end, *save = NULL;
	const char *start = "0";
	size_t size;
	int rc = path ? kin_file_read(arena, path, &text, &size, NULL) : KIN_ENOMEM;

	if (rc == KIN_ENOMEM)
		return NULL;
	if (rc == KIN_OK && (end = strrchr(text, ')'))) {
		char *field = strtok_r(end + 1, " ", &save);
		for (int n = 3; field && n < 22; n++) /* proc(5): the 22nd field is starttime */
			field = strtok_r(NULL, " ", &save);
		start = field ? field : start;
	}
	return start;
}

static char *host_name(kin_arena *arena)
{
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	for (char *s = host; *s; s++)
		if (*s == ' ')
			*s = '-';
	return kin_arena_strdup(arena, *host ? host : "localhost");
}

static char *own_holder(kin_arena *arena)
{
	char *host = host_name(arena);
	const char *start = start_of(arena, (long)getpid());

	return host && start ? kin_arena_printf(arena, "%s %ld %s", host, (long)getpid(), start) : NULL;
}

/* Whether the holder was a process of this host that is gone. */
static bool is_dead(kin_arena *arena, const char *holder)
{
	const char *host = host_name(arena);
	size_t length = host ? strlen(host) : 0;
	char *end;

	if (!host || strncmp(holder, host, length) != 0 || holder[length] != ' ')
		return false;
	long pid = strtol(holder + length + 1, &end, 10);
	if (pid <= 0 || *end != ' ')
		return false;
	if (kill((pid_t)pid, 0) < 0 && errno == ESRCH)
		return true;
	const char *start = start_of(arena, pid);
	return start && strcmp(end + 1, "0") != 0 && strcmp(start, "0") != 0 && strcmp(end + 1, start) != 0;
}

static int insert_lock(kin_connection *connection, const char *holder, const char *now, kin_error *error)
{
	kin_value values[] = { kin_value_text(holder), kin_value_text(now) };

	return kin_history_execute(connection, "INSERT INTO kin_lock (id, holder, since) VALUES (1, ?, ?)", values, 2, NULL, error);
}

/* In one statement, so that only one of several who saw the dead holder gets it. */
static int take_over(kin_connection *connection, const char *holder, const char *dead, const char *now, int64_t *ret_changed,
                     kin_error *error)
{
	kin_value values[] = { kin_value_text(holder), kin_value_text(now), kin_value_text(dead) };

	return kin_history_execute(connection, "UPDATE kin_lock SET holder = ?, since = ? WHERE id = 1 AND holder = ?", values, 3,
	                           ret_changed, error);
}

static int held(kin_connection *connection, kin_arena *arena, const char *holder, kin_error *error)
{
	const char *since = NULL;
	int rc = kin_ask_text(connection, arena, "SELECT since FROM kin_lock WHERE id = 1", &since, error);

	if (rc < 0)
		return rc;
	return kin_error_set(error, KIN_EBUSY,
	                     "the database is being migrated by another process (host, pid, start: %s), since %s; wait for it. If that "
	                     "machine is gone for good: DELETE FROM kin_lock",
	                     holder, since ? since : "a moment ago");
}

/* One try: 1 got it, 0 someone else has it (`ret_holder`), or an error. */
static int try_lock(kin_connection *connection, kin_arena *arena, const char *own, const char **ret_holder, kin_error *error)
{
	const char *now = kin_history_now(arena);
	int64_t changed = 0;
	int rc = now ? insert_lock(connection, own, now, NULL) : KIN_ENOMEM;

	if (rc == KIN_ENOMEM)
		return kin_error_nomem(error);
	if (rc == KIN_ESERIALIZE) { /* on Galera: the statement of another node came first */
		*ret_holder = NULL;
		return 0;
	}
	if (rc != KIN_EUNIQUE && rc < 0) /* once more, for the sentence */
		rc = insert_lock(connection, own, now, error);
	if (rc != KIN_EUNIQUE)
		return rc < 0 ? rc : 1;
	*ret_holder = NULL;
	if ((rc = kin_ask_text(connection, arena, "SELECT holder FROM kin_lock WHERE id = 1", ret_holder, error)) < 0)
		return rc;
	if (!*ret_holder || !is_dead(arena, *ret_holder))
		return 0;
	rc = take_over(connection, own, *ret_holder, now, &changed, error);
	return rc < 0 ? rc : changed > 0;
}

int kin_history_lock(kin_connection *connection, int64_t timeout, kin_error *error)
{
	int64_t until = kin_clock_steady() + timeout * 1000;
	kin_arena arena = { 0 };
	const char *own = own_holder(&arena), *holder = NULL;
	int rc = own ? kin_history_create(connection, error) : kin_error_nomem(error);

	while (rc == KIN_OK && (rc = try_lock(connection, &arena, own, &holder, error)) == 0) {
		if (kin_clock_steady() >= until)
			rc = held(connection, &arena, holder ? holder : "unknown", error);
		else
			kin_clock_sleep(POLL);
	}
	if (rc >= 0 && arena.failed) {
		rc = kin_error_nomem(error);
		kin_history_unlock(connection, NULL);
	}
	kin_arena_done(&arena);
	return rc < 0 ? rc : KIN_OK;
}

int kin_history_unlock(kin_connection *connection, kin_error *error)
{
	kin_arena arena = { 0 };
	const char *own = own_holder(&arena);
	kin_value value = kin_value_text(own);
	int rc = own ? kin_history_execute(connection, "DELETE FROM kin_lock WHERE id = 1 AND holder = ?", &value, 1, NULL, error)
	             : kin_error_nomem(error);

	kin_arena_done(&arena);
	return rc;
}

int kin_history_break_lock(kin_connection *connection, kin_error *error)
{
	int rc = kin_history_create(connection, error);

	return rc < 0 ? rc : kin_history_execute(connection, "DELETE FROM kin_lock", NULL, 0, NULL, error);
}
