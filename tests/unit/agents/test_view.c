/* Path sets: what exists for an agent after the manifests of its calls.
 * Method: a small base, one manifest each, the whole set compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agents/agents_int.h"

static const char base[] = "a.b\0a/x\0a/y/z\0ab";

static void expect(const struct change *change, size_t n, const char *wanted) {
    struct intern *t = intern_create();
    struct pathset *old = pathset_create(t, (struct str){base, sizeof base});
    assert_int_equal(old->n, 4);
    struct pathset *new = pathset_apply(t, old, change, n, false);
    AUTO_BUF struct buf text = BUF_INIT(4096);
    for (size_t i = 0; i < new->n; i++)
        buf_printf(&text, "%s ", new->path[i]);
    assert_string_equal(buf_cstr(&text), wanted);
    assert_true(new->complete);
    assert_int_equal(old->n, 4); /* it is shared: never changed */
    pathset_unref(new);
    pathset_unref(old);
    intern_destroy(t);
}

static void test_new_file_is_added_once(void **state) {
    struct change c[] = {{.path = STR("a/y/z"), .kind = CHANGE_FILE},
                         {.path = STR("a/zz"), .kind = CHANGE_FILE}};
    expect(c, 2, "a.b a/x a/y/z a/zz ab ");
}

static void test_deleted_directory_takes_what_is_below_and_no_neighbour(void **state) {
    struct change c[] = {{.path = STR("a"), .kind = CHANGE_DELETED}};
    expect(c, 1, "a.b ab ");
}

static void test_opaque_directory_hides_the_old_and_keeps_the_new(void **state) {
    struct change c[] = {{.path = STR("a"), .kind = CHANGE_OPAQUE},
                         {.path = STR("a/new"), .kind = CHANGE_FILE}};
    expect(c, 2, "a.b a/new ab ");
}

static void test_cut_manifest_leaves_existence_unknown(void **state) {
    struct intern *t = intern_create();
    struct pathset *old = pathset_create(t, (struct str){base, sizeof base});
    struct pathset *new = pathset_apply(t, old, NULL, 0, true);
    assert_false(new->complete);
    struct pathset *next = pathset_apply(t, new, NULL, 0, false);
    assert_false(next->complete);
    pathset_unref(next);
    pathset_unref(new);
    pathset_unref(old);
    intern_destroy(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_file_is_added_once),
        cmocka_unit_test(test_deleted_directory_takes_what_is_below_and_no_neighbour),
        cmocka_unit_test(test_opaque_directory_hides_the_old_and_keeps_the_new),
        cmocka_unit_test(test_cut_manifest_leaves_existence_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
