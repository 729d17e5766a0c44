/* ini_file.h - reads kin.ini: sections, and lines of `name = value`. */
#ifndef KIN_APP_INI_FILE_H
#define KIN_APP_INI_FILE_H

#include "base/error.h"

/* Called for each value, borrowed for the call. KIN_OK, or an error, which gets the file and line in front of it. */
typedef int kin_ini_file_entry(void *context, const char *section, const char *name, const char *value, kin_error *error);

/* KIN_OK; KIN_ECONFIG with file and line; KIN_ENOTFOUND; KIN_EIO; KIN_ENOMEM; or what `entry` returned. */
int kin_ini_file_read(const char *path, kin_ini_file_entry *entry, void *context, kin_error *error);

#endif
