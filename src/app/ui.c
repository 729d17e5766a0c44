/* ui.c - output for people: colour on a terminal, a progress bar for long work. */
#include "app/ui.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum { BAR_WIDTH = 30, FIRST_SHOWN_AFTER = 1000000, REDRAWN_EVERY = 100000 }; /* microseconds */

bool kin_ui_is_terminal(FILE *out)
{
	return isatty(fileno(out));
}

static const char *escape(FILE *out, const char *sequence)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if ((no && *no) || !kin_ui_is_terminal(out) || !term || strcmp(term, "dumb") == 0)
		return "";
	return sequence;
}

const char *kin_ui_red(FILE *out) { return escape(out, "\033[31m"); }
const char *kin_ui_green(FILE *out) { return escape(out, "\033[32m"); }
const char *kin_ui_bold(FILE *out) { return escape(out, "\033[1m"); }
const char *kin_ui_plain(FILE *out) { return escape(out, "\033[0m"); }

void kin_ui_progress_show(kin_ui_progress *progress, const char *label, int64_t done, int64_t total)
{
	int64_t now = kin_clock_steady();

	if (progress->started == 0)
		progress->started = now;
	if (!kin_ui_is_terminal(stderr) || now - progress->started < FIRST_SHOWN_AFTER ||
	    (done < total && now - progress->drawn < REDRAWN_EVERY))
		return;
	progress->drawn = now;
	progress->visible = true;
	double share = total > 0 && done < total ? (double)done / (double)total : 1;
	int filled = (int)(share * BAR_WIDTH + 0.001); /* a third is a third */
	fprintf(stderr, "\r  %-24s [", label);
	for (int i = 0; i < BAR_WIDTH; i++)
		fputc(i < filled ? '#' : '.', stderr);
	fprintf(stderr, "] %3d%%  %lld/%lld rows\033[K", (int)(share * 100 + 0.001), (long long)done, (long long)total);
	fflush(stderr);
}

void kin_ui_progress_end(kin_ui_progress *progress)
{
	if (progress->visible)
		fputs("\r\033[K", stderr);
	*progress = (kin_ui_progress){ 0 };
}

bool kin_ui_confirm(const char *question)
{
	char answer[16];

	if (!kin_ui_is_terminal(stdin) || !kin_ui_is_terminal(stderr))
		return false;
	fprintf(stderr, "%s [y/N] ", question);
	fflush(stderr);
	if (!fgets(answer, sizeof(answer), stdin))
		return false;
	/* The rest of a long answer is not the next one. */
	for (int c = strchr(answer, '\n') ? '\n' : getchar(); c != '\n' && c != EOF; c = getchar())
		continue;
	return answer[0] == 'y' || answer[0] == 'Y';
}
