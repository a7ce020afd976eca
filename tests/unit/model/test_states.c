/* Goal: sequences of a model with linear attention, whose state stands at one position only, give
 * the tokens that they would give alone: in crowds, as forks, with little memory, after having been
 * put aside; and what was computed before is not computed again while its state is kept.
 * Method: a small random kimi-linear model; turns alone as the reference, then crowds below one
 * prefix and forks, with room for many states and for two. Without kept states the counts of
 * computed tokens would be several times as high: the last test shows that they can be. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#define WORLD_MODEL make_kimi_linear
#include "model/states.h"
#include "tests/unit/model/engine_world.h"

#define CROWD  10
#define SHARED 330 /* ten pages and a bit */
#define WRITE  30

static size_t crowd_prompt(int32_t *ids, int i) {
    size_t own = 5 + (size_t)(i * 23 % 70);
    prompt_make(ids, SHARED, 1);
    prompt_make(ids + SHARED, own, 100 + (uint32_t)i);
    return SHARED + own;
}

static uint64_t room_for_states(uint64_t n) {
    return (4 * n + 3) * model_info(model)->state_bytes / 2;
}

static void crowd_alone(struct answer *alone) {
    for (int i = 0; i < CROWD; i++) {
        int32_t ids[512];
        struct engine *e = start(1, 64 << 20);
        struct seq *s = seq_create(e);
        submit(s, ids, crowd_prompt(ids, i), WRITE, (uint64_t)i, &alone[i]);
        wait_all(e, &alone[i], 1);
        seq_destroy(s);
        engine_stop(e);
    }
}

/* Returns how many tokens of prompts were computed. */
static uint64_t crowd_together(int threads, uint64_t bytes, const struct answer *alone) {
    struct answer a[CROWD] = {0};
    struct seq *s[CROWD];
    struct engine_stats stats;
    struct engine *e = start(threads, bytes);
    for (int i = 0; i < CROWD; i++) {
        int32_t ids[512];
        s[i] = seq_create(e);
        submit(s[i], ids, crowd_prompt(ids, i), WRITE, (uint64_t)i, &a[i]);
    }
    wait_all(e, a, CROWD);
    engine_stats(e, &stats);
    for (int i = 0; i < CROWD; i++) {
        same(&a[i], &alone[i]);
        seq_destroy(s[i]);
        tokens_release(&a[i].tokens);
    }
    engine_stop(e);
    return stats.prompt_computed;
}

static void test_a_crowd_is_the_same_and_computes_its_prefix_once(void **state) {
    struct answer alone[CROWD] = {0};
    uint64_t once = 2 * SHARED, computed; /* the first may have been alone when it began */
    for (int i = 0; i < CROWD; i++) {
        int32_t ids[512];
        once += crowd_prompt(ids, i) - SHARED / 32 * 32;
    }
    crowd_alone(alone);
    for (int threads = 1; threads <= 3; threads++) {
        computed = crowd_together(threads, 64 << 20, alone);
        print_message("computed %llu tokens, %llu at most\n", (unsigned long long)computed,
                      (unsigned long long)once);
        assert_true(computed <= once);
    }
    for (int i = 0; i < CROWD; i++) {
        tokens_release(&alone[i].tokens);
    }
}

static void test_room_for_two_states_changes_the_time_only(void **state) {
    struct answer alone[CROWD] = {0};
    crowd_alone(alone);
    uint64_t much = crowd_together(2, 64 << 20, alone);
    uint64_t little = crowd_together(2, room_for_states(2), alone);
    print_message("computed %llu tokens, with two states %llu\n", (unsigned long long)much,
                  (unsigned long long)little);
    assert_true(little > much);
    for (int i = 0; i < CROWD; i++) {
        tokens_release(&alone[i].tokens);
    }
}

static void test_a_preempted_turn_ends_as_if_it_had_not_been(void **state) {
    /* States for four, and pages for three whole answers: four begin, not all can go on. */
    check_preempted(8 * model_info(model)->state_bytes + 64, 8, 400);
}

/* Forks of a sequence of 220 tokens with 50 more each; returns what the children computed. */
static uint64_t forks(uint64_t bytes, struct answer *parent) {
    enum { CHILDREN = 4 };
    int32_t ids[300];
    struct answer first = {0}, child[CHILDREN] = {0};
    struct engine *e = start(2, bytes);
    struct seq *s = seq_create(e), *f[CHILDREN];
    uint64_t computed = 0;
    prompt_make(ids, 300, 5);
    submit(s, ids, 200, 20, 1, &first);
    wait_all(e, &first, 1);
    for (int i = 0; i < CHILDREN; i++) {
        f[i] = seq_fork(s);
        submit(f[i], ids + 200, 50, WRITE, 2, &child[i]);
    }
    submit(s, ids + 200, 50, WRITE, 2, parent);
    wait_all(e, child, CHILDREN);
    wait_all(e, parent, 1);
    for (int i = 0; i < CHILDREN; i++) {
        same(&child[i], parent);
        computed += child[i].result.prompt_computed;
        tokens_release(&child[i].tokens);
        seq_destroy(f[i]);
    }
    tokens_release(&first.tokens);
    seq_destroy(s);
    engine_stop(e);
    return computed;
}

static void test_a_fork_goes_on_from_its_parents_state(void **state) {
    struct answer a = {0}, b = {0};
    uint64_t kept = forks(64 << 20, &a), one = forks(room_for_states(1), &b);
    print_message("forks computed %llu tokens, with one state %llu\n", (unsigned long long)kept,
                  (unsigned long long)one);
    same(&a, &b);
    assert_true(kept <= 4 * 51);
    assert_true(one > 2 * kept); /* so the figure before could have been another one */
    tokens_release(&a.tokens);
    tokens_release(&b.tokens);
}

/* Pages come back from the page file, states do not: what lies between is computed again. */
static void test_pages_on_disk_change_no_token(void **state) {
    enum { SEQS = 5 };
    char dir[] = "/tmp/drover-test-states-XXXXXX";
    struct answer first[SEQS] = {0}, second[SEQS] = {0}, lone[SEQS] = {0};
    struct engine_stats stats;
    struct seq *s[SEQS];
    struct err err = ERR_INIT;
    int32_t ids[400];
    assert_non_null(mkdtemp(dir));
    for (uint32_t i = 0; i < SEQS; i++) {
        struct engine *e = start(1, 64 << 20);
        s[i] = seq_create(e);
        prompt_make(ids, 400, 20 + i);
        submit(s[i], ids, 300, 20, i, &first[i]);
        wait_all(e, &first[i], 1);
        submit(s[i], ids + 300, 100, WRITE, 50 + i, &lone[i]);
        wait_all(e, &lone[i], 1);
        seq_destroy(s[i]);
        engine_stop(e);
    }
    struct engine *e = start_with((struct engine_options){
        .threads = 2, .kv_bytes = room_for_states(2), .chunk_ms = 5, .pages_dir = dir});
    for (uint32_t i = 0; i < SEQS; i++) {
        s[i] = seq_create(e);
        prompt_make(ids, 400, 20 + i);
        submit(s[i], ids, 300, 20, i, &first[i]);
        wait_all(e, &first[i], 1);
    }
    for (uint32_t i = 0; i < SEQS; i++) {
        prompt_make(ids, 400, 20 + i);
        submit(s[i], ids + 300, 100, WRITE, 50 + i, &second[i]);
    }
    wait_all(e, second, SEQS);
    engine_stats(e, &stats);
    print_message("%llu pages read back\n", (unsigned long long)stats.pages_read);
    assert_true(stats.pages_read > 9);
    for (int i = 0; i < SEQS; i++) {
        same(&second[i], &lone[i]);
        seq_destroy(s[i]);
        tokens_release(&first[i].tokens);
        tokens_release(&second[i].tokens);
        tokens_release(&lone[i].tokens);
    }
    engine_stop(e);
    assert_true(dir_remove(dir, &err));
}

static void test_too_little_memory_is_said(void **state) {
    struct err err = ERR_INIT;
    struct engine *e = NULL;
    struct engine_options o = {.kv_bytes = model_info(model)->state_bytes, .wake = wake};
    assert_false(engine_start(&e, model, &o, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_non_null(strstr(err.msg, "states"));
}

/* ---- the cache itself ---- */

static void test_states_are_found_by_their_tokens(void **state) {
    struct kv_node root = {0}, a = {.parent = &root, .n = 32, .refs = 1}, b = a;
    struct kv_node *path_a[] = {&a}, *path_b[] = {&b};
    struct states *s = NULL;
    struct err err = ERR_INIT;
    for (int i = 0; i < 32; i++) {
        a.tokens[i] = i;
        b.tokens[i] = i < 20 ? i : 100; /* the same first twenty */
    }
    assert_true(states_create(&s, 1000, 3, &err));
    struct state *one = states_take(s), *two = states_take(s);
    assert_int_equal(states_count(s), 3);
    one->data[0] = 1;
    one->position = 20;
    two->position = 25;
    states_give(s, one, path_a);
    states_give(s, two, path_a);
    assert_ptr_equal(states_find(s, path_a, 0, 32), two);
    assert_ptr_equal(states_find(s, path_a, 0, 24), one);
    assert_ptr_equal(states_find(s, path_b, 0, 32), one);
    assert_null(states_find(s, path_b, 20, 32));
    assert_null(states_find(s, path_a, 0, 19));
    struct state *three = states_take(s); /* the empty place */
    assert_true(three != one && three != two && three->position == 0);
    states_copy(s, three, one);
    assert_true(three->data[0] == 1 && three->position == 20);
    states_give(s, three, path_b); /* is kept already */
    three = states_take(s);
    struct state *four = states_take(s); /* that which was used the longest ago */
    assert_ptr_equal(four, two);
    assert_null(states_find(s, path_a, 20, 32));
    assert_true(four->data[0] == 0);
    four->position = 32;
    states_keep_copy(s, four, path_a); /* in the place of one */
    assert_int_equal(states_find(s, path_a, 0, 32)->position, 32);
    struct state *five = states_take(s);
    assert_non_null(five);
    assert_null(states_take(s));
    states_keep_copy(s, four, path_a); /* no place, no copy */
    assert_null(states_find(s, path_a, 0, 32));
    states_destroy(s);
}

static int setup(void **state) {
    (void)sem_init(&woken, 0, 0);
    return open_model(QUANT_Q8_0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states_are_found_by_their_tokens),
        cmocka_unit_test(test_a_crowd_is_the_same_and_computes_its_prefix_once),
        cmocka_unit_test(test_room_for_two_states_changes_the_time_only),
        cmocka_unit_test(test_a_preempted_turn_ends_as_if_it_had_not_been),
        cmocka_unit_test(test_a_fork_goes_on_from_its_parents_state),
        cmocka_unit_test(test_pages_on_disk_change_no_token),
        cmocka_unit_test(test_too_little_memory_is_said),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
