/* Trees of JSON: strict parsing, typed access, text again.
 *
 * Owns: nothing; trees belong to whoever parsed them. Any thread, one thread a tree.
 * Happy path of json_parse: size, UTF-8, then json_scan.c over the whole text, and only then cJSON,
 * which cannot fail any more; if it does, the two disagree and that is a programmer error.
 * Keys are looked up case-sensitively (cJSON's default is not).
 */
#include "runtime/base/json.h"
#include "runtime/base/json_scan.h"
#include <math.h>

static bool check_text(struct scan *s, struct str text) {
    if (text.len > JSON_BYTES_MAX) {
        return err_set(s->err, ERR_LIMIT, "%s: larger than %u bytes", s->name, JSON_BYTES_MAX);
    }
    if (str_starts(text, STR("\xef\xbb\xbf"))) {
        return scan_fail(s, text.ptr, "byte order mark before the text");
    }
    if (!str_is_utf8(text)) {
        size_t low = 0, high = text.len; /* longest good prefix, by bisection over floors */
        while (low < high) {
            size_t middle = low + (high - low + 1) / 2;
            size_t cut = str_utf8_floor(text, middle);
            if (cut > low && str_is_utf8(str_slice(text, 0, cut))) {
                low = cut;
            } else {
                high = middle - 1;
            }
        }
        return scan_fail(s, text.ptr + low, "invalid UTF-8");
    }
    scan_space(s);
    if (!scan_value(s, 0)) {
        return false;
    }
    scan_space(s);
    return s->at == s->end || scan_fail(s, s->at, "text after the end of the value");
}

bool json_parse(cJSON **out, struct str text, const char *name, struct err *err) {
    AUTO_BUF struct buf key = BUF_INIT(JSON_BYTES_MAX);
    *out = NULL;
    text.ptr = text.ptr ? text.ptr : "";
    struct scan s = {.at = text.ptr,
                     .start = text.ptr,
                     .end = text.ptr + text.len,
                     .name = name,
                     .text = &key,
                     .err = err};
    bool ok = check_text(&s, text);
    free(s.keys);
    if (!ok) {
        return false;
    }
    *out = cJSON_ParseWithLength(text.ptr, text.len);
    ASSERT(*out != NULL);
    return true;
}

void json_free(cJSON **item) {
    cJSON_Delete(*item);
    *item = NULL;
}

/* ---- positions ---- */

/* One step of a path: ".key", "[3]" or "[\"any key\"]". False when the path is not well formed. */
static bool path_next(struct str *path, struct buf *key, int64_t *index) {
    buf_clear(key);
    *index = -1;
    if (str_starts(*path, STR("."))) {
        size_t n = 1;
        while (n < path->len && path->ptr[n] != '.' && path->ptr[n] != '[') {
            n++;
        }
        buf_append_str(key, str_slice(*path, 1, n));
        *path = str_slice(*path, n, path->len);
        return n > 1;
    }
    if (str_starts(*path, STR("[\""))) {
        struct scan s = {.at = path->ptr + 1,
                         .start = path->ptr,
                         .end = path->ptr + path->len,
                         .name = "path",
                         .text = key};
        if (!scan_string(&s) || s.at == s.end || *s.at != ']') {
            return false;
        }
        *path = str_slice(*path, (size_t)(s.at + 1 - s.start), path->len);
        return true;
    }
    size_t close = str_find(*path, STR("]"), 0);
    if (!str_starts(*path, STR("[")) || close == SIZE_MAX ||
        !str_to_i64(str_slice(*path, 1, close), 0, INT32_MAX, index)) {
        return false;
    }
    *path = str_slice(*path, close + 1, path->len);
    return true;
}

/* Moves s from the first byte of a group to the first byte of its member; false if it has none. */
static bool scan_to_member(struct scan *s, struct str key, int64_t index) {
    AUTO_BUF struct buf found = BUF_INIT(JSON_BYTES_MAX);
    bool object = s->at < s->end && *s->at == '{';
    if (s->at == s->end || (*s->at != '{' && *s->at != '[') || object != (index < 0)) {
        return false;
    }
    for (int64_t i = 0;; i++) {
        s->at++;
        scan_space(s);
        if (s->at == s->end || *s->at == '}' || *s->at == ']') {
            return false;
        }
        if (object) {
            buf_clear(&found);
            s->text = &found;
            bool ok = *s->at == '"' && scan_string(s);
            s->text = NULL;
            scan_space(s);
            if (!ok || s->at == s->end) {
                return false;
            }
            s->at++;
            scan_space(s);
        }
        if (object ? str_equal(buf_str(&found), key) : i == index) {
            return true;
        }
        if (!scan_value(s, 0)) {
            return false;
        }
        scan_space(s);
        if (s->at == s->end || *s->at != ',') {
            return false;
        }
    }
}

/* Without s->text the scanner keeps no keys: the text was parsed before, or a wrong answer is only
 * a wrong position in a message. */
bool json_locate(struct str text, const char *path, int *line, int *column) {
    AUTO_BUF struct buf key = BUF_INIT(JSON_BYTES_MAX);
    struct str rest = str_from(path);
    if (text.len == 0 || text.len > JSON_BYTES_MAX) {
        return false;
    }
    struct scan s = {
        .at = text.ptr, .start = text.ptr, .end = text.ptr + text.len, .name = "locate"};
    scan_space(&s);
    while (rest.len > 0) {
        const char *group = s.at;
        int64_t index;
        if (!path_next(&rest, &key, &index)) {
            return false;
        }
        if (!scan_to_member(&s, buf_str(&key), index)) {
            if (rest.len > 0 || group == s.end || *group != '{' || index >= 0) {
                return false;
            }
            s.at = group; /* a missing key: its object */
        }
    }
    scan_position(text, (size_t)(s.at - s.start), line, column);
    return true;
}

/* ---- access ---- */

const char *json_string(const cJSON *object, const char *key, const char *fallback) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(item) ? item->valuestring : fallback;
}

bool json_int(const cJSON *object, const char *key, int64_t min, int64_t max, int64_t *out) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsNumber(item)) {
        return false;
    }
    double value = item->valuedouble;
    if (!(fabs(value) <= 9007199254740992.0) || value != floor(value)) {
        return false; /* past 2^53 a double no longer names one integer */
    }
    if ((int64_t)value < min || (int64_t)value > max) {
        return false;
    }
    *out = (int64_t)value;
    return true;
}

bool json_bool(const cJSON *object, const char *key, bool fallback) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsBool(item) ? cJSON_IsTrue(item) : fallback;
}

/* ---- text ---- */

static int compare_members(const void *a, const void *b) {
    const cJSON *const *x = a, *const *y = b;
    return strcmp((*x)->string, (*y)->string);
}

static void put_number(struct buf *b, double value) {
    if (value == floor(value) && fabs(value) < 9007199254740992.0) {
        buf_printf(b, "%lld", (long long)value);
        return;
    }
    char text[32];
    for (int digits = 15; digits <= 17; digits++) { /* shortest that reads back the same */
        snprintf(text, sizeof(text), "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    buf_append_c(b, text);
}

static void put_value(struct buf *b, const cJSON *item, bool sorted);

static void put_object(struct buf *b, const cJSON *object, bool sorted) {
    size_t n = (size_t)cJSON_GetArraySize(object), used = 0;
    AUTO_FREE const cJSON **member = xcalloc(n, sizeof(cJSON *));
    for (const cJSON *i = object->child; i; i = i->next) {
        member[used++] = i;
    }
    if (sorted) {
        qsort(member, n, sizeof(cJSON *), compare_members);
    }
    buf_append_char(b, '{');
    for (size_t i = 0; i < n; i++) {
        buf_append_c(b, i ? "," : "");
        buf_append_json(b, str_from(member[i]->string));
        buf_append_char(b, ':');
        put_value(b, member[i], sorted);
    }
    buf_append_char(b, '}');
}

/* Not cJSON's printer: it prints a number with 15 digits when that is nearly the same number. */
static void put_value(struct buf *b, const cJSON *item, bool sorted) {
    if (cJSON_IsString(item)) {
        buf_append_json(b, str_from(item->valuestring));
    } else if (cJSON_IsNumber(item)) {
        put_number(b, item->valuedouble);
    } else if (cJSON_IsArray(item)) {
        buf_append_char(b, '[');
        for (const cJSON *i = item->child; i; i = i->next) {
            put_value(b, i, sorted);
            buf_append_c(b, i->next ? "," : "");
        }
        buf_append_char(b, ']');
    } else if (cJSON_IsObject(item)) {
        put_object(b, item, sorted);
    } else {
        buf_append_c(b, cJSON_IsTrue(item) ? "true" : cJSON_IsFalse(item) ? "false" : "null");
    }
}

static char *print(const cJSON *item, bool sorted) {
    AUTO_BUF struct buf b = BUF_INIT((size_t)1 << 30); /* trees of our own making may be large */
    put_value(&b, item, sorted);
    ASSERT(!b.overflow);
    return buf_take(&b);
}

char *json_print(const cJSON *item) {
    return print(item, false);
}

char *json_canonical(const cJSON *item) {
    return print(item, true);
}
