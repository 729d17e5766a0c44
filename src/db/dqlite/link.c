/* link.c - a socket to a node: whole messages go out and come in, within a time, unless somebody says to stop.
 *
 * Memory for a message is taken as it comes, not as its header promises. */
#include "db/dqlite/link.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { ROOM = 16384 };

static kin_link_end closed(kin_link *link, const char *why)
{
	link->problem = why;
	return KIN_LINK_CLOSED;
}

static void set_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
}

bool kin_link_init(kin_link *link)
{
	*link = (kin_link){ .fd = -1, .wake = { -1, -1 } };
	kin_text_init(&link->out);
	if (!(link->in = kin_mem_alloc(ROOM)))
		return false;
	link->room = ROOM;
	for (size_t i = 0; i < ROOM / 4; i += KIN_FRAME_WORD)
		kin_frame_put_u64(&link->out, 0);
	bool ok = kin_text_ok(&link->out) && pipe(link->wake) == 0;
	kin_text_clear(&link->out);
	if (ok) {
		set_nonblocking(link->wake[0]);
		set_nonblocking(link->wake[1]);
	}
	return ok;
}

void kin_link_close(kin_link *link)
{
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
	link->start = link->end = 0;
	kin_text_clear(&link->out);
}

void kin_link_done(kin_link *link)
{
	kin_link_close(link);
	for (int i = 0; i < 2; i++)
		if (link->wake[i] >= 0)
			close(link->wake[i]);
	kin_text_done(&link->out);
	kin_mem_free(link->in);
}

/* ---- waiting ---- */

void kin_link_wake(const kin_link *link)
{
	int saved = errno;
	ssize_t ignored = write(link->wake[1], "", 1); /* if it is full there is enough in it */

	(void)ignored;
	errno = saved;
}

void kin_link_calm(const kin_link *link)
{
	char bytes[64];

	while (read(link->wake[0], bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes))
		;
}

static int milliseconds_to(int64_t deadline)
{
	int64_t left;

	if (deadline == KIN_LINK_EVER)
		return -1;
	left = (deadline - kin_clock_steady() + 999) / 1000;
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

/* Until the socket has one of `events`; fd -1: until the time is over. */
static kin_link_end wait_for(const kin_link *link, int fd, short events, int64_t deadline)
{
	struct pollfd fds[] = { { .fd = link->wake[0], .events = POLLIN }, { .fd = fd, .events = events } };
	int rc;

	do
		rc = poll(fds, 2, milliseconds_to(deadline));
	while (rc < 0 && errno == EINTR);
	if (fds[0].revents)
		return KIN_LINK_INTERRUPTED;
	return rc > 0 ? KIN_LINK_OK : KIN_LINK_SILENT;
}

kin_link_end kin_link_pause(kin_link *link, int64_t microseconds)
{
	kin_link_end end = wait_for(link, -1, 0, kin_clock_steady() + microseconds);

	return end == KIN_LINK_INTERRUPTED ? end : KIN_LINK_OK;
}

bool kin_link_quiet(const kin_link *link)
{
	struct pollfd fd = { .fd = link->fd, .events = POLLIN };

	return link->fd >= 0 && link->start == link->end && poll(&fd, 1, 0) == 0;
}

/* ---- connecting ---- */

/* A host that went away without a word is noticed after some seconds. */
static void set_options(int fd)
{
	int one = 1;

	set_nonblocking(fd);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
#ifdef TCP_USER_TIMEOUT
	unsigned milliseconds = 10000;
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof(milliseconds));
#endif
}

static kin_link_end connect_to(kin_link *link, const struct addrinfo *address, int64_t deadline)
{
	kin_link_end end = KIN_LINK_OK;
	int problem = 0;
	socklen_t size = sizeof(problem);

	if ((link->fd = socket(address->ai_family, SOCK_STREAM, 0)) < 0)
		return closed(link, strerror(errno));
	set_options(link->fd);
	if (connect(link->fd, address->ai_addr, address->ai_addrlen) != 0 && errno != EINPROGRESS)
		end = closed(link, strerror(errno));
	else if ((end = wait_for(link, link->fd, POLLOUT, deadline)) == KIN_LINK_OK) {
		getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &problem, &size);
		if (problem != 0)
			end = closed(link, strerror(problem));
	}
	if (end != KIN_LINK_OK)
		kin_link_close(link);
	return end;
}

kin_link_end kin_link_open(kin_link *link, const char *host, const char *port, int64_t deadline)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM }, *addresses = NULL;
	kin_link_end end = KIN_LINK_SILENT;
	int rc = getaddrinfo(host, port, &hints, &addresses);

	if (rc != 0)
		return closed(link, gai_strerror(rc));
	for (struct addrinfo *address = addresses; address; address = address->ai_next) {
		end = connect_to(link, address, deadline);
		if (end == KIN_LINK_OK || end == KIN_LINK_INTERRUPTED)
			break;
	}
	freeaddrinfo(addresses);
	return end;
}

/* ---- bytes ---- */

/* Room for `size` bytes from .start on. */
static bool make_room(kin_link *link, size_t size)
{
	size_t have = link->end - link->start;

	if (link->room - link->start >= size)
		return true;
	memmove(link->in, link->in + link->start, have);
	link->start = 0;
	link->end = have;
	if (link->room >= size)
		return true;
	char *in = kin_mem_resize(link->in, size);
	if (!in)
		return false;
	link->in = in;
	link->room = size;
	return true;
}

/* A node that has several short answers sends the second when the first is acknowledged (Nagle), for which the kernel would take
 * 40 ms. It has to be told again after each read. */
static void acknowledge(const kin_link *link)
{
#ifdef TCP_QUICKACK
	int one = 1;
	setsockopt(link->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof(one));
#else
	(void)link;
#endif
}

/* What is there already, without waiting. There is room for some. */
static kin_link_end read_some(kin_link *link)
{
	ssize_t n = recv(link->fd, link->in + link->end, link->room - link->end, 0);

	acknowledge(link);
	if (n > 0)
		link->end += (size_t)n;
	else if (n == 0)
		return closed(link, "it closed the connection");
	else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
		return closed(link, strerror(errno));
	return KIN_LINK_OK;
}

/* Until `size` bytes are there. A quarter is added each time, however many are promised. */
static kin_link_end fill(kin_link *link, uint64_t size, int64_t deadline)
{
	kin_link_end end = KIN_LINK_OK;

	while (end == KIN_LINK_OK && link->end - link->start < size) {
		size_t have = link->end - link->start, more = have + have / 4 + ROOM;
		if (!make_room(link, more < size ? more : (size_t)size))
			return KIN_LINK_NOMEM;
		if ((end = wait_for(link, link->fd, POLLIN, deadline)) == KIN_LINK_OK)
			end = read_some(link);
	}
	return end;
}

/* The node may be answering the first of several requests, and read no more until we take that. */
static kin_link_end wait_to_send(kin_link *link, int64_t deadline)
{
	kin_link_end end = wait_for(link, link->fd, POLLIN | POLLOUT, deadline);
	struct pollfd fd = { .fd = link->fd, .events = POLLOUT };

	if (end != KIN_LINK_OK || poll(&fd, 1, 0) == 1)
		return end;
	if (!make_room(link, link->end - link->start + ROOM))
		return KIN_LINK_NOMEM;
	return read_some(link);
}

kin_link_end kin_link_send(kin_link *link, int64_t deadline)
{
	kin_link_end end = KIN_LINK_OK;

	if (!kin_text_ok(&link->out))
		end = KIN_LINK_NOMEM;
	for (size_t sent = 0; end == KIN_LINK_OK && sent < link->out.length;) {
		ssize_t n = send(link->fd, link->out.data + sent, link->out.length - sent, MSG_NOSIGNAL);
		if (n > 0)
			sent += (size_t)n;
		else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			end = wait_to_send(link, deadline);
		else if (n < 0 && errno != EINTR)
			end = closed(link, strerror(errno));
	}
	kin_text_clear(&link->out);
	return end;
}

kin_link_end kin_link_receive(kin_link *link, uint64_t most, int64_t deadline, kin_frame *ret_frame)
{
	kin_link_end end = fill(link, KIN_FRAME_HEADER, deadline);
	const char *header;
	uint64_t size;

	if (end != KIN_LINK_OK)
		return end;
	size = kin_frame_body_size(link->in + link->start);
	if (size > most)
		return KIN_LINK_GARBLED;
	if ((end = fill(link, KIN_FRAME_HEADER + size, deadline)) != KIN_LINK_OK)
		return end;
	header = link->in + link->start;
	*ret_frame = (kin_frame){
		.next = header + KIN_FRAME_HEADER, .end = header + KIN_FRAME_HEADER + size, .type = kin_frame_header_type(header),
	};
	link->start += KIN_FRAME_HEADER + (size_t)size;
	return KIN_LINK_OK;
}
