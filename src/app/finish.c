/* finish.c - the end of a command: what went wrong, for people, and the exit status. */
#include <kin/app.h>

int kin_finish(kin_session *session, int rc)
{
	int code = rc < 0 ? rc : kin_errcode(session);

	if (code < 0) {
		int line;
		const char *message = kin_errmsg(session), *sql = kin_errsql(session), *file = kin_errfile(session, &line);
		fputs("error: ", stderr);
		if (file)
			fprintf(stderr, "%s:%d: ", file, line);
		fprintf(stderr, "%s\n", *message ? message : kin_errname(code));
		if (sql)
			fprintf(stderr, "  SQL: %s\n", sql);
	}
	kin_free(session);
	return code < 0 ? 1 : 0;
}
