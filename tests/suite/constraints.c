/* Each constraint has its code, and names what it is about. */
#include "suite/suite.h"

static const char schema[] =
	"CREATE TABLE owners (id INTEGER NOT NULL, CONSTRAINT pk_owners PRIMARY KEY (id));"
	"CREATE TABLE pets (id INTEGER NOT NULL, name VARCHAR(80) NOT NULL, age INTEGER, owner_id INTEGER,"
	" CONSTRAINT pk_pets PRIMARY KEY (id),"
	" CONSTRAINT uq_pets_name UNIQUE (name),"
	" CONSTRAINT fk_pets_owner_id_owners FOREIGN KEY (owner_id) REFERENCES owners (id),"
	" CONSTRAINT ck_pets_age CHECK (age >= 0));";

static kin_connection *connect_to_pets(kin_db *db)
{
	kin_connection *c = acquire(db);

	suite_create(c, schema);
	run(c, "insert into owners values (1); insert into pets values (1, 'Ben', 3, 1)");
	return c;
}

/* What an error is about: SQLite says which columns, where the others know the constraint's name. */
static void check_fails(kin_db *db, kin_connection *c, const char *sql, int code, const char *sqlite_name, const char *name)
{
	kin_error error = { 0 };
	int rc = failure(c, sql, &error);

	CHECK_MSG(rc == code, "%s: %s: %s", sql, kin_errname(rc), kin_error_text(&error));
	CHECK_INT(error.code, code);
	CHECK_TEXT(error.name, is_dialect(db, "sqlite") ? sqlite_name : name);
	CHECK_TEXT(error.sql, sql);
	kin_error_clear(&error);
}

SUITE(a_key_that_is_there_already)
{
	kin_connection *c = connect_to_pets(db);

	/* MariaDB calls every primary key so */
	check_fails(db, c, "insert into pets values (1, 'Rex', 1, 1)", KIN_EUNIQUE, "pets.id",
	            is_dialect(db, "mariadb") ? "PRIMARY" : "pk_pets");
	check_fails(db, c, "insert into pets values (2, 'Ben', 1, 1)", KIN_EUNIQUE, "pets.name", "uq_pets_name");
	kin_db_release(db, c);
}

SUITE(null_where_it_must_not_be)
{
	kin_connection *c = connect_to_pets(db);

	check_fails(db, c, "insert into pets values (2, null, 1, 1)", KIN_ENOTNULL, "pets.name", "pets.name");
	check_fails(db, c, "update pets set name = null", KIN_ENOTNULL, "pets.name", "pets.name");
	kin_db_release(db, c);
}

SUITE(a_foreign_key_to_nothing_and_a_row_that_is_still_pointed_at)
{
	kin_connection *c = connect_to_pets(db);

	check_fails(db, c, "insert into pets values (2, 'Rex', 1, 9)", KIN_EFOREIGN, NULL, "fk_pets_owner_id_owners");
	check_fails(db, c, "delete from owners", KIN_EFOREIGN, NULL, "fk_pets_owner_id_owners");
	kin_db_release(db, c);
}

SUITE(a_check_that_is_not_satisfied)
{
	kin_connection *c = connect_to_pets(db);

	check_fails(db, c, "insert into pets values (2, 'Rex', -1, 1)", KIN_ECHECK, "ck_pets_age", "ck_pets_age");
	kin_db_release(db, c);
}

SUITE(a_deferred_foreign_key_fails_at_the_commit)
{
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	suite_create(c, "CREATE TABLE owners (id INTEGER NOT NULL, CONSTRAINT pk_owners PRIMARY KEY (id));"
	                "CREATE TABLE pets (owner_id INTEGER, CONSTRAINT fk_pets_owner_id_owners FOREIGN KEY (owner_id)"
	                " REFERENCES owners (id) DEFERRABLE INITIALLY DEFERRED);");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	int rc = failure(c, "insert into pets values (9)", &error);
	CHECK_INT(rc, is_dialect(db, "mariadb") ? KIN_EFOREIGN : KIN_OK); /* it defers nothing */
	if (rc == KIN_OK)
		CHECK_INT(kin_connection_commit(c, &error), KIN_EFOREIGN);
	kin_connection_rollback(c, NULL);
	CHECK_INT(number(c, "select count(*) from pets"), 0);
	kin_error_clear(&error);
	kin_db_release(db, c);
}
