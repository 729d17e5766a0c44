// program.cc - the functions of the public headers, from C++; the models are in C.
#include <cstdio>
#include <cstring>

#include "models.h"

static int check(bool holds, const char *what)
{
	if (!holds)
		std::printf("not so: %s\n", what);
	return holds ? 0 : 1;
}

static int asked;

static Pet_list ask(Pet_list pets)
{
	asked++;
	return pets;
}

// `break` ends the walk, and the list's expression, which may be a query, is evaluated once.
static int check_each()
{
	Pet pets[3] = {};
	const Pet *items[3] = { &pets[0], &pets[1], &pets[2] };
	Pet_list list = { items, 3 };
	int seen = 0, some = 0;

	kin_each(Pet, pet, ask(list))
		seen += pet == &pets[seen];
	kin_each(Pet, pet, list) {
		if (pet == &pets[2])
			break;
		some++;
	}
	return check(seen == 3, "kin_each() visits every item") +
	       check(asked == 1, "kin_each() evaluates its list once") + check(some == 2, "break ends kin_each()");
}

int main()
{
	kin_db_options options = {};
	options.url = "sqlite:///:memory:";
	char *message = nullptr;
	kin_db *db = kin_db_open(&options, &message);
	int failed = check(db != nullptr, message ? message : "the database opens");

	failed += check_each();

	kin_session *session = kin_session_new(db);
	kin_fake *fake = kin_fake_new(session);
	kin_fake_seed(fake, 1);
	Pet values = {};
	values.name = kin_fake_first_name(fake);
	Pet *pet = static_cast<Pet *>(kin_session_new_object(session, &Pet_model, &values));
	failed += check(pet && std::strcmp(pet->name, values.name) == 0, "a new object has the values it was given");
	failed += check(kin_state_of(pet) == KIN_TRANSIENT, "a new object is transient");

	kin_query *query = kin_query_new_of(session, &Pet_model);
	kin_value name = kin_value_text("Ben");
	kin_query_where(query, "name = ?", &name, 1);
	failed += check(kin_query_list(query, &Pet_model).count == 0, "there is no table, so there are no pets");
	failed += check(kin_errcode(session) == KIN_ENOTABLE, "that is the session's error");
	failed += check(std::strlen(kin_errmsg(session)) > 0, "and it has a sentence");

	kin_free(session);
	kin_db_close(db);
	std::printf("%d failed\n", failed);
	return failed != 0;
}
