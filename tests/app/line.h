/* line.h - runs a command line, and keeps what it says. */
#ifndef KIN_TEST_APP_LINE_H
#define KIN_TEST_APP_LINE_H

#include "app/command.h"

typedef struct line {
	int         status;
	const char *out; /* until the next line is run */
	const char *err;
} line;

/* The words of a line, separated by blanks; '_' in a word stands for a blank. The first is the program. */
line line_run(const kin_command *root, const char *words);
/* The same for any main function. */
typedef int line_main(const void *context, int argc, char **argv);
line line_run_main(line_main *run, const void *context, const char *words);
/* An empty directory to run in, and an environment that names no app. */
const char *line_start(void);

#endif
