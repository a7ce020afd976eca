/* `drover log [ID]`: the story of a run, from the journal's events; -f follows it by asking the
 * journal again, so that no process but the owner is needed. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runtime/base/json.h"
#include "runtime/runs.h"
#include "runtime/runtime.h"

/* Between two looks at the journal with -f, microseconds. */
#define FOLLOW_US 250000

static const struct option log_options[] = {
    {.name = "follow", .letter = 'f', .kind = OPTION_FLAG, .help = "go on until the run ends"},
    {.name = "json", .kind = OPTION_FLAG, .help = "one JSON object an event"},
    {0},
};

/* Of a call's result, cut at a character. */
#define RESULT_SHOWN_BYTES 92

struct log {
    bool json;
    int64_t last;
};

static void describe(struct buf *b, const char *type, const cJSON *data) {
    char line[160];
    if (strcmp(type, "call") == 0) {
        AUTO_FREE char *arguments = json_print(cJSON_GetObjectItemCaseSensitive(data, "arguments"));
        term_line(line, sizeof line, str_from(arguments));
        buf_printf(b, "%s %s", json_string(data, "name", ""), line);
        term_line(line, RESULT_SHOWN_BYTES, str_from(json_string(data, "result", "")));
        buf_printf(b, " %s %s", term_mark(MARK_ARROW), line);
    } else if (strcmp(type, "turn") == 0) {
        int64_t tokens = 0;
        json_int(data, "tokens", 0, INT64_MAX, &tokens);
        buf_printf(b, "%lld token%s, %s", (long long)tokens, tokens == 1 ? "" : "s",
                   json_string(data, "end", ""));
    } else if (strcmp(type, "agent_ended") == 0 || strcmp(type, "run_done") == 0) {
        term_line(line, sizeof line, str_from(json_string(data, "result", "")));
        buf_printf(b, "%s%s%s", json_string(data, "reason", ""), *line ? ": " : "", line);
    } else if (strcmp(type, "agent_started") == 0) {
        term_line(line, sizeof line, str_from(json_string(data, "item", "")));
        buf_printf(b, "%s %s", json_string(data, "name", ""), line);
    }
}

static bool on_event(void *arg, const struct event_row *r) {
    struct log *l = arg;
    l->last = r->seq;
    AUTO_FREE char *type = str_dup(r->type);
    if (l->json) {
        out_printf("{\"seq\":%lld,\"time_ms\":%lld,\"agent\":%lld,\"type\":\"%s\",\"data\":%.*s}\n",
                   (long long)r->seq, (long long)r->time_ms, (long long)r->agent, type,
                   STR_FMT(r->data_json));
        return true;
    }
    AUTO_JSON cJSON *data = NULL;
    AUTO_BUF struct buf text = BUF_INIT(4096);
    if (json_parse(&data, r->data_json, "event", NULL))
        describe(&text, type, data);
    time_t t = (time_t)(r->time_ms / 1000);
    struct tm tm;
    char clock[16], who[24] = "run";
    localtime_r(&t, &tm);
    strftime(clock, sizeof clock, "%H:%M:%S", &tm);
    if (r->agent)
        snprintf(who, sizeof who, "agent %lld", (long long)r->agent);
    char line[4096];
    term_line(line, sizeof line, buf_str(&text));
    out_printf("%s  %-10s %-13s %s\n", clock, who, type, line);
    return true;
}

static bool log_run(const struct args *args, int *status, struct err *err) {
    (void)status;
    struct log l = {.json = args_flag(args, "json")};
    AUTO_FREE char *id = args->n_operands ? xstrdup(args->operand[0]) : NULL;
    for (;;) {
        AUTO_RUN_INFO struct run_info info = {0};
        AUTO_STORE struct store *store = NULL;
        if (!run_info_read(&info, id, err) || !runs_open_reader(&store, info.dir, err) ||
            !store_read_events(store, l.last, 0, on_event, &l, err))
            return false;
        out_flush();
        if (!id) /* the newest one now; another may begin while this one is followed */
            id = xstrdup(info.id);
        if (!args_flag(args, "follow") || !info.owner)
            return true;
        usleep(FOLLOW_US);
    }
}

const struct cmd cmd_log = {
    .name = "log",
    .group = GROUP_RUNS,
    .summary = "print a run's events",
    .operands = "[ID]",
    .examples = "drover log\ndrover log -f 7\ndrover log --json 7 | jq 'select(.type==\"call\")'\n",
    .options = log_options,
    .run = log_run,
};
