/* glm-4.6: see glm.h. GLM-4.5 writes the same. */
#include "model/dialects/glm.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_glm46_tools_txt);

#define GAP "\n"
static const struct glm glm46 = {
    .gap = GAP, .open = "<|assistant|>\n<think></think>", .user_ends = "/nothink"};

static void glm46_begin(struct dialect_writer *w, struct str system) {
    glm_begin(w, &glm46, system, ASSET(model_dialects_glm46_tools_txt));
}

static void glm46_user(struct dialect_writer *w, struct str text) {
    glm_user(w, &glm46, text);
}

static void glm46_assistant(struct dialect_writer *w, struct str text,
                            const struct dialect_call *calls, size_t n) {
    glm_assistant(w, &glm46, text, calls, n);
}

static void glm46_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    glm_results(w, &glm46, results, n);
}

static void glm46_open(struct dialect_writer *w) {
    dialect_put(w, glm46.open);
}

const struct dialect dialect_glm46 = {
    .name = "glm-4.6",
    .needs = {"[gMASK]", "<arg_key>", "/nothink"},
    .calls = GLM_CALLS(GAP),
    .markers = {GLM_MARKERS},
    .turn_after = "",
    .begin = glm46_begin,
    .user = glm46_user,
    .assistant = glm46_assistant,
    .results = glm46_results,
    .open = glm46_open,
};
