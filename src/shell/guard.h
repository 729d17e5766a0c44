/* guard.h - a crash in a line loses the line, not the shell.
 *
 * SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT in what is run, stack overflow too, jump back to where it was started. Ctrl-C first asks
 * the database to stop, and jumps if the line still runs a moment later, so that no lock is left behind
 * inside the database's code. */
#ifndef KIN_SHELL_GUARD_H
#define KIN_SHELL_GUARD_H

#include <stdbool.h>

typedef struct kin_guard_outcome {
	int  signal;       /* 0: it came back by itself */
	bool impossible;   /* the address was none that could ever be read, as an unloaded relationship's is */
	void *address;     /* of a SIGSEGV */
} kin_guard_outcome;

/* Catch signals from now on; `interrupt` is called for a first Ctrl-C while something runs. false when memory is out. */
bool kin_guard_start(void (*interrupt)(void *context), void *context);
void kin_guard_stop(void);

/* Run a function. */
kin_guard_outcome kin_guard_run(void (*fn)(void));

/* Whether Ctrl-C was pressed at the prompt since the last call. */
bool kin_guard_pressed(void);

#endif
