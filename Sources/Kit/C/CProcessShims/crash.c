#define _GNU_SOURCE
#include "crash.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

// Everything that a handler calls here is async-signal-safe: it reads tables that were made
// before, formats into its own stack, and calls poll, write, sigaction and tgkill.

enum {
    lines_max = 16,
    // With its line break. A longer line is kept without its end.
    line_bytes_max = 256,
    modules_max = 64,
    threads_max = 64,
    frames_max = 24,
    // A handler needs some 8 KB; the kernel's own frame with AVX-512 some 3.
    stack_bytes = 64 * 1024,
};

// MARK: The last lines

static struct {
    // 0: nothing, or it is being written.
    atomic_uint size;
    char text[line_bytes_max];
} lines[lines_max];
static atomic_uint next_line;

void cshim_log_line(const char *text, size_t size) {
    unsigned slot = atomic_fetch_add(&next_line, 1) % lines_max;
    size_t kept = size < line_bytes_max - 1 ? size : line_bytes_max - 1;
    atomic_store(&lines[slot].size, 0);
    memcpy(lines[slot].text, text, kept);
    lines[slot].text[kept] = '\n';
    atomic_store(&lines[slot].size, (unsigned)kept + 1);
    // In one write: lines of two threads do not mix.
    char whole[4096];
    if (size < sizeof whole) {
        memcpy(whole, text, size);
        whole[size] = '\n';
        (void)!write(STDERR_FILENO, whole, size + 1);
    } else {
        (void)!write(STDERR_FILENO, text, size);
        (void)!write(STDERR_FILENO, "\n", 1);
    }
}

// MARK: What is known before

static const char *program_version = "";

static struct {
    uintptr_t base, start, end;
    char name[48];
} modules[modules_max];
static int module_count;

static struct {
    // 0: free, and while it is being written.
    atomic_int id;
    uintptr_t stack_end;
    char name[16];
} threads[threads_max];
static atomic_int thread_count;

static int note_module(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    (void)context;
    if (module_count == modules_max) return 1;
    uintptr_t start = UINTPTR_MAX, end = 0;
    for (int index = 0; index < info->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[index];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        uintptr_t from = info->dlpi_addr + part->p_vaddr;
        if (from < start) start = from;
        if (from + part->p_memsz > end) end = from + part->p_memsz;
    }
    if (end == 0) return 0;
    const char *name = info->dlpi_name;
    // The program itself comes first and without a name.
    if (module_count == 0 && (!name || !*name)) name = program_invocation_short_name;
    const char *slash = name ? strrchr(name, '/') : NULL;
    modules[module_count].base = info->dlpi_addr;
    modules[module_count].start = start;
    modules[module_count].end = end;
    strncpy(modules[module_count].name, slash ? slash + 1 : name ? name : "?",
            sizeof modules[0].name - 1);
    module_count++;
    return 0;
}

void cshim_crash_adopt_thread(const char *name) {
    int index = atomic_fetch_add(&thread_count, 1);
    if (index >= threads_max) return;
    pthread_attr_t attributes;
    void *lowest = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        if (pthread_attr_getstack(&attributes, &lowest, &size) == 0)
            threads[index].stack_end = (uintptr_t)lowest + size;
        pthread_attr_destroy(&attributes);
    }
    // Not the kernel's name for it: programs that look for a process or a core of ours go by that.
    strncpy(threads[index].name, name, sizeof threads[index].name - 1);
    atomic_store(&threads[index].id, gettid());
    // With a page below that nobody may touch. It is never freed: loops live as long as we do.
    char *stack = mmap(NULL, stack_bytes + 4096, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (stack == MAP_FAILED) return;
    mprotect(stack, 4096, PROT_NONE);
    stack_t own = {.ss_sp = stack + 4096, .ss_size = stack_bytes};
    sigaltstack(&own, NULL);
}

// MARK: The line

struct text {
    size_t size;
    char bytes[2048];
};

static void put(struct text *text, const char *piece) {
    while (*piece && text->size < sizeof text->bytes - 1) text->bytes[text->size++] = *piece++;
}

static void put_number(struct text *text, uint64_t number, unsigned base) {
    char digits[24];
    int at = sizeof digits - 1;
    digits[at] = 0;
    do {
        digits[--at] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number);
    if (base == 16) put(text, "0x");
    put(text, digits + at);
}

/// `onsale+0x1f2e`: where it is in the file of its module, as symbolisers want it.
static void put_place(struct text *text, uintptr_t address) {
    for (int index = 0; index < module_count; index++) {
        if (address < modules[index].start || address >= modules[index].end) continue;
        put(text, modules[index].name);
        put(text, "+");
        return put_number(text, address - modules[index].base, 16);
    }
    put_number(text, address, 16);
}

/// Waits a second at most for a reader that does not read: a crash must not become a hang.
static void say(const char *bytes, size_t size) {
    struct pollfd errors = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&errors, 1, 1000) == 1) (void)!write(STDERR_FILENO, bytes, size);
}

static const char *signal_name(int number) {
    switch (number) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGILL: return "SIGILL";
    case SIGTRAP: return "SIGTRAP";
    case SIGABRT: return "SIGABRT";
    case SIGFPE: return "SIGFPE";
    case SIGQUIT: return "SIGQUIT";
    default: return "signal";
    }
}

/// The callers, by frame pointers, which Swift and the system's libraries mostly keep. It reads
/// nothing outside the thread's stack; a thread that is not known has only its first place.
static void put_frames(struct text *text, uintptr_t frame, uintptr_t top, uintptr_t end) {
    for (int count = 0; count < frames_max; count++) {
        if (frame < top || frame % sizeof frame != 0 || frame + 2 * sizeof frame > end) return;
        uintptr_t caller = ((uintptr_t *)frame)[1];
        uintptr_t next = ((uintptr_t *)frame)[0];
        if (caller < 4096) return;
        put(text, " ");
        put_place(text, caller);
        // A stack grows down: the caller's frame is above.
        if (next <= frame) return;
        frame = next;
    }
}

static void put_registers(struct text *text, const ucontext_t *context, uintptr_t stack_end) {
#if defined(__x86_64__)
    uintptr_t at = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
    uintptr_t frame = (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
    uintptr_t top = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    uintptr_t at = context->uc_mcontext.pc;
    uintptr_t frame = context->uc_mcontext.regs[29];
    uintptr_t top = context->uc_mcontext.sp;
#else
    uintptr_t at = 0, frame = 0, top = 0;
#endif
    put(text, ", at ");
    put_place(text, at);
    put_frames(text, frame, top, stack_end);
}

static void put_thread(struct text *text, int id, uintptr_t *stack_end) {
    put(text, ", thread ");
    put_number(text, (uint64_t)id, 10);
    for (int index = 0; index < threads_max; index++) {
        if (atomic_load(&threads[index].id) != id) continue;
        put(text, " (");
        put(text, threads[index].name);
        put(text, ")");
        *stack_end = threads[index].stack_end;
        return;
    }
}

static void tell_last_lines(void) {
    unsigned next = atomic_load(&next_line);
    unsigned first = next > lines_max ? next - lines_max : 0;
    struct text head = {0};
    put(&head, "onsale: the last lines before it:\n");
    if (first < next) say(head.bytes, head.size);
    for (unsigned line = first; line < next; line++) {
        unsigned size = atomic_load(&lines[line % lines_max].size);
        if (size > 0) say(lines[line % lines_max].text, size);
    }
}

static void handle(int number, siginfo_t *info, void *raw) {
    static atomic_flag is_told = ATOMIC_FLAG_INIT;
    // A second thread waits for the end that the first one brings.
    if (atomic_flag_test_and_set(&is_told)) for (;;) pause();
    int id = gettid();
    struct text text = {0};
    put(&text, "onsale: crash: ");
    put(&text, signal_name(number));
    if (info->si_code <= 0) {
        put(&text, " from process ");
        put_number(&text, (uint64_t)info->si_pid, 10);
    } else {
        put(&text, " for address ");
        put_number(&text, (uint64_t)(uintptr_t)info->si_addr, 16);
    }
    put(&text, ", version ");
    put(&text, program_version);
    uintptr_t stack_end = 0;
    put_thread(&text, id, &stack_end);
    put_registers(&text, raw, stack_end);
    put(&text, "\n");
    say(text.bytes, text.size);
    tell_last_lines();
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigaction(number, &usual, NULL);
    // It waits until this handler returns: the core then shows the thread where it was.
    syscall(SYS_tgkill, getpid(), id, number);
}

void cshim_crash_install(const char *version) {
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGQUIT};
    program_version = version;
    module_count = 0;
    dl_iterate_phdr(note_module, NULL);
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigfillset(&action.sa_mask);
    for (size_t index = 0; index < sizeof signals / sizeof signals[0]; index++)
        sigaction(signals[index], &action, NULL);
}

// MARK: Tests

static volatile char sink;

static __attribute__((noinline, optnone)) void overflow(volatile char *above) {
    volatile char block[4096];
    // Never: the compiler must not see that this has no end.
    if (above[0] == 2) return;
    block[0] = above[0];
    sink = block[0];
    overflow(block);
    sink = block[1];
}

void cshim_crash_overflow(void) {
    volatile char first = 1;
    overflow(&first);
}
