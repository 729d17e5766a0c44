/* hook.h - calls the program's functions: a mapping's hooks and validators, and a session's hooks.
 *
 * While one runs, session->calling says so: what would pull the ground from under who called it is refused then. */
#ifndef KIN_ORM_HOOK_H
#define KIN_ORM_HOOK_H

#include <kin/hook.h>

#include "orm/session_state.h"

/* What is called. On the stack of who calls. */
typedef struct kin_calling {
	const char *event; /* "before_insert" */
	const char *model; /* NULL: the session's */
	bool        planned; /* what a flush writes is settled, or rows are being read: objects may not come and go */
	bool        connects; /* KIN_CONNECT */
} kin_calling;

/* Call a mapping's hooks of an event. KIN_OK, or the session's error, which names the object, the function and its line. The caller has looked
 * whether there are any. */
int kin_hook_run(kin_session *session, void *object, kin_model_event event);
/* Call the validators of the attributes in `set` (NULL: all). */
int kin_hook_validate(kin_session *session, const void *object, const uint64_t *set);

/* Call a session's hooks of an event. KIN_OK or the session's error; always KIN_OK after a commit or rollback. */
int kin_hook_call(kin_session *session, kin_session_event event, bool planned);
/* A session has what was registered for its database. */
void kin_hook_inherit(kin_session *session);

/* KIN_OK; KIN_EINVAL when a hook calls `what`, which only the program itself may. */
int kin_hook_refuse(kin_session *session, const char *what);
static inline int kin_hook_outside(kin_session *session, const char *what)
{
	return __builtin_expect(session->calling != NULL, 0) ? kin_hook_refuse(session, what) : KIN_OK;
}
/* The same for what a hook may do before a flush is planned, or after it. */
static inline int kin_hook_unplanned(kin_session *session, const char *what)
{
	return __builtin_expect(session->calling != NULL, 0) && session->calling->planned ? kin_hook_refuse(session, what) : KIN_OK;
}

#endif
