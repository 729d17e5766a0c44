/* process.c - other programs: started, several at a time, and waited for. */
#include "app/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static bool say_into(posix_spawn_file_actions_t *actions, const char *output)
{
	return posix_spawn_file_actions_addopen(actions, STDERR_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0666) == 0 &&
	       posix_spawn_file_actions_adddup2(actions, STDERR_FILENO, STDOUT_FILENO) == 0;
}

static void start(kin_process *p)
{
	posix_spawn_file_actions_t actions;

	p->pid = -1;
	p->status = KIN_PROCESS_MISSING;
	if (posix_spawn_file_actions_init(&actions) != 0)
		return;
	/* posix_spawnp() wants pointers that are not const, for old programs' sake; it changes nothing. */
	if ((!p->output || say_into(&actions, p->output)) &&
	    posix_spawnp(&p->pid, p->argv[0], &actions, NULL, (char *const *)(uintptr_t)p->argv, environ) != 0)
		p->pid = -1;
	posix_spawn_file_actions_destroy(&actions);
}

static void finish(kin_process *p)
{
	int status;

	if (p->pid < 0)
		return;
	while (waitpid(p->pid, &status, 0) < 0)
		if (errno != EINTR)
			return;
	p->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void kin_process_run_all(kin_process *items, size_t count)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t most = processors > 1 ? (size_t)processors : 1, started = 0;

	for (size_t i = 0; i < count; i++) {
		while (started < count && started < i + most)
			start(&items[started++]);
		finish(&items[i]);
	}
}

int kin_process_run(const char *const *argv, const char *output)
{
	kin_process p = { .argv = argv, .output = output };

	kin_process_run_all(&p, 1);
	return p.status;
}
