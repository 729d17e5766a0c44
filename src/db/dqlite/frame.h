/* frame.h - the messages of dqlite's wire protocol: a request is written, an answer is read.
 *
 * A message is a header (its body's length in words of 8 bytes, a type, a schema) and a body. Numbers are little-endian, and
 * everything takes up whole words. What is read comes from a stranger: a reader never leaves the body, and .bad says that it would
 * have had to. */
#ifndef KIN_DB_DQLITE_FRAME_H
#define KIN_DB_DQLITE_FRAME_H

#include <stdint.h>

#include "base/text.h"

enum {
	KIN_FRAME_WORD = 8,
	KIN_FRAME_HEADER = 8, /* bytes */
	KIN_FRAME_VERSION = 1, /* of the protocol, sent first */
};

typedef enum kin_frame_request {
	KIN_ASK_LEADER = 0,
	KIN_ASK_CLIENT = 1,
	KIN_ASK_OPEN = 3,
	KIN_ASK_PREPARE = 4,
	KIN_ASK_EXEC = 5,
	KIN_ASK_QUERY = 6,
	KIN_ASK_FINALIZE = 7,
	KIN_ASK_EXEC_SQL = 8,
	KIN_ASK_QUERY_SQL = 9,
	KIN_ASK_INTERRUPT = 10,
} kin_frame_request;

typedef enum kin_frame_answer {
	KIN_ANSWER_FAILURE = 0,
	KIN_ANSWER_NODE = 1,
	KIN_ANSWER_WELCOME = 2,
	KIN_ANSWER_DATABASE = 4,
	KIN_ANSWER_STATEMENT = 5,
	KIN_ANSWER_RESULT = 6,
	KIN_ANSWER_ROWS = 7,
	KIN_ANSWER_EMPTY = 8,
} kin_frame_answer;

/* Types of values. The last three are made from a column's declared type. */
typedef enum kin_frame_type {
	KIN_WIRE_INTEGER = 1,
	KIN_WIRE_REAL = 2,
	KIN_WIRE_TEXT = 3,
	KIN_WIRE_BYTES = 4,
	KIN_WIRE_NULL = 5,
	KIN_WIRE_UNIXTIME = 9,  /* an integer in a DATE, DATETIME or TIMESTAMP column */
	KIN_WIRE_ISO8601 = 10,  /* a text there; NULL comes as "" */
	KIN_WIRE_BOOLEAN = 11,  /* in a BOOLEAN column; NULL comes as 0 */
} kin_frame_type;

/* What ends a batch of rows. */
#define KIN_FRAME_MORE UINT64_C(0xeeeeeeeeeeeeeeee)
#define KIN_FRAME_DONE UINT64_C(0xffffffffffffffff)

/* ---- writing ---- */

/* Where it begins, for the end to fill in the header. */
size_t kin_frame_begin(kin_text *out, kin_frame_request request);
void kin_frame_end(kin_text *out, size_t start);
void kin_frame_put_u32(kin_text *out, uint32_t n);
void kin_frame_put_u64(kin_text *out, uint64_t n);
void kin_frame_put_text(kin_text *out, const char *text, size_t length);
void kin_frame_put_bytes(kin_text *out, const void *data, size_t size);
/* Fill the word that is begun; words are counted from `start`. */
void kin_frame_pad(kin_text *out, size_t start);

/* ---- reading ---- */

typedef struct kin_frame {
	const char *next, *end; /* of the body */
	int         type;       /* a kin_frame_answer, or whatever was sent */
	bool        bad;
} kin_frame;

uint32_t kin_frame_u32(kin_frame *frame);
uint64_t kin_frame_u64(kin_frame *frame);
/* Borrowed from the body. "" if it is bad. */
const char *kin_frame_text(kin_frame *frame, size_t *ret_length);
const char *kin_frame_bytes(kin_frame *frame, size_t *ret_size);
/* The next `size` bytes, rounded up to words. NULL if it is bad. */
const char *kin_frame_skip(kin_frame *frame, size_t size);
/* The next word, which stays the next. 0 if it is bad. */
uint64_t kin_frame_peek(kin_frame *frame);

/* A header's two parts. */
uint64_t kin_frame_body_size(const char header[KIN_FRAME_HEADER]);
int kin_frame_header_type(const char header[KIN_FRAME_HEADER]);

#endif
