/* db_adopt.h - taking over a database that another tool has managed. */
#ifndef KIN_CLI_DB_ADOPT_H
#define KIN_CLI_DB_ADOPT_H

#include "cli/db_task.h"

/* `kin db stamp --from-alembic`; the exit status. */
int kin_db_adopt(kin_cli *cli);

#endif
