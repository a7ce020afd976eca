#ifndef MODEL_DIALECTS_DSML_H
#define MODEL_DIALECTS_DSML_H
/* What the DeepSeek families with DSML tags (V3.2, V4) share. */
#include "model/dialect.h"

#define DSML                                                                                       \
    "\xef\xbd\x9c"                                                                                 \
    "DSML"                                                                                         \
    "\xef\xbd\x9c"
#define DEEPSEEK_MARK(name) "<\xef\xbd\x9c" name "\xef\xbd\x9c>"
#define DEEPSEEK_USER       DEEPSEEK_MARK("User")
#define DEEPSEEK_ASSISTANT  DEEPSEEK_MARK("Assistant")
#define DEEPSEEK_BOS        DEEPSEEK_MARK("begin\xe2\x96\x81of\xe2\x96\x81sentence")
#define DEEPSEEK_EOS        DEEPSEEK_MARK("end\xe2\x96\x81of\xe2\x96\x81sentence")

/* System text, and the declaration (asset) behind it. */
void dsml_begin(struct dialect_writer *w, struct str system, struct str asset,
                void (*tools)(struct dialect_writer *w));
/* ⏎⏎<block>⏎ the calls </block>; nothing if n is 0 */
void dsml_calls(struct dialect_writer *w, const char *block, const struct dialect_call *calls,
                size_t n);

#define DSML_CALLS(block)                                                                          \
    {                                                                                              \
        .style = DIALECT_RAW, .trigger = "<" DSML block ">", .several = true,                      \
        .section_open = "<" DSML block ">\n", .call_open = "<" DSML "invoke name=\"",              \
        .name_close = "\">\n", .call_close = "</" DSML "invoke>\n", .separator = "",               \
        .section_close = "</" DSML block ">", .turn_end = DEEPSEEK_EOS, .comma = ", ",             \
        .colon = ": ", .key_open = "<" DSML "parameter name=\"",                                   \
        .key_close_string = "\" string=\"true\">", .key_close_json = "\" string=\"false\">",       \
        .value_close = "</" DSML "parameter>\n"                                                    \
    }
#endif
