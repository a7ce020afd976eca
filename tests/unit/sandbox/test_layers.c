/* Goal: what sandbox.h promises about bases and layers: what is copied, that merging, flattening,
 * exporting and hashing say the truth about views, that sweeping leaves nothing. Method: real
 * layers written by real cells. */
#include "tests/unit/sandbox/fixture.h"

#include <dirent.h>

static struct fixture f;
static const struct sandbox_options options;

static int setup(void **state) {
    fixture_files(&f);
    fixture_start(&f, &options);
    return 0;
}

static int setup_files(void **state) {
    fixture_files(&f);
    return 0;
}

static int teardown(void **state) {
    fixture_end(&f);
    return 0;
}

static int teardown_files(void **state) {
    dir_remove(f.root, NULL);
    return 0;
}

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            outcome_show(o);                                                                       \
            fail_msg("%s", #condition);                                                            \
        }                                                                                          \
    } while (0)

static void expect_list(const char *const *want, size_t n) {
    AUTO_BUF struct buf list = BUF_INIT(1u << 20);
    struct err err = ERR_INIT;
    assert_true(base_list(f.dir, &list, &err));
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        assert_true(at < list.len);
        assert_string_equal(list.data + at, want[i]);
        at += strlen(want[i]) + 1;
    }
    assert_int_equal(at, list.len);
}

/* ---- base ---- */

static void test_a_base_is_what_git_would_list(void **state) {
    struct base_summary sum;
    struct err err = ERR_INIT;
    put(f.worktree, "build/out", "x");
    put(f.worktree, "vendor/.git/HEAD", "ref: refs/heads/main\n");
    put(f.worktree, "vendor/v.c", "x");
    char link[200], fifo[200];
    snprintf(link, sizeof link, "%s/src/link", f.worktree);
    snprintf(fifo, sizeof fifo, "%s/fifo", f.worktree);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    if (!base_create(f.worktree, f.dir, NULL, &sum, &err))
        fail_msg("%s", err.msg);
    static const char *const want[] = {".gitignore", "a.txt", "src/deep/b.txt", "src/main.c"};
    expect_list(want, ARRAY_LEN(want));
    assert_int_equal(sum.files, 5);
    assert_int_equal(sum.left_out_files, 4);
    assert_int_equal(strlen(sum.tree_hash), 64);
}

static void test_include_brings_in_ignored_paths(void **state) {
    struct base_summary sum;
    struct err err = ERR_INIT;
    put(f.worktree, "build/keep/tool", "x");
    put(f.worktree, "build/other", "x");
    const char *include[] = {"build/keep/"};
    struct base_options wanted = {.include = include, .n_include = 1};
    assert_true(base_create(f.worktree, f.dir, &wanted, &sum, &err));
    static const char *const want[] = {".gitignore", "a.txt", "build/keep/tool", "src/deep/b.txt",
                                       "src/main.c"};
    expect_list(want, ARRAY_LEN(want));
}

static bool stop_at_second(void *arg, const char *what, uint64_t done, uint64_t total) {
    int *calls = arg;
    assert_non_null(what);
    assert_true(total == 0 || done <= total);
    return ++*calls < 2;
}

static void test_a_base_that_is_stopped_leaves_nothing(void **state) {
    struct base_summary sum;
    struct err err = ERR_INIT;
    int calls = 0;
    struct base_options wanted = {.progress = stop_at_second, .progress_arg = &calls};
    assert_false(base_create(f.worktree, f.dir, &wanted, &sum, &err));
    assert_int_equal(err.code, ERR_CANCELLED);
    assert_int_equal(calls, 2);
    DIR *dir = opendir(f.dir);
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));)
        assert_int_equal(e->d_name[0], '.');
    closedir(dir);
}

static void test_what_cannot_be_a_base_is_a_named_error(void **state) {
    struct base_summary sum;
    struct err err = ERR_INIT;
    assert_false(base_create(f.root, f.dir, NULL, &sum, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.hint, "git init"));
    git_repository *repository;
    git_index *index;
    assert_int_equal(git_repository_open(&repository, f.worktree), 0);
    assert_int_equal(git_repository_index(&index, repository), 0);
    git_index_entry entry = {.mode = 0160000, .path = "sub"};
    git_oid_fromstr(&entry.id, "1111111111111111111111111111111111111111");
    assert_int_equal(git_index_add(index, &entry), 0);
    assert_int_equal(git_index_write(index), 0);
    assert_false(base_create(f.worktree, f.dir, NULL, &sum, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.msg, "submodule"));
    git_index_free(index);
    git_repository_free(repository);
}

static void test_the_same_files_have_the_same_tree_hash(void **state) {
    struct base_summary one, two;
    struct err err = ERR_INIT;
    char other[200];
    snprintf(other, sizeof other, "%s/other", f.root);
    assert_true(base_create(f.worktree, f.dir, NULL, &one, &err));
    assert_true(base_create(f.worktree, other, NULL, &two, &err));
    assert_string_equal(one.tree_hash, two.tree_hash);
    put(f.worktree, "a.txt", "other");
    dir_remove(other, NULL);
    assert_true(base_create(f.worktree, other, NULL, &two, &err));
    assert_string_not_equal(one.tree_hash, two.tree_hash);
}

static void test_tracked_files_that_match_a_rule_are_taken(void **state) {
    struct base_summary sum;
    struct err err = ERR_INIT;
    git_repository *repository;
    git_index *index;
    assert_int_equal(git_repository_open(&repository, f.worktree), 0);
    assert_int_equal(git_repository_index(&index, repository), 0);
    assert_int_equal(git_index_add_bypath(index, "junk.o"), 0);
    assert_int_equal(git_index_write(index), 0);
    git_index_free(index);
    git_repository_free(repository);
    assert_true(base_create(f.worktree, f.dir, NULL, &sum, &err));
    static const char *const want[] = {".gitignore", "a.txt", "junk.o", "src/deep/b.txt",
                                       "src/main.c"};
    expect_list(want, ARRAY_LEN(want));
}

/* ---- hash, flatten ---- */

static void test_flattening_keeps_the_view_and_the_old_layers(void **state) {
    sh(&f, "echo x > new; rm a.txt; chmod 755 src/main.c; ln -s new link");
    sh(&f, "rm -r src; mkdir src; echo z > src/z; mkdir ro; echo y > ro/y; chmod 555 ro");
    sh(&f, "rm link; mkdir link; echo in > link/in; mv new newer; mkdir -m 700 dark; touch dark/x; "
           "chmod 0 dark");
    struct outcome *o = sh(&f, "true");
    char before[100], after[100], list[4000];
    o = function(&f, "layers.hash", "", false);
    EXPECT(o->status == 0 && o->output_len == 64);
    snprintf(before, sizeof before, "%s", o->output);
    o = sh(&f, "chmod 700 dark; find . -path ./.git -prune -o -printf '%p %y %m %s %l\\n' | sort");
    snprintf(list, sizeof list, "%s", o->output);
    f.n_layers--;
    struct mount_spec from = {.at = "/drover/from", .layers = f.layer, .n_layers = f.n_layers};
    struct fixture g = f;
    g.n_layers = 0;
    o = run_spec(
        &g, (struct cell_spec){.function = "layers.flatten", .mounts = &from, .n_mounts = 1}, true);
    EXPECT(o->end == CELL_EXITED && o->status == 0);
    assert_int_equal(g.n_layers, 1);
    o = function(&g, "layers.hash", "", false);
    snprintf(after, sizeof after, "%s", o->output);
    assert_string_equal(before, after);
    o = sh(&g, "chmod 700 dark; find . -path ./.git -prune -o -printf '%p %y %m %s %l\\n' | sort");
    assert_string_equal(o->output, list);
    o = sh(&g, "stat -c %Y src/z a.txt 2>/dev/null | wc -l; ls src");
    EXPECT(strcmp(o->output, "1\nz\n") == 0);
    o = function(&f, "layers.hash", "", false);
    EXPECT(strcmp(o->output, before) == 0);
}

/* An agent can always make a path that none can name: it must not end the run of all. */
static void test_flattening_leaves_alone_what_is_too_deep(void **state) {
    struct outcome *o = sh(&f, "echo x >new; python3 -c 'import os\nfor i in range(2500):\n"
                               " os.mkdir(\"d\"); os.chdir(\"d\")'");
    EXPECT(o->status == 0 && o->changes_cut); /* the control: the list of changes cannot name it */
    struct mount_spec from = {.at = "/drover/from", .layers = f.layer, .n_layers = f.n_layers};
    struct fixture g = f;
    g.n_layers = 0;
    o = run_spec(
        &g, (struct cell_spec){.function = "layers.flatten", .mounts = &from, .n_mounts = 1}, true);
    EXPECT(o->end == CELL_EXITED && o->status == 0);
    o = sh(&g, "cat new; find d | wc -l");
    EXPECT(strcmp(o->output, "x\n101\n") == 0); /* WALK_DEPTH_MAX below the first */
    o = sh(&g, "rm -r d; ls");
    EXPECT(strcmp(o->output, "a.txt\nnew\nsrc\n") == 0);
}

static void test_the_hash_sees_content_mode_and_names_but_not_ignored_files(void **state) {
    static const char *const change[] = {"echo x >> a.txt", "chmod 755 a.txt", "mv a.txt b.txt",
                                         "rm a.txt", "ln -sf main.c src/l"};
    char base[100];
    snprintf(base, sizeof base, "%s", function(&f, "layers.hash", "", false)->output);
    assert_int_equal(strlen(base), 64);
    for (size_t i = 0; i < ARRAY_LEN(change); i++) {
        f.n_layers = 0;
        sh(&f, change[i]);
        assert_string_not_equal(function(&f, "layers.hash", "", false)->output, base);
    }
    f.n_layers = 0;
    sh(&f, "echo x > x.o; mkdir build; echo > build/y; touch -d 2001-01-01 a.txt; git commit "
           "--allow-empty -qm x");
    assert_string_equal(function(&f, "layers.hash", "", false)->output, base);
}

/* ---- merge ---- */

/* Children over the fork point (the first n_fork layers), each a layer of its own. */
static struct outcome *merge(size_t n_fork, const char *const *command, size_t n,
                             const char *input) {
    static int64_t stack[8][64];
    struct mount_spec mount[9] = {
        {.at = "/drover/base", .layers = f.layer, .n_layers = n_fork, .base = true}};
    static char at[8][40];
    for (size_t i = 0; i < n; i++) {
        struct fixture child = f;
        child.n_layers = n_fork;
        sh(&child, command[i]);
        f.next = child.next;
        memcpy(stack[i], child.layer, sizeof stack[i]);
        snprintf(at[i], sizeof at[i], "/drover/theirs/%zu", i);
        mount[i + 1] = (struct mount_spec){
            .at = at[i], .layers = stack[i], .n_layers = child.n_layers, .base = true};
    }
    return run_spec(&f,
                    (struct cell_spec){.function = "layers.merge",
                                       .input = str_from(input),
                                       .mounts = mount,
                                       .n_mounts = n + 1},
                    true);
}

static void test_children_on_different_lines_and_files_merge(void **state) {
    static const char *const child[] = {
        "sed -i s/one/ONE/ a.txt; echo n > new; echo ig > x.o",
        "sed -i s/five/FIVE/ a.txt; rm -r src/deep; chmod 755 src/main.c; git commit -qam x"};
    sh(&f, "echo parent > p");
    struct outcome *o = merge(1, child, 2,
                              "{\"theirs\":[{\"paths\":[\"a.txt\",\"new\",\"x.o\"]},"
                              "{\"paths\":null}]}");
    EXPECT(o->end == CELL_EXITED && o->status == 0);
    EXPECT(strcmp(o->output, "{\"merged\":5,\"conflicts\":[]}") == 0);
    o = sh(&f,
           "cat a.txt new p; ls src; stat -c %a src/main.c; ls x.o 2>/dev/null; git log | grep -c "
           "commit");
    EXPECT(strcmp(o->output, "ONE\ntwo\nthree\nfour\nFIVE\nn\nparent\nmain.c\n755\n1\n") == 0);
}

static void test_a_conflict_is_data_and_the_first_child_stays(void **state) {
    static const char *const child[] = {"sed -i s/one/ONE/ a.txt; echo 1 > same; echo 1 > dif",
                                        "sed -i s/one/UNO/ a.txt; echo 1 > same; echo 2 > dif",
                                        "rm a.txt; printf 'a\\0b' > src/main.c"};
    struct outcome *o = merge(0, child, 3,
                              "{\"theirs\":[{\"paths\":null},{\"paths\":null},"
                              "{\"paths\":[\"a.txt\",\"src/main.c\"]}]}");
    EXPECT(o->status == 0);
    EXPECT(strcmp(o->output,
                  "{\"merged\":4,\"conflicts\":[{\"theirs\":1,\"path\":\"a.txt\"},"
                  "{\"theirs\":1,\"path\":\"dif\"},{\"theirs\":2,\"path\":\"a.txt\"}]}") == 0);
    o = sh(&f, "head -1 a.txt; cat same dif");
    EXPECT(strcmp(o->output, "ONE\n1\n1\n") == 0);
}

static void test_files_becoming_directories_merge(void **state) {
    static const char *const child[] = {"rm a.txt; mkdir a.txt; echo in > a.txt/in",
                                        "rm -r src; echo file > src"};
    struct outcome *o = merge(0, child, 2,
                              "{\"theirs\":[{\"paths\":[\"a.txt\",\"a.txt/in\"]},"
                              "{\"paths\":null}]}");
    EXPECT(o->status == 0 && strstr(o->output, "\"conflicts\":[]"));
    o = sh(&f, "cat a.txt/in src");
    EXPECT(strcmp(o->output, "in\nfile\n") == 0);
}

static void test_merge_paths_cannot_leave_the_workspace(void **state) {
    static const char *const child[] = {"ln -s /etc evil; mkdir d; echo x > d/y"};
    struct outcome *o = merge(0, child, 1,
                              "{\"theirs\":[{\"paths\":[\"../../etc/passwd\",\"/etc/hosts\","
                              "\"evil/passwd\",\"\",\".git/config\",\"a//b\",\"d/./y\"]}]}");
    EXPECT(o->status == 0 && strcmp(o->output, "{\"merged\":0,\"conflicts\":[]}") == 0);
    EXPECT(o->n_changes == 0);
}

/* ---- export ---- */

static char *export_text(struct outcome *o) {
    static char text[8000];
    const unsigned char *at = (const unsigned char *)o->output, *end = at + o->output_len;
    size_t len = 0;
    text[0] = '\0';
    while (end - at >= 17) {
        uint32_t mode, path_len;
        uint64_t size;
        memcpy(&mode, at + 1, 4);
        memcpy(&path_len, at + 5, 4);
        memcpy(&size, at + 9, 8);
        len += (size_t)snprintf(text + len, sizeof text - len, "%d %o %.*s=%.*s\n", at[0], mode,
                                (int)path_len, (const char *)at + 17, (int)size,
                                (const char *)at + 17 + path_len);
        at += 17 + path_len + size;
    }
    assert_ptr_equal(at, end);
    return text;
}

static void on_export(void *arg, const struct cell_result *r) {
    struct outcome *o = arg;
    outcome_on_done(arg, r);
    size_t raw_len = MIN(r->output.len, sizeof o->output);
    memcpy(o->output, r->output.ptr, raw_len);
}

static void test_export_lists_what_differs_and_refuses_what_is_dangerous(void **state) {
    sh(&f,
       "echo new > new; chmod 4755 new; rm src/deep/b.txt; ln -s ../new src/in; ln -s /etc abs; "
       "ln -s ../../x src/out; mkfifo pipe; mkdir .GIT; echo h > .GIT/hook; echo x > x.o");
    sh(&f, "echo tmp > tmp; cp a.txt keep; echo y >> a.txt; git commit -qam x");
    sh(&f, "rm tmp; cp -p keep a.txt; rm keep; mkdir -p build; echo z > build/z");
    struct outcome o = {0};
    struct cell_spec spec = {.function = "layers.export"};
    spec.workspace = (struct workspace_spec){
        .dir = f.dir, .path = f.worktree, .layers = f.layer, .n_layers = f.n_layers};
    sandbox_run(f.sandbox, &spec, on_export, &o);
    wait_for(f.sandbox, &o.done);
    assert_int_equal(o.status, 0);
    assert_string_equal(export_text(&o),
                        "255 0 .GIT/hook=\n255 0 abs=\n0 755 new=new\n\n255 0 pipe=\n"
                        "3 0 src/deep/b.txt=\n2 777 src/in=../new\n255 0 src/out=\n");
}

/* ---- sweep ---- */

static size_t entries(const char *dir) {
    size_t n = 0;
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));)
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

static void test_sweeping_removes_all_but_what_is_kept(void **state) {
    struct err err = ERR_INIT;
    char path[200];
    sh(&f, "echo keep > keep");
    sh(&f, "mkdir -p deep/deeper; chmod 0 deep/deeper; chmod 0 deep; mkfifo p; ln -s / root");
    sh(&f,
       "python3 -c '\nimport os\nfor i in range(300):\n os.mkdir(\"d\"*100); os.chdir(\"d\"*100)'");
    int64_t keep[] = {f.layer[0]};
    if (!layers_sweep(f.sandbox, f.dir, keep, 1, &err))
        fail_msg("%s", err.msg);
    snprintf(path, sizeof path, "%s/layers/trash", f.dir);
    assert_int_equal(entries(path), 0);
    snprintf(path, sizeof path, "%s/layers", f.dir);
    assert_int_equal(entries(path), 2); /* the kept one and the trash itself */
    f.n_layers = 1;
    struct outcome *o = sh(&f, "cat keep");
    EXPECT(strcmp(o->output, "keep\n") == 0);
    assert_true(layers_sync(f.dir, &err));
}

static void test_a_manifest_past_its_limit_is_cut_and_says_so(void **state) {
    struct outcome *o = sh(&f, "python3 -c '\nimport os\nfor i in range(50100):\n"
                               " os.symlink(\"x\", \"l%d\" % i)'");
    EXPECT(o->end == CELL_EXITED && o->changes_cut && o->n_changes == MANIFEST_ENTRIES_MAX);
    o = sh(&f, "python3 -c '\nimport os\nfor i in range(60):\n os.mkdir(\"d\"*100); "
               "os.chdir(\"d\"*100)'");
    EXPECT(o->end == CELL_EXITED && o->changes_cut);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define B(name) cmocka_unit_test_setup_teardown(name, setup_files, teardown_files)
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        B(test_a_base_is_what_git_would_list),
        B(test_include_brings_in_ignored_paths),
        B(test_a_base_that_is_stopped_leaves_nothing),
        B(test_what_cannot_be_a_base_is_a_named_error),
        B(test_the_same_files_have_the_same_tree_hash),
        B(test_tracked_files_that_match_a_rule_are_taken),
        T(test_flattening_keeps_the_view_and_the_old_layers),
        T(test_flattening_leaves_alone_what_is_too_deep),
        T(test_the_hash_sees_content_mode_and_names_but_not_ignored_files),
        T(test_children_on_different_lines_and_files_merge),
        T(test_a_conflict_is_data_and_the_first_child_stays),
        T(test_files_becoming_directories_merge),
        T(test_merge_paths_cannot_leave_the_workspace),
        T(test_export_lists_what_differs_and_refuses_what_is_dangerous),
        T(test_sweeping_removes_all_but_what_is_kept),
        T(test_a_manifest_past_its_limit_is_cut_and_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
