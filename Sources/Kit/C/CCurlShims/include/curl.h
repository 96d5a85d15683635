#pragma once
#include <curl/curl.h>

// libcurl's setters and getters are variadic. Each of these sets all that one step needs and
// answers the first code that is not OK.

/// What `curl_multi_socket_action` takes for "a timer ran out", a macro with a cast.
extern const curl_socket_t cshim_curl_socket_timeout;

CURLMcode cshim_curl_multi_configure(CURLM *multi, long idle_connections_max,
                                     curl_socket_callback on_socket,
                                     curl_multi_timer_callback on_timer, void *owner);

/// What stays the same for every request on a handle.
CURLcode cshim_curl_easy_configure(CURL *easy, curl_write_callback on_body, void *transfer,
                                   curl_closesocket_callback on_close, void *owner,
                                   long connect_timeout_ms);

/// What changes from request to request. `body` may be NULL; it and `headers` must outlive the
/// transfer. A `timeout_ms` of 0 is a stream: it ends when nothing came for `silence_s` seconds.
CURLcode cshim_curl_easy_prepare(CURL *easy, const char *method, const char *url,
                                 struct curl_slist *headers, const char *body, long body_bytes,
                                 long timeout_ms, long silence_s);

long cshim_curl_easy_status(CURL *easy);
/// Seconds of `Retry-After`; 0 if there was none.
long cshim_curl_easy_retry_after_s(CURL *easy);
/// The answer's `ETag`, NULL if there was none; valid until the handle is used again.
const char *cshim_curl_easy_etag(CURL *easy);
/// Connections the last transfer had to make; 0 if it found one to use again.
long cshim_curl_easy_connects(CURL *easy);
/// The transfer object that `cshim_curl_easy_configure` was given.
void *cshim_curl_easy_transfer(CURL *easy);
