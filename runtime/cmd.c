/* The table of commands. Adding a command is one file runtime/cmd_NAME.c and one row here.
 *
 * Owns nothing; read-only after compilation. The order is the order of `drover help`.
 */
#include "runtime/cmd.h"

#define CMD(name) extern const struct cmd cmd_##name;
#include "runtime/cmd_list.h"
#undef CMD

const struct cmd *const cmd_table[] = {
#define CMD(name) &cmd_##name,
#include "runtime/cmd_list.h"
#undef CMD
    NULL,
};

const struct cmd *cmd_find(const struct cmd *const *table, const char *name) {
    for (; *table; table++) {
        if (strcmp((*table)->name, name) == 0) {
            return *table;
        }
    }
    return NULL;
}

const char *cmd_nearest(const struct cmd *const *table, const char *name) {
    const char *best = NULL;
    size_t best_distance = 3;
    for (; *table; table++) {
        const char *candidate = (*table)->name;
        size_t d = str_distance(str_from(candidate), str_from(name), 2);
        if (d < best_distance && d < strlen(candidate)) {
            best = candidate;
            best_distance = d;
        }
    }
    return best;
}
