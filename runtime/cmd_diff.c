/* `drover diff [ID]`: what a run changed, as a patch. libgit2 makes the patch from two buffers a
 * file: the base's bytes (the user's, copied when the run began) and the result's (out of a cell).
 * libgit2 does not know modes of buffers: header lines that name one are written here. A change of
 * kind (file, link) is a deletion and a creation, as git has it.
 * Names and texts of agents are data: what would move the cursor, turn the direction or not be seen
 * at all is shown as its bytes on a terminal: who reads a diff before an apply must see all of it.
 */
#include <git2.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime/result.h"
#include "runtime/runtime.h"
#include "tools/tools.h"

static const struct option diff_options[] = {
    {.name = "stat", .kind = OPTION_FLAG, .help = "names and counts only"},
    {.name = "name-only", .kind = OPTION_FLAG, .help = "names only"},
    {0},
};

struct totals {
    size_t files, added, removed;
};

static bool is_for_git(void) {
    return !term_is_tty(STREAM_OUT) && !term_color(STREAM_OUT);
}

/* Terminals get no escape sequences from agents, nor does a pager that is sent colours; other pipes
 * get the bytes, which git can apply. */
static void print_line(char origin, struct str text) {
    enum style style = origin == '+'   ? STYLE_GREEN
                       : origin == '-' ? STYLE_RED
                       : origin == 'H' ? STYLE_BLUE
                                       : STYLE_NONE;
    if (is_for_git()) {
        if (origin == '+' || origin == '-' || origin == ' ')
            out_printf("%c", origin);
        out_write(text);
        return;
    }
    AUTO_BUF struct buf clean = BUF_INIT(text.len * 4 + 16);
    for (size_t i = 0, n; i < text.len; i += n) {
        bool shown;
        n = tool_text_step(text, i, &shown);
        shown |= text.ptr[i] == '\n' || text.ptr[i] == '\t';
        if (shown)
            buf_append(&clean, text.ptr + i, n);
        for (size_t k = i; !shown && k < i + n; k++)
            buf_printf(&clean, "\\x%02x", (unsigned char)text.ptr[k]);
    }
    out_printf("%s", term_style(STREAM_OUT, style));
    if (origin == '+' || origin == '-' || origin == ' ')
        out_printf("%c", origin);
    struct str shown = buf_str(&clean);
    bool newline = str_ends(shown, STR("\n"));
    out_write(str_slice(shown, 0, shown.len - newline));
    out_printf("%s%s", style ? term_style(STREAM_OUT, STYLE_NONE) : "", newline ? "\n" : "");
}

/* One side of a path; mode 0: there is no file. */
struct side {
    uint32_t mode;
    struct str content;
};
struct comparison {
    const struct result_entry *entry;
    struct side from, to;
};

static unsigned git_mode(uint32_t mode) {
    return S_ISLNK(mode) ? 0120000 : mode & 0100 ? 0100755 : 0100644;
}

static void print_text(char origin, const char *text) {
    print_line(origin, str_from(text));
}

/* libgit2's header with the modes as they are. */
static void print_header(const struct comparison *c, struct str header) {
    struct str line;
    bool both = c->from.mode && c->to.mode,
         changed = git_mode(c->from.mode) != git_mode(c->to.mode);
    while (str_next_line(&header, &line)) {
        AUTO_FREE char *text = str_dup(line);
        AUTO_FREE char *out = NULL;
        if (str_starts(line, STR("new file mode ")))
            out = xasprintf("new file mode %o\n", git_mode(c->to.mode));
        else if (str_starts(line, STR("deleted file mode ")))
            out = xasprintf("deleted file mode %o\n", git_mode(c->from.mode));
        else if (both && str_starts(line, STR("index ")) && str_ends(line, STR(" 100644")))
            out = changed
                      ? xasprintf("old mode %o\nnew mode %o\n%.*s\n", git_mode(c->from.mode),
                                  git_mode(c->to.mode), (int)(line.len - 7), line.ptr)
                      : xasprintf("%.*s%o\n", (int)(line.len - 6), line.ptr, git_mode(c->to.mode));
        else
            out = xasprintf("%s\n", text);
        print_text('H', out);
    }
}

static int on_line(const git_diff_delta *delta, const git_diff_hunk *hunk,
                   const git_diff_line *line, void *arg) {
    (void)delta;
    (void)hunk;
    struct str text = {line->content, line->content_len};
    if (line->origin == GIT_DIFF_LINE_FILE_HDR)
        print_header(arg, text);
    else
        print_line(line->origin, text);
    return 0;
}

/* Only the mode changed: there is no patch that could have a header. */
static void print_mode_change(const struct comparison *c) {
    AUTO_FREE char *a = result_name(c->entry->path, "a/");
    AUTO_FREE char *b = result_name(c->entry->path, "b/");
    AUTO_FREE char *text = xasprintf("diff --git %s %s\nold mode %o\nnew mode %o\n", a, b,
                                     git_mode(c->from.mode), git_mode(c->to.mode));
    print_text('H', text);
}

static bool patch_make(git_patch **patch, const struct comparison *c, struct err *err) {
    AUTO_FREE char *name = str_dup(c->entry->path);
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.id_abbrev = 40; /* binary patches need whole ids */
    if (is_for_git())
        options.flags |= GIT_DIFF_SHOW_BINARY;
    if (git_patch_from_buffers(patch, c->from.mode ? c->from.content.ptr : NULL,
                               c->from.mode ? c->from.content.len : 0, c->from.mode ? name : NULL,
                               c->to.mode ? c->to.content.ptr : NULL,
                               c->to.mode ? c->to.content.len : 0, c->to.mode ? name : NULL,
                               &options) == 0)
        return true;
    const git_error *why = git_error_last();
    return err_set(err, ERR_INTERNAL, "cannot compare '%s': %s", name, why ? why->message : "?");
}

static bool print_comparison(const struct comparison *c, bool stat, struct totals *totals,
                             struct err *err) {
    if (!stat && c->from.mode && c->to.mode && S_ISLNK(c->from.mode) != S_ISLNK(c->to.mode)) {
        struct comparison gone = *c, made = *c;
        gone.to = made.from = (struct side){0};
        return print_comparison(&gone, false, totals, err) &&
               print_comparison(&made, false, totals, err);
    }
    git_patch *patch = NULL;
    if (!patch_make(&patch, c, err))
        return false;
    size_t context = 0, added = 0, removed = 0;
    git_patch_line_stats(&context, &added, &removed, patch);
    totals->added += added;
    totals->removed += removed;
    bool modes = c->from.mode && c->to.mode && git_mode(c->from.mode) != git_mode(c->to.mode);
    if (stat) {
        AUTO_FREE char *name = result_name(c->entry->path, "");
        out_printf("%5zu+ %5zu-  %s%s\n", added, removed, name,
                   !c->to.mode     ? "  (deleted)"
                   : !c->from.mode ? "  (new)"
                   : modes         ? "  (mode)"
                                   : "");
    } else if (modes && str_equal(c->from.content, c->to.content)) {
        print_mode_change(c);
    } else {
        git_patch_print(patch, on_line, (void *)(uintptr_t)c);
    }
    git_patch_free(patch);
    return true;
}

static bool diff_entry(const struct run_info *info, const struct result_entry *e,
                       const struct args *args, struct totals *totals, struct err *err) {
    AUTO_FREE char *base = xasprintf("%s/base", info->dir);
    AUTO_BUF struct buf before = BUF_INIT(FILE_BYTES_MAX * 16ull);
    struct comparison c = {.entry = e};
    if (!result_read_file(base, e->path, &before, &c.from.mode, err))
        return false;
    c.from.content = (struct str){buf_cstr(&before), before.len};
    if (S_ISDIR(c.from.mode)) /* its files are listed as deleted */
        c.from.mode = 0;
    if (e->kind != CHANGE_DELETED) {
        c.to.mode = e->kind == CHANGE_SYMLINK ? S_IFLNK | 0777 : S_IFREG | e->mode;
        c.to.content = e->content;
    }
    if (!c.from.mode && !c.to.mode)
        return true;
    totals->files++;
    if (!args_flag(args, "name-only"))
        return print_comparison(&c, args_flag(args, "stat"), totals, err);
    AUTO_FREE char *name = result_name(e->path, "");
    out_printf("%s\n", name);
    return true;
}

static bool diff_run(const struct args *args, int *status, struct err *err) {
    (void)status;
    AUTO_RUN_INFO struct run_info info = {0};
    AUTO_RESULT struct result result = {0};
    if (!run_info_read(&info, args->n_operands ? args->operand[0] : NULL, err) ||
        !result_read(&result, &info, err))
        return false;
    git_libgit2_init();
    struct totals totals = {0};
    bool ok = true;
    result_say(&result);
    for (size_t i = 0; ok && i < result.n; i++)
        ok = result.entry[i].refused || diff_entry(&info, &result.entry[i], args, &totals, err);
    if (ok && args_flag(args, "stat"))
        out_printf("%zu file%s, %zu line%s added, %zu removed\n", totals.files,
                   totals.files == 1 ? "" : "s", totals.added, totals.added == 1 ? "" : "s",
                   totals.removed);
    git_libgit2_shutdown();
    if (ok && !totals.files)
        say_note("run %s changed nothing", info.id);
    return ok;
}

const struct cmd cmd_diff = {
    .name = "diff",
    .group = GROUP_RUNS,
    .summary = "show what a run changed",
    .operands = "[ID]",
    .examples = "drover diff\ndrover diff --stat 7\ndrover diff 7 > change.patch\n",
    .options = diff_options,
    .run = diff_run,
};
