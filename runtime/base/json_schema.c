/* JSON Schema, the subset that Drover's tools, agents and outputs use, checked over cJSON trees.
 *
 * Owns: the path text while it walks. Any thread. One rule above all: a keyword that is not checked
 * is refused, by name, instead of being silently true; only annotations (title, description,
 * default, examples, format, $schema, $id, $comment, x-...) pass unread.
 *
 * Recursion follows the schema into the value and is bounded by the value's depth, which json_parse
 * bounds; anyOf and its alternatives stay on one level, so schema depth is bounded the same way.
 * A value that does not fit is ERR_INPUT with the path of the offending place and what was wanted.
 */
#include "runtime/base/json.h"
#include <math.h>

struct check {
    struct buf path;
    struct err *err;
};

static const char *const known_keyword[] = {
    "type",      "properties", "required",   "additionalProperties",
    "items",     "enum",       "const",      "anyOf",
    "minLength", "maxLength",  "minimum",    "maximum",
    "minItems",  "maxItems",   "title",      "description",
    "default",   "examples",   "format",     "$schema",
    "$id",       "$comment",   "deprecated",
};

static bool check_value(struct check *c, const cJSON *value, const cJSON *schema);

static bool fail(struct check *c, const char *what) {
    const char *path = buf_cstr(&c->path);
    return err_set(c->err, ERR_INPUT, "'%s' %s", path[0] ? path : ".", what);
}

static const char *type_name(const cJSON *v) {
    return cJSON_IsString(v)   ? "a string"
           : cJSON_IsNumber(v) ? "a number"
           : cJSON_IsBool(v)   ? "a boolean"
           : cJSON_IsArray(v)  ? "an array"
           : cJSON_IsObject(v) ? "an object"
                               : "null";
}

static bool has_type(const cJSON *v, const char *type) {
    if (strcmp(type, "integer") == 0) {
        return cJSON_IsNumber(v) && v->valuedouble == floor(v->valuedouble);
    }
    return (strcmp(type, "string") == 0 && cJSON_IsString(v)) ||
           (strcmp(type, "number") == 0 && cJSON_IsNumber(v)) ||
           (strcmp(type, "boolean") == 0 && cJSON_IsBool(v)) ||
           (strcmp(type, "array") == 0 && cJSON_IsArray(v)) ||
           (strcmp(type, "object") == 0 && cJSON_IsObject(v)) ||
           (strcmp(type, "null") == 0 && cJSON_IsNull(v));
}

static bool check_type(struct check *c, const cJSON *value, const cJSON *type) {
    char what[200];
    if (type == NULL) {
        return true;
    }
    if (cJSON_IsString(type)) {
        if (has_type(value, type->valuestring)) {
            return true;
        }
        snprintf(what, sizeof(what), "must be of type %.40s, found %s", type->valuestring,
                 type_name(value));
        return fail(c, what);
    }
    const cJSON *one;
    cJSON_ArrayForEach(one, type) {
        if (cJSON_IsString(one) && has_type(value, one->valuestring)) {
            return true;
        }
    }
    snprintf(what, sizeof(what), "is %s, which none of its types allows", type_name(value));
    return fail(c, what);
}

static bool check_keywords(struct check *c, const cJSON *schema) {
    const cJSON *item;
    cJSON_ArrayForEach(item, schema) {
        bool known = strncmp(item->string, "x-", 2) == 0;
        for (size_t i = 0; i < ARRAY_LEN(known_keyword) && !known; i++) {
            known = strcmp(item->string, known_keyword[i]) == 0;
        }
        if (!known) {
            return err_set(c->err, ERR_INPUT, "schema keyword '%.60s' is not supported",
                           item->string);
        }
    }
    return true;
}

/* min and max of one measure; both keywords optional. */
static bool check_range(struct check *c, double measured, const cJSON *schema, const char *min_key,
                        const char *max_key, const char *unit) {
    const cJSON *min = cJSON_GetObjectItemCaseSensitive(schema, min_key);
    const cJSON *max = cJSON_GetObjectItemCaseSensitive(schema, max_key);
    char what[200];
    if (cJSON_IsNumber(min) && measured < min->valuedouble) {
        snprintf(what, sizeof(what), "must be at least %.15g%s, found %.15g", min->valuedouble,
                 unit, measured);
        return fail(c, what);
    }
    if (cJSON_IsNumber(max) && measured > max->valuedouble) {
        snprintf(what, sizeof(what), "must be at most %.15g%s, found %.15g", max->valuedouble, unit,
                 measured);
        return fail(c, what);
    }
    return true;
}

static size_t count_characters(const char *s) {
    size_t n = 0;
    for (; *s; s++) {
        n += ((unsigned char)*s & 0xc0) != 0x80;
    }
    return n;
}

static bool check_enum(struct check *c, const cJSON *value, const cJSON *choices) {
    AUTO_BUF struct buf what = BUF_INIT(ERR_MSG_MAX);
    const cJSON *one;
    if (!cJSON_IsArray(choices)) {
        return true;
    }
    buf_append_c(&what, "must be one of");
    cJSON_ArrayForEach(one, choices) {
        if (cJSON_Compare(value, one, true)) {
            return true;
        }
        AUTO_FREE char *text = json_print(one);
        buf_printf(&what, "%s %s", one == choices->child ? "" : ",", text);
    }
    return fail(c, buf_cstr(&what));
}

static void path_push_key(struct buf *path, const char *key) {
    bool plain = key[0] != '\0';
    for (const char *p = key; *p; p++) {
        plain = plain && strchr(".[]\"' \\", *p) == NULL && (unsigned char)*p > 0x20;
    }
    if (plain) {
        buf_printf(path, ".%s", key);
        return;
    }
    buf_append_char(path, '[');
    buf_append_json(path, str_from(key));
    buf_append_char(path, ']');
}

/* A failing check leaves the path where it failed; a passing one takes its step back. */
static void path_pop(struct buf *path, size_t len) {
    path->len = len;
    if (path->data) {
        path->data[len] = '\0';
    }
}

static const char *nearest_key(const cJSON *properties, const char *key) {
    const cJSON *item;
    const char *best = NULL;
    size_t best_distance = 3;
    cJSON_ArrayForEach(item, properties) {
        size_t d = str_distance(str_from(item->string), str_from(key), 2);
        if (d < best_distance) {
            best_distance = d;
            best = item->string;
        }
    }
    return best;
}

static bool check_unknown_key(struct check *c, const cJSON *properties, const char *key) {
    const char *near = nearest_key(properties, key);
    fail(c, "is not a known key");
    return near ? err_hint(c->err, "did you mean '%s'?", near) : false;
}

static bool check_object(struct check *c, const cJSON *value, const cJSON *schema) {
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    const cJSON *more = cJSON_GetObjectItemCaseSensitive(schema, "additionalProperties");
    const cJSON *item;
    size_t len = c->path.len;
    /* Unknown keys first: a misspelt key is the better message than the missing one it stands for.
     */
    cJSON_ArrayForEach(item, value) {
        const cJSON *sub = cJSON_GetObjectItemCaseSensitive(properties, item->string);
        path_push_key(&c->path, item->string);
        if (sub == NULL && cJSON_IsFalse(more)) {
            return check_unknown_key(c, properties, item->string);
        }
        if (sub == NULL && cJSON_IsObject(more)) {
            sub = more;
        }
        if (sub != NULL && !check_value(c, item, sub)) {
            return false;
        }
        path_pop(&c->path, len);
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(schema, "required")) {
        if (cJSON_IsString(item) &&
            cJSON_GetObjectItemCaseSensitive(value, item->valuestring) == NULL) {
            path_push_key(&c->path, item->valuestring);
            return fail(c, "is required");
        }
    }
    return true;
}

static bool check_array(struct check *c, const cJSON *value, const cJSON *schema) {
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(schema, "items");
    const cJSON *item;
    size_t len = c->path.len, i = 0;
    if (!check_range(c, cJSON_GetArraySize(value), schema, "minItems", "maxItems", " items")) {
        return false;
    }
    cJSON_ArrayForEach(item, value) {
        buf_printf(&c->path, "[%zu]", i++);
        if (items && !check_value(c, item, items)) {
            return false;
        }
        path_pop(&c->path, len);
    }
    return true;
}

static bool check_any_of(struct check *c, const cJSON *value, const cJSON *alternatives) {
    const cJSON *one;
    size_t len = c->path.len;
    struct err ignored = ERR_INIT, *err = c->err;
    if (!cJSON_IsArray(alternatives)) {
        return true;
    }
    cJSON_ArrayForEach(one, alternatives) {
        c->err = &ignored;
        bool ok = check_value(c, value, one);
        c->err = err;
        path_pop(&c->path, len);
        if (ok) {
            return true;
        }
    }
    if (cJSON_GetArraySize(alternatives) == 1) {
        return check_value(c, value, alternatives->child); /* its own message is the better one */
    }
    return fail(c, "fits none of the allowed forms");
}

static bool check_value(struct check *c, const cJSON *value, const cJSON *schema) {
    if (cJSON_IsBool(schema)) {
        return cJSON_IsTrue(schema) || fail(c, "is not allowed");
    }
    if (!cJSON_IsObject(schema)) {
        return err_set(c->err, ERR_INPUT, "a schema must be an object");
    }
    const cJSON *constant = cJSON_GetObjectItemCaseSensitive(schema, "const");
    if (!check_keywords(c, schema) ||
        !check_type(c, value, cJSON_GetObjectItemCaseSensitive(schema, "type")) ||
        !check_enum(c, value, cJSON_GetObjectItemCaseSensitive(schema, "enum"))) {
        return false;
    }
    if (constant && !cJSON_Compare(value, constant, true)) {
        AUTO_FREE char *text = json_print(constant);
        AUTO_FREE char *what = xasprintf("must be %.100s", text);
        return fail(c, what);
    }
    if (cJSON_IsString(value) && !check_range(c, (double)count_characters(value->valuestring),
                                              schema, "minLength", "maxLength", " characters")) {
        return false;
    }
    if (cJSON_IsNumber(value) &&
        !check_range(c, value->valuedouble, schema, "minimum", "maximum", "")) {
        return false;
    }
    if (cJSON_IsObject(value) && !check_object(c, value, schema)) {
        return false;
    }
    if (cJSON_IsArray(value) && !check_array(c, value, schema)) {
        return false;
    }
    return check_any_of(c, value, cJSON_GetObjectItemCaseSensitive(schema, "anyOf"));
}

bool json_validate(const cJSON *value, const cJSON *schema, char **path, struct err *err) {
    struct check c = {.path = BUF_INIT(JSON_BYTES_MAX), .err = err};
    bool ok = check_value(&c, value, schema);
    if (path) {
        *path = ok ? NULL : buf_take(&c.path);
    }
    buf_release(&c.path);
    return ok;
}
