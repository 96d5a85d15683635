#pragma once
#include <sys/types.h>

// Processes: the parent-death signal, pidfd and SO_PEERCRED need feature macros that a module
// header must not set.

// Starts `program` (a path) in a session of its own, with both outputs in `output`, no other open
// file, default signals and an environment of only PATH. It gets SIGTERM when the calling thread
// ends, however the process ends: call it on a thread that lives as long as the process. Answers 0
// and the child, or an errno.
int cshim_redis_spawn(const char *program, char *const arguments[], int output, pid_t *child);

// A descriptor that becomes readable when the process ends, or a negated errno.
int cshim_redis_pidfd(pid_t process);

// Signals the process of a pidfd, never another that took its number. 0 or a negated errno.
int cshim_redis_pidfd_signal(int pidfd, int signal);

// The process that listens on a Unix socket, or 0 if nobody does.
pid_t cshim_redis_listener(const char *path);

// A pipe whose ends do not block and are not inherited. 0 or an errno.
int cshim_redis_pipe(int *ends);
