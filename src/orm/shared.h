/* shared.h - what all sessions of a database share: hooks, and the sandbox of a test. Kept with the database. */
#ifndef KIN_ORM_SHARED_H
#define KIN_ORM_SHARED_H

#include <pthread.h>

#include <kin/db.h>

typedef struct kin_shared {
	kin_db                     *db;
	pthread_mutex_t             mutex; /* of who adds */
	struct kin_session_hooked  *first; /* a list that only grows */
	struct kin_session_hooked **end;
	size_t                      count;   /* atomic */
	int                         events;  /* atomic: of all of them */
	struct kin_sandbox         *sandbox; /* atomic: orm/sandbox.h. NULL: none is open */
} kin_shared;

/* The database's, made when it is needed; NULL when memory is out. */
kin_shared *kin_session_hook_shared(kin_db *db);

#endif
