#ifndef BASE_STR_H
#define BASE_STR_H
/* Three ways to hold bytes, no fourth: struct str is a borrowed slice (not NUL-terminated), struct
 * buf grows up to a maximum given at creation, struct arena frees many things at once. */
#include "runtime/base/base.h"
#include "runtime/base/err.h"

struct str {
    const char *ptr;
    size_t len;
};

#define STR(literal) ((struct str){("" literal), sizeof(literal) - 1})
#define STR_FMT(s)   (int)(s).len, (s).ptr /* for "%.*s" */
struct str str_from(const char *cstr);     /* NULL gives the empty slice */
bool str_equal(struct str a, struct str b);
bool str_equal_c(struct str a, const char *b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
int str_compare(struct str a, struct str b); /* bytewise, shorter first */
/* Position of needle in s at or after from, or SIZE_MAX. */
size_t str_find(struct str s, struct str needle, size_t from);
struct str str_slice(struct str s, size_t from, size_t to); /* clamped */
/* Cuts the next line (without its newline) off *rest; false at the end. */
bool str_next_line(struct str *rest, struct str *line);
struct str str_trim(struct str s);
char *str_dup(struct str s); /* NUL-terminated copy, owned by the caller */
/* Whole-string decimal parse with range check. */
bool str_to_i64(struct str s, int64_t min, int64_t max, int64_t *out) MUST_CHECK;
bool str_to_f64(struct str s, double min, double max, double *out) MUST_CHECK;
/* True if s is well-formed UTF-8 (no surrogates, no overlong forms). */
bool str_is_utf8(struct str s);
/* Length of the longest prefix of s[0..max) that does not cut a UTF-8 character. */
size_t str_utf8_floor(struct str s, size_t max);
uint64_t str_hash(struct str s); /* XXH3 */
/* Edit distance for did-you-mean; SIZE_MAX when above max. */
size_t str_distance(struct str a, struct str b, size_t max);

/* A growable byte buffer with a maximum. After a failed append `overflow` stays set and later
 * appends do nothing, so that a chain of appends needs one check at its end. data is always
 * NUL-terminated once anything was appended. */
struct buf {
    char *data;
    size_t len, cap, max;
    bool overflow;
};

#define BUF_INIT(maximum) ((struct buf){.max = (maximum)})
void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);
void buf_clear(struct buf *b); /* len 0, storage kept, overflow forgotten */
bool buf_append(struct buf *b, const void *data, size_t len);
bool buf_append_str(struct buf *b, struct str s);
bool buf_append_c(struct buf *b, const char *s);
bool buf_append_char(struct buf *b, char c);
bool buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* s as a JSON string with quotes; bytes that are not UTF-8 become U+FFFD. */
bool buf_append_json(struct buf *b, struct str s);
/* Room for n more bytes, or NULL at the maximum; follow with buf_grown(b, used). */
char *buf_reserve(struct buf *b, size_t n);
void buf_grown(struct buf *b, size_t n);
struct str buf_str(const struct buf *b); /* borrowed until the next change */
const char *buf_cstr(struct buf *b);     /* borrowed, never NULL */
char *buf_take(struct buf *b);           /* NUL-terminated, owned by the caller; b is empty */
#define AUTO_BUF __attribute__((cleanup(buf_release)))

/* Memory of one turn: everything is freed at once. */
struct arena {
    struct arena_block *head;
    size_t used, max;
};
#define ARENA_INIT(maximum) ((struct arena){.max = (maximum)})
void *arena_alloc(struct arena *a, size_t n); /* zeroed, 16-aligned; NULL above the maximum */
struct str arena_str(struct arena *a, struct str s);
void arena_release(struct arena *a);
#define AUTO_ARENA __attribute__((cleanup(arena_release)))

/* Reads a whole file of at most max bytes into b (created with its own maximum). */
bool file_read(struct buf *b, const char *path, size_t max, struct err *err) MUST_CHECK;
/* As file_read for a file that people keep: a regular one, or ERR_USAGE at once (a pipe would be
 * waited for). top, if not NULL, is a directory that path begins with: links on the way may not
 * lead out of it, since a stranger made what is in there. */
bool file_read_plain(struct buf *b, const char *path, const char *top, size_t max,
                     struct err *err) MUST_CHECK;
/* Writes path.tmp.XXXXXX, fsyncs, renames over path, fsyncs the directory. */
bool file_write_atomic(const char *path, struct str data, unsigned mode,
                       struct err *err) MUST_CHECK;
/* mkdir -p with mode for what is made. */
bool dir_make(const char *path, unsigned mode, struct err *err) MUST_CHECK;
/* rm -rf of a directory that this program owns; symbolic links are removed, never followed. */
bool dir_remove(const char *path, struct err *err);
/* Hex SHA-256 of data into out (65 bytes with NUL). */
void sha256_hex(struct str data, char out[65]);
#endif
