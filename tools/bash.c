/* Bash: a command line in a cell of its own.
 *
 * The result is what a person would see: output in order, without the newlines at its end, then one
 * line in brackets if the command did not end with 0. That format is part of the shipped model's
 * contract (model/mini/contract.json): "[no output]", "[exit 2]".
 * The time-out is wall-clock time, which is what a model means by it; CPU time has its own limit.
 */
#include "tools/tools_int.h"

ASSET_DECLARE(tools_Bash_json);

/* Room in the result for the line about the end. */
#define END_LINE_BYTES 200

static bool bash_prepare(const cJSON *arguments, struct cell_spec *spec, struct arena *arena) {
    const char *command = json_string(arguments, "command", "");
    int64_t timeout_ms = 0;
    struct str line = arena_str(arena, str_from(command));
    const char **argv = arena_alloc(arena, 4 * sizeof(*argv));
    if (line.ptr == NULL || argv == NULL) {
        return false;
    }
    argv[0] = "bash";
    argv[1] = "-c";
    argv[2] = line.ptr;
    spec->argv = argv;
    if (json_int(arguments, "timeout", 1, 600000, &timeout_ms)) {
        spec->wall_ms = timeout_ms;
    }
    return true;
}

static void trim_newlines(struct buf *b) {
    while (b->len > 0 && b->data[b->len - 1] == '\n') {
        b->data[--b->len] = '\0';
    }
}

static void bash_result(const cJSON *arguments, const struct cell_result *result, struct buf *text,
                        struct tool_effect *effect) {
    int64_t wall_ms = CALL_WALL_MS_DEFAULT;
    (void)json_int(arguments, "timeout", 1, 600000, &wall_ms);
    AUTO_BUF struct buf seen = BUF_INIT(result->output.len + 1);
    AUTO_BUF struct buf end = BUF_INIT(END_LINE_BYTES);
    AUTO_BUF struct buf clean = BUF_INIT(RESULT_BYTES_MAX);
    tool__collapse_returns(result->output, &seen);
    effect->cut = tool_text_clean(buf_str(&seen), RESULT_BYTES_MAX - END_LINE_BYTES, &clean) ||
                  result->output_cut;
    effect->full = result->output;
    effect->failed = tool__end_text(result, wall_ms, &end) || result->status != 0;
    if (end.len == 0 && result->status != 0) {
        buf_printf(&end, "[exit %d]", result->status);
    }
    trim_newlines(&clean);
    if (clean.len == 0 && end.len == 0) {
        buf_append_c(&end, "[no output]");
    }
    buf_append_str(text, buf_str(&clean));
    if (clean.len > 0 && end.len > 0) {
        buf_append_char(text, '\n');
    }
    buf_append_str(text, buf_str(&end));
}

const struct tool tool_Bash = {
    .name = "Bash",
    TOOL_SCHEMA(Bash),
    .kind = TOOL_CELL_COMMAND,
    .prepare = bash_prepare,
    .result = bash_result,
};
