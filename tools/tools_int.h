#ifndef TOOLS_TOOLS_INT_H
#define TOOLS_TOOLS_INT_H
/* Private to tools/: what its files share. See tools.h for the whole. */
#include "tools/tools.h"
#include "runtime/base/asset.h"

/* ---- rows, one a file ---- */
extern const struct tool tool_Bash, tool_Read, tool_Write, tool_Edit, tool_Glob, tool_Grep,
    tool_Agent, tool_Swarm, tool_Finish, tool_TodoWrite;
#define TOOL_SCHEMA(name)                                                                          \
    .schema = asset_tools_##name##_json, .schema_end = asset_tools_##name##_json_end

int tool_Read_run(struct str input, int out_fd);
int tool_Write_run(struct str input, int out_fd);
int tool_Edit_run(struct str input, int out_fd);
int tool_Glob_run(struct str input, int out_fd);
int tool_Grep_run(struct str input, int out_fd);

/* ---- trusted side ---- */
/* prepare of the file tools: function, input (the arguments) and limits. */
bool tool__prepare_function(const struct tool *tool, const cJSON *arguments, struct cell_spec *spec,
                            struct arena *arena);
/* result of the file tools: takes the record apart. */
void tool__result_record(const struct cell_result *result, struct buf *text,
                         struct tool_effect *effect);
/* Says how a cell ended when that was not a plain exit; false (and nothing) when it was. wall_ms is
 * the limit that it had. */
bool tool__end_text(const struct cell_result *result, int64_t wall_ms, struct buf *text);
/* What a terminal would show of text that goes back over its line with carriage returns. */
void tool__collapse_returns(struct str raw, struct buf *out);

/* ---- inside the cell ---- */
/* What a file tool says. text is for the model; path and file are for the grammar. */
struct answer {
    struct buf text;
    struct buf path;
    struct buf file;
    bool failed, has_file;
};
/* Body of a cell function: parses the arguments, lets work answer, writes the record. */
int tool__function(struct str input, int out_fd, void (*work)(const cJSON *, struct answer *));
/* failed, and the text; for "return answer_no(...)". */
void answer_no(struct answer *answer, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A path argument made relative to the workspace (the current directory): no "." or "..", no
 * doubled slash; "." for the workspace itself. False: answer says why. */
bool place_normalize(struct buf *out, const char *path, struct answer *answer);
/* Opens below the current directory and nowhere else; symbolic links are followed as long as they
 * stay inside. -1 with errno (EXDEV: leads outside). */
int place_open(const char *path, int flags);
/* As place_open for kernels or filters without openat2: no symbolic links at all. */
int place__open_walk(const char *path, int flags);
/* Why path could not be opened, as help for the model. */
void place_explain(struct answer *answer, const char *path, int error);
/* All bytes of a regular text file of at most FILE_BYTES_MAX. mode may be NULL. False: answer says
 * why. */
bool place_read(struct buf *out, const char *path, uint32_t *mode, struct answer *answer);
/* Replaces or makes the file in one rename, so that nobody sees half of it; links are kept and
 * their target replaced. */
bool place_write(const char *path, struct str data, uint32_t mode, struct answer *answer);
bool text_is_binary(struct str bytes);

/* Calls file(arg, path) for every regular file under dir ("." or relative), in the order of the
 * paths' bytes, without .git, without what .gitignore names unless dir itself is ignored (how many
 * such entries: *ignored), and without following links to directories; false from it stops. Returns
 * false when a limit cut the walk short. */
bool walk_files(const char *dir, bool (*file)(void *arg, const char *path), void *arg,
                size_t *ignored);

/* Said when nothing was found but something was left out. */
#define IGNORED_NOTE                                                                               \
    "\n[%zu ignored files or directories were left out; name one in 'path' to look into it]"

/* A pattern as Glob takes it, braces expanded. */
struct glob {
    struct buf text; /* alternatives, NUL-separated */
    size_t n;
};
bool glob_compile(struct glob *glob, const char *pattern);
void glob_release(struct glob *glob);
bool glob_match(const struct glob *glob, const char *path);
#endif
