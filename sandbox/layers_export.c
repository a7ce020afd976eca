/* layers.export: what differs between the base and a finished view, with contents, as records.
 *
 * Runs in a cell; the reader is the trusted side, so this is where an agent's tree is made safe to
 * publish. Candidates come from the raw layers (what was never written cannot differ), then each is
 * compared byte by byte between /drover/origin and the workspace, so that an edit that was undone
 * is no change. Ignored paths and the fresh .git are left out.
 *
 * Refused, and listed with kind 255 without content: links that are absolute or climb out, devices,
 * fifos and sockets, other spellings of .git, directories that no walk goes into because they are
 * too deep, and what lies in a directory that git would take for a repository by its shape: its
 * config names programs that the next `git status` in there would run. Modes become 0644 or 0755:
 * no setuid bit survives. Records are sorted by path; the layout is in sandbox.h. */
#include "sandbox/sandbox_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#define KIND_REFUSED 255

struct export {
    int base_fd, view_fd, layer_fd;
    char **path;
    size_t n, cap;
    int out_fd;
    struct ignores *ignores;
};

static void candidate(struct export *e, const char *rel) {
    if (e->n == e->cap) {
        e->cap = MAX(e->cap * 2, 64u);
        e->path = xreallocarray(e->path, e->cap, sizeof *e->path);
    }
    e->path[e->n++] = xstrdup(rel);
}

static bool base_visit(void *arg, const char *rel, const struct stat *st) {
    if (path_is_git(rel))
        return false;
    if (!S_ISDIR(st->st_mode))
        candidate(arg, rel);
    return true;
}

/* Everything that the base has under rel: it may be gone. */
static void candidates_of_base(struct export *e, const char *rel) {
    struct stat st;
    if (tree_stat(e->base_fd, rel, &st) == 0 && S_ISDIR(st.st_mode))
        tree_walk(e->base_fd, rel, base_visit, e);
}

static bool layer_visit(void *arg, const char *rel, const struct stat *st) {
    struct export *e = arg;
    char value[4];
    if (strcmp(rel, ".git") == 0)
        return false;
    if (S_ISDIR(st->st_mode)) {
        struct stat base;
        AUTO_FD int fd = tree_open(e->layer_fd, rel, O_RDONLY | O_DIRECTORY, 0);
        if (fd >= 0 && fgetxattr(fd, "user.overlay.opaque", value, sizeof value) == 1)
            candidates_of_base(e, rel);
        if ((tree_stat(e->base_fd, rel, &base) == 0 && !S_ISDIR(base.st_mode)) ||
            tree_depth(rel) == WALK_DEPTH_MAX)
            candidate(e, rel);
        return true;
    }
    candidate(e, rel);
    candidates_of_base(e, rel); /* a deleted or replaced directory */
    return false;
}

static int by_path(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* ---- records ---- */

static bool write_all(int fd, const void *data, size_t len) {
    for (const char *at = data; len;) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static void little(unsigned char *to, uint64_t v, int n) {
    for (int i = 0; i < n; i++)
        to[i] = (unsigned char)(v >> (8 * i));
}

static bool record_head(struct export *e, unsigned kind, uint32_t mode, const char *rel,
                        uint64_t size) {
    unsigned char head[17];
    head[0] = (unsigned char)kind;
    little(head + 1, mode, 4);
    little(head + 5, strlen(rel), 4);
    little(head + 9, size, 8);
    return write_all(e->out_fd, head, sizeof head) && write_all(e->out_fd, rel, strlen(rel));
}

/* True if a link at rel to target stays within the tree, judged by its text alone. ".." only leads:
 * behind a name that is a link itself it would climb from where that link goes. */
static bool link_stays(const char *rel, struct str target) {
    long depth = 0;
    bool leading = true;
    if (target.len == 0 || target.ptr[0] == '/' || memchr(target.ptr, 0, target.len))
        return false;
    for (const char *s = rel; *s; s++)
        depth += *s == '/';
    for (size_t at = 0; at < target.len;) {
        size_t end = str_find(target, STR("/"), at);
        struct str part = str_slice(target, at, MIN(end, target.len));
        bool up = str_equal_c(part, "..");
        depth -= up;
        leading &= up || part.len == 0 || str_equal_c(part, ".");
        AUTO_FREE char *name = str_dup(part);
        if (depth < 0 || (up && !leading) || path_is_git(name))
            return false;
        at = end == SIZE_MAX ? target.len : end + 1;
    }
    return true;
}

static bool export_link(struct export *e, const char *rel) {
    AUTO_BUF struct buf target = BUF_INIT(2 * PATH_BYTES_MAX);
    if (!tree_read(e->view_fd, rel, &target) || !link_stays(rel, buf_str(&target)))
        return record_head(e, KIND_REFUSED, 0, rel, 0);
    return record_head(e, CHANGE_SYMLINK, 0777, rel, target.len) &&
           write_all(e->out_fd, target.data, target.len);
}

static bool export_file(struct export *e, const char *rel, const struct stat *st) {
    char chunk[64 << 10];
    uint64_t left = (uint64_t)st->st_size;
    AUTO_FD int fd = tree_open(e->view_fd, rel, O_RDONLY | O_NOFOLLOW, 0);
    if (fd < 0 || !record_head(e, CHANGE_FILE, st->st_mode & 0111 ? 0755 : 0644, rel, left))
        return false;
    while (left) {
        ssize_t n = read(fd, chunk, MIN(left, sizeof chunk));
        if (n <= 0 || !write_all(e->out_fd, chunk, (size_t)n))
            return false;
        left -= (uint64_t)n;
    }
    return true;
}

static bool ignored(struct export *e, const char *rel) {
    /* a file is ignored with any of its directories */
    for (const char *slash = strchr(rel, '/'); slash; slash = strchr(slash + 1, '/')) {
        AUTO_FREE char *part = str_dup((struct str){rel, (size_t)(slash - rel)});
        if (ignores_match(e->ignores, part, true))
            return true;
    }
    return ignores_match(e->ignores, rel, false);
}

static bool has(const struct export *e, struct str dir, const char *name) {
    struct stat st;
    AUTO_FREE char *path = xasprintf("%.*s%s%s", STR_FMT(dir), dir.len ? "/" : "", name);
    return tree_stat(e->view_fd, path, &st) == 0;
}

/* rel lies in a directory of the shape of git's own. */
static bool in_gitdir(const struct export *e, const char *rel) {
    for (const char *slash = rel; slash; slash = strchr(slash + 1, '/')) {
        struct str dir = {rel, (size_t)(slash - rel)};
        if (has(e, dir, "HEAD") &&
            (has(e, dir, "commondir") || (has(e, dir, "objects") && has(e, dir, "refs"))))
            return true;
    }
    return false;
}

static bool export_path(struct export *e, const char *rel) {
    struct stat st, base;
    if (strcmp(rel, ".git") == 0 || strncmp(rel, ".git/", 5) == 0 ||
        tree_same(e->base_fd, e->view_fd, rel) || ignored(e, rel))
        return true;
    if (path_is_git(rel) || in_gitdir(e, rel))
        return record_head(e, KIND_REFUSED, 0, rel, 0);
    bool there = tree_stat(e->view_fd, rel, &st) == 0;
    if (there && S_ISDIR(st.st_mode) && tree_depth(rel) == WALK_DEPTH_MAX)
        return record_head(e, KIND_REFUSED, 0, rel, 0);
    if (!there || S_ISDIR(st.st_mode)) {
        bool had = tree_stat(e->base_fd, rel, &base) == 0 && !S_ISDIR(base.st_mode);
        return !had || record_head(e, CHANGE_DELETED, 0, rel, 0);
    }
    if (S_ISREG(st.st_mode))
        return export_file(e, rel, &st);
    if (S_ISLNK(st.st_mode))
        return export_link(e, rel);
    return record_head(e, KIND_REFUSED, 0, rel, 0);
}

int layers_export(struct str input, int out_fd) {
    struct export e = {.out_fd = out_fd};
    (void)input;
    AUTO_FREE char *origin = cell_path("/drover/origin");
    e.base_fd = open(origin, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    e.view_fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (e.base_fd < 0 || e.view_fd < 0)
        return 1;
    e.ignores = ignores_open();
    if (!e.ignores)
        return 1;
    for (int i = 0; i < ORDER_LAYERS_MAX; i++) {
        char at[64];
        snprintf(at, sizeof at, "/drover/layer/%d", i);
        AUTO_FREE char *path = cell_path(at);
        e.layer_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (e.layer_fd < 0)
            break;
        tree_walk(e.layer_fd, "", layer_visit, &e);
        close(e.layer_fd);
    }
    if (e.n)
        qsort(e.path, e.n, sizeof *e.path, by_path);
    bool good = true;
    for (size_t i = 0; i < e.n && good; i++)
        if (i == 0 || strcmp(e.path[i], e.path[i - 1]) != 0)
            good = export_path(&e, e.path[i]);
    ignores_close(e.ignores);
    return !good;
}
