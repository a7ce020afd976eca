#ifndef RUNTIME_RUNS_H
#define RUNTIME_RUNS_H
/* Run directories: one a run below the state directory, named by a number. Main thread. */
#include "store/store.h"

/* Whether runs can be kept: the directory above them is there and can be written, with a hint. */
bool runs_possible(struct err *err) MUST_CHECK;
/* Makes a directory for a run that has no number yet, so that one that is killed before it begins
 * is never taken for the newest; those that such processes left are removed. Owned by the caller.
 */
bool runs_new(char **dir, struct err *err) MUST_CHECK;
/* Gives it the next free number; *dir is replaced. id is owned by the caller. */
bool runs_number(char **id, char **dir, struct err *err) MUST_CHECK;
/* The directory of a run by id; NULL or "" is the newest one. ERR_NOT_FOUND with a hint. */
bool runs_find(char **id, char **dir, const char *wanted, struct err *err) MUST_CHECK;
/* All ids, newest first; owned by the caller, NULL-terminated. */
bool runs_list(char ***ids, struct err *err) MUST_CHECK;
void runs_list_free(char **ids);

/* What `ls` and `show` need of a run. */
struct run_info {
    char *id, *dir, *goal, *worktree, *state, *result_json, *model_path, *config_json, *base_json;
    uint64_t seed;
    int64_t root_agent, created_ms, updated_ms;
    int owner; /* pid of the process that runs it, 0 if none */
};
/* state is "interrupted" when the journal says running and nobody owns it. */
bool run_info_read(struct run_info *out, const char *id, struct err *err) MUST_CHECK;
void run_info_release(struct run_info *info);
#define AUTO_RUN_INFO __attribute__((cleanup(run_info_release)))

/* A read-only store of a run. */
bool runs_open_reader(struct store **out, const char *dir, struct err *err) MUST_CHECK;
void auto_store(struct store **store);
#define AUTO_STORE __attribute__((cleanup(auto_store)))
#endif
