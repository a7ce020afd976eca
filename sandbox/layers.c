/* Layers as wholes: sweeping, syncing, and the functions that flatten and hash them in a cell.
 *
 * The trusted side (layers_sweep, layers_sync) handles layer directories by name only: what an
 * interrupted call left is renamed into `layers/trash`, and a cell that sees nothing but the trash
 * empties it. Names there are made by us, so reading that one directory is safe.
 *
 * Flattening applies the raw layers of a stack, lowest first, onto a fresh layer over the base:
 * deletions (character devices 0/0) and opaque directories as overlayfs means them. The old layers
 * never change; who refers to them goes on doing so.
 *
 * The hash names a tree: SHA-256 over every path that is neither ignored nor .git, in walking
 * order: path, NUL, kind and mode, length, content. */
#include "sandbox/sandbox_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#define HERE "."

/* ---- trusted side ---- */

bool layers_sync(const char *dir, struct err *err) {
    AUTO_FREE char *path = xasprintf("%s/layers", dir);
    AUTO_FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return true; /* no layer was ever made */
    if (fd < 0 || syncfs(fd) != 0)
        return err_set_errno(err, errno, "cannot sync the layers in '%s'", path);
    return true;
}

static bool is_kept(const char *name, const int64_t *keep, size_t n) {
    int64_t id;
    if (!str_to_i64(str_from(name), 1, INT64_MAX, &id))
        return false;
    for (size_t low = 0, high = n; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (keep[middle] == id)
            return true;
        if (keep[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* Moves what is not kept into the trash; counts what lies there afterwards. */
static bool trash_fill(int layers_fd, const int64_t *keep, size_t n_keep, size_t *n_trash,
                       struct err *err) {
    static unsigned serial;
    uid_t uid;
    gid_t gid;
    bool other = cell_owner(&uid, &gid);
    if (mkdirat(layers_fd, "trash", 0700) != 0 && errno != EEXIST)
        return err_set_errno(err, errno, "cannot make the layers' trash");
    if (other && fchownat(layers_fd, "trash", uid, gid, AT_SYMLINK_NOFOLLOW) != 0)
        return err_set_errno(err, errno, "cannot give the trash to the cells");
    DIR *dir = fdopendir(dup(layers_fd));
    bool good = dir != NULL;
    for (struct dirent *e; good && (e = readdir(dir));) {
        char to[400];
        if (e->d_name[0] == '.' || strcmp(e->d_name, "trash") == 0 ||
            is_kept(e->d_name, keep, n_keep))
            continue;
        snprintf(to, sizeof to, "trash/%s.%d.%u", e->d_name, (int)getpid(), serial++);
        good = renameat(layers_fd, e->d_name, layers_fd, to) == 0;
    }
    if (dir)
        closedir(dir);
    int trash_fd = openat(layers_fd, "trash", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    dir = trash_fd < 0 ? NULL : fdopendir(trash_fd);
    *n_trash = 0;
    for (struct dirent *e; dir && (e = readdir(dir));)
        *n_trash += e->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return good || err_set_errno(err, errno, "cannot move a layer to the trash");
}

struct sweep {
    bool done;
    struct err *err;
    bool good;
};

static void on_swept(void *arg, const struct cell_result *result) {
    struct sweep *sweep = arg;
    sweep->done = true;
    sweep->good = result->end == CELL_EXITED && result->status == 0;
    if (!sweep->good && result->err.code != ERR_NONE)
        *sweep->err = result->err;
    else if (!sweep->good)
        err_set(sweep->err, ERR_IO, "cannot empty the layers' trash (status %d): %.*s",
                result->status, (int)MIN(result->output.len, 200u), result->output.ptr);
}

bool layers_sweep(struct sandbox *sandbox, const char *dir, const int64_t *keep, size_t n_keep,
                  struct err *err) {
    struct err scratch = ERR_INIT;
    AUTO_FREE char *path = xasprintf("%s/layers", dir), *views = xasprintf("%s/views", dir);
    AUTO_FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    size_t n_trash = 0;
    if (access(views, F_OK) == 0)
        dir_remove(views, NULL); /* copies that a killed run without sandbox left */
    if (fd < 0)
        return errno == ENOENT || err_set_errno(err, errno, "cannot open '%s'", path);
    if (!trash_fill(fd, keep, n_keep, &n_trash, err))
        return false;
    if (n_trash == 0)
        return true;
    struct sweep sweep = {.err = err ? err : &scratch};
    struct cell_spec spec = {.workspace = {.dir = dir, .path = "/workspace"},
                             .function = "layers.empty_trash"};
    sandbox_run(sandbox, &spec, on_swept, &sweep);
    while (!sweep.done) {
        struct pollfd p = {.fd = sandbox_fd(sandbox), .events = POLLIN};
        poll(&p, 1, 1000);
        sandbox_drain(sandbox);
    }
    return sweep.good;
}

/* ---- in a cell: the trash ---- */

/* Directories inside `name` are moved up into the trash itself, so that any depth is emptied
 * without recursion and without a path longer than two names. */
static bool trash_level(int trash_fd, const char *name, unsigned *serial) {
    fchmodat(trash_fd, name, 0700, 0);
    int fd = openat(trash_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    for (struct dirent *e; (e = readdir(dir));) {
        char up[64];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
            unlinkat(fd, e->d_name, 0) == 0 || unlinkat(fd, e->d_name, AT_REMOVEDIR) == 0)
            continue;
        fchmodat(fd, e->d_name, 0700, 0);
        snprintf(up, sizeof up, "up.%d.%u", (int)getpid(), (*serial)++);
        renameat(fd, e->d_name, trash_fd, up);
    }
    closedir(dir);
    return unlinkat(trash_fd, name, AT_REMOVEDIR) == 0;
}

int layers_empty_trash(struct str input, int out_fd) {
    unsigned serial = 0;
    (void)input;
    AUTO_FREE char *trash = cell_path("/drover/trash");
    AUTO_FD int fd = open(trash, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (bool moved = true; fd >= 0 && moved;) {
        moved = false;
        bool left = false;
        DIR *dir = fdopendir(dup(fd));
        for (struct dirent *e; dir && (e = readdir(dir));) {
            if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
                continue;
            bool gone = unlinkat(fd, e->d_name, 0) == 0 || trash_level(fd, e->d_name, &serial);
            moved |= gone;
            left |= !gone;
        }
        if (dir) {
            rewinddir(dir);
            closedir(dir);
        }
        if (!moved && !left)
            return 0;
    }
    dprintf(out_fd, "something in the trash cannot be removed: %s", strerror(errno));
    return 1;
}

/* ---- in a cell: flattening ---- */

struct flatten {
    int from_fd, to_fd;
    bool failed;
};

static bool flatten_visit(void *arg, const char *rel, const struct stat *st) {
    struct flatten *f = arg;
    char value[4];
    if (S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0)) {
        f->failed |= !tree_remove(f->to_fd, rel);
        return false;
    }
    if (S_ISDIR(st->st_mode)) {
        AUTO_FD int fd = tree_open(f->from_fd, rel, O_RDONLY | O_DIRECTORY, 0);
        if (fd >= 0 && fgetxattr(fd, "user.overlay.opaque", value, sizeof value) == 1 &&
            value[0] == 'y')
            f->failed |= !tree_remove(f->to_fd, rel);
        f->failed |= fd < 0 || !tree_copy(f->from_fd, f->to_fd, rel);
        return true;
    }
    if (S_ISREG(st->st_mode) || S_ISLNK(st->st_mode))
        f->failed |= !tree_copy(f->from_fd, f->to_fd, rel);
    return false;
}

bool layer_apply(int from_fd, int to_fd) {
    struct flatten f = {.from_fd = from_fd, .to_fd = to_fd};
    return tree_walk(from_fd, "", flatten_visit, &f) && !f.failed;
}

int layers_flatten(struct str input, int out_fd) {
    AUTO_FD int to_fd = open(HERE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    (void)input;
    for (int i = 0; i < ORDER_LAYERS_MAX; i++) {
        char at[64];
        snprintf(at, sizeof at, "/drover/layer/%d", i);
        AUTO_FREE char *path = cell_path(at);
        AUTO_FD int from_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (from_fd < 0)
            break;
        if (!layer_apply(from_fd, to_fd)) {
            dprintf(out_fd, "cannot copy every entry of the layers: %s", strerror(errno));
            return 1;
        }
    }
    return 0;
}

/* ---- in a cell: hashing ---- */

struct hash {
    int root_fd;
    EVP_MD_CTX *sha;
    struct ignores *ignores;
    bool failed;
};

static bool hash_content(struct hash *h, const char *rel, const struct stat *st) {
    uint64_t size = (uint64_t)st->st_size, mode = st->st_mode & (S_IFMT | 0100);
    EVP_DigestUpdate(h->sha, rel, strlen(rel) + 1);
    EVP_DigestUpdate(h->sha, &mode, sizeof mode);
    EVP_DigestUpdate(h->sha, &size, sizeof size);
    if (S_ISLNK(st->st_mode)) {
        AUTO_BUF struct buf link = BUF_INIT(2 * PATH_BYTES_MAX);
        bool good = tree_read(h->root_fd, rel, &link);
        EVP_DigestUpdate(h->sha, buf_cstr(&link), link.len);
        return good;
    }
    char chunk[64 << 10];
    AUTO_FD int fd = tree_open(h->root_fd, rel, O_RDONLY | O_NOFOLLOW, 0);
    ssize_t n = -1;
    while (fd >= 0 && (n = read(fd, chunk, sizeof chunk)) > 0)
        EVP_DigestUpdate(h->sha, chunk, (size_t)n);
    return n == 0;
}

static bool hash_visit(void *arg, const char *rel, const struct stat *st) {
    struct hash *h = arg;
    bool directory = S_ISDIR(st->st_mode);
    if (path_is_git(rel) || (h->ignores && ignores_match(h->ignores, rel, directory)))
        return false;
    if (S_ISREG(st->st_mode) || S_ISLNK(st->st_mode))
        h->failed |= !hash_content(h, rel, st);
    return directory;
}

bool tree_hash(int root_fd, struct ignores *ignores, char out[65]) {
    unsigned char digest[32];
    struct hash h = {.root_fd = root_fd, .sha = EVP_MD_CTX_new(), .ignores = ignores};
    ASSERT(h.sha && EVP_DigestInit_ex(h.sha, EVP_sha256(), NULL));
    tree_walk(root_fd, "", hash_visit, &h); /* what no path can name is not part of a tree */
    EVP_DigestFinal_ex(h.sha, digest, NULL);
    EVP_MD_CTX_free(h.sha);
    for (int i = 0; i < 32; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    return !h.failed;
}

int layers_hash(struct str input, int out_fd) {
    char hex[65];
    struct ignores *ignores = ignores_open();
    AUTO_FD int fd = open(HERE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    (void)input;
    bool good = fd >= 0 && ignores && tree_hash(fd, ignores, hex);
    ignores_close(ignores);
    if (!good)
        dprintf(out_fd, "cannot read every file of the tree: %s", strerror(errno));
    else if (write(out_fd, hex, 64) != 64)
        return 1;
    return !good;
}
