/* The loops of fmath.c compiled for AVX-512 (the Makefile gives the flags by the file's name);
 * fmath.c calls them when the CPU has it. The bits are those of the portable ones. Owns nothing. */
#if defined(__x86_64__)
#define FMATH(name) name##_avx512
#include "model/fmath_loops.h"
#else
typedef int fmath_avx512_is_empty;
#endif
