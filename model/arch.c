/* The table of architectures: a row here and a file arch_NAME.c add one. Owns nothing. */
#include "model/arch.h"

static const struct arch *const table[] = {
    &arch_deepseek2, &arch_qwen3moe, &arch_llama, &arch_qwen2, &arch_qwen3,
};

const struct arch *arch_find(struct str name) {
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (str_equal_c(name, table[i]->name)) {
            return table[i];
        }
    }
    return NULL;
}

const char *arch_names(void) {
    return "deepseek2, qwen3moe, llama, qwen2, qwen3";
}
