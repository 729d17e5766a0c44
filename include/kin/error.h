/* error.h - the codes that functions return. The sentence that goes with one is kept in the
 * handle the function was called on: kin_errmsg(session) has it. */
#ifndef KIN_ERROR_H
#define KIN_ERROR_H

#include <kin/api.h>

KIN_BEGIN_DECLS

/** 0 or one of these. Branch on the code; show people the sentence. */
enum {
	KIN_OK = 0,

	/* the program's side */
	KIN_ENOMEM = -1,      /* memory ran out */
	KIN_EINVAL = -2,      /* a wrong argument: an object of another session, a bad option … */
	KIN_EMAPPING = -3,    /* the models do not fit together */
	KIN_EQUERY = -4,      /* a query's text or values do not fit the models */
	KIN_EDETACHED = -5,   /* the object has no open session and the member is not loaded */
	KIN_ENOTFOUND = -6,   /* no row where one was required */
	KIN_EMULTIPLE = -7,   /* several rows where one was required */
	KIN_ESTALE = -8,      /* the row was changed or deleted by someone else */
	KIN_ECYCLE = -9,      /* things that depend on each other in a circle */
	KIN_ENOTLOADED = -10, /* a relationship that is not to be loaded by asking for it: raise, write_only */

	/* values */
	KIN_ENOTNULL = -20,   /* NULL in a NOT NULL column */
	KIN_EUNIQUE = -21,    /* a key that exists already */
	KIN_EFOREIGN = -22,   /* a foreign key that points at nothing, or whose target would go */
	KIN_ECHECK = -23,     /* a CHECK constraint */
	KIN_ELENGTH = -24,    /* a string or blob longer than its column */
	KIN_ERANGE = -25,     /* a number outside its column's or member's range */
	KIN_EVALUE = -26,     /* a value in the database that the member cannot hold */

	/* the database's side */
	KIN_EBUSY = -40,      /* locked by someone else, after waiting */
	KIN_EREADONLY = -41,  /* the database cannot be written */
	KIN_EFULL = -42,      /* the disk is full */
	KIN_ENOTADB = -43,    /* the file is not a database, or is damaged */
	KIN_ECANTOPEN = -44,  /* no such file, directory or server */
	KIN_EAUTH = -45,      /* the server does not let this user in */
	KIN_ENOTABLE = -46,   /* a table or column that the database does not have */
	KIN_ESYNTAX = -47,    /* the database did not understand the SQL */
	KIN_ESERIALIZE = -48, /* a deadlock or serialization failure: try the transaction again */
	KIN_ECONNECTION = -49,/* the connection is gone */
	KIN_EUNKNOWN = -50,   /* the connection went during COMMIT: the outcome is not known */
	KIN_EINTERRUPT = -51, /* interrupted */
	KIN_ETOOMANY = -52,   /* no connection is left: in the pool, or on the server */
	KIN_EUNSUPPORTED = -53, /* this database has no such thing */
	KIN_EDB = -59,        /* any other error of the database */

	/* files and settings */
	KIN_EIO = -60,        /* reading or writing a file */
	KIN_EEXISTS = -61,    /* it exists already */
	KIN_ECONFIG = -62,    /* a setting is wrong or missing */
	KIN_EREVISION = -63,  /* a migration revision: unknown, ambiguous, edited, damaged … */
	KIN_EBUILD = -64,     /* the app does not compile or load */
	KIN_EUSAGE = -65,     /* a command line that is not understood */
	KIN_EDIFFERENT = -66, /* two things that should be equal are not */
};

/** The code's name, "KIN_EBUSY"; for logs and tests. Never NULL. */
KIN_API const char *kin_errname(int code);

KIN_END_DECLS

#endif
