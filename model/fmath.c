/* Elementary functions without libm: owns nothing, any thread.
 *
 * Why: the forward pass must give the same bits on every machine of a kernel family, and libm does
 * not promise that. Method: the classic reductions. exp: x = n ln2 + r with ln2 in two parts, a
 * polynomial in r, 2^n put into the exponent. sin and cos: x = n pi/2 + r with pi/2 in three parts
 * (exact products up to n = 2^31), Taylor polynomials on |r| <= pi/4. log: x = 2^e m, then
 * 2 atanh((m-1)/(m+1)). Everything is + - * / in a fixed order; -ffp-contract=off keeps it so.
 *
 * Accuracy: fmath_exp within 2 ulp, the double ones within some 1e-15 relative; tests compare with
 * libm. The loops over arrays are in fmath_loops.h, compiled once an instruction set; all give the
 * same bits, so the choice needs no record. */
#include <stdint.h>
#include <string.h>

#include "model/fmath.h"
#include "model/fmath_int.h"

float fmath_sqrt(float x) {
    return __builtin_sqrtf(x);
}

/* The loops for this file's instruction set; the faster ones give the same bits. */
#define FMATH(name) name##_portable
#include "model/fmath_loops.h"

#if defined(__x86_64__)
#define CHOOSE(name, ...)                                                                          \
    (__builtin_cpu_supports("avx512f") ? name##_avx512(__VA_ARGS__)                                \
     : __builtin_cpu_supports("avx2")  ? name##_avx2(__VA_ARGS__)                                  \
                                       : name##_portable(__VA_ARGS__))
#else
#define CHOOSE(name, ...) name##_portable(__VA_ARGS__)
#endif

float fmath_exp(float x) {
    return exp_one(x);
}

float fmath_sigmoid(float x) {
    return 1.0f / (1.0f + exp_one(-x));
}

float fmath_silu(float x) {
    return x / (1.0f + exp_one(-x));
}

void fmath_swiglu(float *y, const float *gate, const float *up, size_t step, size_t n) {
    CHOOSE(fmath_swiglu, y, gate, up, step, n);
}

void fmath_swiglu_clamped(float *y, const float *gate, const float *up, size_t step, size_t n) {
    CHOOSE(fmath_swiglu_clamped, y, gate, up, step, n);
}

void fmath_softplus(float *x, size_t n) {
    CHOOSE(fmath_softplus, x, n);
}

float fmath_exp_sub(float *x, size_t n, float max) {
    return CHOOSE(fmath_exp_sub, x, n, max);
}

float fmath_scale_max(float *x, size_t n, float scale) {
    return CHOOSE(fmath_scale_max, x, n, scale);
}

float fmath_largest(const float *x, size_t n) {
    return CHOOSE(fmath_largest, x, n);
}

float fmath_max(const float *x, size_t n) {
    float max = x[0];
    for (size_t i = 1; i < n; i++) {
        max = x[i] > max ? x[i] : max;
    }
    return max;
}

void fmath_softmax(float *x, size_t n) {
    float scale = 1.0f / fmath_exp_sub(x, n, fmath_max(x, n));
    for (size_t i = 0; i < n; i++) {
        x[i] *= scale;
    }
}

/* ---- double ---- */

static double pow2(int e) {
    uint64_t u = (uint64_t)(1023 + e) << 52;
    double d;
    memcpy(&d, &u, sizeof d);
    return d;
}

double fmath_exp64(double x) {
    if (x != x || x > 709.0) {
        return x != x ? x : 1.0 / 0.0;
    }
    if (x < -708.0) {
        return 0.0;
    }
    double scaled = x * 1.4426950408889634;
    int n = (int)(scaled + (scaled < 0 ? -0.5 : 0.5));
    double r = x - n * 0.693147180369123816490;
    r = r - n * 1.90821492927058770002e-10;
    double term = 1.0, sum = 1.0;
    for (int k = 1; k < 16; k++) {
        term = term * r / k;
        sum += term;
    }
    return sum * pow2(n / 2) * pow2(n - n / 2);
}

double fmath_log64(double x) {
    uint64_t u;
    memcpy(&u, &x, sizeof u);
    int e = (int)(u >> 52 & 0x7ff) - 1023;
    u = (u & 0xfffffffffffffull) | 0x3ff0000000000000ull;
    double m;
    memcpy(&m, &u, sizeof m);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        e++;
    }
    double t = (m - 1.0) / (m + 1.0), t2 = t * t, sum = 0.0;
    for (int k = 25; k >= 1; k -= 2) {
        sum = sum * t2 + 1.0 / k;
    }
    return 2.0 * t * sum + e * 0.69314718055994530942;
}

void fmath_sincos64(double x, double *s, double *c) {
    double scaled = x * 0.63661977236758134308;
    int64_t n = (int64_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
    /* pi/2 in three parts of 33 bits, so that n times a part is exact. */
    double r = x - (double)n * 1.57079632673412561417e+00;
    r = r - (double)n * 6.07710050630396597660e-11;
    r = r - (double)n * 2.02226624879595063154e-21;
    double r2 = r * r, sn = 0.0, cs = 0.0;
    for (int k = 10; k >= 1; k--) {
        sn = (1.0 + sn) * -r2 / ((2.0 * k) * (2.0 * k + 1.0));
        cs = (1.0 + cs) * -r2 / ((2.0 * k - 1.0) * (2.0 * k));
    }
    sn = r + r * sn;
    cs = 1.0 + cs;
    switch (n & 3) {
    case 0:
        *s = sn, *c = cs;
        break;
    case 1:
        *s = cs, *c = -sn;
        break;
    case 2:
        *s = -sn, *c = -cs;
        break;
    default:
        *s = -cs, *c = sn;
        break;
    }
}
