#ifndef MODEL_MAT_V16_H
#define MODEL_MAT_V16_H
/* Sixteen single-precision lanes, in vectors of V16_LANES (4, 8 or 16: the width of the family's
 * registers) and with V16_FMA(a, b, c) = a + b * c rounded once, both defined before the include.
 * GCC's vector types, always inlined: nothing else here depends on an instruction set. */
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

/* Registers are named members, not an array: GCC keeps those apart. V16_EACH(X) is X(name) for
 * each. */
#if V16_LANES == 16
#define V16_EACH(X) X(p0)
#elif V16_LANES == 8
#define V16_EACH(X) X(p0) X(p1)
#else
#define V16_EACH(X) X(p0) X(p1) X(p2) X(p3)
#endif

typedef float v16_part __attribute__((vector_size(4 * V16_LANES)));
typedef float v16_part_unaligned __attribute__((vector_size(4 * V16_LANES), aligned(1), may_alias));
typedef struct {
#define X(p) v16_part p;
    V16_EACH(X)
#undef X
} v16;
typedef float v8 __attribute__((vector_size(32)));
typedef float v4 __attribute__((vector_size(16)));

INLINE v16 v16_load(const void *from) {
    const v16_part_unaligned *at = from;
    v16 a;
#define X(p) a.p = *at++;
    V16_EACH(X)
#undef X
    return a;
}

INLINE void v16_store(void *to, v16 a) {
    v16_part_unaligned *at = to;
#define X(p) *at++ = a.p;
    V16_EACH(X)
#undef X
}

INLINE v16 v16_splat(float f) {
    v16 a;
#define X(p) a.p = f - (v16_part){0}; /* f - 0 is f, -0 and NaN included */
    V16_EACH(X)
#undef X
    return a;
}

INLINE v16 v16_zero(void) {
    v16 a;
#define X(p) a.p = (v16_part){0};
    V16_EACH(X)
#undef X
    return a;
}

/* a + b * c, rounded once: V16_FMA(a, b, c) of the family. */
INLINE v16 v16_mul_add(v16 a, v16 b, v16 c) {
#define X(p) a.p = V16_FMA(a.p, b.p, c.p);
    V16_EACH(X)
#undef X
    return a;
}

/* The first half of the fixed tree over 16 lanes: i and i+8, then i and i+4. The other half adds
 * lanes (0, 2) and (1, 3), and these. */
INLINE v4 v16_fold(v16 a) {
#if V16_LANES == 16
    v8 half = __builtin_shufflevector(a.p0, a.p0, 0, 1, 2, 3, 4, 5, 6, 7) +
              __builtin_shufflevector(a.p0, a.p0, 8, 9, 10, 11, 12, 13, 14, 15);
#elif V16_LANES == 8
    v8 half = a.p0 + a.p1;
#endif
#if V16_LANES >= 8
    return __builtin_shufflevector(half, half, 0, 1, 2, 3) +
           __builtin_shufflevector(half, half, 4, 5, 6, 7);
#else
    return (a.p0 + a.p2) + (a.p1 + a.p3);
#endif
}
#endif
