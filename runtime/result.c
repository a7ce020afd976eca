/* The result of a run as data.
 *
 * One cell runs layers.export over the root's layers and writes records to its output; they are
 * parsed here with every length checked, sorted, and their paths validated again: the cell is not
 * trusted to have done it. Owned by whoever called; main thread, synchronous (a private poll loop,
 * since nothing else runs). */
#include "runtime/result.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agents/agents.h"
#include "runtime/term.h"
#include "tools/tools.h"

/* All changed files of a run together. */
#define RESULT_BYTES_TOTAL_MAX (1ull << 30)
#define RECORD_HEAD            17
#define KIND_REFUSED           255
/* Warnings of one kind that are said one by one: an agent may give reason for any number. */
#define SAID_MAX 20

static uint64_t little(const char *p, int bytes) {
    uint64_t v = 0;
    for (int i = bytes - 1; i >= 0; i--)
        v = v << 8 | (unsigned char)p[i];
    return v;
}

/* ".git" in any spelling that some file system takes for it. */
static bool is_git(struct str part) {
    static const char *const spelled[] = {".git", "git~1", ".git.", ".git "};
    for (size_t i = 0; i < ARRAY_LEN(spelled); i++)
        if (part.len == strlen(spelled[i]) && strncasecmp(part.ptr, spelled[i], part.len) == 0)
            return true;
    return false;
}

static bool path_ok(struct str path) {
    if (path.len == 0 || path.len >= PATH_BYTES_MAX || path.ptr[0] == '/' ||
        memchr(path.ptr, 0, path.len))
        return false;
    while (path.len) {
        size_t slash = str_find(path, STR("/"), 0);
        struct str part = str_slice(path, 0, MIN(slash, path.len));
        if (part.len == 0 || str_equal_c(part, ".") || str_equal_c(part, "..") || is_git(part) ||
            str_starts(part, STR(APPLY_TEMP)))
            return false;
        path = slash == SIZE_MAX ? str_slice(path, path.len, path.len)
                                 : str_slice(path, slash + 1, path.len);
    }
    return true;
}

static int by_path(const void *a, const void *b) {
    return str_compare(((const struct result_entry *)a)->path,
                       ((const struct result_entry *)b)->path);
}

static bool parse_records(struct result *r, struct str data, struct err *err) {
    while (data.len) {
        if (data.len < RECORD_HEAD)
            return err_set(err, ERR_INTERNAL, "malformed export: short record");
        unsigned kind = (unsigned char)data.ptr[0];
        uint64_t path_len = little(data.ptr + 5, 4), content_len = little(data.ptr + 9, 8);
        if (path_len > data.len - RECORD_HEAD || content_len > data.len - RECORD_HEAD - path_len)
            return err_set(err, ERR_INTERNAL, "malformed export: lengths past the end");
        struct result_entry e = {
            .path = {data.ptr + RECORD_HEAD, path_len},
            .kind = (enum change_kind)kind,
            .mode = (uint32_t)little(data.ptr + 1, 4) & 0777,
            .content = {data.ptr + RECORD_HEAD + path_len, content_len},
            .refused = kind == KIND_REFUSED,
        };
        data = str_slice(data, RECORD_HEAD + path_len + content_len, data.len);
        e.refused |= !path_ok(e.path);
        if (!e.refused && e.kind != CHANGE_FILE && e.kind != CHANGE_SYMLINK &&
            e.kind != CHANGE_DELETED)
            continue; /* directories come with their files */
        r->entry = xreallocarray(r->entry, r->n + 1, sizeof *r->entry);
        r->entry[r->n++] = e;
    }
    if (r->n)
        qsort(r->entry, r->n, sizeof *r->entry, by_path);
    return true;
}

struct export {
    struct result *result;
    struct err *err;
    bool done, ok;
};

static void on_export(void *arg, const struct cell_result *c) {
    struct export *e = arg;
    e->done = true;
    if (c->end != CELL_EXITED || c->status != 0) {
        if (*c->err.msg)
            *e->err = c->err;
        else if (c->end == CELL_OUTPUT)
            err_set(e->err, ERR_LIMIT, "the run changed more than %llu MB",
                    RESULT_BYTES_TOTAL_MAX >> 20);
        else
            err_set(e->err, ERR_INTERNAL, "cannot read the result (status %d): %.*s", c->status,
                    (int)MIN(c->output.len, 200u), c->output.ptr);
        return;
    }
    e->result->storage = str_dup(c->output);
    e->ok = parse_records(e->result, (struct str){e->result->storage, c->output.len}, e->err);
}

static bool export_run(struct sandbox *sandbox, struct export *e, const struct run_info *info,
                       const int64_t *layers, size_t n) {
    struct cell_spec spec = {
        .workspace = {.dir = info->dir, .path = info->worktree, .layers = layers, .n_layers = n},
        .function = "layers.export",
        .output_max = RESULT_BYTES_TOTAL_MAX,
    };
    struct mount_spec base = {.at = "/drover/base", .base = true};
    spec.mounts = &base;
    spec.n_mounts = 1;
    sandbox_run(sandbox, &spec, on_export, e);
    while (!e->done) {
        struct pollfd p = {.fd = sandbox_fd(sandbox), .events = POLLIN};
        poll(&p, 1, 1000);
        sandbox_drain(sandbox);
    }
    return e->ok;
}

bool result_read(struct result *out, const struct run_info *info, struct err *err) {
    *out = (struct result){0};
    AUTO_STORE struct store *store = NULL;
    AUTO_FREE int64_t *layers = NULL;
    size_t n = 0;
    if (!runs_open_reader(&store, info->dir, err) || !run_result_layers(store, &layers, &n, err))
        return false;
    struct sandbox *sandbox = NULL;
    struct sandbox_options options = {.functions = tools_functions,
                                      .n_functions = n_tools_functions};
    if (!sandbox_start(&sandbox, &options, err))
        return false;
    struct export e = {.result = out, .err = err};
    bool ok = export_run(sandbox, &e, info, layers, n);
    sandbox_stop(sandbox);
    if (!ok)
        result_release(out);
    return ok;
}

void result_release(struct result *r) {
    free(r->entry);
    free(r->storage);
    *r = (struct result){0};
}

char *result_name(struct str name, const char *prefix) {
    AUTO_BUF struct buf b = BUF_INIT(name.len * 4 + 64);
    bool quote = false, shown;
    for (size_t i = 0, n; i < name.len; i += n) {
        n = tool_text_step(name, i, &shown);
        bool special = name.ptr[i] == '"' || name.ptr[i] == '\\';
        quote |= !shown || special;
        for (size_t k = i; !shown && k < i + n; k++)
            buf_printf(&b, "\\%03o", (unsigned char)name.ptr[k]);
        if (special)
            buf_append_char(&b, '\\');
        if (shown)
            buf_append(&b, name.ptr + i, n);
    }
    ASSERT(!b.overflow);
    const char *mark = quote ? "\"" : "";
    return xasprintf("%s%s%.*s%s", mark, prefix, (int)b.len, buf_cstr(&b), mark);
}

/* Files that some program obeys as soon as it comes across them, without being asked to run
 * anything. A name that ends in '/' is a directory, '*' stands before an ending. */
static const struct {
    const char *name, *who;
} obeyed[] = {
    {".drover/", "drover"},
    {"AGENTS.md", "coding agents"},
    {"CLAUDE.md", "coding agents"},
    {".claude/", "coding agents"},
    {".cursor/", "coding agents"},
    {".mcp.json", "coding agents"},
    {".gitmodules", "git"},
    {".gitattributes", "git"},
    {".lfsconfig", "git"},
    {".husky/", "git"},
    {".envrc", "direnv"},
    {".mise.toml", "mise"},
    {"mise.toml", "mise"},
    {".vscode/", "editors"},
    {".idea/", "editors"},
    {".zed/", "editors"},
    {".devcontainer/", "editors"},
    {".exrc", "editors"},
    {".nvim.lua", "editors"},
    {".dir-locals.el", "editors"},
    {".github/", "GitHub"},
    {".npmrc", "npm"},
    {".yarnrc.yml", "yarn"},
    {"conftest.py", "pytest"},
    {"sitecustomize.py", "Python"},
    {"usercustomize.py", "Python"},
    {"*.pth", "Python"},
    {"pyvenv.cfg", "Python"},
    {".cargo/", "cargo"},
    {"rust-toolchain.toml", "rustup"},
    {"rust-toolchain", "rustup"},
    {".gdbinit", "gdb"},
};

static bool part_is(struct str part, bool directory, const char *name) {
    size_t len = strlen(name);
    if (name[0] == '*')
        return !directory && str_ends(part, str_from(name + 1));
    bool wants_directory = name[len - 1] == '/';
    return directory == wants_directory && str_equal(part, (struct str){name, len - directory});
}

/* Who obeys the file at path; NULL: nobody known. */
static const char *who_obeys(struct str path) {
    for (bool more = true; more;) {
        size_t slash = str_find(path, STR("/"), 0);
        more = slash != SIZE_MAX;
        struct str part = str_slice(path, 0, MIN(slash, path.len));
        for (size_t i = 0; i < ARRAY_LEN(obeyed); i++)
            if (part_is(part, more, obeyed[i].name))
                return obeyed[i].who;
        path = str_slice(path, part.len + more, path.len);
    }
    return NULL;
}

void result_say(const struct result *r) {
    size_t refused = 0, marked = 0;
    for (size_t i = 0; i < r->n; i++) {
        const struct result_entry *e = &r->entry[i];
        const char *who = e->refused || e->kind == CHANGE_DELETED ? NULL : who_obeys(e->path);
        AUTO_FREE char *name = result_name(e->path, "");
        if (e->refused && refused++ < SAID_MAX)
            say_warning("left out: '%s' (a special file, an escaping link, too deep or git's own)",
                        name);
        else if (who && marked++ < SAID_MAX)
            say_warning("'%s' is obeyed by %s as soon as it is there: read it first", name, who);
    }
    if (refused > SAID_MAX)
        say_warning("left out: %zu more", refused - SAID_MAX);
    if (marked > SAID_MAX)
        say_warning("%zu more such files", marked - SAID_MAX);
}

static bool read_link(int fd, const char *name, struct buf *content, struct err *err) {
    char target[PATH_BYTES_MAX];
    ssize_t n = readlinkat(fd, "", target, sizeof target);
    if (n < 0)
        return err_set_errno(err, errno, "cannot read link '%s'", name);
    return buf_append(content, target, (size_t)n) ||
           err_set(err, ERR_LIMIT, "link '%s' is too long", name);
}

static bool read_regular(int fd, const char *name, struct buf *content, struct err *err) {
    for (;;) {
        char *room = buf_reserve(content, 1u << 16);
        if (!room)
            return err_set(err, ERR_LIMIT, "'%s' is larger than %zu MB", name, content->max >> 20);
        ssize_t n = read(fd, room, 1u << 16);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set_errno(err, errno, "cannot read '%s'", name);
        if (n == 0)
            return true;
        buf_grown(content, (size_t)n);
    }
}

bool result_read_file(const char *dir, struct str path, struct buf *content, uint32_t *mode,
                      struct err *err) {
    *mode = 0;
    AUTO_FREE char *name = str_dup(path);
    AUTO_FD int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0)
        return err_set_errno(err, errno, "cannot open '%s'", dir);
    struct open_how how = {.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
                           .resolve =
                               RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    AUTO_FD int found = (int)syscall(SYS_openat2, dir_fd, name, &how, sizeof how);
    if (found < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
               err_set_errno(err, errno, "cannot look at '%s'", name);
    struct stat st;
    if (fstat(found, &st) != 0)
        return err_set_errno(err, errno, "cannot look at '%s'", name);
    *mode = st.st_mode;
    if (S_ISLNK(st.st_mode))
        return read_link(found, name, content, err);
    if (!S_ISREG(st.st_mode))
        return true;
    how.flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    AUTO_FD int fd = (int)syscall(SYS_openat2, dir_fd, name, &how, sizeof how);
    if (fd < 0)
        return err_set_errno(err, errno, "cannot open '%s'", name);
    return read_regular(fd, name, content, err);
}
