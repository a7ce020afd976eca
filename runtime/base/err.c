/* The one error type: set once where the failure was seen, prefixed on the way up.
 *
 * Owns: nothing; struct err lives with the caller. Any thread. Every function accepts err == NULL
 * (the caller does not care) and all bool ones return false, so that `return err_set(...)` is the
 * idiom. Messages that do not fit ERR_MSG_MAX are cut at a UTF-8 boundary, prefixes keep the front:
 * the outer context is shorter and the innermost tail is what gets lost, which is why subjects in
 * messages are short.
 */
#include "runtime/base/err.h"
#include "runtime/base/str.h"
#include <errno.h>
#include <stdarg.h>

static const struct {
    const char *text;
    int exit_code;
} code_table[] = {
#define X(code, text, exit_code) {text, exit_code},
    ERR_CODES(X)
#undef X
};

static void cut_utf8(char *s, size_t cap) {
    size_t n = strlen(s);
    if (n == cap - 1) {
        s[str_utf8_floor((struct str){s, n}, n)] = '\0';
    }
}

__attribute__((format(printf, 3, 0))) static void format(char *out, size_t cap, const char *fmt,
                                                         va_list args) {
    if (vsnprintf(out, cap, fmt, args) < 0) {
        out[0] = '\0';
    }
    cut_utf8(out, cap);
}

bool err_set(struct err *err, enum err_code code, const char *fmt, ...) {
    ASSERT(code != ERR_NONE);
    if (err == NULL) {
        return false;
    }
    va_list args;
    va_start(args, fmt);
    format(err->msg, sizeof(err->msg), fmt, args);
    va_end(args);
    err->code = code;
    err->hint[0] = '\0';
    return false;
}

static enum err_code code_of_errno(int number) {
    switch (number) {
    case ENOSPC:
    case EDQUOT:
        return ERR_NO_SPACE;
    case EAGAIN:
        return ERR_AGAIN;
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case EEXIST:
        return ERR_EXISTS;
    default:
        return ERR_IO;
    }
}

bool err_set_errno(struct err *err, int saved_errno, const char *fmt, ...) {
    if (err == NULL) {
        return false;
    }
    char what[ERR_MSG_MAX];
    char reason[128];
    va_list args;
    va_start(args, fmt);
    format(what, sizeof(what), fmt, args);
    va_end(args);
    return err_set(err, code_of_errno(saved_errno), "%s: %s", what,
                   strerror_r(saved_errno, reason, sizeof(reason)));
}

bool err_is_temporary(const struct err *err) {
    return err->code == ERR_NO_SPACE || err->code == ERR_AGAIN;
}

bool err_prefix(struct err *err, const char *fmt, ...) {
    if (err == NULL) {
        return false;
    }
    char front[ERR_MSG_MAX];
    char old[ERR_MSG_MAX];
    va_list args;
    va_start(args, fmt);
    format(front, sizeof(front), fmt, args);
    va_end(args);
    memcpy(old, err->msg, sizeof(old));
    size_t n = strlen(front);
    memcpy(err->msg, front, n + 1);
    snprintf(err->msg + n, sizeof(err->msg) - n, ": %s", old);
    cut_utf8(err->msg, sizeof(err->msg));
    return false;
}

bool err_hint(struct err *err, const char *fmt, ...) {
    if (err == NULL || err->hint[0] != '\0') {
        return false;
    }
    va_list args;
    va_start(args, fmt);
    format(err->hint, sizeof(err->hint), fmt, args);
    va_end(args);
    return false;
}

const char *err_code_text(enum err_code code) {
    ASSERT((size_t)code < ARRAY_LEN(code_table));
    return code_table[code].text;
}

int err_exit_code(enum err_code code) {
    ASSERT((size_t)code < ARRAY_LEN(code_table));
    return code_table[code].exit_code;
}
