#pragma once
#include <stddef.h>

// What a crash leaves: one line on standard error that says what happened where, the last lines
// of the log, and then the signal's default action, so that the system keeps a core.

/// Handles SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE and SIGQUIT for the whole process.
/// `version` must outlive it.
void cshim_crash_install(const char *version);

/// Names the calling thread for the line, and gives its handlers a stack of their own, so that an
/// overflow of the thread's stack is reported too. 64 threads at most; others go without.
void cshim_crash_adopt_thread(const char *name);

/// Writes a line, with a line break, to standard error and remembers it for a crash. Any thread.
void cshim_log_line(const char *text, size_t size);

/// For tests: lets the calling thread overflow its stack.
void cshim_crash_overflow(void);
