/* Goal: a matrix product is the file's numbers times the quantized vector, in one fixed order:
 * every kernel family, batch size, range and gather gives the same bits. Method: random blocks of
 * every format; the portable family is held to a reference in double made from the exact
 * dequantizers, the other families to the portable one, bit for bit. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/mat.h"

static const char *const families[] = {"portable", "avx2", "avx512", "neon"};
static uint64_t random_state = 1;

static uint32_t random_bits(void) {
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 32);
}

static float random_float(void) {
    return (float)(int32_t)random_bits() * 0x1p-31f;
}

static void *aligned(size_t n) {
    void *p = aligned_alloc(MAT_ALIGN, (n + MAT_ALIGN) / MAT_ALIGN * MAT_ALIGN);
    assert_non_null(p);
    return p;
}

static bool extreme; /* random bytes are of the ends of the integer ranges */

static uint8_t random_byte(void) {
    static const uint8_t ends[] = {0x00, 0xff, 0x80, 0x7f};
    uint32_t bits = random_bits();
    return extreme ? ends[bits % 4] : (uint8_t)bits;
}

/* Random bytes whose half-precision scales are ordinary numbers. */
static uint8_t *random_rows(const struct quant *q, size_t k, size_t rows) {
    size_t n = quant_row_bytes(q, k) * rows;
    uint8_t *p = malloc(n);
    assert_non_null(p);
    if (mat_is_float(q->type)) {
        for (size_t i = 0; i < k * rows; i++) {
            float f = random_float();
            uint32_t bits;
            memcpy(&bits, &f, 4);
            uint16_t h = q->type == QUANT_F16 ? f32_to_f16(f) : (uint16_t)(bits >> 16);
            memcpy(p + i * q->block_bytes, q->type == QUANT_F32 ? (void *)&f : (void *)&h,
                   q->block_bytes);
        }
        return p;
    }
    for (size_t i = 0; i < n; i++)
        p[i] = random_byte();
    for (size_t at = 0; at < n; at += q->block_bytes) {
        size_t d = q->type == QUANT_Q2_K   ? 80
                   : q->type == QUANT_Q3_K ? 108
                   : q->type == QUANT_Q6_K ? 208
                                           : 0;
        if (q->type == QUANT_MXFP4) {
            p[at] = (uint8_t)(120 + random_bits() % 8);
            continue;
        }
        for (size_t h = d; h <= d + 2 && h + 2 <= q->block_bytes; h += 2) {
            uint16_t half = f32_to_f16(random_float() * 0.05f);
            bool has_min = q->type == QUANT_Q4_1 || q->type == QUANT_Q5_1 ||
                           q->type == QUANT_Q2_K || q->type == QUANT_Q4_K || q->type == QUANT_Q5_K;
            if (h == d || has_min)
                memcpy(p + at + h, &half, 2);
        }
    }
    return p;
}

struct product { /* a packed random matrix and random vectors */
    struct mat m;
    struct act a;
    uint8_t *data;
    void *packed, *memory;
    float *x;
};

static void product_make(struct product *p, const struct kernels *kern, const struct quant *q,
                         size_t k, size_t n, size_t count, size_t vectors) {
    p->data = random_rows(q, k, n * count);
    assert_true(
        mat_init(&p->m, q->type, k, n, count, p->data, quant_row_bytes(q, k) * n * count, NULL));
    p->packed = aligned(mat_packed_bytes(&p->m));
    for (size_t e = 0; e < count; e++)
        mat_pack(&p->m, p->packed, e, 0, n);
    mat_use_packed(&p->m, p->packed);
    p->memory = aligned(act_bytes(k, vectors));
    act_init(&p->a, p->memory, k, vectors);
    p->x = malloc(k * vectors * sizeof *p->x);
    for (size_t i = 0; i < k * vectors; i++)
        p->x[i] = random_float() * (float)(1 + random_bits() % 8);
    for (size_t i = 0; i < vectors; i++)
        act_put(kern, &p->a, i, p->x + i * k, ACT_FOR(q->type));
}

static void product_free(struct product *p) {
    free(p->data);
    free(p->packed);
    free(p->memory);
    free(p->x);
}

static void assert_same_bits(const float *a, const float *b, size_t n, const char *what,
                             const char *family) {
    for (size_t i = 0; i < n; i++)
        if (memcmp(&a[i], &b[i], 4) != 0 && !(isnan(a[i]) && isnan(b[i])))
            fail_msg("%s, %s: element %zu is %a, not %a", what, family, i, (double)b[i],
                     (double)a[i]);
}

static size_t columns_for(const struct quant *q) {
    return q->block_elements == 256 ? 768 : q->block_elements == 32 ? 352 : 75;
}

static void test_products_are_those_of_the_dequantized_numbers(void **state) {
    const struct kernels *kern = kernels_find("portable", NULL);
    for (size_t t = 0; quant_at(t) != NULL; t++) {
        const struct quant *q = quant_at(t);
        size_t k = columns_for(q), n = 37, count = 2, vectors = 3;
        struct product p;
        product_make(&p, kern, q, k, n, count, vectors);
        float dst[37], row[768];
        for (size_t e = 0; e < count; e++)
            for (size_t j = 0; j < vectors; j++) {
                int at = (int)j;
                mat_mul(kern, &p.m, e, &p.a, &at, 1, dst, n, 0, n);
                for (size_t r = 0; r < n; r++) {
                    mat_row(&p.m, e, r, row);
                    double sum = 0, size = 0;
                    for (size_t i = 0; i < k; i++) {
                        const struct act_unit *b = p.a.q + j * p.a.q_stride + i / ACT_UNIT;
                        double x = mat_is_float(q->type) ? (double)p.x[j * k + i]
                                                         : (double)b->d * b->q[i % ACT_UNIT];
                        sum += (double)row[i] * x;
                        size += fabs((double)row[i] * x);
                    }
                    /* quantized: sums are made on top of large floats (mat.c) */
                    if (!(fabs(sum - (double)dst[r]) <=
                          (mat_is_float(q->type) ? 2e-6 : 1e-4) * size))
                        fail_msg("%s: row %zu is %g, not %g", q->name, r, (double)dst[r], sum);
                }
            }
        product_free(&p);
    }
}

static void test_families_give_the_same_bits(void **state) {
    const struct kernels *portable = kernels_find("portable", NULL);
    for (size_t f = 1; f < ARRAY_LEN(families); f++) {
        const struct kernels *kern = kernels_find(families[f], NULL);
        if (kern == NULL) {
            print_message("%s: not on this processor\n", families[f]);
            continue;
        }
        for (size_t t = 0; quant_at(t) != NULL; t++) {
            const struct quant *q = quant_at(t);
            size_t k = columns_for(q), n = 53, vectors = 47;
            struct product p;
            product_make(&p, portable, q, k, n, 1, vectors);
            float *expected = malloc(n * vectors * sizeof(float));
            float *got = malloc(n * vectors * sizeof(float));
            mat_mul(portable, &p.m, 0, &p.a, NULL, vectors, expected, n, 0, n);
            for (size_t i = 0; i < vectors; i++)
                act_put(kern, &p.a, i, p.x + i * k, ACT_FOR(q->type));
            for (size_t m = 1; m <= vectors; m += m < 18 ? 1 : 29) {
                memset(got, 0x55, n * vectors * sizeof(float));
                mat_mul(kern, &p.m, 0, &p.a, NULL, m, got, n, 0, n);
                assert_same_bits(expected, got, n * m, q->name, families[f]);
            }
            free(expected);
            free(got);
            product_free(&p);
        }
    }
}

/* A group of 128 vectors goes through k in pieces of 64 blocks, one vector does not. */
static void test_a_group_in_pieces_is_each_vector_alone(void **state) {
    for (size_t t = 0; quant_at(t) != NULL; t++) {
        const struct quant *q = quant_at(t);
        size_t k = 2304, n = 21, vectors = 128;
        float *got = malloc(n * vectors * sizeof(float)), one[21];
        for (size_t f = 0; f < ARRAY_LEN(families); f++) {
            const struct kernels *kern = kernels_find(families[f], NULL);
            struct product p;
            if (kern == NULL)
                continue;
            product_make(&p, kern, q, k, n, 1, vectors);
            mat_mul(kern, &p.m, 0, &p.a, NULL, vectors, got, n, 0, n);
            for (int j = 0; j < (int)vectors; j += 9) {
                mat_mul(kern, &p.m, 0, &p.a, &j, 1, one, n, 0, n);
                assert_same_bits(one, got + (size_t)j * n, n, q->name, families[f]);
            }
            product_free(&p);
        }
        free(got);
    }
}

static void test_any_bytes_are_weights_and_families_still_agree(void **state) {
    const struct kernels *portable = kernels_find("portable", NULL);
    for (size_t t = 0; quant_at(t) != NULL; t++) {
        const struct quant *q = quant_at(t);
        size_t k = columns_for(q), n = 16 * 40;
        struct product p;
        product_make(&p, portable, q, k, n, 1, 2);
        size_t bytes = quant_row_bytes(q, k) * n;
        for (size_t i = 0; i < bytes; i++)
            p.data[i] = (uint8_t)random_bits();
        mat_pack(&p.m, p.packed, 0, 0, n);
        float expected[16 * 40 * 2], got[16 * 40 * 2];
        mat_mul(portable, &p.m, 0, &p.a, NULL, 2, expected, n, 0, n);
        for (size_t f = 1; f < ARRAY_LEN(families); f++) {
            const struct kernels *kern = kernels_find(families[f], NULL);
            if (kern == NULL)
                continue;
            mat_mul(kern, &p.m, 0, &p.a, NULL, 2, got, n, 0, n);
            assert_same_bits(expected, got, n * 2, q->name, families[f]);
        }
        product_free(&p);
    }
}

static void test_the_largest_integers_do_not_saturate(void **state) {
    const struct kernels *portable = kernels_find("portable", NULL);
    extreme = true;
    for (size_t t = 0; quant_at(t) != NULL; t++) {
        const struct quant *q = quant_at(t);
        size_t k = columns_for(q), n = 64, vectors = 8;
        struct product p;
        product_make(&p, portable, q, k, n, 1, vectors);
        for (size_t i = 0; i < k * vectors; i++) /* two vectors of one sign, six of both */
            p.x[i] = i / k == 0 || (i / k > 1 && random_bits() % 2) ? 127 : -127;
        for (size_t i = 0; i < vectors; i++)
            act_put(portable, &p.a, i, p.x + i * k, ACT_FOR(q->type));
        float expected[64 * 8], got[64 * 8];
        mat_mul(portable, &p.m, 0, &p.a, NULL, vectors, expected, n, 0, n);
        for (size_t f = 1; f < ARRAY_LEN(families); f++) {
            const struct kernels *kern = kernels_find(families[f], NULL);
            if (kern == NULL)
                continue;
            mat_mul(kern, &p.m, 0, &p.a, NULL, vectors, got, n, 0, n);
            assert_same_bits(expected, got, n * vectors, q->name, families[f]);
        }
        product_free(&p);
    }
    extreme = false;
}

static void test_results_do_not_depend_on_batch_range_or_gather(void **state) {
    for (size_t f = 0; f < ARRAY_LEN(families); f++) {
        const struct kernels *kern = kernels_find(families[f], NULL);
        if (kern == NULL)
            continue;
        static const char *const names[] = {"F32", "F16", "Q8_0", "Q4_K", "Q6_K"};
        for (size_t t = 0; t < ARRAY_LEN(names); t++) {
            const struct quant *q = quant_find_name(names[t]);
            size_t k = 256, n = 100, vectors = 300;
            struct product p;
            product_make(&p, kern, q, k, n, 2, vectors);
            float *whole = malloc(n * vectors * sizeof(float));
            float *parts = malloc(n * vectors * sizeof(float));
            mat_mul(kern, &p.m, 1, &p.a, NULL, vectors, whole, n, 0, n);
            size_t m = 0; /* every other batch size, gathered backwards, ranges of odd panels */
            for (size_t size = 1; m < vectors; m += size, size = size % 37 + 1) {
                int rows[40];
                size_t cols = MIN(size, vectors - m);
                float out[40 * 100];
                for (size_t j = 0; j < cols; j++)
                    rows[j] = (int)(m + cols - 1 - j);
                mat_mul(kern, &p.m, 1, &p.a, rows, cols, out, n, 0, 48);
                mat_mul(kern, &p.m, 1, &p.a, rows, cols, out + 48, n, 48, 64);
                mat_mul(kern, &p.m, 1, &p.a, rows, cols, out + 64, n, 64, n);
                for (size_t j = 0; j < cols; j++)
                    memcpy(parts + (size_t)rows[j] * n, out + j * n, n * sizeof(float));
            }
            assert_same_bits(whole, parts, n * vectors, names[t], families[f]);
            free(whole);
            free(parts);
            product_free(&p);
        }
    }
}

static void test_kept_tiles_give_the_same_bits(void **state) {
    static const size_t ks[] = {256, 8192}; /* the second does not fit whole */
    for (size_t f = 0; f < ARRAY_LEN(families); f++) {
        const struct kernels *kern = kernels_find(families[f], NULL);
        for (size_t t = 0; kern != NULL && t < ARRAY_LEN(ks); t++) {
            enum { N = 64, M = MAT_TILES_VECTORS };
            struct product p;
            product_make(&p, kern, quant_find_name("Q4_K"), ks[t], N, 1, M + 1);
            float *whole = malloc(N * M * sizeof(float)), *parts = malloc(N * M * sizeof(float));
            struct mat_tiles tiles = {.memory = aligned(MAT_TILES_BYTES)};
            for (int from = 0; from < 2; from++) { /* other vectors, the tiles made anew */
                int rows[M];
                for (int i = 0; i < M; i++)
                    rows[i] = from + i;
                mat_mul(kern, &p.m, 0, &p.a, rows, M, whole, N, 0, N);
                tiles.ready = false;
                for (size_t r = 0; r < N; r += 16)
                    mat_mul_tiles(kern, &tiles, &p.m, 0, &p.a, rows, M, parts + r, N, r, r + 16);
                assert_true(tiles.ready);
                assert_same_bits(whole, parts, N * M, "Q4_K", families[f]);
            }
            free(whole);
            free(parts);
            free(tiles.memory);
            product_free(&p);
        }
    }
}

static void test_nothing_is_written_outside_the_range(void **state) {
    for (size_t f = 0; f < ARRAY_LEN(families); f++) {
        const struct kernels *kern = kernels_find(families[f], NULL);
        for (size_t t = 0; kern != NULL && quant_at(t) != NULL; t++) {
            struct product p;
            product_make(&p, kern, quant_at(t), columns_for(quant_at(t)), 41, 1, 5);
            float dst[5 * 48];
            for (size_t i = 0; i < ARRAY_LEN(dst); i++)
                dst[i] = -12345.0f;
            mat_mul(kern, &p.m, 0, &p.a, NULL, 5, dst + 32, 48, 32, 41);
            for (size_t i = 0; i < ARRAY_LEN(dst); i++)
                assert_true((dst[i] == -12345.0f) == (i % 48 < 32 || i % 48 >= 41));
            product_free(&p);
        }
    }
}

static void test_a_pair_is_its_two_matrices_panel_by_panel(void **state) {
    const struct kernels *kern = kernels_find(NULL, NULL);
    for (size_t t = 0; quant_at(t) != NULL; t++) {
        const struct quant *q = quant_at(t);
        size_t k = columns_for(q), n = 48;
        struct product a, b;
        product_make(&a, kern, q, k, n, 3, 4);
        product_make(&b, kern, q, k, n, 3, 4);
        struct mat pair;
        assert_true(mat_init_pair(&pair, &a.m, &b.m));
        void *packed = aligned(mat_packed_bytes(&pair));
        for (size_t e = 0; e < 3; e++)
            mat_pack(&pair, packed, e, 0, pair.n);
        mat_use_packed(&pair, packed);
        float both[4 * 96], one[4 * 48], two[4 * 48], expected[96], row[768], same[768];
        mat_mul(kern, &pair, 2, &a.a, NULL, 4, both, 96, 0, 96);
        mat_mul(kern, &a.m, 2, &a.a, NULL, 4, one, n, 0, n);
        mat_mul(kern, &b.m, 2, &a.a, NULL, 4, two, n, 0, n);
        for (size_t j = 0; j < 4; j++) {
            for (size_t r = 0; r < 96; r++)
                expected[r] = (r / 16 % 2 ? two : one)[j * n + r / 32 * 16 + r % 16];
            assert_same_bits(expected, both + j * 96, 96, q->name, "pair");
        }
        mat_row(&pair, 2, 16 + 5, row);
        mat_row(&b.m, 2, 5, same);
        assert_memory_equal(row, same, k * sizeof *row);
        free(packed);
        product_free(&a);
        product_free(&b);
    }
}

static void test_packing_in_pieces_gives_the_same_bytes(void **state) {
    for (size_t t = 0; quant_at(t) != NULL; t++) {
        const struct quant *q = quant_at(t);
        if (mat_is_float(q->type))
            continue;
        struct product p;
        product_make(&p, kernels_find("portable", NULL), q, columns_for(q), 45, 2, 1);
        size_t bytes = mat_packed_bytes(&p.m);
        uint8_t *again = aligned(bytes);
        memset(again, 0xaa, bytes);
        for (size_t e = 2; e-- > 0;)
            for (size_t row = 0; row < 45; row += 16)
                mat_pack(&p.m, again, e, row, MIN(row + 16, 45));
        assert_memory_equal(again, p.packed, bytes);
        assert_int_equal(mat_packed_offset(&p.m, 1, 45), bytes);
        free(again);
        product_free(&p);
    }
}

static void test_shapes_that_do_not_fit_the_tensor_are_refused(void **state) {
    uint8_t data[288] = {0};
    struct mat m;
    struct err err = ERR_INIT;
    assert_true(mat_init(&m, QUANT_Q4_K, 256, 2, 1, data, 288, &err));
    assert_false(mat_init(&m, QUANT_Q4_K, 255, 2, 1, data, 288, &err));
    assert_int_equal(err.code, ERR_MODEL);
    assert_false(mat_init(&m, QUANT_Q4_K, 256, 2, 1, data, 287, NULL));
    assert_false(mat_init(&m, QUANT_Q4_K, 256, 0, 1, data, 0, NULL));
    assert_false(mat_init(&m, QUANT_Q4_K, 256, SIZE_MAX / 2, 4, data, 288, NULL));
    err = ERR_INIT;
    assert_false(mat_init(&m, 16, 256, 1, 1, data, 66, &err));
    assert_non_null(strstr(err.msg, "16"));
    struct mat a, b, pair;
    assert_true(mat_init(&a, QUANT_Q8_0, 32, 2, 1, data, 68, NULL));
    assert_true(mat_init(&b, QUANT_Q8_0, 32, 2, 1, data + 68, 68, NULL));
    assert_false(mat_init_pair(&pair, &a, &b)); /* not a multiple of 16 rows */
}

static void test_vectors_are_rounded_to_nearest_even_in_units_of_256(void **state) {
    enum { K = 352 }; /* the second unit is not whole */
    float x[K] = {0}, expected;
    x[0] = 127; /* scale 1 */
    x[1] = 0.5f;
    x[2] = 1.5f;
    x[3] = -2.5f;
    x[4] = -127;
    x[20] = 3;
    x[255] = -7;
    x[290] = 1e-35f; /* below the smallest unit */
    for (size_t f = 0; f < ARRAY_LEN(families); f++) {
        const struct kernels *kern = kernels_find(families[f], NULL);
        if (kern == NULL)
            continue;
        struct act a;
        void *memory = aligned(act_bytes(K, 1));
        memset(memory, 0x5a, act_bytes(K, 1));
        act_init(&a, memory, K, 1);
        act_put(kern, &a, 0, x, ACT_Q8);
        expected = 127.0f * (1.0f / 127.0f);
        assert_memory_equal(&a.q[0].d, &expected, 4);
        static const int8_t q[5] = {127, 0, 2, -2, -127};
        static const int16_t sums[16] = {0, 3, [15] = -7}, zeros[16];
        assert_memory_equal(a.q[0].q, q, sizeof q);
        assert_memory_equal(a.q[0].sum, sums, sizeof sums);
        assert_true(a.q[1].d == 0 && a.q[1].q[34] == 0);
        x[300] = INFINITY;
        act_put(kern, &a, 0, x, ACT_Q8);
        assert_true(isnan(a.q[1].d));
        assert_memory_equal(a.q[1].sum, zeros, sizeof zeros);
        x[300] = NAN;
        act_put(kern, &a, 0, x, ACT_Q8);
        assert_true(isnan(a.q[1].d));
        x[300] = 2;
        act_put(kern, &a, 0, x, ACT_Q8);
        for (size_t i = K; i < 2 * ACT_UNIT; i++) /* past the end */
            assert_true(a.q[1].q[i - ACT_UNIT] == 0);
        assert_true(a.q[1].q[44] == 127 && a.q[1].sum[2] == 127);
        x[300] = 0;
        free(memory);
    }
}

static void test_a_vector_put_in_parts_is_the_vector(void **state) {
    enum { K = 364 }; /* a tail of 12: floats only */
    float x[K];
    for (size_t i = 0; i < K; i++)
        x[i] = (float)(i * 37 % 101) - 50;
    for (size_t f = 0; f < ARRAY_LEN(families); f++) {
        const struct kernels *kern = kernels_find(families[f], NULL);
        for (size_t k = 352; kern != NULL && k <= K; k += K - 352) {
            int forms = k % 32 == 0 ? ACT_F32 | ACT_Q8 : ACT_F32;
            struct act a;
            void *memory = aligned(act_bytes(k, 2));
            memset(memory, 0x5a, act_bytes(k, 2));
            act_init(&a, memory, k, 2);
            act_put(kern, &a, 0, x, forms);
            act_put_part(kern, &a, 1, ACT_UNIT, k - ACT_UNIT, x + ACT_UNIT, forms);
            act_put_part(kern, &a, 1, 0, ACT_UNIT, x, forms);
            assert_memory_equal(a.f, a.f + a.f_stride, a.f_stride * sizeof(float));
            for (size_t i = 0; (forms & ACT_Q8) && i < a.q_stride; i++) {
                const struct act_unit *one = a.q + i, *other = one + a.q_stride;
                assert_memory_equal(one->q, other->q, sizeof one->q);
                assert_memory_equal(one->sum, other->sum, sizeof one->sum);
                assert_true(one->d == other->d);
            }
            free(memory);
        }
    }
}

static void test_attention_loops_agree_and_may_be_cut_anywhere(void **state) {
    enum { DIM = 96, ROWS = 70, QUERIES = 11 };
    static const char *const names[] = {"f32", "f16"};
    for (int format = ROW_F32; format <= ROW_F16; format++)
        for (size_t dim = DIM; dim >= DIM - 5; dim -= 5) { /* 91: a tail */
            size_t stride = row_bytes((enum row_format)format, dim) + 6;
            static uint8_t rows[ROWS * (DIM * 4 + 6)];
            static float q[QUERIES * DIM], p[QUERIES * ROWS], x[DIM], back[DIM];
            static float dots[4][QUERIES * ROWS], sums[4][QUERIES * DIM];
            for (size_t i = 0; i < ARRAY_LEN(q); i++)
                q[i] = random_float();
            for (size_t i = 0; i < ARRAY_LEN(p); i++)
                p[i] = random_float();
            for (size_t t = 0; t < ROWS; t++) {
                for (size_t i = 0; i < dim; i++)
                    x[i] = random_float();
                row_put(kernels_find(NULL, NULL), (enum row_format)format, x, dim,
                        rows + t * stride);
                row_get((enum row_format)format, rows + t * stride, dim, back);
                for (size_t i = 0; i < dim; i++)
                    assert_true(fabsf(back[i] - x[i]) <= (format == ROW_F32 ? 0 : 0x1p-11f));
            }
            for (size_t f = 0; f < ARRAY_LEN(families); f++) {
                const struct kernels *kern = kernels_find(families[f], NULL);
                if (kern == NULL)
                    continue;
                enum row_format form = (enum row_format)format;
                attn_dot(kern, form, rows, stride, ROWS, dim, q, DIM, QUERIES, dots[f], ROWS, NULL);
                memset(sums[f], 0x7f, sizeof sums[f]);
                attn_sum(kern, form, &(const void *){rows}, 1, stride, ROWS, dim, p, ROWS, QUERIES,
                         sums[f], DIM, true);
                static float one[ROWS], cut[DIM];
                memset(cut, 0, sizeof cut);
                attn_dot(kern, form, rows + 3 * stride, stride, 9, dim, q + 5 * DIM, DIM, 1, one,
                         ROWS, NULL);
                assert_same_bits(dots[f] + 5 * ROWS + 3, one, 9, names[format], families[f]);
                for (size_t t = 0, step = 1; t < ROWS; t += step, step = MIN(t + 1, ROWS - t))
                    attn_sum(kern, form, &(const void *){rows + t * stride}, 1, stride,
                             MIN(step, ROWS - t), dim, p + 7 * ROWS + t, ROWS, 1, cut, DIM, false);
                assert_same_bits(sums[f] + 7 * DIM, cut, dim, names[format], families[f]);
                assert_same_bits(dots[0], dots[f], QUERIES * ROWS, names[format], families[f]);
                for (size_t i = 0; i < QUERIES; i++)
                    assert_same_bits(sums[0] + i * DIM, sums[f] + i * DIM, dim, names[format],
                                     families[f]);
            }
            for (size_t i = 0; i < QUERIES; i++) { /* and they are dot products and sums */
                double dot = 0, sum = 0;
                row_get((enum row_format)format, rows + 13 * stride, dim, back);
                for (size_t d = 0; d < dim; d++)
                    dot += (double)back[d] * (double)q[i * DIM + d];
                assert_true(fabs(dot - (double)dots[0][i * ROWS + 13]) < 1e-5);
                for (size_t t = 0; t < ROWS; t++) {
                    row_get((enum row_format)format, rows + t * stride, dim, back);
                    sum += (double)back[dim - 1] * (double)p[i * ROWS + t];
                }
                assert_true(fabs(sum - (double)sums[0][i * DIM + dim - 1]) < 1e-5);
            }
        }
}

/* Reference of ROW_Q8 in double, from the rounded numbers: rows by row_get, queries rounded as
 * said. */
static double q8_dot(const float *q, const float *row, size_t dim) {
    double sum = 0;
    for (size_t at = 0; at < dim; at += 512) {
        size_t end = MIN(at + 512, dim);
        double largest = 0;
        for (size_t i = at; i < end; i++)
            largest = fmax(largest, fabs((double)q[i]));
        for (size_t i = at; i < end; i++)
            sum += nearbyint((double)q[i] * 127 / largest) * largest / 127 * (double)row[i];
    }
    return sum;
}

static void q8_case(size_t dim, size_t dim_v, size_t n, size_t queries) {
    size_t stride = row_bytes(ROW_Q8, dim) + 3;
    uint8_t *rows = malloc(stride * n), *rows_again = malloc(stride * n);
    float *q = malloc(queries * dim * 4), *ready = malloc(queries * dim * 4);
    float *p = malloc(queries * n * 4), *x = malloc(dim * 4), *back = malloc(n * dim * 4);
    float *dots[2] = {malloc(queries * n * 4), malloc(queries * n * 4)};
    float *sums[2] = {malloc(queries * dim_v * 4), malloc(queries * dim_v * 4)};
    for (size_t i = 0; i < queries * dim; i++)
        q[i] = random_float() * (i % dim < 512 ? 1 : 20);
    for (size_t i = 0; i < queries * n; i++)
        p[i] = fabsf(random_float());
    for (size_t t = 0; t < n; t++) {
        for (size_t i = 0; i < dim; i++)
            x[i] = random_float() * (i < 512 ? 1 : 20);
        row_put(kernels_find("portable", NULL), ROW_Q8, x, dim, rows + t * stride);
        row_get(ROW_Q8, rows + t * stride, dim, back + t * dim);
        for (size_t i = 0; i < dim; i++)
            assert_true(fabsf(back[t * dim + i] - x[i]) < (i < 512 ? 0.004f : 0.08f));
    }
    for (size_t f = 0; f < ARRAY_LEN(families); f++) {
        const struct kernels *kern = kernels_find(families[f], NULL);
        if (kern == NULL)
            continue;
        size_t at = f > 0;
        memcpy(ready, q, queries * dim * 4);
        for (size_t i = 0; i < queries; i++)
            attn_prepare(kern, ROW_Q8, ready + i * dim, dim);
        for (size_t t = 0; t < n; t++) {
            row_put(kern, ROW_Q8, back + t * dim, dim, rows_again + t * stride);
            assert_memory_equal(rows + t * stride + 4, rows_again + t * stride + 4,
                                MIN(dim, (size_t)512));
        }
        attn_dot(kern, ROW_Q8, rows, stride, n, dim, ready, dim, queries, dots[at], n, NULL);
        memset(sums[at], 0x7f, queries * dim_v * 4);
        attn_sum(kern, ROW_Q8, &(const void *){rows}, 1, stride, n, dim_v, p, n, queries, sums[at],
                 dim_v, true);
        assert_same_bits(dots[0], dots[at], queries * n, "q8 dot", families[f]);
        assert_same_bits(sums[0], sums[at], queries * dim_v, "q8 sum", families[f]);
        float one[8];
        size_t few = MIN(n, (size_t)8);
        attn_dot(kern, ROW_Q8, rows + (n - few) * stride, stride, few, dim,
                 ready + (queries - 1) * dim, dim, 1, one, few, NULL);
        assert_same_bits(dots[0] + queries * n - few, one, few, "q8 piece", families[f]);
        memset(x, 0, dim * 4);
        const void *pages[8];
        size_t whole = n / 32;
        assert_true(whole < ARRAY_LEN(pages));
        for (size_t page = 0; page <= whole; page++)
            pages[page] = rows + page * 32 * stride;
        const float *last = p + (queries - 1) * n;
        if (whole > 0)
            attn_sum(kern, ROW_Q8, pages, whole, stride, 32, dim_v, last, n, 1, x, dim_v, false);
        if (n % 32 > 0)
            attn_sum(kern, ROW_Q8, pages + whole, 1, stride, n % 32, dim_v, last + 32 * whole, n, 1,
                     x, dim_v, false);
        assert_same_bits(sums[0] + (queries - 1) * dim_v, x, dim_v, "q8 pieces", families[f]);
    }
    for (size_t i = 0; i < queries; i++) {
        for (size_t t = 0; t < n; t++) {
            double dot = q8_dot(q + i * dim, back + t * dim, dim);
            assert_true(fabs(dot - (double)dots[0][i * n + t]) < 1e-4 * (double)dim);
        }
        for (size_t d = 0; d < dim_v; d++) {
            double sum = 0;
            for (size_t t = 0; t < n; t++)
                sum += (double)p[i * n + t] * (double)back[t * dim + d];
            double largest = d < 512 ? 1 : 20; /* a weight is off by half of 1/255 at most */
            assert_true(fabs(sum - (double)sums[0][i * dim_v + d]) < largest * (double)n / 500);
        }
    }
    free(rows), free(rows_again), free(q), free(ready), free(p), free(x), free(back);
    free(dots[0]), free(dots[1]), free(sums[0]), free(sums[1]);
}

static void test_int8_rows_agree_and_are_near_the_exact_sums(void **state) {
    q8_case(576, 512, 32, 16);
    q8_case(576, 512, 71, 21);
    q8_case(576, 512, 200, 35);
    q8_case(128, 128, 32, 5);
    q8_case(128, 128, 45, 29);
    q8_case(96, 64, 55, 30);
    q8_case(96, 64, 13, 3);
    q8_case(80, 64, 71, 9); /* not whole blocks: those of the shipped model */
    q8_case(48, 48, 40, 27);
    q8_case(18, 18, 33, 5); /* the shortest */
    q8_case(83, 65, 33, 4);
    q8_case(530, 512, 40, 26);
    q8_case(32, 32, 1, 1);
    q8_case(1056, 1056, 37, 4);
}

/* A prepared query has room where it was. */
static void test_rows_that_fit_int8(void **state) {
    for (size_t dim = 0; dim < 2000; dim++)
        assert_int_equal(row_fits_q8(dim), dim > 0 && (dim % 512 == 0 || dim % 512 >= 18));
}

static void test_int8_rows_with_infinities_give_nan_not_nonsense(void **state) {
    float q[64] = {0}, p[2] = {1, 1}, x[64] = {0}, dots[2], sums[64];
    uint8_t rows[2 * 68];
    q[3] = x[5] = 1;
    for (size_t f = 0; f < ARRAY_LEN(families); f++) {
        const struct kernels *kern = kernels_find(families[f], NULL);
        if (kern == NULL)
            continue;
        x[7] = 0;
        row_put(kern, ROW_Q8, x, 64, rows);
        x[7] = INFINITY;
        row_put(kern, ROW_Q8, x, 64, rows + 68);
        float ready[64];
        memcpy(ready, q, sizeof q);
        attn_prepare(kern, ROW_Q8, ready, 64);
        attn_dot(kern, ROW_Q8, rows, 68, 2, 64, ready, 64, 1, dots, 2, NULL);
        assert_true(dots[0] == 0 && isnan(dots[1]));
        memset(sums, 0, sizeof sums);
        attn_sum(kern, ROW_Q8, &(const void *){rows}, 1, 68, 2, 64, p, 2, 1, sums, 64, false);
        assert_true(isnan(sums[5]));
        memset(sums, 0, sizeof sums);
        p[1] = 0; /* 0 * NaN */
        attn_sum(kern, ROW_Q8, &(const void *){rows}, 1, 68, 1, 64, p, 2, 1, sums, 64, false);
        assert_true(fabsf(sums[5] - 1) < 1e-6f && sums[7] == 0);
    }
}

static void test_vector_operations_agree(void **state) {
    float a[77], b[77], first[77];
    for (size_t i = 0; i < 77; i++) {
        a[i] = random_float();
        b[i] = random_float();
    }
    for (size_t n = 0; n <= 77; n++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += (double)a[i] * (double)b[i];
        float dot0 = vec_dot(kernels_find("portable", NULL), a, b, n);
        assert_true(fabs(sum - (double)dot0) < 1e-5);
        for (size_t f = 0; f < ARRAY_LEN(families); f++) {
            const struct kernels *kern = kernels_find(families[f], NULL);
            if (kern == NULL)
                continue;
            float y[77];
            memcpy(y, b, sizeof y);
            vec_axpy(kern, 0.3f, a, y, n);
            vec_scale(kern, 0.7f, y, n);
            if (f == 0)
                memcpy(first, y, sizeof y);
            assert_memory_equal(y, first, sizeof y);
            float dot = vec_dot(kern, a, b, n);
            assert_memory_equal(&dot, &dot0, 4);
        }
    }
}

static void test_unknown_kernels_are_named_with_the_choices(void **state) {
    struct err err = ERR_INIT;
    assert_null(kernels_find("fast", &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.msg, "'fast'"));
    assert_non_null(strstr(err.hint, "portable"));
    assert_non_null(kernels_find(NULL, NULL));
    assert_true(kernels_supported("portable"));
    assert_string_equal(kernels_name(kernels_find("portable", NULL)), "portable");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products_are_those_of_the_dequantized_numbers),
        cmocka_unit_test(test_families_give_the_same_bits),
        cmocka_unit_test(test_a_group_in_pieces_is_each_vector_alone),
        cmocka_unit_test(test_any_bytes_are_weights_and_families_still_agree),
        cmocka_unit_test(test_the_largest_integers_do_not_saturate),
        cmocka_unit_test(test_results_do_not_depend_on_batch_range_or_gather),
        cmocka_unit_test(test_kept_tiles_give_the_same_bits),
        cmocka_unit_test(test_nothing_is_written_outside_the_range),
        cmocka_unit_test(test_a_pair_is_its_two_matrices_panel_by_panel),
        cmocka_unit_test(test_packing_in_pieces_gives_the_same_bytes),
        cmocka_unit_test(test_shapes_that_do_not_fit_the_tensor_are_refused),
        cmocka_unit_test(test_vectors_are_rounded_to_nearest_even_in_units_of_256),
        cmocka_unit_test(test_attention_loops_agree_and_may_be_cut_anywhere),
        cmocka_unit_test(test_a_vector_put_in_parts_is_the_vector),
        cmocka_unit_test(test_rows_that_fit_int8),
        cmocka_unit_test(test_int8_rows_agree_and_are_near_the_exact_sums),
        cmocka_unit_test(test_int8_rows_with_infinities_give_nan_not_nonsense),
        cmocka_unit_test(test_vector_operations_agree),
        cmocka_unit_test(test_unknown_kernels_are_named_with_the_choices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
