// A file system for SQLite that fails when it is told to: a shim over the system's own.
//
// It becomes SQLite's default in the process that asks for it, so the program under test opens its files as always.
// Only files below a watched folder are counted and failed; all others go to the system's file system directly.
#pragma once

/// The kinds of operations, to be combined.
enum {
  faulty_read = 1 << 0,
  faulty_write = 1 << 1,
  faulty_truncate = 1 << 2,
  faulty_sync = 1 << 3,
  faulty_lock = 1 << 4,
  faulty_open = 1 << 5,
  faulty_delete = 1 << 6,
  faulty_memory = 1 << 7, // the shared memory beside a log: mapped and locked
};

/// In place of a result code: ends the process as `kill -9` does.
#define FAULTY_KILL (-1)

/// What happens to the files below one folder; shared by them and by whoever watches, and freed with the last of these.
typedef struct faulty_watch faulty_watch;

/// Watches the files below `folder` that are opened from now on.
faulty_watch *faulty_watch_folder(const char *folder);

/// Counts anew, and fails the `nth` of the operations in `operations` with `code`, a result code of SQLite; with `for_good`
/// all that follow, too. An `nth` of 0 fails nothing.
void faulty_fail(faulty_watch *watch, int code, unsigned operations, long nth, int for_good);

/// How many operations were counted since.
long faulty_count(faulty_watch *watch);

/// How many operations were failed since.
long faulty_failures(faulty_watch *watch);

/// Fails nothing any more, and is not used again.
void faulty_unwatch(faulty_watch *watch);
