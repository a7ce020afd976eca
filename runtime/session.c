/* A run in the foreground: bring-up, the loop, the end.
 *
 * Order of bring-up, which is what makes it safe and cheap to fail:
 *   1. definitions and options        (exit 2, nothing was made), a place for runs (exit 4)
 *   2. the warden is forked           (one thread, small address space)
 *   3. walls are probed               (a missing one refuses the run by name, exit 4)
 *   4. the model is opened            (exit 4)
 *   5. the run's directory and base   (removed again if anything fails, or at ^C)
 *   6. journal, engine, root agent
 * The loop thread then owns everything; engine and store wake it through one uv_async, the warden
 * through its socket, a timer ticks for deadlines and the status line.
 *
 * ^Z stops this process; the warden and the calls in flight are not of its group and go on. The
 * time counts for no budget and not as time of the run.
 *
 * First ^C: what is committed is kept, what is in flight is dropped, exit 130. Second: at once; the
 * warden sees its socket close and kills the cells. */
#include "runtime/session.h"

#include <errno.h>
#include <git2.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>
#include <uv.h>

#include "agents/agents.h"
#include "runtime/base/clock.h"
#include "runtime/base/json.h"
#include "runtime/crash.h"
#include "runtime/runs.h"
#include "runtime/runtime.h"
#include "runtime/status.h"
#include "tools/tools.h"

#define TICK_MS 100
/* AGENTS.md of the workspace; longer ones are refused by name. */
#define INSTRUCTIONS_BYTES_MAX (64u << 10)

struct session {
    uv_loop_t loop;
    uv_async_t wake;
    uv_poll_t cells;
    uv_timer_t tick;
    uv_signal_t interrupt, terminate, hangup;
    bool loop_open;
    int signal; /* the first that came */

    struct agent_set *agents;
    struct sandbox *sandbox;
    struct model *model;
    struct engine_options engine;
    struct store_options store;
    struct run *run;
    struct status status;
    char *id, *dir, *model_path, *worktree, *config_json, *base_json, *instructions;
    struct run_options options;
};

/* ---- the loop ---- */
static void session_check_end(struct session *s) {
    if (run_finished(s->run))
        uv_stop(&s->loop);
}

static void on_wake(uv_async_t *handle) {
    struct session *s = handle->data;
    if (!s->run)
        return;
    run_drain(s->run);
    session_check_end(s);
}

static void on_cells(uv_poll_t *handle, int status, int events) {
    (void)status;
    (void)events;
    struct session *s = handle->data;
    run_drain(s->run);
    session_check_end(s);
}

/* Not by libuv: it tells the loop after the tick that would charge the time. */
static volatile sig_atomic_t continued;

static void on_continue(int number) {
    continued = number;
}

static void on_tick(uv_timer_t *handle) {
    struct session *s = handle->data;
    if (continued) {
        continued = 0;
        s->status.started_ms += run_tick_skip(s->run);
    }
    run_tick(s->run);
    run_drain(s->run);
    status_tick(&s->status, s->run);
    session_check_end(s);
}

static void on_signal(uv_signal_t *handle, int number) {
    struct session *s = handle->data;
    if (s->signal)
        _exit(128 + number); /* the second one does not wait for anything */
    s->signal = number;
    say_status(NULL);
    say_note("stopping: run %s is saved; continue with: drover resume %s", s->id, s->id);
    s->status.advised = true;
    run_stop(s->run);
    session_check_end(s);
}

/* Any thread: engine and store have work for the loop. */
static void wake_loop(void *arg) {
    struct session *s = arg;
    uv_async_send(&s->wake);
}

/* Until the loop has the signals: a large working tree takes a while to copy. */
static volatile sig_atomic_t early_signal;

static void on_early_signal(int number) {
    early_signal = number;
}

static void early_signals_watch(void) {
    /* reset: the second one does not wait */
    struct sigaction action = {.sa_handler = on_early_signal,
                               .sa_flags = (int)SA_RESETHAND | SA_RESTART};
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        sigaction(signals[i], &action, NULL);
}

static void session_open_loop(struct session *s) {
    int bad = uv_loop_init(&s->loop);
    ASSERT(bad == 0);
    s->loop_open = true;
    s->wake.data = s->cells.data = s->tick.data = s->interrupt.data = s->terminate.data =
        s->hangup.data = s;
    bad = uv_async_init(&s->loop, &s->wake, on_wake);
    ASSERT(bad == 0);
}

static void session_loop(struct session *s) {
    uv_poll_init(&s->loop, &s->cells, sandbox_fd(s->sandbox));
    uv_poll_start(&s->cells, UV_READABLE, on_cells);
    uv_timer_init(&s->loop, &s->tick);
    uv_timer_start(&s->tick, on_tick, TICK_MS, TICK_MS);
    uv_signal_init(&s->loop, &s->interrupt);
    uv_signal_start(&s->interrupt, on_signal, SIGINT);
    uv_signal_init(&s->loop, &s->terminate);
    uv_signal_start(&s->terminate, on_signal, SIGTERM);
    uv_signal_init(&s->loop, &s->hangup);
    uv_signal_start(&s->hangup, on_signal, SIGHUP); /* the terminal was closed */
    sigaction(SIGCONT, &(struct sigaction){.sa_handler = on_continue, .sa_flags = SA_RESTART},
              NULL);
    if (early_signal)
        on_signal(&s->interrupt, early_signal);
    run_drain(s->run);
    if (!run_finished(s->run))
        uv_run(&s->loop, UV_RUN_DEFAULT);
}

static void close_handle(uv_handle_t *handle, void *arg) {
    (void)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void session_release(struct session *s) {
    run_destroy(s->run);
    if (s->loop_open) {
        uv_walk(&s->loop, close_handle, NULL);
        uv_run(&s->loop, UV_RUN_DEFAULT);
        uv_loop_close(&s->loop);
    }
    model_close(s->model);
    sandbox_stop(s->sandbox);
    agent_set_destroy(s->agents);
    free(s->id);
    free(s->dir);
    free(s->model_path);
    free(s->worktree);
    free(s->config_json);
    free(s->base_json);
    free(s->instructions);
}

/* ---- bring-up ---- */
static bool session_open_sandbox(struct session *s, const struct args *args, struct err *err) {
    struct config_value read = config_get("sandbox.read");
    size_t n = 0;
    while (read.item && read.item[n])
        n++;
    struct sandbox_options options = {
        .functions = tools_functions,
        .n_functions = n_tools_functions,
        .read_paths = read.item,
        .n_read_paths = n,
        .none = strcmp(args_string(args, "sandbox"), "none") == 0,
    };
    if (options.none)
        say_warning("--sandbox=none: agents' commands run as you, unprotected");
    return sandbox_start(&s->sandbox, &options, err);
}

static bool session_check_walls(struct session *s, const struct args *args, struct err *err) {
    if (strcmp(args_string(args, "sandbox"), "none") == 0)
        return true;
    struct wall wall[32];
    size_t n = sandbox_probe(s->sandbox, wall, ARRAY_LEN(wall));
    for (size_t i = 0; i < n; i++) {
        if (wall[i].state != WALL_MISSING)
            continue;
        err_set(err, ERR_ENVIRONMENT, "cannot build the wall '%s': %s", wall[i].name,
                wall[i].detail);
        return err_hint(err, "%s", *wall[i].remedy ? wall[i].remedy : "drover doctor");
    }
    return true;
}

static void on_repack(void *arg, uint64_t done, uint64_t total) {
    (void)arg;
    say_progress("preparing the model", done, total);
}

static bool session_open_model(struct session *s, const struct args *args, const char *wanted,
                               struct err *err) {
    const char *name = args_string(args, "model");
    if (wanted && !args_given(args, "model"))
        name = wanted;
    if (!paths_model(&s->model_path, name, err))
        return false;
    if (!name)
        say_note("no model given: using the shipped drover-mini (it knows one family of C bugs)");
    AUTO_FREE char *cache = NULL;
    if (!paths_dir(&cache, PATH_CACHE, "weights", err))
        return false;
    /* the tokens do not depend on it, and more than cores only wait for each other */
    int threads = (int)MIN(args_int(args, "threads"), MAX(sysconf(_SC_NPROCESSORS_ONLN), 1));
    struct model_options options = {
        .threads = threads, .cache_dir = cache, .progress = on_repack, .calls = true};
    s->engine = (struct engine_options){
        .threads = threads,
        .kv_bytes = (uint64_t)MAX(args_int(args, "kv-memory"), 0),
        .cache = strcmp(args_string(args, "cache"), "q8") == 0 ? CACHE_Q8 : CACHE_F16,
        .wake = wake_loop,
        .wake_arg = s,
    };
    if (!model_open(&s->model, s->model_path, &options, err))
        return err_hint(err, MODEL_HINT);
    if (*model_info(s->model)->note)
        say_warning("%s", model_info(s->model)->note);
    if (s->engine.cache == CACHE_Q8 && !model_has_q8(s->model))
        say_note("this model's keys and values cannot be int8: they are kept as f16");
    return true;
}

static bool sync_layers(void *arg, struct err *err) {
    const struct session *s = arg;
    return layers_sync(s->dir, err);
}

static void session_fill_options(struct session *s, const struct args *args) {
    crash_run_set(s->id, s->dir);
    s->store = (struct store_options){
        .wake = wake_loop, .wake_arg = s, .sync = sync_layers, .sync_arg = s};
    const char *format = args_string(args, "output-format");
    status_init(&s->status,
                strcmp(format, "json") == 0          ? STATUS_JSON
                : strcmp(format, "stream-json") == 0 ? STATUS_STREAM
                                                     : STATUS_TEXT,
                args_flag(args, "verbose"), s->id);
    s->options = (struct run_options){
        .id = s->id,
        .dir = s->dir,
        .worktree = s->worktree,
        .agents = s->agents,
        .model = s->model,
        .model_path = s->model_path,
        .engine = &s->engine,
        .sandbox = s->sandbox,
        .store = &s->store,
        .config_json = s->config_json,
        .base_json = s->base_json,
        .instructions = s->instructions,
        .cells_max = (int)MIN(args_int(args, "jobs"), CELLS_MAX),
        .network = args_flag(args, "network"),
        .on_event = status_on_event,
        .arg = &s->status,
    };
}

static bool session_end(struct session *s, int *status) {
    *status = status_end(&s->status, s->run);
    if (s->signal && *status == 130)
        *status = 128 + s->signal;
    return true;
}

/* ---- a new run ---- */
static bool worktree_failed(const char *cwd, int why, struct err *err) {
    const git_error *e = git_error_last();
    const char *said = e ? e->message : "unknown error of libgit2";
    /* libgit2 1.5 says of a repository of somebody else that it looked for this and found nothing
     */
    if (why == GIT_EOWNER || strstr(said, "safe.directory")) {
        err_set(err, ERR_USAGE, "'%s' is in a git repository that belongs to somebody else", cwd);
        return err_hint(err, "if you trust it: git config --global --add safe.directory '%s'", cwd);
    }
    if (why == 0) {
        err_set(err, ERR_USAGE, "'%s' is a bare repository: it has no files to work on", cwd);
        return err_hint(err, "git clone it, and run drover in the clone");
    }
    if (why == GIT_ENOTFOUND) {
        err_set(err, ERR_USAGE, "'%s' is not in a git repository", cwd);
        return err_hint(err, "git init && git add -A && git commit -m start");
    }
    err_set(err, ERR_USAGE, "'%s': cannot open the git repository: %s", cwd, said);
    return err_hint(err, "'git status' should say what is wrong with it");
}

/* core.worktree may name any directory, and a clone may hold a directory of a repository's shape
 * whose configuration says so: the user's home would be copied, and written to by an apply. So the
 * top counts only if git, starting there, finds this same repository. */
static bool worktree_is_its_own(git_repository *repo) {
    git_repository *there = NULL;
    bool same = git_repository_open_ext(&there, git_repository_workdir(repo),
                                        GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) == 0 &&
                strcmp(git_repository_path(there), git_repository_path(repo)) == 0;
    git_repository_free(there);
    return same;
}

static bool worktree_is_elsewhere(git_repository *repo, struct err *err) {
    err_set(err, ERR_USAGE, "the git repository '%s' says that its files are in '%s'",
            git_repository_path(repo), git_repository_workdir(repo));
    return err_hint(err, "if they are, run drover there; if not: git config --unset core.worktree");
}

/* The top of the working tree that holds the current directory. */
static bool find_worktree(char **out, struct err *err) {
    char cwd[PATH_BYTES_MAX];
    if (!getcwd(cwd, sizeof cwd))
        return err_set_errno(err, errno, "cannot tell the current directory");
    git_libgit2_init();
    git_repository *repo = NULL;
    /* from here, not by a path to its .git: that may be a file, and git's directory elsewhere */
    int why = git_repository_open_ext(&repo, cwd, 0, NULL);
    bool ok = why == 0 && git_repository_workdir(repo);
    if (ok && !worktree_is_its_own(repo)) {
        ok = worktree_is_elsewhere(repo, err);
    } else if (ok) {
        struct str top = str_from(git_repository_workdir(repo));
        while (top.len > 1 && top.ptr[top.len - 1] == '/')
            top.len--;
        *out = str_dup(top);
    } else {
        worktree_failed(cwd, why, err);
    }
    git_repository_free(repo);
    git_libgit2_shutdown();
    return ok;
}

static bool load_agents(struct agent_set **out, const char *worktree, const char *inline_json,
                        struct err *err) {
    *out = agent_set_create();
    AUTO_FREE char *user = NULL;
    return paths_dir(&user, PATH_CONFIG, "agents", err) && agent_set_load_dir(*out, user, err) &&
           agent_set_load_project(*out, worktree, err) &&
           (!inline_json || agent_set_load_inline(*out, str_from(inline_json), err)) &&
           agent_set_check(*out, err);
}

/* Everything a resume must not read from files that may have changed since. */
static char *effective_config(const struct agent_set *agents, const struct args *args) {
    struct buf b = BUF_INIT(64u << 20);
    AUTO_FREE char *config = config_json(false);
    buf_printf(&b, "{\"root\":");
    buf_append_json(&b, str_from(args_string(args, "agent")));
    buf_printf(&b, ",\"sandbox\":\"%s\",\"network\":%s,\"config\":%s,\"agents\":{",
               args_string(args, "sandbox"), args_flag(args, "network") ? "true" : "false", config);
    for (size_t i = 0; agent_set_at(agents, i); i++) {
        buf_append_c(&b, i ? "," : "");
        buf_append_json(&b, str_from(agent_set_at(agents, i)->name));
        buf_printf(&b, ":%s", agent_set_at(agents, i)->json);
    }
    buf_append_c(&b, "}}");
    ASSERT(!b.overflow);
    return buf_take(&b);
}

static bool read_instructions(struct session *s, struct err *err) {
    AUTO_FREE char *path = xasprintf("%s/AGENTS.md", s->worktree);
    if (access(path, F_OK) != 0)
        return true;
    AUTO_BUF struct buf text = BUF_INIT(INSTRUCTIONS_BYTES_MAX);
    if (!file_read_plain(&text, path, s->worktree, INSTRUCTIONS_BYTES_MAX, err)) {
        err->code = ERR_USAGE;
        return err_hint(err, "AGENTS.md is a text of at most %u KiB for the first agent",
                        INSTRUCTIONS_BYTES_MAX >> 10);
    }
    s->instructions = buf_take(&text);
    return true;
}

/* The base would be a copy of itself, and agents would find their journal. */
static bool state_is_outside(const struct session *s, struct err *err) {
    char real[PATH_MAX];
    size_t n = strlen(s->worktree);
    if (!realpath(s->dir, real) || strncmp(real, s->worktree, n) != 0 || real[n] != '/')
        return true;
    int state = (int)(strrchr(s->dir, '/') - s->dir);
    err_set(err, ERR_USAGE, "the state directory '%.*s' is inside of the repository", state,
            s->dir);
    return err_hint(err, "set DROVER_HOME or XDG_STATE_HOME to a directory outside of it");
}

static bool on_copied(void *arg, const char *what, uint64_t done, uint64_t total) {
    (void)arg;
    say_progress(what, done, total);
    return early_signal == 0;
}

static bool make_base(struct session *s, struct err *err) {
    struct config_value include = config_get("workspace.include");
    struct base_options options = {.include = include.item, .progress = on_copied};
    while (include.item && include.item[options.n_include])
        options.n_include++;
    struct base_summary sum;
    if (!base_create(s->worktree, s->dir, &options, &sum, err))
        return false;
    s->base_json = xasprintf("{\"files\":%llu,\"bytes\":%llu,\"left_out_files\":%llu,"
                             "\"left_out_bytes\":%llu,\"tree\":\"%s\"}",
                             (unsigned long long)sum.files, (unsigned long long)sum.bytes,
                             (unsigned long long)sum.left_out_files,
                             (unsigned long long)sum.left_out_bytes, sum.tree_hash);
    if (!runs_number(&s->id, &s->dir, err))
        return false;
    say_note("run %s: %llu file%s (%.1f MB) of %s", s->id, (unsigned long long)sum.files,
             sum.files == 1 ? "" : "s", (double)sum.bytes / 1e6, s->worktree);
    if (sum.left_out_files)
        say_note("left out: %llu ignored file%s (%.1f MB); 'workspace.include' brings them in",
                 (unsigned long long)sum.left_out_files, sum.left_out_files == 1 ? "" : "s",
                 (double)sum.left_out_bytes / 1e6);
    return true;
}

static uint64_t random_seed(void) {
    uint64_t seed = 0;
    ssize_t n = getrandom(&seed, sizeof seed, 0);
    ASSERT(n == sizeof seed);
    return seed >> 1; /* fits the journal's and JSON's signed integers */
}

static bool session_create(struct session *s, const struct args *args, const char *goal,
                           struct err *err) {
    const char *root = args_string(args, "agent");
    if (!find_worktree(&s->worktree, err) ||
        !load_agents(&s->agents, s->worktree, args_string(args, "agents"), err) ||
        !read_instructions(s, err))
        return false;
    if (strcmp(args_string(args, "sandbox"), "none") != 0 &&
        !sandbox_workspace_ok(s->worktree, err))
        return false;
    if (!agent_set_find(s->agents, root)) {
        err_set(err, ERR_USAGE, "no agent '%s'", root);
        return err_hint(err, "'drover agent list' shows the agents that can be used here");
    }
    if (!runs_possible(err) || !session_open_sandbox(s, args, err) ||
        !session_check_walls(s, args, err) || !session_open_model(s, args, NULL, err) ||
        !runs_new(&s->dir, err))
        return false;
    s->config_json = effective_config(s->agents, args);
    session_open_loop(s);
    early_signals_watch();
    bool ok = state_is_outside(s, err) && make_base(s, err);
    if (ok) {
        session_fill_options(s, args);
        s->options.goal = goal;
        s->options.root = root;
        s->options.seed =
            args_given(args, "seed") ? (uint64_t)args_int(args, "seed") : random_seed();
        s->options.root_ms = MAX(args_int(args, "budget"), 0);
        s->options.root_tokens = MAX(args_int(args, "max-tokens"), 0);
        ok = run_create(&s->run, &s->options, err);
    }
    if (ok)
        return true;
    if (early_signal && err->code == ERR_CANCELLED) {
        say_status(NULL);
        say_note("stopping: the run had not begun, nothing of it is kept");
    }
    dir_remove(s->dir, NULL);
    if (err->code == ERR_NO_SPACE)
        err_hint(err, "free some space, or set DROVER_HOME to a directory elsewhere");
    if (err->code == ERR_LIMIT || err->code == ERR_NO_SPACE)
        err->code = ERR_ENVIRONMENT; /* 1 would say that it ran, 75 that it can be resumed */
    return err_hint(err, "'drover doctor' shows what this machine has");
}

bool session_run(const struct args *args, const char *goal, int *status, struct err *err) {
    struct session s = {0};
    bool ok = session_create(&s, args, goal, err);
    if (ok) {
        session_loop(&s);
        ok = session_end(&s, status);
    } else if (early_signal && err->code == ERR_CANCELLED) { /* said already */
        *status = 128 + early_signal;
        ok = true;
    }
    session_release(&s);
    return ok;
}

/* ---- resume ---- */
static bool session_load(struct session *s, const struct args *args, const char *id,
                         struct err *err) {
    AUTO_RUN_INFO struct run_info info = {0};
    if (!run_info_read(&info, id, err))
        return false;
    AUTO_JSON cJSON *config = NULL;
    if (!json_parse(&config, str_from(info.config_json), "the run's configuration", err))
        return false;
    s->id = xstrdup(info.id);
    s->dir = xstrdup(info.dir);
    s->worktree = xstrdup(info.worktree);
    AUTO_FREE char *agents = json_print(cJSON_GetObjectItemCaseSensitive(config, "agents"));
    s->agents = agent_set_create();
    if (!agent_set_load_inline(s->agents, str_from(agents), err))
        return false;
    if (info.owner) {
        err_set(err, ERR_BUSY, "run '%s' is running (process %d)", info.id, info.owner);
        return err_hint(err, "'drover log -f %s' follows it, 'drover stop %s' stops it", info.id,
                        info.id);
    }
    if (!session_open_sandbox(s, args, err) || !session_check_walls(s, args, err) ||
        !session_open_model(s, args, info.model_path, err))
        return false;
    session_open_loop(s);
    session_fill_options(s, args);
    s->options.network = s->options.network || json_bool(config, "network", false);
    s->options.accept_change = args_flag(args, "accept-change");
    return run_load(&s->run, &s->options, err);
}

bool session_resume(const struct args *args, const char *id, int *status, struct err *err) {
    struct session s = {0};
    bool ok = session_load(&s, args, id, err);
    if (ok) {
        say_note("run %s goes on where its last commit ended", s.id);
        session_loop(&s);
        ok = session_end(&s, status);
    }
    session_release(&s);
    return ok;
}
