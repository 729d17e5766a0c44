/* naive.c - the careful programmer's workloads by name. */
#include "naive.h"

const char bench_contender[] = "naive";

const bench_workload bench_workloads[] = {
	{ "insert", insert },
	{ "load", load },
	{ "joined", eager_joined },
	{ "subquery", eager_subquery },
	{ "selectin", eager_selectin },
	{ "lazy", lazy },
	{ "get-cold", get_cold },
	{ "get-hot", get_hot },
	{ "update", update },
	{ "delete", delete },
	{ "query", query },
	{ "stream", stream },
	{ "start", start },
	{ NULL, NULL },
};
