#ifndef BASE_LOG_H
#define BASE_LOG_H
/* Diagnostic log: lines to a file (and to stderr with DROVER_LOG=debug), any thread, one write a
 * line. Not for users: what a user must know is a message on stderr or an event in the journal. */
#include "runtime/base/base.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
/* fd is borrowed, -1 for none. */
void log_open(int fd, enum log_level level);
void log_write(enum log_level level, const char *file, int line, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
#define log_debug(...) log_write(LOG_DEBUG, __FILE__, __LINE__, __VA_ARGS__)
#define log_info(...)  log_write(LOG_INFO, __FILE__, __LINE__, __VA_ARGS__)
#define log_warn(...)  log_write(LOG_WARN, __FILE__, __LINE__, __VA_ARGS__)
#define log_error(...) log_write(LOG_ERROR, __FILE__, __LINE__, __VA_ARGS__)
#endif
