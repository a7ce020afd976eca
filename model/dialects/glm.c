/* What glm-4.6 and glm-4.7 share. */
#include "model/dialects/glm.h"

static void glm_tools(struct dialect_writer *w) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, w->tools) {
        dialect_put(w, "\n");
        dialect_json(w, tool);
    }
}

void glm_begin(struct dialect_writer *w, const struct glm *glm, struct str system,
               struct str asset) {
    dialect_put(w, "[gMASK]<sop>");
    if (w->tools) {
        dialect_put(w, "<|system|>\n");
        dialect_put_around(w, asset, glm_tools);
    }
    if (system.ptr) {
        dialect_put(w, "<|system|>");
        dialect_put(w, glm->gap);
        dialect_data(w, system);
    }
}

void glm_user(struct dialect_writer *w, const struct glm *glm, struct str text) {
    dialect_put(w, "<|user|>");
    dialect_put(w, glm->gap);
    dialect_data(w, text);
    if (!str_ends(text, str_from(glm->user_ends)))
        dialect_put(w, glm->user_ends);
}

static void glm_call(struct dialect_writer *w, const struct glm *glm,
                     const struct dialect_call *call) {
    dialect_put(w, glm->gap);
    dialect_put(w, "<tool_call>");
    dialect_data(w, str_from(call->name));
    dialect_put(w, glm->gap);
    for (const cJSON *a = call->arguments->child; a; a = a->next) {
        dialect_put(w, "<arg_key>");
        dialect_data(w, str_from(a->string));
        dialect_put(w, "</arg_key>");
        dialect_put(w, glm->gap);
        dialect_put(w, "<arg_value>");
        if (cJSON_IsString(a))
            dialect_data(w, str_from(a->valuestring));
        else
            dialect_json(w, a);
        dialect_put(w, "</arg_value>");
        dialect_put(w, glm->gap);
    }
    dialect_put(w, "</tool_call>");
}

void glm_assistant(struct dialect_writer *w, const struct glm *glm, struct str text,
                   const struct dialect_call *calls, size_t n) {
    dialect_put(w, glm->open);
    text = dialect_trim(dialect_after_think(text));
    if (text.len) {
        dialect_put(w, glm->gap);
        dialect_data(w, text);
    }
    for (size_t i = 0; i < n; i++)
        glm_call(w, glm, &calls[i]);
}

void glm_results(struct dialect_writer *w, const struct glm *glm,
                 const struct model_result *results, size_t n) {
    if (!w->live) /* live, the model ended its turn with it */
        dialect_put(w, "<|observation|>");
    for (size_t i = 0; i < n; i++) {
        dialect_put(w, glm->gap);
        dialect_put(w, "<tool_response>");
        dialect_put(w, glm->gap);
        dialect_data(w, results[i].text);
        dialect_put(w, glm->gap);
        dialect_put(w, "</tool_response>");
    }
}
