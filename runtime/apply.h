#ifndef RUNTIME_APPLY_H
#define RUNTIME_APPLY_H
/* Making a run's result real in the user's working tree: all of it or nothing, resumable after a
 * kill, undoable. Main thread. */
#include "runtime/result.h"

struct apply_report {
    char **conflict; /* paths that are neither as the run found them nor as it left them */
    size_t n_conflicts, written, deleted, already;
};
/* Compares per path what the run started from, what it made and what is there now. With a conflict
 * nothing is written: false, ERR_CONFLICT, paths in report. Otherwise journalled under the run's
 * directory, temp + fsync + rename, deletions last. dry: only the comparison, and what would be. */
bool apply_result(const struct run_info *info, const struct result *result, bool dry,
                  struct apply_report *report, struct err *err) MUST_CHECK;
/* An apply was interrupted: the working tree may be half as before. */
bool apply_unfinished(const struct run_info *info);
/* Finishes an apply that was interrupted; *found tells if there was one. */
bool apply_finish(const struct run_info *info, bool *found, struct apply_report *report,
                  struct err *err) MUST_CHECK;
/* Puts back what apply replaced, unless it was changed since. */
bool apply_undo(const struct run_info *info, struct apply_report *report,
                struct err *err) MUST_CHECK;
void apply_report_release(struct apply_report *report);
#endif
