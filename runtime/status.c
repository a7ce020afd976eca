/* What is seen of a run.
 *
 * Text: on a terminal one status line that is rewritten, above it a line for each agent that ends;
 * elsewhere the same lines and a status line every ten seconds. At the end a table. Everything
 * shown comes from events and the summary, so it is the same after a resume. stream-json: one JSON
 * object an event on stdout, the last with type "result". json: that last object alone.
 * Text from models was cleaned by the tools; here it is cut to a line. Loop thread. */
#include "runtime/status.h"

#include <stdarg.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/json.h"
#include "runtime/runtime.h"

/* Lines for logs and pipes; often enough to see that it lives. */
#define PLAIN_STATUS_MS 10000
#define LINE_BYTES      512

void status_init(struct status *s, enum status_format format, bool verbose, const char *run_id) {
    *s = (struct status){.format = format,
                         .verbose = verbose,
                         .run_id = run_id,
                         .tty = term_is_live(),
                         .started_ms = clock_mono_ms()};
    s->line_ms = s->started_ms;
}

static void show_agent_ended(struct status *s, const struct run_event *e, const cJSON *data) {
    bool ok = json_bool(data, "success", false);
    char item[64], result[120], again[40] = "";
    int64_t attempt = 1;
    term_line(item, sizeof item, str_from(json_string(data, "item", "")));
    term_line(result, sizeof result, str_from(json_string(data, "result", "")));
    json_int(data, "attempt", 1, 1000, &attempt);
    if (attempt > 1)
        snprintf(again, sizeof again, " (attempt %lld)", (long long)attempt);
    s->agents_ended++;
    s->agents_failed += !ok;
    say_note("%s%s%s %s%s%s%s  %s%s%s", term_style(STREAM_ERR, ok ? STYLE_GREEN : STYLE_RED),
             term_mark(ok ? MARK_OK : MARK_FAIL), term_style(STREAM_ERR, STYLE_NONE),
             *item ? item : e->agent_path, again, ok ? "" : ": ",
             ok ? "" : json_string(data, "reason", ""), term_style(STREAM_ERR, STYLE_DIM), result,
             term_style(STREAM_ERR, STYLE_NONE));
}

static void show_call(const struct run_event *e, const cJSON *data) {
    const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(data, "arguments");
    AUTO_FREE char *text = json_print(arguments);
    char line[121], result[81];
    term_line(line, sizeof line, str_from(text));
    term_line(result, sizeof result, str_from(json_string(data, "result", "")));
    say_note("  %s %s %s %s %s", e->agent_path, json_string(data, "name", ""), line,
             term_mark(MARK_ARROW), result);
}

static void stream_event(const struct status *s, const struct run_event *e) {
    AUTO_BUF struct buf b = BUF_INIT(JSON_BYTES_MAX * 2);
    buf_printf(&b, "{\"type\":\"%s\",\"run\":\"%s\"", e->type, s->run_id);
    if (e->agent)
        buf_printf(&b, ",\"agent\":\"%s\"", e->agent_path);
    if (e->data_json[0] == '{' && e->data_json[1] != '}')
        buf_printf(&b, ",%s", e->data_json + 1);
    else
        buf_append_c(&b, "}");
    out_printf("%s\n", buf_cstr(&b));
    out_flush();
}

void status_on_event(void *arg, const struct run_event *e) {
    struct status *s = arg;
    if (s->format == STATUS_STREAM)
        stream_event(s, e);
    if (s->format != STATUS_TEXT)
        return;
    AUTO_JSON cJSON *data = NULL;
    if (!json_parse(&data, str_from(e->data_json), "event", NULL))
        return;
    if (strcmp(e->type, "agent_ended") == 0)
        show_agent_ended(s, e, data);
    else if (strcmp(e->type, "agent_started") == 0)
        s->agents_started++;
    else if (strcmp(e->type, "call") == 0) {
        s->calls++;
        if (s->verbose)
            show_call(e, data);
    }
}

static void duration(char *out, size_t size, int64_t ms) {
    if (ms < 60000)
        snprintf(out, size, "%.1f s", (double)ms / 1000);
    else if (ms < 3600000)
        snprintf(out, size, "%lld m %02lld s", (long long)(ms / 60000),
                 (long long)(ms / 1000 % 60));
    else
        snprintf(out, size, "%lld h %02lld m", (long long)(ms / 3600000),
                 (long long)(ms / 60000 % 60));
}

/* Appends "  PART" if the line keeps within width: a narrow terminal gets fewer parts, not half of
 * one. */
__attribute__((format(printf, 3, 4))) static void line_add(struct buf *line, size_t width,
                                                           const char *fmt, ...) {
    char part[200];
    va_list args;
    va_start(args, fmt);
    vsnprintf(part, sizeof part, fmt, args);
    va_end(args);
    if (term_columns(buf_str(line)) + 2 + term_columns(str_from(part)) <= width)
        buf_printf(line, "  %s", part);
}

/* What the only running agent does. */
static void line_add_doing(struct buf *line, size_t width, const struct run *run, int64_t n) {
    AUTO_FREE struct run_agent_status *a = xcalloc((size_t)n + 1, sizeof *a);
    size_t count = run_agents(run, a, (size_t)n);
    for (size_t i = 0; i < count; i++)
        if (strcmp(a[i].state, "ended") != 0)
            line_add(line, width, "%s %s%s%s", a[i].name, a[i].state, *a[i].doing ? " " : "",
                     a[i].doing);
}

static void status_line(const struct status *s, const struct run *run, struct buf *line,
                        size_t width) {
    char took[40];
    struct run_summary sum;
    int64_t ms = MAX(clock_mono_ms() - s->started_ms, 1);
    run_summary(run, &sum);
    duration(took, sizeof took, ms);
    buf_printf(line, "%s run %s  %s", term_mark(MARK_RUN), s->run_id, took);
    if (sum.agents > 1)
        line_add(line, width, "%lld running", (long long)sum.agents_running);
    if (sum.agents_succeeded)
        line_add(line, width, "%lld %s", (long long)sum.agents_succeeded, term_mark(MARK_OK));
    if (sum.agents_failed)
        line_add(line, width, "%lld %s", (long long)sum.agents_failed, term_mark(MARK_FAIL));
    if (sum.agents_running == 1)
        line_add_doing(line, width, run, sum.agents);
    line_add(line, width, "%lld call%s", (long long)sum.calls, sum.calls == 1 ? "" : "s");
    line_add(line, width, "%.0f tokens/s", (double)sum.tokens_out * 1000 / (double)ms);
}

void status_tick(struct status *s, const struct run *run) {
    if (s->format != STATUS_TEXT)
        return;
    int64_t now = clock_mono_ms();
    if (!s->tty && now - s->line_ms < PLAIN_STATUS_MS)
        return;
    s->line_ms = now;
    AUTO_BUF struct buf line = BUF_INIT(LINE_BYTES);
    status_line(s, run, &line, s->tty ? term_status_width() : 100);
    if (s->tty)
        say_status(buf_cstr(&line));
    else
        say_note("%s", buf_cstr(&line));
}

static int exit_status(const struct run_summary *sum) {
    switch (sum->state) {
    case RUN_DONE:
        return sum->success ? 0 : 1;
    case RUN_PARKED:
        return 75;
    case RUN_FAILED:
        return 4;
    default:
        return 130;
    }
}

static const char *state_name(const struct run_summary *sum) {
    switch (sum->state) {
    case RUN_DONE:
        return sum->success ? "success" : "failure";
    case RUN_PARKED:
        return "parked";
    case RUN_FAILED:
        return "failed";
    default:
        return "stopped";
    }
}

static void end_json(const struct status *s, const struct run_summary *sum) {
    AUTO_BUF struct buf b = BUF_INIT(JSON_BYTES_MAX);
    buf_printf(
        &b, "{\"type\":\"result\",\"run\":\"%s\",\"subtype\":\"%s\",\"is_error\":%s,\"result\":",
        s->run_id, state_name(sum), sum->state == RUN_DONE && sum->success ? "false" : "true");
    buf_append_json(&b, str_from(*sum->reason ? sum->reason : sum->result));
    buf_printf(&b,
               ",\"duration_ms\":%lld,\"num_turns\":%lld,\"agents\":%lld,\"agents_succeeded\":%lld,"
               "\"agents_failed\":%lld,\"retries\":%lld,\"calls\":%lld,"
               "\"usage\":{\"input_tokens\":%lld,\"computed_tokens\":%lld,\"output_tokens\":%lld},"
               "\"tree\":\"%s\"}",
               (long long)sum->elapsed_ms, (long long)sum->turns, (long long)sum->agents,
               (long long)sum->agents_succeeded, (long long)sum->agents_failed,
               (long long)sum->attempts, (long long)sum->calls, (long long)sum->tokens_in,
               (long long)sum->prompt_computed, (long long)sum->tokens_out, sum->tree_hash);
    out_printf("%s\n", buf_cstr(&b));
}

/* Reasons of ended agents that did not succeed, each with how often. */
static void end_reasons(const struct run *run, int64_t n) {
    AUTO_FREE struct run_agent_status *a = xcalloc((size_t)n + 1, sizeof *a);
    size_t count = run_agents(run, a, (size_t)n);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(a[i].state, "ended") != 0 || !*a[i].reason ||
            strcmp(a[i].reason, "success") == 0 || strcmp(a[i].reason, "check_passed") == 0)
            continue;
        int same = 0;
        bool first = true;
        for (size_t k = 0; k < count; k++) {
            bool equal = strcmp(a[i].reason, a[k].reason) == 0;
            same += equal;
            first &= !(equal && k < i);
        }
        if (first)
            out_printf("               %4d %s\n", same, a[i].reason);
    }
}

static void end_text(const struct status *s, const struct run *run, const struct run_summary *sum) {
    char took[40], result[400];
    duration(took, sizeof took, sum->elapsed_ms);
    term_line(result, sizeof result, str_from(sum->result));
    double seconds = (double)MAX(sum->elapsed_ms, 1) / 1000;
    out_printf("\nrun %s  %s%s\n", s->run_id, state_name(sum), "");
    if (*result)
        out_printf("  result       %s\n", result);
    out_printf("  time         %s\n", took);
    out_printf("  agents       %lld, %lld succeeded, %lld failed", (long long)sum->agents,
               (long long)sum->agents_succeeded, (long long)sum->agents_failed);
    if (sum->agents_running)
        out_printf(", %lld unfinished", (long long)sum->agents_running);
    if (sum->attempts)
        out_printf(" (%lld of them fresh attempts)", (long long)sum->attempts);
    out_printf("\n");
    end_reasons(run, sum->agents);
    out_printf("  tool calls   %lld in %lld turn%s\n", (long long)sum->calls, (long long)sum->turns,
               sum->turns == 1 ? "" : "s");
    out_printf("  tokens       %lld read (%lld computed), %lld written, %.0f/s\n",
               (long long)sum->tokens_in, (long long)sum->prompt_computed,
               (long long)sum->tokens_out, (double)sum->tokens_out / seconds);
    if (sum->engine.accepted)
        out_printf("  drafts       %llu of %llu tokens guessed from earlier text were right\n",
                   (unsigned long long)sum->engine.accepted,
                   (unsigned long long)sum->engine.drafted);
    if (*sum->tree_hash)
        out_printf("  tree         %.16s\n", sum->tree_hash);
}

int status_end(struct status *s, const struct run *run) {
    struct run_summary sum;
    run_summary(run, &sum);
    sum.elapsed_ms = clock_mono_ms() - s->started_ms;
    say_status(NULL);
    if (s->format == STATUS_TEXT)
        end_text(s, run, &sum);
    else
        end_json(s, &sum);
    out_flush();
    if (sum.state == RUN_PARKED || sum.state == RUN_FAILED)
        say_warning("run %s is %s: %s", s->run_id, state_name(&sum), sum.reason);
    if (sum.state == RUN_DONE && !sum.success)
        say_hint("'drover log %s' tells why, 'drover diff %s' what 'drover apply %s' would do",
                 s->run_id, s->run_id, s->run_id);
    else if (sum.state == RUN_DONE)
        say_hint("'drover diff %s' shows the changes, 'drover apply %s' makes them here", s->run_id,
                 s->run_id);
    else if (!s->advised)
        say_hint("run %s is saved; continue with: drover resume %s", s->run_id, s->run_id);
    return exit_status(&sum);
}
