#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H
/* Private to runtime/base: the strict scanner under json_parse and json_locate. */
#include "runtime/base/str.h"

struct scan_key {
    uint64_t low, high; /* 128-bit hash of the decoded key, seeded with its object */
};
struct scan {
    const char *at, *end, *start;
    const char *name;      /* for messages */
    struct scan_key *keys; /* open addressing; NULL when duplicates were ruled out before */
    size_t n_keys, cap_keys;
    uint64_t objects;
    struct buf *text; /* where scan_string decodes to; NULL = nowhere */
    struct err *err;
};

void scan_space(struct scan *s);
/* The scanner stands on the first byte; afterwards behind the last one. */
bool scan_value(struct scan *s, int depth);
bool scan_string(struct scan *s);
bool scan_fail(struct scan *s, const char *at, const char *fmt, ...) PRINTF_LIKE(3, 4);
void scan_position(struct str text, size_t offset, int *line, int *column);
#endif
