/* Tests of src/hu_degni.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hu_degni(int q);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hu_degni.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hu_degni.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hu_degni(39)", hu_degni(39), 34);
    CHECK("hu_degni(16)", hu_degni(16), 4);
    CHECK("hu_degni(22)", hu_degni(22), 15);
    CHECK("hu_degni(2)", hu_degni(2), 1);
    CHECK("hu_degni(40)", hu_degni(40), 8);
    CHECK("hu_degni(1)", hu_degni(1), 0);
    CHECK("hu_degni(23)", hu_degni(23), 15);
    CHECK("hu_degni(12)", hu_degni(12), 9);
    CHECK("hu_degni(4)", hu_degni(4), 2);
    CHECK("hu_degni(30)", hu_degni(30), 18);
    puts("ok src/hu_degni.c");
    return 0;
}
