/* What the kernels need of runtime/base, without its libraries: a cross-built test links this in
 * place of libbase.a (tests/cross/neon.sh). Errors keep code, message and hint; that is all. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/base/err.h"

_Noreturn void base_assert_failed(const char *expr, const char *file, int line) {
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, expr);
    abort();
}

bool err_set(struct err *err, enum err_code code, const char *fmt, ...) {
    va_list args;
    if (err == NULL)
        return false;
    *err = (struct err){.code = code};
    va_start(args, fmt);
    vsnprintf(err->msg, sizeof err->msg, fmt, args);
    va_end(args);
    return false;
}

bool err_hint(struct err *err, const char *fmt, ...) {
    va_list args;
    if (err == NULL)
        return false;
    va_start(args, fmt);
    vsnprintf(err->hint, sizeof err->hint, fmt, args);
    va_end(args);
    return false;
}
