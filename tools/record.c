/* The record that a file tool hands back through the cell's pipe, and both ends of it.
 *
 *   "DRT1", 1 byte failed, 1 byte has_file, 4 bytes path, 4 bytes text, 8 bytes file (lengths,
 *   little-endian), then path, text, file
 *
 * The writing end runs in the cell, the reading end in the trusted process: what arrives was made
 * by our code, but in a world that an agent's files filled, so every length is checked against what
 * came, and a cell that died half-way is a result like any other. Nothing is copied: path and file
 * stay slices of the cell_result. */
#include "tools/tools_int.h"
#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

enum { HEADER = 4 + 1 + 1 + 4 + 4 + 8 };

static void put_number(char *to, uint64_t n, int bytes) {
    for (int i = 0; i < bytes; i++) {
        to[i] = (char)(n >> 8 * i);
    }
}

static uint64_t get_number(const char *from, int bytes) {
    uint64_t n = 0;
    for (int i = 0; i < bytes; i++) {
        n |= (uint64_t)(unsigned char)from[i] << 8 * i;
    }
    return n;
}

static bool write_all(int fd, struct str s) {
    while (s.len > 0) {
        ssize_t n = write(fd, s.ptr, s.len);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        s = str_slice(s, n > 0 ? (size_t)n : 0, s.len);
    }
    return true;
}

static int record_write(int fd, const struct answer *answer) {
    char header[HEADER] = "DRT1";
    header[4] = answer->failed;
    header[5] = answer->has_file;
    put_number(header + 6, answer->path.len, 4);
    put_number(header + 10, answer->text.len, 4);
    put_number(header + 14, answer->file.len, 8);
    bool ok = write_all(fd, (struct str){header, HEADER}) &&
              write_all(fd, buf_str(&answer->path)) && write_all(fd, buf_str(&answer->text)) &&
              write_all(fd, buf_str(&answer->file));
    return ok ? 0 : 1;
}

void answer_no(struct answer *answer, const char *fmt, ...) {
    char text[PATH_BYTES_MAX + 512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    buf_clear(&answer->text);
    buf_append_c(&answer->text, text);
    answer->failed = true;
}

int tool__function(struct str input, int out_fd, void (*work)(const cJSON *, struct answer *)) {
    AUTO_JSON cJSON *arguments = NULL;
    struct answer answer = {.text = BUF_INIT(TOOL_TEXT_BYTES_MAX),
                            .path = BUF_INIT(PATH_BYTES_MAX),
                            .file = BUF_INIT(FILE_BYTES_MAX)};
    struct err err = ERR_INIT;
    if (json_parse(&arguments, input, "arguments", &err)) {
        work(arguments, &answer);
    } else {
        answer_no(&answer, "%s", err.msg);
    }
    int status = record_write(out_fd, &answer);
    buf_release(&answer.text);
    buf_release(&answer.path);
    buf_release(&answer.file);
    return status;
}

bool tool__prepare_function(const struct tool *tool, const cJSON *arguments, struct cell_spec *spec,
                            struct arena *arena) {
    AUTO_FREE char *json = json_print(arguments);
    static const struct mount_spec origin = {.at = "/drover/origin", .base = true};
    spec->function = tool->name;
    spec->mounts = tool->walks ? &origin : NULL;
    spec->n_mounts = tool->walks;
    spec->input = arena_str(arena, str_from(json));
    /* The record: a whole file, the text, the path and the header. */
    spec->output_max = FILE_BYTES_MAX + TOOL_TEXT_BYTES_MAX + 2 * PATH_BYTES_MAX;
    return spec->input.ptr != NULL;
}

static bool take_apart(struct str raw, struct str *path, struct str *text, struct str *file) {
    if (raw.len < HEADER || memcmp(raw.ptr, "DRT1", 4) != 0) {
        return false;
    }
    uint64_t n_path = get_number(raw.ptr + 6, 4), n_text = get_number(raw.ptr + 10, 4);
    uint64_t n_file = get_number(raw.ptr + 14, 8), rest = raw.len - HEADER;
    if (n_path > rest || n_text > rest - n_path || n_file != rest - n_path - n_text) {
        return false;
    }
    *path = (struct str){raw.ptr + HEADER, n_path};
    *text = (struct str){path->ptr + n_path, n_text};
    *file = (struct str){text->ptr + n_text, n_file};
    return true;
}

void tool__result_record(const struct cell_result *result, struct buf *text,
                         struct tool_effect *effect) {
    struct str path, said, file;
    effect->failed = true;
    if (tool__end_text(result, CALL_WALL_MS_DEFAULT, text)) {
        return;
    }
    if (!take_apart(result->output, &path, &said, &file)) {
        buf_append_c(text, "[the tool ended without a result]");
        return;
    }
    effect->failed = result->output.ptr[4] != 0;
    effect->cut = tool_text_clean(said, RESULT_BYTES_MAX, text);
    effect->full = said;
    if (result->output.ptr[5] != 0) {
        effect->has_read = true;
        effect->read_path = path;
        effect->read_text = file;
    }
}
