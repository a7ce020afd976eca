#ifndef RUNTIME_TERM_H
#define RUNTIME_TERM_H
/* What may be printed where.
 *
 * stdout is the answer or JSON, stderr is the conversation: progress, warnings, hints. Colour and
 * progress only if that stream is a terminal; decided once, by --color, NO_COLOR, CLICOLOR_FORCE or
 * FORCE_COLOR, TERM=dumb, isatty, in this order. Colour never stands alone: a word or mark says the
 * same. Loop thread only. */
#include "runtime/base/err.h"
#include "runtime/base/str.h"

enum stream { STREAM_OUT, STREAM_ERR };
enum style { STYLE_NONE, STYLE_BOLD, STYLE_DIM, STYLE_RED, STYLE_GREEN, STYLE_YELLOW, STYLE_BLUE };
enum mark { MARK_OK, MARK_WARN, MARK_FAIL, MARK_RUN, MARK_DOT, MARK_ARROW };

struct term_options {
    const char *color; /* "auto", "always", "never" */
    bool ascii, quiet; /* quiet: no notes, hints or progress; warnings and errors remain */
};
void term_setup(const struct term_options *options);

bool term_color(enum stream stream);
bool term_is_tty(enum stream stream);
/* stderr is a terminal that can rewrite a line: not TERM=dumb. */
bool term_is_live(void);
bool term_ascii(void);
bool term_quiet(void);
int term_width(enum stream stream); /* columns; 80 if it is not a terminal */
/* The escape that begins a style, STYLE_NONE ends it; "" without colour. */
const char *term_style(enum stream stream, enum style style);
const char *term_mark(enum mark mark); /* ✓ ⚠ ✗ ▸ · → or their ASCII forms */
/* Columns that UTF-8 text takes on a terminal. */
size_t term_columns(struct str text);

/* Text from a file, a name, a user or a model as one line for people: no escape sequences, control
 * or direction characters, newlines become spaces, cut to size at a character. */
void term_line(char *out, size_t size, struct str text);

/* Results. A closed pipe ends the program quietly with 0; any other failure of stdout is reported
 * by out_finish. Text from models or tools must have been cleaned before
 * (term_line, tool_text_clean). */
void out_write(struct str text);
void out_printf(const char *fmt, ...) PRINTF_LIKE(1, 2);
void out_flush(void); /* a reader may be waiting for the line */
bool out_finish(struct err *err) MUST_CHECK;

/* The conversation, on stderr. err: "error: MESSAGE" and "hint: HINT". Errors, warnings and hints
 * are cleaned: they quote file names and contents. */
void say_error(const struct err *err);
void say_warning(const char *fmt, ...) PRINTF_LIKE(1, 2);
void say_hint(const char *fmt, ...) PRINTF_LIKE(1, 2);
void say_note(const char *fmt, ...) PRINTF_LIKE(1, 2); /* progress in lines; not with --quiet */
void say_hints(bool on);                               /* configuration key "hints" */
/* One status line that is rewritten in place on a terminal and dropped elsewhere; every other
 * output removes it first. text is cut to term_status_width. NULL removes it. */
void say_status(const char *text);
/* The same for work on a number of bytes: a bar, how much, how fast, how long still, once it has
 * taken about a second. done == 0 starts it, done == total takes it away; total 0: nobody
 * knows. what is a literal. */
void say_progress(const char *what, uint64_t done, uint64_t total);
size_t term_status_width(void);
#endif
