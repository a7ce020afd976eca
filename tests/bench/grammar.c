/* Goal: a mask costs under 50 us at p50 and 500 us at p99 on a vocabulary of 100k tokens.
 * Method: the vocabulary of a GGUF file, the shipped tools, Hermes framing (the trigger is text,
 * the dearer case), 2,000 paths, one small file and one of 256 KiB of code bound. Random turns are
 * written as the engine would (forced text is not sampled; three calls of four are Edit); every
 * mask, accept and question for forced text is timed. The first turns fill the cache and are
 * reported as `cold`, the others as `warm`; masks of bound arguments are never cached and shown
 * apart. Prints a Markdown table.
 *
 *     grammar VOCAB.gguf [TURNS] */
#include <stdio.h>
#include <time.h>
#include "model/gguf.h"
#include "model/grammar_int.h"
#include "model/tokenizer.h"
#include "runtime/base/json.h"

#define SAMPLES_MAX (1u << 20)
#define COLD_TURNS  20

struct samples {
    const char *name;
    float *us;
    size_t n;
};

static uint64_t seed = 7;

/* CPU time of this thread: the machine is shared. */
static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static uint32_t random_below(uint32_t n) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) * (uint64_t)n >> 31);
}

static void sample_add(struct samples *s, int64_t start) {
    if (s->n < SAMPLES_MAX) {
        s->us[s->n++] = (float)(now_ns() - start) / 1000.0f;
    }
}

static int compare_floats(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void print_samples(struct samples *s) {
    if (s->n == 0) {
        printf("| %s | 0 | | | |\n", s->name);
        return;
    }
    qsort(s->us, s->n, sizeof(*s->us), compare_floats);
    printf("| %s | %zu | %.1f | %.1f | %.1f |\n", s->name, s->n, (double)s->us[s->n / 2],
           (double)s->us[s->n * 99 / 100], (double)s->us[s->n - 1]);
}

static struct str token_text(void *arg, int32_t id) {
    const struct tokenizer *t = arg;
    enum token_type type = tokenizer_type(t, id);
    bool text = type == TOKEN_NORMAL || type == TOKEN_USER || type == TOKEN_BYTE;
    return text ? tokenizer_bytes(t, id) : (struct str){"", 0};
}

static cJSON *read_tools(void) {
    static const char *const names[] = {"Agent", "Bash", "Edit",  "Finish",    "Glob",
                                        "Grep",  "Read", "Swarm", "TodoWrite", "Write"};
    cJSON *tools = cJSON_CreateArray();
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        AUTO_FREE char *path = xasprintf("tools/%s.json", names[i]);
        AUTO_BUF struct buf text = BUF_INIT(1 << 20);
        struct err err = ERR_INIT;
        cJSON *tool;
        if (!file_read(&text, path, 1 << 20, &err) ||
            !json_parse(&tool, buf_str(&text), path, &err)) {
            fprintf(stderr, "error: %s\nhint: run it in the checkout's root\n", err.msg);
            exit(2);
        }
        cJSON_AddItemToArray(tools, tool);
    }
    return tools;
}

static struct bindings *make_bindings(void) {
    static char text[2000][40];
    struct str paths[2000];
    AUTO_BUF struct buf small = BUF_INIT(1 << 20), large = BUF_INIT(1 << 20),
                        source = BUF_INIT(1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        snprintf(text[i], sizeof(text[i]), "src/module_%zu/file_%zu.c", i % 37, i * 7919 % 5000);
        paths[i] = str_from(text[i]);
    }
    if (!file_read(&small, "model/suffix.c", 1 << 20, NULL) ||
        !file_read(&source, "model/grammar_leaf.c", 1 << 20, NULL)) {
        fprintf(stderr,
                "error: cannot read 'model/suffix.c'\nhint: run it in the checkout's root\n");
        exit(2);
    }
    while (source.len > 0 && large.len < (256u << 10)) { /* real lines, none twice in a row alike */
        buf_printf(&large, "/* %u */", random_below(1u << 30));
        buf_append_str(&large,
                       str_slice(buf_str(&source), random_below((uint32_t)source.len), SIZE_MAX));
    }
    struct bindings_file files[] = {{paths[0], buf_str(&small)}, {paths[1], buf_str(&large)}};
    return bindings_create(paths, ARRAY_LEN(paths), true, files, ARRAY_LEN(files));
}

static struct grammar *compile(struct vocab *v, int32_t end, const cJSON *tools) {
    static const struct grammar_piece open = {PIECE_TEXT, -1, STR("\n{\"name\": \"")},
                                      name = {PIECE_TEXT, -1, STR("\", \"arguments\": ")},
                                      close = {PIECE_TEXT, -1, STR("}\n</tool_call>")},
                                      next = {PIECE_TEXT, -1, STR("\n<tool_call>\n{\"name\": \"")};
    struct grammar_format f = {.trigger = {PIECE_TEXT, -1, STR("<tool_call>")},
                               .several = true,
                               .open = {&open, 1},
                               .name_close = {&name, 1},
                               .call_close = {&close, 1},
                               .next = {&next, 1},
                               .end = &end,
                               .n_end = 1,
                               .comma = STR(", "),
                               .colon = STR(": ")};
    struct grammar *g;
    struct err err = ERR_INIT;
    if (!grammar_compile(&g, v, &f, tools, &err)) {
        fprintf(stderr, "error: %s\n", err.msg);
        exit(2);
    }
    return g;
}

static int32_t find_quote(const struct vocab *v) {
    for (int32_t t = 0; t < v->n; t++) {
        if (str_equal_c(vocab_bytes(v, t), "\"")) {
            return t;
        }
    }
    return 0;
}

/* A random allowed token, longer ones rather than shorter, as text is written; every eighth time
 * the string is closed if it may be. */
static int32_t pick(const struct vocab *v, const uint32_t *bits, int32_t quote) {
    int32_t best = -1;
    if (mask_get(bits, quote) && random_below(8) == 0) {
        return quote;
    }
    for (int tries = 0; tries < 4; tries++) {
        uint32_t start = random_below((uint32_t)v->n);
        for (uint32_t k = 0; k < (uint32_t)v->n; k++) {
            int32_t t = (int32_t)((start + k) % (uint32_t)v->n);
            if (bits[t >> 5] == 0) {
                k += 31 - ((uint32_t)t & 31);
                continue;
            }
            if (mask_get(bits, t)) {
                bool better = best < 0 || vocab_bytes(v, t).len > vocab_bytes(v, best).len;
                best = better ? t : best;
                break;
            }
        }
    }
    return best;
}

struct bench {
    struct samples cold, warm, bound, text, accept, forced;
    size_t tokens, calls, forced_tokens;
};

static bool is_bound(const struct grammar_state *s) {
    for (uint32_t i = 0; i < s->set.n; i++) {
        const struct leaf *leaf = &s->set.at[i].leaf;
        if (leaf->kind == LEAF_BOUND ||
            (leaf->kind == LEAF_STRING && leaf->u.string.equal != NOT_EQUAL)) {
            return true;
        }
    }
    return false;
}

static void say(struct bench *b, struct grammar_state *s, const struct tokenizer *t,
                struct str text) {
    AUTO_TOKENS struct tokens ids = {0};
    ASSERT(tokenizer_encode_part(t, text, false, false, &ids, NULL));
    for (size_t i = 0; i < ids.n; i++) {
        int64_t start = now_ns();
        bool ok = grammar_state_accept(s, ids.ids[i]);
        sample_add(&b->accept, start);
        ASSERT(ok);
        b->forced_tokens++;
    }
}

static void turn(struct bench *b, const struct grammar *g, struct bindings *bindings,
                 const struct tokenizer *t, int32_t end, bool cold) {
    static uint32_t bits[1 << 14];
    static int32_t quote;
    quote = quote ? quote : find_quote(g->vocab);
    struct grammar_state *s = grammar_state_create(g, bindings);
    for (int i = 0; i < 400; i++) {
        AUTO_BUF struct buf bytes = BUF_INIT(1 << 16);
        int64_t start = now_ns();
        size_t n = grammar_state_forced(s, &bytes);
        sample_add(&b->forced, start);
        if (n > 0) {
            say(b, s, t, buf_str(&bytes));
            continue;
        }
        if (grammar_state_forced_token(s) == end) {
            break;
        }
        bool bound = is_bound(s);
        start = now_ns();
        (void)grammar_state_mask(s, bits);
        sample_add(!s->in_call ? &b->text : bound ? &b->bound : cold ? &b->cold : &b->warm, start);
        if (!s->in_call && i == 10) {
            say(b, s, t, STR("<tool_call>"));
            if (random_below(4) > 0) { /* mostly the tool whose arguments are bound */
                say(b, s, t, STR("\n{\"name\": \"Edit"));
            }
            continue;
        }
        int32_t token = pick(g->vocab, bits, quote);
        start = now_ns();
        bool ok = grammar_state_accept(s, token);
        sample_add(&b->accept, start);
        ASSERT(ok);
        b->tokens++;
        if (token == end) {
            break;
        }
    }
    b->calls += (size_t)grammar_state_calls(s);
    grammar_state_destroy(s);
}

int main(int argc, char **argv) {
    struct gguf *gguf;
    struct tokenizer *t;
    struct err err = ERR_INIT;
    int64_t turns = 300, start;
    if (argc < 2 || (argc > 2 && !str_to_i64(str_from(argv[2]), 1, 1000000, &turns)) ||
        !gguf_open(&gguf, argv[1], &err) || !tokenizer_create(&t, gguf, &err)) {
        fprintf(stderr, "error: %s\nhint: grammar VOCAB.gguf [TURNS]\n", err.msg);
        return 2;
    }
    int32_t end = tokenizer_eos(t);
    cJSON *tools = read_tools();
    start = now_ns();
    struct vocab *v = vocab_create(tokenizer_size(t), token_text, t);
    printf("%d tokens, %u trie nodes, %zu exits: %.1f ms; ", v->n, v->n_nodes, v->n_exits,
           (double)(now_ns() - start) / 1e6);
    start = now_ns();
    struct grammar *g = compile(v, end, tools);
    printf("tools compiled in %.2f ms; ", (double)(now_ns() - start) / 1e6);
    struct bindings *bindings = make_bindings();
    start = now_ns();
    (void)bindings_index(bindings, 1);
    printf("256 KiB indexed in %.1f ms\n\n", (double)(now_ns() - start) / 1e6);
    struct bench b = {.cold.name = "cold mask",
                      .warm.name = "warm mask",
                      .bound.name = "bound mask",
                      .text.name = "text mask",
                      .accept.name = "accept",
                      .forced.name = "forced"};
    struct samples *all[] = {&b.cold, &b.warm, &b.bound, &b.text, &b.accept, &b.forced};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        all[i]->us = xmalloc(SAMPLES_MAX * sizeof(float));
    }
    for (int64_t i = 0; i < turns; i++) {
        turn(&b, g, bindings, t, end, i < COLD_TURNS);
    }
    printf("| us | samples | p50 | p99 | max |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        print_samples(all[i]);
        free(all[i]->us);
    }
    printf("\n%zu tokens chosen, %zu forced, %zu calls closed, %zu KiB of cached masks\n", b.tokens,
           b.forced_tokens, b.calls, atomic_load(&g->cache_bytes) >> 10);
    bindings_unref(bindings);
    grammar_destroy(g);
    vocab_unref(v);
    cJSON_Delete(tools);
    tokenizer_destroy(t);
    gguf_close(gguf);
    return 0;
}
