/* Goal: packed weights are kept, found again, checked, and never trusted when they are not whole.
 * Method: the shipped model with a cache directory of its own; files are cut, spoilt and refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/model.h"

#define MODEL "model/mini/drover-mini.gguf"

static char dir[64];
static int progress_calls;

static void on_progress(void *arg, uint64_t done, uint64_t total) {
    (void)arg;
    assert_true(done <= total);
    progress_calls++;
}

static struct model *open_cached(const char *cache_dir) {
    struct err err = ERR_INIT;
    struct model *m = NULL;
    struct model_options options = {
        .cache_dir = cache_dir, .cache_bytes_min = 1, .progress = on_progress};
    progress_calls = 0;
    if (!model_open(&m, MODEL, &options, &err))
        fail_msg("%s", err.msg);
    return m;
}

/* The one file in the directory, or the empty string. */
static void panels_path(char path[512]) {
    DIR *d = opendir(dir);
    path[0] = 0;
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (e->d_name[0] != '.') {
            assert_int_equal(path[0], 0);
            snprintf(path, 512, "%s/%s", dir, e->d_name);
        }
    closedir(d);
}

static bool keep_row(void *arg, size_t position, const float *logits) {
    if (position == 3)
        memcpy(arg, logits, 64 * sizeof(float));
    return true;
}

static void logits_of(struct model *m, float out[64]) {
    struct err err = ERR_INIT;
    const int32_t tokens[4] = {20, 30, 40, 50};
    assert_true(model_eval(m, tokens, 4, 4, 1, keep_row, out, &err));
}

static int setup(void **state) {
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/drover-panels.XXXXXX");
    return mkdtemp(dir) == NULL;
}

static int teardown(void **state) {
    char path[512];
    (void)state;
    panels_path(path);
    if (path[0])
        unlink(path);
    return rmdir(dir);
}

static void test_the_second_start_packs_nothing(void **state) {
    float first[64], second[64];
    char path[512];
    (void)state;
    struct model *m = open_cached(dir);
    assert_true(progress_calls >= 2);
    assert_string_equal(model_info(m)->note, "");
    logits_of(m, first);
    model_close(m);
    panels_path(path);
    assert_true(path[0] != 0);
    m = open_cached(dir);
    assert_int_equal(progress_calls, 0);
    logits_of(m, second);
    assert_memory_equal(first, second, sizeof first);
    model_close(m);
}

static void test_a_file_that_is_not_whole_is_made_again(void **state) {
    float first[64], second[64];
    char path[512];
    struct stat st;
    (void)state;
    struct model *m = open_cached(dir);
    logits_of(m, first);
    model_close(m);
    panels_path(path);
    assert_int_equal(stat(path, &st), 0);
    off_t whole = st.st_size;
    assert_int_equal(truncate(path, whole - 1), 0);
    m = open_cached(dir);
    assert_true(progress_calls >= 2);
    logits_of(m, second);
    assert_memory_equal(first, second, sizeof first);
    model_close(m);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, whole);
}

static void test_verify_finds_a_flipped_bit(void **state) {
    struct err err = ERR_INIT;
    char path[512];
    uint8_t byte;
    (void)state;
    model_close(open_cached(dir));
    panels_path(path);
    struct model *m = open_cached(dir);
    assert_true(model_verify(m, &err));
    model_close(m);
    int fd = open(path, O_RDWR);
    assert_int_equal(pread(fd, &byte, 1, 1 << 20), 1);
    byte ^= 16;
    assert_int_equal(pwrite(fd, &byte, 1, 1 << 20), 1);
    close(fd);
    m = open_cached(dir);
    assert_false(model_verify(m, &err));
    assert_int_equal(err.code, ERR_MODEL);
    model_close(m);
}

static void test_no_room_is_said_and_costs_nothing_else(void **state) {
    float first[64], second[64];
    char path[512];
    struct rlimit limit, small;
    (void)state;
    struct model *m = open_cached(NULL);
    assert_string_equal(model_info(m)->note, "");
    logits_of(m, first);
    model_close(m);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    small = (struct rlimit){1 << 20, limit.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    m = open_cached(dir);
    setrlimit(RLIMIT_FSIZE, &limit);
    assert_non_null(strstr(model_info(m)->note, "packing into memory"));
    assert_non_null(strstr(model_info(m)->note, dir));
    logits_of(m, second);
    assert_memory_equal(first, second, sizeof first);
    model_close(m);
    panels_path(path);
    assert_string_equal(path, ""); /* nothing is left behind */
}

static void test_a_directory_that_cannot_be_is_said(void **state) {
    (void)state;
    struct model *m = open_cached(MODEL "/sub");
    assert_non_null(strstr(model_info(m)->note, "packing into memory"));
    model_close(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_second_start_packs_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_file_that_is_not_whole_is_made_again, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_verify_finds_a_flipped_bit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_room_is_said_and_costs_nothing_else, setup,
                                        teardown),
        cmocka_unit_test(test_a_directory_that_cannot_be_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
