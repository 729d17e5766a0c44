/* process.h - other programs: started, several at a time, and waited for. */
#ifndef KIN_APP_PROCESS_H
#define KIN_APP_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

typedef struct kin_process {
	const char *const *argv;   /* ends with NULL; argv[0] is looked for on PATH */
	const char        *output; /* the file that gets what it says; NULL: it says it where this process does */
	pid_t              pid;
	int                status; /* exit status; 128 + the signal that killed it; KIN_PROCESS_MISSING */
} kin_process;

#define KIN_PROCESS_MISSING (-1) /* it could not be started */

/* Run all of them, as many at a time as there are processors, and wait. */
void kin_process_run_all(kin_process *items, size_t count);
/* Run one. Returns its .status. */
int kin_process_run(const char *const *argv, const char *output);

#endif
