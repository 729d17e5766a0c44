/* memory.h - lets the tests make SQLite's own allocations fail. */
#ifndef KIN_DB_SQLITE_MEMORY_H
#define KIN_DB_SQLITE_MEMORY_H

/* Send SQLite's allocations through base/mem.h, so that the fuse reaches them. For tests: SQLite has one allocator per
 * process, and this must come before its first use. Returns SQLite's code, 0 for success. */
int kin_sqlite_memory_install(void);

#endif
