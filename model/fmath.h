#ifndef MODEL_FMATH_H
#define MODEL_FMATH_H
/* Elementary functions of our own: the same bits on every CPU (G3).
 *
 * How to think about it. glibc chooses its exp and sin by the CPU, so their last bit changes with
 * the machine; these are plain sequences of adds and multiplies (no fused ones), correct to a few
 * units in the last place. The loops over arrays compute each element by itself, so a compiler may
 * use vectors of any width without changing a bit.
 *
 *     float y = fmath_exp(x);
 *     fmath_softmax(p, n);
 *
 * Pure; any thread. NaN in, NaN out. */
#include <stddef.h>

float fmath_exp(float x); /* below -87.3: 0; above 88.7: infinity */
float fmath_sigmoid(float x);
float fmath_silu(float x);
float fmath_sqrt(float x); /* correctly rounded, as IEEE asks */

/* In double, for what is computed once at load or once a position. */
double fmath_exp64(double x);
double fmath_log64(double x);                        /* x > 0 and normal */
void fmath_sincos64(double x, double *s, double *c); /* |x| < 2^31 */

/* y[i] = silu(gate[i]) * up[i]. Gate and up come in runs of 16 numbers that are `step` floats
 * apart: 16 for plain arrays, 32 where runs of the two alternate. y may be gate. */
void fmath_swiglu(float *y, const float *gate, const float *up, size_t step, size_t n);
/* gpt-oss's, of gate and up bounded by 7: y = g sigmoid(1.702 g) (u + 1), g = min(gate, 7),
 * u = max(min(up, 7), -7). */
void fmath_swiglu_clamped(float *y, const float *gate, const float *up, size_t step, size_t n);
/* x[i] = log(1 + e^(x[i])) */
void fmath_softplus(float *x, size_t n);
/* x[i] = exp(x[i] - max); returns the sum in 16 lanes by index mod 16 and a fixed tree. */
float fmath_exp_sub(float *x, size_t n, float max);
/* x[i] *= scale; returns the largest (of n >= 1). */
float fmath_scale_max(float *x, size_t n, float scale);
/* Softmax in place over n numbers. */
void fmath_softmax(float *x, size_t n);
float fmath_max(const float *x, size_t n);     /* n >= 1 */
float fmath_largest(const float *x, size_t n); /* that is not NaN; -infinity if there is none */
#endif
