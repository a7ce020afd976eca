/* Bounded growth: struct buf (one growing byte string) and struct arena (many pieces, one end).
 *
 * Owns: the storage inside the struct, which lives with the caller. Not shared between threads.
 * Invariants: len <= max; when data is not NULL then cap > len and data[len] is NUL; overflow once
 * set makes every later append a no-op until buf_clear, so a chain needs one check at its end.
 * Growth doubles from 64 bytes, never past max + 1. Running into max is data (false, NULL); running
 * out of memory below max ends the process as everywhere (base.c).
 */
#include "runtime/base/str.h"
#include <stdarg.h>

void buf_init(struct buf *b, size_t max) {
    *b = BUF_INIT(max);
}

void buf_release(struct buf *b) {
    free(b->data);
    *b = BUF_INIT(b->max);
}

void buf_clear(struct buf *b) {
    b->len = 0;
    b->overflow = false;
    if (b->data) {
        b->data[0] = '\0';
    }
}

char *buf_reserve(struct buf *b, size_t n) {
    ASSERT(b->max > 0 && b->max < SIZE_MAX / 4);
    if (b->overflow || n > b->max - b->len) {
        b->overflow = true;
        return NULL;
    }
    size_t need = b->len + n + 1;
    if (need > b->cap) {
        size_t cap = MIN(MAX(MAX(b->cap * 2, need), 64), MAX(b->max + 1, need));
        b->data = xrealloc(b->data, cap);
        b->cap = cap;
    }
    b->data[b->len] = '\0';
    return b->data + b->len;
}

void buf_grown(struct buf *b, size_t n) {
    ASSERT(n < b->cap - b->len);
    b->len += n;
    b->data[b->len] = '\0';
}

bool buf_append(struct buf *b, const void *data, size_t len) {
    char *to = buf_reserve(b, len);
    if (to == NULL) {
        return false;
    }
    if (len > 0) {
        memcpy(to, data, len);
    }
    buf_grown(b, len);
    return true;
}

bool buf_append_str(struct buf *b, struct str s) {
    return buf_append(b, s.ptr, s.len);
}

bool buf_append_c(struct buf *b, const char *s) {
    return buf_append(b, s, strlen(s));
}

bool buf_append_char(struct buf *b, char c) {
    return buf_append(b, &c, 1);
}

bool buf_printf(struct buf *b, const char *fmt, ...) {
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    ASSERT(n >= 0);
    char *to = buf_reserve(b, (size_t)n);
    if (to) {
        vsnprintf(to, (size_t)n + 1, fmt, again);
        buf_grown(b, (size_t)n);
    }
    va_end(again);
    return to != NULL;
}

/* One well-formed character of s at i: its length, or 0 for a byte that is none. */
static size_t character_at(struct str s, size_t i) {
    for (size_t n = 1; n <= 4 && i + n <= s.len; n++) {
        if (str_is_utf8(str_slice(s, i, i + n))) {
            return n;
        }
    }
    return 0;
}

bool buf_append_json(struct buf *b, struct str s) {
    static const char escapes[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* pairs: byte, letter */
    buf_append_char(b, '"');
    for (size_t i = 0; i < s.len;) {
        size_t plain = i;
        while (plain < s.len && (unsigned char)s.ptr[plain] >= 0x20 && s.ptr[plain] != '"' &&
               s.ptr[plain] != '\\' && (unsigned char)s.ptr[plain] <= 0x7f) {
            plain++;
        }
        buf_append_str(b, str_slice(s, i, plain));
        i = plain;
        if (i == s.len) {
            break;
        }
        unsigned char c = (unsigned char)s.ptr[i];
        size_t n = character_at(s, i);
        const char *escape = NULL;
        for (const char *e = escapes; *e && n == 1; e += 2) {
            escape = (unsigned char)*e == c ? e : escape;
        }
        if (escape) {
            buf_append_char(b, '\\');
            buf_append_char(b, escape[1]);
        } else if (n == 1) {
            buf_printf(b, "\\u%04x", c);
        } else if (n == 0) {
            buf_append_c(b, "\xef\xbf\xbd");
        } else {
            buf_append_str(b, str_slice(s, i, i + n));
        }
        i += n ? n : 1;
    }
    return buf_append_char(b, '"');
}

struct str buf_str(const struct buf *b) {
    return (struct str){b->data ? b->data : "", b->len};
}

const char *buf_cstr(struct buf *b) {
    return b->data ? b->data : "";
}

char *buf_take(struct buf *b) {
    char *out = b->data ? b->data : xcalloc(1, 1);
    *b = BUF_INIT(b->max);
    return out;
}

struct arena_block {
    struct arena_block *next;
    size_t used, cap;
    _Alignas(16) char data[];
};

void *arena_alloc(struct arena *a, size_t n) {
    enum { BLOCK = 16 << 10 }; /* a turn's pieces are small; a big one gets a block of its own */
    if (n > a->max || a->used > a->max - n) {
        return NULL;
    }
    size_t size = (n + 15) & ~(size_t)15;
    struct arena_block *block = a->head;
    if (block == NULL || size > block->cap - block->used) {
        size_t cap = MAX(size, (size_t)BLOCK);
        struct arena_block *fresh = xcalloc(1, sizeof(*fresh) + cap);
        fresh->cap = cap;
        fresh->next = block;
        a->head = block = fresh;
    }
    void *out = block->data + block->used;
    block->used += size;
    a->used += n;
    return out;
}

struct str arena_str(struct arena *a, struct str s) {
    char *copy = arena_alloc(a, s.len + 1);
    if (copy == NULL) {
        return (struct str){NULL, 0};
    }
    if (s.len > 0) {
        memcpy(copy, s.ptr, s.len);
    }
    return (struct str){copy, s.len};
}

void arena_release(struct arena *a) {
    while (a->head) {
        struct arena_block *next = a->head->next;
        free(a->head);
        a->head = next;
    }
    a->used = 0;
}
