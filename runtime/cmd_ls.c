/* `drover ls`: runs, newest first. Read from the journals; a run that cannot be read is shown as
 * such and does not hide the others. */
#include <string.h>
#include <time.h>

#include "runtime/base/json.h"
#include "runtime/runs.h"
#include "runtime/runtime.h"

static const struct option ls_options[] = {
    {.name = "json", .kind = OPTION_FLAG, .help = "one JSON object a line"},
    {.name = "limit",
     .letter = 'n',
     .kind = OPTION_COUNT,
     .value = "N",
     .fallback = "20",
     .help = "runs to show"},
    {0},
};

static void when(char *out, size_t size, int64_t ms) {
    time_t t = (time_t)(ms / 1000);
    struct tm tm;
    localtime_r(&t, &tm);
    strftime(out, size, "%Y-%m-%d %H:%M", &tm);
}

static void show_json(const struct run_info *i) {
    AUTO_BUF struct buf b = BUF_INIT(JSON_BYTES_MAX);
    buf_printf(&b, "{\"id\":\"%s\",\"state\":\"%s\",\"goal\":", i->id, i->state);
    buf_append_json(&b, str_from(i->goal));
    buf_append_c(&b, ",\"worktree\":");
    buf_append_json(&b, str_from(i->worktree));
    buf_printf(&b, ",\"created_ms\":%lld,\"updated_ms\":%lld,\"owner\":%d,\"result\":%s}\n",
               (long long)i->created_ms, (long long)i->updated_ms, i->owner,
               *i->result_json ? i->result_json : "{}");
    out_write(buf_str(&b));
}

/* For people: "done" would not say whether it was worth it. */
static const char *outcome(const struct run_info *i) {
    AUTO_JSON cJSON *result = NULL;
    if (strcmp(i->state, "done") != 0 ||
        !json_parse(&result, str_from(i->result_json), "result", NULL))
        return i->state;
    return json_bool(result, "success", false) ? "success" : "failure";
}

static void show_line(const struct run_info *i) {
    char created[32], goal[200];
    when(created, sizeof created, i->created_ms);
    size_t room = (size_t)MAX(term_width(STREAM_OUT) - 36, 21);
    term_line(goal, MIN(room, sizeof goal), str_from(i->goal));
    out_printf("%-5s %-16s %-12s %s\n", i->id, created, outcome(i), goal);
}

static bool ls_run(const struct args *args, int *status, struct err *err) {
    (void)status;
    char **ids = NULL;
    bool ok = runs_list(&ids, err);
    int64_t limit = args_int(args, "limit");
    bool json = args_flag(args, "json");
    if (ok && ids[0] && !json)
        out_printf("%-5s %-16s %-12s %s\n", "RUN", "STARTED", "STATE", "GOAL");
    for (int64_t i = 0; ok && ids[i] && i < limit; i++) {
        AUTO_RUN_INFO struct run_info info = {0};
        struct err why = ERR_INIT;
        if (!run_info_read(&info, ids[i], &why))
            json ? out_printf("{\"id\":\"%s\",\"state\":\"unreadable\"}\n", ids[i])
                 : out_printf("%-5s %-16s %-12s %s\n", ids[i], "", "unreadable", why.msg);
        else if (json)
            show_json(&info);
        else
            show_line(&info);
    }
    if (ok && !ids[0]) {
        say_note("there are no runs yet");
        say_hint("drover run \"make the failing tests pass\"");
    }
    runs_list_free(ids);
    return ok;
}

const struct cmd cmd_ls = {
    .name = "ls",
    .group = GROUP_RUNS,
    .summary = "list runs, newest first",
    .examples = "drover ls\ndrover ls --json | jq .id\n",
    .options = ls_options,
    .run = ls_run,
};
