/* cluster.h - a cluster of three nodes for this program's tests, and what a server says that only pretends to be one. */
#ifndef KIN_TEST_DQLITE_CLUSTER_H
#define KIN_TEST_DQLITE_CLUSTER_H

#include "db/database.h"
#include "db/dqlite/driver.h"
#include "db/fake.h"

/* A database of its own in the cluster, which is started for the first one and ends with the program; with options ("?timeout=100"). */
kin_db *open_cluster(const char *options);
/* A new URL of it, as it stands. Borrowed until the next call. */
const char *cluster_url(const char *options);
/* The node that a connection is connected to: 1, 2 or 3. */
int  cluster_node_of(kin_connection *connection);
void cluster_kill(int node);
void cluster_start(int node);

/* The URL of a pretender, with options. Borrowed until the next call. */
const char *fake_url(const pretender *p, const char *options);
/* Read a request: its type, or -1. */
int fake_request(int socket);
/* The answers of a node that leads and opens every database: to the first requests. */
bool fake_welcome(int socket, int port);
void fake_send(int socket, int type, const kin_text *body);

#endif
