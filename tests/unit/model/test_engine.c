/* Goal: the engine's promises to its users: the tokens of a turn depend on the sequence, the key
 * and the model alone; forks, shared prefixes and little memory change only the time; every turn
 * ends once and is delivered on the loop thread. Method: small random models (F32 and Q8_0, one
 * with windows, one whose queries choose what they read), turns
 * alone as the reference, then crowds. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include "runtime/base/json.h"
#include "tests/unit/model/engine_world.h"

#define CROWD  12
#define SHARED 150

/* Prompt of sequence i: a shared beginning and a private rest of varying length. */
static size_t crowd_prompt(int32_t *ids, int i) {
    prompt_make(ids, SHARED, 1);
    size_t own = (size_t)(i * 17 % 90);
    prompt_make(ids + SHARED, own, 100 + (uint32_t)i);
    return SHARED + own;
}

/* Each of the crowd alone in an engine of its own. */
static void crowd_alone(struct answer *alone) {
    for (int i = 0; i < CROWD; i++) {
        int32_t ids[512];
        struct engine *e = start(1, 64 << 20);
        struct seq *s = seq_create(e);
        submit(s, ids, crowd_prompt(ids, i), 40, (uint64_t)i / 2, &alone[i]);
        wait_all(e, &alone[i], 1);
        assert_int_equal(seq_length(s), crowd_prompt(ids, i) + alone[i].tokens.n);
        seq_destroy(s);
        engine_stop(e);
    }
}

static void crowd_together(int threads, uint64_t bytes, const struct answer *alone) {
    struct answer a[CROWD] = {0};
    struct seq *s[CROWD];
    struct engine *e = start(threads, bytes);
    for (int i = 0; i < CROWD; i++) {
        int32_t ids[512];
        s[i] = seq_create(e);
        submit(s[i], ids, crowd_prompt(ids, i), 40, (uint64_t)i / 2, &a[i]);
    }
    wait_all(e, a, CROWD);
    for (int i = 0; i < CROWD; i++) {
        same(&a[i], &alone[i]);
        seq_destroy(s[i]);
        tokens_release(&a[i].tokens);
    }
    engine_stop(e);
}

static void test_turns_are_the_same_alone_and_in_a_crowd(void **state) {
    struct answer alone[CROWD] = {0};
    crowd_alone(alone);
    crowd_together(1, 64 << 20, alone);
    crowd_together(2, 64 << 20, alone);
    crowd_together(3, 64 << 20, alone);
    for (int i = 0; i < CROWD; i++) {
        tokens_release(&alone[i].tokens);
    }
}

static void test_little_memory_changes_the_time_only(void **state) {
    struct answer alone[CROWD] = {0};
    crowd_alone(alone);
    /* Pages for about two sequences. */
    crowd_together(2, pages_bytes(20), alone);
    for (int i = 0; i < CROWD; i++) {
        tokens_release(&alone[i].tokens);
    }
}

static void test_a_preempted_turn_ends_as_if_it_had_not_been(void **state) {
    /* Room for one whole answer and a bit: all begin, not all can go on. */
    check_preempted(pages_bytes(12), 6, 250);
}

static void test_a_shared_prefix_is_computed_once(void **state) {
    struct answer a[CROWD] = {0};
    struct seq *s[CROWD];
    struct engine_stats stats;
    struct engine *e = start(2, 64 << 20);
    uint64_t presented = 0, own = 0;
    for (int i = 0; i < CROWD; i++) {
        int32_t ids[512];
        size_t n = crowd_prompt(ids, i);
        s[i] = seq_create(e);
        submit(s[i], ids, n, 1, (uint64_t)i, &a[i]);
        presented += n;
        own += n - SHARED / 32 * 32;
    }
    wait_all(e, a, CROWD);
    engine_stats(e, &stats);
    assert_int_equal(stats.prompt_presented, presented);
    /* The shared pages once, each sequence's rest once. */
    assert_true(stats.prompt_computed <= own + SHARED / 32 * 32);
    for (int i = 0; i < CROWD; i++) {
        seq_destroy(s[i]);
        tokens_release(&a[i].tokens);
    }
    engine_stop(e);
}

static void test_a_fork_continues_as_its_parent_would(void **state) {
    int32_t ids[300];
    struct answer first = {0}, parent = {0}, child[3] = {0};
    struct engine *e = start(2, 64 << 20);
    struct seq *s = seq_create(e), *f[3];
    prompt_make(ids, 300, 5);
    submit(s, ids, 200, 20, 1, &first);
    wait_all(e, &first, 1);
    for (int i = 0; i < 3; i++) {
        f[i] = seq_fork(s);
        assert_int_equal(seq_length(f[i]), seq_length(s));
        submit(f[i], ids + 200, 50, 30, 2, &child[i]);
    }
    submit(s, ids + 200, 50, 30, 2, &parent);
    wait_all(e, child, 3);
    wait_all(e, &parent, 1);
    for (int i = 0; i < 3; i++) {
        same(&child[i], &parent);
        assert_true(child[i].result.prompt_computed < 200);
        tokens_release(&child[i].tokens);
        seq_destroy(f[i]);
    }
    tokens_release(&first.tokens);
    tokens_release(&parent.tokens);
    seq_destroy(s);
    engine_stop(e);
}

static void test_a_resumed_sequence_continues_as_the_first(void **state) {
    int32_t ids[120];
    struct answer a = {0}, b = {0}, again = {0};
    struct tokens all = {0};
    struct engine *e = start(2, 64 << 20);
    struct seq *s = seq_create(e);
    prompt_make(ids, 120, 9);
    submit(s, ids, 100, 25, 3, &a);
    wait_all(e, &a, 1);
    submit(s, ids + 100, 20, 25, 4, &b);
    wait_all(e, &b, 1);
    seq_destroy(s);
    engine_stop(e);
    /* Another process: the whole history in one prompt. */
    e = start(1, 64 << 20);
    s = seq_create(e);
    tokens_append(&all, ids, 100);
    tokens_append(&all, a.tokens.ids, a.tokens.n);
    tokens_append(&all, ids + 100, 20);
    submit(s, all.ids, all.n, 25, 4, &again);
    wait_all(e, &again, 1);
    same(&again, &b);
    seq_destroy(s);
    engine_stop(e);
    tokens_release(&a.tokens);
    tokens_release(&b.tokens);
    tokens_release(&again.tokens);
    tokens_release(&all);
}

static void test_a_cancelled_turn_comes_back_once(void **state) {
    int32_t ids[64];
    struct answer a = {0}, b = {0};
    struct engine *e = start(2, 64 << 20);
    struct seq *s = seq_create(e);
    prompt_make(ids, 64, 11);
    submit(s, ids, 64, 4000, 1, &a);
    seq_cancel(s);
    seq_cancel(s);
    wait_all(e, &a, 1);
    assert_true(a.end == TURN_CANCELLED || a.end == TURN_ENDED);
    submit(s, ids, 64, 5, 1, &b);
    wait_all(e, &b, 1);
    assert_int_equal(a.delivered, 1);
    assert_true(b.end == TURN_TRUNCATED || b.end == TURN_ENDED);
    /* Destroyed while it runs: no callback. */
    submit(s, ids, 64, 4000, 1, &a);
    seq_destroy(s);
    engine_stop(e);
    assert_int_equal(a.delivered, 0);
    tokens_release(&a.tokens);
    tokens_release(&b.tokens);
}

static void test_what_cannot_be_done_is_a_result(void **state) {
    int32_t ids[9000];
    struct answer a[4] = {0};
    struct engine *e = start(1, pages_bytes(12));
    struct seq *s[4];
    prompt_make(ids, 9000, 2);
    for (int i = 0; i < 4; i++) {
        s[i] = seq_create(e);
    }
    submit(s[0], ids, 0, 5, 1, &a[0]);    /* nothing to continue */
    submit(s[1], ids, 9000, 5, 1, &a[1]); /* past the context */
    submit(s[2], ids, 3000, 5, 1, &a[2]); /* no room even alone */
    ids[3] = 1 << 20;
    submit(s[3], ids, 10, 5, 1, &a[3]); /* no such token */
    wait_all(e, a, 4);
    assert_int_equal(a[0].end, TURN_FAILED);
    assert_int_equal(a[1].end, TURN_CONTEXT);
    assert_int_equal(a[2].end, TURN_FAILED);
    assert_int_equal(a[2].result.err.code, ERR_LIMIT);
    assert_int_equal(a[3].end, TURN_FAILED);
    for (int i = 0; i < 4; i++) {
        seq_destroy(s[i]);
        tokens_release(&a[i].tokens);
    }
    engine_stop(e);
}

/* ---- calls ---- */

static const char tools_text[] =
    "[{\"name\":\"Move\",\"description\":\"\",\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"direction\":{\"enum\":[\"north\",\"north-east\",\"south\"]},"
    "\"steps\":{\"type\":\"integer\",\"minimum\":-3,\"maximum\":12},"
    "\"fast\":{\"type\":\"boolean\"},"
    "\"note\":{\"type\":\"string\",\"maxLength\":9}},"
    "\"required\":[\"direction\",\"steps\"],\"additionalProperties\":false}},"
    "{\"name\":\"Say\",\"description\":\"\",\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"words\":{\"type\":\"array\",\"maxItems\":3,\"items\":{\"type\":\"string\",\"maxLength\":5}}}"
    ","
    "\"required\":[\"words\"],\"additionalProperties\":false}}]";

#define CALLERS 20

static void submit_call(struct engine *e, struct seq *s, struct grammar *g, int i,
                        struct answer *a) {
    int32_t ids[] = {256, 259, 'a' + i % 5, 'b', 'c', 257, 260};
    struct turn_request r = {.prompt = ids,
                             .prompt_n = ARRAY_LEN(ids),
                             .tokens_max = i % 8 == 7 ? 60 : 900,
                             .grammar = g,
                             .sampling = {.temperature = 1, .top_p = 1, .key = {(uint64_t)i, 3}}};
    a->delivered = 0;
    seq_submit(s, &r, on_turn, a);
}

static void check_calls(const struct answer *a, const cJSON *tools, size_t *calls, size_t *cut) {
    struct model_turn turn;
    model_turn_parse(model, a->tokens.ids, a->tokens.n, &turn);
    for (size_t i = 0; i < turn.n_calls; i++) {
        bool whole = i + 1 < turn.n_calls || !turn.truncated;
        if (!whole) {
            continue;
        }
        const cJSON *tool = NULL;
        cJSON_ArrayForEach(tool, tools) {
            if (str_equal_c(turn.calls[i].name, json_string(tool, "name", ""))) {
                break;
            }
        }
        AUTO_FREE char *where = NULL;
        struct err err = ERR_INIT;
        assert_non_null(tool);
        if (!json_validate(turn.calls[i].arguments,
                           cJSON_GetObjectItemCaseSensitive(tool, "parameters"), &where, &err)) {
            fail_msg("%s: %s", where, err.msg);
        }
        ++*calls;
    }
    *cut += a->end != TURN_ENDED;
    if (a->end == TURN_ENDED) {
        assert_false(turn.truncated);
    } else {
        assert_int_equal(a->end, TURN_TRUNCATED);
    }
    model_turn_release(&turn);
}

static void test_calls_obey_their_schema_and_do_not_depend_on_the_crowd(void **state) {
    struct answer a[CALLERS] = {0}, alone = {0};
    struct seq *s[CALLERS];
    struct grammar *g = NULL;
    struct err err = ERR_INIT;
    size_t calls = 0, cut = 0, forced = 0;
    AUTO_JSON cJSON *tools = NULL;
    assert_true(json_parse(&tools, str_from(tools_text), "tools", &err));
    if (!grammar_create(&g, model, tools, &err)) {
        fail_msg("%s", err.msg);
    }
    struct engine *e = start(2, 64 << 20);
    for (int i = 0; i < CALLERS; i++) {
        s[i] = seq_create(e);
        submit_call(e, s[i], g, i, &a[i]);
    }
    wait_all(e, a, CALLERS);
    for (int i = 0; i < CALLERS; i++) {
        check_calls(&a[i], tools, &calls, &cut);
        forced += a[i].result.tokens_forced;
        assert_int_equal(a[i].tokens.n, a[i].result.tokens_forced + a[i].result.tokens_sampled);
        assert_true(a[i].tokens.n <= 900);
        seq_destroy(s[i]);
    }
    engine_stop(e);
    print_message("%zu calls, %zu turns cut short, %zu tokens forced\n", calls, cut, forced);
    assert_true(calls > 2 && forced > 20 * calls);
    for (int i = 0; i < CALLERS; i += 5) {
        e = start(1, 64 << 20);
        s[0] = seq_create(e);
        submit_call(e, s[0], g, i, &alone);
        wait_all(e, &alone, 1);
        same(&alone, &a[i]);
        seq_destroy(s[0]);
        engine_stop(e);
    }
    for (int i = 0; i < CALLERS; i++) {
        tokens_release(&a[i].tokens);
    }
    tokens_release(&alone.tokens);
    grammar_destroy(g);
}

/* ---- the queue ---- */

struct place { /* in the order of ends */
    int at;
    int *ended;
};

static void on_end(void *arg, const struct turn_result *r) {
    struct place *p = arg;
    assert_int_equal(r->end, TURN_TRUNCATED);
    p->at = (*p->ended)++;
}

#define QUEUE_PREFIX 256
#define QUEUE_PAGES  16 /* a prefix and two sequences' own, or one of each of two prefixes */

/* Turns of one token below the prefixes prefix[i], all submitted at once to an engine with room for
 * one prefix; the order of their ends into at. */
static struct engine_stats queue_run(const int *prefix, int n, int *at) {
    enum { OWN = 40 };
    struct seq *s[64];
    struct place p[64];
    struct engine_stats stats;
    int ended = 0;
    struct engine *e = start(2, pages_bytes(QUEUE_PAGES));
    for (int i = 0; i < n; i++) {
        int32_t ids[QUEUE_PREFIX + OWN];
        prompt_make(ids, QUEUE_PREFIX, (uint32_t)prefix[i]);
        prompt_make(ids + QUEUE_PREFIX, OWN, 100 + (uint32_t)i);
        struct turn_request r = {.prompt = ids, .prompt_n = ARRAY_LEN(ids), .tokens_max = 1};
        p[i] = (struct place){-1, &ended};
        s[i] = seq_create(e);
        seq_submit(s[i], &r, on_end, &p[i]);
    }
    while (ended < n) {
        (void)sem_wait(&woken);
        engine_drain(e);
    }
    engine_stats(e, &stats);
    for (int i = 0; i < n; i++) {
        at[i] = p[i].at;
        seq_destroy(s[i]);
    }
    engine_stop(e);
    return stats;
}

static void test_turns_below_a_prefix_follow_each_other(void **state) {
    int prefix[12], at[12];
    for (int i = 0; i < 12; i++) {
        prefix[i] = 1 + i % 2;
    }
    struct engine_stats s = queue_run(prefix, 12, at);
    /* Each prefix once; in order of arrival each would be computed six times. */
    assert_true(s.prompt_computed < 2 * QUEUE_PREFIX + 12 * 64);
}

static void test_nobody_is_passed_over_for_ever(void **state) {
    int prefix[60], at[60], before = 0;
    for (int i = 0; i < 60; i++) {
        prefix[i] = i == 1 ? 2 : 1;
    }
    (void)queue_run(prefix, 60, at);
    for (int i = 0; i < 60; i++) {
        before += at[i] < at[1];
    }
    assert_true(before >= ENGINE_ADMIT_PASSED && before < ENGINE_ADMIT_PASSED + 8);
}

/* ---- drafts ---- */

struct draft_case {
    float temperature;
    int top_k;
    size_t agents;
    uint64_t pages;
    struct grammar *grammar;
};
#define DRAFT_AGENTS_MAX 3

/* Turns over repetitive text, with drafts or without. */
static void draft_run(const struct draft_case *c, bool off, struct answer *a,
                      struct engine_stats *stats) {
    struct seq *s[DRAFT_AGENTS_MAX];
    struct engine *e = start_with((struct engine_options){
        .threads = 2, .kv_bytes = pages_bytes(c->pages), .drafts_off = off});
    for (size_t i = 0; i < c->agents; i++) {
        int32_t ids[90];
        for (size_t k = 0; k < ARRAY_LEN(ids); k++) {
            ids[k] = (int32_t)('a' + (k * k % 7 + i) % 11);
        }
        struct turn_request r = {
            .prompt = ids,
            .prompt_n = ARRAY_LEN(ids),
            .tokens_max = 400,
            .grammar = c->grammar,
            .sampling = {.temperature = c->temperature, .top_p = 1, .top_k = c->top_k, .key = {i}}};
        s[i] = seq_create(e);
        a[i].delivered = 0;
        seq_submit(s[i], &r, on_turn, &a[i]);
    }
    wait_all(e, a, c->agents);
    engine_stats(e, stats);
    for (size_t i = 0; i < c->agents; i++) {
        seq_destroy(s[i]);
    }
    engine_stop(e);
}

/* The same turns with and without drafts: the same tokens and counts. Adds up what was drafted. */
static void draft_compare(const struct draft_case *c, struct engine_stats *sum) {
    struct answer with[DRAFT_AGENTS_MAX] = {0}, without[DRAFT_AGENTS_MAX] = {0};
    struct engine_stats stats = {0}, plain = {0};
    draft_run(c, false, with, &stats);
    draft_run(c, true, without, &plain);
    assert_int_equal(plain.drafted + plain.accepted, 0);
    assert_int_equal(stats.tokens_decoded, plain.tokens_decoded);
    assert_int_equal(stats.tokens_forced, plain.tokens_forced);
    assert_true(stats.accepted <= stats.drafted);
    for (size_t i = 0; i < c->agents; i++) {
        same(&with[i], &without[i]);
        assert_int_equal(with[i].result.calls_refused, without[i].result.calls_refused);
        tokens_release(&with[i].tokens);
        tokens_release(&without[i].tokens);
    }
    sum->drafted += stats.drafted;
    sum->accepted += stats.accepted;
    sum->preempted += stats.preempted;
    sum->tokens_decoded += stats.tokens_decoded;
}

static void test_drafts_change_no_token(void **state) {
    struct grammar *g = NULL;
    struct err err = ERR_INIT;
    AUTO_JSON cJSON *tools = NULL;
    assert_true(json_parse(&tools, str_from(tools_text), "tools", &err));
    assert_true(grammar_create(&g, model, tools, &err));
    static const float temperatures[] = {0, 1};
    for (size_t i = 0; i < 2; i++) {
        struct engine_stats sum = {0};
        for (size_t agents = 1; agents <= DRAFT_AGENTS_MAX; agents++) {
            struct draft_case c = {temperatures[i], 2, agents, 400, NULL};
            draft_compare(&c, &sum);
            c.grammar = g;
            draft_compare(&c, &sum);
        }
        assert_true(sum.accepted > 0);
    }
    grammar_destroy(g);
}

static void test_what_another_sequence_said_is_drafted(void **state) {
    struct answer a = {0}, b = {0};
    struct engine_stats before, after;
    int32_t ids[40];
    struct engine *e = start(1, 64 << 20);
    struct seq *first = seq_create(e), *second = seq_create(e);
    prompt_make(ids, ARRAY_LEN(ids), 77);
    submit(first, ids, ARRAY_LEN(ids), 300, 5, &a);
    wait_all(e, &a, 1);
    engine_stats(e, &before);
    submit(second, ids, ARRAY_LEN(ids), 300, 5, &b);
    wait_all(e, &b, 1);
    engine_stats(e, &after);
    same(&a, &b);
    /* Nothing occurs twice in random text, but the other has said it all. */
    assert_true(after.accepted > before.accepted);
    seq_destroy(first);
    seq_destroy(second);
    tokens_release(&a.tokens);
    tokens_release(&b.tokens);
    engine_stop(e);
}

static void test_drafts_of_preempted_turns_change_no_token(void **state) {
    struct engine_stats sum = {0};
    for (int k = 0; k < 2; k++) {
        struct draft_case c = {(float)k, 2, 2, 22, NULL};
        draft_compare(&c, &sum);
    }
    assert_true(sum.accepted > 0);
    assert_true(sum.preempted > 0);
}

static int setup_f32(void **state) {
    return open_model(QUANT_F32);
}
static int setup_q8(void **state) {
    return open_model(QUANT_Q8_0);
}
static int setup_windows(void **state) {
    world_model = make_gpt_oss;
    return open_model(QUANT_Q8_0);
}
static int setup_sparse(void **state) {
    world_model = make_deepseek32;
    return open_model(QUANT_Q8_0);
}
int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turns_are_the_same_alone_and_in_a_crowd),
        cmocka_unit_test(test_little_memory_changes_the_time_only),
        cmocka_unit_test(test_a_preempted_turn_ends_as_if_it_had_not_been),
        cmocka_unit_test(test_a_shared_prefix_is_computed_once),
        cmocka_unit_test(test_a_fork_continues_as_its_parent_would),
        cmocka_unit_test(test_a_resumed_sequence_continues_as_the_first),
        cmocka_unit_test(test_a_cancelled_turn_comes_back_once),
        cmocka_unit_test(test_what_cannot_be_done_is_a_result),
        cmocka_unit_test(test_calls_obey_their_schema_and_do_not_depend_on_the_crowd),
        cmocka_unit_test(test_turns_below_a_prefix_follow_each_other),
        cmocka_unit_test(test_nobody_is_passed_over_for_ever),
        cmocka_unit_test(test_drafts_change_no_token),
        cmocka_unit_test(test_what_another_sequence_said_is_drafted),
        cmocka_unit_test(test_drafts_of_preempted_turns_change_no_token),
    };
    (void)sem_init(&woken, 0, 0);
    int failed = cmocka_run_group_tests_name("f32", tests, setup_f32, teardown);
    failed += cmocka_run_group_tests_name("q8", tests, setup_q8, teardown);
    failed += cmocka_run_group_tests_name("gpt-oss", tests, setup_windows, teardown);
    return failed + cmocka_run_group_tests_name("deepseek32", tests, setup_sparse, teardown);
}
