/* Pre-tokenizers: how a text is cut into pieces before byte pairs are merged.
 *
 * The formats define them as lists of regular expressions (reference/gguf.md 3.3). They are written
 * by hand here, for three reasons: what must be matched is what llama.cpp's own functions match,
 * and those differ from any one regex engine in Unicode classes and white space; bytes that are not
 * UTF-8 must pass; and this is the hot loop of every prompt (ASCII goes through one table look-up a
 * byte).
 *
 * A pass is a function that says how many bytes match at a position, 0 for none; split_text runs it
 * over a piece from left to right, and hands matches and gaps to the next pass. A match function
 * that has looked far ahead in vain sets *skip to the bytes at which nothing can match either, so
 * that no text is quadratic. Recursion is as deep as the list of passes. Pure functions, any
 * thread; nothing can fail. */
#include "model/tokenizer_int.h"

#include <utf8proc.h>

/* ---- classes of code points ---- */

static uint16_t class_of_category(uint32_t cp) {
    switch (utf8proc_category((utf8proc_int32_t)cp)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT:
        return CP_LETTER | CP_UPPER;
    case UTF8PROC_CATEGORY_LL:
        return CP_LETTER | CP_LOWER;
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return CP_LETTER | CP_UPPER | CP_LOWER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return CP_MARK | CP_UPPER | CP_LOWER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return CP_NUMBER;
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
        return CP_PUNCT;
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO:
        return CP_SYMBOL;
    default:
        return 0;
    }
}

static bool is_space(uint32_t cp) {
    return (cp >= 0x09 && cp <= 0x0d) || cp == ' ' || cp == 0x85 || cp == 0xa0 || cp == 0x1680 ||
           (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 || cp == 0x2029 || cp == 0x202f ||
           cp == 0x205f || cp == 0x3000;
}

static bool is_han(uint32_t cp) {
    return (cp >= 0x4e00 && cp <= 0x9fff) || (cp >= 0x3400 && cp <= 0x4dbf) ||
           (cp >= 0x20000 && cp <= 0x2ebef) || (cp >= 0x2f800 && cp <= 0x2fa1f) ||
           (cp >= 0xf900 && cp <= 0xfaff) || (cp >= 0x30000 && cp <= 0x323af) || cp == 0x3005 ||
           cp == 0x3007 || (cp >= 0x3021 && cp <= 0x3029) || (cp >= 0x2e80 && cp <= 0x2fd5);
}

static uint16_t cp_flags(uint32_t cp) {
    uint16_t flags = class_of_category(cp);
    if (is_space(cp))
        flags |= CP_SPACE;
    if (is_han(cp))
        flags |= CP_HAN;
    return flags;
}

#define U (CP_LETTER | CP_UPPER)
#define L (CP_LETTER | CP_LOWER)
#define P CP_PUNCT
#define S CP_SYMBOL
#define N CP_NUMBER
#define W CP_SPACE
static const uint16_t ascii_flags[128] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, W, W, W, W, W, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    W, P, P, P, S, P, P, P, P, P, P, S, P, P, P, P, N, N, N, N, N, N, N, N, N, N, P, P, S, S, S, P,
    P, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, P, P, P, S, P,
    S, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, P, S, P, S, 0,
};
#undef U
#undef L
#undef P
#undef S
#undef N
#undef W

struct cp cp_at(const char *text, size_t at, size_t end) {
    if (at >= end)
        return (struct cp){0, 0, 0};
    unsigned char c = (unsigned char)text[at];
    if (c < 128)
        return (struct cp){c, ascii_flags[c], 1};
    utf8proc_int32_t cp;
    size_t left = end - at;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
                                          (utf8proc_ssize_t)MIN(left, (size_t)4), &cp);
    if (n <= 0 || cp < 0)
        return (struct cp){0xfffd, CP_SYMBOL, 1};
    return (struct cp){(uint32_t)cp, cp_flags((uint32_t)cp), (uint16_t)n};
}

/* ---- parts that the expressions share; each gives the end of what it matches ---- */

/* At most max code points that have one of the flags. */
static size_t run_of(const char *text, size_t at, size_t end, uint16_t flags, size_t max) {
    for (size_t n = 0; n < max; n++) {
        struct cp c = cp_at(text, at, end);
        if (c.len == 0 || !(c.flags & flags))
            break;
        at += c.len;
    }
    return at;
}

/* [^...]+ with the flags excluded */
static size_t run_without(const char *text, size_t at, size_t end, uint16_t flags) {
    for (;;) {
        struct cp c = cp_at(text, at, end);
        if (c.len == 0 || (c.flags & flags))
            return at;
        at += c.len;
    }
}

/* 's 't 're 've 'm 'll 'd; returns `at` if there is none */
static size_t contraction(const char *text, size_t at, size_t end, bool any_case) {
    if (at + 1 >= end || text[at] != '\'')
        return at;
    unsigned char a = (unsigned char)text[at + 1];
    unsigned char b = at + 2 < end ? (unsigned char)text[at + 2] : 0;
    if (any_case) {
        a |= a >= 'A' && a <= 'Z' ? 0x20 : 0;
        b |= b >= 'A' && b <= 'Z' ? 0x20 : 0;
    }
    if (a == 's' || a == 't' || a == 'm' || a == 'd')
        return at + 2;
    if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l'))
        return at + 3;
    return at;
}

/* \s*[\r\n]+|\s+(?!\S)|\s+ if newlines, else \s+(?!\S)|\s+ ; returns `at` if no space is there */
static size_t white_space(const char *text, size_t at, size_t end, bool newlines) {
    size_t last = at, newline = 0, i = at;
    for (;;) {
        struct cp c = cp_at(text, i, end);
        if (c.len == 0 || !(c.flags & CP_SPACE))
            break;
        last = i;
        i += c.len;
        if (c.cp == '\r' || c.cp == '\n')
            newline = i;
    }
    if (newlines && newline)
        return newline;
    if (i < end && last > at) /* the last one belongs to what follows */
        return last;
    return i;
}

/* ---- GPT-2 and what is built on it ---- */

static size_t pass_gpt2(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    size_t to = contraction(text, at, end, false);
    if (to > at)
        return to - at;
    size_t from = at + (text[at] == ' ');
    struct cp c = cp_at(text, from, end);
    if (c.len) {
        if (c.flags & CP_LETTER)
            return run_of(text, from, end, CP_LETTER, SIZE_MAX) - at;
        if (c.flags & CP_NUMBER)
            return run_of(text, from, end, CP_NUMBER, SIZE_MAX) - at;
        if (!(c.flags & CP_SPACE))
            return run_without(text, from, end, CP_SPACE | CP_LETTER | CP_NUMBER) - at;
    }
    return white_space(text, at, end, false) - at;
}

static size_t pass_number(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    return run_of(text, at, end, CP_NUMBER, 1) - at;
}

static size_t pass_numbers(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    return run_of(text, at, end, CP_NUMBER, SIZE_MAX) - at;
}

static size_t pass_numbers3(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    return run_of(text, at, end, CP_NUMBER, 3) - at;
}

/* [0-9][0-9][0-9] */
static size_t pass_ascii3(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    for (size_t i = 0; i < 3; i++)
        if (at + i >= end || text[at + i] < '0' || text[at + i] > '9')
            return 0;
    return 3;
}

/* [\p{P}$+<=>^~|`]+ : all ASCII symbols, but no others */
static size_t pass_punct_ascii(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    size_t i = at;
    for (;;) {
        struct cp c = cp_at(text, i, end);
        if (c.len == 0 || !((c.flags & CP_PUNCT) || ((c.flags & CP_SYMBOL) && c.cp < 128)))
            return i - at;
        i += c.len;
    }
}

static size_t pass_punct_default(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    size_t i = at;
    for (;;) {
        struct cp c = cp_at(text, i, end);
        bool symbol = (c.flags & CP_SYMBOL) && c.cp < 128 && c.cp != '`';
        if (c.len == 0 || !((c.flags & CP_PUNCT) || symbol))
            return i - at;
        i += c.len;
    }
}

/* ---- the family of Llama 3, Qwen, GPT-4o, Kimi ---- */

struct modern {
    bool contraction_first; /* C as an alternative of its own */
    bool contraction_after; /* C? after a word (cased words only) */
    bool marks;             /* words are [\p{L}\p{M}]+, and marks are no punctuation */
    bool cased;             /* upper-case part, lower-case part */
    bool han;               /* [\p{Han}]+ first, and words are without Han */
    bool slash;             /* [\r\n/]* after punctuation */
    int digits;             /* most digits of a piece */
};

static bool is_case_part(struct cp c, uint16_t flags, bool han) {
    return c.len && (c.flags & flags) && !(han && (c.flags & CP_HAN));
}

/* upper* lower+, greedy with backtracking: Lm, Lo and M are in both classes. The end, or `at`. */
static size_t word_lower(const char *text, size_t at, size_t end, bool han) {
    size_t i = at, both = at; /* both: end of the last code point seen that is of both classes */
    for (;;) {
        struct cp c = cp_at(text, i, end);
        if (!is_case_part(c, CP_UPPER, han))
            break;
        i += c.len;
        if (c.flags & CP_LOWER)
            both = i;
    }
    size_t upper = i;
    for (;;) {
        struct cp c = cp_at(text, i, end);
        if (!is_case_part(c, CP_LOWER, han))
            break;
        i += c.len;
    }
    return i > upper ? i : both; /* upper* gives back until one of both classes can be lower+ */
}

/* upper+ lower*. Only tried when the other has failed: then no lower-case part follows. */
static size_t word_upper(const char *text, size_t at, size_t end, bool han) {
    for (;;) {
        struct cp c = cp_at(text, at, end);
        if (!is_case_part(c, CP_UPPER, han))
            return at;
        at += c.len;
    }
}

/* [^\r\n\p{L}\p{N}]?WORD, the prefix greedy: first with, then without it. */
static size_t prefixed_word(const struct modern *m, const char *text, size_t at, size_t end,
                            bool upper) {
    struct cp c = cp_at(text, at, end);
    bool prefix = c.cp != '\r' && c.cp != '\n' && !(c.flags & (CP_LETTER | CP_NUMBER));
    for (int with = prefix; with >= 0; with--) {
        size_t from = with ? at + c.len : at, to;
        if (!m->cased)
            to = run_of(text, from, end, m->marks ? CP_LETTER | CP_MARK : CP_LETTER, SIZE_MAX);
        else if (upper)
            to = word_upper(text, from, end, m->han);
        else
            to = word_lower(text, from, end, m->han);
        if (to > from)
            return m->contraction_after ? contraction(text, to, end, true) : to;
    }
    return at;
}

static size_t modern_word(const struct modern *m, const char *text, size_t at, size_t end) {
    size_t to = prefixed_word(m, text, at, end, false);
    return to > at || !m->cased ? to : prefixed_word(m, text, at, end, true);
}

static size_t modern_match(const struct modern *m, const char *text, size_t at, size_t end) {
    size_t to;
    if (m->han && (to = run_of(text, at, end, CP_HAN, SIZE_MAX)) > at)
        return to - at;
    if (m->contraction_first && (to = contraction(text, at, end, true)) > at)
        return to - at;
    if ((to = modern_word(m, text, at, end)) > at)
        return to - at;
    if ((to = run_of(text, at, end, CP_NUMBER, (size_t)m->digits)) > at)
        return to - at;
    uint16_t not_punct = CP_SPACE | CP_LETTER | CP_NUMBER | (m->marks ? CP_MARK : 0);
    size_t from = at + (text[at] == ' ');
    to = run_without(text, from, end, not_punct);
    if (to > from) {
        while (to < end && (text[to] == '\r' || text[to] == '\n' || (m->slash && text[to] == '/')))
            to++;
        return to - at;
    }
    return white_space(text, at, end, true) - at;
}

#define MODERN(name, ...)                                                                          \
    static size_t name(const char *text, size_t at, size_t end, size_t *skip) {                    \
        static const struct modern m = {__VA_ARGS__};                                              \
        (void)skip;                                                                                \
        return modern_match(&m, text, at, end);                                                    \
    }
MODERN(pass_llama3, .contraction_first = true, .digits = 3)
MODERN(pass_qwen2, .contraction_first = true, .digits = 1)
MODERN(pass_qwen35, .contraction_first = true, .marks = true, .digits = 1)
MODERN(pass_gpt4o, .contraction_after = true, .cased = true, .slash = true, .digits = 3)
MODERN(pass_tekken, .cased = true, .slash = true, .digits = 1)
MODERN(pass_kimi, .contraction_after = true, .cased = true, .han = true, .digits = 3)

/* ---- DeepSeek ---- */

static size_t pass_newline(const char *text, size_t at, size_t end, size_t *skip) {
    (void)end;
    (void)skip;
    return text[at] == '\r' || text[at] == '\n';
}

struct range {
    uint32_t from, to;
};

static bool in_ranges(uint32_t cp, const struct range *r, size_t n) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (cp > r[mid].to)
            low = mid + 1;
        else
            high = mid;
    }
    return low < n && cp >= r[low].from;
}

/* Cased letters as of the Unicode that DeepSeek-LLM was trained with; a fact of the format. */
static const struct range deepseek_letters[] = {
    {0x41, 0x5a},       {0x61, 0x7a},       {0xb5, 0xb5},       {0xc0, 0xd6},
    {0xd8, 0xf6},       {0xf8, 0x1ba},      {0x1bc, 0x1bf},     {0x1c4, 0x293},
    {0x295, 0x2af},     {0x370, 0x373},     {0x376, 0x377},     {0x37b, 0x37d},
    {0x37f, 0x37f},     {0x386, 0x386},     {0x388, 0x38a},     {0x38c, 0x38c},
    {0x38e, 0x3a1},     {0x3a3, 0x3f5},     {0x3f7, 0x481},     {0x48a, 0x52f},
    {0x531, 0x556},     {0x10a0, 0x10c5},   {0x13a0, 0x13f5},   {0x13f8, 0x13fd},
    {0x1c90, 0x1cba},   {0x1cbd, 0x1cbf},   {0x1d00, 0x1d2b},   {0x1d6b, 0x1d77},
    {0x1d79, 0x1d9a},   {0x1e00, 0x1f15},   {0x1f18, 0x1f1d},   {0x1f20, 0x1f45},
    {0x1f48, 0x1f4d},   {0x1f50, 0x1f57},   {0x1f59, 0x1f59},   {0x1f5b, 0x1f5b},
    {0x1f5d, 0x1f5d},   {0x1f5f, 0x1f7d},   {0x1f80, 0x1fb4},   {0x1fb6, 0x1fbc},
    {0x1fbe, 0x1fbe},   {0x1fc2, 0x1fc4},   {0x1fc6, 0x1fcc},   {0x1fd0, 0x1fd3},
    {0x1fd6, 0x1fdb},   {0x1fe0, 0x1fec},   {0x1ff2, 0x1ff4},   {0x1ff6, 0x1ffc},
    {0x2102, 0x2102},   {0x2107, 0x2107},   {0x210a, 0x2113},   {0x2115, 0x2115},
    {0x2119, 0x211d},   {0x2124, 0x2124},   {0x2126, 0x2126},   {0x2128, 0x2128},
    {0x212a, 0x212d},   {0x212f, 0x2134},   {0x2139, 0x2139},   {0x213c, 0x213f},
    {0x2145, 0x2149},   {0x214e, 0x214e},   {0x2183, 0x2184},   {0x2c00, 0x2c7b},
    {0x2c7e, 0x2ce4},   {0x2ceb, 0x2cee},   {0x2cf2, 0x2cf3},   {0xa640, 0xa66d},
    {0xa680, 0xa69b},   {0xa722, 0xa76f},   {0xa771, 0xa787},   {0xa78b, 0xa78e},
    {0xab70, 0xabbf},   {0xfb00, 0xfb06},   {0xfb13, 0xfb17},   {0xff21, 0xff3a},
    {0xff41, 0xff5a},   {0x10400, 0x1044f}, {0x104b0, 0x104d3}, {0x104d8, 0x104fb},
    {0x10c80, 0x10cb2}, {0x10cc0, 0x10cf2}, {0x118a0, 0x118df}, {0x1e900, 0x1e943},
};
/* White space beyond ASCII counts as \s only, so U+3000 and U+2028 are not in these. */
static const struct range deepseek_punct[] = {
    {0x21, 0x2f},     {0x3a, 0x7e},     {0x2018, 0x201f},
    {0x3001, 0x3002}, {0xff01, 0xff0f}, {0xff1a, 0xff5e},
};
/* As the file formats spell it: Han; everything from U+0800 to U+4E00; Hangul and to U+D7FF. */
static const struct range deepseek_cjk[] = {
    {0x800, 0x167f},  {0x1681, 0x1fff}, {0x200b, 0x2027}, {0x202a, 0x202e},
    {0x2030, 0x205e}, {0x2060, 0x2fff}, {0x3001, 0x9fa5}, {0xac00, 0xd7ff},
};
static const struct range deepseek_v3_cjk[] = {{0x3040, 0x30ff}, {0x4e00, 0x9fa5}};

static size_t run_ranges(const char *text, size_t at, size_t end, const struct range *r, size_t n) {
    for (;;) {
        struct cp c = cp_at(text, at, end);
        if (c.len == 0 || !in_ranges(c.cp, r, n))
            return at;
        at += c.len;
    }
}

/* \s?[...]+ */
static size_t spaced_ranges(const char *text, size_t at, size_t end, const struct range *r,
                            size_t n) {
    struct cp c = cp_at(text, at, end);
    size_t from = c.flags & CP_SPACE ? at + c.len : at, to = run_ranges(text, from, end, r, n);
    return to > from ? to - at : 0;
}

static size_t pass_deepseek_letters(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    return spaced_ranges(text, at, end, deepseek_letters, ARRAY_LEN(deepseek_letters));
}

static size_t pass_deepseek_punct(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    return spaced_ranges(text, at, end, deepseek_punct, ARRAY_LEN(deepseek_punct));
}

/* \s+$ */
static size_t pass_space_last(const char *text, size_t at, size_t end, size_t *skip) {
    size_t to = run_of(text, at, end, CP_SPACE, SIZE_MAX);
    if (to == end)
        return to - at;
    *skip = to - at;
    return 0;
}

static size_t pass_deepseek_cjk(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    return run_ranges(text, at, end, deepseek_cjk, ARRAY_LEN(deepseek_cjk)) - at;
}

static size_t pass_deepseek_v3_cjk(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    return run_ranges(text, at, end, deepseek_v3_cjk, ARRAY_LEN(deepseek_v3_cjk)) - at;
}

/* \s?\p{L}+ and \s?\p{P}+ */
static size_t spaced_run(const char *text, size_t at, size_t end, uint16_t flags) {
    struct cp c = cp_at(text, at, end);
    size_t from = c.flags & CP_SPACE ? at + c.len : at;
    size_t to = run_of(text, from, end, flags, SIZE_MAX);
    return to > from ? to - at : 0;
}

static size_t pass_spaced_letters(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    return spaced_run(text, at, end, CP_LETTER);
}

static size_t pass_spaced_punct(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    return spaced_run(text, at, end, CP_PUNCT);
}

static size_t pass_deepseek_v3(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    struct cp c = cp_at(text, at, end);
    size_t to = at + 1;
    /* one ASCII punctuation or symbol, then ASCII letters */
    if (c.cp < 128 && (c.flags & (CP_PUNCT | CP_SYMBOL))) {
        while (to < end &&
               ((text[to] >= 'A' && text[to] <= 'Z') || (text[to] >= 'a' && text[to] <= 'z')))
            to++;
        if (to > at + 1)
            return to - at;
    }
    bool prefix = c.cp != '\r' && c.cp != '\n' && !(c.flags & (CP_LETTER | CP_PUNCT | CP_SYMBOL));
    for (int with = prefix; with >= 0; with--) {
        size_t from = with ? at + c.len : at;
        to = run_of(text, from, end, CP_LETTER | CP_MARK, SIZE_MAX);
        if (to > from)
            return to - at;
    }
    size_t from = at + (c.cp == ' ');
    to = run_of(text, from, end, CP_PUNCT | CP_SYMBOL, SIZE_MAX);
    if (to > from) {
        while (to < end && (text[to] == '\r' || text[to] == '\n'))
            to++;
        return to - at;
    }
    return white_space(text, at, end, true) - at;
}

/* ---- drover-mini: \p{N}|\p{L}+|_|\r?\n[ \t]*|[ \t]+|[^\s\p{L}\p{N}_] ---- */

static size_t pass_drover(const char *text, size_t at, size_t end, size_t *skip) {
    (void)skip;
    struct cp c = cp_at(text, at, end);
    if (c.flags & CP_LETTER)
        return run_of(text, at, end, CP_LETTER, SIZE_MAX) - at;
    size_t i = at + (c.cp == '\r');
    if (i < end && text[i] == '\n')
        i++;
    else if (c.flags & CP_SPACE)
        i = at;
    else
        return c.len;
    while (i < end && (text[i] == ' ' || text[i] == '\t'))
        i++;
    return i - at;
}

/* ---- the table ---- */

static const struct {
    const char *names; /* separated by spaces */
    struct split split;
} split_table[] = {
    {"drover-mini", {.pass = {pass_drover}}},
    {"gpt-2 phi-2 mpt olmo jina-es jina-de jina-v2-es jina-v2-de jina-v1-en jina-v2-code jais "
     "trillion granite-docling gigachat a.x-4.0 mellum modern-bert roberta-bpe exaone4",
     {.pass = {pass_gpt2}}},
    {"starcoder refact command-r smollm codeshell exaone minerva-7b",
     {.pass = {pass_number, pass_gpt2}}},
    {"falcon", {.pass = {pass_punct_ascii, pass_gpt2, pass_ascii3}}},
    {"default", {.pass = {pass_punct_default, pass_gpt2, pass_numbers, pass_ascii3}}},
    {"llama-bpe llama3 llama-v3 falcon3 falcon-h1 pixtral midm-2.0 lfm2",
     {.ignore_merges = true, .add_bos = true, .pass = {pass_llama3}}},
    {"dbrx smaug-bpe glm4 chatglm-bpe", {.pass = {pass_llama3}}},
    {"qwen2 deepseek-r1-qwen stablelm2 hunyuan megrez kormo grok-2 solar-open",
     {.pass = {pass_qwen2}}},
    {"qwen35", {.pass = {pass_qwen35}}},
    {"gpt-4o llama4 kanana2 minimax-m2", {.pass = {pass_gpt4o}}},
    {"tekken", {.ignore_merges = true, .add_bos = true, .pass = {pass_tekken}}},
    {"kimi-k2", {.pass = {pass_kimi}}},
    {"deepseek-llm",
     {.pass = {pass_newline, pass_deepseek_letters, pass_deepseek_punct, pass_space_last,
               pass_deepseek_cjk, pass_numbers}}},
    {"deepseek-coder",
     {.pass = {pass_newline, pass_spaced_letters, pass_spaced_punct, pass_deepseek_cjk,
               pass_number}}},
    {"deepseek-v3 deepseek-r1 joyai-llm hunyuan-dense",
     {.pass = {pass_numbers3, pass_deepseek_v3_cjk, pass_deepseek_v3}}},
};

const struct split *split_find(struct str pre) {
    for (size_t i = 0; i < ARRAY_LEN(split_table); i++) {
        struct str names = str_from(split_table[i].names);
        while (names.len) {
            size_t space = str_find(names, STR(" "), 0);
            struct str name = str_slice(names, 0, space);
            if (str_equal(name, pre))
                return &split_table[i].split;
            names = str_slice(names, space == SIZE_MAX ? names.len : space + 1, names.len);
        }
    }
    return NULL;
}

struct splitting {
    const struct split *split;
    split_piece_fn piece;
    void *arg;
    const char *text;
};

static void split_range(const struct splitting *s, int pass, size_t at, size_t end) {
    split_match_fn match = s->split->pass[pass];
    if (!match) {
        s->piece(s->arg, s->text + at, end - at);
        return;
    }
    size_t gap = at;
    while (at < end) {
        size_t skip = 0, n = match(s->text, at, end, &skip);
        if (n == 0) {
            at += skip ? skip : cp_at(s->text, at, end).len;
            continue;
        }
        if (at > gap)
            split_range(s, pass + 1, gap, at);
        split_range(s, pass + 1, at, at + n);
        at += n;
        gap = at;
    }
    if (end > gap)
        split_range(s, pass + 1, gap, end);
}

void split_text(const struct split *split, struct str text, split_piece_fn piece, void *arg) {
    struct splitting s = {split, piece, arg, text.ptr};
    if (text.len)
        split_range(&s, 0, 0, text.len);
}
