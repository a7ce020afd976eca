/* Large texts: found by their SHA-256, kept as zstd when that is shorter.
 *
 * Thread: encode and hash on the writer, decode on whoever reads. No state.
 * Invariant: what decode hands out has the hash it was asked by; a damaged journal is an error and
 * never a wrong text. Sizes come from the file and are checked before anything is allocated. */
#include <openssl/sha.h>
#include <zstd.h>
#include "store/store_int.h"

/* Shorter texts do not win enough to pay for a frame header. */
#define COMPRESS_BYTES_MIN 256
#define COMPRESS_LEVEL     3

void content__hash(struct str text, unsigned char hash[CONTENT_HASH_BYTES]) {
    SHA256((const unsigned char *)(text.len ? text.ptr : ""), text.len, hash);
}

/* content->hash is set already. */
void content__encode(struct content *content, struct str text) {
    content->codec = 0;
    content->data = text;
    content->storage = NULL;
    if (text.len < COMPRESS_BYTES_MIN) {
        return;
    }
    size_t bound = ZSTD_compressBound(text.len);
    AUTO_FREE char *packed = xmalloc(bound);
    size_t n = ZSTD_compress(packed, bound, text.ptr, text.len, COMPRESS_LEVEL);
    if (ZSTD_isError(n) || n >= text.len) {
        return;
    }
    content->codec = 1;
    content->storage = TAKE(packed);
    content->data = (struct str){content->storage, n};
}

static bool damaged(struct err *err, const char *what) {
    err_set(err, ERR_INPUT, "a text of the journal is damaged: %s", what);
    return err_hint(err, "the file system or the disk lost data; start the run again");
}

bool content__decode(struct buf *out, sqlite3_stmt *stmt, int first, struct err *err) {
    const void *hash = sqlite3_column_blob(stmt, first);
    int codec = sqlite3_column_int(stmt, first + 1);
    int64_t size = sqlite3_column_int64(stmt, first + 2);
    const void *data = sqlite3_column_blob(stmt, first + 3);
    size_t data_len = (size_t)sqlite3_column_bytes(stmt, first + 3);

    if (hash == NULL || sqlite3_column_bytes(stmt, first) != CONTENT_HASH_BYTES) {
        return damaged(err, "no hash");
    }
    unsigned char want[CONTENT_HASH_BYTES], got[CONTENT_HASH_BYTES];
    memcpy(want, sqlite3_column_blob(stmt, first), sizeof(want));
    if (size < 0 || (uint64_t)size > TXN_BYTES_MAX || (codec == 0 && (uint64_t)size != data_len)) {
        return damaged(err, "its size is absurd");
    }
    char *room = buf_reserve(out, (size_t)size);
    if (room == NULL) {
        return err_set(err, ERR_LIMIT, "a text of %lld bytes is too large to be read",
                       (long long)size);
    }
    if (codec == 0 && size > 0) {
        memcpy(room, data, (size_t)size);
    } else if (codec == 1 && ZSTD_decompress(room, (size_t)size, data, data_len) != (size_t)size) {
        return damaged(err, "it does not unpack");
    } else if (codec != 0 && codec != 1) {
        return damaged(err, "unknown codec");
    }
    content__hash((struct str){room, (size_t)size}, got);
    if (memcmp(want, got, sizeof(want)) != 0) {
        return damaged(err, "its bytes do not have its hash");
    }
    buf_grown(out, (size_t)size);
    return true;
}
