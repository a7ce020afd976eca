/* Tests of src/hu_mide.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hu_mide(int solupo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hu_mide.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hu_mide.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hu_mide(45)", hu_mide(45), 113);
    CHECK("hu_mide(-16)", hu_mide(-16), 4);
    CHECK("hu_mide(3)", hu_mide(3), 37);
    CHECK("hu_mide(60)", hu_mide(60), 140);
    CHECK("hu_mide(52)", hu_mide(52), 125);
    CHECK("hu_mide(15)", hu_mide(15), 59);
    CHECK("hu_mide(10)", hu_mide(10), 50);
    CHECK("hu_mide(14)", hu_mide(14), 57);
    CHECK("hu_mide(55)", hu_mide(55), 131);
    CHECK("hu_mide(8)", hu_mide(8), 46);
    puts("ok src/hu_mide.c");
    return 0;
}
