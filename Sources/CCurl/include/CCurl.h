// What Swift cannot call directly of libcurl: its setters are variadic.
#pragma once

#include <curl/curl.h>
#include <stdint.h>

/// What one transfer is to do. Strings are copied by libcurl; `fields`, `error` and `context` must stay until the
/// transfer has ended.
struct ccurl_request {
  const char *method;
  const char *url;
  struct curl_slist *fields;
  /// Bytes that `read` will hand out; 0 for a request without a body.
  int64_t body_size;
  long connect_timeout_milliseconds;
  /// One of CURL_HTTP_VERSION_….
  long http_version;
  /// A file with the authorities whose certificates are taken; NULL for the system's.
  const char *authorities;
  /// CURL_ERROR_SIZE bytes for libcurl's own words about a failure.
  char *error;
  /// What every callback gets.
  void *context;
  curl_socket_t (*open)(void *context, curlsocktype purpose, struct curl_sockaddr *address);
  size_t (*read)(char *buffer, size_t size, size_t count, void *context);
  size_t (*header)(char *buffer, size_t size, size_t count, void *context);
  size_t (*write)(char *buffer, size_t size, size_t count, void *context);
};

/// Applies a request and the rules that hold for all of them; the first refusal of libcurl otherwise.
CURLcode ccurl_configure(CURL *easy, const struct ccurl_request *request);

/// A multi handle driven by somebody else's descriptors and timer; NULL when memory is short.
CURLM *ccurl_multi(void *context,
                   int (*watch)(CURL *easy, curl_socket_t socket, int what, void *context, void *unused),
                   int (*timer)(CURLM *multi, long milliseconds, void *context), long idle_connections);

/// Takes the callbacks away, for the end.
void ccurl_multi_silence(CURLM *multi);

/// The next transfer that has ended; NULL when there is none.
CURL *ccurl_next_ended(CURLM *multi, CURLcode *result);

/// The context that the transfer was configured with.
void *ccurl_context(CURL *easy);

/// The bytes of a resolved address and its port: answers 4 or 16, or 0 for a family that is not of the internet.
int ccurl_address(const struct curl_sockaddr *address, uint8_t bytes[16], uint16_t *port);

/// A socket for that address.
curl_socket_t ccurl_socket(const struct curl_sockaddr *address);

/// The version of the library in this process.
const char *ccurl_version(void);

/// Bytes of the request that have left for the connection.
long ccurl_request_bytes_sent(CURL *easy);
