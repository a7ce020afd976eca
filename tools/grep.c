/* Grep: a regular expression over the text files of the workspace.
 *
 * Runs in a cell. PCRE2 without its compiler (a cell need not be allowed to make code), each line
 * on its own, with a limit on the steps a line may cost: a pattern that explodes is told to the
 * model instead of eating its CPU time. Files that are binary, or larger than FILE_BYTES_MAX, are
 * left out and counted, those that .gitignore names are left out (walk.c). Files come in the order
 * of their paths' bytes, so the same tree gives the same answer; past head_limit lines the rest is
 * only counted. */
#include "tools/tools_int.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

ASSET_DECLARE(tools_Grep_json);

enum grep_mode { GREP_FILES, GREP_CONTENT, GREP_COUNT };

struct grep {
    struct answer *answer;
    enum grep_mode mode;
    bool numbers;
    int64_t before, after, head_limit;
    pcre2_code *code;
    pcre2_match_context *context;
    pcre2_match_data *match;
    struct glob glob;
    bool has_glob;
    struct buf bytes; /* of the file that is being searched */
    size_t ignored;   /* entries that .gitignore names */
    size_t lines, lines_left_out, files_too_large, lines_given_up;
    bool any;
};

/* ---- one line ---- */

static bool line_matches(struct grep *g, struct str line) {
    if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
        line.len--;
    }
    int rc = pcre2_match(g->code, (PCRE2_SPTR)(line.len ? line.ptr : ""), line.len, 0, 0, g->match,
                         g->context);
    if (rc < 0 && rc != PCRE2_ERROR_NOMATCH) {
        g->lines_given_up++;
    }
    return rc >= 0;
}

static bool room_for_line(struct grep *g) {
    bool full = g->answer->text.len > TOOL_TEXT_BYTES_MAX - 2 * PATH_BYTES_MAX;
    if (full || (int64_t)g->lines >= g->head_limit) {
        g->lines_left_out++;
        return false;
    }
    g->lines++;
    return true;
}

static void show_line(struct grep *g, const char *path, size_t number, char mark, struct str line) {
    if (!room_for_line(g)) {
        return;
    }
    struct buf *text = &g->answer->text;
    size_t shown = str_utf8_floor(line, MIN(line.len, GREP_LINE_BYTES_MAX));
    buf_printf(text, "%s%c", path, mark);
    if (g->numbers) {
        buf_printf(text, "%zu%c", number, mark);
    }
    buf_append(text, line.ptr, shown);
    if (shown < line.len) {
        buf_printf(text, " [%zu more bytes]", line.len - shown);
    }
    buf_append_char(text, '\n');
}

/* ---- one file ---- */

/* Lines with context: each line is shown once, groups that do not touch are kept apart by "--". */
static void show_file(struct grep *g, const char *path) {
    struct str rest = buf_str(&g->bytes), line;
    struct str ring[100]; /* lines before, at most the schema's maximum */
    size_t number = 0, shown_to = 0;
    int64_t after = 0;
    bool context = g->before > 0 || g->after > 0;
    ASSERT(g->before <= (int64_t)ARRAY_LEN(ring));
    while (str_next_line(&rest, &line)) {
        number++;
        if (line_matches(g, line)) {
            size_t from = number > (size_t)g->before ? number - (size_t)g->before : 1;
            from = MAX(from, shown_to + 1);
            bool apart = shown_to == 0 || from > shown_to + 1;
            if (context && g->any && apart && room_for_line(g)) {
                buf_append_c(&g->answer->text, "--\n");
            }
            for (size_t i = from; i < number; i++) {
                show_line(g, path, i, '-', ring[i % ARRAY_LEN(ring)]);
            }
            show_line(g, path, number, ':', line);
            g->any = true;
            shown_to = number;
            after = g->after;
        } else if (after > 0) {
            show_line(g, path, number, '-', line);
            shown_to = number;
            after--;
        }
        ring[number % ARRAY_LEN(ring)] = line;
    }
}

static void count_file(struct grep *g, const char *path) {
    struct str rest = buf_str(&g->bytes), line;
    size_t n = 0;
    while (str_next_line(&rest, &line) && !(n == 1 && g->mode == GREP_FILES)) {
        n += line_matches(g, line);
    }
    if (n == 0) {
        return;
    }
    g->any = true;
    if (room_for_line(g)) {
        if (g->mode == GREP_FILES) {
            buf_printf(&g->answer->text, "%s\n", path);
        } else {
            buf_printf(&g->answer->text, "%s:%zu\n", path, n);
        }
    }
}

/* False: not a text file that can be searched. */
static bool load(struct grep *g, const char *path) {
    struct stat st;
    AUTO_FD int fd = place_open(path, O_RDONLY | O_NONBLOCK);
    buf_clear(&g->bytes);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return false;
    }
    if ((uint64_t)st.st_size > FILE_BYTES_MAX) {
        g->files_too_large++;
        return false;
    }
    char *room = buf_reserve(&g->bytes, (size_t)st.st_size);
    ASSERT(room != NULL);
    ssize_t n = read(fd, room, (size_t)st.st_size);
    buf_grown(&g->bytes, n > 0 ? (size_t)n : 0);
    return n > 0 && !text_is_binary(buf_str(&g->bytes));
}

static bool name_fits(const struct grep *g, const char *path) {
    const char *slash = strrchr(path, '/');
    return !g->has_glob || glob_match(&g->glob, path) || (slash && glob_match(&g->glob, slash + 1));
}

static bool grep_file(void *arg, const char *path) {
    struct grep *g = arg;
    if (name_fits(g, path) && load(g, path)) {
        if (g->mode == GREP_CONTENT) {
            show_file(g, path);
        } else {
            count_file(g, path);
        }
    }
    return true;
}

/* ---- the call ---- */

static bool compile(struct grep *g, const cJSON *arguments) {
    const char *pattern = json_string(arguments, "pattern", "");
    int error = 0;
    PCRE2_SIZE offset = 0;
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
    options |= json_bool(arguments, "-i", false) ? PCRE2_CASELESS : 0;
    g->code =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, &error, &offset, NULL);
    if (g->code == NULL) {
        char why[128] = "";
        pcre2_get_error_message(error, (PCRE2_UCHAR *)why, sizeof(why));
        answer_no(g->answer, "the pattern is wrong at its character %zu: %s", (size_t)offset, why);
        return false;
    }
    g->context = pcre2_match_context_create(NULL);
    g->match = pcre2_match_data_create(1, NULL);
    ASSERT(g->context && g->match);
    pcre2_set_match_limit(g->context, GREP_MATCH_LIMIT);
    pcre2_set_depth_limit(g->context, GREP_MATCH_LIMIT);
    pcre2_set_heap_limit(g->context, 64 * 1024); /* KiB */
    return true;
}

static bool options_read(struct grep *g, const cJSON *arguments) {
    const char *mode = json_string(arguments, "output_mode", "files_with_matches");
    const char *glob = json_string(arguments, "glob", NULL);
    int64_t around = 0;
    g->mode = strcmp(mode, "content") == 0 ? GREP_CONTENT
              : strcmp(mode, "count") == 0 ? GREP_COUNT
                                           : GREP_FILES;
    g->numbers = json_bool(arguments, "-n", true);
    (void)json_int(arguments, "-C", 0, 100, &around);
    g->before = g->after = around;
    (void)json_int(arguments, "-B", 0, 100, &g->before);
    (void)json_int(arguments, "-A", 0, 100, &g->after);
    g->head_limit = GREP_LINES_DEFAULT;
    (void)json_int(arguments, "head_limit", 1, 10000, &g->head_limit);
    g->has_glob = glob != NULL;
    if (glob && !glob_compile(&g->glob, glob)) {
        answer_no(g->answer, "the braces of '%s' make more than %d patterns", glob,
                  GLOB_ALTERNATIVES_MAX);
        return false;
    }
    return true;
}

static void grep_end(struct grep *g, bool whole) {
    struct buf *text = &g->answer->text;
    if (!g->any) {
        buf_append_c(text, "no matches");
        if (g->ignored > 0) {
            buf_printf(text, IGNORED_NOTE, g->ignored);
        }
        buf_append_char(text, '\n');
    }
    if (g->lines_left_out > 0) {
        buf_printf(text, "[%zu more lines; narrow the search or raise head_limit]\n",
                   g->lines_left_out);
    }
    if (g->lines_given_up > 0) {
        buf_printf(text, "[the pattern was too costly for %zu lines; make it simpler]\n",
                   g->lines_given_up);
    }
    if (g->files_too_large > 0) {
        buf_printf(text, "[%zu files larger than %u MiB were not searched]\n", g->files_too_large,
                   FILE_BYTES_MAX >> 20);
    }
    if (!whole) {
        buf_append_c(text, "[the workspace is too large to be walked to its end]\n");
    }
    if (text->len > 0) {
        text->data[--text->len] = '\0';
    }
}

static void search(struct grep *g, const char *path) {
    AUTO_FD int fd = place_open(path, O_PATH);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        place_explain(g->answer, path, errno);
        return;
    }
    bool whole = true;
    if (S_ISDIR(st.st_mode)) {
        whole = walk_files(path, grep_file, g, &g->ignored);
    } else {
        grep_file(g, path);
    }
    grep_end(g, whole);
}

static void grep_work(const cJSON *arguments, struct answer *a) {
    struct grep g = {.answer = a, .bytes = BUF_INIT(FILE_BYTES_MAX)};
    AUTO_BUF struct buf path = BUF_INIT(PATH_BYTES_MAX);
    if (place_normalize(&path, json_string(arguments, "path", "."), a) &&
        options_read(&g, arguments) && compile(&g, arguments)) {
        search(&g, buf_cstr(&path));
    }
    pcre2_match_data_free(g.match);
    pcre2_match_context_free(g.context);
    pcre2_code_free(g.code);
    glob_release(&g.glob);
    buf_release(&g.bytes);
}

int tool_Grep_run(struct str input, int out_fd) {
    return tool__function(input, out_fd, grep_work);
}

const struct tool tool_Grep = {
    .name = "Grep",
    TOOL_SCHEMA(Grep),
    .kind = TOOL_CELL_FUNCTION,
    .walks = true,
    .reads_only = true,
};
