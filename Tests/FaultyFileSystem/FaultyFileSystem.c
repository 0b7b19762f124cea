#include "FaultyFileSystem.h"

#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// MARK: Watches

struct faulty_watch {
  faulty_watch *next;
  char *folder;
  int users; // whoever watches, and the open files
  int code;
  unsigned operations;
  long nth;
  int for_good;
  long count;
  long failures;
};

/// Guards all watches; the writer, the readers and the test each have a thread.
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static faulty_watch *watches;
/// Set on a thread that was just told that somebody else is in the way: it need not wait, nobody goes.
static _Thread_local int has_nobody_to_wait_for;

static void release(faulty_watch *watch) {
  if (--watch->users > 0) return;
  faulty_watch **place = &watches;
  while (*place != watch) place = &(*place)->next;
  *place = watch->next;
  free(watch->folder);
  free(watch);
}

void faulty_fail(faulty_watch *watch, int code, unsigned operations, long nth, int for_good) {
  pthread_mutex_lock(&mutex);
  watch->code = code;
  watch->operations = operations;
  watch->nth = nth;
  watch->for_good = for_good;
  watch->count = 0;
  watch->failures = 0;
  pthread_mutex_unlock(&mutex);
}

static long read_locked(const long *number) {
  pthread_mutex_lock(&mutex);
  long value = *number;
  pthread_mutex_unlock(&mutex);
  return value;
}

long faulty_count(faulty_watch *watch) { return read_locked(&watch->count); }

long faulty_failures(faulty_watch *watch) { return read_locked(&watch->failures); }

void faulty_unwatch(faulty_watch *watch) {
  faulty_fail(watch, SQLITE_OK, 0, 0, 0);
  pthread_mutex_lock(&mutex);
  release(watch);
  pthread_mutex_unlock(&mutex);
}

/// Counts an operation and says what it is to fail with.
static int verdict(faulty_watch *watch, unsigned operation) {
  int code = SQLITE_OK;
  pthread_mutex_lock(&mutex);
  if (watch->operations & operation) {
    watch->count++;
    if (watch->nth > 0 && (watch->for_good ? watch->count >= watch->nth : watch->count == watch->nth)) {
      watch->failures++;
      code = watch->code;
    }
  }
  pthread_mutex_unlock(&mutex);
  if (code == FAULTY_KILL) kill(getpid(), SIGKILL);
  has_nobody_to_wait_for = (code & 0xFF) == SQLITE_BUSY;
  return code;
}

/// The watch over a path, counted as used; NULL for a path that nobody watches.
static faulty_watch *watch_over(const char *path) {
  if (!path) return NULL;
  pthread_mutex_lock(&mutex);
  faulty_watch *watch = watches;
  while (watch && strncmp(path, watch->folder, strlen(watch->folder)) != 0) watch = watch->next;
  if (watch) watch->users++;
  pthread_mutex_unlock(&mutex);
  return watch;
}

static void stop_using(faulty_watch *watch) {
  pthread_mutex_lock(&mutex);
  release(watch);
  pthread_mutex_unlock(&mutex);
}

// MARK: Files

/// A file below a watched folder; the system's own follows it in memory.
typedef struct {
  sqlite3_file base;
  faulty_watch *watch;
} faulty_file;

static sqlite3_file *real(sqlite3_file *file) { return (sqlite3_file *)((faulty_file *)file + 1); }

static int fails(sqlite3_file *file, unsigned operation) { return verdict(((faulty_file *)file)->watch, operation); }

static int file_close(sqlite3_file *file) {
  int code = real(file)->pMethods ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
  stop_using(((faulty_file *)file)->watch);
  return code;
}

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
  int code = fails(file, faulty_read);
  return code ? code : real(file)->pMethods->xRead(real(file), bytes, count, offset);
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  int code = fails(file, faulty_write);
  if (!code) return real(file)->pMethods->xWrite(real(file), bytes, count, offset);
  // A device that fails in the middle of a write has written the first half of it.
  if ((code & 0xFF) == SQLITE_IOERR) real(file)->pMethods->xWrite(real(file), bytes, count / 2, offset);
  return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
  int code = fails(file, faulty_truncate);
  return code ? code : real(file)->pMethods->xTruncate(real(file), size);
}

static int file_sync(sqlite3_file *file, int flags) {
  int code = fails(file, faulty_sync);
  return code ? code : real(file)->pMethods->xSync(real(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}

static int file_lock(sqlite3_file *file, int level) {
  int code = fails(file, faulty_lock);
  return code ? code : real(file)->pMethods->xLock(real(file), level);
}

static int file_unlock(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }

static int file_check_lock(sqlite3_file *file, int *result) {
  return real(file)->pMethods->xCheckReservedLock(real(file), result);
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
  return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

static int file_sector_size(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }

static int file_characteristics(sqlite3_file *file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static int memory_map(sqlite3_file *file, int page, int size, int extends, void volatile **memory) {
  int code = fails(file, faulty_memory);
  return code ? code : real(file)->pMethods->xShmMap(real(file), page, size, extends, memory);
}

static int memory_lock(sqlite3_file *file, int offset, int count, int flags) {
  // Letting go of a lock cannot fail.
  int code = flags & SQLITE_SHM_LOCK ? fails(file, faulty_lock | faulty_memory) : SQLITE_OK;
  return code ? code : real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

static void memory_barrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }

static int memory_unmap(sqlite3_file *file, int deletes) {
  return real(file)->pMethods->xShmUnmap(real(file), deletes);
}

static int file_fetch(sqlite3_file *file, sqlite3_int64 offset, int count, void **memory) {
  return real(file)->pMethods->xFetch(real(file), offset, count, memory);
}

static int file_unfetch(sqlite3_file *file, sqlite3_int64 offset, void *memory) {
  return real(file)->pMethods->xUnfetch(real(file), offset, memory);
}

static const sqlite3_io_methods methods = {
    .iVersion = 3,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = memory_map,
    .xShmLock = memory_lock,
    .xShmBarrier = memory_barrier,
    .xShmUnmap = memory_unmap,
    .xFetch = file_fetch,
    .xUnfetch = file_unfetch,
};

// MARK: The file system

static sqlite3_vfs *system_files;
static sqlite3_vfs faulty_files;

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags) {
  (void)vfs;
  faulty_watch *watch = watch_over(path);
  if (!watch) return system_files->xOpen(system_files, path, file, flags, out_flags);
  file->pMethods = NULL;
  int code = verdict(watch, faulty_open);
  if (!code) {
    memset(file, 0, sizeof(faulty_file));
    code = system_files->xOpen(system_files, path, real(file), flags, out_flags);
  }
  if (code) {
    stop_using(watch);
    return code;
  }
  ((faulty_file *)file)->watch = watch;
  file->pMethods = &methods;
  return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int syncs) {
  (void)vfs;
  faulty_watch *watch = watch_over(path);
  int code = watch ? verdict(watch, faulty_delete) : SQLITE_OK;
  if (watch) stop_using(watch);
  return code ? code : system_files->xDelete(system_files, path, syncs);
}

static int wait_for_others(sqlite3_vfs *vfs, int microseconds) {
  (void)vfs;
  return has_nobody_to_wait_for ? microseconds : system_files->xSleep(system_files, microseconds);
}

static void become_default(void) {
  system_files = sqlite3_vfs_find(NULL);
  faulty_files = *system_files;
  faulty_files.zName = "faulty";
  faulty_files.szOsFile += (int)sizeof(faulty_file);
  faulty_files.xOpen = open_file;
  faulty_files.xDelete = delete_file;
  faulty_files.xSleep = wait_for_others;
  sqlite3_vfs_register(&faulty_files, 1);
}

faulty_watch *faulty_watch_folder(const char *folder) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, become_default);
  faulty_watch *watch = calloc(1, sizeof(faulty_watch));
  if (!watch || !(watch->folder = strdup(folder))) abort();
  watch->users = 1;
  pthread_mutex_lock(&mutex);
  watch->next = watches;
  watches = watch;
  pthread_mutex_unlock(&mutex);
  return watch;
}
