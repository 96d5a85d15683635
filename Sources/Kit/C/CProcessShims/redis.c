#define _GNU_SOURCE
#include "redis.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
    const char *program;
    char *const *arguments;
    char *const *environment;
    int output;
    pid_t parent;
};

/// The child until it is another program: only system calls, for it shares our memory. Answers why
/// it could not become one.
static int become(const struct child *child) {
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigset_t none;
    // What is ignored stays ignored in the program.
    for (int number = 1; number < NSIG; number++) sigaction(number, &usual, NULL);
    // A session of its own: Ctrl-C at a terminal must reach us first, who still need the server.
    if (setsid() < 0) return errno;
    // If we crash or are killed the server ends by itself, as if it had been asked to: its file is
    // complete. The kernel does it when the *thread* that started it ends.
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) return errno;
    // We may have ended before.
    if (getppid() != child->parent) return ESRCH;
    int input = open("/dev/null", O_RDONLY);
    if (input < 0 || dup2(input, 0) < 0) return errno;
    if (dup2(child->output, 1) < 0 || dup2(child->output, 2) < 0) return errno;
    // Some libraries leave sockets inheritable; a child that keeps them keeps connections open.
    if (close_range(3, ~0U, 0) != 0) return errno;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(child->program, child->arguments, child->environment);
    return errno;
}

int cshim_redis_spawn(const char *program, char *const arguments[], int output, pid_t *child) {
    const char *search = getenv("PATH");
    // Our own environment may hold secrets.
    char path[4096];
    snprintf(path, sizeof path, "PATH=%s", search ? search : "/usr/bin:/bin");
    char *environment[] = {path, NULL};
    struct child news = {program, arguments, environment, output, getpid()};
    volatile int failure = 0;
    sigset_t all, before;
    // No handler of ours may run in the child.
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    // Not posix_spawn, which has no parent-death signal; not fork, which copies the tables of all
    // our memory first. This thread stands still until the child is another program.
    pid_t made = vfork();
    if (made == 0) {
        failure = become(&news);
        _exit(127);
    }
    int error = made < 0 ? errno : failure;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (made > 0 && error) waitpid(made, NULL, 0);
    *child = made;
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
