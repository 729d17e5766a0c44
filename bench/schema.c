/* schema.c - two tables and an index on owner_id. */
#include "schema.h"

const char bench_schema[] =
	"CREATE TABLE owners ("
	"id INTEGER NOT NULL, name VARCHAR, "
	"CONSTRAINT pk_owners PRIMARY KEY (id));"
	"CREATE TABLE pets ("
	"id INTEGER NOT NULL, name VARCHAR, species VARCHAR, owner_id BIGINT, "
	"CONSTRAINT pk_pets PRIMARY KEY (id), "
	"CONSTRAINT fk_pets_owner_id_owners FOREIGN KEY (owner_id) REFERENCES owners (id));"
	"CREATE INDEX ix_pets_owner_id ON pets (owner_id);";
