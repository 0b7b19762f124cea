#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <ifaddrs.h>
#include <stdio.h>

int linux_accept(int listener, char *address, int capacity) {
  struct sockaddr_storage storage;
  socklen_t length = sizeof storage;
  int descriptor = accept4(listener, (struct sockaddr *)&storage, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) return -1;
  address[0] = 0;
  if (storage.ss_family == AF_INET) {
    inet_ntop(AF_INET, &((struct sockaddr_in *)&storage)->sin_addr, address, (socklen_t)capacity);
  } else if (storage.ss_family == AF_INET6) {
    inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&storage)->sin6_addr, address, (socklen_t)capacity);
  }
  if (storage.ss_family != AF_UNIX) {
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return descriptor;
}

static int closed_with_errno(int descriptor) {
  int code = errno;
  close(descriptor);
  errno = code;
  return -1;
}

/// The length of the socket address that `address` and `port` make, 0 with EINVAL when `address` is not numeric.
static socklen_t socket_address(struct sockaddr_storage *storage, const char *address, uint16_t port) {
  memset(storage, 0, sizeof *storage);
  struct sockaddr_in *v4 = (struct sockaddr_in *)storage;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)storage;
  if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    return sizeof *v4;
  }
  if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    return sizeof *v6;
  }
  errno = EINVAL;
  return 0;
}

int linux_listen_tcp(const char *address, uint16_t port, int shares_port) {
  struct sockaddr_storage storage;
  socklen_t length = socket_address(&storage, address, port);
  if (length == 0) return -1;
  int descriptor = socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (shares_port && setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) {
    return closed_with_errno(descriptor);
  }
  // Accepted sockets inherit it. Left to itself the system would keep up to 4 MiB for each reader that does not read.
  int unsent = 128 * 1024;
  setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &unsent, sizeof unsent);
  if (bind(descriptor, (struct sockaddr *)&storage, length) != 0) return closed_with_errno(descriptor);
  if (listen(descriptor, 4096) != 0) return closed_with_errno(descriptor);
  return descriptor;
}

/// Fills in the address of a socket file; -1 with ENAMETOOLONG when its path does not fit.
static int local_address(struct sockaddr_un *address, const char *path) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address->sun_path, path);
  return 0;
}

int linux_listen_local(const char *path) {
  struct sockaddr_un address;
  if (local_address(&address, path) != 0) return -1;
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  unlink(path);
  mode_t mask = umask(0177);
  int bound = bind(descriptor, (struct sockaddr *)&address, sizeof address);
  umask(mask);
  if (bound != 0 || listen(descriptor, 16) != 0) return closed_with_errno(descriptor);
  return descriptor;
}

int linux_connect_tcp(const char *address, uint16_t port) {
  struct sockaddr_storage storage;
  socklen_t length = socket_address(&storage, address, port);
  if (length == 0) return -1;
  int descriptor = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  struct timeval patience = {.tv_sec = 10};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(descriptor, (struct sockaddr *)&storage, length) != 0) return closed_with_errno(descriptor);
  return descriptor;
}

int linux_connect_local(const char *path) {
  struct sockaddr_un address;
  if (local_address(&address, path) != 0) return -1;
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) return closed_with_errno(descriptor);
  return descriptor;
}

int linux_own_names(char *buffer, int capacity) {
  int used = 0;
  struct ifaddrs *first = NULL;
  if (getifaddrs(&first) == 0) {
    for (struct ifaddrs *entry = first; entry; entry = entry->ifa_next) {
      if (!entry->ifa_addr) continue;
      char text[INET6_ADDRSTRLEN];
      int family = entry->ifa_addr->sa_family;
      const void *address = family == AF_INET    ? (const void *)&((struct sockaddr_in *)entry->ifa_addr)->sin_addr
                            : family == AF_INET6 ? (const void *)&((struct sockaddr_in6 *)entry->ifa_addr)->sin6_addr
                                                 : NULL;
      if (!address || !inet_ntop(family, address, text, sizeof text)) continue;
      int count = snprintf(buffer + used, (size_t)(capacity - used), family == AF_INET6 ? "[%s]\n" : "%s\n", text);
      if (count < 0 || count >= capacity - used) break;
      used += count;
    }
    freeifaddrs(first);
  }
  char name[256];
  if (gethostname(name, sizeof name) == 0) {
    name[sizeof name - 1] = 0;
    int count = snprintf(buffer + used, (size_t)(capacity - used), "%s\n", name);
    if (count > 0 && count < capacity - used) used += count;
  }
  return used;
}

void *linux_open_folder(const char *path) { return opendir(path); }

int linux_next_entry(void *folder, char *name, int capacity) {
  for (;;) {
    struct dirent *entry = readdir(folder);
    if (!entry) return -1;
    if (entry->d_name[0] == '.') continue;
    snprintf(name, (size_t)capacity, "%s", entry->d_name);
    struct stat status;
    int is_folder = fstatat(dirfd(folder), entry->d_name, &status, 0) == 0 && S_ISDIR(status.st_mode);
    return is_folder ? 1 : 0;
  }
}

void linux_close_folder(void *folder) { closedir(folder); }

uint16_t linux_local_port(int descriptor) {
  struct sockaddr_storage storage;
  socklen_t length = sizeof storage;
  if (getsockname(descriptor, (struct sockaddr *)&storage, &length) != 0) return 0;
  if (storage.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&storage)->sin_port);
  if (storage.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&storage)->sin6_port);
  return 0;
}

ssize_t linux_send(int descriptor, const void *bytes, size_t count) {
  return send(descriptor, bytes, count, MSG_NOSIGNAL);
}

void linux_reset_on_close(int descriptor) {
  struct linger none = {.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

long linux_raise_file_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur > 1 << 20 ? 1 << 20 : (long)limit.rlim_cur;
}

int linux_open(const char *path, int flags, unsigned mode) { return open(path, flags | O_CLOEXEC, (mode_t)mode); }

int linux_set_nonblocking(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

void linux_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

void linux_ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }

static int signal_pipe = -1;

static void write_signal(int number) {
  int code = errno;
  unsigned char byte = (unsigned char)number;
  // A full pipe holds signals enough; nothing more can be done in a handler.
  ssize_t written = write(signal_pipe, &byte, 1);
  (void)written;
  errno = code;
}

int linux_catch_signals(const int *signals, int count) {
  int ends[2];
  if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return -1;
  signal_pipe = ends[1];
  struct sigaction action = {.sa_handler = write_signal, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  for (int index = 0; index < count; index++) {
    if (sigaction(signals[index], &action, NULL) != 0) return -1;
  }
  return ends[0];
}

int linux_read_signal(int descriptor) {
  unsigned char number = 0;
  return read(descriptor, &number, 1) == 1 ? number : 0;
}

int linux_epoll_wait(int poller, struct linux_ready *ready, int capacity, int milliseconds) {
  struct epoll_event events[256];
  int count = epoll_wait(poller, events, capacity < 256 ? capacity : 256, milliseconds);
  for (int index = 0; index < count; index++) {
    ready[index].events = events[index].events;
    ready[index].data = events[index].data.u64;
  }
  return count;
}

int linux_epoll_control(int poller, int operation, int descriptor, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data = {.u64 = data}};
  return epoll_ctl(poller, operation, descriptor, &event);
}
