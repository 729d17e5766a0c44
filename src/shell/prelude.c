/* prelude.c - the header that every line of the shell starts with, and the object that holds what it declares.
 *
 * A value prints by its C type: `_Generic` chooses among functions that are here, one per type, and one for all
 * of the app's models. */
#include "shell/prelude.h"

static const char head[] =
	"#include <ctype.h>\n#include <inttypes.h>\n#include <math.h>\n#include <stdio.h>\n#include <stdlib.h>\n"
	"#include <string.h>\n#include <time.h>\n#include <kin.h>\n";

static const char scope[] =
	"extern kin_app *app __asm__(\"kin_shell_app\");\n"
	"extern kin_session *session __asm__(\"kin_shell_session\");\n"
	"struct kin_shell_session_calls {\n"
	"	void (*add)(void *object);\n"
	"	void (*delete)(const void *object);\n"
	"	void (*commit)(void);\n"
	"	void (*rollback)(void);\n"
	"	void (*flush)(void);\n"
	"	void (*close)(void);\n"
	"	void (*refresh)(const void *object);\n"
	"	void (*expunge)(const void *object);\n"
	"};\n"
	"extern const struct kin_shell_db { struct kin_shell_session_calls session; } db __asm__(\"kin_shell_db\");\n"
	"extern void (*kin_shell_show)(const kin_value *value);\n"
	"#define KIN_SHELL_FN static inline __attribute__((unused)) void\n"
	"#define KIN_SHELL_VALUE(name, type, convert) \\\n"
	"	KIN_SHELL_FN kin_show_##name##_(const void *p, size_t n) \\\n"
	"	{ (void)n; kin_value v = convert(*(const type *)p); kin_shell_show(&v); puts(\"\"); }\n"
	"#define KIN_SHELL_PRINTF(name, type, ...) \\\n"
	"	KIN_SHELL_FN kin_show_##name##_(const void *p, size_t n) \\\n"
	"	{ (void)n; type v = *(const type *)p; printf(__VA_ARGS__); puts(\"\"); }\n"
	"KIN_SHELL_VALUE(date, kin_date, kin_value_date)\n"
	"KIN_SHELL_VALUE(time, kin_time, kin_value_time)\n"
	"KIN_SHELL_VALUE(datetime, kin_datetime, kin_value_datetime)\n"
	"KIN_SHELL_VALUE(timestamp, kin_timestamp, kin_value_timestamp)\n"
	"KIN_SHELL_VALUE(bytes, kin_bytes, kin_value_bytes)\n"
	"KIN_SHELL_VALUE(any, kin_value, kin_value_same)\n"
	"KIN_SHELL_VALUE(nbool, kin_nullable_bool, kin_value_nullable_bool)\n"
	"KIN_SHELL_VALUE(nint16, kin_nullable_int16_t, kin_value_nullable_int16)\n"
	"KIN_SHELL_VALUE(nint32, kin_nullable_int32_t, kin_value_nullable_int32)\n"
	"KIN_SHELL_VALUE(nint64, kin_nullable_int64_t, kin_value_nullable_int64)\n"
	"KIN_SHELL_VALUE(nfloat, kin_nullable_float, kin_value_nullable_float)\n"
	"KIN_SHELL_VALUE(ndouble, kin_nullable_double, kin_value_nullable_double)\n"
	"KIN_SHELL_VALUE(ndate, kin_nullable_kin_date, kin_value_nullable_date)\n"
	"KIN_SHELL_VALUE(ntime, kin_nullable_kin_time, kin_value_nullable_time)\n"
	"KIN_SHELL_VALUE(ndatetime, kin_nullable_kin_datetime, kin_value_nullable_datetime)\n"
	"KIN_SHELL_VALUE(ntimestamp, kin_nullable_kin_timestamp, kin_value_nullable_timestamp)\n"
	"KIN_SHELL_PRINTF(bool, bool, \"%s\", v ? \"true\" : \"false\")\n"
	"KIN_SHELL_PRINTF(char, char, isprint((unsigned char)v) ? \"'%c'\" : \"'\\\\x%02x'\", (unsigned char)v)\n"
	"KIN_SHELL_PRINTF(schar, signed char, \"%d\", v)\n"
	"KIN_SHELL_PRINTF(uchar, unsigned char, \"%u\", v)\n"
	"KIN_SHELL_PRINTF(short, short, \"%d\", v)\n"
	"KIN_SHELL_PRINTF(ushort, unsigned short, \"%u\", v)\n"
	"KIN_SHELL_PRINTF(int, int, \"%d\", v)\n"
	"KIN_SHELL_PRINTF(uint, unsigned, \"%u\", v)\n"
	"KIN_SHELL_PRINTF(long, long, \"%ld\", v)\n"
	"KIN_SHELL_PRINTF(ulong, unsigned long, \"%lu\", v)\n"
	"KIN_SHELL_PRINTF(llong, long long, \"%lld\", v)\n"
	"KIN_SHELL_PRINTF(ullong, unsigned long long, \"%llu\", v)\n"
	"KIN_SHELL_PRINTF(float, float, \"%.9g\", v)\n"
	"KIN_SHELL_PRINTF(double, double, \"%.15g\", v)\n"
	"KIN_SHELL_PRINTF(ldouble, long double, \"%.20Lg\", v)\n"
	"KIN_SHELL_PRINTF(pointer, void *, \"%p\", v)\n"
	"KIN_SHELL_FN kin_show_text_(const void *p, size_t n)\n"
	"{\n"
	"	const char *s = *(const char *const *)p;\n"
	"	(void)n;\n"
	"	if (s) printf(\"\\\"%s\\\"\\n\", s); else puts(\"NULL\");\n"
	"}\n"
	"KIN_SHELL_FN kin_show_object_(const void *p, size_t n)\n"
	"{\n"
	"	(void)n;\n"
	"	kin_print(stdout, *(const void *const *)p);\n"
	"}\n"
	"KIN_SHELL_FN kin_show_list_(const void *p, size_t n)\n"
	"{\n"
	"	const kin_list *list = (const kin_list *)p;\n"
	"	(void)n;\n"
	"	printf(\"[\");\n"
	"	for (size_t i = 0; i < list->count; i++)\n"
	"		printf(\"%s%s\", i ? \", \" : \"\", list->items[i] ? kin_show(list->items[i]) : \"NULL\");\n"
	"	puts(\"]\");\n"
	"}\n"
	"KIN_SHELL_FN kin_show_app_(const void *p, size_t n)\n"
	"{\n"
	"	(void)n;\n"
	"	printf(\"<app %s>\\n\", kin_app_name(*(kin_app *const *)p));\n"
	"}\n"
	"KIN_SHELL_FN kin_show_database_(const void *p, size_t n)\n"
	"{\n"
	"	(void)n;\n"
	"	printf(\"<db %s>\\n\", kin_db_url(*(kin_db *const *)p));\n"
	"}\n"
	"KIN_SHELL_FN kin_show_session_(const void *p, size_t n)\n"
	"{\n"
	"	kin_session *of = *(kin_session *const *)p;\n"
	"	(void)n;\n"
	"	printf(\"<session at %p%s>\\n\", (void *)of, kin_errcode(of) ? \", to be rolled back\" : \"\");\n"
	"}\n"
	"KIN_SHELL_FN kin_show_calls_(const void *p, size_t n)\n"
	"{\n"
	"	(void)p;\n"
	"	kin_show_session_(&session, n);\n"
	"}\n"
	"KIN_SHELL_FN kin_show_db_(const void *p, size_t n)\n"
	"{\n"
	"	(void)p, (void)n;\n"
	"	printf(\"<db %s, with db.session>\\n\", kin_db_url(kin_app_db(app)));\n"
	"}\n"
	"KIN_SHELL_FN kin_show_raw_(const void *p, size_t n)\n"
	"{\n"
	"	printf(\"{\");\n"
	"	for (size_t i = 0; i < n; i++)\n"
	"		printf(\"%s%02x\", i ? \" \" : \"\", ((const unsigned char *)p)[i]);\n"
	"	printf(\"} (%zu bytes)\\n\", n);\n"
	"}\n";

static const char show[] =
	"#define kin_print_(...) \\\n"
	"	do { \\\n"
	"		__auto_type kin_v_ = (__VA_ARGS__); \\\n"
	"		_Generic(kin_v_, KIN_SHELL_MODELS \\\n"
	"			bool: kin_show_bool_, char: kin_show_char_, signed char: kin_show_schar_, \\\n"
	"			unsigned char: kin_show_uchar_, short: kin_show_short_, unsigned short: kin_show_ushort_, \\\n"
	"			int: kin_show_int_, unsigned: kin_show_uint_, long: kin_show_long_, \\\n"
	"			unsigned long: kin_show_ulong_, long long: kin_show_llong_, \\\n"
	"			unsigned long long: kin_show_ullong_, float: kin_show_float_, double: kin_show_double_, \\\n"
	"			long double: kin_show_ldouble_, char *: kin_show_text_, const char *: kin_show_text_, \\\n"
	"			kin_date: kin_show_date_, kin_time: kin_show_time_, kin_datetime: kin_show_datetime_, \\\n"
	"			kin_timestamp: kin_show_timestamp_, kin_bytes: kin_show_bytes_, kin_value: kin_show_any_, \\\n"
	"			kin_list: kin_show_list_, \\\n"
	"			kin_app *: kin_show_app_, kin_db *: kin_show_database_, \\\n"
	"			kin_session *: kin_show_session_, struct kin_shell_db: kin_show_db_, \\\n"
	"			struct kin_shell_session_calls: kin_show_calls_, \\\n"
	"			kin_nullable_bool: kin_show_nbool_, kin_nullable_int16_t: kin_show_nint16_, \\\n"
	"			kin_nullable_int32_t: kin_show_nint32_, kin_nullable_int64_t: kin_show_nint64_, \\\n"
	"			kin_nullable_float: kin_show_nfloat_, kin_nullable_double: kin_show_ndouble_, \\\n"
	"			kin_nullable_kin_date: kin_show_ndate_, kin_nullable_kin_time: kin_show_ntime_, \\\n"
	"			kin_nullable_kin_datetime: kin_show_ndatetime_, \\\n"
	"			kin_nullable_kin_timestamp: kin_show_ntimestamp_, \\\n"
	"			default: __builtin_classify_type(kin_v_) == 5 ? kin_show_pointer_ : kin_show_raw_ \\\n"
	"		)(&kin_v_, sizeof(kin_v_)); \\\n"
	"	} while (0)\n";

static const char source[] =
	"kin_app *app;\n"
	"kin_session *session;\n"
	"void (*kin_shell_show)(const kin_value *value);\n"
	"static void call_add(void *object) { kin_add(session, object); }\n"
	"static void call_delete(const void *object) { kin_delete(session, object); }\n"
	"static void call_commit(void) { kin_commit(session); }\n"
	"static void call_rollback(void) { kin_rollback(session); }\n"
	"static void call_flush(void) { kin_flush(session); }\n"
	"static void call_close(void) { kin_close(session); }\n"
	"static void call_refresh(const void *object) { kin_refresh(session, object); }\n"
	"static void call_expunge(const void *object) { kin_expunge(session, object); }\n"
	"const struct kin_shell_db db = { .session = {\n"
	"	.add = call_add, .delete = call_delete, .commit = call_commit, .rollback = call_rollback,\n"
	"	.flush = call_flush, .close = call_close, .refresh = call_refresh, .expunge = call_expunge,\n"
	"} };\n";

void kin_prelude_header(kin_text *out, const char *const *headers, size_t header_count,
                        const char *const *models, size_t model_count)
{
	kin_text_add(out, head);
	for (size_t i = 0; i < header_count; i++)
		kin_text_addf(out, "#include \"%s\"\n", headers[i]);
	kin_text_add(out, scope);
	kin_text_add(out, "#define KIN_SHELL_MODELS");
	for (size_t i = 0; i < model_count; i++)
		kin_text_addf(out, " %s *: kin_show_object_, const %s *: kin_show_object_, %s_list: kin_show_list_,", models[i],
		              models[i], models[i]);
	kin_text_add(out, "\n");
	kin_text_add(out, show);
}

const char *kin_prelude_source(void)
{
	return source;
}
