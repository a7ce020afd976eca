#ifndef TESTS_AGENTS_SCRIPTED_H
#define TESTS_AGENTS_SCRIPTED_H
/* A run whose turns are written in the test: the engine is replaced at link time by one that hands
 * out the texts of a script, in the shipped model's dialect; everything else (journal, cells,
 * layers, dialect, tokenizer, state machines) is real. What an agent does when a model says just
 * *this* cannot be told to a real model. Texts are control tokens and all; "" ends the script and
 * is an error if it is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agents/agents.h"
#include "runtime/base/clock.h"
#include "runtime/base/json.h"
#include "tools/tools.h"

#define MODEL "model/mini/drover-mini.gguf"
#define CALL(name, arguments)                                                                      \
    "<|call|>{\"name\":\"" name "\",\"arguments\":" arguments "}<|endcall|>"
#define END           "<|end|>"
#define BASH(command) CALL("Bash", "{\"command\":\"" command "\"}") END
#define FINISH(how)   CALL("Finish", "{\"status\":\"" how "\",\"result\":\"r\"}") END

/* ---- the scripted engine ---- */
struct engine {
    struct model *model;
    struct engine_options options;
    struct seq *waiting;
};
struct seq {
    struct engine *engine;
    size_t length;
    turn_fn done;
    void *arg;
    bool cancelled;
    struct seq *next;
};
static const char *const *script; /* one text a turn, in the order in which they are asked for */
static size_t script_at;
static int64_t shared_prefix[64]; /* of the sequences in the order in which they are made */
static size_t n_shared_prefix;

bool engine_start(struct engine **out, struct model *model, const struct engine_options *options,
                  struct err *err) {
    (void)err;
    *out = xcalloc(1, sizeof **out);
    **out = (struct engine){.model = model, .options = *options};
    return true;
}
void engine_stop(struct engine *engine) {
    free(engine);
}
struct seq *seq_create(struct engine *engine) {
    struct seq *s = xcalloc(1, sizeof *s);
    s->engine = engine;
    return s;
}
struct seq *seq_create_sharing(struct engine *engine, int64_t prefix) {
    assert_true(n_shared_prefix < ARRAY_LEN(shared_prefix));
    shared_prefix[n_shared_prefix++] = prefix;
    return seq_create(engine);
}
int64_t engine_expanded_tokens(const struct model *model, enum cache_format cache,
                               uint64_t kv_bytes) {
    (void)model;
    (void)cache;
    (void)kv_bytes;
    return 4096;
}
struct seq *seq_fork(struct seq *parent) {
    struct seq *s = seq_create(parent->engine);
    s->length = parent->length;
    return s;
}
static void seq_forget(struct seq *seq) {
    for (struct seq **p = &seq->engine->waiting; *p; p = &(*p)->next)
        if (*p == seq) {
            *p = seq->next;
            return;
        }
}
void seq_destroy(struct seq *seq) {
    if (!seq)
        return;
    seq_forget(seq);
    free(seq);
}
size_t seq_length(const struct seq *seq) {
    return seq->length;
}
void seq_submit(struct seq *seq, const struct turn_request *request, turn_fn done, void *arg) {
    seq->done = done;
    seq->arg = arg;
    seq->length += request->prompt_n;
    seq->next = seq->engine->waiting;
    seq->engine->waiting = seq;
    seq->engine->options.wake(seq->engine->options.wake_arg);
}
void seq_cancel(struct seq *seq) {
    seq->cancelled = true;
}
void seq_expect(struct seq *seq, enum seq_next next) {
    (void)seq;
    (void)next;
}
void engine_stats(struct engine *engine, struct engine_stats *out) {
    (void)engine;
    *out = (struct engine_stats){0};
}
void engine_drain(struct engine *engine) {
    while (engine->waiting) {
        struct seq *s = engine->waiting;
        engine->waiting = s->next;
        struct turn_result result = {.end = TURN_CANCELLED};
        AUTO_TOKENS struct tokens answer = {0};
        if (!s->cancelled) {
            struct err err = ERR_INIT;
            const char *text = script[script_at++];
            assert_true(*text);
            assert_true(model_tokenize(engine->model, str_from(text), true, &answer, &err));
            result = (struct turn_result){.end = TURN_ENDED, .tokens = answer.ids, .n = answer.n};
            s->length += answer.n;
        }
        s->cancelled = false;
        s->done(s->arg, &result);
    }
}

/* ---- a run ---- */
struct scripted {
    char root[64], worktree[96], dir[96];
    int wake_fd;
    struct sandbox *sandbox;
    struct model *model;
    struct agent_set *agents;
    struct engine_options engine;
    struct store_options store;
    struct run *run;
    int64_t calls_max; /* the run is stopped after so many calls; 0: never */
    int64_t calls;
    struct buf results, endings; /* a line a call's result; a line an agent that ended */
};

static void scripted_wake(void *arg) {
    uint64_t one = 1;
    ASSERT(write(((struct scripted *)arg)->wake_fd, &one, sizeof one) == sizeof one);
}

static bool scripted_sync(void *arg, struct err *err) {
    return layers_sync(((struct scripted *)arg)->dir, err);
}

static void scripted_on_event(void *arg, const struct run_event *e) {
    struct scripted *f = arg;
    AUTO_JSON cJSON *data = NULL;
    assert_true(json_parse(&data, str_from(e->data_json), e->type, NULL));
    if (strcmp(e->type, "call") == 0) {
        buf_printf(&f->results, "%s\n", json_string(data, "result", ""));
        f->calls++;
    } else if (strcmp(e->type, "agent_ended") == 0) {
        buf_printf(&f->endings, "%s %s\n", e->agent_path, json_string(data, "reason", ""));
    }
}

static void scripted_put(const char *dir, const char *name, const char *text) {
    AUTO_FREE char *path = xasprintf("%s/%s", dir, name);
    AUTO_FD int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
}

/* definitions: what --agents takes. */
static void scripted_init(struct scripted *f, const char *definitions) {
    struct err err = ERR_INIT;
    struct base_summary sum;
    git_repository *repository;
    *f = (struct scripted){.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    f->results = BUF_INIT(1u << 20);
    f->endings = BUF_INIT(1u << 20);
    snprintf(f->root, sizeof f->root, "/var/tmp/drover-test-XXXXXX");
    assert_non_null(mkdtemp(f->root));
    chmod(f->root, 0711);
    snprintf(f->worktree, sizeof f->worktree, "%s/project", f->root);
    snprintf(f->dir, sizeof f->dir, "%s/run", f->root);
    mkdir(f->worktree, 0755);
    git_libgit2_init();
    assert_int_equal(git_repository_init(&repository, f->worktree, 0), 0);
    git_repository_free(repository);
    scripted_put(f->worktree, "a.txt", "one\ntwo\n");
    struct sandbox_options options = {.functions = tools_functions,
                                      .n_functions = n_tools_functions};
    if (!sandbox_start(&f->sandbox, &options, &err) ||
        !base_create(f->worktree, f->dir, NULL, &sum, &err) ||
        !model_open(&f->model, MODEL, &(struct model_options){.threads = 1}, &err))
        fail_msg("%s", err.msg);
    f->agents = agent_set_create();
    if (!agent_set_load_inline(f->agents, str_from(definitions), &err))
        fail_msg("%s", err.msg);
    f->engine = (struct engine_options){.wake = scripted_wake, .wake_arg = f};
    f->store = (struct store_options){
        .wake = scripted_wake, .wake_arg = f, .sync = scripted_sync, .sync_arg = f};
}

static void scripted_release(struct scripted *f) {
    model_close(f->model);
    sandbox_stop(f->sandbox);
    agent_set_destroy(f->agents);
    buf_release(&f->results);
    buf_release(&f->endings);
    close(f->wake_fd);
    dir_remove(f->root, NULL);
    git_libgit2_shutdown();
}

static void scripted_loop(struct scripted *f) {
    run_drain(f->run);
    for (int64_t until = clock_mono_ms() + 60000; !run_finished(f->run);) {
        uint64_t n;
        struct pollfd p[] = {{.fd = sandbox_fd(f->sandbox), .events = POLLIN},
                             {.fd = f->wake_fd, .events = POLLIN}};
        assert_true(clock_mono_ms() < until);
        poll(p, 2, 1000);
        (void)!read(f->wake_fd, &n, sizeof n);
        run_drain(f->run);
        if (f->calls_max && f->calls >= f->calls_max)
            run_stop(f->run);
    }
}

/* Runs the agent "main" by these turns until the run ends (or has made calls_max calls and is
 * stopped). resume: from the journal. */
static __attribute__((unused)) enum run_state scripted_run(struct scripted *f, bool resume,
                                                           const char *const *turns) {
    struct err err = ERR_INIT;
    struct run_options options = {
        .id = "1",
        .dir = f->dir,
        .worktree = "/home/somebody/project", /* a mount point for whoever runs the test */
        .goal = "g",
        .root = "main",
        .agents = f->agents,
        .model = f->model,
        .engine = &f->engine,
        .sandbox = f->sandbox,
        .store = &f->store,
        .config_json = "{}",
        .base_json = "{}",
        .seed = 1,
        .on_event = scripted_on_event,
        .arg = f,
    };
    script = turns;
    script_at = n_shared_prefix = 0;
    f->calls = 0;
    if (!(resume ? run_load(&f->run, &options, &err) : run_create(&f->run, &options, &err)))
        fail_msg("%s", err.msg);
    scripted_loop(f);
    struct run_summary sum;
    run_summary(f->run, &sum);
    if (sum.state == RUN_FAILED)
        fail_msg("%s", sum.reason);
    run_destroy(f->run);
    f->run = NULL;
    return sum.state;
}
#endif
