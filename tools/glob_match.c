/* Matching paths against patterns: * and ? within a name, ** across directories, [a-z], {a,b}.
 *
 * No state. Braces are expanded once; each alternative is matched by a loop that goes back to the
 * last star only. That is enough: whatever an earlier star could have taken, the later one can take
 * as well, and a slash fences the stars of one name off from those of the next; so the cost is at
 * most the product of the lengths and no pattern can make it explode.
 * A pattern that is not well formed ("[a", "{a") matches itself, as in a shell. */
#include "tools/tools_int.h"

/* One piece of a pattern: expands the first brace of head + rest, over and over. */
static bool expand(struct glob *glob, const char *pattern) {
    const char *open = strchr(pattern, '{'), *close = NULL;
    int depth = 0;
    for (const char *p = open; p && *p; p++) {
        depth += *p == '{' ? 1 : *p == '}' ? -1 : 0;
        if (depth == 0) {
            close = p;
            break;
        }
    }
    if (close == NULL) {
        if (glob->n++ == GLOB_ALTERNATIVES_MAX) {
            return false;
        }
        return buf_append(&glob->text, pattern, strlen(pattern) + 1);
    }
    const char *from = open + 1;
    for (const char *p = from; p <= close; p++) {
        depth += *p == '{' ? 1 : *p == '}' ? -1 : 0;
        if ((*p == ',' && depth == 0) || p == close) {
            AUTO_FREE char *one = xasprintf("%.*s%.*s%s", (int)(open - pattern), pattern,
                                            (int)(p - from), from, close + 1);
            if (!expand(glob, one)) {
                return false;
            }
            from = p + 1;
        }
    }
    return true;
}

bool glob_compile(struct glob *glob, const char *pattern) {
    *glob = (struct glob){.text = BUF_INIT(GLOB_ALTERNATIVES_MAX * 2048)};
    while (strncmp(pattern, "./", 2) == 0) {
        pattern += 2;
    }
    return expand(glob, pattern);
}

void glob_release(struct glob *glob) {
    buf_release(&glob->text);
}

/* Length of the class at p ("[...]"), 0 if it has no end; *matches if c is in it. */
static size_t class_length(const char *p, char c, bool *matches) {
    bool negated = p[1] == '!' || p[1] == '^';
    const char *q = p + 1 + negated;
    bool found = false;
    for (bool first = true; *q && (*q != ']' || first); first = false) {
        if (q[1] == '-' && q[2] && q[2] != ']') {
            found |=
                (unsigned char)c >= (unsigned char)q[0] && (unsigned char)c <= (unsigned char)q[2];
            q += 3;
        } else {
            found |= *q == c;
            q++;
        }
    }
    *matches = *q == ']' && c != '/' && found != negated;
    return *q == ']' ? (size_t)(q - p) + 1 : 0;
}

/* One character of the path against one of the pattern; how far the pattern moves, or 0. */
static size_t match_one(const char *p, char c) {
    bool matches = false;
    size_t n;
    switch (*p) {
    case '\0':
        return 0;
    case '?':
        return c != '/';
    case '[':
        n = class_length(p, c, &matches);
        if (n > 0) {
            return matches ? n : 0;
        }
        return c == '[';
    case '\\':
        return p[1] ? (p[1] == c ? 2 : 0) : c == '\\';
    default:
        return *p == c;
    }
}

static bool match(const char *pattern, const char *path) {
    const char *p = pattern, *s = path;
    const char *star_p = NULL,
               *star_s = NULL; /* last "*": pattern after it, path it may give up to */
    const char *deep_p = NULL, *deep_s = NULL; /* last "**" */
    for (;;) {
        bool name_start = p == pattern || p[-1] == '/';
        if (name_start && strncmp(p, "**/", 3) == 0) {
            deep_p = p += 3;
            deep_s = s;
            star_p = NULL;
            continue;
        }
        if (name_start && strcmp(p, "**") == 0) {
            return true;
        }
        if (*p == '*') {
            while (*p == '*') {
                p++;
            }
            star_p = p;
            star_s = s;
            continue;
        }
        if (*s == '\0' && *p == '\0') {
            return true;
        }
        size_t moved = *s ? match_one(p, *s) : 0;
        if (moved > 0) {
            p += moved;
            s++;
        } else if (star_p && *star_s && *star_s != '/') {
            p = star_p;
            s = ++star_s;
        } else if (deep_p && (deep_s = strchr(deep_s, '/')) != NULL) {
            p = deep_p;
            s = ++deep_s;
            star_p = NULL;
        } else {
            return false;
        }
    }
}

bool glob_match(const struct glob *glob, const char *path) {
    const char *one = glob->text.data;
    for (size_t i = 0; i < glob->n; i++, one += strlen(one) + 1) {
        if (match(one, path)) {
            return true;
        }
    }
    return false;
}
