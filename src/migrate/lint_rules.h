/* lint_rules.h - rules that have files of their own. For lint_*.c only. */
#ifndef KIN_MIGRATE_LINT_RULES_H
#define KIN_MIGRATE_LINT_RULES_H

#include "migrate/lint.h"

/* Whether there are values of the one that the other cannot hold. */
bool kin_lint_narrows(const kin_type *from, const kin_type *to);
/* CHAR, VARCHAR, TEXT. */
bool kin_lint_is_text(const kin_type *type);

/* As kin_lint_rule.finds. */
bool kin_lint_distributed_changes(const kin_lint_view *view, const kin_ddl *item, kin_text *what);
bool kin_lint_distributed_unique(const kin_lint_view *view, const kin_ddl *item, kin_text *what);

#endif
