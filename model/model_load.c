/* From the file's keys and tensors to checked numbers and matrices, and the packing of the weights.
 * Runs on the thread that opens the model; everything it makes lives until model_close.
 *
 * Packing: quantized matrices are rewritten once into the 16-row panels that the kernels read
 * (mat.h). The panels depend on the file alone, so they are kept in a cache file when there is a
 * cache directory: DIR/HASH-LAYOUT.panels, made under a temporary name, synced every 64 MB so that
 * dirty pages stay bounded, renamed when whole, mapped at the next start. A file of the right name
 * and size with the right head is trusted at start (model_verify compares it); no room or no
 * directory means packing into memory, which costs time and memory, not correctness, and is noted
 * in model_info.
 *
 * Failures: ERR_MODEL naming the key or tensor, what it is and what would do. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/model_load.h"
#include "runtime/base/log.h"

/* ---- metadata ---- */

static const struct gguf_value *find(const struct model *m, const char *key, char name[128]) {
    (void)snprintf(name, 128, "%s.%s", m->architecture, key);
    return gguf_find(m->gguf, name);
}

static bool read_int(const struct gguf_value *v, const char *name, int64_t min, int64_t max,
                     int *out, struct err *err) {
    uint64_t x = 0;
    if (!gguf_u64(v, &x) || x > INT64_MAX || (int64_t)x < min || (int64_t)x > max) {
        return err_set(err, ERR_MODEL, "key '%s' is not a number from %lld to %lld", name,
                       (long long)min, (long long)max);
    }
    *out = (int)x;
    return true;
}

bool load_int(const struct model *m, const char *key, int64_t min, int64_t max, int *out,
              struct err *err) {
    char name[128];
    const struct gguf_value *v = find(m, key, name);
    if (v == NULL) {
        return err_set(err, ERR_MODEL, "key '%s' is missing", name);
    }
    return read_int(v, name, min, max, out, err);
}

bool load_int_or(const struct model *m, const char *key, int64_t min, int64_t max, int fallback,
                 int *out, struct err *err) {
    char name[128];
    const struct gguf_value *v = find(m, key, name);
    if (v == NULL) {
        *out = fallback;
        return true;
    }
    return read_int(v, name, min, max, out, err);
}

bool load_float_or(const struct model *m, const char *key, float min, float max, float fallback,
                   float *out, struct err *err) {
    char name[128];
    const struct gguf_value *v = find(m, key, name);
    if (v == NULL) {
        *out = fallback;
        return true;
    }
    /* Written so that NaN fails. */
    if (!gguf_f32(v, out) || !(*out >= min && *out <= max)) {
        return err_set(err, ERR_MODEL, "key '%s' is not a number from %g to %g", name, (double)min,
                       (double)max);
    }
    return true;
}

bool load_bool_or(const struct model *m, const char *key, bool fallback) {
    char name[128];
    bool out = fallback;
    (void)gguf_bool(find(m, key, name), &out);
    return out;
}

bool load_is_array(const struct model *m, const char *key) {
    char name[128];
    return gguf_array_count(find(m, key, name)) > 0;
}

bool load_ints(const struct model *m, const char *key, int64_t min, int64_t max, int *out, size_t n,
               struct err *err) {
    char name[128];
    const struct gguf_value *v = find(m, key, name);
    bool ints = v != NULL && gguf_array_count(v) >= n;
    enum gguf_type type = ints ? gguf_array_type(v) : GGUF_ARRAY;
    ints = ints && (type == GGUF_I32 || type == GGUF_U32);
    for (size_t i = 0; ints && i < n; i++) {
        int64_t x = gguf_array_int(v, i);
        ints = x >= min && x <= max;
        out[i] = ints ? (int)x : 0;
    }
    return ints || err_set(err, ERR_MODEL, "key '%s' has no number from %lld to %lld for layer %zu",
                           name, (long long)min, (long long)max, n - 1);
}

struct str load_string_or(const struct model *m, const char *key, const char *fallback) {
    char name[128];
    struct str out = str_from(fallback);
    (void)gguf_string(find(m, key, name), &out);
    return out;
}

/* ---- tensors ---- */

void *load_alloc(struct model *m, size_t bytes) {
    void *p = NULL;
    size_t rounded = (MAX(bytes, 1) + 63) / 64 * 64;
    if (posix_memalign(&p, 64, rounded) != 0) {
        p = NULL;
    }
    ASSERT(p != NULL);
    memset(p, 0, rounded);
    m->owned = xreallocarray(m->owned, m->n_owned + 1, sizeof *m->owned);
    m->owned[m->n_owned++] = p;
    return p;
}

const char *load_name(int layer, const char *suffix) {
    static _Thread_local char name[128];
    (void)snprintf(name, sizeof name, "blk.%d.%s", layer, suffix);
    return name;
}

bool load_has(const struct model *m, const char *name) {
    return gguf_tensor(m->gguf, name) != NULL;
}

bool load_vector(struct model *m, const float **out, const char *name, int64_t n, bool required,
                 struct err *err) {
    *out = NULL;
    return (required && !load_has(m, name))
               ? err_set(err, ERR_MODEL, "tensor '%s' is missing", name)
               : load_vectors(m, out, name, n, 1, err);
}

bool load_vectors(struct model *m, const float **out, const char *name, int64_t n, int64_t count,
                  struct err *err) {
    const struct gguf_tensor *t = gguf_tensor(m->gguf, name);
    *out = NULL;
    if (t == NULL) {
        return true;
    }
    if ((int64_t)t->dims[0] != n || (int64_t)t->dims[1] != count || t->dims[2] * t->dims[3] != 1) {
        return err_set(err, ERR_MODEL, "tensor '%s' has %llu x %llu numbers, %lld x %lld wanted",
                       name, (unsigned long long)t->dims[0], (unsigned long long)t->dims[1],
                       (long long)n, (long long)count);
    }
    const struct quant *q = quant_find(t->type);
    if (q == NULL || q->block_elements != 1) {
        return err_set(err, ERR_MODEL,
                       "tensor '%s' has type %s; F32, F16 and BF16 are supported here", name,
                       gguf_type_name(t->type));
    }
    /* A copy even of F32, so that kernels may count on alignment. */
    size_t numbers = (size_t)n * (size_t)count;
    float *copy = load_alloc(m, numbers * sizeof *copy);
    q->dequantize(t->data, copy, numbers);
    *out = copy;
    return true;
}

bool load_matrix(struct model *m, struct mat *out, const char *name, int64_t k, int64_t n,
                 int64_t count, struct err *err) {
    const struct gguf_tensor *t = gguf_tensor(m->gguf, name);
    if (t == NULL) {
        return err_set(err, ERR_MODEL, "tensor '%s' is missing", name);
    }
    if ((int64_t)t->dims[0] != k || (int64_t)t->dims[1] != n || (int64_t)t->dims[2] != count ||
        t->dims[3] != 1) {
        return err_set(err, ERR_MODEL,
                       "tensor '%s' is %llu x %llu x %llu x %llu, %lld x %lld x %lld wanted", name,
                       (unsigned long long)t->dims[0], (unsigned long long)t->dims[1],
                       (unsigned long long)t->dims[2], (unsigned long long)t->dims[3], (long long)k,
                       (long long)n, (long long)count);
    }
    return mat_init(out, t->type, (size_t)k, (size_t)n, (size_t)count, t->data, t->bytes, err) ||
           err_prefix(err, "tensor '%s'", name);
}

/* ---- packing ---- */

/* Calls fn for every matrix that the forward pass multiplies with. */
static void each_matrix(struct model *m, void (*fn)(void *arg, struct mat *w), void *arg) {
    for (int i = 0; i < m->hp.layers; i++) {
        struct layer *l = &m->layers[i];
        bool pair = l->gate_up.k != 0, exp_pair = l->exp_gate_up.k != 0;
        struct mat *all[] = {&l->q,
                             &l->k,
                             &l->v,
                             &l->o,
                             &l->q_a,
                             &l->q_b,
                             &l->kv_a,
                             &l->k_b,
                             &l->v_b,
                             &l->index_q,
                             &l->index_k,
                             &l->index_w,
                             &l->f_a,
                             &l->f_b,
                             &l->g_a,
                             &l->g_b,
                             &l->beta,
                             &l->down,
                             &l->router,
                             &l->exp_down,
                             pair ? &l->gate_up : &l->gate,
                             pair ? NULL : &l->up,
                             exp_pair ? &l->exp_gate_up : &l->exp_gate,
                             exp_pair ? NULL : &l->exp_up};
        for (size_t j = 0; j < ARRAY_LEN(all); j++) {
            if (all[j] != NULL && all[j]->k != 0) {
                fn(arg, all[j]);
            }
        }
    }
    fn(arg, &m->head);
}

struct packing {
    const struct model_options *options;
    uint8_t *memory;
    size_t offset, synced;
    uint64_t total;
    bool write, to_file, all_float;
};

static size_t aligned(size_t n) {
    return (n + 4095) / 4096 * 4096;
}

static void pack_count(void *arg, struct mat *w) {
    struct packing *p = arg;
    p->total += aligned(mat_packed_bytes(w));
    p->all_float = p->all_float && mat_is_float(w->type);
}

static void report(const struct packing *p, uint64_t done) {
    if (p->write && p->options->progress != NULL) {
        p->options->progress(p->options->progress_arg, done, p->total);
    }
}

static void pack_one(void *arg, struct mat *w) {
    struct packing *p = arg;
    size_t bytes = mat_packed_bytes(w);
    if (bytes == 0) {
        return;
    }
    uint8_t *at = p->memory + p->offset;
    for (size_t e = 0; p->write && e < w->count; e++) {
        mat_pack(w, at, e, 0, w->n);
        size_t done = p->offset + mat_packed_offset(w, e, w->n);
        if (done - p->synced > 64u << 20) {
            size_t from = p->synced / 4096 * 4096;
            if (p->to_file) {
                (void)msync(p->memory + from, done - from, MS_SYNC);
            }
            p->synced = done;
            report(p, done);
        }
    }
    mat_use_packed(w, at);
    p->offset += aligned(bytes);
}

struct panel_head {
    char magic[16];
    uint64_t bytes;
    char hash[72];
};
#define PANEL_HEAD_BYTES 4096

static void panel_head_make(const struct model *m, uint64_t total, struct panel_head *head) {
    memset(head, 0, sizeof *head);
    (void)snprintf(head->magic, sizeof head->magic, "drover panel %d", MAT_LAYOUT_VERSION);
    head->bytes = total;
    (void)snprintf(head->hash, sizeof head->hash, "%s", m->info.hash);
}

/* Maps an existing cache file if it is whole and ours. */
static bool panels_map(struct model *m, const char *path, uint64_t total) {
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    struct panel_head head, want;
    panel_head_make(m, total, &want);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
        (uint64_t)st.st_size != total + PANEL_HEAD_BYTES ||
        pread(fd, &head, sizeof head, 0) != (ssize_t)sizeof head ||
        memcmp(&head, &want, sizeof head) != 0) {
        return false;
    }
    void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        return false;
    }
    m->packed = map;
    m->packed_bytes = (size_t)st.st_size;
    m->packed_file = true;
    return true;
}

/* Creates and maps a cache file of the right size under a temporary name; false if there is no
 * room, in which case nothing is left behind. */
static bool panels_create(struct model *m, const char *dir, const char *tmp, uint64_t total,
                          int *fd_out) {
    struct err ignored = ERR_INIT;
    size_t bytes = (size_t)total + PANEL_HEAD_BYTES;
    bool made = dir_make(dir, 0700, &ignored);
    int fd = !made ? -1 : open(tmp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    void *map = MAP_FAILED;
    if (fd >= 0 && (errno = posix_fallocate(fd, 0, (off_t)bytes)) == 0) {
        map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    }
    if (map == MAP_FAILED) {
        (void)snprintf(
            m->note, sizeof m->note,
            "cannot keep %.1f GB of packed weights in '%.300s' (%s): packing into memory, "
            "at every start",
            (double)bytes / 1e9, dir, strerror(errno));
        if (fd >= 0) {
            (void)close(fd);
            (void)unlink(tmp);
        }
        return false;
    }
    m->packed = map;
    m->packed_bytes = bytes;
    m->packed_file = true;
    *fd_out = fd;
    return true;
}

/* Head last, sync, rename: a file under the final name is whole. */
static void panels_finish(struct model *m, const char *tmp, const char *path, uint64_t total,
                          int fd) {
    struct panel_head head;
    panel_head_make(m, total, &head);
    memcpy(m->packed, &head, sizeof head);
    bool ok =
        msync(m->packed, m->packed_bytes, MS_SYNC) == 0 && fsync(fd) == 0 && rename(tmp, path) == 0;
    if (!ok) {
        /* The mapping stays good without its name. */
        log_warn("keep packed weights in '%s': %s", path, strerror(errno));
        (void)unlink(tmp);
    }
    (void)close(fd);
}

bool load_pack(struct model *m, const struct model_options *options, struct err *err) {
    struct packing p = {.options = options, .all_float = true};
    each_matrix(m, pack_count, &p);
    m->weights_float = p.all_float;
    if (p.total == 0) {
        return true;
    }
    AUTO_FREE char *path = NULL, *tmp = NULL;
    int fd = -1;
    uint64_t least =
        options->cache_bytes_min > 0 ? options->cache_bytes_min : MODEL_CACHE_BYTES_MIN;
    if (options->cache_dir != NULL && p.total >= least) {
        path =
            xasprintf("%s/%.32s-%d.panels", options->cache_dir, m->info.hash, MAT_LAYOUT_VERSION);
        tmp = xasprintf("%s.%ld.tmp", path, (long)getpid());
        if (!panels_map(m, path, p.total)) {
            (void)panels_create(m, options->cache_dir, tmp, p.total, &fd);
        }
    }
    size_t head = PANEL_HEAD_BYTES;
    if (m->packed == NULL) {
        void *map =
            mmap(NULL, (size_t)p.total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (map == MAP_FAILED) {
            return err_set_errno(err, errno, "memory for %llu bytes of packed weights",
                                 (unsigned long long)p.total);
        }
        (void)madvise(map, (size_t)p.total, MADV_DONTDUMP);
        (void)madvise(map, (size_t)p.total, MADV_HUGEPAGE);
        m->packed = map;
        m->packed_bytes = (size_t)p.total;
        head = 0;
    }
    p.memory = m->packed + head;
    p.write = head == 0 || fd >= 0;
    p.to_file = fd >= 0;
    report(&p, 0);
    each_matrix(m, pack_one, &p);
    report(&p, p.total);
    if (fd >= 0) {
        panels_finish(m, tmp, path, p.total, fd);
    }
    return true;
}

struct verify {
    const char *wrong; /* what differs */
    bool no_memory;
};

static void verify_one(void *arg, struct mat *w) {
    struct verify *v = arg;
    size_t bytes = mat_packed_bytes(w);
    if (bytes == 0 || v->wrong != NULL || v->no_memory) {
        return;
    }
    void *again = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (again == MAP_FAILED) {
        v->no_memory = true;
        return;
    }
    for (size_t e = 0; e < w->count; e++) {
        mat_pack(w, again, e, 0, w->n);
    }
    if (memcmp(again, w->packed, bytes) != 0) {
        v->wrong = "a matrix of the packed weights is not what the model file gives";
    }
    (void)munmap(again, bytes);
}

bool load_verify(struct model *m, struct err *err) {
    struct verify v = {0};
    each_matrix(m, verify_one, &v);
    if (v.no_memory) {
        return err_set(err, ERR_LIMIT, "no memory to pack the weights again");
    }
    if (v.wrong != NULL) {
        err_set(err, ERR_MODEL, "%s", v.wrong);
        return err_hint(err, "remove the .panels files in the cache directory");
    }
    return true;
}

/* ---- figures for model_info ---- */

/* Bytes of all matrices of w as the forward pass reads them; of no matrix: 0. */
static uint64_t bytes_read(const struct mat *w) {
    if (w->k == 0) {
        return 0;
    }
    return mat_is_float(w->type) ? (uint64_t)w->row_bytes * w->n * w->count : mat_packed_bytes(w);
}

static void figure_one(void *arg, struct mat *w) {
    uint64_t *bytes = arg;
    *bytes += bytes_read(w);
}

static uint64_t routed_bytes(const struct model *m) {
    uint64_t bytes = 0;
    for (int i = 0; i < m->hp.layers; i++) {
        const struct layer *l = &m->layers[i];
        bool pair = l->exp_gate_up.k != 0;
        bytes += bytes_read(&l->exp_down) + bytes_read(pair ? &l->exp_gate_up : &l->exp_gate) +
                 (pair ? 0 : bytes_read(&l->exp_up));
    }
    return bytes;
}

void load_figures(struct model *m) {
    uint64_t parameters = 0, routed = 0, bytes = 0, by_type[64] = {0};
    for (size_t i = 0; i < gguf_tensor_count(m->gguf); i++) {
        const struct gguf_tensor *t = gguf_tensor_at(m->gguf, i);
        uint64_t n = t->dims[0] * t->dims[1] * t->dims[2] * t->dims[3];
        bool is_routed = str_find(t->name, STR("_exps."), 0) != SIZE_MAX;
        parameters += n;
        routed += is_routed ? n : 0;
        by_type[t->type & 63] += t->n_dims > 1 ? t->bytes : 0;
    }
    each_matrix(m, figure_one, &bytes);
    double share = m->hp.experts > 0 ? (double)m->hp.experts_used / m->hp.experts : 1;
    m->info.parameters = parameters;
    m->info.parameters_active = parameters - (uint64_t)((double)routed * (1 - share));
    m->info.bytes_per_token = bytes - (uint64_t)((double)routed_bytes(m) * (1 - share));
    uint32_t most = 0;
    for (uint32_t i = 0; i < 64; i++) {
        most = by_type[i] > by_type[most] ? i : most;
    }
    const char *type = gguf_type_name(most);
    (void)snprintf(m->quantization, sizeof m->quantization, "%s", type != NULL ? type : "?");
}
