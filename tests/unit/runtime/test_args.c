/* Claims of runtime/cmd.h and config.h: how a command line is read. Method: a command of its own
 * with one option of each kind, lines that are right, and lines that are wrong with the message a
 * user gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "runtime/runtime.h"

static const struct option options[] = {
    {.name = "flag", .letter = 'f', .help = "a flag"},
    {.name = "verbose", .letter = 'v', .help = "another"},
    {.name = "text", .letter = 't', .kind = OPTION_STRING, .value = "TEXT", .help = "a text"},
    {.name = "count", .letter = 'n', .kind = OPTION_COUNT, .fallback = "20", .help = "a number"},
    {.name = "size", .kind = OPTION_BYTES, .env = "DROVER_TEST_SIZE", .help = "a size"},
    {.name = "time", .kind = OPTION_DURATION, .help = "a time"},
    {.name = "format",
     .kind = OPTION_CHOICE,
     .value = "text|json",
     .fallback = "text",
     .help = "a choice"},
    {.name = "path", .kind = OPTION_LIST, .help = "many"},
    {.name = "model", .kind = OPTION_STRING, .config = "model", .help = "configured"},
    {0},
};
static const struct cmd cmd = {.name = "try", .operands = "GOAL [MORE]", .options = options};

static struct err parse_err;

/* The words of line, split at '|'. */
static bool parse(struct args *args, const char *line) {
    static char text[400];
    static const char *argv[20];
    int argc = 0;
    snprintf(text, sizeof(text), "%s", line);
    for (char *p = text; p && *p;) {
        char *bar = strchr(p, '|');
        argv[argc++] = p;
        if (bar) {
            *bar++ = '\0';
        }
        p = bar;
    }
    parse_err = ERR_INIT;
    return args_parse(args, &cmd, "drover try", argc, argv, &parse_err);
}

static void test_every_way_to_write_a_value_means_the_same(void **state) {
    const char *const lines[] = {"g|--text=x y", "--text|x y|g", "-t|x y|g",       "-tx y|g",
                                 "-t=x y|g",     "-fvtx y|g",    "--text=x y|--|g"};
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct args args = {0};
        assert_true(parse(&args, lines[i]));
        assert_string_equal(args_string(&args, "text"), "x y");
        assert_true(args_given(&args, "text"));
        assert_int_equal(args.n_operands, 1);
        assert_string_equal(args.operand[0], "g");
        assert_null(args.operand[1]);
        assert_int_equal(args_flag(&args, "flag"), i == 5);
        args_release(&args);
    }
}

static void test_absent_options_have_their_fallback(void **state) {
    struct args args = {0};
    assert_true(parse(&args, "g"));
    assert_null(args_string(&args, "text"));
    assert_int_equal(args_int(&args, "count"), 20);
    assert_int_equal(args_int(&args, "size"), -1);
    assert_string_equal(args_string(&args, "format"), "text");
    assert_null(args_list(&args, "path")[0]);
    assert_false(args_flag(&args, "flag"));
    assert_false(args_given(&args, "count"));
    assert_false(args_flag(&args, "quiet"));
    args_release(&args);
}

static void test_numbers_sizes_and_times_have_units(void **state) {
    static const struct {
        const char *line, *name;
        int64_t value;
    } rows[] = {
        {"g|-n|0", "count", 0},
        {"g|-n32k", "count", 32000},
        {"g|-n1.5M", "count", 1500000},
        {"g|--size=512", "size", 512},
        {"g|--size=2k", "size", 2048},
        {"g|--size=24GiB", "size", 24ll << 30},
        {"g|--size=0.5g", "size", 1ll << 29},
        {"g|--time=90", "time", 90000},
        {"g|--time=90s", "time", 90000},
        {"g|--time=1.5h", "time", 5400000},
        {"g|--time=5d", "time", 5ll * 86400000},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct args args = {0};
        assert_true(parse(&args, rows[i].line));
        assert_true(args_int(&args, rows[i].name) == rows[i].value);
        args_release(&args);
    }
}

static void test_lists_gather(void **state) {
    struct args args = {0};
    assert_true(parse(&args, "--path=a|g|--path|b|--flag=false"));
    const char *const *list = args_list(&args, "path");
    assert_string_equal(list[0], "a");
    assert_string_equal(list[1], "b");
    assert_null(list[2]);
    assert_false(args_flag(&args, "flag"));
    args_release(&args);
}

static void test_wrong_lines_are_explained(void **state) {
    static const struct {
        const char *line, *message, *hint;
    } rows[] = {
        {"", "'drover try' needs GOAL [MORE]", "'drover try -h' shows how it is used"},
        {"a|b|c", "'drover try' takes fewer arguments: 'c'",
         "'drover try -h' shows how it is used"},
        {"g|--txet=1", "'drover try' has no option '--txet=1'", "did you mean '--text'?"},
        {"g|--tex", "'drover try' has no option '--tex'", "did you mean '--text'?"},
        {"g|-x", "'drover try' has no option '-x'", "'drover try -h' lists the options"},
        {"g|--text", "option '--text' needs a value", "--text=TEXT"},
        {"g|-n|many", "option '-n': 'many' is not a number", "write it like 200, 32k or 5M"},
        {"g|-n|-1", "option '-n': '-1' is not a number", "write it like 200, 32k or 5M"},
        {"g|--size=1.2.3", "option '--size': '1.2.3' is not a size", "write it like 512M or 24GiB"},
        {"g|--time=5w", "option '--time': '5w' is not a duration",
         "write it like 90s, 30m, 8h or 5d"},
        {"g|--time=99999999999d", "option '--time': '99999999999d' is not a duration",
         "write it like 90s, 30m, 8h or 5d"},
        {"g|--format=xml", "option '--format': 'xml' is none of text|json", ""},
        {"g|--format=tex", "option '--format': 'tex' is none of text|json", ""},
        {"g|--text=a|--text=b", "option '--text' is given twice: 'a' and 'b'", ""},
        {"g|--flag=maybe", "option '--flag': 'maybe' is neither true nor false", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct args args = {0};
        assert_false(parse(&args, rows[i].line));
        args_release(&args);
        assert_int_equal(parse_err.code, ERR_USAGE);
        assert_string_equal(parse_err.msg, rows[i].message);
        assert_string_equal(parse_err.hint, rows[i].hint);
    }
}

static void test_asking_for_help_needs_nothing_else_to_be_right(void **state) {
    struct args args = {0};
    assert_true(parse(&args, "--help|a|b|c|d"));
    assert_string_equal(args_string(&args, "help"), "true");
    args_release(&args);
    assert_true(parse(&args, "-h"));
    assert_string_equal(args_string(&args, "help"), "short");
    args_release(&args);
}

static void test_flags_win_over_the_environment(void **state) {
    struct args args = {0};
    setenv("DROVER_TEST_SIZE", "1k", 1);
    assert_true(parse(&args, "g"));
    assert_int_equal(args_int(&args, "size"), 1024);
    assert_true(args_given(&args, "size"));
    args_release(&args);
    assert_true(parse(&args, "g|--size=3"));
    assert_int_equal(args_int(&args, "size"), 3);
    args_release(&args);
    setenv("DROVER_TEST_SIZE", "huge", 1);
    assert_false(parse(&args, "g"));
    assert_string_equal(parse_err.msg,
                        "environment variable DROVER_TEST_SIZE: 'huge' is not a size");
    args_release(&args);
    unsetenv("DROVER_TEST_SIZE");
    assert_true(parse(&args, "g"));
    assert_string_equal(args_string(&args, "model"), "from-environment"); /* through config.c */
    args_release(&args);
}

static void test_every_command_is_complete_and_its_names_are_its_own(void **state) {
    for (const struct cmd *const *c = cmd_table; *c; c++) {
        assert_non_null((*c)->summary);
        assert_true(strlen((*c)->summary) <= 60);
        assert_true((*c)->run || (*c)->subs);
        assert_ptr_equal(cmd_find(cmd_table, (*c)->name), *c); /* no name twice */
        for (const struct option *o = (*c)->options; o && o->name; o++) {
            assert_non_null(o->help);
            assert_true(o->config == NULL || config_find(o->config)->kind == o->kind);
            for (const struct option *other = o + 1; other->name; other++) {
                assert_string_not_equal(o->name, other->name);
                assert_true(o->letter == 0 || o->letter != other->letter);
            }
            for (const struct option *global = option_globals; global->name; global++) {
                assert_string_not_equal(o->name, global->name);
                assert_true(o->letter == 0 || o->letter != global->letter);
            }
        }
    }
}

static char home[] = "/tmp/drover-args.XXXXXX";

static int load_configuration(void **state) {
    setenv("DROVER_HOME", mkdtemp(home), 1);
    setenv("DROVER_MODEL", "from-environment", 1);
    return config_load(home, NULL) ? 0 : -1;
}

static int unload_configuration(void **state) {
    config_unload();
    return dir_remove(home, NULL) ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_way_to_write_a_value_means_the_same),
        cmocka_unit_test(test_absent_options_have_their_fallback),
        cmocka_unit_test(test_numbers_sizes_and_times_have_units),
        cmocka_unit_test(test_lists_gather),
        cmocka_unit_test(test_wrong_lines_are_explained),
        cmocka_unit_test(test_asking_for_help_needs_nothing_else_to_be_right),
        cmocka_unit_test(test_flags_win_over_the_environment),
        cmocka_unit_test(test_every_command_is_complete_and_its_names_are_its_own),
    };
    return cmocka_run_group_tests(tests, load_configuration, unload_configuration);
}
