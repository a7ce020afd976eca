/* Goal: what a model reads of a command's output is text and nothing but text, of bounded size, in
 * the format of the shipped model's contract. Method: tool_result and tool_text_clean on made
 * outputs; a sweep of random bytes. */
#include "tests/unit/tools/fixture.h"

static char *clean(const char *raw, size_t len) {
    struct buf out = BUF_INIT(1u << 20);
    assert_false(tool_text_clean((struct str){raw, len}, 1u << 20, &out));
    buf_append_c(&out, "");
    return out.data ? buf_take(&out) : xstrdup("");
}

static void test_escape_sequences_and_invisible_characters_are_removed(void **state) {
    const char *row[][2] = {
        {"\x1b[31mred\x1b[0m", "red"},
        {"\x1b[2J\x1b[1;1Hhome", "home"},
        {"\x1b]0;title\aafter", "after"},
        {"\x1b]52;c;aGVsbG8=\x1b\\after", "after"},
        {"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"},
        {"\x1bP1;2q###\x1b\\after", "after"},
        {"\x1b_apc\x1b\\a\x1b^pm\x1b\\b\x1bXsos\x1b\\c", "abc"},
        {"\x1b(Bx\x1b=y\x1b"
         "7z",
         "xyz"},
        {"\xc2\x9b"
         "31mred",
         "red"}, /* CSI as one C1 character */
        {"\xc2\x9d"
         "0;t\xc2\x9c"
         "after",
         "after"}, /* OSC, ST as C1 */
        {"\x1b]no end of this", "no end of this"},
        {"tail\x1b", "tail"},
        {"tail\x1b[", "tail"},
        {"a\x1b[200~b\x1b[201~c", "abc"},
        {"bell\a back\b del\x7f nul", "bell back del nul"},
        {"abc\xe2\x80\xae"
         "def\xe2\x81\xa6",
         "abcdef"}, /* bidi override, isolate */
        {"a\xe2\x80\x8b"
         "b\xef\xbb\xbf",
         "ab"},                       /* zero width, BOM */
        {"x\xf3\xa0\x81\x81y", "xy"}, /* tag character */
        {"tab\tline\nnext", "tab\tline\nnext"},
        {"\xff\xc3(\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"h\xc3\xa9llo \xf0\x9f\x98\x80", "h\xc3\xa9llo \xf0\x9f\x98\x80"},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        AUTO_FREE char *got = clean(row[i][0], strlen(row[i][0]));
        if (strcmp(got, row[i][1]) != 0) {
            fail_msg("row %zu: got '%s'", i, got);
        }
    }
}

static void test_what_does_not_show_as_itself_is_told_apart(void **state) {
    static const char text[] =
        "a\n\x1b\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\x8b\xff\xe6\x97\xa5\xf3\xa0\x81\x81z";
    static const char want[] = "+a -1 -1 -1 -2 -3 -3 -1 +3 -4 +z "; /* + shown, - not; bytes */
    AUTO_BUF struct buf got = BUF_INIT(200);
    struct str s = {text, sizeof text - 1};
    bool shown;
    for (size_t at = 0, n; at < s.len; at += n) {
        n = tool_text_step(s, at, &shown);
        buf_append_char(&got, shown ? '+' : '-');
        buf_append_char(&got, shown && n == 1 ? s.ptr[at] : (char)('0' + n));
        buf_append_char(&got, ' ');
    }
    assert_string_equal(buf_cstr(&got), want);
}

/* Whatever comes in: UTF-8 comes out, no control characters, never more than asked for. */
static void test_any_bytes_become_clean_text_of_bounded_size(void **state) {
    static const char piece[][8] = {"\x1b",     "\x1b[", "\x1b]", "\xc2\x9b", "\n", "\r",   "\a",
                                    "\xe2\x80", "\xf0",  "m",     ";",        "é",  "\x80", "\xff"};
    uint64_t x = 7;
    for (int round = 0; round < 3000; round++) {
        char raw[400];
        size_t n = 0;
        while (n < sizeof(raw) - 8) {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            const char *p = piece[x % ARRAY_LEN(piece)];
            memcpy(raw + n, p, strlen(p));
            n += strlen(p);
            raw[n++] = (char)(x >> 40);
        }
        size_t max = 100 + (size_t)(x >> 20) % 400;
        AUTO_BUF struct buf out = BUF_INIT(4096);
        tool_text_clean((struct str){raw, n}, max, &out);
        assert_true(out.len <= max);
        assert_true(str_is_utf8(buf_str(&out)));
        for (size_t i = 0; i < out.len; i++) {
            unsigned char c = (unsigned char)out.data[i];
            assert_true(c >= 0x20 || c == '\n' || c == '\t');
            assert_true(c != 0x7f);
        }
    }
}

static const char *bash(struct buf *out, struct tool_effect *effect, const char *output,
                        enum cell_end end, int status) {
    AUTO_JSON cJSON *arguments = cJSON_CreateObject();
    cJSON_AddStringToObject(arguments, "command", "x");
    cJSON_AddNumberToObject(arguments, "timeout", 5000);
    struct cell_result result = {.end = end, .status = status, .output = str_from(output)};
    buf_clear(out);
    tool_result(tool_find(STR("Bash")), arguments, &result, out, effect);
    return buf_cstr(out);
}

static void test_bash_results_follow_the_contract(void **state) {
    AUTO_BUF struct buf out = BUF_INIT(RESULT_BYTES_MAX);
    struct tool_effect e;
    assert_string_equal(bash(&out, &e, "hi\n\n", CELL_EXITED, 0), "hi");
    assert_false(e.failed);
    assert_string_equal(bash(&out, &e, "", CELL_EXITED, 0), "[no output]");
    assert_string_equal(bash(&out, &e, "\n", CELL_EXITED, 0), "[no output]");
    assert_string_equal(bash(&out, &e, "", CELL_EXITED, 3), "[exit 3]");
    assert_string_equal(bash(&out, &e, "a\nb\n", CELL_EXITED, 2), "a\nb\n[exit 2]");
    assert_true(e.failed);
    assert_string_equal(bash(&out, &e, "x", CELL_SIGNALED, 11), "x\n[killed: signal 11 SIGSEGV]");
    assert_string_equal(bash(&out, &e, "x", CELL_CPU, 0), "x\n[killed: cpu limit 120 s]");
    assert_string_equal(bash(&out, &e, "x", CELL_WALL, 0), "x\n[killed: time limit 5 s]");
    assert_string_equal(bash(&out, &e, "x", CELL_OUTPUT, 0), "x\n[killed: output limit 8 MiB]");
    has(bash(&out, &e, "", CELL_REFUSED, 0), "[not run: ");
    assert_string_equal(bash(&out, &e, "10%\r50%\r100%\nok\r\n", CELL_EXITED, 0), "100%\nok");
}

static void test_long_output_keeps_head_tail_and_exit_status(void **state) {
    AUTO_BUF struct buf out = BUF_INIT(RESULT_BYTES_MAX), big = BUF_INIT(1u << 20);
    struct tool_effect e;
    buf_append_c(&big, "first line\n");
    for (int i = 0; i < 20000; i++) {
        buf_printf(&big, "line é %d\n", i);
    }
    buf_append_c(&big, "last line\n");
    const char *text = bash(&out, &e, buf_cstr(&big), CELL_EXITED, 1);
    assert_true(out.len <= RESULT_BYTES_MAX && !out.overflow);
    assert_true(strncmp(text, "first line\n", 11) == 0);
    has(text, "were cut here]\n");
    has(text, "last line\n[exit 1]");
    assert_true(e.cut);
    assert_int_equal(e.full.len, big.len); /* the store gets all of it */
}

/* A record that was cut short, or lies about its lengths, is told and never read past its end. */
static void test_broken_records_are_no_results(void **state) {
    char whole[64] = "DRT1";
    whole[6] = 2, whole[10] = 3, whole[14] = 4;
    memcpy(whole + 22, "pathxfile", 9);
    for (size_t cut = 0; cut < 40; cut++) {
        AUTO_FREE char *copy = xmalloc(cut + 1); /* its own block, for ASan */
        memcpy(copy, whole, cut);
        AUTO_BUF struct buf out = BUF_INIT(RESULT_BYTES_MAX);
        struct tool_effect e;
        struct cell_result result = {.end = CELL_EXITED, .output = {copy, cut}};
        tool_result(tool_find(STR("Read")), NULL, &result, &out, &e);
        assert_true(cut == 31 ? !e.failed : e.failed);
        assert_false(e.has_read);
    }
    /* Lengths whose sum comes round to what is there. */
    for (int which = 0; which < 2; which++) {
        char round[32] = "DRT1";
        round[which ? 10 : 6] = 100; /* path or text: 100 bytes of the 10 there are */
        memset(round + 14, 0xff, 8); /* file: -90 */
        round[14] = (char)(unsigned char)(256 - 90);
        AUTO_BUF struct buf none = BUF_INIT(RESULT_BYTES_MAX);
        struct tool_effect lies;
        struct cell_result wrapped = {.end = CELL_EXITED, .output = {round, sizeof(round)}};
        tool_result(tool_find(STR("Read")), NULL, &wrapped, &none, &lies);
        assert_true(lies.failed);
        assert_string_equal(buf_cstr(&none), "[the tool ended without a result]");
    }
    memset(whole + 6, 0xff, 16);
    AUTO_BUF struct buf out = BUF_INIT(RESULT_BYTES_MAX);
    struct tool_effect e;
    struct cell_result result = {.end = CELL_EXITED, .output = {whole, sizeof(whole)}};
    tool_result(tool_find(STR("Read")), NULL, &result, &out, &e);
    assert_string_equal(buf_cstr(&out), "[the tool ended without a result]");
    buf_clear(&out);
    result.end = CELL_CPU;
    tool_result(tool_find(STR("Grep")), NULL, &result, &out, &e);
    has(buf_cstr(&out), "[killed: cpu limit");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escape_sequences_and_invisible_characters_are_removed),
        cmocka_unit_test(test_what_does_not_show_as_itself_is_told_apart),
        cmocka_unit_test(test_any_bytes_become_clean_text_of_bounded_size),
        cmocka_unit_test(test_bash_results_follow_the_contract),
        cmocka_unit_test(test_long_output_keeps_head_tail_and_exit_status),
        cmocka_unit_test(test_broken_records_are_no_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
