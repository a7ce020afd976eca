/* Goal: Glob and Grep find what is there, in one order on every machine, within their bounds.
 * Method: the cell functions in a temporary directory; the matcher against a table and against
 * patterns made to explode. */
#include "tests/unit/tools/fixture.h"
#include "runtime/base/clock.h"

static bool matches(const char *pattern, const char *path) {
    struct glob glob;
    assert_true(glob_compile(&glob, pattern));
    bool yes = glob_match(&glob, path);
    glob_release(&glob);
    return yes;
}

static void test_patterns_match_as_in_a_shell(void **state) {
    const struct {
        const char *pattern, *path;
        bool yes;
    } row[] = {
        {"*.c", "a.c", true},
        {"*.c", "d/a.c", false},
        {"**/*.c", "a.c", true},
        {"**/*.c", "d/e/a.c", true},
        {"src/**", "src/a/b", true},
        {"src/**", "srcs/a", false},
        {"src/**/t.c", "src/t.c", true},
        {"src/**/t.c", "src/a/b/t.c", true},
        {"a/**/b/**/c", "a/x/b/y/b/c", true},
        {"a/**/b/**/c", "a/x/c", false},
        {"a?c", "abc", true},
        {"a?c", "a/c", false},
        {"[a-c]x", "bx", true},
        {"[!a-c]x", "bx", false},
        {"[]]x", "]x", true},
        {"[a", "[a", true},
        {"*.{c,h}", "a.h", true},
        {"*.{c,h}", "a.o", false},
        {"{a,b{c,d}}/x", "bd/x", true},
        {"\\*", "*", true},
        {"\\*", "a", false},
        {"*a*b*c", "xaybzc", true},
        {"*a*b*c", "xaybz", false},
        {"**", "a/b", true},
        {"./a", "a", true},
        {"a**b", "axxb", true},
        {"a**b", "a/b", false},
        {"*/x*y", "d/xzy", true},
        {"**/d/*.c", "a/d/d/x.c", true},
        {"**/*", "a", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        if (matches(row[i].pattern, row[i].path) != row[i].yes) {
            fail_msg("'%s' against '%s'", row[i].pattern, row[i].path);
        }
    }
}

static void test_no_pattern_explodes(void **state) {
    char path[4001], pattern[1001];
    memset(path, 'a', sizeof(path));
    for (size_t i = 9; i < sizeof(path); i += 10) {
        path[i] = '/';
    }
    path[4000] = '\0';
    for (size_t i = 0; i + 1 < sizeof(pattern); i += 2) {
        memcpy(pattern + i, "a*", 2);
    }
    pattern[1000] = '\0';
    int64_t start = clock_mono_ms();
    assert_false(matches(pattern, path));
    memset(pattern, '*', 1000);
    assert_false(matches(pattern, path));
    for (size_t i = 0; i + 5 < 1000; i += 5) {
        memcpy(pattern + i, "**/a*", 5);
    }
    pattern[999] = 'b';
    assert_false(matches(pattern, path));
    assert_true(clock_mono_ms() - start < 2000);
    struct glob glob;
    assert_false(glob_compile(&glob, "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"));
    glob_release(&glob);
}

static void test_glob_lists_sorted_without_git_and_links(void **state) {
    struct workspace w;
    workspace_init(&w);
    put("b.c", "");
    put("a/z.c", "");
    put("a.c", "");
    put("a-b/x.c", "");
    put(".git/hooks/x.c", "");
    put("sub/.git/x.c", "");
    assert_int_equal(symlink("..", "a/up"), 0);
    assert_string_equal(call(&w, "Glob", "{'pattern':'**/*.c'}"), "a-b/x.c\na.c\na/z.c\nb.c");
    assert_string_equal(call(&w, "Glob", "{'pattern':'*.c','path':'a'}"), "a/z.c");
    has(call(&w, "Glob", "{'pattern':'z.c'}"),
        "no files match 'z.c'; in all directories: '**/z.c'");
    assert_false(w.effect.failed);
    has(call(&w, "Glob", "{'pattern':'*','path':'nope'}"), "no directory 'nope'");
    has(call(&w, "Glob", "{'pattern':'*','path':'../'}"), "leads out");
    workspace_release(&w);
}

static void test_ignored_files_are_left_out_unless_they_are_named(void **state) {
    struct workspace w;
    workspace_init(&w);
    put(".gitignore", "*.o\n/build/\n!keep.o\n");
    put("src/.gitignore", "gen-*\n");
    put("a.o", "needle");
    put("a.c", "needle");
    put("keep.o", "needle");
    put("build/x/b.c", "needle");
    put("src/build/c.c", "needle");
    put("src/gen-1.c", "needle");
    const char *found = "a.c\nkeep.o\nsrc/build/c.c";
    assert_string_equal(call(&w, "Grep", "{'pattern':'needle'}"), found);
    assert_string_equal(call(&w, "Glob", "{'pattern':'**/*.{c,o}'}"), found);
    assert_string_equal(call(&w, "Glob", "{'pattern':'**/*.c','path':'build'}"), "build/x/b.c");
    assert_string_equal(call(&w, "Grep", "{'pattern':'needle','path':'build/x'}"), "build/x/b.c");
    assert_string_equal(call(&w, "Grep", "{'pattern':'needle','path':'a.o'}"), "a.o");
    assert_string_equal(call(&w, "Grep", "{'pattern':'needle','path':'src'}"), "src/build/c.c");
    has(call(&w, "Glob", "{'pattern':'**/gen-*'}"), "no files match '**/gen-*'\n[3 ignored files");
    has(call(&w, "Grep", "{'pattern':'thread'}"), "no matches\n[3 ignored files");
    assert_string_equal(call(&w, "Grep", "{'pattern':'thread','path':'a.c'}"), "no matches");
    workspace_release(&w);
}

static void test_glob_stops_at_its_bound_and_says_how_many_more(void **state) {
    struct workspace w;
    workspace_init(&w);
    for (int i = 0; i < GLOB_FILES_MAX + 7; i++) {
        AUTO_FREE char *name = xasprintf("f%04d", i);
        put(name, "");
    }
    has(call(&w, "Glob", "{'pattern':'*'}"), "[7 more files; narrow the pattern]");
    workspace_release(&w);
}

static bool count_file(void *arg, const char *path) {
    (void)path;
    ++*(int *)arg;
    return true;
}

/* WALK_DEPTH_MAX: deeper is left out and told, not a stack that overflows. */
static void test_walk_is_bounded_in_depth(void **state) {
    struct workspace w;
    int n = 0;
    size_t ignored;
    workspace_init(&w);
    put("top", "");
    for (int i = 0; i < WALK_DEPTH_MAX + 20; i++) {
        assert_int_equal(mkdir("d", 0755), 0);
        assert_int_equal(chdir("d"), 0);
        put("f", "");
    }
    assert_int_equal(chdir(w.dir), 0);
    assert_false(walk_files(".", count_file, &n, &ignored));
    assert_int_equal(n, 1 + WALK_DEPTH_MAX);
    workspace_release(&w);
}

static void grep_tree(void) {
    put("a.c", "int alpha;\nint beta;\n\nint gamma; // Alpha\n");
    put("b/b.c", "alpha\r\nbeta\r\n");
    put("b/c.txt", "alpha beta\n");
    put_bytes("blob", STR("alpha\0"));
    put(".git/config", "alpha\n");
}

static void test_grep_has_three_modes(void **state) {
    struct workspace w;
    workspace_init(&w);
    grep_tree();
    assert_string_equal(call(&w, "Grep", "{'pattern':'alpha'}"), "a.c\nb/b.c\nb/c.txt");
    assert_string_equal(call(&w, "Grep", "{'pattern':'ALPHA','output_mode':'count','-i':true}"),
                        "a.c:2\nb/b.c:1\nb/c.txt:1");
    assert_string_equal(call(&w, "Grep", "{'pattern':'a$','output_mode':'content'}"),
                        "a.c:4:int gamma; // Alpha\nb/b.c:1:alpha\nb/b.c:2:beta\n"
                        "b/c.txt:1:alpha beta");
    assert_string_equal(
        call(&w, "Grep", "{'pattern':'beta','output_mode':'content','-n':false,'glob':'*.txt'}"),
        "b/c.txt:alpha beta");
    assert_string_equal(call(&w, "Grep", "{'pattern':'beta','path':'b','glob':'b/*.c'}"), "b/b.c");
    assert_string_equal(call(&w, "Grep", "{'pattern':'beta','path':'a.c'}"), "a.c");
    assert_string_equal(call(&w, "Grep", "{'pattern':'zeta'}"), "no matches");
    assert_false(w.effect.failed);
    workspace_release(&w);
}

static void test_grep_shows_context_once(void **state) {
    struct workspace w;
    workspace_init(&w);
    put("f", "1\nx2\n3\nx4\n5\n6\n7\n8\nx9\n");
    put("g", "x\n");
    assert_string_equal(call(&w, "Grep", "{'pattern':'x','output_mode':'content','-C':1}"),
                        "f-1-1\nf:2:x2\nf-3-3\nf:4:x4\nf-5-5\n--\nf-8-8\nf:9:x9\n--\ng:1:x");
    assert_string_equal(
        call(&w, "Grep", "{'pattern':'x4','output_mode':'content','-B':1,'-A':2,'path':'f'}"),
        "f-3-3\nf:4:x4\nf-5-5\nf-6-6");
    workspace_release(&w);
}

static void test_grep_stops_at_its_bounds_and_says_so(void **state) {
    struct workspace w;
    AUTO_BUF struct buf many = BUF_INIT(1u << 20);
    workspace_init(&w);
    for (int i = 0; i < 300; i++) {
        buf_printf(&many, "hit %d\n", i);
    }
    put("many", buf_cstr(&many));
    has(call(&w, "Grep", "{'pattern':'hit','output_mode':'content'}"),
        "many:250:hit 249\n[50 more lines; narrow the search or raise head_limit]");
    has(call(&w, "Grep", "{'pattern':'hit','output_mode':'content','head_limit':3}"),
        "[297 more lines");
    buf_clear(&many);
    for (int i = 0; i < 1000; i++) {
        buf_append_c(&many, "a");
    }
    put("wide", buf_cstr(&many));
    has(call(&w, "Grep", "{'pattern':'a','output_mode':'content'}"), "[500 more bytes]");
    AUTO_FD int fd = open("huge", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_int_equal(ftruncate(fd, FILE_BYTES_MAX + 1), 0);
    has(call(&w, "Grep", "{'pattern':'zzz'}"), "[1 files larger than 8 MiB were not searched]");
    workspace_release(&w);
}

static void test_costly_or_wrong_patterns_are_told_not_run_for_ever(void **state) {
    struct workspace w;
    workspace_init(&w);
    put("f", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\n");
    int64_t start = clock_mono_ms();
    has(call(&w, "Grep", "{'pattern':'^(a+)+$'}"), "too costly for 1 lines");
    assert_true(clock_mono_ms() - start < 5000);
    has(call(&w, "Grep", "{'pattern':'a('}"), "the pattern is wrong at its character 2");
    assert_true(w.effect.failed);
    has(call(&w, "Grep", "{'pattern':'\\\\C'}"), "the pattern is wrong");
    put_bytes("bad", STR("\xff\xfe good \xff\n"));
    assert_string_equal(call(&w, "Grep", "{'pattern':'good','path':'bad'}"), "bad");
    workspace_release(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns_match_as_in_a_shell),
        cmocka_unit_test(test_no_pattern_explodes),
        cmocka_unit_test(test_glob_lists_sorted_without_git_and_links),
        cmocka_unit_test(test_ignored_files_are_left_out_unless_they_are_named),
        cmocka_unit_test(test_glob_stops_at_its_bound_and_says_how_many_more),
        cmocka_unit_test(test_walk_is_bounded_in_depth),
        cmocka_unit_test(test_grep_has_three_modes),
        cmocka_unit_test(test_grep_shows_context_once),
        cmocka_unit_test(test_grep_stops_at_its_bounds_and_says_so),
        cmocka_unit_test(test_costly_or_wrong_patterns_are_told_not_run_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
