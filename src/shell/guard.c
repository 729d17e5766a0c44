/* guard.c - a crash in a line loses the line, not the shell. */
#include "shell/guard.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/mem.h"

enum { STACK = 1 << 16, PATIENCE = 300000 /* microseconds that a line has to stop after Ctrl-C */ };

/* One process has one set of signal handlers, so this is the shell's, not a shell's. */
static sigjmp_buf back;
static volatile sig_atomic_t running, caught, pressed, impossible;
static void *volatile fault;
static void *stack;
static void (*interrupt_fn)(void *context);
static void *interrupt_context;

static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

static void jump(int signal, const siginfo_t *info)
{
	running = 0;
	caught = signal;
	fault = info->si_addr;
	/* x86 tells no address when it could not be one; si_code is then the kernel's own. */
	impossible = signal == SIGSEGV && info->si_code > 0 && info->si_code == SI_KERNEL;
	siglongjmp(back, 1);
}

static void on_fatal(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (running)
		jump(signal, info);
	/* The shell's own mistake: die of it. */
	struct sigaction usual = { .sa_handler = SIG_DFL };
	sigaction(signal, &usual, NULL);
	raise(signal);
}

static void on_interrupt(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (!running) {
		pressed = 1;
		return;
	}
	if (pressed)
		jump(signal, info);
	pressed = 1;
	if (interrupt_fn)
		interrupt_fn(interrupt_context);
	setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_usec = PATIENCE }, NULL);
}

static void on_alarm(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)context;
	if (running && pressed)
		jump(SIGINT, info);
}

static void catch(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | flags };

	sigemptyset(&action.sa_mask);
	sigaction(signal, &action, NULL);
}

bool kin_guard_start(void (*interrupt)(void *context), void *context)
{
	if (!(stack = kin_mem_alloc(STACK)))
		return false;
	sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = STACK }, NULL);
	interrupt_fn = interrupt;
	interrupt_context = context;
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		catch(fatal[i], on_fatal, SA_NODEFER);
	catch(SIGINT, on_interrupt, 0);
	catch(SIGALRM, on_alarm, SA_RESTART);
	return true;
}

void kin_guard_stop(void)
{
	struct sigaction usual = { .sa_handler = SIG_DFL };

	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		sigaction(fatal[i], &usual, NULL);
	sigaction(SIGINT, &usual, NULL);
	sigaction(SIGALRM, &usual, NULL);
	sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL);
	kin_mem_free(stack);
	stack = NULL;
}

kin_guard_outcome kin_guard_run(void (*fn)(void))
{
	caught = 0;
	pressed = 0;
	if (sigsetjmp(back, 1) == 0) {
		running = 1;
		fn();
		running = 0;
	}
	setitimer(ITIMER_REAL, &(struct itimerval){ 0 }, NULL);
	kin_guard_outcome outcome = { .signal = caught };
	if (caught == SIGSEGV) {
		outcome.address = fault;
		outcome.impossible = impossible != 0;
	}
	pressed = 0;
	return outcome;
}

bool kin_guard_pressed(void)
{
	bool was = pressed != 0;

	pressed = 0;
	return was;
}
