#ifndef BASE_BASE_H
#define BASE_BASE_H
/* Assertions, clean-up of locals and allocation: what every file needs.
 *
 * ASSERT is for programmer errors and stays on in release: it prints expression, place, thread and
 * what the process was doing, then aborts; the journal makes that safe.
 * AUTO_FREE and friends run when a local goes out of scope, so that an early return is right;
 * TAKE(ptr) moves a pointer out of such a local. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define MUST_CHECK             __attribute__((warn_unused_result))
#define ARRAY_LEN(a)           (sizeof(a) / sizeof((a)[0]))

_Noreturn void base_assert_failed(const char *expr, const char *file, int line);
#define ASSERT(x) ((x) ? (void)0 : base_assert_failed(#x, __FILE__, __LINE__))

/* What an assertion prints besides its expression, e.g. "run 7, agent 3 DECODING". Any thread;
 * kept per thread; the string is copied. */
void base_context_set(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Control-plane allocation: aborts when memory is out (the journal makes that safe). Anything whose
 * size comes from outside goes through a bounded buf instead. Free with free(). */
void *xmalloc(size_t n) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *p, size_t n) __attribute__((returns_nonnull));
void *xreallocarray(void *p, size_t count, size_t size) __attribute__((returns_nonnull));
/* For what a file or a user sizes (caches, key pages): zeroed, NULL when there is not that much,
 * and the caller says so. */
void *try_calloc(size_t count, size_t size) __attribute__((malloc)) MUST_CHECK;
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2) __attribute__((malloc, returns_nonnull));

void auto_free(void *pp);
void auto_fd(int *fd);
#define AUTO_FREE __attribute__((cleanup(auto_free)))
#define AUTO_FD   __attribute__((cleanup(auto_fd)))
#define TAKE(p)                                                                                    \
    __extension__({                                                                                \
        __typeof__(p) take_ = (p);                                                                 \
        (p) = NULL;                                                                                \
        take_;                                                                                     \
    })

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif
