/* `drover show [ID]`: one run: its state, its agents, or one agent's turns and calls. Everything is
 * read from the journal, so it is the same while the run runs, after its end and after a crash. */
#include <string.h>

#include "runtime/base/json.h"
#include "runtime/runs.h"
#include "runtime/runtime.h"
#include "tools/tools.h"

static const struct option show_options[] = {
    {.name = "json",
     .kind = OPTION_FLAG,
     .help = "JSON: the run, then one object an agent or call"},
    {.name = "agent",
     .letter = 'a',
     .kind = OPTION_STRING,
     .value = "PATH",
     .help = "the calls of one agent, by its path"},
    {0},
};

/* Who wrote which tokens, for the hash of all of them. */
struct author {
    char *path;
    int attempt;
    int64_t id;
};
/* All tokens of a run together, bytes. */
#define TRANSCRIPT_BYTES_MAX (4ull << 30)

struct show {
    bool json, found, alive; /* a process runs it */
    struct author *author;
    size_t n_authors;
    const char *agent;
    int64_t agent_id;
    int64_t agents, ended, succeeded, calls, tokens_in, tokens_out;
    struct buf lines;
};

static void agent_json(struct buf *b, const struct agent_row *r) {
    buf_append_c(b, "{\"type\":\"agent\",\"path\":");
    buf_append_json(b, r->path);
    buf_append_c(b, ",\"name\":");
    buf_append_json(b, r->name);
    buf_printf(b, ",\"attempt\":%d,\"state\":", r->attempt);
    buf_append_json(b, r->state);
    buf_append_c(b, ",\"reason\":");
    buf_append_json(b, r->reason);
    buf_append_c(b, ",\"item\":");
    buf_append_json(b, r->item);
    buf_append_c(b, ",\"result\":");
    buf_append_json(b, r->result);
    buf_printf(b, ",\"turns\":%lld,\"calls\":%lld,\"tokens_in\":%lld,\"tokens_out\":%lld}\n",
               (long long)r->turns, (long long)r->calls, (long long)r->tokens_in,
               (long long)r->tokens_out);
}

/* A terminal of 80 columns has room for a row without wrapping. */
static int item_columns(void) {
    return term_is_tty(STREAM_OUT) ? MIN(MAX(term_width(STREAM_OUT) - 64, 0), 24) : 24;
}

static bool on_agent(void *arg, const struct agent_row *r) {
    struct show *s = arg;
    s->agents++;
    bool ended = str_equal(r->state, STR("ended"));
    bool ok = ended &&
              (str_equal(r->reason, STR("success")) || str_equal(r->reason, STR("check_passed")));
    s->ended += ended;
    s->succeeded += ok;
    s->calls += r->calls;
    s->tokens_in += r->tokens_in;
    s->tokens_out += r->tokens_out;
    s->author = xreallocarray(s->author, s->n_authors + 1, sizeof *s->author);
    s->author[s->n_authors++] = (struct author){str_dup(r->path), r->attempt, r->id};
    if (s->agent && str_equal_c(r->path, s->agent)) {
        s->found = true;
        s->agent_id = r->id; /* the last attempt */
    }
    if (s->json) {
        agent_json(&s->lines, r);
        return true;
    }
    char item[80], reason[80];
    term_line(item, sizeof item, r->item);
    term_line(reason, sizeof reason,
              ended      ? r->reason
              : s->alive ? STR("running")
                         : STR("unfinished"));
    buf_printf(&s->lines, "%s %-14.*s %-10.*s %-*s %-14s %3lld turn%s %4lld call%s%s\n",
               ok      ? term_mark(MARK_OK)
               : ended ? term_mark(MARK_FAIL)
                       : term_mark(MARK_RUN),
               STR_FMT(r->path), STR_FMT(r->name), item_columns(), item, reason,
               (long long)r->turns, r->turns == 1 ? " " : "s", (long long)r->calls,
               r->calls == 1 ? "" : "s", r->attempt > 1 ? " (fresh attempt)" : "");
    return true;
}

static bool on_call(void *arg, const struct call_row *r) {
    struct show *s = arg;
    if (s->json) {
        AUTO_BUF struct buf b = BUF_INIT(JSON_BYTES_MAX * 2);
        buf_printf(&b,
                   "{\"type\":\"call\",\"turn\":%lld,\"call\":%lld,\"tool\":", (long long)r->turn,
                   (long long)r->number);
        buf_append_json(&b, r->tool);
        buf_append_c(&b, ",\"arguments\":");
        buf_append_str(&b, r->arguments_json);
        buf_append_c(&b, ",\"state\":");
        buf_append_json(&b, r->state);
        buf_append_c(&b, ",\"result\":");
        buf_append_json(&b, r->result);
        buf_printf(&b, ",\"exit_status\":%d,\"cpu_ms\":%lld,\"wall_ms\":%lld}\n", r->exit_status,
                   (long long)r->cpu_ms, (long long)r->wall_ms);
        out_write(buf_str(&b));
        return true;
    }
    /* JSON escapes control characters, but neither C1 nor what turns the direction */
    AUTO_BUF struct buf call = BUF_INIT(JSON_BYTES_MAX * 4), result = BUF_INIT(JSON_BYTES_MAX * 4);
    tool_text_clean(r->tool, JSON_BYTES_MAX, &call);
    buf_append_char(&call, ' ');
    tool_text_clean(r->arguments_json, JSON_BYTES_MAX, &call);
    tool_text_clean(r->result, JSON_BYTES_MAX, &result);
    out_printf("%s%lld.%lld %s%s\n", term_style(STREAM_OUT, STYLE_BOLD), (long long)r->turn,
               (long long)r->number, buf_cstr(&call), term_style(STREAM_OUT, STYLE_NONE));
    struct str rest = buf_str(&result), line;
    while (str_next_line(&rest, &line))
        out_printf("    %.*s\n", STR_FMT(line));
    return true;
}

static void show_head(const struct run_info *i, const struct show *s) {
    AUTO_JSON cJSON *result = NULL;
    if (!json_parse(&result, str_from(i->result_json), "result", NULL))
        result = NULL;
    char goal[400], worktree[PATH_BYTES_MAX], model[PATH_BYTES_MAX], line[400];
    term_line(model, sizeof model, str_from(i->model_path));
    term_line(worktree, sizeof worktree, str_from(i->worktree));
    term_line(goal, sizeof goal, str_from(i->goal));
    out_printf("run %s  %s\n", i->id, i->state);
    out_printf("  goal      %s\n  in        %s\n  model     %s\n", goal, worktree, model);
    if (result && json_string(result, "result", NULL)) {
        term_line(line, sizeof line, str_from(json_string(result, "result", "")));
        out_printf("  result    %s%s(%s)\n", line, *line ? " " : "",
                   json_string(result, "reason", ""));
    }
    if (result && *json_string(result, "tree", ""))
        out_printf("  tree      %s\n", json_string(result, "tree", ""));
    out_printf("  seed      %llu\n", (unsigned long long)i->seed);
    out_printf("  agents    %lld, %lld ended, %lld succeeded\n", (long long)s->agents,
               (long long)s->ended, (long long)s->succeeded);
    out_printf("  calls     %lld\n  tokens    %lld read, %lld written\n\n", (long long)s->calls,
               (long long)s->tokens_in, (long long)s->tokens_out);
}

static int by_author(const void *a, const void *b) {
    const struct author *x = a, *y = b;
    int order = strcmp(x->path, y->path);
    return order ? order : (x->attempt > y->attempt) - (x->attempt < y->attempt);
}

static bool add_turn(void *arg, const struct turn_row *r) {
    struct buf *b = arg;
    buf_append_str(b, r->prompt_tokens);
    return buf_append_str(b, r->answer_tokens);
}

/* SHA-256 over every agent's token ids, by path and attempt: the same for a run that was left alone
 * and one that was killed and resumed (G3). */
static bool transcript_hash(struct store *store, struct show *s, char out[65], struct err *err) {
    AUTO_BUF struct buf all = BUF_INIT(TRANSCRIPT_BYTES_MAX);
    if (s->n_authors)
        qsort(s->author, s->n_authors, sizeof *s->author, by_author);
    for (size_t i = 0; i < s->n_authors; i++) {
        buf_printf(&all, "%s#%d\n", s->author[i].path, s->author[i].attempt);
        if (!store_read_turns(store, s->author[i].id, add_turn, &all, err))
            return false;
    }
    sha256_hex(buf_str(&all), out);
    return !all.overflow || err_set(err, ERR_LIMIT, "the run has too many tokens to hash");
}

static void show_head_json(const struct run_info *i, const struct show *s, const char *transcript) {
    AUTO_JSON cJSON *result = NULL;
    if (!json_parse(&result, str_from(i->result_json), "result", NULL))
        result = NULL;
    AUTO_BUF struct buf b = BUF_INIT(JSON_BYTES_MAX);
    buf_printf(&b, "{\"type\":\"run\",\"id\":\"%s\",\"state\":\"%s\",\"goal\":", i->id, i->state);
    buf_append_json(&b, str_from(i->goal));
    buf_append_c(&b, ",\"worktree\":");
    buf_append_json(&b, str_from(i->worktree));
    buf_printf(&b,
               ",\"seed\":\"%llu\",\"agents\":%lld,\"agents_ended\":%lld,\"agents_succeeded\":%lld,"
               "\"calls\":%lld,\"tokens_in\":%lld,\"tokens_out\":%lld,\"transcript\":\"%s\","
               "\"tree_hash\":\"%s\",\"result\":%s,\"base\":%s}\n",
               (unsigned long long)i->seed, (long long)s->agents, (long long)s->ended,
               (long long)s->succeeded, (long long)s->calls, (long long)s->tokens_in,
               (long long)s->tokens_out, transcript, result ? json_string(result, "tree", "") : "",
               *i->result_json ? i->result_json : "{}", *i->base_json ? i->base_json : "{}");
    out_write(buf_str(&b));
}

static bool show_run(const struct args *args, int *status, struct err *err) {
    (void)status;
    AUTO_RUN_INFO struct run_info info = {0};
    AUTO_STORE struct store *store = NULL;
    struct show s = {.json = args_flag(args, "json"), .agent = args_string(args, "agent")};
    buf_init(&s.lines, 64u << 20);
    bool ok = run_info_read(&info, args->n_operands ? args->operand[0] : NULL, err) &&
              runs_open_reader(&store, info.dir, err);
    s.alive = info.owner != 0;
    ok = ok && store_read_agents(store, on_agent, &s, err);
    if (ok && s.agent && !s.found) {
        ok = err_set(err, ERR_NOT_FOUND, "run '%s' has no agent '%s'", info.id, s.agent);
        err_hint(err, "'drover show %s' lists them", info.id);
    } else if (ok && s.agent) {
        ok = store_read_calls(store, s.agent_id, on_call, &s, err);
    } else if (ok && s.json) {
        char transcript[65];
        ok = transcript_hash(store, &s, transcript, err);
        if (ok)
            show_head_json(&info, &s, transcript);
    } else if (ok) {
        show_head(&info, &s);
    }
    if (ok && !s.agent)
        out_write(buf_str(&s.lines));
    for (size_t i = 0; i < s.n_authors; i++)
        free(s.author[i].path);
    free(s.author);
    buf_release(&s.lines);
    return ok;
}

const struct cmd cmd_show = {
    .name = "show",
    .group = GROUP_RUNS,
    .summary = "show a run, its agents, or one agent's calls",
    .operands = "[ID]",
    .examples = "drover show\ndrover show 7 --agent 1.3.0.17\ndrover show 7 --json | jq .reason\n",
    .options = show_options,
    .run = show_run,
};
