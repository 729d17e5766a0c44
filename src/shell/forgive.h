/* forgive.h - what people type from habit, as the C it means.
 *
 *     Pet(name="Ben", species='Dog')               kin_new(session, Pet, .name = "Ben", .species = "Dog")
 *     Pet.query.filter_by(owner_id=1).first()      kin_first(session, Pet, "owner_id = ?", 1)
 *     owner.pets, owner.pets[0]                    kin_load(owner, pets), kin_load(owner, pets).items[0]
 *     owner.pets.append(pet)                       kin_append(owner, pets, pet)
 *     session.add(pet)                             db.session.add(pet)
 *     None, True, False, len(x), print(x)          NULL, true, false, (x).count, kin_print_(x)
 *
 * A text that needs none of this comes out as it is. Knows no compiler: what only types can tell
 * (`pet.id` on a pointer) is mended by what the compiler says of it, in compile.c. */
#ifndef KIN_SHELL_FORGIVE_H
#define KIN_SHELL_FORGIVE_H

#include "base/error.h"
#include "base/text.h"

typedef struct kin_forgive_relation {
	const char *name;
	bool        to_many;
} kin_forgive_relation;

/* What the app has. */
typedef struct kin_forgive_names {
	const char *const          *models;
	size_t                      model_count;
	const kin_forgive_relation *relations;
	size_t                      relation_count;
} kin_forgive_names;

/* Append the C. `load`: a relationship after a `.` is loaded by being named. KIN_OK; KIN_EQUERY for a query chain that says something
 * unknown, with what is known; KIN_ENOMEM. */
int kin_forgive(kin_text *out, const char *text, const kin_forgive_names *names, bool load, kin_error *error);

/* Whether a line only brings names into scope, which they are: `from models import db, Owner`, `import os`. */
bool kin_forgive_is_import(const char *text);

#endif
