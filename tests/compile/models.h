/* models.h - two models, for a program that gets everything right and snippets that get one thing wrong. */
#ifndef KIN_TESTS_COMPILE_MODELS_H
#define KIN_TESTS_COMPILE_MODELS_H

#include <kin.h>

KIN_DECLARE(Owner);
KIN_DECLARE(Pet);

struct Owner {
	int64_t     id;
	const char *name;
	Pet_list    pets;
};

struct Pet {
	int64_t               id;
	const char           *name;
	kin_nullable(int64_t) owner_id;
	const Owner          *owner;
};

#endif
