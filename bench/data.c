/* data.c - the rows of the bench: names of 6 to 21 bytes, five species, one pet in sixteen without an owner. */
#include "data.h"

#include <stdio.h>

#include "contender.h"

static const char *const first_names[] = {
	"Ada", "Ben", "Carla", "Dmitri", "Esther", "Florian", "Gwen", "Hakim", "Ines", "Jonathan", "Kai", "Leonora",
	"Maximilian", "Nora", "Oleg", "Priscilla",
};
static const char *const species[] = { "Dog", "Cat", "Chicken", "Hamster", "Turtle" };

/* The finaliser of splitmix64 (Steele, Lea, Flood 2014): a permutation whose results look random. */
static uint64_t scatter(uint64_t i)
{
	i += UINT64_C(0x9e3779b97f4a7c15);
	i = (i ^ i >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	i = (i ^ i >> 27) * UINT64_C(0x94d049bb133111eb);
	return i ^ i >> 31;
}

int64_t bench_pick(uint64_t i, int64_t below)
{
	return (int64_t)(scatter(i) % (uint64_t)below);
}

const char *bench_species(uint64_t i)
{
	return species[scatter(i) % 5];
}

int64_t bench_owner_count(int64_t pets)
{
	return pets / 5 > 0 ? pets / 5 : 1;
}

static void name_of(char *name, size_t size, uint64_t i)
{
	uint64_t random = scatter(i);

	snprintf(name, size, "%s %llu", first_names[random % 16], (unsigned long long)(random >> 32 & 0xfffff) + 10);
}

bench_owner bench_owner_at(int64_t i)
{
	bench_owner owner;

	name_of(owner.name, sizeof(owner.name), (uint64_t)i * 2);
	return owner;
}

bench_pet bench_pet_at(int64_t i, int64_t owners)
{
	uint64_t key = (uint64_t)i * 2 + 1;
	bench_pet pet = { .species = bench_species(key + 3), .owner = bench_pick(key + 5, owners) };

	name_of(pet.name, sizeof(pet.name), key);
	if (scatter(key + 7) % 16 == 0)
		pet.owner = -1;
	return pet;
}

bench_owner *bench_owners(int64_t count)
{
	bench_owner *owners = bench_alloc((size_t)count, sizeof(*owners));

	for (int64_t i = 0; i < count; i++)
		owners[i] = bench_owner_at(i);
	return owners;
}

bench_pet *bench_pets(int64_t count, int64_t owners)
{
	bench_pet *pets = bench_alloc((size_t)count, sizeof(*pets));

	for (int64_t i = 0; i < count; i++)
		pets[i] = bench_pet_at(i, owners);
	return pets;
}
