/* What arguments are bound to: paths that exist, files that were read.
 *
 * Owns: copies of all paths and texts, and their indexes. Immutable after creation but for the
 * indexes of texts, which whoever needs one first makes and publishes with one compare-and-swap
 * (the loser frees its own): a turn that edits nothing never sorts a file. Reference counted, any
 * thread.
 *
 * A file can be named by read_path only if some text of it occurs exactly once; for an ordinary
 * text the whole of it does. Texts with bytes that no JSON string carries, or longer than a match
 * may be, are looked at when the bindings are made.
 */
#include "model/grammar_int.h"

static struct suffix *index_file(struct bound_file *file) {
    struct suffix *index = atomic_load_explicit(&file->index, memory_order_acquire);
    if (index) {
        return index;
    }
    struct suffix *made = suffix_create(file->text);
    if (made && !atomic_compare_exchange_strong(&file->index, &index, made)) {
        suffix_destroy(made);
        return index;
    }
    return made;
}

const struct suffix *bindings_index(struct bindings *b, uint32_t file) {
    ASSERT(file < b->n_files);
    return index_file(&b->files[file]);
}

static bool has_unique_text(struct bound_file *file) {
    struct str t = file->text;
    if (t.len == 0 || t.len > SUFFIX_TEXT_MAX || file->path.len >= PATH_BYTES_MAX) {
        return false;
    }
    if (t.len <= SUFFIX_MATCH_MAX && str_is_utf8(t) && memchr(t.ptr, '\0', t.len) == NULL) {
        return true;
    }
    const struct suffix *index = index_file(file);
    return index && suffix_can_be_unique(index, suffix_all(index));
}

static struct str copy(char **at, struct str s) {
    struct str out = {*at, s.len};
    if (s.len > 0) {
        memcpy(*at, s.ptr, s.len);
    }
    *at += s.len;
    return out;
}

static void index_paths(struct bindings *b, const struct str *paths, size_t n) {
    struct str *kept = xmalloc((n + 1) * sizeof(*kept));
    uint32_t *ids;
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (paths[i].len < PATH_BYTES_MAX) {
            kept[m++] = paths[i];
        }
    }
    b->paths = suffix_create_strings(kept, m, &ids);
    free(ids);
    free(kept);
}

static void index_file_paths(struct bindings *b) {
    struct str *paths = xmalloc((b->n_files + 1) * sizeof(*paths));
    for (size_t i = 0; i < b->n_files; i++) {
        paths[i] = has_unique_text(&b->files[i]) ? b->files[i].path : (struct str){"", 0};
    }
    b->file_paths = suffix_create_strings(paths, b->n_files, &b->file_ids);
    free(paths);
}

struct bindings *bindings_create(const struct str *paths, size_t n_paths, bool paths_complete,
                                 const struct bindings_file *files, size_t n_files) {
    struct bindings *b = xcalloc(1, sizeof(*b));
    size_t bytes = 1;
    b->refs = 1;
    b->paths_complete = paths_complete;
    b->n_files = n_files;
    b->files = xcalloc(n_files + 1, sizeof(*b->files));
    for (size_t i = 0; i < n_files; i++) {
        bytes += files[i].path.len + files[i].text.len;
    }
    b->storage = xmalloc(bytes);
    char *at = b->storage;
    for (size_t i = 0; i < n_files; i++) {
        b->files[i].path = copy(&at, files[i].path);
        b->files[i].text = copy(&at, files[i].text);
    }
    if (paths_complete) {
        index_paths(b, paths, n_paths);
    }
    index_file_paths(b);
    return b;
}

struct bindings *bindings_ref(struct bindings *b) {
    b->refs++;
    return b;
}

void bindings_unref(struct bindings *b) {
    if (b == NULL || --b->refs > 0) {
        return;
    }
    for (size_t i = 0; i < b->n_files; i++) {
        suffix_destroy(atomic_load(&b->files[i].index));
    }
    suffix_destroy(b->paths);
    suffix_destroy(b->file_paths);
    free(b->file_ids);
    free(b->files);
    free(b->storage);
    free(b);
}
