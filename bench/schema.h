/* schema.h - the tables of the bench, as kin's migrations make them from its models. */
#ifndef BENCH_SCHEMA_H
#define BENCH_SCHEMA_H

/* Statements that make them, with nothing in them. */
extern const char bench_schema[];

#endif
