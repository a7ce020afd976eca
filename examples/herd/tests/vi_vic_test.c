/* Tests of src/vi_vic.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vi_vic(const int *stop, int rest);
int vi_vic_hu(unsigned x, int stop);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vi_vic.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vi_vic.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vi_vic({1, 1}, 2)", vi_vic((const int[]){1, 1, 77}, 2), 2);
    CHECK("vi_vic({}, 0)", vi_vic((const int[]){77}, 0), 0);
    CHECK("vi_vic({-2, -4, 3, 3, 5}, 5)", vi_vic((const int[]){-2, -4, 3, 3, 5, 77}, 5), 63);
    CHECK("vi_vic({0, 0}, 2)", vi_vic((const int[]){0, 0, 77}, 2), 0);
    CHECK("vi_vic({-1, -1}, 2)", vi_vic((const int[]){-1, -1, 77}, 2), 2);
    CHECK("vi_vic({2, -4, 2, 3, 0, -1}, 6)", vi_vic((const int[]){2, -4, 2, 3, 0, -1, 77}, 6), 34);
    CHECK("vi_vic({6, -3, -2, 2}, 4)", vi_vic((const int[]){6, -3, -2, 2, 77}, 4), 53);
    CHECK("vi_vic({-3}, 1)", vi_vic((const int[]){-3, 77}, 1), 9);
    CHECK("vi_vic({3}, 1)", vi_vic((const int[]){3, 77}, 1), 9);
    CHECK("vi_vic({2}, 1)", vi_vic((const int[]){2, 77}, 1), 4);
    CHECK("vi_vic_hu(215, 7)", vi_vic_hu(215, 7), 215);
    CHECK("vi_vic_hu(252, 1)", vi_vic_hu(252, 1), 254);
    CHECK("vi_vic_hu(212, 0)", vi_vic_hu(212, 0), 213);
    CHECK("vi_vic_hu(231, 0)", vi_vic_hu(231, 0), 231);
    CHECK("vi_vic_hu(156, 2)", vi_vic_hu(156, 2), 156);
    CHECK("vi_vic_hu(154, 3)", vi_vic_hu(154, 3), 154);
    CHECK("vi_vic_hu(249, 7)", vi_vic_hu(249, 7), 249);
    CHECK("vi_vic_hu(209, 1)", vi_vic_hu(209, 1), 211);
    CHECK("vi_vic_hu(35, 0)", vi_vic_hu(35, 0), 35);
    CHECK("vi_vic_hu(218, 3)", vi_vic_hu(218, 3), 218);
    puts("ok src/vi_vic.c");
    return 0;
}
