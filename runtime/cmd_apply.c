/* `drover apply [ID]`: the run's changes into the working tree, or out of it with --undo. */
#include "runtime/apply.h"
#include "runtime/runtime.h"

static const struct option apply_options[] = {
    {.name = "undo", .kind = OPTION_FLAG, .help = "put back what apply replaced"},
    {.name = "dry-run", .letter = 'n', .kind = OPTION_FLAG, .help = "only look for conflicts"},
    {0},
};

static void report_conflicts(const struct apply_report *r) {
    for (size_t i = 0; i < r->n_conflicts; i++) {
        AUTO_FREE char *name = result_name(str_from(r->conflict[i]), "");
        out_printf("conflict: %s\n", name);
    }
}

static bool apply_new(const struct run_info *info, bool dry, struct apply_report *report,
                      struct err *err) {
    AUTO_RESULT struct result result = {0};
    if (!result_read(&result, info, err))
        return false;
    result_say(&result);
    return apply_result(info, &result, dry, report, err);
}

static bool apply_do(const struct args *args, const struct run_info *info,
                     struct apply_report *report, struct err *err) {
    if (args_flag(args, "undo"))
        return apply_undo(info, report, err);
    if (info->owner) {
        err_set(err, ERR_BUSY, "run '%s' is running", info->id);
        return err_hint(err, "wait for its end, or 'drover stop %s'", info->id);
    }
    if (args_flag(args, "dry-run") && apply_unfinished(info)) {
        err_set(err, ERR_CONFLICT, "an apply of run '%s' was interrupted", info->id);
        return err_hint(err,
                        "'drover apply %s' finishes it, 'drover apply --undo %s' takes it back",
                        info->id, info->id);
    }
    bool found = false;
    if (!apply_finish(info, &found, report, err) || found)
        return found && !report->n_conflicts && err->code == ERR_NONE;
    return apply_new(info, args_flag(args, "dry-run"), report, err);
}

static bool apply_run(const struct args *args, int *status, struct err *err) {
    (void)status;
    AUTO_RUN_INFO struct run_info info = {0};
    if (!run_info_read(&info, args->n_operands ? args->operand[0] : NULL, err))
        return false;
    struct apply_report report = {0};
    bool dry = args_flag(args, "dry-run") && !args_flag(args, "undo");
    bool ok = apply_do(args, &info, &report, err);
    report_conflicts(&report);
    if (ok)
        out_printf("%zu file%s %swritten, %zu deleted in %s\n", report.written,
                   report.written == 1 ? "" : "s", dry ? "would be " : "", report.deleted,
                   info.worktree);
    if (ok && !dry && !args_flag(args, "undo") && report.written + report.deleted)
        say_hint("'drover apply --undo %s' takes them back", info.id);
    apply_report_release(&report);
    return ok;
}

const struct cmd cmd_apply = {
    .name = "apply",
    .group = GROUP_RUNS,
    .summary = "make a run's changes in the working tree",
    .operands = "[ID]",
    .examples = "drover apply\ndrover apply --dry-run 7\ndrover apply --undo 7\n",
    .about = "Per path, what the run began with, what it made and what is there now are compared. "
             "With any conflict nothing is written, the paths are listed, and the exit code is 1. "
             "The git index is left alone.\n",
    .options = apply_options,
    .run = apply_run,
};
