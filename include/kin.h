/* kin.h - everything a program needs: #include <kin.h>. */
#ifndef KIN_H
#define KIN_H

#include <kin/api.h>
#include <kin/error.h>
#include <kin/types.h>
#include <kin/naming.h>
#include <kin/value.h>
#include <kin/model.h>
#include <kin/inherit.h>
#include <kin/db.h>
#include <kin/notify.h>
#include <kin/session.h>
#include <kin/hook.h>
#include <kin/query.h>
#include <kin/select.h>
#include <kin/bulk.h>
#include <kin/page.h>
#include <kin/fake.h>
#include <kin/backfill.h>
#include <kin/app.h>
#include <kin/migration.h>

#endif
