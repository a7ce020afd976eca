#ifndef TOOLS_TOOLS_H
#define TOOLS_TOOLS_H
/* What an agent can do: a tool is one file and one row.
 *
 * How to think about it. A tool is a JSON schema (tools/NAME.json: what the model is told and the
 * grammar enforces) and one of three kinds. A *command* or a *function* runs in a cell:
 * tool_prepare turns validated arguments into a cell_spec, tool_result turns what the cell handed
 * back into the text that the model reads. *Herd* tools (Agent, Swarm, Finish, TodoWrite) are done
 * by agents/; only their schemas and tool_check live here. Wrong arguments, missing files and
 * failing commands are data: a text for the model, worded so that the next attempt can be right.
 * Nothing here keeps state; every function may run on any thread, the cell functions run inside the
 * cell.
 *
 *     const struct tool *tool = tool_find(name);
 *     if (tool->kind == TOOL_HERD) {
 *         if (!tool_check(tool, arguments, &text))              -> text is the result
 *     } else {
 *         if (!tool_prepare(tool, arguments, &spec, &arena, &text)) -> text is the result
 *         spec.workspace = ...; sandbox_run(sandbox, &spec, on_done, call);
 *     }
 *     on_done: tool_result(tool, arguments, result, &text, &effect); */
#include "runtime/base/json.h"
#include "sandbox/sandbox.h"

enum tool_kind {
    TOOL_CELL_COMMAND,  /* a program in a cell */
    TOOL_CELL_FUNCTION, /* one of tools_functions in a cell */
    TOOL_HERD,          /* no cell: agents/ does it */
};

/* What a finished call told us about one file, for the state-bound grammar. Slices are borrowed
 * from the cell_result. */
struct tool_effect {
    bool has_read;        /* read_path, read_text are set */
    struct str read_path; /* relative to the workspace, as base_list spells paths */
    struct str read_text; /* all bytes of the file after the call */
    bool failed;          /* the call did not do what was asked (exit status, missing file, ...) */
    bool cut;             /* text holds less than full */
    struct str full;      /* the output as it came, for the store when cut */
};

struct tool {
    const char *name;
    const char *schema, *schema_end; /* asset; see tool_schema */
    enum tool_kind kind;
    bool walks;      /* looks over the workspace: its cell has the base, for what is tracked */
    bool reads_only; /* its cell has no upper layer; adjacent ones may overlap */
    /* Private to tools/. check: what the schema cannot say. prepare: false when the arena is full.
     */
    bool (*check)(const cJSON *arguments, struct buf *refusal);
    bool (*prepare)(const cJSON *arguments, struct cell_spec *spec, struct arena *arena);
    void (*result)(const cJSON *arguments, const struct cell_result *result, struct buf *text,
                   struct tool_effect *effect);
};

/* By exact name; NULL if there is none. */
const struct tool *tool_find(struct str name);
/* All tools in the order in which the model is told of them. */
extern const struct tool *const tools_all[];
extern const size_t n_tools;
/* {"name", "description", "parameters"}; parameters in the order in which the grammar writes them.
 * Static storage. */
struct str tool_schema(const struct tool *tool);

/* Functions that cells may run; goes into sandbox_options.functions. */
extern const struct cell_function tools_functions[];
extern const size_t n_tools_functions;

/* True if arguments satisfy the tool's schema; else what is wrong and what is expected, appended to
 * refusal (created by the caller with RESULT_BYTES_MAX). The grammar makes this a second wall. */
bool tool_check(const struct tool *tool, const cJSON *arguments, struct buf *refusal) MUST_CHECK;
/* Fills argv or function, input and limits of spec; the rest of spec is the caller's. Everything
 * lives in arena. Checks the arguments first, as tool_check. False: refusal is the result. */
bool tool_prepare(const struct tool *tool, const cJSON *arguments, struct cell_spec *spec,
                  struct arena *arena, struct buf *refusal) MUST_CHECK;
/* Appends what the model reads, at most RESULT_BYTES_MAX, valid UTF-8 without control characters
 * (tool_text_clean). effect may be NULL. Not for herd tools. */
void tool_result(const struct tool *tool, const cJSON *arguments, const struct cell_result *result,
                 struct buf *text, struct tool_effect *effect);

/* Appends raw to text as a model or a terminal may see it: escape sequences (CSI, OSC, DCS, APC,
 * C1), other control characters but newline and tab, bidirectional overrides, zero-width and tag
 * characters are removed, invalid UTF-8 becomes U+FFFD; past max bytes the middle is cut and a line
 * says how much. Returns true if something was cut. */
bool tool_text_clean(struct str raw, size_t max, struct buf *text);
/* For what must be seen rather than left out (a diff, a name): bytes of the character at s[at], and
 * whether it is one that shows what it is; controls, what has no width or turns the direction, and
 * bytes that are no UTF-8 are not. */
size_t tool_text_step(struct str s, size_t at, bool *shown);
#endif
