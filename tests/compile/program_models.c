/* program_models.c - the models of program.cc. */
#include "models.h"

KIN_MODEL(Owner, "owners") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_has_many(pets, Pet, .backref = "owner");
}

KIN_MODEL(Pet, "pets") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(owner_id, .foreign_key = "owners.id");
	kin_belongs_to(owner, Owner);
}
