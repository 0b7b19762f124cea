#include "CCurl.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

// libcurl would send a body a second time when a reused connection breaks before the first byte of the answer. A model
// call that is sent twice is billed twice, so it is told that the body cannot be read again.
static int refuse_to_rewind(void *context, curl_off_t offset, int origin) {
  (void)context, (void)offset, (void)origin;
  return CURL_SEEKFUNC_FAIL;
}

int ccurl_address(const struct curl_sockaddr *address, uint8_t bytes[16], uint16_t *port) {
  if (address->family == AF_INET) {
    struct sockaddr_in v4;
    memcpy(&v4, &address->addr, sizeof v4);
    memcpy(bytes, &v4.sin_addr, 4);
    *port = ntohs(v4.sin_port);
    return 4;
  }
  if (address->family != AF_INET6) return 0;
  struct sockaddr_in6 v6;
  // libcurl's struct names only its start: what is there is as long as addrlen says.
  memcpy(&v6, &address->addr, address->addrlen < sizeof v6 ? address->addrlen : sizeof v6);
  memcpy(bytes, &v6.sin6_addr, 16);
  *port = ntohs(v6.sin6_port);
  return 16;
}

curl_socket_t ccurl_socket(const struct curl_sockaddr *address) {
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

CURLcode ccurl_configure(CURL *easy, const struct ccurl_request *request) {
  CURLcode code = CURLE_OK;
#define SET(option, value) if (code == CURLE_OK) code = curl_easy_setopt(easy, option, value)
  // The rules: no signals in a program with threads, no proxy from the environment, which would bypass the address
  // check, no redirects, no other protocol.
  SET(CURLOPT_NOSIGNAL, 1L);
  SET(CURLOPT_PROXY, "");
  SET(CURLOPT_HTTP_VERSION, request->http_version);
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_PROTOCOLS_STR, "http,https");
  SET(CURLOPT_TCP_KEEPALIVE, 1L);
  // A chunk of a reply is a few hundred bytes, and there may be ten thousand transfers.
  SET(CURLOPT_BUFFERSIZE, 4096L);
  SET(CURLOPT_UPLOAD_BUFFERSIZE, 16384L);

  if (request->authorities != NULL) SET(CURLOPT_CAINFO, request->authorities);

  SET(CURLOPT_URL, request->url);
  SET(CURLOPT_HTTPHEADER, request->fields);
  SET(CURLOPT_CONNECTTIMEOUT_MS, request->connect_timeout_milliseconds);
  SET(CURLOPT_ERRORBUFFER, request->error);
  SET(CURLOPT_PRIVATE, request->context);
  SET(CURLOPT_OPENSOCKETFUNCTION, request->open);
  SET(CURLOPT_OPENSOCKETDATA, request->context);
  SET(CURLOPT_HEADERFUNCTION, request->header);
  SET(CURLOPT_HEADERDATA, request->context);
  SET(CURLOPT_WRITEFUNCTION, request->write);
  SET(CURLOPT_WRITEDATA, request->context);

  if (request->body_size > 0) {
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
    SET(CURLOPT_READFUNCTION, request->read);
    SET(CURLOPT_READDATA, request->context);
    SET(CURLOPT_SEEKFUNCTION, refuse_to_rewind);
    SET(CURLOPT_CUSTOMREQUEST, request->method);
  } else if (strcmp(request->method, "HEAD") == 0) {
    SET(CURLOPT_NOBODY, 1L);
  } else {
    SET(CURLOPT_CUSTOMREQUEST, request->method);
  }
#undef SET
  return code;
}

CURLM *ccurl_multi(void *context,
                   int (*watch)(CURL *easy, curl_socket_t socket, int what, void *context, void *unused),
                   int (*timer)(CURLM *multi, long milliseconds, void *context), long idle_connections) {
  CURLM *multi = curl_multi_init();
  if (multi == NULL) return NULL;
  CURLMcode code = CURLM_OK;
#define SET(option, value) if (code == CURLM_OK) code = curl_multi_setopt(multi, option, value)
  SET(CURLMOPT_SOCKETFUNCTION, watch);
  SET(CURLMOPT_SOCKETDATA, context);
  SET(CURLMOPT_TIMERFUNCTION, timer);
  SET(CURLMOPT_TIMERDATA, context);
  SET(CURLMOPT_MAXCONNECTS, idle_connections);
#undef SET
  if (code == CURLM_OK) return multi;
  curl_multi_cleanup(multi);
  return NULL;
}

void ccurl_multi_silence(CURLM *multi) {
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, NULL);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, NULL);
}

CURL *ccurl_next_ended(CURLM *multi, CURLcode *result) {
  int left;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left)) != NULL) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}

void *ccurl_context(CURL *easy) {
  char *context = NULL;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &context);
  return context;
}

long ccurl_request_bytes_sent(CURL *easy) {
  long count = 0;
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &count);
  return count;
}

const char *ccurl_version(void) { return curl_version_info(CURLVERSION_NOW)->version; }
