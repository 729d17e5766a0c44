/* cells.c - values between SQLite's statements and C: what a load and a flush spend their time in.
 *
 * A cell whose storage is what its kind is made of goes straight into the member; one switch over both decides. All else
 * (NULL where it cannot be, a number to convert, a value that does not fit) takes the slow way through a kin_value.
 *
 * sqlite3_column_value() costs one checked access per cell instead of one per question about it. Its result may be asked
 * only where no other thread uses the connection, which kin_connection promises. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "db/cell.h"
#include "db/sqlite/driver.h"
#include "db/sqlite/stored.h"
#include "value/domain.h"
#include "value/kind.h"
#include "value/show.h"

static inline sqlite3_stmt *handle_of(const kin_statement *statement)
{
	return ((const kin_sqlite_statement *)statement)->handle;
}

/* In the row that the statement is at. */
static inline sqlite3_value *column_of(const kin_statement *statement, size_t column)
{
	const kin_sqlite_statement *s = (const kin_sqlite_statement *)statement;

	return s->row ? s->row[column] : sqlite3_column_value(s->handle, (int)column);
}

static __attribute__((noinline, cold)) int fail(const kin_statement *statement, int code, kin_error *error)
{
	return kin_sqlite_error((kin_sqlite_connection *)statement->connection, code, statement->text, error);
}

/* ---- binding ---- */

static int refuse(const kin_statement *statement, int index, int code, kin_error *error, const char *why)
{
	code = kin_error_set(error, code, "the value for placeholder %d %s", index, why);
	kin_error_note_sql(error, statement->text);
	return code;
}

/* What has to be turned into one of SQLite's own values. A text that is made for it is copied. */
static int bind_stored(kin_statement *statement, int index, const kin_value *value, kin_error *error)
{
	sqlite3_stmt *handle = handle_of(statement);
	char scratch[KIN_SQLITE_SCRATCH];
	const char *why = NULL;
	kin_value stored;
	int rc = kin_sqlite_stored(value, scratch, &stored, &why);

	if (rc < 0)
		return refuse(statement, index, rc, error, why);
	if (stored.kind == KIN_KIND_INT64)
		rc = sqlite3_bind_int64(handle, index, stored.as.integer);
	else if (stored.kind == KIN_KIND_DOUBLE)
		rc = sqlite3_bind_double(handle, index, stored.as.real);
	else
		rc = sqlite3_bind_text64(handle, index, stored.as.data, stored.size,
		                         stored.as.data == scratch ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
	return rc == SQLITE_OK ? KIN_OK : fail(statement, rc, error);
}

int kin_cells_bind_value(kin_statement *statement, size_t index, const kin_value *value, kin_error *error)
{
	sqlite3_stmt *handle = handle_of(statement);
	int i = (int)index + 1, rc;

	if (value->overflow)
		return bind_stored(statement, i, value, error); /* which says why not */
	switch (value->kind) {
	case KIN_KIND_NULL:
		rc = sqlite3_bind_null(handle, i);
		break;
	case KIN_KIND_BOOL:
	case KIN_KIND_INT16:
	case KIN_KIND_INT32:
	case KIN_KIND_INT64:
		rc = sqlite3_bind_int64(handle, i, value->as.integer);
		break;
	case KIN_KIND_TEXT:
		rc = sqlite3_bind_text64(handle, i, value->as.data, value->size, SQLITE_STATIC, SQLITE_UTF8);
		break;
	case KIN_KIND_BYTES:
		rc = sqlite3_bind_blob64(handle, i, value->as.data, value->size, SQLITE_STATIC);
		break;
	default:
		return bind_stored(statement, i, value, error);
	}
	return rc == SQLITE_OK ? KIN_OK : fail(statement, rc, error);
}

static inline int bind_text(sqlite3_stmt *handle, int index, const char *text)
{
	return text ? sqlite3_bind_text64(handle, index, text, strlen(text), SQLITE_STATIC, SQLITE_UTF8)
	            : sqlite3_bind_null(handle, index);
}

/* What is made of a custom type's member is copied, where it is not the member's own. */
static int bind_custom(kin_statement *statement, const kin_cell *cell, const void *member, size_t index, kin_error *error)
{
	kin_arena scratch = { 0 };
	kin_value value;
	int rc = kin_domain_get(member, cell->kind, cell->domain, &scratch, &value, error);

	if (rc == KIN_OK && (value.kind == KIN_KIND_TEXT || value.kind == KIN_KIND_JSON))
		rc = sqlite3_bind_text64(handle_of(statement), (int)index + 1, value.as.data, value.size, SQLITE_TRANSIENT, SQLITE_UTF8) ==
		     SQLITE_OK ? KIN_OK : fail(statement, SQLITE_NOMEM, error);
	else if (rc == KIN_OK && value.kind == KIN_KIND_BYTES)
		rc = sqlite3_bind_blob64(handle_of(statement), (int)index + 1, value.as.data, value.size, SQLITE_TRANSIENT) ==
		     SQLITE_OK ? KIN_OK : fail(statement, SQLITE_NOMEM, error);
	else if (rc == KIN_OK)
		rc = kin_cells_bind_value(statement, index, &value, error);
	kin_arena_done(&scratch);
	return rc;
}

static __attribute__((noinline)) int bind_other(kin_statement *statement, const kin_cell *cell, const void *member, size_t index,
                                                kin_error *error)
{
	kin_value value;
	int rc;

	if (cell->domain && cell->domain->custom)
		return bind_custom(statement, cell, member, index, error);
	rc = kin_domain_get(member, cell->kind, cell->domain, NULL, &value, error);
	return rc < 0 ? rc : kin_cells_bind_value(statement, index, &value, error);
}

/* The kinds that objects are made of; the others as a value. */
int kin_cells_bind(kin_statement *statement, const kin_cell *cells, size_t count, const void *object,
                   size_t first, kin_error *error)
{
	sqlite3_stmt *handle = handle_of(statement);

	for (const kin_cell *cell = cells, *end = cells + count; cell < end; cell++) {
		const char *member = (const char *)object + cell->offset;
		size_t index = first + cell->column;
		int rc;

		switch (cell->kind) {
		case KIN_KIND_INT32:
			rc = sqlite3_bind_int64(handle, (int)index + 1, KIN_LOAD(int32_t, member));
			break;
		case KIN_KIND_INT64:
			rc = sqlite3_bind_int64(handle, (int)index + 1, KIN_LOAD(int64_t, member));
			break;
		case KIN_KIND_TEXT:
			rc = bind_text(handle, (int)index + 1, KIN_LOAD(const char *, member));
			break;
		default:
			if ((rc = bind_other(statement, cell, member, index, error)) < 0)
				return rc;
		}
		if (__builtin_expect(rc != SQLITE_OK, 0))
			return fail(statement, rc, error);
	}
	return KIN_OK;
}

/* ---- reading ---- */

/* The value as SQLite keeps it. KIN_ENOMEM when a text could not be converted to UTF-8. */
static int natural(sqlite3_value *from, kin_value *ret_value)
{
	const void *data;

	switch (sqlite3_value_type(from)) {
	case SQLITE_INTEGER:
		*ret_value = kin_value_int64(sqlite3_value_int64(from));
		return KIN_OK;
	case SQLITE_FLOAT:
		*ret_value = kin_value_double(sqlite3_value_double(from));
		return KIN_OK;
	case SQLITE_TEXT:
		data = sqlite3_value_text(from);
		*ret_value = kin_value_text_n(data, (size_t)sqlite3_value_bytes(from));
		return data ? KIN_OK : KIN_ENOMEM;
	case SQLITE_BLOB: /* NULL for an empty one */
		data = sqlite3_value_blob(from);
		*ret_value = kin_value_bytes((kin_bytes){ data ? data : "", (size_t)sqlite3_value_bytes(from) });
		return KIN_OK;
	default:
		*ret_value = kin_value_null(NULL);
		return KIN_OK;
	}
}

/* The sentence of an error in a cell, with the column's name in front. What kin_statement_each() runs has other columns than the
 * SELECT that it was made from. */
static int in_column(const kin_statement *statement, size_t column, int code, kin_error *error)
{
	sqlite3_stmt *handle = handle_of(statement), *plain = NULL;

	if ((statement->each || statement->walked) && code != KIN_ENOMEM)
		sqlite3_prepare_v3(sqlite3_db_handle(handle), statement->text, -1, 0, &plain, NULL);
	kin_cell_fail(code, sqlite3_column_name(plain ? plain : handle, (int)column), statement->text, error);
	sqlite3_finalize(plain);
	return code;
}

static __attribute__((noinline, cold)) int read_odd(const kin_statement *statement, const kin_cell *cell,
                                                    sqlite3_value *from, void *member, kin_arena *arena, kin_error *error)
{
	kin_value value;
	int rc = natural(from, &value);

	if (rc == KIN_OK)
		rc = kin_cell_set(cell, member, &value, arena, error);
	return rc < 0 ? in_column(statement, cell->column, rc, error) : KIN_OK;
}

/* Where texts and bytes go. */
typedef enum text_place {
	TO_ARENA, /* each a piece of its own */
	PACKED,   /* one behind the other into space that is lent */
	BORROWED, /* nowhere: they stay SQLite's */
} text_place;

/* Not 0 where one of the word's bytes is. */
#define ONES(T) ((T)UINT64_C(0x0101010101010101))
#define ZEROS(word) (((word) - ONES(__typeof__(word))) & ~(word) & ONES(__typeof__(word)) << 7)

/* Copy two words that may overlap: 8 to 16 bytes, or 4 to 8. Not 0 if one of them is 0. */
#define COPY_TWO(T, to, from, size) ({ \
		T first_, last_; \
		memcpy(&first_, (from), sizeof(T)); \
		memcpy(&last_, (from) + (size) - sizeof(T), sizeof(T)); \
		memcpy((to), &first_, sizeof(T)); \
		memcpy((to) + (size) - sizeof(T), &last_, sizeof(T)); \
		ZEROS(first_) | ZEROS(last_); \
	})

/* Copy a text and end it with a NUL; false if there is one in it. Names are short: a call of memcpy() and one of memchr() cost more. */
static inline bool copy_text(char *to, const char *from, size_t size)
{
	uint64_t zeros = 0;

	to[size] = '\0';
	if (size > 32)
		return !memchr(memcpy(to, from, size), '\0', size);
	if (size > 16) {
		zeros = COPY_TWO(uint64_t, to, from, 16);
		zeros |= COPY_TWO(uint64_t, to + size - 16, from + size - 16, 16);
	} else if (size >= 8) {
		zeros = COPY_TWO(uint64_t, to, from, size);
	} else if (size >= 4) {
		zeros = COPY_TWO(uint32_t, to, from, size);
	} else {
		for (size_t i = 0; i < size; i++) {
			to[i] = from[i];
			zeros |= from[i] == '\0';
		}
	}
	return !zeros;
}

/* What reading a cell came to. */
enum { READ = KIN_OK, ODD = 1 }; /* or KIN_ENOMEM */

/* A text with a NUL in it is odd; so is one that there is no space for, when it is packed. */
static inline __attribute__((always_inline)) int read_text(sqlite3_value *value, void *member, text_place place,
                                                           kin_arena_space *packing, kin_arena *arena)
{
	const char *text = (const char *)sqlite3_value_text(value);
	size_t size = (size_t)sqlite3_value_bytes(value);
	char *copy;

	if (!text)
		return ODD;
	if (place == BORROWED) {
		if (strlen(text) != size)
			return ODD;
		KIN_STORE(const char *, member, text);
		return READ;
	}
	if (place == PACKED) {
		if ((size_t)(packing->end - packing->next) <= size)
			return ODD;
		copy = packing->next;
		packing->next += size + 1;
	} else if (!(copy = kin_arena_alloc(arena, size + 1))) {
		return KIN_ENOMEM;
	}
	if (!copy_text(copy, text, size))
		return ODD;
	KIN_STORE(const char *, member, copy);
	return READ;
}

/* Bytes may be read as something that has to be aligned. */
static inline __attribute__((always_inline)) int read_bytes(sqlite3_value *value, void *member, text_place place,
                                                            kin_arena_space *packing, kin_arena *arena)
{
	const void *data = sqlite3_value_blob(value);
	size_t size = (size_t)sqlite3_value_bytes(value);

	if (size == 0) {
		data = "";
	} else if (place == TO_ARENA) {
		if (!(data = kin_arena_copy(arena, data, size)))
			return KIN_ENOMEM;
	} else if (place == PACKED) {
		char *copy = packing->next + (-(uintptr_t)packing->next & 7);
		if (copy > packing->end || (size_t)(packing->end - copy) < size)
			return ODD;
		packing->next = copy + size;
		data = memcpy(copy, data, size);
	}
	KIN_STORE(kin_bytes, member, { data, size });
	return READ;
}

/* A cell's kind, with its bit for nullable ones, and a value's storage as one small number. */
#define CELL(kind, type) ((((kind) & KIN_KIND_NULLABLE) >> 2 | ((kind) & 31)) << 3 | (type))
_Static_assert(KIN_KIND_COUNT <= 32 && KIN_KIND_NULLABLE >> 2 == 32 && SQLITE_NULL < 8, "CELL() packs them");

/* Both cases of a kind, plain and nullable. `good` says whether `v` fits. */
#define READ_NUMBER(KIND, T, nullable, type, get, good) \
	case CELL(KIND, type): { \
		__auto_type v = get(value); \
		if (__builtin_expect(!(good), 0)) \
			break; \
		KIN_STORE(T, member, (T)v); \
		continue; \
	} \
	case CELL((KIND) | KIN_KIND_NULLABLE, type): { \
		__auto_type v = get(value); \
		if (__builtin_expect(!(good), 0)) \
			break; \
		KIN_STORE(nullable, member, { .value = (T)v, .present = true }); \
		continue; \
	} \
	case CELL((KIND) | KIN_KIND_NULLABLE, SQLITE_NULL): \
		if (cell->not_null) \
			break; \
		KIN_STORE(nullable, member, { .present = false }); \
		continue;

#define READ_DATE(KIND, T, count) \
	case CELL(KIND, SQLITE_TEXT): \
		if (!parse(value, KIND, &date)) \
			break; \
		KIN_STORE(T, member, { (count)date }); \
		continue; \
	case CELL((KIND) | KIN_KIND_NULLABLE, SQLITE_TEXT): \
		if (!parse(value, KIND, &date)) \
			break; \
		KIN_STORE(kin_nullable(T), member, { .value = { (count)date }, .present = true }); \
		continue; \
	case CELL((KIND) | KIN_KIND_NULLABLE, SQLITE_NULL): \
		if (cell->not_null) \
			break; \
		KIN_STORE(kin_nullable(T), member, { .present = false }); \
		continue;

static inline bool parse(sqlite3_value *value, kin_kind kind, int64_t *ret_date)
{
	const void *text = sqlite3_value_text(value);

	return text && kin_parse_date(text, (size_t)sqlite3_value_bytes(value), kind, ret_date) == KIN_OK;
}

static inline bool is_json(sqlite3_value *value)
{
	const void *text = sqlite3_value_text(value);

	return text && kin_json_valid(text, (size_t)sqlite3_value_bytes(value));
}

/* The kinds that take no memory, by way of a kin_value. false leaves it to read_odd(), which says why. */
static __attribute__((noinline)) bool read_other(const kin_cell *cell, sqlite3_value *from, void *member)
{
	kin_value value;

	return kin_cell_is_flat(cell) && natural(from, &value) == KIN_OK && kin_cell_set_flat(cell, member, &value);
}

/* A case that goes on has filled its member; one that breaks leaves it to read_odd(), or, where it is packed, to the caller. */
static inline __attribute__((always_inline)) int read_cells(kin_statement *statement, const kin_cell *cells, size_t count, char *object,
                                                            text_place place, kin_arena_space *packing, kin_arena *arena, kin_error *error)
{
	for (const kin_cell *cell = cells, *end = cells + count; cell < end; cell++) {
		sqlite3_value *value = column_of(statement, cell->column);
		void *member = object + cell->offset;
		int64_t date;
		int rc;

		switch (CELL(cell->kind, sqlite3_value_type(value))) {
		READ_NUMBER(KIN_KIND_INT64, int64_t, kin_nullable(int64_t), SQLITE_INTEGER, sqlite3_value_int64, true)
		READ_NUMBER(KIN_KIND_INT32, int32_t, kin_nullable(int32_t), SQLITE_INTEGER, sqlite3_value_int64, v == (int32_t)v)
		READ_NUMBER(KIN_KIND_INT16, int16_t, kin_nullable(int16_t), SQLITE_INTEGER, sqlite3_value_int64, v == (int16_t)v)
		READ_NUMBER(KIN_KIND_INT8, int8_t, kin_nullable(int8_t), SQLITE_INTEGER, sqlite3_value_int64, v == (int8_t)v)
		READ_NUMBER(KIN_KIND_UINT8, uint8_t, kin_nullable(uint8_t), SQLITE_INTEGER, sqlite3_value_int64, v == (uint8_t)v)
		READ_NUMBER(KIN_KIND_UINT16, uint16_t, kin_nullable(uint16_t), SQLITE_INTEGER, sqlite3_value_int64, v == (uint16_t)v)
		READ_NUMBER(KIN_KIND_UINT32, uint32_t, kin_nullable(uint32_t), SQLITE_INTEGER, sqlite3_value_int64, v == (uint32_t)v)
		READ_NUMBER(KIN_KIND_UINT64, uint64_t, kin_nullable(uint64_t), SQLITE_INTEGER, sqlite3_value_int64, v >= 0)
		READ_NUMBER(KIN_KIND_BOOL, bool, kin_nullable(bool), SQLITE_INTEGER, sqlite3_value_int64, v == 0 || v == 1)
		READ_NUMBER(KIN_KIND_DOUBLE, double, kin_nullable(double), SQLITE_FLOAT, sqlite3_value_double, true)
		READ_NUMBER(KIN_KIND_FLOAT, float, kin_nullable(float), SQLITE_FLOAT, sqlite3_value_double,
		            isinf((float)v) == isinf(v))
		READ_DATE(KIN_KIND_DATE, kin_date, int32_t)
		READ_DATE(KIN_KIND_TIME, kin_time, int64_t)
		READ_DATE(KIN_KIND_DATETIME, kin_datetime, int64_t)
		READ_DATE(KIN_KIND_TIMESTAMP, kin_timestamp, int64_t)
		case CELL(KIN_KIND_TEXT, SQLITE_TEXT):
			if (__builtin_expect((rc = read_text(value, member, place, packing, arena)) == READ, 1))
				continue;
			if (rc < 0)
				return kin_error_nomem(error);
			break;
		case CELL(KIN_KIND_TEXT, SQLITE_NULL):
			if (cell->not_null)
				break;
			KIN_STORE(const char *, member, NULL);
			continue;
		case CELL(KIN_KIND_BYTES, SQLITE_BLOB):
			if (__builtin_expect((rc = read_bytes(value, member, place, packing, arena)) == READ, 1))
				continue;
			if (rc < 0)
				return kin_error_nomem(error);
			break;
		case CELL(KIN_KIND_BYTES, SQLITE_NULL):
			if (cell->not_null)
				break;
			KIN_STORE(kin_bytes, member, { NULL, 0 });
			continue;
		case CELL(KIN_KIND_JSON, SQLITE_TEXT):
		case CELL(KIN_KIND_JSON | KIN_KIND_NULLABLE, SQLITE_TEXT):
			if (!is_json(value))
				break;
			if (__builtin_expect((rc = read_text(value, member, place, packing, arena)) < 0, 0))
				return kin_error_nomem(error);
			if (rc == ODD)
				break;
			if (cell->kind & KIN_KIND_NULLABLE)
				KIN_STORE(bool, (char *)member + offsetof(kin_nullable(kin_json), present), true);
			continue;
		default:
			if (read_other(cell, value, member))
				continue;
			break;
		}
		if (place == PACKED)
			return ODD;
		if ((rc = read_odd(statement, cell, value, member, arena, error)) < 0)
			return rc;
	}
	return KIN_OK;
}

int kin_cells_read(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                   kin_arena *arena, kin_error *error)
{
	return read_cells(statement, cells, count, object, TO_ARENA, NULL, arena, error);
}

int kin_cells_borrow(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                     kin_arena *arena, kin_error *error)
{
	bool walked = ((const kin_sqlite_statement *)statement)->row != NULL; /* SQLite's own values end with the call that it is in */

	return walked ? kin_cells_read(statement, cells, count, object, arena, error)
	              : read_cells(statement, cells, count, object, BORROWED, NULL, arena, error);
}

/* In the free space of the arena's chunk, which is taken once it is known how much it is. */
void *kin_cells_make(kin_statement *statement, const kin_mould *mould, kin_arena *arena)
{
	kin_arena_space packing;

	if (!kin_arena_lend(arena, mould->size, &packing))
		return NULL;
	char *piece = packing.next;
	packing.next += mould->size;
	memcpy(piece, mould->blank, mould->size);
	int rc = read_cells(statement, mould->cells, mould->count, piece + mould->head, PACKED, &packing, NULL, NULL);
	return kin_arena_settle(arena, rc == READ ? (size_t)(packing.next - piece) : 0);
}

/* What is copied into the arena. How much a custom type's hook takes nobody knows: what it is given is a guess. */
static inline bool is_pointed(int kind)
{
	int plain = kind & ~KIN_KIND_NULLABLE;

	return plain == KIN_KIND_TEXT || plain == KIN_KIND_BYTES || plain == KIN_KIND_JSON || plain == KIN_KIND_CUSTOM;
}

/* Each text with its NUL, and rounded as the arena rounds. */
size_t kin_cells_read_size(kin_statement *statement, const kin_cell *cells, size_t count)
{
	size_t total = 0;

	for (const kin_cell *cell = cells, *end = cells + count; cell < end; cell++)
		if (is_pointed(cell->kind))
			total += KIN_ARENA_ROUND((size_t)sqlite3_value_bytes(column_of(statement, cell->column)) + 1);
	return total;
}

int kin_cells_value(kin_statement *statement, size_t column, int kind, kin_value *ret_value, kin_error *error)
{
	kin_value value;
	int plain = kind & ~KIN_KIND_NULLABLE;
	sqlite3_value *from = column_of(statement, column);
	int rc = natural(from, &value);

	if (rc == KIN_OK && plain == KIN_KIND_JSON && (value.kind == KIN_KIND_INT64 || value.kind == KIN_KIND_DOUBLE)) {
		const void *number = sqlite3_value_text(from);
		value = kin_value_text_n(number, (size_t)sqlite3_value_bytes(from));
		rc = number ? KIN_OK : KIN_ENOMEM;
	}
	if (rc == KIN_OK)
		rc = kin_cell_convert(&value, kind, NULL, error);
	if (rc < 0)
		return in_column(statement, column, rc, error);
	*ret_value = value;
	return KIN_OK;
}

int64_t kin_cells_integer(kin_statement *statement, size_t column, bool *ret_null)
{
	sqlite3_value *value = column_of(statement, column);

	*ret_null = sqlite3_value_type(value) == SQLITE_NULL;
	return sqlite3_value_int64(value);
}
