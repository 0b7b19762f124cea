// What Swift cannot call directly of Linux: variadic functions, macros, and calls behind _GNU_SOURCE.
#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/// Accepts one connection, non-blocking, without delay, closed on exec; -1 with errno otherwise.
///
/// `address` gets the peer's address as text, empty for a local socket.
int linux_accept(int listener, char *address, int capacity);

/// A listening, non-blocking TCP socket on a numeric address; -1 with errno otherwise (EINVAL: no such address).
///
/// With `shares_port` several sockets may listen on one port and the kernel spreads connections over them; without, a
/// port that anybody listens on is refused.
int linux_listen_tcp(const char *address, uint16_t port, int shares_port);

/// A listening, non-blocking local socket that only its owner may use; replaces a socket file that is there.
int linux_listen_local(const char *path);

/// The port that a socket is bound to, 0 when it has none.
uint16_t linux_local_port(int descriptor);

/// send(2) without a signal when the peer is gone.
ssize_t linux_send(int descriptor, const void *bytes, size_t count);

/// Makes the close of a socket a reset: what was not sent is thrown away (SO_LINGER of zero seconds).
void linux_reset_on_close(int descriptor);

/// Lets the process open as many files as it is allowed to; returns that number.
long linux_raise_file_limit(void);

/// open(2) with O_CLOEXEC; `mode` counts only with O_CREAT.
int linux_open(const char *path, int flags, unsigned mode);

/// Makes a descriptor non-blocking; -1 with errno otherwise.
int linux_set_nonblocking(int descriptor);

/// A descriptor that epoll reports; epoll's own struct holds a union with a pointer.
struct linux_ready {
  uint32_t events;
  uint64_t data;
};

/// epoll_wait(2) with plain structs; `capacity` at most 256.
int linux_epoll_wait(int poller, struct linux_ready *ready, int capacity, int milliseconds);

/// epoll_ctl(2) with the event's fields spelled out.
int linux_epoll_control(int poller, int operation, int descriptor, uint32_t events, uint64_t data);

/// The code of the last failed call of this thread.
static inline int linux_errno(void) { return errno; }

/// Nanoseconds of CLOCK_MONOTONIC.
static inline uint64_t linux_monotonic_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/// Names the calling thread (15 bytes at most), for top and perf.
void linux_name_thread(const char *name);

/// Makes writing to what nobody reads an error instead of a signal.
void linux_ignore_broken_pipes(void);

/// The reading end of a pipe into which the given signals write their numbers instead of ending the process; -1 with
/// errno otherwise. To be called once.
int linux_catch_signals(const int *signals, int count);

/// The next number in that pipe, 0 when none is waiting.
int linux_read_signal(int descriptor);

/// A blocking connection to a numeric address; -1 with errno otherwise.
int linux_connect_tcp(const char *address, uint16_t port);

/// A blocking connection to a socket file; -1 with errno otherwise.
int linux_connect_local(const char *path);

/// The machine's own addresses and its host name, one a line; the number of bytes written.
int linux_own_names(char *buffer, int capacity);

/// A folder to read, to be closed with linux_close_folder; NULL with errno otherwise.
void *linux_open_folder(const char *path);

/// The next entry that does not begin with a dot: 1 for a folder, 0 for anything else, -1 at the end.
int linux_next_entry(void *folder, char *name, int capacity);
void linux_close_folder(void *folder);
