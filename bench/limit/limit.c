/* limit.c - the limit's workloads by name. */
#include "limit.h"

const char bench_contender[] = "limit";

const bench_workload bench_workloads[] = {
	{ "insert", insert },
	{ "load", load },
	{ "joined", eager_joined },
	{ "subquery", eager_two_scans },
	{ "selectin", eager_two_scans },
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
