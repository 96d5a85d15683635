#include "curl.h"

#include <string.h>

const curl_socket_t cshim_curl_socket_timeout = CURL_SOCKET_TIMEOUT;

#define MULTI(option, value)                                    \
    do {                                                        \
        CURLMcode code = curl_multi_setopt(multi, option, value); \
        if (code != CURLM_OK) return code;                      \
    } while (0)

#define EASY(option, value)                                     \
    do {                                                        \
        CURLcode code = curl_easy_setopt(easy, option, value);  \
        if (code != CURLE_OK) return code;                      \
    } while (0)

CURLMcode cshim_curl_multi_configure(CURLM *multi, long idle_connections_max,
                                     curl_socket_callback on_socket,
                                     curl_multi_timer_callback on_timer, void *owner) {
    MULTI(CURLMOPT_SOCKETFUNCTION, on_socket);
    MULTI(CURLMOPT_SOCKETDATA, owner);
    MULTI(CURLMOPT_TIMERFUNCTION, on_timer);
    MULTI(CURLMOPT_TIMERDATA, owner);
    MULTI(CURLMOPT_MAXCONNECTS, idle_connections_max);
    // One request on a connection at a time: a visitor is a browser of its own.
    MULTI(CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    return CURLM_OK;
}

CURLcode cshim_curl_easy_configure(CURL *easy, curl_write_callback on_body, void *transfer,
                                   curl_closesocket_callback on_close, void *owner,
                                   long connect_timeout_ms) {
    EASY(CURLOPT_NOSIGNAL, 1L);
    EASY(CURLOPT_NOPROGRESS, 1L);
    EASY(CURLOPT_PROXY, "");
    EASY(CURLOPT_PROTOCOLS_STR, "http,https");
    EASY(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    EASY(CURLOPT_USERAGENT, "onsale-rehearse");
    EASY(CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
    EASY(CURLOPT_WRITEFUNCTION, on_body);
    EASY(CURLOPT_WRITEDATA, transfer);
    EASY(CURLOPT_PRIVATE, transfer);
    EASY(CURLOPT_CLOSESOCKETFUNCTION, on_close);
    EASY(CURLOPT_CLOSESOCKETDATA, owner);
    return CURLE_OK;
}

CURLcode cshim_curl_easy_prepare(CURL *easy, const char *method, const char *url,
                                 struct curl_slist *headers, const char *body, long body_bytes,
                                 long timeout_ms, long silence_s) {
    EASY(CURLOPT_URL, url);
    EASY(CURLOPT_HTTPHEADER, headers);
    if (strcmp(method, "GET") == 0) {
        EASY(CURLOPT_HTTPGET, 1L);
        EASY(CURLOPT_CUSTOMREQUEST, NULL);
    } else if (strcmp(method, "DELETE") == 0) {
        EASY(CURLOPT_HTTPGET, 1L);
        EASY(CURLOPT_CUSTOMREQUEST, method);
    } else {
        EASY(CURLOPT_POST, 1L);
        EASY(CURLOPT_CUSTOMREQUEST, strcmp(method, "POST") == 0 ? NULL : method);
        EASY(CURLOPT_POSTFIELDS, body ? body : "");
        EASY(CURLOPT_POSTFIELDSIZE, body ? body_bytes : 0L);
    }
    // A stream's connection is its own: nothing to search for before, nothing to keep after.
    EASY(CURLOPT_FRESH_CONNECT, timeout_ms == 0 ? 1L : 0L);
    EASY(CURLOPT_FORBID_REUSE, timeout_ms == 0 ? 1L : 0L);
    EASY(CURLOPT_TIMEOUT_MS, timeout_ms);
    EASY(CURLOPT_LOW_SPEED_LIMIT, timeout_ms == 0 ? 1L : 0L);
    EASY(CURLOPT_LOW_SPEED_TIME, timeout_ms == 0 ? silence_s : 0L);
    return CURLE_OK;
}

long cshim_curl_easy_status(CURL *easy) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

long cshim_curl_easy_retry_after_s(CURL *easy) {
    curl_off_t seconds = 0;
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
    return (long)seconds;
}

const char *cshim_curl_easy_etag(CURL *easy) {
    struct curl_header *header = NULL;
    CURLHcode code = curl_easy_header(easy, "ETag", 0, CURLH_HEADER, -1, &header);
    return code == CURLHE_OK ? header->value : NULL;
}

long cshim_curl_easy_connects(CURL *easy) {
    long connects = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
    return connects;
}

void *cshim_curl_easy_transfer(CURL *easy) {
    char *transfer = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    return transfer;
}
