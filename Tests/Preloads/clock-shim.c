// Moves the clocks of processes that a test starts: preloaded (LD_PRELOAD) into redis-server and
// the server.
//
// CLOCK_SHIM_FILE names a file whose first 8 bytes are the shift in ns (int64, native order). The
// test writes them at any time; the next look at a clock has it. The wall clock is shifted. The
// monotonic clock is left alone unless CLOCK_SHIM_MONOTONIC is set: with it, every timer that falls
// into the shift is due at once.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile long long *shift;
static int moves_monotonic;

// The first look is before `main`, by one thread.
__attribute__((constructor)) static void open_shift(void) {
    const char *path = getenv("CLOCK_SHIM_FILE");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *page = mmap(0, sizeof *shift, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    moves_monotonic = getenv("CLOCK_SHIM_MONOTONIC") != 0;
    if (page != MAP_FAILED) shift = page;
}

static int moves(clockid_t clock) {
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE: return 1;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME: return moves_monotonic;
    default: return 0;
    }
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result || !shift || !moves(clock)) return result;
    long long ns = now->tv_nsec + *shift;
    now->tv_sec += ns / 1000000000LL;
    now->tv_nsec = ns % 1000000000LL;
    if (now->tv_nsec < 0) {
        now->tv_nsec += 1000000000LL;
        now->tv_sec--;
    }
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (out) *out = exact.tv_sec;
    return exact.tv_sec;
}
