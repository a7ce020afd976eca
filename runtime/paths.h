#ifndef RUNTIME_PATHS_H
#define RUNTIME_PATHS_H
/* Where things live: the XDG directories, or everything below $DROVER_HOME.
 *
 *     paths_dir(&path, PATH_STATE, "runs/7", &err)   ->  ~/.local/state/drover/runs/7
 *
 * Paths are absolute; nothing is created here (dir_make). An XDG variable that is not an absolute
 * path is ignored, as the XDG specification says. Any thread after start. */
#include "runtime/base/err.h"
#include "runtime/base/str.h"

enum path_kind { PATH_CONFIG, PATH_STATE, PATH_DATA, PATH_CACHE, PATH_RUNTIME };
/* "" for the directory itself. *out is owned by the caller. ERR_ENVIRONMENT without a home. */
bool paths_dir(char **out, enum path_kind kind, const char *below, struct err *err) MUST_CHECK;
/* The top of the project that holds the current directory: the nearest directory upwards with a
 * .git, "." if that is here or nowhere. Owned by the caller. */
char *paths_project(void);
/* The directory of this executable; owned by the caller. */
bool paths_executable_dir(char **out, struct err *err) MUST_CHECK;
/* A model by name or path: a path that exists (or anything with a '/'), else NAME or NAME.gguf in
 * the models directory. name NULL: the model that is shipped (beside the source or installed).
 * ERR_MODEL with a hint if there is none. *out owned by the caller. */
bool paths_model(char **out, const char *name, struct err *err) MUST_CHECK;
/* For a file that is a model and yet wrong inside, where nothing better is known. */
#define MODEL_HINT "is the file whole? compare its size and checksum with where it came from"
#endif
