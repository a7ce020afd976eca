#ifndef BASE_JSON_H
#define BASE_JSON_H
/* Strict JSON over cJSON. json_parse refuses what cJSON lets through or drops: duplicate keys, NUL
 * (also as an escape), lone surrogates, invalid UTF-8, control characters, depth, size, trailing
 * text, comments, leading zeros, numbers past the double range; the message has line and column.
 * Positions of values can be asked for afterwards, for errors about their meaning.
 * Numbers are doubles: ids and hashes are strings. */
#include <cjson/cJSON.h>
#include "runtime/base/str.h"

/* The tree is owned by the caller (json_free). name is used in messages ("lead.json:3:7: ..."). */
bool json_parse(cJSON **out, struct str text, const char *name, struct err *err) MUST_CHECK;
void json_free(cJSON **item);
#define AUTO_JSON __attribute__((cleanup(json_free)))

/* Line and column (1-based) of the value at a path like ".budget.tokens" or ".tools[2]" in text;
 * false if absent. Of a missing key's object when the last part is absent. */
bool json_locate(struct str text, const char *path, int *line, int *column);

/* Typed access; NULL or the fallback when absent or of another type. */
const char *json_string(const cJSON *object, const char *key, const char *fallback);
bool json_int(const cJSON *object, const char *key, int64_t min, int64_t max, int64_t *out);
bool json_bool(const cJSON *object, const char *key, bool fallback);
/* Compact text of a tree, owned by the caller. Key order as in the tree. */
char *json_print(const cJSON *item);
/* RFC 8785-like canonical text (keys sorted), for hashes. Owned by the caller. */
char *json_canonical(const cJSON *item);

/* Validates value against the JSON Schema subset Drover uses: type, properties, required,
 * additionalProperties:false, items, enum, const, anyOf, minLength/maxLength, minimum/maximum,
 * minItems/maxItems, pattern is refused. On failure *path (owned by the caller) says where. */
bool json_validate(const cJSON *value, const cJSON *schema, char **path,
                   struct err *err) MUST_CHECK;
#endif
