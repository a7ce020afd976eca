#ifndef MODEL_DIALECTS_DEEPSEEK_H
#define MODEL_DIALECTS_DEEPSEEK_H
/* The markers of deepseek-v3, -r1 and -v3.1. */
#include "model/dialect.h"

#define MARK(name)    "<\xef\xbd\x9c" name "\xef\xbd\x9c>"
#define _             "\xe2\x96\x81"
#define EOS           MARK("end" _ "of" _ "sentence")
#define CALLS_BEGIN   MARK("tool" _ "calls" _ "begin")
#define CALLS_END     MARK("tool" _ "calls" _ "end")
#define CALL_BEGIN    MARK("tool" _ "call" _ "begin")
#define CALL_END      MARK("tool" _ "call" _ "end")
#define SEP           MARK("tool" _ "sep")
#define OUTPUTS_BEGIN MARK("tool" _ "outputs" _ "begin")
#define OUTPUTS_END   MARK("tool" _ "outputs" _ "end")
#define OUTPUT_BEGIN  MARK("tool" _ "output" _ "begin")
#define OUTPUT_END    MARK("tool" _ "output" _ "end")
#endif
