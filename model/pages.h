#ifndef MODEL_PAGES_H
#define MODEL_PAGES_H
/* KV pages on disk: a file of slots, each one page under the chain hash of its tokens. A cache and
 * nothing else: what is not in it, or not in it whole, is computed again to the same bits.
 *
 *     struct pages *p = pages_open("RUN/pages", identity, page_bytes, bytes_max);
 *     if (pages_has(p, key)) ok = pages_read(p, key, tokens, data);
 *     pages_write(p, key, tokens, data);
 *     pages_close(p);
 *
 * One thread at a time. NULL is a page file that has nothing and takes nothing. */
#include "model/forward.h"

struct page_key {
    uint64_t low, high;
};

struct pages;
/* identity: everything that a page's bytes depend on besides its tokens; a file of another one is
 * begun anew. bytes_max: the file never grows beyond it. NULL, with a line in the log, if there can
 * be no such file. */
struct pages *pages_open(const char *dir, struct str identity, size_t page_bytes,
                         uint64_t bytes_max);
void pages_close(struct pages *p);
/* The key of the empty sequence: the hash of identity. */
struct page_key pages_root_key(struct str identity);
/* shared: positions that these tokens read expanded (forward.h). */
struct page_key pages_next_key(struct page_key parent, int64_t shared,
                               const int32_t tokens[PAGE_TOKENS]);

bool pages_has(const struct pages *p, struct page_key key);
/* False: not there, or not what was written; data is then undefined. */
bool pages_read(struct pages *p, struct page_key key, const int32_t tokens[PAGE_TOKENS],
                uint8_t *data);
/* True if it was written now; false if it is there already or cannot be. */
bool pages_write(struct pages *p, struct page_key key, const int32_t tokens[PAGE_TOKENS],
                 const uint8_t *data);
#endif
