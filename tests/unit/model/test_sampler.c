/* The sampler: its distribution, its filters, and that it is a function of key and position. */
#include "model/sampler.h"
#include "model/fmath.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define N 1000

static void fill(float *logits, int n, uint64_t seed) {
    for (int i = 0; i < n; i++) {
        uint32_t r[4];
        sampler_random((uint64_t[2]){seed, 1}, (uint64_t)i, 7, r);
        logits[i] = (float)(r[0] % 2000) / 200.0f - 5.0f;
    }
}

static void test_random_numbers_are_those_of_philox(void **state) {
    /* known answer of Philox 4x32-10: counter 0, key 0 */
    uint32_t r[4];
    sampler_random((uint64_t[2]){0, 0}, 0, 0, r);
    assert_int_equal(r[0], 0x6627e8d5);
    assert_int_equal(r[1], 0xe169c58d);
    assert_int_equal(r[2], 0xbc57ac4c);
    assert_int_equal(r[3], 0x9b00dbd8);
}

static void test_temperature_0_takes_the_lowest_best_id(void **state) {
    float logits[5] = {1, 3, 3, 2, 3};
    struct sampling s = {.temperature = 0, .top_p = 1};
    uint32_t mask = 1u << 4 | 1u << 2 | 1u << 0;
    assert_int_equal(sampler_draw(logits, 5, NULL, &s, 0), 1);
    assert_int_equal(sampler_draw(logits, 5, &mask, &s, 0), 2);
    logits[0] = __builtin_nanf("");
    mask = 1;
    assert_int_equal(sampler_draw(logits, 5, NULL, &s, 0), 1);
    assert_int_equal(sampler_draw(logits, 5, &mask, &s, 0), 0);
    mask = 0;
    assert_int_equal(sampler_draw(logits, 5, &mask, &s, 0), -1);
}

static void test_same_key_and_position_same_token_whatever_was_drawn_before(void **state) {
    static float logits[N];
    struct sampling s = {.temperature = 1, .top_p = 1, .key = {11, 22}};
    int32_t first[50];
    int same = 0;
    fill(logits, N, 3);
    for (uint64_t p = 0; p < 50; p++) {
        first[p] = sampler_draw(logits, N, NULL, &s, p);
    }
    for (uint64_t p = 50; p-- > 0;) {
        assert_int_equal(sampler_draw(logits, N, NULL, &s, p), first[p]);
    }
    s.key[1]++;
    for (uint64_t p = 0; p < 50; p++) {
        same += sampler_draw(logits, N, NULL, &s, p) == first[p];
    }
    assert_true(same < 25);
}

/* Counts of 20,000 draws against the weights, within five standard deviations. */
static void check_distribution(struct sampling s, const float *logits, int n, const uint32_t *mask,
                               const double *p) {
    int counts[8] = {0}, draws = 20000;
    for (int i = 0; i < draws; i++) {
        int32_t t = sampler_draw(logits, n, mask, &s, (uint64_t)i);
        assert_in_range(t, 0, n - 1);
        counts[t]++;
    }
    for (int i = 0; i < n; i++) {
        double expected = p[i] * draws, off = counts[i] - expected;
        assert_true(off * off <= 25.0 * (expected * (1 - p[i]) + 1e-9));
    }
}

static void test_draws_follow_the_weights_and_every_filter(void **state) {
    /* weights 1 : 1/2 : 1/4 : 1/8 : 1/8 */
    const float l2 = 0.69314718f, logits[5] = {-l2, 0, -2 * l2, -3 * l2, -3 * l2};
    struct sampling s = {.temperature = 1, .top_p = 1, .key = {5, 6}};
    check_distribution(s, logits, 5, NULL, (double[]){.25, .5, .125, .0625, .0625});
    uint32_t mask = 1u << 2 | 1u << 3;
    check_distribution(s, logits, 5, &mask, (double[]){0, 0, 2. / 3, 1. / 3, 0});
    s.temperature = 0.5f; /* weights squared */
    check_distribution(s, logits, 5, NULL,
                       (double[]){16. / 86, 64. / 86, 4. / 86, 1. / 86, 1. / 86});
    s.temperature = 1;
    s.top_k = 3;
    check_distribution(s, logits, 5, NULL, (double[]){2. / 7, 4. / 7, 1. / 7, 0, 0});
    s.top_p = 0.8f; /* 4/7 + 2/7 > 0.8 */
    check_distribution(s, logits, 5, NULL, (double[]){1. / 3, 2. / 3, 0, 0, 0});
    s.top_k = 0;
    s.top_p = 0.8f; /* 0.5 + 0.25 + 0.125 */
    check_distribution(s, logits, 5, NULL, (double[]){2. / 7, 4. / 7, 1. / 7, 0, 0});
    s.top_p = 1;
    s.min_p = 0.2f;
    check_distribution(s, logits, 5, NULL, (double[]){2. / 7, 4. / 7, 1. / 7, 0, 0});
    s.top_k = 4; /* ties are cut by id */
    s.min_p = 0;
    check_distribution(s, logits, 5, NULL, (double[]){4. / 15, 8. / 15, 2. / 15, 1. / 15, 0});
}

static void test_top_p_by_histogram_equals_top_p_by_sorting(void **state) {
    static float logits[N];
    fill(logits, N, 9);
    for (int i = 0; i < 300; i++) {
        struct sampling by_histogram = {
            .temperature = 0.7f + 0.01f * (float)i, .top_p = 0.9f, .key = {1, 2}};
        struct sampling by_heap = by_histogram;
        by_heap.top_k = N;
        assert_int_equal(sampler_draw(logits, N, NULL, &by_histogram, (uint64_t)i),
                         sampler_draw(logits, N, NULL, &by_heap, (uint64_t)i));
    }
}

/* The definition, one id after the other; u from sampler_random as sampler.c says. */
static int32_t draw_plainly(const float *logits, int n, const uint32_t *mask,
                            const struct sampling *s, uint64_t position) {
    double sum = 0, at = 0;
    float max = -__builtin_inff();
    int32_t last = -1;
    uint32_t r[4];
    sampler_random(s->key, position, 0, r);
    double u = (double)((uint64_t)r[0] << 21 ^ r[1] >> 11) / 9007199254740992.0;
    for (int walk = 0; walk < 3; walk++) {
        for (int i = 0; i < n; i++) {
            if (mask != NULL && (mask[i / 32] >> (i % 32) & 1) == 0) {
                continue;
            }
            max = walk == 0 && logits[i] > max ? logits[i] : max;
            float w = fmath_exp((logits[i] - max) * (1.0f / s->temperature));
            bool counts = w > 0 && w >= s->min_p;
            sum += walk == 1 && counts ? (double)w : 0;
            if (walk == 2 && counts) {
                at += (double)w;
                last = i;
                if (at > u * sum) {
                    return last;
                }
            }
        }
    }
    return last;
}

static void test_draws_are_those_of_the_definition(void **state) {
    enum { MANY = 5000 };
    static float logits[MANY];
    static uint32_t mask[MANY / 32 + 1];
    int different = 0;
    int32_t before = -1;
    for (uint64_t round = 0; round < 400; round++) {
        int n = round % 5 == 0 ? 512 : round % 5 == 1 ? 513 : MANY;
        fill(logits, n, round);
        for (int k = 0; k < 20; k++) {
            logits[(round * 31 + (uint64_t)k * 57) % (uint64_t)n] =
                k % 2 ? __builtin_nanf("") : -__builtin_inff();
        }
        for (int i = 0; i < n; i++) { /* whole stretches have no weight */
            logits[i] -= round % 3 == 0 && i > n / 2 ? 200.0f : 0.0f;
        }
        for (size_t k = 0; k < ARRAY_LEN(mask); k++) {
            mask[k] = (uint32_t)(round * 2654435761u) * (uint32_t)(2 * k + 1);
        }
        const uint32_t *m = round % 2 ? mask : NULL;
        struct sampling s = {.temperature = 0.5f + 0.01f * (float)(round % 100),
                             .top_p = 1,
                             .min_p = round % 7 ? 0 : 0.01f,
                             .key = {round, 5}};
        int32_t t = sampler_draw(logits, n, m, &s, round);
        assert_int_equal(t, draw_plainly(logits, n, m, &s, round));
        different += t != before;
        before = t;
    }
    assert_true(different > 300);
}

static void test_nothing_outside_of_the_mask_is_ever_drawn(void **state) {
    static float logits[N];
    uint32_t mask[N / 32 + 1];
    for (uint64_t round = 0; round < 2000; round++) {
        fill(logits, N, round);
        logits[round % N] = round % 3 ? __builtin_inff() : -__builtin_inff();
        logits[(round + 5) % N] = __builtin_nanf("");
        memset(mask, 0, sizeof(mask));
        for (int k = 0; k < 4; k++) {
            uint32_t t = (uint32_t)(round * 37 + (uint64_t)k * 101) % N;
            mask[t / 32] |= 1u << (t % 32);
        }
        struct sampling s = {.temperature = 1.5f,
                             .top_p = round % 2 ? 0.7f : 1,
                             .top_k = round % 5 ? 0 : 3,
                             .min_p = round % 7 ? 0 : 0.1f,
                             .key = {round, 0}};
        int32_t t = sampler_draw(logits, N, mask, &s, round);
        assert_true(t >= 0 && mask[t / 32] >> (t % 32) & 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_numbers_are_those_of_philox),
        cmocka_unit_test(test_temperature_0_takes_the_lowest_best_id),
        cmocka_unit_test(test_same_key_and_position_same_token_whatever_was_drawn_before),
        cmocka_unit_test(test_draws_follow_the_weights_and_every_filter),
        cmocka_unit_test(test_top_p_by_histogram_equals_top_p_by_sorting),
        cmocka_unit_test(test_draws_are_those_of_the_definition),
        cmocka_unit_test(test_nothing_outside_of_the_mask_is_ever_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
