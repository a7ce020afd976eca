/* JSON Schema -> nodes of the grammar: the subset that json_validate checks and tools use.
 *
 * Owns: nothing; appends to the grammar being made. Any thread.
 *
 * The grammar writes a subset of what the schema allows, never more: properties in the schema's
 * order, no others; integers up to 2^53; bounded other numbers with up to six decimals; an enum's
 * values as they are spelled canonically. A keyword that would have to be obeyed and is not known
 * is an error by name, as in json_validate, so that grammar and validation cannot drift apart
 * silently.
 *
 * Dead ends are excluded here, before anything runs: every node must be able to write some value
 * (min <= max, an enum with at least one value that fits its own schema, nesting bounded), so every
 * path through the nodes can be completed. What depends on files (bindings) is only allowed where
 * it can be decided when the tool is named: properties of the arguments themselves, read_path
 * before unique_text before differs, all of them required, all wide enough for what they are bound
 * to.
 *
 * A value without a type (also items that are not described) is written as a string, number,
 * boolean or null; an object without properties is {}.
 */
#include "model/grammar_int.h"
#include "runtime/base/json.h"

struct compile {
    struct grammar *g;
    struct str tool;
    struct err *err;
    int depth;
    const char *where; /* property being compiled, for messages */
};

static bool fail(struct compile *c, const char *what) {
    if (c->where) {
        return err_set(c->err, ERR_INPUT, "tool '%.*s': property '%.80s' %s", STR_FMT(c->tool),
                       c->where, what);
    }
    return err_set(c->err, ERR_INPUT, "tool '%.*s': its parameters: %s", STR_FMT(c->tool), what);
}

/* ---- appending ---- */

static bool add_node(struct compile *c, struct node node, uint32_t *out) {
    struct grammar *g = c->g;
    if (g->n_nodes == NODES_MAX) {
        return fail(c, "makes the tools' schemas too large");
    }
    g->nodes = xreallocarray(g->nodes, g->n_nodes + 1, sizeof(*g->nodes));
    g->nodes[g->n_nodes] = node;
    *out = g->n_nodes++;
    return true;
}

static bool keep_text(struct compile *c, struct buf *text, struct str *out) {
    *out = text->overflow ? (struct str){0} : arena_str(&c->g->texts, buf_str(text));
    return out->ptr != NULL || fail(c, "makes the tools' schemas too large");
}

static int compare_strings(const void *a, const void *b) {
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static bool add_choice(struct compile *c, struct str *strings, size_t n, uint32_t *out) {
    struct grammar *g = c->g;
    size_t unique = 0;
    if (g->n_strings + n > STRINGS_MAX) {
        return fail(c, "makes the tools' schemas too large");
    }
    qsort(strings, n, sizeof(*strings), compare_strings);
    for (size_t i = 0; i < n; i++) {
        if (unique == 0 || !str_equal(strings[unique - 1], strings[i])) {
            strings[unique++] = strings[i];
        }
    }
    g->strings = xreallocarray(g->strings, g->n_strings + unique, sizeof(*g->strings));
    memcpy(g->strings + g->n_strings, strings, unique * sizeof(*strings));
    struct node node = {.kind = NODE_CHOICE, .first = g->n_strings, .count = (uint32_t)unique};
    g->n_strings += (uint32_t)unique;
    return add_node(c, node, out);
}

static bool add_words(struct compile *c, const char *a, const char *b, uint32_t *out) {
    struct str words[2] = {str_from(a), str_from(b)};
    return add_choice(c, words, b ? 2 : 1, out);
}

/* Whole number at key, or fallback. */
static bool bound_at(struct compile *c, const cJSON *schema, const char *key, int64_t fallback,
                     int64_t max, int64_t *out) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(schema, key);
    *out = fallback;
    if (item == NULL) {
        return true;
    }
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0)) {
        return fail(c, "has a length or count that is not a number");
    }
    *out = item->valuedouble >= (double)max ? max : (int64_t)item->valuedouble;
    /* a fraction narrows: a minimum goes up, a maximum goes down */
    *out += key[1] == 'i' && (double)*out < item->valuedouble && *out < max;
    return true;
}

/* ---- values written out ---- */

static bool write_value(struct compile *c, struct buf *out, const cJSON *v, int depth) {
    const cJSON *item;
    if (depth > DEPTH_MAX) {
        return false;
    }
    if (cJSON_IsString(v)) {
        return str_is_utf8(str_from(v->valuestring)) &&
               buf_append_json(out, str_from(v->valuestring));
    }
    if (!cJSON_IsArray(v) && !cJSON_IsObject(v)) {
        AUTO_FREE char *text = json_print(v);
        return buf_append_c(out, text);
    }
    buf_append_char(out, cJSON_IsArray(v) ? '[' : '{');
    cJSON_ArrayForEach(item, v) {
        if (item != v->child) {
            buf_append_str(out, c->g->comma);
        }
        if (cJSON_IsObject(v)) {
            buf_append_json(out, str_from(item->string));
            buf_append_str(out, c->g->colon);
        }
        if (!write_value(c, out, item, depth + 1)) {
            return false;
        }
    }
    return buf_append_char(out, cJSON_IsArray(v) ? ']' : '}');
}

/* The schema without its enum: what each value of the enum has to fit. Validating against the whole
 * would compare every value with every other. */
static cJSON *without_enum(const cJSON *schema) {
    cJSON *rest = cJSON_CreateObject(), *item;
    cJSON_ArrayForEach(item, schema) {
        if (strcmp(item->string, "enum") != 0) {
            cJSON_AddItemReferenceToObject(rest, item->string, item);
        }
    }
    return rest;
}

/* enum and const: the values that their own schema allows. raw: strings without quotes. */
static bool compile_values(struct compile *c, const cJSON *schema, bool raw, uint32_t *out) {
    const cJSON *values = cJSON_GetObjectItemCaseSensitive(schema, "enum"), *one;
    const cJSON *constant = cJSON_GetObjectItemCaseSensitive(schema, "const");
    int n = values ? cJSON_GetArraySize(values) : 1;
    AUTO_FREE struct str *strings = xcalloc((size_t)n + 1, sizeof(*strings));
    size_t kept = 0;
    AUTO_JSON cJSON *rest = without_enum(schema);
    if (n > STRINGS_MAX) {
        return fail(c, "makes the tools' schemas too large");
    }
    if (values && !cJSON_IsArray(values)) {
        return fail(c, "has an enum that is not an array");
    }
    for (one = values ? values->child : constant; one; one = values ? one->next : NULL) {
        AUTO_BUF struct buf text = BUF_INIT(JSON_BYTES_MAX);
        if (!json_validate(one, rest, NULL, NULL)) {
            continue;
        }
        if (raw) {
            buf_append_c(&text, one->valuestring);
        } else if (!write_value(c, &text, one, 0)) {
            return fail(c, "has an enum value that cannot be written");
        }
        /* as raw text, the value must not look like its own end; empty text has no byte to choose
         */
        bool unwritable =
            raw && (text.len == 0 || str_find(buf_str(&text), c->g->value_close, 0) != SIZE_MAX);
        if (!unwritable && !keep_text(c, &text, &strings[kept++])) {
            return false;
        }
    }
    return kept > 0 ? add_choice(c, strings, kept, out) : fail(c, "has no value that fits it");
}

/* ---- types ---- */

static bool compile_string(struct compile *c, const cJSON *schema, bool raw, uint32_t *out) {
    struct node node = {.kind = NODE_STRING, .raw = raw, .replace_at = -1};
    if (!bound_at(c, schema, "minLength", 0, INT32_MAX, &node.min) ||
        !bound_at(c, schema, "maxLength", INT32_MAX, INT32_MAX, &node.max)) {
        return false;
    }
    return node.min <= node.max ? add_node(c, node, out) : fail(c, "has minLength over maxLength");
}

/* Largest scaled number at most (or least at least) the bound, by the arithmetic of the validator:
 * the double nearest to units / scale is what the reader of the text will compare. */
static int64_t scaled_bound(double bound, int64_t scale, bool is_min) {
    double limit = (double)NUMBER_MAX / (double)scale;
    if (bound >= limit || bound <= -limit) {
        return bound > 0 ? NUMBER_MAX : -NUMBER_MAX;
    }
    double scaled = bound * (double)scale;
    int64_t units = (int64_t)scaled;
    while ((double)units / (double)scale < bound) {
        units++;
    }
    while ((double)units / (double)scale > bound) {
        units--;
    }
    return is_min && (double)units / (double)scale < bound ? units + 1 : units;
}

static bool compile_number(struct compile *c, const cJSON *schema, bool integer, uint32_t *out) {
    const cJSON *min = cJSON_GetObjectItemCaseSensitive(schema, "minimum");
    const cJSON *max = cJSON_GetObjectItemCaseSensitive(schema, "maximum");
    struct node node = {.kind = NODE_NUMBER, .integer = integer, .bounded = integer || min || max};
    int64_t scale = integer ? 1 : NUMBER_SCALE;
    if ((min && !cJSON_IsNumber(min)) || (max && !cJSON_IsNumber(max))) {
        return fail(c, "has a minimum or maximum that is not a number");
    }
    node.min = min ? scaled_bound(min->valuedouble, scale, true) : -NUMBER_MAX;
    node.max = max ? scaled_bound(max->valuedouble, scale, false) : NUMBER_MAX;
    double limit = (double)NUMBER_MAX / (double)scale;
    if (node.min > node.max || (min && min->valuedouble > limit) ||
        (max && max->valuedouble < -limit)) {
        return fail(c, "has no number between minimum and maximum");
    }
    return add_node(c, node, out);
}

static bool compile_value(struct compile *c, const cJSON *schema, bool raw, uint32_t *out);

static bool add_any_of(struct compile *c, const uint32_t *nodes, size_t n, uint32_t *out) {
    struct grammar *g = c->g;
    g->lists = xreallocarray(g->lists, g->n_lists + n, sizeof(*g->lists));
    memcpy(g->lists + g->n_lists, nodes, n * sizeof(*nodes));
    struct node node = {.kind = NODE_ANY_OF, .first = g->n_lists, .count = (uint32_t)n};
    g->n_lists += (uint32_t)n;
    return add_node(c, node, out);
}

static bool compile_scalar(struct compile *c, uint32_t *out) {
    struct node string = {.kind = NODE_STRING, .max = INT32_MAX, .replace_at = -1};
    struct node number = {.kind = NODE_NUMBER};
    uint32_t nodes[4];
    return add_node(c, string, &nodes[0]) && add_node(c, number, &nodes[1]) &&
           add_words(c, "false", "true", &nodes[2]) && add_words(c, "null", NULL, &nodes[3]) &&
           add_any_of(c, nodes, 4, out);
}

static bool compile_array(struct compile *c, const cJSON *schema, uint32_t *out) {
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(schema, "items");
    struct node node = {.kind = NODE_ARRAY};
    if (!bound_at(c, schema, "minItems", 0, INT32_MAX, &node.min) ||
        !bound_at(c, schema, "maxItems", INT32_MAX, INT32_MAX, &node.max)) {
        return false;
    }
    if (node.min > node.max) {
        return fail(c, "has minItems over maxItems");
    }
    bool ok = items ? compile_value(c, items, false, &node.first) : compile_scalar(c, &node.first);
    return ok && add_node(c, node, out);
}

static bool is_required(const cJSON *schema, const char *key) {
    const cJSON *item;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(schema, "required")) {
        if (cJSON_IsString(item) && strcmp(item->valuestring, key) == 0) {
            return true;
        }
    }
    return false;
}

static bool check_required(struct compile *c, const cJSON *schema, const cJSON *properties) {
    const cJSON *item;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(schema, "required")) {
        if (!cJSON_IsString(item) ||
            cJSON_GetObjectItemCaseSensitive(properties, item->valuestring) == NULL) {
            return fail(c, "requires a property that is not among its properties");
        }
    }
    return true;
}

/* In raw style, a property that can only be a string is written as it is. */
static bool is_raw_string(const struct grammar *g, const cJSON *schema) {
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(schema, "type");
    return g->raw_style && cJSON_IsString(type) && strcmp(type->valuestring, "string") == 0;
}

static bool property_key(struct compile *c, const char *key, bool raw_object, bool raw_value,
                         struct property *p) {
    AUTO_BUF struct buf text = BUF_INIT(JSON_BYTES_MAX);
    struct grammar *g = c->g;
    if (!str_is_utf8(str_from(key))) {
        return fail(c, "is not UTF-8");
    }
    if (raw_object) {
        buf_append_str(&text, g->key_open);
        buf_append_c(&text, key);
        buf_append_str(&text, raw_value ? g->key_close_string : g->key_close_json);
    } else {
        buf_append_str(&text, g->comma);
        buf_append_json(&text, str_from(key));
        buf_append_str(&text, g->colon);
        p->comma_len = (uint32_t)g->comma.len;
    }
    return keep_text(c, &text, &p->key);
}

static bool compile_object(struct compile *c, const cJSON *schema, bool arguments, uint32_t *out) {
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(schema, "properties"), *item;
    struct grammar *g = c->g;
    size_t n = (size_t)cJSON_GetArraySize(properties), i = 0;
    AUTO_FREE struct property *own = xcalloc(n + 1, sizeof(*own));
    bool raw = arguments && g->raw_style;
    if (!check_required(c, schema, properties)) {
        return false;
    }
    cJSON_ArrayForEach(item, properties) {
        struct property *p = &own[i++];
        bool raw_value = raw && is_raw_string(g, item);
        c->where = item->string;
        p->required = is_required(schema, item->string);
        if (!property_key(c, item->string, raw, raw_value, p) ||
            !compile_value(c, item, raw_value, &p->node)) {
            return false;
        }
    }
    g->properties = xreallocarray(g->properties, g->n_properties + n + 1, sizeof(*g->properties));
    memcpy(g->properties + g->n_properties, own, n * sizeof(*own));
    struct node node = {
        .kind = NODE_OBJECT, .raw = raw, .first = g->n_properties, .count = (uint32_t)n};
    g->n_properties += (uint32_t)n;
    return add_node(c, node, out);
}

static bool compile_type(struct compile *c, const cJSON *schema, const char *type, bool raw,
                         uint32_t *out) {
    if (strcmp(type, "string") == 0) {
        return compile_string(c, schema, raw, out);
    }
    if (strcmp(type, "integer") == 0 || strcmp(type, "number") == 0) {
        return compile_number(c, schema, type[0] == 'i', out);
    }
    if (strcmp(type, "boolean") == 0) {
        return add_words(c, "false", "true", out);
    }
    if (strcmp(type, "null") == 0) {
        return add_words(c, "null", NULL, out);
    }
    if (strcmp(type, "array") == 0) {
        return compile_array(c, schema, out);
    }
    if (strcmp(type, "object") == 0) {
        return compile_object(c, schema, false, out);
    }
    return fail(c, "has an unknown type");
}

/* ---- one schema ---- */

static const char *const obeyed[] = {"type",      "properties", "required", "additionalProperties",
                                     "items",     "enum",       "const",    "anyOf",
                                     "minLength", "maxLength",  "minimum",  "maximum",
                                     "minItems",  "maxItems"};
static const char *const annotation[] = {"title",    "description", "default",
                                         "examples", "format",      "$schema",
                                         "$id",      "$comment",    "deprecated"};

static bool is_in(const char *key, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (strcmp(key, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool check_keywords(struct compile *c, const cJSON *schema) {
    const cJSON *item;
    bool any_of = cJSON_GetObjectItemCaseSensitive(schema, "anyOf") != NULL;
    cJSON_ArrayForEach(item, schema) {
        const char *key = item->string;
        if (strncmp(key, "x-", 2) == 0 || is_in(key, annotation, ARRAY_LEN(annotation))) {
            continue;
        }
        char what[160];
        if (!is_in(key, obeyed, ARRAY_LEN(obeyed))) {
            snprintf(what, sizeof(what), "has the schema keyword '%.60s', which is not supported",
                     key);
            return fail(c, what);
        }
        if (any_of && strcmp(key, "anyOf") != 0) {
            snprintf(what, sizeof(what), "has '%.60s' beside 'anyOf', which is not supported", key);
            return fail(c, what);
        }
    }
    return true;
}

static bool compile_alternatives(struct compile *c, const cJSON *schema, const cJSON *any_of,
                                 const cJSON *types, uint32_t *out) {
    const cJSON *list = any_of ? any_of : types, *one;
    int n = cJSON_GetArraySize(list);
    AUTO_FREE uint32_t *nodes = xcalloc((size_t)n + 1, sizeof(*nodes));
    size_t i = 0;
    if (!cJSON_IsArray(list) || n == 0) {
        return fail(c, "has an empty list of alternatives");
    }
    cJSON_ArrayForEach(one, list) {
        bool ok = any_of ? compile_value(c, one, false, &nodes[i])
                         : cJSON_IsString(one) &&
                               compile_type(c, schema, one->valuestring, false, &nodes[i]);
        if (!ok) {
            return c->err && c->err->code ? false : fail(c, "has a type that is not a string");
        }
        i++;
    }
    return add_any_of(c, nodes, i, out);
}

static bool compile_untyped(struct compile *c, const cJSON *schema, uint32_t *out) {
    static const struct {
        const char *key, *type;
    } implied[] = {{"properties", "object"}, {"items", "array"},      {"minItems", "array"},
                   {"maxItems", "array"},    {"minLength", "string"}, {"maxLength", "string"},
                   {"minimum", "number"},    {"maximum", "number"},   {"required", "object"}};
    for (size_t i = 0; i < ARRAY_LEN(implied); i++) {
        if (cJSON_GetObjectItemCaseSensitive(schema, implied[i].key)) {
            return compile_type(c, schema, implied[i].type, false, out);
        }
    }
    return compile_scalar(c, out);
}

static bool compile_inner(struct compile *c, const cJSON *schema, bool raw, uint32_t *out) {
    const cJSON *any_of = cJSON_GetObjectItemCaseSensitive(schema, "anyOf");
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(schema, "type");
    if (cJSON_IsTrue(schema)) {
        return compile_scalar(c, out);
    }
    if (!cJSON_IsObject(schema)) {
        return fail(c, "has a schema that is not an object");
    }
    if (!check_keywords(c, schema)) {
        return false;
    }
    if (cJSON_GetObjectItemCaseSensitive(schema, "enum") ||
        cJSON_GetObjectItemCaseSensitive(schema, "const")) {
        return compile_values(c, schema, raw, out);
    }
    if (any_of || cJSON_IsArray(type)) {
        return compile_alternatives(c, schema, any_of, type, out);
    }
    return cJSON_IsString(type) ? compile_type(c, schema, type->valuestring, raw, out)
                                : compile_untyped(c, schema, out);
}

static bool compile_value(struct compile *c, const cJSON *schema, bool raw, uint32_t *out) {
    const char *where = c->where;
    if (++c->depth > DEPTH_MAX) {
        return fail(c, "is nested too deeply");
    }
    bool ok = compile_inner(c, schema, raw, out);
    c->depth--;
    c->where = where;
    return ok;
}

/* ---- bindings ---- */

static bool bind_named(const char *name, enum bind *out) {
    static const char *const names[] = {"", "path", "read_path", "unique_text", "differs"};
    for (size_t i = 1; i < ARRAY_LEN(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (enum bind)i;
            return true;
        }
    }
    return false;
}

/* Each binding stands on the one before it: the path says which file, the file which text. */
static bool place_bind(struct compile *c, const struct property *p, enum bind bind,
                       uint32_t *seen) {
    struct node *node = &c->g->nodes[p->node];
    static const char *const order[] = {
        [BIND_UNIQUE_TEXT] = "is bound to a text, but no required read_path comes before it",
        [BIND_DIFFERS] = "must differ from a text, but no required unique_text comes before it"};
    if (node->kind != NODE_STRING) {
        return fail(c, "has an x-drover-bind and is not a plain string");
    }
    if ((bind == BIND_UNIQUE_TEXT && !(*seen >> BIND_READ_PATH & 1)) ||
        (bind == BIND_DIFFERS && !(*seen >> BIND_UNIQUE_TEXT & 1))) {
        return fail(c, order[bind]);
    }
    if (*seen >> bind & 1 && bind != BIND_PATH) {
        return fail(c, "has an x-drover-bind that another property has already");
    }
    int64_t room = bind == BIND_UNIQUE_TEXT ? SUFFIX_MATCH_MAX : PATH_BYTES_MAX - 1;
    if (bind != BIND_DIFFERS && (node->min > 1 || node->max < room)) {
        char what[120];
        snprintf(what, sizeof(what), "is bound and must allow 1 to %lld characters",
                 (long long)room);
        return fail(c, what);
    }
    if (p->required) {
        *seen |= 1u << bind;
    } else if (bind == BIND_UNIQUE_TEXT || bind == BIND_READ_PATH) {
        return fail(c, "is bound and must be required");
    }
    node->bind = (uint8_t)bind;
    return true;
}

static bool place_binds(struct compile *c, const cJSON *schema, uint32_t object) {
    const struct node *node = &c->g->nodes[object];
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(schema, "properties"), *item;
    uint32_t seen = 0, i = 0, text = UINT32_MAX, replace = UINT32_MAX;
    cJSON_ArrayForEach(item, properties) {
        struct property *p = &c->g->properties[node->first + i];
        const char *name = json_string(item, "x-drover-bind", NULL);
        enum bind bind;
        c->where = item->string;
        if (name && (!bind_named(name, &bind) || !place_bind(c, p, bind, &seen))) {
            return c->err && c->err->code ? false : fail(c, "has an unknown x-drover-bind");
        }
        text = name && bind == BIND_UNIQUE_TEXT ? i : text;
        const char *type = json_string(item, "type", "");
        bool boolean = strcmp(type, "boolean") == 0 && c->g->nodes[p->node].count == 2;
        replace = boolean && strcmp(item->string, "replace_all") == 0 ? i : replace;
        i++;
    }
    if (text != UINT32_MAX && replace != UINT32_MAX) {
        struct property *p = &c->g->properties[node->first];
        p[replace].replace_all = true;
        c->g->nodes[p[replace].node].replace_all = true;
        c->g->nodes[p[text].node].replace_at = replace > text;
    }
    return true;
}

bool schema_compile(struct grammar *g, struct str tool, const cJSON *schema, uint32_t *out,
                    struct err *err) {
    struct err own = ERR_INIT;
    struct compile c = {.g = g, .tool = tool, .err = err ? err : &own};
    *c.err = ERR_INIT;
    if (schema == NULL) {
        return compile_object(&c, NULL, true, out);
    }
    const char *type = json_string(schema, "type", "object");
    if (!cJSON_IsObject(schema) || strcmp(type, "object") != 0) {
        return fail(&c, "must be of type object");
    }
    bool plain = cJSON_GetObjectItemCaseSensitive(schema, "anyOf") == NULL &&
                 cJSON_GetObjectItemCaseSensitive(schema, "enum") == NULL &&
                 cJSON_GetObjectItemCaseSensitive(schema, "const") == NULL;
    if (!plain) {
        return fail(&c, "must be an object with properties");
    }
    return check_keywords(&c, schema) && compile_object(&c, schema, true, out) &&
           place_binds(&c, schema, *out);
}
