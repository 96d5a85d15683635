// What libmicrohttpd costs by itself: a constant of the size of a status answer, with the settings
// that Onsale gives it (Sources/Kit/C/CHTTPShims/mhd.c) and nothing of Onsale's.
// Usage: mhd-return PORT BYTES MEMORY
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

static struct MHD_Response *answer;

static enum MHD_Result respond(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *piece,
                               size_t *size, void **state) {
    // Headers first; the answer to a complete request.
    if (!*state) {
        *state = connection;
        return MHD_YES;
    }
    return MHD_queue_response(connection, MHD_HTTP_OK, answer);
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(arguments[1])),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    size_t bytes = (size_t)atol(arguments[2]);
    char *body = malloc(bytes);
    memset(body, 'x', bytes);
    answer = MHD_create_response_from_buffer(bytes, body, MHD_RESPMEM_MUST_FREE);
    MHD_add_response_header(answer, "Content-Type", "application/json");
    MHD_add_response_header(answer, "Cache-Control", "no-store");
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, respond, NULL,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
        MHD_OPTION_CONNECTION_TIMEOUT, 75u,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)atol(arguments[3]),
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (!daemon) return 1;
    struct pollfd ready = {
        .fd = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, .events = POLLIN};
    for (;;) {
        MHD_UNSIGNED_LONG_LONG wait = 1000;
        int hasMore = MHD_get_timeout(daemon, &wait) == MHD_YES && wait == 0;
        if (!hasMore) poll(&ready, 1, 1000);
        MHD_run(daemon);
    }
}
