/* Goal: KV pages go to disk and come back without changing a token; what is on disk is used by the
 * next process if it is whole and of the same model, and is harmless if it is anything else.
 * Method: small random models, engines with memory for two sequences, page files that are cut,
 * flipped, swapped and filled with noise; computed tokens are counted. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "model/pages.h"
#include "tests/unit/model/engine_world.h"

/* 13 full nodes after the first turn: 400 tokens of prompt and 20 of answer. */
#define PROMPT 400
#define ANSWER 20
#define SEED   7 /* of sampling: no first turn ends by itself before ANSWER tokens */
#define MORE   10
#define FULL   ((PROMPT + ANSWER) / PAGE_TOKENS)
#define WHOLE  (PROMPT + ANSWER + MORE)
#define REST   (WHOLE - FULL * PAGE_TOKENS)

static char dir[64], file[96];

static struct engine *start_pages(uint64_t pages, uint64_t bytes_max) {
    return start_with((struct engine_options){.threads = 2,
                                              .kv_bytes = pages_bytes(pages),
                                              .pages_dir = dir,
                                              .pages_bytes_max = bytes_max});
}

static void clear_dir(void) {
    struct err err = ERR_INIT;
    assert_true(dir_remove(dir, &err));
}

static void first_turn(struct engine *e, struct seq *s, uint32_t seed, struct answer *a) {
    int32_t ids[PROMPT];
    prompt_make(ids, PROMPT, seed);
    submit(s, ids, PROMPT, ANSWER, SEED + seed, a);
    wait_all(e, a, 1);
    assert_int_equal(a->tokens.n, ANSWER);
}

static void second_turn(struct engine *e, struct seq *s, uint32_t seed, struct answer *a) {
    int32_t ids[MORE];
    prompt_make(ids, MORE, seed + 1000);
    submit(s, ids, MORE, ANSWER, SEED + seed, a);
    wait_all(e, a, 1);
}

/* The second turn in a new process: the history and what is new as one prompt. */
static struct engine_stats resume(uint32_t seed, uint64_t bytes_max, enum cache_format cache,
                                  const struct answer *first, struct answer *a) {
    struct engine *e = start_with((struct engine_options){.threads = 1,
                                                          .kv_bytes = 64 << 20,
                                                          .pages_dir = dir,
                                                          .pages_bytes_max = bytes_max,
                                                          .cache = cache});
    struct engine_stats stats;
    struct tokens all = {0};
    int32_t ids[PROMPT];
    prompt_make(ids, PROMPT, seed);
    tokens_append(&all, ids, PROMPT);
    tokens_append(&all, first->tokens.ids, first->tokens.n);
    prompt_make(ids, MORE, seed + 1000);
    tokens_append(&all, ids, MORE);
    struct seq *s = seq_create(e);
    submit(s, all.ids, all.n, ANSWER, SEED + seed, a);
    wait_all(e, a, 1);
    engine_stats(e, &stats);
    seq_destroy(s);
    engine_stop(e);
    tokens_release(&all);
    return stats;
}

/* Two turns without a page file. */
static void alone(uint32_t seed, struct answer *first, struct answer *second) {
    struct engine *e = start(1, 64 << 20);
    struct seq *s = seq_create(e);
    first_turn(e, s, seed, first);
    second_turn(e, s, seed, second);
    seq_destroy(s);
    engine_stop(e);
}

/* One turn, and the process stops as if to be resumed. */
static void stop_after_first(uint32_t seed, struct answer *first) {
    struct engine *e = start_pages(200, 0);
    struct engine_stats stats;
    struct seq *s = seq_create(e);
    first_turn(e, s, seed, first);
    seq_expect(s, SEQ_RESUMED);
    seq_destroy(s);
    engine_stop(e);
    e = start_pages(200, 0);
    engine_stats(e, &stats);
    assert_int_equal(stats.pages_written, 0);
    engine_stop(e);
}

static void release(struct answer *a, struct answer *b, struct answer *c) {
    tokens_release(&a->tokens);
    tokens_release(&b->tokens);
    tokens_release(&c->tokens);
}

static void test_an_evicted_page_comes_back_as_it_was(void **state) {
    enum { SEQS = 4 };
    struct answer first[SEQS] = {0}, second[SEQS] = {0}, lone[SEQS] = {0}, lone2[SEQS] = {0};
    struct engine_stats stats;
    struct seq *s[SEQS];
    struct engine *e = start_pages(20, 0);
    for (uint32_t i = 0; i < SEQS; i++) {
        alone(i, &lone[i], &lone2[i]);
        s[i] = seq_create(e);
        first_turn(e, s[i], i, &first[i]);
        same(&first[i], &lone[i]);
    }
    for (uint32_t i = 0; i < SEQS; i++) {
        second_turn(e, s[i], i, &second[i]);
        same(&second[i], &lone2[i]);
        assert_in_range(second[i].result.prompt_computed, 1, REST);
    }
    engine_stats(e, &stats);
    assert_true(stats.pages_read >= 2 * FULL && stats.pages_written >= 2 * FULL);
    for (int i = 0; i < SEQS; i++) {
        seq_destroy(s[i]);
        release(&first[i], &second[i], &lone[i]);
        tokens_release(&lone2[i].tokens);
    }
    engine_stop(e);
    clear_dir();
}

static void test_turns_that_are_put_back_read_what_they_had(void **state) {
    enum { WRITERS = 6, LONG = 250 };
    struct answer a[WRITERS] = {0}, b[WRITERS] = {0};
    struct engine_stats stats[2];
    for (int with = 0; with < 2; with++) {
        struct answer *to = with ? b : a;
        struct seq *s[WRITERS];
        struct engine *e =
            with ? start_pages(12, 0)
                 : start_with((struct engine_options){.threads = 2, .kv_bytes = pages_bytes(12)});
        for (int i = 0; i < WRITERS; i++) {
            int32_t ids[40];
            prompt_make(ids, 40, 50 + (uint32_t)i);
            s[i] = seq_create(e);
            submit(s[i], ids, 40, LONG, (uint64_t)i, &to[i]);
        }
        wait_all(e, to, WRITERS);
        engine_stats(e, &stats[with]);
        for (int i = 0; i < WRITERS; i++) {
            seq_destroy(s[i]);
        }
        engine_stop(e);
    }
    assert_true(stats[1].preempted > 0 && stats[1].pages_read > 0);
    assert_true(stats[1].prompt_computed < stats[0].prompt_computed);
    for (int i = 0; i < WRITERS; i++) {
        same(&a[i], &b[i]);
        tokens_release(&a[i].tokens);
        tokens_release(&b[i].tokens);
    }
    clear_dir();
}

static void test_a_resumed_engine_reads_instead_of_computing(void **state) {
    struct answer first = {0}, lone = {0}, again = {0};
    alone(3, &first, &lone);
    stop_after_first(3, &again);
    same(&first, &again);
    struct engine_stats stats = resume(3, 0, CACHE_F16, &first, &again);
    same(&again, &lone);
    assert_int_equal(stats.pages_read, FULL);
    assert_int_equal(again.result.prompt_computed, REST);
    assert_int_equal(again.result.prompt_presented, WHOLE);
    release(&first, &lone, &again);
    clear_dir();
}

/* ---- what may be wrong with a file ---- */

static size_t slot_bytes(void) {
    struct stat st;
    assert_int_equal(stat(file, &st), 0);
    return ((size_t)st.st_size - 4096) / (FULL - 1) / 4096 * 4096;
}

/* Changes the page file of a stopped run, resumes, and expects so many pages to be read. */
static void damaged(void (*damage)(int fd), size_t pages_expected) {
    struct answer first = {0}, lone = {0}, again = {0};
    alone(3, &first, &lone);
    stop_after_first(3, &again);
    int fd = open(file, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    damage(fd);
    close(fd);
    struct engine_stats stats = resume(3, 0, CACHE_F16, &first, &again);
    same(&again, &lone);
    assert_int_equal(stats.pages_read, pages_expected);
    assert_int_equal(again.result.prompt_computed, REST + (FULL - pages_expected) * PAGE_TOKENS);
    release(&first, &lone, &again);
    clear_dir();
}

static void flip(int fd, size_t at) {
    uint8_t byte;
    assert_int_equal(pread(fd, &byte, 1, (off_t)at), 1);
    byte ^= 4;
    assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
}

static void flip_data(int fd) {
    flip(fd, 4096 + 3 * slot_bytes() + 2000);
}
static void flip_key(int fd) {
    flip(fd, 4096 + 3 * slot_bytes() + 9);
}
static void flip_token(int fd) {
    flip(fd, 4096 + 3 * slot_bytes() + 40);
}
static void flip_head(int fd) {
    flip(fd, 17);
}
static void cut(int fd) {
    assert_int_equal(ftruncate(fd, (off_t)(4096 + 5 * slot_bytes() + 700)), 0);
}
static void swap(int fd) { /* a slot under its own key, with another page's bytes */
    char *data = xmalloc(slot_bytes());
    size_t n = slot_bytes() - 512;
    assert_int_equal(pread(fd, data, n, (off_t)(4096 + 2 * slot_bytes() + 200)), n);
    assert_int_equal(pwrite(fd, data, n, (off_t)(4096 + 3 * slot_bytes() + 200)), n);
    free(data);
}
static void repeat(int fd) { /* two slots with one key */
    char *data = xmalloc(slot_bytes());
    size_t n = slot_bytes();
    assert_int_equal(pread(fd, data, n, (off_t)(4096 + 2 * slot_bytes())), n);
    assert_int_equal(pwrite(fd, data, n, (off_t)(4096 + 3 * slot_bytes())), n);
    free(data);
}
static void noise(int fd) {
    uint32_t r = 5;
    for (size_t at = 4096; at < 4096 + FULL * slot_bytes() - 8192; at += 4) {
        r = r * 1664525 + 1013904223;
        assert_int_equal(pwrite(fd, &r, sizeof r, (off_t)at), sizeof r);
    }
}
static void empty(int fd) {
    assert_int_equal(ftruncate(fd, 0), 0);
}

static void test_a_damaged_slot_is_computed_again(void **state) {
    damaged(flip_data, FULL - 1);
    damaged(flip_key, FULL - 1);
    damaged(flip_token, FULL - 1);
    damaged(swap, FULL - 1);
    damaged(repeat, FULL - 1);
    damaged(noise, 0);
}

static void test_a_cut_file_gives_what_is_whole(void **state) {
    damaged(cut, 5);
    damaged(empty, 0);
}

static void test_pages_of_another_arithmetic_are_not_used(void **state) {
    struct answer first = {0}, again = {0};
    damaged(flip_head, 0);
    stop_after_first(3, &first);
    struct engine_stats stats = resume(3, 0, CACHE_Q8, &first, &again);
    assert_int_equal(stats.pages_read, 0);
    assert_int_equal(again.result.prompt_computed, WHOLE);
    tokens_release(&first.tokens);
    tokens_release(&again.tokens);
    clear_dir();
}

static void test_a_directory_that_cannot_be_is_done_without(void **state) {
    struct answer first = {0}, lone = {0}, again = {0};
    struct err err = ERR_INIT;
    assert_true(file_write_atomic(dir, STR("a file"), 0600, &err));
    alone(3, &first, &lone);
    struct engine_stats stats = resume(3, 0, CACHE_F16, &first, &again);
    same(&again, &lone);
    assert_int_equal(stats.pages_read + stats.pages_written, 0);
    assert_int_equal(unlink(dir), 0);
    release(&first, &lone, &again);
}

/* ---- bounds ---- */

/* Turns of four sequences in memory for one; returns pages written. */
static uint64_t turns_of_four(uint64_t bytes_max) {
    enum { SEQS = 4 };
    struct answer first[SEQS] = {0}, second[SEQS] = {0}, lone = {0}, lone2 = {0};
    struct engine_stats stats;
    struct seq *s[SEQS];
    struct engine *e = start_pages(18, bytes_max);
    for (uint32_t i = 0; i < SEQS; i++) {
        s[i] = seq_create(e);
        first_turn(e, s[i], i, &first[i]);
    }
    for (uint32_t i = 0; i < SEQS; i++) {
        second_turn(e, s[i], i, &second[i]);
    }
    engine_stats(e, &stats);
    for (uint32_t i = 0; i < SEQS; i++) {
        alone(i, &lone, &lone2);
        same(&first[i], &lone);
        same(&second[i], &lone2);
        seq_destroy(s[i]);
        release(&first[i], &second[i], &lone);
        tokens_release(&lone2.tokens);
        lone = lone2 = (struct answer){0};
    }
    engine_stop(e);
    return stats.pages_written;
}

static void test_the_file_keeps_its_bound_and_its_slots_are_used_again(void **state) {
    struct stat st;
    uint64_t page = pages_bytes(1), max = 4096 + 3 * (page / 4096 + 2) * 4096;
    assert_true(turns_of_four(max) > 4);
    assert_int_equal(stat(file, &st), 0);
    assert_true((uint64_t)st.st_size <= max && (uint64_t)st.st_size > 2 * page);
    /* What is there fills what is left of a smaller bound. */
    assert_true(turns_of_four(max - page) > 4);
    assert_int_equal(stat(file, &st), 0);
    assert_true((uint64_t)st.st_size <= max - page);
    clear_dir();
}

static void test_a_full_disk_ends_the_writing_only(void **state) {
    struct rlimit before, now;
    struct stat st;
    uint64_t page = pages_bytes(1);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    now = before;
    now.rlim_cur = 4096 + 5 * page;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
    uint64_t written = turns_of_four(0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_in_range(written, 2, 5);
    assert_int_equal(stat(file, &st), 0);
    assert_true((uint64_t)st.st_size <= now.rlim_cur);
    clear_dir();
}

static void test_a_small_disk_keeps_room_for_others(void **state) {
    struct statvfs v;
    assert_int_equal(mkdir(dir, 0700), 0);
    if (mount("drover-test", dir, "tmpfs", 0, "size=512k") != 0) {
        assert_int_equal(rmdir(dir), 0);
        skip();
    }
    uint64_t written = turns_of_four(0);
    assert_int_equal(statvfs(dir, &v), 0);
    assert_int_equal(umount(dir), 0);
    assert_int_equal(rmdir(dir), 0);
    assert_true(written > 4);
    assert_true(v.f_bavail >= v.f_blocks / 8);
    assert_true(v.f_bavail < v.f_blocks / 4);
}

static int setup(void **state) {
    (void)snprintf(dir, sizeof dir, "/tmp/drover-pages-%d", (int)getpid());
    (void)snprintf(file, sizeof file, "%s/kv.pages", dir);
    return open_model(QUANT_Q8_0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_evicted_page_comes_back_as_it_was),
        cmocka_unit_test(test_turns_that_are_put_back_read_what_they_had),
        cmocka_unit_test(test_a_resumed_engine_reads_instead_of_computing),
        cmocka_unit_test(test_a_damaged_slot_is_computed_again),
        cmocka_unit_test(test_a_cut_file_gives_what_is_whole),
        cmocka_unit_test(test_pages_of_another_arithmetic_are_not_used),
        cmocka_unit_test(test_a_directory_that_cannot_be_is_done_without),
        cmocka_unit_test(test_the_file_keeps_its_bound_and_its_slots_are_used_again),
        cmocka_unit_test(test_a_full_disk_ends_the_writing_only),
        cmocka_unit_test(test_a_small_disk_keeps_room_for_others),
    };
    (void)sem_init(&woken, 0, 0);
    return cmocka_run_group_tests(tests, setup, teardown);
}
