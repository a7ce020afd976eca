/* Run directories: finding, numbering, reading what the journal says of them.
 *
 * Owns nothing but what it returns. A run's id is a number, so that `drover resume 7` can be typed;
 * a rename decides who gets it when two start at once, and happens when the base is there and
 * nothing is left that takes long. Main thread. */
#include "runtime/runs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "runtime/paths.h"

/* Runs in one state directory; more are refused with a hint to remove old ones. */
#define RUNS_MAX 100000
/* A run that has not begun: "new.PID". */
#define NEW "new."

static bool id_number(const char *name, int64_t *out) {
    return str_to_i64(str_from(name), 1, INT64_MAX, out) && name[0] != '0' && name[0] != '+';
}

static int newest_first(const void *a, const void *b) {
    int64_t x = 0, y = 0;
    bool ok = id_number(*(char *const *)a, &x) && id_number(*(char *const *)b, &y);
    ASSERT(ok);
    return (x < y) - (x > y);
}

bool runs_list(char ***ids, struct err *err) {
    AUTO_FREE char *root = NULL;
    *ids = xcalloc(1, sizeof **ids);
    if (!paths_dir(&root, PATH_STATE, "runs", err))
        return false;
    DIR *d = opendir(root);
    if (!d)
        return errno == ENOENT || err_set_errno(err, errno, "cannot read directory '%s'", root);
    size_t n = 0;
    int64_t number;
    for (struct dirent *e; (e = readdir(d)) && n < RUNS_MAX;) {
        if (!id_number(e->d_name, &number))
            continue;
        *ids = xreallocarray(*ids, n + 2, sizeof **ids);
        (*ids)[n++] = xstrdup(e->d_name);
        (*ids)[n] = NULL;
    }
    closedir(d);
    if (n)
        qsort(*ids, n, sizeof **ids, newest_first);
    return true;
}

void runs_list_free(char **ids) {
    for (size_t i = 0; ids && ids[i]; i++)
        free(ids[i]);
    free(ids);
}

/* "new.PID" of processes that are gone. */
static void sweep_new(const char *root) {
    DIR *d = opendir(root);
    int64_t pid;
    for (struct dirent *e; d && (e = readdir(d));) {
        if (strncmp(e->d_name, NEW, strlen(NEW)) != 0 ||
            !str_to_i64(str_from(e->d_name + strlen(NEW)), 1, INT32_MAX, &pid) ||
            kill((pid_t)pid, 0) == 0 || errno != ESRCH)
            continue;
        AUTO_FREE char *dir = xasprintf("%s/%s", root, e->d_name);
        dir_remove(dir, NULL);
    }
    if (d)
        closedir(d);
}

bool runs_possible(struct err *err) {
    AUTO_FREE char *root = NULL;
    struct statvfs disk;
    if (!paths_dir(&root, PATH_STATE, "runs", err))
        return false;
    bool good = dir_make(root, 0700, err);
    if (good && access(root, W_OK | X_OK) != 0)
        good = err_set_errno(err, errno, "cannot write in '%s'", root);
    else if (good && statvfs(root, &disk) == 0 && disk.f_bavail == 0)
        good = err_set_errno(err, ENOSPC, "cannot write in '%s'", root);
    if (good)
        return true;
    bool full = err->code == ERR_NO_SPACE;
    err->code = ERR_ENVIRONMENT;
    return err_hint(err, full ? "free some space, or set DROVER_HOME to a directory elsewhere"
                              : "set DROVER_HOME to a directory that can be written");
}

bool runs_new(char **dir, struct err *err) {
    AUTO_FREE char *root = NULL;
    if (!paths_dir(&root, PATH_STATE, "runs", err) || !dir_make(root, 0700, err))
        return false;
    sweep_new(root);
    AUTO_FREE char *fresh = xasprintf("%s/" NEW "%d", root, (int)getpid());
    if (!dir_remove(fresh, err) || !dir_make(fresh, 0700, err))
        return false;
    *dir = TAKE(fresh);
    return true;
}

bool runs_number(char **id, char **dir, struct err *err) {
    AUTO_FREE char *root = NULL;
    char **ids = NULL;
    if (!paths_dir(&root, PATH_STATE, "runs", err) || !runs_list(&ids, err))
        return false;
    int64_t next = 1;
    if (ids[0] && id_number(ids[0], &next))
        next++;
    runs_list_free(ids);
    for (int tries = 0; tries < 1000; tries++, next++) {
        AUTO_FREE char *numbered = xasprintf("%s/%lld", root, (long long)next);
        if (renameat2(AT_FDCWD, *dir, AT_FDCWD, numbered, RENAME_NOREPLACE) == 0) {
            free(*dir);
            *dir = TAKE(numbered);
            *id = xasprintf("%lld", (long long)next);
            return true;
        }
        if (errno != EEXIST)
            return err_set_errno(err, errno, "cannot make '%s'", numbered);
    }
    return err_set(err, ERR_BUSY, "no free run number below '%s'", root);
}

static bool see_row(void *arg, const struct run_row *row) {
    (void)row;
    *(bool *)arg = true;
    return false;
}

/* It has its first commit: what was killed before is not the newest run. */
static bool has_begun(const char *id) {
    AUTO_STORE struct store *store = NULL;
    AUTO_FREE char *dir = NULL;
    bool begun = false;
    char below[64];
    snprintf(below, sizeof below, "runs/%s", id);
    return paths_dir(&dir, PATH_STATE, below, NULL) && store_open_reader(&store, dir, NULL) &&
           store_read_run(store, see_row, &begun, NULL) && begun;
}

bool runs_find(char **id, char **dir, const char *wanted, struct err *err) {
    *id = *dir = NULL;
    char **ids = NULL;
    if (!runs_list(&ids, err))
        return false;
    const char *found = NULL;
    for (size_t i = 0; ids[i] && !found; i++)
        if (wanted && *wanted ? strcmp(ids[i], wanted) == 0 : has_begun(ids[i]))
            found = ids[i];
    char below[64];
    bool ok = found != NULL;
    if (ok) {
        snprintf(below, sizeof below, "runs/%s", found);
        *id = xstrdup(found);
        ok = paths_dir(dir, PATH_STATE, below, err);
    } else if (wanted && *wanted) {
        err_set(err, ERR_NOT_FOUND, "no run '%s'", wanted);
        err_hint(err, "'drover ls' lists the runs");
    } else {
        err_set(err, ERR_NOT_FOUND, "there are no runs yet");
        err_hint(err, "drover run \"make the failing tests pass\"");
    }
    runs_list_free(ids);
    return ok;
}

bool runs_open_reader(struct store **out, const char *dir, struct err *err) {
    return store_open_reader(out, dir, err);
}

void auto_store(struct store **store) {
    if (*store)
        store_close(*store);
    *store = NULL;
}

static bool take_row(void *arg, const struct run_row *row) {
    struct run_info *i = arg;
    i->goal = str_dup(row->goal);
    i->worktree = str_dup(row->worktree);
    i->state = str_dup(row->state);
    i->result_json = str_dup(row->result_json);
    i->model_path = str_dup(row->model_path);
    i->config_json = str_dup(row->config_json);
    i->base_json = str_dup(row->base_json);
    i->seed = row->seed;
    i->root_agent = row->root_agent;
    i->created_ms = row->created_ms;
    i->updated_ms = row->updated_ms;
    return true;
}

bool run_info_read(struct run_info *out, const char *id, struct err *err) {
    *out = (struct run_info){0};
    AUTO_STORE struct store *store = NULL;
    if (!runs_find(&out->id, &out->dir, id, err) || !runs_open_reader(&store, out->dir, err) ||
        !store_read_run(store, take_row, out, err)) {
        run_info_release(out);
        return false;
    }
    if (!out->goal) {
        err_set(err, ERR_NOT_FOUND, "run '%s' ended before its first commit", out->id);
        run_info_release(out);
        return false;
    }
    out->owner = store_owner(out->dir);
    if (strcmp(out->state, "running") == 0 && !out->owner) {
        free(out->state);
        out->state = xstrdup("interrupted");
    }
    return true;
}

void run_info_release(struct run_info *i) {
    free(i->id);
    free(i->dir);
    free(i->goal);
    free(i->worktree);
    free(i->state);
    free(i->result_json);
    free(i->model_path);
    free(i->config_json);
    free(i->base_json);
    *i = (struct run_info){0};
}
