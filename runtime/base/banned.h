#ifndef BASE_BANNED_H
#define BASE_BANNED_H
/* Functions without a bound, or whose failure cannot be seen, do not compile (STYLE 23).
 * The standard headers come first so that only our own uses are poisoned. */
#ifndef __ASSEMBLER__
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#pragma GCC poison strcpy strcat strncpy strncat strtok sprintf vsprintf atoi atol atoll gets
/* A declaration and not a poison: `system` is also an honest name for a prompt. (clang wants the
 * attribute on the first declaration, so there only tests/tidy.sh sees it.) */
#ifndef __clang__
extern int system(const char *command) __attribute__((error("a shell is not an interface")));
#endif
#endif
#endif
