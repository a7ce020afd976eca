/* Borrowed slices: comparing, searching, parsing numbers, UTF-8, hashing, edit distance.
 *
 * Owns: nothing; a slice points into somebody's bytes and is valid as long as they are. Pure
 * functions, any thread. Slices may hold any bytes, NUL too; ptr may be NULL when len is 0, so the
 * mem* functions are guarded here once. Failures are return values.
 */
#include "runtime/base/str.h"
#include <errno.h>
#include <math.h>
#include <xxhash.h>

struct str str_from(const char *cstr) {
    return (struct str){cstr ? cstr : "", cstr ? strlen(cstr) : 0};
}

bool str_equal(struct str a, struct str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_equal_c(struct str a, const char *b) {
    return str_equal(a, str_from(b));
}

bool str_starts(struct str s, struct str prefix) {
    return s.len >= prefix.len && str_equal((struct str){s.ptr, prefix.len}, prefix);
}

bool str_ends(struct str s, struct str suffix) {
    return s.len >= suffix.len &&
           (suffix.len == 0 || memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

int str_compare(struct str a, struct str b) {
    size_t n = MIN(a.len, b.len);
    int order = n ? memcmp(a.ptr, b.ptr, n) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

size_t str_find(struct str s, struct str needle, size_t from) {
    if (from > s.len || needle.len > s.len - from) {
        return SIZE_MAX;
    }
    if (needle.len == 0) {
        return from;
    }
    const char *hit = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
    return hit ? (size_t)(hit - s.ptr) : SIZE_MAX;
}

struct str str_slice(struct str s, size_t from, size_t to) {
    to = MIN(to, s.len);
    from = MIN(from, to);
    return (struct str){s.ptr ? s.ptr + from : s.ptr, to - from};
}

bool str_next_line(struct str *rest, struct str *line) {
    if (rest->len == 0) {
        return false;
    }
    const char *newline = memchr(rest->ptr, '\n', rest->len);
    size_t n = newline ? (size_t)(newline - rest->ptr) : rest->len;
    *line = (struct str){rest->ptr, n};
    *rest = str_slice(*rest, newline ? n + 1 : n, rest->len);
    return true;
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s) {
    while (s.len > 0 && is_space(s.ptr[0])) {
        s = str_slice(s, 1, s.len);
    }
    while (s.len > 0 && is_space(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

char *str_dup(struct str s) {
    char *out = xmalloc(s.len + 1);
    if (s.len > 0) {
        memcpy(out, s.ptr, s.len);
    }
    out[s.len] = '\0';
    return out;
}

bool str_to_i64(struct str s, int64_t min, int64_t max, int64_t *out) {
    bool negative = s.len > 0 && s.ptr[0] == '-';
    size_t i = negative ? 1 : 0;
    int64_t value = 0;
    if (i == s.len) {
        return false;
    }
    for (; i < s.len; i++) {
        int digit = s.ptr[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value)) {
            return false; /* counted downwards: the negative range is the larger one */
        }
    }
    if (!negative && __builtin_sub_overflow(0, value, &value)) {
        return false;
    }
    if (value < min || value > max) {
        return false;
    }
    *out = value;
    return true;
}

bool str_to_f64(struct str s, double min, double max, double *out) {
    char text[64];
    if (s.len == 0 || s.len >= sizeof(text)) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) { /* decimal only: no hex, "inf", "nan", spaces */
        if (strchr("0123456789+-.eE", s.ptr[i]) == NULL || s.ptr[i] == '\0') {
            return false;
        }
    }
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    char *end;
    double value = strtod(text, &end);
    if (end != text + s.len || !isfinite(value) || value < min || value > max) {
        return false;
    }
    *out = value;
    return true;
}

/* Bytes of the well-formed character at s[i], or 0. */
static size_t utf8_length(const unsigned char *s, size_t n) {
    unsigned char c = s[0];
    if (c < 0x80) {
        return 1;
    }
    size_t need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    if (c < 0xc2 || c > 0xf4 || need > n) {
        return 0;
    }
    unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;  /* overlong */
    unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf; /* surrogates, too large */
    if (s[1] < low || s[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < need; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return need;
}

bool str_is_utf8(struct str s) {
    for (size_t i = 0; i < s.len;) {
        size_t n = utf8_length((const unsigned char *)s.ptr + i, s.len - i);
        if (n == 0) {
            return false;
        }
        i += n;
    }
    return true;
}

size_t str_utf8_floor(struct str s, size_t max) {
    max = MIN(max, s.len);
    /* At most three bytes back stands the lead byte of a character that max would cut. */
    for (size_t back = 1; back <= 3 && back <= max; back++) {
        unsigned char c = (unsigned char)s.ptr[max - back];
        if ((c & 0xc0) == 0x80) {
            continue;
        }
        size_t need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
        return need > back ? max - back : max;
    }
    return max;
}

uint64_t str_hash(struct str s) {
    return XXH3_64bits(s.ptr ? s.ptr : "", s.len);
}

size_t str_distance(struct str a, struct str b, size_t max) {
    enum { LONGEST = 64 }; /* words a person typed */
    size_t row[3][LONGEST + 1];
    if (a.len > LONGEST || b.len > LONGEST) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= b.len; j++) {
        row[0][j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t *now = row[i % 3], *before = row[(i - 1) % 3], *two = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t cost = a.ptr[i - 1] != b.ptr[j - 1];
            size_t best = MIN(MIN(before[j] + 1, now[j - 1] + 1), before[j - 1] + cost);
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1]) {
                best = MIN(best, two[j - 2] + 1); /* two neighbours swapped: one slip */
            }
            now[j] = best;
        }
    }
    size_t distance = row[a.len % 3][b.len];
    return distance <= max ? distance : SIZE_MAX;
}
