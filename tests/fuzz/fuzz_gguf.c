/* Fuzzes model files. Claims: a file is refused with a message or everything the reader then gives
 * can be read; opening it as a model (hyperparameters, tensors, tokenizer, dialect) never crashes.
 */
#include <sys/mman.h>
#include <unistd.h>
#include "model/gguf.h"
#include "model/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint64_t sink; /* what is read must really be read */

static void read_array(const struct gguf_value *v) {
    uint64_t n = gguf_array_count(v);
    enum gguf_type type = gguf_array_type(v);
    for (uint64_t i = 0; i < MIN(n, 1000u); i++) {
        uint64_t at = i % 2 ? i : n - 1 - i;
        if (type == GGUF_STRING) {
            struct str s = gguf_array_string(v, at);
            sink += s.len ? (uint8_t)s.ptr[0] + (uint8_t)s.ptr[s.len - 1] : 0;
        } else if (type == GGUF_F32 || type == GGUF_F64) {
            sink += gguf_array_f32(v, at) > 0;
        } else if (type != GGUF_ARRAY) {
            sink += (uint64_t)gguf_array_int(v, at);
        }
    }
}

static void read_all(const struct gguf *g) {
    for (size_t i = 0; i < gguf_key_count(g); i++) {
        const struct gguf_value *v = NULL;
        struct str key = gguf_key(g, i, &v), text;
        sink += key.len ? (uint8_t)key.ptr[key.len - 1] : 0;
        if (gguf_string(v, &text) && text.len) {
            sink += (uint8_t)text.ptr[0] + (uint8_t)text.ptr[text.len - 1];
        }
        if (gguf_value_type(v) == GGUF_ARRAY) {
            read_array(v);
        }
    }
    for (size_t i = 0; i < gguf_tensor_count(g); i++) {
        const struct gguf_tensor *t = gguf_tensor_at(g, i);
        const uint8_t *bytes = t->data;
        sink += t->bytes ? bytes[0] + bytes[t->bytes - 1] : 0;
    }
}

static void open_as_model(const uint8_t *data, size_t size) {
    char path[64];
    struct err err = ERR_INIT;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    ASSERT(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    for (int vocab_only = 0; vocab_only < 2; vocab_only++) {
        struct model *model = NULL;
        struct model_options options = {
            .threads = 1, .kernels = "portable", .vocab_only = vocab_only};
        if (model_open(&model, path, &options, &err)) {
            AUTO_TOKENS struct tokens tokens = {0};
            sink += (uint64_t)model_info(model)->vocabulary;
            (void)model_tokenize(model, STR("a few words, 12 <|end|>\n"), true, &tokens, &err);
            model_close(model);
        } else {
            ASSERT(err.code != ERR_NONE && err.msg[0]);
        }
    }
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct gguf *g = NULL;
    struct err err = ERR_INIT;
    if (!gguf_open_memory(&g, data, size, &err)) {
        ASSERT(err.code == ERR_MODEL && err.msg[0]);
        return 0;
    }
    read_all(g);
    gguf_close(g);
    open_as_model(data, size);
    return 0;
}
