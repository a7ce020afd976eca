/* Walking, comparing and copying trees that an agent wrote. Only for functions that run in cells.
 *
 * Everything is named by a held directory descriptor and a relative path; openat2 with BENEATH and
 * NO_SYMLINKS refuses to leave, so a planted link cannot lead a merge into another view. Walks are
 * sorted, so results do not depend on the order of a directory. One path buffer per walk: depth
 * costs a recursion but no descriptor. Paths past PATH_BYTES_MAX and below WALK_DEPTH_MAX
 * directories are left alone, and that is no failure: an agent can always make some, and for each
 * path libgit2 looks for rules in every directory above it.
 *
 * A copy never writes through what is there: the old entry is removed first and the new one created
 * exclusively. Modes keep only rwx; times are kept, so that make does not rebuild the world. */
#include "sandbox/sandbox_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <git2/sys/repository.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in root/rel, sorted, each owned by the caller. */
static char **names_read(int root_fd, const char *rel, size_t *n_out) {
    char **name = NULL;
    size_t n = 0, cap = 0;
    int fd = tree_open(root_fd, rel, O_RDONLY | O_DIRECTORY, 0);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (n == cap) {
            cap = MAX(cap * 2, 16u);
            name = xreallocarray(name, cap, sizeof *name);
        }
        name[n++] = xstrdup(e->d_name);
    }
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
    if (n)
        qsort(name, n, sizeof *name, by_name);
    *n_out = n;
    return name;
}

int tree_stat(int root_fd, const char *rel, struct stat *st) {
    AUTO_FD int fd = tree_open(root_fd, rel, O_PATH | O_NOFOLLOW, 0);
    return fd < 0 ? -1 : fstatat(fd, "", st, AT_EMPTY_PATH);
}

static bool walk_at(int root_fd, char *path, size_t len, int depth, tree_visit visit, void *arg) {
    size_t n;
    bool good = true;
    char **name = names_read(root_fd, path, &n);
    for (size_t i = 0; i < n; i++) {
        size_t room = PATH_BYTES_MAX - len;
        int more = snprintf(path + len, room, "%s%s", len ? "/" : "", name[i]);
        struct stat st;
        bool named = (size_t)more < room, there = named && tree_stat(root_fd, path, &st) == 0;
        good &= there || !named;
        if (there && visit(arg, path, &st) && S_ISDIR(st.st_mode) && depth < WALK_DEPTH_MAX)
            good &= walk_at(root_fd, path, len + (size_t)more, depth + 1, visit, arg);
        path[len] = '\0';
        free(name[i]);
    }
    free(name);
    return good;
}

bool tree_walk(int root_fd, const char *rel, tree_visit visit, void *arg) {
    AUTO_FREE char *path = xcalloc(1, PATH_BYTES_MAX);
    size_t len = strlen(rel);
    ASSERT(len < PATH_BYTES_MAX);
    memcpy(path, rel, len);
    return walk_at(root_fd, path, len, *rel ? tree_depth(rel) + 1 : 0, visit, arg);
}

int tree_depth(const char *rel) {
    int depth = 0;
    for (; *rel; rel++)
        depth += *rel == '/';
    return depth;
}

/* ---- removing and copying ---- */

static int parent_open(int root_fd, const char *rel, const char **name) {
    const char *slash = strrchr(rel, '/');
    AUTO_FREE char *parent =
        slash ? str_dup((struct str){rel, (size_t)(slash - rel)}) : xstrdup("");
    *name = slash ? slash + 1 : rel;
    return tree_open(root_fd, parent, O_PATH | O_DIRECTORY, 0);
}

bool tree_remove(int root_fd, const char *rel) {
    const char *last;
    AUTO_FD int parent = parent_open(root_fd, rel, &last);
    if (parent < 0)
        return errno == ENOENT || errno == ENOTDIR;
    if (unlinkat(parent, last, 0) == 0 || errno == ENOENT)
        return true;
    if (unlinkat(parent, last, AT_REMOVEDIR) == 0)
        return true;
    size_t n;
    fchmodat(parent, last, 0700, 0);
    char **name = names_read(root_fd, rel, &n);
    for (size_t i = 0; i < n; i++) {
        AUTO_FREE char *path = xasprintf("%s/%s", rel, name[i]);
        if (strlen(path) < PATH_BYTES_MAX)
            tree_remove(root_fd, path);
        free(name[i]);
    }
    free(name);
    return unlinkat(parent, last, AT_REMOVEDIR) == 0;
}

bool tree_parents(int from_fd, int to_fd, const char *rel) {
    for (const char *slash = strchr(rel, '/'); slash; slash = strchr(slash + 1, '/')) {
        AUTO_FREE char *part = str_dup((struct str){rel, (size_t)(slash - rel)});
        struct stat st;
        const char *last;
        if (tree_stat(to_fd, part, &st) == 0) {
            if (!S_ISDIR(st.st_mode))
                return false;
            continue;
        }
        mode_t mode = tree_stat(from_fd, part, &st) == 0 ? st.st_mode & 0777 : 0755;
        AUTO_FD int parent = parent_open(to_fd, part, &last);
        if (parent < 0 || mkdirat(parent, last, mode | 0700) != 0)
            return false;
    }
    return true;
}

static bool file_copy(int from_fd, int to_parent, const char *rel, const char *last,
                      const struct stat *st) {
    AUTO_FD int in = tree_open(from_fd, rel, O_RDONLY | O_NOFOLLOW, 0);
    AUTO_FD int out =
        openat(to_parent, last, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (in < 0 || out < 0)
        return false;
    for (off_t left = st->st_size; left > 0;) {
        ssize_t n = sendfile(out, in, NULL, (size_t)MIN(left, 1 << 30));
        if (n <= 0)
            return false;
        left -= n;
    }
    struct timespec times[2] = {st->st_atim, st->st_mtim};
    return fchmod(out, st->st_mode & 0777) == 0 && futimens(out, times) == 0;
}

bool tree_copy(int from_fd, int to_fd, const char *rel) {
    struct stat st, old;
    const char *last;
    char link[PATH_BYTES_MAX];
    if (tree_stat(from_fd, rel, &st) != 0 || !tree_parents(from_fd, to_fd, rel))
        return false;
    AUTO_FD int parent = parent_open(to_fd, rel, &last);
    if (parent < 0)
        return false;
    bool there = fstatat(parent, last, &old, AT_SYMLINK_NOFOLLOW) == 0;
    if (S_ISDIR(st.st_mode)) {
        if (there && !S_ISDIR(old.st_mode))
            unlinkat(parent, last, 0);
        if (!(there && S_ISDIR(old.st_mode)) && mkdirat(parent, last, 0700) != 0)
            return false;
        return fchmodat(parent, last, st.st_mode & 0777, 0) == 0;
    }
    if (there && !tree_remove(to_fd, rel))
        return false;
    if (S_ISREG(st.st_mode))
        return file_copy(from_fd, parent, rel, last, &st);
    if (!S_ISLNK(st.st_mode))
        return false;
    const char *from_last;
    AUTO_FD int from_parent = parent_open(from_fd, rel, &from_last);
    ssize_t len = from_parent < 0 ? -1 : readlinkat(from_parent, from_last, link, sizeof link - 1);
    if (len <= 0)
        return false;
    link[len] = '\0';
    return symlinkat(link, parent, last) == 0;
}

/* ---- comparing ---- */

bool tree_read(int root_fd, const char *rel, struct buf *out) {
    struct stat st;
    if (tree_stat(root_fd, rel, &st) != 0)
        return false;
    if (S_ISLNK(st.st_mode)) {
        const char *last;
        AUTO_FD int parent = parent_open(root_fd, rel, &last);
        char *room = buf_reserve(out, PATH_BYTES_MAX);
        ssize_t n = room && parent >= 0 ? readlinkat(parent, last, room, PATH_BYTES_MAX - 1) : -1;
        if (n > 0)
            buf_grown(out, (size_t)n);
        return n > 0;
    }
    AUTO_FD int fd = S_ISREG(st.st_mode) ? tree_open(root_fd, rel, O_RDONLY | O_NOFOLLOW, 0) : -1;
    if (fd < 0)
        return false;
    for (;;) {
        char *room = buf_reserve(out, 64u << 10);
        ssize_t n = room ? read(fd, room, 64u << 10) : -1;
        if (n <= 0)
            return n == 0;
        buf_grown(out, (size_t)n);
    }
}

static bool content_same(int a, int b) {
    char x[32 << 10], y[32 << 10];
    for (;;) {
        ssize_t n = read(a, x, sizeof x);
        if (n < 0)
            return false;
        for (ssize_t got = 0; got < n;) {
            ssize_t m = read(b, y + got, (size_t)(n - got));
            if (m <= 0)
                return false;
            got += m;
        }
        if (n == 0)
            return read(b, y, 1) == 0;
        if (memcmp(x, y, (size_t)n) != 0)
            return false;
    }
}

bool tree_same(int a_fd, int b_fd, const char *rel) {
    struct stat a, b;
    bool a_there = tree_stat(a_fd, rel, &a) == 0, b_there = tree_stat(b_fd, rel, &b) == 0;
    if (!a_there || !b_there)
        return a_there == b_there;
    if ((a.st_mode & S_IFMT) != (b.st_mode & S_IFMT))
        return false;
    if (S_ISDIR(a.st_mode))
        return true;
    if (S_ISLNK(a.st_mode)) {
        AUTO_BUF struct buf x = BUF_INIT(2 * PATH_BYTES_MAX), y = BUF_INIT(2 * PATH_BYTES_MAX);
        return tree_read(a_fd, rel, &x) && tree_read(b_fd, rel, &y) &&
               str_equal(buf_str(&x), buf_str(&y));
    }
    if (!S_ISREG(a.st_mode) || a.st_size != b.st_size || ((a.st_mode ^ b.st_mode) & 0100))
        return false;
    AUTO_FD int x = tree_open(a_fd, rel, O_RDONLY | O_NOFOLLOW, 0);
    AUTO_FD int y = tree_open(b_fd, rel, O_RDONLY | O_NOFOLLOW, 0);
    return x >= 0 && y >= 0 && content_same(x, y);
}

/* ---- what does not take part ---- */

static bool rules_file_is_plain(int root_fd, struct str dir) {
    struct stat st;
    AUTO_FREE char *path = xasprintf("%.*s%s.gitignore", STR_FMT(dir), dir.len ? "/" : "");
    return tree_stat(root_fd, path, &st) != 0 ||
           (S_ISREG(st.st_mode) && st.st_size <= FILE_BYTES_MAX);
}

bool rules_are_plain(struct rules *rules, const char *rel, bool directory) {
    const char *slash = directory ? rel + strlen(rel) : strrchr(rel, '/');
    struct str dir = {rel, slash ? (size_t)(slash - rel) : 0};
    if (rules->dir && str_equal_c(dir, rules->dir))
        return rules->plain;
    free(rules->dir);
    rules->dir = str_dup(dir);
    rules->plain = rules_file_is_plain(rules->root_fd, STR(""));
    for (size_t i = 1; i <= dir.len && rules->plain; i++)
        if (i == dir.len || dir.ptr[i] == '/')
            rules->plain = rules_file_is_plain(rules->root_fd, str_slice(dir, 0, i));
    return rules->plain;
}

struct ignores {
    git_repository *repository;
    git_index *tracked;
    struct rules rules;
};

struct ignores *ignores_open(void) {
    /* A repository of our own, in memory, whose only purpose is to be asked about ignore rules: the
     * one in the workspace is the agent's to write. */
    AUTO_FREE char *index = cell_path("/drover/origin/.git/index"), *here = getcwd(NULL, 0);
    struct ignores *g = xcalloc(1, sizeof *g);
    git_libgit2_init();
    g->rules.root_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (!here || g->rules.root_fd < 0 || git_repository_new(&g->repository) != 0 ||
        git_repository_set_workdir(g->repository, here, 0) != 0) {
        ignores_close(g);
        return NULL;
    }
    if (git_index_open(&g->tracked, index) != 0)
        g->tracked = NULL;
    return g;
}

bool ignores_match(struct ignores *g, const char *rel, bool directory) {
    int ignored = 0;
    size_t at;
    AUTO_FREE char *slashed = xasprintf("%s%s", rel, directory ? "/" : "");
    if (!rules_are_plain(&g->rules, rel, directory) ||
        git_ignore_path_is_ignored(&ignored, g->repository, slashed) != 0 || !ignored)
        return false;
    if (g->tracked && directory)
        return git_index_find_prefix(&at, g->tracked, slashed) != 0;
    return !g->tracked || !git_index_get_bypath(g->tracked, rel, 0);
}

void ignores_close(struct ignores *g) {
    if (!g)
        return;
    git_index_free(g->tracked);
    git_repository_free(g->repository);
    if (g->rules.root_fd >= 0)
        close(g->rules.root_fd);
    free(g->rules.dir);
    free(g);
}

/* Zero-width and direction marks that HFS+ drops from names: U+200C..F, 202A..E, 206A..F, FEFF. */
static size_t dropped_mark(const unsigned char *s, size_t len) {
    if (len < 3)
        return 0;
    if (s[0] == 0xe2 && s[1] == 0x80 &&
        ((s[2] >= 0x8c && s[2] <= 0x8f) || (s[2] >= 0xaa && s[2] <= 0xae)))
        return 3;
    if (s[0] == 0xe2 && s[1] == 0x81 && s[2] >= 0xaa && s[2] <= 0xaf)
        return 3;
    return s[0] == 0xef && s[1] == 0xbb && s[2] == 0xbf ? 3 : 0;
}

static bool name_is_git(const char *name, size_t len) {
    char plain[16];
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        size_t mark = dropped_mark((const unsigned char *)name + i, len - i);
        if (mark) {
            i += mark - 1;
            continue;
        }
        if (name[i] == ':') /* an NTFS stream of the same file */
            break;
        if (n == sizeof plain - 1)
            return false;
        plain[n++] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
    }
    while (n && (plain[n - 1] == ' ' || plain[n - 1] == '.'))
        n--;
    plain[n] = '\0';
    return strcmp(plain, ".git") == 0 || (n == 5 && memcmp(plain, "git~", 4) == 0);
}

bool path_is_git(const char *rel) {
    while (*rel) {
        size_t len = strcspn(rel, "/");
        if (name_is_git(rel, len))
            return true;
        rel += len + (rel[len] == '/');
    }
    return false;
}
