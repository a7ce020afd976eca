/* Writes a git pack: all blobs of the fresh repository in one file instead of one file each.
 *
 * Why not libgit2: its loose objects cost a deflate, a temporary file, a rename and a look at every
 * pack for each blob, most of the time in which a large working tree is copied; its pack
 * builder looks for deltas besides. Here contents are hashed and stored as they are (deflate's
 * stored blocks), one write for many files. The price is disk: a base takes twice its files.
 *
 * Owned by base_create, trusted side, one thread. A pack ends at PACK_BYTES (or with the file that
 * crosses it) and the next one begins, so that every offset fits into an index of version 1, which
 * needs no check sums of its own. A blob that is there already is taken back from the end of the
 * file. The count in the head is known last: it is written then, and the file read once more for
 * its check sum. A pack is seen by git when its index is there, which is written after it.
 *
 * Failures are those of the disk, with the path in err; base_create removes the whole base then.
 *
 *     "PACK" 2 n | type and size, zlib( stored block ... ) adler32 | ... | sha1 of all before
 */
#include "sandbox/sandbox_int.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_BYTES  12
#define BLOCK_BYTES 65535u /* the longest stored block */
#define BLOB_TYPE   3
#define OUT_BYTES   (1u << 20)
#define ADLER_BASE  65521u
#define ADLER_RUN   5552u /* bytes before the sums of adler32 could overflow 32 bits */

struct packed {
    unsigned char id[PACK_ID_BYTES];
    uint32_t offset;
};

struct pack {
    char *dir;
    int fd; /* of the pack that is being written; -1 = none */
    uint64_t offset, flushed, bytes_max;
    struct buf out;
    struct packed *entry; /* of all packs, in the order they came; those of this one from first */
    size_t n, cap, first;
    uint32_t *slot; /* open addressing over entry, 0 = free, otherwise index + 1 */
    size_t n_slots;
    EVP_MD_CTX *md;
};

static void put32(unsigned char *at, uint32_t v) {
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(v >> (24 - 8 * i));
}

/* ---- which blobs are there ---- */

static size_t slot_of(const struct pack *p, const unsigned char *id) {
    uint64_t hash;
    memcpy(&hash, id, sizeof hash);
    size_t i = hash & (p->n_slots - 1);
    while (p->slot[i] && memcmp(p->entry[p->slot[i] - 1].id, id, PACK_ID_BYTES) != 0)
        i = (i + 1) & (p->n_slots - 1);
    return i;
}

static void slots_grow(struct pack *p) {
    free(p->slot);
    p->n_slots = MAX(p->n_slots * 2, 1024u);
    p->slot = xcalloc(p->n_slots, sizeof *p->slot);
    for (size_t i = 0; i < p->n; i++)
        p->slot[slot_of(p, p->entry[i].id)] = (uint32_t)(i + 1);
}

/* False if it is known already. */
static bool entry_add(struct pack *p, const unsigned char *id, uint32_t offset) {
    if (2 * (p->n + 1) > p->n_slots)
        slots_grow(p);
    size_t at = slot_of(p, id);
    if (p->slot[at])
        return false;
    if (p->n == p->cap) {
        p->cap = MAX(p->cap * 2, 1024u);
        p->entry = xreallocarray(p->entry, p->cap, sizeof *p->entry);
    }
    memcpy(p->entry[p->n].id, id, PACK_ID_BYTES);
    p->entry[p->n].offset = offset;
    p->slot[at] = (uint32_t)++p->n;
    return true;
}

/* ---- the file ---- */

static bool flush(struct pack *p, struct err *err) {
    for (size_t at = 0; at < p->out.len;) {
        ssize_t n = pwrite(p->fd, p->out.data + at, p->out.len - at, (off_t)p->flushed);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set_errno(err, errno, "cannot write a pack in '%s'", p->dir);
        at += (size_t)n;
        p->flushed += (uint64_t)n;
    }
    buf_clear(&p->out);
    return true;
}

static bool put(struct pack *p, const void *data, size_t len, struct err *err) {
    if (p->out.len + len > OUT_BYTES && !flush(p, err))
        return false;
    bool fits = buf_append(&p->out, data, len);
    ASSERT(fits);
    p->offset += len;
    return true;
}

/* Forgets what was written since begin. */
static bool take_back(struct pack *p, uint64_t begin, struct err *err) {
    if (begin >= p->flushed) {
        p->out.len = (size_t)(begin - p->flushed);
    } else {
        buf_clear(&p->out);
        p->flushed = begin;
        if (ftruncate(p->fd, (off_t)begin) != 0)
            return err_set_errno(err, errno, "cannot write a pack in '%s'", p->dir);
    }
    p->offset = begin;
    return true;
}

static char *pack_path(const struct pack *p, const char *name, const char *suffix) {
    return xasprintf("%s/%s%s", p->dir, name, suffix);
}

static bool pack_begin(struct pack *p, struct err *err) {
    AUTO_FREE char *path = pack_path(p, "tmp", ".pack");
    p->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0444);
    if (p->fd < 0)
        return err_set_errno(err, errno, "cannot create '%s'", path);
    p->offset = p->flushed = 0;
    p->first = p->n;
    return put(p, (unsigned char[HEAD_BYTES]){"PACK"}, HEAD_BYTES, err);
}

/* ---- blobs ---- */

static uint32_t adler32(uint32_t sum, const unsigned char *data, size_t len) {
    uint32_t a = sum & 0xffff, b = sum >> 16;
    while (len) {
        size_t run = MIN(len, ADLER_RUN);
        len -= run;
        for (; run; run--)
            b += a += *data++;
        a %= ADLER_BASE;
        b %= ADLER_BASE;
    }
    return b << 16 | a;
}

static void hash_begin(struct pack *p, const void *data, size_t len) {
    bool good =
        EVP_DigestInit_ex(p->md, EVP_sha1(), NULL) == 1 && EVP_DigestUpdate(p->md, data, len) == 1;
    ASSERT(good);
}

static void hash_more(struct pack *p, const void *data, size_t len) {
    bool good = EVP_DigestUpdate(p->md, data, len) == 1;
    ASSERT(good);
}

static void hash_end(struct pack *p, unsigned char *id) {
    bool good = EVP_DigestFinal_ex(p->md, id, NULL) == 1;
    ASSERT(good);
}

static bool put_head(struct pack *p, uint64_t size, struct err *err) {
    unsigned char head[16];
    size_t n = 0;
    uint64_t left = size >> 4;
    head[n++] = (unsigned char)(BLOB_TYPE << 4 | (size & 15) | (left ? 0x80 : 0));
    for (; left; left >>= 7)
        head[n++] = (unsigned char)((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    head[n++] = 0x78; /* deflate, 32 KiB window, no dictionary, fastest */
    head[n++] = 0x01;
    return put(p, head, n, err);
}

static bool put_block(struct pack *p, const unsigned char *data, size_t len, bool last,
                      struct err *err) {
    unsigned char head[5] = {last, len & 0xff, (unsigned char)(len >> 8), ~len & 0xff,
                             (unsigned char)(~len >> 8)};
    hash_more(p, data, len);
    return put(p, head, sizeof head, err) && put(p, data, len, err);
}

static bool put_content(struct pack *p, int fd, uint64_t size, struct err *err) {
    unsigned char block[BLOCK_BYTES], tail[4];
    uint32_t sum = 1;
    uint64_t left = size;
    do {
        size_t len = 0, want = MIN(left, BLOCK_BYTES);
        while (len < want) {
            ssize_t n = read(fd, block + len, want - len);
            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0)
                return err_set_errno(err, n ? errno : EIO, "cannot read a file of the base");
            len += (size_t)n;
        }
        left -= len;
        sum = adler32(sum, block, len);
        if (!put_block(p, block, len, left == 0, err))
            return false;
    } while (left);
    put32(tail, sum);
    return put(p, tail, sizeof tail, err);
}

bool pack_add(struct pack *p, int fd, uint64_t size, unsigned char *id, struct err *err) {
    char name[40];
    if ((p->fd >= 0 && p->offset > p->bytes_max && !pack_end(p, err)) ||
        (p->fd < 0 && !pack_begin(p, err)))
        return false;
    int n = snprintf(name, sizeof name, "blob %llu", (unsigned long long)size);
    hash_begin(p, name, (size_t)n + 1);
    uint64_t begin = p->offset;
    if (!put_head(p, size, err) || !put_content(p, fd, size, err))
        return false;
    hash_end(p, id);
    return entry_add(p, id, (uint32_t)begin) || take_back(p, begin, err);
}

/* ---- the end of a pack ---- */

static int by_id(const void *a, const void *b) {
    return memcmp(a, b, PACK_ID_BYTES);
}

static bool put_sum(struct pack *p, unsigned char *sum, struct err *err) {
    unsigned char head[HEAD_BYTES] = {"PACK"}, chunk[BLOCK_BYTES];
    put32(head + 4, 2);
    put32(head + 8, (uint32_t)(p->n - p->first));
    if (!flush(p, err))
        return false;
    hash_begin(p, head, HEAD_BYTES);
    for (off_t at = HEAD_BYTES; (uint64_t)at < p->flushed;) {
        ssize_t n = pread(p->fd, chunk, MIN(sizeof chunk, p->flushed - (uint64_t)at), at);
        if (n <= 0)
            return err_set_errno(err, n ? errno : EIO, "cannot read a pack in '%s'", p->dir);
        hash_more(p, chunk, (size_t)n);
        at += n;
    }
    hash_end(p, sum);
    if (pwrite(p->fd, head, HEAD_BYTES, 0) != HEAD_BYTES)
        return err_set_errno(err, errno, "cannot write a pack in '%s'", p->dir);
    return put(p, sum, PACK_ID_BYTES, err) && flush(p, err);
}

/* Index of version 1: how many ids begin with at most each byte, offsets and ids in their order,
 * the pack's sum, its own. */
static bool index_write(struct pack *p, const char *path, const unsigned char *sum,
                        struct err *err) {
    size_t n = p->n - p->first;
    AUTO_FREE struct packed *sorted = xcalloc(n + 1, sizeof *sorted);
    AUTO_BUF struct buf b = BUF_INIT(256 * 4 + n * (4 + PACK_ID_BYTES) + 2 * PACK_ID_BYTES);
    unsigned char number[4], own[PACK_ID_BYTES];
    if (n)
        memcpy(sorted, p->entry + p->first, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_id);
    for (size_t byte = 0, at = 0; byte < 256; byte++) {
        while (at < n && sorted[at].id[0] <= byte)
            at++;
        put32(number, (uint32_t)at);
        buf_append(&b, number, sizeof number);
    }
    for (size_t i = 0; i < n; i++) {
        put32(number, sorted[i].offset);
        buf_append(&b, number, sizeof number);
        buf_append(&b, sorted[i].id, PACK_ID_BYTES);
    }
    buf_append(&b, sum, PACK_ID_BYTES);
    hash_begin(p, b.data, b.len);
    hash_end(p, own);
    buf_append(&b, own, sizeof own);
    ASSERT(!b.overflow);
    return file_write_atomic(path, buf_str(&b), 0444, err);
}

bool pack_end(struct pack *p, struct err *err) {
    unsigned char sum[PACK_ID_BYTES];
    char name[8 + 2 * PACK_ID_BYTES] = "pack-";
    if (p->fd < 0)
        return true;
    if (!put_sum(p, sum, err))
        return false;
    for (size_t i = 0; i < PACK_ID_BYTES; i++)
        snprintf(name + 5 + 2 * i, 3, "%02x", sum[i]);
    AUTO_FREE char *temp = pack_path(p, "tmp", ".pack"), *pack = pack_path(p, name, ".pack");
    AUTO_FREE char *index = pack_path(p, name, ".idx");
    if (rename(temp, pack) != 0)
        return err_set_errno(err, errno, "cannot put '%s' in place", pack);
    close(p->fd);
    p->fd = -1;
    return index_write(p, index, sum, err);
}

/* ---- its life ---- */

struct pack *pack_create(const char *dir, uint64_t bytes_max) {
    ASSERT(bytes_max <= PACK_BYTES);
    struct pack *p = xcalloc(1, sizeof *p);
    p->dir = xstrdup(dir);
    p->fd = -1;
    p->bytes_max = bytes_max;
    p->out = BUF_INIT(OUT_BYTES + BLOCK_BYTES);
    p->md = EVP_MD_CTX_new();
    ASSERT(p->md);
    return p;
}

void pack_destroy(struct pack *p) {
    if (!p)
        return;
    if (p->fd >= 0)
        close(p->fd);
    EVP_MD_CTX_free(p->md);
    buf_release(&p->out);
    free(p->entry);
    free(p->slot);
    free(p->dir);
    free(p);
}
