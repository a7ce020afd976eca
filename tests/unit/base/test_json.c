/* Claims of runtime/base/json.h. Goal: every class of text that cJSON would accept, lose or change
 * is refused with its line and column; every limit is reached from both sides. Method: tables of
 * texts, and cJSON trees read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "runtime/base/json.h"

struct refusal {
    const char *name;
    struct str text;
    const char *message; /* whole, with position */
};
#define TEXT(literal)                                                                              \
    { ("" literal), sizeof(literal) - 1 }

static const struct refusal refusals[] = {
    {"empty", TEXT(""), "t:1:1: text ends where a value should be"},
    {"only space", TEXT(" \n "), "t:2:2: text ends where a value should be"},
    {"duplicate key", TEXT("{\"a\":1,\n \"b\":2, \"a\":3}"), "t:2:9: key 'a' appears twice"},
    {"duplicate in disguise", TEXT("{\"a\":1,\"\\u0061\":2}"), "t:1:8: key 'a' appears twice"},
    {"NUL byte", TEXT("[\"a\0b\"]"), "t:1:4: a string cannot hold NUL"},
    {"NUL escape", TEXT("[\"a\\u0000\"]"), "t:1:4: a string cannot hold NUL"},
    {"lone high surrogate", TEXT("[\"\\ud800\"]"), "t:1:3: lone surrogate in a string"},
    {"lone low surrogate", TEXT("[\"\\udc00\"]"), "t:1:3: lone surrogate in a string"},
    {"high, then no low", TEXT("[\"\\ud800\\u0041\"]"), "t:1:3: lone surrogate in a string"},
    {"invalid UTF-8", TEXT("[\"\xc3\xa4\",\n\"a\xff\"]"), "t:2:3: invalid UTF-8"},
    {"overlong UTF-8", TEXT("[\"\xc0\xaf\"]"), "t:1:3: invalid UTF-8"},
    {"surrogate in UTF-8", TEXT("[\"\xed\xa0\x80\"]"), "t:1:3: invalid UTF-8"},
    {"byte order mark", TEXT("\xef\xbb\xbf{}"), "t:1:1: byte order mark before the text"},
    {"newline in a string", TEXT("[\"a\nb\"]"), "t:1:4: control character 0x0a in a string"},
    {"string without end", TEXT("[\n \"abc"), "t:2:2: string without an end"},
    {"bad escape", TEXT("[\"\\x\"]"), "t:1:3: unknown escape in a string"},
    {"escape at the end", TEXT("[\"\\"), "t:1:3: unknown escape in a string"},
    {"short unicode escape", TEXT("[\"\\u12\"]"), "t:1:3: '\\u' needs four hexadecimal digits"},
    {"trailing text", TEXT("{}\n{}"), "t:2:1: text after the end of the value"},
    {"trailing comma", TEXT("[1,\n]"), "t:2:1: comma before ']'"},
    {"comment", TEXT("{\n // no\n}"), "t:2:2: comments are not part of JSON"},
    {"single quotes", TEXT("{'a':1}"), "t:1:2: strings are written with double quotes"},
    {"bare key", TEXT("{a:1}"), "t:1:2: found 'a' where a key in double quotes should be"},
    {"missing colon", TEXT("{\"a\" 1}"), "t:1:6: found '1' where ':' should be"},
    {"missing comma", TEXT("[1 2]"), "t:1:4: found '2' where ',' or ']' should be"},
    {"unclosed object", TEXT("{\"a\":1"), "t:1:7: text ends where ',' or '}' should be"},
    {"leading zero", TEXT("[01]"), "t:1:2: a number cannot start with 0"},
    {"plus", TEXT("[+1]"), "t:1:2: found '+' where a value should be"},
    {"dot without digits", TEXT("[1.]"), "t:1:4: found ']' where a digit should be"},
    {"exponent without digits", TEXT("[1e]"), "t:1:4: found ']' where a digit should be"},
    {"too large", TEXT("[1e999]"), "t:1:2: number out of range"},
    {"NaN", TEXT("[NaN]"), "t:1:2: found 'N' where a value should be"},
    {"misspelt word", TEXT("[nul]"), "t:1:2: found 'n' where a value should be"},
    {"columns are characters", TEXT("[\"\xc3\xa4\xc3\xb6\" x]"),
     "t:1:7: found 'x' where ',' or ']' should be"},
};

static void test_refused_texts_are_named_with_line_and_column(void **state) {
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        struct err err = ERR_INIT;
        cJSON *out = (cJSON *)&err;
        assert_false(json_parse(&out, refusals[i].text, "t", &err));
        assert_null(out);
        assert_int_equal(err.code, ERR_INPUT);
        assert_string_equal(err.msg, refusals[i].message);
    }
}

static void test_accepted_texts_mean_what_they_say(void **state) {
    AUTO_JSON cJSON *root = NULL;
    struct err err = ERR_INIT;
    struct str text = STR("{\"a\":{\"a\":1},\"A\":2,\"s\":\"\\u00e4\\ud83d\\ude00\\n\\/\","
                          "\"n\":[-0.5e+1,0,true,false,null,{},[]]}");
    assert_true(json_parse(&root, text, "t", &err));
    assert_string_equal(json_string(root, "s", ""), "\xc3\xa4\xf0\x9f\x98\x80\n/");
    int64_t value = 0;
    assert_true(json_int(root, "A", 0, 10, &value));
    assert_int_equal(value, 2);
    AUTO_FREE char *printed = json_print(cJSON_GetObjectItem(root, "n"));
    assert_string_equal(printed, "[-5,0,true,false,null,{},[]]");
}

static void parse_nested(size_t depth, bool expected) {
    AUTO_BUF struct buf b = BUF_INIT(1 << 20);
    AUTO_JSON cJSON *root = NULL;
    struct err err = ERR_INIT;
    for (size_t i = 0; i < depth; i++) {
        buf_append_c(&b, i % 2 ? "{\"a\":" : "[");
    }
    buf_append_c(&b, "1");
    for (size_t i = depth; i > 0; i--) {
        buf_append_c(&b, (i - 1) % 2 ? "}" : "]");
    }
    assert_int_equal(json_parse(&root, buf_str(&b), "t", &err), expected);
    assert_true(expected || strstr(err.msg, "nested deeper than 64 levels"));
}

static void test_depth_is_limited_to_JSON_DEPTH_MAX(void **state) {
    parse_nested(JSON_DEPTH_MAX, true);
    parse_nested(JSON_DEPTH_MAX + 1, false);
    parse_nested(100000, false);
}

static void test_size_is_limited_to_JSON_BYTES_MAX(void **state) {
    AUTO_BUF struct buf b = BUF_INIT(JSON_BYTES_MAX + 1);
    struct err err = ERR_INIT;
    char *space = buf_reserve(&b, JSON_BYTES_MAX);
    memset(space, ' ', JSON_BYTES_MAX);
    space[0] = '1';
    buf_grown(&b, JSON_BYTES_MAX);
    cJSON *root = NULL;
    assert_true(json_parse(&root, buf_str(&b), "t", &err));
    json_free(&root);
    buf_append_char(&b, ' ');
    assert_false(json_parse(&root, buf_str(&b), "t", &err));
    assert_int_equal(err.code, ERR_LIMIT);
}

static void test_numbers_are_limited_to_JSON_NUMBER_CHARS_MAX(void **state) {
    char text[80];
    struct err err = ERR_INIT;
    cJSON *root = NULL;
    memset(text, '1', sizeof(text));
    assert_true(json_parse(&root, (struct str){text, JSON_NUMBER_CHARS_MAX}, "t", &err));
    assert_true(root->valuedouble > 1e62 && root->valuedouble < 2e62);
    json_free(&root);
    assert_false(json_parse(&root, (struct str){text, JSON_NUMBER_CHARS_MAX + 1}, "t", &err));
    assert_string_equal(err.msg, "t:1:1: number longer than 63 characters");
}

static void test_many_keys_are_no_duplicates(void **state) {
    AUTO_BUF struct buf b = BUF_INIT(JSON_BYTES_MAX);
    AUTO_JSON cJSON *root = NULL;
    struct err err = ERR_INIT;
    buf_append_c(&b, "[{");
    for (int i = 0; i < 20000; i++) {
        buf_printf(&b, "%s\"k%d\":%d", i ? "," : "", i, i);
    }
    buf_append_c(&b, "},{\"k7\":1}]");
    assert_true(json_parse(&root, buf_str(&b), "t", &err));
    json_free(&root);
    b.len -= 2;
    buf_append_c(&b, ",\"k7\":2}]");
    assert_false(json_parse(&root, buf_str(&b), "t", &err));
    assert_non_null(strstr(err.msg, "key 'k7' appears twice"));
}

static void test_integers_past_2_53_are_no_integers(void **state) {
    AUTO_JSON cJSON *root = NULL;
    struct err err = ERR_INIT;
    int64_t v = 7;
    struct str text = STR("{\"a\":9007199254740992,\"b\":9007199254740994,\"c\":1.5,\"d\":\"1\","
                          "\"e\":-3}");
    assert_true(json_parse(&root, text, "t", &err));
    assert_true(json_int(root, "a", 0, INT64_MAX, &v));
    assert_true(v == 9007199254740992);
    assert_false(json_int(root, "b", 0, INT64_MAX, &v));
    assert_false(json_int(root, "c", 0, 10, &v));
    assert_false(json_int(root, "d", 0, 10, &v));
    assert_false(json_int(root, "e", 0, 10, &v));
    assert_false(json_int(root, "absent", 0, 10, &v));
    assert_true(v == 9007199254740992);
}

static void test_keys_are_case_sensitive(void **state) {
    AUTO_JSON cJSON *root = NULL;
    struct err err = ERR_INIT;
    assert_true(json_parse(&root, STR("{\"Name\":\"x\",\"on\":true}"), "t", &err));
    assert_string_equal(json_string(root, "name", "none"), "none");
    assert_true(json_bool(root, "on", false));
    assert_false(json_bool(root, "ON", false));
}

static void locate(const char *path, int line, int column) {
    struct str text =
        STR("{\n \"a\": 1,\n \"b c\": [1,\n   {\"d.e\": \"x\", \"f\": []}],\n \"\xc3\xa4\": "
            "true\n}");
    int l = 0, c = 0;
    assert_int_equal(json_locate(text, path, &l, &c), line > 0);
    assert_int_equal(l, line);
    assert_int_equal(c, column);
}

static void test_positions_of_values_are_found_by_path(void **state) {
    locate("", 1, 1);
    locate(".a", 2, 7);
    locate("[\"b c\"]", 3, 9);
    locate("[\"b c\"][0]", 3, 10);
    locate("[\"b c\"][1][\"d.e\"]", 4, 12);
    locate("[\"b c\"][1].f", 4, 22);
    locate(".\xc3\xa4", 5, 7);
    locate(".missing", 1, 1); /* its object */
    locate("[\"b c\"][1].missing", 4, 4);
    locate("[\"b c\"][7]", 0, 0);
    locate(".missing.deeper", 0, 0);
    locate(".a.b", 0, 0);
    locate("nonsense", 0, 0);
}

static void test_canonical_text_does_not_depend_on_order_or_spelling(void **state) {
    AUTO_JSON cJSON *a = NULL, *b = NULL;
    struct err err = ERR_INIT;
    assert_true(json_parse(&a, STR("{\"z\":[1.0,1e2,0.1],\"a\":\"\\u0041\\u0001\"}"), "t", &err));
    assert_true(json_parse(&b, STR("{ \"a\":\"A\\u0001\", \"z\":[1,100,1e-1] }"), "t", &err));
    AUTO_FREE char *x = json_canonical(a), *y = json_canonical(b);
    assert_string_equal(x, "{\"a\":\"A\\u0001\",\"z\":[1,100,0.1]}");
    assert_string_equal(x, y);
}

static void test_numbers_print_as_the_number_they_are(void **state) {
    const char *const texts[] = {"93456789012345680", "0.1",  "1e-12", "1.7976931348623157e+308",
                                 "9007199254740991",  "-2.5", "0",     "3.0000000000000004"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        AUTO_JSON cJSON *a = NULL, *b = NULL;
        assert_true(json_parse(&a, str_from(texts[i]), "t", NULL));
        AUTO_FREE char *printed = json_print(a);
        assert_true(json_parse(&b, str_from(printed), "t", NULL));
        assert_memory_equal(&a->valuedouble, &b->valuedouble, sizeof(double));
    }
}

/* ---- schema ---- */

static const char *validate(const char *schema_text, const char *text, char path_out[100]) {
    static struct err err;
    AUTO_JSON cJSON *schema = NULL, *value = NULL;
    AUTO_FREE char *path = NULL;
    err = ERR_INIT;
    assert_true(json_parse(&schema, str_from(schema_text), "schema", &err));
    assert_true(json_parse(&value, str_from(text), "value", &err));
    bool ok = json_validate(value, schema, &path, &err);
    assert_int_equal(ok, path == NULL);
    assert_int_equal(ok, err.code == ERR_NONE);
    snprintf(path_out, 100, "%s", path ? path : "");
    return ok ? NULL : err.msg;
}

static void test_schema_violations_name_the_place_and_the_want(void **state) {
    static const struct {
        const char *schema, *value, *path, *message; /* message NULL: valid */
    } rows[] = {
        {"{\"type\":\"string\"}", "\"x\"", "", NULL},
        {"{\"type\":\"string\"}", "1", "", "'.' must be of type string, found a number"},
        {"{\"type\":\"integer\"}", "1.0", "", NULL},
        {"{\"type\":\"integer\"}", "1.5", "", "'.' must be of type integer, found a number"},
        {"{\"type\":[\"string\",\"null\"]}", "null", "", NULL},
        {"{\"type\":[\"string\",\"null\"]}", "[]", "",
         "'.' is an array, which none of its types allows"},
        {"{\"properties\":{\"a\":{\"minimum\":1}}}", "{\"a\":0}", ".a",
         "'.a' must be at least 1, found 0"},
        {"{\"properties\":{\"a\":{\"maximum\":1}}}", "{\"a\":2}", ".a",
         "'.a' must be at most 1, found 2"},
        {"{\"required\":[\"a\"]}", "{\"A\":1}", ".a", "'.a' is required"},
        {"{\"properties\":{\"tools\":{}},\"additionalProperties\":false}", "{\"tool\":1}", ".tool",
         "'.tool' is not a known key"},
        {"{\"additionalProperties\":{\"type\":\"string\"}}", "{\"a b\":1}", "[\"a b\"]",
         "'[\"a b\"]' must be of type string, found a number"},
        {"{\"items\":{\"enum\":[\"x\",\"y\"]}}", "[\"x\",\"z\"]", "[1]",
         "'[1]' must be one of \"x\", \"y\""},
        {"{\"const\":[1,2]}", "[1,2]", "", NULL},
        {"{\"const\":[1,2]}", "[2,1]", "", "'.' must be [1,2]"},
        {"{\"minLength\":2}", "\"\xc3\xa4\"", "", "'.' must be at least 2 characters, found 1"},
        {"{\"maxLength\":2}", "\"\xc3\xa4\xc3\xa4\"", "", NULL},
        {"{\"minItems\":1}", "[]", "", "'.' must be at least 1 items, found 0"},
        {"{\"maxItems\":1}", "[1,2]", "", "'.' must be at most 1 items, found 2"},
        {"{\"anyOf\":[{\"type\":\"string\"},{\"minimum\":5}]}", "7", "", NULL},
        {"{\"anyOf\":[{\"type\":\"string\"},{\"minimum\":5}]}", "3", "",
         "'.' fits none of the allowed forms"},
        {"{\"pattern\":\"a\"}", "\"a\"", "", "schema keyword 'pattern' is not supported"},
        {"{\"oneOf\":[]}", "1", "", "schema keyword 'oneOf' is not supported"},
        {"{\"title\":\"t\",\"x-drover-bind\":\"path\"}", "1", "", NULL},
        {"{\"items\":false}", "[1]", "[0]", "'[0]' is not allowed"},
    };
    char path[100];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *message = validate(rows[i].schema, rows[i].value, path);
        assert_string_equal(message ? message : "valid",
                            rows[i].message ? rows[i].message : "valid");
        assert_string_equal(path, rows[i].path);
    }
}

static void test_a_misspelt_key_gets_a_suggestion(void **state) {
    AUTO_JSON cJSON *schema = NULL, *value = NULL;
    struct err err = ERR_INIT;
    assert_true(json_parse(&schema,
                           STR("{\"properties\":{\"maxTurns\":{}},\"additionalProperties\":false}"),
                           "schema", &err));
    assert_true(json_parse(&value, STR("{\"maxTruns\":3}"), "value", &err));
    assert_false(json_validate(value, schema, NULL, &err));
    assert_string_equal(err.hint, "did you mean 'maxTurns'?");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused_texts_are_named_with_line_and_column),
        cmocka_unit_test(test_accepted_texts_mean_what_they_say),
        cmocka_unit_test(test_depth_is_limited_to_JSON_DEPTH_MAX),
        cmocka_unit_test(test_size_is_limited_to_JSON_BYTES_MAX),
        cmocka_unit_test(test_numbers_are_limited_to_JSON_NUMBER_CHARS_MAX),
        cmocka_unit_test(test_many_keys_are_no_duplicates),
        cmocka_unit_test(test_integers_past_2_53_are_no_integers),
        cmocka_unit_test(test_keys_are_case_sensitive),
        cmocka_unit_test(test_positions_of_values_are_found_by_path),
        cmocka_unit_test(test_canonical_text_does_not_depend_on_order_or_spelling),
        cmocka_unit_test(test_numbers_print_as_the_number_they_are),
        cmocka_unit_test(test_schema_violations_name_the_place_and_the_want),
        cmocka_unit_test(test_a_misspelt_key_gets_a_suggestion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
