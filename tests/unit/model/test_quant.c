/* Goal: a row of any block format dequantizes to exactly the floats that the format defines.
 * Method: the reference vectors beside the project where they exist, and always a few blocks worked
 * out by hand below; every half and every rounding case of half conversions against arithmetic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/quant.h"

static const char *const vector_dirs[] = {"../shared/vectors/quant", "../../shared/vectors/quant",
                                          "/work/shared/vectors/quant"};

static size_t file_read(const char *name, const char *suffix, void *dst, size_t max) {
    for (size_t i = 0; i < ARRAY_LEN(vector_dirs); i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s.%s", vector_dirs[i], name, suffix);
        FILE *f = fopen(path, "rb");
        if (f == NULL)
            continue;
        size_t n = fread(dst, 1, max, f);
        fclose(f);
        return n;
    }
    return 0;
}

static void test_rows_equal_the_reference_vectors_to_the_bit(void **state) {
    static uint8_t blocks[1 << 16];
    static float expected[1 << 16], got[1 << 16];
    size_t checked = 0;
    for (size_t i = 0; quant_at(i) != NULL; i++) {
        const struct quant *q = quant_at(i);
        size_t bytes = file_read(q->name, "blocks", blocks, sizeof blocks);
        size_t n = file_read(q->name, "f32", expected, sizeof expected) / sizeof *expected;
        if (bytes == 0)
            continue;
        assert_int_equal(quant_row_bytes(q, n), bytes);
        q->dequantize(blocks, got, n);
        for (size_t j = 0; j < n; j++)
            if (memcmp(&got[j], &expected[j], sizeof(float)) != 0)
                fail_msg("%s: element %zu is %a, not %a", q->name, j, (double)got[j],
                         (double)expected[j]);
        checked++;
    }
    print_message("%zu formats checked against reference vectors\n", checked);
}

/* Block bytes made by a rule (byte i = i * mul + add), scales set to 2^0 or 2^-1: the expected sum
 * and three elements come from quant_golden.py, written from the format's description in exact
 * rational arithmetic, not from the code under test. */
struct golden {
    const char *name;
    uint8_t mul, add;
    double sum;
    int at[3];
    double value[3];
};
static const struct golden goldens[] = {
#include "tests/unit/model/quant_golden.inc"
};

static void golden_block(const struct quant *q, const struct golden *g, uint8_t *block) {
    for (size_t i = 0; i < q->block_bytes; i++)
        block[i] = (uint8_t)(i * g->mul + g->add);
    static const struct {
        const char *name;
        size_t d, min;
    } halves[] = {{"Q4_0", 0, 0}, {"Q4_1", 0, 2},     {"Q5_0", 0, 0},     {"Q5_1", 0, 2},
                  {"Q8_0", 0, 0}, {"Q2_K", 80, 82},   {"Q3_K", 108, 108}, {"Q4_K", 0, 2},
                  {"Q5_K", 0, 2}, {"Q6_K", 208, 208}, {"IQ4_NL", 0, 0},   {"IQ4_XS", 0, 0}};
    for (size_t i = 0; i < ARRAY_LEN(halves); i++)
        if (strcmp(halves[i].name, q->name) == 0) {
            memcpy(block + halves[i].min, (uint8_t[]){0x00, 0x38}, 2); /* 0.5 */
            memcpy(block + halves[i].d, (uint8_t[]){0x00, 0x3c}, 2);   /* 1 */
        }
    if (strcmp(q->name, "MXFP4") == 0)
        block[0] = 127;
}

static void test_blocks_worked_out_by_hand_give_their_numbers(void **state) {
    for (size_t i = 0; i < ARRAY_LEN(goldens); i++) {
        const struct golden *g = &goldens[i];
        const struct quant *q = quant_find_name(g->name);
        assert_non_null(q);
        uint8_t block[256] = {0};
        float got[256];
        golden_block(q, g, block);
        q->dequantize(block, got, q->block_elements);
        double sum = 0;
        for (size_t j = 0; j < q->block_elements; j++)
            sum += (double)got[j];
        if (sum != g->sum)
            fail_msg("%s: sum is %.17g, not %.17g", g->name, sum, g->sum);
        for (int j = 0; j < 3; j++)
            if ((double)got[g->at[j]] != g->value[j])
                fail_msg("%s: element %d is %.9g, not %.9g", g->name, g->at[j],
                         (double)got[g->at[j]], g->value[j]);
    }
}

static void test_every_half_survives_the_way_to_single_and_back(void **state) {
    for (uint32_t h = 0; h < 0x10000; h++) {
        float f = f16_to_f32((uint16_t)h);
        int exponent = h >> 10 & 31, fraction = h & 0x3ff;
        if (exponent == 31 && fraction != 0) {
            assert_true(f != f);
            assert_true((f32_to_f16(f) & 0x7c00) == 0x7c00 && (f32_to_f16(f) & 0x3ff) != 0);
            continue;
        }
        double value = exponent == 0 ? (double)fraction * 0x1p-24 : 1 + (double)fraction / 1024;
        for (int e = 15; exponent != 0 && exponent != 31 && e < exponent; e++)
            value *= 2;
        for (int e = 15; exponent != 0 && exponent != 31 && e > exponent; e--)
            value /= 2;
        if (exponent != 31)
            assert_true((double)f == ((h & 0x8000) ? -value : value));
        assert_int_equal(f32_to_f16(f), h);
    }
}

static void test_single_to_half_rounds_to_nearest_even(void **state) {
    for (uint32_t h = 0; h < 0x7c00; h++) { /* each half and its upper neighbour (or 2^16) */
        float low = f16_to_f32((uint16_t)h);
        float high = h == 0x7bff ? 65536.0f : f16_to_f32((uint16_t)(h + 1));
        float middle = (low + high) / 2; /* exact */
        uint32_t bits;
        memcpy(&bits, &middle, sizeof bits);
        uint32_t below_bits = bits - 1, above_bits = bits + 1;
        float below, above;
        memcpy(&below, &below_bits, sizeof below);
        memcpy(&above, &above_bits, sizeof above);
        assert_int_equal(f32_to_f16(below), h);
        assert_int_equal(f32_to_f16(middle), h + (h & 1));
        assert_int_equal(f32_to_f16(above), h + 1);
        assert_int_equal(f32_to_f16(-above), 0x8000 | (h + 1));
    }
    assert_int_equal(f32_to_f16(1e30f), 0x7c00);
}

static void test_rows_that_are_no_whole_blocks_have_no_size(void **state) {
    const struct quant *q = quant_find(QUANT_Q4_K);
    assert_int_equal(quant_row_bytes(q, 512), 288);
    assert_int_equal(quant_row_bytes(q, 500), 0);
    assert_int_equal(quant_row_bytes(q, 0), 0);
    assert_int_equal(quant_row_bytes(quant_find(QUANT_F32), SIZE_MAX), 0);
    assert_null(quant_find(16));
    assert_null(quant_find(UINT32_MAX));
    assert_null(quant_find_name("Q4_k"));
}

static void test_shared_exponents_reach_from_denormals_to_the_largest_power(void **state) {
    double power = 0x1p-128;
    for (int e = 0; e < 256; e++, power *= 2)
        assert_true((double)quant_mxfp4_scale((uint8_t)e) == power);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_equal_the_reference_vectors_to_the_bit),
        cmocka_unit_test(test_blocks_worked_out_by_hand_give_their_numbers),
        cmocka_unit_test(test_every_half_survives_the_way_to_single_and_back),
        cmocka_unit_test(test_single_to_half_rounds_to_nearest_even),
        cmocka_unit_test(test_rows_that_are_no_whole_blocks_have_no_size),
        cmocka_unit_test(test_shared_exponents_reach_from_denormals_to_the_largest_power),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
