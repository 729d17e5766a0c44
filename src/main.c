/* main.c - the kin command: what every program with kin_main() can, and the shell. */
#include "cli/commands.h"
#include "shell/shell.h"

int main(int argc, char **argv)
{
	static const kin_command *const more[] = { &kin_shell_command, NULL };

	return kin_cli_main("kin", argc, argv, more);
}
