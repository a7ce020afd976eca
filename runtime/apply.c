/* Making a run's result real: a plan, a journal, then renames.
 *
 * A *plan* is a list of paths, each with its content before and after. It is written to
 * RUN/apply.new, synced, and renamed to RUN/apply: from then on the apply will be finished, also
 * after a kill, because every path is either as before or as after, and doing it again is harmless.
 * RUN/apply/done says that it is finished; --undo runs the same plan the other way round.
 *
 * The working tree is the user's: symbolic links in the way of a path are never followed
 * (openat2 RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS), the index is left alone, modes are kept. A path
 * that is neither as before nor as after is a conflict, and with any conflict nothing is written.
 *
 * A run that was applied, resumed and is applied again finds its own earlier work there: the plan
 * takes over from the last one what was before it (so that --undo leads back to the user's own
 * files) and what it wrote, which is then as good as before. What the run no longer changes goes
 * back.
 *
 * plan file: for each item a line "FROM_MODE TO_MODE PATH_LENGTH[ WAS_MODE]", then the path and a
 * newline; mode 0 means that there is no file, WAS is what an earlier apply wrote. Contents are in
 * the files N.from, N.to and N.was beside it. */
#include "runtime/apply.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PLAN_BYTES_MAX    (64u << 20)
#define CONTENT_BYTES_MAX (1u << 30)

struct side {
    uint32_t mode; /* S_IFREG or S_IFLNK with permissions; 0: no file */
    struct buf content;
};
struct item {
    char *path;
    struct side from, to;
    struct side was;   /* what an earlier apply of this run wrote */
    bool again;        /* there was one */
    uint32_t now_mode; /* what the working tree has there, as plan_compare saw it */
    bool done;         /* already as `to` */
};
struct plan {
    struct item *item;
    size_t n;
};

static void item_release(struct item *it) {
    free(it->path);
    buf_release(&it->from.content);
    buf_release(&it->to.content);
    buf_release(&it->was.content);
}

static void plan_release(struct plan *p) {
    for (size_t i = 0; i < p->n; i++)
        item_release(&p->item[i]);
    free(p->item);
    *p = (struct plan){0};
}
#define AUTO_PLAN __attribute__((cleanup(plan_release)))

static struct item *plan_add(struct plan *p, struct str path) {
    p->item = xreallocarray(p->item, p->n + 1, sizeof *p->item);
    struct item *it = &p->item[p->n++];
    *it = (struct item){.path = str_dup(path)};
    buf_init(&it->from.content, CONTENT_BYTES_MAX);
    buf_init(&it->to.content, CONTENT_BYTES_MAX);
    buf_init(&it->was.content, CONTENT_BYTES_MAX);
    return it;
}

void apply_report_release(struct apply_report *r) {
    for (size_t i = 0; i < r->n_conflicts; i++)
        free(r->conflict[i]);
    free(r->conflict);
    *r = (struct apply_report){0};
}

static bool side_equal(const struct side *a, const struct side *b) {
    if (!a->mode || !b->mode)
        return a->mode == b->mode;
    bool same_kind = (a->mode & S_IFMT) == (b->mode & S_IFMT);
    bool same_exec = S_ISLNK(a->mode) || (a->mode & 0100) == (b->mode & 0100);
    return same_kind && same_exec && str_equal(buf_str(&a->content), buf_str(&b->content));
}

static bool side_read(struct side *side, const char *dir, const char *path, struct err *err) {
    return result_read_file(dir, str_from(path), &side->content, &side->mode, err);
}

/* Index of the first item whose path is not below key; items are sorted by path. */
static size_t plan_lower(const struct plan *p, struct str key) {
    size_t lo = 0, hi = p->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (str_compare(str_from(p->item[mid].path), key) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static struct item *plan_find(const struct plan *p, struct str path) {
    size_t i = plan_lower(p, path);
    return i < p->n && str_equal(str_from(p->item[i].path), path) ? &p->item[i] : NULL;
}

static int open_beneath(int dir_fd, const char *path, int flags) {
    struct open_how how = {.flags = (uint64_t)(flags | O_CLOEXEC),
                           .resolve =
                               RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, dir_fd, path, &how, sizeof how);
}

/* ---- the comparison ---- */
/* True if everything in the directory at path is deleted by the plan; empty directories go with it.
 */
static bool directory_goes(const struct plan *p, int top, const char *path) {
    int fd = open_beneath(top, path, O_RDONLY | O_DIRECTORY);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir)
        return false;
    bool goes = true;
    for (struct dirent *e; goes && (e = readdir(dir));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        AUTO_FREE char *child = xasprintf("%s/%s", path, e->d_name);
        const struct item *it = plan_find(p, str_from(child));
        struct stat st;
        if (fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            goes = false;
        else if (S_ISDIR(st.st_mode))
            goes = directory_goes(p, top, child);
        else
            goes = it && !it->to.mode;
    }
    closedir(dir);
    return goes;
}

/* What is not a directory on the way to path must be something that the plan removes. */
static bool way_is_free(const struct plan *p, int top, const char *path) {
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        struct str part = {path, (size_t)(slash - path)};
        AUTO_FREE char *dir = str_dup(part);
        AUTO_FD int fd = open_beneath(top, dir, O_PATH | O_DIRECTORY);
        if (fd >= 0)
            continue;
        if (errno == ENOENT)
            return true;
        const struct item *it = plan_find(p, part);
        return it && !it->to.mode;
    }
    return true;
}

/* What is there is what the run began with, or what an earlier apply of it wrote. */
static bool is_as_before(const struct item *it, const struct side *now) {
    return side_equal(now, &it->from) || (it->again && side_equal(now, &it->was));
}

static bool item_conflicts(const struct plan *p, int top, const struct item *it,
                           const struct side *now) {
    if (it->done)
        return false;
    if (it->to.mode && !way_is_free(p, top, it->path))
        return true;
    bool none_before = !it->from.mode || (it->again && !it->was.mode);
    if (S_ISDIR(now->mode) && none_before)
        return !directory_goes(p, top, it->path);
    return !is_as_before(it, now);
}

static bool plan_compare(struct plan *p, const char *worktree, struct apply_report *report,
                         struct err *err) {
    AUTO_FD int top = open(worktree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (top < 0)
        return err_set_errno(err, errno, "cannot open '%s'", worktree);
    for (size_t i = 0; i < p->n; i++) {
        struct item *it = &p->item[i];
        struct side now = {.content = BUF_INIT(CONTENT_BYTES_MAX)};
        bool ok = side_read(&now, worktree, it->path, err);
        it->now_mode = now.mode;
        it->done = ok && (side_equal(&now, &it->to) || (S_ISDIR(now.mode) && !it->to.mode));
        bool conflict = ok && item_conflicts(p, top, it, &now);
        buf_release(&now.content);
        if (!ok)
            return false;
        report->already += it->done;
        if (!conflict)
            continue;
        report->conflict =
            xreallocarray(report->conflict, report->n_conflicts + 1, sizeof *report->conflict);
        report->conflict[report->n_conflicts++] = xstrdup(it->path);
    }
    if (!report->n_conflicts)
        return true;
    err_set(err, ERR_CONFLICT, "%zu file%s changed here since the run began; nothing was written",
            report->n_conflicts, report->n_conflicts == 1 ? " was" : "s were");
    return err_hint(err, "commit or move your changes to them, then apply again");
}

/* ---- the working tree ---- */
/* The directory of path, made where missing; *name is its last part (borrowed). */
static int open_parent(int top, const char *path, bool make, const char **name, struct err *err) {
    const char *slash = strrchr(path, '/');
    *name = slash ? slash + 1 : path;
    if (!slash)
        return dup(top);
    AUTO_FREE char *dir = str_dup((struct str){path, (size_t)(slash - path)});
    for (char *p = dir; make && p;) {
        p = strchr(p, '/');
        if (p)
            *p = 0;
        if (mkdirat(top, dir, 0777) != 0 && errno != EEXIST) {
            err_set_errno(err, errno, "cannot make directory '%s'", dir);
            return -1;
        }
        AUTO_FD int check = open_beneath(top, dir, O_PATH | O_DIRECTORY);
        if (check < 0) {
            err_set_errno(err, errno, "'%s' is not a plain directory", dir);
            return -1;
        }
        if (p)
            *p++ = '/';
    }
    int fd = open_beneath(top, dir, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        err_set_errno(err, errno, "cannot open directory '%s'", dir);
    return fd;
}

/* A file that is there keeps its permissions and follows the run only in being executable; a new
 * one gets what the umask leaves of the run's. */
static bool write_regular(int dir, const char *temp, const struct side *side, uint32_t now_mode,
                          struct err *err) {
    AUTO_FD int fd =
        openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, side->mode & 0777);
    if (fd < 0)
        return err_set_errno(err, errno, "cannot write '%s'", temp);
    mode_t kept = now_mode & 0777;
    kept = side->mode & 0100 ? kept | (kept & 0444) >> 2 : kept & ~0111u;
    if (S_ISREG(now_mode) && fchmod(fd, kept) != 0)
        return err_set_errno(err, errno, "cannot set the mode of '%s'", temp);
    struct str rest = buf_str(&side->content);
    while (rest.len) {
        ssize_t n = write(fd, rest.ptr, rest.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set_errno(err, errno, "cannot write '%s'", temp);
        rest = str_slice(rest, (size_t)n, rest.len);
    }
    return fsync(fd) == 0 || err_set_errno(err, errno, "cannot sync '%s'", temp);
}

/* One name a directory entry, without the process's number: who finishes an apply that was killed
 * finds what it left behind. */
static char *temp_name(const char *name) {
    return xasprintf(APPLY_TEMP "%.180s", name);
}

static void item_clean(int top, const struct item *it) {
    const char *name;
    struct err ignored = {0};
    AUTO_FD int dir = open_parent(top, it->path, false, &name, &ignored);
    AUTO_FREE char *temp = temp_name(name);
    if (dir >= 0)
        unlinkat(dir, temp, 0);
}

/* Directories without files below name are as good as nothing. */
static void remove_empty(int dir_fd, const char *name) {
    int fd = open_beneath(dir_fd, name, O_RDONLY | O_DIRECTORY);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir)
        return;
    for (struct dirent *e; (e = readdir(dir));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            remove_empty(dirfd(dir), e->d_name);
    closedir(dir);
    unlinkat(dir_fd, name, AT_REMOVEDIR);
}

static bool item_write(int top, const struct item *it, struct err *err) {
    const char *name;
    AUTO_FD int dir = open_parent(top, it->path, true, &name, err);
    if (dir < 0)
        return false;
    AUTO_FREE char *temp = temp_name(name);
    unlinkat(dir, temp, 0);
    bool ok;
    if (S_ISLNK(it->to.mode)) {
        AUTO_FREE char *target = str_dup(buf_str(&it->to.content));
        ok = symlinkat(target, dir, temp) == 0 ||
             err_set_errno(err, errno, "cannot make link '%s'", it->path);
    } else {
        ok = write_regular(dir, temp, &it->to, it->now_mode, err);
    }
    if (S_ISDIR(it->now_mode))
        remove_empty(dir, name);
    if (ok && renameat(dir, temp, dir, name) != 0)
        ok = err_set_errno(err, errno, "cannot replace '%s'", it->path);
    if (!ok)
        unlinkat(dir, temp, 0);
    return ok && (fsync(dir) == 0 || err_set_errno(err, errno, "cannot sync '%s'", it->path));
}

/* Removes the file and the directories that it leaves empty. */
static bool item_delete(int top, const struct item *it, struct err *err) {
    const char *name;
    AUTO_FD int dir = open_parent(top, it->path, false, &name, err);
    if (dir < 0)
        return false;
    if (unlinkat(dir, name, 0) != 0 && errno != ENOENT)
        return err_set_errno(err, errno, "cannot delete '%s'", it->path);
    AUTO_FREE char *parent = xstrdup(it->path);
    for (char *slash; (slash = strrchr(parent, '/'));) {
        *slash = 0;
        const char *last;
        AUTO_FD int above = open_parent(top, parent, false, &last, err);
        if (above < 0 || unlinkat(above, last, AT_REMOVEDIR) != 0)
            break;
    }
    return fsync(dir) == 0 || err_set_errno(err, errno, "cannot sync '%s'", it->path);
}

/* True if a file at it's path, or the directory it is in, stands where the plan writes. */
static bool in_the_way(const struct plan *p, const struct item *it) {
    AUTO_FREE char *below = xasprintf("%s/", it->path);
    for (size_t i = plan_lower(p, str_from(below));
         i < p->n && str_starts(str_from(p->item[i].path), str_from(below)); i++)
        if (p->item[i].to.mode)
            return true;
    for (const char *slash = strchr(it->path, '/'); slash; slash = strchr(slash + 1, '/')) {
        const struct item *above = plan_find(p, (struct str){it->path, (size_t)(slash - it->path)});
        if (above && above->to.mode)
            return true;
    }
    return false;
}

/* Between the comparison and this write many files were synced: time enough for the user to save.
 */
static bool item_is_still(const struct item *it, const char *worktree, struct err *err) {
    struct side now = {.content = BUF_INIT(CONTENT_BYTES_MAX)};
    bool ok = side_read(&now, worktree, it->path, err);
    bool file = now.mode && !S_ISDIR(now.mode); /* directories go only when they are empty */
    if (ok && file && !is_as_before(it, &now) && !side_equal(&now, &it->to))
        ok = err_set(err, ERR_CONFLICT, "'%s' was changed while this was applied", it->path);
    buf_release(&now.content);
    return ok;
}

static bool plan_execute(const struct plan *p, const char *worktree, struct apply_report *report,
                         struct err *err) {
    AUTO_FD int top = open(worktree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (top < 0)
        return err_set_errno(err, errno, "cannot open '%s'", worktree);
    for (size_t i = 0; i < p->n; i++)
        item_clean(top, &p->item[i]);
    for (int pass = 0; pass < 3; pass++) { /* in the way, writes, other deletions */
        for (size_t i = 0; i < p->n; i++) {
            const struct item *it = &p->item[i];
            int its_pass = it->to.mode ? 1 : in_the_way(p, it) ? 0 : 2;
            if (it->done || its_pass != pass)
                continue;
            if (!item_is_still(it, worktree, err) ||
                !(it->to.mode ? item_write(top, it, err) : item_delete(top, it, err)))
                return err_hint(err,
                                "mend that and say 'drover apply' again: it goes on from here");
            if (it->to.mode)
                report->written++;
            else
                report->deleted++;
        }
    }
    return true;
}

/* ---- the journal of the apply ---- */
static bool side_save(const char *dir, size_t i, const char *what, const struct side *side,
                      struct err *err) {
    if (!side->mode)
        return true;
    AUTO_FREE char *path = xasprintf("%s/%zu.%s", dir, i, what);
    return file_write_atomic(path, buf_str(&side->content), 0600, err);
}

static bool plan_save(const struct plan *p, const char *run_dir, struct err *err) {
    AUTO_FREE char *fresh = xasprintf("%s/apply.new", run_dir);
    AUTO_FREE char *final = xasprintf("%s/apply", run_dir);
    AUTO_BUF struct buf text = BUF_INIT(PLAN_BYTES_MAX);
    if (!dir_remove(fresh, err) || !dir_make(fresh, 0700, err))
        return false;
    for (size_t i = 0; i < p->n; i++) {
        const struct item *it = &p->item[i];
        buf_printf(&text, "%o %o %zu", it->from.mode, it->to.mode, strlen(it->path));
        if (it->again)
            buf_printf(&text, " %o", it->was.mode);
        buf_printf(&text, "\n%s\n", it->path);
        if (!side_save(fresh, i, "from", &it->from, err) ||
            !side_save(fresh, i, "to", &it->to, err) || !side_save(fresh, i, "was", &it->was, err))
            return false;
    }
    AUTO_FREE char *plan = xasprintf("%s/plan", fresh);
    if (text.overflow)
        return err_set(err, ERR_LIMIT, "too many changed files");
    if (!file_write_atomic(plan, buf_str(&text), 0600, err))
        return false;
    /* the earlier plan is there until this one is: without it its files would be conflicts */
    bool swapped = renameat2(AT_FDCWD, fresh, AT_FDCWD, final, RENAME_EXCHANGE) == 0;
    if (!swapped && (errno != ENOENT || rename(fresh, final) != 0))
        return err_set_errno(err, errno, "cannot rename '%s'", fresh);
    return !swapped || dir_remove(fresh, err);
}

static bool side_load(const char *dir, size_t i, const char *what, struct side *side,
                      struct err *err) {
    if (!side->mode)
        return true;
    AUTO_FREE char *path = xasprintf("%s/%zu.%s", dir, i, what);
    return file_read(&side->content, path, CONTENT_BYTES_MAX, err);
}

static bool plan_load(struct plan *p, const char *run_dir, struct err *err) {
    AUTO_FREE char *dir = xasprintf("%s/apply", run_dir);
    AUTO_FREE char *path = xasprintf("%s/plan", dir);
    AUTO_BUF struct buf text = BUF_INIT(PLAN_BYTES_MAX);
    if (!file_read(&text, path, PLAN_BYTES_MAX, err))
        return false;
    struct str rest = buf_str(&text), line;
    while (rest.len) {
        unsigned from, to, was = 0;
        size_t len;
        int n = 0;
        AUTO_FREE char *head = str_next_line(&rest, &line) ? str_dup(line) : NULL;
        if (head)
            n = sscanf(head, "%o %o %zu %o", &from, &to, &len, &was);
        if (n < 3 || len == 0 || len >= rest.len)
            return err_set(err, ERR_INTERNAL, "malformed plan '%s'", path);
        struct item *it = plan_add(p, str_slice(rest, 0, len));
        it->from.mode = from;
        it->to.mode = to;
        it->was.mode = was;
        it->again = n == 4;
        rest = str_slice(rest, len + 1, rest.len);
        if (!side_load(dir, p->n - 1, "from", &it->from, err) ||
            !side_load(dir, p->n - 1, "to", &it->to, err) ||
            !side_load(dir, p->n - 1, "was", &it->was, err))
            return false;
    }
    return true;
}

static bool plan_finish(struct plan *p, const struct run_info *info, struct apply_report *report,
                        struct err *err) {
    AUTO_FREE char *done = xasprintf("%s/apply/done", info->dir);
    return plan_compare(p, info->worktree, report, err) &&
           plan_execute(p, info->worktree, report, err) &&
           file_write_atomic(done, STR("done\n"), 0600, err);
}

/* ---- the three verbs ---- */
static bool apply_state(const struct run_info *info, bool *begun, bool *done) {
    AUTO_FREE char *plan = xasprintf("%s/apply/plan", info->dir);
    AUTO_FREE char *mark = xasprintf("%s/apply/done", info->dir);
    *begun = access(plan, F_OK) == 0;
    *done = *begun && access(mark, F_OK) == 0;
    return *begun;
}

static bool plan_take_result(struct plan *p, const struct run_info *info,
                             const struct result *result, struct err *err) {
    AUTO_FREE char *base = xasprintf("%s/base", info->dir);
    for (size_t i = 0; i < result->n; i++) {
        const struct result_entry *e = &result->entry[i];
        if (e->refused)
            continue;
        struct item *it = plan_add(p, e->path);
        if (!side_read(&it->from, base, it->path, err))
            return false;
        if (S_ISDIR(it->from.mode)) /* a deleted directory comes as its files, too */
            it->from.mode = 0;
        if (e->kind == CHANGE_DELETED)
            continue;
        it->to.mode = e->kind == CHANGE_SYMLINK ? S_IFLNK | 0777 : S_IFREG | e->mode;
        if (!buf_append_str(&it->to.content, e->content))
            return err_set(err, ERR_LIMIT, "'%s' is too large", it->path);
    }
    return true;
}

static bool side_copy(struct side *to, const struct side *from) {
    to->mode = from->mode;
    return buf_append_str(&to->content, buf_str(&from->content));
}

static int item_by_path(const void *a, const void *b) {
    return str_compare(str_from(((const struct item *)a)->path),
                       str_from(((const struct item *)b)->path));
}

/* What an earlier apply wrote is not a change of the user; what the run no longer changes goes back
 * to what it was. */
static bool plan_take_earlier(struct plan *p, const struct run_info *info, struct err *err) {
    bool begun, done, ok = true;
    if (!apply_state(info, &begun, &done))
        return true;
    AUTO_PLAN struct plan earlier = {0};
    if (!plan_load(&earlier, info->dir, err))
        return false;
    size_t n = p->n;
    for (size_t i = 0; i < earlier.n && ok; i++) {
        struct plan sorted = {p->item, n};
        const struct item *old = &earlier.item[i];
        struct item *it = plan_find(&sorted, str_from(old->path));
        if (!it) {
            it = plan_add(p, str_from(old->path));
            ok = side_copy(&it->from, &old->from) && side_copy(&it->to, &old->from);
        }
        it->again = true;
        ok = ok && side_copy(&it->was, &old->to);
    }
    if (p->n)
        qsort(p->item, p->n, sizeof *p->item, item_by_path);
    return ok || err_set(err, ERR_LIMIT, "too much was changed");
}

/* What the user has made already is not taken back by an undo. */
static void plan_drop_own(struct plan *p) {
    size_t kept = 0;
    for (size_t i = 0; i < p->n; i++) {
        if (p->item[i].done && !p->item[i].again)
            item_release(&p->item[i]);
        else
            p->item[kept++] = p->item[i];
    }
    p->n = kept;
}

static void plan_count(const struct plan *p, struct apply_report *report) {
    for (size_t i = 0; i < p->n; i++) {
        report->written += !p->item[i].done && p->item[i].to.mode;
        report->deleted += !p->item[i].done && !p->item[i].to.mode;
    }
}

bool apply_result(const struct run_info *info, const struct result *result, bool dry,
                  struct apply_report *report, struct err *err) {
    AUTO_PLAN struct plan plan = {0};
    if (!plan_take_result(&plan, info, result, err) || !plan_take_earlier(&plan, info, err))
        return false;
    if (!plan_compare(&plan, info->worktree, report, err))
        return false;
    if (dry) {
        plan_count(&plan, report);
        return true;
    }
    report->already = 0;
    plan_drop_own(&plan);
    if (!plan_save(&plan, info->dir, err))
        return err_hint(err, "nothing was changed here; mend that and say 'drover apply' again");
    return plan_finish(&plan, info, report, err);
}

bool apply_unfinished(const struct run_info *info) {
    bool begun, done;
    return apply_state(info, &begun, &done) && !done;
}

bool apply_finish(const struct run_info *info, bool *found, struct apply_report *report,
                  struct err *err) {
    *found = apply_unfinished(info);
    if (!*found)
        return true;
    AUTO_PLAN struct plan plan = {0};
    return plan_load(&plan, info->dir, err) && plan_finish(&plan, info, report, err);
}

bool apply_undo(const struct run_info *info, struct apply_report *report, struct err *err) {
    bool begun, done;
    if (!apply_state(info, &begun, &done)) {
        err_set(err, ERR_USAGE, "run '%s' is not applied", info->id);
        return err_hint(err, "drover apply %s", info->id);
    }
    AUTO_PLAN struct plan plan = {0};
    if (!plan_load(&plan, info->dir, err))
        return false;
    for (size_t i = 0; i < plan.n; i++) {
        struct side from = plan.item[i].from;
        plan.item[i].from = plan.item[i].to;
        plan.item[i].to = from;
    }
    AUTO_FREE char *dir = xasprintf("%s/apply", info->dir);
    return plan_compare(&plan, info->worktree, report, err) &&
           plan_execute(&plan, info->worktree, report, err) && dir_remove(dir, err);
}
