/* ui.h - output for people: colour on a terminal, a progress bar for long work; plain when it goes elsewhere. */
#ifndef KIN_APP_UI_H
#define KIN_APP_UI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Escape sequences, or "" where the stream is no terminal or NO_COLOR is set. */
const char *kin_ui_red(FILE *out);
const char *kin_ui_green(FILE *out);
const char *kin_ui_bold(FILE *out);
const char *kin_ui_plain(FILE *out);
bool kin_ui_is_terminal(FILE *out);

/* A bar on stderr, if that is a terminal, drawn from the first second of work on. Zero-initialise one per piece of work. */
typedef struct kin_ui_progress {
	int64_t started; /* microseconds on the steady clock; 0: not yet */
	int64_t drawn;
	bool    visible;
} kin_ui_progress;

void kin_ui_progress_show(kin_ui_progress *progress, const char *label, int64_t done, int64_t total);
void kin_ui_progress_end(kin_ui_progress *progress);

/* Ask a question that is answered y or n. false too when nobody can be asked. */
bool kin_ui_confirm(const char *question);

#endif
