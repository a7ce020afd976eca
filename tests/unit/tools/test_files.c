/* Goal: Read, Write and Edit do what their schemas say, inside the workspace only, and a mistake
 * comes back as help. Method: the cell functions in a temporary directory. */
#include "tests/unit/tools/fixture.h"

static void test_read_numbers_lines_as_the_contract_says(void **state) {
    struct workspace w;
    workspace_init(&w);
    put("src/a.c", "int a;\n\tint b;\n\nend");
    assert_string_equal(call(&w, "Read", "{'file_path':'src/a.c'}"),
                        "1\tint a;\n2\t\tint b;\n3\t\n4\tend");
    assert_true(w.effect.has_read && !w.effect.failed);
    assert_true(str_equal_c(w.effect.read_path, "src/a.c"));
    assert_true(str_equal_c(w.effect.read_text, "int a;\n\tint b;\n\nend"));
    workspace_release(&w);
}

static void test_read_of_a_part_still_knows_the_whole_file(void **state) {
    struct workspace w;
    workspace_init(&w);
    put("f", "1\n2\n3\n4\n5\n");
    assert_string_equal(call(&w, "Read", "{'file_path':'f','offset':2,'limit':2}"),
                        "2\t2\n3\t3\n[lines 2 to 3 of 5; read on with offset 4]");
    assert_true(str_equal_c(w.effect.read_text, "1\n2\n3\n4\n5\n"));
    assert_string_equal(call(&w, "Read", "{'file_path':'f','offset':5}"), "5\t5");
    has(call(&w, "Read", "{'file_path':'f','offset':6}"), "has 5 lines");
    put("empty", "");
    assert_string_equal(call(&w, "Read", "{'file_path':'empty'}"), "[the file is empty]");
    assert_true(w.effect.has_read);
    workspace_release(&w);
}

static void test_paths_are_told_relative_to_the_workspace(void **state) {
    struct workspace w;
    workspace_init(&w);
    put("a/b.c", "x\n");
    AUTO_FREE char *absolute = xasprintf("{'file_path':'%s/a/./b.c'}", w.dir);
    assert_string_equal(call(&w, "Read", absolute), "1\tx");
    assert_true(str_equal_c(w.effect.read_path, "a/b.c"));
    call(&w, "Read", "{'file_path':'./a//../a/b.c'}");
    assert_true(str_equal_c(w.effect.read_path, "a/b.c"));
    workspace_release(&w);
}

/* Every file tool, every way out that a path can spell. */
static void test_no_path_leads_out_of_the_workspace(void **state) {
    struct workspace w;
    workspace_init(&w);
    AUTO_FREE char *secret = xasprintf("%s.secret", w.dir);
    put(secret, "secret\n");
    AUTO_FREE char *sibling = xasprintf("../%s", strrchr(secret, '/') + 1);
    assert_int_equal(symlink(secret, "link"), 0);
    assert_int_equal(symlink(sibling, "uplink"), 0);
    assert_int_equal(symlink("/tmp", "dir"), 0);
    assert_int_equal(symlink("loop", "loop"), 0);
    AUTO_FREE char *through = xasprintf("dir/%s", strrchr(secret, '/') + 1);
    AUTO_FREE char *above = xasprintf("a/../../%s-x", strrchr(w.dir, '/') + 1);
    AUTO_FREE char *outside = xasprintf("%s-x", w.dir);
    const char *path[] = {secret,  sibling, "link",        "uplink",
                          through, above,   "/etc/passwd", "/proc/self/root/etc/passwd",
                          "loop",  "/"};
    const char *rest[][2] = {{"Read", ""},
                             {"Write", ",'content':'owned'"},
                             {"Edit", ",'old_string':'secret','new_string':'owned'"}};
    for (size_t i = 0; i < ARRAY_LEN(path); i++) {
        for (size_t j = 0; j < ARRAY_LEN(rest); j++) {
            AUTO_FREE char *json = xasprintf("{'file_path':'%s'%s}", path[i], rest[j][1]);
            call(&w, rest[j][0], json);
            if (!w.effect.failed || w.effect.has_read) {
                fail_msg("%s %s went through", rest[j][0], path[i]);
            }
        }
    }
    assert_string_equal(get(&w, secret), "secret\n");
    assert_true(access(outside, F_OK) != 0);
    /* the control: the same links do lead there for a program that follows them */
    assert_string_equal(get(&w, "uplink"), "secret\n");
    assert_int_equal(unlink(secret), 0);
    workspace_release(&w);
}

/* As above where the kernel or a filter has no openat2. */
static void test_walking_open_follows_no_link_at_all(void **state) {
    struct workspace w;
    workspace_init(&w);
    put("a/b/c", "x");
    assert_int_equal(symlink("/etc/passwd", "out"), 0);
    assert_int_equal(symlink("a", "in"), 0);
    int fd = place__open_walk("a/b/c", O_RDONLY);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(place__open_walk("out", O_RDONLY), -1);
    assert_int_equal(place__open_walk("in/b/c", O_RDONLY), -1);
    workspace_release(&w);
}

static void test_what_is_no_text_file_is_explained(void **state) {
    struct workspace w;
    workspace_init(&w);
    put_bytes("blob", STR("ab\0cd"));
    put("main.c", "x\n");
    put("dir/x", "x\n");
    assert_int_equal(mkfifo("fifo", 0600), 0);
    has(call(&w, "Read", "{'file_path':'blob'}"), "binary file (5 bytes)");
    has(call(&w, "Read", "{'file_path':'dir'}"), "is a directory");
    has(call(&w, "Read", "{'file_path':'fifo'}"), "not a regular file"); /* and does not hang */
    has(call(&w, "Read", "{'file_path':'mian.c'}"), "did you mean 'main.c'?");
    has(call(&w, "Read", "{'file_path':'dir/y/z'}"), "no file 'dir/y/z'");
    has(call(&w, "Read", "{'file_path':'main.c/z'}"), "is a file, not a directory");
    AUTO_FD int fd = open("huge", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_int_equal(ftruncate(fd, FILE_BYTES_MAX + 1), 0);
    has(call(&w, "Read", "{'file_path':'huge'}"), "too large");
    assert_true(w.effect.failed && !w.effect.has_read);
    workspace_release(&w);
}

static void test_long_files_and_lines_stop_with_how_to_go_on(void **state) {
    struct workspace w;
    AUTO_BUF struct buf big = BUF_INIT(1u << 20);
    workspace_init(&w);
    for (int i = 1; i <= 5000; i++) {
        buf_printf(&big, "line number %d\n", i);
    }
    put("big", buf_cstr(&big));
    const char *text = call(&w, "Read", "{'file_path':'big'}");
    has(text, "of 5000; read on with offset ");
    assert_null(strstr(text, "cut here")); /* no hole in the numbered lines */
    int64_t next = 0;
    const char *number = strrchr(text, ' ') + 1;
    assert_true(str_to_i64((struct str){number, strlen(number) - 1}, 2, 5000, &next));
    AUTO_FREE char *on = xasprintf("{'file_path':'big','offset':%d,'limit':1}", (int)next);
    AUTO_FREE char *want = xasprintf("%d\tline number %d\n", (int)next, (int)next);
    has(call(&w, "Read", on), want); /* nothing lies between the two */

    buf_clear(&big);
    for (int i = 0; i < READ_LINE_BYTES_MAX; i++) {
        buf_append_c(&big, "é");
    }
    put("wide", buf_cstr(&big));
    has(call(&w, "Read", "{'file_path':'wide'}"), "[2000 more bytes of this line]");
    workspace_release(&w);
}

static void test_write_makes_directories_and_keeps_modes(void **state) {
    struct workspace w;
    struct stat st;
    workspace_init(&w);
    assert_string_equal(call(&w, "Write", "{'file_path':'a/b/c.sh','content':'echo\\n'}"),
                        "wrote a/b/c.sh");
    assert_string_equal(get(&w, "a/b/c.sh"), "echo\n");
    assert_int_equal(chmod("a/b/c.sh", 0750), 0);
    call(&w, "Write", "{'file_path':'a/b/c.sh','content':''}");
    assert_true(w.effect.has_read && w.effect.read_text.len == 0);
    assert_string_equal(get(&w, "a/b/c.sh"), "");
    assert_int_equal(stat("a/b/c.sh", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0750);
    has(call(&w, "Write", "{'file_path':'a/b','content':'x'}"), "is a directory");
    has(call(&w, "Write", "{'file_path':'a/b/c.sh/d','content':'x'}"), "not a directory");
    workspace_release(&w);
}

static void test_link_inside_is_kept_and_its_file_written(void **state) {
    struct workspace w;
    struct stat st;
    workspace_init(&w);
    put("real/file", "old\n");
    assert_int_equal(symlink("real/file", "link"), 0);
    call(&w, "Edit", "{'file_path':'link','old_string':'old','new_string':'new'}");
    assert_string_equal(get(&w, "real/file"), "new\n");
    assert_int_equal(lstat("link", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(symlink("nowhere", "dangling"), 0);
    has(call(&w, "Write", "{'file_path':'dangling','content':'x'}"), "does not exist");
    workspace_release(&w);
}

static void test_edit_replaces_the_one_place(void **state) {
    struct workspace w;
    struct stat st;
    workspace_init(&w);
    put("f.c", "a = 1;\nb = 2;\n");
    assert_int_equal(chmod("f.c", 0755), 0);
    assert_string_equal(
        call(&w, "Edit", "{'file_path':'f.c','old_string':'b = 2','new_string':'b = 3'}"),
        "edited f.c");
    assert_string_equal(get(&w, "f.c"), "a = 1;\nb = 3;\n");
    assert_int_equal(stat("f.c", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0755);
    call(&w, "Edit", "{'file_path':'f.c','old_string':'a = 1;\\n','new_string':''}");
    assert_true(str_equal_c(w.effect.read_text, "b = 3;\n"));
    workspace_release(&w);
}

static void test_edit_of_no_or_many_places_changes_nothing_and_says_where(void **state) {
    struct workspace w;
    const char *before = "x\n  same\ny\nsame\naaa\n";
    workspace_init(&w);
    put("f", before);
    has(call(&w, "Edit", "{'file_path':'f','old_string':'same','new_string':'s'}"),
        "2 times (lines 2, 4)");
    has(call(&w, "Edit", "{'file_path':'f','old_string':'nope','new_string':'s'}"),
        "Read it again");
    has(call(&w, "Edit", "{'file_path':'f','old_string':'\\t same','new_string':'s'}"),
        "other white space around it (line 2)");
    /* two places that overlap are two places */
    has(call(&w, "Edit", "{'file_path':'f','old_string':'aa','new_string':'s'}"), "2 times");
    has(call(&w, "Edit", "{'file_path':'f','old_string':'x','new_string':'x'}"), "are the same");
    assert_true(w.effect.failed && !w.effect.has_read);
    assert_string_equal(get(&w, "f"), before);
    call(&w, "Edit", "{'file_path':'f','old_string':'same','new_string':'sam','replace_all':true}");
    assert_string_equal(get(&w, "f"), "x\n  sam\ny\nsam\naaa\n");
    workspace_release(&w);
}

static void test_edit_keeps_line_ends_of_windows(void **state) {
    struct workspace w;
    workspace_init(&w);
    put("f", "one\r\ntwo\r\nthree\r\n");
    call(&w, "Edit", "{'file_path':'f','old_string':'one\\ntwo','new_string':'1\\n1b\\n2'}");
    assert_string_equal(get(&w, "f"), "1\r\n1b\r\n2\r\nthree\r\n");
    call(&w, "Edit", "{'file_path':'f','old_string':'three','new_string':'3'}");
    assert_string_equal(get(&w, "f"), "1\r\n1b\r\n2\r\n3\r\n");
    workspace_release(&w);
}

static void test_no_temporary_file_is_left(void **state) {
    struct workspace w;
    workspace_init(&w);
    call(&w, "Write", "{'file_path':'a','content':'x'}");
    assert_int_equal(mkdir("d", 0755), 0);
    call(&w, "Write", "{'file_path':'d','content':'x'}");
    assert_string_equal(call(&w, "Glob", "{'pattern':'**'}"), "a");
    workspace_release(&w);
}

/* FILE_BYTES_MAX is reached by growing. */
static void test_edit_does_not_grow_a_file_past_its_limit(void **state) {
    struct workspace w;
    workspace_init(&w);
    AUTO_FREE char *big = xmalloc(FILE_BYTES_MAX + 1);
    memset(big, 'a', FILE_BYTES_MAX);
    memcpy(big, "<<>>", 4);
    big[FILE_BYTES_MAX] = '\0';
    put("big", big);
    has(call(&w, "Edit", "{'file_path':'big','old_string':'<<>>','new_string':'<<+>>'}"),
        "too large");
    assert_string_equal(
        call(&w, "Edit", "{'file_path':'big','old_string':'<<>>','new_string':'<>'}"),
        "edited big");
    workspace_release(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_numbers_lines_as_the_contract_says),
        cmocka_unit_test(test_read_of_a_part_still_knows_the_whole_file),
        cmocka_unit_test(test_paths_are_told_relative_to_the_workspace),
        cmocka_unit_test(test_no_path_leads_out_of_the_workspace),
        cmocka_unit_test(test_walking_open_follows_no_link_at_all),
        cmocka_unit_test(test_what_is_no_text_file_is_explained),
        cmocka_unit_test(test_long_files_and_lines_stop_with_how_to_go_on),
        cmocka_unit_test(test_write_makes_directories_and_keeps_modes),
        cmocka_unit_test(test_link_inside_is_kept_and_its_file_written),
        cmocka_unit_test(test_edit_replaces_the_one_place),
        cmocka_unit_test(test_edit_of_no_or_many_places_changes_nothing_and_says_where),
        cmocka_unit_test(test_edit_keeps_line_ends_of_windows),
        cmocka_unit_test(test_no_temporary_file_is_left),
        cmocka_unit_test(test_edit_does_not_grow_a_file_past_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
