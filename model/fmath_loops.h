/* Loops over arrays, 16 elements at a time: included by fmath.c, fmath_avx2.c and fmath_avx512.c
 * with FMATH(name) set to the name for that instruction set. Vectors of the compiler (GNU C) stand
 * for whatever registers there are; every operation is per element and nothing is fused, so the
 * bits do not depend on the set. No include guard. */
#include <stdint.h>
#include <string.h>

#include "model/fmath_int.h"

typedef float v16f __attribute__((vector_size(64)));
typedef int32_t v16i __attribute__((vector_size(64)));

static inline __attribute__((always_inline)) v16f v16_all(float x) {
    return (v16f){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

static inline __attribute__((always_inline)) v16f v16_select(v16i mask, v16f a, v16f b) {
    return (v16f)(((v16i)a & mask) | ((v16i)b & ~mask));
}

static inline __attribute__((always_inline)) v16f v16_load(const float *x, size_t n) {
    v16f v = v16_all(0);
    memcpy(&v, x, n * sizeof *x);
    return v;
}

static inline __attribute__((always_inline)) v16f v16_exp(v16f in) {
    /* 1.5 * 2^23: adding it rounds to the nearest integer in the low bits. */
    const v16f magic = v16_all(12582912.0f);
    v16f x = v16_select(in > v16_all(88.72f), v16_all(88.72f), in);
    x = v16_select(x < v16_all(-87.3f), v16_all(-87.3f), x);
    v16f shifted = x * v16_all(1.44269504f) + magic;
    v16f n = shifted - magic;
    v16f r = x - n * v16_all(0.693359375f);
    r = r - n * v16_all(-2.12194440e-4f);
    /* exp(r) on |r| <= ln2/2, minimax of degree 7 (error 1e-9 relative). */
    v16f p = v16_all(1.9875691500e-4f);
    p = p * r + v16_all(1.3981999507e-3f);
    p = p * r + v16_all(8.3334519073e-3f);
    p = p * r + v16_all(4.1665795894e-2f);
    p = p * r + v16_all(1.6666665459e-1f);
    p = p * r + v16_all(5.0000001201e-1f);
    p = p * (r * r) + r;
    p = p + v16_all(1.0f);
    /* Two factors: 2^128 alone would not fit. */
    v16i e = (v16i)shifted - (v16i)magic;
    v16i half = e >> 1;
    v16f y = p * (v16f)((half + 127) << 23);
    y = y * (v16f)((e - half + 127) << 23);
    y = v16_select(in > v16_all(88.72f), v16_all(__builtin_inff()), y);
    y = v16_select(in < v16_all(-87.3f), v16_all(0), y);
    return v16_select(in == in, y, in);
}

static inline __attribute__((always_inline, unused)) float exp_one(float x) {
    v16f y = v16_exp(v16_all(x));
    return y[0];
}

static inline __attribute__((always_inline)) v16f v16_silu(v16f gate) {
    return gate / (v16_all(1.0f) + v16_exp(-gate));
}

/* NaN stays. */
static inline __attribute__((always_inline)) v16f v16_at_most(v16f x, float limit) {
    return v16_select(x > v16_all(limit), v16_all(limit), x);
}

static inline __attribute__((always_inline)) v16f v16_at_least(v16f x, float limit) {
    return v16_select(x < v16_all(limit), v16_all(limit), x);
}

static inline __attribute__((always_inline)) v16f v16_swiglu(v16f g, v16f u) {
    return v16_silu(g) * u;
}

static inline __attribute__((always_inline)) v16f v16_swiglu_clamped(v16f g, v16f u) {
    g = v16_at_most(g, 7.0f);
    u = v16_at_least(v16_at_most(u, 7.0f), -7.0f);
    return g / (v16_all(1.0f) + v16_exp(g * v16_all(-1.702f))) * (u + v16_all(1.0f));
}

#define SWIGLU(name)                                                                               \
    void FMATH(fmath_##name)(float *y, const float *gate, const float *up, size_t step,            \
                             size_t n) {                                                           \
        for (size_t i = 0; i < n; i += 16, gate += step, up += step) {                             \
            size_t m = n - i < 16 ? n - i : 16;                                                    \
            v16f g = m == 16 ? v16_load(gate, 16) : v16_load(gate, m);                             \
            v16f u = m == 16 ? v16_load(up, 16) : v16_load(up, m);                                 \
            v16f v = v16_##name(g, u);                                                             \
            memcpy(y + i, &v, m * sizeof *y);                                                      \
        }                                                                                          \
    }
SWIGLU(swiglu)
SWIGLU(swiglu_clamped)
#undef SWIGLU

/* max(x, 0) + log(1 + y), y = e^-|x|, which is 2 atanh(t), t = y / (2 + y) <= 1/3 */
static inline __attribute__((always_inline)) v16f v16_softplus(v16f x) {
    const v16f zero = v16_all(0);
    v16f y = v16_exp(v16_select(x > zero, -x, x)), t = y / (v16_all(2.0f) + y), t2 = t * t;
    v16f sum = v16_all(1.0f / 13);
    for (int k = 11; k >= 1; k -= 2) {
        sum = sum * t2 + v16_all(1.0f / (float)k);
    }
    return v16_select(x > zero, x, zero) + v16_all(2.0f) * t * sum;
}

void FMATH(fmath_softplus)(float *x, size_t n) {
    for (size_t i = 0; i < n; i += 16) {
        size_t m = n - i < 16 ? n - i : 16;
        v16f y = v16_softplus(v16_load(x + i, m));
        memcpy(x + i, &y, m * sizeof *x);
    }
}

float FMATH(fmath_exp_sub)(float *x, size_t n, float max) {
    v16f lanes = v16_all(0);
    float lane[16];
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        v16f y = v16_exp(v16_load(x + i, 16) - v16_all(max));
        memcpy(x + i, &y, sizeof y);
        lanes += y;
    }
    memcpy(lane, &lanes, sizeof lane);
    if (i < n) {
        v16f y = v16_exp(v16_load(x + i, n - i) - v16_all(max));
        memcpy(x + i, &y, (n - i) * sizeof *x);
        for (size_t j = 0; i + j < n; j++) {
            lane[j] += x[i + j];
        }
    }
    for (size_t width = 8; width > 0; width /= 2) {
        for (size_t j = 0; j < width; j++) {
            lane[j] += lane[j + width];
        }
    }
    return lane[0];
}

float FMATH(fmath_scale_max)(float *x, size_t n, float scale) {
    v16f most = v16_all(-__builtin_inff());
    float max;
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        v16f y = v16_load(x + i, 16) * v16_all(scale);
        memcpy(x + i, &y, sizeof y);
        most = v16_select(y > most, y, most);
    }
    max = most[0];
    for (size_t j = 1; j < 16; j++) {
        max = most[j] > max ? most[j] : max;
    }
    for (; i < n; i++) {
        x[i] *= scale;
        max = x[i] > max ? x[i] : max;
    }
    return max;
}

float FMATH(fmath_largest)(const float *x, size_t n) {
    v16f most[4] = {v16_all(-__builtin_inff()), v16_all(-__builtin_inff()),
                    v16_all(-__builtin_inff()), v16_all(-__builtin_inff())};
    float max = -__builtin_inff();
    size_t i = 0;
    for (; i + 64 <= n; i += 64) {
        for (size_t j = 0; j < 4; j++) {
            v16f y = v16_load(x + i + 16 * j, 16);
            most[j] = v16_select(y > most[j], y, most[j]);
        }
    }
    for (size_t j = 0; j < 64; j++) {
        float y = most[j / 16][j % 16];
        max = y > max ? y : max;
    }
    for (; i < n; i++) {
        max = x[i] > max ? x[i] : max;
    }
    return max;
}
