#define _GNU_SOURCE
#include "start.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int ctest_start(
    pid_t *child,
    const char *folder,
    const int streams[3],
    char *const arguments[],
    char *const environment[]
) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (int number = 0; number < 3; number++) {
        if (streams[number] < 0) continue;
        posix_spawn_file_actions_adddup2(&actions, streams[number], number);
    }
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (folder) posix_spawn_file_actions_addchdir_np(&actions, folder);

    // Threads of the pool that runs tests block signals, and a child inherits that; what is ignored
    // stays ignored. A group of its own: Ctrl-C at a terminal is for the tests.
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
    );

    int error = posix_spawnp(child, arguments[0], &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

int ctest_socket_in(const char *network) {
    int ours = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    int theirs = open(network, O_RDONLY | O_CLOEXEC);
    int made = -1;
    // Of this thread alone, and for this call: a socket stays where it was made.
    if (ours >= 0 && theirs >= 0 && setns(theirs, CLONE_NEWNET) == 0) {
        made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (setns(ours, CLONE_NEWNET) != 0) abort();
    }
    int error = errno;
    if (ours >= 0) close(ours);
    if (theirs >= 0) close(theirs);
    errno = error;
    return made;
}
