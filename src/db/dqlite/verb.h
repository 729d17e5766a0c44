/* verb.h - what a statement is, seen from outside: how it has to be asked, and what becomes of it when the node goes. */
#ifndef KIN_DB_DQLITE_VERB_H
#define KIN_DB_DQLITE_VERB_H

#include <stdbool.h>
#include <stddef.h>

/* What is not known when the connection goes while it runs. */
typedef enum kin_verb_effect {
	KIN_VERB_READS,   /* nothing is lost: it can be asked again */
	KIN_VERB_WRITES,  /* outside a transaction nobody knows */
	KIN_VERB_COMMITS, /* nobody knows */
} kin_verb_effect;

/* What it does to the transaction. */
typedef enum kin_verb_turn { KIN_VERB_STAYS, KIN_VERB_BEGINS, KIN_VERB_ENDS, KIN_VERB_ROLLS_BACK } kin_verb_turn;

typedef struct kin_verb {
	kin_verb_effect effect;
	kin_verb_turn   turn;
	bool            rows;      /* it is asked for rows; else it is run */
	bool            select;    /* a SELECT, that may stand inside another one */
	bool            plain;     /* it has no placeholders, and is not prepared */
	bool            counts;    /* the rows that it changes are counted */
	bool            returning; /* it writes, and may have rows: never outside a transaction */
	bool            savepoint; /* a transaction has to be open */
	bool            personal;  /* it changes the connection, not the database: another connection would not do as well */
	const char     *refused;   /* why it is not sent at all. NULL: it is */
} kin_verb;

/* The next statement in a text. Returns its start, which is at the text's end if there is none; *ret_length is without the
 * semicolon, *ret_next what follows it. */
const char *kin_verb_split(const char *sql, size_t *ret_length, const char **ret_next);
kin_verb kin_verb_of(const char *sql, size_t length);

#endif
