/* finish.c - the end of a command: what went wrong, for people, and the exit status. */
#include <kin/app.h>

#include "orm/session_state.h"

int kin_finish(kin_session *session, int rc)
{
	int code = rc < 0 ? rc : kin_errcode(session);

	if (code < 0) {
		const char *message = kin_errmsg(session), *sql = kin_errsql(session);
		fputs("error: ", stderr);
		if (session && session->error.code < 0 && session->error.file)
			fprintf(stderr, "%s:%d: ", session->error.file, session->error.line);
		fprintf(stderr, "%s\n", *message ? message : kin_errname(code));
		if (sql)
			fprintf(stderr, "  SQL: %s\n", sql);
	}
	kin_free(session);
	return code < 0 ? 1 : 0;
}
