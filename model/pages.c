/* The page file: owns its descriptor and the table of its slots. Used by the conductor, and by the
 * loop thread before and after the conductor lives.
 *
 *   file:  head (4 KiB: magic, page size, hash of identity) | slot | slot | ...
 *   slot:  magic, key, checksum of the data, tokens | data | up to the next 4 KiB
 *
 * Always true: a slot of the table has been read or written whole by its head; its data is trusted
 * only after the checksum fits and the tokens are those that are asked for. So a torn write, a slot
 * of another file, a flipped bit or a hostile file cost a page that is computed again.
 *
 * Nothing is synced: after a power cut the checksums say what arrived. The longest unused slot is
 * written over when the file is as large as it may be, or when the disk has little room left: the
 * journal needs it more. The first error of writing is logged and is the last write; reading goes
 * on. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>
#include <xxhash.h>

#include "model/pages.h"
#include "runtime/base/log.h"

#define FILE_NAME  "kv.pages"
#define FILE_MAGIC 0x31736761507644ull /* changes with the format */
#define SLOT_MAGIC 0x31746f6c537644ull
#define BLOCK      4096

struct file_head {
    uint64_t magic, page_bytes, identity[2];
};
struct slot_head {
    uint64_t magic;
    struct page_key key;
    uint64_t checksum;
    int32_t tokens[PAGE_TOKENS];
};
struct slot {
    struct page_key key;
    uint64_t used; /* when it was read or written last; 0 = empty */
    uint32_t next; /* in its bucket, + 1 */
};

struct pages {
    int fd;
    size_t page_bytes, slot_bytes;
    uint32_t n, max; /* slots in the file, slots it may have */
    uint32_t cap;
    struct slot *slot;
    uint32_t *bucket; /* first slot + 1 */
    uint32_t mask;
    uint64_t clock;
    bool full; /* writing has failed */
};

/* ---- keys ---- */

struct page_key pages_root_key(struct str identity) {
    XXH128_hash_t h = XXH3_128bits(identity.ptr, identity.len);
    return (struct page_key){h.low64, h.high64};
}

struct page_key pages_next_key(struct page_key parent, int64_t shared,
                               const int32_t tokens[PAGE_TOKENS]) {
    struct {
        struct page_key parent;
        int64_t shared;
        int32_t tokens[PAGE_TOKENS];
    } link = {.parent = parent, .shared = shared};
    memcpy(link.tokens, tokens, sizeof link.tokens);
    XXH128_hash_t h = XXH3_128bits(&link, sizeof link);
    return (struct page_key){h.low64, h.high64};
}

static bool key_equal(struct page_key a, struct page_key b) {
    return a.low == b.low && a.high == b.high;
}

static uint64_t checksum(const struct pages *p, struct page_key key, const uint8_t *data) {
    return XXH3_64bits_withSeed(data, p->page_bytes, key.low ^ key.high);
}

/* ---- table ---- */

static off_t offset_of(const struct pages *p, uint32_t i) {
    return BLOCK + (off_t)i * (off_t)p->slot_bytes;
}

static void table_grow(struct pages *p) {
    p->cap = MAX(256u, p->cap * 2);
    p->mask = p->cap - 1;
    p->slot = xreallocarray(p->slot, p->cap, sizeof *p->slot);
    free(p->bucket);
    p->bucket = xcalloc(p->cap, sizeof *p->bucket);
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t *at = &p->bucket[p->slot[i].key.low & p->mask];
        if (p->slot[i].used != 0) {
            p->slot[i].next = *at;
            *at = i + 1;
        }
    }
}

static void table_add(struct pages *p, uint32_t i, struct page_key key) {
    uint32_t *at = &p->bucket[key.low & p->mask];
    p->slot[i] = (struct slot){key, ++p->clock, *at};
    *at = i + 1;
}

static void table_remove(struct pages *p, uint32_t i) {
    uint32_t *at = &p->bucket[p->slot[i].key.low & p->mask];
    if (p->slot[i].used == 0) {
        return;
    }
    while (*at != i + 1) {
        at = &p->slot[*at - 1].next;
    }
    *at = p->slot[i].next;
    p->slot[i].used = 0;
}

/* The slot of key, + 1; 0 = none. */
static uint32_t table_find(const struct pages *p, struct page_key key) {
    uint32_t at = p->n > 0 ? p->bucket[key.low & p->mask] : 0;
    while (at != 0 && !key_equal(p->slot[at - 1].key, key)) {
        at = p->slot[at - 1].next;
    }
    return at;
}

/* ---- opening ---- */

static bool is_of_identity(struct pages *p, const struct file_head *want) {
    struct file_head head;
    return pread(p->fd, &head, sizeof head, 0) == (ssize_t)sizeof head &&
           memcmp(&head, want, sizeof head) == 0;
}

/* Takes over the slots of an earlier process; those that are torn are empty. */
static void read_slots(struct pages *p, off_t size) {
    off_t begun = (size - BLOCK + (off_t)p->slot_bytes - 1) / (off_t)p->slot_bytes;
    uint32_t n = (uint32_t)MIN(MAX(begun, 0), (off_t)p->max);
    for (; p->n < n; p->n++) {
        struct slot_head h;
        if (p->n >= p->cap) {
            table_grow(p);
        }
        p->slot[p->n] = (struct slot){0};
        if (pread(p->fd, &h, sizeof h, offset_of(p, p->n)) == (ssize_t)sizeof h &&
            h.magic == SLOT_MAGIC && table_find(p, h.key) == 0) {
            table_add(p, p->n, h.key);
        }
    }
}

static bool open_file(struct pages *p, const char *path, const struct file_head *head) {
    struct stat st;
    p->fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (p->fd < 0 || fstat(p->fd, &st) != 0) {
        return false;
    }
    if (!is_of_identity(p, head)) {
        return ftruncate(p->fd, 0) == 0 &&
               pwrite(p->fd, head, sizeof *head, 0) == (ssize_t)sizeof *head;
    }
    read_slots(p, st.st_size);
    return st.st_size <= offset_of(p, p->max) || ftruncate(p->fd, offset_of(p, p->max)) == 0;
}

struct pages *pages_open(const char *dir, struct str identity, size_t page_bytes,
                         uint64_t bytes_max) {
    struct err err = ERR_INIT;
    struct page_key key = pages_root_key(identity);
    struct file_head head = {FILE_MAGIC, page_bytes, {key.low, key.high}};
    AUTO_FREE char *path = xasprintf("%s/" FILE_NAME, dir);
    struct pages *p = xcalloc(1, sizeof *p);
    p->page_bytes = page_bytes;
    p->slot_bytes = (sizeof(struct slot_head) + page_bytes + BLOCK - 1) / BLOCK * BLOCK;
    p->max = (uint32_t)MIN((bytes_max - MIN(bytes_max, (uint64_t)BLOCK)) / p->slot_bytes,
                           (uint64_t)PAGES_SLOTS_MAX);
    p->fd = -1;
    if (dir_make(dir, 0700, &err) && open_file(p, path, &head)) {
        return p;
    }
    log_warn("no page file '%s': %s", path, *err.msg ? err.msg : strerror(errno));
    pages_close(p);
    return NULL;
}

void pages_close(struct pages *p) {
    if (p == NULL) {
        return;
    }
    auto_fd(&p->fd);
    free(p->slot);
    free(p->bucket);
    free(p);
}

/* ---- reading and writing ---- */

bool pages_has(const struct pages *p, struct page_key key) {
    return p != NULL && table_find(p, key) != 0;
}

static bool read_slot(struct pages *p, uint32_t i, struct page_key key,
                      const int32_t tokens[PAGE_TOKENS], uint8_t *data) {
    struct slot_head h;
    struct iovec parts[] = {{&h, sizeof h}, {data, p->page_bytes}};
    ssize_t all = (ssize_t)(sizeof h + p->page_bytes);
    return preadv(p->fd, parts, 2, offset_of(p, i)) == all && h.magic == SLOT_MAGIC &&
           key_equal(h.key, key) && memcmp(h.tokens, tokens, sizeof h.tokens) == 0 &&
           h.checksum == checksum(p, key, data);
}

bool pages_read(struct pages *p, struct page_key key, const int32_t tokens[PAGE_TOKENS],
                uint8_t *data) {
    uint32_t i = p != NULL ? table_find(p, key) : 0;
    if (i == 0) {
        return false;
    }
    if (!read_slot(p, i - 1, key, tokens, data)) {
        table_remove(p, i - 1);
        return false;
    }
    p->slot[i - 1].used = ++p->clock;
    return true;
}

/* Room for one slot more that the rest of the machine does not miss. */
static bool disk_has_room(const struct pages *p) {
    struct statvfs v;
    if (fstatvfs(p->fd, &v) != 0) {
        return false;
    }
    uint64_t unit = v.f_frsize, keep = MIN(v.f_blocks * unit / 8, (uint64_t)PAGES_DISK_FREE_MIN);
    return v.f_bavail * unit >= keep + p->slot_bytes;
}

/* A slot to write to: a new one, or the longest unused. False: none. */
static bool slot_take(struct pages *p, uint32_t *out) {
    if (p->n < p->max && disk_has_room(p)) {
        if (p->n >= p->cap) {
            table_grow(p);
        }
        *out = p->n++;
        p->slot[*out] = (struct slot){0};
        return true;
    }
    uint32_t oldest = 0;
    for (uint32_t i = 1; i < p->n; i++) {
        oldest = p->slot[i].used < p->slot[oldest].used ? i : oldest;
    }
    *out = oldest;
    if (p->n > 0) {
        table_remove(p, oldest);
    }
    return p->n > 0;
}

bool pages_write(struct pages *p, struct page_key key, const int32_t tokens[PAGE_TOKENS],
                 const uint8_t *data) {
    uint32_t i = 0;
    if (p == NULL || p->full || table_find(p, key) != 0 || !slot_take(p, &i)) {
        return false;
    }
    struct slot_head h = {.magic = SLOT_MAGIC, .key = key, .checksum = checksum(p, key, data)};
    memcpy(h.tokens, tokens, sizeof h.tokens);
    struct iovec parts[] = {{&h, sizeof h}, {(void *)(uintptr_t)data, p->page_bytes}};
    ssize_t all = (ssize_t)(sizeof h + p->page_bytes);
    ssize_t written = pwritev(p->fd, parts, 2, offset_of(p, i));
    if (written == all) {
        table_add(p, i, key);
        return true;
    }
    p->full = true;
    log_warn("the page file takes no more: %s", written < 0 ? strerror(errno) : "a short write");
    return false;
}
