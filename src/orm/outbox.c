/* outbox.c - rows that are made ready, until they are sent together. */
#include "orm/outbox.h"

#include "orm/inherit.h"

enum { MOST = 32768 }; /* rows */

int kin_outbox_init(kin_outbox *outbox, kin_flusher *flush)
{
	size_t mappings = kin_registry_count(flush->session->registry);

	*outbox = (kin_outbox){ .flush = flush, .inserting = kin_arena_zalloc(flush->arena, mappings + 1) };
	return outbox->inserting ? KIN_OK : kin_session_nomem(flush->session);
}

void kin_outbox_done(kin_outbox *outbox)
{
	kin_vec_done(&outbox->parcels);
	kin_vec_done(&outbox->items);
}

int kin_outbox_add(kin_outbox *outbox, kin_parcel parcel, kin_tracked *tracked)
{
	size_t parcels = outbox->parcels.count;
	bool another = parcels == 0 || outbox->parcels.items[parcels - 1].write != parcel.write;

	parcel.first = outbox->items.count;
	parcel.count = 0;
	if (another && !kin_vec_push(&outbox->parcels, parcel))
		return kin_session_nomem(outbox->flush->session);
	if (!kin_vec_push(&outbox->items, tracked))
		return kin_session_nomem(outbox->flush->session);
	outbox->parcels.items[outbox->parcels.count - 1].count++;
	if (parcel.write->change.change == KIN_CHANGE_INSERT)
		outbox->inserting[parcel.mapping->id] = true;
	return outbox->items.count < MOST ? KIN_OK : kin_outbox_send(outbox);
}

static int take(void *context, size_t repeat, size_t object, kin_statement *done)
{
	const kin_outbox *outbox = context;
	const kin_parcel *parcel = &outbox->parcels.items[repeat];

	return parcel->done(outbox->flush, parcel, outbox->items.items[parcel->first + object], done);
}

static kin_repeat repeat_of(const kin_parcel *parcel, const void *const *objects, const void *const *keys)
{
	const kin_write *write = parcel->write;

	return (kin_repeat){
		.sql = write->sql, .change = &write->change, .cells = write->cells, .cell_count = write->cell_count,
		.key_cells = write->key_cells, .key_count = write->key_count, .objects = objects + parcel->first,
		.keys = keys + parcel->first, .count = parcel->count,
	};
}

/* Name the member, or the object, that it failed for. */
static int explain(const kin_outbox *outbox, const kin_fault *fault, int rc)
{
	if (fault->repeat == SIZE_MAX || fault->object == SIZE_MAX)
		return rc;
	const kin_parcel *parcel = &outbox->parcels.items[fault->repeat];
	const kin_tracked *tracked = outbox->items.items[parcel->first + fault->object];
	if (fault->cell < parcel->write->cell_count)
		kin_flush_name_member(outbox->flush->session, parcel->mapping, &parcel->write->cells[fault->cell], tracked->object);
	return kin_flush_explain(outbox->flush, tracked->object);
}

/* Keys are those that the rows have until now: of a new one there are none. */
static int send(kin_outbox *outbox)
{
	kin_flusher *flush = outbox->flush;
	size_t count = outbox->items.count;
	const void **objects = kin_mem_alloc(count * sizeof(*objects)), **keys = kin_mem_alloc(count * sizeof(*keys));
	kin_repeat *repeats = kin_mem_alloc(outbox->parcels.count * sizeof(*repeats));
	kin_fault fault;
	int rc;

	if (!objects || !keys || !repeats) {
		rc = kin_session_nomem(flush->session);
		goto out;
	}
	for (size_t i = 0; i < count; i++) {
		objects[i] = outbox->items.items[i]->object;
		keys[i] = outbox->items.items[i]->snapshot;
	}
	for (size_t i = 0; i < outbox->parcels.count; i++)
		repeats[i] = repeat_of(&outbox->parcels.items[i], objects, keys);
	rc = kin_connection_repeat(flush->connection, repeats, outbox->parcels.count, take, outbox, &fault, &flush->session->error);
	if (rc < 0)
		rc = explain(outbox, &fault, rc);
out:
	kin_mem_free(objects);
	kin_mem_free(keys);
	kin_mem_free(repeats);
	return rc;
}

int kin_outbox_send(kin_outbox *outbox)
{
	int rc = outbox->items.count > 0 ? send(outbox) : KIN_OK;

	for (size_t i = 0; i < outbox->parcels.count; i++)
		outbox->inserting[outbox->parcels.items[i].mapping->id] = false;
	outbox->parcels.count = outbox->items.count = 0;
	return rc;
}

/* Rows of the mapping, or of what inherits from it. */
static bool is_inserting(const kin_outbox *outbox, const kin_mapping *mapping)
{
	const kin_lineage *lineage = mapping->lineage;

	for (size_t i = 0; lineage && i < lineage->heir_count; i++)
		if (outbox->inserting[lineage->heirs[i]->id])
			return true;
	return outbox->inserting[mapping->id];
}

int kin_outbox_send_needed(kin_outbox *outbox, const kin_mapping *mapping)
{
	for (size_t i = 0; i < mapping->foreign_count; i++)
		if (is_inserting(outbox, mapping->foreigns[i].target))
			return kin_outbox_send(outbox);
	return KIN_OK;
}
