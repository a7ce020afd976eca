/* Tests of src/gofbuk.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int gofbuk(int hanic);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/gofbuk.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/gofbuk.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("gofbuk(12)", gofbuk(12), 1);
    CHECK("gofbuk(7)", gofbuk(7), 7);
    CHECK("gofbuk(-13)", gofbuk(-13), 9);
    CHECK("gofbuk(11)", gofbuk(11), 0);
    CHECK("gofbuk(10)", gofbuk(10), 10);
    CHECK("gofbuk(-1)", gofbuk(-1), 10);
    CHECK("gofbuk(6)", gofbuk(6), 6);
    CHECK("gofbuk(1)", gofbuk(1), 1);
    CHECK("gofbuk(0)", gofbuk(0), 0);
    CHECK("gofbuk(2)", gofbuk(2), 2);
    puts("ok src/gofbuk.c");
    return 0;
}
