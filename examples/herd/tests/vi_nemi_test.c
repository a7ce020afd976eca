/* Tests of src/vi_nemi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vi_nemi(int n);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vi_nemi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vi_nemi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vi_nemi(11)", vi_nemi(11), 1);
    CHECK("vi_nemi(33)", vi_nemi(33), 0);
    CHECK("vi_nemi(1)", vi_nemi(1), 0);
    CHECK("vi_nemi(60)", vi_nemi(60), 0);
    CHECK("vi_nemi(56)", vi_nemi(56), 0);
    CHECK("vi_nemi(59)", vi_nemi(59), 1);
    CHECK("vi_nemi(0)", vi_nemi(0), 0);
    CHECK("vi_nemi(32)", vi_nemi(32), 0);
    CHECK("vi_nemi(28)", vi_nemi(28), 0);
    CHECK("vi_nemi(13)", vi_nemi(13), 1);
    puts("ok src/vi_nemi.c");
    return 0;
}
