/* utf8.h - whether bytes are UTF-8. */
#ifndef KIN_VALUE_UTF8_H
#define KIN_VALUE_UTF8_H

#include <stddef.h>

/* How many bytes from the beginning are UTF-8 (The Unicode Standard, table 3-7: no surrogates, nothing longer than it need be, nothing above
 * U+10FFFF); `size` when all are. */
size_t kin_utf8_sound(const char *text, size_t size);

#endif
