/* Goal: the table, the schemas and the check of arguments agree with each other. Method: every row;
 * a wrong call of each kind. */
#include "tests/unit/tools/fixture.h"

static cJSON *parse(const char *quoted) {
    AUTO_FREE char *json = xstrdup(quoted);
    cJSON *tree = NULL;
    for (char *p = json; *p; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    assert_true(json_parse(&tree, str_from(json), "test", NULL));
    return tree;
}

static bool check(const char *tool, const char *arguments, struct buf *out) {
    AUTO_JSON cJSON *tree = parse(arguments);
    buf_clear(out);
    return tool_check(tool_find(str_from(tool)), tree, out);
}

static void test_every_tool_has_a_schema_of_its_own_name(void **state) {
    for (size_t i = 0; i < n_tools; i++) {
        AUTO_JSON cJSON *schema = NULL;
        struct err err = ERR_INIT;
        assert_true(json_parse(&schema, tool_schema(tools_all[i]), "schema", &err));
        assert_string_equal(json_string(schema, "name", ""), tools_all[i]->name);
        assert_true(strlen(json_string(schema, "description", "")) > 20);
        assert_ptr_equal(tool_find(str_from(tools_all[i]->name)), tools_all[i]);
        const cJSON *parameters = cJSON_GetObjectItemCaseSensitive(schema, "parameters");
        assert_false(json_bool(parameters, "additionalProperties", true));
        /* Every string has an end: the grammar could otherwise write for ever. */
        const cJSON *p = cJSON_GetObjectItemCaseSensitive(parameters, "properties")->child;
        for (; p; p = p->next) {
            if (strcmp(json_string(p, "type", ""), "string") == 0) {
                assert_true(cJSON_HasObjectItem(p, "maxLength") || cJSON_HasObjectItem(p, "enum"));
            }
        }
    }
    assert_null(tool_find(STR("bash")));
    assert_null(tool_find(STR("Bash ")));
}

/* The grammar writes parameters in this order; the shipped model was trained on it. */
static void test_parameters_come_in_the_order_of_the_contract(void **state) {
    const char *order[][2] = {
        {"Bash", "command timeout description "},
        {"Read", "file_path offset limit "},
        {"Write", "file_path content "},
        {"Edit", "file_path old_string new_string replace_all "},
        {"Swarm", "subagent_type prompt_template items items_from fork "},
        {"Agent", "subagent_type prompt description fork "},
        {"Finish", "status result "},
    };
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        AUTO_JSON cJSON *schema = NULL;
        AUTO_BUF struct buf got = BUF_INIT(1000);
        assert_true(json_parse(&schema, tool_schema(tool_find(str_from(order[i][0]))), "s", NULL));
        const cJSON *parameters = cJSON_GetObjectItemCaseSensitive(schema, "parameters");
        const cJSON *p = cJSON_GetObjectItemCaseSensitive(parameters, "properties")->child;
        for (; p; p = p->next) {
            buf_printf(&got, "%s ", p->string);
        }
        assert_string_equal(buf_cstr(&got), order[i][1]);
    }
}

static void test_wrong_arguments_are_told_with_what_is_expected(void **state) {
    AUTO_BUF struct buf out = BUF_INIT(RESULT_BYTES_MAX);
    assert_false(check("Read", "{}", &out));
    has(buf_cstr(&out), "file_path");
    has(buf_cstr(&out), "Read takes file_path (string), offset (integer, optional)");
    assert_false(check("Read", "{'file_path':1}", &out));
    assert_false(check("Read", "{'file_path':'a','offset':0}", &out));
    assert_false(check("Read", "{'file_path':'a','path':'b'}", &out));
    assert_false(check("Read", "[]", &out));
    assert_false(check("Bash", "{'command':''}", &out));
    assert_false(check("Bash", "{'command':'x','timeout':600001}", &out));
    assert_false(check("Grep", "{'pattern':'x','output_mode':'lines'}", &out));
    assert_false(check("Finish", "{'status':'done','result':''}", &out));
    assert_false(check("TodoWrite", "{'todos':[{'content':'x','status':'maybe'}]}", &out));
    assert_true(check("TodoWrite", "{'todos':[{'content':'x','status':'pending'}]}", &out));
    assert_true(check("Grep", "{'pattern':'x','-i':true,'-C':2}", &out));
    assert_int_equal(out.len, 0);
}

static void test_swarm_needs_items_from_one_place_and_a_template_that_uses_them(void **state) {
    AUTO_BUF struct buf out = BUF_INIT(RESULT_BYTES_MAX);
    assert_false(check("Swarm", "{'subagent_type':'f','prompt_template':'{{item}}'}", &out));
    has(buf_cstr(&out), "items_from");
    assert_false(check("Swarm",
                       "{'subagent_type':'f','prompt_template':'{{item}}','items':['a'],"
                       "'items_from':'x'}",
                       &out));
    assert_false(
        check("Swarm", "{'subagent_type':'f','prompt_template':'do','items':['a']}", &out));
    has(buf_cstr(&out), "{{item}}");
    assert_true(
        check("Swarm", "{'subagent_type':'f','prompt_template':'{{item}}','items':['a']}", &out));
}

static void test_bash_becomes_a_command_with_its_time_limit(void **state) {
    AUTO_JSON cJSON *tree = parse("{'command':'make -s test M=x','timeout':2500}");
    AUTO_ARENA struct arena arena = ARENA_INIT(1u << 20);
    AUTO_BUF struct buf out = BUF_INIT(RESULT_BYTES_MAX);
    struct cell_spec spec = {0};
    assert_true(tool_prepare(tool_find(STR("Bash")), tree, &spec, &arena, &out));
    assert_string_equal(spec.argv[0], "bash");
    assert_string_equal(spec.argv[1], "-c");
    assert_string_equal(spec.argv[2], "make -s test M=x");
    assert_null(spec.argv[3]);
    assert_int_equal(spec.wall_ms, 2500);
    assert_null(spec.function);
    AUTO_ARENA struct arena tiny = ARENA_INIT(8);
    assert_false(tool_prepare(tool_find(STR("Bash")), tree, &spec, &tiny, &out));
    has(buf_cstr(&out), "too large");
}

static void test_only_reading_tools_may_overlap(void **state) {
    for (size_t i = 0; i < n_tools; i++) {
        const char *name = tools_all[i]->name;
        bool reads =
            strcmp(name, "Read") == 0 || strcmp(name, "Glob") == 0 || strcmp(name, "Grep") == 0;
        assert_int_equal(tools_all[i]->reads_only, reads);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_tool_has_a_schema_of_its_own_name),
        cmocka_unit_test(test_parameters_come_in_the_order_of_the_contract),
        cmocka_unit_test(test_wrong_arguments_are_told_with_what_is_expected),
        cmocka_unit_test(test_swarm_needs_items_from_one_place_and_a_template_that_uses_them),
        cmocka_unit_test(test_bash_becomes_a_command_with_its_time_limit),
        cmocka_unit_test(test_only_reading_tools_may_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
