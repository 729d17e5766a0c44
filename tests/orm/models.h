/* models.h - more models, for what owners and pets do not show. */
#ifndef KIN_ORM_TEST_MODELS_H
#define KIN_ORM_TEST_MODELS_H

#include "orm_test.h"

KIN_DECLARE(Team);
KIN_DECLARE(Player);
KIN_DECLARE(Badge);
KIN_DECLARE(Ticket);
KIN_DECLARE(Node);
KIN_DECLARE(Bin);
KIN_DECLARE(Nut);
KIN_DECLARE(Country);
KIN_DECLARE(Note);

/* Its players cannot do without it, and go with it. */
struct Team {
	int64_t      id;
	const char  *name;
	Player_list  players;
	const Badge *badge;
};

struct Player {
	int64_t     id;
	const char *name;
	int64_t     team_id;
	const Team *team;
};

/* Pointed at by kin_has_one(). */
struct Badge {
	int64_t               id;
	const char           *motto;
	kin_nullable(int64_t) team_id;
	const Team           *team;
};

/* Its owner knows nothing of it, and its key must be there. */
struct Ticket {
	int64_t     id;
	int64_t     team_id;
	const Team *team;
};

/* Points at its own table. */
struct Node {
	int64_t               id;
	const char           *name;
	kin_nullable(int64_t) parent_id;
	const Node           *parent;
	Node_list             children;
};

/* A collection whose items have no member for their owner. */
struct Bin {
	int64_t  id;
	Nut_list nuts;
};

struct Nut {
	int64_t               id;
	int32_t               size;
	kin_nullable(int64_t) bin_id;
};

/* A key that the program makes. */
struct Country {
	const char *code;
	const char *name;
};

/* Of every kind, with defaults of the database's. */
struct Note {
	int64_t                id;
	const char            *text;
	kin_bytes              data;
	bool                   done;
	kin_nullable(int16_t)  rank;
	double                 weight;
	kin_datetime           written;
	kin_nullable(kin_date) due;
};

/* test_open(), with the tables of these models too, made from the schema that the models describe. */
kin_db *models_open(void);

/* Tables of other models, made from that schema, in an open database. What they point at comes before them. */
void models_create(const char *const *tables, size_t count);
#define MODELS_CREATE(...) \
	models_create((const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

#endif
