#ifndef MODEL_MAT_TABLE_H
#define MODEL_MAT_TABLE_H
/* The table of a kernel family: what the family's file and the headers that it includes define
 * under the same names. Included at the end of that file. */
#include "model/mat_int.h"
#include "model/mat_row8.h"

#define KERNELS_MUL(name, ...) [PANEL_##name] = mul_##name,
#define KERNELS(family)                                                                            \
    {                                                                                              \
        .name = family, .act_quantize = act_quantize, .panel_mul = {PANEL_LAYOUTS(KERNELS_MUL)},   \
        .rows_dot = {ROWS_F32_dot, ROWS_F16_dot, ROWS_BF16_dot, row8_dot},                         \
        .rows_sum = {ROWS_F32_sum, ROWS_F16_sum, ROWS_BF16_sum, row8_sum},                         \
        .row_put_f16 = row_put_f16, .row_put_q8 = row8_put, .query_prepare_q8 = row8_prepare,      \
        .dot = float_dot, .axpy = float_axpy, .scale = float_scale, .blend = float_blend,          \
    }
#endif
