/* Walking the workspace: every regular file once, in the order of the paths' bytes.
 *
 * Runs in a cell. Names of a directory are read, sorted, and gone through; a directory sorts as if
 * its name ended in a slash, which makes the order of the walk the order of whole paths, so that
 * output can be cut anywhere and still be the same on every machine.
 * .git is left out, and what the project's .gitignore names (build output, dependencies), unless
 * the walk begins inside of it: who names an ignored directory wants to see it. Links to
 * directories are not followed (no loops), links to files are not files of their own. Bounded by
 * entries and depth: a walk that hits a bound says so. */
#include "tools/tools_int.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct walk {
    bool (*file)(void *arg, const char *path);
    void *arg;
    struct buf path;
    struct ignores *ignores; /* NULL: nothing is ignored */
    size_t entries, ignored;
    bool cut, stopped;
};

/* Names of one directory; those of directories end in a slash. */
struct names {
    char **name;
    size_t n, cap;
};

static int compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void names_release(struct names *names) {
    for (size_t i = 0; i < names->n; i++) {
        free(names->name[i]);
    }
    free(names->name);
}

static bool is_ignored(struct walk *w, const char *name, bool directory) {
    if (w->ignores == NULL) {
        return false;
    }
    AUTO_FREE char *rel = xasprintf("%s%s", w->path.len ? w->path.data : "", name);
    return ignores_match(w->ignores, rel, directory);
}

static void names_add(struct walk *w, struct names *names, DIR *d, const struct dirent *entry) {
    struct stat st;
    if (fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
        (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))) {
        return;
    }
    if (is_ignored(w, entry->d_name, S_ISDIR(st.st_mode))) {
        w->ignored++;
        return;
    }
    if (names->n == names->cap) {
        names->cap = MAX(32, names->cap * 2);
        names->name = xreallocarray(names->name, names->cap, sizeof(*names->name));
    }
    names->name[names->n++] = xasprintf("%s%s", entry->d_name, S_ISDIR(st.st_mode) ? "/" : "");
}

static void names_read(struct walk *w, struct names *names, const char *dir) {
    int fd = place_open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    if (d == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return; /* gone meanwhile, or not ours to read */
    }
    for (struct dirent *entry = readdir(d); entry; entry = readdir(d)) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, ".git") == 0) {
            continue;
        }
        if (++w->entries > WALK_ENTRIES_MAX) {
            w->cut = true;
            break;
        }
        names_add(w, names, d, entry);
    }
    closedir(d);
    if (names->n > 0) {
        qsort(names->name, names->n, sizeof(*names->name), compare);
    }
}

/* w->path is the directory, with its slash, or empty for the workspace. */
static void walk_directory(struct walk *w, int depth) {
    struct names names = {0};
    size_t base = w->path.len;
    if (depth > WALK_DEPTH_MAX) {
        w->cut = true;
        return;
    }
    names_read(w, &names, base ? w->path.data : ".");
    for (size_t i = 0; i < names.n && !w->stopped; i++) {
        const char *name = names.name[i];
        if (!buf_append_c(&w->path, name)) {
            w->cut = true; /* longer than a path may be */
            w->path.overflow = false;
        } else if (name[strlen(name) - 1] == '/') {
            walk_directory(w, depth + 1);
        } else {
            w->stopped = !w->file(w->arg, w->path.data);
        }
        w->path.len = base;
        w->path.data[base] = '\0';
    }
    names_release(&names);
}

/* The directory, or one that it is in, is ignored. */
static bool begins_ignored(struct ignores *ignores, const char *dir) {
    AUTO_FREE char *part = xstrdup(dir);
    for (char *slash = part; ignores && slash;) {
        slash = strchr(slash, '/');
        if (slash) {
            *slash = '\0';
        }
        if (ignores_match(ignores, part, true)) {
            return true;
        }
        if (slash) {
            *slash++ = '/';
        }
    }
    return false;
}

bool walk_files(const char *dir, bool (*file)(void *arg, const char *path), void *arg,
                size_t *ignored) {
    struct walk w = {.file = file, .arg = arg, .path = BUF_INIT(PATH_BYTES_MAX)};
    struct ignores *ignores = ignores_open();
    bool top = strcmp(dir, ".") == 0;
    w.ignores = !top && begins_ignored(ignores, dir) ? NULL : ignores;
    if (!top) {
        buf_printf(&w.path, "%s/", dir);
    }
    walk_directory(&w, 0);
    buf_release(&w.path);
    ignores_close(ignores);
    *ignored = w.ignored;
    return !w.cut;
}
