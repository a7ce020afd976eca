/* Goal: every item of a run, and every item beside the runs, is done exactly once and before the
 * call that waits for it returns.
 * Method: counters, thousands of short runs with one, two and four threads. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <stdatomic.h>

#include "model/pool.h"
#include "runtime/base/base.h"

#define ITEMS_MAX 40

struct counts {
    _Atomic int done[ITEMS_MAX];
};

static void count(void *arg, int item, int thread) {
    struct counts *c = arg;
    for (volatile int i = 0; i < 200 + thread; i++) {
    }
    c->done[item]++;
}

static void check(struct counts *c, int items, int times) {
    for (int i = 0; i < ITEMS_MAX; i++) {
        assert_int_equal(c->done[i], i < items ? times : 0);
    }
}

static void test_items_beside_runs_are_done_once(void **state) {
    static const int threads[] = {1, 2, 4};
    for (size_t k = 0; k < ARRAY_LEN(threads); k++) {
        struct pool *p = pool_create(threads[k]);
        for (int round = 0; round < 600; round++) {
            struct counts beside = {0}, runs = {0};
            int n = round % ITEMS_MAX, m = round * 7 % ITEMS_MAX;
            pool_aside(p, n, count, &beside);
            for (int i = 0; i < 5; i++) {
                pool_run(p, m, i % 2 ? UINT64_MAX : 1, count, &runs);
                check(&runs, m, i + 1);
            }
            pool_aside_end(p);
            check(&beside, n, 1);
        }
        pool_destroy(p);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_items_beside_runs_are_done_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
