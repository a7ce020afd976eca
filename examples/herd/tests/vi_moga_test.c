/* Tests of src/vi_moga.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vi_moga(int himi);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vi_moga.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vi_moga.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vi_moga(20)", vi_moga(20), 6765);
    CHECK("vi_moga(12)", vi_moga(12), 144);
    CHECK("vi_moga(1)", vi_moga(1), 1);
    CHECK("vi_moga(0)", vi_moga(0), 0);
    CHECK("vi_moga(7)", vi_moga(7), 13);
    CHECK("vi_moga(11)", vi_moga(11), 89);
    CHECK("vi_moga(15)", vi_moga(15), 610);
    CHECK("vi_moga(4)", vi_moga(4), 3);
    CHECK("vi_moga(2)", vi_moga(2), 1);
    CHECK("vi_moga(6)", vi_moga(6), 8);
    puts("ok src/vi_moga.c");
    return 0;
}
