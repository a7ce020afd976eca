/* Goal: the token tree shares what is equal, copies only partial tails, keeps what is pinned, and
 * evicts leaves first; nothing leaks.
 * Method: the tree with a small random model's page size, no forward pass: pages are marked instead
 * of computed; a random walk of all operations under kv_check. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

#include "model/kv.h"
#include "tests/unit/model/gguf_make.h"

static struct model *model;

static struct kv_tree *tree_of(size_t pages) {
    struct kv_tree *t = NULL;
    struct err err = ERR_INIT;
    size_t page = (forward_page_bytes(model, ROW_F16) + 63) / 64 * 64;
    assert_true(kv_create(&t, model, ROW_F16, page * pages, &err));
    assert_int_equal(kv_pages_max(t), pages);
    return t;
}

static void ids_make(int32_t *ids, size_t n, uint32_t seed) {
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        ids[i] = (int32_t)(seed >> 24);
    }
}

/* Pins the sequence, makes its pages as if computed, unpins; false if there was no room. */
static bool compute(struct kv_tree *t, struct kv_node *tail) {
    struct kv_node *path[64];
    size_t n = kv_path(tail, path);
    bool ok = true;
    kv_pin(t, tail);
    for (size_t i = 0; ok && i < n; i++) {
        ok = kv_page(t, path[i]);
        if (ok) {
            for (int k = path[i]->done; k < path[i]->n; k++) {
                path[i]->data[k] = (uint8_t)path[i]->tokens[k];
            }
            path[i]->done = path[i]->n;
        }
    }
    for (size_t i = 0; ok && i < n && path[i]->position < tail->shared; i++) {
        ok = kv_expanded(t, path[i]);
        for (size_t k = 0; ok && k < kv_expanded_parts(t); k++) {
            path[i]->expanded[k][0] = (uint8_t)path[i]->tokens[0];
        }
        path[i]->expanded_done = ok;
    }
    kv_unpin(t, tail);
    return ok;
}

static void check_tokens(const struct kv_node *tail, const int32_t *ids, size_t n) {
    struct kv_node *path[64];
    size_t nodes = kv_path(tail, path);
    assert_int_equal(kv_length(tail), n);
    for (size_t i = 0; i < nodes; i++) {
        assert_int_equal(path[i]->position, i * PAGE_TOKENS);
        assert_memory_equal(path[i]->tokens, ids + i * PAGE_TOKENS, path[i]->n * sizeof *ids);
    }
}

static void test_equal_prefixes_are_the_same_nodes(void **state) {
    struct kv_tree *t = tree_of(32);
    int32_t ids[200];
    struct kv_node *a = kv_root(t), *b = kv_root(t), *pa[8], *pb[8];
    ids_make(ids, 200, 1);
    kv_append(t, &a, ids, 130, 0, false);
    kv_append(t, &b, ids, 150, 0, false);
    check_tokens(a, ids, 130);
    check_tokens(b, ids, 150);
    kv_path(a, pa);
    kv_path(b, pb);
    for (int i = 0; i < 4; i++) {
        assert_ptr_equal(pa[i], pb[i]);
    }
    assert_ptr_not_equal(pa[4], pb[4]);
    /* In several appends, too: the full nodes meet. */
    struct kv_node *c = kv_root(t), *pc[8];
    for (int i = 0; i < 140; i++) {
        kv_append(t, &c, ids + i, 1, 0, false);
    }
    kv_path(c, pc);
    for (int i = 0; i < 4; i++) {
        assert_ptr_equal(pa[i], pc[i]);
    }
    kv_check(t);
    kv_drop(t, a);
    kv_drop(t, b);
    kv_drop(t, c);
    kv_destroy(t);
}

static void test_the_node_of_the_last_token_is_never_shared(void **state) {
    struct kv_tree *t = tree_of(32);
    int32_t ids[64];
    struct kv_node *a = kv_root(t), *b = kv_root(t);
    ids_make(ids, 64, 1);
    kv_append(t, &a, ids, 64, 0, false);
    kv_append(t, &b, ids, 64, 0, false);
    assert_ptr_equal(a->parent, b->parent);
    assert_ptr_not_equal(a, b);
    kv_own_tail(t, &a);
    assert_true(compute(t, a));
    struct kv_node *c = kv_ref(a);
    kv_own_tail(t, &c);
    assert_ptr_not_equal(a, c);
    assert_true(c->done < c->n);
    kv_drop(t, a);
    kv_drop(t, b);
    kv_drop(t, c);
    kv_destroy(t);
}

static void test_a_fork_copies_its_tail_when_it_writes(void **state) {
    struct kv_tree *t = tree_of(32);
    int32_t ids[100];
    struct kv_node *a = kv_root(t);
    ids_make(ids, 100, 2);
    kv_append(t, &a, ids, 50, 0, false);
    assert_true(compute(t, a));
    struct kv_node *b = kv_ref(a), *before = a;
    kv_append(t, &b, ids + 60, 10, 0, false);
    assert_ptr_not_equal(a, b);
    check_tokens(a, ids, 50);
    assert_int_equal(kv_length(b), 60);
    assert_int_equal(a->done, 18);
    /* The copy has the rows that were computed. */
    kv_pin(t, b);
    assert_true(kv_page(t, b));
    assert_int_equal(b->done, 18);
    assert_memory_equal(a->data, b->data, 18);
    kv_unpin(t, b);
    /* Alone again, the first appends in place. */
    kv_append(t, &a, ids + 50, 3, 0, false);
    assert_ptr_equal(a, before);
    check_tokens(a, ids, 53);
    kv_drop(t, a);
    kv_drop(t, b);
    kv_destroy(t);
}

static void test_pinned_pages_stay_and_leaves_go_first(void **state) {
    struct kv_tree *t = tree_of(8);
    int32_t ids[400];
    struct kv_node *a = kv_root(t), *b = kv_root(t), *path[16];
    ids_make(ids, 400, 3);
    kv_append(t, &a, ids, 5 * 32, 0, false);
    assert_true(compute(t, a));
    kv_append(t, &b, ids + 200, 5 * 32, 0, false);
    kv_pin(t, a);
    assert_false(compute(t, b)); /* three pages are left */
    kv_unpin(t, a);
    assert_true(compute(t, b));
    /* Two of a's pages had to go: the last ones. */
    size_t n = kv_path(a, path);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(path[i]->data != NULL, i < 3);
    }
    check_tokens(a, ids, 5 * 32);
    kv_check(t);
    kv_drop(t, a);
    kv_drop(t, b);
    kv_destroy(t);
}

static void test_what_is_dropped_goes_first(void **state) {
    struct kv_tree *t = tree_of(8);
    int32_t ids[400];
    struct kv_node *a = kv_root(t), *b = kv_root(t), *c = kv_root(t), *path[16];
    ids_make(ids, 400, 4);
    kv_append(t, &a, ids, 4 * 32, 0, false);
    assert_true(compute(t, a));
    kv_append(t, &b, ids + 150, 4 * 32, 0, false);
    assert_true(compute(t, b));
    kv_drop(t, b); /* used later than a, but nobody's now */
    kv_append(t, &c, ids + 250, 4 * 32, 0, false);
    assert_true(compute(t, c));
    size_t n = kv_path(a, path);
    for (size_t i = 0; i < n; i++) {
        assert_non_null(path[i]->data);
    }
    kv_drop(t, a);
    kv_drop(t, c);
    kv_destroy(t);
}

static void test_who_runs_later_goes_first(void **state) {
    struct kv_tree *t = tree_of(12);
    int32_t ids[400];
    struct kv_node *a = kv_root(t), *b = kv_root(t), *c = kv_root(t), *path[16];
    ids_make(ids, 400, 4);
    kv_append(t, &a, ids, 4 * 32, 0, false);
    assert_true(compute(t, a));
    kv_append(t, &b, ids, 2 * 32, 0, false); /* shares a page with a */
    kv_append(t, &b, ids + 150, 5 * 32, 0, false);
    assert_true(compute(t, b));
    kv_later(t, b); /* used after a */
    kv_check(t);
    kv_append(t, &c, ids + 250, 4 * 32, 0, false);
    assert_true(compute(t, c));
    size_t n = kv_path(a, path);
    for (size_t i = 0; i < n; i++) {
        assert_non_null(path[i]->data);
    }
    n = kv_path(b, path);
    assert_null(path[n - 1]->data);
    assert_non_null(path[0]->data);
    kv_drop(t, a);
    kv_drop(t, b);
    kv_drop(t, c);
    kv_destroy(t);
}

static void test_pages_are_kept_from_the_root_while_bytes_last(void **state) {
    static const char dir[] = "/tmp/drover-test-kept";
    struct str identity = STR("test");
    struct err err = ERR_INIT;
    struct kv_tree *t = tree_of(16);
    size_t page = forward_page_bytes(model, ROW_F16);
    uint64_t bytes = 2 * page + page / 2;
    int32_t ids[400];
    assert_true(dir_remove(dir, &err));
    struct pages *p = pages_open(dir, identity, page, 1 << 30);
    assert_non_null(p);
    kv_use_pages(t, p, pages_root_key(identity));
    struct kv_node *a = kv_root(t), *path[16];
    ids_make(ids, 400, 4);
    kv_append(t, &a, ids, 5 * 32 + 7, 0, false);
    assert_true(compute(t, a));
    kv_path(a, path);
    kv_keep(t, a, &bytes);
    assert_int_equal(kv_pages_written(t), 2);
    assert_true(pages_has(p, path[0]->key) && pages_has(p, path[1]->key));
    assert_false(pages_has(p, path[2]->key));
    assert_int_equal(bytes, page / 2);
    /* Once more: what is there costs nothing, and what nobody has is not written. */
    bytes = page;
    kv_keep(t, a, &bytes);
    assert_int_equal(kv_pages_written(t), 3);
    kv_drop(t, a);
    struct kv_node *b = kv_root(t);
    kv_append(t, &b, ids + 200, 6 * 32, 0, false);
    kv_append(t, &b, ids, 9 * 32, 0, false);
    assert_true(compute(t, b));
    assert_int_equal(kv_pages_written(t), 3);
    kv_drop(t, b);
    kv_destroy(t);
    pages_close(p);
    assert_true(dir_remove(dir, &err));
}

static void test_a_dropped_prefix_is_found_again(void **state) {
    struct kv_tree *t = tree_of(8);
    int32_t ids[200];
    struct kv_node *a = kv_root(t), *b = kv_root(t);
    ids_make(ids, 200, 5);
    kv_append(t, &a, ids, 100, 0, false);
    assert_true(compute(t, a));
    kv_drop(t, a);
    kv_append(t, &b, ids, 100, 0, false);
    assert_int_equal(b->parent->done, PAGE_TOKENS);
    kv_drop(t, b);
    kv_destroy(t);
}

static void test_what_was_said_is_found_while_a_node_has_it(void **state) {
    struct kv_tree *t = tree_of(8);
    const struct kv_node *node = NULL;
    int32_t ids[100];
    struct kv_node *a = kv_root(t);
    ids_make(ids, 100, 8);
    kv_append(t, &a, ids, 100, 0, false);
    /* Across the border of two nodes, and not past the last full one. */
    assert_int_equal(kv_said(t, ids + 30, &node), 1);
    assert_int_equal(node->position, 32);
    assert_int_equal(kv_back(node, 1, 0), ids[33]);
    assert_int_equal(kv_back(node, 1, 34), -1);
    assert_int_equal(kv_said(t, ids + 29, &node), 0);
    assert_int_equal(kv_said(t, ids + 94, &node), -1);
    kv_drop(t, a);
    assert_int_equal(kv_said(t, ids + 30, &node), -1);
    kv_destroy(t);
}

static void test_behind_a_declared_prefix_nodes_are_others(void **state) {
    struct kv_tree *t = tree_of(64);
    int32_t ids[200];
    struct kv_node *plain = kv_root(t), *a = kv_root(t), *b = kv_root(t), *p[3][8];
    ids_make(ids, 200, 3);
    kv_append(t, &plain, ids, 200, 0, false);
    kv_append(t, &a, ids, 200, 128, false);
    kv_append(t, &b, ids, 150, 128, false); /* and in two pieces */
    kv_append(t, &b, ids + 150, 50, 128, false);
    kv_path(plain, p[0]);
    kv_path(a, p[1]);
    kv_path(b, p[2]);
    for (int i = 0; i < 6; i++) {
        assert_ptr_equal(p[1][i], p[2][i]);
        assert_true((p[0][i] == p[1][i]) == (i < 4));
        assert_int_equal(p[1][i]->shared, i < 4 ? 0 : 128);
    }
    assert_true(p[0][4]->key.low != p[1][4]->key.low);
    kv_check(t);
    kv_drop(t, plain);
    kv_drop(t, a);
    kv_drop(t, b);
    kv_destroy(t);
}

static void test_expanded_pages_are_counted_and_go_first(void **state) {
    struct kv_tree *t = tree_of(30);
    size_t parts = kv_expanded_parts(t);
    int32_t ids[600];
    struct kv_node *a = kv_root(t), *b = kv_root(t), *path[16];
    ids_make(ids, 600, 4);
    assert_int_equal(parts, 4);
    kv_append(t, &a, ids, 140, 128, false);
    assert_int_equal(kv_pages_to_pin(t, a), 5 + 4 * parts);
    kv_pin(t, a);
    assert_int_equal(kv_pages_pinned(t), 5 + 4 * parts);
    assert_int_equal(kv_pages_to_pin(t, a), 0);
    kv_unpin(t, a);
    assert_int_equal(kv_pages_pinned(t), 0);
    assert_true(compute(t, a));
    assert_int_equal(kv_pages_used(t), 5 + 4 * parts);
    kv_check(t);
    /* 9 pages are free, 13 wanted: two expanded pages go, the pages themselves stay. */
    kv_append(t, &b, ids + 150, 13 * 32, 0, false);
    kv_pin(t, b);
    size_t n = kv_path(b, path), expanded = 0, plain = 0;
    for (size_t i = 0; i < n; i++) {
        assert_true(kv_page(t, path[i]));
    }
    kv_unpin(t, b);
    n = kv_path(a, path);
    for (size_t i = 0; i < n; i++) {
        expanded += path[i]->expanded != NULL;
        plain += path[i]->data != NULL;
    }
    assert_int_equal(plain, 4); /* the tail was the first to go: it had nothing else */
    assert_int_equal(expanded, 3);
    kv_check(t);
    /* No room: nothing is kept of the attempt. */
    kv_pin(t, b);
    kv_pin(t, a);
    size_t used = kv_pages_used(t);
    assert_false(kv_expanded(t, path[3]) && kv_expanded(t, path[2]) && kv_expanded(t, path[1]) &&
                 kv_expanded(t, path[0]) && kv_page(t, path[4]));
    assert_true(kv_pages_used(t) <= kv_pages_max(t) && kv_pages_used(t) >= used);
    kv_unpin(t, a);
    kv_unpin(t, b);
    kv_check(t);
    kv_drop(t, a);
    kv_drop(t, b);
    kv_destroy(t);
}

static void test_a_random_walk_keeps_the_tree_whole(void **state) {
    enum { SEQS = 12 };
    struct kv_tree *t = tree_of(40);
    struct kv_node *seq[SEQS];
    int32_t ids[SEQS][640], text[640];
    int64_t shared[SEQS] = {0};
    uint32_t r = 7;
    ids_make(text, 640, 6);
    for (int i = 0; i < SEQS; i++) {
        seq[i] = kv_root(t);
    }
    for (int step = 0; step < 4000; step++) {
        r = r * 1664525 + 1013904223;
        int i = (int)(r >> 28) % SEQS, k = (int)(r >> 20 & 255) % SEQS;
        size_t n = (size_t)kv_length(seq[i]), more = r >> 8 & 63;
        switch (r >> 16 & 7) {
        case 0:
            kv_drop(t, seq[i]);
            seq[i] = kv_root(t);
            shared[i] = (r >> 4 & 3) * PAGE_TOKENS;
            break;
        case 1:
            if (i != k) {
                kv_drop(t, seq[i]);
                seq[i] = kv_ref(seq[k]);
                shared[i] = shared[k];
                memcpy(ids[i], ids[k], sizeof ids[i]);
            }
            break;
        case 2:
            if (n > 0) {
                kv_own_tail(t, &seq[i]);
            }
            break;
        case 3:
        case 4:
            (void)compute(t, seq[i]);
            break;
        default:
            if (n + more <= 640) {
                /* Mostly the same text, so that sequences meet. */
                memcpy(ids[i] + n, text + n, more * sizeof *text);
                if (more > 0 && (r >> 3 & 7) == 0) {
                    ids[i][n] = (int32_t)(r & 3);
                }
                kv_append(t, &seq[i], ids[i] + n, more, shared[i], false);
            }
        }
        check_tokens(seq[i], ids[i], (size_t)kv_length(seq[i]));
        if (step % 16 == 0) {
            kv_check(t);
        }
    }
    for (int i = 0; i < SEQS; i++) {
        kv_drop(t, seq[i]);
    }
    kv_destroy(t); /* asserts that nothing is left */
}

static int setup(void **state) {
    struct make g;
    struct err err = ERR_INIT;
    make_init(&g);
    make_deepseek2(&g, QUANT_F32, 1, 320);
    make_finish(&g);
    bool ok = model_open(&model, make_save(&g), NULL, &err);
    make_release(&g);
    return ok ? 0 : -1;
}
static int teardown(void **state) {
    model_close(model);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_prefixes_are_the_same_nodes),
        cmocka_unit_test(test_the_node_of_the_last_token_is_never_shared),
        cmocka_unit_test(test_a_fork_copies_its_tail_when_it_writes),
        cmocka_unit_test(test_pinned_pages_stay_and_leaves_go_first),
        cmocka_unit_test(test_what_is_dropped_goes_first),
        cmocka_unit_test(test_who_runs_later_goes_first),
        cmocka_unit_test(test_pages_are_kept_from_the_root_while_bytes_last),
        cmocka_unit_test(test_a_dropped_prefix_is_found_again),
        cmocka_unit_test(test_what_was_said_is_found_while_a_node_has_it),
        cmocka_unit_test(test_behind_a_declared_prefix_nodes_are_others),
        cmocka_unit_test(test_expanded_pages_are_counted_and_go_first),
        cmocka_unit_test(test_a_random_walk_keeps_the_tree_whole),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
