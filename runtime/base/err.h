#ifndef BASE_ERR_H
#define BASE_ERR_H
/* One error type for operating errors. A function that can fail returns bool and fills err; each
 * caller that knows more puts it in front with err_prefix ("resume run 7: open journal: ...").
 * errno, SQLite, libgit2 and libuv codes are translated on the line that received them.
 * A hint is what the user should type next; the innermost one wins. err may be NULL. */
#include "runtime/base/base.h"
#include "runtime/base/limits.h"

/* code, text, exit code of the program that ends with it (STYLE, "Exit codes") */
#define ERR_CODES(X)                                                                               \
    X(ERR_NONE, "no error", 0)                                                                     \
    X(ERR_USAGE, "wrong usage or configuration", 2)                                                \
    X(ERR_INPUT, "malformed input", 2)                                                             \
    X(ERR_REFUSED, "refused by policy", 3)                                                         \
    X(ERR_ENVIRONMENT, "this machine cannot do it", 4)                                             \
    X(ERR_MODEL, "unusable model", 4)                                                              \
    X(ERR_NOT_FOUND, "not found", 2)                                                               \
    X(ERR_EXISTS, "already exists", 2)                                                             \
    X(ERR_CONFLICT, "conflict", 1)                                                                 \
    X(ERR_LIMIT, "limit reached", 1)                                                               \
    X(ERR_IO, "input or output failed", 4)                                                         \
    X(ERR_NO_SPACE, "no space left", 75)                                                           \
    X(ERR_BUSY, "in use", 75)                                                                      \
    X(ERR_AGAIN, "not now", 75)                                                                    \
    X(ERR_CANCELLED, "stopped", 130)                                                               \
    X(ERR_INTERNAL, "internal error", 70)

enum err_code {
#define X(code, text, exit_code) code,
    ERR_CODES(X)
#undef X
};

struct err {
    enum err_code code;
    char msg[ERR_MSG_MAX];
    char hint[ERR_MSG_MAX];
};

#define ERR_INIT ((struct err){0})

/* Sets code and message; returns false so that `return err_set(...)` reads well. */
bool err_set(struct err *err, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* As err_set with ": " and strerror(saved_errno). Code: ENOSPC, EDQUOT give ERR_NO_SPACE, EAGAIN
 * ERR_AGAIN, ENOENT and ENOTDIR ERR_NOT_FOUND, EEXIST ERR_EXISTS, all others ERR_IO. */
bool err_set_errno(struct err *err, int saved_errno, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Puts "text: " before the message; returns false. */
bool err_prefix(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Sets the hint unless one is there; returns false. */
bool err_hint(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Whether the same may succeed later, when there is room again. */
bool err_is_temporary(const struct err *err);
const char *err_code_text(enum err_code code);
int err_exit_code(enum err_code code);
#endif
