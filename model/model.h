#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H
/* One mixture-of-experts model in the process, and the engine that serves all agents with it.
 *
 * How to think about it. A `model` is a GGUF file opened for reading: weights, tokenizer, dialect;
 * immutable and usable from any thread. An `engine` is a conductor thread and its compute threads.
 * A `seq` is one agent's sequence of token ids; forking it is O(1), since all sequences live in one
 * token tree of reference-counted KV pages. A turn appends prompt tokens to a sequence and lets the
 * model continue until it ends its turn; the result arrives on the loop thread by engine_drain.
 * Tensors never leave.
 *
 *     model_open(&model, path, &options, &err);
 *     engine_start(&engine, model, &engine_options, &err);      // options.wake = uv_async_send
 *     struct seq *s = seq_create(engine);
 *     model_render_begin(model, system, tools, &tokens);
 *     model_render_user(model, goal, &tokens);
 *     model_render_assistant(model, &tokens);
 *     seq_submit(s, &(struct turn_request){.prompt = tokens.ids, ...}, on_turn, agent);
 *     ... engine_drain(engine) on the loop thread calls on_turn(agent, &result)
 *
 * Reproducible (G3): the tokens of a turn are a function of the sequence, the sampling key and the
 * kernel family alone; never of batch, chunk, threads, other sequences or time. */
#include <cjson/cJSON.h>
#include "runtime/base/err.h"
#include "runtime/base/str.h"

/* ---- model ---- */
struct model;

struct model_options {
    int threads;              /* compute threads for model_eval; 0 = one a core */
    const char *cache_dir;    /* where repacked weights are kept; NULL = repack in memory */
    uint64_t cache_bytes_min; /* fewer are repacked at every start; 0 = MODEL_CACHE_BYTES_MIN */
    const char *kernels;      /* "portable", "avx2", "avx512"; NULL = best of this CPU */
    void (*progress)(void *arg, uint64_t done, uint64_t total); /* bytes repacked; may be NULL */
    void *progress_arg;
    bool vocab_only; /* tokenizer and dialect only; a file without tensors is then fine */
    bool calls; /* refuse a model whose turns cannot hold tool calls, before its weights are read */
};

struct model_info {
    const char *architecture, *name, *dialect, *kernels, *quantization;
    int layers, embedding, vocabulary, experts, experts_used;
    int arithmetic;  /* version of results to the bit: part of a run's record */
    int64_t context; /* tokens the model was made for */
    uint64_t file_bytes, parameters, parameters_active, bytes_per_token;
    uint64_t state_bytes;        /* of a sequence, beside them; 0 = none */
    uint64_t kv_bytes_per_token; /* in the cache format */
    char hash[65]; /* SHA-256 of the header (metadata and tensor table) and the file's size */
    const char *full_hash; /* of all bytes; empty until model_verify */
    struct str contract;   /* `drover.contract` of the shipped model, else empty */
    const char *note;      /* what the user should know about opening it; mostly empty */
};

/* Validates everything (reference/gguf.md) before it is used; a hostile file gives ERR_MODEL. */
bool model_open(struct model **out, const char *path, const struct model_options *options,
                struct err *err) MUST_CHECK;
void model_close(struct model *model);
const struct model_info *model_info(const struct model *model);
/* Reads every byte: SHA-256 over the file (split parts in order), and the packed weights (the cache
 * file) compared with what the file gives; slow. */
bool model_verify(struct model *model, struct err *err) MUST_CHECK;

/* Logits of every position, row by row, n x vocabulary floats, in chunks of `chunk` tokens. */
bool model_eval(struct model *model, const int32_t *tokens, size_t n, size_t chunk, int threads,
                bool (*row)(void *arg, size_t position, const float *logits), void *arg,
                struct err *err) MUST_CHECK;

enum cache_format { CACHE_F16, CACHE_Q8 }; /* of keys and values */
/* Whether this model's rows can be kept in int8: their length leaves no rest of less than 18 of 512
 * numbers. Where it does, CACHE_Q8 keeps them as CACHE_F16 does. */
bool model_has_q8(const struct model *model);
/* exp of the mean negative log likelihood of tokens[1..] with the cache in this format. */
bool model_perplexity(struct model *model, const int32_t *tokens, size_t n, enum cache_format cache,
                      double *out, struct err *err) MUST_CHECK;

struct model_bench_options {
    int prefill, decode, batch; /* tokens of the prompt, tokens to decode, sequences decoding */
    int depth;                  /* positions before the first decoded token; < 0: prefill */
    int shared;  /* of them, those that all sequences have in common: read absorbed and expanded */
    int against; /* or another depth, decoded in turns with the first; 0: none */
    int threads; /* 0 = one a core */
    enum cache_format cache;
};
struct model_bench_steps {
    double tokens_per_s, ms_p10, ms_p50, ms_p90; /* of all sequences; of a step's time */
};
struct model_bench {
    double prefill_tokens_per_s, read_bandwidth_gb_per_s;
    struct model_bench_steps decode, decode_expanded, decode_against;
    double expand_tokens_per_s; /* of the shared prefix */
    int shared;                 /* whole tiles of it; 0: none was asked for, or no memory */
    uint64_t bytes_per_token;
};
bool model_bench(struct model *model, const struct model_bench_options *options,
                 struct model_bench *out, struct err *err) MUST_CHECK;

/* ---- tokens ---- */
struct tokens {
    int32_t *ids;
    size_t n, cap;
};
void tokens_append(struct tokens *t, const int32_t *ids, size_t n);
void tokens_release(struct tokens *t);
#define AUTO_TOKENS __attribute__((cleanup(tokens_release)))

/* Appends the ids of text. special: control tokens in the text are parsed (never for data). */
bool model_tokenize(const struct model *model, struct str text, bool special, struct tokens *out,
                    struct err *err) MUST_CHECK;
/* The bytes of one token; control tokens give the empty slice unless special. Borrowed. */
struct str model_token_bytes(const struct model *model, int32_t token, bool special);
int32_t model_token_bos(const struct model *model); /* -1 if none */
bool model_token_is_end(const struct model *model, int32_t token);

/* ---- dialect: how this family writes turns, tools, calls and results ----
 * Each call appends the tokens of one event to a sequence; nothing already there is re-rendered.
 * Text is data: special tokens in it are not parsed, markers that are ordinary text are broken. */
/* Begin of the sequence: BOS, tools ([{name, description, parameters}]), system text. */
bool model_render_begin(const struct model *model, struct str system, const cJSON *tools,
                        struct tokens *out, struct err *err) MUST_CHECK;
bool model_render_user(const struct model *model, struct str text, struct tokens *out,
                       struct err *err) MUST_CHECK;
struct model_result { /* of one call, in call order */
    struct str name, text;
    int call_index; /* counted over the whole sequence from 0 (Kimi-K2 ids) */
};
bool model_render_results(const struct model *model, const struct model_result *results, size_t n,
                          struct tokens *out, struct err *err) MUST_CHECK;
/* Opens the assistant's turn: what the model continues. after_results: the turn follows results. */
bool model_render_assistant(const struct model *model, bool after_results, struct tokens *out,
                            struct err *err) MUST_CHECK;
/* What is missing after a turn of the model before the next event: the end token if it was cut
 * before it, and what the family puts behind an end token (ChatML's newline). Append it always. */
bool model_render_close(const struct model *model, const int32_t *turn, size_t n,
                        struct tokens *out, struct err *err) MUST_CHECK;
/* Whole conversation (shared/vectors/dialect/conversations.json shape) as text, by dialect name. */
bool model_render_text(const char *dialect, const cJSON *conversation, const char *bos,
                       const char *eos, struct buf *out, struct err *err) MUST_CHECK;
const char *const *model_dialect_names(void); /* NULL-terminated */

struct model_call {
    struct str name;
    cJSON *arguments; /* object, owned */
};
struct model_turn {
    struct str text; /* free text before the calls, in storage */
    struct model_call *calls;
    size_t n_calls;
    bool truncated; /* the last call did not close: never executed */
    char *storage;
};
/* Parses what the model wrote in one turn. Never fails on model output: what does not parse is
 * text or truncated. */
void model_turn_parse(const struct model *model, const int32_t *tokens, size_t n,
                      struct model_turn *out);
void model_turn_release(struct model_turn *turn);
/* Families that write values raw (DeepSeek-V3.2, GLM, Qwen3-Coder, MiniMax) do not say what is a
 * string: strings whose schema says otherwise become the JSON they spell. Call it after parsing. */
void model_turn_types(struct model_turn *turn, const cJSON *tools);

/* ---- grammar: calls that cannot be malformed ---- */
struct grammar; /* immutable, shared by all sequences with the same tools; any thread */
/* tools as in model_render_begin. A property may carry "x-drover-bind":
 *   "path"        an existing path (bindings.paths)
 *   "read_path"   a path whose text was read (bindings.files)
 *   "unique_text" text occurring exactly once in the file that the call's read_path names; any
 *                 non-empty text of it when the call sets replace_all (decided by closing: text
 *                 that occurs more than once forces "replace_all":true)
 *   "differs"     any string but the value of the unique_text property
 * A tool that has an unsatisfiable binding (no file read yet) cannot be named. */
bool grammar_create(struct grammar **out, const struct model *model, const cJSON *tools,
                    struct err *err) MUST_CHECK;
void grammar_destroy(struct grammar *grammar);
/* Whether a value's schema is one that grammars can hold a model to; of no particular model. */
bool grammar_can_hold(const cJSON *schema, struct err *err) MUST_CHECK;

/* What arguments are bound to, frozen for one turn; reference-counted, immutable, any thread. */
struct bindings;
struct bindings_file {
    struct str path, text;
};
/* Copies everything. paths sorted or not; paths_complete=false lifts the "path" binding. */
struct bindings *bindings_create(const struct str *paths, size_t n_paths, bool paths_complete,
                                 const struct bindings_file *files, size_t n_files);
struct bindings *bindings_ref(struct bindings *b);
void bindings_unref(struct bindings *b);

/* ---- engine ---- */
struct engine;
struct seq;

struct engine_options {
    int threads;       /* 0 = one a core */
    uint64_t kv_bytes; /* memory for KV pages; 0 = a share of what is free */
    int chunk_ms;      /* longest prefill chunk while others decode and few read; 0 = 150 */
    bool drafts_off;   /* one token a step, even where text is copied; the tokens are the same */
    enum cache_format cache;
    /* Declared prefixes (seq_create_sharing) are read expanded up to this token; 0 = never. Like
     * the cache's format it changes results in their last bits: part of a run's record. */
    int64_t expanded_tokens;
    const char *pages_dir;    /* where evicted KV pages go, and where an earlier process left some;
                                 NULL = nowhere. Only a cache: any content is safe */
    uint64_t pages_bytes_max; /* on disk; 0 = 8 GiB */
    void (*wake)(void *arg);  /* called from any thread when engine_drain has work */
    void *wake_arg;
};
/* What expanded_tokens should be for a new run: expanded pages take a quarter of kv_bytes (0 = as
 * in engine_options) at most; a power of two, so that it is mostly the same tomorrow. 0 for models
 * that have nothing to expand. */
int64_t engine_expanded_tokens(const struct model *model, enum cache_format cache,
                               uint64_t kv_bytes);
bool engine_start(struct engine **out, struct model *model, const struct engine_options *options,
                  struct err *err) MUST_CHECK;
void engine_stop(struct engine *engine); /* all sequences destroyed before */
/* Loop thread: runs the callbacks of finished turns. */
void engine_drain(struct engine *engine);

struct seq *seq_create(struct engine *engine);
/* A sequence whose first `prefix` tokens (fewer than its first prompt has) are declared to be those
 * of several others: latent attention (MLA) then reads their keys and values expanded by head from
 * there on, which are made once. That pays when about four sequences or more are computed together;
 * it is the caller's word, the same whenever the sequence is made again, never the load's. */
struct seq *seq_create_sharing(struct engine *engine, int64_t prefix);
/* O(1): the child starts with all tokens of the parent so far. */
struct seq *seq_fork(struct seq *parent);
void seq_destroy(struct seq *seq); /* cancels a running turn; its callback is not called */
size_t seq_length(const struct seq *seq);
/* What the caller knows of a sequence that has no turn: how soon the next one comes. A submitted
 * turn is SEQ_SOON again. It decides which pages go first when room is needed, nothing else. */
enum seq_next {
    SEQ_SOON,   /* the results of quick calls */
    SEQ_LATER,  /* after others: children, a slow call; its pages go first */
    SEQ_RESUMED /* in another process: its pages are written to pages_dir, as many as is quick */
};
void seq_expect(struct seq *seq, enum seq_next next);

struct sampling {
    float temperature; /* 0 = greedy */
    float top_p;       /* 1 = off */
    float min_p;       /* 0 = off */
    int top_k;         /* 0 = off */
    uint64_t key[2];   /* f(run seed, agent path, attempt): randomness at a position is
                          f(key, position) alone */
};

enum turn_end {
    TURN_ENDED,     /* the model ended its turn */
    TURN_TRUNCATED, /* tokens_max reached */
    TURN_CONTEXT,   /* the context is full */
    TURN_CANCELLED, /* seq_cancel */
    TURN_FAILED,    /* err says why: no KV memory even alone, internal */
};
struct turn_request {
    const int32_t *prompt; /* copied */
    size_t prompt_n;
    int64_t tokens_max; /* of the answer, sampled and forced; never exceeded */
    struct sampling sampling;
    struct grammar *grammar;   /* NULL = free text, calls are then not constrained */
    struct bindings *bindings; /* NULL = nothing bound; a reference is taken */
    double weight;             /* fair share; 0 = 1 */
};
struct turn_result {
    enum turn_end end;
    const int32_t *tokens; /* the answer, borrowed until the callback returns */
    size_t n;
    uint64_t prompt_presented, prompt_computed, tokens_sampled, tokens_forced;
    uint64_t calls_refused; /* masked-out best tokens, for statistics */
    struct err err;
};
typedef void (*turn_fn)(void *arg, const struct turn_result *result);
/* One turn at a time a sequence. done runs in engine_drain, never before this returns. */
void seq_submit(struct seq *seq, const struct turn_request *request, turn_fn done, void *arg);
void seq_cancel(struct seq *seq); /* done still comes, with TURN_CANCELLED */

struct engine_stats {
    uint64_t prompt_presented, prompt_computed, tokens_decoded, tokens_forced, steps;
    uint64_t kv_bytes_used, kv_bytes_max, pages, sequences;
    uint64_t preempted;                 /* turns put back in the queue because pages ran out */
    uint64_t pages_written, pages_read; /* to and from pages_dir */
    uint64_t pages_expanded;            /* of declared prefixes, each time they were made */
    uint64_t drafted, accepted; /* tokens guessed from earlier text, and those that were right */
    double step_ms_p50, step_ms_p95, mask_us_p50, mask_us_p99;
};
void engine_stats(struct engine *engine, struct engine_stats *out);
#endif
