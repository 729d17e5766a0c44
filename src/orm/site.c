/* site.c - all query sites of the program.
 *
 * Every shared object registers the range of pointers that its linker collected, once for each of its files, before main() or when it is loaded. Ranges are
 * not copied: only where they are is kept, so registering takes no memory that grows with the program. */
#include "orm/site.h"

#include <pthread.h>

#include "base/vec.h"

typedef struct range {
	kin_site *const *begin;
	kin_site *const *end;
} range;

static struct {
	pthread_mutex_t lock;
	kin_vec(range)  ranges;
} sites = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool is_known(kin_site *const *begin)
{
	for (size_t i = 0; i < sites.ranges.count; i++)
		if (sites.ranges.items[i].begin <= begin && begin < sites.ranges.items[i].end)
			return true;
	return false;
}

void kin_sites_register(kin_site *const *begin, kin_site *const *end)
{
	if (!begin || begin == end)
		return;
	pthread_mutex_lock(&sites.lock);
	if (!is_known(begin)) {
		bool kept = kin_vec_push(&sites.ranges, ((range){ begin, end }));
		(void)kept; /* without memory for 16 bytes the sites still work, they are just not checked */
	}
	pthread_mutex_unlock(&sites.lock);
}

size_t kin_site_total(void)
{
	size_t total = 0;

	pthread_mutex_lock(&sites.lock);
	for (size_t i = 0; i < sites.ranges.count; i++)
		total += (size_t)(sites.ranges.items[i].end - sites.ranges.items[i].begin);
	pthread_mutex_unlock(&sites.lock);
	return total;
}

kin_site *kin_site_at(size_t index)
{
	kin_site *site = NULL;

	pthread_mutex_lock(&sites.lock);
	for (size_t i = 0; i < sites.ranges.count && !site; i++) {
		size_t count = (size_t)(sites.ranges.items[i].end - sites.ranges.items[i].begin);
		if (index < count)
			site = sites.ranges.items[i].begin[index];
		else
			index -= count;
	}
	pthread_mutex_unlock(&sites.lock);
	return site;
}
