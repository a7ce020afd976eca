/* layers.merge: the changes of all children of a Swarm into their parent's workspace, in one cell.
 *
 * Three views: base (the fork point), theirs (one child), ours (the workspace, which already has
 * the children before it). Per path, over paths that are neither ignored nor .git:
 *
 *     theirs = base or theirs = ours   nothing to do
 *     ours = base                      theirs is taken: copied, or removed
 *     both changed, three texts        merged line by line (libgit2's xdiff); overlap is a conflict
 *     anything else                    a conflict; ours stays
 *
 * Children come in item order, so the result does not depend on who finished first. Conflicts are
 * data: a JSON object on the output, never a failure. A directory in a child's list stands for
 * everything under it, on either side; an empty one left behind by deletions is removed. */
#include "sandbox/sandbox_int.h"

#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/json.h"

#define MERGE_INPUT_MAX     FRAME_BYTES_MAX
#define CONFLICTS_BYTES_MAX (4u << 20)

struct merge {
    int base_fd, ours_fd, theirs_fd;
    int theirs;
    struct ignores *ignores;
    struct buf conflicts;
    size_t n_merged, n_conflicts;
};

enum kind { ABSENT, TEXT, LINK, DIRECTORY, OTHER };

static enum kind kind_of(int root_fd, const char *rel, mode_t *mode) {
    struct stat st;
    *mode = 0;
    if (tree_stat(root_fd, rel, &st) != 0)
        return ABSENT;
    *mode = st.st_mode & 0777;
    return S_ISREG(st.st_mode)   ? TEXT
           : S_ISLNK(st.st_mode) ? LINK
           : S_ISDIR(st.st_mode) ? DIRECTORY
                                 : OTHER;
}

static void conflict_add(struct merge *m, const char *rel) {
    m->n_conflicts++;
    buf_printf(&m->conflicts, "%s{\"theirs\":%d,\"path\":", m->conflicts.len ? "," : "", m->theirs);
    buf_append_json(&m->conflicts, str_from(rel));
    buf_append_char(&m->conflicts, '}');
}

/* After a file went: the directories that it leaves empty and that the child does not have. */
static void parents_prune(struct merge *m, const char *rel) {
    AUTO_FREE char *path = xstrdup(rel);
    for (char *slash; (slash = strrchr(path, '/'));) {
        mode_t mode;
        *slash = '\0';
        if (kind_of(m->theirs_fd, path, &mode) == DIRECTORY)
            return;
        const char *last = strrchr(path, '/');
        AUTO_FREE char *parent =
            last ? str_dup((struct str){path, (size_t)(last - path)}) : xstrdup("");
        AUTO_FD int fd = tree_open(m->ours_fd, parent, O_PATH | O_DIRECTORY, 0);
        if (fd < 0 || unlinkat(fd, last ? last + 1 : path, AT_REMOVEDIR) != 0)
            return;
    }
}

static bool is_binary(const struct buf *b) {
    return b->len && memchr(b->data, 0, MIN(b->len, 8000u));
}

static bool text_write(struct merge *m, const char *rel, struct str text, mode_t mode) {
    if (!tree_remove(m->ours_fd, rel))
        return false;
    AUTO_FD int fd = tree_open(m->ours_fd, rel, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    while (fd >= 0 && text.len) {
        ssize_t n = write(fd, text.ptr, text.len);
        if (n <= 0)
            return false;
        text = str_slice(text, (size_t)n, text.len);
    }
    return fd >= 0 && fchmod(fd, mode) == 0;
}

/* False: cannot be merged line by line. */
static bool text_merge(struct merge *m, const char *rel, const mode_t mode[3]) {
    AUTO_BUF struct buf base = BUF_INIT(FILE_BYTES_MAX), ours = BUF_INIT(FILE_BYTES_MAX),
                        theirs = BUF_INIT(FILE_BYTES_MAX);
    if (!tree_read(m->base_fd, rel, &base) || !tree_read(m->ours_fd, rel, &ours) ||
        !tree_read(m->theirs_fd, rel, &theirs) || is_binary(&base) || is_binary(&ours) ||
        is_binary(&theirs))
        return false;
    git_merge_file_input in[3] = {GIT_MERGE_FILE_INPUT_INIT, GIT_MERGE_FILE_INPUT_INIT,
                                  GIT_MERGE_FILE_INPUT_INIT};
    struct buf *text[3] = {&base, &ours, &theirs};
    for (int i = 0; i < 3; i++) {
        in[i].ptr = buf_cstr(text[i]);
        in[i].size = text[i]->len;
        in[i].path = rel;
        in[i].mode = 0100644;
    }
    git_merge_file_result out = {0};
    bool good =
        git_merge_file(&out, &in[0], &in[1], &in[2], NULL) == 0 && out.automergeable &&
        text_write(m, rel, (struct str){out.ptr, out.len}, mode[2] != mode[0] ? mode[2] : mode[1]);
    git_merge_file_result_free(&out);
    return good;
}

static void path_merge(struct merge *m, const char *rel);

struct union_walk {
    struct merge *merge;
    int other_fd; /* what this root has as well was visited there already */
};

static bool union_visit(void *arg, const char *rel, const struct stat *st) {
    struct union_walk *w = arg;
    struct stat other;
    if (path_is_git(rel) || ignores_match(w->merge->ignores, rel, S_ISDIR(st->st_mode)))
        return false;
    if (S_ISDIR(st->st_mode))
        return true;
    if (w->other_fd < 0 || tree_stat(w->other_fd, rel, &other) != 0 || S_ISDIR(other.st_mode))
        path_merge(w->merge, rel);
    return false;
}

static void directory_merge(struct merge *m, const char *rel) {
    /* deletions first: a file may have become a directory */
    struct union_walk base = {m, m->theirs_fd}, theirs = {m, -1};
    mode_t mode;
    if (kind_of(m->base_fd, rel, &mode) == DIRECTORY)
        tree_walk(m->base_fd, rel, union_visit, &base);
    if (kind_of(m->theirs_fd, rel, &mode) == DIRECTORY)
        tree_walk(m->theirs_fd, rel, union_visit, &theirs);
}

static void path_merge(struct merge *m, const char *rel) {
    mode_t mode[3];
    enum kind base = kind_of(m->base_fd, rel, &mode[0]), ours = kind_of(m->ours_fd, rel, &mode[1]),
              theirs = kind_of(m->theirs_fd, rel, &mode[2]);
    if (base == DIRECTORY || theirs == DIRECTORY) {
        if (base != DIRECTORY && base != ABSENT && ours == base &&
            tree_same(m->ours_fd, m->base_fd, rel))
            tree_remove(m->ours_fd, rel);
        directory_merge(m, rel);
        if (theirs == DIRECTORY)
            return;
        ours = kind_of(m->ours_fd, rel, &mode[1]);
        if (theirs == ABSENT || ours != ABSENT)
            return;
        base = ABSENT;
    }
    if ((theirs == base && tree_same(m->theirs_fd, m->base_fd, rel)) ||
        (theirs == ours && tree_same(m->theirs_fd, m->ours_fd, rel)))
        return;
    bool good;
    if (ours == base && (base == ABSENT || tree_same(m->ours_fd, m->base_fd, rel))) {
        good = theirs == ABSENT ? tree_remove(m->ours_fd, rel)
                                : theirs != OTHER && tree_copy(m->theirs_fd, m->ours_fd, rel);
        if (good && theirs == ABSENT)
            parents_prune(m, rel);
    } else {
        good = base == TEXT && ours == TEXT && theirs == TEXT && text_merge(m, rel, mode);
    }
    m->n_merged += good;
    if (!good)
        conflict_add(m, rel);
}

static bool path_is_inside(const char *rel) {
    if (*rel == '\0' || *rel == '/' || strlen(rel) >= PATH_BYTES_MAX)
        return false;
    for (const char *at = rel; *at;) {
        size_t len = strcspn(at, "/");
        if (len == 0 || (len == 1 && *at == '.') || (len == 2 && at[0] == '.' && at[1] == '.'))
            return false;
        at += len + (at[len] == '/');
    }
    return true;
}

static void child_merge(struct merge *m, const cJSON *paths) {
    const cJSON *item;
    if (!cJSON_IsArray(paths)) {
        directory_merge(m, "");
        return;
    }
    cJSON_ArrayForEach(item, paths) {
        struct stat st;
        const char *rel = cJSON_IsString(item) ? item->valuestring : "";
        if (!path_is_inside(rel) || path_is_git(rel))
            continue;
        bool directory = (tree_stat(m->theirs_fd, rel, &st) == 0 && S_ISDIR(st.st_mode)) ||
                         (tree_stat(m->base_fd, rel, &st) == 0 && S_ISDIR(st.st_mode));
        if (!ignores_match(m->ignores, rel, directory))
            path_merge(m, rel);
    }
}

int layers_merge(struct str input, int out_fd) {
    AUTO_JSON cJSON *order = NULL;
    struct err err = ERR_INIT;
    struct merge m = {.conflicts = BUF_INIT(CONFLICTS_BYTES_MAX)};
    AUTO_FREE char *base = cell_path("/drover/base");
    m.base_fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    m.ours_fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!json_parse(&order, input, "layers.merge", &err) || m.base_fd < 0 || m.ours_fd < 0) {
        dprintf(out_fd, "%s", *err.msg ? err.msg : strerror(errno));
        return 1;
    }
    m.ignores = ignores_open();
    if (!m.ignores) {
        dprintf(out_fd, "cannot read the ignore rules");
        return 1;
    }
    const cJSON *child;
    cJSON_ArrayForEach(child, cJSON_GetObjectItemCaseSensitive(order, "theirs")) {
        char at[64];
        snprintf(at, sizeof at, "/drover/theirs/%d", m.theirs);
        AUTO_FREE char *path = cell_path(at);
        m.theirs_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (m.theirs_fd < 0) {
            dprintf(out_fd, "no view '%s': %s", path, strerror(errno));
            return 1;
        }
        child_merge(&m, cJSON_GetObjectItemCaseSensitive(child, "paths"));
        close(m.theirs_fd);
        m.theirs++;
    }
    ignores_close(m.ignores);
    dprintf(out_fd, "{\"merged\":%zu,\"conflicts\":[", m.n_merged);
    if (m.conflicts.len && write(out_fd, m.conflicts.data, m.conflicts.len) < 0)
        return 1;
    dprintf(out_fd, "]}");
    buf_release(&m.conflicts);
    return 0;
}
