/* options.h - what a database URL may ask of any database: ?pool_size=20&pool_pre_ping=1 … */
#ifndef KIN_DB_OPTIONS_H
#define KIN_DB_OPTIONS_H

#include <kin/db.h>

#include "db/url.h"

/* Check the settings, and those that stand in the URL; these go before, and are taken out of url->options, so that a driver finds
 * its own there. KIN_ECONFIG, saying which and what was expected. */
int kin_options_take(kin_url *url, kin_db_options *settings, kin_error *error);

#endif
