/* Assertions, clean-up helpers and the allocation that cannot fail.
 *
 * Owns: nothing but one short per-thread text that says what the thread is doing (run, agent,
 * state), so that an assertion can print it. Any thread may call everything here.
 *
 * Happy path: x*alloc returns memory. When memory is out the process ends at once: every caller is
 * control plane whose size the program itself decides, the journal already holds what was said to
 * be done, and a half-working process is worse than a resumed one. Sizes that come from outside do
 * not pass here but through a bounded buf or arena.
 *
 * An assertion prints one line and aborts; runtime/main.c adds the banner in its SIGABRT handler.
 */
#include "runtime/base/base.h"
#include "runtime/base/queue.h"
#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

static _Thread_local char context[200];

void base_context_set(const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    vsnprintf(context, sizeof(context), fmt, args);
    va_end(args);
}

static const char *role_name(enum thread_role role) {
    switch (role) {
    case THREAD_ANY:
        return "main";
    case THREAD_LOOP:
        return "loop";
    case THREAD_ENGINE:
        return "engine";
    case THREAD_STORE:
        return "store";
    case THREAD_POOL:
        return "pool";
    }
    return "unknown";
}

void base_assert_failed(const char *expr, const char *file, int line) {
    char text[512];
    int n =
        snprintf(text, sizeof(text), "error: assertion failed: %s at %s:%d, thread %s%s%s\n", expr,
                 file, line, role_name(thread_role_get()), context[0] ? ", " : "", context);
    if (n > 0) {
        /* One write, not stdio: another thread may hold the stream's lock. */
        ssize_t ignored = write(STDERR_FILENO, text, MIN((size_t)n, sizeof(text) - 1));
        (void)ignored;
    }
    abort();
}

static void *check_memory(void *p, size_t n) {
    if (p == NULL) {
        char text[100];
        int len = snprintf(text, sizeof(text), "error: out of memory (asked for %zu bytes)\n", n);
        ssize_t ignored = write(STDERR_FILENO, text, (size_t)len);
        (void)ignored;
        abort();
    }
    return p;
}

void *xmalloc(size_t n) {
    return check_memory(malloc(n ? n : 1), n);
}

void *xcalloc(size_t count, size_t size) {
    return check_memory(calloc(count ? count : 1, size ? size : 1), size);
}

void *xrealloc(void *p, size_t n) {
    return check_memory(realloc(p, n ? n : 1), n);
}

void *xreallocarray(void *p, size_t count, size_t size) {
    size_t n;
    ASSERT(!__builtin_mul_overflow(count, size, &n));
    return xrealloc(p, n);
}

void *try_calloc(size_t count, size_t size) {
    return calloc(count ? count : 1, size ? size : 1);
}

char *xstrdup(const char *s) {
    ASSERT(s != NULL);
    size_t n = strlen(s) + 1;
    return memcpy(xmalloc(n), s, n);
}

char *xasprintf(const char *fmt, ...) {
    va_list args;
    char *out = NULL;
    va_start(args, fmt);
    int n = vasprintf(&out, fmt, args);
    va_end(args);
    return check_memory(n < 0 ? NULL : out, 0);
}

/* The clean-up functions keep errno: they run between a failing call and its report. */
void auto_free(void *pp) {
    int saved = errno;
    void *p;
    memcpy(&p, pp, sizeof(p));
    free(p);
    errno = saved;
}

void auto_fd(int *fd) {
    int saved = errno;
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
    errno = saved;
}
