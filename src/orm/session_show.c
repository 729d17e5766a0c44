/* session_show.c - objects as text, and memory of the session for its user. */
#include "orm/session_state.h"

const char *kin_show(const void *object)
{
	kin_session *session = object ? kin_session_of(object) : NULL;
	kin_text text;
	const char *shown;

	if (!session)
		return object ? "<?>" : "NULL";
	kin_text_init(&text);
	kin_instance_show(&text, object);
	shown = kin_text_ok(&text) ? kin_arena_strndup(&session->arena, text.data, text.length) : NULL;
	kin_text_done(&text);
	return shown ? shown : "<out of memory>";
}

void kin_print(FILE *out, const void *object)
{
	kin_text text;

	if (!object || !kin_session_of(object)) {
		fputs(object ? "<?>\n" : "NULL\n", out);
		return;
	}
	kin_text_init(&text);
	kin_instance_show(&text, object);
	kin_text_add_char(&text, '\n');
	fputs(kin_text_ok(&text) ? text.data : "<out of memory>\n", out);
	kin_text_done(&text);
}

char *kin_strdup(kin_session *session, const char *text)
{
	char *copy = session ? kin_arena_strdup(&session->arena, text) : NULL;

	if (session && text && !copy)
		kin_session_nomem(session);
	return copy;
}

void *kin_alloc(kin_session *session, size_t size)
{
	void *memory = session ? kin_arena_alloc(&session->arena, size) : NULL;

	if (session && !memory)
		kin_session_nomem(session);
	return memory;
}
