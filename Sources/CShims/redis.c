#define _GNU_SOURCE
#include "redis.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

int cshim_redis_spawn(const char *program, char *const arguments[], int output, pid_t *child) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    const char *search = getenv("PATH");
    // Our own environment may hold secrets.
    char path[4096];
    snprintf(path, sizeof path, "PATH=%s", search ? search : "/usr/bin:/bin");
    char *environment[] = {path, NULL};

    int error = posix_spawn_file_actions_init(&files);
    if (error) return error;
    error = posix_spawnattr_init(&attributes);
    if (error) {
        posix_spawn_file_actions_destroy(&files);
        return error;
    }
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    // A session of its own: Ctrl-C at a terminal must reach us first, who still need the server.
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!error) error = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    if (!error) error = posix_spawn_file_actions_adddup2(&files, output, 1);
    if (!error) error = posix_spawn_file_actions_adddup2(&files, output, 2);
    // Some libraries leave sockets inheritable; a child that keeps them keeps connections open.
    if (!error) error = posix_spawn_file_actions_addclosefrom_np(&files, 3);
    if (!error) error = posix_spawn(child, program, &files, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

int cshim_redis_pidfd(pid_t process) {
    int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
    return descriptor < 0 ? -errno : descriptor;
}

int cshim_redis_pidfd_signal(int pidfd, int signal) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

pid_t cshim_redis_listener(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    if (strlen(path) >= sizeof address.sun_path) return 0;
    strcpy(address.sun_path, path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return 0;
    int failed = connect(descriptor, (struct sockaddr *)&address, sizeof address) ||
                 getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size);
    close(descriptor);
    return failed ? 0 : peer.pid;
}

int cshim_redis_pipe(int *ends) { return pipe2(ends, O_CLOEXEC | O_NONBLOCK) ? errno : 0; }
