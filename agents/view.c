/* What an agent can see: which paths exist, what it has read, what it changed.
 *
 * Owns: the interned path strings of a run, immutable sorted path sets shared by reference (a child
 * starts with its parent's set, O(1)), the texts of files as an agent last read them, and the set
 * of paths it changed since its fork point, which the merge looks at. Loop thread.
 *
 * Everything comes from manifests that cells hand back; the workspace itself is never opened here
 * (G7). A manifest that was cut makes the set incomplete: existence can no longer be told and the
 * path binding of the grammar is lifted, nothing worse. */
#include "agents/agents_int.h"

#include <string.h>

#include "runtime/base/json.h"

/* ---- interned strings: open addressing, never freed while the run lives ---- */
struct intern {
    char **slot;
    size_t n, cap;
};

struct intern *intern_create(void) {
    return xcalloc(1, sizeof(struct intern));
}

void intern_destroy(struct intern *t) {
    if (!t)
        return;
    for (size_t i = 0; i < t->cap; i++)
        free(t->slot[i]);
    free(t->slot);
    free(t);
}

static size_t intern_slot(char **slot, size_t cap, struct str s) {
    size_t i = (size_t)str_hash(s) & (cap - 1);
    while (slot[i] && !str_equal_c(s, slot[i]))
        i = (i + 1) & (cap - 1);
    return i;
}

static void intern_grow(struct intern *t) {
    size_t cap = t->cap ? t->cap * 2 : 1024;
    char **slot = xcalloc(cap, sizeof *slot);
    for (size_t i = 0; i < t->cap; i++)
        if (t->slot[i])
            slot[intern_slot(slot, cap, str_from(t->slot[i]))] = t->slot[i];
    free(t->slot);
    t->slot = slot;
    t->cap = cap;
}

const char *intern_str(struct intern *t, struct str s) {
    if (t->n * 2 >= t->cap)
        intern_grow(t);
    size_t i = intern_slot(t->slot, t->cap, s);
    if (!t->slot[i]) {
        t->slot[i] = str_dup(s);
        t->n++;
    }
    return t->slot[i];
}

/* ---- path sets ---- */
struct pathset *pathset_ref(struct pathset *s) {
    s->refs++;
    return s;
}

void pathset_unref(struct pathset *s) {
    if (!s || --s->refs > 0)
        return;
    free(s->path);
    free(s);
}

static struct pathset *pathset_new(size_t cap) {
    struct pathset *s = xcalloc(1, sizeof *s);
    s->refs = 1;
    s->complete = true;
    s->path = xreallocarray(NULL, cap + 1, sizeof *s->path);
    return s;
}

struct pathset *pathset_create(struct intern *t, struct str names) {
    size_t count = 0;
    for (size_t i = 0; i < names.len; i++)
        count += names.ptr[i] == 0;
    struct pathset *s = pathset_new(count);
    while (names.len) {
        size_t end = str_find(names, (struct str){"\0", 1}, 0);
        struct str one = str_slice(names, 0, MIN(end, names.len));
        if (one.len && s->n < count)
            s->path[s->n++] = intern_str(t, one);
        names = str_slice(names, MIN(end, names.len - 1) + 1, names.len);
    }
    return s;
}

/* True if path is dir or lies below it. */
static bool path_under(const char *path, struct str dir) {
    return strncmp(path, dir.ptr, dir.len) == 0 && (path[dir.len] == 0 || path[dir.len] == '/');
}

static int by_path(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts and removes doubles; returns the new count. */
static size_t paths_normalize(const char **path, size_t n) {
    if (n == 0)
        return 0;
    qsort(path, n, sizeof *path, by_path);
    size_t kept = 1;
    for (size_t i = 1; i < n; i++)
        if (path[i] != path[kept - 1])
            path[kept++] = path[i];
    return kept;
}

/* Removes from sorted s what is at or below dir. "a.b" sorts between "a" and "a/b", so the range
 * is searched from the first path that is not less than dir. */
static void pathset_remove(struct pathset *s, struct str dir, bool keep_itself) {
    size_t kept = 0;
    for (size_t i = 0; i < s->n; i++) {
        bool gone = path_under(s->path[i], dir) && !(keep_itself && s->path[i][dir.len] == 0);
        if (!gone)
            s->path[kept++] = s->path[i];
    }
    s->n = kept;
}

struct pathset *pathset_apply(struct intern *t, const struct pathset *old,
                              const struct change *changes, size_t n, bool cut) {
    struct pathset *s = pathset_new(old->n + n);
    memcpy(s->path, old->path, old->n * sizeof *s->path);
    s->n = old->n;
    s->complete = old->complete && !cut;
    for (size_t i = 0; i < n; i++)
        if (changes[i].kind == CHANGE_DELETED || changes[i].kind == CHANGE_OPAQUE)
            pathset_remove(s, changes[i].path, false);
    for (size_t i = 0; i < n; i++)
        if (changes[i].kind == CHANGE_FILE || changes[i].kind == CHANGE_SYMLINK)
            s->path[s->n++] = intern_str(t, changes[i].path);
    s->n = paths_normalize(s->path, s->n);
    return s;
}

/* ---- views ---- */
static void view_forget_bindings(struct view *v) {
    bindings_unref(v->bindings);
    v->bindings = NULL;
}

static void read_file_release(struct read_file *f) {
    free(f->path);
    free(f->text);
    *f = (struct read_file){0};
}

void view_init(struct view *v, struct pathset *paths) {
    *v = (struct view){.paths = pathset_ref(paths)};
}

void view_release(struct view *v) {
    pathset_unref(v->paths);
    for (size_t i = 0; i < v->n_files; i++)
        read_file_release(&v->files[i]);
    free(v->changed);
    view_forget_bindings(v);
    *v = (struct view){0};
}

void view_copy_files(struct view *to, const struct view *from) {
    for (size_t i = 0; i < from->n_files; i++)
        view_read(to, str_from(from->files[i].path),
                  (struct str){from->files[i].text, from->files[i].len});
}

static void view_drop_file(struct view *v, size_t i) {
    read_file_release(&v->files[i]);
    memmove(&v->files[i], &v->files[i + 1], (v->n_files - i - 1) * sizeof v->files[0]);
    v->n_files--;
}

/* The newest is last; a path read again moves there. */
void view_read(struct view *v, struct str path, struct str text) {
    for (size_t i = 0; i < v->n_files; i++) {
        if (str_equal_c(path, v->files[i].path)) {
            view_drop_file(v, i);
            break;
        }
    }
    if (v->n_files == READ_FILES_MAX)
        view_drop_file(v, 0);
    char *copy = str_dup(text);
    v->files[v->n_files++] = (struct read_file){str_dup(path), copy, text.len};
    view_forget_bindings(v);
}

void view_change(struct view *v, struct intern *t, const struct change *changes, size_t n,
                 bool cut) {
    if (n == 0 && !cut)
        return;
    struct pathset *next = pathset_apply(t, v->paths, changes, n, cut);
    pathset_unref(v->paths);
    v->paths = next;
    v->changed_cut |= cut;
    v->changed = xreallocarray(v->changed, v->n_changed + n + 1, sizeof *v->changed);
    for (size_t i = 0; i < n; i++)
        if (changes[i].kind != CHANGE_DIRECTORY)
            v->changed[v->n_changed++] = intern_str(t, changes[i].path);
    v->n_changed = paths_normalize(v->changed, v->n_changed);
    view_forget_bindings(v);
}

struct bindings *view_bindings(struct view *v) {
    if (v->bindings)
        return v->bindings;
    AUTO_FREE struct str *paths = xreallocarray(NULL, v->paths->n + 1, sizeof *paths);
    for (size_t i = 0; i < v->paths->n; i++)
        paths[i] = str_from(v->paths->path[i]);
    struct bindings_file files[READ_FILES_MAX];
    for (size_t i = 0; i < v->n_files; i++)
        files[i] =
            (struct bindings_file){str_from(v->files[i].path), {v->files[i].text, v->files[i].len}};
    v->bindings = bindings_create(paths, v->paths->n, v->paths->complete, files, v->n_files);
    return v->bindings;
}

/* ---- manifests in the journal ---- */
static const char *const change_names[] = {"file", "directory", "symlink", "deleted", "opaque"};

char *changes_to_json(const struct change *changes, size_t n, bool cut) {
    struct buf b = BUF_INIT(256u << 20);
    buf_printf(&b, "{\"cut\":%s,\"changes\":[", cut ? "true" : "false");
    for (size_t i = 0; i < n; i++) {
        buf_printf(&b, "%s[\"%s\",", i ? "," : "", change_names[changes[i].kind]);
        buf_append_json(&b, changes[i].path);
        buf_append_char(&b, ']');
    }
    buf_append_c(&b, "]}");
    ASSERT(!b.overflow);
    return buf_take(&b);
}

bool changes_from_json(const cJSON *json, struct change **changes, size_t *n, bool *cut) {
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "changes");
    *cut = json_bool(json, "cut", false);
    *changes = xcalloc((size_t)cJSON_GetArraySize(list) + 1, sizeof **changes);
    *n = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        const cJSON *kind = cJSON_GetArrayItem(item, 0), *path = cJSON_GetArrayItem(item, 1);
        if (!cJSON_IsString(kind) || !cJSON_IsString(path))
            return false;
        for (size_t k = 0; k < ARRAY_LEN(change_names); k++)
            if (strcmp(kind->valuestring, change_names[k]) == 0)
                (*changes)[(*n)++] = (struct change){.path = str_from(path->valuestring),
                                                     .kind = (enum change_kind)k};
    }
    return true;
}
