#define _GNU_SOURCE
#include "start.h"
#include <signal.h>
#include <spawn.h>

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
