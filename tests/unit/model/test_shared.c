/* Goal: a declared prefix is read expanded by every sequence that declares it, always: tokens
 * depend on the declaration and the sequence alone, not on who else is there, memory, forks, the
 * page file or another process; it is expanded once while there is room; what cannot be expanded is
 * read absorbed.
 * Method: a small random Q8_0 model; each sequence alone as the reference, then crowds; the same
 * without the declaration as the control that something else is computed. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include "tests/unit/model/engine_world.h"

#define CROWD    10
#define DECLARED 300 /* two whole tiles and some */
#define SHARED   256
#define PARTS    4 /* of an expanded page of this model */
#define NODES    (SHARED / 32)

static struct engine *start_sharing(int threads, uint64_t pages, int64_t expanded_tokens) {
    return start_with((struct engine_options){.threads = threads,
                                              .kv_bytes = pages_bytes(pages),
                                              .chunk_ms = 5,
                                              .expanded_tokens = expanded_tokens});
}

static size_t crowd_prompt(int32_t *ids, int i) {
    prompt_make(ids, DECLARED, 1);
    size_t own = (size_t)(1 + i * 17 % 90);
    prompt_make(ids + DECLARED, own, 100 + (uint32_t)i);
    return DECLARED + own;
}

static void crowd_alone(struct answer *alone, int64_t expanded_tokens) {
    for (int i = 0; i < CROWD; i++) {
        int32_t ids[512];
        struct engine *e = start_sharing(1, 1000, expanded_tokens);
        struct seq *s = seq_create_sharing(e, DECLARED);
        submit(s, ids, crowd_prompt(ids, i), 40, (uint64_t)i, &alone[i]);
        wait_all(e, &alone[i], 1);
        seq_destroy(s);
        engine_stop(e);
    }
}

static struct engine_stats crowd_together(int threads, uint64_t pages, const struct answer *alone) {
    struct answer a[CROWD] = {0};
    struct seq *s[CROWD];
    struct engine_stats stats;
    struct engine *e = start_sharing(threads, pages, 1 << 20);
    for (int i = 0; i < CROWD; i++) {
        int32_t ids[512];
        s[i] = seq_create_sharing(e, DECLARED);
        submit(s[i], ids, crowd_prompt(ids, i), 40, (uint64_t)i, &a[i]);
    }
    wait_all(e, a, CROWD);
    engine_stats(e, &stats);
    for (int i = 0; i < CROWD; i++) {
        same(&a[i], &alone[i]);
        seq_destroy(s[i]);
        tokens_release(&a[i].tokens);
    }
    engine_stop(e);
    return stats;
}

static void release(struct answer *a, int n) {
    for (int i = 0; i < n; i++) {
        tokens_release(&a[i].tokens);
    }
}

static void test_a_crowd_reads_what_each_would_alone(void **state) {
    struct answer alone[CROWD] = {0};
    crowd_alone(alone, 1 << 20);
    for (int threads = 1; threads <= 3; threads++) {
        struct engine_stats s = crowd_together(threads, 1000, alone);
        assert_int_equal(s.pages_expanded, NODES); /* once for all */
        assert_int_equal(s.preempted, 0);
    }
    release(alone, CROWD);
}

static void test_little_memory_changes_the_time_only(void **state) {
    struct answer alone[CROWD] = {0};
    crowd_alone(alone, 1 << 20);
    /* The prefix, its expanded pages and some more: about two sequences at a time. */
    (void)crowd_together(2, NODES * (1 + PARTS) + 14, alone);
    release(alone, CROWD);
}

/* The control: the declaration does change what is computed, and nothing is the same as no
 * declaration. */
static void test_undeclared_is_computed_otherwise(void **state) {
    struct answer expanded[CROWD] = {0}, limited[CROWD] = {0}, plain[CROWD] = {0};
    int differ = 0;
    crowd_alone(expanded, 1 << 20);
    crowd_alone(limited, 0);
    for (int i = 0; i < CROWD; i++) {
        int32_t ids[512];
        struct engine *e = start_sharing(1, 1000, 1 << 20);
        struct seq *s = seq_create(e);
        submit(s, ids, crowd_prompt(ids, i), 40, (uint64_t)i, &plain[i]);
        wait_all(e, &plain[i], 1);
        same(&limited[i], &plain[i]);
        differ += plain[i].tokens.n != expanded[i].tokens.n ||
                  memcmp(plain[i].tokens.ids, expanded[i].tokens.ids,
                         plain[i].tokens.n * sizeof(int32_t)) != 0;
        seq_destroy(s);
        engine_stop(e);
    }
    assert_true(differ > 0);
    release(expanded, CROWD);
    release(limited, CROWD);
    release(plain, CROWD);
}

/* Both kinds at once share the prefix's own pages, and nothing behind them. */
static void test_declared_and_undeclared_live_side_by_side(void **state) {
    struct answer a[4] = {0}, alone[4] = {0};
    struct engine_stats stats;
    struct seq *s[4];
    int32_t ids[512];
    size_t n = crowd_prompt(ids, 4);
    for (int i = 0; i < 2; i++) {
        struct engine *e = start_sharing(2, 1000, 1 << 20);
        s[0] = i == 0 ? seq_create(e) : seq_create_sharing(e, DECLARED);
        submit(s[0], ids, n, 30, 1, &alone[i]);
        wait_all(e, &alone[i], 1);
        seq_destroy(s[0]);
        engine_stop(e);
    }
    struct engine *e = start_sharing(2, 1000, 1 << 20);
    for (int i = 0; i < 4; i++) {
        s[i] = i % 2 == 0 ? seq_create(e) : seq_create_sharing(e, DECLARED);
        submit(s[i], ids, n, 30, 1, &a[i]);
    }
    wait_all(e, a, 4);
    engine_stats(e, &stats);
    /* Whole pages behind the prefix are computed once by each kind, the last one by everybody. */
    size_t whole = (n - 1) / 32 * 32;
    assert_int_equal(stats.prompt_computed, SHARED + 2 * (whole - SHARED) + 4 * (n - whole));
    for (int i = 0; i < 4; i++) {
        same(&a[i], &alone[i % 2]);
        seq_destroy(s[i]);
    }
    engine_stop(e);
    release(a, 4);
    release(alone, 4);
}

static void test_a_fork_and_a_resumed_sequence_go_on_as_the_first(void **state) {
    int32_t ids[512], more[30];
    struct answer first = {0}, parent = {0}, child = {0}, again = {0};
    struct tokens all = {0};
    struct engine *e = start_sharing(2, 1000, 1 << 20);
    struct seq *s = seq_create_sharing(e, DECLARED), *f;
    size_t n = crowd_prompt(ids, 2);
    prompt_make(more, 30, 8);
    submit(s, ids, n, 20, 1, &first);
    wait_all(e, &first, 1);
    f = seq_fork(s);
    submit(f, more, 30, 30, 2, &child);
    submit(s, more, 30, 30, 2, &parent);
    wait_all(e, &child, 1);
    wait_all(e, &parent, 1);
    same(&child, &parent);
    seq_destroy(f);
    seq_destroy(s);
    engine_stop(e);
    /* Another process, the whole history in one prompt. */
    e = start_sharing(1, 1000, 1 << 20);
    s = seq_create_sharing(e, DECLARED);
    tokens_append(&all, ids, n);
    tokens_append(&all, first.tokens.ids, first.tokens.n);
    tokens_append(&all, more, 30);
    submit(s, all.ids, all.n, 30, 2, &again);
    wait_all(e, &again, 1);
    same(&again, &parent);
    seq_destroy(s);
    engine_stop(e);
    tokens_release(&all);
    release(&first, 1);
    release(&parent, 1);
    release(&child, 1);
    release(&again, 1);
}

/* Pages of both kinds go to the page file under different keys. */
static void test_the_page_file_does_not_mix_them(void **state) {
    char dir[] = "/tmp/drover-shared-XXXXXX";
    int32_t ids[512];
    struct answer alone[2] = {0}, a[2] = {0}, b[2] = {0};
    struct engine_stats stats;
    struct err err = ERR_INIT;
    size_t n = crowd_prompt(ids, 4);
    assert_non_null(mkdtemp(dir));
    for (int round = 0; round < 3; round++) {
        struct answer *to = round == 0 ? alone : round == 1 ? a : b;
        struct engine *e = start_with((struct engine_options){.threads = 2,
                                                              .kv_bytes = pages_bytes(200),
                                                              .expanded_tokens = 1 << 20,
                                                              .pages_dir = round ? dir : NULL});
        for (int i = 0; i < 2; i++) {
            struct seq *s = i == 0 ? seq_create(e) : seq_create_sharing(e, DECLARED);
            submit(s, ids, n, 60, 1, &to[i]);
            wait_all(e, &to[i], 1);
            seq_expect(s, SEQ_RESUMED);
            seq_destroy(s);
        }
        engine_stats(e, &stats);
        engine_stop(e);
    }
    assert_true(stats.pages_read > SHARED / 32 + 2);
    for (int i = 0; i < 2; i++) {
        same(&a[i], &alone[i]);
        same(&b[i], &alone[i]);
    }
    release(alone, 2);
    release(a, 2);
    release(b, 2);
    assert_true(dir_remove(dir, &err));
}

static void test_no_room_even_alone_is_a_result(void **state) {
    int32_t ids[512];
    struct answer a = {0};
    struct engine *e = start_sharing(1, 30, 1 << 20);
    struct seq *s = seq_create_sharing(e, DECLARED);
    submit(s, ids, crowd_prompt(ids, 1), 5, 1, &a);
    wait_all(e, &a, 1);
    assert_int_equal(a.end, TURN_FAILED);
    assert_int_equal(a.result.err.code, ERR_LIMIT);
    seq_destroy(s);
    engine_stop(e);
    release(&a, 1);
}

static void test_how_far_is_a_power_of_two_in_a_quarter_of_the_memory(void **state) {
    uint64_t page = pages_bytes(1);
    assert_int_equal(engine_expanded_tokens(model, CACHE_F16, page * PARTS * 4 * 16), 512);
    assert_int_equal(engine_expanded_tokens(model, CACHE_F16, page * PARTS * 4 * 31), 512);
    assert_int_equal(engine_expanded_tokens(model, CACHE_F16, page * PARTS * 4 * 3), 0);
}

static int setup(void **state) {
    return open_model(QUANT_Q8_0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_crowd_reads_what_each_would_alone),
        cmocka_unit_test(test_little_memory_changes_the_time_only),
        cmocka_unit_test(test_undeclared_is_computed_otherwise),
        cmocka_unit_test(test_declared_and_undeclared_live_side_by_side),
        cmocka_unit_test(test_a_fork_and_a_resumed_sequence_go_on_as_the_first),
        cmocka_unit_test(test_the_page_file_does_not_mix_them),
        cmocka_unit_test(test_no_room_even_alone_is_a_result),
        cmocka_unit_test(test_how_far_is_a_power_of_two_in_a_quarter_of_the_memory),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
