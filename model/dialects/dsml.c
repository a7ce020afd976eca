/* The parts that DeepSeek-V3.2 and V4 share. Not a dialect by itself. */
#include "model/dialects/dsml.h"

void dsml_begin(struct dialect_writer *w, struct str system, struct str asset,
                void (*tools)(struct dialect_writer *w)) {
    dialect_put(w, w->bos);
    dialect_data(w, system);
    if (w->tools) {
        if (system.ptr)
            dialect_put(w, "\n\n");
        dialect_put_around(w, asset, tools);
    }
}

static void dsml_arguments(struct dialect_writer *w, const cJSON *arguments) {
    for (const cJSON *a = arguments->child; a; a = a->next) {
        bool text = cJSON_IsString(a);
        dialect_put(w, "<" DSML "parameter name=\"");
        dialect_data(w, str_from(a->string));
        dialect_put(w, text ? "\" string=\"true\">" : "\" string=\"false\">");
        if (text)
            dialect_data(w, str_from(a->valuestring));
        else
            dialect_json(w, a);
        dialect_put(w, "</" DSML "parameter>\n");
    }
    if (!arguments->child)
        dialect_put(w, "\n");
}

void dsml_calls(struct dialect_writer *w, const char *block, const struct dialect_call *calls,
                size_t n) {
    if (n == 0)
        return;
    dialect_put(w, "\n\n<" DSML);
    dialect_put(w, block);
    dialect_put(w, ">\n");
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, "<" DSML "invoke name=\"");
        dialect_data(w, str_from(calls[i].name));
        dialect_put(w, "\">\n");
        dsml_arguments(w, calls[i].arguments);
        dialect_put(w, "</" DSML "invoke>\n");
    }
    dialect_put(w, "</" DSML);
    dialect_put(w, block);
    dialect_put(w, ">");
}
