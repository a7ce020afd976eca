/* Edit: one piece of text in a file gives way to another.
 *
 * Runs in a cell. Exact bytes, and exactly one place unless replace_all: a guess that hits the
 * wrong line costs more than a refusal that says where the text is. In a file with CRLF line ends,
 * an old_string with LF means those lines, and new lines get CRLF too: Read does not show the
 * difference. Mode and everything that is not replaced stay as they were.
 * "edited PATH" is part of the shipped model's contract. */
#include "tools/tools_int.h"

ASSET_DECLARE(tools_Edit_json);

/* Places that a refusal names. */
#define PLACES_MAX 5

static size_t count(struct str text, struct str needle) {
    size_t n = 0;
    for (size_t at = str_find(text, needle, 0); at != SIZE_MAX;
         at = str_find(text, needle, at + needle.len)) {
        n++;
    }
    return n;
}

/* Occurrences, also those that overlap: "aa" is twice in "aaa", so it names no place. */
static size_t count_places(struct str text, struct str needle) {
    size_t n = 0;
    for (size_t at = str_find(text, needle, 0); at != SIZE_MAX;
         at = str_find(text, needle, at + 1)) {
        n++;
    }
    return n;
}

static size_t line_of(struct str text, size_t at) {
    size_t line = 1;
    for (size_t i = 0; i < at; i++) {
        line += text.ptr[i] == '\n';
    }
    return line;
}

static void refuse_many(struct answer *a, const char *path, struct str text, struct str old) {
    char lines[PLACES_MAX * 24] = "";
    size_t n = count_places(text, old), used = 0, at = 0;
    for (size_t i = 0; i < MIN(n, PLACES_MAX); i++) {
        at = str_find(text, old, i == 0 ? 0 : at + 1);
        used += (size_t)snprintf(lines + used, sizeof(lines) - used, "%s%zu", i ? ", " : "",
                                 line_of(text, at));
    }
    answer_no(a,
              "old_string is in '%s' %zu times (lines %s%s); give more of the text around the one "
              "you mean, or set replace_all",
              path, n, lines, n > PLACES_MAX ? ", ..." : "");
}

/* Text with CRLF for each LF that has no CR before it. */
static void with_crlf(struct buf *out, struct str text) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n' && (i == 0 || text.ptr[i - 1] != '\r')) {
            buf_append_char(out, '\r');
        }
        buf_append_char(out, text.ptr[i]);
    }
}

static void refuse_none(struct answer *a, const char *path, struct str text, struct str old) {
    struct str trimmed = str_trim(old);
    if (trimmed.len > 0 && str_find(text, trimmed, 0) != SIZE_MAX) {
        answer_no(a,
                  "old_string is not in '%s' as it is, but it is with other white space around it "
                  "(line %zu); copy the text as Read shows it, without the line number and the tab",
                  path, line_of(text, str_find(text, trimmed, 0)));
        return;
    }
    answer_no(a, "old_string is not in '%s'; Read it again, the file may have changed", path);
}

static bool replace(struct buf *out, struct str text, struct str old, struct str new_text) {
    size_t from = 0;
    for (size_t at = str_find(text, old, 0); at != SIZE_MAX; at = str_find(text, old, from)) {
        buf_append(out, text.ptr + from, at - from);
        buf_append_str(out, new_text);
        from = at + old.len;
    }
    return buf_append(out, text.ptr + from, text.len - from);
}

static void edit_file(const cJSON *arguments, struct answer *a, const char *path,
                      struct buf *before, uint32_t mode) {
    AUTO_BUF struct buf old_crlf = BUF_INIT(JSON_BYTES_MAX * 2);
    AUTO_BUF struct buf new_crlf = BUF_INIT(JSON_BYTES_MAX * 2);
    struct str old = str_from(json_string(arguments, "old_string", ""));
    struct str new_text = str_from(json_string(arguments, "new_string", ""));
    struct str text = buf_str(before);
    bool all = json_bool(arguments, "replace_all", false);

    if (count(text, old) == 0 && str_find(text, STR("\r\n"), 0) != SIZE_MAX) {
        with_crlf(&old_crlf, old);
        with_crlf(&new_crlf, new_text);
        old = buf_str(&old_crlf);
        new_text = buf_str(&new_crlf);
    }
    size_t n = count_places(text, old);
    if (n == 0) {
        refuse_none(a, path, text, str_from(json_string(arguments, "old_string", "")));
    } else if (n > 1 && !all) {
        refuse_many(a, path, text, old);
    } else if (!replace(&a->file, text, old, new_text)) {
        answer_no(a, "'%s' would become too large (at most %u bytes)", path, FILE_BYTES_MAX);
    } else if (place_write(path, buf_str(&a->file), mode, a)) {
        a->has_file = true;
        buf_printf(&a->text, "edited %s", path);
    }
}

static void edit_work(const cJSON *arguments, struct answer *a) {
    AUTO_BUF struct buf before = BUF_INIT(FILE_BYTES_MAX);
    uint32_t mode = 0;
    if (!place_normalize(&a->path, json_string(arguments, "file_path", ""), a) ||
        !place_read(&before, buf_cstr(&a->path), &mode, a)) {
        return;
    }
    edit_file(arguments, a, buf_cstr(&a->path), &before, mode);
    if (!a->has_file) {
        buf_clear(&a->file);
    }
}

static bool edit_check(const cJSON *arguments, struct buf *refusal) {
    const char *old = json_string(arguments, "old_string", "");
    if (strcmp(old, json_string(arguments, "new_string", "")) == 0) {
        buf_append_c(refusal, "old_string and new_string are the same; nothing would change\n");
        return false;
    }
    return true;
}

int tool_Edit_run(struct str input, int out_fd) {
    return tool__function(input, out_fd, edit_work);
}

const struct tool tool_Edit = {
    .name = "Edit",
    TOOL_SCHEMA(Edit),
    .kind = TOOL_CELL_FUNCTION,
    .check = edit_check,
};
