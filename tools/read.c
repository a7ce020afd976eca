/* Read: lines of a text file, each with its number.
 *
 * Runs in a cell. The format is part of the shipped model's contract: "%d\t%s\n" a line, without
 * the last newline. All bytes of the file go back beside the text, so that the grammar can bind
 * Edit's old_string to what the agent has read, whichever lines it saw.
 * The text stops before RESULT_BYTES_MAX at the end of a line and says how to read on: a hole in
 * the middle of numbered lines would be read over. */
#include "tools/tools_int.h"

ASSET_DECLARE(tools_Read_json);

/* Room for the note about what was left out. */
#define NOTE_BYTES 160

static void show_line(struct buf *text, size_t number, struct str line) {
    if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
        line.len--;
    }
    size_t shown = str_utf8_floor(line, MIN(line.len, READ_LINE_BYTES_MAX));
    buf_printf(text, "%zu\t%.*s", number, (int)shown, line.ptr);
    if (shown < line.len) {
        buf_printf(text, " [%zu more bytes of this line]", line.len - shown);
    }
    buf_append_char(text, '\n');
}

static size_t count_lines(struct str bytes) {
    size_t n = 0;
    struct str line;
    while (str_next_line(&bytes, &line)) {
        n++;
    }
    return n;
}

static void show_lines(struct answer *a, const char *path, size_t first, size_t limit) {
    struct str rest = buf_str(&a->file), line;
    size_t number = 0, last = 0, n = count_lines(rest);
    if (first > MAX(n, 1)) {
        answer_no(a, "'%s' has %zu lines; offset %zu is past its end", path, n, first);
        return;
    }
    while (str_next_line(&rest, &line) && number + 1 < first + limit) {
        size_t before = a->text.len;
        if (++number < first) {
            continue;
        }
        show_line(&a->text, number, line);
        if (a->text.len > RESULT_BYTES_MAX - NOTE_BYTES && last > 0) {
            a->text.data[a->text.len = before] = '\0';
            break;
        }
        last = number;
    }
    if (n == 0) {
        buf_append_c(&a->text, "[the file is empty]");
    } else if (last < n) {
        buf_printf(&a->text, "[lines %zu to %zu of %zu; read on with offset %zu]", first, last, n,
                   last + 1);
    } else {
        a->text.data[--a->text.len] = '\0';
    }
}

static void read_work(const cJSON *arguments, struct answer *a) {
    int64_t offset = 1, limit = READ_LINES_MAX;
    (void)json_int(arguments, "offset", 1, INT32_MAX, &offset);
    (void)json_int(arguments, "limit", 1, READ_LINES_MAX, &limit);
    if (!place_normalize(&a->path, json_string(arguments, "file_path", ""), a) ||
        !place_read(&a->file, buf_cstr(&a->path), NULL, a)) {
        return;
    }
    a->has_file = true;
    show_lines(a, buf_cstr(&a->path), (size_t)offset, (size_t)limit);
}

int tool_Read_run(struct str input, int out_fd) {
    return tool__function(input, out_fd, read_work);
}

const struct tool tool_Read = {
    .name = "Read",
    TOOL_SCHEMA(Read),
    .kind = TOOL_CELL_FUNCTION,
    .reads_only = true,
};
