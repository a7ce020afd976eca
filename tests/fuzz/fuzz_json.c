/* Fuzzes strict JSON. Claims: nothing crashes; a text that is accepted prints as a text that is
 * accepted and means the same; positions can be asked for at any path; any value may be used as a
 * schema for any other. */
#include "runtime/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const cJSON *value) {
    AUTO_FREE char *canonical = json_canonical(value);
    AUTO_FREE char *printed = json_print(value);
    AUTO_JSON cJSON *again = NULL, *canonical_again = NULL;
    struct err err = ERR_INIT;
    ASSERT(json_parse(&again, str_from(printed), "printed", &err));
    ASSERT(json_parse(&canonical_again, str_from(canonical), "canonical", &err));
    AUTO_FREE char *second = json_canonical(again);
    AUTO_FREE char *third = json_canonical(canonical_again);
    ASSERT(strcmp(canonical, second) == 0);
    ASSERT(strcmp(canonical, third) == 0);
}

/* The path that a failed validation names can be located in the text it came from. */
static void check_validation(const cJSON *value, const cJSON *schema, struct str text) {
    struct err err = ERR_INIT;
    AUTO_FREE char *path = NULL;
    int line, column;
    if (!json_validate(value, schema, &path, &err)) {
        ASSERT(err.code == ERR_INPUT && err.msg[0] && path != NULL);
        (void)json_locate(text, path, &line, &column);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO_JSON cJSON *value = NULL;
    struct err err = ERR_INIT;
    struct str text = {(const char *)data, size};
    int line, column;
    (void)json_locate(text, ".a[0].b", &line, &column);
    if (!json_parse(&value, text, "fuzz", &err)) {
        ASSERT(err.code != ERR_NONE && strncmp(err.msg, "fuzz:", 5) == 0);
        return 0;
    }
    ASSERT(json_locate(text, "", &line, &column));
    check_round_trip(value);
    check_validation(value, value, text);
    for (const cJSON *child = value->child; child; child = child->next) {
        check_validation(value, child, text);
    }
    return 0;
}
