/* From what a program printed to what a model and a person's terminal may see.
 *
 * No state, any thread. Input is hostile: it may try to move the cursor, set the title, write the
 * clipboard (OSC 52), hide text by direction or by zero width, or speak in half characters.
 *   1. carriage returns that go back over a line leave what the line showed last (Bash only)
 *   2. characters: ECMA-48 sequences, C0 and C1, bidirectional and invisible ones go; bytes that
 * are no UTF-8 become U+FFFD
 *   3. too long: the head and the tail stay, one line between them says what is missing
 * Invariant: the result is UTF-8, has no control character but newline and tab, and at most max
 * bytes. A string sequence without an end loses only its introducer, so that no output can make
 * all that follows vanish. */
#include "tools/tools_int.h"
#include <signal.h>

/* Longest OSC, DCS, ... that is taken for one: clipboard writes and sixel pictures are longer, but
 * then only their printable bytes are left to see. */
#define STRING_SEQUENCE_MAX 65536

/* Decodes the character at s[at]; its length, or 0 if it is no UTF-8. */
static size_t decode(struct str s, size_t at, uint32_t *out) {
    unsigned char c = (unsigned char)s.ptr[at];
    size_t n = c < 0x80 ? 1 : (c & 0xe0) == 0xc0 ? 2 : (c & 0xf0) == 0xe0 ? 3 : 4;
    if (at + n > s.len || !str_is_utf8((struct str){s.ptr + at, n})) {
        return 0;
    }
    static const unsigned char first_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t value = c & first_mask[n];
    for (size_t i = 1; i < n; i++) {
        value = value << 6 | ((unsigned char)s.ptr[at + i] & 0x3f);
    }
    *out = value;
    return n;
}

static bool is_invisible(uint32_t c) {
    return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || c == 0x061c ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0x180e || c == 0x00ad ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

static size_t skip_range(struct str s, size_t at, unsigned char low, unsigned char high) {
    while (at < s.len && (unsigned char)s.ptr[at] >= low && (unsigned char)s.ptr[at] <= high) {
        at++;
    }
    return at;
}

/* After "CSI": parameters, intermediates, one final byte. */
static size_t skip_csi(struct str s, size_t at) {
    at = skip_range(s, at, 0x30, 0x3f);
    at = skip_range(s, at, 0x20, 0x2f);
    return at < s.len && s.ptr[at] >= 0x40 && s.ptr[at] <= 0x7e ? at + 1 : at;
}

/* After an introducer of a string: up to BEL, ESC \ or U+009C; `at` itself if there is no end. */
static size_t skip_string(struct str s, size_t at) {
    size_t end = MIN(s.len, at + STRING_SEQUENCE_MAX);
    for (size_t i = at; i < end; i++) {
        if (s.ptr[i] == '\a') {
            return i + 1;
        }
        if (s.ptr[i] == '\x1b') {
            return i + 1 < end && s.ptr[i + 1] == '\\' ? i + 2 : i; /* ESC alone cancels it */
        }
        if (i + 1 < end && s.ptr[i] == '\xc2' && s.ptr[i + 1] == '\x9c') {
            return i + 2;
        }
    }
    return at;
}

/* kind: the byte after ESC, or the C1 character minus 0x40. */
static size_t skip_sequence(struct str s, size_t at, unsigned char kind) {
    switch (kind) {
    case '[':
        return skip_csi(s, at);
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
        return skip_string(s, at);
    default:
        return at;
    }
}

/* From an ESC: past the whole sequence. */
static size_t skip_escape(struct str s, size_t at) {
    size_t next = skip_range(s, at + 1, 0x20, 0x2f);
    if (next >= s.len || (unsigned char)s.ptr[next] < 0x30 || (unsigned char)s.ptr[next] > 0x7e) {
        return next;
    }
    return next == at + 1 ? skip_sequence(s, next + 1, (unsigned char)s.ptr[next]) : next + 1;
}

static void clean_into(struct str raw, struct buf *out) {
    for (size_t at = 0; at < raw.len;) {
        uint32_t c = 0;
        size_t n = decode(raw, at, &c);
        if (n == 0) {
            buf_append_c(out, "\xef\xbf\xbd");
            at++;
        } else if (c == 0x1b) {
            at = skip_escape(raw, at);
        } else if (c >= 0x80 && c <= 0x9f) {
            at = skip_sequence(raw, at + n, (unsigned char)(c - 0x40));
        } else {
            bool control = c < 0x20 ? c != '\n' && c != '\t' : c == 0x7f;
            if (!control && !is_invisible(c)) {
                buf_append(out, raw.ptr + at, n);
            }
            at += n;
        }
    }
}

size_t tool_text_step(struct str s, size_t at, bool *shown) {
    uint32_t c = 0;
    size_t n = decode(s, at, &c);
    *shown = n > 0 && c >= 0x20 && (c < 0x7f || c > 0x9f) && !is_invisible(c);
    return MAX(n, 1u);
}

/* Keeps head and tail in max bytes; prefers to cut at the end of a line if one is near. */
static void cut_middle(struct str s, size_t max, struct buf *text) {
    enum { NOTE = 80, NEAR = 400 };
    size_t half = max > NOTE ? (max - NOTE) / 2 : 0;
    size_t head = str_utf8_floor(s, half), tail = s.len - half;
    while (tail < s.len && ((unsigned char)s.ptr[tail] & 0xc0) == 0x80) {
        tail++;
    }
    for (size_t i = head; i > 0 && head - i < NEAR; i--) {
        if (s.ptr[i - 1] == '\n') {
            head = i;
            break;
        }
    }
    for (size_t i = tail; i < s.len && i - tail < NEAR; i++) {
        if (s.ptr[i] == '\n') {
            tail = i + 1;
            break;
        }
    }
    buf_append(text, s.ptr, head);
    bool fresh_line = head == 0 || s.ptr[head - 1] == '\n';
    buf_printf(text, "%s[%zu bytes of %zu were cut here]\n", fresh_line ? "" : "\n", tail - head,
               s.len);
    buf_append(text, s.ptr + tail, s.len - tail);
}

bool tool_text_clean(struct str raw, size_t max, struct buf *text) {
    /* A byte grows to three at most, when it becomes U+FFFD. */
    AUTO_BUF struct buf clean = BUF_INIT(raw.len * 3 + 1);
    clean_into(raw, &clean);
    ASSERT(!clean.overflow);
    if (clean.len <= max) {
        buf_append_str(text, buf_str(&clean));
        return false;
    }
    cut_middle(buf_str(&clean), max, text);
    return true;
}

void tool__collapse_returns(struct str raw, struct buf *out) {
    struct str line, rest = raw;
    while (str_next_line(&rest, &line)) {
        bool newline = line.ptr + line.len < raw.ptr + raw.len;
        while (line.len > 0 && line.ptr[line.len - 1] == '\r') {
            line.len--;
        }
        for (size_t i = line.len; i > 0; i--) {
            if (line.ptr[i - 1] == '\r') {
                line = str_slice(line, i, line.len);
                break;
            }
        }
        buf_append_str(out, line);
        if (newline) {
            buf_append_char(out, '\n');
        }
    }
}

bool tool__end_text(const struct cell_result *result, int64_t wall_ms, struct buf *text) {
    const char *name = NULL;
    switch (result->end) {
    case CELL_EXITED:
        return false;
    case CELL_SIGNALED:
        name = sigabbrev_np(result->status);
        return buf_printf(text, "[killed: signal %d%s%s]", result->status, name ? " SIG" : "",
                          name ? name : "");
    case CELL_CPU:
        return buf_printf(text, "[killed: cpu limit %g s]", CALL_CPU_MS_DEFAULT / 1000.0);
    case CELL_WALL:
        return buf_printf(text, "[killed: time limit %g s]", (double)wall_ms / 1000.0);
    case CELL_OUTPUT:
        return buf_printf(text, "[killed: output limit %u MiB]", OUTPUT_BYTES_MAX >> 20);
    case CELL_KILLED:
        return buf_append_c(text, "[killed: the run was stopped]");
    case CELL_REFUSED:
        break;
    }
    return buf_append_c(text, "[not run: the sandbox refused the call]");
}
