// SQLite, and what Swift cannot call of it directly: variadic functions and the destructor macros.
#pragma once

#include <sqlite3.h>

/// Binds a copy of `length` bytes of UTF-8; an empty text stays a text, whatever the pointer.
int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 length);

/// Binds a copy of `length` bytes; an empty blob stays a blob, whatever the pointer.
int csqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 length);

/// Turns on defensive mode, which forbids SQL that could corrupt the file on purpose.
int csqlite_defend(sqlite3 *database);

/// Leaves the log beside the file when this connection is closed as the last one.
int csqlite_keep_log(sqlite3 *database);

/// Writes the log's length in pages to `pages` after every commit; replaces SQLite's automatic checkpoints.
void csqlite_watch_log(sqlite3 *database, int *pages);

/// Extended result codes; SQLite's own names for them are macros that Swift cannot read.
static const int csqlite_constraint_primary_key = SQLITE_CONSTRAINT_PRIMARYKEY;
static const int csqlite_constraint_unique = SQLITE_CONSTRAINT_UNIQUE;
static const int csqlite_corrupt_virtual_table = SQLITE_CORRUPT_VTAB;
static const int csqlite_io_sync_file = SQLITE_IOERR_FSYNC;
static const int csqlite_io_sync_directory = SQLITE_IOERR_DIR_FSYNC;
