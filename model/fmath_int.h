#ifndef MODEL_FMATH_INT_H
#define MODEL_FMATH_INT_H
/* The loops of fmath.h by instruction set; fmath.c chooses. */
#include <stddef.h>

#define FMATH_DECLARE(set)                                                                         \
    void fmath_swiglu_##set(float *y, const float *gate, const float *up, size_t step, size_t n);  \
    void fmath_swiglu_clamped_##set(float *y, const float *gate, const float *up, size_t step,     \
                                    size_t n);                                                     \
    void fmath_softplus_##set(float *x, size_t n);                                                 \
    float fmath_exp_sub_##set(float *x, size_t n, float max);                                      \
    float fmath_scale_max_##set(float *x, size_t n, float scale);                                  \
    float fmath_largest_##set(const float *x, size_t n)
FMATH_DECLARE(portable);
FMATH_DECLARE(avx2);
FMATH_DECLARE(avx512);
#endif
