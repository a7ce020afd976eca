/* glm-4.7: see glm.h. A name ends where its first argument or the call's end begins. */
#include "model/dialects/glm.h"
#include "runtime/base/asset.h"

ASSET_DECLARE(model_dialects_glm47_tools_txt);

#define GAP ""
static const struct glm glm47 = {.gap = GAP, .open = "<|assistant|></think>", .user_ends = ""};

static void glm47_begin(struct dialect_writer *w, struct str system) {
    glm_begin(w, &glm47, system, ASSET(model_dialects_glm47_tools_txt));
}

static void glm47_user(struct dialect_writer *w, struct str text) {
    glm_user(w, &glm47, text);
}

static void glm47_assistant(struct dialect_writer *w, struct str text,
                            const struct dialect_call *calls, size_t n) {
    glm_assistant(w, &glm47, text, calls, n);
}

static void glm47_results(struct dialect_writer *w, const struct model_result *results, size_t n) {
    glm_results(w, &glm47, results, n);
}

static void glm47_open(struct dialect_writer *w) {
    dialect_put(w, glm47.open);
}

const struct dialect dialect_glm47 = {
    .name = "glm-4.7",
    .needs = {"[gMASK]", "<arg_key>"},
    .lacks = {"/nothink"},
    .calls = GLM_CALLS(GAP),
    .markers = {GLM_MARKERS},
    .turn_after = "",
    .begin = glm47_begin,
    .user = glm47_user,
    .assistant = glm47_assistant,
    .results = glm47_results,
    .open = glm47_open,
};
