/* main.c - the pet shop as a program of its own, with kin's commands inside. */
#include <kin.h>

int main(int argc, char **argv)
{
	return kin_main(argc, argv);
}
