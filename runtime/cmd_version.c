/* `drover version`: what this binary is and what it was built with. Owns nothing; main thread.
 *
 * The text is one line, the JSON has what a bug report needs: libraries, compiler, CPU features,
 * and the versions of the formats that are read.
 */
#include "runtime/base/json.h"
#include "runtime/runtime.h"
#include "runtime/version.h"
#include <git2.h>
#include <openssl/crypto.h>
#include <seccomp.h>
#include <sqlite3.h>
#include <uv.h>
#include <xxhash.h>
#include <zstd.h>

static void add_libraries(cJSON *root) {
    cJSON *libraries = cJSON_AddObjectToObject(root, "libraries");
    char text[64];
    int major, minor, patch;
    git_libgit2_version(&major, &minor, &patch);
    snprintf(text, sizeof(text), "%d.%d.%d", major, minor, patch);
    cJSON_AddStringToObject(libraries, "libgit2", text);
    const struct scmp_version *seccomp = seccomp_version();
    snprintf(text, sizeof(text), "%u.%u.%u", seccomp->major, seccomp->minor, seccomp->micro);
    cJSON_AddStringToObject(libraries, "libseccomp", text);
    unsigned xxhash = XXH_versionNumber();
    snprintf(text, sizeof(text), "%u.%u.%u", xxhash / 10000, xxhash / 100 % 100, xxhash % 100);
    cJSON_AddStringToObject(libraries, "xxhash", text);
    cJSON_AddStringToObject(libraries, "sqlite", sqlite3_libversion());
    cJSON_AddStringToObject(libraries, "libuv", uv_version_string());
    cJSON_AddStringToObject(libraries, "cjson", cJSON_Version());
    cJSON_AddStringToObject(libraries, "zstd", ZSTD_versionString());
    cJSON_AddStringToObject(libraries, "openssl", OpenSSL_version(OPENSSL_VERSION_STRING));
}

static void add_cpu(cJSON *root) {
    cJSON *cpu = cJSON_AddArrayToObject(root, "cpu");
#if defined(__x86_64__)
#define FEATURE(name)                                                                              \
    if (__builtin_cpu_supports(name)) {                                                            \
        cJSON_AddItemToArray(cpu, cJSON_CreateString(name));                                       \
    }
    FEATURE("avx2")
    FEATURE("fma")
    FEATURE("avx512f")
    FEATURE("avx512bw")
    FEATURE("avx512vl")
    FEATURE("avx512vnni")
#undef FEATURE
#else
    (void)cpu;
#endif
}

static void print_json(void) {
    AUTO_JSON cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "version", DROVER_VERSION);
    cJSON_AddStringToObject(root, "commit", version_commit());
    cJSON_AddStringToObject(root, "compiler", __VERSION__);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    cJSON_AddBoolToObject(root, "sanitizers", true);
#else
    cJSON_AddBoolToObject(root, "sanitizers", false);
#endif
    add_libraries(root);
    add_cpu(root);
    cJSON *gguf = cJSON_AddArrayToObject(root, "gguf_versions");
    cJSON_AddItemToArray(gguf, cJSON_CreateNumber(2));
    cJSON_AddItemToArray(gguf, cJSON_CreateNumber(3));
    AUTO_FREE char *text = json_print(root);
    out_printf("%s\n", text);
}

static bool version_run(const struct args *args, int *status, struct err *err) {
    (void)status;
    (void)err;
    if (args_flag(args, "json")) {
        print_json();
    } else {
        out_printf("drover %s\n", version_text());
    }
    return true;
}

static const struct option version_options[] = {
    {.name = "json", .help = "libraries, compiler, CPU features and formats as JSON"},
    {0},
};

const struct cmd cmd_version = {.name = "version",
                                .group = GROUP_HELP,
                                .summary = "print the version and what it was built with",
                                .examples = "drover version --json\n",
                                .options = version_options,
                                .run = version_run};
