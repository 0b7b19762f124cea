#include "CSQLite.h"

int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 length) {
  return sqlite3_bind_text64(statement, index, length > 0 ? text : "", length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

int csqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 length) {
  return sqlite3_bind_blob64(statement, index, length > 0 ? bytes : "", length, SQLITE_TRANSIENT);
}

int csqlite_defend(sqlite3 *database) { return sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0); }

int csqlite_keep_log(sqlite3 *database) {
  return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

static int remember_log_length(void *pages, sqlite3 *database, const char *name, int length) {
  (void)database;
  (void)name;
  *(int *)pages = length;
  return SQLITE_OK;
}

void csqlite_watch_log(sqlite3 *database, int *pages) { sqlite3_wal_hook(database, remember_log_length, pages); }
