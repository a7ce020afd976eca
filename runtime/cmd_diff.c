/* `drover diff [ID]`: what a run changed, as a patch. libgit2 makes the patch from two buffers a
 * file: the base's bytes (the user's, copied when the run began) and the result's (out of a cell).
 * Names and texts of agents are data: control characters are shown escaped on a terminal. */
#include <git2.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime/result.h"
#include "runtime/runtime.h"

static const struct option diff_options[] = {
    {.name = "stat", .kind = OPTION_FLAG, .help = "names and counts only"},
    {.name = "name-only", .kind = OPTION_FLAG, .help = "names only"},
    {0},
};

struct totals {
    size_t files, added, removed;
};

/* Terminals get no escape sequences from agents; pipes get the bytes. */
static void print_line(char origin, struct str text) {
    enum style style = origin == '+'   ? STYLE_GREEN
                       : origin == '-' ? STYLE_RED
                       : origin == 'H' ? STYLE_BLUE
                                       : STYLE_NONE;
    if (!term_is_tty(STREAM_OUT)) {
        if (origin == '+' || origin == '-' || origin == ' ')
            out_printf("%c", origin);
        out_write(text);
        return;
    }
    AUTO_BUF struct buf clean = BUF_INIT(text.len * 4 + 16);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            buf_printf(&clean, "\\x%02x", c);
        else
            buf_append_char(&clean, (char)c);
    }
    out_printf("%s", term_style(STREAM_OUT, style));
    if (origin == '+' || origin == '-' || origin == ' ')
        out_printf("%c", origin);
    struct str shown = buf_str(&clean);
    bool newline = str_ends(shown, STR("\n"));
    out_write(str_slice(shown, 0, shown.len - newline));
    out_printf("%s%s", style ? term_style(STREAM_OUT, STYLE_NONE) : "", newline ? "\n" : "");
}

static int on_line(const git_diff_delta *delta, const git_diff_hunk *hunk,
                   const git_diff_line *line, void *arg) {
    (void)delta;
    (void)hunk;
    (void)arg;
    print_line(line->origin, (struct str){line->content, line->content_len});
    return 0;
}

static bool patch_make(git_patch **patch, const struct result_entry *e, struct str before,
                       uint32_t before_mode, struct err *err) {
    AUTO_FREE char *name = str_dup(e->path);
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    bool gone = e->kind == CHANGE_DELETED;
    if (git_patch_from_buffers(patch, before_mode ? before.ptr : NULL, before.len,
                               before_mode ? name : NULL, gone ? NULL : e->content.ptr,
                               e->content.len, gone ? NULL : name, &options) == 0)
        return true;
    const git_error *why = git_error_last();
    return err_set(err, ERR_INTERNAL, "cannot compare '%s': %s", name, why ? why->message : "?");
}

static bool diff_entry(const struct run_info *info, const struct result_entry *e,
                       const struct args *args, struct totals *totals, struct err *err) {
    AUTO_FREE char *base = xasprintf("%s/base", info->dir);
    AUTO_BUF struct buf before = BUF_INIT(FILE_BYTES_MAX * 16ull);
    uint32_t mode = 0;
    if (!result_read_file(base, e->path, &before, &mode, err))
        return false;
    totals->files++;
    if (args_flag(args, "name-only")) {
        out_printf("%.*s\n", STR_FMT(e->path));
        return true;
    }
    git_patch *patch = NULL;
    if (!patch_make(&patch, e, (struct str){buf_cstr(&before), before.len}, mode, err))
        return false;
    size_t context = 0, added = 0, removed = 0;
    git_patch_line_stats(&context, &added, &removed, patch);
    totals->added += added;
    totals->removed += removed;
    if (args_flag(args, "stat"))
        out_printf("%5zu+ %5zu-  %.*s%s\n", added, removed, STR_FMT(e->path),
                   e->kind == CHANGE_DELETED ? "  (deleted)"
                   : mode                    ? ""
                                             : "  (new)");
    else
        git_patch_print(patch, on_line, NULL);
    git_patch_free(patch);
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
    for (size_t i = 0; ok && i < result.n; i++) {
        if (result.entry[i].refused)
            say_warning("left out: '%.*s' (a special file, an escaping link or git's own)",
                        STR_FMT(result.entry[i].path));
        else
            ok = diff_entry(&info, &result.entry[i], args, &totals, err);
    }
    if (ok && args_flag(args, "stat"))
        out_printf("%zu files, %zu lines added, %zu removed\n", totals.files, totals.added,
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
