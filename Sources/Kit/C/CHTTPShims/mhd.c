#define _GNU_SOURCE
#include "mhd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int bind_one(const struct addrinfo *info, int reuse_port, int send_bytes) {
    int one = 1;
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    // Without SO_REUSEADDR the closed connections of the last run would hold the port for a minute.
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (reuse_port) setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    // Connections inherit it. Left alone the kernel lets it grow to 4 MiB for a silent reader.
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof send_bytes);
    if (info->ai_family == AF_INET6) {
        // "::" is every address of this machine, those of IPv4 too, whatever the system's default.
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)info->ai_addr;
        int only_six = !IN6_IS_ADDR_UNSPECIFIED(&six->sin6_addr);
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_six, sizeof only_six);
    }
    if (bind(fd, info->ai_addr, info->ai_addrlen) != 0) {
        int failed = errno;
        close(fd);
        return -failed;
    }
    return fd;
}

static uint16_t bound_port(int fd) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0) return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

int cshim_mhd_listen(const char *host, uint16_t port, int joins, int backlog,
                     int send_bytes, uint16_t *bound, const char **reason) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE};
    struct addrinfo *info = NULL;
    char service[8];
    snprintf(service, sizeof service, "%u", (unsigned)port);
    int failed = getaddrinfo(host, service, &hints, &info);
    if (failed != 0) {
        *reason = gai_strerror(failed);
        return INT_MIN;
    }
    int fd = 0;
    if (!joins && port != 0) {
        fd = bind_one(info, 0, send_bytes);
        // Bound sockets do not conflict under SO_REUSEADDR, listening ones do: a probe.
        if (fd >= 0) close(fd);
    }
    if (fd >= 0) fd = bind_one(info, 1, send_bytes);
    freeaddrinfo(info);
    if (fd < 0) return fd;
    if (listen(fd, backlog) != 0) {
        failed = errno;
        close(fd);
        return -failed;
    }
    *bound = bound_port(fd);
    return fd;
}

/// 16 bytes in the order of the network.
static struct cshim_address from_bytes(const unsigned char *bytes) {
    struct cshim_address address = {0, 0};
    for (int index = 0; index < 8; index++) {
        address.high = address.high << 8 | bytes[index];
        address.low = address.low << 8 | bytes[index + 8];
    }
    return address;
}

static struct cshim_address from_four(const void *bytes) {
    uint32_t four;
    memcpy(&four, bytes, sizeof four);
    return (struct cshim_address){.high = 0, .low = 0xffff00000000 | ntohl(four)};
}

static struct cshim_address from_socket(const struct sockaddr_storage *address) {
    if (address->ss_family == AF_INET)
        return from_four(&((const struct sockaddr_in *)address)->sin_addr);
    if (address->ss_family == AF_INET6)
        return from_bytes(((const struct sockaddr_in6 *)address)->sin6_addr.s6_addr);
    return (struct cshim_address){0, 0};
}

// Paths and queries stay as they were sent: a route must not see "%2F" as a slash, and most values
// are never asked for. The library decodes before it splits, so it is told not to decode.
static size_t keep_as_sent(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

// The library's one line about a refusal of its own, which it writes before it makes the answer.
static void look_at_log(void *context, const char *format, va_list values) {
    static const char refusal[] = "Error processing request (HTTP response code is %u";
    const struct cshim_mhd_callbacks *callbacks = context;
    if (strncmp(format, refusal, sizeof refusal - 1) == 0)
        callbacks->refusing(callbacks->context, va_arg(values, unsigned int));
}

struct MHD_Daemon *cshim_mhd_start(struct cshim_mhd_limits limits,
                                   const struct cshim_mhd_callbacks *callbacks) {
    void *context = callbacks->context;
    return MHD_start_daemon(
        // TURBO: a descriptor is closed without a shutdown of its socket, see Daemon+Streams.swift.
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_NO_LISTEN_SOCKET |
            MHD_USE_ERROR_LOG,
        0, NULL, NULL, callbacks->access, context,
        // The first option: what the others have to say is not for standard error.
        MHD_OPTION_EXTERNAL_LOGGER, look_at_log, (void *)callbacks,
        MHD_OPTION_CONNECTION_LIMIT, limits.connections_max,
        MHD_OPTION_CONNECTION_TIMEOUT, limits.idle_timeout_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits.connection_memory_bytes,
        // What it would refuse if it were strict, cshim_mhd_body_length does: with one head.
        MHD_OPTION_STRICT_FOR_CLIENT, 0,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_as_sent, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, callbacks->target, context,
        MHD_OPTION_NOTIFY_CONNECTION, callbacks->connection, context,
        MHD_OPTION_NOTIFY_COMPLETED, callbacks->completed, context,
        MHD_OPTION_END);
}

int cshim_mhd_accept(int listening, struct cshim_address *peer) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    int fd = accept4(listening, (struct sockaddr *)&address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return -errno;
    *peer = from_socket(&address);
    return fd;
}

int cshim_mhd_add(struct MHD_Daemon *daemon, int descriptor) {
    // The library keeps the address for us, and we have a better one.
    struct sockaddr address = {.sa_family = AF_UNSPEC};
    return MHD_add_connection(daemon, descriptor, &address, sizeof address) == MHD_YES;
}

int cshim_mhd_epoll_fd(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

void *cshim_mhd_state(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

int cshim_mhd_has_work(struct MHD_Daemon *daemon) {
    MHD_UNSIGNED_LONG_LONG timeout = 1;
    return MHD_get_timeout(daemon, &timeout) == MHD_YES && timeout == 0;
}

const char *cshim_http_path(const char *target) {
    if (target[0] == '/') return target;
    size_t scheme = strncasecmp(target, "http://", 7) == 0    ? 7
                    : strncasecmp(target, "https://", 8) == 0 ? 8
                                                              : 0;
    if (scheme == 0) return target;
    const char *path = strchr(target + scheme, '/');
    return path ? path : "/";
}

int cshim_mhd_method(const char *method) {
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"};
    for (int index = 0; index < 6; index++)
        if (strcmp(method, names[index]) == 0) return index;
    return -1;
}

const char *cshim_http_target_end(const char *target) {
    const char *end = target + strcspn(target, " \t");
    return *end == 0 ? end : NULL;
}

// A line before those of the client. The library reads the cookies of the first one alone.
static const char no_cookies[] = "Cookie";

void cshim_mhd_leave_cookies(struct MHD_Connection *connection) {
    MHD_set_connection_value(connection, MHD_HEADER_KIND, no_cookies, NULL);
}

int cshim_mhd_has_head(struct MHD_Connection *connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE) &&
           !MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);
}

// Headers that have one value: of two lines, one reader takes the first and another the last. The
// row is the length of the name, so that most headers of a request are compared with none.
static const char *const singles[][3] = {
    [4] = {"Host"},
    [6] = {"Origin"},
    [9] = {"X-User-Id"},
    [12] = {"Content-Type"},
    [13] = {"Authorization", "Last-Event-ID", "Onsale-Ticket"},
    [14] = {"Content-Length", "Sec-Fetch-Mode", "Sec-Fetch-Site"},
    [15] = {"Idempotency-Key", "X-Forwarded-Uri"},
    [17] = {"Transfer-Encoding"},
    [18] = {"X-Forwarded-Method"},
};
// Places in `singles`, row after row.
enum { single_host = 4 * 3, single_length = 14 * 3, single_coding = 17 * 3 };

static int find_single(const char *name, size_t count) {
    if (count >= sizeof singles / sizeof singles[0]) return -1;
    for (int index = 0; index < 3 && singles[count][index]; index++) {
        const char *single = singles[count][index];
        if (((single[0] ^ name[0]) & ~0x20) == 0 && strcasecmp(single, name) == 0)
            return (int)count * 3 + index;
    }
    return -1;
}

struct framing {
    const char *next; // where the next line has to begin
    const char *length;
    uint64_t seen; // a bit for each place in `singles`
    enum cshim_fault fault;
};

static void note(struct framing *framing, int is_bad, enum cshim_fault fault) {
    if (is_bad && !framing->fault) framing->fault = fault;
}

static int has_seen(const struct framing *framing, int single) {
    return framing->seen >> single & 1;
}

// 0 for the characters of a token (RFC 9110, 5.6.2), 1 for all others.
static const unsigned char is_other[256] = {
    [0 ... ' '] = 1, ['"'] = 1, ['('] = 1,         [')'] = 1, [','] = 1,
    ['/'] = 1,       ['{'] = 1, [':' ... '@'] = 1, ['}'] = 1, ['[' ... ']'] = 1,
    [0x7F ... 255] = 1,
};

// 0 for the characters of a host and a port (RFC 3986, 3.2, without a user), 1 for all others.
static const unsigned char is_no_host[256] = {
    [0 ... ' '] = 1, ['"' ... '#'] = 1, ['/'] = 1, ['<'] = 1,         ['>' ... '@'] = 1,
    ['\\'] = 1,      ['^'] = 1,         ['`'] = 1, ['{' ... '}'] = 1, [0x7F ... 255] = 1,
};

static inline int has_any(const unsigned char table[256], const char *text, size_t count) {
    int has = 0;
#pragma clang loop unroll_count(4)
    for (const char *end = text + count, *byte = text; byte < end; byte++)
        has |= table[(unsigned char)*byte];
    return has;
}

static int is_blank(char character) { return character == ' ' || character == '\t'; }

// Blanks behind a value are no part of it (RFC 9110, 5.5); the library skips only those before it.
// They are cut where they lie, in the connection's own buffer, so that nobody sees them later.
static size_t cut_blanks(const char *value, size_t count) {
    size_t cut = count;
    while (cut > 0 && is_blank(value[cut - 1])) cut--;
    if (cut < count) ((char *)value)[cut] = 0;
    return cut;
}

static enum MHD_Result look_at_framing(void *context, enum MHD_ValueKind kind, const char *name,
                                       size_t name_count, const char *value, size_t value_count) {
    struct framing *framing = context;
    (void)kind;
    if (name == no_cookies) return MHD_YES;
    // The library cuts the lines where they lie: 0 stands for each CR and LF. A value that a 0 of
    // the client's cut before its end, an LF alone and a line that was folded (it is copied) all
    // show in where the next line begins.
    note(framing, name != framing->next, cshim_fault_line);
    framing->next = value + value_count + 2;
    // "Content-Length : 5": some proxies drop such a header, some read it (RFC 9112, 5.1).
    note(framing, name_count == 0 || has_any(is_other, name, name_count), cshim_fault_name);
    size_t count = cut_blanks(value, value_count);
    int single = find_single(name, name_count);
    if (single >= 0) {
        note(framing, has_seen(framing, single), cshim_fault_twice);
        framing->seen |= (uint64_t)1 << single;
    }
    switch (single) {
    case single_host:
        note(framing, has_any(is_no_host, value, count), cshim_fault_host);
        break;
    case single_length:
        framing->length = value;
        break;
    case single_coding:
        // As the library has read it, with its blanks: "chunked " is no coding that it knows.
        note(framing, value_count != count || strcasecmp(value, "chunked") != 0,
             cshim_fault_coding);
        break;
    }
    return MHD_YES;
}

// 16 bytes at once: those of a usual head are some 200 instructions, not 1,000.
typedef unsigned char block __attribute__((vector_size(16)));

static block controls(const char *text) {
    block bytes;
    memcpy(&bytes, text, sizeof bytes);
    // Each but NUL, which `bytes - 1` makes the last of all, and TAB; and DEL.
    return (block)((bytes - 1 < 31) & (bytes != '\t')) | (block)(bytes == 0x7F);
}

// `count` is 16 or more: a request line is.
static int has_control(const char *text, size_t count) {
    union {
        block all;
        uint64_t halves[2];
    } found = {.all = controls(text + count - sizeof(block))};
    for (size_t index = 0; index + sizeof(block) < count; index += sizeof(block))
        found.all |= controls(text + index);
    return (found.halves[0] | found.halves[1]) != 0;
}

// What of the head's form one reader takes for one thing and another for something else. `next` is
// where its lines end.
static enum cshim_fault fault_of_form(struct MHD_Connection *connection,
                                      const struct cshim_head *head, const char *next) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    size_t method_count = strlen(head->method);
    // The library has found three words, maybe with more than a blank, or a 0, between them.
    if (head->target != head->method + method_count + 1 ||
        has_any(is_other, head->method, method_count) || !head->target_end ||
        head->version != head->target_end + 1)
        return cshim_fault_request;
    // Behind the last line is an empty one.
    if (!info || next + 2 != head->method + info->header_size) return cshim_fault_line;
    return has_control(head->method, info->header_size) ? cshim_fault_control : cshim_fault_none;
}

int64_t cshim_mhd_body_length(struct MHD_Connection *connection, const struct cshim_head *head) {
    // "HTTP/1.1", CR, LF.
    struct framing framing = {.next = head->version + 10};
    int is_old = head->version[7] == '0';
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, look_at_framing, &framing);
    int is_chunked = has_seen(&framing, single_coding);
    // Two framings in one request are how requests are smuggled past a proxy (RFC 9112, 6.1).
    note(&framing, is_chunked && framing.length, cshim_fault_lengths);
    if (!framing.fault) framing.fault = fault_of_form(connection, head, framing.next);
    note(&framing, !has_seen(&framing, single_host) && !is_old, cshim_fault_host);
    note(&framing, is_chunked && is_old, cshim_fault_coding);
    // The library has read it: digits, and no more than it can count.
    int64_t length = framing.length ? strtoll(framing.length, NULL, 10) : 0;
    note(&framing, length < 0, cshim_fault_lengths);
    if (framing.fault) return -1 - (int64_t)framing.fault;
    return is_chunked ? -1 : length;
}

// The name of an argument that is looked for.
struct wanted_name {
    const char *text;
    size_t count;
    cshim_name_check is_encoded;
};

static int is_wanted(const struct wanted_name *wanted, const char *name, size_t count) {
    if (!name) return 0;
    if (!memchr(name, '%', count))
        return count == wanted->count && strncasecmp(name, wanted->text, count) == 0;
    // Three bytes at most stand for one.
    return count <= 3 * wanted->count && wanted->is_encoded(name, count, wanted->text);
}

struct query_copy {
    struct wanted_name wanted;
    char *text;
    size_t count, max;
    int has_begun;
};

static void add_text(struct query_copy *copy, const char *text) {
    for (; *text != 0; text++, copy->count++)
        if (copy->count < copy->max) copy->text[copy->count] = *text == ' ' ? '+' : *text;
}

static enum MHD_Result copy_argument(void *context, enum MHD_ValueKind kind, const char *name,
                                     size_t name_count, const char *value, size_t value_count) {
    struct query_copy *copy = context;
    (void)kind;
    (void)value_count;
    if (!copy->has_begun) {
        if (!is_wanted(&copy->wanted, name, name_count)) return MHD_YES;
        copy->has_begun = 1;
    } else {
        add_text(copy, "&");
        add_text(copy, name);
        if (value) add_text(copy, "=");
    }
    if (value) add_text(copy, value);
    return MHD_YES;
}

size_t cshim_mhd_query_from(struct MHD_Connection *connection, const char *name,
                            cshim_name_check is_encoded, char *text, size_t max) {
    struct query_copy copy = {
        .wanted = {.text = name, .count = strlen(name), .is_encoded = is_encoded},
        .text = text,
        .max = max,
    };
    MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, copy_argument, &copy);
    return copy.has_begun ? copy.count : SIZE_MAX;
}

struct query_search {
    struct wanted_name wanted;
    struct cshim_text *first;
    int count;
};

static enum MHD_Result find_argument(void *context, enum MHD_ValueKind kind, const char *name,
                                     size_t name_count, const char *value, size_t value_count) {
    struct query_search *search = context;
    (void)kind;
    if (!is_wanted(&search->wanted, name, name_count)) return MHD_YES;
    if (search->count++ == 0)
        *search->first = (struct cshim_text){.start = value, .count = value_count};
    return MHD_YES;
}

int cshim_mhd_query_find(struct MHD_Connection *connection, const char *name,
                         cshim_name_check is_encoded, struct cshim_text *first) {
    struct query_search search = {
        .wanted = {.text = name, .count = strlen(name), .is_encoded = is_encoded},
        .first = first,
    };
    MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, find_argument, &search);
    return search.count;
}

int cshim_mhd_expects_continue(struct MHD_Connection *connection) {
    const char *expect = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Expect");
    return expect && strcasecmp(expect, "100-continue") == 0;
}

struct cshim_address cshim_address_from(const void *bytes, size_t count) {
    return count == 4 ? from_four(bytes) : from_bytes(bytes);
}

int cshim_address_read(const char *text, size_t count, struct cshim_address *address) {
    char copy[INET6_ADDRSTRLEN];
    unsigned char bytes[16];
    if (count == 0 || count >= sizeof copy) return 0;
    // The text below ends at a 0: what stands behind one would not be looked at.
    if (memchr(text, 0, count)) return 0;
    memcpy(copy, text, count);
    copy[count] = 0;
    if (inet_pton(AF_INET, copy, bytes) == 1) {
        *address = from_four(bytes);
        return 4;
    }
    if (inet_pton(AF_INET6, copy, bytes) != 1) return 0;
    *address = from_bytes(bytes);
    return 6;
}

size_t cshim_address_write(struct cshim_address address, char *text, size_t size) {
    unsigned char bytes[16];
    for (int index = 0; index < 8; index++) {
        bytes[index] = (unsigned char)(address.high >> (56 - 8 * index));
        bytes[index + 8] = (unsigned char)(address.low >> (56 - 8 * index));
    }
    int is_four = IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)bytes);
    const char *written = is_four ? inet_ntop(AF_INET, bytes + 12, text, (socklen_t)size)
                                  : inet_ntop(AF_INET6, bytes, text, (socklen_t)size);
    return written ? strlen(text) : 0;
}

int cshim_mhd_has_unread(int descriptor) {
    int bytes = 0;
    return ioctl(descriptor, FIONREAD, &bytes) == 0 && bytes > 0;
}

int cshim_mhd_peer_has_left(int descriptor) {
    struct pollfd look = {.fd = descriptor, .events = POLLRDHUP};
    return poll(&look, 1, 0) == 1 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

int cshim_sockets_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

void cshim_streams_add(int set, int descriptor, uint64_t id, unsigned int unacknowledged_ms) {
    struct epoll_event event = {.events = EPOLLRDHUP, .data.u64 = id};
    int yes = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms,
               sizeof unacknowledged_ms);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event);
}

void cshim_sockets_expect(int set, int descriptor, uint64_t id) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.u64 = id};
    epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event);
}

void cshim_streams_want(int set, int descriptor, uint64_t id, int writable) {
    struct epoll_event event = {
        .events = writable ? EPOLLRDHUP | EPOLLOUT : EPOLLRDHUP,
        .data.u64 = id,
    };
    epoll_ctl(set, EPOLL_CTL_MOD, descriptor, &event);
}

void cshim_sockets_remove(int set, int descriptor) {
    epoll_ctl(set, EPOLL_CTL_DEL, descriptor, NULL);
}

ssize_t cshim_streams_send(int descriptor, const struct cshim_stream_piece *pieces, int count) {
    struct iovec parts[16];
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = count < 16 ? count : 16};
    for (int index = 0; index < (int)message.msg_iovlen; index++) {
        parts[index].iov_base = (void *)pieces[index].bytes;
        parts[index].iov_len = pieces[index].count;
    }
    ssize_t sent = sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? -errno : sent;
}

int cshim_sockets_take(int set, struct cshim_socket_news *news, int max) {
    struct epoll_event events[64];
    int count = epoll_wait(set, events, max < 64 ? max : 64, 0);
    for (int index = 0; index < count; index++) {
        news[index].id = events[index].data.u64;
        news[index].is_gone = (events[index].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    }
    return count;
}

size_t cshim_http_date(void *text, size_t size) {
    time_t now = time(NULL);
    struct tm parts;
    gmtime_r(&now, &parts);
    // In the locale "C", which this program never leaves.
    return strftime(text, size, "%a, %d %b %Y %H:%M:%S GMT", &parts);
}

int cshim_mhd_always_readable(void) { return eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK); }

struct cookie_search {
    const char *name;
    size_t name_count;
    struct cshim_text *values;
    int count, max;
};

static const char host_prefix[] = "__Host-";

/// One pair between two semicolons.
static void look_at_pair(struct cookie_search *search, const char *start, const char *end) {
    while (start < end && is_blank(*start)) start++;
    while (end > start && is_blank(end[-1])) end--;
    size_t prefix_count = sizeof host_prefix - 1;
    if ((size_t)(end - start) > prefix_count && memcmp(start, host_prefix, prefix_count) == 0)
        start += prefix_count;
    size_t count = (size_t)(end - start);
    if (search->count == search->max || count <= search->name_count ||
        start[search->name_count] != '=' || memcmp(start, search->name, search->name_count) != 0)
        return;
    start += search->name_count + 1;
    if (end - start >= 2 && *start == '"' && end[-1] == '"') {
        start++;
        end--;
    }
    search->values[search->count++] =
        (struct cshim_text){.start = start, .count = (size_t)(end - start)};
}

static enum MHD_Result look_at_header(void *context, enum MHD_ValueKind kind, const char *name,
                                      const char *value) {
    (void)kind;
    if (value == NULL || strcasecmp(name, "Cookie") != 0) return MHD_YES;
    while (*value != 0) {
        const char *end = strchrnul(value, ';');
        look_at_pair(context, value, end);
        value = *end == 0 ? end : end + 1;
    }
    return MHD_YES;
}

int cshim_mhd_cookies(struct MHD_Connection *connection, const char *name, size_t name_count,
                      struct cshim_text *values, int max) {
    struct cookie_search search = {
        .name = name, .name_count = name_count, .values = values, .count = 0, .max = max};
    MHD_get_connection_values(connection, MHD_HEADER_KIND, look_at_header, &search);
    return search.count;
}

struct line_search {
    const char *name;
    struct cshim_text *lines;
    int count, max;
};

static enum MHD_Result look_for_line(void *context, enum MHD_ValueKind kind, const char *name,
                                     const char *value) {
    struct line_search *search = context;
    (void)kind;
    if (value == NULL || strcasecmp(name, search->name) != 0) return MHD_YES;
    if (search->count == search->max) {
        memmove(search->lines, search->lines + 1,
                (size_t)(search->max - 1) * sizeof *search->lines);
        search->count--;
    }
    search->lines[search->count++] = (struct cshim_text){.start = value, .count = strlen(value)};
    return MHD_YES;
}

int cshim_mhd_lines(struct MHD_Connection *connection, const char *name, struct cshim_text *lines,
                    int max) {
    struct line_search search = {.name = name, .lines = lines, .count = 0, .max = max};
    MHD_get_connection_values(connection, MHD_HEADER_KIND, look_for_line, &search);
    return search.count;
}
