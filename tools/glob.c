/* Glob: which files there are.
 *
 * Runs in a cell. Paths relative to the workspace (so that they can be given to Read as they are),
 * sorted by their bytes, at most GLOB_FILES_MAX. The pattern is matched against the path below
 * `path`; what .gitignore names is left out (walk.c). A pattern without a slash means that
 * directory only, and when nothing is there the answer says how to look deeper. */
#include "tools/tools_int.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

ASSET_DECLARE(tools_Glob_json);

struct globbing {
    struct answer *answer;
    struct glob glob;
    size_t skip; /* bytes of the directory and its slash */
    size_t found, shown, ignored;
};

static bool glob_file(void *arg, const char *path) {
    struct globbing *g = arg;
    if (!glob_match(&g->glob, path + g->skip)) {
        return true;
    }
    g->found++;
    if (g->shown < GLOB_FILES_MAX &&
        g->answer->text.len < TOOL_TEXT_BYTES_MAX - 2 * PATH_BYTES_MAX) {
        g->shown++;
        buf_printf(&g->answer->text, "%s\n", path);
    }
    return true;
}

static bool is_directory(const char *path, struct answer *a) {
    AUTO_FD int fd = place_open(path, O_PATH | O_DIRECTORY);
    if (fd >= 0) {
        return true;
    }
    if (errno == ENOTDIR || errno == ENOENT) {
        answer_no(a, "there is no directory '%s'", path);
    } else {
        place_explain(a, path, errno);
    }
    return false;
}

static void glob_end(struct globbing *g, const char *pattern, bool whole) {
    struct buf *text = &g->answer->text;
    if (g->found == 0) {
        buf_printf(text, "no files match '%s'", pattern);
        if (strchr(pattern, '/') == NULL && strncmp(pattern, "**", 2) != 0) {
            buf_printf(text, "; in all directories: '**/%s'", pattern);
        }
        if (g->ignored > 0) {
            buf_printf(text, IGNORED_NOTE, g->ignored);
        }
    } else if (g->found > g->shown) {
        buf_printf(text, "[%zu more files; narrow the pattern]", g->found - g->shown);
    } else {
        text->data[--text->len] = '\0';
    }
    if (!whole) {
        buf_append_c(text, "\n[the workspace is too large to be walked to its end]");
    }
}

static void glob_work(const cJSON *arguments, struct answer *a) {
    struct globbing g = {.answer = a};
    const char *pattern = json_string(arguments, "pattern", "");
    AUTO_BUF struct buf dir = BUF_INIT(PATH_BYTES_MAX);
    if (!place_normalize(&dir, json_string(arguments, "path", "."), a) ||
        !is_directory(buf_cstr(&dir), a)) {
        return;
    }
    if (glob_compile(&g.glob, pattern)) {
        g.skip = strcmp(dir.data, ".") == 0 ? 0 : dir.len + 1;
        bool whole = walk_files(dir.data, glob_file, &g, &g.ignored);
        glob_end(&g, pattern, whole);
    } else {
        answer_no(a, "the braces of '%s' make more than %d patterns", pattern,
                  GLOB_ALTERNATIVES_MAX);
    }
    glob_release(&g.glob);
}

int tool_Glob_run(struct str input, int out_fd) {
    return tool__function(input, out_fd, glob_work);
}

const struct tool tool_Glob = {
    .name = "Glob",
    TOOL_SCHEMA(Glob),
    .kind = TOOL_CELL_FUNCTION,
    .walks = true,
    .reads_only = true,
};
