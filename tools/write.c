/* Write: a whole file at once.
 *
 * Runs in a cell. Directories on the way are made; a file that was there keeps its mode and is
 * replaced in one rename. What was written counts as read, so that Edit may follow. */
#include "tools/tools_int.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

ASSET_DECLARE(tools_Write_json);

/* Mode for the new bytes; false if there is something that is no file. */
static bool mode_for(const char *path, uint32_t *mode, struct answer *a) {
    AUTO_FD int fd = place_open(path, O_PATH);
    struct stat st;
    *mode = 0644;
    if (fd < 0 || fstat(fd, &st) != 0) {
        return true; /* nothing there, or place_write will say what is wrong */
    }
    if (S_ISDIR(st.st_mode)) {
        answer_no(a, "'%s' is a directory; give the path of a file", path);
        return false;
    }
    if (!S_ISREG(st.st_mode)) {
        answer_no(a, "'%s' is not a regular file", path);
        return false;
    }
    *mode = st.st_mode & 07777;
    return true;
}

static void write_work(const cJSON *arguments, struct answer *a) {
    struct str content = str_from(json_string(arguments, "content", ""));
    uint32_t mode = 0;
    if (!place_normalize(&a->path, json_string(arguments, "file_path", ""), a)) {
        return;
    }
    const char *path = buf_cstr(&a->path);
    if (!buf_append_str(&a->file, content)) {
        answer_no(a, "the text for '%s' is too large (%zu bytes; at most %u)", path, content.len,
                  FILE_BYTES_MAX);
        return;
    }
    if (!mode_for(path, &mode, a) || !place_write(path, content, mode, a)) {
        return;
    }
    a->has_file = true;
    buf_printf(&a->text, "wrote %s", path);
}

int tool_Write_run(struct str input, int out_fd) {
    return tool__function(input, out_fd, write_work);
}

const struct tool tool_Write = {
    .name = "Write",
    TOOL_SCHEMA(Write),
    .kind = TOOL_CELL_FUNCTION,
};
