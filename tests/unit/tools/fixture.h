/* A workspace in a temporary directory, and a call of a file tool in it: the function that a cell
 * would run, then the trusted side's reading of its record. */
#ifndef TESTS_TOOLS_FIXTURE_H
#define TESTS_TOOLS_FIXTURE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tools/tools_int.h"

struct workspace {
    char dir[64];
    int back; /* where the test was before */
    struct buf raw, text;
    struct tool_effect effect;
};

static inline void workspace_init(struct workspace *w) {
    *w = (struct workspace){.raw = BUF_INIT(32u << 20), .text = BUF_INIT(RESULT_BYTES_MAX)};
    snprintf(w->dir, sizeof(w->dir), "/tmp/drover-tools-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    w->back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(chdir(w->dir), 0);
}

static inline void workspace_release(struct workspace *w) {
    assert_int_equal(fchdir(w->back), 0);
    close(w->back);
    buf_release(&w->raw);
    buf_release(&w->text);
    assert_true(dir_remove(w->dir, NULL));
}

static inline void put_bytes(const char *path, struct str bytes) {
    AUTO_FREE char *copy = xstrdup(path);
    for (char *slash = strchr(copy, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(copy, 0755);
        *slash = '/';
    }
    AUTO_FD int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.ptr, bytes.len), (ssize_t)bytes.len);
}

static inline void put(const char *path, const char *text) {
    put_bytes(path, str_from(text));
}

static inline const char *get(struct workspace *w, const char *path) {
    buf_clear(&w->raw);
    assert_true(file_read(&w->raw, path, w->raw.max, NULL));
    return buf_cstr(&w->raw);
}

/* The result's text; effect in w. arguments is JSON with ' for ". */
static inline const char *call(struct workspace *w, const char *name, const char *arguments) {
    AUTO_FREE char *json = xstrdup(arguments);
    for (char *p = json; *p; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    AUTO_JSON cJSON *tree = NULL;
    AUTO_ARENA struct arena arena = ARENA_INIT(64u << 20);
    struct cell_spec spec = {0};
    struct err err = ERR_INIT;
    const struct tool *tool = tool_find(str_from(name));
    buf_clear(&w->text);
    w->effect = (struct tool_effect){0};
    if (!json_parse(&tree, str_from(json), "test", &err)) {
        fail_msg("%s", err.msg);
    }
    if (!tool_prepare(tool, tree, &spec, &arena, &w->text)) {
        w->effect.failed = true;
        return buf_cstr(&w->text);
    }
    AUTO_FD int out = memfd_create("record", MFD_CLOEXEC);
    struct cell_result result = {.end = CELL_EXITED};
    for (size_t i = 0; i < n_tools_functions; i++) {
        if (strcmp(tools_functions[i].name, spec.function) == 0) {
            result.status = tools_functions[i].run(spec.input, out);
        }
    }
    off_t n = lseek(out, 0, SEEK_END);
    assert_true((size_t)n <= spec.output_max);
    buf_clear(&w->raw);
    char *room = buf_reserve(&w->raw, (size_t)n);
    assert_int_equal(pread(out, room, (size_t)n, 0), n);
    buf_grown(&w->raw, (size_t)n);
    result.output = buf_str(&w->raw);
    tool_result(tool, tree, &result, &w->text, &w->effect);
    assert_true(w->text.len <= RESULT_BYTES_MAX);
    assert_true(str_is_utf8(buf_str(&w->text)));
    return buf_cstr(&w->text);
}

static inline void has(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("'%s' is not in: %s", part, text);
    }
}
#endif
