/* find.h - where the app is: --app, KIN_APP, or the directory with app.c, here or in server/. */
#ifndef KIN_APP_FIND_H
#define KIN_APP_FIND_H

#include "base/arena.h"
#include "base/error.h"

typedef struct kin_app_place {
	const char *directory; /* absolute */
	const char *object;    /* a shared object that was named; NULL: to be built from the directory's sources */
} kin_app_place;

/* `named` is what --app says, or NULL. KIN_ENOTFOUND with what was looked for and how to say it. */
int kin_app_find(kin_arena *arena, const char *named, kin_app_place *ret_place, kin_error *error);

#endif
