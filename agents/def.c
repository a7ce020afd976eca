/* Definitions of agents: JSON files, validated before anything starts.
 *
 * Owns: struct agent_set, an array of definitions found by name; later loads replace earlier ones,
 * so that a project's `lead` shadows the built-in one. Loop thread.
 *
 * A mistake is the user's to correct: every error says file, line, column and path inside the JSON,
 * and a hint says what would be right. The shape is checked against agent.schema.json (the same
 * file `drover agent schema` prints); what a schema cannot say is checked here: tool names exist,
 * names are spelled as names, a misspelled key is not silently ignored, sub-agents exist and form
 * no cycle. Keys of other programs' agent files are known and ignored. */
#include "agents/agents_int.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "runtime/base/asset.h"
#include "runtime/base/json.h"
#include "runtime/base/log.h"
#include "tools/tools.h"

ASSET_DECLARE(agents_agent_schema_json);
ASSET_DECLARE(agents_lead_json);
ASSET_DECLARE(agents_coder_json);
ASSET_DECLARE(agents_explorer_json);
ASSET_DECLARE(agents_reviewer_json);

/* One definition file; the longest prompt allowed is 64 KiB. */
#define DEF_BYTES_MAX   (256u << 10)
#define DEF_TURN_TOKENS 4096
#define INLINE_HINT     "--agents '{\"fixer\": {\"description\": \"...\", \"prompt\": \"...\"}}'"
/* Definitions in one set. */
#define DEFS_MAX 1024

struct agent_set {
    struct agent_def **def;
    size_t n;
};

/* Keys of Claude Code, kimi-code, opencode and OpenHands files that mean nothing here. */
static const char *const foreign_keys[] = {
    "permissionMode", "skills",    "mcpServers", "hooks",      "memory",
    "background",     "effort",    "isolation",  "color",      "initialPrompt",
    "whenToUse",      "hidden",    "mode",       "permission", "max_budget_per_run",
    "override",       "condenser", "$schema",    "version",
};

static void strings_free(char **list) {
    for (size_t i = 0; list && list[i]; i++)
        free(list[i]);
    free(list);
}

void agent_def_destroy(struct agent_def *d) {
    if (!d)
        return;
    free(d->name);
    free(d->description);
    free(d->prompt);
    free(d->source);
    strings_free(d->tools);
    strings_free(d->subagents);
    free(d->retry_check);
    json_free(&d->output);
    free(d->json);
    free(d);
}

void agent_set_destroy(struct agent_set *set) {
    if (!set)
        return;
    for (size_t i = 0; i < set->n; i++)
        agent_def_destroy(set->def[i]);
    free(set->def);
    free(set);
}

/* "FILE:LINE:COLUMN: .path: message" */
static bool def_error(struct err *err, struct str text, const char *source, const char *path,
                      const char *message) {
    int line = 1, column = 1;
    json_locate(text, path, &line, &column);
    return err_set(err, ERR_USAGE, "%s:%d:%d: %s: %s", source, line, column, *path ? path : ".",
                   message);
}

static bool def_check_keys(const cJSON *json, const cJSON *schema, struct str text,
                           const char *source, struct err *err) {
    const cJSON *known = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    const cJSON *item;
    cJSON_ArrayForEach(item, json) {
        bool ok = cJSON_GetObjectItemCaseSensitive(known, item->string) != NULL;
        for (size_t i = 0; i < ARRAY_LEN(foreign_keys) && !ok; i++)
            ok = strcmp(item->string, foreign_keys[i]) == 0;
        if (ok)
            continue;
        const cJSON *k;
        cJSON_ArrayForEach(k, known) {
            if (str_distance(str_from(item->string), str_from(k->string), 2) <= 2) {
                AUTO_FREE char *path = xasprintf(".%s", item->string);
                def_error(err, text, source, path, "unknown key");
                return err_hint(err, "did you mean '%s'?", k->string);
            }
        }
        log_warn("%s: key '%s' ignored", source, item->string);
    }
    return true;
}

static bool name_ok(const char *name) {
    if (!*name || *name == '-')
        return false;
    for (const char *p = name; *p; p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-' || *p == '_'))
            return false;
    return true;
}

static void strings_add(char ***list, size_t *n, struct str s) {
    *list = xreallocarray(*list, *n + 2, sizeof **list);
    (*list)[(*n)++] = str_dup(s);
    (*list)[*n] = NULL;
}

/* A JSON list of strings or one comma-separated string. */
static char **strings_read(const cJSON *item) {
    char **list = NULL;
    size_t n = 0;
    if (cJSON_IsString(item)) {
        struct str rest = str_from(item->valuestring);
        while (rest.len) {
            size_t comma = str_find(rest, STR(","), 0);
            struct str one = str_trim(str_slice(rest, 0, MIN(comma, rest.len)));
            if (one.len)
                strings_add(&list, &n, one);
            rest = comma == SIZE_MAX ? str_slice(rest, rest.len, rest.len)
                                     : str_slice(rest, comma + 1, rest.len);
        }
    } else {
        const cJSON *s;
        cJSON_ArrayForEach(s, item) strings_add(&list, &n, str_from(s->valuestring));
    }
    if (!list)
        list = xcalloc(1, sizeof *list);
    return list;
}

static bool strings_have(char *const *list, const char *s) {
    for (size_t i = 0; list && list[i]; i++)
        if (strcmp(list[i], s) == 0)
            return true;
    return false;
}

static bool def_check_tools(char *const *list, const char *key, bool is_list, struct str text,
                            const char *source, struct err *err) {
    for (size_t i = 0; list[i]; i++) {
        if (tool_find(str_from(list[i])))
            continue;
        AUTO_FREE char *path = is_list ? xasprintf(".%s[%zu]", key, i) : xasprintf(".%s", key);
        AUTO_FREE char *message = xasprintf("unknown tool '%.60s'", list[i]);
        def_error(err, text, source, path, message);
        const char *best = NULL;
        size_t best_distance = 4;
        AUTO_BUF struct buf names = BUF_INIT(ERR_MSG_MAX);
        for (size_t t = 0; t < n_tools; t++) {
            size_t d = str_distance(str_from(list[i]), str_from(tools_all[t]->name), 3);
            if (d < best_distance) {
                best_distance = d;
                best = tools_all[t]->name;
            }
            buf_printf(&names, "%s%s", t ? ", " : "", tools_all[t]->name);
        }
        return best ? err_hint(err, "did you mean '%s'?", best)
                    : err_hint(err, "tools are %s", buf_cstr(&names));
    }
    return true;
}

/* tools (absent: all) minus disallowedTools; Finish is always there, or no agent could end. */
static bool def_read_tools(struct agent_def *d, const cJSON *json, struct str text,
                           struct err *err) {
    const cJSON *allow = cJSON_GetObjectItemCaseSensitive(json, "tools");
    const cJSON *deny = cJSON_GetObjectItemCaseSensitive(json, "disallowedTools");
    char **allowed = strings_read(allow), **denied = strings_read(deny);
    bool ok = def_check_tools(allowed, "tools", cJSON_IsArray(allow), text, d->source, err) &&
              def_check_tools(denied, "disallowedTools", cJSON_IsArray(deny), text, d->source, err);
    size_t n = 0;
    for (size_t t = 0; ok && t < n_tools; t++) {
        const char *name = tools_all[t]->name;
        bool wanted = (!allow || strings_have(allowed, name)) && !strings_have(denied, name);
        if (wanted || strcmp(name, "Finish") == 0)
            strings_add(&d->tools, &n, str_from(name));
    }
    strings_free(allowed);
    strings_free(denied);
    return ok;
}

static int64_t budget_read(const cJSON *budget, const char *key) {
    int64_t v;
    return json_int(budget, key, 1, INT64_MAX, &v) ? v : BUDGET_UNLIMITED;
}

static float number_read(const cJSON *json, const cJSON *sampling, const char *key,
                         float fallback) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(sampling, key);
    if (!v)
        v = cJSON_GetObjectItemCaseSensitive(json, key);
    return cJSON_IsNumber(v) ? (float)v->valuedouble : fallback;
}

static void def_read_limits(struct agent_def *d, const cJSON *json) {
    const cJSON *budget = cJSON_GetObjectItemCaseSensitive(json, "budget");
    d->budget = (struct agent_budget){
        .tokens = budget_read(budget, "tokens"),
        .calls = budget_read(budget, "calls"),
        .seconds = budget_read(budget, "seconds"),
        .agents = budget_read(budget, "agents"),
        .depth = budget_read(budget, "depth"),
    };
    if (!json_int(json, "maxTurns", 1, INT64_MAX, &d->max_turns))
        d->max_turns = AGENT_TURNS_DEFAULT;
    if (!json_int(json, "turnTokens", 1, INT64_MAX, &d->turn_tokens))
        d->turn_tokens = DEF_TURN_TOKENS;
    const cJSON *sampling = cJSON_GetObjectItemCaseSensitive(json, "sampling");
    d->temperature = number_read(json, sampling, "temperature", 0.6f);
    d->top_p = number_read(json, sampling, "top_p", 0.95f);
    d->min_p = number_read(json, sampling, "min_p", 0.0f);
    d->top_k = (int)number_read(json, sampling, "top_k", 0.0f);
    d->network = json_bool(json, "network", false);
    const cJSON *retry = cJSON_GetObjectItemCaseSensitive(json, "retry");
    int64_t attempts;
    d->retry_attempts = json_int(retry, "attempts", 1, 16, &attempts) ? (int)attempts : 1;
    const char *check = json_string(retry, "check", NULL);
    d->retry_check = check ? xstrdup(check) : NULL;
    const cJSON *output = cJSON_GetObjectItemCaseSensitive(json, "output");
    d->output = output ? cJSON_Duplicate(output, true) : NULL;
}

/* The definition in json (parsed from text, which is used for positions), or NULL. */
static struct agent_def *def_read(const cJSON *json, struct str text, const char *source,
                                  struct err *err) {
    AUTO_JSON cJSON *schema = NULL;
    bool ok = json_parse(&schema, ASSET(agents_agent_schema_json), "agent.schema.json", err);
    ASSERT(ok);
    if (!def_check_keys(json, schema, text, source, err))
        return NULL;
    AUTO_FREE char *path = NULL;
    struct err why = ERR_INIT;
    if (!json_validate(json, schema, &path, &why)) {
        def_error(err, text, source, path ? path : "", why.msg);
        if (*why.hint)
            err_hint(err, "%s", why.hint);
        err_hint(err, "'drover agent schema' prints what a definition may hold");
        return NULL;
    }
    struct agent_def *d = xcalloc(1, sizeof *d);
    d->source = xstrdup(source);
    d->name = xstrdup(json_string(json, "name", ""));
    d->description = xstrdup(json_string(json, "description", ""));
    d->prompt = xstrdup(json_string(json, "prompt", ""));
    const char *model = json_string(json, "model", "inherit");
    if (!name_ok(d->name)) {
        def_error(err, text, source, ".name", "a name is lower-case letters, digits, '-' and '_'");
        err_hint(err, "for example \"name\": \"code-reviewer\"");
    } else if (strcmp(model, "inherit") != 0) {
        def_error(err, text, source, ".model", "one model serves a run");
        err_hint(err, "leave it out or say \"inherit\"; 'drover run --model FILE' chooses it");
    } else if (def_read_tools(d, json, text, err)) {
        d->subagents = strings_read(cJSON_GetObjectItemCaseSensitive(json, "subagents"));
        def_read_limits(d, json);
        d->json = json_canonical(json);
        if (!d->output || grammar_can_hold(d->output, &why))
            return d;
        def_error(err, text, source, ".output", why.msg);
        err_hint(err, "a schema has type, properties, required, items, enum, const, anyOf, lengths "
                      "and bounds; 'drover agent schema' is one");
    }
    agent_def_destroy(d);
    return NULL;
}

struct agent_def *agent_def_parse(struct str text, const char *source, struct err *err) {
    AUTO_JSON cJSON *json = NULL;
    if (!json_parse(&json, text, source, err)) {
        if (err) {
            err->code = ERR_USAGE;
            err_hint(err, "'drover agent schema' prints what a definition may hold");
        }
        return NULL;
    }
    if (!cJSON_IsObject(json)) {
        def_error(err, text, source, "", "a definition is an object");
        err_hint(err, "'drover agent schema' prints what a definition may hold");
        return NULL;
    }
    return def_read(json, text, source, err);
}

static bool set_add(struct agent_set *set, struct agent_def *d, struct err *err) {
    if (!d)
        return false;
    for (size_t i = 0; i < set->n; i++) {
        if (strcmp(set->def[i]->name, d->name) == 0) {
            agent_def_destroy(set->def[i]);
            set->def[i] = d;
            return true;
        }
    }
    if (set->n == DEFS_MAX) {
        agent_def_destroy(d);
        return err_set(err, ERR_LIMIT, "more than %d agent definitions", DEFS_MAX);
    }
    set->def = xreallocarray(set->def, set->n + 1, sizeof *set->def);
    set->def[set->n++] = d;
    return true;
}

struct agent_set *agent_set_create(void) {
    struct agent_set *set = xcalloc(1, sizeof *set);
    const struct str builtin[] = {ASSET(agents_lead_json), ASSET(agents_coder_json),
                                  ASSET(agents_explorer_json), ASSET(agents_reviewer_json)};
    for (size_t i = 0; i < ARRAY_LEN(builtin); i++) {
        bool ok = set_add(set, agent_def_parse(builtin[i], "built-in", NULL), NULL);
        ASSERT(ok);
    }
    return set;
}

/* top: as file_read_plain has it */
static bool set_load_file(struct agent_set *set, const char *path, const char *top,
                          struct err *err) {
    AUTO_BUF struct buf text = BUF_INIT(DEF_BYTES_MAX);
    if (!file_read_plain(&text, path, top, DEF_BYTES_MAX, err)) {
        if (err)
            err->code = ERR_USAGE;
        return err_hint(err, "a definition is a JSON file of at most %u KiB", DEF_BYTES_MAX >> 10);
    }
    return set_add(set, agent_def_parse(buf_str(&text), path, err), err);
}

bool agent_set_load_file(struct agent_set *set, const char *path, struct err *err) {
    return set_load_file(set, path, NULL, err);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool set_load_dir(struct agent_set *set, const char *dir, const char *top, struct err *err) {
    DIR *d = opendir(dir);
    if (!d)
        return errno == ENOENT || errno == ENOTDIR ||
               err_set_errno(err, errno, "cannot read directory '%s'", dir);
    char **names = NULL;
    size_t n = 0;
    for (struct dirent *e; (e = readdir(d)) && n < DEFS_MAX;)
        if (e->d_name[0] != '.' && str_ends(str_from(e->d_name), STR(".json")))
            strings_add(&names, &n, str_from(e->d_name));
    closedir(d);
    if (n)
        qsort(names, n, sizeof *names, by_name);
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        AUTO_FREE char *path = xasprintf("%s/%s", dir, names[i]);
        ok = set_load_file(set, path, top, err);
    }
    strings_free(names);
    return ok;
}

bool agent_set_load_dir(struct agent_set *set, const char *dir, struct err *err) {
    return set_load_dir(set, dir, NULL, err);
}

bool agent_set_load_project(struct agent_set *set, const char *top, struct err *err) {
    AUTO_FREE char *dir = xasprintf("%s/.drover/agents", top);
    return set_load_dir(set, dir, top, err);
}

bool agent_set_load_inline(struct agent_set *set, struct str text, struct err *err) {
    AUTO_JSON cJSON *json = NULL;
    if (!json_parse(&json, text, "--agents", err)) {
        if (err)
            err->code = ERR_USAGE;
        return err_hint(err, INLINE_HINT);
    }
    if (!cJSON_IsObject(json)) {
        err_set(err, ERR_USAGE, "--agents: expected an object of definitions by name");
        return err_hint(err, INLINE_HINT);
    }
    cJSON *item;
    cJSON_ArrayForEach(item, json) {
        if (!cJSON_IsObject(item))
            return err_set(err, ERR_USAGE, "--agents: .%s: a definition is an object",
                           item->string);
        if (!cJSON_GetObjectItemCaseSensitive(item, "name"))
            cJSON_AddStringToObject(item, "name", item->string);
        AUTO_FREE char *one = json_print(item);
        AUTO_FREE char *source = xasprintf("--agents .%s", item->string);
        if (!set_add(set, agent_def_parse(str_from(one), source, err), err))
            return false;
    }
    return true;
}

const struct agent_def *agent_set_find(const struct agent_set *set, const char *name) {
    for (size_t i = 0; i < set->n; i++)
        if (strcmp(set->def[i]->name, name) == 0)
            return set->def[i];
    return NULL;
}

const struct agent_def *agent_set_at(const struct agent_set *set, size_t i) {
    return i < set->n ? set->def[i] : NULL;
}

struct str agent_schema(void) {
    return ASSET(agents_agent_schema_json);
}

/* Error at the position of d's subagents[i] in its file (read again: errors are rare). */
static bool subagent_error(const struct agent_def *d, size_t i, const char *message,
                           struct err *err) {
    AUTO_FREE char *path = xasprintf(".subagents[%zu]", i);
    AUTO_BUF struct buf text = BUF_INIT(DEF_BYTES_MAX);
    if (file_read_plain(&text, d->source, NULL, DEF_BYTES_MAX, NULL))
        return def_error(err, buf_str(&text), d->source, path, message);
    return err_set(err, ERR_USAGE, "%s: agent '%s': %s: %s", d->source, d->name, path, message);
}

static size_t set_index(const struct agent_set *set, const char *name) {
    size_t i = 0;
    while (i < set->n && strcmp(set->def[i]->name, name) != 0)
        i++;
    return i;
}

/* Depth-first search with three colours: 0 unseen, 1 on the way, 2 done; trail is the way. */
static bool check_cycle(const struct agent_set *set, size_t at, uint8_t *colour, size_t *trail,
                        size_t depth, struct err *err) {
    const struct agent_def *d = set->def[at];
    colour[at] = 1;
    trail[depth] = at;
    for (size_t i = 0; d->subagents[i]; i++) {
        size_t sub = set_index(set, d->subagents[i]);
        ASSERT(sub < set->n);
        if (colour[sub] == 0 && !check_cycle(set, sub, colour, trail, depth + 1, err))
            return false;
        if (colour[sub] != 1)
            continue;
        AUTO_BUF struct buf cycle = BUF_INIT(ERR_MSG_MAX / 2);
        size_t from = depth;
        while (trail[from] != sub)
            from--;
        for (size_t k = from; k <= depth; k++)
            buf_printf(&cycle, "%s -> ", set->def[trail[k]]->name);
        buf_append_c(&cycle, set->def[sub]->name);
        AUTO_FREE char *message = xasprintf("cycle of sub-agents: %s", buf_cstr(&cycle));
        subagent_error(d, i, message, err);
        return err_hint(err, "an agent may not be started, directly or not, by its own sub-agents");
    }
    colour[at] = 2;
    return true;
}

static bool check_known(const struct agent_set *set, const struct agent_def *d, struct err *err) {
    for (size_t k = 0; d->subagents[k]; k++) {
        if (agent_set_find(set, d->subagents[k]))
            continue;
        AUTO_FREE char *message = xasprintf("unknown agent '%.60s'", d->subagents[k]);
        subagent_error(d, k, message, err);
        AUTO_BUF struct buf names = BUF_INIT(ERR_MSG_MAX / 2);
        for (size_t j = 0; j < set->n; j++)
            buf_printf(&names, "%s%s", j ? ", " : "", set->def[j]->name);
        return err_hint(err, "agents are %s", buf_cstr(&names));
    }
    return true;
}

bool agent_set_check(const struct agent_set *set, struct err *err) {
    for (size_t i = 0; i < set->n; i++)
        if (!check_known(set, set->def[i], err))
            return false;
    AUTO_FREE uint8_t *colour = xcalloc(set->n + 1, 1);
    AUTO_FREE size_t *trail = xcalloc(set->n + 1, sizeof *trail);
    for (size_t i = 0; i < set->n; i++)
        if (colour[i] == 0 && !check_cycle(set, i, colour, trail, 0, err))
            return false;
    return true;
}
