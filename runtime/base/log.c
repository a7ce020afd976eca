/* Diagnostic log: one line, one write, any thread.
 *
 * Owns: the descriptor number and level it was told (the descriptor itself is borrowed). Lines look
 * like `2026-11-23T00:01:02.345Z warn loop store/writer.c:88 text`; control characters in the text
 * become '?', so that what a model wrote cannot forge a line or drive a terminal. DROVER_LOG=debug|
 * info|warn|error copies lines of that level and above to stderr. A write that fails is dropped:
 * the log is a convenience, the journal is the truth.
 */
#include "runtime/base/log.h"
#include "runtime/base/clock.h"
#include "runtime/base/queue.h"
#include <stdarg.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

static const char *const level_name[] = {"debug", "info", "warn", "error"};
static atomic_int log_fd = -1;
static atomic_int log_level = LOG_INFO;
static atomic_int stderr_level = -1; /* not looked up yet */

static int stderr_level_get(void) {
    int level = atomic_load(&stderr_level);
    if (level >= 0) {
        return level;
    }
    const char *name = getenv("DROVER_LOG");
    level = LOG_ERROR + 1;
    for (int i = 0; name && i < (int)ARRAY_LEN(level_name); i++) {
        level = strcmp(name, level_name[i]) == 0 ? i : level;
    }
    atomic_store(&stderr_level, level);
    return level;
}

void log_open(int fd, enum log_level level) {
    atomic_store(&log_level, level);
    atomic_store(&log_fd, fd);
}

void log_write(enum log_level level, const char *file, int line, const char *fmt, ...) {
    int fd = (int)level >= atomic_load(&log_level) ? atomic_load(&log_fd) : -1;
    bool to_stderr = (int)level >= stderr_level_get();
    if (fd < 0 && !to_stderr) {
        return;
    }
    char text[1024];
    int64_t now = clock_wall_ms();
    time_t seconds = (time_t)(now / 1000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    int n = snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ %s %s:%d ",
                     tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                     (int)(now % 1000), level_name[level], file, line);
    size_t len = MIN((size_t)MAX(n, 0), sizeof(text) - 2);
    va_list args;
    va_start(args, fmt);
    n = vsnprintf(text + len, sizeof(text) - 1 - len, fmt, args);
    va_end(args);
    size_t end = MIN(len + (size_t)MAX(n, 0), sizeof(text) - 2);
    for (size_t i = len; i < end; i++) {
        text[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
    }
    text[end] = '\n';
    ssize_t ignored = fd >= 0 ? write(fd, text, end + 1) : 0;
    ignored = to_stderr ? write(STDERR_FILENO, text, end + 1) : ignored;
    (void)ignored;
}
