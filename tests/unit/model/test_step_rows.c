/* Goal: a prompt that is read beside a writing agent does not stretch its steps far beyond what was
 * asked. Method: simulated steps of machines whose time grows with the rows in different ways; what
 * each takes is noted. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include "model/engine_int.h"

#define USUAL 10.0
#define MOST  22.0
#define STEPS 400

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

/* Steps longer than 1.2 x MOST, of the later ones; rows of the last to *rows. */
static int long_steps(double (*time)(double rows), double *rows) {
    struct step_cost cost[16] = {{0}};
    int n = 0;
    for (int i = 0; i < STEPS; i++) {
        int fit = (int)MIN(engine__step_rows(cost, ARRAY_LEN(cost), 1, USUAL, MOST), 512.0);
        *rows = MAX(fit, 2);
        double ms = time(*rows);
        engine__step_note(cost, (int)*rows, ms);
        n += i >= 20 && ms > 1.2 * MOST;
    }
    return n;
}

static void test_steps_stay_short_whatever_rows_cost(void **state) {
    double rows;
    (void)state;
    assert_true(long_steps(time_experts, &rows) <= STEPS / 20);
    assert_true(rows >= 4 && rows <= 12);
    assert_true(long_steps(time_dense, &rows) <= STEPS / 20);
    assert_true(rows >= 16 && rows <= 32);
    assert_int_equal(long_steps(time_tiny, &rows), 0);
    assert_true(rows >= 500);
}

static void test_an_accident_is_forgotten(void **state) {
    struct step_cost cost[16] = {[4] = {20, 500}}; /* truly 12 */
    int steps = 0;
    (void)state;
    while (steps < 2000 && engine__step_rows(cost, ARRAY_LEN(cost), 1, USUAL, MOST) < 16)
        steps++;
    assert_true(steps > 10 && steps < 2000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps_stay_short_whatever_rows_cost),
        cmocka_unit_test(test_an_accident_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
