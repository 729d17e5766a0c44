/* line.h - runs a command line, and keeps what it says. */
#ifndef KIN_TEST_CLI_LINE_H
#define KIN_TEST_CLI_LINE_H

#include "cli/command.h"

typedef struct line {
	int         status;
	const char *out; /* until the next line is run */
	const char *err;
} line;

/* The words of a line, separated by blanks; '_' in a word stands for a blank. The first is the program. `root` NULL: kin itself. */
line line_run(const kin_command *root, const char *words);
/* An empty directory to run in, and an environment that names no app. */
const char *line_start(void);

#endif
