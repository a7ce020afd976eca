/* Configuration: a table of keys, four sources, one winner a key.
 *
 * Owns: the winning texts for the life of the process. Loaded once by main before any thread,
 * read-only afterwards.
 *
 * Happy path: every key starts at its built-in value; system, user and project file overwrite it in
 * this order, then the environment. A file is strict JSON whose objects nest along the dots of the
 * key names; every leaf must be a known key of the right type, else ERR_USAGE with the place.
 * The project file comes with the repository, so its keys marked `asks` are dropped and remembered
 * in `ignored` unless the SHA-256 of the file stands in <state>/approved, one a line. The model is
 * among them: it is parsed by the trusted process and decides everything that agents do, and the
 * file may lie in the repository, too.
 */
#include "runtime/config.h"
#include "runtime/base/json.h"
#include "runtime/paths.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

const struct config_key config_keys[] = {
    {"model", "DROVER_MODEL", OPTION_STRING, "FILE|NAME", NULL, true,
     "the model: a GGUF file, or its name in the models directory; none: the shipped one"},
    {"threads", "DROVER_THREADS", OPTION_COUNT, "N", "0", false, "compute threads; 0: one a core"},
    {"kv_memory", "DROVER_KV_MEMORY", OPTION_BYTES, "SIZE", "0", false,
     "memory for the agents' caches; 0: a share of what is free"},
    {"cache", "DROVER_CACHE", OPTION_CHOICE, "f16|q8", "f16", false,
     "format of cached keys and values: q8 is half as large and faster at long contexts"},
    {"sandbox.read", "DROVER_SANDBOX_READ", OPTION_LIST, "PATH", NULL, true,
     "more directories that tools may read, such as ~/.cargo or /opt"},
    {"workspace.include", "DROVER_WORKSPACE_INCLUDE", OPTION_LIST, "PATH", NULL, true,
     "ignored paths of the working tree that agents see too, such as node_modules"},
    {"color", "DROVER_COLOR", OPTION_CHOICE, "auto|always|never", "auto", false,
     "colour of messages and tables"},
    {"ascii", "DROVER_ASCII", OPTION_FLAG, NULL, "false", false, "marks in ASCII, no Unicode"},
    {"hints", "DROVER_HINTS", OPTION_FLAG, NULL, "true", false, "say what to type next"},
    {0},
};

enum { KEYS = ARRAY_LEN(config_keys) - 1, FILES = 3 };

static struct {
    bool loaded;
    struct err failure; /* of config_load; ERR_NONE: none */
    struct slot {
        char *text;
        char **item;
        const char *origin; /* of file[], environment[] or a literal */
    } slot[KEYS];
    char *file[FILES];
    char *environment[KEYS];
    char *ignored;
    char *project_path;
    char *project_text; /* as read; NULL if there is none */
} config;

const struct config_key *config_find(const char *name) {
    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(config_keys[i].name, name) == 0) {
            return &config_keys[i];
        }
    }
    return NULL;
}

static void slot_clear(struct slot *slot) {
    for (char **item = slot->item; item && *item; item++) {
        free(*item);
    }
    free(slot->item);
    free(slot->text);
    *slot = (struct slot){0};
}

static void slot_add_item(struct slot *slot, struct str text) {
    size_t n = 0;
    while (slot->item && slot->item[n]) {
        n++;
    }
    slot->item = xreallocarray(slot->item, n + 2, sizeof(*slot->item));
    slot->item[n] = str_dup(text);
    slot->item[n + 1] = NULL;
}

static bool text_fits(const struct config_key *key, const char *text) {
    int64_t ignored;
    switch (key->kind) {
    case OPTION_FLAG:
        return option_choice_ok("true|false|1|0|yes|no", str_from(text));
    case OPTION_CHOICE:
        return option_choice_ok(key->value, str_from(text));
    case OPTION_COUNT:
    case OPTION_BYTES:
    case OPTION_DURATION:
        return option_parse_int(key->kind, str_from(text), &ignored);
    case OPTION_STRING:
    case OPTION_LIST:
        break;
    }
    return true;
}

static const char *wanted(const struct config_key *key) {
    switch (key->kind) {
    case OPTION_FLAG:
        return "true or false";
    case OPTION_CHOICE:
        return key->value;
    case OPTION_COUNT:
        return "a number";
    case OPTION_BYTES:
        return "a size such as \"8GiB\"";
    case OPTION_DURATION:
        return "a duration such as \"90s\"";
    case OPTION_LIST:
        return "a list of texts";
    case OPTION_STRING:
        break;
    }
    return "a text";
}

/* ---- files ---- */

struct reader {
    const char *path; /* of the file */
    struct str text;
    const char *origin;
    bool asks_allowed;
    struct buf ignored;
    struct err *err;
};

static bool fail_at(struct reader *r, const char *name, const char *what) {
    int line = 1, column = 1;
    AUTO_FREE char *path = xasprintf(".%s", name);
    json_locate(r->text, path, &line, &column);
    err_set(r->err, ERR_USAGE, "%s:%d:%d: '%s' %s", r->path, line, column, name, what);
    return err_hint(r->err, "'drover config example' shows every key with its meaning");
}

static bool leaf_text(const cJSON *item, char **out) {
    if (cJSON_IsString(item)) {
        *out = xstrdup(item->valuestring);
    } else if (cJSON_IsBool(item)) {
        *out = xstrdup(cJSON_IsTrue(item) ? "true" : "false");
    } else if (cJSON_IsNumber(item)) {
        *out = json_print(item);
    } else {
        return false;
    }
    return true;
}

static bool take_leaf(struct reader *r, const struct config_key *key, const cJSON *item) {
    struct slot fresh = {.origin = r->origin};
    bool ok = true;
    if (key->kind == OPTION_LIST) {
        const cJSON *one;
        ok = cJSON_IsArray(item);
        cJSON_ArrayForEach(one, item) {
            ok = ok && cJSON_IsString(one);
            slot_add_item(&fresh, str_from(cJSON_IsString(one) ? one->valuestring : ""));
        }
    } else {
        bool right = key->kind == OPTION_FLAG     ? cJSON_IsBool(item)
                     : key->kind == OPTION_STRING ? cJSON_IsString(item)
                                                  : true;
        ok = right && leaf_text(item, &fresh.text) && text_fits(key, fresh.text);
    }
    if (!ok) {
        AUTO_FREE char *what = xasprintf("must be %s", wanted(key));
        slot_clear(&fresh);
        return fail_at(r, key->name, what);
    }
    if (key->asks && !r->asks_allowed) {
        buf_printf(&r->ignored, "%s%s", r->ignored.len ? ", " : "", key->name);
        slot_clear(&fresh);
        return true;
    }
    struct slot *slot = &config.slot[key - config_keys];
    slot_clear(slot);
    *slot = fresh;
    return true;
}

/* True if some key continues behind "name.". */
static bool is_section(const char *name) {
    size_t n = strlen(name);
    for (size_t i = 0; i < KEYS; i++) {
        if (strncmp(config_keys[i].name, name, n) == 0 && config_keys[i].name[n] == '.') {
            return true;
        }
    }
    return false;
}

static bool fail_unknown(struct reader *r, const char *name) {
    const char *best = NULL;
    size_t best_distance = 4;
    for (size_t i = 0; i < KEYS; i++) {
        size_t d = str_distance(str_from(config_keys[i].name), str_from(name), 3);
        if (d < best_distance) {
            best_distance = d;
            best = config_keys[i].name;
        }
    }
    fail_at(r, name, "is not a configuration key");
    if (best) {
        r->err->hint[0] = '\0';
        err_hint(r->err, "did you mean '%s'?", best);
    }
    return false;
}

static bool take_object(struct reader *r, const cJSON *object, const char *prefix) {
    const cJSON *item;
    cJSON_ArrayForEach(item, object) {
        if (strncmp(item->string, "//", 2) == 0) {
            continue; /* JSON has no comments; the example file needs them */
        }
        AUTO_FREE char *name =
            prefix ? xasprintf("%s.%s", prefix, item->string) : xstrdup(item->string);
        const struct config_key *key = config_find(name);
        bool ok = key                                        ? take_leaf(r, key, item)
                  : cJSON_IsObject(item) && is_section(name) ? take_object(r, item, name)
                                                             : fail_unknown(r, name);
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* *text: the file's content, owned by the caller, NULL if there is no file. */
static bool read_optional(char **text, size_t *len, const char *path, const char *top,
                          struct err *err) {
    AUTO_BUF struct buf b = BUF_INIT(JSON_BYTES_MAX);
    *text = NULL;
    if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        return true;
    }
    if (!file_read_plain(&b, path, top, JSON_BYTES_MAX, err)) {
        err->code = ERR_USAGE;
        return err_hint(err, "a configuration is a JSON file; 'drover config example' prints one");
    }
    *len = b.len;
    *text = buf_take(&b);
    return true;
}

static bool load_file(struct reader *r) {
    AUTO_JSON cJSON *root = NULL;
    if (!json_parse(&root, r->text, r->path, r->err)) {
        return false;
    }
    if (!cJSON_IsObject(root)) {
        return err_set(r->err, ERR_USAGE, "%s:1:1: a configuration is a JSON object", r->path);
    }
    return take_object(r, root, NULL);
}

static bool hash_is_approved(const char *hash) {
    AUTO_FREE char *path = NULL;
    AUTO_BUF struct buf b = BUF_INIT(JSON_BYTES_MAX);
    if (!paths_dir(&path, PATH_STATE, "approved", NULL) || !file_read(&b, path, b.max, NULL)) {
        return false;
    }
    struct str rest = buf_str(&b), line;
    while (str_next_line(&rest, &line)) {
        if (str_equal_c(line, hash)) {
            return true;
        }
    }
    return false;
}

/* project: its top, or NULL. */
static bool load_one(size_t i, const char *path, const char *project, struct err *err) {
    AUTO_FREE char *text = NULL;
    size_t len = 0;
    char hash[65];
    config.file[i] = xstrdup(path);
    if (!read_optional(&text, &len, path, project, err)) {
        return false;
    }
    if (text == NULL) {
        return true;
    }
    struct reader r = {.path = path,
                       .text = {text, len},
                       .origin = config.file[i],
                       .asks_allowed = true,
                       .ignored = BUF_INIT(4096),
                       .err = err};
    if (project) {
        sha256_hex(r.text, hash);
        r.asks_allowed = hash_is_approved(hash);
    }
    bool ok = load_file(&r);
    if (ok && r.ignored.len > 0) {
        config.ignored = buf_take(&r.ignored);
    }
    if (project) {
        config.project_text = str_dup(r.text);
    }
    buf_release(&r.ignored);
    return ok;
}

/* ---- environment ---- */

static bool load_environment(struct err *err) {
    for (size_t i = 0; i < KEYS; i++) {
        const struct config_key *key = &config_keys[i];
        const char *text = getenv(key->env);
        if (text == NULL || text[0] == '\0') {
            continue;
        }
        if (!text_fits(key, text)) {
            return err_set(err, ERR_USAGE, "environment variable %s: '%s' is not %s", key->env,
                           text, wanted(key));
        }
        struct slot *slot = &config.slot[i];
        slot_clear(slot);
        config.environment[i] = xasprintf("environment %s", key->env);
        slot->origin = config.environment[i];
        slot->text = key->kind == OPTION_LIST ? NULL : xstrdup(text);
        struct str rest = str_from(key->kind == OPTION_LIST ? text : "");
        while (rest.len > 0) {
            size_t colon = MIN(str_find(rest, STR(":"), 0), rest.len);
            if (colon > 0) {
                slot_add_item(slot, str_slice(rest, 0, colon));
            }
            rest = str_slice(rest, colon + 1, rest.len);
        }
    }
    return true;
}

static bool load_all(const char *user, const char *project, struct err *err) {
    return load_one(0, "/etc/drover/config.json", NULL, err) && load_one(1, user, NULL, err) &&
           load_one(2, config.project_path, project, err) && load_environment(err);
}

bool config_load(const char *project, struct err *err) {
    ASSERT(!config.loaded);
    AUTO_FREE char *user = NULL;
    AUTO_FREE char *top = project ? xstrdup(project) : paths_project();
    config.loaded = true;
    for (size_t i = 0; i < KEYS; i++) {
        const char *fallback = config_keys[i].fallback;
        config.slot[i] =
            (struct slot){.text = fallback ? xstrdup(fallback) : NULL, .origin = "built-in"};
    }
    config.project_path = xasprintf("%s/.drover/config.json", top);
    if (!paths_dir(&user, PATH_CONFIG, "config.json", &config.failure) ||
        !load_all(user, top, &config.failure)) {
        if (err) {
            *err = config.failure;
        }
        return false;
    }
    return true;
}

const struct err *config_failure(void) {
    return config.failure.code == ERR_NONE ? NULL : &config.failure;
}

void config_unload(void) {
    for (size_t i = 0; i < KEYS; i++) {
        slot_clear(&config.slot[i]);
        free(config.environment[i]);
    }
    for (size_t i = 0; i < FILES; i++) {
        free(config.file[i]);
    }
    free(config.ignored);
    free(config.project_path);
    free(config.project_text);
    memset(&config, 0, sizeof(config));
}

struct config_value config_get(const char *name) {
    const struct config_key *key = config_find(name);
    ASSERT(key != NULL && config.loaded);
    const struct slot *slot = &config.slot[key - config_keys];
    return (struct config_value){slot->text, (const char *const *)slot->item,
                                 slot->origin ? slot->origin : "built-in"};
}

bool config_flag(const char *name) {
    struct config_value v = config_get(name);
    ASSERT(config_find(name)->kind == OPTION_FLAG);
    return v.text && !option_choice_ok("false|0|no", str_from(v.text));
}

const char *config_ignored(void) {
    return config.ignored;
}

bool config_approve(char hash[65], struct err *err) {
    AUTO_FREE char *path = NULL;
    AUTO_FREE char *dir = NULL;
    AUTO_BUF struct buf b = BUF_INIT(JSON_BYTES_MAX);
    if (config.project_text == NULL) {
        err_set(err, ERR_NOT_FOUND, "no '%s' here", config.project_path);
        return err_hint(err, "type this in the directory of the project");
    }
    sha256_hex(str_from(config.project_text), hash);
    if (hash_is_approved(hash)) {
        return true;
    }
    if (!paths_dir(&dir, PATH_STATE, "", err) || !paths_dir(&path, PATH_STATE, "approved", err) ||
        !dir_make(dir, 0700, err)) {
        return false;
    }
    if (access(path, F_OK) == 0 && !file_read(&b, path, b.max, err)) {
        return false;
    }
    if (!buf_printf(&b, "%s\n", hash)) {
        return err_set(err, ERR_LIMIT, "'%s' is full", path);
    }
    return file_write_atomic(path, buf_str(&b), 0600, err);
}

static cJSON *value_json(const struct config_key *key, const struct slot *slot) {
    if (key->kind == OPTION_LIST) {
        cJSON *list = cJSON_CreateArray();
        for (char **item = slot->item; item && *item; item++) {
            cJSON_AddItemToArray(list, cJSON_CreateString(*item));
        }
        return list;
    }
    if (slot->text == NULL) {
        return cJSON_CreateNull();
    }
    if (key->kind == OPTION_FLAG) {
        return cJSON_CreateBool(!option_choice_ok("false|0|no", str_from(slot->text)));
    }
    int64_t number;
    if (option_parse_int(key->kind, str_from(slot->text), &number)) {
        return cJSON_CreateNumber((double)number);
    }
    return cJSON_CreateString(slot->text);
}

char *config_json(bool origins) {
    AUTO_JSON cJSON *root = cJSON_CreateObject();
    for (size_t i = 0; i < KEYS; i++) {
        cJSON *value = value_json(&config_keys[i], &config.slot[i]);
        if (origins) {
            cJSON *entry = cJSON_AddObjectToObject(root, config_keys[i].name);
            cJSON_AddItemToObject(entry, "value", value);
            cJSON_AddStringToObject(entry, "origin", config_get(config_keys[i].name).origin);
        } else {
            cJSON_AddItemToObject(root, config_keys[i].name, value);
        }
    }
    return json_print(root);
}
