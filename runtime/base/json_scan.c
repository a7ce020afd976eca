/* A strict reader of RFC 8259 that builds nothing: it says yes, or no with line and column.
 *
 * cJSON builds the trees; this runs before it and refuses everything that cJSON accepts, loses or
 * changes (bad UTF-8, NUL, lone surrogates, duplicate keys, long numbers, deep nesting), so that
 * the tree means exactly what the text said.
 *
 * Owns: a hash set of the keys seen, one entry a key, seeded by the object they are in. The hash
 * has 128 bits: a false "duplicate" would need a collision that refuses its own author's document.
 * Recursion is one frame a level and stops at JSON_DEPTH_MAX. Lines and columns (in characters) are
 * counted only when something failed. Any thread; no state outside struct scan.
 */
#include "runtime/base/json_scan.h"
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <xxhash.h>

void scan_position(struct str text, size_t offset, int *line, int *column) {
    *line = *column = 1;
    for (size_t i = 0; i < MIN(offset, text.len); i++) {
        if (text.ptr[i] == '\n') {
            ++*line;
            *column = 1;
        } else if (((unsigned char)text.ptr[i] & 0xc0) != 0x80) {
            ++*column;
        }
    }
}

bool scan_fail(struct scan *s, const char *at, const char *fmt, ...) {
    char what[200];
    int line, column;
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    scan_position((struct str){s->start, (size_t)(s->end - s->start)}, (size_t)(at - s->start),
                  &line, &column);
    return err_set(s->err, ERR_INPUT, "%s:%d:%d: %s", s->name, line, column, what);
}

void scan_space(struct scan *s) {
    while (s->at < s->end &&
           (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t')) {
        s->at++;
    }
}

static bool fail_unexpected(struct scan *s, const char *wanted) {
    if (s->at == s->end) {
        return scan_fail(s, s->at, "text ends where %s should be", wanted);
    }
    unsigned char c = (unsigned char)*s->at;
    if (c == '/' || c == '#') {
        return scan_fail(s, s->at, "comments are not part of JSON");
    }
    if (c == '\'') {
        return scan_fail(s, s->at, "strings are written with double quotes");
    }
    if (c > 0x20 && c < 0x7f) {
        return scan_fail(s, s->at, "found '%c' where %s should be", c, wanted);
    }
    return scan_fail(s, s->at, "found byte 0x%02x where %s should be", c, wanted);
}

static bool scan_hex4(struct scan *s, unsigned *out) {
    const char *start = s->at;
    unsigned value = 0;
    for (int i = 0; i < 4; i++, s->at++) {
        char c = s->at < s->end ? *s->at : '\0';
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
                                                : 16;
        if (digit == 16) {
            return scan_fail(s, start - 2, "'\\u' needs four hexadecimal digits");
        }
        value = value * 16 + digit;
    }
    *out = value;
    return true;
}

static void put_code_point(struct buf *b, unsigned c) {
    char out[4];
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n - 1; i > 0; i--, c >>= 6) {
        out[i] = (char)(0x80 | (c & 0x3f));
    }
    out[0] = (char)(lead[n] | c);
    buf_append(b, out, n);
}

/* Behind "\u". */
static bool scan_unicode_escape(struct scan *s) {
    const char *start = s->at - 2;
    unsigned c, low;
    if (!scan_hex4(s, &c)) {
        return false;
    }
    if (c == 0) {
        return scan_fail(s, start, "a string cannot hold NUL");
    }
    if (c >= 0xdc00 && c <= 0xdfff) {
        return scan_fail(s, start, "lone surrogate in a string");
    }
    if (c >= 0xd800 && c <= 0xdbff) {
        if (s->end - s->at < 2 || s->at[0] != '\\' || s->at[1] != 'u') {
            return scan_fail(s, start, "lone surrogate in a string");
        }
        s->at += 2;
        if (!scan_hex4(s, &low)) {
            return false;
        }
        if (low < 0xdc00 || low > 0xdfff) {
            return scan_fail(s, start, "lone surrogate in a string");
        }
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
    if (s->text) {
        put_code_point(s->text, c);
    }
    return true;
}

static bool scan_escape(struct scan *s) {
    static const char letters[] = "\"\"\\\\//b\bf\fn\nr\rt\t"; /* pairs: letter, meaning */
    const char *backslash = s->at - 1;
    char c = s->at < s->end ? *s->at : '\0';
    s->at++;
    if (c == 'u') {
        return scan_unicode_escape(s);
    }
    for (const char *l = letters; *l; l += 2) {
        if (*l == c) {
            if (s->text) {
                buf_append_char(s->text, l[1]);
            }
            return true;
        }
    }
    return scan_fail(s, backslash, "unknown escape in a string");
}

bool scan_string(struct scan *s) {
    const char *open = s->at++;
    for (;;) {
        const char *plain = s->at;
        while (s->at < s->end && *s->at != '"' && *s->at != '\\' && (unsigned char)*s->at >= 0x20) {
            s->at++;
        }
        if (s->text) {
            buf_append(s->text, plain, (size_t)(s->at - plain));
        }
        if (s->at == s->end) {
            return scan_fail(s, open, "string without an end");
        }
        if (*s->at == '"') {
            s->at++;
            return true;
        }
        if (*s->at != '\\') {
            return *s->at == '\0'
                       ? scan_fail(s, s->at, "a string cannot hold NUL")
                       : scan_fail(s, s->at, "control character 0x%02x in a string", *s->at);
        }
        s->at++;
        if (!scan_escape(s)) {
            return false;
        }
    }
}

static bool is_digit(const struct scan *s) {
    return s->at < s->end && *s->at >= '0' && *s->at <= '9';
}

static bool scan_digits(struct scan *s) {
    if (!is_digit(s)) {
        return fail_unexpected(s, "a digit");
    }
    while (is_digit(s)) {
        s->at++;
    }
    return true;
}

static bool scan_number(struct scan *s) {
    const char *start = s->at;
    s->at += *s->at == '-';
    const char *digits = s->at;
    if (!scan_digits(s)) {
        return false;
    }
    if (*digits == '0' && s->at - digits > 1) {
        return scan_fail(s, start, "a number cannot start with 0");
    }
    if (s->at < s->end && *s->at == '.') {
        s->at++;
        if (!scan_digits(s)) {
            return false;
        }
    }
    if (s->at < s->end && (*s->at == 'e' || *s->at == 'E')) {
        s->at++;
        s->at += s->at < s->end && (*s->at == '+' || *s->at == '-');
        if (!scan_digits(s)) {
            return false;
        }
    }
    char text[JSON_NUMBER_CHARS_MAX + 1];
    size_t n = (size_t)(s->at - start);
    if (n > JSON_NUMBER_CHARS_MAX) {
        return scan_fail(s, start, "number longer than %d characters", JSON_NUMBER_CHARS_MAX);
    }
    memcpy(text, start, n);
    text[n] = '\0';
    if (!isfinite(strtod(text, NULL))) {
        return scan_fail(s, start, "number out of range");
    }
    return true;
}

static bool scan_word(struct scan *s, const char *word) {
    struct str rest = {s->at, (size_t)(s->end - s->at)};
    if (!str_starts(rest, str_from(word))) {
        return fail_unexpected(s, "a value");
    }
    s->at += strlen(word);
    return true;
}

static bool key_insert(struct scan *s, struct scan_key key);

static void keys_grow(struct scan *s) {
    struct scan old = *s;
    s->cap_keys = old.cap_keys ? old.cap_keys * 2 : 64;
    s->keys = xcalloc(s->cap_keys, sizeof(*s->keys));
    s->n_keys = 0;
    for (size_t i = 0; i < old.cap_keys; i++) {
        if (old.keys[i].low || old.keys[i].high) {
            key_insert(s, old.keys[i]);
        }
    }
    free(old.keys);
}

/* False if it was there. */
static bool key_insert(struct scan *s, struct scan_key key) {
    if (s->n_keys * 2 >= s->cap_keys) {
        keys_grow(s);
    }
    key.low |= 1; /* all-zero means free */
    size_t i = (key.low >> 1) & (s->cap_keys - 1);
    for (; s->keys[i].low; i = (i + 1) & (s->cap_keys - 1)) {
        if (s->keys[i].low == key.low && s->keys[i].high == key.high) {
            return false;
        }
    }
    s->keys[i] = key;
    s->n_keys++;
    return true;
}

static bool scan_key(struct scan *s, uint64_t object) {
    const char *start = s->at;
    if (s->at == s->end || *s->at != '"') {
        return fail_unexpected(s, "a key in double quotes");
    }
    if (s->text) {
        buf_clear(s->text);
    }
    if (!scan_string(s)) {
        return false;
    }
    if (s->text) {
        struct str key = buf_str(s->text);
        XXH128_hash_t hash = XXH3_128bits_withSeed(key.ptr, key.len, object);
        if (!key_insert(s, (struct scan_key){hash.low64, hash.high64})) {
            return scan_fail(s, start, "key '%.*s' appears twice", (int)MIN(key.len, 60), key.ptr);
        }
    }
    scan_space(s);
    if (s->at == s->end || *s->at != ':') {
        return fail_unexpected(s, "':'");
    }
    s->at++;
    scan_space(s);
    return true;
}

/* Objects and arrays differ in one bracket and in their keys. */
static bool scan_group(struct scan *s, int depth, char close) {
    uint64_t object = ++s->objects;
    if (depth >= JSON_DEPTH_MAX) {
        return scan_fail(s, s->at, "nested deeper than %d levels", JSON_DEPTH_MAX);
    }
    s->at++;
    scan_space(s);
    if (s->at < s->end && *s->at == close) {
        s->at++;
        return true;
    }
    for (;;) {
        if ((close == '}' && !scan_key(s, object)) || !scan_value(s, depth + 1)) {
            return false;
        }
        scan_space(s);
        if (s->at < s->end && *s->at == close) {
            s->at++;
            return true;
        }
        if (s->at == s->end || *s->at != ',') {
            return fail_unexpected(s, close == '}' ? "',' or '}'" : "',' or ']'");
        }
        s->at++;
        scan_space(s);
        if (s->at < s->end && *s->at == close) {
            return scan_fail(s, s->at, "comma before '%c'", close);
        }
    }
}

bool scan_value(struct scan *s, int depth) {
    switch (s->at < s->end ? *s->at : '\0') {
    case '{':
        return scan_group(s, depth, '}');
    case '[':
        return scan_group(s, depth, ']');
    case '"':
        if (s->text) {
            buf_clear(s->text);
        }
        return scan_string(s);
    case 't':
        return scan_word(s, "true");
    case 'f':
        return scan_word(s, "false");
    case 'n':
        return scan_word(s, "null");
    case '-':
    case '0' ... '9':
        return scan_number(s);
    default:
        return fail_unexpected(s, "a value");
    }
}
