/* `drover model`: look at a model file, evaluate, tokenize, render, measure. Main thread; owns the
 * model while a subcommand runs.
 *
 * Each subcommand opens the model it is given (or the configured or shipped one), does one thing,
 * and prints the result on stdout; progress of packing weights is a status line on stderr. A file
 * that cannot be used ends with exit code 4 and says what it is and what is supported; nothing here
 * trusts it (model.c validates). */
#include <errno.h>
#include <unistd.h>

#include "model/model.h"
#include "runtime/base/json.h"
#include "runtime/runtime.h"

/* Text files given to tokenize, ppl: what one would paste, not a corpus. */
#define TEXT_BYTES_MAX (64u << 20)

static void on_progress(void *arg, uint64_t done, uint64_t total) {
    (void)arg;
    say_progress("packing weights", done, total);
}

/* The model named by the first operand, or the default one. */
static bool open_model(struct model **out, const struct args *args, bool vocab_only,
                       struct err *err) {
    AUTO_FREE char *path = NULL, *cache = NULL;
    struct err ignored = ERR_INIT;
    struct model_options options = {.progress = on_progress, .vocab_only = vocab_only};
    if (!paths_model(&path, args->n_operands > 0 ? args->operand[0] : NULL, err)) {
        return false;
    }
    if (!vocab_only) {
        options.kernels = args_string(args, "kernels");
        if (paths_dir(&cache, PATH_CACHE, "weights", &ignored)) {
            options.cache_dir = cache;
        }
    }
    if (!model_open(out, path, &options, err)) {
        return err_hint(err, MODEL_HINT);
    }
    if (*model_info(*out)->note) {
        say_warning("%s", model_info(*out)->note);
    }
    return true;
}

#define KERNELS_OPTION                                                                             \
    {                                                                                              \
        .name = "kernels", .kind = OPTION_CHOICE, .value = "portable|avx2|avx512",                 \
        .help = "kernel family instead of the best that this CPU has"                              \
    }
#define THREADS_OPTION                                                                             \
    {                                                                                              \
        .name = "threads", .letter = 't', .kind = OPTION_COUNT, .value = "N",                      \
        .help = "compute threads; one a core by default"                                           \
    }

static enum cache_format cache_of(const struct args *args) {
    return strcmp(args_string(args, "cache"), "q8") == 0 ? CACHE_Q8 : CACHE_F16;
}

static int threads_of(const struct args *args) {
    int64_t n = args_int(args, "threads");
    return n > 0 && n <= 1024 ? (int)n : 0;
}

/* ---- info ---- */

static void info_json(const struct model_info *i, const char *name) {
    AUTO_JSON cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "architecture", i->architecture);
    cJSON_AddStringToObject(o, "name", name);
    cJSON_AddStringToObject(o, "dialect", i->dialect);
    cJSON_AddStringToObject(o, "quantization", i->quantization);
    cJSON_AddStringToObject(o, "kernels", i->kernels);
    cJSON_AddNumberToObject(o, "layers", i->layers);
    cJSON_AddNumberToObject(o, "embedding", i->embedding);
    cJSON_AddNumberToObject(o, "vocabulary", i->vocabulary);
    cJSON_AddNumberToObject(o, "experts", i->experts);
    cJSON_AddNumberToObject(o, "experts_used", i->experts_used);
    cJSON_AddNumberToObject(o, "context", (double)i->context);
    cJSON_AddNumberToObject(o, "file_bytes", (double)i->file_bytes);
    cJSON_AddNumberToObject(o, "parameters", (double)i->parameters);
    cJSON_AddNumberToObject(o, "parameters_active", (double)i->parameters_active);
    cJSON_AddNumberToObject(o, "bytes_per_token", (double)i->bytes_per_token);
    cJSON_AddNumberToObject(o, "kv_bytes_per_token", (double)i->kv_bytes_per_token);
    cJSON_AddNumberToObject(o, "state_bytes", (double)i->state_bytes);
    cJSON_AddStringToObject(o, "hash", i->hash);
    AUTO_FREE char *text = json_print(o);
    out_printf("%s\n", text);
}

static bool info_run(const struct args *args, int *status, struct err *err) {
    struct model *m = NULL;
    (void)status;
    if (!open_model(&m, args, false, err)) {
        return false;
    }
    const struct model_info *i = model_info(m);
    char name[200];
    term_line(name, sizeof(name), str_from(i->name));
    if (args_flag(args, "json")) {
        info_json(i, name);
    } else {
        out_printf("name            %s\narchitecture    %s, %d layers of %d\n", name,
                   i->architecture, i->layers, i->embedding);
        if (i->experts > 0) {
            out_printf("experts         %d of %d a token\n", i->experts_used, i->experts);
        }
        out_printf("parameters      %.2f million, %.2f million a token\n",
                   (double)i->parameters / 1e6, (double)i->parameters_active / 1e6);
        out_printf("weights         %s, %.1f MB, %.1f MB read a token\n", i->quantization,
                   (double)i->file_bytes / 1e6, (double)i->bytes_per_token / 1e6);
        out_printf("context         %lld tokens, %.1f KiB each in the cache\n",
                   (long long)i->context, (double)i->kv_bytes_per_token / 1024);
        if (i->state_bytes > 0) {
            out_printf("state           %.1f MiB a sequence\n", (double)i->state_bytes / (1 << 20));
        }
        out_printf("vocabulary      %d tokens\ndialect         %s\nkernels         %s\n"
                   "hash            %s\n",
                   i->vocabulary, i->dialect, i->kernels, i->hash);
    }
    model_close(m);
    return true;
}

/* ---- eval ---- */

static bool parse_tokens(struct str text, struct tokens *out, struct err *err) {
    size_t at = 0;
    while (at < text.len) {
        size_t end = at;
        int64_t id = 0;
        while (end < text.len && strchr(" \t\r\n,", text.ptr[end]) == NULL) {
            end++;
        }
        if (end > at) {
            if (!str_to_i64(str_slice(text, at, end), 0, INT32_MAX, &id)) {
                return err_set(err, ERR_INPUT, "'%.*s' is not a token id",
                               (int)MIN(end - at, (size_t)40), text.ptr + at);
            }
            int32_t token = (int32_t)id;
            tokens_append(out, &token, 1);
        }
        at = end + 1;
    }
    return true;
}

struct eval_out {
    FILE *file;
    size_t vocab;
};

static bool eval_row(void *arg, size_t position, const float *logits) {
    struct eval_out *o = arg;
    (void)position;
    return fwrite(logits, sizeof *logits, o->vocab, o->file) == o->vocab;
}

static bool eval_run(const struct args *args, int *status, struct err *err) {
    struct model *m = NULL;
    struct tokens AUTO_TOKENS ids = {0};
    AUTO_BUF struct buf text = BUF_INIT(TEXT_BYTES_MAX);
    const char *tokens = args_string(args, "tokens"), *logits = args_string(args, "logits");
    int64_t chunk = args_int(args, "chunk");
    (void)status;
    if (tokens == NULL || logits == NULL) {
        err_set(err, ERR_USAGE, "--tokens and --logits are needed");
        return err_hint(err, "drover model eval FILE --tokens ids.txt --logits out.f32");
    }
    if (!file_read(&text, tokens, TEXT_BYTES_MAX, err) ||
        !parse_tokens(buf_str(&text), &ids, err) || !open_model(&m, args, false, err)) {
        return false;
    }
    struct eval_out out = {fopen(logits, "wbe"), (size_t)model_info(m)->vocabulary};
    bool ok = out.file != NULL || err_set_errno(err, errno, "write '%s'", logits);
    ok = ok && model_eval(m, ids.ids, ids.n, chunk > 0 ? (size_t)chunk : 0, threads_of(args),
                          eval_row, &out, err);
    if (out.file != NULL && fclose(out.file) != 0 && ok) {
        ok = err_set_errno(err, errno, "write '%s'", logits);
    }
    model_close(m);
    return ok;
}

/* ---- tokenize ---- */

static bool read_input(struct buf *text, const char *path, struct err *err) {
    return file_read(text, path != NULL && strcmp(path, "-") != 0 ? path : "/dev/stdin",
                     TEXT_BYTES_MAX, err);
}

static bool tokenize_run(const struct args *args, int *status, struct err *err) {
    struct model *m = NULL;
    struct tokens AUTO_TOKENS ids = {0};
    AUTO_BUF struct buf text = BUF_INIT(TEXT_BYTES_MAX);
    (void)status;
    if (!read_input(&text, args_string(args, "file"), err) || !open_model(&m, args, true, err)) {
        return false;
    }
    bool ok = model_tokenize(m, buf_str(&text), args_flag(args, "special"), &ids, err);
    for (size_t i = 0; ok && i < ids.n; i++) {
        out_printf(i == 0 ? "%d" : " %d", ids.ids[i]);
    }
    if (ok) {
        out_printf("\n");
    }
    model_close(m);
    return ok;
}

/* ---- render ---- */

static bool render_run(const struct args *args, int *status, struct err *err) {
    AUTO_BUF struct buf text = BUF_INIT(JSON_BYTES_MAX), out = BUF_INIT(TEXT_BYTES_MAX);
    AUTO_JSON cJSON *conversation = NULL;
    const char *dialect = args_string(args, "dialect"), *path = args_string(args, "conversation");
    (void)status;
    if (dialect == NULL || path == NULL) {
        err_set(err, ERR_USAGE, "--dialect and --conversation are needed");
        return err_hint(err, "drover model render --dialect qwen3 --conversation FILE.json");
    }
    if (!file_read(&text, path, JSON_BYTES_MAX, err) ||
        !json_parse(&conversation, buf_str(&text), path, err) ||
        !model_render_text(dialect, conversation, args_string(args, "bos"),
                           args_string(args, "eos"), &out, err)) {
        return false;
    }
    out_write(buf_str(&out));
    return true;
}

/* ---- bench ---- */

static void print_step(const struct model_bench_steps *s) {
    out_printf("a step           %10.1f ms        (one in ten below %.1f, one in ten above %.1f)\n",
               s->ms_p50, s->ms_p10, s->ms_p90);
}

static bool bench_run(const struct args *args, int *status, struct err *err) {
    struct model *m = NULL;
    struct model_bench b = {0};
    int64_t p = args_int(args, "prefill"), n = args_int(args, "decode"),
            s = args_int(args, "batch"), shared = args_int(args, "shared"),
            against = args_int(args, "against"),
            d = args_given(args, "depth") ? args_int(args, "depth") : p;
    (void)status;
    if (p > 1 << 20 || n > 1 << 20 || d > 1 << 20 || s > 256 || shared > 1 << 20 ||
        against > 1 << 20) {
        return err_set(err, ERR_USAGE, "at most 1048576 tokens and 256 sequences");
    }
    if (!open_model(&m, args, false, err)) {
        return false;
    }
    struct model_bench_options options = {.prefill = (int)p,
                                          .decode = (int)n,
                                          .batch = (int)s,
                                          .depth = (int)d,
                                          .shared = (int)shared,
                                          .against = (int)against,
                                          .threads = threads_of(args),
                                          .cache = cache_of(args)};
    bool ok = model_bench(m, &options, &b, err);
    model_close(m);
    if (!ok) {
        return false;
    }
    if (args_flag(args, "json")) {
        out_printf("{\"prefill_tokens_per_s\":%.2f,\"decode_tokens_per_s\":%.2f,"
                   "\"step_ms\":[%.2f,%.2f,%.2f],\"decode_expanded_tokens_per_s\":%.2f,"
                   "\"against_step_ms\":[%.2f,%.2f,%.2f],"
                   "\"bytes_per_token\":%llu,\"read_bandwidth_gb_per_s\":%.2f}\n",
                   b.prefill_tokens_per_s, b.decode.tokens_per_s, b.decode.ms_p10, b.decode.ms_p50,
                   b.decode.ms_p90, b.decode_expanded.tokens_per_s, b.decode_against.ms_p10,
                   b.decode_against.ms_p50, b.decode_against.ms_p90,
                   (unsigned long long)b.bytes_per_token, b.read_bandwidth_gb_per_s);
        return true;
    }
    double limit = b.read_bandwidth_gb_per_s * 1e9 / (double)MAX(b.bytes_per_token, 1u);
    out_printf("prefill          %10.1f tokens/s  (%lld tokens)\n", b.prefill_tokens_per_s,
               (long long)p);
    out_printf("decode           %10.1f tokens/s  (%lld sequences, %lld tokens each)\n",
               b.decode.tokens_per_s, (long long)s, (long long)n);
    print_step(&b.decode);
    if (b.shared > 0) {
        out_printf("decode, expanded %10.1f tokens/s  (%d positions of everybody read expanded)\n",
                   b.decode_expanded.tokens_per_s, b.shared);
        print_step(&b.decode_expanded);
        out_printf("expanding        %10.1f tokens/s\n", b.expand_tokens_per_s);
    }
    if (against > 0) {
        out_printf(
            "decode           %10.1f tokens/s  (from position %lld on, in turns with %lld)\n",
            b.decode_against.tokens_per_s, (long long)against, (long long)d);
        print_step(&b.decode_against);
    }
    out_printf("read bandwidth   %10.1f GB/s: %.1f tokens/s for one sequence at %.1f MB a token\n",
               b.read_bandwidth_gb_per_s, limit, (double)b.bytes_per_token / 1e6);
    return true;
}

/* ---- ppl, verify ---- */

static bool ppl_run(const struct args *args, int *status, struct err *err) {
    struct model *m = NULL;
    struct tokens AUTO_TOKENS ids = {0};
    AUTO_BUF struct buf text = BUF_INIT(TEXT_BYTES_MAX);
    double f16 = 0, q8 = 0;
    (void)status;
    if (args->n_operands < 2) {
        return err_set(err, ERR_USAGE, "a model and a text file are needed");
    }
    if (!file_read(&text, args->operand[1], TEXT_BYTES_MAX, err) ||
        !open_model(&m, args, false, err)) {
        return false;
    }
    int32_t bos = model_token_bos(m);
    if (bos >= 0) {
        tokens_append(&ids, &bos, 1);
    }
    bool ok = model_tokenize(m, buf_str(&text), false, &ids, err);
    ids.n = MIN(ids.n, (size_t)model_info(m)->context);
    ok = ok && model_perplexity(m, ids.ids, ids.n, CACHE_F16, &f16, err);
    if (ok) {
        out_printf("tokens          %zu\nperplexity f16  %.4f\n", ids.n, f16);
    }
    if (ok && !model_has_q8(m)) {
        out_printf(
            "perplexity q8   -  (rows of this model are too short for int8: q8 keeps f16)\n");
    } else if (ok && (ok = model_perplexity(m, ids.ids, ids.n, CACHE_Q8, &q8, err))) {
        out_printf("perplexity q8   %.4f  (%+.3f %%)\n", q8, 100 * (q8 / f16 - 1));
    }
    model_close(m);
    return ok;
}

static bool verify_run(const struct args *args, int *status, struct err *err) {
    struct model *m = NULL;
    (void)status;
    if (!open_model(&m, args, false, err)) {
        return false;
    }
    bool ok = model_verify(m, err);
    if (ok) {
        out_printf("%s  %s\n", model_info(m)->full_hash, model_info(m)->name);
    }
    model_close(m);
    return ok;
}

/* ---- tables ---- */

static const struct option info_options[] = {
    {.name = "json", .help = "as one JSON object"}, KERNELS_OPTION, {0}};
static const struct option eval_options[] = {
    {.name = "tokens", .kind = OPTION_STRING, .value = "FILE", .help = "token ids to evaluate"},
    {.name = "logits",
     .kind = OPTION_STRING,
     .value = "FILE",
     .help = "where the logits go: float32, row by row"},
    {.name = "chunk", .kind = OPTION_COUNT, .value = "N", .help = "tokens a pass; changes no bit"},
    THREADS_OPTION,
    KERNELS_OPTION,
    {0}};
static const struct option tokenize_options[] = {
    {.name = "file", .kind = OPTION_STRING, .value = "TEXT", .help = "text file instead of stdin"},
    {.name = "special", .help = "control tokens in the text are parsed"},
    {0}};
static const struct option render_options[] = {
    {.name = "dialect", .kind = OPTION_STRING, .value = "NAME", .help = "how to write it"},
    {.name = "conversation", .kind = OPTION_STRING, .value = "FILE", .help = "JSON conversation"},
    {.name = "bos",
     .kind = OPTION_STRING,
     .value = "TEXT",
     .fallback = "<BOS>",
     .help = "spelling of the begin token"},
    {.name = "eos",
     .kind = OPTION_STRING,
     .value = "TEXT",
     .fallback = "<EOS>",
     .help = "spelling of the end token"},
    {0}};
static const struct option bench_options[] = {{.name = "prefill",
                                               .letter = 'p',
                                               .kind = OPTION_COUNT,
                                               .value = "N",
                                               .fallback = "512",
                                               .help = "tokens of the prompt"},
                                              {.name = "decode",
                                               .letter = 'n',
                                               .kind = OPTION_COUNT,
                                               .value = "N",
                                               .fallback = "32",
                                               .help = "tokens to decode"},
                                              {.name = "batch",
                                               .letter = 'b',
                                               .kind = OPTION_COUNT,
                                               .value = "N",
                                               .fallback = "1",
                                               .help = "sequences decoding together"},
                                              {.name = "depth",
                                               .letter = 'd',
                                               .kind = OPTION_COUNT,
                                               .value = "N",
                                               .help = "positions in the cache before the first "
                                                       "decoded token; the prompt's by default"},
                                              {.name = "shared",
                                               .kind = OPTION_COUNT,
                                               .value = "N",
                                               .fallback = "0",
                                               .help = "positions that all sequences have in "
                                                       "common: absorbed against expanded"},
                                              {.name = "against",
                                               .kind = OPTION_COUNT,
                                               .value = "N",
                                               .fallback = "0",
                                               .help = "a second depth, decoded in turns with the "
                                                       "first"},
                                              {.name = "cache",
                                               .kind = OPTION_CHOICE,
                                               .value = "f16|q8",
                                               .fallback = "f16",
                                               .help = "format of cached keys and values"},
                                              {.name = "json", .help = "as one JSON object"},
                                              THREADS_OPTION,
                                              KERNELS_OPTION,
                                              {0}};
static const struct option plain_options[] = {KERNELS_OPTION, {0}};

static const struct cmd sub_info = {.name = "info",
                                    .summary = "what a model file is",
                                    .operands = "[MODEL]",
                                    .options = info_options,
                                    .run = info_run,
                                    .examples = "drover model info model.gguf\n"};
static const struct cmd sub_eval = {
    .name = "eval",
    .summary = "logits of given tokens",
    .operands = "[MODEL]",
    .options = eval_options,
    .run = eval_run,
    .examples = "drover model eval model.gguf --tokens ids.txt --logits out.f32\n"};
static const struct cmd sub_tokenize = {.name = "tokenize",
                                        .summary = "token ids of a text, on one line",
                                        .operands = "[MODEL]",
                                        .options = tokenize_options,
                                        .run = tokenize_run,
                                        .examples =
                                            "echo hello | drover model tokenize model.gguf\n"};
static const struct cmd sub_render = {
    .name = "render",
    .summary = "a conversation as a model family writes it",
    .options = render_options,
    .run = render_run,
    .examples = "drover model render --dialect qwen3 --conversation c.json\n"};
static const struct cmd sub_bench = {.name = "bench",
                                     .summary = "speed on this machine",
                                     .operands = "[MODEL]",
                                     .options = bench_options,
                                     .run = bench_run,
                                     .examples =
                                         "drover model bench model.gguf -p 512 -n 64 -b 8\n"};
static const struct cmd sub_ppl = {.name = "ppl",
                                   .summary = "perplexity with each cache format",
                                   .operands = "MODEL TEXT",
                                   .options = plain_options,
                                   .run = ppl_run,
                                   .examples = "drover model ppl model.gguf text.txt\n"};
static const struct cmd sub_verify = {.name = "verify",
                                      .summary = "read every byte of a model and check it",
                                      .operands = "[MODEL]",
                                      .options = plain_options,
                                      .run = verify_run,
                                      .examples = "drover model verify model.gguf\n"};
static const struct cmd *const subs[] = {&sub_info,  &sub_eval, &sub_tokenize, &sub_render,
                                         &sub_bench, &sub_ppl,  &sub_verify,   NULL};

const struct cmd cmd_model = {.name = "model",
                              .group = GROUP_MACHINE,
                              .summary = "look at, check and measure models",
                              .subs = subs,
                              .examples = "drover model info\ndrover model bench model.gguf\n"};
