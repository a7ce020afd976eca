/* The base: what a run starts from, copied once from the user's working tree.
 *
 * Runs on the trusted side, before any agent exists, over files of the user; still the repository
 * may be a stranger's, so nothing of it is executed: libgit2 is asked for the index and for ignore
 * rules, contents are read by ourselves from a held directory without following links, no filter,
 * no hook, no git binary. Every regular file and link is taken that `git ls-files -co
 * --exclude-standard` would list, and what `include` names; modes (without setuid) and times are
 * kept. Submodules, sparse checkouts and bare repositories are errors with a name.
 *
 * Then a fresh repository is put in: one commit by a fixed author at a fixed time over the files
 * that are not ignored, so that `git status`, `git diff` and `git commit` work in a cell. Its blobs
 * are in a pack (pack.c). The base is written into base.tmp, which becomes `base` by one rename
 * after a sync: a base is whole or not there.
 *
 * base.list next to it has the paths of the regular files, sorted, each followed by NUL. As root,
 * everything is given to the uid of the cells. */
#include "sandbox/sandbox_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST_BYTES_MAX (256u << 20)
#define COMMIT_TIME    1000000000
#define COPY_BYTES     (64 << 20) /* of one file, before ^C is looked at again */

struct base {
    int from_fd, to_fd;
    git_repository *user, *fresh;
    git_index *tracked, *index;
    git_odb *odb; /* of fresh */
    struct pack *pack;
    struct rules rules;
    struct base_options options;
    uint64_t tracked_bytes; /* what the index says that will be copied */
    uid_t uid;
    gid_t gid;
    bool other_owner;
    struct buf list;
    struct base_summary *out;
    struct err *err;
};

static bool progress(struct base *b, const char *what, uint64_t done, uint64_t total) {
    if (!b->options.progress || b->options.progress(b->options.progress_arg, what, done, total))
        return true;
    return err_set(b->err, ERR_CANCELLED, "stopped while the working tree was copied");
}

/* Files that are not tracked come on top of what the index knows: then there is no total. */
static bool progress_copying(struct base *b) {
    uint64_t done = b->out->bytes;
    return progress(b, "copying the working tree", done,
                    done > b->tracked_bytes ? 0 : b->tracked_bytes);
}

static bool git_failed(struct err *err, enum err_code code, const char *what) {
    const git_error *e = git_error_last();
    return err_set(err, code, "%s: %s", what, e ? e->message : "unknown error of libgit2");
}

/* ---- which files ---- */

static bool is_included(const struct base *b, const char *rel) {
    for (size_t i = 0; i < b->options.n_include; i++) {
        size_t len = strlen(b->options.include[i]);
        while (len && b->options.include[i][len - 1] == '/')
            len--;
        if (strncmp(rel, b->options.include[i], len) == 0 && (rel[len] == '\0' || rel[len] == '/'))
            return true;
    }
    return false;
}

/* An included path lies below this directory. */
static bool leads_to_included(const struct base *b, const char *rel) {
    size_t len = strlen(rel);
    for (size_t i = 0; i < b->options.n_include; i++)
        if (strncmp(b->options.include[i], rel, len) == 0 && b->options.include[i][len] == '/')
            return true;
    return false;
}

/* The index is asked first: most files are in it, and asking the rules costs far more. */
static bool is_ignored(struct base *b, const char *rel, bool directory) {
    int ignored = 0;
    size_t at;
    AUTO_FREE char *name = xasprintf("%s%s", rel, directory ? "/" : "");
    bool tracked = directory ? git_index_find_prefix(&at, b->tracked, name) == 0
                             : git_index_get_bypath(b->tracked, rel, 0) != NULL;
    return !tracked && rules_are_plain(&b->rules, rel, directory) &&
           git_ignore_path_is_ignored(&ignored, b->user, name) == 0 && ignored;
}

static bool index_check(struct base *b) {
    for (size_t i = 0; i < git_index_entrycount(b->tracked); i++) {
        const git_index_entry *e = git_index_get_byindex(b->tracked, i);
        if ((e->mode & S_IFMT) == 0160000) {
            err_set(b->err, ERR_USAGE, "'%s' is a submodule; Drover does not handle submodules yet",
                    e->path);
            return err_hint(b->err, "run Drover inside the submodule, or vendor its files");
        }
        if (e->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) {
            err_set(b->err, ERR_USAGE, "this is a sparse checkout: '%s' is not in the working tree",
                    e->path);
            return err_hint(b->err, "git sparse-checkout disable");
        }
        b->tracked_bytes += e->file_size;
    }
    return true;
}

/* libgit2 opens these for the index and the ignore rules: a fifo would hold it for ever. */
static bool git_file_check(struct base *b, const char *dir, const char *name) {
    struct stat st;
    AUTO_FREE char *path = xasprintf("%s%s", dir, name);
    if (stat(path, &st) != 0 || S_ISREG(st.st_mode))
        return true;
    err_set(b->err, ERR_USAGE, "'%s' is not a plain file", path);
    return err_hint(b->err, "'git status' should say what is wrong with it");
}

static bool user_open(struct base *b, const char *worktree) {
    git_libgit2_init();
    if (git_repository_open_ext(&b->user, worktree, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) != 0) {
        bool owner = git_error_last() && strstr(git_error_last()->message, "owned");
        git_failed(b->err, ERR_USAGE, "cannot open the git repository");
        err_prefix(b->err, "'%s'", worktree);
        return owner ? err_hint(b->err, "git config --global --add safe.directory '%s'", worktree)
                     : err_hint(b->err, "git init '%s'", worktree);
    }
    if (git_repository_is_bare(b->user))
        return err_set(b->err, ERR_USAGE, "'%s' is a bare repository: it has no files to work on",
                       worktree);
    if (!git_file_check(b, git_repository_path(b->user), "index") ||
        !git_file_check(b, git_repository_commondir(b->user), "info/exclude"))
        return false;
    if (git_repository_index(&b->tracked, b->user) != 0)
        return git_failed(b->err, ERR_USAGE, "cannot read the git index");
    return index_check(b);
}

/* ---- copying ---- */

static bool index_add(struct base *b, const char *rel, int to_parent, const char *last,
                      const git_oid *id) {
    struct stat st;
    if (fstatat(to_parent, last, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return err_set_errno(b->err, errno, "cannot stat '%s'", rel);
    git_index_entry entry = {
        .mtime = {(int32_t)st.st_mtim.tv_sec, (uint32_t)st.st_mtim.tv_nsec},
        .ctime = {(int32_t)st.st_mtim.tv_sec, (uint32_t)st.st_mtim.tv_nsec},
        .mode = S_ISLNK(st.st_mode) ? 0120000
                : st.st_mode & 0100 ? 0100755
                                    : 0100644,
        .uid = CELL_UID_INSIDE,
        .gid = CELL_UID_INSIDE,
        .file_size = (uint32_t)st.st_size,
        .id = *id,
        .path = rel,
    };
    if (git_index_add(b->index, &entry) != 0)
        return git_failed(b->err, ERR_IO, "cannot add to the fresh index");
    return true;
}

static bool copy_file(struct base *b, int from_parent, int to_parent, const char *last,
                      const struct stat *st, git_oid *id) {
    AUTO_FD int in = openat(from_parent, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    AUTO_FD int out =
        openat(to_parent, last, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (in < 0 || out < 0)
        return err_set_errno(b->err, errno, "cannot copy '%s'", last);
    for (ssize_t n; (n = sendfile(out, in, NULL, COPY_BYTES)) != 0; b->out->bytes += (uint64_t)n) {
        if (n < 0)
            return err_set_errno(b->err, errno, "cannot copy '%s'", last);
        if (n == COPY_BYTES && !progress_copying(b))
            return false;
    }
    /* the size that was copied, should the user be editing */
    off_t size = lseek(out, 0, SEEK_END);
    struct timespec times[2] = {st->st_atim, st->st_mtim};
    if (size < 0 || lseek(out, 0, SEEK_SET) != 0 ||
        (id && !pack_add(b->pack, out, (uint64_t)size, id->id, b->err)))
        return err_prefix(b->err, "cannot copy '%s'", last);
    if ((b->other_owner && fchown(out, b->uid, b->gid) != 0) ||
        fchmod(out, (st->st_mode & 0777) | 0400) != 0 || futimens(out, times) != 0)
        return err_set_errno(b->err, errno, "cannot copy '%s'", last);
    return progress_copying(b);
}

static bool copy_link(struct base *b, int from_parent, int to_parent, const char *last,
                      git_oid *id) {
    char target[PATH_BYTES_MAX];
    ssize_t len = readlinkat(from_parent, last, target, sizeof target - 1);
    if (len <= 0)
        return err_set_errno(b->err, errno, "cannot read the link '%s'", last);
    target[len] = '\0';
    if (symlinkat(target, to_parent, last) != 0 ||
        (b->other_owner && fchownat(to_parent, last, b->uid, b->gid, AT_SYMLINK_NOFOLLOW) != 0))
        return err_set_errno(b->err, errno, "cannot copy the link '%s'", last);
    if (id && git_odb_write(id, b->odb, target, (size_t)len, GIT_OBJECT_BLOB) != 0)
        return git_failed(b->err, ERR_IO, "cannot write an object");
    return true;
}

static bool copy_entry(struct base *b, int from_parent, int to_parent, const char *rel,
                       const struct stat *st, bool ignored) {
    const char *last = strrchr(rel, '/');
    git_oid id;
    bool in_git = !ignored && !path_is_git(rel);
    last = last ? last + 1 : rel;
    bool good = S_ISLNK(st->st_mode)
                    ? copy_link(b, from_parent, to_parent, last, in_git ? &id : NULL)
                    : copy_file(b, from_parent, to_parent, last, st, in_git ? &id : NULL);
    if (!good || (in_git && !index_add(b, rel, to_parent, last, &id)))
        return false;
    b->out->files++;
    if (S_ISREG(st->st_mode) && !buf_append(&b->list, rel, strlen(rel) + 1))
        return err_set(b->err, ERR_LIMIT, "the working tree has too many files");
    return true;
}

static bool count_left_out(struct base *b, const char *rel) {
    bool good = progress_copying(b);
    int fd = tree_open(b->from_fd, rel, O_RDONLY | O_DIRECTORY, 0);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    for (struct dirent *e; good && dir && (e = readdir(dir));) {
        struct stat st;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
            fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (S_ISDIR(st.st_mode)) {
            AUTO_FREE char *path = xasprintf("%s/%s", rel, e->d_name);
            good = strlen(path) >= PATH_BYTES_MAX || count_left_out(b, path);
        } else {
            b->out->left_out_files++;
            b->out->left_out_bytes += (uint64_t)st.st_size;
        }
    }
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
    return good;
}

static bool copy_directory(struct base *b, const char *rel);

static bool copy_child(struct base *b, int from_fd, int to_fd, const char *rel) {
    const char *last = strrchr(rel, '/');
    struct stat st, nested;
    last = last ? last + 1 : rel;
    if (fstatat(from_fd, last, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || err_set_errno(b->err, errno, "cannot stat '%s'", rel);
    bool directory = S_ISDIR(st.st_mode), ignored = is_ignored(b, rel, directory);
    if (ignored && !is_included(b, rel) && !(directory && leads_to_included(b, rel))) {
        b->out->left_out_files += !directory;
        b->out->left_out_bytes += directory ? 0 : (uint64_t)st.st_size;
        return !directory || count_left_out(b, rel);
    }
    if (S_ISREG(st.st_mode) || S_ISLNK(st.st_mode))
        return copy_entry(b, from_fd, to_fd, rel, &st, ignored);
    if (!directory)
        return true; /* sockets, fifos: git does not know them either */
    AUTO_FREE char *git = xasprintf("%s/.git", last);
    if (fstatat(from_fd, git, &nested, AT_SYMLINK_NOFOLLOW) == 0)
        return count_left_out(b, rel); /* a repository inside the repository: so does git */
    mode_t mode = (st.st_mode & 0777) | 0700;
    if (mkdirat(to_fd, last, mode) != 0 ||
        (b->other_owner && fchownat(to_fd, last, b->uid, b->gid, AT_SYMLINK_NOFOLLOW) != 0))
        return err_set_errno(b->err, errno, "cannot make '%s' in the base", rel);
    if (!copy_directory(b, rel))
        return false;
    unlinkat(to_fd, last, AT_REMOVEDIR); /* git has no empty directories, and so no base */
    struct timespec times[2] = {st.st_atim, st.st_mtim};
    utimensat(to_fd, last, times, AT_SYMLINK_NOFOLLOW);
    return true;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool copy_directory(struct base *b, const char *rel) {
    int fd = tree_open(b->from_fd, rel, O_RDONLY | O_DIRECTORY, 0);
    AUTO_FD int to_fd = tree_open(b->to_fd, rel, O_RDONLY | O_DIRECTORY, 0);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    char **name = NULL;
    size_t n = 0;
    if (!dir || to_fd < 0)
        return err_set_errno(b->err, errno, "cannot read the directory '%s'", rel);
    if (tree_depth(rel) >= WALK_DEPTH_MAX) {
        closedir(dir);
        err_set(b->err, ERR_USAGE, "'%.60s...' is nested deeper than %d directories", rel,
                WALK_DEPTH_MAX);
        return err_hint(b->err, "name it in .gitignore");
    }
    for (struct dirent *e; (e = readdir(dir));) {
        bool root_git = *rel == '\0' && strcmp(e->d_name, ".git") == 0;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || root_git)
            continue;
        name = xreallocarray(name, n + 1, sizeof *name);
        name[n++] = xasprintf("%s%s%s", rel, *rel ? "/" : "", e->d_name);
    }
    if (n)
        qsort(name, n, sizeof *name, by_name);
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        good = good &&
               (strlen(name[i]) < PATH_BYTES_MAX
                    ? copy_child(b, dirfd(dir), to_fd, name[i])
                    : err_set(b->err, ERR_LIMIT, "a path is longer than %d bytes", PATH_BYTES_MAX));
        free(name[i]);
    }
    free(name);
    closedir(dir);
    return good;
}

/* ---- the fresh repository ---- */

/* The index is opened as a file of its own: one that belongs to a repository looks for each entry's
 * blob, and the pack can be seen only when it is whole. */
static bool fresh_open(struct base *b, const char *path) {
    git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;
    git_config *config = NULL;
    AUTO_FREE char *packs = xasprintf("%s/.git/objects/pack", path);
    AUTO_FREE char *index = xasprintf("%s/.git/index", path);
    options.flags = GIT_REPOSITORY_INIT_NO_REINIT;
    options.initial_head = "main";
    bool good = git_repository_init_ext(&b->fresh, path, &options) == 0 &&
                git_repository_odb(&b->odb, b->fresh) == 0 &&
                git_index_open(&b->index, index) == 0 &&
                git_repository_config(&config, b->fresh) == 0;
    /* owner, inode and change time differ between the views of a file */
    good = good && git_config_set_string(config, "core.checkStat", "minimal") == 0 &&
           git_config_set_bool(config, "core.trustctime", 0) == 0 &&
           git_config_set_int32(config, "gc.auto", 0) == 0 &&
           git_config_set_string(config, "user.name", "drover") == 0 &&
           git_config_set_string(config, "user.email", "drover@localhost") == 0;
    git_config_free(config);
    b->pack = pack_create(packs, PACK_BYTES);
    return good || git_failed(b->err, ERR_IO, "cannot make the fresh repository");
}

static bool fresh_commit(struct base *b) {
    git_oid tree_id, commit_id;
    git_tree *tree = NULL;
    git_signature *who = NULL;
    if (!pack_end(b->pack, b->err))
        return false;
    bool good = git_index_write(b->index) == 0 &&
                git_index_write_tree_to(&tree_id, b->index, b->fresh) == 0 &&
                git_tree_lookup(&tree, b->fresh, &tree_id) == 0 &&
                git_signature_new(&who, "drover", "drover@localhost", COMMIT_TIME, 0) == 0 &&
                git_commit_create(&commit_id, b->fresh, "HEAD", who, who, NULL,
                                  "the working tree when the run started\n", tree, 0, NULL) == 0;
    git_signature_free(who);
    git_tree_free(tree);
    return good || git_failed(b->err, ERR_IO, "cannot commit into the fresh repository");
}

static bool give_tree(struct base *b, int fd) {
    DIR *dir = fdopendir(fd);
    bool good = dir && fchown(fd, b->uid, b->gid) == 0;
    for (struct dirent *e; good && (e = readdir(dir));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        int child = openat(dirfd(dir), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        good = child >= 0
                   ? give_tree(b, child)
                   : fchownat(dirfd(dir), e->d_name, b->uid, b->gid, AT_SYMLINK_NOFOLLOW) == 0;
    }
    if (dir)
        closedir(dir);
    return good;
}

static bool base_fill(struct base *b, const char *worktree, const char *tmp) {
    if (!user_open(b, worktree) || !fresh_open(b, tmp))
        return false;
    b->from_fd = b->rules.root_fd = open(worktree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    b->to_fd = open(tmp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (b->from_fd < 0 || b->to_fd < 0)
        return err_set_errno(b->err, errno, "cannot open '%s'", worktree);
    if (!progress_copying(b) || !copy_directory(b, "") ||
        !progress(b, "writing the copy to disk", b->out->bytes, 0) || !fresh_commit(b))
        return false;
    if (!tree_hash(b->to_fd, NULL, b->out->tree_hash))
        return err_set(b->err, ERR_IO, "cannot hash the base");
    if (b->other_owner) {
        int git_fd = openat(b->to_fd, ".git", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (git_fd < 0 || !give_tree(b, git_fd) || fchown(b->to_fd, b->uid, b->gid) != 0)
            return err_set_errno(b->err, errno, "cannot give the base to the cells");
    }
    return syncfs(b->to_fd) == 0 || err_set_errno(b->err, errno, "cannot sync the base");
}

static void base_release(struct base *b) {
    pack_destroy(b->pack);
    git_index_free(b->tracked);
    git_index_free(b->index);
    git_odb_free(b->odb);
    git_repository_free(b->fresh);
    git_repository_free(b->user);
    if (b->from_fd >= 0)
        close(b->from_fd);
    if (b->to_fd >= 0)
        close(b->to_fd);
    free(b->rules.dir);
    buf_release(&b->list);
}

/* Sorted by bytes: a directory's walk puts "a/b" before "a.c". */
static bool list_write(struct base *b, const char *dir) {
    size_t n = 0;
    for (size_t i = 0; i < b->list.len; i++)
        n += b->list.data[i] == '\0';
    AUTO_FREE const char **name = xcalloc(n + 1, sizeof *name);
    AUTO_BUF struct buf sorted = BUF_INIT(LIST_BYTES_MAX);
    AUTO_FREE char *path = xasprintf("%s/base.list", dir);
    const char *at = b->list.data;
    for (size_t i = 0; i < n; i++, at += strlen(at) + 1)
        name[i] = at;
    if (n)
        qsort(name, n, sizeof *name, by_name);
    for (size_t i = 0; i < n; i++)
        buf_append(&sorted, name[i], strlen(name[i]) + 1);
    return file_write_atomic(path, buf_str(&sorted), 0600, b->err);
}

bool base_create(const char *worktree, const char *dir, const struct base_options *options,
                 struct base_summary *out, struct err *err) {
    AUTO_FREE char *tmp = xasprintf("%s/base.tmp", dir), *final = xasprintf("%s/base", dir);
    struct err scratch = ERR_INIT;
    struct base b = {.from_fd = -1, .to_fd = -1, .out = out, .err = err ? err : &scratch};
    if (options)
        b.options = *options;
    *out = (struct base_summary){0};
    b.list = BUF_INIT(LIST_BYTES_MAX);
    b.other_owner = cell_owner(&b.uid, &b.gid);
    for (size_t i = 0; i < b.options.n_include; i++) {
        const char *path = b.options.include[i];
        if (path[0] == '/' || strstr(path, "..") || path_is_git(path))
            return err_set(b.err, ERR_USAGE, "'workspace.include' takes paths inside, not '%s'",
                           path);
    }
    dir_remove(tmp, NULL);
    bool good = dir_make(dir, 0700, b.err) && dir_make(tmp, 0755, b.err) &&
                base_fill(&b, worktree, tmp) && list_write(&b, dir);
    if (good && rename(tmp, final) != 0)
        good = err_set_errno(b.err, errno, "cannot put the base in place at '%s'", final);
    base_release(&b);
    if (!good)
        dir_remove(tmp, NULL);
    return good;
}

bool base_list(const char *dir, struct buf *out, struct err *err) {
    AUTO_FREE char *path = xasprintf("%s/base.list", dir);
    return file_read(out, path, out->max, err);
}
