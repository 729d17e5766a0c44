/* ddl_spelling.h - names of types that are no type's but look like a slip of the fingers. */
#ifndef KIN_SQL_DDL_SPELLING_H
#define KIN_SQL_DDL_SPELLING_H

/* The type that was probably meant by the first word of one that is not portable: "VARCHAR" for VARCAHR. NULL: the word is a type of
 * some database, or like none of the portable ones and so perhaps somebody's own. */
const char *kin_ddl_spelling_meant(const char *word);

#endif
