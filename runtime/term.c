/* Streams, colour, marks, the status line.
 *
 * Owns: what was decided about the two streams at term_setup, and the one status line on stderr.
 * Loop thread. SIGPIPE is ignored by main, since the sandbox's socket must not end the program; a
 * closed stdout is noticed here, on the write, and ends it quietly with 0: the reader has what it
 * wanted, and a run is safe in its journal. Other failures of stdout are kept and reported once, by
 * out_finish.
 */
#include "runtime/term.h"
#include "runtime/base/clock.h"
#include "tools/tools.h"
#include <errno.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

static struct {
    bool color[2], tty[2], live;
    bool ascii, quiet, hints;
    bool status_shown;
    char status[1024]; /* as it was written */
    int write_errno;   /* first failure of stdout */
} term = {.hints = true};

static bool env_set(const char *name) {
    const char *value = getenv(name);
    return value && value[0];
}

static bool decide_color(const char *option, bool tty) {
    if (option && strcmp(option, "always") == 0) {
        return true;
    }
    if (option && strcmp(option, "never") == 0) {
        return false;
    }
    if (env_set("NO_COLOR")) {
        return false;
    }
    const char *force =
        env_set("CLICOLOR_FORCE") ? getenv("CLICOLOR_FORCE") : getenv("FORCE_COLOR");
    if (force && force[0] && strcmp(force, "0") != 0) {
        return true;
    }
    const char *kind = getenv("TERM");
    return tty && kind && kind[0] && strcmp(kind, "dumb") != 0;
}

void term_setup(const struct term_options *options) {
    for (int s = STREAM_OUT; s <= STREAM_ERR; s++) {
        term.tty[s] = isatty(s == STREAM_OUT ? STDOUT_FILENO : STDERR_FILENO) == 1;
        term.color[s] = decide_color(options->color, term.tty[s]);
    }
    const char *kind = getenv("TERM");
    term.live = term.tty[STREAM_ERR] && kind && kind[0] && strcmp(kind, "dumb") != 0;
    term.ascii = options->ascii;
    term.quiet = options->quiet;
}

bool term_color(enum stream stream) {
    return term.color[stream];
}

bool term_is_tty(enum stream stream) {
    return term.tty[stream];
}

bool term_is_live(void) {
    return term.live;
}

bool term_ascii(void) {
    return term.ascii;
}

bool term_quiet(void) {
    return term.quiet;
}

int term_width(enum stream stream) {
    struct winsize size;
    if (term.tty[stream] &&
        ioctl(stream == STREAM_OUT ? STDOUT_FILENO : STDERR_FILENO, TIOCGWINSZ, &size) == 0 &&
        size.ws_col >= 20) {
        return size.ws_col;
    }
    return 80;
}

const char *term_style(enum stream stream, enum style style) {
    static const char *const escape[] = {"\x1b[0m",  "\x1b[1m",  "\x1b[2m", "\x1b[31m",
                                         "\x1b[32m", "\x1b[33m", "\x1b[34m"};
    return term.color[stream] ? escape[style] : "";
}

const char *term_mark(enum mark mark) {
    static const char *const marks[][2] = {
        [MARK_OK] = {"✓", "ok"}, [MARK_WARN] = {"⚠", "!!"}, [MARK_FAIL] = {"✗", "xx"},
        [MARK_RUN] = {"▸", ">"}, [MARK_DOT] = {"·", "-"},   [MARK_ARROW] = {"→", "->"},
    };
    return marks[mark][term.ascii];
}

/* Bytes and columns of the character at s[i]; a byte that is none counts as one column. */
static size_t character(struct str s, size_t i, int *columns) {
    wchar_t wide;
    mbstate_t state = {0};
    size_t n = mbrtowc(&wide, s.ptr + i, s.len - i, &state);
    if (n == 0 || n > s.len - i) {
        *columns = 1;
        return 1;
    }
    *columns = MAX(wcwidth(wide), 0);
    return n;
}

size_t term_columns(struct str text) {
    size_t total = 0;
    for (size_t i = 0; i < text.len;) {
        int columns;
        if (text.ptr[i] == '\x1b') { /* one of our own styles */
            i = MIN(str_find(text, STR("m"), i), text.len - 1) + 1;
            continue;
        }
        i += character(text, i, &columns);
        total += (size_t)columns;
    }
    return total;
}

static void status_remove(void) {
    if (term.status_shown) {
        fputs("\r\x1b[K", stderr);
        term.status_shown = false;
    }
}

void out_write(struct str text) {
    if (term.tty[STREAM_OUT] && term.status_shown) {
        status_remove();
        fflush(stderr);
    }
    if (fwrite(text.ptr, 1, text.len, stdout) != text.len && term.write_errno == 0) {
        term.write_errno = errno;
    }
    if (term.write_errno == EPIPE) {
        _exit(0);
    }
}

void out_printf(const char *fmt, ...) {
    char *text = NULL;
    va_list args;
    va_start(args, fmt);
    int n = vasprintf(&text, fmt, args);
    va_end(args);
    ASSERT(n >= 0);
    out_write((struct str){text, (size_t)n});
    free(text);
}

void out_flush(void) {
    if (fflush(stdout) != 0 && term.write_errno == 0) {
        term.write_errno = errno;
    }
    if (term.write_errno == EPIPE) {
        _exit(0);
    }
}

bool out_finish(struct err *err) {
    say_status(NULL);
    out_flush();
    if (term.write_errno == 0) {
        return true;
    }
    err_set_errno(err, term.write_errno, "cannot write to stdout");
    err->code = ERR_IO; /* a full disk there is not a full disk for the run */
    return false;
}

void term_line(char *out, size_t size, struct str text) {
    AUTO_BUF struct buf clean = BUF_INIT(text.len * 3 + 1); /* a bad byte becomes U+FFFD */
    tool_text_clean(text, SIZE_MAX, &clean);
    struct str line = str_slice(buf_str(&clean), 0, size - 1);
    line.len = str_utf8_floor(buf_str(&clean), line.len);
    for (size_t i = 0; i < line.len; i++) {
        out[i] = (char)(line.ptr[i] == '\n' || line.ptr[i] == '\t' ? ' ' : line.ptr[i]);
    }
    out[line.len] = '\0';
}

__attribute__((format(printf, 3, 0))) static void say(const char *word, enum style style,
                                                      const char *fmt, va_list args) {
    char line[2 * ERR_MSG_MAX];
    AUTO_FREE char *text = NULL;
    int n = vasprintf(&text, fmt, args);
    ASSERT(n >= 0);
    term_line(line, sizeof(line), str_from(text));
    fflush(stdout); /* on a terminal both streams are one text */
    status_remove();
    fprintf(stderr, "%s%s:%s %s\n", term_style(STREAM_ERR, style), word,
            term_style(STREAM_ERR, STYLE_NONE), line);
}

/* The variadic doors to say(). */
#define SAY(word, style)                                                                           \
    do {                                                                                           \
        va_list args;                                                                              \
        va_start(args, fmt);                                                                       \
        say(word, style, fmt, args);                                                               \
        va_end(args);                                                                              \
    } while (0)

static void PRINTF_LIKE(1, 2) say_failure(const char *fmt, ...) {
    SAY("error", STYLE_RED);
}

void say_warning(const char *fmt, ...) {
    SAY("warning", STYLE_YELLOW);
}

void say_hint(const char *fmt, ...) {
    if (!term.quiet && term.hints) {
        SAY("hint", STYLE_BLUE);
    }
}

void say_error(const struct err *err) {
    ASSERT(err->code != ERR_NONE);
    say_failure("%s", err->msg[0] ? err->msg : err_code_text(err->code));
    if (err->hint[0]) {
        say_hint("%s", err->hint);
    }
}

void say_hints(bool on) {
    term.hints = on;
}

void say_note(const char *fmt, ...) {
    if (term.quiet) {
        return;
    }
    va_list args;
    fflush(stdout);
    status_remove();
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
}

/* A terminal shows "^C" behind the line: with three columns left it stays one line. */
size_t term_status_width(void) {
    return (size_t)MAX(term_width(STREAM_ERR) - 3, 1);
}

/* In the background (^Z and bg, or &) the line would go over what the user is typing. */
static bool in_foreground(void) {
    pid_t group = tcgetpgrp(STDERR_FILENO);
    return group < 0 || group == getpgrp();
}

/* One write, and none if nothing changed: a line that is removed first and then written flickers.
 */
void say_status(const char *text) {
    if (!term.live || term.quiet) {
        return;
    }
    if (text == NULL) {
        status_remove();
        fflush(stderr);
        return;
    }
    if (!in_foreground()) {
        term.status_shown = false;
        return;
    }
    struct str all = str_from(text);
    size_t i = 0, used = 0, width = term_status_width();
    while (i < all.len) {
        int columns;
        size_t n = character(all, i, &columns);
        if (used + (size_t)columns > width) {
            break;
        }
        used += (size_t)columns;
        i += n;
    }
    AUTO_FREE char *line = xasprintf("\r%.*s\x1b[K", (int)i, text);
    if (term.status_shown && strcmp(line, term.status) == 0) {
        return;
    }
    fputs(line, stderr);
    fflush(stderr);
    snprintf(term.status, sizeof(term.status), "%s", line);
    term.status_shown = true;
}

#define PROGRESS_WIDTH 20
/* Work that is over sooner needs no line; and how often a line is worth writing. */
#define PROGRESS_AFTER_MS 1000
#define PROGRESS_EVERY_MS 100

/* Where there is no room, the rate is what nobody misses. */
static void progress_line(struct buf *line, uint64_t done, uint64_t total, double seconds) {
    bool large = MAX(done, total) >= 1000000000;
    double unit = large ? 1e9 : 1e6, rate = (double)done / seconds;
    const char *name = large ? "GB" : "MB";
    char bar[PROGRESS_WIDTH + 1] = {0}, speed[40];
    if (total == 0) {
        buf_printf(line, "  %.1f %s", (double)done / unit, name);
        return;
    }
    memset(bar, '.', PROGRESS_WIDTH);
    memset(bar, '#', (size_t)((double)done / (double)total * PROGRESS_WIDTH));
    buf_printf(line, " [%s] %.1f of %.1f %s  %.0f s left", bar, (double)done / unit,
               (double)total / unit, name, (double)(total - done) / rate);
    int n = snprintf(speed, sizeof speed, "  %.1f %s/s", rate / unit, name);
    if (term_columns(buf_str(line)) + (size_t)n <= term_status_width())
        buf_append_c(line, speed);
}

void say_progress(const char *what, uint64_t done, uint64_t total) {
    static int64_t start_ms, shown_ms;
    static const char *shown;
    int64_t now_ms = clock_mono_ms();
    if (done == 0) {
        start_ms = now_ms;
    } else if (total && done >= total) {
        say_status(NULL);
    } else if (now_ms - start_ms >= PROGRESS_AFTER_MS &&
               (now_ms - shown_ms >= PROGRESS_EVERY_MS || what != shown)) {
        AUTO_BUF struct buf line = BUF_INIT(1000);
        buf_append_c(&line, what);
        progress_line(&line, done, total, (double)(now_ms - start_ms) / 1000);
        say_status(buf_cstr(&line));
        shown_ms = now_ms;
        shown = what;
    }
}
