/* The table of architectures: a row in arch.h and a file arch_NAME.c add one. Owns nothing. */
#include "model/arch.h"

#define X(id, name) &arch_##id,
static const struct arch *const table[] = {ARCHITECTURES(X)};
#undef X

const struct arch *arch_find(struct str name) {
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (str_equal_c(name, table[i]->name)) {
            return table[i];
        }
    }
    return NULL;
}

const char *arch_names(void) {
#define X(id, name) ", " name
    return &(ARCHITECTURES(X))[2];
#undef X
}
