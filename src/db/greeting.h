/* greeting.h - who a server is that is not the one that was asked for, by what it says first. */
#ifndef KIN_DB_GREETING_H
#define KIN_DB_GREETING_H

#include <stdbool.h>
#include <stddef.h>

/* "a web server"; NULL: none that says so. */
const char *kin_greeting_of(const void *bytes, size_t size);
/* The first packet of MariaDB or MySQL: a greeting of version 10 of the protocol, or an error. */
bool kin_greeting_is_mysql(const void *bytes, size_t size);

#endif
