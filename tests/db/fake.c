/* fake.c - a server that only pretends: see fake.h. */
#include "db/fake.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "harness/harness.h"

static void *serve_all(void *context)
{
	pretender *p = context;
	int client;

	while ((client = accept(p->listener, NULL, NULL)) >= 0) {
		p->serve(client, p->context);
		close(client);
	}
	return NULL;
}

void pretend(pretender *p, pretend_fn *serve, void *context)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);

	*p = (pretender){ .listener = socket(AF_INET, SOCK_STREAM, 0), .serve = serve, .context = context };
	CHECK(bind(p->listener, (struct sockaddr *)&address, sizeof(address)) == 0);
	CHECK(listen(p->listener, 8) == 0);
	CHECK(getsockname(p->listener, (struct sockaddr *)&address, &size) == 0);
	p->port = ntohs(address.sin_port);
	CHECK(pthread_create(&p->thread, NULL, serve_all, p) == 0);
}

void pretend_no_more(pretender *p)
{
	shutdown(p->listener, SHUT_RDWR);
	pthread_join(p->thread, NULL);
	close(p->listener);
}

/* False: nobody listens any more. */
static bool say(int socket, const char *bytes, size_t size, int pause)
{
	size_t step = pause ? 1 : size;

	for (size_t at = 0; at < size; at += step) {
		if (send(socket, bytes + at, step, MSG_NOSIGNAL) != (ssize_t)step)
			return false;
		if (pause)
			kin_clock_sleep(INT64_C(1000) * pause);
	}
	return true;
}

void pretend_lines(int socket, void *context)
{
	const lines *l = context;
	char heard[1024];

	if (l->first && !say(socket, l->first, l->first_size, 0))
		return;
	if (l->answer && (read(socket, heard, sizeof(heard)) <= 0 || !say(socket, l->answer, l->answer_size, l->pause)))
		return;
	if (l->end)
		shutdown(socket, SHUT_WR);
	if (!l->end || l->answer || l->first)
		while (read(socket, heard, sizeof(heard)) > 0)
			continue;
}
