/* Tests of src/hu_de.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hu_de(int pinawe);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hu_de.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hu_de.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hu_de(5)", hu_de(5), 0);
    CHECK("hu_de(4)", hu_de(4), 0);
    CHECK("hu_de(6)", hu_de(6), 5);
    CHECK("hu_de(0)", hu_de(0), 0);
    CHECK("hu_de(9)", hu_de(9), 5);
    CHECK("hu_de(48)", hu_de(48), 225);
    CHECK("hu_de(43)", hu_de(43), 180);
    CHECK("hu_de(47)", hu_de(47), 225);
    CHECK("hu_de(45)", hu_de(45), 180);
    CHECK("hu_de(1)", hu_de(1), 0);
    puts("ok src/hu_de.c");
    return 0;
}
