/* Goal: packs that git can read, also when there are several. Method: small packs, read by libgit2,
 * which hashes what it reads. tests/cli/base.sh lets git itself look at a whole base. */
#include "sandbox/sandbox_int.h"
#include "tests/unit/sandbox/fixture.h"

#include <fcntl.h>
#include <git2.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fixture f;
static git_repository *repository;
static char packs[300];

static int setup(void **state) {
    fixture_files(&f);
    char path[200];
    snprintf(path, sizeof path, "%s/packed", f.root);
    git_libgit2_init();
    assert_int_equal(git_repository_init(&repository, path, 0), 0);
    snprintf(packs, sizeof packs, "%s/.git/objects/pack", path);
    return 0;
}

static int teardown(void **state) {
    git_repository_free(repository);
    dir_remove(f.root, NULL);
    return 0;
}

static void add(struct pack *p, const void *data, size_t len, git_oid *id) {
    struct err err = ERR_INIT;
    AUTO_FD int fd = open(f.root, O_TMPFILE | O_RDWR, 0600);
    assert_int_equal(write(fd, data, len), (ssize_t)len);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    if (!pack_add(p, fd, len, id->id, &err))
        fail_msg("%s", err.msg);
}

static void expect(const git_oid *id, const void *data, size_t len) {
    git_odb *odb;
    git_odb_object *object;
    assert_int_equal(git_repository_odb(&odb, repository), 0);
    assert_int_equal(git_odb_read(&object, odb, id), 0);
    assert_int_equal(git_odb_object_type(object), GIT_OBJECT_BLOB);
    assert_int_equal(git_odb_object_size(object), len);
    assert_memory_equal(git_odb_object_data(object), data, len);
    git_odb_object_free(object);
    git_odb_free(odb);
}

static size_t packs_count(void) {
    AUTO_FREE char *pattern = xasprintf("%s/pack-*.pack", packs);
    glob_t found;
    size_t n = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
    globfree(&found);
    return n;
}

static void test_a_full_pack_is_followed_by_another_and_all_blobs_are_found(void **state) {
    enum { N = 600 }; /* more than one step of the table of ids */
    static git_oid id[N];
    struct err err = ERR_INIT;
    struct pack *p = pack_create(packs, 5000);
    char text[40];
    for (int i = 0; i < N; i++)
        add(p, text, (size_t)snprintf(text, sizeof text, "content %d\n", i), &id[i]);
    assert_true(pack_end(p, &err));
    pack_destroy(p);
    assert_in_range(packs_count(), 3, 20);
    for (int i = 0; i < N; i++)
        expect(&id[i], text, (size_t)snprintf(text, sizeof text, "content %d\n", i));
}

static void test_what_is_known_is_stored_once_also_when_it_was_larger_than_the_buffer(void **s) {
    struct err err = ERR_INIT;
    size_t len = 3u << 20;
    AUTO_FREE char *large = xmalloc(len);
    for (size_t i = 0; i < len; i++)
        large[i] = (char)(i * 2654435761u >> 13);
    git_oid first, again, small, same;
    struct pack *p = pack_create(packs, PACK_BYTES);
    add(p, large, len, &first);
    add(p, large, len, &again);
    add(p, "", 0, &small);
    add(p, "", 0, &same);
    add(p, large, 70000, &again);
    assert_true(pack_end(p, &err));
    pack_destroy(p);
    assert_int_equal(packs_count(), 1);
    assert_true(git_oid_equal(&small, &same));
    expect(&first, large, len);
    expect(&small, "", 0);
    expect(&again, large, 70000);
    AUTO_FREE char *pattern = xasprintf("%s/pack-*.pack", packs);
    glob_t found;
    struct stat st;
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_int_equal(stat(found.gl_pathv[0], &st), 0);
    globfree(&found);
    assert_in_range(st.st_size, len + 70000, len + 71000);
}

static void test_no_blobs_make_no_pack(void **state) {
    struct err err = ERR_INIT;
    struct pack *p = pack_create(packs, PACK_BYTES);
    assert_true(pack_end(p, &err));
    pack_destroy(p);
    assert_int_equal(packs_count(), 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(test_a_full_pack_is_followed_by_another_and_all_blobs_are_found),
        T(test_what_is_known_is_stored_once_also_when_it_was_larger_than_the_buffer),
        T(test_no_blobs_make_no_pack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
