#ifndef START_H
#define START_H

#include <sys/types.h>

/// Starts `arguments[0]`, looked for in PATH, in `folder` unless that is NULL. It is given
/// `streams[0...2]`, of which a negative one is ours, and no other descriptor. Answers an errno.
int ctest_start(
    pid_t *child,
    const char *folder,
    const int streams[3],
    char *const arguments[],
    char *const environment[]
);

/// A TCP socket that belongs to the network namespace at this path, for `connect`; -1 and errno.
int ctest_socket_in(const char *network);

#endif
