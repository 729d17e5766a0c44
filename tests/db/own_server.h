/* own_server.h - a server for one test, whose disk is full when the test says so: as full_disk.c has it. */
#ifndef KIN_TEST_OWN_SERVER_H
#define KIN_TEST_OWN_SERVER_H

#include <stdbool.h>

/* Started with tools/servers. It ends with the program, or when the next one is started. Returns its URL. */
const char *own_server(const char *kind);
void own_server_stop(void);
void own_server_full(bool full);

#endif
