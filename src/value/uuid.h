/* uuid.h - a uuid's text of a known length. */
#ifndef KIN_VALUE_UUID_H
#define KIN_VALUE_UUID_H

#include <kin/types.h>

/* As kin_uuid_parse(), for a text that does not end with a NUL. */
int kin_uuid_read(const char *text, size_t length, kin_uuid *ret_uuid);

#endif
