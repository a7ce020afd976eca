/* The suffix index against counting by hand, over random and repetitive texts. */
#include "model/suffix.h"
#include "runtime/base/clock.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static uint64_t seed = 1;

static uint32_t random_below(uint32_t n) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

static uint32_t count_by_hand(struct str text, struct str needle) {
    uint32_t n = 0;
    for (size_t i = 0; i + needle.len <= text.len; i++) {
        n += memcmp(text.ptr + i, needle.ptr, needle.len) == 0;
    }
    return n;
}

static uint32_t count_by_index(const struct suffix *s, struct str needle) {
    struct suffix_range r = suffix_all(s);
    for (uint32_t d = 0; d < needle.len; d++) {
        unsigned char c = (unsigned char)needle.ptr[d];
        if (!suffix_narrow(s, &r, d, c, c)) {
            return 0;
        }
    }
    return r.hi - r.lo;
}

static void test_counts_every_substring(void **state) {
    for (int round = 0; round < 400; round++) {
        char text[60];
        uint32_t n = 1 + random_below(sizeof(text)), alphabet = 1 + random_below(4);
        for (uint32_t i = 0; i < n; i++) {
            text[i] = (char)('a' + random_below(alphabet));
        }
        struct str t = {text, n};
        struct suffix *s = suffix_create(t);
        for (uint32_t i = 0; i < n; i++) {
            for (uint32_t len = 1; i + len <= n; len++) {
                struct str needle = {text + i, len};
                assert_int_equal(count_by_index(s, needle), count_by_hand(t, needle));
            }
        }
        assert_int_equal(count_by_index(s, STR("zz")), 0);
        for (uint32_t i = 1; i < n; i++) {
            assert_true(strncmp(s->text + s->at[i - 1], s->text + s->at[i], n) < 0);
        }
        suffix_destroy(s);
    }
}

static void test_separated_text_knows_what_can_become_unique(void **state) {
    /* "ab" twice, each followed by a byte that no string can carry: nothing but "c" is unique */
    struct str text = STR("ab\xff"
                          "ab\0c");
    struct suffix *s = suffix_create(text);
    assert_non_null(s->completable);
    struct suffix_range r = suffix_all(s);
    assert_true(suffix_can_be_unique(s, r));
    assert_true(suffix_narrow(s, &r, 0, 'a', 'a'));
    assert_int_equal(r.hi - r.lo, 2);
    assert_false(suffix_can_be_unique(s, r));
    r = suffix_all(s);
    assert_true(suffix_narrow(s, &r, 0, 'c', 'c'));
    assert_true(suffix_can_be_unique(s, r));
    suffix_destroy(s);
}

static void test_completable_agrees_with_search_by_hand(void **state) {
    for (int round = 0; round < 300; round++) {
        char text[24];
        uint32_t n = 2 + random_below(sizeof(text) - 2);
        for (uint32_t i = 0; i < n; i++) {
            text[i] = (char)(random_below(5) == 0 ? 0xff : 'a' + random_below(2));
        }
        text[0] = (char)0xff; /* always separated */
        struct suffix *s = suffix_create((struct str){text, n});
        for (uint32_t i = 0; i < n; i++) {
            uint32_t p = s->at[i];
            bool can = false;
            for (uint32_t len = 1; p + len <= n && text[p + len - 1] != (char)0xff; len++) {
                struct str needle = {text + p, len};
                can = can || count_by_hand((struct str){text, n}, needle) == 1;
            }
            assert_int_equal(s->completable[i + 1] - s->completable[i], can);
        }
        suffix_destroy(s);
    }
}

static void test_strings_are_found_whole_and_once(void **state) {
    struct str paths[] = {STR("src/b.c"), STR("src/a.c"), STR("src/b.c"), STR("bad\xff"), STR("")};
    uint32_t *ids;
    struct suffix *s = suffix_create_strings(paths, ARRAY_LEN(paths), &ids);
    assert_int_equal(s->n, 2);
    assert_int_equal(ids[0], 1);
    assert_int_equal(ids[1], 0);
    assert_int_equal(count_by_index(s, STR("src/")), 2);
    assert_int_equal(count_by_index(s, STR("rc/")), 0);
    suffix_destroy(s);
    free(ids);
    assert_null(suffix_create_strings(paths + 3, 2, &ids));
}

static void test_limits_are_kept(void **state) {
    assert_null(suffix_create(STR("")));
    char *big = xcalloc(SUFFIX_TEXT_MAX + 1, 1);
    assert_null(suffix_create((struct str){big, SUFFIX_TEXT_MAX + 1}));
    free(big);
}

static void test_a_256_kib_file_takes_milliseconds(void **state) {
    size_t n = 256u << 10;
    char *text = xmalloc(n);
    for (int kind = 0; kind < 2; kind++) {
        for (size_t i = 0; i < n; i++) {
            text[i] = kind ? 'a' : (char)("int main(void) {\n return 0; }"[random_below(29)]);
        }
        int64_t start = clock_mono_ns();
        struct suffix *s = suffix_create((struct str){text, n});
        int64_t ms = (clock_mono_ns() - start) / 1000000;
        print_message("256 KiB of %s: %d ms\n", kind ? "one character" : "random code", (int)ms);
        assert_true(ms < 2000); /* generous: quadratic would take minutes */
        suffix_destroy(s);
    }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_every_substring),
        cmocka_unit_test(test_separated_text_knows_what_can_become_unique),
        cmocka_unit_test(test_completable_agrees_with_search_by_hand),
        cmocka_unit_test(test_strings_are_found_whole_and_once),
        cmocka_unit_test(test_limits_are_kept),
        cmocka_unit_test(test_a_256_kib_file_takes_milliseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
