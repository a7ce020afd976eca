#ifndef CMOCKA_H
#define CMOCKA_H
/* The few parts of cmocka that tests/unit/model/test_mat.c and test_quant.c use, for machines with
 * a cross compiler but no cross cmocka (tests/cross/neon.sh). A failed check ends the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*run)(void **state);
};
#define cmocka_unit_test(f)                                                                        \
    { #f, f }
#define fail_msg(...)                                                                              \
    (printf("%s:%d: ", __FILE__, __LINE__), printf(__VA_ARGS__), printf("\n"), exit(1))
#define print_message(...)           printf(__VA_ARGS__)
#define assert_true(x)               ((x) ? (void)0 : fail_msg("not true: %s", #x))
#define assert_false(x)              assert_true(!(x))
#define assert_null(x)               assert_true((x) == NULL)
#define assert_non_null(x)           assert_true((x) != NULL)
#define assert_int_equal(a, b)       assert_true((long long)(a) == (long long)(b))
#define assert_memory_equal(a, b, n) assert_true(memcmp(a, b, n) == 0)
#define assert_string_equal(a, b)    assert_true(strcmp(a, b) == 0)
#define cmocka_run_group_tests(tests, setup, teardown)                                             \
    run_all(tests, sizeof(tests) / sizeof *(tests))

static inline int run_all(const struct CMUnitTest *tests, size_t n) {
    for (size_t i = 0; i < n; i++) {
        tests[i].run(NULL);
        printf("ok %s\n", tests[i].name);
    }
    printf("%zu passed, 0 failed\n", n);
    return 0;
}
#endif
