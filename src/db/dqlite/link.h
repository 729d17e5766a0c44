/* link.h - a socket to a node: whole messages go out and come in, within a time, unless somebody says to stop. */
#ifndef KIN_DB_DQLITE_LINK_H
#define KIN_DB_DQLITE_LINK_H

#include "db/dqlite/frame.h"

typedef enum kin_link_end {
	KIN_LINK_OK,
	KIN_LINK_CLOSED,      /* .problem says why */
	KIN_LINK_SILENT,      /* the time is over */
	KIN_LINK_GARBLED,     /* what came is no message of dqlite */
	KIN_LINK_INTERRUPTED,
	KIN_LINK_NOMEM,
} kin_link_end;

typedef struct kin_link {
	int         fd;      /* -1: there is no connection */
	int         wake[2]; /* a pipe: kin_link_wake() writes to it. -1: none */
	kin_text    out;     /* what is to be sent */
	char       *in;      /* what has come: in + start … in + end is not read yet */
	size_t      start, end, room;
	const char *problem; /* of the last CLOSED. A literal, or strerror()'s */
} kin_link;

/* No time limit. */
#define KIN_LINK_EVER INT64_MAX

/* Memory for small messages is taken here, so that a COMMIT's answer can be read when there is no more. false: .fd and the rest are as
 * they have to be for kin_link_done(). */
bool kin_link_init(kin_link *link);
void kin_link_done(kin_link *link);

/* `deadline` is a kin_clock_steady(), or KIN_LINK_EVER. */
kin_link_end kin_link_open(kin_link *link, const char *host, const char *port, int64_t deadline);
void kin_link_close(kin_link *link);
/* Send what is in .out, and empty that. */
kin_link_end kin_link_send(kin_link *link, int64_t deadline);
/* The next message, of at most `most` bytes; it is borrowed until the next call. */
kin_link_end kin_link_receive(kin_link *link, uint64_t most, int64_t deadline, kin_frame *ret_frame);
/* Whether the connection is there and nothing has come that nobody asked for. */
bool kin_link_quiet(const kin_link *link);

/* Wait, with nothing on its way. OK: the time is over; or INTERRUPTED. */
kin_link_end kin_link_pause(kin_link *link, int64_t microseconds);
/* Make what waits end as INTERRUPTED. Async-signal-safe, from any thread. */
void kin_link_wake(const kin_link *link);
/* Forget that somebody did. */
void kin_link_calm(const kin_link *link);

#endif
