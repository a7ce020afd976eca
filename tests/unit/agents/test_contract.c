/* Goal: the program cannot drift away from what the shipped model was trained on without a test
 * that fails. Method: the contract stored in the model file against model/mini/contract.json, the
 * agents of examples/herd and the tools' schemas. The formats of results are compared where they
 * are made (tests/unit/tools/test_contract.c) and by the demo, which needs them all to be right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <unistd.h>

#include "agents/agents.h"
#include "runtime/base/json.h"
#include "tools/tools.h"

#define MODEL "model/mini/drover-mini.gguf"

static cJSON *read_json(const char *path) {
    struct buf b = BUF_INIT(1u << 20);
    struct err err = ERR_INIT;
    cJSON *json = NULL;
    assert_true(file_read(&b, path, 1u << 20, &err));
    assert_true(json_parse(&json, buf_str(&b), path, &err));
    buf_release(&b);
    return json;
}

static void test_model_file_holds_the_contract_of_this_tree(void **state) {
    if (access(MODEL, F_OK) != 0)
        fail_msg("%s is missing: 'model/mini/train/train.sh' makes it", MODEL);
    struct model *model = NULL;
    struct err err = ERR_INIT;
    struct model_options options = {.threads = 1};
    assert_true(model_open(&model, MODEL, &options, &err));
    struct buf b = BUF_INIT(1u << 20);
    assert_true(file_read(&b, "model/mini/contract.json", 1u << 20, &err));
    assert_true(str_equal(buf_str(&b), model_info(model)->contract));
    assert_string_equal(model_info(model)->dialect, "drover");
    buf_release(&b);
    model_close(model);
}

static void test_agents_of_the_example_are_those_of_the_contract(void **state) {
    AUTO_JSON cJSON *contract = read_json("model/mini/contract.json");
    struct agent_set *set = agent_set_create();
    struct err err = ERR_INIT;
    assert_true(agent_set_load_dir(set, "examples/herd/.drover/agents", &err));
    const cJSON *prompts = cJSON_GetObjectItemCaseSensitive(contract, "prompts");
    const cJSON *tools = cJSON_GetObjectItemCaseSensitive(contract, "tools");
    const char *const names[] = {"lead", "fixer"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct agent_def *d = agent_set_find(set, names[i]);
        assert_non_null(d);
        assert_string_equal(d->prompt, json_string(prompts, names[i], ""));
        const cJSON *list = cJSON_GetObjectItemCaseSensitive(tools, names[i]);
        for (int k = 0; k < cJSON_GetArraySize(list); k++) {
            bool found = false;
            for (size_t t = 0; d->tools[t]; t++)
                found |= strcmp(d->tools[t], cJSON_GetArrayItem(list, k)->valuestring) == 0;
            assert_true(found);
        }
    }
    agent_set_destroy(set);
}

/* The arguments that the model writes, in its order, satisfy the schemas in that order. */
static void test_schemas_take_the_arguments_that_were_trained(void **state) {
    static const struct {
        const char *tool, *first[5];
    } trained[] = {
        {"Bash", {"command"}},
        {"Read", {"file_path"}},
        {"Edit", {"file_path", "old_string", "new_string"}},
        {"Swarm", {"subagent_type", "prompt_template", "items_from"}},
        {"Finish", {"status", "result"}},
    };
    for (size_t i = 0; i < ARRAY_LEN(trained); i++) {
        AUTO_JSON cJSON *schema = NULL;
        struct err err = ERR_INIT;
        assert_true(
            json_parse(&schema, tool_schema(tool_find(str_from(trained[i].tool))), "s", &err));
        const cJSON *parameters = cJSON_GetObjectItemCaseSensitive(schema, "parameters");
        const cJSON *property = cJSON_GetObjectItemCaseSensitive(parameters, "properties")->child;
        const cJSON *required = cJSON_GetObjectItemCaseSensitive(parameters, "required");
        for (size_t k = 0; trained[i].first[k]; k++) {
            while (property && strcmp(property->string, trained[i].first[k]) != 0) {
                const cJSON *r; /* only optional ones may be skipped */
                cJSON_ArrayForEach(r, required)
                    assert_string_not_equal(r->valuestring, property->string);
                property = property->next;
            }
            assert_non_null(property);
            property = property->next;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model_file_holds_the_contract_of_this_tree),
        cmocka_unit_test(test_agents_of_the_example_are_those_of_the_contract),
        cmocka_unit_test(test_schemas_take_the_arguments_that_were_trained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
