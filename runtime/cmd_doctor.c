/* `drover doctor`: what this machine can do and what is missing, one line a check.
 *
 * Owns: a list of findings until it is printed. Main thread, before any other exists: the sandbox's
 * warden is forked first, as in a run, and the walls are probed by building real cells.
 * Changes nothing on disk. Safe to paste: the home directory is shown as ~.
 * A check either stands, works with a loss (warn), or keeps runs from starting (fail); failing
 * lines come with the remedy. Exit 1 if anything failed. Every check is bounded: a few file reads,
 * one open of the model's header, one probe of the walls.
 */
#include "runtime/base/json.h"
#include "runtime/runtime.h"
#include "runtime/version.h"
#include "model/model.h"
#include "sandbox/sandbox.h"
#include <errno.h>
#include <git2.h>
#include <stdarg.h>
#include <sqlite3.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

enum state { FINE, NOTE, WARN, FAIL };
enum { FINDINGS_MAX = 64, WALLS_MAX = 32 };

static const uint64_t GIB = 1ull << 30;

struct finding {
    const char *section;
    char name[60], detail[400], remedy[400];
    enum state state;
};
struct doctor {
    struct finding finding[FINDINGS_MAX];
    size_t n;
    uint64_t memory_available;
};

/* Replaces the home directory at the start of a word by ~. */
static void redact(char *text, size_t cap) {
    const char *home = getenv("HOME");
    size_t n = home ? strlen(home) : 0;
    char *hit = n > 1 ? strstr(text, home) : NULL;
    while (hit) {
        hit[0] = '~';
        memmove(hit + 1, hit + n, strlen(hit + n) + 1);
        hit = strstr(hit + 1, home);
    }
    text[str_utf8_floor(str_from(text), cap - 1)] = '\0';
}

static struct finding *PRINTF_LIKE(5, 6)
    find(struct doctor *d, const char *section, const char *name, enum state state, const char *fmt,
         ...) {
    ASSERT(d->n < FINDINGS_MAX);
    struct finding *f = &d->finding[d->n++];
    va_list args;
    f->section = section;
    f->state = state;
    snprintf(f->name, sizeof(f->name), "%s", name);
    va_start(args, fmt);
    vsnprintf(f->detail, sizeof(f->detail), fmt, args);
    va_end(args);
    redact(f->detail, sizeof(f->detail));
    return f;
}

static void PRINTF_LIKE(2, 3) remedy(struct finding *f, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    vsnprintf(f->remedy, sizeof(f->remedy), fmt, args);
    va_end(args);
    redact(f->remedy, sizeof(f->remedy));
}

/* ---- machine ---- */

static const char *kernel_family(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vl")) {
        return "AVX-512 with VNNI";
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return "AVX2";
    }
#endif
    return NULL;
}

static void check_machine(struct doctor *d) {
    struct utsname name;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    const char *family = kernel_family();
    ASSERT(uname(&name) == 0);
    find(d, "machine", "system", FINE, "%s %s %s, drover %s", name.sysname, name.release,
         name.machine, version_text());
    struct finding *f = find(d, "machine", "processor", family ? FINE : WARN, "%ld core%s, %s",
                             cores, cores == 1 ? "" : "s", family ? family : "no AVX2");
    if (family == NULL) {
        remedy(f, "models run with the portable kernels, several times slower");
    }
}

/* A number in a small file of /proc or /sys; UINT64_MAX when it is not there ("max"). */
static uint64_t read_number(const char *path, const char *key) {
    AUTO_BUF struct buf b = BUF_INIT(64 << 10);
    int64_t value;
    if (!file_read(&b, path, b.max, NULL)) {
        return UINT64_MAX;
    }
    struct str text = buf_str(&b);
    size_t at = key ? str_find(text, str_from(key), 0) : 0;
    if (at == SIZE_MAX) {
        return UINT64_MAX;
    }
    text = str_trim(str_slice(text, at + (key ? strlen(key) : 0), text.len));
    size_t n = 0;
    while (n < text.len && text.ptr[n] >= '0' && text.ptr[n] <= '9') {
        n++;
    }
    return str_to_i64(str_slice(text, 0, n), 0, INT64_MAX, &value) ? (uint64_t)value : UINT64_MAX;
}

static void check_memory(struct doctor *d) {
    uint64_t available = read_number("/proc/meminfo", "MemAvailable:");
    uint64_t total = read_number("/proc/meminfo", "MemTotal:");
    uint64_t limit = MIN(read_number("/sys/fs/cgroup/memory.max", NULL),
                         read_number("/sys/fs/cgroup/memory/memory.limit_in_bytes", NULL));
    if (available == UINT64_MAX || total == UINT64_MAX) {
        struct finding *f = find(d, "machine", "memory", WARN, "/proc/meminfo cannot be read");
        remedy(f, "mount -t proc proc /proc");
        return;
    }
    available = MIN(available * 1024, limit);
    total = MIN(total * 1024, limit);
    d->memory_available = available;
    struct finding *f =
        find(d, "machine", "memory", available < GIB ? WARN : FINE, "%.1f of %.1f GiB available",
             (double)available / (double)GIB, (double)total / (double)GIB);
    if (available < GIB) {
        remedy(f, "close other programs; the smallest runs want 1 GiB");
    }
}

static void check_disk(struct doctor *d) {
    AUTO_FREE char *dir = NULL;
    struct err err = ERR_INIT;
    struct statvfs fs;
    if (!paths_dir(&dir, PATH_STATE, "", &err)) {
        remedy(find(d, "machine", "state directory", FAIL, "%s", err.msg), "%s", err.hint);
        return;
    }
    AUTO_FREE char *existing = xstrdup(dir);
    while (access(existing, F_OK) != 0 && strrchr(existing, '/') > existing) {
        *strrchr(existing, '/') = '\0'; /* it is made by the first run */
    }
    if (statvfs(existing, &fs) != 0 || access(existing, W_OK | X_OK) != 0) {
        struct finding *f =
            find(d, "machine", "state directory", FAIL, "'%s': %s", existing, strerror(errno));
        remedy(f, "make it writable, or export DROVER_HOME=/another/directory");
        return;
    }
    uint64_t free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    struct finding *f = find(d, "machine", "state directory", free_bytes < GIB ? WARN : FINE,
                             "%.1f GiB free in '%s'", (double)free_bytes / (double)GIB, dir);
    if (free_bytes < GIB) {
        remedy(f, "free some space: every agent's files and the journal are kept there");
    }
}

static void check_sqlite(struct doctor *d) {
    bool ok = sqlite3_libversion_number() >= 3037000 && sqlite3_threadsafe();
    struct finding *f = find(d, "machine", "SQLite", ok ? FINE : FAIL, "%s%s", sqlite3_libversion(),
                             sqlite3_threadsafe() ? "" : ", built without threads");
    if (!ok) {
        remedy(f, "the journal needs 3.37 or newer, built with threads");
    }
}

static void check_configuration(struct doctor *d) {
    const struct err *failure = config_failure();
    if (failure) {
        remedy(find(d, "project", "configuration", FAIL, "%s", failure->msg), "%s",
               failure->hint[0] ? failure->hint : "'drover config example' shows every key");
    } else if (config_ignored()) {
        struct finding *f = find(d, "project", "configuration", WARN,
                                 "the project asks for %s, which is ignored", config_ignored());
        remedy(f, "read .drover/config.json; if you agree: drover config approve");
    } else {
        find(d, "project", "configuration", FINE, "valid");
    }
}

static void check_repository(struct doctor *d) {
    git_buf found = {0};
    git_libgit2_init();
    bool ok = git_repository_discover(&found, ".", 0, NULL) == 0;
    struct finding *f = find(d, "project", "repository", ok ? FINE : NOTE, "%s",
                             ok ? found.ptr : "this directory is not in a git repository");
    if (!ok) {
        remedy(f, "runs start in one: cd to it, or git init && git add -A");
    }
    git_buf_dispose(&found);
    git_libgit2_shutdown();
}

/* ---- model ---- */

static void check_model(struct doctor *d) {
    AUTO_FREE char *path = NULL;
    struct err err = ERR_INIT;
    struct model *model = NULL;
    const char *name = config_get("model").text;
    if (!paths_model(&path, name, &err) ||
        !model_open(&model, path, &(struct model_options){.vocab_only = true}, &err)) {
        remedy(find(d, "model", name && name[0] ? name : "shipped model", FAIL, "%s", err.msg),
               "%s", err.hint[0] ? err.hint : "drover run --model FILE.gguf");
        return;
    }
    const struct model_info *info = model_info(model);
    const char *architecture =
        info->architecture && info->architecture[0] ? info->architecture : "";
    find(d, "model", name && name[0] ? "model" : "shipped model", FINE, "%s: %s%s%s, %.1f MiB",
         path, info->name && info->name[0] ? info->name : "unnamed", architecture[0] ? ", " : "",
         architecture, (double)info->file_bytes / (double)(1 << 20));
    /* Weights, their repacked copy's page cache, and something for the agents' caches. */
    uint64_t wanted = info->file_bytes + info->file_bytes / 4;
    if (d->memory_available > 0 && wanted > d->memory_available) {
        struct finding *f =
            find(d, "model", "model size", WARN, "wants %.1f GiB, %.1f available",
                 (double)wanted / (double)GIB, (double)d->memory_available / (double)GIB);
        remedy(f, "use a smaller quantization, or free memory");
    }
    model_close(model);
}

/* ---- walls ---- */

static void check_walls(struct doctor *d) {
    struct sandbox *sandbox = NULL;
    struct err err = ERR_INIT;
    struct wall walls[WALLS_MAX];
    if (!sandbox_start(&sandbox, &(struct sandbox_options){0}, &err)) {
        remedy(find(d, "sandbox", "warden", FAIL, "%s", err.msg), "%s", err.hint);
        return;
    }
    size_t n = MIN(sandbox_probe(sandbox, walls, WALLS_MAX), (size_t)WALLS_MAX);
    for (size_t i = 0; i < n; i++) {
        static const enum state states[] = {
            [WALL_OK] = FINE, [WALL_DEGRADED] = WARN, [WALL_MISSING] = FAIL};
        struct finding *f =
            find(d, "sandbox", walls[i].name, states[walls[i].state], "%s", walls[i].detail);
        if (walls[i].state != WALL_OK) {
            remedy(f, "%s", walls[i].remedy);
        }
    }
    sandbox_stop(sandbox);
}

/* ---- report ---- */

static size_t count(const struct doctor *d, enum state state) {
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++) {
        n += d->finding[i].state == state;
    }
    return n;
}

static const struct {
    const char *word;
    enum mark mark;
    enum style style;
} looks[] = {
    [FINE] = {"ok", MARK_OK, STYLE_GREEN},
    [NOTE] = {"note", MARK_DOT, STYLE_DIM},
    [WARN] = {"warn", MARK_WARN, STYLE_YELLOW},
    [FAIL] = {"fail", MARK_FAIL, STYLE_RED},
};

static void print_text(const struct doctor *d) {
    const char *section = "";
    for (size_t i = 0; i < d->n; i++) {
        const struct finding *f = &d->finding[i];
        if (strcmp(section, f->section) != 0) {
            section = f->section;
            out_printf("%s%s%s%s\n", i ? "\n" : "", term_style(STREAM_OUT, STYLE_BOLD), section,
                       term_style(STREAM_OUT, STYLE_NONE));
        }
        out_printf("  %s%s%s %-18s %s\n", term_style(STREAM_OUT, looks[f->state].style),
                   term_mark(looks[f->state].mark), term_style(STREAM_OUT, STYLE_NONE), f->name,
                   f->detail);
        if (f->remedy[0]) {
            out_printf("    %s %s\n", term_mark(MARK_ARROW), f->remedy);
        }
    }
    const char *dot = term_mark(MARK_DOT);
    out_printf("\n%zu ok %s %zu note%s %s %zu warn %s %zu fail\n", count(d, FINE), dot,
               count(d, NOTE), count(d, NOTE) == 1 ? "" : "s", dot, count(d, WARN), dot,
               count(d, FAIL));
}

static void print_json(const struct doctor *d) {
    AUTO_JSON cJSON *root = cJSON_CreateObject();
    cJSON *checks = cJSON_AddArrayToObject(root, "checks");
    for (size_t i = 0; i < d->n; i++) {
        const struct finding *f = &d->finding[i];
        cJSON *check = cJSON_CreateObject();
        cJSON_AddItemToArray(checks, check);
        cJSON_AddStringToObject(check, "section", f->section);
        cJSON_AddStringToObject(check, "name", f->name);
        cJSON_AddStringToObject(check, "state", looks[f->state].word);
        cJSON_AddStringToObject(check, "detail", f->detail);
        if (f->remedy[0]) {
            cJSON_AddStringToObject(check, "remedy", f->remedy);
        }
    }
    for (enum state s = FINE; s <= FAIL; s++) {
        cJSON_AddNumberToObject(root, looks[s].word, (double)count(d, s));
    }
    AUTO_FREE char *text = json_print(root);
    out_printf("%s\n", text);
}

static bool doctor_run(const struct args *args, int *status, struct err *err) {
    AUTO_FREE struct doctor *d = xcalloc(1, sizeof(*d));
    (void)err;
    check_machine(d);
    check_memory(d);
    check_disk(d);
    check_sqlite(d);
    check_walls(d); /* before the model is mapped, as in a run */
    check_model(d);
    check_configuration(d);
    check_repository(d);
    if (args_flag(args, "json")) {
        print_json(d);
    } else {
        print_text(d);
    }
    *status = count(d, FAIL) > 0;
    return true;
}

static const struct option doctor_options[] = {
    {.name = "json", .help = "one JSON object"},
    {0},
};

const struct cmd cmd_doctor = {.name = "doctor",
                               .group = GROUP_MACHINE,
                               .summary =
                                   "check this machine, the walls, the model and the project",
                               .about = "Changes nothing. Exit code 1 if something keeps runs from "
                                        "starting.",
                               .examples = "drover doctor\ndrover doctor --json | jq .fail\n",
                               .options = doctor_options,
                               .run = doctor_run};
