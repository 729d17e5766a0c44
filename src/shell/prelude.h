/* prelude.h - the header that every line of the shell starts with, and the object that holds what it declares. */
#ifndef KIN_SHELL_PRELUDE_H
#define KIN_SHELL_PRELUDE_H

#include "base/text.h"

/* kin.h, the app's headers (full paths), `app`, `session` and `db`, and how each model prints. */
void kin_prelude_header(kin_text *out, const char *const *headers, size_t header_count,
                        const char *const *models, size_t model_count);
/* The definitions; compiled once with that header. */
const char *kin_prelude_source(void);

/* The symbols it defines, for dlsym(). */
#define KIN_PRELUDE_APP     "kin_shell_app"     /* kin_app * */
#define KIN_PRELUDE_SESSION "kin_shell_session" /* kin_session * */
#define KIN_PRELUDE_SHOW    "kin_shell_show"    /* void (*)(const kin_value *) */

#endif
