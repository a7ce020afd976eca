/* Walking the workspace: every regular file once, in the order of the paths' bytes.
 *
 * Runs in a cell. Names of a directory are read, sorted, and gone through; a directory sorts as if
 * its name ended in a slash, which makes the order of the walk the order of whole paths, so that
 * output can be cut anywhere and still be the same on every machine.
 * .git is left out; links to directories are not followed (no loops), links to files are not files
 * of their own. Bounded by entries and depth: a walk that hits a bound says so. */
#include "tools/tools_int.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct walk {
    bool (*file)(void *arg, const char *path);
    void *arg;
    struct buf path;
    size_t entries;
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

static void names_add(struct names *names, DIR *d, const struct dirent *entry) {
    struct stat st;
    if (fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
        (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))) {
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
        names_add(names, d, entry);
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

bool walk_files(const char *dir, bool (*file)(void *arg, const char *path), void *arg) {
    struct walk w = {.file = file, .arg = arg, .path = BUF_INIT(PATH_BYTES_MAX)};
    if (strcmp(dir, ".") != 0) {
        buf_printf(&w.path, "%s/", dir);
    }
    walk_directory(&w, 0);
    buf_release(&w.path);
    return !w.cut;
}
