/* Frames between the loop and the warden, and the order of a cell as bytes.
 *
 * Both ends are the same binary on the same machine, so integers are in native order; still every
 * length is checked against what is there and against a maximum, because the frame's content names
 * paths, counts and layers that are acted on with more rights than an agent has.
 *
 * Invariants: a struct cursor never moves past its end; once `bad`, everything reads as zero and
 * the caller checks once at the end. A C string travels with its NUL; one with a NUL inside is
 * refused, length UINT32_MAX stands for NULL. order_decode checks what the warden relies on: paths
 * are absolute and have no empty, '.' or '..' component, mounts are under /drover, ids are
 * positive, counts are within limits. */
#include "sandbox/sandbox_int.h"

#include <inttypes.h>

uint32_t cursor_u32(struct cursor *c) {
    uint32_t v = 0;
    if (c->bad || (size_t)(c->end - c->at) < sizeof v) {
        c->bad = true;
        return 0;
    }
    memcpy(&v, c->at, sizeof v);
    c->at += sizeof v;
    return v;
}

uint64_t cursor_u64(struct cursor *c) {
    uint64_t v = 0;
    if (c->bad || (size_t)(c->end - c->at) < sizeof v) {
        c->bad = true;
        return 0;
    }
    memcpy(&v, c->at, sizeof v);
    c->at += sizeof v;
    return v;
}

struct str cursor_str(struct cursor *c) {
    uint32_t len = cursor_u32(c);
    if (c->bad || (size_t)(c->end - c->at) < len) {
        c->bad = true;
        return (struct str){"", 0};
    }
    struct str s = {c->at, len};
    c->at += len;
    return s;
}

const char *cursor_cstr(struct cursor *c) {
    struct cursor peek = *c;
    if (cursor_u32(&peek) == UINT32_MAX && !peek.bad) {
        *c = peek;
        return NULL;
    }
    struct str s = cursor_str(c);
    if (c->bad || s.len == 0 || memchr(s.ptr, 0, s.len) != s.ptr + s.len - 1) {
        c->bad = true;
        return "";
    }
    return s.ptr;
}

void wire_u32(struct buf *b, uint32_t v) {
    buf_append(b, &v, sizeof v);
}

void wire_u64(struct buf *b, uint64_t v) {
    buf_append(b, &v, sizeof v);
}

void wire_str(struct buf *b, struct str s) {
    wire_u32(b, (uint32_t)MIN(s.len, UINT32_MAX - 1));
    buf_append_str(b, s);
}

void wire_cstr(struct buf *b, const char *s) {
    if (s)
        wire_str(b, (struct str){s, strlen(s) + 1});
    else
        wire_u32(b, UINT32_MAX);
}

size_t wire_begin(struct buf *b, enum frame_type type, uint64_t id) {
    size_t begin = b->len;
    wire_u32(b, 0);
    wire_u32(b, (uint32_t)type);
    wire_u64(b, id);
    return begin;
}

void wire_end(struct buf *b, size_t begin) {
    if (b->overflow)
        return;
    uint32_t len = (uint32_t)(b->len - begin - FRAME_HEAD);
    memcpy(b->data + begin, &len, sizeof len);
}

static void wire_list(struct buf *b, const char *const *item) {
    size_t n = 0;
    while (item && item[n])
        n++;
    wire_u32(b, item ? (uint32_t)n : UINT32_MAX);
    for (size_t i = 0; i < n; i++)
        wire_cstr(b, item[i]);
}

static void wire_layers(struct buf *b, const int64_t *layer, size_t n) {
    wire_u32(b, (uint32_t)n);
    for (size_t i = 0; i < n; i++)
        wire_u64(b, (uint64_t)layer[i]);
}

void order_encode(struct buf *b, const struct order *o) {
    wire_cstr(b, o->dir);
    wire_cstr(b, o->path);
    wire_layers(b, o->layer, o->n_layers);
    wire_u64(b, (uint64_t)o->upper);
    wire_list(b, o->argv);
    wire_list(b, o->env);
    wire_cstr(b, o->function);
    wire_str(b, o->input);
    wire_u32(b, (uint32_t)o->n_mounts);
    for (size_t i = 0; i < o->n_mounts; i++) {
        wire_cstr(b, o->mount[i].at);
        wire_u32(b, (uint32_t)o->mount[i].kind);
        wire_u32(b, o->mount[i].base);
        wire_layers(b, o->mount[i].layer, o->mount[i].n_layers);
    }
    wire_u64(b, (uint64_t)o->cpu_ms);
    wire_u64(b, (uint64_t)o->wall_ms);
    wire_u64(b, o->output_max);
    wire_u64(b, o->memory_bytes);
    wire_u32(b, o->network);
}

static const char *const *list_decode(struct cursor *c, struct arena *arena) {
    uint32_t n = cursor_u32(c);
    if (c->bad || n == UINT32_MAX)
        return NULL;
    const char **item = n <= ORDER_STRINGS_MAX ? arena_alloc(arena, (n + 1) * sizeof *item) : NULL;
    if (!item) {
        c->bad = true;
        return NULL;
    }
    for (uint32_t i = 0; i < n; i++) {
        item[i] = cursor_cstr(c);
        c->bad |= item[i] == NULL;
    }
    return item;
}

static const int64_t *layers_decode(struct cursor *c, struct arena *arena, size_t *n_out) {
    uint32_t n = cursor_u32(c);
    int64_t *layer = n <= ORDER_LAYERS_MAX ? arena_alloc(arena, (n + 1) * sizeof *layer) : NULL;
    *n_out = 0;
    if (!layer) {
        c->bad = true;
        return NULL;
    }
    for (uint32_t i = 0; i < n; i++) {
        layer[i] = (int64_t)cursor_u64(c);
        c->bad |= layer[i] <= 0;
    }
    *n_out = n;
    return layer;
}

/* Absolute, below PATH_BYTES_MAX, and each component is a plain name. */
static bool path_is_plain(const char *path) {
    if (!path || path[0] != '/' || strlen(path) >= PATH_BYTES_MAX)
        return false;
    for (const char *at = path; *at; at += strcspn(at, "/")) {
        at++;
        size_t len = strcspn(at, "/");
        if (len == 0 || len > 255 || (len == 1 && at[0] == '.') ||
            (len == 2 && at[0] == '.' && at[1] == '.'))
            return false;
    }
    return true;
}

static bool mounts_decode(struct order *o, struct cursor *c, struct arena *arena) {
    uint32_t n = cursor_u32(c);
    o->mount = n <= ORDER_MOUNTS_MAX ? arena_alloc(arena, (n + 1) * sizeof *o->mount) : NULL;
    if (!o->mount)
        return false;
    for (uint32_t i = 0; i < n && !c->bad; i++) {
        struct order_mount *m = &o->mount[i];
        m->at = cursor_cstr(c);
        m->kind = (enum mount_kind)cursor_u32(c);
        m->base = cursor_u32(c) != 0;
        m->layer = layers_decode(c, arena, &m->n_layers);
        if (c->bad || !path_is_plain(m->at) || !str_starts(str_from(m->at), STR("/drover/")) ||
            m->kind > MOUNT_TRASH || (m->kind == MOUNT_RAW && m->n_layers != 1) ||
            (m->kind == MOUNT_VIEW && !m->base && m->n_layers == 0))
            return false;
    }
    o->n_mounts = n;
    return !c->bad;
}

bool order_decode(struct order *o, struct str frame, struct arena *arena, struct err *err) {
    struct cursor c = {frame.ptr, frame.ptr + frame.len, false};
    *o = (struct order){0};
    o->dir = cursor_cstr(&c);
    o->path = cursor_cstr(&c);
    o->layer = layers_decode(&c, arena, &o->n_layers);
    o->upper = (int64_t)cursor_u64(&c);
    o->argv = list_decode(&c, arena);
    o->env = list_decode(&c, arena);
    o->function = cursor_cstr(&c);
    o->input = cursor_str(&c);
    bool mounts_good = mounts_decode(o, &c, arena);
    o->cpu_ms = (int64_t)cursor_u64(&c);
    o->wall_ms = (int64_t)cursor_u64(&c);
    o->output_max = cursor_u64(&c);
    o->memory_bytes = cursor_u64(&c);
    o->network = cursor_u32(&c) != 0;
    if (c.bad || c.at != c.end || !mounts_good || o->upper < 0 || o->cpu_ms <= 0 || o->wall_ms <= 0)
        return err_set(err, ERR_USAGE, "malformed cell order");
    if (!path_is_plain(o->dir) || !path_is_plain(o->path))
        return err_set(err, ERR_USAGE, "'%s' cannot be a workspace: not a plain absolute path",
                       o->path ? o->path : "");
    if ((o->argv && o->argv[0]) == (o->function != NULL))
        return err_set(err, ERR_USAGE, "a cell runs a command or a function");
    for (size_t i = 0; i < o->n_layers; i++)
        if (o->layer[i] == o->upper)
            return err_set(err, ERR_USAGE, "layer %" PRId64 " cannot be under itself", o->upper);
    return true;
}

void err_encode(struct buf *b, const struct err *err) {
    wire_u32(b, err->code);
    wire_str(b, str_from(err->msg));
    wire_str(b, str_from(err->hint));
}

void err_decode(struct cursor *c, struct err *err) {
    uint32_t code = cursor_u32(c);
    struct str msg = cursor_str(c), hint = cursor_str(c);
    *err = ERR_INIT;
    if (code == ERR_NONE || c->bad)
        return;
    err_set(err, code <= ERR_INTERNAL ? (enum err_code)code : ERR_INTERNAL, "%.*s", STR_FMT(msg));
    if (hint.len)
        err_hint(err, "%.*s", STR_FMT(hint));
}
