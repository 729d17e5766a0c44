/* fake.h - a server that only pretends: a thread that listens on a port of loopback and does to each who comes what a test says. */
#ifndef KIN_TEST_FAKE_H
#define KIN_TEST_FAKE_H

#include <pthread.h>
#include <stddef.h>

/* Serves one connection; the socket is closed when it returns. */
typedef void pretend_fn(int socket, void *context);

typedef struct pretender {
	int         listener;
	int         port;
	pretend_fn *serve;
	void       *context;
	pthread_t   thread;
} pretender;

void pretend(pretender *p, pretend_fn *serve, void *context);
void pretend_no_more(pretender *p);

/* What a server says, and when. Its context for pretend_lines(). */
typedef struct lines {
	const char *first;  /* as soon as somebody comes. NULL: nothing */
	size_t      first_size;
	const char *answer; /* when it has said something. NULL: nothing */
	size_t      answer_size;
	int         pause;  /* milliseconds between the bytes of the answer */
	int         end;    /* whether it hangs up then; else it listens and says nothing more */
} lines;

void pretend_lines(int socket, void *context);

#endif
