/* Where things live. Owns nothing; reads the environment and /proc/self/exe, creates nothing.
 *
 * DROVER_HOME=/x moves everything: /x/config, /x/state, /x/data, /x/cache, /x/run. Without it the
 * XDG variables and their defaults count, each with /drover below. Fails only when there is no home
 * at all, which has one remedy.
 */
#include "runtime/paths.h"
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <unistd.h>

static const struct {
    const char *xdg, *home_default, *drover_home;
} kind_table[] = {
    [PATH_CONFIG] = {"XDG_CONFIG_HOME", ".config", "config"},
    [PATH_STATE] = {"XDG_STATE_HOME", ".local/state", "state"},
    [PATH_DATA] = {"XDG_DATA_HOME", ".local/share", "data"},
    [PATH_CACHE] = {"XDG_CACHE_HOME", ".cache", "cache"},
    [PATH_RUNTIME] = {"XDG_RUNTIME_DIR", NULL, "run"},
};

static const char *absolute_env(const char *name) {
    const char *value = getenv(name);
    return value && value[0] == '/' ? value : NULL;
}

bool paths_dir(char **out, enum path_kind kind, const char *below, struct err *err) {
    const char *slash = below[0] ? "/" : "";
    const char *moved = getenv("DROVER_HOME");
    if (moved && moved[0]) {
        if (moved[0] != '/') {
            err_set(err, ERR_USAGE, "DROVER_HOME is not an absolute path: '%s'", moved);
            return err_hint(err, "export DROVER_HOME=\"$PWD/%s\"", moved);
        }
        *out = xasprintf("%s/%s%s%s", moved, kind_table[kind].drover_home, slash, below);
        return true;
    }
    const char *base = absolute_env(kind_table[kind].xdg);
    if (base) {
        *out = xasprintf("%s/drover%s%s", base, slash, below);
        return true;
    }
    if (kind == PATH_RUNTIME) {
        *out = xasprintf("/tmp/drover-%u%s%s", (unsigned)geteuid(), slash, below);
        return true;
    }
    const char *home = absolute_env("HOME");
    if (home == NULL) {
        struct passwd *user = getpwuid(geteuid());
        home = user && user->pw_dir[0] == '/' ? user->pw_dir : NULL;
    }
    if (home == NULL) {
        err_set(err, ERR_ENVIRONMENT,
                "no home directory: neither HOME nor the user database has one");
        return err_hint(err, "export DROVER_HOME=/a/directory");
    }
    *out = xasprintf("%s/%s/drover%s%s", home, kind_table[kind].home_default, slash, below);
    return true;
}

char *paths_project(void) {
    char dir[PATH_MAX];
    if (getcwd(dir, sizeof(dir)) == NULL || access(".git", F_OK) == 0) {
        return xstrdup(".");
    }
    for (char *slash; (slash = strrchr(dir, '/'));) {
        *slash = '\0';
        AUTO_FREE char *git = xasprintf("%s/.git", dir);
        if (access(git, F_OK) == 0) {
            return xstrdup(dir[0] ? dir : "/");
        }
    }
    return xstrdup(".");
}

bool paths_executable_dir(char **out, struct err *err) {
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (n <= 0) {
        return err_set_errno(err, errno, "cannot find this executable");
    }
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    ASSERT(slash != NULL);
    *slash = '\0';
    *out = xstrdup(path);
    return true;
}

static bool shipped_model(char **out, struct err *err) {
    static const char *const place[] = {"../share/drover/drover-mini.gguf",
                                        "../model/mini/drover-mini.gguf",
                                        "../../model/mini/drover-mini.gguf"};
    AUTO_FREE char *dir = NULL;
    if (!paths_executable_dir(&dir, err)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(place); i++) {
        AUTO_FREE char *path = xasprintf("%s/%s", dir, place[i]);
        char real[PATH_MAX];
        if (realpath(path, real)) {
            *out = xstrdup(real);
            return true;
        }
    }
    err_set(err, ERR_MODEL, "the shipped model 'drover-mini.gguf' is not beside '%s'", dir);
    return err_hint(err, "name a model: drover run --model FILE.gguf");
}

bool paths_model(char **out, const char *name, struct err *err) {
    if (name == NULL || name[0] == '\0') {
        return shipped_model(out, err);
    }
    if (strchr(name, '/') || access(name, F_OK) == 0) {
        if (access(name, R_OK) != 0) {
            err_set_errno(err, errno, "cannot open model '%s'", name);
            err->code = ERR_MODEL;
            return err_hint(err, "'drover doctor' lists the models that are here");
        }
        *out = xstrdup(name);
        return true;
    }
    AUTO_FREE char *dir = NULL;
    if (!paths_dir(&dir, PATH_DATA, "models", err)) {
        return false;
    }
    const char *const suffix[] = {"", ".gguf"};
    for (size_t i = 0; i < ARRAY_LEN(suffix); i++) {
        AUTO_FREE char *path = xasprintf("%s/%s%s", dir, name, suffix[i]);
        if (access(path, R_OK) == 0) {
            *out = TAKE(path);
            return true;
        }
    }
    if (strcmp(name, "drover-mini") == 0) {
        return shipped_model(out, err);
    }
    err_set(err, ERR_MODEL, "no model '%s' here nor in '%s'", name, dir);
    return err_hint(err, "give the path of a GGUF file, or put it into that directory");
}
