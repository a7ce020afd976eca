/* Opening and closing a model: owns struct model and everything that hangs off it.
 *
 * model_open runs on one thread, once: file (gguf.c) -> tokenizer and dialect -> architecture ->
 * numbers -> tensors -> packed weights. Afterwards the model is immutable and any thread may use
 * it. A failure at any step frees what was made and says which file, key or tensor was wrong and
 * what would be right: ERR_MODEL, exit code 4. */
#include <sys/mman.h>
#include <unistd.h>

#include "model/arch.h"
#include "model/dialect.h"
#include "model/forward.h"
#include "model/model_load.h"
#include "model/tokenizer.h"

static void text_of(const struct gguf *g, const char *key, char *out, size_t size) {
    struct str s = {0};
    out[0] = '\0';
    if (gguf_string(gguf_find(g, key), &s)) {
        size_t n = str_utf8_floor(s, size - 1);
        for (size_t i = 0; i < n; i++) {
            out[i] = (unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f ? '?' : s.ptr[i];
        }
        out[n] = '\0';
    }
}

static bool open_architecture(struct model *m, struct err *err) {
    text_of(m->gguf, "general.architecture", m->architecture, sizeof m->architecture);
    m->arch = arch_find(str_from(m->architecture));
    if (m->arch == NULL) {
        err_set(err, ERR_MODEL, "architecture '%s' is not supported", m->architecture);
        return err_hint(err, "supported are %s", arch_names());
    }
    if (!m->arch->hparams(m, err)) {
        return false;
    }
    m->layers = xcalloc((size_t)m->hp.layers, sizeof *m->layers);
    for (int i = 0; i < m->hp.layers; i++) {
        struct layer *l = &m->layers[i];
        if (!m->arch->layer(m, i, err)) {
            return false;
        }
        if (l->attn != ATTN_KDA) {
            l->cache = m->hp.cache_layers++;
            continue;
        }
        l->state_at = m->hp.state_floats;
        m->hp.state_floats += forward_kda_floats(&m->hp);
    }
    if (m->hp.cache_layers == 0) {
        return err_set(err, ERR_MODEL, "no layer has keys and values");
    }
    return true;
}

static bool open_vocabulary(struct model *m, struct err *err) {
    struct str template = {0};
    if (!tokenizer_create(&m->tokenizer, m->gguf, err)) {
        return false;
    }
    /* Hermes and others keep the template that knows tools beside a plain one */
    if (gguf_string(gguf_find(m->gguf, "tokenizer.chat_template.tool_use"), &template) ||
        gguf_string(gguf_find(m->gguf, "tokenizer.chat_template"), &template)) {
        m->dialect = dialect_detect(template);
    }
    return true;
}

static bool open_ends(struct model *m, struct err *err) {
    const struct gguf_tensor *t = gguf_tensor(m->gguf, "token_embd.weight");
    int e = m->hp.embd;
    if (t == NULL || t->dims[1] > GGUF_ARRAY_MAX) {
        return err_set(err, ERR_MODEL, "tensor 'token_embd.weight' is missing or absurd");
    }
    m->hp.vocab = (int)t->dims[1];
    if (tokenizer_size(m->tokenizer) > m->hp.vocab) {
        return err_set(err, ERR_MODEL, "%d tokens, but embeddings of %d only",
                       tokenizer_size(m->tokenizer), m->hp.vocab);
    }
    const char *head = load_has(m, "output.weight") ? "output.weight" : "token_embd.weight";
    return load_matrix(m, &m->embd, "token_embd.weight", e, m->hp.vocab, 1, err) &&
           load_matrix(m, &m->head, head, e, m->hp.vocab, 1, err) &&
           load_vector(m, &m->output_norm, "output_norm.weight", e, true, err);
}

static void fill_info(struct model *m) {
    struct model_info *info = &m->info;
    const struct hparams *hp = &m->hp;
    text_of(m->gguf, "general.name", m->name, sizeof m->name);
    info->architecture = m->architecture;
    info->name = m->name;
    info->full_hash = m->full_hash;
    info->dialect = m->dialect != NULL ? m->dialect->name : "none";
    info->kernels = kernels_name(m->kern);
    info->arithmetic = MAT_ARITHMETIC_VERSION;
    info->note = m->note;
    info->quantization = m->quantization;
    info->layers = hp->layers;
    info->embedding = hp->embd;
    info->vocabulary = m->vocab_only ? tokenizer_size(m->tokenizer) : hp->vocab;
    info->experts = hp->experts;
    info->experts_used = hp->experts_used;
    info->context = hp->context;
    info->file_bytes = gguf_file_bytes(m->gguf);
    (void)gguf_string(gguf_find(m->gguf, "drover.contract"), &info->contract);
    if (!m->vocab_only) {
        info->kv_bytes_per_token = forward_page_bytes(m, ROW_F16) / PAGE_TOKENS;
        info->state_bytes = hp->state_floats * sizeof(float);
        load_figures(m);
    }
}

static bool open_all(struct model *m, const struct model_options *options, struct err *err) {
    m->kern = kernels_find(options->kernels, err);
    if (m->kern == NULL || !open_vocabulary(m, err) ||
        (options->calls && !model_check_calls(m, err))) {
        return false;
    }
    gguf_header_hash(m->gguf, m->info.hash);
    if (!options->vocab_only &&
        (!open_architecture(m, err) || !open_ends(m, err) || !load_pack(m, options, err))) {
        return false;
    }
    fill_info(m);
    return true;
}

bool model_open(struct model **out, const char *path, const struct model_options *options,
                struct err *err) {
    static const struct model_options none;
    struct model *m = xcalloc(1, sizeof *m);
    options = options != NULL ? options : &none;
    m->vocab_only = options->vocab_only;
    m->threads = options->threads;
    if (m->threads <= 0) {
        m->threads = (int)MAX(1, sysconf(_SC_NPROCESSORS_ONLN));
    }
    if (!gguf_open(&m->gguf, path, err)) {
        free(m);
        return false;
    }
    if (!open_all(m, options, err)) {
        model_close(m);
        return err_prefix(err, "model '%s'", path);
    }
    *out = m;
    return true;
}

void model_close(struct model *m) {
    if (m == NULL) {
        return;
    }
    tokenizer_destroy(m->tokenizer);
    for (size_t i = 0; i < m->n_owned; i++) {
        free(m->owned[i]);
    }
    free(m->owned);
    free(m->layers);
    if (m->packed != NULL) {
        (void)munmap(m->packed, m->packed_bytes);
    }
    gguf_close(m->gguf);
    free(m);
}

const struct model_info *model_info(const struct model *m) {
    return &m->info;
}

bool model_verify(struct model *m, struct err *err) {
    return gguf_full_hash(m->gguf, m->full_hash, err) && (m->vocab_only || load_verify(m, err));
}
