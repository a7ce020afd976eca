/* Claims of runtime/base/str.h and err.h: slices, bounded buffers, arenas, files, errors. Method:
 * edges of every bound from both sides; files in a private directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "runtime/base/str.h"

static void test_slices_find_cut_and_compare(void **state) {
    struct str s = STR("a\0b,c"), rest = STR("one\n\ntwo"), line;
    assert_int_equal(str_find(s, STR(","), 0), 3);
    assert_true(str_find(s, STR(","), 4) == SIZE_MAX);
    assert_true(str_find(s, STR(""), 5) == 5 && str_find(s, STR(""), 6) == SIZE_MAX);
    assert_true(str_equal(str_slice(s, 2, 99), STR("b,c")));
    assert_int_equal(str_slice(s, 9, 2).len, 0);
    assert_true(str_compare(STR("a"), STR("ab")) < 0 && str_compare(STR("b"), STR("ab")) > 0);
    assert_true(str_equal(str_trim(STR(" \t x y\n")), STR("x y")));
    assert_true(str_next_line(&rest, &line) && str_equal(line, STR("one")));
    assert_true(str_next_line(&rest, &line) && line.len == 0);
    assert_true(str_next_line(&rest, &line) && str_equal(line, STR("two")));
    assert_false(str_next_line(&rest, &line));
    assert_true(str_equal(str_from(NULL), STR("")));
    assert_true(str_starts(s, STR("a")) && !str_starts(STR("a"), s) && str_ends(s, STR(",c")));
}

static void test_numbers_are_whole_strings_in_range(void **state) {
    int64_t v = 0;
    double d = 0;
    assert_true(str_to_i64(STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &v));
    assert_true(v == INT64_MIN);
    assert_true(str_to_i64(STR("9223372036854775807"), INT64_MIN, INT64_MAX, &v));
    assert_true(v == INT64_MAX);
    const char *bad[] = {"", "-", "9223372036854775808", "1 ", " 1", "0x1", "+1", "1.0", "101"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(str_to_i64(str_from(bad[i]), 0, i < 8 ? INT64_MAX : 100, &v));
    }
    assert_true(str_to_f64(STR("1.5e3"), 0, 1e9, &d) && d == 1500);
    const char *not_numbers[] = {"inf", "nan", "0x1p3", "", "1e999", "1e", "2"};
    for (size_t i = 0; i < ARRAY_LEN(not_numbers); i++) {
        assert_false(str_to_f64(str_from(not_numbers[i]), 0, i < 6 ? 1e308 : 1, &d));
    }
}

static void test_utf8_is_checked_and_never_cut(void **state) {
    assert_true(str_is_utf8(STR("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")));
    const char *bad[] = {"\x80",         "\xc0\x80",         "\xe0\x80\x80",
                         "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80",
                         "\xe2\x82"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(str_is_utf8(str_from(bad[i])));
    }
    struct str s = STR("a\xe2\x82\xac\xf0\x9f\x98\x80");
    const size_t floors[] = {0, 1, 1, 1, 4, 4, 4, 4, 8, 8};
    for (size_t i = 0; i < ARRAY_LEN(floors); i++) {
        assert_int_equal(str_utf8_floor(s, i), floors[i]);
    }
}

static void test_distance_counts_slips_and_stops_at_max(void **state) {
    assert_int_equal(str_distance(STR("run"), STR("rnu"), 3), 1);
    assert_int_equal(str_distance(STR("resume"), STR("resme"), 3), 1);
    assert_int_equal(str_distance(STR("abc"), STR("abc"), 0), 0);
    assert_int_equal(str_distance(STR(""), STR("abc"), 3), 3);
    assert_true(str_distance(STR("kitten"), STR("sitting"), 2) == SIZE_MAX);
    char longest[65];
    memset(longest, 'a', sizeof(longest));
    assert_int_equal(str_distance((struct str){longest, 64}, (struct str){longest, 63}, 5), 1);
    assert_true(str_distance((struct str){longest, 65}, STR("a"), 99) == SIZE_MAX);
}

static void test_buf_stops_at_its_maximum_and_says_so_once(void **state) {
    AUTO_BUF struct buf b = BUF_INIT(10);
    assert_string_equal(buf_cstr(&b), "");
    assert_true(buf_append_c(&b, "12345"));
    assert_true(buf_printf(&b, "%d", 67890));
    assert_int_equal(b.len, 10);
    assert_false(buf_append_char(&b, 'x'));
    assert_true(b.overflow);
    assert_false(buf_append_c(&b, "")); /* the chain stays stopped */
    assert_string_equal(buf_cstr(&b), "1234567890");
    buf_clear(&b);
    assert_false(b.overflow);
    assert_null(buf_reserve(&b, 11));
    buf_clear(&b);
    char *room = buf_reserve(&b, 10);
    memset(room, 'y', 10);
    buf_grown(&b, 10);
    AUTO_FREE char *taken = buf_take(&b);
    assert_string_equal(taken, "yyyyyyyyyy");
    assert_int_equal(b.len, 0);
}

static void test_json_strings_escape_everything_that_must_be(void **state) {
    AUTO_BUF struct buf b = BUF_INIT(1000);
    assert_true(buf_append_json(&b, STR("a\"\\\n\t\x01\x7f\0\xff\xc3\xa4\xe2\x82")));
    assert_string_equal(buf_cstr(&b), "\"a\\\"\\\\\\n\\t\\u0001\x7f\\u0000\xef\xbf\xbd\xc3\xa4"
                                      "\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void test_arena_is_zeroed_aligned_and_bounded(void **state) {
    AUTO_ARENA struct arena a = ARENA_INIT(100000);
    for (size_t i = 1; i < 100; i++) {
        char *p = arena_alloc(&a, i);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t k = 0; k < i; k++) {
            assert_int_equal(p[k], 0);
        }
        memset(p, 'x', i);
    }
    assert_non_null(arena_alloc(&a, 50000));
    assert_null(arena_alloc(&a, 50000));
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_string_equal(arena_str(&a, STR("text")).ptr, "text");
}

static void test_errors_gather_context_and_keep_the_innermost_hint(void **state) {
    struct err err = ERR_INIT;
    assert_false(err_set_errno(&err, ENOSPC, "write '%s'", "f"));
    assert_int_equal(err.code, ERR_NO_SPACE);
    assert_false(err_hint(&err, "first"));
    err_hint(&err, "second");
    err_prefix(&err, "commit turn %d", 3);
    assert_string_equal(err.msg, "commit turn 3: write 'f': No space left on device");
    assert_string_equal(err.hint, "first");
    assert_int_equal(err_exit_code(err.code), 75);
    assert_int_equal(err_exit_code(ERR_MODEL), 4);
    assert_false(err_set(NULL, ERR_IO, "nobody listens"));
}

static void test_long_errors_are_cut_between_characters(void **state) {
    struct err err = ERR_INIT;
    char text[ERR_MSG_MAX * 2];
    for (size_t i = 0; i + 2 < sizeof(text); i += 2) {
        memcpy(text + i, "\xc3\xa4", 3);
    }
    for (int shift = 0; shift < 2; shift++) {
        err_set(&err, ERR_IO, "%s%s", shift ? "x" : "", text);
        assert_true(str_is_utf8(str_from(err.msg)));
        assert_true(strlen(err.msg) >= ERR_MSG_MAX - 3);
        err_prefix(&err, "y");
        assert_true(str_is_utf8(str_from(err.msg)));
    }
}

/* ---- files ---- */

static char box[] = "/tmp/drover-base.XXXXXX";

static int make_box(void **state) {
    return mkdtemp(box) ? 0 : -1;
}

static int drop_box(void **state) {
    return dir_remove(box, NULL) ? 0 : -1;
}

static void test_files_are_read_whole_or_refused(void **state) {
    struct err err = ERR_INIT;
    AUTO_FREE char *path = xasprintf("%s/a/b/file", box);
    AUTO_FREE char *dir = xasprintf("%s/a/b", box);
    AUTO_BUF struct buf b = BUF_INIT(1000);
    assert_true(dir_make(dir, 0700, &err) && dir_make(dir, 0700, &err));
    assert_true(file_write_atomic(path, STR("0123456789"), 0600, &err));
    assert_true(file_read(&b, path, 10, &err));
    assert_string_equal(buf_cstr(&b), "0123456789");
    buf_clear(&b);
    assert_false(file_read(&b, path, 9, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    AUTO_BUF struct buf small = BUF_INIT(5);
    assert_false(file_read(&small, path, 100, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_false(file_read(&b, dir, 100, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_false(dir_make(path, 0700, &err));
    assert_int_equal(err.code, ERR_EXISTS);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_a_failed_write_leaves_the_old_file_and_no_rubbish(void **state) {
    struct err err = ERR_INIT;
    AUTO_FREE char *dir = xasprintf("%s/w", box);
    AUTO_FREE char *target = xasprintf("%s/w/taken", box); /* a directory cannot be renamed over */
    assert_true(dir_make(target, 0700, &err));
    assert_false(file_write_atomic(target, STR("x"), 0600, &err));
    assert_int_equal(rmdir(target), 0);
    assert_int_equal(rmdir(dir), 0); /* empty: no temporary file stayed */
}

static void test_removal_takes_deep_trees_and_leaves_what_links_point_to(void **state) {
    struct err err = ERR_INIT;
    AUTO_FREE char *outside = xasprintf("%s/outside", box);
    AUTO_FREE char *top = xasprintf("%s/tree", box);
    assert_true(file_write_atomic(outside, STR("keep"), 0600, &err));
    assert_true(dir_make(top, 0700, &err));
    int fd = open(top, O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < 300; i++) { /* deeper than PATH_MAX when named from the top */
        assert_int_equal(symlinkat(outside, fd, "link"), 0);
        assert_int_equal(symlinkat(box, fd, "link-to-directory"), 0);
        assert_int_equal(mkdirat(fd, "a-directory-with-a-long-name", 0700), 0);
        int next = openat(fd, "a-directory-with-a-long-name", O_RDONLY | O_DIRECTORY);
        close(fd);
        fd = next;
    }
    fchmod(fd, 0);
    close(fd);
    assert_true(dir_remove(top, &err));
    assert_int_equal(access(top, F_OK), -1);
    assert_int_equal(access(outside, F_OK), 0);
    assert_true(dir_remove(top, &err)); /* already gone is fine */
    assert_false(dir_remove(outside, &err));
}

static void test_sha256_is_the_known_one(void **state) {
    char hex[65];
    sha256_hex(STR(""), hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256_hex(STR("abc"), hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slices_find_cut_and_compare),
        cmocka_unit_test(test_numbers_are_whole_strings_in_range),
        cmocka_unit_test(test_utf8_is_checked_and_never_cut),
        cmocka_unit_test(test_distance_counts_slips_and_stops_at_max),
        cmocka_unit_test(test_buf_stops_at_its_maximum_and_says_so_once),
        cmocka_unit_test(test_json_strings_escape_everything_that_must_be),
        cmocka_unit_test(test_arena_is_zeroed_aligned_and_bounded),
        cmocka_unit_test(test_errors_gather_context_and_keep_the_innermost_hint),
        cmocka_unit_test(test_long_errors_are_cut_between_characters),
        cmocka_unit_test(test_files_are_read_whole_or_refused),
        cmocka_unit_test(test_a_failed_write_leaves_the_old_file_and_no_rubbish),
        cmocka_unit_test(test_removal_takes_deep_trees_and_leaves_what_links_point_to),
        cmocka_unit_test(test_sha256_is_the_known_one),
    };
    return cmocka_run_group_tests(tests, make_box, drop_box);
}
