#pragma once
// libmicrohttpd: its variadic functions, its macros and the few look-ups each request needs.
#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

static const enum MHD_Result cshim_mhd_yes = MHD_YES;
static const enum MHD_Result cshim_mhd_no = MHD_NO;
static const enum MHD_ValueKind cshim_mhd_header = MHD_HEADER_KIND;
static const enum MHD_ValueKind cshim_mhd_query = MHD_GET_ARGUMENT_KIND;
static const enum MHD_ResponseMemoryMode cshim_mhd_copy = MHD_RESPMEM_MUST_COPY;
static const enum MHD_ResponseMemoryMode cshim_mhd_free = MHD_RESPMEM_MUST_FREE;

struct cshim_mhd_limits {
    unsigned int connections_max;
    unsigned int idle_timeout_seconds;
    size_t connection_memory_bytes;
};

struct cshim_mhd_callbacks {
    void *context;
    MHD_NotifyConnectionCallback connection;
    MHD_AccessHandlerCallback access;
    MHD_RequestCompletedCallback completed;
    /// The request line has been read; answers NULL.
    void *(*target)(void *context, const char *target, struct MHD_Connection *connection);
    /// The library is about to answer a request by itself.
    void (*refusing)(void *context, unsigned int status);
};

/// A listening TCP socket with SO_REUSEPORT, or -errno. A name that does not resolve answers
/// INT_MIN and says why in `reason` (static text). With `joins` 0 the port must be free of other
/// listeners, which SO_REUSEPORT alone would not tell. The kernel keeps `send_bytes` that a reader
/// has not taken, and as much again for itself.
int cshim_mhd_listen(const char *host, uint16_t port, int joins, int backlog, int send_bytes,
                     uint16_t *bound, const char **reason);

/// A daemon in external epoll mode that accepts nobody by itself; NULL if it cannot start.
/// `callbacks` must outlive it.
struct MHD_Daemon *cshim_mhd_start(struct cshim_mhd_limits limits,
                                   const struct cshim_mhd_callbacks *callbacks);

/// An IPv6 address in the order of the network; one of IPv4 is mapped into it (::ffff:a.b.c.d).
struct cshim_address {
    uint64_t high, low;
};

/// A connection that does not block, or -errno.
int cshim_mhd_accept(int listening, struct cshim_address *peer);
/// Hands a connection to the daemon, which closes it; 0 if it has done so already.
int cshim_mhd_add(struct MHD_Daemon *daemon, int descriptor);

int cshim_mhd_epoll_fd(struct MHD_Daemon *daemon);
/// What the connection callback stored for this connection.
void *cshim_mhd_state(struct MHD_Connection *connection);
/// 1 if MHD_run must be called again without waiting for the socket.
int cshim_mhd_has_work(struct MHD_Daemon *daemon);

/// The path of a target without its query: `http://host/path`, as clients send to a proxy, is
/// `/path` (RFC 9112, 3.2.2). Points into `target`, or to "/".
const char *cshim_http_path(const char *target);

/// 0 GET, 1 HEAD, 2 POST, 3 PUT, 4 DELETE, -1 any other.
int cshim_mhd_method(const char *method);
/// Where a target ends, as it was sent; NULL if there is a blank in it.
const char *cshim_http_target_end(const char *target);

/// Before the headers of a request come: the library is not to take its cookies apart, as
/// `cshim_mhd_cookies` does. It answers 431 to one whose value is a lone quote, and copies them.
void cshim_mhd_leave_cookies(struct MHD_Connection *connection);

/// Whether the library has read all headers of a request and has no answer to it yet.
int cshim_mhd_has_head(struct MHD_Connection *connection);

/// A request line, as libmicrohttpd has cut it into words in its buffer.
struct cshim_head {
    const char *method, *target, *target_end, *version;
};

/// Why a head is not accepted; in the order of `HTTPHeadFault`.
enum cshim_fault {
    cshim_fault_none,
    cshim_fault_line,    // a NUL, an end without a CR, or a line that is folded
    cshim_fault_name,    // no token, as with a blank before the colon
    cshim_fault_twice,   // a header that may stand once
    cshim_fault_host,    // none, or a character of no host
    cshim_fault_coding,  // not `chunked`, or in HTTP/1.0
    cshim_fault_lengths, // a coding and a length
    cshim_fault_request, // the method is no token, or there are more blanks than two
    cshim_fault_control, // a control character
};

/// Announced length of the body (0 if none), -1 if chunked. If the head is not accepted, -1 less
/// its first `cshim_fault`.
///
/// Cuts the blanks behind each value. To be called once, before anybody looks at a header.
///
/// One thing is not seen: a NUL and an LF in place of CR and LF are taken for them. That is as a
/// reader may do (RFC 9110, 5.5: the NUL is a blank; RFC 9112, 2.2: an LF ends a line).
///
/// The pointers are compared with each other and with the length of the head, which all lie in one
/// buffer of libmicrohttpd 0.9.75; nothing beyond that length is read.
int64_t cshim_mhd_body_length(struct MHD_Connection *connection, const struct cshim_head *head);
struct cshim_text {
    const char *start;
    size_t count;
};

/// Whether `count` bytes of a query, among them a `%`, are `name` in any case when decoded.
typedef int (*cshim_name_check)(const char *encoded, size_t count, const char *name);

// An argument of the query is found by its name in any case; `is_encoded` is asked for names with a
// `%`, as `%6cimit`.

/// The query as it was sent, from the value of its first argument `name` on: how long it is,
/// SIZE_MAX without that argument; `max` bytes at most are written.
size_t cshim_mhd_query_from(struct MHD_Connection *connection, const char *name,
                            cshim_name_check is_encoded, char *text, size_t max);
/// How many arguments of the query are called `name`; the value of the first one, whose start is
/// NULL if it has none.
int cshim_mhd_query_find(struct MHD_Connection *connection, const char *name,
                         cshim_name_check is_encoded, struct cshim_text *first);
int cshim_mhd_expects_continue(struct MHD_Connection *connection);

/// From 4 or 16 bytes in the order of the network.
struct cshim_address cshim_address_from(const void *bytes, size_t count);
/// Reads digits, no name, to the last of `count` bytes: 4 or 6 for the kind of address, 0 if it is
/// none.
int cshim_address_read(const char *text, size_t count, struct cshim_address *address);
/// Without the final 0; `size` is 46 or more.
size_t cshim_address_write(struct cshim_address address, char *text, size_t size);

/// Has the kernel bytes from this peer that nobody has read yet?
int cshim_mhd_has_unread(int descriptor);

// Whether the peer has closed the connection, or at least its half of it.
int cshim_mhd_peer_has_left(int descriptor);

/// An epoll set of sockets that are not libmicrohttpd's: streams, and connections that have just
/// been accepted.
int cshim_sockets_open(void);
/// Tells once of each piece that comes in on a socket, and when its peer has closed its side.
void cshim_sockets_expect(int set, int descriptor, uint64_t id);
/// Tells when a stream's peer has closed its side, and if wanted when it takes more.
/// The kernel ends a connection whose sent bytes stay unacknowledged for so many ms, and delays
/// none of them.
void cshim_streams_add(int set, int descriptor, uint64_t id, unsigned int unacknowledged_ms);
void cshim_streams_want(int set, int descriptor, uint64_t id, int writable);
void cshim_sockets_remove(int set, int descriptor);

struct cshim_stream_piece {
    const void *bytes;
    size_t count;
};

/// Sends up to 16 pieces at once, without waiting; how many bytes were taken, or -errno.
ssize_t cshim_streams_send(int descriptor, const struct cshim_stream_piece *pieces, int count);

struct cshim_socket_news {
    uint64_t id;
    int is_gone; // else it takes more, or there is more to read
};

/// Fills `news` with up to `max`; returns how many.
int cshim_sockets_take(int set, struct cshim_socket_news *news, int max);

/// Writes the time as the header `Date` has it; returns its length, 29.
size_t cshim_http_date(void *text, size_t size);

/// A descriptor that is always readable.
int cshim_mhd_always_readable(void);

/// The values of the cookies called `name` or `__Host-name`, in the order they were sent, of all
/// Cookie lines; `max` at most. libmicrohttpd's own reading ends at the first foreign cookie with a
/// quote or a comma, and knows one line.
int cshim_mhd_cookies(struct MHD_Connection *connection, const char *name, size_t name_count,
                      struct cshim_text *values, int max);

/// The values of the header lines called `name`, in the order they were sent; of more than `max`
/// the last ones.
int cshim_mhd_lines(struct MHD_Connection *connection, const char *name, struct cshim_text *lines,
                    int max);
