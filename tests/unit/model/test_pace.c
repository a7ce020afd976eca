/* Goal: a prompt that is read beside a writing agent does not stretch its steps far beyond what was
 * asked, and a herd that waits to be read is read. Method: simulated steps of machines whose time
 * grows with the rows in different ways; what each takes is noted. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include "model/pace.h"
#include "runtime/base/base.h"

#define CHUNK_MS 150
#define STEPS    400

/* Experts: the first rows bring new ones to be read, later ones find them there. */
static double time_experts(double rows) {
    double read = rows < 40 ? 1.5 * rows : 60;
    return 8.5 + read + 0.3 * rows;
}
static double time_dense(double rows) {
    return 9.5 + 0.5 * rows;
}
static double time_tiny(double rows) {
    return 10 + 0.01 * rows;
}
static double time_slow(double rows) {
    return 1500 + 20 * rows;
}

struct seen {
    double ms_most, rows_last; /* of steps with reading, but for the first 20 */
    int longer, without;       /* steps over the limit, without reading */
};

static struct seen simulate(double (*time)(double rows), int writers, int readers, double limit) {
    struct pace p = {0};
    struct seen s = {0};
    for (int i = 0; i < STEPS; i++) {
        int more = pace_rows(&p, writers, writers, readers, CHUNK_MS);
        more = MIN(more, 512 - writers);
        double ms = time(writers + more);
        pace_note(&p, writers + more, more > 0, ms);
        s.without += more == 0;
        if (i >= 20 && more > 0) {
            s.ms_most = MAX(s.ms_most, ms);
            s.longer += ms > limit;
            s.rows_last = more;
        }
    }
    return s;
}

static void test_who_writes_keeps_its_pace_beside_a_few(void **state) {
    static double (*const times[])(double) = {time_experts, time_dense, time_tiny};
    static const double rows_least[] = {4, 16, 500}, rows_most[] = {12, 32, 512};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (int readers = 1; readers <= 4; readers++) {
            struct seen s = simulate(times[i], 1, readers, 3 * times[i](1));
            assert_true(s.longer <= STEPS / 20);
            assert_true(s.rows_last >= rows_least[i] && s.rows_last <= rows_most[i]);
            assert_true(s.without > 0 && s.without <= STEPS / 40);
        }
    }
    /* many who write, one who reads: no longer than was asked */
    struct seen s = simulate(time_slow, 100, 1, time_slow(100) + 1.3 * CHUNK_MS);
    assert_true(s.longer <= STEPS / 20);
}

/* What was wrong: the time of one that writes was taken for that of twenty, since it was measured
 * only in steps without reading, of which a herd has none. */
static void test_a_herd_is_read(void **state) {
    (void)state;
    struct seen s = simulate(time_experts, 20, 80, 0);
    double alone = time_experts(20);
    assert_true(s.ms_most >= 3 * alone && s.ms_most <= 6 * alone);
    assert_true(s.rows_last >= 200);
    s = simulate(time_experts, 1, 99, 0);
    assert_true(s.rows_last >= 300);
    /* and nobody waits for much longer than a second for that */
    s = simulate(time_slow, 2, 98, 0);
    assert_true(s.ms_most <= time_slow(2) + 1300);
    assert_true(s.rows_last >= 15);
}

static void test_an_accident_is_forgotten(void **state) {
    struct pace p = {.writing = {[0] = {1, 10}}, .reading = {[4] = {20, 500}}}; /* truly 12 */
    int steps = 0;
    (void)state;
    while (steps < 2000 && pace_rows(&p, 1, 1, 1, CHUNK_MS) < 15) {
        steps++;
    }
    assert_true(steps > 10 && steps < 2000);
}

/* The first step without reading is often the longest: pages are touched, cores wake. */
static void test_a_slow_first_step_of_writing_is_forgotten(void **state) {
    struct pace p = {0};
    int longer = 0;
    (void)state;
    for (int i = 0; i < STEPS; i++) {
        int more = pace_rows(&p, 1, 1, 1, CHUNK_MS);
        double ms = time_dense(1 + more);
        pace_note(&p, 1 + more, more > 0, i == 0 ? 20 * ms : ms);
        longer += i >= 30 && ms > 3 * time_dense(1);
    }
    assert_true(longer <= STEPS / 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_writes_keeps_its_pace_beside_a_few),
        cmocka_unit_test(test_a_herd_is_read),
        cmocka_unit_test(test_an_accident_is_forgotten),
        cmocka_unit_test(test_a_slow_first_step_of_writing_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
